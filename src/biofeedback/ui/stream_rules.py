"""What the preferences let other programs take part in."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final

from biofeedback.devices.network_sources import NetworkSources
from biofeedback.devices.sensor import Origin
from biofeedback.runtime.output_plan import OutputPlan
from biofeedback.ui.messages import sensor_words

if TYPE_CHECKING:
    from biofeedback.devices.sensor import SensorInfo
    from biofeedback.settings import Preferences

__all__ = ["NO_STREAMS", "fitted", "is_of_network", "may_use", "place_words", "streams_of"]

# Behind the address of a sensor that may be on another computer.
_NETWORK: Final = "?network=1"
NO_STREAMS: Final = (NetworkSources(), OutputPlan())


def streams_of(preferences: Preferences) -> tuple[NetworkSources, OutputPlan]:
    """Return which streams are looked for, and which are sent."""
    is_open = preferences.open_to_network
    is_in = preferences.lsl_in or preferences.osc_in_port > 0
    is_out = preferences.lsl_out or bool(preferences.osc_out)
    return (
        NetworkSources(preferences.lsl_in, preferences.osc_in_port, is_open and is_in),
        OutputPlan(preferences.lsl_out, preferences.osc_out, is_open and is_out),
    )


def may_use(info: SensorInfo, preferences: Preferences) -> bool:
    """Whether a sensor may be used: one of another program only if that is switched on."""
    if info.origin is Origin.LSL:
        is_on = preferences.lsl_in
    elif info.origin is Origin.OSC:
        # Another port than the one that was chosen is not opened.
        is_on = preferences.osc_in_port > 0 and _port(info) == str(preferences.osc_in_port)
    else:
        return True
    return is_on and (preferences.open_to_network or not is_of_network(info))


def fitted(info: SensorInfo, preferences: Preferences) -> SensorInfo:
    """Return a sensor of another program as it is reached now: over the network once that is open.

    Streams within this computer and beyond cannot be had at once, and what was remembered was
    remembered as it was then.
    """
    if not preferences.open_to_network or is_of_network(info):
        return info
    if info.origin is Origin.LSL:
        return replace(info, address=info.address + _NETWORK)
    if info.origin is Origin.OSC and not info.options:
        from biofeedback.devices.osc.naming import osc_from_name  # noqa: PLC0415 - when switched on

        opened = osc_from_name(f"osc:{_port(info)}{_NETWORK}")
        return info if opened is None else opened
    return info


def place_words(info: SensorInfo) -> str:
    """Return where a sensor of another program is, in words; nothing for any other sensor."""
    if info.origin not in {Origin.LSL, Origin.OSC}:
        return ""
    return sensor_words.ON_NETWORK if is_of_network(info) else sensor_words.ON_COMPUTER


def is_of_network(info: SensorInfo) -> bool:
    """Whether a sensor of another program may be on another computer."""
    return info.address.endswith(_NETWORK)


def _port(info: SensorInfo) -> str:
    return info.address.partition("?")[0].rpartition(":")[2]
