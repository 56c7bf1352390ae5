"""How far and when the heart rate swings with the breath: a lock-in on its phase.

Over the last minute, or five breaths if those are longer, the heart rate is fitted by

    heart_rate = a sin(phase) + b cos(phase) + c + d u + e u²

with ``u`` the time in the window. The swing from trough to peak is ``2 sqrt(a² + b²)``. Slow
drift goes into the last terms and noise averages out, so that, unlike the mean of highest
minus lowest rate a breath, it does not grow with noise or with the length of the breath.

Phase
-----
The phase runs evenly through the time of one breath, holds included, and is 0 where the
breath is fullest (at the end of the in-breath, in the middle of a hold after it). An even
phase fits better than one that stands still in holds: the heart's own rhythm goes on there.
``rsa_phase_deg`` is how far before that moment the heart rate is highest: 0 for "at the full
in-breath", positive when it comes earlier, negative when later. -180 to 180.

Each interval counts at its middle. It gives the mean rate over its length, which flattens a
swing of frequency f by ``sinc(f rr)``, 1 % at six breaths a minute and 5 % at twelve; that
is taken back.

Smoothness
----------
``swing_smoothness`` is the share of the smooth wave in wave and jerks together,

    S = (a² + b²) / 2 / ((a² + b²) / 2 + jerks)
    jerks = 2/3 mean((r[i-1] / 2 - r[i] + r[i+1] / 2)²)

with ``r`` what the fit leaves, over any three beats in a row: how far a beat lies off the line
between its neighbours. That is the variance of what changes from beat to beat; what drifts
slowly adds nothing to it. 1 for one smooth wave a breath, about 0 for beats at random. The
ratio is this project's own; its lower half is a published estimate of noise.

References
----------
Lehrer and Gevirtz (2014), Front. Psychol. 5:756, and Vaschillo et al. (2002), Appl.
Psychophysiol. Biofeedback 27:1-27 (phase of heart rate and breath).
Gasser, Sroka and Jennen-Steinmetz (1986), Biometrika 73:625-633 (variance of noise from three
neighbours).
"""

from __future__ import annotations

from math import atan2, degrees, isnan, nan, pi, sin, sqrt
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from biofeedback.signal.beat_window import BeatWindow
from biofeedback.signal.measures import MEASURES, measured, missing

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from biofeedback.samples import Metric
    from biofeedback.signal.pacer_history import PacedMoment
    from biofeedback.signal.quality import Trust
    from biofeedback.signal.tachogram import Interval

__all__ = ["MIN_BREATHS", "NAMES", "LockIn", "LockInNode", "lock_in"]

MIN_BREATHS = 5
NAMES = ("rsa_bpm", "rsa_phase_deg", "swing_smoothness")
# Three breaths a minute is the slowest pace there is.
_MAX_WINDOW_S = 100.0
_N_TERMS = 5
# A phase means something where the swing stands out of its own uncertainty.
_CLEAR = 2.0
# With fewer than about two and a half beats a breath its wave cannot be drawn.
_LEAST_LEFT = 0.75
_GSJS = 2.0 / 3.0

_NOT_LED = "the breathing guide stands still"
_UNCLEAR = "the heart's swing does not clearly follow the breath yet"
_TOO_QUICK = "the breath is too quick for the heartbeat to show its swing"
_NO_DIRECTION = "the sensor feels the breath, but not which way it goes"


class LockIn(NamedTuple):
    """Result of a fit.

    ``amplitude_bpm`` is peak to trough, ``amplitude_se_bpm`` its standard error,
    ``phase_deg`` as in the module, ``r_squared`` the share of the variance around the drift
    that the breath explains, ``smoothness`` as in the module, ``nan`` with no three beats in
    a row.
    """

    amplitude_bpm: float
    amplitude_se_bpm: float
    phase_deg: float
    r_squared: float
    smoothness: float


_NO_FIT = LockIn(nan, nan, nan, nan, nan)


