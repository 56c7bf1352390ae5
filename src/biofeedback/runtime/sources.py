"""Which of several sources a screen shows: of each measure one, and of several hearts one.

Only the client's are shown. Where two sensors give the same, the first one heard is shown; but
beats of an ECG come before those a strap found, and both before a pulse's, and what several
sensors say together of the breath comes before what one of them says.
"""

from __future__ import annotations

from collections import deque
from math import isfinite
from typing import TYPE_CHECKING

from biofeedback.kinds import BeatOrigin, sensor_of

if TYPE_CHECKING:
    from collections.abc import Mapping

    from biofeedback.samples import Beat, Metric

__all__ = ["ORIGINS", "TOGETHER", "ShownHeart", "ShownMeasures"]

TOGETHER = "together"
# A source that said nothing for this much longer than another gives way to it.
_SILENT_S = 15.0
# Beats of a greater one are better.
ORIGINS = {BeatOrigin.PULSE: 0, BeatOrigin.STRAP: 1, BeatOrigin.ECG: 2}
_OF_BREATH = frozenset(
    {"breaths_per_min", "breath_irregularity_pct", "breath_quality", "adherence"}
)
# A sensor's own word on its signal; of a sensor with several streams the first of these.
_QUALITIES = (
    "ecg_quality",
    "pulse_quality",
    "quality",
    "skin_quality",
    "breath_quality",
    "muscle_quality",
)


class ShownHeart:
    """The beats of each source, and which of them is shown."""

    def __init__(self) -> None:
        self._beats: dict[str, deque[Beat]] = {}

    def take(self, beat: Beat) -> None:
        """Keep a beat."""
        self._beats.setdefault(beat.source, deque()).append(beat)

    def forget(self, sensor_id: str) -> None:
        """Leave out a sensor."""
        self._beats = {
            source: beats for source, beats in self._beats.items() if sensor_of(source) != sensor_id
        }

    def source(self, hidden: frozenset[str] = frozenset()) -> str | None:
        """Return the source that is shown, ``None`` before the first beat.

        Parameters
        ----------
        hidden
            Sensors whose beats are not for this screen.
        """
        last = [beats[-1] for beats in self._beats.values()]
        if hidden:
            last = [beat for beat in last if sensor_of(beat.source) not in hidden]
        if len(last) < 2:
            return last[0].source if last else None
        newest_s = max(beat.t_s for beat in last)
        fresh = [beat for beat in last if beat.t_s >= newest_s - _SILENT_S]
        # Of equals the first that was heard.
        return max(fresh, key=lambda beat: ORIGINS[beat.origin]).source

    def beats(self, oldest_s: float) -> dict[str, tuple[Beat, ...]]:
        """Return the beats since a time by source; older ones are let go."""
        for beats in self._beats.values():
            # The last one stays: it says since when its source is silent.
            while len(beats) > 1 and beats[0].t_s < oldest_s:
                beats.popleft()
        return {
            source: tuple(beats) if beats[0].t_s >= oldest_s else ()
            for source, beats in self._beats.items()
        }


class ShownMeasures:
    """The latest of each measure by source, and which of them is shown."""

    def __init__(self) -> None:
        self._latest: dict[str, dict[str, Metric]] = {}
        self._shown: dict[str, Metric] = {}
        self._heart: str | None = None
        self._is_stale = False

    def take(self, metric: Metric) -> None:
        """Keep a measure."""
        by_source = self._latest.setdefault(metric.name, {})
        by_source[metric.source] = metric
        if len(by_source) == 1:
            # The usual case: nothing to choose from.
            self._shown[metric.name] = metric
        else:
            self._is_stale = True

    def forget(self, sensor_id: str) -> None:
        """Leave out a sensor."""
        for by_source in self._latest.values():
            for source in [source for source in by_source if sensor_of(source) == sensor_id]:
                del by_source[source]
        self._latest = {name: by_source for name, by_source in self._latest.items() if by_source}
        self._shown = {name: self._shown[name] for name in self._latest}
        self._is_stale = True

    def shown(self, heart: str | None, hidden: frozenset[str]) -> dict[str, Metric]:
        """Return the measures to show.

        Parameters
        ----------
        heart
            The source of beats that is shown: measures of beats are of the same.
        hidden
            Sensors whose measures are not for this screen.
        """
        if self._is_stale or heart != self._heart:
            self._heart, self._is_stale = heart, False
            for name, by_source in self._latest.items():
                if len(by_source) > 1:
                    allowed = [m for m in by_source.values() if sensor_of(m.source) not in hidden]
                    if allowed:
                        self._shown[name] = _chosen(name, allowed, heart)
                else:
                    (self._shown[name],) = by_source.values()
        if not hidden:
            return dict(self._shown)
        return {n: m for n, m in self._shown.items() if sensor_of(m.source) not in hidden}

    def qualities(self) -> Mapping[str, Metric]:
        """Return each sensor's own word on its signal, by sensor id."""
        found: dict[str, Metric] = {}
        for name in _QUALITIES:
            for source, metric in self._latest.get(name, {}).items():
                if isfinite(metric.value):
                    found.setdefault(sensor_of(source), metric)
        return found


def _chosen(name: str, metrics: list[Metric], heart: str | None) -> Metric:
    newest_s = max(metric.t_s for metric in metrics)

    def rank(metric: Metric) -> tuple[bool, bool, bool, int]:
        is_fresh = metric.t_s >= newest_s - _SILENT_S
        if name in _OF_BREATH:
            is_said = isfinite(metric.value)
            return is_fresh, is_said, is_said and metric.source == TOGETHER, 0
        origin = -1 if metric.origin is None else ORIGINS[metric.origin]
        return metric.source == heart, is_fresh, False, origin

    # Of equals the first that was heard.
    return max(metrics, key=rank)
