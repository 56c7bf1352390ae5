"""Offline analysis: every measure of a recording, by the code that also runs live.

A recording is sent through the same pipeline and guide as a live session. Measures that
describe a whole stretch are then computed by the pipeline's own functions, once over the
corrected intervals and once over the intervals exactly as the sensor sent them.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import asdict, dataclass, field
from math import isfinite, isnan, nan
from pathlib import Path
from typing import TYPE_CHECKING, Any

from biofeedback import __version__
from biofeedback.analysis.in_pieces import InPieces
from biofeedback.analysis.second_opinion import Opinion, second_opinion
from biofeedback.analysis.skin_review import SkinReview, review_skin
from biofeedback.runtime.replay import Replayable, replay_events
from biofeedback.samples import (
    Beat,
    BeatOrigin,
    Breath,
    Chunk,
    GuideState,
    Metric,
    Role,
    RRFlag,
    Scr,
)
from biofeedback.sessions.formats.recording import Recording
from biofeedback.signal.heart import NEEDS_INTERVALS
from biofeedback.signal.measures import MEASURES
from biofeedback.signal.offline import RecordedResults

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

__all__ = ["Analysis", "Segment", "Window", "analyze", "clock_words"]

# What is told of a recording, in this order. The live qualities stand beside each measure.
_NAMES = tuple(name for name in MEASURES if not name.endswith("quality"))
_CORRECTIONS = (
    RRFlag.MISSED,
    RRFlag.EXTRA,
    RRFlag.ECTOPIC,
    RRFlag.MISPLACED,
    RRFlag.OUT_OF_RANGE,
)
# Where none of these was found, the corrected intervals are those that were sent.
_CORRECTED = tuple(flag for flag in RRFlag if flag not in {RRFlag.NORMAL, RRFlag.GAP})
_FLAG_WORDS = {
    RRFlag.MISSED: "missed",
    RRFlag.EXTRA: "extra",
    RRFlag.ECTOPIC: "early or late",
    RRFlag.MISPLACED: "a little out of place",
    RRFlag.OUT_OF_RANGE: "out of range",
}

_MEASURED = (Beat, Breath, Scr, Metric)

Values = dict[str, tuple[float, float]]


@dataclass(frozen=True, slots=True)
class Segment:
    """A stretch of a session, from ``start_s`` to ``end_s``: led in one piece, or asked for."""

    name: str
    start_s: float
    end_s: float
    corrected: Mapping[str, tuple[float, float]]
    uncorrected: Mapping[str, tuple[float, float]]


@dataclass(frozen=True, slots=True)
class Window:
    """One place of a sliding window, with ``(value, quality)`` of each measure."""

    start_s: float
    end_s: float
    corrected: Mapping[str, tuple[float, float]]


@dataclass(frozen=True, slots=True)
class Analysis:
    """Every measure of one recording.

    Parameters
    ----------
    file
        What was analyzed, as it was named.
    duration_s
        Length of the recording.
    n_beats
        Beats that the sensor sent, whatever was found about them.
    corrected, uncorrected
        ``(value, quality)`` of each measure by name, over corrected intervals and over the
        intervals as sent; ``nan`` where there is too little to tell.
    found
        How many beats of each flag there are.
    segments
        Stretches that a guide led, then those that were asked for.
    windows
        The measures in a sliding window, where one was asked for.
    zone_shares
        Share of the time above, within and below the person's window of tolerance; empty
        where that could not be told.
    second_opinion
        What NeuroKit2 says, where it was asked.
    skin_review
        What a second decomposition finds in the skin conductance, where it was asked for too.
    origin
        What the beats were found in; ``None`` without any. Between pulses it is the pulse's
        rate that varies.
    notes
        What the reading of the file had to take for granted, in sentences.
    missing
        Why a measure that a sensor might have given has no value, in words, by name.
    """

    file: str
    duration_s: float
    n_beats: int
    corrected: Mapping[str, tuple[float, float]]
    uncorrected: Mapping[str, tuple[float, float]]
    found: Mapping[RRFlag, int]
    segments: tuple[Segment, ...]
    windows: tuple[Window, ...] = ()
    zone_shares: Mapping[str, float] = field(default_factory=dict)
    second_opinion: tuple[Opinion, ...] = ()
    skin_review: SkinReview | None = None
    origin: BeatOrigin | None = None
    notes: tuple[str, ...] = ()
    missing: Mapping[str, str] = field(default_factory=dict)

    @property
    def measures(self) -> dict[str, float]:
        """Each measure over the corrected intervals."""
        return {name: value for name, (value, _) in self.corrected.items()}

    @property
    def correction_words(self) -> str:
        """What was corrected, in words."""
        parts = [
            f"{self.found[flag]} {_FLAG_WORDS[flag]}" for flag in _CORRECTIONS if self.found[flag]
        ]
        gaps = self.found[RRFlag.GAP]
        gap_words = f"; {gaps} {'gap' if gaps == 1 else 'gaps'}, left open" if gaps else ""
        if not parts:
            return f"nothing corrected{gap_words}."
        return f"corrected: {', '.join(parts)}{gap_words}."

    def plain(self, *, is_corrected: bool = True) -> dict[str, Any]:
        """Return the analysis as plain values for JSON; what is missing is ``None``.

        Parameters
        ----------
        is_corrected
            Which form stands under ``measures``; the other stands beside it.
        """
        first, second = (self.corrected, self.uncorrected)[:: 1 if is_corrected else -1]
        other = "measures_uncorrected" if is_corrected else "measures_corrected"
        return {
            "file": self.file,
            "duration_s": self.duration_s,
            "beats": self.n_beats,
            "beats_from": None if self.origin is None else self.origin.value,
            "notes": list(self.notes),
            "measures": _values(first),
            "quality": _qualities(first),
            other: _values(second),
            "found": {flag.value: self.found[flag] for flag in (*_CORRECTIONS, RRFlag.GAP)},
            "segments": [_plain_segment(segment, is_corrected) for segment in self.segments],
            "windows": [
                {
                    "start_s": window.start_s,
                    "end_s": window.end_s,
                    "measures": _values(window.corrected),
                    "quality": _qualities(window.corrected),
                }
                for window in self.windows
            ],
            "zones": dict(self.zone_shares),
            "missing": dict(self.missing),
            "second_opinion": [_plain_opinion(opinion) for opinion in self.second_opinion],
            "skin_review": None if self.skin_review is None else asdict(self.skin_review),
            "version": __version__,
        }

    def rows(self, *, is_corrected: bool = True) -> Iterator[tuple[str, str, str, str]]:
        """Give ``(label, value, unit, quality)`` of what was measured, as words."""
        for name, (value, quality) in (
            self.corrected if is_corrected else self.uncorrected
        ).items():
            if isnan(value):
                continue
            spec = MEASURES[name]
            is_of_pulse = self.origin is BeatOrigin.PULSE and name in NEEDS_INTERVALS
            yield (
                f"{spec.label}, of the pulse" if is_of_pulse else spec.label,
                f"{value:.3g}" if abs(value) < 10 else f"{value:.1f}",
                spec.unit,
                f"{100 * quality:.0f} %",
            )


def analyze(
    recording: Replayable | Path | str,
    *,
    name: str = "",
    rate_hz: float | None = None,
    segments: Sequence[tuple[float, float]] = (),
    window_s: float | None = None,
    step_s: float | None = None,
    with_second_opinion: bool = False,
) -> Analysis:
    """Compute every measure of a recording.

    Parameters
    ----------
    recording
        A path to a file of RR intervals or waveforms, what `biofeedback.read` returned or
        `Recording.of` made, or a recorded session from the library.
    name
        What to call it; the path, unless told.
    rate_hz
        Sampling rate of a file of waveforms that does not say it.
    segments
        Stretches ``(start_s, end_s)`` to measure by themselves.
    window_s, step_s
        Length of a sliding window, and how far it moves each time: its own length unless told.
    with_second_opinion
        Ask NeuroKit2 as well, and decompose skin conductance a second way.

    Raises
    ------
    FormatError
        If a path is given and the file is no recording.
    ValueError
        If a segment or window has no length, in words.
    """
    if isinstance(recording, Path | str):
        from biofeedback.sessions.formats import read  # noqa: PLC0415 - only for a path

        name = name or str(recording)
        recording = read(Path(recording), rate_hz)
    stretches = _checked(segments, window_s, step_s)
    measured = RecordedResults()
    states: list[GuideState] = []
    pieces = InPieces(recording)
    # A guide decided by every measure as it came: only the same ones give the same pacer again.
    for event in replay_events(pieces, is_live=pieces.is_led):
        if isinstance(event, _MEASURED):
            measured.add(event)
        elif isinstance(event, GuideState):
            states.append(event)
        elif isinstance(event, Chunk) and event.stream.role is Role.PARTNER:
            measured.leave_out(event.stream.sensor_id)
    beats = measured.beats()
    found = Counter(beat.flag for beat in beats)
    corrected = uncorrected = _complete(measured.measures())
    if any(found[flag] for flag in _CORRECTED):
        uncorrected = _complete(measured.measures(corrected=False))
    opinions: tuple[Opinion, ...] = ()
    review: SkinReview | None = None
    if with_second_opinion:
        chunks = (event for event in recording.events(Chunk) if isinstance(event, Chunk))
        opinions = second_opinion(beats, chunks, uncorrected)
        review = review_skin(event for event in recording.events(Chunk) if isinstance(event, Chunk))
    led = _led(states, recording.duration_s)
    asked = [(clock_words(start_s, end_s), start_s, end_s) for start_s, end_s in stretches]
    return Analysis(
        file=name,
        duration_s=recording.duration_s,
        n_beats=sum(found.values()) - found[RRFlag.INSERTED],
        corrected=corrected,
        uncorrected=uncorrected,
        found=found,
        segments=tuple(_segment(measured, *stretch) for stretch in [*led, *asked]),
        windows=tuple(_windows(measured, recording.duration_s, window_s, step_s)),
        zone_shares=measured.zone_shares(),
        second_opinion=opinions,
        skin_review=review,
        origin=beats[0].origin if beats else None,
        notes=recording.notes if isinstance(recording, Recording) else (),
        missing=measured.missing,
    )


def _checked(
    segments: Sequence[tuple[float, float]], window_s: float | None, step_s: float | None
) -> Sequence[tuple[float, float]]:
    for start_s, end_s in segments:
        if not end_s > start_s:
            msg = f"A segment ends after it starts: {start_s:g} to {end_s:g} s does not."
            raise ValueError(msg)
    for length_s in (window_s, step_s):
        if length_s is not None and not length_s > 0:
            msg = f"A window and its step are longer than 0 s, not {length_s:g} s."
            raise ValueError(msg)
    return segments


def _windows(
    measured: RecordedResults, duration_s: float, window_s: float | None, step_s: float | None
) -> Iterator[Window]:
    """Give each full window, from the start of the recording on."""
    if window_s is None:
        return
    step_s = window_s if step_s is None else step_s
    for number in range(int((duration_s - window_s) // step_s) + 1):
        start_s = number * step_s
        end_s = start_s + window_s
        yield Window(start_s, end_s, _complete(measured.measures(start_s, end_s)))


def _complete(values: Values) -> Values:
    """Name every measure, in one order; what was not measured is ``nan`` at quality 0."""
    return {name: values.get(name, (nan, 0.0)) for name in _NAMES}


def _led(states: Sequence[GuideState], end_s: float) -> Iterator[tuple[str, float, float]]:
    """Cut at pauses and ends: each stretch that was led in one piece."""
    start_s: float | None = None
    name = ""
    for state in states:
        if state.step in {"paused", "ended"}:
            if start_s is not None:
                yield name, start_s, state.t_s
            start_s = None
        elif start_s is None and state.guide:
            start_s = state.t_s
            name = state.guide
            if isfinite(state.breaths_per_min):
                name = f"{name}, {state.breaths_per_min:.1f} a minute"
    if start_s is not None:
        yield name, start_s, end_s


def clock_words(start_s: float, end_s: float) -> str:
    """Return a stretch as ``1:00 to 2:00``."""
    return f"{_clock(start_s)} to {_clock(end_s)}"


def _clock(t_s: float) -> str:
    """Return a time of the recording as ``2:05``, with a fraction where it has one."""
    minutes, seconds = divmod(t_s, 60.0)
    text = f"{seconds:04.1f}" if seconds % 1 else f"{seconds:02.0f}"
    return f"{minutes:.0f}:{text}"


def _segment(measured: RecordedResults, name: str, start_s: float, end_s: float) -> Segment:
    return Segment(
        name,
        start_s,
        end_s,
        _complete(measured.measures(start_s, end_s)),
        _complete(measured.measures(start_s, end_s, corrected=False)),
    )


def _plain_opinion(opinion: Opinion) -> dict[str, Any]:
    numbers = {
        "ours": opinion.ours,
        "theirs": opinion.theirs,
        "difference_pct": opinion.difference_pct,
    }
    return {
        "name": opinion.name,
        **{name: value if isfinite(value) else None for name, value in numbers.items()},
        "why": opinion.why,
    }


def _plain_segment(segment: Segment, is_corrected: bool) -> dict[str, Any]:
    values = segment.corrected if is_corrected else segment.uncorrected
    return {
        "name": segment.name,
        "start_s": segment.start_s,
        "end_s": segment.end_s,
        "measures": _values(values),
        "quality": _qualities(values),
    }


def _values(values: Mapping[str, tuple[float, float]]) -> dict[str, float | None]:
    return {name: value if isfinite(value) else None for name, (value, _) in values.items()}


def _qualities(values: Mapping[str, tuple[float, float]]) -> dict[str, float]:
    return {name: quality for name, (_, quality) in values.items()}
