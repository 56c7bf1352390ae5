"""Whether the pace is followed: known of every breath of a stretch, or not known."""

from __future__ import annotations

import pytest

from biofeedback.guides.body import Body, Nobody
from biofeedback.guides.following import Following
from biofeedback.samples import Metric


def breathing(
    values: list[float | None], *, quality: float = 1.0, every_s: float = 10.0
) -> Following:
    """Hear of one breath after the other, the last of them at ``every_s * len(values)``."""
    following, body = Following(), Body()
    for place, value in enumerate(values, start=1):
        t_s = place * every_s
        if value is not None:
            metric = Metric(t_s, "adherence", value, "", 60.0, quality, source="belt")
            body.take(metric, t_s)
        body.now_s = t_s
        following.hear(t_s, body)
    return following


def test_it_counts_from_the_first_breath_that_is_lost() -> None:
    following = breathing([0.9, 0.9, 0.2, 0.3, 0.49])
    assert following.lost_s(50.0) == 20.0
    assert following.kept_s(50.0) == 0.0


def test_it_counts_from_the_first_breath_that_is_kept() -> None:
    following = breathing([0.2, 0.8, 0.9, 1.0])
    assert following.kept_s(40.0) == 20.0
    assert following.lost_s(40.0) == 0.0


@pytest.mark.parametrize("value", [0.5, 0.79])
def test_a_breath_between_begins_both_anew(value: float) -> None:
    for run in ([0.2, 0.2, value], [0.9, 0.9, value]):
        following = breathing([*run])
        assert following.lost_s(30.0) == following.kept_s(30.0) == 0.0


def test_a_gap_begins_anew() -> None:
    """The last value is of 30 s ago then: what the breath did meanwhile nobody knows."""
    following = breathing([0.2, 0.2, None, None, None, 0.2])
    assert following.lost_s(60.0) == 0.0


def test_a_measure_of_no_quality_is_none() -> None:
    assert breathing([0.1] * 9, quality=0.3).lost_s(90.0) == 0.0


def test_nothing_is_known_of_nobody() -> None:
    following = breathing([0.1] * 9)
    following.hear(100.0, Nobody())
    assert following.lost_s(100.0) == 0.0


def test_it_can_be_forgotten() -> None:
    lost, kept = breathing([0.1] * 9), breathing([0.9] * 9)
    for following in (lost, kept):
        following.forget()
        assert following.lost_s(90.0) == following.kept_s(90.0) == 0.0
