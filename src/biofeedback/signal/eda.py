"""Skin conductance: its level, its responses (SCRs), and what is only a moved electrode.

Blocks of about 1/8 s (`eda_contact`) pass a 1 Hz low-pass and a causal trough-to-peak
detector (`scr`). The level is the median of the last 30 s; the rate counts the responses of
the last 60 s, the sum adds up their amplitudes. A response that was published and falls back
by half its amplitude before the next gives its half recovery time.

Around what no skin does, 5 s on either side, nothing counts. A response that was published
before is left as it is, but taken out of rate and sum, with its time.

References
----------
Boucsein et al. (2012), Psychophysiology 49:1017-1034 (criteria for responses).
Kleckner et al. (2018), IEEE Trans. Biomed. Eng. 65:1460-1467 (range, slope and 5 s rules).
"""

from __future__ import annotations

from bisect import bisect_left, insort
from collections import deque
from math import floor, inf, isnan, nan
from types import MappingProxyType
from typing import TYPE_CHECKING

from biofeedback.samples import Scr
from biofeedback.signal.eda_contact import EdaBlocks, FallGuard, Fault
from biofeedback.signal.lowpass import TwoPoleLowPass
from biofeedback.signal.measures import MEASURES, measured, metric, missing
from biofeedback.signal.scr import ResponseDetector

if TYPE_CHECKING:
    from collections.abc import Mapping

    import numpy as np
    from numpy.typing import NDArray

    from biofeedback.samples import Metric
    from biofeedback.signal.scr import Response

__all__ = ["EdaNode"]

CUTOFF_HZ = 1.0
AROUND_S = 5.0
# Three times the low-pass's delay.
SETTLE_S = 0.6
# Below this a response's rise is too few samples to tell it from a step: at 3 Hz as many are
# found as at 20 Hz less a twelfth, at 2 Hz two thirds, at 1 Hz none.
MIN_RESPONSE_RATE_HZ = 3.0
# Steepest slope over amplitude, as a share of what a step shows behind the filter. The quickest
# responses that count (0.5 and 1.6 s) reach 0.52, a step that falls within a block shows at
# least 0.71. Where a sample is longer than 1/8 s, both are higher: 0.63 and 0.98 at 4 Hz.
STEP_SHARPNESS_SHARE = 0.62
SPARSE_STEP_SHARPNESS_SHARE = 0.75
_SPARSE_STEP_S = 0.13
# Half recovery takes 2 to 10 s. Beyond that it was the level that fell, and within a second
# something cut the response short.
MIN_HALF_RECOVERY_S = 1.0
MAX_HALF_RECOVERY_S = 10.0

REVIEW_EVERY_S = 5

_MIN_VALID_SHARE = 0.8
_GOOD_SHARE = 0.95
# Responses that may be recovering now: their peaks are at most so long ago.
_RECOVERING_S = 10.0
_LONG_AGO = -(10**9)
_N_LEFT_OUT = 64

# Name, unit and window of each.
_LEVEL, _RATE, _SUM, _QUALITY = (
    (MEASURES[name].name, MEASURES[name].unit, MEASURES[name].window_s)
    for name in ("scl_microsiemens", "scr_per_min", "scr_sum_microsiemens", "skin_quality")
)
_LEVEL_S = int(_LEVEL[2])
_MINUTE_S = int(_RATE[2])

_TOO_SPARSE = "this skin sensor measures too seldom to see single responses"
_REASONS: Mapping[Fault, str] = MappingProxyType(
    {
        Fault.GAP: "part of the skin signal did not arrive",
        Fault.NO_CONTACT: (
            "the skin sensor has lost touch with your skin: settling it, or moistening the skin"
            " under it, often brings it back"
        ),
        Fault.SATURATED: "the skin sensor is at the upper end of what it can measure",
        Fault.MOVED: "the skin sensor moved on your skin",
        Fault.FROZEN: "the skin sensor keeps repeating the same number",
    }
)


