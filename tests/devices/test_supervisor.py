"""A strap's whole life, through the real bleak; all time is the clock's."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from biofeedback.devices.connection import Radio
from biofeedback.devices.drivers.heart_rate import HEART_RATE_MEASUREMENT, encode_heart_rate
from biofeedback.devices.drivers.heart_rate_driver import HeartRateDriver
from biofeedback.devices.sensor import Origin, SensorInfo
from biofeedback.devices.supervisor import BATTERY_POLL_S, BluetoothSensor
from biofeedback.samples import LinkState, StreamKind
from helpers.bluez import BluezStandIn
from helpers.listening import Listener, WatchedClock, on_a_loop
from helpers.strap_bench import BEAT, NoChance, running, streaming
from helpers.strap_recording import read_recording

if TYPE_CHECKING:
    from pathlib import Path


def test_strap_is_found_connected_and_heard(bluez: BluezStandIn) -> None:
    """Each step is told in words, and every packet arrives as raw bytes and as samples."""
    strap = bluez.add_strap(rssi_dbm=-47)

    async def main() -> None:
        async with streaming(strap) as bench:
            heard = bench.heard
            assert heard.states == [
                LinkState.SEARCHING,
                LinkState.CONNECTING,
                LinkState.WAITING,
                LinkState.STREAMING,
            ]
            messages = {status.state: status.message for status in reversed(heard.statuses)}
            assert messages[LinkState.WAITING] == "Connected. Waiting for the first beat."
            assert messages[LinkState.STREAMING] == ""
            assert heard.now().rssi_dbm == -47
            assert [packet.payload for packet in heard.packets] == [BEAT] * 5
            assert {packet.characteristic for packet in heard.packets} == {HEART_RATE_MEASUREMENT}
            assert [packet.arrival_s for packet in heard.packets] == [0.0, 1.0, 2.0, 3.0, 4.0]
            assert heard.values(StreamKind.HEART_RATE) == [60.0] * 5
            assert heard.values() == [1000.0] * 5
            assert heard.now().has_rr is True

    on_a_loop(main())


def test_battery_and_device_information_are_told(bluez: BluezStandIn) -> None:
    strap = bluez.add_strap(battery_pct=73)

    async def main() -> None:
        async with running(strap.address) as bench:
            await bench.heard.until(lambda: bench.heard.now().battery_pct == 73)
            assert dict(bench.heard.now().device) == {
                "manufacturer": "Polar Electro Oy",
                "model": "H10",
                "firmware": "3.1.1",
                "location": "chest",
            }
            assert strap.set_battery(72)
            await bench.heard.until(lambda: bench.heard.now().battery_pct == 72)

    on_a_loop(main())


def test_battery_that_does_not_notify_is_asked_again(bluez: BluezStandIn) -> None:
    """Every five minutes, while beats keep coming."""
    strap = bluez.add_strap(battery_pct=73, battery_notifies=False)

    async def main() -> None:
        async with running(strap.address) as bench:
            await bench.heard.until(lambda: bench.heard.now().battery_pct == 73)
            await bench.clock.asleep_until(BATTERY_POLL_S)
            strap.battery_pct = 70
            await bench.send(strap, n=int(BATTERY_POLL_S) + 1)
            await bench.heard.until(lambda: bench.heard.now().battery_pct == 70)

    on_a_loop(main())


def test_strap_that_tells_nothing_about_itself_is_heard_all_the_same(bluez: BluezStandIn) -> None:
    """No battery, no information, and every read answered with an error."""
    strap = bluez.add_strap(
        battery_pct=None,
        information={0x2A24: b"H10"},
        read_error=("org.bluez.Error.Failed", "Operation failed with ATT error: 0x0e"),
    )

    async def main() -> None:
        async with streaming(strap) as bench:
            assert bench.heard.values() == [1000.0] * 5
            assert bench.heard.now().battery_pct is None
            assert dict(bench.heard.now().device) == {}

    on_a_loop(main())


def test_garbage_is_counted_kept_and_survived(bluez: BluezStandIn) -> None:
    """Five bad packets among good ones: recorded raw, counted, and no sample more or less."""
    strap = bluez.add_strap()

    async def main() -> None:
        async with streaming(strap) as bench:
            heard = bench.heard
            # All in one moment: they come between the good ones.
            for garbage in (b"", b"\x10", b"\x01\x3c", b"\x08\x3c\x01", b"\xff\x00"):
                assert await asyncio.to_thread(strap.notify, garbage)
            await heard.until_packets(10)
            await bench.send(strap, n=3)
            assert heard.now().n_bad_packets == 5
            assert heard.now().state is LinkState.STREAMING
            assert heard.values() == [1000.0] * 8
            assert len(heard.packets) == 13

    on_a_loop(main())


def test_lost_packets_are_counted(bluez: BluezStandIn) -> None:
    """Two seconds without a packet in a minute: two packets, one gap."""
    strap = bluez.add_strap()

    async def main() -> None:
        async with streaming(strap) as bench:
            await bench.send(strap, encode_heart_rate(75, (819,)), n=15)
            await bench.clock.advance(2.0)
            await bench.send(strap, encode_heart_rate(75, (819,)), n=3)
            assert bench.heard.now().n_lost_packets == 2

    on_a_loop(main())


def test_two_straps_are_followed_at_once(bluez: BluezStandIn) -> None:
    """One radio, two sensors: each gets its own beats, and one lost leaves the other alone."""
    straps = [bluez.add_strap("One"), bluez.add_strap("Two")]

    async def main() -> None:
        clock = WatchedClock()
        radio = Radio()
        heard = [Listener(), Listener()]
        tasks = [
            asyncio.create_task(
                BluetoothSensor(
                    SensorInfo(strap.name, strap.name, strap.address, Origin.BLUETOOTH, ()),
                    HeartRateDriver(),
                    radio,
                    NoChance(),
                ).run(listener, clock)
            )
            for strap, listener in zip(straps, heard, strict=True)
        ]
        for listener in heard:
            await listener.until_state(LinkState.WAITING)
        for i in range(6):
            for strap, bpm in zip(straps, (60, 90), strict=True):
                await asyncio.to_thread(strap.notify, encode_heart_rate(bpm, (61440 // bpm,)))
            for listener in heard:
                await listener.until_packets(i + 1)
            await clock.advance(1.0)
        straps[0].lose_link()
        await heard[0].until_state(LinkState.RECONNECTING)
        assert heard[1].now().state is LinkState.STREAMING
        assert set(heard[0].values()) == {1000.0}
        assert set(heard[1].values()) == {682 * 1000 / 1024}
        assert {chunk.stream.sensor_id for chunk in heard[1].chunks} == {"Two"}
        for task in tasks:
            task.cancel()
        await asyncio.wait(tasks)

    on_a_loop(main())

    assert not straps[1].is_connected


def test_clean_stop_lets_go_of_the_strap(bluez: BluezStandIn) -> None:
    """Unsubscribed, disconnected, told; and every beat that came was given out."""
    strap = bluez.add_strap()

    async def main() -> None:
        async with streaming(strap) as bench:
            await bench.heard.until(lambda: bench.heard.now().battery_pct is not None)
        assert bench.heard.states[-2:] == [LinkState.STREAMING, LinkState.STOPPED]
        assert bench.heard.values() == [1000.0] * 5

    on_a_loop(main())

    assert not strap.is_connected
    assert not strap.is_subscribed
    # Heart rate and battery: a strap that is left notifying empties its battery.
    assert bluez.calls[-3:] == ["StopNotify", "StopNotify", "Disconnect"]


def test_stop_in_the_middle_of_a_search_ends_the_scan(bluez: BluezStandIn) -> None:
    bluez.add_strap("Another")

    async def main() -> None:
        async with running("00:00:00:00:00:00") as bench:
            await bench.clock.asleep_until(10.0)
            assert bluez.is_scanning

    on_a_loop(main())

    assert not bluez.is_scanning


def test_stop_in_the_middle_of_a_connection_takes_it_back(bluez: BluezStandIn) -> None:
    """The system is told to forget the attempt, or the strap would connect later to nobody."""
    strap = bluez.add_strap(is_answering=False)

    async def main() -> None:
        async with running(strap.address) as bench:
            await bench.heard.until_state(LinkState.CONNECTING)
            await asyncio.to_thread(bluez.wait_called, "Connect")

    on_a_loop(main())

    assert bluez.calls[-2:] == ["Connect", "Disconnect"]


def test_strap_without_skin_contact_says_so(bluez: BluezStandIn) -> None:
    """No beats, no rate, words about the electrodes; and back when it is worn again."""
    strap = bluez.add_strap()

    async def main() -> None:
        async with streaming(strap) as bench:
            heard = bench.heard
            n_rates = len(heard.values(StreamKind.HEART_RATE))
            await bench.send(strap, encode_heart_rate(70, (900,), has_contact=False), n=3)
            assert heard.now().state is LinkState.SILENT
            assert "feels no skin" in heard.now().message
            assert len(heard.values(StreamKind.HEART_RATE)) == n_rates
            await bench.send(strap, encode_heart_rate(0), n=1)
            assert "no heartbeat reaches the sensor" in heard.now().message
            await bench.send(strap, n=1)
            assert heard.now().state is LinkState.STREAMING

    on_a_loop(main())

    assert strap.n_connects == 1


def test_sensor_without_intervals_says_what_that_means(bluez: BluezStandIn) -> None:
    watch = bluez.add_strap("Watch")

    async def main() -> None:
        async with running(watch.address) as bench:
            heard = bench.heard
            await heard.until_state(LinkState.WAITING)
            await bench.send(watch, encode_heart_rate(70), n=9)
            assert heard.now().has_rr is None
            await bench.send(watch, encode_heart_rate(70), n=1)
            assert heard.now().has_rr is False
            assert heard.now().state is LinkState.STREAMING
            assert heard.now().message == (
                "Heart rate only: this sensor sends no beat-to-beat intervals, so variability "
                "cannot be measured."
            )

    on_a_loop(main())


def test_strap_left_connected_by_another_program_is_taken_over(bluez: BluezStandIn) -> None:
    """It does not advertise, so no scan would ever see it."""
    strap = bluez.add_strap()
    strap.connect_elsewhere()

    async def main() -> None:
        async with streaming(strap):
            assert bluez.n_scans == 0

    on_a_loop(main())

    assert not strap.is_connected


def test_real_recording_arrives_whole_and_in_order(bluez: BluezStandIn, recordings: Path) -> None:
    """Ten minutes of a Polar H10, with the link lost once: each interval once, exact."""
    strap = bluez.add_strap()
    packets = read_recording(recordings / "polar_h10_dhyb" / "sample_data_ibi.csv")

    async def main() -> None:
        async with running(strap.address) as bench:
            await bench.heard.until_state(LinkState.WAITING)
            for i, packet in enumerate(packets):
                if i == 300:
                    strap.lose_link(is_near=True)
                    await bench.heard.until_state(LinkState.RECONNECTING)
                    await bench.pass_to(bench.clock.now_s() + 1.0)
                    await bench.heard.until_state(LinkState.WAITING)
                await bench.clock.advance(max(packet.arrival_s - bench.clock.now_s(), 0.0))
                strap.notify(packet.payload)
                await bench.heard.until_packets(i + 1)
        sent = [ticks * 1000 / 1024 for packet in packets for ticks in packet.rr_ticks]
        assert bench.heard.values() == sent

    on_a_loop(main())
