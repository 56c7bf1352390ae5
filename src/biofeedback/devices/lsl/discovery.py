"""Which streams of the network measure something we know, as sensors to pick from a list.

Each stream is a sensor of its own: nothing in LSL says reliably which streams come of one
device. What a stream is called, where it comes from and what it says it is stay with it, so
that it is found again after its sender was started anew.
"""

from __future__ import annotations

import re
import zlib
from typing import TYPE_CHECKING, Any, Final

from biofeedback.devices.lsl.layout import layout_of, read_description
from biofeedback.devices.lsl.library import load, own_uids
from biofeedback.devices.sensor import Origin, SensorInfo
from biofeedback.errors import SensorNotFoundError, SensorRefusedError

if TYPE_CHECKING:
    from collections.abc import Iterable

    from biofeedback.devices.lsl.layout import Description

__all__ = [
    "SCHEME",
    "choose",
    "find_streams",
    "info_of",
    "is_network",
    "predicate_of",
    "stream_from_name",
]

SCHEME: Final = "lsl"
DRIVER: Final = "lsl"
_NETWORK: Final = "?network=1"

# A sender that does not describe its stream in this time is left out, not waited for.
_DESCRIBE_S: Final = 2.0
_LONGEST_ID: Final = 40

_SEVERAL: Final = (
    "Several LSL streams fit that name. Give the source's id, or where they share it the stream's "
    "name; “biofeedback sensors --lsl” lists them."
)
_NONE: Final = (
    "No LSL stream of that name is there. Start the program that sends it, and look again; "
    "“biofeedback sensors --lsl” lists what there is."
)


def find_streams(
    seconds: float, *, network: bool = False, with_own: bool = False
) -> tuple[SensorInfo, ...]:
    """Look for streams that can be used as sensors. Blocks: call it in a thread of its own.

    Parameters
    ----------
    seconds
        How long to look; below half a second little may be found.
    network
        Whether to ask other computers too.
    with_own
        Whether to list what this very process sends.

    Returns
    -------
    tuple of SensorInfo
        Sorted by name.

    Raises
    ------
    SensorRefusedError
        If LSL cannot be used, or not so: see `biofeedback.devices.lsl.library.load`.
    """
    found = _found(seconds, network=network, with_own=with_own)
    return tuple(info for info, _ in found if info.kinds)


def _found(seconds: float, *, network: bool, with_own: bool) -> list[tuple[SensorInfo, str]]:
    """All streams that describe themselves, and what is to be known of each in words."""
    pylsl = load(network=network)
    # By id, which is of name and source: careless senders give one source to all their streams.
    found: dict[str, tuple[SensorInfo, str]] = {}
    for stream in pylsl.resolve_streams(seconds):
        if not with_own and stream.uid() in own_uids:
            continue
        description = _described(pylsl, stream)
        info = info_of(description, network=network)
        if description is not None and info is not None:
            found[info.sensor_id] = info, layout_of(description, info.sensor_id).words
    return sorted(found.values(), key=lambda each: (each[0].name, each[0].address))


def info_of(description: Description | None, *, network: bool = False) -> SensorInfo | None:
    """Return a stream as a sensor, without kinds if it cannot be used as one.

    Its address is ``lsl:`` with the source's id, or with the stream's own where its author
    gave none; the second is another after each start of the sender. ``?network=1`` behind it
    says that it may be on another computer.
    """
    if description is None:
        return None
    source = description.source_id or description.uid
    words = re.sub(r"[^a-z0-9]+", "-", description.name.casefold()).strip("-")[:_LONGEST_ID]
    mark = f"{description.name}\n{description.source_id or description.host}"
    sensor_id = f"lsl-{words or 'stream'}-{zlib.crc32(mark.encode()) & 0xFFFF:04x}"
    layout = layout_of(description, sensor_id)
    return SensorInfo(
        sensor_id=sensor_id,
        name=description.name or description.stream_type or "LSL stream",
        address=f"{SCHEME}:{source}{_NETWORK if network else ''}",
        origin=Origin.LSL,
        kinds=tuple(part.stream.kind for part in layout.parts),
        options={
            "stream_name": description.name,
            "stream_type": description.stream_type,
            "source_id": description.source_id,
            "host": description.host,
        },
        driver=DRIVER,
    )


