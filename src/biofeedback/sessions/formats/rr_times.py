"""Times for RR intervals from the time column beside them.

Such a column holds the times of the beats, or the times at which intervals reached a
computer, or only a running number. Which of them shows in how it goes with the intervals.
"""

from __future__ import annotations

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view
from numpy.typing import NDArray

__all__ = ["elapsed_per_rr", "rr_times_s"]

_Floats = NDArray[np.float64]

# A time column may be in s, ms, µs or ns.
_UNITS_S = (1.0, 1e-3, 1e-6, 1e-9)
# Elapsed time over the sum of intervals: below by lost time stamps, above by gaps.
_LEAST_RATIO, _GREATEST_RATIO = 0.6, 6.0
# Times of beats differ from the intervals by rounding alone, except at a gap.
_BEAT_TOLERANCE_S = 0.05
_BEAT_SHARE = 0.8
# A recording may begin long before its first beat; an epoch or a time of day lies further off.
_LATE_START_S = 3600.0
# Arrival jitters by more than a second over Bluetooth; a real gap stays. Five beats, because a
# radio that caught its breath sends what it held back at once.
_GAP_S = 1.5
_GAP_BEATS = 5


def elapsed_per_rr(times: _Floats, rr_ms: _Floats) -> float:
    """Return elapsed time over the sum of intervals: near 1 where times are seconds.

    ``nan`` where the times do not increase from first to last, or the sum is zero.
    """
    total_s = float(rr_ms[1:].sum()) / 1000.0
    elapsed = float(times[-1] - times[0])
    return elapsed / total_s if elapsed > 0 and total_s > 0 else float("nan")


def rr_times_s(times: _Floats, rr_ms: _Floats) -> _Floats | None:
    """Return the time at which each interval ended, seconds, or ``None`` if times do not say.

    Parameters
    ----------
    times
        The column beside the intervals, in any of s, ms, µs, ns, shape ``(n_beats,)``.
    rr_ms
        The intervals, shape ``(n_beats,)``.

    Returns
    -------
    ndarray or None
        Times of beats as they are given (moved to begin near 0 where they count from an epoch);
        for times of arrival, the intervals laid end to end, with a gap where more than 1.5 s
        went by that no interval covers.
    """
    if times.size < 2 or not np.isfinite(times).all() or (np.diff(times) < 0).any():
        return None
    ratio = elapsed_per_rr(times, rr_ms)
    fitting = [u for u in _UNITS_S if _LEAST_RATIO <= ratio * u <= _GREATEST_RATIO]
    if not fitting or _is_running_number(times, rr_ms):
        return None
    times_s = times * fitting[0]
    rr_s = rr_ms / 1000.0
    is_close = np.abs(np.diff(times_s) - rr_s[1:]) <= _BEAT_TOLERANCE_S
    if is_close.mean() >= _BEAT_SHARE and (np.diff(times_s) > 0).all():
        # From an epoch or from midnight: the session begins with its first interval.
        is_relative = times_s[0] <= rr_s[0] + _LATE_START_S
        return times_s if is_relative else times_s - times_s[0] + rr_s[0]
    return _chained_s(times_s, rr_s)


def _is_running_number(times: _Floats, rr_ms: _Floats) -> bool:
    return bool((np.diff(times) == 1.0).all() and not (rr_ms[1:] == 1000.0).all())


def _chained_s(arrival_s: _Floats, rr_s: _Floats) -> _Floats:
    """Lay intervals end to end; open a gap where arrival falls behind and stays there."""
    chain_s = np.cumsum(rr_s)
    lag_s = arrival_s - chain_s
    inf = np.full(_GAP_BEATS, np.inf)
    before_s = sliding_window_view(np.concatenate([-inf, lag_s]), _GAP_BEATS)[:-1].max(axis=1)
    after_s = sliding_window_view(np.concatenate([lag_s, inf[1:]]), _GAP_BEATS).min(axis=1)
    growth_s = after_s - before_s
    # Nothing is before the first interval.
    growth_s[0] = 0.0
    gaps_s: _Floats = np.where(growth_s > _GAP_S, growth_s, 0.0)
    result: _Floats = chain_s + np.cumsum(gaps_s)
    return result
