"""What speaks about arousal: the inputs of the index, and their values at a moment.

Measures come from several sensors, each at its own pace. Every 5 s they are summed up over the
60 s before, each with a quality: heart rate, its beat-to-beat variability, the skin's level and
its responses, the breath's rate and unevenness. Where two sensors give the same measure, the one
of better quality speaks. An input that cannot be trusted is absent.
"""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass
from math import exp, floor, isfinite, log, nan, sqrt
from statistics import fmean, median
from types import MappingProxyType
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from biofeedback.samples import Metric
    from biofeedback.signal.pacer_history import PacerHistory

__all__ = [
    "HEARD",
    "INPUTS",
    "NO_RESPONSES",
    "STEP_S",
    "WINDOW_S",
    "ArousalInputs",
    "InputSpec",
    "Moment",
]

STEP_S = 5.0
WINDOW_S = 60.0
MIN_QUALITY = 0.3

_MAX_ROWS = 4096
_FRESH_S = 10.0
_BREATH_FRESH_S = 30.0
# Each corrected beat changes two differences, so that variability suffers most: with 5 % of
# corrected beats it is good, with 20 % it says nothing.
_RMSSD_GOOD, _RMSSD_NONE = 0.95, 0.80
_SCL_HIGH_PASS_S = 300.0
_SCL_NEEDS_S = 60.0
_SILENT_SKIN_S = 300.0
# 3/8 keeps the spread of small counts even (Anscombe 1948, Biometrika 35:246).
_COUNT_OFFSET = 0.375
NO_RESPONSES = sqrt(_COUNT_OFFSET)


@dataclass(frozen=True, slots=True)
class InputSpec:
    """One input of the index.

    Parameters
    ----------
    name
        The feature's name.
    sign
        1 where it rises with arousal, -1 where it falls.
    weight
        Its share in the index. The two of the breath share theirs.
    min_sd
        Least standard deviation: how far it wanders from minute to minute in anybody, so that
        a very even baseline does not make a departure of nothing.
    words
        For a sentence that says which inputs speak.
    """

    name: str
    sign: float
    weight: float
    min_sd: float
    words: str


INPUTS: Mapping[str, InputSpec] = MappingProxyType(
    {
        spec.name: spec
        for spec in (
            InputSpec("heart_rate_bpm", 1.0, 0.25, 2.5, "heart rate"),
            InputSpec("ln_rmssd", -1.0, 0.20, 0.2, "its beat-to-beat variability"),
            InputSpec("ln_scl_change", 1.0, 0.15, 0.05, "skin level"),
            # The standard deviation of the root of a Poisson count is 1/2.
            InputSpec("root_scr_per_min", 1.0, 0.25, 0.5, "skin responses"),
            InputSpec("breaths_per_min", 1.0, 0.10, 1.5, "breathing"),
            InputSpec("breath_irregularity_pct", 1.0, 0.05, 5.0, "breathing"),
        )
    }
)


class Feature(NamedTuple):
    """Value of one input and how far it can be trusted, 0 to 1."""

    value: float
    quality: float


@dataclass(frozen=True, slots=True)
class Moment:
    """All inputs that speak at one moment, over the window that ends there.

    ``is_paced`` is True where a pacer led the breath in the window. ``movement_g`` is the mean
    over the window, 0 where no sensor tells.
    """

    t_s: float
    features: Mapping[str, Feature]
    is_paced: bool
    movement_g: float


class _Row(NamedTuple):
    known_s: float
    t_s: float
    value: float
    quality: float


_Reading = Feature | None


def _fresh(rows: list[_Row], t_s: float, age_s: float) -> _Reading:
    """The newest value, unless it was lost since or is old."""
    newest = rows[-1]
    if not isfinite(newest.value) or t_s - newest.t_s > age_s:
        return None
    return Feature(newest.value, newest.quality)


def _spread_over(rows: list[_Row], t_s: float, bin_s: float, min_share: float) -> _Reading:
    """Median over the window; quality falls with the share of the window that says nothing."""
    # By place, since fields by name cost as much as all the rest.
    valid = [row for row in rows if row[3] >= MIN_QUALITY and isfinite(row[2])]
    n_bins = floor(WINDOW_S / bin_s)
    filled = len({floor((t_s - row[1]) / bin_s) for row in valid})
    if filled < min_share * n_bins:
        return None
    quality = fmean([row[3] for row in valid]) * filled / n_bins
    return Feature(median([row[2] for row in valid]), quality)


def _heart_rate(rows: list[_Row], t_s: float) -> _Reading:
    return _spread_over(rows, t_s, 5.0, 0.75)


def _breathing_rate(rows: list[_Row], t_s: float) -> _Reading:
    if not isfinite(rows[-1].value):
        return None
    return _spread_over(rows, t_s, 20.0, 0.6)


def _latest(rows: list[_Row], t_s: float) -> _Reading:
    return _fresh(rows, t_s, _FRESH_S)


def _irregularity(rows: list[_Row], t_s: float) -> _Reading:
    return _fresh(rows, t_s, _BREATH_FRESH_S)


def _mean(rows: list[_Row], _t_s: float) -> _Reading:
    values = [row.value for row in rows if isfinite(row.value)]
    return Feature(fmean(values), 1.0) if values else None


_READ: dict[str, Callable[[list[_Row], float], _Reading]] = {
    "heart_rate_bpm": _heart_rate,
    "rmssd_ms": _latest,
    "scl_microsiemens": _latest,
    "scr_per_min": _latest,
    "breaths_per_min": _breathing_rate,
    "breath_irregularity_pct": _irregularity,
    "movement_g": _mean,
}
HEARD = frozenset(_READ)
# As in `Metric.source`.
_JOINED = "together"
_FROM_BREATH = frozenset({"breaths_per_min", "breath_irregularity_pct"})