def is_network(info: SensorInfo) -> bool:
    """Whether a stream may be on another computer."""
    return info.address.endswith(_NETWORK)


def stream_from_name(name: str, seconds: float) -> SensorInfo | None:
    """Return the stream that a name means, ``None`` if it does not begin with ``lsl:``. Blocks.

    Parameters
    ----------
    name
        ``lsl:`` and the source's id, the stream's name, or its type, in capitals or not; with
        ``?network=1`` behind it other computers are asked too.
    seconds
        As for `find_streams`.

    Raises
    ------
    SensorNotFoundError
        If there is no such stream, or several.
    SensorRefusedError
        As for `find_streams`; or if it is there but cannot be used, such as for its unit.
    """
    scheme, colon, rest = name.partition(":")
    if not colon or scheme.strip().casefold() != SCHEME:
        return None
    wanted = rest.removesuffix(_NETWORK)
    found = _found(seconds, network=wanted != rest, with_own=False)
    usable = [info for info, _ in found if info.kinds]
    if not _fitting(wanted, usable):
        for info, why_not in found:
            if why_not and _fitting(wanted, [info]):
                raise SensorRefusedError(why_not)
    return choose(wanted, usable)


def choose(wanted: str, streams: Iterable[SensorInfo]) -> SensorInfo:
    """Return the stream that fits best: by its source, then its name, then its type.

    Raises
    ------
    SensorNotFoundError
        If none fits, or several do equally.
    """
    fitting = _fitting(wanted, streams)
    if len(fitting) > 1:
        raise SensorNotFoundError(_SEVERAL)
    if not fitting:
        raise SensorNotFoundError(_NONE)
    return fitting[0]


def _fitting(wanted: str, streams: Iterable[SensorInfo]) -> list[SensorInfo]:
    """Those that fit best, and equally well."""
    plain = wanted.strip().casefold()
    known = list(streams)
    for words in (_ids, _names, _types):
        fitting = [info for info in known if plain and plain in words(info)]
        if fitting:
            return fitting
    return []


def predicate_of(info: SensorInfo) -> str:
    """Return the query that finds a stream again (XPath 1.0, as liblsl takes it).

    By its source's id where it has one; else by name, type and computer, which stay when its
    sender is started anew.
    """
    if source_id := str(info.options.get("source_id", "")):
        # Its name too: careless senders give one id to all their streams.
        wanted = {"source_id": source_id, "name": str(info.options.get("stream_name", ""))}
    elif "stream_name" in info.options:
        wanted = {
            "name": str(info.options["stream_name"]),
            "type": str(info.options.get("stream_type", "")),
            "hostname": str(info.options.get("host", "")),
        }
    else:
        wanted = {"source_id": _source_of(info)}
    return " and ".join(f"{node}={_quoted(text)}" for node, text in wanted.items() if text)


def _quoted(text: str) -> str:
    """A text as XPath 1.0 takes it, which knows no escapes."""
    if "'" not in text:
        return f"'{text}'"
    if '"' not in text:
        return f'"{text}"'
    parts = ', "\'", '.join(f"'{part}'" for part in text.split("'"))
    return f"concat({parts})"


def _described(pylsl: Any, stream: Any) -> Description | None:  # noqa: ANN401 - pylsl publishes no types
    """A stream with all it says of itself, ``None`` if it does not tell."""
    try:
        inlet = pylsl.StreamInlet(stream, recover=False)
        return read_description(inlet.info(timeout=_DESCRIBE_S).as_xml())
    except (RuntimeError, ValueError):
        return None


def _ids(info: SensorInfo) -> set[str]:
    return {_source_of(info).casefold(), info.sensor_id}


def _source_of(info: SensorInfo) -> str:
    return info.address.partition(":")[2].removesuffix(_NETWORK)


def _names(info: SensorInfo) -> set[str]:
    return {info.name.casefold()}


def _types(info: SensorInfo) -> set[str]:
    return {str(info.options.get("stream_type", "")).casefold()}
