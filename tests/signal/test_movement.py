"""Movement from the size of the acceleration."""

from __future__ import annotations

from math import isnan, pi, sqrt
from typing import TYPE_CHECKING

import numpy as np
import pytest

from biofeedback.signal.movement import MOVING, Movement

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from biofeedback.samples import Metric

RATE_HZ = 50.0


def run(sizes_g: NDArray[np.float64], rate_hz: float = RATE_HZ) -> list[tuple[bool, Metric | None]]:
    node = Movement("chest")
    node.restart(float(sizes_g[0]))
    found = []
    for index, size_g in enumerate(sizes_g.tolist()):
        if index and index % round(rate_hz) == 0:
            found.append(node.second(index / rate_hz))
        node.push(size_g, 1.0 / rate_hz if index else 0.0)
    return found


def tone(per_s: float, amplitude_g: float, rate_hz: float = RATE_HZ) -> NDArray[np.float64]:
    t_s = np.arange(0, 20, 1 / rate_hz)
    return 1.0 + amplitude_g * np.sin(2 * pi * per_s * t_s)


@pytest.mark.parametrize("rate_hz", [25.0, 50.0, 100.0, 200.0])
def test_movement_in_the_band_is_its_root_mean_square(rate_hz: float) -> None:
    """A tenth of g at 2.2 Hz, the middle of the band: its effective value less 15 % by the edges."""
    _, metric = run(tone(2.2, 0.1, rate_hz), rate_hz)[-1]
    assert metric is not None
    assert metric.value == pytest.approx(0.85 * 0.1 / sqrt(2), rel=0.03)
    assert (metric.unit, metric.window_s) == ("g", 5.0)


@pytest.mark.parametrize("per_s", [0.1, 0.25])
def test_breath_and_posture_are_no_movement(per_s: float) -> None:
    """What is as slow as breath comes to less than a seventh of its size."""
    _, metric = run(tone(per_s, 0.1))[-1]
    assert metric is not None
    assert metric.value < 0.1 / 7


def test_measure_waits_for_its_window() -> None:
    """Five seconds, counted down."""
    waits = [metric.wait_s for _, metric in run(tone(2.0, 0.01)) if metric and isnan(metric.value)]
    assert waits == [4.0, 3.0, 2.0, 1.0]


def test_five_times_the_quiet_level_is_moving() -> None:
    """A minute of quiet with 4 mg, then 5 s of a tenth of g: moving, and said so."""
    rng = np.random.default_rng(0)
    sizes_g = 1.0 + rng.normal(0, 0.004, 65 * 50)
    sizes_g[60 * 50 :] += 0.1 * np.sin(2 * pi * 2.0 * np.arange(5 * 50) / 50)
    verdicts = run(sizes_g)
    assert not any(is_moving for is_moving, _ in verdicts[:59])
    is_moving, metric = verdicts[-1]
    assert is_moving
    assert metric is not None
    assert metric.reason == MOVING


def test_long_walk_does_not_become_quiet() -> None:
    """Five minutes of walking are moving to the end."""
    steps = 1.0 + 0.2 * np.sin(2 * pi * 1.8 * np.arange(300 * 50) / 50)
    assert all(is_moving for is_moving, _ in run(steps))


def test_second_without_samples_says_nothing() -> None:
    """No samples, no measure."""
    node = Movement("chest")
    node.restart(1.0)
    assert node.second(1.0) == (True, None)
