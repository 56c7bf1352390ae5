"""A recording of a strap, sent again as the strap sent it.

By hand, as a strap that other programs on this computer can connect to::

    python -m tests.helpers.strap_recording FILE [--speed 4] [--name "Polar H10 5C2A91B3"]

FILE holds lines of ``arrival_s,rr_ms``. It prints the setting that makes them see it.
"""

from __future__ import annotations

import argparse
import csv
import signal
import sys
import time
from dataclasses import dataclass
from pathlib import Path

from biofeedback.devices.drivers.heart_rate import encode_heart_rate

from .bluez import BluezStandIn

__all__ = ["StrapPacket", "read_recording"]


@dataclass(frozen=True, slots=True)
class StrapPacket:
    """One packet of a recording: when it came, and its intervals in 1/1024 s."""

    arrival_s: float
    rr_ticks: tuple[int, ...]

    @property
    def payload(self) -> bytes:
        """The bytes a strap would have sent, with a rate like the one it would have shown."""
        mean_s = sum(self.rr_ticks) / len(self.rr_ticks) / 1024 if self.rr_ticks else 1.0
        return encode_heart_rate(round(60.0 / mean_s), self.rr_ticks)


def read_recording(path: Path) -> list[StrapPacket]:
    """Read lines of ``arrival_s,rr_ms`` as the packets that a strap sent.

    Intervals that came within 50 ms came in one packet. Recordings keep no packets without
    intervals, yet straps send them: where a second is missing, one is put in its middle.
    """
    packets: list[StrapPacket] = []
    with path.open(encoding="utf-8", newline="") as file:
        for row in csv.reader(file):
            arrival_s, ticks = float(row[0]), round(float(row[1]) * 1024 / 1000)
            last = packets[-1] if packets else None
            if last is not None and arrival_s - last.arrival_s < 0.05:
                packets[-1] = StrapPacket(last.arrival_s, (*last.rr_ticks, ticks))
                continue
            if last is not None and 1.5 < arrival_s - last.arrival_s < 2.5:
                packets.append(StrapPacket((arrival_s + last.arrival_s) / 2, ()))
            packets.append(StrapPacket(arrival_s, (ticks,)))
    return packets


def say(text: str) -> None:
    """Print at once, also into a pipe."""
    sys.stdout.write(text + "\n")
    sys.stdout.flush()


def _main() -> int:
    parser = argparse.ArgumentParser(description="Play a recording as a Bluetooth strap.")
    parser.add_argument("file", type=Path, help="lines of arrival_s,rr_ms")
    parser.add_argument("--speed", type=float, default=1.0)
    parser.add_argument("--name", default="Polar H10 5C2A91B3")
    options = parser.parse_args()
    # Ended by another program as by Ctrl-C: the bus must not stay behind.
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    packets = read_recording(options.file)
    with BluezStandIn() as bluez:
        strap = bluez.add_strap(options.name)
        say(f"export DBUS_SYSTEM_BUS_ADDRESS={bluez.address}")
        say("waiting for someone to subscribe")
        try:
            strap.wait_subscribed(seconds=24 * 3600.0)
            start_s = time.monotonic()
            for packet in packets:
                due_s = start_s + (packet.arrival_s - packets[0].arrival_s) / options.speed
                time.sleep(max(due_s - time.monotonic(), 0.0))
                strap.notify(packet.payload)
            say("the recording has ended")
            strap.wait_released(60.0)
        except KeyboardInterrupt:
            pass
    return 0


if __name__ == "__main__":
    sys.exit(_main())
