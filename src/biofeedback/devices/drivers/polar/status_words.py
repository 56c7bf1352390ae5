"""Why a Polar sensor does not send something, in words that say what to do."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from biofeedback.devices.drivers.polar.control_point import Status
from biofeedback.devices.stream_words import STREAM_WORDS

if TYPE_CHECKING:
    from biofeedback.kinds import StreamKind

__all__ = [
    "NOT_TOLD",
    "PULSES_LEFT_OUT",
    "ended_by_itself",
    "no_answer",
    "not_understood",
    "refused",
    "waiting_for",
]

NOT_TOLD: Final = (
    "The sensor does not tell what else it measures, so there is only its heart rate. Switching it "
    "off and on often helps."
)
PULSES_LEFT_OUT: Final = (
    "Pulse-to-pulse intervals need a still arm and a snug band; what comes now is left out."
)

_NOT_SENT: Final = "This sensor does not send it."
_SETTINGS: Final = "It does not take the settings. An update of the sensor in Polar's app may help."
_REASONS: Final[dict[int, str]] = {
    Status.INVALID_OPERATION: _NOT_SENT,
    Status.INVALID_MEASUREMENT: _NOT_SENT,
    Status.NOT_SUPPORTED: _NOT_SENT,
    Status.INVALID_LENGTH: _SETTINGS,
    Status.INVALID_PARAMETER: _SETTINGS,
    Status.ALREADY_IN_STATE: (
        "It is sent elsewhere already. Disconnect the sensor from phones and watches, then switch "
        "it off and on."
    ),
    Status.INVALID_RESOLUTION: _SETTINGS,
    Status.INVALID_SAMPLE_RATE: _SETTINGS,
    Status.INVALID_RANGE: _SETTINGS,
    Status.INVALID_MTU: (
        "The packets of this computer's Bluetooth are too small for it. Another Bluetooth adapter "
        "helps."
    ),
    Status.INVALID_CHANNELS: _SETTINGS,
    Status.INVALID_STATE: (
        "The sensor is busy with something else, such as a training or a recording of its own. End "
        "that in Polar's app, then switch the sensor off and on."
    ),
    Status.IN_CHARGER: "The sensor is in its charger. Take it out, put it on and switch it on.",
    Status.DISK_FULL: "The sensor's memory is full. Empty it with Polar's app.",
}


def refused(kind: StreamKind, status: int) -> str:
    """Say that a stream is missing, and why."""
    reason = _REASONS.get(status, f"The sensor refuses it (code {status}).")
    return f"Missing: {STREAM_WORDS[kind]}. {reason}"


def no_answer(kind: StreamKind) -> str:
    """Say that the sensor did not answer when it was asked for a stream."""
    return (
        f"Missing: {STREAM_WORDS[kind]}. The sensor did not answer. Switching it off and on often "
        "helps."
    )


def not_understood(kind: StreamKind) -> str:
    """Say that what the sensor offers of a stream makes no sense."""
    return f"Missing: {STREAM_WORDS[kind]}. {_SETTINGS}"


def ended_by_itself(kind: StreamKind) -> str:
    """Say that the sensor has ended a stream."""
    return f"The sensor has stopped sending: {STREAM_WORDS[kind]}. It is asked for it again."


def waiting_for(kind: StreamKind) -> str:
    """Say that a stream takes its time."""
    return f"Waiting for {STREAM_WORDS[kind]}: it can take half a minute."
