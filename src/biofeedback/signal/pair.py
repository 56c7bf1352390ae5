"""Two people: whether their hearts, breaths and skins move together more than chance gives.

Every 10 s, over the last five minutes of what both give without a gap. What the pacer gives is
taken off first; while both follow one pacer, how well they do so together is told as that, in
`pacing_together`, and it says nothing more about them.
"""

from __future__ import annotations

from math import floor, inf, isinf, nan
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from biofeedback.kinds import BeatOrigin, Role
from biofeedback.samples import Beat, Breath
from biofeedback.signal.measures import MEASURES, measured, missing
from biofeedback.signal.rolling import RollingRows
from biofeedback.signal.synchrony import RATE_HZ, cross_correlation, phase_locking, without_pacer
from biofeedback.signal.tachogram import ARTIFACTS, IntervalChain

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from biofeedback.samples import Metric
    from biofeedback.signal.pacer_history import PacedMoment, PacerHistory

__all__ = ["HOP_S", "SETTLE_S", "SOURCE", "PairNode"]

SOURCE = "together"
HOP_S = 10.0
# Breaths are known late, and sensors send in their own time.
SETTLE_S = 10.0

_WINDOW_S = MEASURES["heart_synchrony"].window_s
_PACING_S = MEASURES["pacing_together"].window_s
# The slow drift of heart rate and skin below any pace, and the breath itself.
_DRIFT_HZ = (0.01, 0.05)
_BREATH_HZ = (0.05, 0.5)
# A little below 5 %, for the shifts of one pair are not independent of each other.
_CHANCE = 0.03
_CHANCE_BY_BREATHS = 0.05
# Both find their way into a new pace at once: what they share then is the pacer's.
_LEAD_IN_S = 120.0
_MAX_BREATH_S = 30.0
# A sensor that has been silent for longer is not asked where another of the kind speaks.
_MAX_SILENCE_S = 5.0
# Stretches that are as long as each other, give or take, are equally good.
_ALIKE_REACH_S = 30.0
_MAX_SKIN_STEP_S = 1.5
_SKIN_MICROSIEMENS = (0.05, 60.0)

_NO_MORE = "no more alike than chance gives"
_PACER_CHANGED = "the pacer changed a short while ago, and both of you follow it"
_STANDS_STILL = "one of the two hardly moves just now"
_PACING = "both of you follow the pacer: this tells that and nothing more"

_NAMES = {
    "heart": ("heart_synchrony", "heart_phase_locking", _DRIFT_HZ),
    "breath": ("breath_synchrony", "breath_phase_locking", _BREATH_HZ),
    "skin": ("skin_synchrony", "skin_phase_locking", _DRIFT_HZ),
}


class _Series:
    """One signal of one person from one sensor, since its last gap."""

    def __init__(self) -> None:
        self._rows = RollingRows(3, _WINDOW_S + 2 * SETTLE_S + HOP_S, capacity=2048)
        self.began_s = nan

    def restart(self, t_s: float) -> None:
        self._rows.clear()
        self.began_s = t_s

    def add(self, t_s: float, value: float, *, is_artifact: bool = False) -> None:
        if not self._rows:
            self.began_s = t_s
        self._rows.append(t_s, value, float(is_artifact))

    def covers(self, start_s: float, end_s: float) -> bool:
        rows = self._rows.since(-inf)
        return rows.shape[1] > 1 and bool(rows[0, 0] <= start_s and rows[0, -1] >= end_s)

    def at(self, grid_s: NDArray[np.float64]) -> NDArray[np.float64]:
        rows = self._rows.since(-inf)
        values: NDArray[np.float64] = np.interp(grid_s, rows[0], rows[1])
        return values

    def end_s_before(self, t_s: float) -> float:
        """Time of the last row that is not later than a time; -inf without one."""
        times_s = self._rows.since(-inf)[0]
        n_rows = int(np.searchsorted(times_s, t_s, side="right"))
        return float(times_s[n_rows - 1]) if n_rows else -inf

    def artifact_share(self, start_s: float, end_s: float) -> float:
        rows = self._rows.since(start_s)
        inside = rows[2, rows[0] <= end_s]
        return float(inside.mean()) if inside.size else 0.0


