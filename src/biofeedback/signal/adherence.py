"""How well the person's breath goes with the pacer's.

Where in the pacer's breath each of the last five in-breaths began is a direction on a circle;
the length of the mean of the five is 1 where the person keeps one distance to the pacer, which
need not be none, and near 0 where the breath comes as it likes,

    R = |mean exp(i (phase_of_breath - phase_of_pacer))|

A person who takes one breath in two of the pacer keeps a distance, too. So the rate over the
same breaths counts as well: at more than `SAME_RATE_PER_MIN` off, adherence is no higher than

    0.8 * 0.5 / |rate error|

so that 0.8 and more always means: with the pacer, at its rate.

Without a breathing sensor the heart can tell, if its swing stands out clearly: the phase of
the swing in each of the last five breaths takes the place of the breath's own. That is a guess,
since the heart has a rhythm of its own near six a minute; its quality is half, and it says so.

References
----------
Lachaux, Rodriguez, Martinerie and Varela (1999), Hum. Brain Mapp. 8:194-208 (phase locking);
Mardia and Jupp (2000), Directional Statistics (mean resultant length). What counts as
following, 0.8 and 0.5 breaths a minute, is this project's own choice.
"""

from __future__ import annotations

from cmath import exp, phase
from collections import deque
from math import isnan, pi
from typing import TYPE_CHECKING, NamedTuple

from biofeedback.signal.measures import measured, missing

if TYPE_CHECKING:
    from biofeedback.samples import Breath, Metric
    from biofeedback.signal.pacer_history import PacedMoment, PacerHistory
    from biofeedback.signal.quality import Trust
    from biofeedback.signal.tachogram import Interval

__all__ = ["FOLLOWING", "N_BREATHS", "SAME_RATE_PER_MIN", "AdherenceNode", "HeartAdherence"]

NAME = "adherence"
N_BREATHS = 5
FOLLOWING = 0.8
SAME_RATE_PER_MIN = 0.5

_MUCH_PER_MIN = 1.5
# Breaths that are told one after the other meet to the last bits.
_TOUCHING_S = 1e-6
# Fewer beats draw no wave.
_MIN_BEATS = 4
# The paced breath has to be most of what moves the heart before its phase is worth a guess.
_CLEAR_R_SQUARED = 0.5
_GUESSED = 0.5

_NOT_LED = "the breathing guide stands still"
_WITH = "with the pacer"
_AFTER = "at the pacer’s pace, a little after it"
_AHEAD = "at the pacer’s pace, a little ahead of it"
_OPPOSITE = "at the pacer’s pace, breathing in where it breathes out"
_UNSTEADY = "near the pacer’s pace, not quite in its rhythm"
_NEEDS_SENSOR = "a breathing sensor would show this"
_HEART_ALONE = "told from the heart alone"


class _Step(NamedTuple):
    """One breath beside the pacer."""

    begin_s: float
    end_s: float
    lead: complex  # exp(i phase of the pacer when the breath began)
    pacer_cycles: float  # that passed meanwhile


def _resultant(directions: list[complex]) -> complex:
    return sum(directions) / len(directions)


def _words(mean: complex, rate_error_per_min: float, *, knows_in: bool) -> str:
    """Say how the breath goes beside the pacer."""
    if abs(rate_error_per_min) > SAME_RATE_PER_MIN:
        little = "" if abs(rate_error_per_min) > _MUCH_PER_MIN else "a little "
        return f"{little}{'faster' if rate_error_per_min > 0.0 else 'slower'} than the pacer"
    if abs(mean) < FOLLOWING:
        return _UNSTEADY
    # Positive where the pacer is in its breath already when the person begins theirs.
    late = phase(mean)
    if not knows_in or abs(late) <= pi / 3.0:
        return _WITH
    if abs(late) > 2.0 * pi / 3.0:
        return _OPPOSITE
    return _AFTER if late > 0.0 else _AHEAD


