"""One JSON object an event, as `--events` writes them. docs/events.md lists the fields."""

from __future__ import annotations

from math import isfinite
from typing import Any

import msgspec

from biofeedback.samples import (
    Beat,
    Breath,
    Decision,
    Event,
    Gap,
    GuideState,
    Marker,
    Metric,
    Scr,
    SensorStatus,
)

__all__ = ["event_line", "event_object"]

# The word of each kind. Chunks, packets and commands are inputs, not events for a reader:
# they are in the library and its exports.
_WORDS: dict[type, str] = {
    Beat: "beat",
    Breath: "breath",
    Scr: "scr",
    Metric: "metric",
    GuideState: "guide",
    Decision: "decision",
    Marker: "marker",
    SensorStatus: "sensor",
    Gap: "gap",
}
_ENCODER = msgspec.json.Encoder()


def event_object(event: Event) -> dict[str, Any] | None:
    """Return an event as plain values, ``None`` for kinds that are no event for a reader.

    A number that is missing is ``None``, for JSON knows no ``nan``.
    """
    word = _WORDS.get(type(event))
    if word is None:
        return None
    fields: dict[str, Any] = {}
    for name in event.__slots__:
        value = getattr(event, name)
        if isinstance(value, float) and not isfinite(value):
            value = None
        fields[name] = value
    return {"t_s": fields.pop("t_s"), "type": word, **fields}


def event_line(event: Event) -> str | None:
    """Return an event as one line of JSON without its line end, or ``None``."""
    plain = event_object(event)
    return None if plain is None else _ENCODER.encode(plain).decode()
