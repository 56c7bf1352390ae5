"""The person's own breaths, asked like the pacer."""

from __future__ import annotations

from math import isnan, nan

import pytest

from biofeedback.samples import Breath
from biofeedback.signal.breath_history import BreathHistory


def breath(onset_s: float, end_s: float, inhale_s: float = 2.0) -> Breath:
    return Breath(end_s, onset_s, onset_s + inhale_s, "belt")


def three() -> BreathHistory:
    """Breaths of 5 s from 10 s on, each known 1 s after it ended."""
    history = BreathHistory()
    for onset_s in (10.0, 15.0, 20.0):
        history.push(onset_s + 6.0, breath(onset_s, onset_s + 5.0))
    return history


def test_moment_has_its_place_in_its_breath() -> None:
    """17.5 s is half way through the second of three breaths, fullest at 0.4 of it."""
    moment = three().at(17.5, 30.0)

    assert moment is not None
    assert (moment.n_breaths, moment.fraction, moment.period_s) == (1, 0.5, 5.0)
    assert moment.turn == pytest.approx(0.4)


def test_breath_belongs_to_the_moment_at_which_it_begins() -> None:
    """At 15 s the second has begun."""
    moment = three().at(15.0, 30.0)
    assert moment is not None
    assert (moment.n_breaths, moment.fraction) == (1, 0.0)


def test_only_what_was_known_by_then_counts() -> None:
    """The breath that ends at 20 s is known at 21 s."""
    history = three()
    assert BreathHistory().is_empty
    assert not history.is_empty
    assert history.at(17.5, 20.9) is None
    assert history.at(17.5, 21.0) is not None
    assert not history.has_passed(17.5, 20.9)
    assert history.has_passed(17.5, 21.0)
    assert history.source(15.9) is None
    assert history.source(16.0) == "belt"


def test_moments_outside_every_breath_have_no_place() -> None:
    """Before the first, after the last, and where breaths do not meet."""
    history = three()
    history.push(36.0, breath(30.0, 35.0))

    assert history.at(9.9, 40.0) is None
    assert history.at(35.0, 40.0) is None
    assert history.at(27.0, 40.0) is None
    assert history.has_passed(27.0, 40.0)
    moment = history.at(31.0, 40.0)
    assert moment is not None
    assert moment.n_breaths == 3


def test_breath_that_reaches_back_is_passed_over() -> None:
    """Of two sensors that tell the same breath the first is believed."""
    history = three()
    history.push(26.5, breath(20.3, 25.4))
    assert not history.has_passed(25.0, 40.0)


def test_sensor_without_direction_has_no_turn() -> None:
    """The length of the breath is known, and where it is fullest is not."""
    history = BreathHistory()
    history.push(6.0, Breath(5.0, 0.0, nan, "chest/acceleration"))
    moment = history.at(1.0, 6.0)
    assert moment is not None
    assert isnan(moment.turn)


def test_belt_is_asked_before_the_chest_and_the_chest_where_the_belt_is_silent() -> None:
    """The belt comes off after three breaths: 45 s later the chest's breaths count."""
    history = three()
    for i in range(20):
        breath_s = 12.0 + 5.0 * i
        history.push(breath_s + 6.0, Breath(breath_s + 5.0, breath_s, nan, "chest/acceleration"))

    assert history.source(26.0) == history.source(71.0) == "belt"
    assert history.source(71.1) == "chest/acceleration"
    assert history.source(200.0) is None
    belt, chest = history.at(21.0, 30.0), history.at(61.0, 75.0)
    assert belt is not None
    assert chest is not None
    assert belt.fraction == pytest.approx(0.2)
    assert chest.fraction == pytest.approx(0.8)


def test_history_does_not_grow() -> None:
    """After a thousand breaths the last hundred and more are there, the first are gone."""
    history = BreathHistory()
    for i in range(1000):
        history.push(4.0 * i + 5.0, breath(4.0 * i, 4.0 * i + 4.0))
    assert history.at(4.0 * 900, 4001.0) is not None
    assert history.at(4.0, 4001.0) is None
