"""What a port of OSC is called as a sensor, and what such a name means."""

from __future__ import annotations

from typing import Final

from biofeedback.devices.osc.mapping import RuleBook
from biofeedback.devices.osc.place import LOOPBACK, Place, is_loopback, place_of
from biofeedback.devices.sensor import Origin, SensorInfo
from biofeedback.errors import SensorNotFoundError

__all__ = ["DEFAULT_PORT", "OSC", "closed_words", "osc_from_name", "osc_place", "osc_sensor"]

# What a name begins with.
OSC: Final = "osc"
# Where the EmotiBit Oscilloscope sends to unless told otherwise.
DEFAULT_PORT: Final = 12_345


def osc_sensor(
    place: Place, *, is_open: bool = False, map_path: str = "", sensor_id: str = ""
) -> SensorInfo:
    """Return the sensor of a port.

    Parameters
    ----------
    place
        Where to listen.
    is_open
        Whether other computers may send, too.
    map_path
        The person's file of addresses, empty for the built-in ones alone.
    """
    options: dict[str, float | str] = {}
    query = []
    if is_open:
        options["network"] = 1.0
        query.append("network=1")
    if map_path:
        options["map"] = map_path
        query.append(f"map={map_path}")
    return SensorInfo(
        sensor_id=sensor_id or f"{OSC}-{place.port}",
        name=f"OSC on port {place.port}",
        # The whole of it, so that the address alone finds the same again.
        address=f"{OSC}:{place}" + (f"?{'&'.join(query)}" if query else ""),
        origin=Origin.OSC,
        kinds=RuleBook().kinds,
        options=options,
    )


def osc_from_name(name: str) -> SensorInfo | None:
    """Return the sensor that a name means, ``None`` if it means none.

    Parameters
    ----------
    name
        ``osc``, ``osc:12345``, ``osc:127.0.0.1:12345``, each with ``?network=1`` behind it to let
        other computers send, ``?map=FILE`` for a file of addresses, or both with ``&`` between.

    Raises
    ------
    SensorNotFoundError
        If it begins with ``osc`` and is none of these.
    """
    where, _, query = name.strip().partition("?")
    scheme, _, text = where.partition(":")
    if scheme.casefold() != OSC:
        return None
    options = _options(query)
    is_open = options.get("network", "0") == "1"
    try:
        place = place_of(text, host="0.0.0.0" if is_open else LOOPBACK, port=DEFAULT_PORT)  # noqa: S104 - asked for
    except ValueError as error:
        msg = f"OSC cannot be listened to so: {error}."
        raise SensorNotFoundError(msg) from error
    if not is_open and not is_loopback(place.host):
        raise SensorNotFoundError(closed_words(place))
    return osc_sensor(place, is_open=is_open, map_path=options.get("map", ""))


def _options(query: str) -> dict[str, str]:
    # As it stands: a file's name may hold what an address of the web would have to spell out.
    parts = (part.partition("=") for part in query.split("&") if part)
    options = {key: value for key, _, value in parts}
    if set(options) - {"network", "map"} or options.get("network", "1") not in {"0", "1"}:
        msg = "OSC knows the options network=1 and map=FILE, such as osc:12345?network=1."
        raise SensorNotFoundError(msg)
    return options


def osc_place(info: SensorInfo) -> Place:
    """Return where a sensor of a port is listened to, from its address."""
    where = info.address.partition("?")[0]
    return place_of(where.partition(":")[2], port=DEFAULT_PORT)


def closed_words(place: Place) -> str:
    """Say that a place is for other computers, and how to open it to them."""
    return (
        f"OSC listens to this computer alone until you open it. To let other computers send, write "
        f"osc:{place.port}?network=1; anyone on the same network can then send, too."
    )