def lock_in(
    phase_rad: NDArray[np.float64],
    t_s: NDArray[np.float64],
    heart_rate_bpm: NDArray[np.float64],
    follows: NDArray[np.bool_] | None = None,
) -> LockIn:
    """Fit a swing of known phase to the heart rate.

    Parameters
    ----------
    phase_rad : ndarray of float64, shape (n_beats,)
        Phase of the breath at each interval's middle, 0 where it is fullest.
    t_s : ndarray of float64, shape (n_beats,)
        Those times.
    heart_rate_bpm : ndarray of float64, shape (n_beats,)
        ``60000 / rr_ms``.
    follows : ndarray of bool, shape (n_beats,), optional
        Whether an interval began where the one before it ended; all did unless given.

    Returns
    -------
    LockIn
        All ``nan`` with no more than twice as many beats as terms, or where the phase does
        not move.

    Raises
    ------
    ValueError
        If the shapes differ or are not one-dimensional.
    """
    if phase_rad.ndim != 1 or not phase_rad.shape == t_s.shape == heart_rate_bpm.shape:
        msg = f"shapes {phase_rad.shape}, {t_s.shape}, {heart_rate_bpm.shape} must be equal, 1-D"
        raise ValueError(msg)
    n_beats = t_s.size
    if n_beats <= 2 * _N_TERMS:
        return _NO_FIT
    terms = np.empty((_N_TERMS, n_beats))
    terms[0] = 1.0
    np.multiply(t_s - t_s[0], 2.0 / (t_s[-1] - t_s[0]), out=terms[1])
    terms[1] -= 1.0
    np.multiply(terms[1], terms[1], out=terms[2])
    np.sin(phase_rad, out=terms[3])
    np.cos(phase_rad, out=terms[4])
    level_bpm = float(heart_rate_bpm[0])
    rate_bpm = heart_rate_bpm - level_bpm
    # Time from -1 to 1 and a turning phase: the normal equations of these terms are benign.
    try:
        inverse = np.linalg.inv(terms @ terms.T)
    except np.linalg.LinAlgError:
        return _NO_FIT
    weights = inverse @ (terms @ rate_bpm)
    residual = rate_bpm - weights @ terms
    a, b = weights[3:].tolist()
    left = float(residual.dot(residual))
    # What the two terms of the swing explain beyond the drift: their weights, by the inverse
    # of their block, as in any test of nested models.
    (aa, ab), (_, bb) = inverse[3:, 3:].tolist()
    block = aa * bb - ab * ab
    if not block > 0.0:
        return _NO_FIT
    explained = (bb * a * a - 2.0 * ab * a * b + aa * b * b) / block
    variance = max(left / (n_beats - _N_TERMS) * 2.0 / n_beats, _beside(residual, terms))
    wave = max(a * a + b * b - variance, 0.0) / 2.0
    both = wave + _jerks(residual, follows)
    return LockIn(
        2.0 * sqrt(2.0 * wave),
        2.0 * sqrt(variance),
        # The rate is highest at phase atan2(a, b), which is later than the full in-breath.
        -degrees(atan2(a, b)),
        explained / (explained + left) if explained + left > 0.0 else nan,
        wave / both if both > 0.0 else nan,
    )


def _beside(residual: NDArray[np.float64], terms: NDArray[np.float64]) -> float:
    """Variance of ``a`` and of ``b``, bpm²: what the residual has right beside the swing."""
    once = np.exp(1j * pi * terms[1])
    swing = residual * (terms[4] + 1j * terms[3])
    power = 0.0
    # The lines of a spectrum next to the breath's: one and two turns more or less in the window.
    for turns in (once, once * once):
        power += abs(np.dot(turns, swing)) ** 2 + abs(np.vdot(turns, swing)) ** 2
    # Two of n times the sum is a line; of four lines the mean, and half of it is one term's.
    return 4.0 / residual.size**2 * float(power) / 4.0 / 2.0


def _jerks(residual: NDArray[np.float64], follows: NDArray[np.bool_] | None) -> float:
    """Variance of what changes from beat to beat, bpm²."""
    off_line = (residual[:-2] + residual[2:]) / 2.0 - residual[1:-1]
    if follows is not None:
        off_line = off_line[follows[1:-1] & follows[2:]]
    return _GSJS * float(off_line.dot(off_line)) / off_line.size if off_line.size else nan


def phase_of(moment: PacedMoment) -> float:
    """Phase of a moment, radians, 0 where the breath is fullest, or else where it begins."""
    turn = 0.0 if isnan(moment.turn) else moment.turn
    return 2.0 * pi * (moment.fraction - turn)


