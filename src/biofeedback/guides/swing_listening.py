"""How far the heart rate swings in each led breath, as heard from its measure second by second.

The published swing is one number for a minute (`rsa_bpm`). An assessment needs less time than that
to know that a mind wandered off for some breaths, and where in a slowly sliding pace it is; so it
listens to ``heart_rate_bpm``, the mean over the last few beats, and fits to each led breath

    rate = a cos(phase) + b sin(phase) + c + d t        wave = 2 (a - i b)

by least squares, phase 0 where the in-breath begins. A mean over a window of length w leaves
``sin(x) / x`` of a wave of period T, with x = pi w / T; that is in the terms of the fit, each
sample with its own window, and so taken back.
"""

from __future__ import annotations

from collections import deque
from math import isfinite, pi
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence

    from biofeedback.guides.body import BodyNow

__all__ = ["BreathSwing", "HeartSample", "SwingListening", "wave_of"]

_HEART_RATE = "heart_rate_bpm"
# Five beats of a slow heart. A sensor that sends averages of its own takes longer, does not say
# how it weighs, and leaves nothing of a slow swing that could be measured.
_LONGEST_WINDOW_S = 7.5
# Four terms are fitted.
_LEAST_SAMPLES = 6
# As share of a breath: with more of it missing, its wave is a guess.
_WIDEST_GAP = 0.35
_N_SAMPLES, _N_BREATHS = 128, 64


class HeartSample(NamedTuple):
    """Mean heart rate over a window, by the guide time of the window's middle."""

    middle_g_s: float
    rate_bpm: float
    window_s: float


class BreathSwing(NamedTuple):
    """One led breath and how the heart went with it.

    Parameters
    ----------
    begin_g_s, period_s
        The breath.
    led_s
        How long breaths had been led without a break when it began.
    wave_bpm
        Swing from trough to peak, and its phase; ``None`` where it could not be heard.
    heart_rate_bpm
        Mean over the breath; meaningless without a wave.
    """

    begin_g_s: float
    period_s: float
    led_s: float
    wave_bpm: complex | None
    heart_rate_bpm: float

    @property
    def end_g_s(self) -> float:
        """When it was over."""
        return self.begin_g_s + self.period_s


class _Led(NamedTuple):
    begin_g_s: float
    period_s: float
    led_s: float


def wave_of(
    samples: Sequence[HeartSample], begin_g_s: float, period_s: float
) -> tuple[complex, float] | None:
    """Return wave and mean of the heart rate within one breath, ``None`` with too few samples.

    Parameters
    ----------
    samples
        With their middles within the breath, in order.
    begin_g_s, period_s
        The breath.
    """
    middles_s = np.array([sample.middle_g_s - begin_g_s for sample in samples])
    edges_s = np.concatenate([[0.0], middles_s, [period_s]])
    if middles_s.size < _LEAST_SAMPLES or np.diff(edges_s).max() > _WIDEST_GAP * period_s:
        return None
    rates_bpm = np.array([sample.rate_bpm for sample in samples])
    left = np.sinc(np.array([sample.window_s for sample in samples]) / period_s)
    phases = 2.0 * pi * middles_s / period_s
    terms = np.stack(
        [
            left * np.cos(phases),
            left * np.sin(phases),
            np.ones_like(phases),
            middles_s / period_s - 0.5,
        ],
        axis=1,
    )
    weights, _, rank, _ = np.linalg.lstsq(terms, rates_bpm, rcond=None)
    if rank < terms.shape[1]:
        return None
    a, b, mean_bpm, _ = weights.tolist()
    return 2.0 * complex(a, -b), mean_bpm


class SwingListening:
    """Sorts what is heard of the heart into the breaths that were led.

    All times are guide time. Measures come some seconds late: they are told by the moment they
    describe, also when the breath is long over. What was measured before a pause does not count
    after it.
    """

    def __init__(self) -> None:
        self._samples: deque[HeartSample] = deque(maxlen=_N_SAMPLES)
        self._breaths: deque[_Led] = deque(maxlen=_N_BREATHS)
        self._heard_s = -1.0
        self._since_g_s = 0.0
        self._led_since_g_s = 0.0

    def breath(self, g_s: float, period_s: float, *, is_first: bool) -> None:
        """Know that a led breath begins, ``is_first`` where nothing was led before it."""
        if is_first:
            self._led_since_g_s = g_s
        self._breaths.append(_Led(g_s, period_s, g_s - self._led_since_g_s))

    def stop(self, g_s: float) -> None:
        """Know that breaths are led no more: one that was not over by then is none."""
        # A step of several breaths ends where their lengths add up to, give or take rounding.
        while self._breaths and self._breaths[-1].begin_g_s + self._breaths[-1].period_s > (
            g_s + 1e-3
        ):
            self._breaths.pop()

    def resumed(self, g_s: float) -> None:
        """Know that a pause ended just now, and with it the breath that it fell into."""
        self.stop(g_s)
        self._since_g_s = g_s
        self._samples.clear()

    def sense(self, g_s: float, body: BodyNow) -> tuple[BreathSwing, ...]:
        """Take what is new; return the breaths that are known by it."""
        metric = body.metric(_HEART_RATE)
        if metric is None or metric.t_s <= self._heard_s:
            return ()
        if not 0.0 < metric.window_s < _LONGEST_WINDOW_S:
            return ()
        self._heard_s = metric.t_s
        middle_g_s = g_s - (body.now_s - metric.t_s) - metric.window_s / 2.0
        if not isfinite(middle_g_s) or middle_g_s < self._since_g_s:
            return ()
        if self._samples and middle_g_s <= self._samples[-1].middle_g_s:
            return ()
        self._samples.append(HeartSample(middle_g_s, metric.value, metric.window_s))
        return self._known(middle_g_s)

    def _known(self, until_g_s: float) -> tuple[BreathSwing, ...]:
        known = []
        while self._breaths:
            breath = self._breaths[0]
            end_g_s = breath.begin_g_s + breath.period_s
            if end_g_s > until_g_s:
                break
            self._breaths.popleft()
            within = [
                sample
                for sample in self._samples
                if breath.begin_g_s <= sample.middle_g_s < end_g_s
            ]
            found = wave_of(within, breath.begin_g_s, breath.period_s)
            wave, mean_bpm = (None, 0.0) if found is None else found
            known.append(
                BreathSwing(breath.begin_g_s, breath.period_s, breath.led_s, wave, mean_bpm)
            )
        return tuple(known)
