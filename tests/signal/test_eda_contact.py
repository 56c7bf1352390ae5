"""What no skin does, and what is averaged: by sample, by block, by rate."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from biofeedback.signal.eda_contact import EdaBlocks, FallGuard, Fault

if TYPE_CHECKING:
    from numpy.typing import NDArray


def blocks_of(
    values: NDArray[np.float64], rate_hz: float | None
) -> list[tuple[float, float, Fault | None]]:
    rate = 10.0 if rate_hz is None else rate_hz
    return EdaBlocks(rate_hz).push(np.arange(values.size) / rate, values)


def quiet(n: int, level: float = 5.0) -> NDArray[np.float64]:
    return level + np.random.default_rng(0).normal(0, 0.002, n)


@pytest.mark.parametrize(
    ("rate_hz", "n_block"), [(4.0, 1), (8.0, 1), (15.0, 1), (20.0, 2), (32.0, 4), (1000.0, 125)]
)
def test_blocks_are_about_an_eighth_of_a_second(rate_hz: float, n_block: int) -> None:
    values = quiet(10 * n_block)
    blocks = blocks_of(values, rate_hz)
    assert [mean for _, mean, _ in blocks] == pytest.approx(values.reshape(-1, n_block).mean(1))
    assert blocks[0][0] == pytest.approx((n_block - 1) / rate_hz)
    assert EdaBlocks(rate_hz).step_s == n_block / rate_hz


@pytest.mark.parametrize(
    ("value", "fault"),
    [
        (0.0, Fault.NO_CONTACT),
        (0.04, Fault.NO_CONTACT),
        (-3.0, Fault.NO_CONTACT),
        (np.nan, Fault.NO_CONTACT),
        (-np.inf, Fault.NO_CONTACT),
        (60.1, Fault.SATURATED),
        (np.inf, Fault.SATURATED),
    ],
)
def test_a_value_out_of_range_is_told_at_once_and_enters_no_mean(
    value: float, fault: Fault
) -> None:
    values = quiet(32)
    values[13] = value
    blocks = blocks_of(values, 32.0)
    told = [block for block in blocks if block[2] is not None]
    assert [(at_s, found) for at_s, _, found in told] == [(13 / 32, fault)]
    assert np.isnan(told[0][1])
    # The block under way is dropped, and the next begins right after.
    assert [round(at_s * 32) for at_s, _, _ in blocks] == [3, 7, 11, 13, 17, 21, 25, 29]
    assert all(4.9 < mean < 5.1 for _, mean, found in blocks if found is None)


@pytest.mark.parametrize("rate_hz", [4.0, 20.0, 32.0, 100.0])
def test_more_than_10_microsiemens_a_second_is_movement(rate_hz: float) -> None:
    """Kleckner et al. (2018): a jump of 3 µS; a climb of 8 µS/s is none."""
    t_s = np.arange(round(20 * rate_hz)) / rate_hz
    jump = quiet(t_s.size) + 3.0 * (t_s >= 10)
    climb = quiet(t_s.size) + np.clip(8.0 * (t_s - 10), 0, 4)
    moved = [at_s for at_s, _, fault in blocks_of(jump, rate_hz) if fault is Fault.MOVED]
    assert len(moved) >= 1
    assert all(abs(at_s - 10) < 0.3 for at_s in moved)
    assert all(fault is None for _, _, fault in blocks_of(climb, rate_hz))


def test_one_spike_of_a_single_sample_is_movement() -> None:
    values = quiet(320)
    values[101] += 1.0
    assert [round(at_s * 32) // 4 for at_s, _, f in blocks_of(values, 32.0) if f] == [25]


def test_the_same_number_for_over_3_s_is_a_frozen_sensor() -> None:
    values = quiet(640)
    values[320:] = 5.0
    frozen = [at_s for at_s, _, fault in blocks_of(values, 32.0) if fault is Fault.FROZEN]
    assert frozen[0] == pytest.approx(13.1, abs=0.2)
    assert frozen[-1] == pytest.approx(19.97, abs=0.01)


def test_a_sensor_of_coarse_steps_may_repeat_itself_for_longer() -> None:
    """Ten bits over 25 µS: steps of 24 nS, and a level that takes 12 s from one to the next."""
    t_s = np.arange(2400) / 20
    step = 25 / 1024
    values = np.round((5 + 0.002 * t_s) / step) * step
    # Strict only until the first step has shown how coarse the sensor is.
    late = [fault for at_s, _, fault in blocks_of(values, 20.0) if at_s > 15]
    assert late == [None] * len(late)
    values[1200:] = values[1200]
    late = [fault for at_s, _, fault in blocks_of(values, 20.0) if at_s > 105]
    assert late == [Fault.FROZEN] * len(late)


def test_a_gap_is_told_and_begins_a_new_block() -> None:
    t_s = np.concatenate((np.arange(0, 10), np.arange(20, 30))) / 32
    blocks = EdaBlocks(32.0).push(t_s, quiet(20))
    assert [(round(at_s * 32), fault) for at_s, _, fault in blocks] == [
        (3, None),
        (7, None),
        (20, Fault.GAP),
        (23, None),
        (27, None),
    ]


def test_irregular_samples_are_blocks_of_their_own_and_a_second_is_a_gap() -> None:
    blocks = EdaBlocks(None).push(np.array([0.0, 0.3, 0.35, 1.2, 2.3]), quiet(5))
    assert [fault for _, _, fault in blocks] == [None, None, None, None, Fault.GAP, None]


FAULTS = ("none", "gap", "out", "spike", "step", "frozen", "coarse", "slow")


def spoiled(values: NDArray[np.float64], t_s: NDArray[np.float64], fault: str, at: int) -> None:
    """Put one fault into a clean signal, in place."""
    n = values.size
    match fault:
        case "gap":
            t_s[at:] += 0.8
        case "out":
            values[at] = 0.01
        case "spike":
            values[at] += 5.0
        case "step":
            values[at:] += 3.0
        case "frozen":
            values[at : at + n // 2] = values[at]
        case "coarse":
            values[:] = np.round(values, 2)
        case "slow":
            t_s *= 1.4


@settings(max_examples=150, deadline=None)
@given(
    rate_hz=st.sampled_from([4.0, 15.0, 32.0, 100.0]),
    faults=st.lists(st.tuples(st.sampled_from(FAULTS), st.integers(0, 1199)), max_size=2),
    cuts=st.lists(st.integers(0, 1200), max_size=4),
)
def test_many_samples_at_once_are_taken_as_one_by_one(
    rate_hz: float, faults: list[tuple[str, int]], cuts: list[int]
) -> None:
    """Every block bit for bit, whatever is wrong and wherever the pieces are cut."""
    rng = np.random.default_rng(7)
    t_s = np.arange(1200) / rate_hz
    values = 5.0 + 0.2 * np.sin(t_s) + rng.normal(0, 0.003, t_s.size)
    for fault, at in faults:
        spoiled(values, t_s, fault, at)
    alone, together = EdaBlocks(rate_hz), EdaBlocks(rate_hz)

    one_by_one = [
        block for i in range(t_s.size) for block in alone.push(t_s[i : i + 1], values[i : i + 1])
    ]
    edges = [0, *sorted(cuts), t_s.size]
    in_pieces = [
        block
        for first, last in pairwise(edges)
        for block in together.push(t_s[first:last], values[first:last])
    ]

    # As text, in which nan equals nan and every bit shows.
    assert repr(in_pieces) == repr(one_by_one)
    # What follows finds the same state.
    after_s = t_s[-1] + np.arange(1, 41) / rate_hz
    assert repr(together.push(after_s, values[:40])) == repr(alone.push(after_s, values[:40]))


def test_times_and_values_of_different_length_are_refused() -> None:
    with pytest.raises(ValueError, match="zip"):
        EdaBlocks(32.0).push(np.arange(3.0), np.ones(2))


def fall(levels: NDArray[np.float64], slopes: NDArray[np.float64], responses: float = 0.0) -> bool:
    guard = FallGuard(2.2)
    return any(
        guard.is_artifact(float(levels[i - 1]), float(levels[i]), float(slopes[i]), responses)
        for i in range(1, levels.size)
    )


def test_a_fall_like_a_step_is_an_artifact_and_a_recovery_is_none() -> None:
    """0.3 µS down in half a second; 2 µS down at the pace of a response, 2 s to 37 %."""
    t_s = np.arange(0, 6, 0.125)
    step = np.exp(-10 * t_s) * (1 + 10 * t_s)
    assert fall(5 + 0.3 * step, np.gradient(0.3 * step, 0.125))
    recovery = 2 * np.exp(-t_s / 2)
    assert not fall(5 + recovery, np.gradient(recovery, 0.125), responses=2.0)
    assert not fall(15 + recovery, np.gradient(recovery, 0.125))


def test_a_fall_faster_than_any_recovery_is_an_artifact() -> None:
    """3 µS/s with nothing to recover from; after 8 µS of responses it is a recovery."""
    levels = np.arange(10.0, 5.0, -0.375)
    slopes = np.full(levels.size, -3.0)
    assert fall(levels, slopes)
    assert not fall(levels, slopes, responses=8.0)
