"""What a profile says, as frozen values. They are checked where they are read, not here."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum

from biofeedback.devices.driver import Connecting

__all__ = [
    "Answer",
    "Channel",
    "Encoding",
    "Framing",
    "Match",
    "Mode",
    "Profile",
    "SelfTest",
    "Sequence",
    "Source",
    "Timestamp",
    "Write",
]


class Mode(StrEnum):
    """How the values of a characteristic are come by."""

    NOTIFY = "notify"
    INDICATE = "indicate"
    POLL = "poll"


class Encoding(StrEnum):
    """How values are written in the bytes."""

    BINARY = "binary"
    CSV = "csv"
    KEYVALUE = "keyvalue"
    JSON_LINES = "json-lines"


class Framing(StrEnum):
    """How the bytes are parted where one notification is not one record."""

    PACKET = "packet"
    DELIMITER = "delimiter"
    FIXED = "fixed"
    LENGTH_PREFIX = "length-prefix"


@dataclass(frozen=True, slots=True)
class Match:
    """What a device advertises that is meant.

    Parameters
    ----------
    services
        Full UUIDs in small letters.
    name_prefixes
        How its name begins, in capitals or not.
    manufacturer_ids
        Company identifiers.
    needs_all
        Whether one of each of the three that are given must fit, or one of any.
    """

    services: tuple[str, ...] = ()
    name_prefixes: tuple[str, ...] = ()
    manufacturer_ids: tuple[int, ...] = ()
    needs_all: bool = False


@dataclass(frozen=True, slots=True)
class Answer:
    """A notification that must follow a write: its first bytes, and by when."""

    characteristic: str
    prefix: bytes
    timeout_s: float


@dataclass(frozen=True, slots=True)
class Write:
    """One write that sets a sensor going, or stops it.

    Parameters
    ----------
    characteristic
        Where to.
    payload
        What; empty where ``now`` is given.
    now
        The time of day instead, ``unix_ms:u64`` or ``unix_s:u32``.
    endian
        Of ``now``: ``little`` or ``big``.
    response
        Whether the sensor confirms it.
    delay_s
        How long to wait afterwards.
    expect
        What it must answer.
    """

    characteristic: str
    payload: bytes = b""
    now: str = ""
    endian: str = "little"
    response: bool = True
    delay_s: float = 0.0
    expect: Answer | None = None


@dataclass(frozen=True, slots=True)
class Timestamp:
    """The field that holds the sensor's own time.

    Parameters
    ----------
    field
        Its name in the layout.
    ticks_per_s
        1000 for milliseconds.
    wrap_ticks
        After so many it begins anew, ``None`` if never.
    of_first
        Whether it is the time of the packet's first sample, not of its last.
    """

    field: str
    ticks_per_s: float
    wrap_ticks: int | None = None
    of_first: bool = False


@dataclass(frozen=True, slots=True)
class Sequence:
    """The field that counts packets or samples.

    Parameters
    ----------
    field
        Its name in the layout.
    modulo
        After so many it begins anew, ``None`` if never.
    counts_samples
        Whether it is the number of the packet's first sample, instead of the packet's own.
    """

    field: str
    modulo: int | None = None
    counts_samples: bool = False


@dataclass(frozen=True, slots=True)
class Channel:
    """One value of each sample.

    Parameters
    ----------
    kind
        A word of `biofeedback.devices.profiles.units`: ``eda``, ``acc_x``.
    unit
        What the formula gives, as it is written there; the app converts it.
    field
        Where the value is one field with scale and offset: its name. Else empty.
    scale, offset
        The value is ``field * scale + offset``.
    expr
        The formula instead, empty where ``field`` is given.
    valid
        Smallest and largest reading that the sensor can measure, in ``unit``.
    invalid_raw
        For each field the raw values that mean "no reading".
    label
        What to call it.
    """

    kind: str
    unit: str
    field: str = ""
    scale: float = 1.0
    offset: float = 0.0
    expr: str = ""
    valid: tuple[float, float] | None = None
    invalid_raw: tuple[tuple[str, tuple[float, ...]], ...] = ()
    label: str = ""

    @property
    def formula(self) -> str:
        """How the value is computed, in the grammar of formulas."""
        if self.expr:
            return self.expr
        words = self.field
        if self.scale != 1.0:
            words += f" * {self.scale!r}"
        if self.offset:
            words += f" {'-' if self.offset < 0 else '+'} {abs(self.offset)!r}"
        return words


@dataclass(frozen=True, slots=True)
class Source:
    """One characteristic, and how its bytes are understood.

    Parameters
    ----------
    characteristic, service
        Full UUIDs in small letters; ``service`` may be empty.
    mode, poll_hz
        How the bytes are come by, and how often they are read.
    encoding, framing, endian, layout
        How they are written, see `biofeedback.devices.profiles.layout`.
    separator
        Between the values of a line.
    sync
        The bytes a record begins with, where one notification is not one record.
    length_bytes
        How many bytes tell the record's length, which counts what follows them.
    timestamp, sequence
        Which fields tell time and order.
    rate_hz
        Samples a second, ``None`` where they come irregularly.
    channels
        At least one.
    """

    characteristic: str
    layout: str
    channels: tuple[Channel, ...]
    service: str = ""
    mode: Mode = Mode.NOTIFY
    poll_hz: float | None = None
    encoding: Encoding = Encoding.BINARY
    framing: Framing = Framing.PACKET
    endian: str = "little"
    separator: str = ","
    sync: bytes = b""
    length_bytes: int = 1
    timestamp: Timestamp | None = None
    sequence: Sequence | None = None
    rate_hz: float | None = None


@dataclass(frozen=True, slots=True)
class SelfTest:
    """Bytes as the sensor sent them, and what they mean.

    Parameters
    ----------
    characteristic
        Which one sent them.
    packets
        The notifications, in order.
    expect
        For each channel key its values, in the units the app keeps; `nan` for no reading.
    is_refused
        Whether these bytes must be refused instead.
    time_s
        What the sensor's clock says of the last sample, ``None`` where that is not tested.
    line
        Where it stands in its file.
    """

    characteristic: str
    packets: tuple[bytes, ...]
    expect: tuple[tuple[str, tuple[float, ...]], ...] = ()
    is_refused: bool = False
    time_s: float | None = None
    line: int = field(default=0, compare=False)


@dataclass(frozen=True, slots=True)
class Profile:
    """One kind of sensor.

    Parameters
    ----------
    profile_id
        Short, stable, small letters and hyphens.
    name
        As people call it.
    match
        How it is recognised.
    sources
        What it sends, at least one.
    init, stop
        What sets it going, in order, after subscribing; and what stops it.
    connecting
        How it likes to be connected.
    watchdog_s
        It is connected anew after so long without data.
    first_s
        How long the first data may take.
    tests
        What is tried before a profile is used.
    licence
        Of the file.
    hint
        What the person should know while they wait for the first data.
    """

    profile_id: str
    name: str
    match: Match
    sources: tuple[Source, ...]
    init: tuple[Write, ...] = ()
    stop: tuple[Write, ...] = ()
    connecting: Connecting = field(default_factory=Connecting)
    watchdog_s: float = 10.0
    first_s: float = 10.0
    tests: tuple[SelfTest, ...] = ()
    licence: str = ""
    hint: str = ""
