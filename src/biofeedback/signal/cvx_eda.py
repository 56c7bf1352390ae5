"""Skin conductance taken apart, offline: cvxEDA, by convex optimisation.

The signal is the sum of a slow level, of responses and of noise. The responses are a sparse
driver, never negative, that passes the response of two exponentials; the level is a cubic
spline with a knot every 10 s, and a line. What makes the driver sparse, the spline smooth and
the noise small at once is one quadratic programme with one solution.

Unlike the live detector this sees the future, and separates responses that run together.

References
----------
Greco, Valenza, Lanata, Scilingo & Citi (2016), IEEE Trans. Biomed. Eng. 63:797-804: the model,
its discrete form, and the parameters.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from math import ceil, exp, log
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray

    # Weights of a sparse matrix, with their rows and columns.
    Entries = tuple[NDArray[np.float64], NDArray[np.intp], NDArray[np.intp]]

__all__ = ["CvxEda", "DriverResponse", "cvx_eda", "driver_responses"]

RATE_HZ = 4.0
DECAY_S = 2.0
RISE_S = 0.7
KNOT_S = 10.0
SPARSITY = 8e-4
SMOOTHNESS = 1e-2

# As for the live detector, so that the two can be set side by side.
MIN_AMPLITUDE_MICROSIEMENS = 0.03

# Long records in pieces: the work grows faster than the length, and with it the memory. What
# lies this far from a piece's end does not feel it.
_PIECE_S = 3600.0
_MARGIN_S = 120.0
_MIN_S = 3 * KNOT_S
# A driver below this share of its largest is the solver's zero.
_ZERO_SHARE = 1e-3
_TOLERANCE = 1e-9
_LEFTOVER_SHARE = 0.1
_NEIGHBOUR_S = 8.0


@dataclass(frozen=True, slots=True)
class CvxEda:
    """The parts, each of shape ``(n,)``, ``nan`` in gaps; they sum up to the signal.

    Parameters
    ----------
    t_s
        Time of each sample, seconds from the first.
    rate_hz
        Their rate: 4 Hz, or the signal's own where it is lower.
    phasic, tonic, residual
        Responses, level and noise, microsiemens.
    driver
        What the responses come from, microsiemens a second: sudomotor nerve activity.
    """

    t_s: NDArray[np.float64]
    rate_hz: float
    phasic: NDArray[np.float64]
    tonic: NDArray[np.float64]
    driver: NDArray[np.float64]
    residual: NDArray[np.float64]


class DriverResponse(NamedTuple):
    """One burst of the driver and the response that it alone makes.

    ``onset_s`` is when the burst begins, ``peak_s`` when the response is highest, both in
    seconds from the first sample.
    """

    onset_s: float
    peak_s: float
    amplitude_microsiemens: float


def cvx_eda(values_microsiemens: ArrayLike, rate_hz: float) -> CvxEda:
    """Take skin conductance apart.

    Parameters
    ----------
    values_microsiemens
        Evenly sampled, shape ``(n,)``. What is not finite is a gap: the parts on either side
        are taken apart by themselves, and those shorter than 30 s are left out.
    rate_hz
        Sampling rate. Above 4 Hz the signal is first averaged to 4 Hz.

    Returns
    -------
    CvxEda
        At 4 Hz, or at ``rate_hz`` where it is lower.

    Raises
    ------
    ValueError
        If the rate is not positive or the shape not ``(n,)``.
    """
    values = np.asarray(values_microsiemens, dtype=np.float64)
    if not rate_hz > 0 or values.ndim != 1:
        msg = f"needs shape (n,) and a positive rate, not {values.shape} at {rate_hz} Hz"
        raise ValueError(msg)
    means, rate_hz = _averaged(np.where(np.isfinite(values), values, np.nan), rate_hz)
    phasic, tonic, driver = (np.full(means.size, np.nan) for _ in range(3))
    n_finite = int(np.isfinite(means).sum())
    # The parameters are meant for a signal of unit variance.
    scale = float(np.nanstd(means, ddof=1)) if n_finite > 1 else 0.0
    for start, end in _runs(np.isfinite(means)):
        if end - start < _MIN_S * rate_hz:
            continue
        run = slice(start, end)
        # A sensor that never moves off one number has a level and nothing else.
        if scale <= 1e-12 * float(np.max(np.abs(means[run]))):
            phasic[run], tonic[run], driver[run] = 0.0, means[run], 0.0
        else:
            phasic[run], tonic[run], driver[run] = _in_pieces(means[run], scale, rate_hz)
    return CvxEda(
        np.arange(means.size) / rate_hz, rate_hz, phasic, tonic, driver, means - phasic - tonic
    )


def driver_responses(
    parts: CvxEda, min_amplitude_microsiemens: float = MIN_AMPLITUDE_MICROSIEMENS
) -> tuple[DriverResponse, ...]:
    """Return the responses, one for each burst of the driver.

    Parameters
    ----------
    parts
        From `cvx_eda`.
    min_amplitude_microsiemens
        What counts; 0.01 to 0.05 µS are usual (Boucsein et al. 2012, Psychophysiology
        49:1017-1034).

    Returns
    -------
    tuple
        In order. Their number and the sum of their amplitudes describe a record. What makes
        less than a tenth of a response within 8 s of it is no response: the time constants
        are the same for everybody, and what they miss of a person's large responses the
        driver makes up for in small bursts.
    """
    driver = np.nan_to_num(parts.driver)
    if driver.size == 0 or driver.max() <= 0:
        return ()
    decay_s, rise_s = DECAY_S, RISE_S
    to_peak_s = log(decay_s / rise_s) / (1 / rise_s - 1 / decay_s)
    # Height of the response to one microsiemens of the driver, all at once.
    height = exp(-to_peak_s / decay_s) - exp(-to_peak_s / rise_s)
    responses = []
    for start, end in _bursts(driver):
        area = float(driver[start:end].sum()) / parts.rate_hz
        amplitude = area * height
        if amplitude < min_amplitude_microsiemens:
            continue
        centre_s = float(np.average(parts.t_s[start:end], weights=driver[start:end]))
        responses.append(DriverResponse(float(parts.t_s[start]), centre_s + to_peak_s, amplitude))
    return tuple(_without_leftovers(responses))


def _without_leftovers(responses: list[DriverResponse]) -> list[DriverResponse]:
    """Drop what is small beside a neighbour."""
    peaks_s = np.array([response.peak_s for response in responses])
    amplitudes = np.array([response.amplitude_microsiemens for response in responses])
    first = np.searchsorted(peaks_s, peaks_s - _NEIGHBOUR_S)
    last = np.searchsorted(peaks_s, peaks_s + _NEIGHBOUR_S, side="right")
    return [
        response
        for response, i, j in zip(responses, first, last, strict=True)
        if response.amplitude_microsiemens >= _LEFTOVER_SHARE * amplitudes[i:j].max()
    ]


def _averaged(values: NDArray[np.float64], rate_hz: float) -> tuple[NDArray[np.float64], float]:
    """Average to 4 Hz; a mean with a gap in it is a gap."""
    if rate_hz <= RATE_HZ or values.size == 0:
        return values, rate_hz
    n_means = max(1, int(values.size / rate_hz * RATE_HZ))
    starts = np.ceil(np.arange(n_means) * (rate_hz / RATE_HZ) - 1e-9).astype(np.intp)
    end = ceil(n_means * rate_hz / RATE_HZ - 1e-9)
    sums = np.add.reduceat(values[:end], starts)
    return sums / np.diff(starts, append=min(end, values.size)), RATE_HZ


def _runs(is_valid: NDArray[np.bool_]) -> list[tuple[int, int]]:
    """Start and end of each stretch of True."""
    edges = np.flatnonzero(np.diff(np.concatenate(([False], is_valid, [False])).astype(np.int8)))
    return list(zip(edges[::2].tolist(), edges[1::2].tolist(), strict=True))


def _bursts(driver: NDArray[np.float64]) -> list[tuple[int, int]]:
    """Stretches of an active driver, parted where it falls to less than half of either side."""
    bursts = []
    for start, end in _runs(driver > _ZERO_SHARE * driver.max()):
        first = valley_at = start
        top = valley = float(driver[start])
        for i, value in enumerate(driver[start:end].tolist(), start):
            if value < valley:
                valley, valley_at = value, i
            elif valley < top / 2 and value > 2 * valley:
                bursts.append((first, valley_at))
                first, top, valley = valley_at, value, value
            elif value > top:
                top = valley = value
        bursts.append((first, end))
    return bursts


def _in_pieces(
    signal: NDArray[np.float64], scale: float, rate_hz: float
) -> tuple[NDArray[np.float64], NDArray[np.float64], NDArray[np.float64]]:
    """Solve piece by piece, and keep of each what its ends do not reach."""
    n_margin = round(_MARGIN_S * rate_hz)
    n_pieces = max(1, round(signal.size / (_PIECE_S * rate_hz)))
    edges = [round(i * signal.size / n_pieces) for i in range(n_pieces + 1)]
    parts: tuple[list[NDArray[np.float64]], ...] = ([], [], [])
    for start, end in pairwise(edges):
        first = max(0, start - n_margin)
        piece = signal[first : end + n_margin]
        offset = float(piece.mean())
        solved = _solve((piece - offset) / scale, rate_hz)
        for kept, part, added in zip(parts, solved, (0.0, offset, 0.0), strict=True):
            kept.append(part[start - first : end - first] * scale + added)
    phasic, tonic, driver = (np.concatenate(part) for part in parts)
    return phasic, tonic, driver


def _solve(
    signal: NDArray[np.float64], rate_hz: float
) -> tuple[NDArray[np.float64], NDArray[np.float64], NDArray[np.float64]]:
    """Return responses, level and driver of a signal of unit variance."""
    import clarabel  # noqa: PLC0415 - offline alone
    from scipy import sparse  # noqa: PLC0415 - the live path does without its second of import

    def matrix(entries: Entries, n_columns: int) -> sparse.csc_array:
        weights, rows, columns = entries
        return sparse.csc_array((weights, (rows, columns)), shape=(n, n_columns))

    n = signal.size
    autoregressive, moving_average = _bateman(rate_hz)
    to_driver = matrix(_filter(autoregressive, n), n)
    to_phasic = matrix(_filter(moving_average, n), n)
    n_tonic, splines = _splines(n, rate_hz)
    line = np.column_stack((np.ones(n), np.arange(1.0, n + 1.0) / n))
    to_tonic = sparse.hstack([matrix(splines, n_tonic), line], format="csc")
    n_tonic += 2
    # Unknowns: the responses' inner state, the level's coefficients, the residual.
    quadratic = sparse.diags_array(
        np.concatenate((np.zeros(n), np.full(n_tonic - 2, SMOOTHNESS), np.zeros(2), np.ones(n))),
        format="csc",
    )
    linear = np.concatenate((SPARSITY * to_driver.sum(axis=0), np.zeros(n_tonic + n)))
    constraints = sparse.vstack(
        [
            sparse.hstack([to_phasic, to_tonic, sparse.eye_array(n)]),
            sparse.hstack([-to_driver, sparse.csc_array((n, n_tonic + n))]),
        ],
        format="csc",
    )
    settings = clarabel.DefaultSettings()
    settings.verbose = False
    settings.tol_gap_abs = settings.tol_gap_rel = settings.tol_feas = _TOLERANCE
    solver = clarabel.DefaultSolver(
        sparse.triu(quadratic, format="csc"),
        linear,
        constraints,
        np.concatenate((signal, np.zeros(n))),
        [clarabel.ZeroConeT(n), clarabel.NonnegativeConeT(n)],
        settings,
    )
    solution = solver.solve()
    if solution.status not in (
        clarabel.SolverStatus.Solved,
        clarabel.SolverStatus.AlmostSolved,
    ):
        msg = f"skin conductance could not be taken apart: {solution.status}"
        raise ArithmeticError(msg)
    x = np.asarray(solution.x)
    state, coefficients = x[:n], x[n : n + n_tonic]
    driver = np.maximum(to_driver @ state, 0.0)
    return to_phasic @ state, to_tonic @ coefficients, driver


def _bateman(rate_hz: float) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Coefficients from the inner state to driver and responses (bilinear transform)."""
    step_s = 1.0 / rate_hz
    fast, slow = 1.0 / RISE_S, 1.0 / DECAY_S
    autoregressive = np.array(
        [
            (fast * step_s + 2.0) * (slow * step_s + 2.0),
            2.0 * fast * slow * step_s**2 - 8.0,
            (fast * step_s - 2.0) * (slow * step_s - 2.0),
        ]
    )
    return autoregressive / ((fast - slow) * step_s**2), np.array([1.0, 2.0, 1.0])


def _filter(coefficients: NDArray[np.float64], n: int) -> Entries:
    """A filter over this sample and the two before; the first two have none and are free."""
    rows = np.repeat(np.arange(2, n), 3)
    columns = (np.arange(2, n)[:, None] - np.arange(3)).ravel()
    return np.tile(coefficients, n - 2), rows, columns


def _splines(n: int, rate_hz: float) -> tuple[int, Entries]:
    """Cubic splines, one a knot: a triangle folded with itself. Their number comes first."""
    n_knot = round(KNOT_S * rate_hz)
    triangle = np.concatenate((np.arange(1.0, n_knot), np.arange(n_knot, 0.0, -1.0)))
    spline = np.convolve(triangle, triangle)
    spline /= spline.max()
    centres = np.arange(0, n, n_knot)
    rows = np.arange(spline.size)[:, None] - spline.size // 2 + centres
    columns = np.broadcast_to(np.arange(centres.size), rows.shape)
    inside = (rows >= 0) & (rows < n)
    weights = np.broadcast_to(spline[:, None], rows.shape)[inside]
    return centres.size, (weights, rows[inside], columns[inside])
