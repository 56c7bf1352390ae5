"""How far two series move together, against what chance and a shared pacer would give.

Two people who breathe with one pacer, and any two slow series of a few minutes, look alike
whether or not they have to do with each other. So each figure is set beside the same figure
for the same two series shifted against each other by a minute and more: what is left of the
likeness then is what chance gives. What the pacer gives is taken off first.

Formulas
--------
Windowed cross-correlation: Pearson's r of 30 s windows, 5 s apart, averaged as Fisher's z over
the windows and over lags up to 2 s. Averaged, not picked at its peak: the peak overestimates.
Phase locking: length of the mean of ``exp(i (phi_1 - phi_2))`` of the analytic signals.
Against the shifted series each is told as a z-score and as the share of them that reach it.

References
----------
Boker, Xu, Rotondo and King (2002), Psychol. Methods 7:338-355 (windowed cross-correlation).
Tschacher and Meier (2020), Psychother. Res. 30:558-573 (30 s windows, Fisher's z, surrogates).
Lachaux, Rodriguez, Martinerie and Varela (1999), Hum. Brain Mapp. 8:194-208 (phase locking).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view

if TYPE_CHECKING:
    from numpy.typing import NDArray

__all__ = [
    "MIN_SHIFT_S",
    "RATE_HZ",
    "AgainstChance",
    "cross_correlation",
    "phase_locking",
    "without_pacer",
]

RATE_HZ = 2.0
MIN_SHIFT_S = 60.0

_WINDOW_S = 30.0
_STEP_S = 5.0
_MAX_LAG_S = 2.0
# Fisher's z of a window that is a copy of the other would be infinite.
_MAX_R = 0.999
_PACER_HARMONICS = 2
_DRIFT_HZ = 0.01
_LEAST = 1e-9
_EDGE_S = 15.0
_N_SHIFTS = 60


class AgainstChance(NamedTuple):
    """One figure of likeness.

    Parameters
    ----------
    value
        Mean Fisher's z, or the phase locking from 0 to 1.
    z
        How many standard deviations above the mean of the shifted series.
    chance
        Share of the shifted series that are at least as alike, 0 to 1, itself included.
    """

    value: float
    z: float
    chance: float


def without_pacer(
    values: NDArray[np.float64], pacer_cycles: NDArray[np.float64] | None
) -> NDArray[np.float64]:
    """Take slow drift and, while a pacer leads, its rhythm out of a series.

    Drift below 0.01 Hz has so few waves in some minutes that any two look alike or opposite.

    Parameters
    ----------
    values : ndarray of float64, shape (n,)
        At `RATE_HZ`.
    pacer_cycles : ndarray of float64, shape (n,), optional
        Breaths of the pacer so far at each sample; ``None`` while it stands still.

    Returns
    -------
    ndarray of float64, shape (n,)
        What neither drift nor the pacer's rhythm and its first harmonic explain.
    """
    n = values.size
    middles = (np.arange(n) + 0.5) / n
    n_waves = int(2.0 * _DRIFT_HZ * n / RATE_HZ)
    columns = [np.linspace(-1.0, 1.0, n)]
    columns += [np.cos(np.pi * wave * middles) for wave in range(n_waves + 1)]
    if pacer_cycles is not None:
        for harmonic in range(1, _PACER_HARMONICS + 1):
            angle = 2.0 * np.pi * harmonic * pacer_cycles
            columns += [np.sin(angle), np.cos(angle)]
    design = np.stack(columns, axis=1)
    fitted, *_ = np.linalg.lstsq(design, values, rcond=None)
    rest: NDArray[np.float64] = values - design @ fitted
    return rest


def cross_correlation(
    first: NDArray[np.float64], second: NDArray[np.float64], pacer_period_s: float | None = None
) -> AgainstChance:
    """Windowed cross-correlation of two series, against themselves shifted.

    Parameters
    ----------
    first, second : ndarray of float64, shape (n,)
        At `RATE_HZ`, at least `MIN_SHIFT_S` times three long, without a gap.
    pacer_period_s
        For series that keep the pacer's step, the length of the breath that it led: they are
        compared at shifts of whole breaths alone. ``None``: at all shifts.

    Returns
    -------
    AgainstChance
        All ``nan`` where one of them hardly moves.

    Raises
    ------
    ValueError
        If the shapes differ or are too short.
    """
    n = _checked(first, second)
    if pacer_period_s is not None:
        # Whole breaths, so that going round in a circle keeps the pacer's step.
        n = round(n // (RATE_HZ * pacer_period_s) * RATE_HZ * pacer_period_s)
        first, second = first[-n:], second[-n:]
    width, step, max_lag = (int(span * RATE_HZ) for span in (_WINDOW_S, _STEP_S, _MAX_LAG_S))
    starts = np.arange(0, n - width + 1, step)
    windows = _normalised(sliding_window_view(first, width)[starts])
    # The second series goes round in a circle, so that every shift has the same windows.
    around = _normalised(sliding_window_view(np.concatenate([second, second[: width - 1]]), width))
    if windows is None or around is None:
        return AgainstChance(np.nan, np.nan, np.nan)
    fisher = np.arctanh(np.clip(windows @ around.T, -_MAX_R, _MAX_R))
    # Column j of row i is the second's window at start j: line them up by shift.
    shifts = (starts[:, np.newaxis] + np.arange(n)) % n
    by_shift = np.take_along_axis(fisher, shifts, axis=1).mean(axis=0)
    lags = np.arange(-max_lag, max_lag + 1)
    alike = by_shift[(np.arange(n)[:, np.newaxis] + lags) % n].mean(axis=1)
    return _against_chance(alike, pacer_period_s)


def phase_locking(
    first: NDArray[np.float64],
    second: NDArray[np.float64],
    band_hz: tuple[float, float],
) -> AgainstChance:
    """Phase locking of two series in a band, against themselves shifted.

    Parameters
    ----------
    first, second : ndarray of float64, shape (n,)
        As for `cross_correlation`.
    band_hz
        Lowest and highest frequency.

    Raises
    ------
    ValueError
        If the shapes differ or are too short.
    """
    n = _checked(first, second)
    phasors = []
    hz = np.fft.fftfreq(n, 1.0 / RATE_HZ)
    # Positive frequencies alone give the analytic signal.
    inside = (hz >= band_hz[0]) & (hz <= band_hz[1])
    edge = int(_EDGE_S * RATE_HZ)
    for series in (first, second):
        analytic = np.fft.ifft(np.where(inside, np.fft.fft(without_pacer(series, None)), 0.0))
        # A spectrum takes the series to go round: where its ends meet, phases are made up.
        analytic = analytic[edge : n - edge]
        size = np.abs(analytic)
        if size.max() < _LEAST:
            return AgainstChance(np.nan, np.nan, np.nan)
        phasors.append(analytic / np.maximum(size, _LEAST))
    ours, theirs = phasors
    longest = ours.size // 2
    far = int(MIN_SHIFT_S * RATE_HZ)
    shifts = range(far, longest, max((longest - far) // _N_SHIFTS, 1))
    # Shifted series overlap in part, which makes chance look more alike, never less.
    shifted = [
        float(np.abs(np.mean(np.conj(one[shift:]) * other[: other.size - shift])))
        for shift in shifts
        for one, other in ((ours, theirs), (theirs, ours))
    ]
    here = float(np.abs(np.mean(np.conj(ours) * theirs)))
    return _against(here, np.array(shifted))


def _checked(first: NDArray[np.float64], second: NDArray[np.float64]) -> int:
    if first.ndim != 1 or first.shape != second.shape:
        msg = f"two series of one length, not {first.shape} and {second.shape}"
        raise ValueError(msg)
    if first.size < 3 * MIN_SHIFT_S * RATE_HZ:
        msg = f"at least {3 * MIN_SHIFT_S:g} s are needed, not {first.size / RATE_HZ:g}"
        raise ValueError(msg)
    return int(first.size)


def _normalised(windows: NDArray[np.float64]) -> NDArray[np.float64] | None:
    """Return windows of mean 0 and length 1; a window that stands still is alike to nothing."""
    centred = windows - windows.mean(axis=1, keepdims=True)
    lengths = np.sqrt((centred**2).sum(axis=1, keepdims=True))
    if lengths.max() < _LEAST:
        return None
    result: NDArray[np.float64] = np.where(
        lengths > _LEAST, centred / np.maximum(lengths, _LEAST), 0.0
    )
    return result


def _against_chance(alike: NDArray[np.float64], pacer_period_s: float | None) -> AgainstChance:
    """Set the first value, at no shift, beside those at `MIN_SHIFT_S` and more."""
    far = int(MIN_SHIFT_S * RATE_HZ)
    shifts = np.arange(far, alike.size - far + 1)
    shifted = alike[shifts]
    if pacer_period_s is not None:
        breaths = shifts / (RATE_HZ * pacer_period_s)
        shifted = shifted[np.abs(breaths - np.rint(breaths)) * RATE_HZ * pacer_period_s < 0.5]
    return _against(float(alike[0]), shifted)


def _against(here: float, shifted: NDArray[np.float64]) -> AgainstChance:
    if shifted.size < 2:
        return AgainstChance(here, np.nan, 1.0)
    spread = float(shifted.std(ddof=1))
    z = (here - float(shifted.mean())) / spread if spread > 0 else np.nan
    n_as_alike = int(np.count_nonzero(shifted >= here))
    return AgainstChance(here, float(z), (1 + n_as_alike) / (1 + shifted.size))
