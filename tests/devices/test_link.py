"""One connection, through real bleak: what it offers, gives, takes, and how it ends."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

import pytest
from bleak.backends.bluezdbus import version

from biofeedback.devices.connection import Radio
from biofeedback.devices.drivers.heart_rate import (
    BATTERY_LEVEL,
    HEART_RATE_MEASUREMENT,
    HEART_RATE_SERVICE,
)
from biofeedback.errors import SensorNotFoundError, SensorRefusedError
from helpers.linked import connected, never
from helpers.listening import on_a_loop

if TYPE_CHECKING:
    from helpers.bluez import BluezStandIn

CONTROL_POINT = "00002a39-0000-1000-8000-00805f9b34fb"


def test_values_are_notified_read_and_written(bluez: BluezStandIn) -> None:
    strap = bluez.add_strap(battery_pct=41)

    async def main() -> None:
        came: asyncio.Queue[tuple[str, bytes]] = asyncio.Queue()
        link = await connected(
            strap.address, never, Radio(), lambda name, payload: came.put_nowait((name, payload))
        )
        await link.subscribe(HEART_RATE_MEASUREMENT)
        await link.subscribe(HEART_RATE_MEASUREMENT)
        strap.notify(b"\x10\x3c\x00\x04")
        assert await asyncio.wait_for(came.get(), 5.0) == (
            HEART_RATE_MEASUREMENT,
            b"\x10\x3c\x00\x04",
        )
        await link.unsubscribe(HEART_RATE_MEASUREMENT)
        assert not strap.is_subscribed
        await link.subscribe(HEART_RATE_MEASUREMENT)
        await asyncio.to_thread(strap.wait_subscribed)

        assert await link.read(BATTERY_LEVEL) == b"\x29"
        assert link.can_notify(BATTERY_LEVEL)
        assert not link.can_notify(CONTROL_POINT)
        await link.write(CONTROL_POINT, b"\x01")
        with pytest.raises(SensorRefusedError):
            await link.read("00001234-0000-1000-8000-00805f9b34fb")
        await link.close()
        await link.close()
        with pytest.raises(SensorNotFoundError):
            await link.read(BATTERY_LEVEL)
        assert not link.can_notify(BATTERY_LEVEL)

    on_a_loop(main())

    assert strap.written == [b"\x01"]
    assert not strap.is_connected
    assert not strap.is_subscribed


def test_loss_is_told_once_and_letting_go_is_not(bluez: BluezStandIn) -> None:
    strap = bluez.add_strap()

    async def main() -> None:
        lost = asyncio.Event()
        link = await connected(strap.address, lost.set, Radio())
        strap.lose_link(is_near=True)
        await asyncio.wait_for(lost.wait(), 5.0)
        with pytest.raises(SensorNotFoundError):
            await link.subscribe(HEART_RATE_MEASUREMENT)
        await link.close()

        again = await connected(strap.address, never, Radio())
        await again.close()

    on_a_loop(main())


def test_cancelling_the_very_first_connection_spoils_no_later_one(
    bluez: BluezStandIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Bleak asks for BlueZ's version once, and must not be left waiting for the answer."""
    strap = bluez.add_strap()

    async def main() -> None:
        asked, answer = asyncio.Event(), asyncio.Event()

        async def version_of_bluetoothctl() -> None:
            asked.set()
            await answer.wait()

        monkeypatch.setattr(version.BlueZFeatures, "checked_bluez_version", False)
        monkeypatch.setattr(version.BlueZFeatures, "_check_bluez_event", None)
        monkeypatch.setattr(version, "_get_bluetoothctl_version", version_of_bluetoothctl)
        radio = Radio()
        first = asyncio.create_task(connected(strap.address, never, radio))
        await asyncio.wait_for(asked.wait(), 5.0)
        first.cancel()
        await asyncio.wait({first})
        answer.set()

        link = await asyncio.wait_for(connected(strap.address, never, radio), 5.0)
        await link.close()

    on_a_loop(main())


def test_refused_connection_says_what_may_hold_the_sensor(bluez: BluezStandIn) -> None:
    strap = bluez.add_strap(refusal=("org.bluez.Error.Failed", "br-connection-unknown"))

    async def main() -> None:
        with pytest.raises(SensorRefusedError, match="in use by a phone or a watch"):
            await connected(strap.address, never, Radio())

    on_a_loop(main())


def test_all_that_a_device_offers_is_known(bluez: BluezStandIn) -> None:
    strap = bluez.add_strap()

    async def main() -> None:
        link = await connected(strap.address, never, Radio())
        offered = {each.uuid: each for each in link.characteristics}
        assert offered[HEART_RATE_MEASUREMENT].service == HEART_RATE_SERVICE
        assert "notify" in offered[HEART_RATE_MEASUREMENT].properties
        name = f"{HEART_RATE_SERVICE}/{HEART_RATE_MEASUREMENT}"
        assert link.can_notify(name)
        assert not link.can_notify(f"{CONTROL_POINT}/{HEART_RATE_MEASUREMENT}")
        with pytest.raises(SensorRefusedError):
            await link.read_descriptor(name, CONTROL_POINT)
        await link.close()

    on_a_loop(main())
