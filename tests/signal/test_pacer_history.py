"""The pacer's breaths, rebuilt from its stream."""

from __future__ import annotations

import pytest

from biofeedback.pacing import BreathPattern, BreathStep, PacerSegment
from biofeedback.signal.pacer_history import MAX_CHANGES, OwnPacerHistory, PacerHistory

STILL = [float("nan")] * 6


def row(pattern: BreathPattern, step: int = 0, fraction: float = 0.0) -> list[float]:
    return [*pattern.parts_s, float(step), fraction]


SIX = BreathPattern(4, 0, 6, 0)
BOX = BreathPattern(4, 4, 4, 4)


def test_fraction_runs_evenly_through_the_breath() -> None:
    """4 s in and 6 s out from 10 s on: at 36 s the third breath is 0.6 done."""
    history = PacerHistory()
    history.push(10.0, row(SIX))

    moment = history.at(36.0)

    assert moment is not None
    assert moment.n_breaths == 2
    assert moment.fraction == pytest.approx(0.6)
    assert moment.turn == pytest.approx(0.4)
    assert moment.period_s == 10.0


def test_hold_is_fullest_in_its_middle() -> None:
    """4-4-4-4: in until 4 s, held until 8 s."""
    history = PacerHistory()
    history.push(0.0, row(BOX))
    moment = history.at(1.0)
    assert moment is not None
    assert moment.turn == pytest.approx(6 / 16)


def test_nothing_before_the_first_row_nor_while_it_stands_still() -> None:
    """Not led is not led, and what was led before stays known."""
    assert PacerHistory().is_empty
    assert PacerHistory().at(0.0) is None
    history = PacerHistory()
    history.push(5.0, row(SIX))
    history.push(60.0, STILL)

    assert not history.is_empty
    assert history.at(4.9) is None
    assert history.at(59.9) is not None
    assert history.at(60.0) is None


def test_breaths_are_counted_across_a_change_of_pace() -> None:
    """A change in mid-breath does not begin a breath; the breath ends where the new one says."""
    history = PacerHistory()
    history.push(0.0, row(SIX))
    slower = PacerSegment(0.0, SIX).changed(32.0, BreathPattern(6, 0, 9, 0))
    history.push(32.0, row(slower.pattern, slower.step, slower.fraction))

    counts = []
    for t_s in (31.9, 32.1, 43.9, 44.1):
        moment = history.at(t_s)
        assert moment is not None
        counts.append(moment.n_breaths)
    assert counts == [3, 3, 3, 4]


def test_last_hold_cut_short_ends_the_breath() -> None:
    """From the hold after the out-breath to a breath that has none: the next has begun."""
    history = PacerHistory()
    history.push(0.0, row(BOX))
    changed = PacerSegment(0.0, BOX).changed(14.0, SIX)
    assert changed.step is BreathStep.IN
    history.push(14.0, row(SIX, changed.step, changed.fraction))

    before, after = history.at(13.9), history.at(14.1)
    assert before is not None
    assert after is not None
    assert (before.n_breaths, after.n_breaths) == (0, 1)


def test_history_is_bounded_and_keeps_the_newest() -> None:
    """A pacer that changes every second for an hour."""
    history = PacerHistory()
    for t_s in range(3600):
        history.push(float(t_s), row(SIX))

    assert history.at(3600.0 - MAX_CHANGES - 1) is None
    assert history.at(3600.0 - MAX_CHANGES + 1) is not None


def test_no_breath_that_could_be_led_is_refused() -> None:
    """Forty breaths a minute cannot come from the guide."""
    with pytest.raises(ValueError, match="breaths a minute"):
        PacerHistory().push(0.0, [0.5, 0.0, 1.0, 0.0, 0.0, 0.0])


def test_has_led_tells_of_pauses() -> None:
    """Led from 10 s to 40 s and from 50 s on, with a change of pace at 20 s."""
    history = PacerHistory()
    assert not history.has_led(0.0, 1.0)
    history.push(10.0, row(SIX))
    history.push(20.0, row(BOX))
    history.push(40.0, STILL)
    history.push(50.0, row(SIX))

    assert history.has_led(10.0, 40.0)
    assert history.has_led(51.0, 55.0)
    assert not history.has_led(9.0, 12.0)
    assert not history.has_led(35.0, 45.0)
    assert not history.has_led(35.0, 55.0)


@pytest.mark.parametrize("pattern", [SIX, BOX, BreathPattern(4, 7, 8, 0)])
def test_moment_is_where_the_guide_says_it_is(pattern: BreathPattern) -> None:
    """Begun in the middle of its out-breath: the same breath, and the same part of it."""
    history = PacerHistory()
    history.push(7.0, row(pattern, step=2, fraction=0.5))
    segment = PacerSegment(7.0, pattern, BreathStep.OUT, 0.5)
    for tenth in range(71, 1000, 7):
        moment, place = history.at(tenth / 10), segment.at(tenth / 10)
        assert moment is not None
        assert moment.n_breaths == place.n_breaths
        within_s = place.fraction * pattern.parts_s[place.step]
        elapsed_s = sum(pattern.parts_s[: place.step]) + within_s
        assert moment.fraction * moment.period_s == pytest.approx(elapsed_s)


def test_a_second_person_follows_the_pacer_of_both_until_they_have_their_own() -> None:
    shared = PacerHistory()
    own = OwnPacerHistory(shared)
    shared.push(0.0, row(SIX))
    assert not own.is_empty
    own.push(40.0, row(BOX))
    own.push(104.0, STILL)
    before, during, after = own.at(20.0), own.at(56.0), own.at(120.0)
    assert before == shared.at(20.0)
    assert during is not None
    assert during.period_s == 16.0
    assert after == shared.at(120.0)
    assert shared.at(56.0) != during


def test_without_any_pacer_nobody_was_led() -> None:
    own = OwnPacerHistory(PacerHistory())
    assert own.is_empty
    assert own.at(10.0) is None


def test_who_was_led_by_two_pacers_was_not_led_without_a_change() -> None:
    shared = PacerHistory()
    own = OwnPacerHistory(shared)
    shared.push(0.0, row(SIX))
    own.push(40.0, row(BOX))
    own.push(104.0, STILL)
    assert own.has_led(10.0, 30.0)
    assert own.has_led(45.0, 100.0)
    assert not own.has_led(30.0, 50.0)
    assert own.has_led(110.0, 150.0)