class AdherenceNode:
    """Adherence of one person's measured breath, once each breath that the pacer led.

    Parameters
    ----------
    pacer
        What the pacer did; its rows come before the breaths that they lead.
    """

    def __init__(self, pacer: PacerHistory) -> None:
        self._pacer = pacer
        self._steps: deque[_Step] = deque(maxlen=N_BREATHS)
        self._was_led = False

    def breath(self, breath: Breath, quality: float = 1.0) -> list[Metric]:
        """Take the next breath of a belt or a chest accelerometer.

        Parameters
        ----------
        breath
            The next breath.
        quality
            0 to 1, of the breathing signal.
        """
        begin_s, end_s = breath.onset_s, breath.t_s
        begin, end = self._pacer.at(begin_s), self._pacer.at(end_s)
        is_led = begin is not None and end is not None and self._pacer.has_led(begin_s, end_s)
        if begin is None or end is None or not is_led:
            was_led, self._was_led = self._was_led, end is not None
            self._steps.clear()
            if end is not None:
                return [self._waiting(end_s, breath, end)]
            return [missing(end_s, NAME, breath.source, reason=_NOT_LED)] if was_led else []
        self._was_led = True
        if self._steps and abs(begin_s - self._steps[-1].end_s) > _TOUCHING_S:
            self._steps.clear()
        cycles = end.n_breaths + end.fraction - begin.n_breaths - begin.fraction
        lead = exp(2j * pi * begin.fraction)
        self._steps.append(_Step(begin_s, end_s, lead, cycles))
        if len(self._steps) < N_BREATHS:
            return [self._waiting(end_s, breath, end)]
        return [self._told(end_s, breath, quality)]

    def _told(self, t_s: float, breath: Breath, quality: float) -> Metric:
        steps = self._steps
        window_s = steps[-1].end_s - steps[0].begin_s
        mean = _resultant([step.lead for step in steps])
        paced = sum(step.pacer_cycles for step in steps)
        rate_error_per_min = 60.0 * (len(steps) - paced) / window_s
        highest = 1.0
        if rate_error_per_min:
            highest = min(FOLLOWING * SAME_RATE_PER_MIN / abs(rate_error_per_min), 1.0)
        return measured(
            t_s,
            NAME,
            min(abs(mean), highest),
            breath.source,
            quality=quality,
            reason=_words(mean, rate_error_per_min, knows_in=not isnan(breath.inhale_end_s)),
            window_s=window_s,
        )

    def _waiting(self, t_s: float, breath: Breath, end: PacedMoment) -> Metric:
        n_to_go = N_BREATHS - len(self._steps)
        return missing(t_s, NAME, breath.source, wait_s=n_to_go * end.period_s)


class HeartAdherence:
    """Adherence as the heart of one sensor lets guess, once each paced breath.

    Parameters
    ----------
    source
        As in `Metric.source`, of the beats.
    """

    def __init__(self, source: str) -> None:
        self._source = source
        self._phases: deque[complex] = deque(maxlen=N_BREATHS)
        self._n_breaths: int | None = None
        self._begin(is_whole=False)

    def _begin(self, *, is_whole: bool) -> None:
        self._is_whole = is_whole
        self._n_beats = 0
        self._rates_bpm = 0.0
        self._turns = 0j
        self._turned_rates = 0j

    def add(
        self,
        interval: Interval,
        moment: PacedMoment | None,
        trust: Trust,
        r_squared: float,
        *,
        is_told: bool = True,
    ) -> list[Metric]:
        """Take the next interval and the pacer's place at its middle.

        Parameters
        ----------
        interval
            The next corrected interval.
        moment
            Where the pacer was; ``None`` where it led no breath.
        trust
            In the beats of the last minute.
        r_squared
            Share of the heart rate's variance that the paced breath explains, ``nan`` where
            that is not known.
        is_told
            False where a breathing sensor tells better.
        """
        t_s = interval.end_s
        if moment is None:
            was_led, self._n_breaths = self._n_breaths is not None, None
            self._phases.clear()
            if was_led and is_told:
                return [missing(t_s, NAME, self._source, reason=_NOT_LED)]
            return []
        is_new = moment.n_breaths != self._n_breaths
        is_first = self._n_breaths is None
        if is_new:
            self._end()
            self._begin(is_whole=not is_first and interval.follows)
            self._n_breaths = moment.n_breaths
        elif not interval.follows:
            self._is_whole = False
        rate_bpm = 60000.0 / interval.rr_ms
        turn = exp(-2j * pi * moment.fraction)
        self._n_beats += 1
        self._rates_bpm += rate_bpm
        self._turns += turn
        self._turned_rates += rate_bpm * turn
        if not is_new or not is_told:
            return []
        if is_first:
            return [missing(t_s, NAME, self._source, wait_s=(N_BREATHS + 1) * moment.period_s)]
        return [self._told(t_s, moment, trust, r_squared)]

    def _end(self) -> None:
        """The breath is over: keep the phase of its swing."""
        if not self._is_whole:
            self._phases.clear()
        elif self._n_beats >= _MIN_BEATS:
            swing = self._turned_rates - self._rates_bpm / self._n_beats * self._turns
            if swing:
                self._phases.append(swing / abs(swing))

    def _told(self, t_s: float, moment: PacedMoment, trust: Trust, r_squared: float) -> Metric:
        if len(self._phases) < N_BREATHS:
            wait_s = (N_BREATHS - len(self._phases)) * moment.period_s
            return missing(t_s, NAME, self._source, wait_s=wait_s)
        if not r_squared >= _CLEAR_R_SQUARED or not trust.is_shown:
            return missing(t_s, NAME, self._source, reason=_NEEDS_SENSOR)
        mean = _resultant(list(self._phases))
        # The rate is that of the pacer, or there would be no clear swing; where in the breath
        # the heart is fastest is the heart's own matter.
        words = _words(mean, 0.0, knows_in=False)
        return measured(
            t_s,
            NAME,
            abs(mean),
            self._source,
            quality=_GUESSED * trust.quality,
            reason=f"{_HEART_ALONE}: {words}",
            window_s=N_BREATHS * moment.period_s,
        )
