"""A sensor that a profile describes, found by the registry and kept by the supervisor."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from typing import TYPE_CHECKING

import numpy as np

from biofeedback.devices.catalogue import Catalogue
from biofeedback.devices.profiles.library import ProfileLibrary
from biofeedback.devices.registry import Registry
from biofeedback.kinds import LinkState, StreamKind
from helpers.listening import Listener, WatchedClock, on_a_loop
from helpers.profile_peripheral import NuanicRing

if TYPE_CHECKING:
    from pathlib import Path

    from helpers.bluez import BluezStandIn

N = 48


def test_a_ring_is_found_measured_with_and_left_in_standby(
    bluez: BluezStandIn, tmp_path: Path
) -> None:
    async def main() -> None:
        clock, heard = WatchedClock(), Listener()
        ring = bluez.add(NuanicRing())
        registry = Registry(catalogue=Catalogue(ProfileLibrary(tmp_path), ()))
        info = await registry.find(ring.address, clock)
        assert info.driver == "profile-nuanic-ring"
        assert info.kinds == (StreamKind.EDA,)
        running = asyncio.ensure_future(registry.open(info, lambda: None).run(heard, clock))
        await asyncio.to_thread(ring.is_measuring.wait, 10.0)
        for n in range(N):
            ring.send_resistance(250_000 + n, 1_751_500_000_000 + 125 * n // 2)
            await heard.until_packets(n + 1)
            await clock.advance(1 / 16)
        await heard.until_state(LinkState.STREAMING)
        ring.send(ring.RAW, b"\1\2")
        await heard.until(lambda: heard.now().n_bad_packets == 1)
        running.cancel()
        with suppress(asyncio.CancelledError):
            await running
        np.testing.assert_allclose(heard.values(StreamKind.EDA), 1e6 / (250_000 + np.arange(N)))
        t_s = np.concatenate([chunk.t_s for chunk in heard.chunks])
        # The ring tells milliseconds; it sends every 62.5.
        np.testing.assert_allclose(np.diff(t_s), 1 / 16, atol=1.5e-3)
        assert heard.gaps == []
        assert ring.mode == 0
        assert not ring.is_connected

    on_a_loop(main())
