"""The rhythms in the heartbeat during a session: LF, HF and the breath, every 5 s.

The newest intervals of the last 300 s (while there are fewer, 240, 180 or 120 s), without a gap,
as in `biofeedback.signal.spectrum`. The curve at 4 Hz grows with the beats: each time the newest
30 s are drawn anew, since an interval that follows still bends them a little, and the rest stays.
Power at the breath's rhythm is that of the last 120 s, to follow a change of pace.

HF and LF/HF are not shown while the breath lies outside HF: `biofeedback.signal.hf_meaning`.

References
----------
Task Force of the ESC and NASPE (1996), Circulation 93:1043-1065 (bands; LF needs 2 minutes).
"""

from __future__ import annotations

from math import ceil, isfinite, nan
from typing import TYPE_CHECKING

import numpy as np

from biofeedback.kinds import BeatOrigin
from biofeedback.signal.band_powers import BREATH_HALF_WIDTH_HZ
from biofeedback.signal.cubic_spline import GrowingSpline
from biofeedback.signal.hf_meaning import is_breath_known, slow_breath_hz, why_no_hf
from biofeedback.signal.line_powers import line_powers
from biofeedback.signal.measures import measured, missing
from biofeedback.signal.rolling import RollingRows
from biofeedback.signal.rr_spectrum import RATE_HZ
from biofeedback.signal.spectrum import WINDOW_S

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from biofeedback.samples import Metric
    from biofeedback.signal.line_powers import LinePowers
    from biofeedback.signal.quality import Trust
    from biofeedback.signal.tachogram import Interval

__all__ = ["HOP_S", "NAMES", "SpectrumNode"]

HOP_S = 5.0
NAMES = (
    "lf_power_ms2",
    "hf_power_ms2",
    "lf_hf_ratio",
    "total_power_ms2",
    "breathing_power_ms2",
)
_LENGTHS_S = (300.0, 240.0, 180.0, 120.0)
_BREATH_WINDOW_S = 120.0
_N_HOP = round(HOP_S * RATE_HZ)
_N_WINDOW = round(WINDOW_S * RATE_HZ)
# A knot this far back moves the curve by less than a millionth of what the newest does.
_REDRAWN_S = 30.0
_N_REDRAWN = round(_REDRAWN_S * RATE_HZ)
_ROUNDING = 1e-9
# Times so far off have no quarter seconds any more.
_FOREVER_S = 1e12
_OFFSETS_S = np.arange(1, _N_REDRAWN + 1, dtype=np.float64) / RATE_HZ - _REDRAWN_S

# Lines for the breath: from 3 a minute to 30, each with its half width.
_BREATHS_HZ = (0.05, 0.5)
# Below this what is left of the rhythm is rounding.
_MIN_POWER_MS2 = 0.01

_TOO_STEADY = "the heart's rhythm hardly moves just now"
_NO_BREATH = "how fast you breathe is not known"
_BREATH_OUTSIDE = "the breath is slower or faster than this number can follow"
_BREATH_GUESSED = "the breath was found in the heart's rhythm alone"
_GUESSED_QUALITY = 0.5


