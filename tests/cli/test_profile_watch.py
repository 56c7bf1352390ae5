"""``biofeedback profile watch``, with simulated sensors through the real bleak."""

from __future__ import annotations

import asyncio
from contextlib import asynccontextmanager, suppress
from typing import TYPE_CHECKING

import pytest

from biofeedback.cli.profile_watch import watch_sensor
from biofeedback.clock import FakeClock
from biofeedback.devices.profiles.presentation_format import (
    PRESENTATION_FORMAT,
    PresentationFormat,
    encode_presentation_format,
)
from biofeedback.devices.profiles.reading import read_profile
from biofeedback.errors import SensorNotFoundError
from helpers.bus import MISSING
from helpers.listening import on_a_loop
from helpers.profile_peripheral import M40, AnnouncedBoard, NuanicRing, TextBoard
from helpers.profile_texts import all_shipped

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Iterator

    from biofeedback.devices.profiles.profile import Profile
    from helpers.bluez import BluezStandIn
    from helpers.bluez_peripheral import Peripheral

WAIT_S = 20.0


@pytest.fixture
def bluez(monkeypatch: pytest.MonkeyPatch) -> Iterator[BluezStandIn]:
    if MISSING:
        pytest.skip(MISSING)
    from helpers.bluez import BluezStandIn

    with BluezStandIn() as stand_in:
        monkeypatch.setenv("DBUS_SYSTEM_BUS_ADDRESS", stand_in.address)
        yield stand_in


class Watching:
    """A watch that runs, and its lines."""

    def __init__(self) -> None:
        self.lines: list[str] = []
        self.news = asyncio.Event()
        self.task: asyncio.Future[None] | None = None

    def tell(self, line: str) -> None:
        self.lines.append(line)
        self.news.set()

    async def line_with(self, words: str) -> str:
        """Wait for a line with some words."""
        async with asyncio.timeout(WAIT_S):
            while True:
                for line in self.lines:
                    if words in line:
                        return line
                self.news.clear()
                await self.news.wait()


@asynccontextmanager
async def watching(peripheral: Peripheral, profile: Profile | None) -> AsyncIterator[Watching]:
    watch = Watching()
    watch.task = asyncio.ensure_future(
        watch_sensor(peripheral.address, profile, None, watch.tell, FakeClock())
    )
    try:
        yield watch
    finally:
        watch.task.cancel()
        with suppress(asyncio.CancelledError, SensorNotFoundError):
            await watch.task


def test_bytes_of_any_sensor_are_shown_and_nothing_is_written(bluez: BluezStandIn) -> None:
    async def main() -> None:
        board = bluez.add(TextBoard())
        async with watching(board, None) as watch:
            await asyncio.to_thread(board.wait_subscribed, board.services()[0][1][1].uuid)
            board.print("1,100,3.5\n")
            line = await watch.line_with("31 2c 31 30 30 2c 33 2e 35 0a")
            assert "'1,100,3.5\\n'" in line
            assert "offers 6e400001" in await watch.line_with("write-without-response")
        assert board.writes == []

    on_a_loop(main())


def test_with_a_profile_the_sensor_is_set_going_and_readings_are_shown(
    bluez: BluezStandIn,
) -> None:
    async def main() -> None:
        ring = bluez.add(NuanicRing())
        profile = read_profile(all_shipped()["nuanic-ring.toml"])
        async with watching(ring, profile) as watch:
            await asyncio.to_thread(ring.is_measuring.wait, WAIT_S)
            assert "about a minute" in await watch.line_with("about a minute")
            ring.send_resistance(250_000, 1_700_000_000_000)
            line = await watch.line_with("sc_microsiemens: 4")
            assert "06 00" in line
            assert "1700000000.000000 s" in line
            ring.send(ring.RAW, b"\1\2\3")
            await watch.line_with("refused: a packet has not the length")
        assert ring.mode == 0

    on_a_loop(main())


def test_a_reading_that_is_none_is_called_so(bluez: BluezStandIn) -> None:
    async def main() -> None:
        m40 = bluez.add(M40())
        async with watching(m40, read_profile(all_shipped()["anr-m40.toml"])) as watch:
            await asyncio.to_thread(m40.wait_subscribed, m40.services()[0][1][0].uuid)
            m40.send_level(2000)
            await watch.line_with("emg_au: no reading")

    on_a_loop(main())


def test_a_lost_link_is_told(bluez: BluezStandIn) -> None:
    async def main() -> None:
        m40 = bluez.add(M40())
        async with watching(m40, None) as watch:
            await asyncio.to_thread(m40.wait_subscribed, m40.services()[0][1][0].uuid)
            m40.lose_link()
            assert watch.task is not None
            with pytest.raises(SensorNotFoundError, match="connection was lost"):
                await watch.task

    on_a_loop(main())


def test_it_ends_by_itself_when_told_how_long(bluez: BluezStandIn) -> None:
    async def main() -> None:
        m40 = bluez.add(M40())
        lines: list[str] = []
        await watch_sensor(m40.address, None, 0.0, lines.append, FakeClock())
        assert lines[0].startswith("Connected to ANR Corp M40.")
        assert not m40.is_connected

    on_a_loop(main())


def test_a_board_that_announces_its_values_is_told_as_a_profile(bluez: BluezStandIn) -> None:
    async def main() -> None:
        said = encode_presentation_format(PresentationFormat("u16", -8, 0x272B))
        uuid = "f00d0002-0000-4000-8000-000000000001"
        board = bluez.add(
            AnnouncedBoard(announced={uuid: (["notify"], {PRESENTATION_FORMAT: said})})
        )
        async with watching(board, None) as watch:
            text = await watch.line_with("schema = 1")
            assert 'kind = "eda"' in text
            assert "scale = 0.01" in text

    on_a_loop(main())


@pytest.mark.parametrize("name", ["simulated", "osc:7000"])
def test_what_is_no_sensor_of_bluetooth_is_told_so_and_not_searched_for(name: str) -> None:
    with pytest.raises(SensorNotFoundError, match="Only sensors of Bluetooth"):
        on_a_loop(watch_sensor(name, None, None, print, FakeClock()))
