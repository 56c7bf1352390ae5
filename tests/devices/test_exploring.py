"""A device that no driver knows is connected to, and heard in full."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from typing import TYPE_CHECKING

from biofeedback.clock import SystemClock
from biofeedback.devices.connection import Radio
from biofeedback.devices.exploring import Exploration, explore
from biofeedback.devices.profiles.presentation_format import (
    PRESENTATION_FORMAT,
    PresentationFormat,
    encode_presentation_format,
    profile_of,
)
from biofeedback.devices.sensor import Origin, SensorInfo
from biofeedback.samples import LinkState
from helpers.bluez import BluezStandIn
from helpers.bluez_peripheral import AttError, Char, Peripheral
from helpers.listening import WAIT_S, on_a_loop
from helpers.profile_peripheral import AnnouncedBoard

if TYPE_CHECKING:
    from collections.abc import Callable

SERVICE = "4fafc201-1fb5-459e-8fcc-c5c9c331914b"
VALUE = "beb5483e-36e1-4688-b7f5-ea07361b26a8"
REFUSED = "beb5483e-36e1-4688-b7f5-ea07361b26a9"
SETTING = "beb5483e-36e1-4688-b7f5-ea07361b26aa"


@dataclass(eq=False)
class Board(Peripheral):
    """A builder's board: one value that notifies, one that refuses, one to read."""

    def services(self) -> list[tuple[str, list[Char]]]:
        chars = [Char(VALUE, ["notify"]), Char(REFUSED, ["notify"]), Char(SETTING, ["read"])]
        return [(SERVICE, chars)]

    def on_subscribed(self, uuid: str) -> None:
        if uuid == REFUSED:
            raise AttError(0x0E)


class Told:
    """What an exploration tells, to wait on."""

    def __init__(self) -> None:
        self.all: list[Exploration] = []
        self._news = asyncio.Event()

    def __call__(self, known: Exploration) -> None:
        self.all.append(known)
        self._news.set()

    async def until(self, holds: Callable[[Exploration], bool]) -> Exploration:
        async with asyncio.timeout(WAIT_S):
            while not self.all or not holds(self.all[-1]):
                self._news.clear()
                await self._news.wait()
        return self.all[-1]

    async def until_state(self, state: LinkState) -> Exploration:
        return await self.until(lambda known: known.state is state)


def info_of(board: Peripheral) -> SensorInfo:
    return SensorInfo("board", board.name, board.address, Origin.BLUETOOTH, ())


def test_all_that_it_offers_and_sends_is_told(bluez: BluezStandIn) -> None:
    board = bluez.add(Board("ESP32"))

    async def main() -> None:
        told = Told()
        exploring = asyncio.create_task(explore(info_of(board), Radio(), SystemClock(), told))
        known = await told.until_state(LinkState.WAITING)
        assert {each.uuid for each in known.characteristics} == {VALUE, REFUSED, SETTING}
        await asyncio.to_thread(board.wait_subscribed, VALUE)
        for value in (b"3.42", b"3.43"):
            assert await asyncio.to_thread(board.send, VALUE, value)
        known = await told.until(lambda known: len(known.packets.get(VALUE, ())) == 2)
        assert [each.payload for each in known.packets[VALUE]] == [b"3.42", b"3.43"]
        exploring.cancel()
        await asyncio.wait({exploring})

    on_a_loop(main())

    assert not board.is_connected


def test_what_it_says_of_itself_is_told_even_if_nothing_is_sent(bluez: BluezStandIn) -> None:
    conductance = PresentationFormat("u16", -8, 0x272B)
    descriptors = {PRESENTATION_FORMAT: encode_presentation_format(conductance)}
    board = bluez.add(AnnouncedBoard(announced={VALUE: (["notify"], descriptors)}))

    async def main() -> None:
        told = Told()
        exploring = asyncio.create_task(
            explore(info_of(board), Radio(), SystemClock(), told, profile_of)
        )
        known = await told.until(lambda known: known.announced is not None)
        assert known.announced is not None
        (source,) = known.announced.sources
        assert (source.characteristic, source.channels[0].kind) == (VALUE, "eda")
        await asyncio.to_thread(board.send, VALUE, b"\1\0")
        known = await told.until(lambda known: bool(known.packets))
        assert known.announced is not None
        exploring.cancel()
        await asyncio.wait({exploring})

    on_a_loop(main())


def test_its_end_is_said_in_words(bluez: BluezStandIn) -> None:
    board = bluez.add(Board("ESP32"))

    async def main() -> None:
        told = Told()
        exploring = asyncio.create_task(explore(info_of(board), Radio(), SystemClock(), told))
        await told.until_state(LinkState.WAITING)
        await asyncio.to_thread(board.wait_subscribed, VALUE)
        await asyncio.to_thread(board.lose_link)
        known = await told.until_state(LinkState.STOPPED)
        assert "connection was lost" in known.message
        await exploring

        board.refusal = ("org.bluez.Error.Failed", "br-connection-unknown")
        board.is_near = True
        await explore(info_of(board), Radio(), SystemClock(), told)
        assert told.all[-1].state is LinkState.REFUSED
        assert told.all[-1].message.endswith(".")

    on_a_loop(main())
