"""Offline analysis: every measure of a recording, by the code that also runs live.

A recording is sent through the same pipeline and guide as a live session. Measures that
describe a whole stretch are then computed by the pipeline's own functions, once over the
corrected intervals and once over the intervals exactly as the sensor sent them.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from math import isfinite, isnan, nan
from pathlib import Path
from typing import TYPE_CHECKING, Any

from biofeedback import __version__
from biofeedback.runtime.replay import Replayable, replay_events
from biofeedback.samples import Beat, Breath, GuideState, Metric, RRFlag, Scr
from biofeedback.signal.measures import MEASURES
from biofeedback.signal.offline import whole_record_measures

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from biofeedback.samples import Event

    Published = Beat | Breath | Scr | Metric

__all__ = ["Analysis", "Segment", "analyze"]

# What is told of a recording, in this order. The live qualities stand beside each measure.
_NAMES = tuple(name for name in MEASURES if not name.endswith("quality"))
_CORRECTIONS = (RRFlag.MISSED, RRFlag.EXTRA, RRFlag.ECTOPIC, RRFlag.OUT_OF_RANGE)
_FLAG_WORDS = {
    RRFlag.MISSED: "missed",
    RRFlag.EXTRA: "extra",
    RRFlag.ECTOPIC: "early or late",
    RRFlag.OUT_OF_RANGE: "out of range",
}

Values = dict[str, tuple[float, float]]


@dataclass(frozen=True, slots=True)
class Segment:
    """A stretch of a session: from ``start_s`` to ``end_s`` the guide led in one piece."""

    name: str
    start_s: float
    end_s: float
    corrected: Mapping[str, tuple[float, float]]
    uncorrected: Mapping[str, tuple[float, float]]


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
        Stretches that a guide led; empty for a file of intervals.
    """

    file: str
    duration_s: float
    n_beats: int
    corrected: Mapping[str, tuple[float, float]]
    uncorrected: Mapping[str, tuple[float, float]]
    found: Mapping[RRFlag, int]
    segments: tuple[Segment, ...]

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
            "measures": _values(first),
            "quality": _qualities(first),
            other: _values(second),
            "found": {flag.value: self.found[flag] for flag in (*_CORRECTIONS, RRFlag.GAP)},
            "segments": [_plain_segment(segment, is_corrected) for segment in self.segments],
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
            yield (
                spec.label,
                f"{value:.3g}" if abs(value) < 10 else f"{value:.1f}",
                spec.unit,
                f"{100 * quality:.0f} %",
            )


def analyze(recording: Replayable | Path | str, *, name: str = "") -> Analysis:
    """Compute every measure of a recording.

    Parameters
    ----------
    recording
        A path to a file of RR intervals, what `biofeedback.read` returned, or a recorded
        session from the library.
    name
        What to call it; the path, unless told.

    Raises
    ------
    FormatError
        If a path is given and the file is no recording.
    """
    if isinstance(recording, Path | str):
        from biofeedback.sessions.formats import read  # noqa: PLC0415 - only for a path

        name = name or str(recording)
        recording = read(Path(recording))
    results: list[Published] = []
    states: list[GuideState] = []
    for event in replay_events(recording):
        _sort(event, results, states)
    beats = [result for result in results if isinstance(result, Beat)]
    first_source = beats[0].source if beats else ""
    found = Counter(beat.flag for beat in beats if beat.source == first_source)
    return Analysis(
        file=name,
        duration_s=recording.duration_s,
        n_beats=sum(found.values()) - found[RRFlag.INSERTED],
        corrected=_complete(whole_record_measures(results)),
        uncorrected=_complete(whole_record_measures(results, corrected=False)),
        found=found,
        segments=tuple(_segments(results, states, recording.duration_s)),
    )


def _sort(event: Event, results: list[Published], states: list[GuideState]) -> None:
    if isinstance(event, Beat | Breath | Scr | Metric):
        results.append(event)
    elif isinstance(event, GuideState):
        states.append(event)


def _complete(values: Values) -> Values:
    """Name every measure, in one order; what was not measured is ``nan`` at quality 0."""
    return {name: values.get(name, (nan, 0.0)) for name in _NAMES}


def _segments(
    results: Sequence[Published], states: Sequence[GuideState], end_s: float
) -> Iterator[Segment]:
    """Cut at pauses and ends: each stretch that was led in one piece."""
    start_s: float | None = None
    name = ""
    for state in states:
        if state.step in {"paused", "ended"}:
            if start_s is not None:
                yield _segment(results, name, start_s, state.t_s)
            start_s = None
        elif start_s is None:
            start_s = state.t_s
            name = f"{state.guide}, {state.breaths_per_min:.1f} a minute"
    if start_s is not None:
        yield _segment(results, name, start_s, end_s)


def _segment(results: Sequence[Published], name: str, start_s: float, end_s: float) -> Segment:
    return Segment(
        name,
        start_s,
        end_s,
        _complete(whole_record_measures(results, start_s, end_s)),
        _complete(whole_record_measures(results, start_s, end_s, corrected=False)),
    )


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