class _Seconds:
    """The level of each of the last 60 s that can be trusted."""

    def __init__(self) -> None:
        self.minute: deque[int] = deque()
        self._recent: deque[tuple[int, float]] = deque()
        # Sorted levels of the shorter window, so that their median costs no sort.
        self.levels: list[float] = []
        self._began = 0
        self._now = _LONG_AGO

    def add(self, second: int, level: float) -> None:
        """Take the next second that had samples; ``nan`` when it cannot be trusted."""
        minute, recent, levels = self.minute, self._recent, self.levels
        if second - self._now > _MINUTE_S:
            minute.clear()
            recent.clear()
            levels.clear()
            self._began = second
        self._now = second
        while minute and minute[0] <= second - _MINUTE_S:
            minute.popleft()
        while recent and recent[0][0] <= second - _LEVEL_S:
            del levels[bisect_left(levels, recent.popleft()[1])]
        if not isnan(level):
            minute.append(second)
            recent.append((second, level))
            insort(levels, level)

    def distrust_since(self, t_s: float) -> None:
        """Forget the seconds that reach beyond a time."""
        while self.minute and self.minute[-1] + 1 > t_s:
            self.minute.pop()
        while self._recent and self._recent[-1][0] + 1 > t_s:
            del self.levels[bisect_left(self.levels, self._recent.pop()[1])]

    def median(self) -> float:
        """Median of the trusted levels in their window."""
        levels = self.levels
        middle = len(levels) // 2
        return levels[middle] if len(levels) % 2 else (levels[middle - 1] + levels[middle]) / 2.0

    @property
    def elapsed_s(self) -> int:
        """Seconds since the signal began, or began anew after a minute's silence."""
        return self._now - self._began + 1

    def wait_s(self, window_s: int, n_trusted: int) -> float:
        """Seconds until enough of a window can be trusted, if all goes well."""
        needed = _MIN_VALID_SHARE * window_s
        wait = max(window_s - self.elapsed_s, 0)
        trusted = list(self.minute)[-n_trusted:] if n_trusted else []
        while sum(second > self._now + wait - window_s for second in trusted) + wait < needed:
            wait += 1
        return float(wait)


