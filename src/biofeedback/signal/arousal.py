"""The arousal index: how far the body is from what is usual for this person, and which way.

Each input (`arousal_inputs`) is a robust distance z from the person's own baseline, at most 3
either way. The index is their sum by weight, sign and quality, over the standard deviation that
it would have if the inputs were alike by 0.3::

    A = sum(q w s z) / sqrt(sum((q w)^2) + rho sum_{i != j} q_i w_i q_j w_j)

so that 0 is as usual and 1.5 is rare at rest. It is an index of the body's activation: it knows
nothing of what the person feels, and cold, coffee, a climb of the stairs or medicines move it
too. With less than half of the weights speaking there is none.

References
----------
Hovsepian et al. (2015), cStress, Proc. UbiComp 2015:493-504 (heart and breathing over a minute,
against the person's own). Cacioppo, Tassinary and Berntson (2007), Handbook of Psychophysiology.
The weights are our own choice.
"""

from __future__ import annotations

from dataclasses import replace
from math import floor, isnan, nan, sqrt
from typing import TYPE_CHECKING

from biofeedback.signal.arousal_inputs import INPUTS, NO_RESPONSES, STEP_S, ArousalInputs
from biofeedback.signal.arousal_zone import ArousalZone, Zone
from biofeedback.signal.baseline import MOVING_G, Baseline, BaselineCollector
from biofeedback.signal.measures import measured, missing

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from biofeedback.samples import Metric
    from biofeedback.signal.arousal_inputs import Moment
    from biofeedback.signal.baseline import BaselineProgress
    from biofeedback.signal.pacer_history import PacerHistory

__all__ = ["SETTLE_S", "SOURCE", "ArousalNode", "index"]

SOURCE = "together"
# Streams may be this far apart: a moment is summed up once all of them have passed it.
SETTLE_S = 5.0
RHO = 0.3
MAX_Z = 3.0
MIN_WEIGHT = 0.5
PROVISIONAL_QUALITY = 0.7
# By then every sensor that is worn has spoken.
ALL_SPEAK_S = 120.0
# From this mean acceleration on, heart rate speaks of movement and counts for so much.
MUCH_MOVING_G = 0.2
MOVING_SHARE = 0.2
HELD_SHARE = 0.5
# Slower than this share of the usual, breathing raises variability whatever the arousal.
SLOW_BREATH_SHARE = 0.75

_NEEDS_BASELINE = "a few quiet minutes are needed first to know what is usual for you"
_PROVISIONAL = "against the first minutes of this session"
_MOVED = "you are moving, so heart rate counts for less"
_TOO_FEW = "one kind of signal alone cannot tell: another sensor, or a steadier signal, would help"
_ZONE_UNKNOWN = "this cannot be told just now"
_OTHER_SENSORS = (
    "your baseline was taken with other sensors: a few quiet minutes now can stand in for it"
)


def index(parts: Sequence[tuple[float, float]]) -> float:
    """Return the index of weighted distances.

    Parameters
    ----------
    parts
        ``(q w, s z)`` of each input that speaks; at least one with a weight above 0.
    """
    total = sum(weight for weight, _ in parts)
    squares = sum(weight * weight for weight, _ in parts)
    variance = squares + RHO * (total * total - squares)
    return sum(weight * z for weight, z in parts) / sqrt(variance)


