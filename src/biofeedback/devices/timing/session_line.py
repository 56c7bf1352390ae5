"""Session time of a device time as it has been given out: one line that never jumps.

What is known of a clock improves with every packet; what has been given out stands. So the
line that is used is laid ahead piece by piece, each steered towards what is known now. A
device time has the same session time whichever stream asks for it, and whenever.
"""

from __future__ import annotations

from bisect import bisect_right
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from biofeedback.devices.timing.min_delay_line import MinDelayLine

__all__ = ["SessionLine"]

# The least length of a piece, and how many are kept: two minutes for a stream that lags behind
# another of its sensor, while longer pieces reach back further.
_PIECE_S = 0.5
_N_PIECES = 256


class SessionLine:
    """Strictly increasing, continuous, straight in pieces.

    Parameters
    ----------
    device_s, session_s
        Where it begins.
    rate
        Session seconds per device second at first.
    """

    def __init__(self, device_s: float, session_s: float, rate: float) -> None:
        self._device_s = [device_s]
        self._session_s = [session_s]
        self._rates = [rate]
        self._until_s = device_s

    def off_s(self, fit: MinDelayLine) -> float:
        """How far what has been given out last is from what is known now."""
        return fit.session_s(self._until_s) - self._at(self._until_s)

    def lay(self, device_s: float, fit: MinDelayLine, slew: float, settle_s: float) -> None:
        """Lay it up to a device time, steered towards the fit.

        Parameters
        ----------
        device_s
            Nothing happens where it has been laid that far already.
        fit
            What is known of the clock now.
        slew
            By how much its rate may differ from the fitted one.
        settle_s
            In which time it makes up for what it is off, if the slew allows.
        """
        if device_s <= self._until_s:
            return
        if device_s - self._device_s[-1] >= _PIECE_S:
            begin_s = self._until_s
            here_s = self._at(begin_s)
            off_s = fit.session_s(begin_s) - here_s
            pull = off_s / max(settle_s, device_s - begin_s)
            pull = min(max(pull, -slew), slew)
            self._device_s.append(begin_s)
            self._session_s.append(here_s)
            self._rates.append(fit.rate * (1.0 + pull))
            if len(self._rates) > 2 * _N_PIECES:
                for kept in (self._device_s, self._session_s, self._rates):
                    del kept[:-_N_PIECES]
        self._until_s = device_s

    def session_s(self, device_s: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return the session times of device times, shape ``(n,)``, increasing."""
        first = max(bisect_right(self._device_s, device_s[0]) - 1, 0)
        last = max(bisect_right(self._device_s, device_s[-1]) - 1, 0)
        if first == last:
            return self._session_s[last] + self._rates[last] * (device_s - self._device_s[last])
        begins_s = np.array(self._device_s[first : last + 1])
        piece = np.searchsorted(begins_s[1:], device_s, side="right")
        session_s = np.array(self._session_s[first : last + 1])[piece]
        rates = np.array(self._rates[first : last + 1])[piece]
        result: NDArray[np.float64] = session_s + rates * (device_s - begins_s[piece])
        return result

    def _at(self, device_s: float) -> float:
        last = max(bisect_right(self._device_s, device_s) - 1, 0)
        return self._session_s[last] + self._rates[last] * (device_s - self._device_s[last])
