"""From a reading in one unit to the same in another."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

__all__ = ["scaled"]


def scaled(
    values: NDArray[np.float64], factor: float, offset: float = 0.0, *, is_inverse: bool = False
) -> NDArray[np.float64]:
    """Return readings in another unit.

    Parameters
    ----------
    values
        Of any shape.
    factor, offset
        What comes out is the value times factor plus offset.
    is_inverse
        What comes out is factor over the value: conductance from resistance.

    Returns
    -------
    numpy.ndarray
        Same shape; `nan` where no finite number comes of it.
    """
    with np.errstate(all="ignore"):
        if is_inverse:
            # No resistance, a negative one and an endless one are none that skin has: the input
            # is open or shorted.
            is_one = (values > 0) & np.isfinite(values)
            converted = factor / np.where(is_one, values, np.nan)
        else:
            converted = values * factor + offset
    return np.where(np.isfinite(converted), converted, np.nan)
