from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np
import pytest

from biofeedback.simulation.motion import Motion

if TYPE_CHECKING:
    from numpy.typing import NDArray


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


def test_strength_rises_and_falls_within_each_movement() -> None:
    """Above zero just where the movement is, full in its middle, read in blocks of any size."""
    times_s = np.arange(0.0, 1800.0, 0.05)
    is_moving = moving_at(Motion(5, 1.0), times_s)
    whole = Motion(5, 1.0).strength_at(times_s)
    by_block = Motion(5, 1.0)
    blocks = [by_block.strength_at(part) for part in np.split(times_s, 3000)]

    assert np.array_equal(np.concatenate(blocks), whole)
    assert not whole[~is_moving].any()
    assert (whole[is_moving] > 0).mean() > 0.99
    assert (whole[is_moving] == 1).mean() > 0.75
    assert np.abs(np.diff(whole)).max() < 0.17


def moving_at(motion: Motion, times_s: NDArray[np.float64]) -> NDArray[np.bool_]:
    return np.array([motion.holds_at(t_s) for t_s in times_s.tolist()])


def test_other_purposes_have_stretches_of_their_own() -> None:
    """As many, at other times."""
    one, other = Motion(5, 1.0), Motion(5, 1.0, purpose="lead-off")

    assert moving(one, 60) != moving(other, 60)
