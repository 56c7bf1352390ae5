"""By how much session time and the clock that LSL stamps with differ."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from biofeedback.devices.drivers.moving_smallest import MovingSmallest

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = ["ClockOffset"]

_N_TRIES: Final = 5
# A reading of both clocks that took longer says too little.
_QUICK_S: Final = 0.001
# Smaller differences are the readings'.
_HELD_S: Final = 0.002
# A larger one is a sleep of the computer, which only one of them counts, or another session.
_JUMP_S: Final = 0.05
# Before Python 3.13 the computer's clock goes on in steps of a sixtieth of a second on
# Windows. A reading is late by up to a step, so of many the greatest is right.
_WINDOW_S: Final = 10.0


class ClockOffset:
    """Session time less LSL time, measured anew at will, and changed only for a reason.

    Parameters
    ----------
    session_s
        Session time now.
    lsl_s
        LSL time now.
    """

    def __init__(self, session_s: Callable[[], float], lsl_s: Callable[[], float]) -> None:
        self._session_s = session_s
        self._lsl_s = lsl_s
        # The other way round: the greatest is the smallest of these.
        self._readings = MovingSmallest(_WINDOW_S)
        self.offset_s, _ = self._best()

    def measure(self) -> float:
        """Look at both clocks again.

        Returns
        -------
        float
            By how many seconds the offset has changed; 0 if it has not.
        """
        offset_s, took_s = self._read()
        if took_s > _QUICK_S:
            offset_s, _ = self._best()
        change_s = offset_s - self.offset_s
        if abs(change_s) > _JUMP_S:
            self._readings = MovingSmallest(_WINDOW_S)
        self._readings.push(self._lsl_s(), -offset_s)
        smallest_s = self._readings.smallest
        if smallest_s is not None:
            change_s = -smallest_s - self.offset_s
        if abs(change_s) <= _HELD_S:
            return 0.0
        self.offset_s += change_s
        return change_s

    def _best(self) -> tuple[float, float]:
        """The quickest of some readings: nothing came between its two clocks."""
        return min((self._read() for _ in range(_N_TRIES)), key=lambda reading: reading[1])

    def _read(self) -> tuple[float, float]:
        before_s = self._lsl_s()
        session_s = self._session_s()
        after_s = self._lsl_s()
        return session_s - 0.5 * (before_s + after_s), after_s - before_s
