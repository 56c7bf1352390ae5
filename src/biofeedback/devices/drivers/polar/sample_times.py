"""The sensor's time of every sample, where a frame tells that of its last one alone.

A sensor's crystal makes 130 Hz any number from 128 to 131, so the samples of a frame are spread
from the last one of the frame before. Where that does not fit the nominal rate frames are
missing, or the clock was set: then nothing is claimed, and the nominal rate has to do.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

__all__ = ["SampleTimes"]

# Further than this from the nominal rate is no crystal's doing. A lost frame doubles the step.
_MAX_OFF: Final = 0.25


class SampleTimes:
    """Spreads the samples of one stream's frames.

    Parameters
    ----------
    rate_hz
        Nominal rate, ``None`` where there is none.
    """

    def __init__(self, rate_hz: float | None) -> None:
        self._rate_hz = rate_hz
        # Layouts of one measurement may come in turns, each with samples of its own.
        self._last_s: dict[int, float] = {}

    def each_s(self, kind: int, last_s: float, n_samples: int) -> NDArray[np.float64] | None:
        """Return the time of each sample, ``None`` where only that of the last is known.

        Parameters
        ----------
        kind
            Number of the frame's layout.
        last_s
            The sensor's time of the last sample.
        n_samples
            In the frame, at least one.

        Returns
        -------
        array or None
            Shape ``(n_samples,)``, the last one ``last_s`` itself.
        """
        before_s = self._last_s.get(kind)
        self._last_s[kind] = last_s
        if before_s is None or self._rate_hz is None:
            return None
        step_s = (last_s - before_s) / n_samples
        if abs(step_s * self._rate_hz - 1.0) > _MAX_OFF:
            return None
        return last_s - step_s * np.arange(n_samples - 1, -1, -1, dtype=np.float64)
