"""How far and when the heart rate swings with the paced breath: a lock-in on its phase.

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

References
----------
Lehrer and Gevirtz (2014), Front. Psychol. 5:756, and Vaschillo et al. (2002), Appl.
Psychophysiol. Biofeedback 27:1-27 (phase of heart rate and breath).
"""

from __future__ import annotations

from math import atan2, degrees, hypot, nan, pi, sin, sqrt
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

__all__ = ["MIN_BREATHS", "LockIn", "LockInNode", "lock_in"]

MIN_BREATHS = 5
# Three breaths a minute is the slowest pace there is.
_MAX_WINDOW_S = 100.0
_N_TERMS = 5
# A phase means something where the swing stands out of its own uncertainty.
_CLEAR = 2.0

_NOT_LED = "the breathing guide stands still"
_UNCLEAR = "the heart's swing does not clearly follow the breath yet"


class LockIn(NamedTuple):
    """Result of a fit.

    ``amplitude_bpm`` is peak to trough, ``amplitude_se_bpm`` its standard error,
    ``phase_deg`` as in the module, ``r_squared`` the share of the variance around the drift
    that the breath explains.
    """

    amplitude_bpm: float
    amplitude_se_bpm: float
    phase_deg: float
    r_squared: float


def lock_in(
    phase_rad: NDArray[np.float64],
    t_s: NDArray[np.float64],
    heart_rate_bpm: NDArray[np.float64],
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

    Returns
    -------
    LockIn
        All ``nan`` with no more than twice as many beats as terms.

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
        return LockIn(nan, nan, nan, nan)
    u = (t_s - t_s[0]) / (t_s[-1] - t_s[0]) * 2.0 - 1.0
    drift = np.stack((np.ones(n_beats), u, u * u), axis=1)
    swing = np.stack((np.sin(phase_rad), np.cos(phase_rad)), axis=1)
    # Take the drift out of both sides: the same fit, and its residual is the one to compare.
    basis, _ = np.linalg.qr(drift)
    rate = heart_rate_bpm - basis @ (basis.T @ heart_rate_bpm)
    swing -= basis @ (basis.T @ swing)
    ab, *_ = np.linalg.lstsq(swing, rate, rcond=None)
    residual = rate - swing @ ab
    a, b = float(ab[0]), float(ab[1])
    around_drift = float(rate.dot(rate))
    left = float(residual.dot(residual))
    variance = left / (n_beats - _N_TERMS)
    return LockIn(
        2.0 * hypot(a, b),
        2.0 * sqrt(2.0 * variance / n_beats),
        # The rate is highest at phase atan2(a, b), which is later than the full in-breath.
        -degrees(atan2(a, b)),
        1.0 - left / around_drift if around_drift > 0 else nan,
    )


def phase_of(moment: PacedMoment) -> float:
    """Phase of a moment, radians, 0 where the breath is fullest."""
    return 2.0 * pi * (moment.fraction - moment.turn)


class LockInNode:
    """Swing and phase of one sensor's heart rate, once each paced breath."""

    def __init__(self, source: str) -> None:
        self._source = source
        # Phase, and what the mean over an interval leaves of the swing.
        self._window = BeatWindow(_MAX_WINDOW_S, n_extra=2)
        self._n_breaths = 0
        self._was_led = False
        self._has_value = False

    def add(self, interval: Interval, moment: PacedMoment | None, trust: Trust) -> list[Metric]:
        """Take the next interval and the pacer's place at its middle.

        Parameters
        ----------
        interval
            The next corrected interval.
        moment
            Where the pacer was; ``None`` where it led no breath.
        trust
            In the beats of the last minute.
        """
        t_s = interval.end_s
        if moment is None:
            was_led, self._was_led, self._has_value = self._was_led, False, False
            return self._without(t_s, 60.0, reason=_NOT_LED) if was_led else []
        half_turn = pi * interval.rr_ms / 1000.0 / moment.period_s
        led = interval._replace(follows=interval.follows and self._was_led)
        self._window.add(led, phase_of(moment), sin(half_turn) / half_turn)
        is_new_breath = self._was_led and moment.n_breaths > self._n_breaths
        self._n_breaths = moment.n_breaths
        self._was_led = True

        window_s = max(MEASURES["rsa_bpm"].window_s, MIN_BREATHS * moment.period_s)
        wait_s = self._window.wait_s(window_s)
        if wait_s > 0:
            self._has_value = False
            return self._without(t_s, window_s, wait_s=wait_s)
        if not is_new_breath:
            if self._has_value:
                return []
            left_s = (1.0 - moment.fraction) * moment.period_s
            return self._without(t_s, window_s, wait_s=left_s)
        self._has_value = True
        if not trust.is_shown:
            return self._without(t_s, window_s, reason=trust.reason)
        return self._fitted(t_s, window_s, trust)

    def _fitted(self, t_s: float, window_s: float, trust: Trust) -> list[Metric]:
        rows = self._window.last(window_s)
        end_s, rr_ms, _, phase_rad, kept = rows
        fit = lock_in(phase_rad, end_s - rr_ms / 2000.0, 60000.0 / rr_ms)
        missing_share = self._window.missing_share(window_s)
        quality, reason = max(trust.quality - missing_share, 0.0), trust.reason
        swing = measured(
            t_s,
            "rsa_bpm",
            fit.amplitude_bpm / float(kept.mean()),
            self._source,
            quality=quality,
            reason=reason,
            window_s=window_s,
        )
        if fit.amplitude_bpm < _CLEAR * fit.amplitude_se_bpm:
            timing = missing(t_s, "rsa_phase_deg", self._source, reason=_UNCLEAR, window_s=window_s)
        else:
            timing = measured(
                t_s,
                "rsa_phase_deg",
                fit.phase_deg,
                self._source,
                quality=quality,
                reason=reason,
                window_s=window_s,
            )
        return [swing, timing]

    def _without(
        self, t_s: float, window_s: float, *, wait_s: float = 0.0, reason: str = ""
    ) -> list[Metric]:
        return [
            missing(t_s, name, self._source, wait_s=wait_s, reason=reason, window_s=window_s)
            for name in ("rsa_bpm", "rsa_phase_deg")
        ]
