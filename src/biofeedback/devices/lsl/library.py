"""The one door to liblsl: loads it when it is first needed, within this computer or beyond.

liblsl reads its settings once in the life of a process. What was chosen first therefore holds
until the program is started again.
"""

from __future__ import annotations

import os
import threading
from pathlib import Path
from typing import Any, Final

from biofeedback.devices.lsl.loopback import N_PORTS, can_confine
from biofeedback.errors import SensorRefusedError

__all__ = ["load", "local_clock", "own_uids"]

# Documentation of liblsl, "Configuration file". Outlets listen for searches at an address of
# the loopback interface that nobody asks, so that `loopback.Doorman` is asked; inlets ask
# every port that an outlet of this computer may have.
_LOOPBACK_SETTINGS: Final = """\
[log]
level=-3
[ports]
IPv6=disable
PortRange={n_ports}
[multicast]
ResolveScope=machine
ListenAddress={listen}
[lab]
KnownPeers={{127.0.0.1}}
"""
_QUIET_SETTINGS: Final = "[log]\nlevel=-3\n"

_TOO_LATE: Final = (
    "Lab Streaming Layer already runs within this computer only. Close the program and start it "
    "again with the network switched on."
)
_OPEN_ALREADY: Final = (
    "Lab Streaming Layer is already open to the network. Close the program and start it again to "
    "keep it within this computer."
)
_NO_LIBRARY: Final = (
    "Lab Streaming Layer could not be loaded on this computer. Installing the program anew often "
    "helps; everything else works without it."
)

_lock = threading.Lock()
_loaded: Any = None
_is_network = False
# Streams of this process: they are not offered to it as sensors.
own_uids: set[str] = set()


def load(*, network: bool) -> Any:  # noqa: ANN401 - pylsl publishes no types
    """Return the module `pylsl`, set up. Takes a moment the first time: not for a loop.

    Parameters
    ----------
    network
        Whether other computers may be searched and may reach what is opened. Then the
        person's own ``lsl_api.cfg`` holds, where there is one.

    Raises
    ------
    SensorRefusedError
        If it cannot be loaded, or was loaded the other way.
    """
    global _loaded, _is_network
    with _lock:
        if _loaded is not None:
            if network != _is_network:
                raise SensorRefusedError(_TOO_LATE if network else _OPEN_ALREADY)
            return _loaded
        try:
            import pylsl  # noqa: PLC0415 - slow, and off until switched on
        except (ImportError, RuntimeError, OSError) as error:
            raise SensorRefusedError(_NO_LIBRARY) from error
        if not network:
            # Only Linux and Windows answer at all of 127.0.0.0/8.
            listen = "127.0.0.2" if can_confine() else "127.0.0.1"
            pylsl.set_config_content(_LOOPBACK_SETTINGS.format(listen=listen, n_ports=N_PORTS))
        elif not _has_settings():
            pylsl.set_config_content(_QUIET_SETTINGS)
        _loaded, _is_network = pylsl, network
        return pylsl


def local_clock() -> float:
    """Seconds of the clock that LSL stamps with; only after `load`."""
    return float(_loaded.local_clock())


def _has_settings() -> bool:
    """Whether the person has settings of their own, where liblsl looks for them."""
    named = os.environ.get("LSLAPICFG")
    places = (
        Path(named) if named else None,
        Path("lsl_api.cfg"),
        Path.home() / "lsl_api" / "lsl_api.cfg",
        Path("/etc/lsl_api/lsl_api.cfg"),
    )
    return any(place is not None and place.is_file() for place in places)
