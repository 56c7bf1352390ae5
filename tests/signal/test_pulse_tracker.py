"""What is a beat among rises, and what is not."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest

from biofeedback.signal.pulse_tracker import PulseTracker
from biofeedback.signal.pulse_wave import BLOCK_N, GRID_HZ, PulseWave
from helpers.made_up_pulse import MARK_AFTER_S, beats_every, even_times, made_up_pulse

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from biofeedback.signal.pulse_tracker import FoundPulse

    Numbers = NDArray[np.float64]


class Tracked:
    """A tracker and its wave, fed with values on the grid."""

    def __init__(self) -> None:
        self.wave = PulseWave()
        self.tracker = PulseTracker(self.wave)

    def push(self, values: Numbers) -> list[FoundPulse]:
        found = []
        for first in range(0, values.size, BLOCK_N):
            for lobe in self.wave.append(values[first : first + BLOCK_N].tolist()):
                self.tracker.push(lobe)
            found += self.tracker.settle()
        return found


def pulses(length_s: float, rr_s: float = 0.9) -> Numbers:
    t_s = even_times(length_s, GRID_HZ)
    return made_up_pulse(t_s, beats_every(rr_s, length_s))


def test_four_pulses_are_not_enough_and_all_are_told_when_there_are() -> None:
    values = pulses(12)
    feet_s = beats_every(0.9, 12)
    tracked = Tracked()
    until = round((feet_s[3] + 0.5) * GRID_HZ)
    assert tracked.push(values[:until]) == []
    found = tracked.push(values[until:])
    assert tracked.tracker.is_tracking
    assert found[0].position / GRID_HZ == pytest.approx(feet_s[0] + MARK_AFTER_S, abs=0.02)
    assert [pulse.follows for pulse in found] == [False] + [True] * (len(found) - 1)


@pytest.mark.parametrize("sign", [1, -1])
def test_the_direction_is_learnt_and_kept(sign: int) -> None:
    tracked = Tracked()
    tracked.push(sign * pulses(10))
    assert tracked.tracker.sign == sign
    tracked.push(np.random.default_rng(1).standard_normal(3000))
    assert tracked.tracker.sign == sign
    tracked.tracker.forget()
    assert tracked.tracker.sign == 0


def test_after_a_disturbance_three_known_pulses_are_enough() -> None:
    tracked = Tracked()
    tracked.push(pulses(10))
    noise = 3.0 * np.random.default_rng(2).standard_normal(400)
    tracked.push(noise)
    assert not tracked.tracker.is_tracking
    found = tracked.push(pulses(4.2))
    assert len(found) >= 3
    assert not found[0].follows


def test_behind_a_gap_beats_go_on_at_once_without_an_interval() -> None:
    tracked = Tracked()
    tracked.push(pulses(10))
    tracked.wave.restart()
    tracked.tracker.resume(1005.0)
    found = tracked.push(pulses(2.4))
    assert len(found) >= 1
    assert not found[0].follows
    assert found[0].position / GRID_HZ < 1.5


def test_a_rise_unlike_the_pulse_makes_the_interval_worthless() -> None:
    values = pulses(20)
    feet_s = beats_every(0.9, 20)
    at = round((feet_s[12] + 0.65) * GRID_HZ)
    values[at : at + 12] += 2.0
    found = Tracked().push(values)
    broken = [pulse.position / GRID_HZ for pulse in found[1:] if not pulse.follows]
    assert len(broken) >= 1
    assert all(feet_s[12] < at_s < feet_s[15] for at_s in broken)


def test_two_waves_in_turn_faster_than_any_heart_are_none() -> None:
    t_s = even_times(30, GRID_HZ)
    assert Tracked().push(np.sin(2 * np.pi * 6.0 * t_s)) == []
