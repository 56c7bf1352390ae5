"""A Go Direct belt that loses packets or its link, falls silent, and goes on."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from biofeedback.devices.driver import Stamp
from biofeedback.devices.drivers.vernier.driver import VernierDriver
from biofeedback.devices.drivers.vernier.packets import RESPONSE
from biofeedback.samples import StreamKind
from helpers.driver_bench import talking
from helpers.listening import on_a_loop
from helpers.vernier_bench import NO_READING, count_up, forces
from helpers.vernier_peripheral import BeltPeripheral

if TYPE_CHECKING:
    from helpers.bluez import BluezStandIn


@pytest.fixture
def belt(bluez: BluezStandIn) -> BeltPeripheral:
    return bluez.add(BeltPeripheral())


def test_packet_that_is_handed_over_twice_is_the_same_samples(belt: BeltPeripheral) -> None:
    async def scenario() -> None:
        async with talking(VernierDriver(), belt) as bench:
            count_up(belt)
            belt._n_sent -= 1
            belt.measure([(14.0, NO_READING)])
            belt.measure([(15.0, NO_READING)])
            await bench.idle()
            stamps_s = [frame.stamp.t_s for frame in bench.frames if frame.stamp is not None]
            assert stamps_s[-3:] == [1.5, 1.5, 1.6]

    on_a_loop(scenario())


def test_what_was_lost_stays_lost_when_the_belt_is_set_going_again(belt: BeltPeripheral) -> None:
    async def scenario() -> None:
        async with talking(VernierDriver(), belt) as bench:
            count_up(belt)
            belt.lose_packet()
            belt.measure([(15.0, NO_READING)])
            await bench.work(bench.conversation.revive(bench.peer, StreamKind.RESPIRATION))
            assert bench.conversation.facts.n_lost_packets == 1
            await bench.work(bench.conversation.start(bench.peer, bench.clock))
            assert bench.conversation.facts.n_lost_packets == 1

    on_a_loop(scenario())


def test_lost_packets_and_damaged_ones_are_holes_in_the_count(belt: BeltPeripheral) -> None:
    async def scenario() -> None:
        async with talking(VernierDriver(), belt) as bench:
            count_up(belt)
            belt.lose_packet()
            belt.lose_packet()
            belt.send(RESPONSE, b"\x20\x11noise and no more")
            belt.measure([(15.0, NO_READING)])
            await bench.idle()
            assert len(bench.errors) == 1
            assert forces(bench.frames) == [float(i) for i in range(16)]
            assert bench.frames[-1].stamp == Stamp(1.8, clock="sample count")
            assert bench.conversation.facts.n_lost_packets == 2

    on_a_loop(scenario())


def test_belt_starts_anew_after_its_link_was_lost(bluez: BluezStandIn) -> None:
    """Cut off in the middle of a packet, and still measuring when it comes back."""
    belt = bluez.add(BeltPeripheral(mtu=23))

    async def scenario() -> None:
        async with talking(VernierDriver(), belt) as bench:
            belt.measure([(8.0, 12.0)])
            await bench.idle()
            belt.send(RESPONSE, b"\x20\x19\x00\x00\x06")
            await bench.idle()
            belt.lose_link()
            await bench.until(lambda: bench.is_lost)
            assert tuple(bench.conversation.ended()) == ()
            conversation = bench.conversation
        belt.come_back()
        assert belt.is_measuring
        async with talking(VernierDriver(), belt) as bench:
            bench.conversation = conversation
            await bench.work(conversation.start(bench.peer, bench.clock))
            belt.measure([(9.0, 12.0)])
            await bench.idle()
            assert forces(bench.frames) == [9.0]

    on_a_loop(scenario())


def test_what_came_before_the_belt_has_stopped_is_still_taken(belt: BeltPeripheral) -> None:
    async def scenario() -> None:
        async with talking(VernierDriver(), belt) as bench:
            belt.measure([(8.0, 12.0)])
        assert forces(bench.frames) == [8.0]

    on_a_loop(scenario())


def test_silent_belt_is_set_going_again(belt: BeltPeripheral) -> None:
    async def scenario() -> None:
        async with talking(VernierDriver(), belt) as bench:
            belt.is_measuring = False
            await bench.work(bench.conversation.revive(bench.peer, StreamKind.RESPIRATION))
            belt.measure([(8.0, 12.0)])
            await bench.idle()
            assert forces(bench.frames) == [8.0]

    on_a_loop(scenario())
