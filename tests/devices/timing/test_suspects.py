"""When frames that do not fit show that a clock jumped."""

from __future__ import annotations

from math import inf, nan

from biofeedback.devices.timing.stamped_frame import StampedFrame
from biofeedback.devices.timing.suspects import MOST_SUSPECTS, Suspects
from helpers.stamped_stream import ecg_stream, frame_of


def came(t_s: float, arrival_s: float) -> StampedFrame:
    return StampedFrame(frame_of(ecg_stream(), 0, 65), arrival_s, t_s, None, "clock")


def test_two_that_follow_each_other_are_a_chain() -> None:
    suspects = Suspects()
    stray, first = came(900.0, 9.5), came(0.5, 10.0)
    suspects.add(stray)
    suspects.add(first)
    chain, others = suspects.take_chain_to(came(1.0, 10.5), 1 / 130.0)

    assert chain == [first]
    assert others == [stray]
    assert not suspects


def test_one_that_follows_none_leaves_all_as_it_was() -> None:
    suspects = Suspects()
    suspects.add(came(900.0, 9.5))

    assert suspects.take_chain_to(came(3.0, 10.5), 1 / 130.0) == ([], [])
    assert suspects


def test_a_few_that_fit_nothing_are_enough() -> None:
    suspects = Suspects()
    for number in range(MOST_SUSPECTS):
        assert not suspects.is_full
        suspects.add(came(1e6 * number, 10.0))
    assert suspects.is_full


def test_a_lone_one_is_decided_on_after_a_few_packets_more() -> None:
    suspects = Suspects()
    assert suspects.due_s(0.5) == inf
    suspects.add(came(900.0, 10.0))

    assert suspects.due_s(nan) == 13.0
    assert suspects.due_s(0.5) == 13.0
    assert suspects.due_s(5.0) == 30.0
