from __future__ import annotations

from itertools import pairwise

import pytest

from biofeedback.simulation.motion import Motion


def moving(motion: Motion, minutes: int) -> list[bool]:
    return [motion.holds_at(step / 10) for step in range(minutes * 600)]


def test_movements_are_as_frequent_and_long_as_said() -> None:
    """Two a minute of rest, 2 to 6 s each: the share of time is 4 / (30 + 4)."""
    states = moving(Motion(1, 2.0), 400)
    n_begun = sum(now and not before for before, now in pairwise(states))

    assert sum(states) / len(states) == pytest.approx(4 / 34, rel=0.1)
    assert sum(states) / 10 / n_begun == pytest.approx(4.0, rel=0.05)


def test_no_rate_means_no_movement() -> None:
    """Zero a minute is never."""
    assert not any(moving(Motion(1, 0.0), 60))


def test_sensors_of_one_person_move_together() -> None:
    """Seed and rate alone decide, however often each sensor asks."""
    often, seldom = Motion(5, 1.0), Motion(5, 1.0)
    states = moving(often, 30)

    assert [seldom.holds_at(second) for second in range(1800)] == states[::10]
