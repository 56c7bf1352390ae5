"""What is believed of the pace at which a heart swings widest, after each measured swing.

The heart rate follows a breath by two ways: one that resonates at a rate ``f0`` of the person's
own and one that follows directly, so that the swing at a pace ``f`` is, up to its size,

    g(f) = |(1 - m) R(f) + m D(f)|
    R(f) = j (f f0 / Q) / (f0² - f² + j f f0 / Q)        D(f) = 1 / (1 + j f / fc)

with ``m`` 0.3 and ``fc`` 0.24 Hz. A measured swing also holds what drifts and jitters within any
breath, so that it shows the curve flatter: as ``g`` to the power of 0.6.

The belief is a weight for each ``f0`` of a grid and for each of a few sharpnesses ``Q`` and sizes
of noise. Within each such *cell* the size ``A`` of the whole curve is not fixed: depth of breath,
wakefulness and mood change it from minute to minute. It is a random walk, followed exactly by a
Kalman filter, whose likelihood weighs the cell. Two paces are therefore only ever compared as far
as they lie near each other in time, and a swing that grows because somebody calms down says little
about the pace that was led meanwhile.

References
----------
Vaschillo et al. (2002), Appl. Psychophysiol. Biofeedback 27:1-27 (resonance between 0.055 and
0.11 Hz that differs between people); Hirsch and Bishop (1981), J. Appl. Physiol. 51:620-629 (the
fall above seven a minute, which the direct way carries); Doucet et al. (2000), UAI, 176-183
(some unknowns on a grid, the rest by a Kalman filter).
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from math import exp, log, sqrt

__all__ = [
    "HIGHEST_PER_MIN",
    "LOWEST_PER_MIN",
    "PRIOR_PER_MIN",
    "PRIOR_SD_PER_MIN",
    "Resonance",
    "ResonanceBelief",
]

PRIOR_PER_MIN = 5.7
PRIOR_SD_PER_MIN = 0.55
"""Resonance of adults, before anything was measured: about this, give or take."""

LOWEST_PER_MIN, HIGHEST_PER_MIN = 4.5, 7.0
"""No pace outside is ever called the best."""

_GRID_LOWEST, _GRID_HIGHEST, _GRID_STEP = 4.2, 7.0, 0.1
_RESONANCES = tuple(
    round(_GRID_LOWEST + _GRID_STEP * place, 1)
    for place in range(round((_GRID_HIGHEST - _GRID_LOWEST) / _GRID_STEP) + 1)
)
_SHARPNESSES = (1.0, 1.5, 2.2)
_NOISES = (0.4, 0.7, 1.0, 1.5)
_DIRECT_SHARE = 0.3
_DIRECT_CORNER_PER_MIN = 0.24 * 60.0
# Paces at which the best is looked for, fine enough for any pacer.
_PACE_STEP = 0.05
_PACES = tuple(
    round(LOWEST_PER_MIN + _PACE_STEP * place, 2)
    for place in range(round((HIGHEST_PER_MIN - LOWEST_PER_MIN) / _PACE_STEP) + 1)
)
# 20 bpm give or take 5 in healthy adults, less with age and with smaller breaths.
_SIZE_BPM, _SIZE_SD_BPM = 15.0, 10.0
_LEAST_SIZE_BPM = 2.0
# The curve's size wanders by this share of itself in the square root of a second, that is by
# 3 % in a minute and a half.
_WANDER_PER_SQRT_S = 0.03 / sqrt(90.0)
# A measured swing holds what drifts and jitters within a breath, too, which is there at every pace:
# it shows the curve flatter than it is, as if each share were taken to this power.
_FLATTENED = 0.6
# No reading is exact, and none is impossible.
_LEAST_ERROR_BPM = 0.2
_FLOOR = 1e-12


@dataclass(frozen=True, slots=True)
class Resonance:
    """Where the swing is widest, as far as is known.

    Parameters
    ----------
    best_per_min
        The pace that loses least of the swing, on average over all that may be true.
    low_per_min, high_per_min
        The widest swing lies between these with a probability of 80 %.
    sd_per_min
        Standard deviation of the belief.
    """

    best_per_min: float
    low_per_min: float
    high_per_min: float
    sd_per_min: float


@dataclass(slots=True)
class _Cell:
    """One resonance, sharpness and noise: how likely, and how large the curve would be then."""

    curve: int
    noise: float
    weight: float
    size_bpm: float = _SIZE_BPM
    variance: float = _SIZE_SD_BPM**2


@dataclass(frozen=True, slots=True)
class _Curve:
    resonance_per_min: float
    q: float
    best_per_min: float
    highest: float

    def share(self, per_min: float) -> float:
        """Return the swing at a pace as a share of the widest."""
        return _response(per_min, self.resonance_per_min, self.q) / self.highest


def _response(per_min: float, resonance_per_min: float, q: float) -> float:
    damping = per_min * resonance_per_min / q
    resonant = 1j * damping / (resonance_per_min**2 - per_min**2 + 1j * damping)
    direct = 1.0 / (1.0 + 1j * per_min / _DIRECT_CORNER_PER_MIN)
    return abs((1.0 - _DIRECT_SHARE) * resonant + _DIRECT_SHARE * direct)


@cache
def _curves() -> tuple[_Curve, ...]:
    curves = []
    for resonance in _RESONANCES:
        for q in _SHARPNESSES:
            # The widest swing lies a little above the resonance: the direct way moves it there.
            tried = [resonance + 0.02 * place for place in range(31)]
            best = max(tried, key=lambda pace, at=resonance, q=q: _response(pace, at, q))  # type: ignore[misc]
            curves.append(_Curve(resonance, q, round(best, 2), _response(best, resonance, q)))
    return tuple(curves)


@cache
def _shares(per_min: float) -> tuple[float, ...]:
    return tuple(curve.share(per_min) for curve in _curves())


@cache
def _read_shares(per_min: float) -> tuple[float, ...]:
    return tuple(share**_FLATTENED for share in _shares(per_min))


class ResonanceBelief:
    """The belief over one person's resonance.

    Parameters
    ----------
    resonance_per_min
        The best pace of an earlier time, ``None`` where none is known.
    uncertainty_per_min
        Its standard deviation.
    """

    def __init__(
        self,
        resonance_per_min: float | None = None,
        uncertainty_per_min: float = PRIOR_SD_PER_MIN,
    ) -> None:
        self._cells: list[_Cell] = []
        self._t_s: float | None = None
        for place, curve in enumerate(_curves()):
            # An earlier result is a pace that was best, the published spread one of resonances.
            if resonance_per_min is None:
                z = (curve.resonance_per_min - PRIOR_PER_MIN) / PRIOR_SD_PER_MIN
            else:
                z = (curve.best_per_min - resonance_per_min) / uncertainty_per_min
            for noise in _NOISES:
                self._cells.append(_Cell(place, noise, exp(-0.5 * z * z)))
        self._normalise()

    def observe(self, t_s: float, per_min: float, swing_bpm: float, error_bpm: float) -> None:
        """Learn from a swing that was measured at one pace.

        Parameters
        ----------
        t_s
            When it was measured, the middle of its window. Times do not go back.
        per_min
            The pace that was led and followed meanwhile.
        swing_bpm
            The swing, peak to trough.
        error_bpm
            Its standard error.
        """
        waited_s = 0.0 if self._t_s is None else max(t_s - self._t_s, 0.0)
        self._t_s = t_s
        wander = _WANDER_PER_SQRT_S**2 * waited_s
        shares = _read_shares(per_min)
        error_bpm = max(error_bpm, _LEAST_ERROR_BPM)
        likelihoods: list[float] = []
        for cell in self._cells:
            cell.variance += wander * cell.size_bpm**2
            share = shares[cell.curve]
            spread = share * share * cell.variance + (cell.noise * error_bpm) ** 2
            off_bpm = swing_bpm - share * cell.size_bpm
            likelihoods.append(-0.5 * (off_bpm * off_bpm / spread + log(spread)))
            gain = share * cell.variance / spread
            cell.size_bpm = max(cell.size_bpm + gain * off_bpm, _LEAST_SIZE_BPM)
            cell.variance *= 1.0 - gain * share
        highest = max(likelihoods)
        for cell, likelihood in zip(self._cells, likelihoods, strict=True):
            cell.weight *= exp(likelihood - highest)
        self._normalise()

    def _normalise(self) -> None:
        total = sum(cell.weight for cell in self._cells)
        for cell in self._cells:
            cell.weight = max(cell.weight / total, _FLOOR)

    def _weights(self) -> list[float]:
        """How likely each curve is, whatever the noise."""
        weights = [0.0] * len(_curves())
        for cell in self._cells:
            weights[cell.curve] += cell.weight
        return weights

    def swing_bpm(self, per_min: float) -> float:
        """Return the reading that is expected at a pace."""
        shares = _read_shares(per_min)
        return sum(cell.weight * shares[cell.curve] * cell.size_bpm for cell in self._cells)

    def lost_share(self, per_min: float) -> float:
        """Return the share of the widest swing that a pace is expected to lose, 0 to 1."""
        return _lost(self._weights(), per_min)

    def known(self) -> Resonance:
        """Return where the swing is widest, as far as is known."""
        weights = self._weights()
        best = min(_PACES, key=lambda pace: _lost(weights, pace))
        bests = sorted(
            (curve.best_per_min, weight) for curve, weight in zip(_curves(), weights, strict=True)
        )
        mean = sum(pace * weight for pace, weight in bests)
        variance = sum((pace - mean) ** 2 * weight for pace, weight in bests)
        low, high = (_quantile(bests, share) for share in (0.1, 0.9))
        return Resonance(best, low, high, sqrt(variance))


def _lost(weights: list[float], per_min: float) -> float:
    return sum(
        weight * (1.0 - share) for weight, share in zip(weights, _shares(per_min), strict=True)
    )


def _quantile(sorted_paces: list[tuple[float, float]], share: float) -> float:
    below = 0.0
    for pace, weight in sorted_paces:
        below += weight
        if below >= share:
            return min(max(pace, LOWEST_PER_MIN), HIGHEST_PER_MIN)
    return HIGHEST_PER_MIN
