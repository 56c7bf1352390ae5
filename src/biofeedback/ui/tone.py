"""The breathing tone as samples: it rises with the in-breath, falls with the out-breath.

`tone` is a pure function of the pacer's segment and the session time, so what is heard can
not drift from what is seen. Its pitch follows the depth of the breath and its loudness swells
and dies away within each step; in holds there is silence. The phase is the integral of the
pitch in closed form: for a raised cosine ``(1 - cos(pi x / T)) / 2`` that integral is
``x / 2 - T / (2 pi) sin(pi x / T)``.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from biofeedback.pacing import PacerSegment

__all__ = ["ToneStream", "bell", "tone"]

# About F3 up to C4, a fifth: low enough to be soft, high enough for small speakers.
LOW_HZ, HIGH_HZ = 174.6, 261.6
_OVERTONE = 0.16
_OUT_LOUDNESS = 0.85
# A bell for a new step: an octave and a fifth above the low end of the breath, soft at first, long
# in dying away. It is never louder than the breath.
BELL_HZ, _BELL_LOUDNESS, _BELL_RISE_S, _BELL_FALL_S = 523.3, 0.4, 0.06, 0.7
_BELL_S = 4.0
# Between two tones that do not join, long enough not to click, short enough not to be felt.
FADE_S = 0.015


def tone(segment: PacerSegment, t_s: float, n_samples: int, rate_hz: float) -> NDArray[np.float64]:
    """Return samples of the tone, -1 to 1.

    Parameters
    ----------
    segment
        The pacer. Before its start the tone stands at its start.
    t_s
        Session time of the first sample.
    n_samples
        How many.
    rate_hz
        Samples a second.

    Returns
    -------
    ndarray of float64, shape (n_samples,)
    """
    in_s, hold_s, out_s, _ = segment.pattern.parts_s
    period_s = segment.pattern.period_s
    lead_s = (
        sum(segment.pattern.parts_s[: segment.step])
        + segment.fraction * segment.pattern.parts_s[segment.step]
    )
    elapsed_s = np.maximum(t_s + np.arange(n_samples) / rate_hz - segment.t_s, 0.0) + lead_s
    n_breaths = np.floor(elapsed_s / period_s)
    x_s = elapsed_s - n_breaths * period_s
    # How far each step has gone, 0 before it and its whole length after it.
    in_gone = np.clip(x_s, 0.0, in_s)
    hold_gone = np.clip(x_s - in_s, 0.0, hold_s)
    out_gone = np.clip(x_s - in_s - hold_s, 0.0, out_s)
    swing_in = np.sin(np.pi * in_gone / in_s)
    swing_out = np.sin(np.pi * out_gone / out_s)
    depth_s = (
        n_breaths * (in_s / 2 + hold_s + out_s / 2)
        + in_gone / 2
        - in_s / (2 * np.pi) * swing_in
        + hold_gone
        + out_gone / 2
        + out_s / (2 * np.pi) * swing_out
    )
    phase = 2 * np.pi * (LOW_HZ * elapsed_s + (HIGH_HZ - LOW_HZ) * depth_s)
    # A hair below zero by rounding would have no power.
    loudness = np.maximum(swing_in, 0.0) ** 1.5 + _OUT_LOUDNESS * np.maximum(swing_out, 0.0) ** 1.5
    wave: NDArray[np.float64] = (
        loudness * (np.sin(phase) + _OVERTONE * np.sin(2 * phase)) / (1 + _OVERTONE)
    )
    return wave


def bell(since_s: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return samples of a soft bell, -1 to 1, by the seconds since it was rung."""
    at_s = np.maximum(since_s, 0.0)
    loudness = (1.0 - np.exp(-at_s / _BELL_RISE_S)) * np.exp(-at_s / _BELL_FALL_S)
    phase = 2 * np.pi * BELL_HZ * at_s
    wave: NDArray[np.float64] = (
        _BELL_LOUDNESS * loudness * (np.sin(phase) + _OVERTONE * np.sin(2 * phase))
    )
    return wave


class ToneStream:
    """One unbroken sound out of tones that begin, stop, change and are shifted in time.

    Parameters
    ----------
    rate_hz
        Samples a second.
    """

    def __init__(self, rate_hz: float) -> None:
        self.rate_hz = rate_hz
        self._segment: PacerSegment | None = None
        self._next_s = 0.0
        self._volume = 0.0
        # Seconds since the bell was rung, by the samples that were given: it needs no clock.
        self._rung_s: float | None = None
        self._is_hushing = False

    def ring(self) -> None:
        """Let a bell sound from the next sample on."""
        self._rung_s, self._is_hushing = 0.0, False

    def hush(self) -> None:
        """Let the bell fade out at once."""
        self._is_hushing = self._rung_s is not None

    @property
    def next_s(self) -> float:
        """Session time of the sample that is due next."""
        return self._next_s

    def block(
        self, segment: PacerSegment | None, t_s: float, n_samples: int, volume: float
    ) -> NDArray[np.float64]:
        """Return the next samples.

        Parameters
        ----------
        segment
            The pacer, ``None`` for silence.
        t_s
            Session time of the first sample; where it does not follow from the block before,
            the two are faded into each other.
        n_samples
            How many.
        volume
            0 to 1; a change is spread over the block.

        Returns
        -------
        ndarray of float64, shape (n_samples,)
        """
        fresh = self._samples(segment, t_s, n_samples)
        is_joined = segment == self._segment and abs(t_s - self._next_s) < 0.5 / self.rate_hz
        if not is_joined:
            n_fade = min(max(round(FADE_S * self.rate_hz), 1), n_samples)
            rise = np.ones(n_samples)
            rise[:n_fade] = np.arange(1, n_fade + 1) / n_fade
            old = self._samples(self._segment, self._next_s, n_samples)
            fresh = fresh * rise + old * (1.0 - rise)
        gains = np.linspace(self._volume, volume, n_samples + 1)[1:]
        self._segment, self._volume = segment, volume
        self._next_s = t_s + n_samples / self.rate_hz
        # Loudness is heard by its logarithm: the square makes the slider feel even.
        return (fresh + self._bell(n_samples)) * gains**2

    def _bell(self, n_samples: int) -> NDArray[np.float64]:
        if self._rung_s is None:
            return np.zeros(n_samples)
        since_s = self._rung_s + np.arange(n_samples) / self.rate_hz
        samples = bell(since_s)
        if self._is_hushing:
            n_fade = min(max(round(FADE_S * self.rate_hz), 1), n_samples)
            samples[:n_fade] *= 1.0 - np.arange(1, n_fade + 1) / n_fade
            samples[n_fade:] = 0.0
        self._rung_s += n_samples / self.rate_hz
        if self._is_hushing or self._rung_s > _BELL_S:
            self._rung_s, self._is_hushing = None, False
        return samples

    def _samples(
        self, segment: PacerSegment | None, t_s: float, n_samples: int
    ) -> NDArray[np.float64]:
        if segment is None:
            return np.zeros(n_samples)
        return tone(segment, t_s, n_samples, self.rate_hz)
