from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

import pytest

from biofeedback.clock import FakeClock
from biofeedback.devices.drivers.shimmer.commands import (
    ANSWER_S,
    AUTO_RANGE,
    INQUIRY,
    QUIET_S,
    SET_GSR_RANGE,
    SHIMMER3,
    SHIMMER3R,
    START,
    STOP,
    Commands,
    Transport,
)
from biofeedback.errors import SensorRefusedError
from helpers.shimmer_peripheral import DirectPeer, VirtualShimmer

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

Scene = tuple[Commands, VirtualShimmer, DirectPeer]


def scene(
    shimmer: VirtualShimmer,
    transport: Transport = SHIMMER3R,
    properties: tuple[str, ...] = ("write",),
) -> Scene:
    """Commands to a sensor that hears them at once."""
    peer = DirectPeer(
        shimmer, lambda _, payload, __: commands.hear(payload), transport, properties=properties
    )
    commands = Commands(peer, transport)
    return commands, shimmer, peer


def after(seconds: float, act: Callable[[FakeClock], Awaitable[object]]) -> tuple[object, float]:
    """Do something while a clock is moved on; return what came of it, and how long it took."""

    async def main() -> tuple[object, float]:
        clock = FakeClock()
        doing = asyncio.ensure_future(act(clock))
        while not doing.done() and clock.now_s() < seconds:
            await clock.advance(0.05)
        assert doing.done(), "it waits for ever"
        return doing.result(), clock.now_s()

    return asyncio.run(main())


def test_an_answer_and_its_response_may_come_together_or_apart() -> None:
    for answers_apart in (False, True):
        commands, shimmer, _ = scene(VirtualShimmer(answers_apart=answers_apart))
        inquiry, _ = after(5.0, commands.inquire)
        assert inquiry == shimmer.inquiry


def test_a_response_may_come_byte_by_byte() -> None:
    def piecemeal(_characteristic: str, payload: bytes, _arrival_s: float) -> None:
        for each in payload:
            commands.hear(bytes([each]))

    shimmer = VirtualShimmer()
    commands = Commands(DirectPeer(shimmer, piecemeal), SHIMMER3R)
    assert after(5.0, commands.inquire)[0] == shimmer.inquiry


def test_the_set_up_of_a_shimmer3_is_three_bytes_shorter() -> None:
    commands, shimmer, _ = scene(VirtualShimmer(SHIMMER3.n_setup_bytes), SHIMMER3)
    assert after(5.0, commands.inquire)[0] == shimmer.inquiry


def test_rate_and_range_are_set_by_their_commands() -> None:
    commands, shimmer, _ = scene(VirtualShimmer())

    async def act(clock: FakeClock) -> None:
        await commands.set_rate(clock, 1024)
        await commands.do(clock, SET_GSR_RANGE, AUTO_RANGE)

    after(5.0, act)
    assert shimmer.commands == [b"\x05\x00\x04", b"\x21\x04"]
    assert (shimmer.inquiry.divisor, shimmer.inquiry.gsr_range) == (1024, 4)


def test_a_command_that_was_not_heard_is_given_once_more() -> None:
    commands, shimmer, _ = scene(VirtualShimmer(misses={INQUIRY: 1}))
    inquiry, took_s = after(10.0, commands.inquire)
    assert inquiry == shimmer.inquiry
    assert took_s == pytest.approx(ANSWER_S, abs=0.1)


def test_a_sensor_that_never_answers_is_told_of_after_two_tries() -> None:
    commands, shimmer, _ = scene(VirtualShimmer(misses={INQUIRY: 9}))
    with pytest.raises(SensorRefusedError, match="does not answer"):
        after(10.0, commands.inquire)
    assert len(shimmer.commands) == 2


def test_a_sensor_that_says_no_is_told_of_at_once() -> None:
    commands, shimmer, _ = scene(VirtualShimmer(refuses={SET_GSR_RANGE}))
    with pytest.raises(SensorRefusedError, match="refused its set-up"):
        after(10.0, lambda clock: commands.do(clock, SET_GSR_RANGE, 4))
    assert len(shimmer.commands) == 1


def test_an_answer_that_comes_late_does_not_garble_the_next_response() -> None:
    commands, shimmer, peer = scene(VirtualShimmer(misses={INQUIRY: 1}))

    async def act(clock: FakeClock) -> object:
        doing = asyncio.ensure_future(commands.inquire(clock))
        await asyncio.sleep(0)
        peer.send(b"\xff")
        peer.send(b"\xff")
        return await doing

    assert after(10.0, act)[0] == shimmer.inquiry


def test_a_garbled_response_is_asked_for_again() -> None:
    shimmer = VirtualShimmer()
    spoilt = [b"\xff\x03\x01\x02"]
    commands = Commands(
        DirectPeer(
            shimmer, lambda _, payload, __: commands.hear(spoilt.pop() if spoilt else payload)
        ),
        SHIMMER3R,
    )
    inquiry, took_s = after(10.0, commands.inquire)
    assert inquiry == shimmer.inquiry
    assert took_s == pytest.approx(ANSWER_S, abs=0.1)


def test_a_silent_sensor_is_quiet_at_once() -> None:
    commands, shimmer, _ = scene(VirtualShimmer())
    assert after(5.0, commands.quieten)[1] == pytest.approx(QUIET_S, abs=0.06)
    assert shimmer.commands == [bytes([STOP])]


def test_a_sensor_that_streams_since_an_earlier_run_is_stopped_first() -> None:
    """It has a second of data in hand, and hears only the second command to stop."""
    commands, shimmer, peer = scene(VirtualShimmer(is_streaming=True, stops_after=2))

    async def act(clock: FakeClock) -> None:
        doing = asyncio.ensure_future(commands.quieten(clock))
        while not doing.done():
            await clock.sleep_until(clock.now_s() + 0.1)
            if shimmer.is_streaming:
                peer.send(shimmer.frame(0xFFFF))
        await doing

    took_s = after(10.0, act)[1]
    assert not shimmer.is_streaming
    assert 2 * QUIET_S < took_s < 3.0


def test_a_sensor_that_never_stops_is_told_of() -> None:
    commands, shimmer, peer = scene(VirtualShimmer(is_streaming=True, stops_after=99))

    async def act(clock: FakeClock) -> None:
        doing = asyncio.ensure_future(commands.quieten(clock))
        while not doing.done():
            await clock.sleep_until(clock.now_s() + 0.1)
            peer.send(shimmer.frame(0xFFFF) * 40)
        await doing

    with pytest.raises(SensorRefusedError, match="goes on sending"):
        after(20.0, act)


def test_the_start_waits_until_it_streams() -> None:
    commands, shimmer, _ = scene(VirtualShimmer())

    async def act(clock: FakeClock) -> float:
        doing = asyncio.ensure_future(commands.start_stream(clock))
        await clock.sleep_until(1.0)
        assert not doing.done()
        commands.hear_stream()
        await doing
        return clock.now_s()

    assert after(5.0, act)[0] == pytest.approx(1.0)
    assert shimmer.commands == [bytes([START])]


def test_writes_ask_for_a_response_where_the_sensor_gives_one() -> None:
    for properties, expected in ((("write",), True), (("write-without-response",), False)):
        commands, _, peer = scene(VirtualShimmer(), properties=properties)
        after(5.0, lambda clock, commands=commands: commands.do(clock, SET_GSR_RANGE, 4))  # type: ignore[misc]
        assert peer.responses == [expected]
