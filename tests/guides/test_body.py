"""Guides see what is fresh and good, of one sensor, of the person they ask about."""

from __future__ import annotations

from math import inf, nan

import pytest

from biofeedback.guides.body import Body, Nobody
from biofeedback.samples import Metric, Role


def metric(
    name: str, value: float, t_s: float, *, quality: float = 1.0, source: str = "strap"
) -> Metric:
    return Metric(t_s, name, value, "", 60.0, quality, source=source)


def test_the_newest_value_is_given() -> None:
    body = Body()
    body.take(metric("rsa_bpm", 8.0, 10.0), 10.0)
    body.take(metric("rsa_bpm", 9.0, 11.0), 11.0)
    assert body.value("rsa_bpm") == 9.0
    assert body.value("coherence") is None


def test_what_is_old_poor_or_missing_is_not_given() -> None:
    body = Body()
    body.take(metric("rsa_bpm", 8.0, 10.0, quality=0.6), 10.0)
    assert body.value("rsa_bpm", least_quality=0.7) is None
    body.now_s = 25.0
    assert body.value("rsa_bpm") == 8.0
    body.now_s = 25.1
    assert body.value("rsa_bpm") is None
    assert body.value("rsa_bpm", max_age_s=60.0) == 8.0
    body.take(metric("rsa_bpm", nan, 26.0), 26.0)
    assert body.value("rsa_bpm", max_age_s=60.0) is None


@pytest.mark.parametrize("t_s", [nan, inf, 1e9])
def test_what_is_told_of_a_time_that_cannot_be_is_left_out(t_s: float) -> None:
    """It must not stand in the way of what is measured from now on."""
    body = Body()
    body.take(metric("arousal", 1.0, 10.0), 10.0)
    body.take(metric("arousal", 2.0, t_s), 11.0)
    assert body.value("arousal") == 1.0
    body.take(metric("arousal", 3.0, 12.0), 12.0)
    assert body.value("arousal") == 3.0


def test_two_hearts_are_not_mixed() -> None:
    """The first that is believed stays so while it speaks; then another may."""
    body = Body()
    body.take(metric("rsa_bpm", 8.0, 10.0, quality=0.8), 10.0)
    assert body.value("rsa_bpm") == 8.0
    body.take(metric("rsa_bpm", 12.0, 10.5, quality=1.0, source="arm"), 10.5)
    assert body.value("rsa_bpm") == 8.0
    body.take(metric("rsa_bpm", nan, 11.0), 11.0)
    assert body.value("rsa_bpm") == 12.0
    body.take(metric("rsa_bpm", 8.5, 12.0), 12.0)
    assert body.value("rsa_bpm") == 12.0


def test_each_person_has_measures_of_their_own() -> None:
    body = Body()
    body.know_partner("second")
    body.take(metric("arousal", 0.5, 10.0, source="together"), 10.0)
    body.take(metric("arousal", 2.0, 10.0, source="partner/together"), 10.0)
    body.take(metric("heart_rate_bpm", 70.0, 10.0, source="second/ecg"), 10.0)
    assert body.value("arousal") == 0.5
    assert body.value("arousal", role=Role.PARTNER) == 2.0
    assert body.value("heart_rate_bpm") is None
    assert body.value("heart_rate_bpm", role=Role.PARTNER) == 70.0


def test_of_nobody_nothing_is_known() -> None:
    assert Nobody().metric("arousal") is None
    assert Nobody().value("arousal", role=Role.PARTNER, max_age_s=1e9) is None
