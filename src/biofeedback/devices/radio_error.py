"""What can stand between the app and a sensor, in words a person can act on."""

from __future__ import annotations

from enum import StrEnum
from typing import Final

from biofeedback.errors import BluetoothUnavailableError, SensorRefusedError

__all__ = [
    "NOT_OFFERED",
    "OUT_OF_REACH",
    "REFUSED",
    "NeedsPairingError",
    "RadioError",
    "RadioProblem",
]


class RadioProblem(StrEnum):
    """Why there is no Bluetooth."""

    NO_SERVICE = "no-service"
    NO_ADAPTER = "no-adapter"
    NOT_LOW_ENERGY = "not-low-energy"
    SWITCHED_OFF = "switched-off"
    NOT_ALLOWED = "not-allowed"
    TOO_OLD = "too-old"
    UNKNOWN = "unknown"


# What happened, and what helps.
_WORDS: Final = {
    RadioProblem.NO_SERVICE: ("No Bluetooth service is running on this computer.", "Start it"),
    RadioProblem.NO_ADAPTER: ("This computer has no Bluetooth adapter.", "Plug one in"),
    RadioProblem.NOT_LOW_ENERGY: (
        "This computer's Bluetooth adapter cannot reach low-energy sensors.",
        "Plug in one that can",
    ),
    RadioProblem.SWITCHED_OFF: ("Bluetooth is switched off.", "Switch it on"),
    RadioProblem.NOT_ALLOWED: (
        "This app is not allowed to use Bluetooth.",
        "Allow it in the system's privacy settings",
    ),
    RadioProblem.TOO_OLD: (
        "The Bluetooth service of this computer is too old (BlueZ before 5.55).",
        "Update it",
    ),
    RadioProblem.UNKNOWN: ("Bluetooth does not answer.", "Switch it off and on"),
}


class RadioError(BluetoothUnavailableError):
    """Bluetooth cannot be used, and why.

    Parameters
    ----------
    problem
        The reason.
    """

    def __init__(self, problem: RadioProblem) -> None:
        self.problem = problem
        what, remedy = _WORDS[problem]
        super().__init__(f"{what} {remedy} and look again.")

    @property
    def live_message(self) -> str:
        """The same for someone in a session, who need not do more than that."""
        what, remedy = _WORDS[self.problem]
        return f"{what} {remedy} and the sensor comes back by itself."


class NeedsPairingError(SensorRefusedError):
    """The sensor talks only to computers it is paired with."""

    def __init__(self) -> None:
        super().__init__(
            "This sensor asks to be paired first. Pair it in the computer's Bluetooth settings; "
            "it then connects by itself."
        )


OUT_OF_REACH: Final = "The sensor does not answer. Bring it closer."
REFUSED: Final = (
    "The sensor did not accept the connection. It may be in use by a phone or a watch: "
    "disconnect it there and it connects by itself."
)
NOT_OFFERED: Final = (
    "The sensor does not offer what it was expected to. Removing it from the computer's list of "
    "Bluetooth devices and connecting again may help."
)
