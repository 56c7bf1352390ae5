from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

import pytest

from biofeedback.clock import FakeClock
from biofeedback.devices.driver import DecodeError
from biofeedback.devices.drivers.polar.control_point import Answer, Measurement, Operation
from biofeedback.devices.drivers.polar.exchange import ANSWER_S, Exchange

if TYPE_CHECKING:
    from biofeedback.devices.driver import Characteristic

M, GET = Measurement, Operation.GET_SETTINGS


class Door:
    """A peer that keeps what is written."""

    def __init__(self) -> None:
        self.written: list[bytes] = []
        self.characteristics: tuple[Characteristic, ...] = ()

    def can_notify(self, characteristic: str) -> bool:
        return True

    async def read(self, characteristic: str) -> bytes:
        return b""

    async def read_descriptor(self, characteristic: str, descriptor: str) -> bytes:
        return b""

    async def write(self, characteristic: str, payload: bytes, *, response: bool = True) -> None:
        self.written.append(payload)

    async def subscribe(self, characteristic: str) -> None:
        return

    async def unsubscribe(self, characteristic: str) -> None:
        return


async def answered(*indications: str, advance_s: float = 0.0) -> tuple[Answer | None, list[bytes]]:
    """Ask for the settings of the acceleration, and let indications come."""
    clock, door = FakeClock(), Door()
    exchange = Exchange(door, clock)
    asking = asyncio.ensure_future(exchange.ask(GET, M.ACC))
    await asyncio.sleep(0)
    for each in indications:
        exchange.take(bytes.fromhex(each))
    await clock.advance(advance_s)
    return await asyncio.wait_for(asking, 60.0), door.written


def test_an_answer_is_matched_by_operation_and_measurement() -> None:
    """Late answers to other questions are passed over."""
    answer, written = asyncio.run(
        answered("F0 02 02 00 00 01", "F0 01 00 00 00 99", "F0 01 02 00 00 02 01 04 00")
    )
    assert written == [b"\x01\x02"]
    assert answer == Answer(GET, M.ACC, 0, parameters=bytes.fromhex("02 01 04 00"))


def test_parts_of_an_answer_are_put_together() -> None:
    answer, _ = asyncio.run(
        answered(
            "F0 01 02 00 01 00 04 19 00",
            "F0 01 02 00 01 32 00 64 00",
            "F0 01 02 00 00 C8 00",
        )
    )
    assert answer is not None
    assert answer.parameters == bytes.fromhex("00 04 19 00 32 00 64 00 C8 00")


def test_a_refusal_is_an_answer() -> None:
    answer, _ = asyncio.run(answered("F0 01 02 03"))
    assert answer == Answer(GET, M.ACC, 3)


def test_no_answer_is_waited_for_30_s() -> None:
    answer, _ = asyncio.run(answered(advance_s=ANSWER_S))
    assert answer is None
    assert ANSWER_S == 30.0


def test_an_answer_in_time_ends_the_wait() -> None:
    async def main() -> None:
        clock = FakeClock()
        exchange = Exchange(Door(), clock)
        asking = asyncio.ensure_future(exchange.ask(GET, M.ACC))
        await clock.advance(29.9)
        assert not asking.done()
        exchange.take(bytes.fromhex("F0 01 02 03"))
        assert await asking is not None
        assert clock.now_s() == 29.9

    asyncio.run(main())


def test_an_answer_that_nobody_waits_for_is_left_out() -> None:
    assert Exchange(Door(), FakeClock()).take(bytes.fromhex("F0 01 02 00 00")) is None


def test_an_answer_that_does_not_end_is_refused() -> None:
    async def main() -> None:
        clock = FakeClock()
        exchange = Exchange(Door(), clock)
        asking = asyncio.ensure_future(exchange.ask(GET, M.ACC))
        await asyncio.sleep(0)
        part = bytes.fromhex("F0 01 02 00 01") + bytes(200)
        with pytest.raises(DecodeError):
            for _ in range(10):
                exchange.take(part)
        await clock.advance(ANSWER_S)
        assert await asking is None

    asyncio.run(main())


class Slow(Door):
    """A peer whose writes end a while after they were cancelled, as those of some systems do."""

    async def write(self, characteristic: str, payload: bytes, *, response: bool = True) -> None:
        try:
            await asyncio.sleep(0)
        finally:
            if payload == b"\x01\x02":
                for _ in range(5):
                    await asyncio.sleep(0)


def test_a_question_that_was_given_up_takes_no_answer_from_the_next() -> None:
    async def main() -> None:
        clock = FakeClock()
        exchange = Exchange(Slow(), clock)
        given_up = asyncio.ensure_future(exchange.ask(GET, M.ACC))
        await asyncio.sleep(0)
        given_up.cancel()
        stopping = asyncio.ensure_future(exchange.ask(Operation.STOP, M.ECG, wait_s=1.0))
        await asyncio.wait({given_up})
        exchange.take(bytes.fromhex("F0 03 00 00 00"))
        await clock.advance(1.0)
        assert await stopping == Answer(Operation.STOP, M.ECG, 0)

    asyncio.run(main())
