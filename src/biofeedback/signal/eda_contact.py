"""Skin conductance as the sensor sends it: what no skin does, and fewer samples of the rest.

Every sample is judged by itself and by those just before it. What is left is averaged in
fixed blocks to about 8 samples a second, ample for responses that take seconds to rise. The
blocks are counted from where the signal began, so that how samples arrive leaves no trace.

References
----------
Kleckner et al. (2018), IEEE Trans. Biomed. Eng. 65:1460-1467 (range and slope rules).
"""

from __future__ import annotations

from enum import Enum
from itertools import repeat
from math import ceil, inf, isnan, nan
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Block = tuple[float, float, "Fault | None"]
    _State = tuple[float, float, int, "Fault | None", float, int, float, float, float]

__all__ = ["EdaBlocks", "FallGuard", "Fault"]

MIN_MICROSIEMENS = 0.05
MAX_MICROSIEMENS = 60.0
MAX_SLOPE_PER_S = 10.0
# A frozen sensor repeats itself for this long. One that counts in coarse steps may do so
# honestly: a wristband with steps of 1 nS is seen to repeat itself for 3 s at rest.
FLAT_S = 3.0
FLAT_S_PER_MICROSIEMENS = 2000.0
MAX_FLAT_S = 30.0

# A recovery takes seconds; a fall as fast as this is an electrode coming off. After a large
# response the fall may be faster: by half of its height in a second.
MAX_FALL_PER_S = 1.0
MAX_FALL_SHARE_PER_S = 0.1
MAX_RECOVERY_SHARE_PER_S = 0.5
MIN_STEP_MICROSIEMENS = 0.1

# Slopes are taken over so long, or noise would make them at high rates.
_SLOPE_SPAN_S = 0.05
_BLOCKS_PER_S = 8.0
_ENDED_SHARE = 0.1
_MAX_STEP_S = 1.0
_STEPS_BEFORE_GAP = 1.5
_ROUNDING = 1e-9
# From so many samples on, array operations cost less than the samples one by one.
_MANY = 256


class Fault(Enum):
    """What is wrong with a stretch of the signal."""

    GAP = "gap"
    NO_CONTACT = "no contact"
    SATURATED = "saturated"
    MOVED = "moved"
    FROZEN = "frozen"


class EdaBlocks:
    """Samples in, blocks out.

    Parameters
    ----------
    rate_hz
        Nominal sampling rate, ``None`` where samples come irregularly: then every sample is
        a block.
    """

    def __init__(self, rate_hz: float | None) -> None:
        self._rate_hz = rate_hz
        self._n_block = max(1, int(rate_hz / _BLOCKS_PER_S + _ROUNDING)) if rate_hz else 1
        n_span = max(1, ceil(_SLOPE_SPAN_S * rate_hz - _ROUNDING)) if rate_hz else 1
        self._constants = (
            rate_hz is not None,
            self._n_block,
            n_span,
            _STEPS_BEFORE_GAP / rate_hz if rate_hz else _MAX_STEP_S,
            MAX_SLOPE_PER_S * n_span / rate_hz if rate_hz else 0.0,
        )
        # Time of the last sample; of the block under way the sum, the number of samples and what
        # is wrong; where slopes are measured from, and how many samples ago that was; the last
        # value, since when it has been the same, and the smallest change ever seen. Together,
        # since a slow sensor's samples come one by one and unpacking once costs least.
        self._state: _State = (nan, 0.0, 0, None, nan, 0, nan, nan, inf)

    @property
    def step_s(self) -> float:
        """Time between blocks, 0 where they come irregularly."""
        return self._n_block / self._rate_hz if self._rate_hz else 0.0

    @property
    def lead_s(self) -> float:
        """How much earlier a block's mean is than its time: a sample stands for the time before."""
        return 0.5 / self._rate_hz if self._rate_hz else 0.0

    def push(  # noqa: C901, PLR0912 - one loop over all samples: a call a rule would cost more
        self, t_s: NDArray[np.float64], values: NDArray[np.float64]
    ) -> list[Block]:
        """Take samples, shapes ``(n,)``, and return the blocks that they complete.

        Returns
        -------
        list
            ``(t_s, mean_microsiemens, fault)``: the time of the block's last sample, the mean,
            ``nan`` where there is none, and what is wrong. A gap, and a sample out of range,
            end a block unfinished and are told at once.
        """
        is_many = t_s.size >= _MANY and t_s.shape == values.shape
        if is_many and (clean := self._push_clean(t_s, values)) is not None:
            return clean
        blocks: list[Block] = []
        low, high = MIN_MICROSIEMENS, MAX_MICROSIEMENS
        is_regular, n_block, n_span, max_step_s, slope_limit = self._constants
        last_t_s, total, n, fault, before, n_from, same, same_since_s, quantum = self._state
        # One plain loop: at 4 samples a second an array operation costs more than the sample.
        for now_s, value in (
            zip(t_s.tolist(), values.tolist(), strict=True)
            if t_s.size != 1
            else ((t_s.item(), values.item()),)
        ):
            step_s = now_s - last_t_s
            last_t_s = now_s
            if step_s > max_step_s:
                blocks.append((now_s, nan, Fault.GAP))
                total, n, fault, before, same = 0.0, 0, None, nan, nan
            if not low <= value <= high:
                blocks.append((now_s, nan, Fault.SATURATED if value > high else Fault.NO_CONTACT))
                total, n, fault, before, same = 0.0, 0, None, nan, nan
                continue
            if not is_regular:
                slope_limit = MAX_SLOPE_PER_S * max(step_s, _SLOPE_SPAN_S)
            if not -slope_limit <= value - before <= slope_limit:
                if not isnan(before):
                    fault = Fault.MOVED
                before, n_from = value, 0
            else:
                n_from += 1
                if n_from >= n_span:
                    before, n_from = value, 0
            if value != same:
                if -quantum < value - same < quantum:
                    quantum = abs(value - same)
                same, same_since_s = value, now_s
            total += value
            n += 1
            if n == n_block:
                if now_s - same_since_s > FLAT_S and now_s - same_since_s > _flat_s(quantum):
                    fault = Fault.FROZEN
                blocks.append((now_s, total / n_block, fault))
                total, n, fault = 0.0, 0, None
        self._state = (last_t_s, total, n, fault, before, n_from, same, same_since_s, quantum)
        return blocks

    def _push_clean(
        self, t_s: NDArray[np.float64], values: NDArray[np.float64]
    ) -> list[Block] | None:
        """As `push`, bit for bit, of samples with nothing wrong; else ``None``, and nothing done."""
        is_regular, n_block, n_span, max_step_s, slope_limit = self._constants
        last_t_s, total, n, fault, before, n_from, same, same_since_s, quantum = self._state
        if not is_regular or fault is not None or isnan(before) or isnan(same):
            return None
        if not (values.min() >= MIN_MICROSIEMENS and values.max() <= MAX_MICROSIEMENS):
            return None
        # Slopes are measured from each sample at which the last span ended.
        first = n_span - 1 - n_from
        anchors = values[first::n_span]
        since = np.concatenate(([before] * (first + 1), np.repeat(anchors, n_span)))[: t_s.size]
        steps = np.diff(values, prepend=same)
        since_s = np.maximum.accumulate(np.where(steps != 0.0, t_s, same_since_s))
        if not (
            np.diff(t_s, prepend=last_t_s).max() <= max_step_s
            and np.abs(values - since).max() <= slope_limit
            and (t_s - since_s).max() <= FLAT_S
        ):
            return None
        sizes = np.abs(steps[steps != 0.0])
        if sizes.size:
            quantum = min(quantum, float(sizes.min()))
        if t_s.size > first:
            before, n_from = float(anchors[-1]), (t_s.size - 1 - first) % n_span
        else:
            n_from += t_s.size
        # The block under way, whole blocks, and what is left; each summed in the order of time.
        n_open = n_block - n
        for value in values[:n_open].tolist():
            total += value
        blocks: list[Block] = [(float(t_s[n_open - 1]), total / n_block, None)]
        n_whole, n = divmod(t_s.size - n_open, n_block)
        end = n_open + n_whole * n_block
        columns = values[n_open:end].reshape(n_whole, n_block).T
        totals = np.zeros(n_whole)
        for column in columns:
            totals += column
        ends_s = t_s[n_open + n_block - 1 : end : n_block]
        blocks += zip(ends_s.tolist(), (totals / n_block).tolist(), repeat(None))
        total = 0.0
        for value in values[end:].tolist():
            total += value
        last_t_s, same, same_since_s = float(t_s[-1]), float(values[-1]), float(since_s[-1])
        self._state = (last_t_s, total, n, None, before, n_from, same, same_since_s, quantum)
        return blocks


