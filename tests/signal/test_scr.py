"""The response detector by itself, behind its low-pass."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest

from biofeedback.signal.lowpass import TwoPoleLowPass
from biofeedback.signal.scr import Response, ResponseDetector

if TYPE_CHECKING:
    from numpy.typing import NDArray

STEP_S = 0.05
T_S = np.arange(0, 40, STEP_S)


def found(level: NDArray[np.float64], max_sharpness_per_s: float = 2.2) -> list[Response]:
    low_pass = TwoPoleLowPass(1.0)
    low_pass.restart(float(level[0]))
    detector = ResponseDetector(max_sharpness_per_s, STEP_S)
    responses = []
    before = [level[0]] * 4 + level[:-4].tolist()
    for at_s, value, was in zip(T_S.tolist(), level.tolist(), before, strict=True):
        filtered = low_pass.push(value, STEP_S)
        undelayed_s = at_s - low_pass.delay_s
        responses.append(detector.push(undelayed_s, filtered, low_pass.slope, value - was))
    return [response for response in responses if response is not None]


def response(onset_s: float, amplitude: float, rise_s: float = 0.75) -> NDArray[np.float64]:
    after_s = np.clip(T_S - onset_s, 0, None)
    shape = np.exp(-after_s / 2.0) - np.exp(-after_s / rise_s)
    scaled: NDArray[np.float64] = amplitude * shape / shape.max()
    return scaled


def test_onset_peak_amplitude_and_rise_of_one_response() -> None:
    """0.4 µS from 10 s on; two exponentials of 0.75 and 2 s are highest after 1.177 s."""
    (one,) = found(5 + response(10.0, 0.4))
    assert one.counts
    assert one.onset_s == pytest.approx(10.0, abs=0.25)
    assert one.peak_s == pytest.approx(11.177, abs=0.1)
    assert one.amplitude_microsiemens == pytest.approx(0.4, rel=0.02)
    assert one.rise_time_s == pytest.approx(one.peak_s - one.onset_s)
    assert one.peak_microsiemens == pytest.approx(5.4, abs=0.01)


@pytest.mark.parametrize(("amplitude", "counts"), [(0.029, False), (0.033, True)])
def test_0_03_microsiemens_is_the_least_that_counts(amplitude: float, *, counts: bool) -> None:
    assert any(one.counts for one in found(5 + response(10.0, amplitude))) == counts


def test_a_response_on_the_shoulder_of_another_is_a_second_one() -> None:
    level = 5 + response(10.0, 0.5) + response(11.3, 0.8)
    two = found(level)
    assert [one.counts for one in two] == [True, True]
    assert two[1].onset_s == pytest.approx(11.3, abs=0.25)
    assert two[0].peak_s == two[1].onset_s


@pytest.mark.parametrize("period_s", [30.0, 60.0, 120.0, 600.0])
@pytest.mark.parametrize("height", [0.1, 0.5, 2.0])
def test_a_drifting_level_is_no_response(period_s: float, height: float) -> None:
    """Slow waves, however high, of which only the rising part could be one."""
    level = 5 + height * np.sin(2 * np.pi * (T_S / period_s - 0.2))
    assert [one for one in found(level) if one.counts] == []


@pytest.mark.parametrize("slope_per_s", [0.02, 0.05, 0.2])
def test_a_climb_that_ends_is_no_response(slope_per_s: float) -> None:
    level = 5 + slope_per_s * np.minimum(T_S, 25.3)
    assert [one for one in found(level) if one.counts] == []


def test_a_response_on_a_climbing_level_is_found() -> None:
    level = 5 + 0.03 * T_S + response(20.0, 0.4)
    counted = [one for one in found(level) if one.counts]
    assert len(counted) == 1
    assert counted[0].onset_s == pytest.approx(20.0, abs=0.3)


def test_a_step_is_told_from_a_quick_response() -> None:
    """0.5 µS at once, and 0.5 µS with the quickest rise that is published."""
    (moved,) = found(5 + 0.5 * (T_S >= 10) - 0.001 * T_S)
    assert moved.is_step
    assert not moved.counts
    (quick,) = found(5 + response(10.0, 0.5, rise_s=0.5))
    assert not quick.is_step
    assert quick.counts


def test_a_response_on_the_recovery_of_a_large_one_is_no_step() -> None:
    counted = found(5 + response(10.0, 1.0) + response(14.0, 0.4))
    assert [one.is_sharp for one in counted] == [False, False]
    assert [one.is_on_fall for one in counted] == [False, True]


def test_a_signal_that_begins_by_settling_has_no_response() -> None:
    """An electrode that creeps back with 3 s, seen from a moment on; noise of 3 nS."""
    for seed in range(10):
        noise = np.random.default_rng(seed).normal(0, 0.003, T_S.size)
        level = 5 - 0.3 * np.exp(-T_S / 3.0) + noise
        assert [one for one in found(level) if one.counts and one.onset_s < 8.0] == []


def test_a_restart_forgets_the_rise_under_way() -> None:
    detector = ResponseDetector(2.2, STEP_S)
    detector.push(0.0, 5.0, 0.0, 0.0)
    detector.push(1.0, 5.2, 0.2, 0.2)
    detector.restart()
    assert detector.push(2.0, 5.3, -0.1, 0.1) is None
