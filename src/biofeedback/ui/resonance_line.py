"""The line through the swings of an assessment, with its top where the result says it is.

What is told is the top of a resonator's curve that all paces bear on
(`biofeedback.guides.resonance_estimate`), not the pace that measured widest: one of them may stand
above its neighbours by chance. A line from one measured point to the next would seem to say the
latter. This one is the curve of that kind, with the top that was told, that lies nearest to them.
"""

from __future__ import annotations

from math import isfinite, sqrt
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from biofeedback.guides.resonance_result import CurvePoint

__all__ = ["line_through"]

# Sharpness of a resonator, as flat and as sharp as hearts are thought to be.
_QS = tuple(0.3 + 0.05 * step for step in range(35))
_N_SPOTS = 80


def line_through(
    curve: Sequence[CurvePoint], resonance_per_min: float, low_per_min: float, high_per_min: float
) -> tuple[tuple[float, float], ...]:
    """Return pace and swing of the line, ``A / sqrt(1 + Q² (r / f - f / r)²)``, from low to high.

    A and Q are those of the least squares, each swing weighed by its standard error.

    Parameters
    ----------
    curve
        What was measured.
    resonance_per_min
        f, where its top is; ``nan`` where none was told.
    low_per_min, high_per_min
        How far it goes, in breaths a minute.

    Returns
    -------
    tuple
        Slowest first; empty where there is no top, or too little for a line.
    """
    if len(curve) < 3 or not isfinite(resonance_per_min):
        return ()
    fits = [_fit(curve, resonance_per_min, q) for q in _QS]
    _, height_bpm, q = min(fits)
    step = (high_per_min - low_per_min) / (_N_SPOTS - 1)
    # The top itself is one of its points: between two others it would be cut off.
    rates = sorted({low_per_min + step * place for place in range(_N_SPOTS)} | {resonance_per_min})
    shown = (rate for rate in rates if low_per_min <= rate <= high_per_min)
    return tuple((rate, height_bpm * _shape(rate, resonance_per_min, q)) for rate in shown)


def _fit(curve: Sequence[CurvePoint], top: float, q: float) -> tuple[float, float, float]:
    """Return what is left of the squares, the height, and the sharpness it was found for."""
    rows = [(_weight(p), _shape(p.rate_per_min, top, q), p.swing_bpm) for p in curve]
    height = sum(w * shape * swing for w, shape, swing in rows) / sum(
        w * shape * shape for w, shape, _ in rows
    )
    left = sum(w * (swing - height * shape) ** 2 for w, shape, swing in rows)
    return (left, height, q)


def _shape(rate: float, top: float, q: float) -> float:
    off = q * (rate / top - top / rate)
    return 1.0 / sqrt(1.0 + off * off)


def _weight(point: CurvePoint) -> float:
    error = point.error_bpm
    return 1.0 / (error * error) if isfinite(error) and error > 0.0 else 1.0
