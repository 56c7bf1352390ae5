"""Sensors: what they are, how they are doing, and which are near."""

from __future__ import annotations

from math import isfinite
from typing import TYPE_CHECKING

from biofeedback.devices.stream_words import STREAM_WORDS
from biofeedback.kinds import LinkState, StreamKind
from biofeedback.ui.messages.reading_words import quality
from biofeedback.ui.messages.time_words import clock_time, duration

if TYPE_CHECKING:
    from biofeedback.devices.self_check import Check
    from biofeedback.samples import SensorStatus, StreamHealth

NEAR_YOU = "Near you"
LOOK = "Look around"
LOOKING = "looking…"
CONNECT = "Connect"
USE = "Use"
DISCONNECT = "Disconnect"
FORGET = "Forget"
FORGET_ABOUT = "It is no longer looked for, here and when the app opens. You can connect it again."
DESCRIBE = "Describe a new sensor…"
CHECK = "Check Bluetooth"
CHECKING = "Looking at Bluetooth and drivers…"
ALL_WELL = "All is well."
NOTHING_CONNECTED = "No sensor is on yet. What is near you is listed below."
ALL_CONNECTED = "Everything that was found near you is with you already."
NOTHING_FOUND = (
    "Nothing near you yet. Wet the electrodes of a strap and put it on: many straps wake only on "
    "skin. Then look around again."
)
NO_HARDWARE = "no hardware"
ON_NETWORK = "on your network"
ON_COMPUTER = "on this computer"
KNOWN = "known"
NOT_SEEN = "known, not seen yet"
LOOKING_FOR_IT = "Looking for it…"
NOT_CONNECTED = "Not connected"
SILENT = "Nothing comes through"
OUT_OF_RANGE = "out of range"
WAITING_FOR_BLUETOOTH = "waiting for Bluetooth"
NOT_HEARD = "not heard yet"
RECORDING_GOES_ON = "the recording goes on"
BLUETOOTH_ON = "Bluetooth is on"
BLUETOOTH_OFF = "Bluetooth is off"
NO_BLUETOOTH = "Bluetooth cannot be used"
BLUETOOTH_UNKNOWN = "Bluetooth: not known yet"
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
    LinkState.UNAVAILABLE: "no Bluetooth",
    LinkState.STOPPED: "off",
}


def on_card(status: SensorStatus, signal_quality: float | None) -> str:
    """Return the state of a sensor as its card says it: ``Signal good``, ``Not connected``.

    Parameters
    ----------
    status, signal_quality
        As for `link`.
    """
    match status.state:
        case LinkState.SEARCHING:
            return LOOKING_FOR_IT
        case LinkState.CONNECTING:
            return "Connecting…"
        case LinkState.RECONNECTING | LinkState.UNAVAILABLE | LinkState.REFUSED:
            return NOT_CONNECTED
        case _:
            words = link(status, signal_quality)
            return words[:1].upper() + words[1:]


def battery(status: SensorStatus) -> str:
    """Return ``82 %``, or nothing when it is not known."""
    return "" if status.battery_pct is None else f"{status.battery_pct} %"


def battery_fact(battery_pct: int) -> str:
    """Return ``82 % battery``."""
    return f"{battery_pct} % battery"


def more_sensors(count: int) -> str:
    """Return ``2 more``: sensors that there is no room to name."""
    return f"{count} more"


def kinds(streams: tuple[StreamKind, ...]) -> str:
    """Return what a sensor measures: ``Heart rate, beat-to-beat intervals``.

    What has no name of its own is named only where there is nothing else.
    """
    named = set(streams) - {StreamKind.OTHER} or set(streams)
    words = ", ".join(STREAM_WORDS[kind] for kind in sorted(named, key=_KINDS.index))
    return words[:1].upper() + words[1:]