class EdaNode:
    """Level, responses and quality of one sensor's skin conductance.

    Parameters
    ----------
    source
        The sensor's id.
    rate_hz
        Nominal sampling rate, ``None`` where samples come irregularly.
    is_live
        False for a recording that will be measured as a whole: then its measures come every
        `REVIEW_EVERY_S` and not every second. Responses are the same.
    """

    def __init__(self, source: str, rate_hz: float | None, *, is_live: bool = True) -> None:
        self._source = source
        self._every_s = 1 if is_live else REVIEW_EVERY_S
        self._blocks = EdaBlocks(rate_hz)
        self._filter = TwoPoleLowPass(CUTOFF_HZ)
        step_s = self._blocks.step_s
        self._is_sparse = step_s > _SPARSE_STEP_S
        share = SPARSE_STEP_SHARPNESS_SHARE if self._is_sparse else STEP_SHARPNESS_SHARE
        sharpness_per_s = share * self._filter.steepest_of_step(step_s)
        self._detector = ResponseDetector(sharpness_per_s, step_s)
        self._falls = FallGuard(sharpness_per_s)
        self._delay_s = self._filter.delay_s - self._blocks.lead_s
        self._sees_responses = rate_hz is None or rate_hz >= MIN_RESPONSE_RATE_HZ
        self._seconds = _Seconds()
        # Peak and amplitude of the responses of the last minute.
        self._responses: deque[tuple[float, float]] = deque()
        # The published response that has not fallen back by half: its peak, and half its height.
        self._unrecovered: tuple[float, float] | None = None
        self._recovering = 0.0
        self._mean = self._mean_before = nan
        self._last_t_s = nan
        self._next_second_s = nan
        self._distrusted_until_s = -inf
        # Until then the detector takes nothing.
        self._deaf_until_s = -inf
        self._left_out: deque[tuple[float, float]] = deque(maxlen=_N_LEFT_OUT)
        self._is_running = False
        self._reason = ""

    @property
    def left_out(self) -> tuple[tuple[float, float], ...]:
        """The latest stretches, ``(start_s, end_s)``, in which nothing counts."""
        return tuple(self._left_out)

    def push(self, t_s: NDArray[np.float64], values: NDArray[np.float64]) -> list[Scr | Metric]:
        """Take samples as they came; return responses and, once a second, measures.

        Parameters
        ----------
        t_s
            Time of each sample, shape ``(n,)``, seconds, not decreasing.
        values
            Skin conductance, shape ``(n,)``, microsiemens.

        Raises
        ------
        ValueError
            If the shapes differ.
        """
        results: list[Scr | Metric] = []
        for now_s, mean, fault in self._blocks.push(t_s, values):
            if not now_s < self._next_second_s:
                if not isnan(self._next_second_s):
                    self._close_second(results)
                self._next_second_s = floor(now_s) + 1.0
            if fault is not None:
                self._fault(now_s, fault)
            if mean == mean:  # noqa: PLR0124 - not nan, a fifth of isnan's cost, sample by sample
                self._block(now_s, mean, results)
            self._last_t_s = now_s
        return results

    def _block(self, t_s: float, mean: float, results: list[Scr | Metric]) -> None:
        if not self._is_running:
            self._filter.restart(mean)
            self._is_running = True
            self._mean = self._mean_before = mean
            # Until the low-pass knows the slope, a climbing level looks like an onset.
            self._deaf_until_s = max(self._deaf_until_s, t_s + SETTLE_S)
            return
        # A step within a block shows in two of them.
        jump = mean - self._mean_before
        self._mean_before, self._mean = (mean if self._is_sparse else self._mean), mean
        low_pass, falls = self._filter, self._falls
        before = low_pass.value
        step_s = t_s - self._last_t_s
        level = low_pass.push(mean, step_s)
        slope_per_s = low_pass.slope
        if slope_per_s < 0.0:
            unrecovered = self._unrecovered
            if unrecovered is not None and level <= unrecovered[1]:
                half_s = t_s - step_s * (unrecovered[1] - level) / (before - level)
                self._recovered(half_s, unrecovered[0], results)
        if (slope_per_s < falls.worth_watching_per_s or falls.is_falling) and falls.is_artifact(
            before, level, slope_per_s, self._recovering
        ):
            self._distrust(t_s, Fault.MOVED)
        if t_s < self._deaf_until_s:
            return
        response = self._detector.push(t_s, level, slope_per_s, jump)
        if response is not None and response.is_large:
            self._judge(t_s, response, results)

    def _judge(self, t_s: float, response: Response, results: list[Scr | Metric]) -> None:
        self._unrecovered = None
        if response.is_step:
            self._distrust(t_s, Fault.MOVED)
        if not response.counts or not self._sees_responses:
            return
        peak_s = response.peak_s - self._delay_s
        amplitude = response.amplitude_microsiemens
        if not response.is_on_fall:
            self._unrecovered = (response.peak_s, response.peak_microsiemens - amplitude / 2.0)
        self._responses.append((peak_s, amplitude))
        self._recovering += amplitude
        # The low-pass begins to rise with the signal, and only its turning points come late.
        onset_s = response.onset_s - (self._delay_s if response.is_on_fall else 0.0)
        rise_s = peak_s - onset_s
        results.append(Scr(t_s, onset_s, peak_s, amplitude, rise_s, self._source))

    def _recovered(self, half_s: float, peak_s: float, results: list[Scr | Metric]) -> None:
        self._unrecovered = None
        if MIN_HALF_RECOVERY_S <= half_s - peak_s <= MAX_HALF_RECOVERY_S:
            name = "scr_half_recovery_s"
            at_s = half_s - self._delay_s
            results.append(measured(at_s, name, half_s - peak_s, self._source))

    def _fault(self, t_s: float, fault: Fault) -> None:
        if fault is not Fault.GAP:
            self._distrust(t_s, fault)
        if fault in (Fault.MOVED, Fault.FROZEN):
            return
        # Nothing before it counts.
        self._reason = _REASONS[fault]
        self._is_running = False
        self._unrecovered = None
        self._detector.restart()
        self._falls.restart()

    def _distrust(self, t_s: float, fault: Fault) -> None:
        """Leave out what lies around an artifact."""
        self._reason = _REASONS[fault]
        self._unrecovered = None
        self._detector.restart()
        since_s = t_s - AROUND_S
        if self._left_out and self._left_out[-1][1] >= since_s:
            self._left_out[-1] = (self._left_out[-1][0], t_s + AROUND_S)
        else:
            self._left_out.append((since_s, t_s + AROUND_S))
        if t_s >= self._distrusted_until_s:
            self._seconds.distrust_since(since_s)
            while self._responses and floor(self._responses[-1][0]) + 1 > since_s:
                self._responses.pop()
        self._distrusted_until_s = self._deaf_until_s = t_s + AROUND_S

    def _close_second(self, results: list[Scr | Metric]) -> None:
        end_s = self._next_second_s
        second = int(end_s) - 1
        is_trusted = self._is_running and second >= self._distrusted_until_s
        seconds, responses = self._seconds, self._responses
        seconds.add(second, self._filter.value if is_trusted else nan)
        while responses and responses[0][0] <= end_s - _MINUTE_S:
            responses.popleft()
        total = recovering = 0.0
        for peak_s, amplitude in responses:
            total += amplitude
            if peak_s > end_s - _RECOVERING_S:
                recovering += amplitude
        self._recovering = recovering
        # Just before the arousal of such a moment is told, and when there is enough for the first.
        if (second + 2) % self._every_s and seconds.elapsed_s not in (_LEVEL_S, _MINUTE_S):
            return
        n_minute = len(seconds.minute)
        if n_minute < _MINUTE_S or not self._sees_responses:
            reason = "" if is_trusted else self._reason
            self._publish_partial(end_s, n_minute, total, reason, results)
            return
        # All is well, as it nearly always is. These four are most of what a slow sensor costs.
        source = self._source
        name, unit, window_s = _LEVEL
        level = seconds.median()
        results.append(metric(end_s, name, level, unit, window_s, 1.0, 0.0, "", source, None))
        name, unit, window_s = _RATE
        rate = float(len(responses))
        results.append(metric(end_s, name, rate, unit, window_s, 1.0, 0.0, "", source, None))
        name, unit, window_s = _SUM
        results.append(metric(end_s, name, total, unit, window_s, 1.0, 0.0, "", source, None))
        name, unit, window_s = _QUALITY
        results.append(metric(end_s, name, 1.0, unit, window_s, 1.0, 0.0, "", source, None))

    def _publish_partial(
        self, end_s: float, n_minute: int, total: float, reason: str, results: list[Scr | Metric]
    ) -> None:
        """Publish what a minute tells that is not yet full, or not to be trusted throughout."""
        seconds = self._seconds
        elapsed_s, n_level = seconds.elapsed_s, len(seconds.levels)
        name = _LEVEL[0]
        if elapsed_s >= _LEVEL_S and n_level >= _MIN_VALID_SHARE * _LEVEL_S:
            results.append(self._measured(end_s, name, seconds.median(), n_level / _LEVEL_S))
        else:
            wait_s = seconds.wait_s(_LEVEL_S, n_level)
            results.append(missing(end_s, name, self._source, wait_s=wait_s, reason=reason))
        share = n_minute / _MINUTE_S
        is_enough = elapsed_s >= _MINUTE_S and share >= _MIN_VALID_SHARE
        wait_s = 0.0 if is_enough else seconds.wait_s(_MINUTE_S, n_minute)
        for name, value in ((_RATE[0], float(len(self._responses))), (_SUM[0], total)):
            if not self._sees_responses:
                results.append(missing(end_s, name, self._source, reason=_TOO_SPARSE))
            elif is_enough:
                # The trusted part of the minute stands for all of it.
                results.append(self._measured(end_s, name, value / share, share))
            else:
                results.append(missing(end_s, name, self._source, wait_s=wait_s, reason=reason))
        # In the first minute the quality is over what there is.
        n_seconds = min(elapsed_s, _MINUTE_S)
        share = n_minute / n_seconds
        reason = "" if share >= _GOOD_SHARE else self._reason
        name, window_s = _QUALITY[0], float(n_seconds)
        results.append(measured(end_s, name, share, self._source, reason=reason, window_s=window_s))

    def _measured(self, end_s: float, name: str, value: float, quality: float) -> Metric:
        reason = "" if quality >= _GOOD_SHARE else self._reason
        return measured(end_s, name, value, self._source, quality=quality, reason=reason)
