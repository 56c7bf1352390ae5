from __future__ import annotations

import numpy as np
import pytest

from biofeedback.simulation.electrodes import ElectrodeSensing
from biofeedback.simulation.motion import Motion
from biofeedback.simulation.options import Faults

SAMPLES = [((k + 1) / 8, 4.0) for k in range(8 * 1800)]


def test_a_still_hand_is_measured_within_nanosiemens() -> None:
    """Noise of 3 nS, no bias, nothing called an artifact."""
    sensed = ElectrodeSensing(1, Faults()).sense(SAMPLES)
    errors = np.array([one.sc_microsiemens - 4.0 for one in sensed])

    assert np.std(errors) == pytest.approx(0.003, rel=0.05)
    assert abs(np.mean(errors)) < 2e-4
    assert not any(one.is_artifact for one in sensed)


def test_movement_brings_steps_and_spikes() -> None:
    """Every movement shifts the reading by 0.3 µS or more, and some samples jump further."""
    motion = Motion(2, 1.0)
    is_moving = np.array([motion.holds_at(t_s) for t_s, _ in SAMPLES])
    sensed = ElectrodeSensing(2, Faults(motion_per_min=1.0)).sense(SAMPLES)
    errors = np.array([one.sc_microsiemens - 4.0 for one in sensed])
    slopes = np.diff([one.sc_microsiemens for one in sensed]) * 8

    assert np.median(np.abs(errors[is_moving])) > 0.3
    assert np.max(np.abs(slopes)) > 10.0
    assert all(one.is_artifact for one, moving in zip(sensed, is_moving, strict=True) if moving)


def test_what_is_no_artifact_is_true() -> None:
    """Samples that are not marked are within 0.05 µS, and the marks end after the creep."""
    sensed = ElectrodeSensing(2, Faults(motion_per_min=1.0)).sense(SAMPLES)
    clean = [one for one in sensed if not one.is_artifact]

    assert all(abs(one.sc_microsiemens - 4.0) < 0.05 for one in clean)
    assert len(clean) > 0.6 * len(sensed)


def test_conductance_is_never_below_zero() -> None:
    """However far a poor contact pulls it down."""
    low = [(t_s, 0.2) for t_s, _ in SAMPLES]
    sensed = ElectrodeSensing(2, Faults(motion_per_min=5.0)).sense(low)

    assert min(one.sc_microsiemens for one in sensed) == 0.0
