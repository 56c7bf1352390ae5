"""Sensors: what they are, how they are doing, and which are near."""

from __future__ import annotations

from typing import TYPE_CHECKING

from biofeedback.devices.stream_words import STREAM_WORDS
from biofeedback.kinds import LinkState, StreamKind
from biofeedback.ui.messages.reading_words import quality
from biofeedback.ui.messages.time_words import clock_time

if TYPE_CHECKING:
    from biofeedback.samples import SensorStatus

NEAR_YOU = "Near you"
LOOK = "Look around"
LOOKING = "looking…"
CONNECT = "Connect"
USE = "Use"
DISCONNECT = "Disconnect"
NOTHING_CONNECTED = "No sensor is on yet. What is near you is listed below."
ALL_CONNECTED = "Everything that was found near you is with you already."
NOTHING_FOUND = (
    "Nothing near you yet. Wet the electrodes of a strap and put it on: many straps wake only on "
    "skin. Then look around again."
)
NO_HARDWARE = "simulated, no hardware"
ALREADY_CONNECTED = "held by this computer"
WITHOUT_BLUETOOTH = "The simulated sensors below work without it."
FIRST_SAMPLES = "the first samples are on their way"
ON_ME, ON_PARTNER = "on me", "on my partner"
WHO_WEARS_IT = "Who wears it"
BETWEEN_SESSIONS = "This can be changed between sessions"


def link(status: SensorStatus, signal_quality: float | None) -> str:
    """Return the state of a sensor in a few words.

    Parameters
    ----------
    status
        What it is doing.
    signal_quality
        The best quality of what it measures, ``None`` where nothing is known yet.
    """
    match status.state:
        case LinkState.STREAMING:
            if status.has_rr is False:
                return "heart rate only"
            return "connected" if signal_quality is None else quality(signal_quality)
        case LinkState.RECONNECTING:
            return f"reconnecting, try {max(status.attempt, 1)}"
        case state:
            return _LINK_WORDS[state]


_LINK_WORDS = {
    LinkState.SEARCHING: "looking for it",
    LinkState.CONNECTING: "connecting",
    LinkState.WAITING: "waiting for data",
    LinkState.SILENT: "nothing comes through",
    LinkState.REFUSED: "did not let us in",
    LinkState.UNAVAILABLE: "Bluetooth is off",
    LinkState.STOPPED: "off",
}


def battery(status: SensorStatus) -> str:
    """Return ``82 %``, or nothing when it is not known."""
    return "" if status.battery_pct is None else f"{status.battery_pct} %"


def more_sensors(count: int) -> str:
    """Return ``2 more``: sensors that there is no room to name."""
    return f"{count} more"


def kinds(streams: tuple[StreamKind, ...]) -> str:
    """Return what a sensor measures: ``Heart rate, beat-to-beat intervals``."""
    names = [
        STREAM_WORDS[kind] for kind in sorted(streams, key=list(STREAM_WORDS).index, reverse=True)
    ]
    order = sorted(names, key=lambda name: name != STREAM_WORDS[StreamKind.HEART_RATE])
    words = ", ".join(order)
    return words[:1].upper() + words[1:]


def radio(rssi_dbm: int) -> str:
    """Return radio strength with a true minus sign."""
    return f"{rssi_dbm} dBm".replace("-", "−")


def silent_since(last_s: float) -> str:
    """Say when a sensor was last heard."""
    return f"nothing since {clock_time(last_s)}"