class SpectrumNode:
    """Powers of one sensor's rhythms every `HOP_S` of session time.

    Parameters
    ----------
    source
        The sensor's id, or the stream's.
    origin
        What the beats were found in.
    """

    def __init__(self, source: str, origin: BeatOrigin = BeatOrigin.STRAP) -> None:
        self._source = source
        self._origin = origin
        self._spline = GrowingSpline()
        # The curve up to the last time it was drawn, the newest sample last.
        self._even_ms = np.zeros(_N_WINDOW)
        self._n_even = 0
        # Middle of each interval, and the breathing rate then, 0 where it was not known.
        self._breaths = RollingRows(2, WINDOW_S, capacity=1024)
        self._begin_s = self._last_s = self._due_s = nan
        self._is_waiting = True

    def add(
        self, interval: Interval, trust: Trust, breaths_per_min: float | None = None
    ) -> list[Metric]:
        """Take the next interval; return the measures that are due.

        Parameters
        ----------
        interval
            The next corrected interval.
        trust
            In the beats of the last `WINDOW_S`.
        breaths_per_min
            The breathing rate at this interval, measured or paced; ``None`` where not known.
        """
        midpoint_s, rr_ms = interval.midpoint_s, interval.rr_ms
        if not (0.0 < rr_ms < 1000.0 * HOP_S and abs(midpoint_s) < _FOREVER_S):
            return []
        # A step this long would be a gap; the chain of intervals says so before.
        if not (interval.follows and 0.0 < midpoint_s - self._last_s < HOP_S):
            self._begin(midpoint_s)
        self._last_s = midpoint_s
        self._spline.append(midpoint_s, rr_ms)
        self._breaths.append(midpoint_s, breaths_per_min or 0.0)
        results: list[Metric] = []
        if midpoint_s >= self._due_s:
            # Steps are shorter than the hop, so that none is passed over.
            self._draw(self._due_s)
            if self._n_even >= _LENGTHS_S[-1] * RATE_HZ:
                self._is_waiting = False
                results = self._measures(self._due_s, trust)
            self._due_s += HOP_S
        if self._is_waiting:
            wait_s = self._first_due_s - midpoint_s
            return self._without(NAMES, interval.end_s, wait_s=wait_s)
        return results

    def lost(self, t_s: float) -> list[Metric]:
        """Say that the series broke: two minutes have to pass from here at least."""
        self._begin(t_s)
        return self._without(NAMES, t_s, wait_s=self._first_due_s - t_s)

    def _begin(self, t_s: float) -> None:
        self._spline.clear()
        self._breaths.clear()
        self._n_even = 0
        self._is_waiting = True
        self._begin_s = t_s
        self._last_s = nan
        # Not the first multiple to come: a curve needs two intervals.
        self._due_s = (ceil(t_s / HOP_S) + 1) * HOP_S

    @property
    def _first_due_s(self) -> float:
        full_s = self._begin_s + _LENGTHS_S[-1] - 1.0 / RATE_HZ
        return ceil(full_s / HOP_S - _ROUNDING) * HOP_S

    def _draw(self, end_s: float) -> None:
        """Draw the curve up to a time, a hop after the last."""
        even_ms = self._even_ms
        even_ms[:-_N_HOP] = even_ms[_N_HOP:]
        t_s = end_s + _OFFSETS_S
        n_known = int((end_s - self._begin_s) * RATE_HZ + _ROUNDING) + 1
        if n_known < _N_REDRAWN:
            t_s = t_s[-n_known:]
        even_ms[-t_s.size :] = self._spline.at(t_s)
        self._n_even = min(n_known, _N_WINDOW)
        self._spline.forget_before(end_s + HOP_S - _REDRAWN_S)

    def _measures(self, end_s: float, trust: Trust) -> list[Metric]:
        if not trust.is_shown:
            return self._without(NAMES, end_s, reason=trust.reason)
        window_s = next(length for length in _LENGTHS_S if length * RATE_HZ <= self._n_even)
        lines = line_powers(round(window_s * RATE_HZ))
        powers_ms2 = lines.powers_ms2(self._even_ms[-lines.n :])
        lf_ms2, hf_ms2 = (lines.lf_and_hf @ powers_ms2).tolist()
        total_ms2 = lf_ms2 + hf_ms2
        if not total_ms2 > _MIN_POWER_MS2:
            return self._without(NAMES, end_s, reason=_TOO_STEADY)
        rates = self._breaths.since(end_s - window_s)[1]
        slow_hz = _slow_breath_hz(lines, powers_ms2, total_ms2)
        hidden = why_no_hf(rates, slow_hz)
        values = {"lf_power_ms2": lf_ms2, "total_power_ms2": total_ms2}
        if not hidden:
            values["hf_power_ms2"] = hf_ms2
            if hf_ms2 > _MIN_POWER_MS2:
                values["lf_hf_ratio"] = lf_ms2 / hf_ms2
        results = [
            measured(
                end_s,
                name,
                value,
                self._source,
                quality=trust.quality,
                reason=trust.reason,
                window_s=window_s,
                origin=self._origin,
            )
            for name, value in values.items()
        ]
        for name in ("hf_power_ms2", "lf_hf_ratio"):
            if name not in values:
                results += self._without((name,), end_s, reason=hidden or _TOO_STEADY)
        results.append(self._breathing_power(end_s, trust, slow_hz))
        return results

    def _breathing_power(self, end_s: float, trust: Trust, slow_hz: float) -> Metric:
        rates = self._breaths.since(end_s - _BREATH_WINDOW_S)[1]
        quality, reason = trust.quality, trust.reason
        if is_breath_known(rates):
            known = rates[rates > 0]
            # The middle one: `np.median` costs ten times as much.
            breath_hz = float(np.sort(known)[known.size // 2]) / 60.0
        else:
            breath_hz = slow_hz
            quality, reason = min(quality, _GUESSED_QUALITY), _BREATH_GUESSED
        name = ("breathing_power_ms2",)
        if not isfinite(breath_hz):
            return self._without(name, end_s, reason=_NO_BREATH)[0]
        if not _BREATHS_HZ[0] <= breath_hz <= _BREATHS_HZ[1]:
            return self._without(name, end_s, reason=_BREATH_OUTSIDE)[0]
        lines = line_powers(round(_BREATH_WINDOW_S * RATE_HZ), high_hz=0.53)
        weights = lines.weights(breath_hz - BREATH_HALF_WIDTH_HZ, breath_hz + BREATH_HALF_WIDTH_HZ)
        return measured(
            end_s,
            *name,
            float(weights.dot(lines.powers_ms2(self._even_ms[-lines.n :]))),
            self._source,
            quality=quality,
            reason=reason,
            window_s=_BREATH_WINDOW_S,
            origin=self._origin,
        )

    def _without(
        self, names: tuple[str, ...], t_s: float, *, wait_s: float = 0.0, reason: str = ""
    ) -> list[Metric]:
        return [
            missing(t_s, name, self._source, wait_s=wait_s, reason=reason, origin=self._origin)
            for name in names
        ]


def _slow_breath_hz(lines: LinePowers, powers_ms2: NDArray[np.float64], total_ms2: float) -> float:
    peak_hz = float(lines.frequencies_hz[np.argmax(powers_ms2 * lines.lf_and_hf[0])])
    around = lines.weights(peak_hz - BREATH_HALF_WIDTH_HZ, peak_hz + BREATH_HALF_WIDTH_HZ)
    return slow_breath_hz(peak_hz, float(around.dot(powers_ms2)), total_ms2)
