from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from biofeedback.simulation.arousal import Arousal
from biofeedback.simulation.parameters import ClientParameters

STEP_S = 0.05
QUIET = replace(ClientParameters(), arousal_noise=0.0)


def after(
    parameters: ClientParameters,
    seconds: float,
    *,
    stressed: bool = False,
    pace: float | None = None,
) -> float:
    arousal = Arousal(parameters, 1, STEP_S)
    for _ in range(round(seconds / STEP_S)):
        arousal.step(stress=float(stressed), followed_per_min=pace)
    return arousal.level


def test_stress_raises_arousal_at_its_rate() -> None:
    """0.02 a second for 10 s adds a little less than 0.2, for the return pulls back."""
    assert after(QUIET, 10.0, stressed=True) == pytest.approx(0.2 + 0.2, abs=0.01)


def test_followed_resonant_breathing_calms() -> None:
    """Ten minutes at resonance bring it from 0.2 near to where both pulls balance.

    By hand: (0.2 - a) / 300 = 0.006 (a - 0.1) gives a = 0.1357.
    """
    assert after(QUIET, 1200.0, pace=5.8) == pytest.approx(0.1357, abs=0.002)


def test_a_fast_pace_calms_little() -> None:
    """At 12 a minute less than a tenth of that is left."""
    slow = 0.2 - after(QUIET, 1200.0, pace=5.8)

    assert 0.2 - after(QUIET, 1200.0, pace=12.0) < slow / 10


def test_some_people_grow_anxious() -> None:
    """With a calming gain below 0 the same breathing raises it."""
    assert after(replace(QUIET, calming_gain_per_s=-0.006), 600.0, pace=5.8) > 0.22


def test_arousal_returns_to_its_baseline() -> None:
    """One time constant after a start away from it, 37 % of the distance are left."""
    arousal = Arousal(QUIET, 1, STEP_S)
    arousal.level = 0.8
    for _ in range(round(300.0 / STEP_S)):
        arousal.step(stress=0.0, followed_per_min=None)

    assert arousal.level == pytest.approx(0.2 + 0.6 * 0.368, abs=0.002)


@given(seed=st.integers(0, 1000), gain=st.floats(0.0, 1.0), noise=st.floats(0.0, 0.3))
def test_arousal_stays_between_0_and_1(seed: int, gain: float, noise: float) -> None:
    """However strong stress and chance are."""
    parameters = replace(ClientParameters(), stress_gain_per_s=gain, arousal_noise=noise)
    arousal = Arousal(parameters, seed, STEP_S)
    levels = [arousal.step(stress=float(step < 200), followed_per_min=None) for step in range(400)]

    assert all(0.0 <= level <= 1.0 for level in levels)


def test_what_guiding_brings_about_against_its_purpose_adds() -> None:
    """0.002 a second for 20 s, against no return to speak of."""
    arousal = Arousal(replace(QUIET, arousal_return_s=1e6), 1, STEP_S)
    for _ in range(round(20.0 / STEP_S)):
        arousal.step(stress=0.0, followed_per_min=None, push_per_s=0.002)

    assert arousal.level == pytest.approx(0.24, abs=0.001)


def test_other_ways_calm_as_far_as_they_suit() -> None:
    """Fully matched as well as breath at resonance; half matched, half as fast; feared, not."""
    levels = {}
    for guided in (1.0, 0.5, -1.0):
        arousal = Arousal(QUIET, 1, STEP_S, start=0.6)
        for _ in range(round(120.0 / STEP_S)):
            arousal.step(stress=0.0, followed_per_min=None, guided=guided)
        levels[guided] = arousal.level
    breath = Arousal(QUIET, 1, STEP_S, start=0.6)
    for _ in range(round(120.0 / STEP_S)):
        breath.step(stress=0.0, followed_per_min=5.8)

    assert levels[1.0] == pytest.approx(breath.level)
    assert levels[1.0] < levels[0.5] < levels[-1.0]


def test_a_shutdown_takes_hold_whatever_stirs_or_calms() -> None:
    """Within two minutes the level is where the shutdown has it."""
    arousal = Arousal(QUIET, 1, STEP_S, start=0.9)
    for _ in range(round(120.0 / STEP_S)):
        arousal.step(stress=1.0, followed_per_min=5.8, shutdown=1.0, shutdown_level=0.05)

    assert arousal.level == pytest.approx(0.05, abs=0.005)
