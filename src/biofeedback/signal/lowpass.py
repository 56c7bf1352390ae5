"""A causal low-pass that takes samples as they come, evenly spaced or not."""

from __future__ import annotations

from math import exp, floor, nan, pi, sqrt

__all__ = ["TwoPoleLowPass"]


class TwoPoleLowPass:
    """Two equal first-order low-passes in a row, exact for an input held between samples.

    It neither overshoots nor rings, so that a step cannot look like a response; and since
    each step takes the time since the last, uneven sampling needs no resampling.

    Parameters
    ----------
    cutoff_hz
        Where the two together are down to ``1 / sqrt(2)``.
    """

    def __init__(self, cutoff_hz: float) -> None:
        # Each of two equal poles is down to 2 ** -0.25 at the common cutoff.
        self._pole_per_s = 2.0 * pi * cutoff_hz / sqrt(sqrt(2.0) - 1.0)
        self._first = nan
        self.value = nan
        # Present change of `value` a second, without differencing its noise.
        self.slope = nan

    @property
    def delay_s(self) -> float:
        """How late slow changes come out."""
        return 2.0 / self._pole_per_s

    def steepest_of_step(self, step_s: float) -> float:
        """Steepest slope, per unit of height, that a step shows at samples ``step_s`` apart."""
        # The slope after a unit step is p² t exp(-p t), steepest at 1 / p.
        n_before = floor(1.0 / (self._pole_per_s * step_s)) if step_s > 0 else 0
        times_s = [n * step_s for n in (n_before, n_before + 1)] if step_s > 0 else []
        pole_per_s = self._pole_per_s
        return max(
            pole_per_s**2 * t_s * exp(-pole_per_s * t_s) for t_s in times_s or [1.0 / pole_per_s]
        )

    def restart(self, value: float) -> None:
        """Forget the past: as if the input had always been this."""
        self._first = self.value = value
        self.slope = 0.0

    def push(self, value: float, step_s: float) -> float:
        """Take the next sample, ``step_s`` after the last, and return the output."""
        pole_per_s = self._pole_per_s
        kept = exp(-pole_per_s * step_s)
        before = (self._first - value) * kept
        self._first = first = value + before
        # The second stage sees the first's exponential, not a step.
        self.value = result = value + (self.value - value) * kept + before * pole_per_s * step_s
        self.slope = (first - result) * pole_per_s
        return result
