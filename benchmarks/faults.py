"""An hour with five sensors at once, in which things go wrong more than forty times.

Over the real Bluetooth library and a stand-in for the system's service, in accelerated time.
Nothing that was delivered may be lost or come twice, every gap has a name, and each sensor
comes back as soon as is stated: live, in the recording, exported, and computed again. Exits
with 1 on any miss.
"""

from __future__ import annotations

import asyncio
import os
import sys
import tempfile
import time
from pathlib import Path

# The simulated sensors are those of the tests.
sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "tests"))

from biofeedback.sessions.keys import Key
from biofeedback.sessions.library import Library
from helpers.bluez import BluezStandIn
from helpers.living_through import Report, live_through
from helpers.session_plans import HOUR, HOUR_S

__all__ = ["run"]

KEY = Key(bytes(range(32)), is_raw=True)


def run() -> Report:
    """Live through the hour, and return what became of it."""
    with tempfile.TemporaryDirectory() as name, BluezStandIn() as bluez:
        folder = Path(name)
        os.environ["DBUS_SYSTEM_BUS_ADDRESS"] = bluez.address
        with Library.open(folder / "own" / "hour.biofeedback", KEY) as library:
            return asyncio.run(live_through(bluez, HOUR, HOUR_S, library, folder / "export"))


def main() -> int:
    """Tell what came of it, and return the exit code."""
    began_s = time.perf_counter()
    report = run()
    for each in report.reconnects:
        print(
            f"{each.fault.name}: {each.name} streams {each.took_s:.1f} s later, "
            f"allowed {each.allowed_s:.1f} s"
        )
    print(
        f"{report.live.n_samples} samples, {report.live.n_holes} holes, {report.live.n_gaps} gaps, "
        f"{len(HOUR)} faults, {time.perf_counter() - began_s:.0f} s"
    )
    for miss in report.misses:
        print(f"MISSED: {miss}")
    return 1 if report.misses else 0


if __name__ == "__main__":
    sys.exit(main())
