"""The layout that a draft comes to, in the words of profiles."""

from __future__ import annotations

import re
from itertools import pairwise
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Sequence

    from biofeedback.devices.profiles.drafting import Draft

__all__ = ["N_BYTES", "layout_of", "overlaps", "value_name"]

# How wide each type is that is not text.
N_BYTES: Final = {
    name: int(name[1:]) // 8
    for name in ("u8", "i8", "u16", "i16", "u24", "i24", "u32", "i32", "u64", "i64", "f32", "f64")
}


def layout_of(draft: Draft, packets: Sequence[bytes]) -> str:
    """Return the layout of a draft, for packets as long as the given ones."""
    return _columns(draft, packets) if draft.value_type == "text" else _bytes(draft, packets)


def overlaps(draft: Draft) -> list[str]:
    """Return which fields of a draft lie over each other, in words."""
    if draft.value_type == "text":
        return []
    wrong = []
    others = {draft.time_type, draft.counter_type}
    # Of a row without end as much as its first value: nothing may lie before that ends.
    parts = sorted((start, length, name) for start, length, name, _ in _fields(draft))
    for (start, length, name), (next_start, _, next_name) in pairwise(parts):
        if "text" in others or start + length > next_start:
            wrong.append(f"The {name} and the {next_name} lie over each other. Move one of them.")
    return wrong


def value_name(draft: Draft) -> str:
    """Return what the value is called in the layout: by its key where it has one."""
    is_keyed = draft.value_type == "text" and draft.key
    return re.sub(r"[^A-Za-z0-9_]", "_", draft.key) if is_keyed else "value"


def _fields(draft: Draft) -> list[tuple[int, int, str, str]]:
    """Return place, length, name and words in the layout of each field that was picked."""
    width = N_BYTES[draft.value_type]
    value = f"value:{draft.value_type}"
    if draft.n_samples is None:
        value = f"( {value} )*"
    elif draft.n_samples > 1:
        value = f"( {value} ){draft.n_samples}"
    fields = [(draft.offset_bytes, width * (draft.n_samples or 1), "value", value)]
    for name, kind, place in (
        ("clock", draft.time_type, draft.time_offset_bytes),
        ("count", draft.counter_type, draft.counter_offset_bytes),
    ):
        if kind:
            field_name = "time" if name == "clock" else name
            fields.append((place, N_BYTES.get(kind, 0), name, f"{field_name}:{kind}"))
    return fields


def _bytes(draft: Draft, packets: Sequence[bytes]) -> str:
    """Return the layout; what of the packets has not been given a meaning is padding."""
    words = []
    place = 0
    for start, length, _, field_words in sorted(_fields(draft)):
        if start > place:
            words.append(f"pad:{start - place}")
        words.append(field_words)
        place = start + length
    if draft.n_samples is not None:
        lengths = {len(packet) for packet in packets}
        longest = max(lengths, default=place)
        if len(lengths) > 1:
            words.append("pad:*")
        elif longest > place:
            words.append(f"pad:{longest - place}")
    return " ".join(words)


def _columns(draft: Draft, packets: Sequence[bytes]) -> str:
    if draft.key:
        return value_name(draft)
    text = b"".join(packets) if draft.is_lines else b"\n".join(packets[:1])
    signs = {"tab": b"\t", "space": None}.get(draft.separator, draft.separator.encode())
    lines = text.split(b"\n")
    whole = lines[1] if len(lines) > 2 else lines[0]
    n_columns = max(
        len(whole.strip(b" \t\r\0").split(signs)),
        draft.offset_bytes + 1,
        draft.time_offset_bytes + 1 if draft.time_type else 0,
        draft.counter_offset_bytes + 1 if draft.counter_type else 0,
    )
    names = ["_"] * n_columns
    if draft.time_type:
        names[draft.time_offset_bytes] = "time"
    if draft.counter_type:
        names[draft.counter_offset_bytes] = "count"
    names[draft.offset_bytes] = "value"
    return " ".join(names)
