"""A link that is lost, falls silent or cannot be had: told in words, and mended by itself."""

from __future__ import annotations

import asyncio

import numpy as np
import pytest

from biofeedback.devices.drivers.heart_rate import encode_heart_rate
from biofeedback.devices.supervisor import back_off_s
from biofeedback.samples import LinkState, StreamKind
from helpers.bluez import BluezStandIn
from helpers.bus import MISSING
from helpers.listening import on_a_loop
from helpers.strap_bench import running, streaming

needs_bus = pytest.mark.skipif(bool(MISSING), reason=MISSING)


def test_wait_doubles_up_to_half_a_minute() -> None:
    """1, 2, 4, 8, 16, 30, 30 s; chance takes off up to a fifth."""
    assert [back_off_s(attempt, 0.0) for attempt in range(1, 8)] == [1, 2, 4, 8, 16, 30, 30]
    assert back_off_s(1, 1.0) == pytest.approx(0.8)
    assert back_off_s(100_000, 0.0) == 30.0


def test_link_lost_in_mid_session_comes_back(bluez: BluezStandIn) -> None:
    """Subscribed anew, a gap where it was away, and no beat twice or missing."""
    strap = bluez.add_strap()

    async def main() -> None:
        async with streaming(strap) as bench:
            heard = bench.heard
            strap.lose_link(is_near=False)
            await heard.until_state(LinkState.RECONNECTING)
            assert heard.now().message == (
                "The sensor is out of reach. Bring it closer. It comes back by itself."
            )
            assert heard.now().attempt == 1

            # A second's wait, then a search of ten seconds that finds nothing.
            await bench.pass_to(6.0)
            await bench.pass_to(16.0)
            await heard.until(lambda: heard.now().attempt == 2)
            assert heard.now().state is LinkState.RECONNECTING
            strap.come_back()
            await bench.pass_to(18.0)
            await heard.until_state(LinkState.WAITING)
            await bench.send(strap, encode_heart_rate(60, (1000,)), n=5)
            assert heard.now().state is LinkState.STREAMING
            assert heard.now().attempt == 0

            assert heard.values() == [1000.0] * 5 + [1000 * 1000 / 1024] * 5
            t_s = np.concatenate(
                [chunk.t_s for chunk in heard.chunks if chunk.stream.kind is StreamKind.RR]
            )
            assert np.all(np.diff(t_s) > 0)
            room_s = np.diff(t_s) - np.array(heard.values()[1:]) / 1000
            assert np.flatnonzero(room_s > 0.1).tolist() == [4]

    on_a_loop(main())

    assert strap.n_connects == 2


def test_beats_that_were_held_are_told_when_the_link_is_lost(bluez: BluezStandIn) -> None:
    """Two packets into a connection nothing is settled yet; nothing of it is lost."""
    strap = bluez.add_strap()

    async def main() -> None:
        async with running(strap.address) as bench:
            await bench.heard.until_state(LinkState.WAITING)
            await bench.send(strap, n=2)
            assert bench.heard.values() == []
            strap.lose_link(is_near=True)
            await bench.heard.until(lambda: len(bench.heard.values()) == 2)

    on_a_loop(main())


def test_silence_without_a_loss_is_noticed_and_mended(bluez: BluezStandIn) -> None:
    """Five seconds without a packet: said so, let go, and connected anew."""
    strap = bluez.add_strap()

    async def main() -> None:
        async with streaming(strap) as bench:
            # The last packet came at 4 s.
            await bench.pass_to(9.0)
            await bench.heard.until_state(LinkState.SILENT)
            assert bench.heard.now().message == (
                "The sensor has gone quiet. It is being connected anew."
            )
            await asyncio.to_thread(strap.wait_released)
            await bench.pass_to(10.0)
            await bench.heard.until_state(LinkState.WAITING)
            await bench.send(strap)
            assert bench.heard.now().state is LinkState.STREAMING

    on_a_loop(main())

    assert strap.n_connects == 2


def test_steady_packets_are_no_silence(bluez: BluezStandIn) -> None:
    """A minute of packets a second apart: connected once."""
    strap = bluez.add_strap()

    async def main() -> None:
        async with streaming(strap) as bench:
            await bench.send(strap, n=60)
            assert bench.heard.now().state is LinkState.STREAMING

    on_a_loop(main())

    assert strap.n_connects == 1


def test_refused_connection_is_tried_again(bluez: BluezStandIn) -> None:
    """It says what may hold the sensor, and connects when that lets go."""
    strap = bluez.add_strap(refusal=("org.bluez.Error.Failed", "br-connection-unknown"))

    async def main() -> None:
        async with running(strap.address) as bench:
            heard = bench.heard
            await heard.until_state(LinkState.REFUSED)
            assert "in use by a phone or a watch" in heard.now().message
            await bench.pass_to(1.0)
            await heard.until(lambda: heard.now().attempt == 2)
            strap.refusal = None
            await bench.pass_to(3.0)
            await heard.until_state(LinkState.WAITING)

    on_a_loop(main())


def test_sensor_that_is_not_near_is_waited_for(bluez: BluezStandIn) -> None:
    strap = bluez.add_strap(is_near=False)

    async def main() -> None:
        async with running(strap.address) as bench:
            heard = bench.heard
            await bench.pass_to(10.0)
            await heard.until(lambda: heard.now().attempt == 1)
            assert heard.now().state is LinkState.SEARCHING
            assert heard.now().message.endswith("Bring it closer. It comes back by itself.")
            await bench.pass_to(11.0)
            await asyncio.to_thread(bluez.wait_scanning)
            strap.come_back()
            await heard.until_state(LinkState.WAITING)

    on_a_loop(main())


