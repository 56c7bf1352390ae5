from __future__ import annotations

import numpy as np
import pytest

from biofeedback.pacing import PRESETS, BreathPattern
from biofeedback.simulation.attention import Attention, effort_of
from biofeedback.simulation.temperament import Temperament

STEP_S = 0.05
SLOW = BreathPattern.at_rate(6.0)
DREAMER = Temperament(lapses_per_min=1.0, arousal_lapses_per_min=2.0, lapse_s=10.0)


def attended(
    temperament: Temperament, minutes: float, arousal: float = 0.0, *, is_led: bool = True
) -> list[bool]:
    attention = Attention(temperament, 3, STEP_S)
    return [
        attention.step(SLOW, arousal, 0.0, is_led=is_led)
        for _ in range(round(60.0 * minutes / STEP_S))
    ]


def test_who_never_wanders_is_always_there() -> None:
    assert all(attended(Temperament(), 30.0, arousal=1.0))


def test_lapses_come_and_last_as_often_and_long_as_told() -> None:
    """One a minute of attention, of 10 s on average: a seventh of the time."""
    there = np.array(attended(DREAMER, 600.0))
    n_lapses = np.sum(~there[1:] & there[:-1])

    assert 1.0 - there.mean() == pytest.approx(1 / 7, rel=0.15)
    assert n_lapses / (there.mean() * 600.0) == pytest.approx(1.0, rel=0.1)


def test_the_mind_wanders_more_when_wound_up() -> None:
    """At full arousal three times as often."""
    calm, wound_up = (1.0 - np.mean(attended(DREAMER, 200.0, arousal)) for arousal in (0.0, 1.0))

    assert wound_up > 2.0 * calm


def test_nothing_is_missed_where_nothing_leads() -> None:
    assert all(attended(DREAMER, 30.0, is_led=False))


def test_nobody_is_there_in_a_shutdown() -> None:
    attention = Attention(Temperament(), 1, STEP_S)

    assert attention.step(SLOW, 0.1, 0.3, is_led=True)
    assert not attention.step(SLOW, 0.1, 0.8, is_led=True)


@pytest.mark.parametrize(
    ("pattern", "effort"),
    [
        (BreathPattern.at_rate(6.0), 0.0),
        (BreathPattern.at_rate(5.0), 0.0),
        (BreathPattern.at_rate(4.0), 0.5),
        (BreathPattern.at_rate(3.0), 1.0),
        (PRESETS["4-7-8"], 0.92),
        (BreathPattern(3.0, 4.0, 3.0, 0.0), 0.0),
        (BreathPattern(3.0, 7.0, 3.0, 0.0), 0.5),
    ],
)
def test_too_slow_and_too_long_held_is_effort(pattern: BreathPattern, effort: float) -> None:
    """Of someone whose slowest easy pace is 5 a minute; all of it 2 a minute below."""
    temperament = Temperament(ease_breaths_per_min=5.0)

    assert effort_of(pattern, temperament) == pytest.approx(effort, abs=0.01)


def test_effort_is_felt_after_some_breaths_and_goes_again() -> None:
    attention = Attention(Temperament(ease_breaths_per_min=8.0), 1, STEP_S)
    felt = []
    for step in range(round(240.0 / STEP_S)):
        attention.step(SLOW if step * STEP_S < 120.0 else None, 0.2, 0.0, is_led=True)
        felt.append(attention.effort)

    assert felt[round(10.0 / STEP_S)] < 0.5
    assert felt[round(119.0 / STEP_S)] == pytest.approx(1.0, abs=0.01)
    assert felt[-1] < 0.01
