"""Open Sound Control as python-osc builds it: the other side of what we read."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pythonosc.osc_bundle_builder import OscBundleBuilder
from pythonosc.osc_message_builder import OscMessageBuilder

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = ["bundle", "message"]


def message(address: str, *values: object, types: Sequence[str] | None = None) -> bytes:
    """One message, its values with the types that python-osc gives them or with these."""
    builder = OscMessageBuilder(address)
    for i, value in enumerate(values):
        builder.add_arg(value, None if types is None else types[i])  # type: ignore[arg-type]  # any value
    return builder.build().dgram


def bundle(tag_s: float, *parts: bytes) -> bytes:
    """A bundle; its time tag in seconds since 1970, as python-osc has it."""
    header = OscBundleBuilder(tag_s).build().dgram  # type: ignore[arg-type]  # it takes fractions
    return header + b"".join(len(part).to_bytes(4, "big") + part for part in parts)