class LockInNode:
    """Swing, phase and smoothness of one sensor's heart rate, once each breath.

    Parameters
    ----------
    source
        As in `Metric.source`, of the beats.
    least_r_squared
        Share of the variance around the drift that the breath must explain: below it there is
        no value. 0 where somebody paces, since a small swing then is a finding, too.
    stopped
        Words for that nothing leads the breath any more.
    """

    def __init__(self, source: str, least_r_squared: float = 0.0, stopped: str = _NOT_LED) -> None:
        self._source = source
        self._least_r_squared = least_r_squared
        self._stopped = stopped
        # Phase, and what the mean over an interval leaves of the swing.
        self._window = BeatWindow(_MAX_WINDOW_S, n_extra=2)
        self._n_breaths = 0
        self._was_led = False
        self._has_value = False
        self._knows_in = True
        self._r_squared = nan

    @property
    def r_squared(self) -> float:
        """Of the newest fit; ``nan`` where there is no value now."""
        return self._r_squared if self._has_value else nan

    def add(
        self, interval: Interval, moment: PacedMoment | None, trust: Trust, *, is_told: bool = True
    ) -> list[Metric]:
        """Take the next interval and the breath's place at its middle.

        Parameters
        ----------
        interval
            The next corrected interval.
        moment
            Where the breath was; ``None`` where none was led or known.
        trust
            In the beats of the last minute.
        is_told
            False to take the interval and say nothing.
        """
        t_s = interval.end_s
        if moment is None:
            was_led, self._was_led, self._has_value = self._was_led, False, False
            is_told = is_told and was_led
            return self._without(t_s, 60.0, reason=self._stopped) if is_told else []
        is_new_breath = self._take(interval, moment)
        if not is_told:
            self._has_value = False
            return []
        window_s = max(MEASURES["rsa_bpm"].window_s, MIN_BREATHS * moment.period_s)
        window_s = min(window_s, _MAX_WINDOW_S)
        wait_s = self._window.wait_s(window_s)
        if wait_s > 0:
            self._has_value = False
        elif is_new_breath:
            self._has_value = True
            self._r_squared = nan
            return self._fitted(t_s, window_s, trust)
        else:
            wait_s = (1.0 - moment.fraction) * moment.period_s
        return [] if self._has_value else self._without(t_s, window_s, wait_s=wait_s)

    def _take(self, interval: Interval, moment: PacedMoment) -> bool:
        """Keep an interval with its place; tell whether a breath ended before it."""
        knows_in = not isnan(moment.turn)
        if knows_in is not self._knows_in:
            # Phases from another place in the breath: they do not go together.
            self._knows_in = knows_in
            self._window.clear()
        half_turn = pi * interval.rr_ms / 1000.0 / moment.period_s
        led = interval._replace(follows=interval.follows and self._was_led)
        self._window.add(led, phase_of(moment), sin(half_turn) / half_turn)
        is_new_breath = self._was_led and moment.n_breaths != self._n_breaths
        self._n_breaths = moment.n_breaths
        self._was_led = True
        return is_new_breath

    def _fitted(self, t_s: float, window_s: float, trust: Trust) -> list[Metric]:
        if not trust.is_shown:
            return self._without(t_s, window_s, reason=trust.reason)
        end_s, rr_ms, follows, phase_rad, kept = self._window.last(window_s)
        left = float(kept.mean())
        if left < _LEAST_LEFT:
            return self._without(t_s, window_s, reason=_TOO_QUICK)
        fit = lock_in(phase_rad, end_s - rr_ms / 2000.0, 60000.0 / rr_ms, follows > 0.0)
        self._r_squared = fit.r_squared
        # Also where there is none.
        if not fit.r_squared >= self._least_r_squared:
            return self._without(t_s, window_s, reason=_UNCLEAR)
        quality = max(trust.quality - self._window.missing_share(window_s), 0.0)
        why_no_phase = "" if self._knows_in else _NO_DIRECTION
        why_no_smoothness = "" if fit.smoothness >= 0.0 else _UNCLEAR
        if fit.amplitude_bpm < _CLEAR * fit.amplitude_se_bpm:
            why_no_phase = why_no_smoothness = _UNCLEAR
        return [
            missing(t_s, name, self._source, reason=why_not, window_s=window_s)
            if why_not
            else measured(
                t_s,
                name,
                value,
                self._source,
                quality=quality,
                reason=trust.reason,
                window_s=window_s,
            )
            for name, value, why_not in (
                ("rsa_bpm", fit.amplitude_bpm / left, ""),
                ("rsa_phase_deg", fit.phase_deg, why_no_phase),
                ("swing_smoothness", fit.smoothness, why_no_smoothness),
            )
        ]

    def _without(
        self, t_s: float, window_s: float, *, wait_s: float = 0.0, reason: str = ""
    ) -> list[Metric]:
        return [
            missing(t_s, name, self._source, wait_s=wait_s, reason=reason, window_s=window_s)
            for name in NAMES
        ]
