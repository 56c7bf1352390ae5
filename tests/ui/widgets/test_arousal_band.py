"""Where the body is stands in words; the strip shows how it came there, gaps left open."""

from __future__ import annotations

from math import nan

import pytest

from biofeedback.runtime.snapshot import SessionState, Snapshot
from biofeedback.samples import Metric
from biofeedback.ui.widgets.arousal_band import ArousalBand, zone_words


def at(t_s: float, arousal: float, zone: float) -> Snapshot:
    return Snapshot(
        t_s,
        SessionState.RUNNING,
        metrics={
            "arousal": Metric(t_s, "arousal", arousal, "", 60.0, 0.9),
            "arousal_zone": Metric(t_s, "arousal_zone", zone, "", 60.0, 0.9),
        },
    )


@pytest.mark.parametrize(
    ("zone", "words"),
    [
        (0.0, "Within your window"),
        (1.0, "Above your window"),
        (-1.0, "Lower than usual: how is it just now?"),
        (nan, "Can't tell yet"),
    ],
)
def test_zone_is_told_in_words(zone: float, words: str) -> None:
    band = ArousalBand()
    band.tell(at(10.0, 2.0 * zone, zone), 10.0)
    assert (band.text, band.accessibleName()) == (words, words)


@pytest.mark.parametrize(
    ("zone", "arousal", "words"),
    [
        (0.0, 1.6, "Higher than usual just now"),
        (0.0, -1.6, "Lower than usual just now"),
        (0.0, 1.4, "Within your window"),
        (1.0, 1.4, "On the way back into your window"),
        (1.0, nan, "Above your window"),
        (0.0, nan, "Within your window"),
    ],
)
def test_words_do_not_contradict_the_point_while_the_zone_waits(
    zone: float, arousal: float, words: str
) -> None:
    """A zone changes only after a while; who looks at the strip sees the point leave at once."""
    band = ArousalBand()
    band.tell(at(10.0, arousal, zone), 10.0)
    assert band.text == words


def test_every_language_has_its_words() -> None:
    assert zone_words(1.0, "de") == "Über deinem Fenster"


def test_each_value_is_kept_once_and_three_minutes_of_them() -> None:
    band = ArousalBand()
    for second in range(0, 600, 5):
        for _ in range(3):
            band.tell(at(float(second), 0.1 * (second % 30), 0.0), float(second))
    t_s = [each for each, _ in band.points]
    assert t_s == sorted(set(t_s))
    assert 595.0 - t_s[0] <= 200.0


def test_missing_value_is_no_value() -> None:
    band = ArousalBand()
    band.tell(at(5.0, nan, nan), 5.0)
    assert band.points == ()


def test_old_zone_is_not_told_as_the_present_one() -> None:
    band = ArousalBand()
    band.tell(at(5.0, 0.4, 0.0), 5.0)
    band.tell(at(5.0, 0.4, 0.0), 40.0)
    assert band.text == "Can't tell yet"


def test_another_session_begins_with_an_empty_strip() -> None:
    band = ArousalBand()
    band.tell(at(300.0, 0.4, 0.0), 300.0)
    band.tell(at(5.0, 0.2, 0.0), 5.0)
    assert band.points == ((5.0, 0.2),)


def test_picture_moves_with_the_values() -> None:
    band = ArousalBand()
    band.resize(560, 140)
    band.show()
    band.tell(at(100.0, -1.0, 0.0), 100.0)
    band.tell(at(105.0, -1.0, 0.0), 105.0)
    first = band.grab().toImage()
    band.tell(at(110.0, 2.5, 1.0), 110.0)
    assert band.grab().toImage() != first
