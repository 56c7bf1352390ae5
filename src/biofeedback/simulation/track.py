"""What a sensor of a waveform knows of the body, and the blocks in which it makes samples.

A waveform is made from beats, breath and arousal where it is sensed, so that a body whose
waveforms nobody reads costs nothing for them. Samples are made in blocks counted from the
first one, each as soon as the body has lived far enough past it: however the life is cut into
portions, the blocks and with them the samples are the same to the last bit.
"""

from __future__ import annotations

from collections import deque
from math import floor
from typing import TYPE_CHECKING

import numpy as np

from biofeedback.simulation.client import STEPS_PER_S

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

    from biofeedback.simulation.client import Produced

__all__ = ["BLOCK_S", "BodyTrack", "SensedBlocks", "joined"]

BLOCK_S = 0.2
# Breath and arousal this long before the block stay at hand.
_KEPT_S = 2.0


class BodyTrack:
    """The body's latest seconds, read block by block.

    Parameters
    ----------
    rate_hz
        Samples a second; they lie at whole multiples of its period.
    lookahead_s
        How far past a sample the body must have lived for the sample to be certain.
    lead_s
        Where the first sample lies after the first beat (before it, if negative); ``None`` to
        begin at once, for a waveform that does not hang on the beats.

    Attributes
    ----------
    new_beats : deque of (float, float)
        ``(t_s, rr_s)`` of beats that are not taken out yet, oldest first; for a waveform of
        beats also the one before the first interval, with that interval for its own.
    life_s : float or None
        When what is known of the body begins, ``None`` before anything is.
    first_sample_s : float
        Time of the first sample, infinite before there is one.
    """

    def __init__(self, rate_hz: float, lookahead_s: float, lead_s: float | None) -> None:
        self._rate_hz = rate_hz
        self._lookahead_s = lookahead_s
        self._lead_s = lead_s
        self._block: NDArray[np.float64] = np.arange(max(round(rate_hz * BLOCK_S), 1), dtype=float)
        self._t_s = self._volume = self._arousal = self._tensing = np.empty(0)
        self.life_s: float | None = None
        self.first_sample_s = float("inf")
        self._next_sample: int | None = None
        self.new_beats: deque[tuple[float, float]] = deque()

    def blocks(self, produced: Produced) -> Iterator[NDArray[np.float64]]:
        """Take in what the body did and give the times of each block that is now certain."""
        if not produced.belt_t_s.size:
            return
        if self.life_s is None:
            self.life_s = float(produced.belt_t_s[0]) - 1.0 / STEPS_PER_S
        for t_s, rr_ms in zip(produced.beat_t_s.tolist(), produced.rr_ms.tolist(), strict=True):
            if self._lead_s is not None and self._next_sample is None and not self.new_beats:
                # The beat before the first one ended no interval, and was there.
                self.new_beats.append((t_s - rr_ms / 1000.0, rr_ms / 1000.0))
            self.new_beats.append((t_s, rr_ms / 1000.0))
        self._begin()
        next_sample = self._next_sample
        kept_from_s = self.life_s if next_sample is None else next_sample / self._rate_hz - _KEPT_S
        is_kept = self._t_s >= kept_from_s
        self._t_s = np.concatenate([self._t_s[is_kept], produced.belt_t_s])
        self._volume = np.concatenate([self._volume[is_kept], produced.volume])
        self._arousal = np.concatenate([self._arousal[is_kept], produced.arousal])
        self._tensing = np.concatenate([self._tensing[is_kept], produced.tensing])
        if next_sample is None:
            return
        certain_s = float(self._t_s[-1]) - self._lookahead_s
        while (next_sample + self._block.size - 1) / self._rate_hz <= certain_s:
            yield (next_sample + self._block) / self._rate_hz
            next_sample += self._block.size
            self._next_sample = next_sample

    def _begin(self) -> None:
        if self._next_sample is not None or self.life_s is None:
            return
        start_s = self.life_s
        if self._lead_s is not None:
            if not self.new_beats:
                return
            start_s = max(start_s, self.new_beats[0][0] + self._lead_s)
        self._next_sample = floor(start_s * self._rate_hz) + 1
        self.first_sample_s = self._next_sample / self._rate_hz

    def volume_at(self, t_s: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return lung volume at times in or near the present block, shape ``(n,)``."""
        return np.interp(t_s, self._t_s, self._volume)

    def arousal_at(self, t_s: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return arousal at times in or near the present block, shape ``(n,)``."""
        return np.interp(t_s, self._t_s, self._arousal)

    def tensing_at(self, t_s: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return how hard a muscle is tensed on purpose, 0 to 1, shape ``(n,)``."""
        return np.interp(t_s, self._t_s, self._tensing)


class SensedBlocks:
    """Samples of one block after another, as they are sensed."""

    def __init__(self) -> None:
        self._t_s: list[NDArray[np.float64]] = []
        self._values: list[NDArray[np.float64]] = []
        self._is_artifact: list[NDArray[np.bool_]] = []

    def add(
        self,
        t_s: NDArray[np.float64],
        values: NDArray[np.float64],
        is_artifact: NDArray[np.bool_],
    ) -> None:
        """Add a block.

        Parameters
        ----------
        t_s, is_artifact
            Times, and where the samples are disturbed, shape ``(n,)``.
        values
            Shape ``(n,)`` or ``(n, channels)``.
        """
        self._t_s.append(t_s)
        self._values.append(values)
        self._is_artifact.append(is_artifact)

    def whole(self) -> tuple[NDArray[np.float64], NDArray[np.float64], NDArray[np.bool_]]:
        """Return times, values and artifacts of all blocks; of none, three of shape ``(0,)``."""
        are_artifacts = self._is_artifact
        return (
            joined(self._t_s),
            joined(self._values),
            np.concatenate(are_artifacts) if are_artifacts else np.empty(0, dtype=bool),
        )


def joined(parts: list[NDArray[np.float64]]) -> NDArray[np.float64]:
    """Return blocks as one array that may cross threads; of none, an empty one."""
    array: NDArray[np.float64] = np.concatenate(parts) if parts else np.empty(0)
    array.setflags(write=False)
    return array
