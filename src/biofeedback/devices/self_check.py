"""Whether this computer is fit for sensors, and the steps that mend what is not."""

from __future__ import annotations

import sys
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final

from biofeedback.devices.radio_error import RadioError, RadioProblem
from biofeedback.devices.sensor import Origin
from biofeedback.errors import SensorError

if TYPE_CHECKING:
    from biofeedback.clock import Clock
    from biofeedback.devices.registry import Registry

__all__ = ["Check", "check_bluetooth", "check_drivers", "fixes", "is_blocked"]

# Where Linux tells which radios are switched off, and by whom.
_RFKILL: Final = Path("/sys/class/rfkill")

_WINDOWS: Final = "win32"
_MAC: Final = "darwin"

# What to do, step by step, by system; Linux is the one with the empty name.
_FIXES: Final[dict[RadioProblem, dict[str, tuple[str, ...]]]] = {
    RadioProblem.NO_SERVICE: {
        "": (
            "Start it: sudo systemctl enable --now bluetooth",
            "If there is none, install it: the package is called bluez.",
            "In a container, Flatpak or Snap the app needs access to the system bus, org.bluez.",
        ),
        _MAC: ("Restart the computer: its Bluetooth service starts with it.",),
        _WINDOWS: (
            "Open Services, find “Bluetooth Support Service”, start it and set it to Automatic.",
        ),
    },
    RadioProblem.NO_ADAPTER: {
        "": (
            "Plug in a Bluetooth adapter; any for Bluetooth 4.0 or later will do.",
            "If there is one, look whether Linux sees it: bluetoothctl list",
        ),
        _MAC: ("This computer has none that answers. Restart it.",),
        _WINDOWS: (
            "Plug in a Bluetooth adapter; any for Bluetooth 4.0 or later will do.",
            "If there is one, look under Device Manager, Bluetooth, whether its driver is well.",
        ),
    },
    RadioProblem.NOT_LOW_ENERGY: {
        "": ("Plug in an adapter for Bluetooth 4.0 or later: this one is older.",),
    },
    RadioProblem.SWITCHED_OFF: {
        "": ("Switch it on: rfkill unblock bluetooth, then bluetoothctl power on",),
        _MAC: ("Switch it on in System Settings, Bluetooth.",),
        _WINDOWS: (
            "Switch it on in Settings, Bluetooth & devices.",
            "Look that flight mode is off.",
        ),
    },
    RadioProblem.NOT_ALLOWED: {
        "": (
            "Add yourself to those who may: sudo usermod -aG bluetooth $USER, then log in anew.",
            "In Flatpak or Snap, allow the app to use Bluetooth.",
        ),
        _MAC: (
            "Allow it in System Settings, Privacy & Security, Bluetooth.",
            "Started from a terminal, it is the terminal that must be allowed.",
        ),
        _WINDOWS: (
            "Allow it in Settings, Privacy & security, Radios.",
            "Then start the app again.",
        ),
    },
    RadioProblem.TOO_OLD: {
        "": ("Update the system: BlueZ 5.55 or later is needed (bluetoothctl --version).",),
    },
    RadioProblem.UNKNOWN: {
        "": ("Switch Bluetooth off and on. If that does not help, restart the computer.",),
    },
}
_HARD_BLOCKED: Final = "A switch or key on the computer itself holds Bluetooth off: turn it on."
_WITHOUT: Final = "Simulated sensors, streams of the network and recordings work without it."


@dataclass(frozen=True, slots=True)
class Check:
    """What one look found.

    Parameters
    ----------
    name
        What was looked at.
    is_well
        Whether it works.
    words
        What was found, a sentence or two.
    steps
        What mends it, one step a line, the likeliest first; empty when all is well.
    """

    name: str
    is_well: bool
    words: str
    steps: tuple[str, ...] = ()


def fixes(problem: RadioProblem, platform: str = sys.platform) -> tuple[str, ...]:
    """Return the steps that mend a problem on a system, the likeliest first.

    Parameters
    ----------
    problem
        Why there is no Bluetooth.
    platform
        As `sys.platform`.
    """
    by_system = _FIXES[problem]
    return by_system.get(platform, by_system[""])


def is_blocked(folder: Path = _RFKILL) -> bool:
    """Whether a switch on the computer itself holds its Bluetooth off, as Linux tells."""
    for radio in sorted(folder.glob("rfkill*")) if folder.is_dir() else ():
        try:
            kind = (radio / "type").read_text(encoding="ascii").strip()
            hard = (radio / "hard").read_text(encoding="ascii").strip()
        except (OSError, UnicodeDecodeError):
            continue
        if kind == "bluetooth" and hard == "1":
            return True
    return False


async def check_bluetooth(
    registry: Registry, clock: Clock, seconds: float = 2.0, rfkill: Path = _RFKILL
) -> Check:
    """Look whether Bluetooth works, by looking around.

    Parameters
    ----------
    registry
        Whose radio.
    clock, seconds
        How long to look.
    rfkill
        Where Linux tells which radios are off.
    """
    try:
        found = await registry.scan(seconds, clock)
    except RadioError as error:
        steps = fixes(error.problem)
        if is_blocked(rfkill):
            steps = (_HARD_BLOCKED, *steps)
        return Check("Bluetooth", is_well=False, words=f"{error} {_WITHOUT}", steps=steps)
    except SensorError as error:
        return Check("Bluetooth", is_well=False, words=str(error), steps=())
    n_near = sum(info.origin is Origin.BLUETOOTH for info in found)
    near = "1 sensor" if n_near == 1 else f"{n_near or 'no'} sensors"
    return Check("Bluetooth", is_well=True, words=f"works; {near} seen in {seconds:g} s.")


def check_drivers(registry: Registry) -> Check:
    """Look whether every driver and sensor profile can be used."""
    catalogue = registry.catalogue
    problems = catalogue.problems
    if problems:
        return Check("Sensor drivers", is_well=False, words=" ".join(problems))
    return Check("Sensor drivers", is_well=True, words=f"{len(catalogue.drivers)} work.")
