"""The engine looks at Bluetooth and drivers when it is asked to."""

from __future__ import annotations

import asyncio

import pytest

from biofeedback.clock import FakeClock
from biofeedback.devices.catalogue import Catalogue
from biofeedback.devices.connection import Radio
from biofeedback.devices.registry import Registry
from biofeedback.runtime.engine import Engine


def test_check_tells_what_is_amiss_and_what_works(monkeypatch: pytest.MonkeyPatch) -> None:
    """With no message bus there is no Bluetooth service; the drivers are there all the same."""
    monkeypatch.setenv("DBUS_SYSTEM_BUS_ADDRESS", "unix:path=/nowhere/at/all")
    engine = Engine(clock_factory=FakeClock, registry=Registry(Radio(), Catalogue()), tick=False)
    assert engine.checks() == ()
    engine.start()
    try:
        room = engine._the_room()
        engine.check()
        engine.check()

        async def done() -> None:
            # What was asked for before this is under way: once, however often it was asked for.
            assert room.around._checking is not None
            await room.around._checking

        asyncio.run_coroutine_threadsafe(done(), engine.loop).result(60)
        bluetooth, drivers = engine.checks()
        assert not bluetooth.is_well
        assert bluetooth.steps
        assert drivers.is_well
    finally:
        engine.stop()
