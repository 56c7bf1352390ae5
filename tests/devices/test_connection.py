from __future__ import annotations

import asyncio
import subprocess
import sys
from contextlib import suppress

import pytest
from dbus_fast import Message

from biofeedback.clock import FakeClock, until
from biofeedback.devices.connection import Found, Radio
from biofeedback.devices.drivers.heart_rate import (
    HEART_RATE_MEASUREMENT,
    HEART_RATE_SERVICE,
)
from biofeedback.devices.radio_error import RadioError, RadioProblem
from biofeedback.errors import SensorError, SensorNotFoundError
from helpers.bluez import BluezStandIn
from helpers.bluez_error import FAILED, RefusedError
from helpers.bluez_heard import Heard
from helpers.bus import MISSING
from helpers.linked import connected, never
from helpers.listening import WatchedClock, on_a_loop
from helpers.strap_bench import BEAT

SERVICES = (HEART_RATE_SERVICE,)

needs_bus = pytest.mark.skipif(bool(MISSING), reason=MISSING)


def test_importing_it_does_not_import_bleak() -> None:
    """Bleak takes 0.14 s that the first picture does not have."""
    code = "import sys, biofeedback.devices.registry; sys.exit('bleak' in sys.modules)"

    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


def test_wait_ends_with_the_event_or_the_moment() -> None:
    async def main() -> None:
        clock = WatchedClock()
        event = asyncio.Event()
        waiting = asyncio.create_task(until(clock, 5.0, event))
        await clock.asleep_until(5.0)
        await clock.advance(5.0)
        assert await waiting is False

        waiting = asyncio.create_task(until(clock, 10.0, event))
        await clock.asleep_until(10.0)
        event.set()
        assert await waiting is True
        assert await until(clock, 99.0, event) is True

    on_a_loop(main())


async def scanned(n_devices: int) -> tuple[Found, ...]:
    """Scan until so many devices were seen, and then to the end."""
    clock = WatchedClock()
    all_seen = asyncio.Event()

    def on_found(found: tuple[Found, ...]) -> None:
        if len(found) == n_devices:
            all_seen.set()

    scanning = asyncio.create_task(Radio().scan(5.0, clock, SERVICES, on_found))
    await asyncio.wait_for(all_seen.wait(), 5.0)
    await clock.asleep_until(5.0)
    await clock.advance(5.0)
    return await scanning


def test_scan_sees_every_device_with_name_strength_and_services(bluez: BluezStandIn) -> None:
    """Unfiltered: a device that advertises no service is seen as well."""
    bluez.add_strap("Polar H10 5C2A91B3", rssi_dbm=-48)
    bluez.add_strap("Kettle", rssi_dbm=-80, services=())
    # What BlueZ reports where it has no reading.
    bluez.add_strap("", rssi_dbm=-127)

    async def main() -> None:
        found = await scanned(3)

        seen = {(each.name, each.rssi_dbm, each.service_uuids) for each in found}
        assert seen == {
            ("Polar H10 5C2A91B3", -48, SERVICES),
            ("Kettle", -80, ()),
            ("", None, SERVICES),
        }

    on_a_loop(main())

    assert bluez.is_scanning is False
    assert bluez.filters[0]["Transport"] == "le"
    assert "UUIDs" not in bluez.filters[0]


def test_strap_that_is_connected_already_is_found(bluez: BluezStandIn) -> None:
    """It does not advertise; the system knows of it."""
    bluez.add_strap("Polar H10 5C2A91B3").connect_elsewhere()

    async def main() -> None:
        (found,) = await scanned(1)

        assert (found.name, found.is_connected, found.rssi_dbm) == (
            "Polar H10 5C2A91B3",
            True,
            None,
        )

    on_a_loop(main())


def test_device_that_only_seems_connected_is_searched_for_the_next_time(
    bluez: BluezStandIn,
) -> None:
    """After a crash of BlueZ, bleak goes on holding its devices for connected."""
    strap = bluez.add_strap()
    ways: list[bool] = []

    async def main() -> None:
        radio, clock = Radio(), FakeClock()

        async def heard_after_connecting() -> bool:
            link = await radio.connect(
                strap.address,
                clock,
                SERVICES,
                lambda: None,
                lambda found: ways.append(found.is_connected),
                lambda _characteristic, _payload: None,
            )
            with suppress(SensorError):
                await link.subscribe(HEART_RATE_MEASUREMENT)
            is_heard = strap.notify(BEAT)
            await link.close()
            return is_heard

        assert await heard_after_connecting()
        link = await radio.connect(
            strap.address, clock, SERVICES, lambda: None, lambda _: None, lambda _c, _p: None
        )
        bluez.stop_service(crashes=True)
        bluez.start_service()
        with suppress(SensorError):
            await link.close()
        # bleak still holds it for connected.
        with suppress(SensorError):
            assert not await heard_after_connecting()
        assert ways == [False, True]
        assert await heard_after_connecting()
        assert ways == [False, True, False]

    on_a_loop(main())