# What a person looks for in a sensor first.
_KINDS = (
    StreamKind.HEART_RATE,
    StreamKind.RR,
    StreamKind.ECG,
    StreamKind.PPG,
    StreamKind.PP,
    StreamKind.EDA,
    StreamKind.RESPIRATION,
    StreamKind.EMG,
    StreamKind.TEMPERATURE,
    StreamKind.ACCELERATION,
    StreamKind.OTHER,
    StreamKind.PACER,
    StreamKind.BASELINE,
)


def radio(rssi_dbm: int) -> str:
    """Return radio strength with a true minus sign."""
    return f"{rssi_dbm} dBm".replace("-", "−")


def strength(rssi_dbm: int) -> str:
    """Return radio strength for who does not know what dBm are."""
    words = "strong" if rssi_dbm >= -65 else "fair" if rssi_dbm >= -80 else "weak"
    return f"{radio(rssi_dbm)}, {words}"


def from_profile(profile_id: str) -> str:
    """Say which of the person's own descriptions a sensor is read by."""
    return f"From your profile “{profile_id}”"


def silent(last_s: float, now_s: float, *, is_lost: bool, is_timed: bool) -> str:
    """Say since when nothing is heard of a sensor.

    Parameters
    ----------
    last_s, now_s
        When it was last heard, and now, in session time.
    is_lost
        Whether its link is lost; else it is there and says nothing.
    is_timed
        Whether the person sees a session's time, so that a time of it means something.
    """
    what = OUT_OF_RANGE if is_lost else "nothing"
    return f"{what} {_since(last_s, now_s, is_timed=is_timed)}"


def _since(last_s: float, now_s: float, *, is_timed: bool) -> str:
    return f"since {clock_time(last_s)}" if is_timed else f"for {duration(now_s - last_s)}"


def gap(length_s: float) -> str:
    """Say how long the hole in what is recorded is by now."""
    return f"gap of {duration(length_s)} so far"


def rate(rate_hz: float) -> str:
    """Return ``130 samples a second``."""
    number = f"{rate_hz:.0f}" if rate_hz >= 9.5 else f"{rate_hz:.1f}"
    return f"{number} samples a second"


def lost(count: int, what: str) -> str:
    """Return ``1 beat lost``.

    Parameters
    ----------
    count
        How many.
    what
        Of what, one: ``beat``, ``sample``, ``packet``.
    """
    return f"{count} {what}{'' if count == 1 else 's'} lost"


def unreadable(count: int) -> str:
    """Return ``2 packets unreadable``."""
    return f"{count} packet{'' if count == 1 else 's'} unreadable"


def health(stream: StreamHealth) -> str:
    """Return how one stream comes in, all that is known of it, on one line."""
    parts = []
    if isfinite(stream.rate_hz):
        parts.append(f"{stream.rate_hz:.1f} samples a second")
    parts.append(f"{stream.n_lost} lost")
    if stream.n_late:
        parts.append(f"{stream.n_late} too late")
    if isfinite(stream.jitter_ms):
        parts.append(f"packets {stream.jitter_ms:.0f} ms uneven")
    if isfinite(stream.drift_ppm):
        parts.append(f"clock {stream.drift_ppm:+.0f} ppm".replace("-", "−"))
    if isfinite(stream.alignment_ms):
        parts.append(f"times known to {stream.alignment_ms:.0f} ms")
    name = STREAM_WORDS[stream.kind]
    return f"{name[:1].upper()}{name[1:]}: {', '.join(parts)}"


def checked(checks: tuple[Check, ...]) -> str:
    """Return what a look at this computer found, with the steps that mend it.

    Parameters
    ----------
    checks
        At least one.
    """
    lines = []
    for check in checks:
        lines.append(f"{'✓' if check.is_well else '→'} {check.name}: {check.words}")
        lines += [f"     {place}. {step}" for place, step in enumerate(check.steps, start=1)]
    if all(check.is_well for check in checks):
        lines.append(ALL_WELL)
    return "\n".join(lines)
