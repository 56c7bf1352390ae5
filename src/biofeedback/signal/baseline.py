"""What is usual for one person: each input's middle and spread in a few quiet minutes.

A baseline is recorded sitting, breathing freely, over 3 to 5 minutes of good signal. It reaches
the pipeline as a stream of one row, like the pacer, so that a replay has it. Over sessions the
median of the best is usual (`combined`).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from math import inf, isfinite, nan
from statistics import fmean, median
from types import MappingProxyType
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from biofeedback.samples import Chunk, Role, StreamInfo, StreamKind
from biofeedback.signal.arousal_inputs import INPUTS, STEP_S, WINDOW_S

if TYPE_CHECKING:
    from biofeedback.signal.arousal_inputs import Moment

__all__ = [
    "BASELINE_STREAM",
    "MAX_BASELINE_S",
    "MIN_BASELINE_S",
    "MOVING_G",
    "Baseline",
    "BaselineCollector",
    "BaselineProgress",
    "Usual",
    "baseline_chunk",
    "combined",
]

MIN_BASELINE_S = 180.0
MAX_BASELINE_S = 300.0
# Breathing and heartbeats move a sitting person by less.
MOVING_G = 0.05
MIN_QUALITY = 0.9
# Inputs of this weight together must be good at a moment that counts: a strap, or a skin sensor.
MIN_WEIGHT = 0.39
# An input that was good in fewer of the moments is left out.
MIN_SHARE = 0.6
# Of the newest so many baselines the best are taken, and at least so many of them.
MAX_SESSIONS = 14
MIN_SESSIONS = 7
GOOD_QUALITY = 0.97

_MAD_TO_SD = 1.4826

_MOVING = "you are moving; sitting still, the time goes on"
_PACED = "the breath is being led; with your own breathing, the time goes on"
_UNSTEADY = "the signals are not steady yet"
_PAUSED = "you paused"


class Usual(NamedTuple):
    """Median and median absolute deviation of one input."""

    median: float
    mad: float

    def z(self, value: float, min_sd: float) -> float:
        """Distance of a value in robust standard deviations of at least ``min_sd``."""
        return (value - self.median) / max(_MAD_TO_SD * self.mad, min_sd)


def _channels() -> tuple[str, ...]:
    pairs = (f"{name}_{part}" for name in INPUTS for part in ("median", "mad"))
    return (*pairs, "duration_s", "quality", "n_sessions")


BASELINE_STREAM = StreamInfo("baseline", StreamKind.BASELINE, _channels())


@dataclass(frozen=True, slots=True)
class Baseline:
    """What is usual for one person.

    Parameters
    ----------
    t_s
        When its recording ended; from then on it holds. 0 for one that was kept.
    duration_s
        How much time counted.
    quality
        Mean quality of what counted, 0 to 1.
    inputs
        By the names of `INPUTS`; those that were not measured are absent. The breathing at
        which it was taken is the person's own: ``breaths_per_min`` among them, where a sensor
        of breathing was worn.
    n_sessions
        How many baselines went into it.
    is_provisional
        True for the first minutes of the very session, which nobody asked for.
    """

    t_s: float
    duration_s: float
    quality: float
    inputs: Mapping[str, Usual]
    n_sessions: int = 1
    is_provisional: bool = False

    def to_values(self) -> dict[str, float]:
        """Return it as named numbers, in the order of the stream's channels."""
        usual = [self.inputs.get(name, Usual(nan, nan)) for name in INPUTS]
        numbers = (
            *(number for pair in usual for number in pair),
            self.duration_s,
            self.quality,
            float(self.n_sessions),
        )
        return dict(zip(BASELINE_STREAM.channels, numbers, strict=True))

    @classmethod
    def from_values(cls, values: Mapping[str, float], t_s: float = 0.0) -> Baseline:
        """Return the baseline that `to_values` gave; names it does not know are passed over."""
        inputs = {}
        for name in INPUTS:
            usual = Usual(values.get(f"{name}_median", nan), values.get(f"{name}_mad", nan))
            if isfinite(usual.median) and isfinite(usual.mad) and usual.mad >= 0:
                inputs[name] = usual
        quality = values.get("quality", 0.0)
        duration_s = values.get("duration_s", 0.0)
        n_sessions = values.get("n_sessions", 1.0)
        return cls(
            t_s,
            duration_s if isfinite(duration_s) else 0.0,
            min(max(quality, 0.0), 1.0) if isfinite(quality) else 0.0,
            MappingProxyType(inputs),
            max(int(n_sessions), 1) if isfinite(n_sessions) else 1,
        )

    @classmethod
    def from_row(cls, t_s: float, row: Sequence[float]) -> Baseline:
        """Return the baseline of one row of `BASELINE_STREAM`."""
        return cls.from_values(dict(zip(BASELINE_STREAM.channels, row, strict=False)), t_s)

    def completed_by(self, other: Baseline) -> Baseline:
        """Return this one, with inputs that it lacks taken from another."""
        return replace(self, inputs=MappingProxyType({**other.inputs, **self.inputs}))