def test_device_that_is_held_and_heard_is_taken_as_it_is_again(bluez: BluezStandIn) -> None:
    strap = bluez.add_strap()
    ways: list[bool] = []

    async def main() -> None:
        radio, heard = Radio(), asyncio.Event()
        for _ in range(2):
            strap.connect_elsewhere()
            async with Heard(bluez):
                pass  # bleak knows of it then
            link = await radio.connect(
                strap.address,
                FakeClock(),
                SERVICES,
                lambda: None,
                lambda found: ways.append(found.is_connected),
                lambda _characteristic, _payload: heard.set(),
            )
            await link.subscribe(HEART_RATE_MEASUREMENT)
            assert await asyncio.to_thread(strap.notify, BEAT)
            await asyncio.wait_for(heard.wait(), 5.0)
            heard.clear()
            await link.close()

    on_a_loop(main())

    assert ways == [True, True]
    assert bluez.n_scans == 0


def test_device_that_comes_during_the_scan_is_told_at_once(bluez: BluezStandIn) -> None:
    async def main() -> None:
        clock = WatchedClock()
        told = asyncio.Event()

        def on_found(found: tuple[Found, ...]) -> None:
            if found:
                told.set()

        scanning = asyncio.create_task(Radio().scan(60.0, clock, SERVICES, on_found))
        await clock.asleep_until(60.0)
        assert not told.is_set()
        bluez.add_strap("TICKR")
        await asyncio.wait_for(told.wait(), 5.0)
        await clock.advance(60.0)
        assert [found.name for found in await scanning] == ["TICKR"]

    on_a_loop(main())


def test_cancelled_scan_stops_scanning(bluez: BluezStandIn) -> None:
    async def main() -> None:
        clock = WatchedClock()
        scanning = asyncio.create_task(Radio().scan(60.0, clock, SERVICES))
        await clock.asleep_until(60.0)
        assert bluez.is_scanning
        scanning.cancel()
        with pytest.raises(asyncio.CancelledError):
            await scanning

    on_a_loop(main())

    assert bluez.is_scanning is False


