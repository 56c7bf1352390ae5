from __future__ import annotations

from dataclasses import replace
from math import pi

import numpy as np
import pytest
from numpy.typing import NDArray

from biofeedback.simulation.heart import Heart
from biofeedback.simulation.parameters import ClientParameters

STEP_S = 0.05
EXACT = ClientParameters().without_noise()


def rates_bpm(
    parameters: ClientParameters, breaths_per_min: float, *, arousal: float = 0.0
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Breathe a sine for five minutes; return the last three of time and heart rate."""
    heart = Heart(parameters, 1, STEP_S)
    t_s: NDArray[np.float64] = np.arange(1.0, 6001.0) * STEP_S
    rate = np.empty(6000)
    for step in range(6000):
        volume = np.sin(2 * pi * breaths_per_min / 60.0 * t_s[step])
        heart.step(step, t_s[step], volume, arousal)
        rate[step] = heart.heart_rate_bpm
    return t_s[2400:], rate[2400:]


def response(parameters: ClientParameters, breaths_per_min: float) -> complex:
    """The two paths as the differential equations say, at one frequency."""
    s = 2j * pi * breaths_per_min / 60.0
    w0 = 2 * pi * parameters.resonance_breaths_per_min / 60.0
    damping = w0 / parameters.resonance_q
    resonator = damping * s / (s * s + damping * s + w0 * w0)
    direct = np.exp(-s * parameters.direct_delay_s) / (
        1 + s / (2 * pi * parameters.direct_corner_hz)
    )
    share = parameters.direct_share
    return complex((1 - share) * resonator + share * direct)


@pytest.mark.parametrize("breaths_per_min", [4.5, 5.8, 7.0, 10.0, 15.0])
@pytest.mark.parametrize("delay_s", [0.0, 0.13, 0.4])
def test_heart_rate_obeys_the_equations(breaths_per_min: float, delay_s: float) -> None:
    """Swing within 1 % and phase within 2 degrees of the continuous model."""
    parameters = replace(EXACT, direct_delay_s=delay_s)
    t_s, rate_bpm = rates_bpm(parameters, breaths_per_min)
    angle = 2 * pi * breaths_per_min / 60.0 * t_s
    design = np.stack([np.sin(angle), np.cos(angle), np.ones_like(t_s)], axis=1)
    in_phase, ahead, mean_bpm = np.linalg.lstsq(design, rate_bpm)[0]
    expected = response(parameters, breaths_per_min)

    assert mean_bpm == pytest.approx(68.0, abs=0.02)
    assert 2 * np.hypot(in_phase, ahead) == pytest.approx(18.0 * abs(expected), rel=0.01)
    assert np.degrees(np.arctan2(ahead, in_phase)) == pytest.approx(
        np.degrees(np.angle(expected)), abs=2.0
    )


def test_arousal_quickens_the_heart_and_shrinks_the_swing() -> None:
    """20 bpm more at full arousal, half of it at 0.5; the swing by exp(-1.6 * 0.5)."""
    _, calm = rates_bpm(EXACT, 6.0)
    _, wound = rates_bpm(EXACT, 6.0, arousal=0.5)

    assert np.mean(wound) - np.mean(calm) == pytest.approx(10.0, abs=0.05)
    assert np.ptp(wound) / np.ptp(calm) == pytest.approx(np.exp(-0.8), rel=0.01)


def test_beats_are_where_the_integral_of_rate_crosses_a_whole_number() -> None:
    """Still lungs and 68 bpm: every interval is 60 / 68 s, to rounding."""
    heart = Heart(EXACT, 1, STEP_S)
    beats_s = [
        beat_s
        for step in range(6000)
        if (beat_s := heart.step(step, (step + 1) * STEP_S, 0.0, 0.0)) is not None
    ]

    assert len(beats_s) in {340, 341}
    assert np.diff(beats_s) == pytest.approx(60.0 / 68.0, abs=1e-9)


def test_jitter_is_of_each_beat() -> None:
    """5 ms a beat make the intervals vary by 5 * sqrt(2) ms and leave no trend."""
    heart = Heart(replace(EXACT, beat_jitter_ms=5.0), 1, STEP_S)
    beats_s = [
        beat_s
        for step in range(60000)
        if (beat_s := heart.step(step, (step + 1) * STEP_S, 0.0, 0.0)) is not None
    ]

    assert np.std(np.diff(beats_s)) == pytest.approx(0.005 * np.sqrt(2), rel=0.06)


def test_noise_of_heart_rate_adds_up() -> None:
    """Three independent bands: the variances add, 1.6^2 + 1.1^2 + 0.8^2."""
    heart = Heart(ClientParameters(), 1, STEP_S)
    rate = np.empty(20 * 1800)
    for step in range(rate.size):
        heart.step(step, (step + 1) * STEP_S, 0.0, 0.0)
        rate[step] = heart.heart_rate_bpm

    assert np.std(rate) == pytest.approx(np.sqrt(1.6**2 + 1.1**2 + 0.8**2), rel=0.05)


def test_the_swing_may_be_changed_besides() -> None:
    """By a factor, at the same rate."""
    person = replace(EXACT, rsa_bpm=20.0)
    usual, larger = Heart(person, 1, STEP_S), Heart(person, 1, STEP_S)
    told = []
    for step in range(2400):
        t_s = (step + 1) * STEP_S
        volume = float(np.sin(2 * pi * 0.1 * t_s))
        usual.step(step, t_s, volume, 0.0)
        larger.step(step, t_s, volume, 0.0, swing_factor=1.3)
        told.append((usual.heart_rate_bpm, larger.heart_rate_bpm))
    swing = np.ptp(np.array(told)[1200:], axis=0)

    assert swing[1] == pytest.approx(1.3 * swing[0])