class ArousalNode:
    """Index and zone of one person, from all of their sensors.

    Parameters
    ----------
    pacer
        What the pacer did: what slow breathing does to the heart is not taken for calm.
    """

    def __init__(self, pacer: PacerHistory) -> None:
        self._inputs = ArousalInputs(pacer)
        self._zone = ArousalZone()
        self._next_s = nan
        self._last_quality = 0.0
        self._kept: list[Baseline] = []
        self._in_force: Baseline | None = None
        self._first_minutes: BaselineCollector | None = None
        self._provisional: Baseline | None = None
        self._collector: BaselineCollector | None = None
        self._collect_until_s = nan
        self._recorded: Baseline | None = None
        # What has ever spoken, and since when.
        self._ever: set[str] = set()
        self._began_s = nan

    def take(self, known_s: float, metric: Metric) -> None:
        """Keep a measure that the index uses; any other is passed over.

        Parameters
        ----------
        known_s
            Time of the sample that brought it, so that how samples were cut into chunks leaves
            no trace.
        metric
            The measure.
        """
        self._inputs.take(known_s, metric)

    def push_baseline(self, t_s: float, row: Sequence[float]) -> None:
        """Take one row of the stream of baselines, in force from its time on."""
        self._kept.append(Baseline.from_row(t_s, row))
        del self._kept[:-4]

    def begin_baseline(self, t_s: float) -> None:
        """Begin to record a baseline; one that was being recorded is dropped."""
        self._collector = BaselineCollector(t_s)
        self._collect_until_s = nan

    def end_baseline(self, t_s: float) -> None:
        """Make a baseline of what was counted up to a time, if that is enough.

        It is there, for `take_recorded`, when the evaluations have come to that time.
        """
        self._collect_until_s = t_s

    def pause_baseline(self) -> None:
        """Count nothing for the baseline that is recorded until `resume_baseline`."""
        if self._collector is not None:
            self._collector.pause()

    def resume_baseline(self, t_s: float) -> None:
        """Count again what happens from a time on."""
        if self._collector is not None:
            self._collector.resume(t_s)

    @property
    def baseline_progress(self) -> BaselineProgress | None:
        """How far the recording of a baseline is, ``None`` while none is recorded."""
        return self._collector.progress if self._collector else None

    def take_recorded(self) -> Baseline | None:
        """Return a baseline that was recorded since the last call, to be kept."""
        recorded, self._recorded = self._recorded, None
        return recorded

    def due(self, now_s: float) -> list[Metric]:
        """Evaluate every multiple of `STEP_S` that lies `SETTLE_S` back.

        Parameters
        ----------
        now_s
            Time of the newest sample of any stream.
        """
        results: list[Metric] = []
        # The usual answer, at once.
        if now_s < self._next_s + SETTLE_S:
            return results
        while True:
            oldest_s = self._inputs.oldest_s
            if isnan(oldest_s):
                return results
            t_s = -floor(-oldest_s / STEP_S) * STEP_S
            # After a silence the next evaluation is where something was measured again.
            if not t_s <= self._next_s:
                self._silence(t_s)
            else:
                t_s = self._next_s
            if now_s < t_s + SETTLE_S:
                return results
            results += self._evaluate(self._inputs.at(t_s))
            self._next_s = t_s + STEP_S

    def finish(self, now_s: float) -> list[Metric]:
        """Evaluate what was still to settle: nothing will follow.

        Parameters
        ----------
        now_s
            Time of the newest sample of any stream.
        """
        results = self.due(now_s + SETTLE_S)
        if not isnan(self._collect_until_s):
            self._finish(self._collect_until_s)
        return results

    def _silence(self, t_s: float) -> None:
        """Nothing was measured for over a minute; a recording that was to end has ended."""
        if self._collector is not None and t_s > self._collect_until_s:
            self._finish(self._collect_until_s)

    def _evaluate(self, moment: Moment) -> list[Metric]:
        t_s = moment.t_s
        self._collect(moment)
        self._ever |= moment.features.keys()
        if isnan(self._began_s):
            self._began_s = t_s
        while self._kept and self._kept[0].t_s <= t_s:
            self._in_force = self._kept.pop(0)
        usual = self._usual()
        arousal = self._unknown_usual(t_s) if usual is None else self._index(moment, usual)
        zone = self._zone.push(t_s, arousal.value)
        if not isnan(arousal.value):
            self._last_quality = arousal.quality
        return [arousal, self._zone_metric(zone, arousal)]

    def _collect(self, moment: Moment) -> None:
        t_s = moment.t_s
        if self._collector is not None:
            if not t_s > self._collect_until_s:
                self._collector.take(moment)
            is_last = t_s + STEP_S > self._collect_until_s
            if is_last or self._collector.is_full:
                self._finish(t_s)
        if self._provisional is None:
            if self._first_minutes is None:
                self._first_minutes = BaselineCollector(t_s - STEP_S)
            self._first_minutes.take(moment)
            if self._first_minutes.is_enough and (found := self._first_minutes.baseline(t_s)):
                self._provisional = replace(found, is_provisional=True)

    def _finish(self, t_s: float) -> None:
        recorded = self._collector.baseline(t_s) if self._collector else None
        self._collector = None
        self._collect_until_s = nan
        if recorded is not None:
            self._recorded = recorded
            self._in_force = recorded

    def _usual(self) -> Baseline | None:
        if self._in_force is None or self._provisional is None:
            return self._in_force or self._provisional
        return self._in_force.completed_by(self._provisional)

    def _unknown_usual(self, t_s: float) -> Metric:
        # Quiet minutes do not help where too little is worn for the index ever to speak.
        weight = sum(INPUTS[name].weight for name in self._ever)
        if weight < MIN_WEIGHT and t_s - self._began_s >= ALL_SPEAK_S:
            return missing(t_s, "arousal", SOURCE, reason=_TOO_FEW)
        progress = self._first_minutes.progress if self._first_minutes else None
        reason = _NEEDS_BASELINE
        wait_s = 0.0
        if progress is not None:
            wait_s = progress.to_go_s
            reason += f": {progress.reason}" if progress.reason else ""
        return missing(t_s, "arousal", SOURCE, wait_s=wait_s, reason=reason)

    def _index(self, moment: Moment, usual: Baseline) -> Metric:
        name = "arousal"
        parts: dict[str, tuple[float, float]] = {}
        for input_name, spec in INPUTS.items():
            quality = self._quality_of(input_name, moment, usual)
            if quality > 0:
                value = moment.features[input_name].value
                z = spec.sign * usual.inputs[input_name].z(value, spec.min_sd)
                parts[input_name] = (quality * spec.weight, min(max(z, -MAX_Z), MAX_Z))
        _breath_speaks_as_one(parts)
        weight = sum(part for part, _ in parts.values())
        if weight < MIN_WEIGHT:
            unknown = sum(INPUTS[name].weight for name in moment.features.keys() - usual.inputs)
            if weight + unknown < MIN_WEIGHT:
                return missing(moment.t_s, name, SOURCE, reason=_TOO_FEW)
            progress = self._first_minutes.progress if self._first_minutes else None
            wait_s = progress.to_go_s if progress else 0.0
            return missing(moment.t_s, name, SOURCE, wait_s=wait_s, reason=_OTHER_SENSORS)
        quality = min(weight, 1.0)
        reason = f"from {_spoken(parts)}"
        if moment.movement_g > MOVING_G and "heart_rate_bpm" in parts:
            reason += f"; {_MOVED}"
        if self._in_force is None or any(name not in self._in_force.inputs for name in parts):
            quality *= PROVISIONAL_QUALITY
            reason += f"; {_PROVISIONAL}"
        return measured(
            moment.t_s, name, index(list(parts.values())), SOURCE, quality=quality, reason=reason
        )

    @staticmethod
    def _quality_of(name: str, moment: Moment, usual: Baseline) -> float:
        """How far one input may speak, 0 where it must not."""
        feature = moment.features.get(name)
        if feature is None or name not in usual.inputs:
            return 0.0
        if name == "heart_rate_bpm":
            moving = (moment.movement_g - MOVING_G) / (MUCH_MOVING_G - MOVING_G)
            return feature.quality * (1.0 - (1.0 - MOVING_SHARE) * min(max(moving, 0.0), 1.0))
        if name in {"ln_rmssd", "breaths_per_min", "breath_irregularity_pct"} and moment.is_paced:
            return 0.0
        if name == "ln_rmssd" and _breathes_slowly(moment, usual):
            return 0.0
        if name == "root_scr_per_min":
            # No response now and none in the baseline: a skin that shows none.
            usually = usual.inputs[name].median
            return 0.0 if max(feature.value, usually) <= NO_RESPONSES else feature.quality
        return feature.quality

    def _zone_metric(self, zone: Zone, arousal: Metric) -> Metric:
        name = "arousal_zone"
        if zone is Zone.UNKNOWN:
            reason = arousal.reason if isnan(arousal.value) else _ZONE_UNKNOWN
            return missing(arousal.t_s, name, SOURCE, wait_s=arousal.wait_s, reason=reason)
        # Through a short hole in the index the zone stands, and is trusted less.
        share = HELD_SHARE if isnan(arousal.value) else 1.0
        quality = share * self._last_quality
        return measured(
            arousal.t_s, name, zone.value_or_nan, SOURCE, quality=quality, reason=zone.words
        )


def _breathes_slowly(moment: Moment, usual: Baseline) -> bool:
    rate = moment.features.get("breaths_per_min")
    if rate is None or "breaths_per_min" not in usual.inputs:
        return False
    return rate.value < SLOW_BREATH_SHARE * usual.inputs["breaths_per_min"].median


def _breath_speaks_as_one(parts: dict[str, tuple[float, float]]) -> None:
    """Join rate and unevenness: where only one is known it has the weight of both."""
    rate_name, uneven_name = "breaths_per_min", "breath_irregularity_pct"
    share = INPUTS[rate_name].weight + INPUTS[uneven_name].weight
    spoken = [name for name in (rate_name, uneven_name) if name in parts]
    if not spoken:
        return
    own = sum(INPUTS[name].weight for name in spoken)
    pairs = [parts.pop(name) for name in spoken]
    weight = sum(weight for weight, _ in pairs)
    z = sum(weight * z for weight, z in pairs) / weight
    parts[rate_name] = (weight * share / own, z)


def _spoken(parts: Mapping[str, object]) -> str:
    words = [INPUTS[name].words for name in INPUTS if name in parts]
    return " and ".join([", ".join(words[:-1]), words[-1]] if len(words) > 1 else words)
