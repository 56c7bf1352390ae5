"""How many samples a belt has taken since it was started, though packets may be lost."""

from __future__ import annotations

from typing import Final

__all__ = ["SampleCount"]

_MODULO: Final = 256

# So many packets in a row must have counted up by one before a hole in the count is believed.
# The count is not described by the manufacturer, so that a belt may use it in another way.
_N_TO_BELIEVE: Final = 10
# A packet that was handed over twice, or after the next, is no further behind than this. So
# many of them in a row are none: the count has begun elsewhere.
_MAX_BEHIND: Final = 3


class SampleCount:
    """Counts samples by the packets they came in, and those of packets that never came.

    A hole counts only in a row of packets that otherwise count up by one each. Lost packets are
    taken to hold as many samples as the one after them. In such a row a packet that comes a
    second time, or after the next, keeps its number.

    Attributes
    ----------
    n_lost : int
        Packets that never came.
    """

    def __init__(self) -> None:
        self._n_samples = 0
        self._last: int | None = None
        self._n_regular = 0
        self._n_behind = 0
        self._missing: tuple[int, ...] = ()
        self.n_lost = 0

    def push(self, count: int, n_samples: int) -> int:
        """Take the count of a packet, 0 to 255, and its number of samples, and return the total.

        The total includes the packet's own samples, and none after them.
        """
        step = 1 if self._last is None else (count - self._last) % _MODULO
        n_behind = -step % _MODULO
        is_believed = self._n_regular >= _N_TO_BELIEVE
        if is_believed and n_behind <= _MAX_BEHIND and self._n_behind < _MAX_BEHIND:
            self._n_behind += 1
            if count in self._missing:
                self._missing = tuple(each for each in self._missing if each != count)
                self.n_lost -= 1
            return self._n_samples - n_behind * n_samples
        self._n_behind = 0
        if step == 1:
            self._n_regular += 1
        elif is_believed and 1 < step < _MODULO // 2:
            self.n_lost += step - 1
            self._missing = tuple(
                (count - i) % _MODULO for i in range(1, min(step, _MAX_BEHIND + 1))
            )
            self._n_samples += (step - 1) * n_samples
        else:
            self._n_regular = 0
        self._last = count
        self._n_samples += n_samples
        return self._n_samples

    def skip(self) -> None:
        """Note a packet without samples: whether the belt counts those too is not known."""
        self._last = None