class _Source:
    """One sensor of one person, and what it takes to make a series of what it tells."""

    def __init__(self, rank: int) -> None:
        # Of several sensors the one of the lowest rank is taken, where all else is equal.
        self.rank = rank
        self.series = _Series()
        self._chain = IntervalChain()
        self._n_breaths = 0
        self._breath_end_s = nan
        self._skin_slot = -inf
        self._skin_t_s = nan

    def beat(self, beat: Beat) -> None:
        interval = self._chain.add(beat)
        if interval is None:
            return
        if not interval.follows:
            self.series.restart(interval.midpoint_s)
        rate_bpm = 60000.0 / interval.rr_ms
        self.series.add(interval.midpoint_s, rate_bpm, is_artifact=beat.flag in ARTIFACTS)

    def breath(self, breath: Breath) -> None:
        """Keep breaths so far at each onset: the phase is linear in between."""
        if breath.onset_s != self._breath_end_s:
            self.series.restart(breath.onset_s)
            self._n_breaths = 0
            self.series.add(breath.onset_s, 0.0)
        self._n_breaths += 1
        self._breath_end_s = breath.t_s
        self.series.add(breath.t_s, float(self._n_breaths))

    def skin(self, t_s: NDArray[np.float64], values: NDArray[np.float64]) -> None:
        """Keep the first sample of each half second."""
        low, high = _SKIN_MICROSIEMENS
        slots = np.floor(t_s * RATE_HZ)
        for index in np.flatnonzero(np.diff(slots, prepend=self._skin_slot) > 0).tolist():
            now_s, value = float(t_s[index]), float(values[index])
            # Also true of what is no number.
            if not low <= value <= high:
                self.series.restart(now_s)
                self._skin_t_s = nan
                continue
            if now_s - self._skin_t_s > _MAX_SKIN_STEP_S:
                self.series.restart(now_s)
            self._skin_t_s = now_s
            self.series.add(now_s, value)
        self._skin_slot = float(slots[-1])


class _Person:
    """All sensors of one person, by what they tell."""

    def __init__(self) -> None:
        self._sources: dict[str, dict[str, _Source]] = {name: {} for name in _NAMES}

    def source(self, name: str, source_id: str, rank: int = 0) -> _Source:
        sources = self._sources[name]
        if source_id not in sources:
            sources[source_id] = _Source(rank)
        return sources[source_id]

    def series(self, name: str, at_s: float) -> _Series | None:
        """Return the series that reaches furthest back from a time, ``None`` without any.

        By rank and name where several do, so that which of them spoke first leaves no trace.
        """
        most_s = _MAX_BREATH_S if name == "breath" else _MAX_SILENCE_S

        def order(item: tuple[str, _Source]) -> tuple[float, int, str]:
            source_id, source = item
            end_s = source.series.end_s_before(at_s)
            is_silent = end_s < at_s - most_s
            reach_s = min(end_s - source.series.began_s, _WINDOW_S)
            n_steps = -1.0 if is_silent or np.isnan(reach_s) else reach_s // _ALIKE_REACH_S
            return -n_steps, source.rank, source_id

        found = sorted(self._sources[name].items(), key=order)
        return found[0][1].series if found else None

    def let_go(self, before_s: float) -> None:
        """Forget the sensors that have said nothing since a time, unless none has."""
        for sources in self._sources.values():
            silent = [
                source_id
                for source_id, source in sources.items()
                if source.series.end_s_before(inf) < before_s
            ]
            if len(silent) < len(sources):
                for source_id in silent:
                    del sources[source_id]


class _Pacing(NamedTuple):
    """Breaths of the pacer at each sample of a window; ``None`` while it stands still."""

    cycles: NDArray[np.float64] | None
    period_s: float | None
    has_changed: bool