def test_bluetooth_switched_off_in_mid_session_is_told_and_waited_for(
    bluez: BluezStandIn,
) -> None:
    strap = bluez.add_strap()

    async def main() -> None:
        async with streaming(strap) as bench:
            heard = bench.heard
            bluez.set_powered(False)
            await heard.until_state(LinkState.RECONNECTING)
            await bench.pass_to(6.0)
            await heard.until_state(LinkState.UNAVAILABLE)
            assert heard.now().message == (
                "Bluetooth is switched off. Switch it on and the sensor comes back by itself."
            )
            await bench.pass_to(8.0)
            await heard.until(lambda: heard.now().attempt == 3)
            bluez.set_powered(True)
            await bench.pass_to(12.0)
            await heard.until_state(LinkState.WAITING)
            await bench.send(strap)
            assert heard.now().state is LinkState.STREAMING

    on_a_loop(main())


@pytest.mark.parametrize("had_data", [True, False])
def test_bluetooth_that_is_back_is_not_told_to_be_off_while_the_sensor_is_searched_for(
    bluez: BluezStandIn, *, had_data: bool
) -> None:
    strap = bluez.add_strap(is_near=had_data)

    async def main() -> None:
        async with streaming(strap) if had_data else running(strap.address) as bench:
            strap.is_near = False
            bluez.set_powered(False)
            while bench.heard.now().state is not LinkState.UNAVAILABLE:
                await bench.clock.advance(1.0)
                await asyncio.sleep(0.01)
            bluez.set_powered(True)
            n_before = len(bench.heard.statuses)
            while len(bench.heard.statuses) == n_before:
                await bench.clock.advance(0.5)
                await asyncio.sleep(0.01)
            now = bench.heard.now()
            assert now.state is (LinkState.RECONNECTING if had_data else LinkState.SEARCHING)
            assert now.message == "Looking for the sensor."

    on_a_loop(main())


@needs_bus
@pytest.mark.parametrize(
    ("stand_in", "message"),
    [
        (
            {"has_adapter": False},
            "This computer has no Bluetooth adapter. Plug one in",
        ),
        (
            {"has_service": False},
            "No Bluetooth service is running on this computer. Start it",
        ),
    ],
)
def test_missing_bluetooth_is_told_and_asked_for_again(
    stand_in: dict[str, bool], message: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def main() -> None:
        async with running("A0:9E:1A:5C:2A:01") as bench:
            await bench.heard.until_state(LinkState.UNAVAILABLE)
            assert bench.heard.now().message == f"{message} and the sensor comes back by itself."
            # Asked again soon, never more than four seconds apart.
            for due_s in (1.0, 3.0, 7.0, 11.0, 15.0):
                await bench.pass_to(due_s)
            await bench.heard.until(lambda: bench.heard.now().attempt == 6)

    with BluezStandIn(**stand_in) as bluez:
        monkeypatch.setenv("DBUS_SYSTEM_BUS_ADDRESS", bluez.address)
        on_a_loop(main())


def test_no_bus_at_all_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DBUS_SYSTEM_BUS_ADDRESS", "unix:path=/nowhere/at/all")

    async def main() -> None:
        async with running("A0:9E:1A:5C:2A:01") as bench:
            await bench.heard.until_state(LinkState.UNAVAILABLE)
            assert bench.heard.now().message.startswith("No Bluetooth service is running")

    on_a_loop(main())


def test_bus_that_dies_in_mid_session_is_told(bluez: BluezStandIn) -> None:
    strap = bluez.add_strap()

    async def main() -> None:
        async with streaming(strap) as bench:
            await asyncio.to_thread(bluez.kill_bus)
            await bench.heard.until_state(LinkState.RECONNECTING)
            await bench.pass_to(6.0)
            await bench.heard.until_state(LinkState.UNAVAILABLE)

    on_a_loop(main())


def test_sensor_that_needs_pairing_is_paired(bluez: BluezStandIn) -> None:
    """Tried without at first; the system does the asking."""
    strap = bluez.add_strap(needs_pairing=True)

    async def main() -> None:
        async with streaming(strap) as bench:
            assert bench.heard.values() == [1000.0] * 5

    on_a_loop(main())

    assert strap.is_paired


def test_sensor_that_cannot_be_paired_says_what_to_do(bluez: BluezStandIn) -> None:
    strap = bluez.add_strap(needs_pairing=True, can_pair=False)

    async def main() -> None:
        async with running(strap.address) as bench:
            await bench.heard.until_state(LinkState.REFUSED)
            assert "Pair it in the computer's Bluetooth settings" in bench.heard.now().message
            # The person has done so.
            strap.is_paired = True
            strap.can_pair = True
            await bench.pass_to(2.0)
            await bench.heard.until_state(LinkState.WAITING)

    on_a_loop(main())


def test_device_that_measures_no_heart_is_refused(bluez: BluezStandIn) -> None:
    kettle = bluez.add_strap("Kettle", has_heart_rate=False)

    async def main() -> None:
        async with running(kettle.address) as bench:
            await bench.heard.until_state(LinkState.REFUSED)
            assert "does not offer what it was expected to" in bench.heard.now().message

    on_a_loop(main())

    assert not kettle.is_connected