class _SlowPart:
    """High-pass of 5 minutes on a grid of times; begins as a plain mean."""

    def __init__(self) -> None:
        self._began_s = self._last_s = nan
        self._slow = nan

    def push(self, t_s: float, value: float) -> float:
        """Return how far the value lies over its own last minutes, ``nan`` to begin with."""
        step_s = t_s - self._last_s
        self._last_s = t_s
        if not step_s <= WINDOW_S:
            self._began_s = t_s
            self._slow = value
            return nan
        elapsed_s = t_s - self._began_s
        share = max(1.0 - exp(-step_s / _SCL_HIGH_PASS_S), step_s / (elapsed_s + step_s))
        self._slow += share * (value - self._slow)
        return value - self._slow if elapsed_s >= _SCL_NEEDS_S else nan


class ArousalInputs:
    """Holds the last minute of the measures and sums it up at multiples of `STEP_S`.

    Parameters
    ----------
    pacer
        What the pacer did.
    """

    def __init__(self, pacer: PacerHistory) -> None:
        self._pacer = pacer
        self._rows: dict[str, dict[str, deque[_Row]]] = {name: {} for name in _READ}
        self._levels: dict[str, _SlowPart] = {}
        self._responded_s = nan

    def take(self, known_s: float, metric: Metric) -> None:
        """Keep a measure that is an input; pass over any other.

        Parameters
        ----------
        known_s
            Time of the sample that brought it.
        metric
            The measure, with or without a value.
        """
        sources = self._rows.get(metric.name)
        if sources is None:
            return
        # Only what feels the breath itself: a rate found in heartbeats, or joined from several,
        # may take the heart's own slow rhythm for breathing.
        if metric.name in _FROM_BREATH and (metric.origin is not None or metric.source == _JOINED):
            return
        rows = sources.get(metric.source)
        if rows is None:
            rows = sources[metric.source] = deque(maxlen=_MAX_ROWS)
        known_s = max(known_s, metric.t_s)
        # A named tuple's own constructor would cost three times as much.
        rows.append(tuple.__new__(_Row, (known_s, metric.t_s, metric.value, metric.quality)))

    @property
    def oldest_s(self) -> float:
        """Time of the oldest measure held, ``nan`` where there is none."""
        return min((rows[0].t_s for rows in self._all() if rows), default=nan)

    def at(self, t_s: float) -> Moment:
        """Sum up the window that ends at a time, and let go of what is older.

        Only what was known by then counts. Times must go forward.
        """
        self._let_go(t_s - WINDOW_S)
        features: dict[str, Feature] = {}
        for name in ("heart_rate_bpm", "breaths_per_min", "breath_irregularity_pct"):
            if (best := self._best(name, t_s)) is not None:
                features[name] = best[1]
        if (best := self._best("rmssd_ms", t_s)) is not None and best[1].value > 0:
            quality = (best[1].quality - _RMSSD_NONE) / (_RMSSD_GOOD - _RMSSD_NONE)
            if quality >= MIN_QUALITY:
                features["ln_rmssd"] = Feature(log(best[1].value), min(quality, 1.0))
        if (best := self._best("scl_microsiemens", t_s)) is not None and best[1].value > 0:
            source, level = best
            change = self._levels.setdefault(source, _SlowPart()).push(t_s, log(level.value))
            if isfinite(change):
                features["ln_scl_change"] = Feature(change, level.quality)
        if (best := self._best("scr_per_min", t_s)) is not None:
            self._responses(t_s, best[1], features)
        moved = self._best("movement_g", t_s)
        return Moment(
            t_s,
            MappingProxyType(features),
            self._is_paced(t_s),
            moved[1].value if moved is not None else 0.0,
        )

    def _responses(self, t_s: float, rate: Feature, features: dict[str, Feature]) -> None:
        if rate.value > 0:
            self._responded_s = t_s
        # A skin silent for minutes may be one that never responds, and says nothing of calm.
        if t_s - self._responded_s <= _SILENT_SKIN_S:
            root = sqrt(rate.value + _COUNT_OFFSET)
            features["root_scr_per_min"] = Feature(root, rate.quality)

    def _all(self) -> Iterable[deque[_Row]]:
        return (rows for sources in self._rows.values() for rows in sources.values())

    def _let_go(self, before_s: float) -> None:
        for rows in self._all():
            while rows and rows[0].t_s <= before_s:
                rows.popleft()

    def _best(self, name: str, t_s: float) -> tuple[str, Feature] | None:
        if not self._rows[name]:
            return None
        read = _READ[name]
        best: tuple[str, Feature] | None = None
        # By name, so that the order in which sensors first spoke leaves no trace.
        since_s = t_s - WINDOW_S
        for source, held in sorted(self._rows[name].items()):
            rows = [row for row in held if row[0] <= t_s and row[1] > since_s]
            found = read(rows, t_s) if rows else None
            if found is None or found.quality < MIN_QUALITY:
                continue
            if best is None or found.quality > best[1].quality:
                best = (source, found)
        return best

    def _is_paced(self, t_s: float) -> bool:
        if self._pacer.is_empty:
            return False
        n_steps = round(WINDOW_S / STEP_S)
        return any(self._pacer.at(t_s - n * STEP_S) is not None for n in range(n_steps + 1))
