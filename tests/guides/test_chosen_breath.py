"""The chosen breath at other rates: its shape stays, the limits hold, and steps end there."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from biofeedback.guides.breathing_choice import BreathingChoice
from biofeedback.guides.chosen_breath import ChosenBreath
from biofeedback.guides.limits import AUTOMATIC_STEP_PER_MIN, LOWEST_PER_MIN
from biofeedback.pacing import (
    MAX_BREATHS_PER_MIN,
    MIN_BREATHS_PER_MIN,
    PRESETS,
    BreathPattern,
)


def chosen(**options: float | str) -> ChosenBreath:
    breath = ChosenBreath(BreathingChoice.read({"preset": "gentle", **options}))
    assert breath.choose(breath.pattern) == ()
    return breath


def test_at_its_own_rate_it_is_the_very_breath_that_was_chosen() -> None:
    breath = chosen()
    assert breath.at(breath.pattern.breaths_per_min) is breath.pattern


def test_at_another_rate_its_shape_stays() -> None:
    slower = chosen().at(5.0)
    assert slower.breaths_per_min == pytest.approx(5.0)
    assert slower.in_s / slower.out_s == pytest.approx(4 / 6)


def test_what_is_limited_is_told_with_the_rate_that_it_comes_to() -> None:
    breath = chosen(gentle=1.0)
    (turn,) = breath.choose(PRESETS["box"])
    assert (turn.decision, turn.reason) == ("limit", "limit-no-holds")
    assert turn.facts == {"to_per_min": breath.pattern.breaths_per_min}
    assert breath.pattern.hold_in_s == breath.pattern.hold_out_s == 0.0


@given(st.floats(3.0, 12.0), st.booleans())
def test_steps_end_at_the_limits_and_never_before(rate: float, is_slower: bool) -> None:
    breath = chosen()
    steps = -1.0 if is_slower else 1.0
    led = breath.at(rate).breaths_per_min
    seen = []
    while (after := breath.after_step(led, steps)) is not None:
        seen.append(abs(after - led))
        led = after
        assert len(seen) < 100
    assert all(step <= AUTOMATIC_STEP_PER_MIN + 1e-9 for step in seen)
    end = LOWEST_PER_MIN if is_slower else MAX_BREATHS_PER_MIN
    assert led == pytest.approx(end)


def test_a_breath_with_long_holds_is_slowed_no_further_than_it_may() -> None:
    breath = chosen()
    breath.choose(BreathPattern(3.0, 6.0, 5.0, 0.0))
    assert breath.at(1.0).breaths_per_min >= MIN_BREATHS_PER_MIN - 1e-9
