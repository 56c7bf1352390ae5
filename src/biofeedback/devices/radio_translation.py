"""From the names and codes of the systems below to our own tree of errors.

Told by what an error carries and not by its class, so that nothing here imports bleak:
which class means which of these is `world_error.world_error`'s to know.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from biofeedback.devices.radio_error import (
    NOT_OFFERED,
    OUT_OF_REACH,
    REFUSED,
    NeedsPairingError,
    RadioError,
    RadioProblem,
)
from biofeedback.errors import SensorError, SensorNotFoundError, SensorRefusedError

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = ["from_att", "from_dbus", "from_reason", "from_text"]

# ATT: insufficient authentication, authorization, encryption key size, encryption.
_ATT_NEEDS_PAIRING: Final = frozenset({0x05, 0x08, 0x0C, 0x0F})
_DBUS_PROBLEMS: Final = {
    "org.freedesktop.DBus.Error.ServiceUnknown": RadioProblem.NO_SERVICE,
    "org.freedesktop.DBus.Error.NameHasNoOwner": RadioProblem.NO_SERVICE,
    "org.freedesktop.DBus.Error.NoReply": RadioProblem.NO_SERVICE,
    "org.freedesktop.DBus.Error.Disconnected": RadioProblem.NO_SERVICE,
    "org.freedesktop.DBus.Error.AccessDenied": RadioProblem.NOT_ALLOWED,
    "org.bluez.Error.NotReady": RadioProblem.SWITCHED_OFF,
}
_DBUS_GONE: Final = frozenset({"org.freedesktop.DBus.Error.UnknownObject"}) | {
    f"org.bluez.Error.{name}" for name in ("DoesNotExist", "NotConnected")
}
_DBUS_NEEDS_PAIRING: Final = frozenset(
    f"org.bluez.Error.{name}"
    for name in (
        "AuthenticationFailed",
        "AuthenticationRejected",
        "AuthenticationCanceled",
        "AuthenticationTimeout",
        "NotAuthorized",
    )
)
# bleak gives these no class of their own.
_BLEAK_PHRASES: Final[tuple[tuple[str, Callable[[], SensorError]], ...]] = (
    ("bluez >=", lambda: RadioError(RadioProblem.TOO_OLD)),
    ("adapter", lambda: RadioError(RadioProblem.NO_ADAPTER)),
    ("failed to start scanner", lambda: RadioError(RadioProblem.SWITCHED_OFF)),
    ("access denied", lambda: SensorRefusedError(REFUSED)),
    ("multiple characteristics", lambda: SensorRefusedError(NOT_OFFERED)),
)


def from_reason(error: Exception) -> SensorError:
    """Translate why bleak says that there is no Bluetooth, told by ``error.reason``."""
    # By name, for a newer bleak may add reasons.
    reason = getattr(getattr(error, "reason", None), "name", "")
    problem = {
        "NO_BLUETOOTH": RadioProblem.NO_ADAPTER,
        "NO_BLE_CENTRAL_ROLE": RadioProblem.NOT_LOW_ENERGY,
        "POWERED_OFF": RadioProblem.SWITCHED_OFF,
        "DENIED_BY_USER": RadioProblem.NOT_ALLOWED,
        "DENIED_BY_SYSTEM": RadioProblem.NOT_ALLOWED,
        "DENIED_BY_UNKNOWN": RadioProblem.NOT_ALLOWED,
    }.get(reason, RadioProblem.UNKNOWN)
    return RadioError(problem)


def from_att(error: Exception) -> SensorError:
    """Translate a sensor's answer: its ATT error code is the first argument."""
    return NeedsPairingError() if error.args[0] in _ATT_NEEDS_PAIRING else _refused(error)


def _refused(_error: Exception) -> SensorError:
    return SensorRefusedError(REFUSED)


def from_dbus(error: Exception) -> SensorError:
    """Translate BlueZ's answer: the D-Bus error's name, then its text, are the arguments."""
    name = str(error.args[0])
    detail = str(error.args[1]).lower() if len(error.args) > 1 else ""
    problem = _DBUS_PROBLEMS.get(name)
    if "not ready" in detail or "not powered" in detail:
        problem = RadioProblem.SWITCHED_OFF
    if problem is not None:
        return RadioError(problem)
    if name in _DBUS_NEEDS_PAIRING or "not paired" in detail:
        return NeedsPairingError()
    if name in _DBUS_GONE or "page-timeout" in detail or "not connected" in detail:
        return SensorNotFoundError(OUT_OF_REACH)
    return _refused(error)


def from_text(error: Exception) -> SensorError:
    """Translate what has a text and nothing else."""
    text = str(error).lower()
    for phrase, translated in _BLEAK_PHRASES:
        if phrase in text:
            return translated()
    # Everything else is a link that went away under a call.
    return SensorNotFoundError(OUT_OF_REACH)