def baseline_chunk(baseline: Baseline, t_s: float, role: Role = Role.CLIENT) -> Chunk:
    """Return the baseline as an input of the pipeline.

    Parameters
    ----------
    baseline
        What is usual.
    t_s
        From when on it holds.
    role
        For whom.
    """
    stream = BASELINE_STREAM
    if role is not Role.CLIENT:
        # A sensor's id is unique in a session.
        stream = replace(stream, sensor_id=f"{stream.sensor_id}-{role.value}", role=role)
    row = list(baseline.to_values().values())
    return Chunk(stream, np.array([t_s]), np.array([row]), t_s)


def combined(baselines: Sequence[Baseline]) -> Baseline | None:
    """Refine what is usual over several sessions.

    Of the newest `MAX_SESSIONS` those of good quality count, and the best `MIN_SESSIONS` in any
    case. Each input's middle is the median of the middles; its spread is the usual spread within
    a session, or that of the middles from session to session where it is wider.

    Parameters
    ----------
    baselines
        Oldest first.

    Returns
    -------
    Baseline or None
        ``None`` where there is none to combine.
    """
    newest = list(baselines[-MAX_SESSIONS:])
    if not newest:
        return None
    by_quality = sorted(newest, key=lambda one: one.quality, reverse=True)
    best = [
        one
        for place, one in enumerate(by_quality)
        if place < MIN_SESSIONS or one.quality >= GOOD_QUALITY
    ]
    inputs = {}
    for name in INPUTS:
        usual = [one.inputs[name] for one in best if name in one.inputs]
        if usual:
            within = median(one.mad for one in usual)
            inputs[name] = _usual([one.median for one in usual], min_mad=within)
    return Baseline(
        0.0,
        sum(one.duration_s for one in best),
        fmean(one.quality for one in best),
        MappingProxyType(inputs),
        n_sessions=len(best),
    )


def _usual(values: Sequence[float], min_mad: float = 0.0) -> Usual:
    middle = median(values)
    return Usual(middle, max(median(abs(value - middle) for value in values), min_mad))


@dataclass(frozen=True, slots=True)
class BaselineProgress:
    """How far the recording of a baseline is.

    Parameters
    ----------
    counted_s
        Quiet time so far.
    to_go_s
        Quiet time until it is enough, 0 when it is.
    reason
        In words why time is not counting just now; empty when it is.
    """

    counted_s: float
    to_go_s: float
    reason: str


class BaselineCollector:
    """Gathers the inputs over quiet minutes.

    Parameters
    ----------
    begin_s
        What happened before does not count.
    """

    def __init__(self, begin_s: float) -> None:
        self._begin_s = begin_s
        self._values: dict[str, list[float]] = {name: [] for name in INPUTS}
        self._qualities: list[float] = []
        self._n_moments = 0
        self._reason = ""

    @property
    def progress(self) -> BaselineProgress:
        """How far it is."""
        counted_s = WINDOW_S + (self._n_moments - 1) * STEP_S if self._n_moments else 0.0
        return BaselineProgress(counted_s, max(MIN_BASELINE_S - counted_s, 0.0), self._reason)

    @property
    def is_enough(self) -> bool:
        """True when a baseline can be made of it."""
        return self.progress.to_go_s <= 0

    @property
    def is_full(self) -> bool:
        """True when nothing more is needed."""
        return self.progress.counted_s >= MAX_BASELINE_S

    def pause(self) -> None:
        """Count nothing until `resume`."""
        self._begin_s = inf
        self._reason = _PAUSED

    def resume(self, t_s: float) -> None:
        """Count again what happens from a time on, beside what was counted before."""
        self._begin_s = t_s
        self._reason = ""

    def take(self, moment: Moment) -> None:
        """Count a moment whose whole window was quiet and good."""
        if self.is_full or moment.t_s - WINDOW_S < self._begin_s:
            return
        good = {
            name: feature
            for name, feature in moment.features.items()
            if feature.quality >= MIN_QUALITY
        }
        if moment.movement_g > MOVING_G:
            self._reason = _MOVING
        elif moment.is_paced:
            self._reason = _PACED
        elif sum(INPUTS[name].weight for name in good) < MIN_WEIGHT:
            self._reason = _UNSTEADY
        else:
            self._reason = ""
            self._n_moments += 1
            self._qualities.append(fmean(feature.quality for feature in good.values()))
            for name, feature in good.items():
                self._values[name].append(feature.value)

    def baseline(self, t_s: float) -> Baseline | None:
        """Return what was gathered, ``None`` where that is not enough.

        Parameters
        ----------
        t_s
            From when on it holds.
        """
        if not self.is_enough:
            return None
        inputs = {
            name: _usual(values)
            for name, values in self._values.items()
            if len(values) >= MIN_SHARE * self._n_moments
        }
        return Baseline(
            t_s, self.progress.counted_s, fmean(self._qualities), MappingProxyType(inputs)
        )