class PairNode:
    """What two people's signals have in common. Fed with both people's results.

    Parameters
    ----------
    pacer
        What the pacer did; the client's, where the partner has one of their own.
    since_s
        What is earlier does not count.
    partner_pacer
        The partner's; the same as the client's by default.
    """

    def __init__(
        self,
        pacer: PacerHistory,
        since_s: float = -inf,
        partner_pacer: PacerHistory | None = None,
    ) -> None:
        self._pacers = (pacer, pacer if partner_pacer is None else partner_pacer)
        self._since_s = since_s
        self._people = {role: _Person() for role in Role}
        self._due_s = nan if isinf(since_s) else (floor(since_s / HOP_S) + 1.0) * HOP_S

    def take(self, role: Role, result: object) -> None:
        """Take a result of one of the two; beats and breaths are of use here."""
        if isinstance(result, Beat):
            if result.t_s >= self._since_s:
                rank = int(result.origin is BeatOrigin.PULSE)
                self._people[role].source("heart", result.source, rank).beat(result)
        elif (
            isinstance(result, Breath)
            and result.onset_s >= self._since_s
            and result.duration_s <= _MAX_BREATH_S
        ):
            # What feels the chest move comes after what was made for breaths.
            rank = int("/" in result.source)
            self._people[role].source("breath", result.source, rank).breath(result)

    def skin(
        self, role: Role, source: str, t_s: NDArray[np.float64], values: NDArray[np.float64]
    ) -> None:
        """Take skin conductance as sampled, microsiemens, shape ``(n_samples,)`` each."""
        first = int(np.searchsorted(t_s, self._since_s))
        if first < t_s.size:
            self._people[role].source("skin", source).skin(t_s[first:], values[first:])

    def due(self, now_s: float) -> list[Metric]:
        """Return the measures of every moment that lies `SETTLE_S` before now.

        Parameters
        ----------
        now_s
            Time up to which samples have been taken.
        """
        if not self._due_s <= now_s - SETTLE_S:
            if np.isnan(self._due_s):
                self._due_s = (floor(now_s / HOP_S) + 1.0) * HOP_S
            return []
        results: list[Metric] = []
        # After a silence only the newest moment is worth telling.
        at_s = floor((now_s - SETTLE_S) / HOP_S) * HOP_S
        self._due_s = at_s + HOP_S
        for name in _NAMES:
            results += self._of(name, at_s)
        results += self._pacing_together(at_s)
        for person in self._people.values():
            person.let_go(at_s - _WINDOW_S)
        return results

    def _both(self, name: str, at_s: float) -> tuple[_Series, _Series] | None:
        """Return the series of both, ``None`` where one of them has no such sensor."""
        client, partner = (self._people[role].series(name, at_s) for role in Role)
        if client is None or partner is None:
            return None
        if np.isnan(client.began_s) or np.isnan(partner.began_s):
            return None
        return client, partner

    def _of(self, name: str, at_s: float) -> list[Metric]:
        pair = self._both(name, at_s)
        names = _NAMES[name][:2]
        if pair is None:
            return []
        start_s = at_s - _WINDOW_S
        # The newest breath is not over, so that its phase is known only up to its start.
        end_s = at_s if name != "breath" else min(s.end_s_before(at_s) for s in pair)
        if name == "breath":
            start_s = end_s - _WINDOW_S
        if not all(series.covers(start_s, end_s) for series in pair):
            wait_s = max(max(series.began_s for series in pair) + _WINDOW_S - at_s, HOP_S)
            return [missing(at_s, each, SOURCE, wait_s=wait_s) for each in names]
        grid_s = end_s - np.arange(_WINDOW_S * RATE_HZ)[::-1] / RATE_HZ
        pacings = self._pacings(grid_s, _LEAD_IN_S)
        if any(pacing.has_changed for pacing in pacings):
            return [missing(at_s, each, SOURCE, reason=_PACER_CHANGED) for each in names]
        values = [series.at(grid_s) for series in pair]
        if name == "breath":
            # Whether both quicken and slow together; the pacer's own rate is constant.
            rates = (60.0 * RATE_HZ * np.gradient(cycles) for cycles in values)
            ours, theirs = (without_pacer(rate, None) for rate in rates)
            period_s = _common_period_s(pacings)
            alike = cross_correlation(ours, theirs, period_s)
            ours, theirs = (-np.cos(2.0 * np.pi * cycles) for cycles in values)
        else:
            ours, theirs = (
                without_pacer(one, pacing.cycles)
                for one, pacing in zip(values, pacings, strict=True)
            )
            period_s = None
            alike = cross_correlation(ours, theirs)
        locked = phase_locking(ours, theirs, _NAMES[name][2])
        limit = _CHANCE if period_s is None else _CHANCE_BY_BREATHS
        if np.isnan(alike.z) or np.isnan(locked.z):
            return [missing(at_s, each, SOURCE, reason=_STANDS_STILL) for each in names]
        quality = 1.0 - max(series.artifact_share(start_s, end_s) for series in pair)
        return [
            measured(
                at_s,
                each,
                value,
                SOURCE,
                quality=quality,
                reason="" if chance <= limit else _NO_MORE,
            )
            for each, value, chance in (
                (names[0], alike.z, alike.chance),
                (names[1], locked.value, locked.chance),
            )
        ]

    def _pacings(
        self, grid_s: NDArray[np.float64], lead_in_s: float = 0.0
    ) -> tuple[_Pacing, _Pacing]:
        """Return how client and partner were led."""
        ours, theirs = self._pacers
        pacing = _pacing(ours, grid_s, lead_in_s)
        return pacing, pacing if theirs is ours else _pacing(theirs, grid_s, lead_in_s)

    def _pacing_together(self, at_s: float) -> list[Metric]:
        """Tell how closely both breaths, or else both hearts, keep time each with their pacer."""
        if any(pacer.is_empty for pacer in self._pacers):
            return []
        name = "pacing_together"
        for signal in ("breath", "heart"):
            pair = self._both(signal, at_s)
            if pair is None:
                continue
            end_s = at_s if signal == "heart" else min(s.end_s_before(at_s) for s in pair)
            start_s = end_s - _PACING_S
            if not all(series.covers(start_s, end_s) for series in pair):
                return [missing(at_s, name, SOURCE, wait_s=HOP_S)]
            grid_s = end_s - np.arange(_PACING_S * RATE_HZ)[::-1] / RATE_HZ
            phasors = []
            for series, pacing in zip(pair, self._pacings(grid_s), strict=True):
                if pacing.has_changed or pacing.cycles is None:
                    return [missing(at_s, name, SOURCE, reason="the pacer does not lead just now")]
                angles = 2.0 * np.pi * pacing.cycles
                values = series.at(grid_s)
                if signal == "breath":
                    phasor = np.exp(1j * (2.0 * np.pi * values - angles)).mean()
                else:
                    swing = without_pacer(values, None)
                    size = float(np.sqrt((swing**2).sum() / 2.0 * swing.size))
                    # Share of the heart's movement that keeps the pacer's time.
                    phasor = (swing * np.exp(-1j * angles)).sum() / size if size > 0 else 0j
                phasors.append(phasor)
            together = float(min(abs(phasors[0] * np.conj(phasors[1])), 1.0))
            return [measured(at_s, name, together, SOURCE, reason=_PACING)]
        return []


def _cycles(moment: PacedMoment) -> float:
    return moment.n_breaths + moment.fraction


def _pacing(pacer: PacerHistory, grid_s: NDArray[np.float64], lead_in_s: float) -> _Pacing:
    if pacer.is_empty:
        return _Pacing(None, None, has_changed=False)
    before_s = grid_s[0] - np.arange(lead_in_s)
    before = [pacer.at(t_s) for t_s in before_s.tolist()]
    moments = [pacer.at(t_s) for t_s in grid_s.tolist()]
    led = [moment for moment in moments if moment is not None]
    periods_s = {None if one is None else one.period_s for one in (*before, *moments)}
    if len(periods_s) > 1:
        return _Pacing(None, None, has_changed=True)
    if not led:
        return _Pacing(None, None, has_changed=False)
    cycles = np.array([_cycles(moment) for moment in led])
    return _Pacing(cycles, led[0].period_s, has_changed=False)


def _common_period_s(pacings: tuple[_Pacing, _Pacing]) -> float | None:
    """Return the length of the breath that both are led in, ``None`` if there is no such."""
    ours, theirs = pacings
    return ours.period_s if ours.period_s == theirs.period_s else None
