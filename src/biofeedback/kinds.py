"""The words that name kinds of things. `biofeedback.samples` has them too, beside what they name.

They stand apart because a window needs them for its first picture, and nothing else of that.
"""

from __future__ import annotations

from enum import StrEnum

__all__ = [
    "BeatOrigin",
    "GapReason",
    "LinkState",
    "MarkerKind",
    "RRFlag",
    "Role",
    "StreamKind",
    "sensor_of",
]


class StreamKind(StrEnum):
    """What a stream measures. The value is used in file names and the library."""

    RR = "rr"
    HEART_RATE = "heart-rate"
    EDA = "eda"
    RESPIRATION = "respiration"
    ECG = "ecg"
    PPG = "ppg"
    ACCELERATION = "acceleration"
    EMG = "emg"
    PP = "pp"  # pulse-to-pulse intervals, found by the sensor itself
    TEMPERATURE = "temperature"
    OTHER = "other"  # kept and shown, and taken for nothing else
    PACER = "pacer"
    BASELINE = "baseline"


class BeatOrigin(StrEnum):
    """What a beat was found in. An interval between pulses is no RR interval: see `Beat`."""

    STRAP = "strap"  # the sensor itself found the beats and sent their intervals
    ECG = "ecg"
    PULSE = "pulse"


class Role(StrEnum):
    """Whose body a sensor is on, where two people share a session."""

    CLIENT = "client"
    PARTNER = "partner"


class RRFlag(StrEnum):
    """What was found about one interval. Nothing is ever removed: see `Beat`."""

    NORMAL = "normal"
    MISSED = "missed"  # the sensor skipped one or more beats; split into equal parts
    INSERTED = "inserted"  # a beat that was missed, put back: it has no raw interval
    EXTRA = "extra"  # no beat: its interval was joined to a neighbour's
    ECTOPIC = "ectopic"  # early or late beat; both intervals beside it were evened out
    MISPLACED = "misplaced"  # a beat found a little early or late, and corrected as an ectopic one
    OUT_OF_RANGE = "out-of-range"  # outside 300 to 2000 ms and not repaired: breaks the series
    GAP = "gap"  # the first beat after a gap: its interval stands, differences do not cross


class MarkerKind(StrEnum):
    """Why a moment was marked."""

    MARK = "mark"
    PAUSE = "pause"
    RESUME = "resume"
    CONSENT = "consent"
    NOTE = "note"


class GapReason(StrEnum):
    """Why a stretch of a stream has no samples."""

    LINK = "link"  # the connection was lost
    SILENCE = "silence"  # connected, but nothing came
    CONTACT = "contact"  # the sensor felt no skin
    PACKETS = "packets"  # some were lost on their way
    RADIO = "radio"  # Bluetooth itself was off or gone
    CLOCK = "clock"  # the sensor's clock began anew
    ASLEEP = "asleep"  # the computer slept


class LinkState(StrEnum):
    """How a sensor is doing, in the order in which it usually happens."""

    SEARCHING = "searching"
    CONNECTING = "connecting"
    WAITING = "waiting"  # connected, no data yet
    STREAMING = "streaming"
    SILENT = "silent"  # connected, but nothing comes or there is no skin contact
    RECONNECTING = "reconnecting"
    REFUSED = "refused"
    UNAVAILABLE = "unavailable"  # Bluetooth itself is off or missing
    STOPPED = "stopped"


def sensor_of(source: str) -> str:
    """Return the sensor's id for a source: ``chest`` for ``chest/ecg``.

    What several sensors of the partner say together, ``partner/together``, is from ``partner``.
    """
    return source.partition("/")[0]
