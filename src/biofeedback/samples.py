"""What flows: from the sensors in, and out of the pipeline and the guide.

Every value here is frozen, and its arrays are not writeable, so any of it may cross a
thread. Times are seconds since the session began (``t_s``). Units are part of each name.

Inputs      `Chunk`, `Command`: what a replay needs to give the same session again.
Raw         `Packet`: the bytes as the radio delivered them.
Results     `Beat`, `Breath`, `Scr`, `Metric`, `GuideState`, `Decision`: computed from the inputs.
Around them `Marker`, `SensorStatus`, `Gap`: what a person or a sensor did, and when.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from math import nan
from typing import TYPE_CHECKING

from biofeedback.kinds import (
    BeatOrigin,
    GapReason,
    LinkState,
    MarkerKind,
    Role,
    RRFlag,
    StreamKind,
    sensor_of,
)

if TYPE_CHECKING:
    from collections.abc import Mapping

    import numpy as np
    from numpy.typing import ArrayLike, NDArray

__all__ = [
    "Beat",
    "BeatOrigin",
    "Breath",
    "Chunk",
    "Command",
    "Decision",
    "Event",
    "Gap",
    "GapReason",
    "GuideState",
    "Input",
    "LinkState",
    "Marker",
    "MarkerKind",
    "Metric",
    "Packet",
    "RRFlag",
    "Result",
    "Role",
    "Scr",
    "SensorStatus",
    "StreamHealth",
    "StreamInfo",
    "StreamKind",
    "frozen",
    "sensor_of",
]


@dataclass(frozen=True, slots=True)
class StreamInfo:
    """One stream of samples from one sensor.

    Parameters
    ----------
    sensor_id
        The sensor's id, stable between connections and unique in a session.
    kind
        What it measures.
    channels
        A name with unit for each column, such as ``("rr_ms",)``.
    rate_hz
        Nominal sampling rate in hertz, ``None`` where samples come irregularly.
    role
        Whose body the sensor is on.
    """

    sensor_id: str
    kind: StreamKind
    channels: tuple[str, ...]
    rate_hz: float | None = None
    role: Role = Role.CLIENT

    @property
    def stream_id(self) -> str:
        """``sensor_id/kind``, unique in a session."""
        return f"{self.sensor_id}/{self.kind.value}"


def frozen(array: ArrayLike) -> NDArray[np.float64]:
    """Return a copy of numbers that nobody can change."""
    import numpy as np  # noqa: PLC0415 - the window's first picture needs these words, no arrays

    result: NDArray[np.float64] = np.array(array, dtype=np.float64)
    result.setflags(write=False)
    return result


@dataclass(frozen=True, slots=True, eq=False)
class Chunk:
    """Samples of one stream that arrived together.

    Parameters
    ----------
    stream
        Which stream.
    t_s
        Time of each sample, seconds since the session began, shape ``(n_samples,)``,
        increasing. For a beat it is the time at which its RR interval ended.
    values
        Shape ``(n_samples, n_channels)``, in the units that the channel names carry.
    arrival_s
        When the samples reached this computer, seconds since the session began.

    Raises
    ------
    ValueError
        If the shapes do not fit together.
    """

    stream: StreamInfo
    t_s: NDArray[np.float64]
    values: NDArray[np.float64]
    arrival_s: float

    def __post_init__(self) -> None:
        t_s = frozen(self.t_s)
        values = frozen(self.values)
        if t_s.ndim != 1 or values.shape != (t_s.size, len(self.stream.channels)):
            msg = f"t_s {t_s.shape} and values {values.shape} do not fit {self.stream.channels}"
            raise ValueError(msg)
        object.__setattr__(self, "t_s", t_s)
        object.__setattr__(self, "values", values)

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Chunk):
            return NotImplemented
        import numpy as np  # noqa: PLC0415 - as above

        return (
            self.stream == other.stream
            and self.arrival_s == other.arrival_s
            and np.array_equal(self.t_s, other.t_s)
            and np.array_equal(self.values, other.values, equal_nan=True)
        )

    __hash__ = None  # type: ignore[assignment]  # arrays have no stable hash


@dataclass(frozen=True, slots=True)
class Packet:
    """One notification as the radio delivered it: the bytes and when they came."""

    sensor_id: str
    characteristic: str
    arrival_s: float
    payload: bytes


@dataclass(frozen=True, slots=True)
class Command:
    """What the person asked of the guide: ``begin``, ``pause``, ``resume``, ``end`` and the like.

    `biofeedback.guides.leader` tells them all. ``arguments`` are numbers and words that the guide
    understands, empty for most.
    """

    t_s: float
    name: str
    arguments: Mapping[str, float | str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Beat:
    """One heartbeat: the interval as the sensor sent it, and beside it the corrected one.

    Parameters
    ----------
    t_s
        Time of the beat, the end of its interval.
    rr_ms
        The interval as measured; ``nan`` for an inserted beat.
    corrected_rr_ms
        The interval that the measures use; ``nan`` where it takes no part (an extra beat, or
        one out of range).
    flag
        What was found.
    source
        The sensor's id where the sensor sent the interval; the stream's, ``sensor_id/ecg`` or
        ``sensor_id/ppg``, where the beats were found in a waveform, so that a strap which sends
        both is not counted twice.
    origin
        What the beat was found in. From a pulse the interval is a pulse-to-pulse interval, and
        its variability is pulse-rate variability.
    """

    t_s: float
    rr_ms: float
    corrected_rr_ms: float
    flag: RRFlag
    source: str
    origin: BeatOrigin = BeatOrigin.STRAP


@dataclass(frozen=True, slots=True)
class Breath:
    """One breath as measured, from the start of one in-breath to the next."""

    t_s: float
    onset_s: float
    inhale_end_s: float
    source: str

    @property
    def duration_s(self) -> float:
        """Length of the breath in seconds."""
        return self.t_s - self.onset_s


@dataclass(frozen=True, slots=True)
class Scr:
    """One skin conductance response. ``t_s`` is when it was known: shortly after its peak."""

    t_s: float
    onset_s: float
    peak_s: float
    amplitude_microsiemens: float
    rise_time_s: float
    source: str


@dataclass(frozen=True, slots=True)
class Metric:
    """One measure at one moment.

    Parameters
    ----------
    t_s
        The end of the window it describes.
    name
        As in `biofeedback.signal.measures`, with its unit in the name.
    value
        ``nan`` when there is none yet: then ``wait_s`` or ``reason`` says why.
    unit
        As people write it: ``bpm``, ``ms``, ``%``, ``µS``, ``/min``, or empty.
    window_s
        Length of the window in seconds, 0 for an instant.
    quality
        0 (cannot be trusted) to 1.
    wait_s
        Seconds to go until there is a value, 0 when there is one or nothing to wait for.
    reason
        In plain words why the quality is low or the value missing; empty when all is well.
    source
        The sensor's id, or the stream's as for `Beat`; ``together`` where several spoke.
    origin
        For measures of beats what the beats were found in, else ``None``.
    """

    t_s: float
    name: str
    value: float
    unit: str
    window_s: float
    quality: float
    wait_s: float = 0.0
    reason: str = ""
    source: str = ""
    origin: BeatOrigin | None = None


@dataclass(frozen=True, slots=True)
class GuideState:
    """What the guide asks for from ``t_s`` on.

    It names things by words of the guide's own; what a person reads or hears is found by them in
    the content of their language.

    Parameters
    ----------
    t_s
        When it began.
    guide
        Name of the guide, such as ``breathing``.
    step
        ``in``, ``hold-in``, ``out``, ``hold-out`` while a pacer leads the breath, ``open`` while
        none does, ``paused`` or ``ended``.
    until_s
        When the step ends if nothing changes; ``nan`` for an open end.
    breaths_per_min
        The pace; ``nan`` while none is led.
    stage
        Which part of the guide this is, such as ``feel``.
    stage_until_s
        When that part ends if nothing changes; ``nan`` for an open end.
    place, n_places
        The part's place among all, from 1; 0 where there is no such order.
    count, n_asked
        How many of the things that this part asks for are done.
    way
        Which of several ways of saying it, from 0.
    asks
        The question that waits for an answer, empty when none does.
    offer
        The guide that the question offers, where it offers one.
    can
        What the person may ask for just now, beside pause and end.
    """

    t_s: float
    guide: str
    step: str
    until_s: float = nan
    breaths_per_min: float = nan
    stage: str = ""
    stage_until_s: float = nan
    place: int = 0
    n_places: int = 0
    count: int = 0
    n_asked: int = 0
    way: int = 0
    asks: str = ""
    offer: str = ""
    can: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Decision:
    """What a guide decided by itself, and why.

    Parameters
    ----------
    t_s
        When.
    guide
        Which guide.
    decision
        What: ``slower``, ``longer``, ``offer`` and the like.
    reason
        Why, by a word under which the guide's content has a sentence.
    facts
        What it rests on: numbers with their unit in the name, and words.
    """

    t_s: float
    guide: str
    decision: str
    reason: str
    facts: Mapping[str, float | str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Marker:
    """A moment with a label, made by a person or in their name."""

    t_s: float
    kind: MarkerKind
    label: str = ""


@dataclass(frozen=True, slots=True)
class Gap:
    """A stretch of one stream without samples, and why.

    Parameters
    ----------
    t_s
        When it ended: the time of the first sample after it, or where its interval began.
    start_s
        The time of the last sample before it.
    source
        The stream's id.
    reason
        Why.
    n_lost
        How many samples are missing, where the sensor's clock or count tells; else ``None``.
    """

    t_s: float
    start_s: float
    source: str
    reason: GapReason
    n_lost: int | None = None


@dataclass(frozen=True, slots=True)
class StreamHealth:
    """How one stream of a sensor comes in.

    Parameters
    ----------
    kind
        What it measures.
    rate_hz
        Samples a second as measured; ``nan`` until it is known, or where they come irregularly.
    jitter_ms
        By how much packets come late, above the quickest; their standard deviation.
    n_lost
        Samples that never came.
    n_late
        Samples that came after later ones had been passed on, or twice: left out.
    drift_ppm
        How much faster than this computer's the sensor's clock runs; ``nan`` where it has none.
    alignment_ms
        How far the times given to its samples may be from the truth, as far as is known.
    """

    kind: StreamKind
    rate_hz: float = nan
    jitter_ms: float = nan
    n_lost: int = 0
    n_late: int = 0
    drift_ppm: float = nan
    alignment_ms: float = nan


@dataclass(frozen=True, slots=True)
class SensorStatus:
    """What a sensor is doing, in words fit to be shown.

    ``message`` is what is happening and what to do, in plain words. ``attempt`` counts the
    tries since the link was last good. ``streams`` tells from time to time how each stream
    comes in. Fields that are not known are ``None`` or empty.
    """

    t_s: float
    sensor_id: str
    name: str
    state: LinkState
    message: str = ""
    attempt: int = 0
    battery_pct: int | None = None
    rssi_dbm: int | None = None
    has_rr: bool | None = None
    n_lost_packets: int = 0
    n_bad_packets: int = 0
    device: Mapping[str, str] = field(default_factory=dict)
    streams: tuple[StreamHealth, ...] = ()


Input = Chunk | Command
Result = Beat | Breath | Scr | Metric | GuideState | Decision
Event = Input | Packet | Result | Marker | SensorStatus | Gap