def test_scan_cancelled_in_the_moment_it_begins_is_stopped(
    bluez: BluezStandIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One that went on would keep this program from any other."""

    async def main() -> None:
        loop = asyncio.get_running_loop()
        answer = bluez.adapter.call

        def cancel_meanwhile(message: Message) -> tuple[str, list[object]]:
            if message.member == "StartDiscovery":
                loop.call_soon_threadsafe(scanning.cancel)
            return answer(message)

        monkeypatch.setattr(bluez.adapter, "call", cancel_meanwhile)
        scanning = asyncio.create_task(Radio().scan(60.0, WatchedClock(), SERVICES))
        with pytest.raises(asyncio.CancelledError):
            await scanning

    on_a_loop(main())

    assert bluez.n_scans == 1
    assert bluez.is_scanning is False


def test_cancelled_scan_stays_cancelled_though_it_cannot_be_stopped(
    bluez: BluezStandIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def main() -> None:
        clock = WatchedClock()
        answer = bluez.adapter.call

        def refuse(message: Message) -> tuple[str, list[object]]:
            if message.member == "StopDiscovery":
                raise RefusedError(FAILED, "No discovery started")
            return answer(message)

        monkeypatch.setattr(bluez.adapter, "call", refuse)
        scanning = asyncio.create_task(Radio().scan(60.0, clock, SERVICES))
        await clock.asleep_until(60.0)
        scanning.cancel()
        with pytest.raises(asyncio.CancelledError):
            await scanning

    on_a_loop(main())


def test_scan_has_ended_when_the_connection_begins(bluez: BluezStandIn) -> None:
    strap = bluez.add_strap()

    async def main() -> None:
        link = await connected(strap.address.lower(), never, Radio())
        await link.close()

    on_a_loop(main())

    calls = [call for call in bluez.calls if call != "SetDiscoveryFilter"]
    assert calls == ["StartDiscovery", "StopDiscovery", "Connect", "Disconnect"]


@pytest.mark.parametrize("gives_way", [True, False])
def test_a_look_around_gives_way_to_a_connection_and_a_search_does_not(
    bluez: BluezStandIn, *, gives_way: bool
) -> None:
    strap = bluez.add_strap()

    async def main() -> None:
        clock, radio = WatchedClock(), Radio()
        scanning = asyncio.create_task(radio.scan(60.0, clock, SERVICES, gives_way=gives_way))
        await clock.asleep_until(60.0)
        connecting = asyncio.create_task(connected(strap.address, never, radio))
        if not gives_way:
            for _ in range(20):
                await asyncio.sleep(0)
            assert not scanning.done()
            await clock.advance(60.0)
        found = await scanning
        assert [each.address for each in found] == [strap.address]
        await (await connecting).close()

    on_a_loop(main())


def test_a_look_around_does_not_end_for_one_that_is_not_near(bluez: BluezStandIn) -> None:
    """A sensor that was left at home is searched for again and again."""
    away = bluez.add_strap("Away", is_near=False)

    async def main() -> None:
        clock, radio = WatchedClock(), Radio()
        looking = asyncio.create_task(radio.scan(8.0, clock, SERVICES, gives_way=True))
        await clock.asleep_until(8.0)
        searching = asyncio.create_task(connected(away.address, never, radio, clock=clock))
        await clock.advance(7.0)
        assert not looking.done()
        bluez.add_strap("Worn")
        async with Heard(bluez) as heard:
            await heard.idle()
        await clock.advance(1.0)
        assert [each.name for each in await looking] == ["Worn"]
        searching.cancel()
        await asyncio.wait({searching})

    on_a_loop(main())


def test_one_that_is_near_need_not_wait_for_those_that_are_not(bluez: BluezStandIn) -> None:
    """Four sensors were left at home; the fifth is worn."""
    away = [bluez.add_strap(f"Away {i}", is_near=False) for i in range(4)]
    worn = bluez.add_strap("Worn")

    async def main() -> None:
        clock, radio = WatchedClock(), Radio()
        searching = [
            asyncio.create_task(connected(strap.address, never, radio, clock=clock))
            for strap in away
        ]
        await clock.asleep_until(10.0)
        link = await asyncio.wait_for(connected(worn.address, never, radio, clock=clock), 5.0)
        assert clock.now_s() == 0.0

        # The others search on, each for as long as it was to.
        for _ in range(4):
            await clock.asleep_until(clock.now_s() + 10.0)
            await clock.advance(10.0)
        for each in searching:
            with pytest.raises(SensorNotFoundError):
                await each
        await link.close()

    on_a_loop(main())


def test_two_connections_take_turns(bluez: BluezStandIn) -> None:
    """The second search begins when the first connection stands."""
    straps = [bluez.add_strap("One"), bluez.add_strap("Two")]

    async def main() -> None:
        radio = Radio()
        links = await asyncio.gather(*(connected(strap.address, never, radio) for strap in straps))
        for link in links:
            await link.close()

    on_a_loop(main())

    calls = [call for call in bluez.calls if call in {"StartDiscovery", "StopDiscovery", "Connect"}]
    assert calls == ["StartDiscovery", "StopDiscovery", "Connect"] * 2


def test_strap_that_bluez_forgot_after_the_scan_is_not_found(bluez: BluezStandIn) -> None:
    strap = bluez.add_strap(has_left_after_scan=True)

    async def main() -> None:
        with pytest.raises(SensorNotFoundError):
            await connected(strap.address, never, Radio())

    on_a_loop(main())


def no_scan(problem: RadioProblem) -> None:
    """Expect a scan to fail, and the next one to fail the same way."""

    async def main() -> None:
        for _ in range(2):
            with pytest.raises(RadioError) as caught:
                await Radio().scan(5.0, FakeClock(), SERVICES)
            assert caught.value.problem is problem

    on_a_loop(main())


@needs_bus
@pytest.mark.parametrize(
    ("stand_in", "problem"),
    [
        ({"is_powered": False}, RadioProblem.SWITCHED_OFF),
        ({"has_adapter": False}, RadioProblem.NO_ADAPTER),
        ({"has_service": False}, RadioProblem.NO_SERVICE),
    ],
)
def test_without_bluetooth_a_scan_says_why(
    stand_in: dict[str, bool], problem: RadioProblem, monkeypatch: pytest.MonkeyPatch
) -> None:
    with BluezStandIn(**stand_in) as bluez:
        monkeypatch.setenv("DBUS_SYSTEM_BUS_ADDRESS", bluez.address)
        no_scan(problem)


@pytest.mark.parametrize("address", ["unix:path=/nowhere/at/all", "nonsense"])
def test_without_any_bus_a_scan_says_so(address: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DBUS_SYSTEM_BUS_ADDRESS", address)
    no_scan(RadioProblem.NO_SERVICE)
