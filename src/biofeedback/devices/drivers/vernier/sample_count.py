"""How many samples a belt has taken since it was started, though packets may be lost."""

from __future__ import annotations

from typing import Final

__all__ = ["SampleCount"]

_MODULO: Final = 256

# So many packets in a row must have counted up by one before a hole in the count is believed.
# The count is not described by the manufacturer, so that a belt may use it in another way.
_N_TO_BELIEVE: Final = 10


class SampleCount:
    """Counts samples by the packets they came in, and those of packets that never came.

    A hole counts only in a row of packets that otherwise count up by one each. Lost packets are
    taken to hold as many samples as the one after them.

    Attributes
    ----------
    n_lost : int
        Packets that never came.
    """

    def __init__(self) -> None:
        self._n_samples = 0
        self._last: int | None = None
        self._n_regular = 0
        self.n_lost = 0

    def push(self, count: int, n_samples: int) -> int:
        """Take the count of a packet, 0 to 255, and its number of samples, and return the total.

        The total includes the packet's own samples.
        """
        step = 1 if self._last is None else (count - self._last) % _MODULO
        if step == 1:
            self._n_regular += 1
        elif self._n_regular >= _N_TO_BELIEVE and 1 < step < _MODULO // 2:
            self.n_lost += step - 1
            self._n_samples += (step - 1) * n_samples
        else:
            self._n_regular = 0
        self._last = count
        self._n_samples += n_samples
        return self._n_samples

    def skip(self) -> None:
        """Note a packet without samples: whether the belt counts those too is not known."""
        self._last = None
