"""Making a profile from captured bytes: what the page and the command for new sensors stand on.

A `Draft` is what a person has picked so far. `try_layout` shows what packets mean by it, with
whatever is not right in words; `draft_to_profile` makes it a profile, whose self-tests are
packets that were captured.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from math import isfinite
from typing import TYPE_CHECKING, Final

import numpy as np

from biofeedback.devices.driver import DecodeError
from biofeedback.devices.profiles.decoding import SourceDecoder
from biofeedback.devices.profiles.draft_layout import N_BYTES, layout_of, overlaps, value_name
from biofeedback.devices.profiles.problem import Problem, ProfileError
from biofeedback.devices.profiles.profile import (
    Channel,
    Encoding,
    Framing,
    Match,
    Mode,
    Profile,
    SelfTest,
    Sequence,
    Source,
    Timestamp,
)
from biofeedback.devices.profiles.reading import read_profile
from biofeedback.devices.profiles.self_test import readings_of, self_test_problems
from biofeedback.devices.profiles.units import KINDS, slug
from biofeedback.devices.profiles.writing import write_profile

if TYPE_CHECKING:
    from collections.abc import Sequence as Several

    from numpy.typing import NDArray

__all__ = ["TYPES", "Draft", "Tried", "draft_to_profile", "try_layout"]

# What a value can be written as, as one picks it from a list; then lines of text.
TYPES: Final = (
    *("u8", "i8", "u16", "i16", "u24", "i24", "u32", "i32", "u64", "i64", "f32", "f64"),
    "text",
)
_TICKS_PER_S: Final = {"s": 1.0, "ms": 1e3, "us": 1e6}
_MAX_TESTS = 3
_MAX_TRIED = 20_000
# So many packets are enough to see what their length is.
_N_TO_LOOK_AT = 200


@dataclass(frozen=True, slots=True)
class Draft:
    """What a person has picked so far.

    Parameters
    ----------
    characteristic
        Full UUID in small letters.
    name
        What to call the sensor; its profile's id follows from it.
    service
        Where the characteristic lies; empty if that does not matter.
    match
        How the sensor is recognised.
    value_type
        One of `TYPES`; ``text`` for numbers in lines or in packets of text.
    offset_bytes
        Where in the packet the value begins. For ``text`` its column, from 0.
    endian
        ``little`` or ``big``.
    n_samples
        How many values follow each other in a packet; ``None``: as many as there is room for.
    scale, offset
        The reading is ``value * scale + offset`` in ``unit``.
    expr
        A formula of ``value`` instead; empty for scale and offset.
    kind, unit
        What is measured, of `biofeedback.devices.profiles.units.KINDS`.
    rate_hz
        Samples a second, ``None`` where they come irregularly.
    valid
        Smallest and largest possible reading.
    label
        What to call the value.
    time_type, time_offset_bytes, time_unit
        The field that holds the sensor's clock, if it has one: its type (empty for none), place
        and unit (s, ms, us). For ``text`` the place is the column and any type will do.
    counter_type, counter_offset_bytes
        The field that counts the packets, likewise.
    is_lines
        For ``text``: whether lines end with a line feed, and not with the packet.
    separator
        For ``text``: between the columns.
    key
        For ``text``: the name that stands before the value, as in ``eda:3.42`` or in JSON;
        empty where its column tells which it is.
    poll_hz
        How often to ask for the value, ``None`` where the sensor sends it by itself.
    """

    characteristic: str
    name: str = "My sensor"
    service: str = ""
    match: Match = field(default_factory=Match)
    value_type: str = "u16"
    offset_bytes: int = 0
    endian: str = "little"
    n_samples: int | None = 1
    scale: float = 1.0
    offset: float = 0.0
    expr: str = ""
    kind: str = "eda"
    unit: str = "uS"
    rate_hz: float | None = None
    valid: tuple[float, float] | None = None
    label: str = ""
    time_type: str = ""
    time_offset_bytes: int = 0
    time_unit: str = "ms"
    counter_type: str = ""
    counter_offset_bytes: int = 0
    is_lines: bool = True
    separator: str = ","
    key: str = ""
    poll_hz: float | None = None


@dataclass(frozen=True, slots=True, eq=False)
class Tried:
    """What packets mean by a draft.

    Parameters
    ----------
    values
        In the unit the app keeps, shape ``(n_samples,)``; `nan` where there is no reading.
    packet
        Which packet each is from, shape ``(n_samples,)``.
    time_s
        The sensor's own time of each, shape ``(n_samples,)``; `nan` where it tells none.
    channel
        The column's name with the app's unit, ``sc_microsiemens``; empty if nothing came of it.
    n_refused
        Packets that do not fit the draft.
    problems
        What is not right, and what to do.
    """

    values: NDArray[np.float64]
    packet: NDArray[np.int64]
    time_s: NDArray[np.float64]
    channel: str
    n_refused: int
    problems: tuple[str, ...]


def try_layout(draft: Draft, packets: Several[bytes]) -> Tried:
    """Show what packets mean by a draft. Never raises for what a person can pick.

    Parameters
    ----------
    draft
        What is picked.
    packets
        Notifications in the order in which they came. Of more than 20 000 the last ones count.
    """
    packets = packets[-_MAX_TRIED:]
    profile, problems = _checked(draft, packets)
    if profile is None:
        return _nothing(problems)
    decoder = SourceDecoder(profile.sources[0], "draft")
    decoder.reset(is_start=True)
    values: list[NDArray[np.float64]] = []
    times: list[NDArray[np.float64]] = []
    places: list[NDArray[np.int64]] = []
    n_refused = 0
    for place, packet in enumerate(packets):
        try:
            frames = decoder.push(packet)
        except DecodeError:
            n_refused += 1
            continue
        for frame in frames:
            column = frame.values[:, 0]
            values.append(column)
            places.append(np.full(column.size, place))
            stamp = frame.stamp
            each_s = np.full(column.size, np.nan)
            if stamp is not None and stamp.each_s is not None:
                each_s = stamp.each_s
            elif stamp is not None:
                each_s[-1] = stamp.t_s
            times.append(each_s)
    joined = np.concatenate(values) if values else np.empty(0)
    return Tried(
        joined,
        np.concatenate(places) if places else np.empty(0, np.int64),
        np.concatenate(times) if times else np.empty(0),
        decoder.streams[0].channels[0],
        n_refused,
        _remarks(joined, len(packets), n_refused),
    )


def draft_to_profile(draft: Draft, packets: Several[bytes], profile_id: str = "") -> Profile:
    """Make a draft a profile that is tested with captured packets.

    Parameters
    ----------
    draft
        What is picked.
    packets
        Notifications in the order in which they came. A few with different readings become
        self-tests: what they mean now is what they must mean from then on.
    profile_id
        Its id; made from the name by default.

    Raises
    ------
    ProfileError
        If something is not right, or none of the packets has a reading.
    """
    untested, problems = _checked(draft, packets, profile_id)
    if untested is None:
        raise ProfileError(tuple(map(Problem, problems)))
    tests = _tests(untested, packets)
    if not tests:
        words = "No packet has a reading by this. Look at the type, the place and the formula."
        raise ProfileError((Problem(words),))
    profile = replace(untested, tests=tests)
    # By the way it will take once it is saved.
    read = read_profile(write_profile(profile))
    failed = self_test_problems(read)
    if failed:
        raise ProfileError(failed)
    return read


def _checked(
    draft: Draft, packets: Several[bytes], profile_id: str = ""
) -> tuple[Profile | None, tuple[str, ...]]:
    """Return the draft as a profile without tests, or what is wrong with it."""
    wrong = _wrong_picks(draft)
    if wrong:
        return None, wrong
    source = _source(draft, packets)
    match = draft.match
    if not (match.services or match.name_prefixes or match.manufacturer_ids):
        # Only to be checked; a profile that is kept needs one that fits.
        match = Match((draft.service,) if draft.service else (draft.characteristic,))
    if profile_id == "":
        profile_id = slug(draft.name)[:40].replace("_", "-").strip("-") or "my-sensor"
    profile = Profile(profile_id, draft.name.strip() or "My sensor", match, (source,))
    # The one set of checks there is, so that what is said here is what is said of a file.
    stand_in = SelfTest(draft.characteristic, (b"",), is_refused=True)
    try:
        read = read_profile(write_profile(replace(profile, tests=(stand_in,))))
    except ProfileError as error:
        words = tuple(one.words for one in error.problems if not one.words.startswith("No [[test"))
        if words:
            return None, words
        return profile, ()
    return replace(read, tests=()), ()


def _wrong_picks(draft: Draft) -> tuple[str, ...]:
    wrong = []
    others = {draft.time_type, draft.counter_type}
    if draft.value_type not in TYPES or not others <= {"", *TYPES}:
        wrong.append(f"Pick a type: {', '.join(TYPES)}.")
    if draft.kind not in KINDS:
        wrong.append(f"Pick what is measured: {', '.join(KINDS)}.")
    places = (draft.offset_bytes, draft.time_offset_bytes, draft.counter_offset_bytes)
    if not all(0 <= place < 512 for place in places):
        wrong.append("The place is counted from 0 and lies within the packet.")
    if draft.time_type and draft.time_unit not in _TICKS_PER_S:
        wrong.append("Pick the unit of the clock: s, ms or us.")
    numbers = (draft.scale, draft.offset, *(draft.valid or ()), draft.rate_hz or 1.0)
    if not all(map(isfinite, numbers)):
        wrong.append("Scale, offset, limits and samples a second are numbers.")
    if draft.n_samples is not None and not 1 <= draft.n_samples <= 512:
        wrong.append("A packet has at least one value.")
    if draft.key and (draft.time_type or draft.counter_type):
        wrong.append("Beside a key, a clock or a count is not known here. Leave them out.")
    if not wrong:
        wrong += overlaps(draft)
    return tuple(wrong)


def _source(draft: Draft, packets: Several[bytes]) -> Source:
    is_text = draft.value_type == "text"
    channel = Channel(
        draft.kind,
        draft.unit,
        "" if draft.expr else value_name(draft),
        1.0 if draft.expr else draft.scale,
        0.0 if draft.expr else draft.offset,
        draft.expr,
        draft.valid,
        label=draft.label,
    )
    stamp = None
    if draft.time_type:
        bits = None if is_text or draft.time_type[0] == "f" else 8 * N_BYTES[draft.time_type]
        wrap_ticks = None if bits in {None, 64} else 1 << (bits or 0)
        stamp = Timestamp("time", _TICKS_PER_S[draft.time_unit], wrap_ticks)
    sequence = None
    if draft.counter_type:
        is_whole = not is_text and draft.counter_type[0] != "f"
        bits = 8 * N_BYTES[draft.counter_type] if is_whole else 64
        sequence = Sequence("count", None if bits == 64 else 1 << bits)
    encoding = Encoding.CSV if is_text else Encoding.BINARY
    if is_text and draft.key:
        is_json = any(b"{" in packet for packet in packets[:_N_TO_LOOK_AT])
        encoding = Encoding.JSON_LINES if is_json else Encoding.KEYVALUE
    is_lines = is_text and draft.is_lines
    return Source(
        draft.characteristic,
        layout_of(draft, packets[:_N_TO_LOOK_AT]),
        (channel,),
        draft.service,
        Mode.NOTIFY if draft.poll_hz is None else Mode.POLL,
        draft.poll_hz,
        encoding,
        Framing.DELIMITER if is_lines else Framing.PACKET,
        draft.endian,
        draft.separator,
        timestamp=stamp,
        sequence=sequence,
        rate_hz=draft.rate_hz,
    )


def _tests(profile: Profile, packets: Several[bytes]) -> tuple[SelfTest, ...]:
    """Return tests of a few packets whose readings differ most."""
    source = profile.sources[0]
    is_lines = source.framing is Framing.DELIMITER
    records = b"".join(packets).split(b"\n")[1:-1] if is_lines else list(packets)
    found: dict[float, SelfTest] = {}
    for record in records[:_N_TO_LOOK_AT]:
        packet = record + b"\n" if is_lines else record
        readings = readings_of(profile, source.characteristic, (packet,))
        values = readings.values[source.channels[0].kind]
        if readings.refusals or not any(map(isfinite, values)):
            continue
        first = next(value for value in values if isfinite(value))
        found.setdefault(
            first,
            SelfTest(
                source.characteristic,
                (packet,),
                ((source.channels[0].kind, values),),
                time_s=readings.time_s,
            ),
        )
    ordered = [found[value] for value in sorted(found)]
    picked = {0, len(ordered) // 2, len(ordered) - 1} if ordered else set()
    return tuple(ordered[place] for place in sorted(picked))[:_MAX_TESTS]


def _remarks(values: NDArray[np.float64], n_packets: int, n_refused: int) -> tuple[str, ...]:
    remarks = []
    if n_packets == 0:
        remarks.append("Nothing has come yet. Wear the sensor and switch it on.")
    elif n_refused:
        remarks.append(
            f"{n_refused} of {n_packets} packets do not fit. Look at the type and the place; the "
            "sensor may also send packets of several kinds."
        )
    if values.size and not np.any(np.isfinite(values)):
        remarks.append("No packet has a reading. Look at the type, the place and the formula.")
    elif values.size > 10 and np.nanmax(values) == np.nanmin(values):
        remarks.append("The value never changes. It may be another place in the packet.")
    return tuple(remarks)


def _nothing(problems: tuple[str, ...]) -> Tried:
    return Tried(np.empty(0), np.empty(0, np.int64), np.empty(0), "", 0, problems)
