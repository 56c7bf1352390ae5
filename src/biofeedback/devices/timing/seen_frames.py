"""Which frames came lately, so that none is taken twice."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING
from zlib import crc32

if TYPE_CHECKING:
    from biofeedback.devices.timing.stamped_frame import StampedFrame

__all__ = ["SeenFrames"]

_N_SEEN = 64
# A clock that stands still sends equal readings with equal stamps; a radio hardly thrice.
_N_COPIES = 2


@dataclass(slots=True)
class _Seen:
    n_samples: int
    checksum: int
    arrival_s: float
    n_copies: int = 0


class SeenFrames:
    """The stamps and contents of the last frames of a stream.

    A frame came before when one had the same stamp and the same values. Where stamps wrap
    around, the one before must be less than half a turn old; where a turn is so short that a
    stall may hold it, readings must differ among themselves to be recognised.
    """

    def __init__(self) -> None:
        self._frames: dict[float, _Seen] = {}

    def is_double(self, came: StampedFrame, *, may_recur: bool) -> bool:
        """Whether this frame came before; if not, it is entered.

        Parameters
        ----------
        came
            The frame.
        may_recur
            True where the next frame has this very stamp even if nothing was lost, or where it
            may come again within a stall: then readings that are all alike prove nothing.
        """
        values = came.frame.values
        checksum = crc32(values.tobytes())
        proves_nothing = may_recur and bool((values == values[0]).all())
        seen = self._frames.get(came.t_s)
        if (
            not proves_nothing
            and seen is not None
            and seen.checksum == checksum
            and seen.n_samples == came.n_samples
            and seen.n_copies < _N_COPIES
            and (came.wrap_s is None or came.arrival_s - seen.arrival_s < came.wrap_s / 2)
        ):
            seen.n_copies += 1
            return True
        self._frames.pop(came.t_s, None)
        self._frames[came.t_s] = _Seen(came.n_samples, checksum, came.arrival_s)
        if len(self._frames) > _N_SEEN:
            del self._frames[next(iter(self._frames))]
        return False
