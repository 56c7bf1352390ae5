from __future__ import annotations

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from biofeedback.devices.drivers.vernier.sample_count import SampleCount


def totals(counts: list[int], n_samples: int = 2) -> list[int]:
    counter = SampleCount()
    return [counter.push(count & 0xFF, n_samples) for count in counts]


def test_samples_are_counted_across_the_end_of_the_count() -> None:
    assert totals(list(range(250, 270))) == list(range(2, 42, 2))


def test_lost_packets_are_counted_with_their_samples() -> None:
    """Three packets of two samples each are missing."""
    counter = SampleCount()
    counts = [*range(200, 256), *range(259, 265)]

    last = [counter.push(count & 0xFF, 2) for count in counts][-1]

    assert last == 2 * (265 - 200)
    assert counter.n_lost == 3


@given(st.lists(st.integers(0, 255), max_size=60))
def test_a_count_that_means_something_else_is_not_believed(counts: list[int]) -> None:
    """Unless ten in a row count up, holes add nothing."""
    steps = [(b - a) % 256 for a, b in pairwise(counts)]
    if sum(step == 1 for step in steps) < 9:
        assert totals(counts) == list(range(2, 2 * len(counts) + 1, 2))


def test_a_belt_that_counts_down_loses_nothing() -> None:
    assert totals(list(range(300, 200, -1)))[-1] == 200


def test_packets_of_another_kind_leave_no_hole() -> None:
    counter = SampleCount()
    for count in range(20):
        counter.push(count, 1)
    counter.skip()

    assert counter.push(25, 1) == 21
    assert counter.n_lost == 0


def test_packet_that_comes_twice_is_counted_once() -> None:
    assert totals([*range(11), 10, 10, 11], 1) == [*range(1, 12), 11, 11, 12]


def test_packet_that_comes_after_the_next_keeps_its_number_and_is_not_lost() -> None:
    counter = SampleCount()
    counts = [*range(250, 261), 262, 261, 263]

    numbers = [counter.push(count & 0xFF, 2) for count in counts]

    assert numbers[-4:] == [22, 26, 24, 28]
    assert counter.n_lost == 0


def test_count_that_begins_anew_just_behind_does_not_stand_still() -> None:
    counts = [*range(20), 17, 17, 17, 17, 18, 19, 20, 21]

    assert totals(counts, 1)[-5:] == [21, 22, 23, 24, 25]
