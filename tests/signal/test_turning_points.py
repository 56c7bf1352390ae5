"""Where a signal turns."""

from __future__ import annotations

from math import cos, pi, sin
from typing import TYPE_CHECKING

import numpy as np
import pytest

from biofeedback.signal.turning_points import TurningPoints

if TYPE_CHECKING:
    from collections.abc import Callable

    from biofeedback.signal.turning_points import Turn


def turns_of(
    signal: Callable[[float], float], until_s: float, rate_hz: float = 10.0, share: float = 0.0
) -> tuple[TurningPoints, list[Turn]]:
    found = []
    node = TurningPoints(0.0, signal(0.0), share)
    for index in range(1, round(until_s * rate_hz)):
        turn = node.push(index / rate_hz, signal(index / rate_hz))
        if turn is not None:
            found.append(turn)
    return node, found


def test_turns_lie_between_samples() -> None:
    """Turns of a cosine of 4.3 s that no sample meets: to a hundredth of a second, each once."""
    _, found = turns_of(lambda t_s: cos(2 * pi * t_s / 4.3), 43.0)
    first = round(found[0].t_s / 2.15)
    assert first <= 2
    assert [turn.t_s for turn in found] == pytest.approx(
        [2.15 * (first + n) for n in range(len(found))], abs=0.01
    )
    assert len(found) >= 18


@pytest.mark.parametrize("phase", [0.0, 0.1, 0.25, 0.4, 0.5, 0.6, 0.75, 0.9])
@pytest.mark.parametrize("period_s", [3.0, 5.0, 10.0, 20.0])
def test_nothing_is_made_of_where_it_begins(phase: float, period_s: float) -> None:
    """Wherever in a breath the first sample lies, every turn told is one."""
    _, found = turns_of(lambda t_s: -cos(2 * pi * (t_s / period_s + phase)), 120.0)
    halves = [2 * (turn.t_s / period_s + phase) for turn in found]
    assert halves == pytest.approx([round(half) for half in halves], abs=0.1)
    assert len(found) >= 2 * 120 / period_s - 4


def test_drift_of_many_excursions_hides_no_turn() -> None:
    """Ten breaths deep of drift in two minutes."""
    _, found = turns_of(lambda t_s: cos(2 * pi * t_s / 5) + t_s / 6, 120.0)
    assert len(found) == pytest.approx(48, abs=2)


def test_noise_once_taken_for_breath_does_not_set_the_scale() -> None:
    """Noise alone for a while, then breath in it: with the range there is less of the noise."""
    noise = np.random.default_rng(0).normal(0.0, 0.1, 1400)

    def signal(t_s: float) -> float:
        breath = -cos(2 * pi * t_s / 15) if t_s > 15 else -1.0
        return breath + float(noise[round(t_s * 10)])

    late = {}
    for share in (0.0, 0.5):
        _, found = turns_of(signal, 135.0, share=share)
        late[share] = [turn for turn in found if turn.t_s > 45]
    assert len(late[0.5]) == pytest.approx(12, abs=2)
    assert len(late[0.0]) > 2 * len(late[0.5])


def test_directness_falls_with_detours() -> None:
    """Nearly 1 for breath alone, a half where the way is twice as long."""
    straight, _ = turns_of(lambda t_s: cos(2 * pi * t_s / 5), 60.0)
    shaken, _ = turns_of(lambda t_s: cos(2 * pi * t_s / 5) + 0.2 * sin(2 * pi * 2.3 * t_s), 60.0)
    assert straight.directness == pytest.approx(1.0, abs=0.02)
    assert 0.3 < shaken.directness < 0.7


def test_signal_that_never_moved_has_no_turn() -> None:
    """No way at all is no way well gone."""
    node, found = turns_of(lambda _: 1.0, 60.0)
    assert not found
    assert node.directness == 0.0


def test_scale_survives_an_interruption() -> None:
    """What follows is measured against the breaths before it."""
    before, _ = turns_of(lambda t_s: cos(2 * pi * t_s / 5), 60.0)
    after = TurningPoints(70.0, 0.0, before=before)
    assert list(after.excursions) == list(before.excursions)
