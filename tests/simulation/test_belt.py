from __future__ import annotations

import numpy as np
import pytest

from biofeedback.simulation.belt import BeltSensing
from biofeedback.simulation.options import Faults

SAMPLES = [((k + 1) / 20, 10.0) for k in range(20 * 900)]


def test_a_still_belt_is_nearly_quiet() -> None:
    """Noise of 0.03, less than a fiftieth of a free breath's swing of 2."""
    sensed = BeltSensing(1, Faults()).sense(SAMPLES)

    assert np.std([one.belt_au for one in sensed]) == pytest.approx(0.03, rel=0.05)
    assert not any(one.is_artifact for one in sensed)


def test_movement_shakes_the_belt_and_leaves_it_shifted() -> None:
    """Marked samples are rough; after each movement the belt rests at another place."""
    sensed = BeltSensing(3, Faults(motion_per_min=1.0)).sense(SAMPLES)
    moving = [one.belt_au for one in sensed if one.is_artifact]
    resting = np.array([one.belt_au for one in sensed if not one.is_artifact])

    assert np.std(np.diff(moving)) > 0.8
    assert len({round(float(value)) for value in resting}) > 1
    assert np.abs(resting - 10.0).max() < 1.7
