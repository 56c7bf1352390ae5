"""Whether HF power and LF/HF say anything: only while the breath lies in HF.

From nine breaths a minute down the breath lies in LF. Then HF is what is left over, LF/HF
compares the breath with it, and neither says what it is taken to say; the same holds above 24 a
minute, where the breath has left HF on the other side. A tenth of the time outside is enough.

Where the breathing rate is not known for half of the time, the spectrum itself is asked: one
peak in LF that holds at least 60 % of all power is taken for a slow breath. A wave of blood
pressure near 0.1 Hz may do that without one; a number too few is then the lesser harm.

References
----------
Billman (2013), Front. Physiol. 4:26; Shaffer and Ginsberg (2017), Front. Public Health 5:258
(slow breathing puts the breath into LF). The shares of 10, 50 and 60 % are our own.
"""

from __future__ import annotations

from math import isfinite, nan
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

__all__ = ["is_breath_known", "slow_breath_hz", "why_no_hf"]

_SLOWEST_PER_MIN = 9.0
_FASTEST_PER_MIN = 24.0
_OUTSIDE_SHARE = 0.1
_KNOWN_SHARE = 0.5
_PEAK_SHARE = 0.6

_SLOW = "during slow breathing this number has no meaning"
_FAST = "with breathing this fast this number has no meaning"


def is_breath_known(rates_per_min: NDArray[np.float64]) -> bool:
    """Whether the breathing rate is known for half of the time at least.

    Parameters
    ----------
    rates_per_min : ndarray of float64, shape (n,)
        Rates at even moments, or at beats; 0 where not known.
    """
    n_known = int(np.count_nonzero(rates_per_min > 0.0))
    return n_known > 0 and n_known >= _KNOWN_SHARE * rates_per_min.size


def slow_breath_hz(peak_hz: float, around_ms2: float, total_ms2: float) -> float:
    """Where the spectrum alone shows a slow breath.

    Parameters
    ----------
    peak_hz
        Highest line in LF.
    around_ms2
        Power near it.
    total_ms2
        Power of LF and HF together.

    Returns
    -------
    float
        `peak_hz`, or ``nan`` where the power is not in that one peak.
    """
    return peak_hz if total_ms2 > 0.0 and around_ms2 >= _PEAK_SHARE * total_ms2 else nan


def why_no_hf(rates_per_min: NDArray[np.float64], slow_hz: float) -> str:
    """Why HF and LF/HF are not to be shown, empty if they are.

    Parameters
    ----------
    rates_per_min : ndarray of float64, shape (n,)
        Breathing rates over the window, 0 where not known; may be empty.
    slow_hz
        As from `slow_breath_hz`, for where the rates are not known.
    """
    if not is_breath_known(rates_per_min):
        return _SLOW if isfinite(slow_hz) else ""
    known = rates_per_min[rates_per_min > 0.0]
    most = _OUTSIDE_SHARE * known.size
    if np.count_nonzero(known < _SLOWEST_PER_MIN) > most:
        return _SLOW
    return _FAST if np.count_nonzero(known > _FASTEST_PER_MIN) > most else ""
