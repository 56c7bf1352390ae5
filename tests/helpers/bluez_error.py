"""How BlueZ says no, and a device to BlueZ."""

from __future__ import annotations

__all__ = [
    "ATT_NOT_PAIRED",
    "ATT_READ_NOT_PERMITTED",
    "ATT_WRITE_NOT_PERMITTED",
    "AUTHENTICATION_FAILED",
    "FAILED",
    "IN_PROGRESS",
    "NOT_READY",
    "NOT_SUPPORTED",
    "UNKNOWN_OBJECT",
    "AttError",
    "RefusedError",
]

UNKNOWN_OBJECT = "org.freedesktop.DBus.Error.UnknownObject"
NOT_READY = "org.bluez.Error.NotReady"
IN_PROGRESS = "org.bluez.Error.InProgress"
AUTHENTICATION_FAILED = "org.bluez.Error.AuthenticationFailed"
NOT_SUPPORTED = "org.bluez.Error.NotSupported"
FAILED = "org.bluez.Error.Failed"
_NOT_PERMITTED = "org.bluez.Error.NotPermitted"
_INVALID_ARGUMENTS = "org.bluez.Error.InvalidArguments"

# Error codes of the Attribute Protocol (Bluetooth Core Specification, Vol 3, Part F, 3.4.1.1).
ATT_READ_NOT_PERMITTED = 0x02
ATT_WRITE_NOT_PERMITTED = 0x03
ATT_NOT_PAIRED = 0x05

# BlueZ has words of its own for some codes, and passes the number on for all others.
_WORDS = {
    ATT_READ_NOT_PERMITTED: (_NOT_PERMITTED, "Read not permitted"),
    ATT_WRITE_NOT_PERMITTED: (_NOT_PERMITTED, "Write not permitted"),
    ATT_NOT_PAIRED: (_NOT_PERMITTED, "Not paired"),
    0x06: (NOT_SUPPORTED, "Operation is not supported"),
    0x07: (_INVALID_ARGUMENTS, "Invalid offset"),
    0x08: ("org.bluez.Error.NotAuthorized", "Operation Not Authorized"),
    0x0C: (_NOT_PERMITTED, "Not paired"),
    0x0D: (_INVALID_ARGUMENTS, "Invalid Length"),
    0x0F: (_NOT_PERMITTED, "Not paired"),
}


class RefusedError(Exception):
    """What a method answers instead: a D-Bus error's name and text."""

    def __init__(self, name: str, text: str) -> None:
        super().__init__(name, text)
        self.name = name
        self.text = text


class AttError(RefusedError):
    """What a device answers instead of a value: an error code of the Attribute Protocol.

    Codes from 0x80 on are the device's own, those from 0xFC on of common profiles.
    """

    def __init__(self, code: int) -> None:
        super().__init__(
            *_WORDS.get(code, (FAILED, f"Operation failed with ATT error: 0x{code:02x}"))
        )
        self.code = code
