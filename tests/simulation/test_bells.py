from __future__ import annotations

import numpy as np
import pytest

from biofeedback.simulation.bells import BellTrain, top_s

BELLS = np.array([(0.0, 0.02, 0.05, 1.0), (0.1, 0.03, 0.04, 0.4)])


def by_hand(t_s: float) -> float:
    total = 0.0
    for centre_s, before_s, after_s, height in BELLS.tolist():
        width_s = before_s if t_s < centre_s else after_s
        total += height * np.exp(-(((t_s - centre_s) / width_s) ** 2) / 2)
    return float(total)


def test_a_train_is_the_sum_of_its_bells() -> None:
    """To the few millionths that are cut off."""
    train = BellTrain()
    train.put(10.0, BELLS, 2.0)
    train.put(10.3, BELLS, 1.0)
    times_s = np.arange(9.5, 11.0, 0.003)
    expected = [2.0 * by_hand(t_s - 10.0) + by_hand(t_s - 10.3) for t_s in times_s]

    assert train.at(times_s) == pytest.approx(expected, abs=2e-5)


@pytest.mark.parametrize("height", [-0.4, -0.1, 0.2, 0.5])
@pytest.mark.parametrize("centre_s", [0.02, 0.034, 0.08])
def test_top_is_where_the_sum_is_highest(centre_s: float, height: float) -> None:
    """No place on a grid of 10 µs is higher, beside a smaller wave on the flank or far off."""
    bells = np.array([(0.0, 0.011, 0.011, 1.0), (centre_s, 0.010, 0.013, height)])
    place_s = top_s(bells)
    train = BellTrain()
    train.put(0.0, bells, 1.0)
    grid_s = np.append(np.arange(-0.02, 0.01, 1e-5), place_s)
    wave = train.at(np.sort(grid_s))

    assert abs(place_s) < 0.01
    assert np.sort(grid_s)[np.argmax(wave)] == pytest.approx(place_s, abs=1e-9)


def test_what_is_past_is_let_go() -> None:
    """A train of an hour costs no more to read than one of a minute."""
    train = BellTrain()
    for second in range(3600):
        train.put(float(second), BELLS, 1.0)
        train.at(np.arange(second, second + 1, 0.2))

    assert len(train._placed) < 3