class FallGuard:
    """Tells, behind the low-pass, when the signal falls as no response recovers.

    Parameters
    ----------
    max_sharpness_per_s
        Steepest slope over height from which on a fall is a step.
    """

    def __init__(self, max_sharpness_per_s: float) -> None:
        self._max_sharpness_per_s = max_sharpness_per_s
        self.worth_watching_per_s = -max_sharpness_per_s * MIN_STEP_MICROSIEMENS
        # True while a fall worth watching has not ended.
        self.is_falling = False
        self._top = nan
        self._steepest_per_s = 0.0

    def restart(self) -> None:
        """Forget a fall that has begun."""
        self.is_falling, self._top, self._steepest_per_s = False, nan, 0.0

    def is_artifact(
        self, before: float, level: float, slope_per_s: float, responses: float
    ) -> bool:
        """Take the next filtered sample.

        Needed only while `is_falling`, or when the slope is below `worth_watching_per_s`.

        Parameters
        ----------
        before, level, slope_per_s
            The sample before this one, this one, and its slope.
        responses
            Amplitude of the responses that may be recovering now, in total.
        """
        if not self.is_falling:
            if slope_per_s >= self.worth_watching_per_s:
                return False
            self.is_falling, self._top = True, before
        self._steepest_per_s = min(self._steepest_per_s, slope_per_s)
        if slope_per_s < -MAX_FALL_PER_S:
            return -slope_per_s > max(
                MAX_FALL_SHARE_PER_S * level, MAX_RECOVERY_SHARE_PER_S * responses
            )
        # A fall is over when it has all but stopped.
        if slope_per_s < _ENDED_SHARE * self._steepest_per_s:
            return False
        height = self._top - level
        is_step = (
            height >= MIN_STEP_MICROSIEMENS
            and -self._steepest_per_s > self._max_sharpness_per_s * height
            # A recovery that the next response cuts short is small and steep too.
            and -self._steepest_per_s > MAX_RECOVERY_SHARE_PER_S * responses
        )
        self.restart()
        return is_step


def _flat_s(quantum: float) -> float:
    """How long a sensor may repeat itself whose smallest step is known, strict until it is."""
    if quantum == inf:
        return FLAT_S
    return min(max(FLAT_S_PER_MICROSIEMENS * quantum, FLAT_S), MAX_FLAT_S)
