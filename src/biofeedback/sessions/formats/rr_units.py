"""Whether numbers are RR intervals, and in which unit."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

__all__ = ["is_plausible_rr", "is_seconds", "rr_in_ms"]

# A heart beats 20 to 300 times a minute. Artefacts lie outside, so the middle one decides.
_LEAST_S, _GREATEST_S = 0.2, 3.0
_SHARE = 0.8
_FEWEST = 2


def is_seconds(values: NDArray[np.float64]) -> bool:
    """Say whether RR intervals are in seconds rather than in milliseconds, by their median."""
    return bool(_LEAST_S <= np.median(values) <= _GREATEST_S)


def is_plausible_rr(values: NDArray[np.float64]) -> bool:
    """Say whether numbers can be RR intervals in seconds or milliseconds.

    At least two, none missing or below zero, and four in five between 0.2 and 3 s.

    Parameters
    ----------
    values
        Shape ``(n,)``.
    """
    if values.size < _FEWEST or not np.isfinite(values).all() or (values < 0).any():
        return False
    in_s = values if is_seconds(values) else values / 1000.0
    is_usual = (in_s >= _LEAST_S) & (in_s <= _GREATEST_S)
    return bool(is_usual.mean() >= _SHARE)


def rr_in_ms(values: NDArray[np.float64]) -> NDArray[np.float64] | None:
    """Return RR intervals in milliseconds, or ``None`` if these cannot be any."""
    if not is_plausible_rr(values):
        return None
    return values * 1000.0 if is_seconds(values) else values
