"""Session time, the one clock of a session, and the door to the computer's own.

Everything that waits or stamps takes a `Clock`. `SystemClock` is the only place in the
project that reads the computer's clock; `FakeClock` stands still until a test moves it.
"""

from __future__ import annotations

import heapq
import itertools
import time
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    import asyncio

__all__ = ["Clock", "FakeClock", "SystemClock", "until", "utc_now"]

# So many sleepers of a `FakeClock` are looked through for those who gave up.
_N_CROWDED = 16


class Clock(Protocol):
    """Seconds since the session began, and waiting until a moment of it."""

    def now_s(self) -> float:
        """Seconds since the session began."""
        ...

    async def sleep_until(self, t_s: float) -> None:
        """Return when `now_s` has reached ``t_s``; at once if it has."""
        ...


def utc_now() -> datetime:
    """Wall time, for the session's ``started_utc`` and nothing else."""
    return datetime.now(UTC)  # noqa: TID251 - this is the one door


def _uptime_s() -> float:
    """Seconds on a clock that only goes forward; on Linux it also counts a laptop's sleep.

    What was slept through is part of the time of day: a session that stood still meanwhile must
    not look as if it had not. Where the system offers no such clock, the plain one has to do.
    """
    if hasattr(time, "CLOCK_BOOTTIME"):
        return time.clock_gettime(time.CLOCK_BOOTTIME)  # noqa: TID251 - this is the one door
    return time.monotonic()  # noqa: TID251 - this is the one door


class SystemClock:
    """The computer's own clock, from zero at its making, never set back.

    Parameters
    ----------
    speed
        Session seconds per real second: 1 live, more for a replay or a fast demo.
    """

    def __init__(self, speed: float = 1.0) -> None:
        if not speed > 0:
            msg = f"speed must be above 0, not {speed}"
            raise ValueError(msg)
        self.speed = speed
        self._start_s = _uptime_s()

    def now_s(self) -> float:
        """Seconds since the session began."""
        return (_uptime_s() - self._start_s) * self.speed

    async def sleep_until(self, t_s: float) -> None:
        """Return when `now_s` has reached ``t_s``."""
        import asyncio  # noqa: PLC0415 - a window is painted without it

        # A loop because a sleep may end a hair early on some systems.
        while (left_s := t_s - self.now_s()) > 0:  # noqa: ASYNC110 - time passing is no event
            await asyncio.sleep(left_s / self.speed)


async def until(clock: Clock, t_s: float, event: asyncio.Event) -> bool:
    """Wait for an event, but no longer than to a moment of the clock.

    Returns
    -------
    bool
        True when the event is set.
    """
    import asyncio  # noqa: PLC0415 - as above

    if event.is_set():
        return True
    sleeping = asyncio.ensure_future(clock.sleep_until(t_s))
    waiting = asyncio.ensure_future(event.wait())
    try:
        await asyncio.wait({sleeping, waiting}, return_when=asyncio.FIRST_COMPLETED)
    finally:
        # Not awaited: a cancellation of ours must not get lost among theirs.
        sleeping.cancel()
        waiting.cancel()
    return event.is_set()


class FakeClock:
    """A clock that moves only when told to.

    `advance` wakes each sleeper in the order of its time, letting the loop settle between,
    so that code which waits sees the same order as under a real clock, in no time at all.
    """

    def __init__(self, now_s: float = 0.0) -> None:
        self._now_s = now_s
        self._sleepers: list[tuple[float, int, asyncio.Future[None]]] = []
        self._order = itertools.count()
        self._n_crowded = _N_CROWDED

    def now_s(self) -> float:
        """Seconds since the session began."""
        return self._now_s

    async def sleep_until(self, t_s: float) -> None:
        """Return when the clock was advanced to ``t_s``."""
        import asyncio  # noqa: PLC0415 - as above

        if t_s <= self._now_s:
            # Still give way once, as a real sleep would.
            await asyncio.sleep(0)
            return
        waiter = asyncio.get_running_loop().create_future()
        if len(self._sleepers) >= self._n_crowded:
            # Those who gave up would stay until their time.
            self._sleepers = [each for each in self._sleepers if not each[2].done()]
            heapq.heapify(self._sleepers)
            self._n_crowded = 2 * len(self._sleepers) + _N_CROWDED
        heapq.heappush(self._sleepers, (t_s, next(self._order), waiter))
        await waiter

    async def advance(self, seconds: float, *, settle: int = 10) -> None:
        """Move ``seconds`` on, waking sleepers in order.

        Parameters
        ----------
        seconds
            How far.
        settle
            How often to give way to the loop after each waking, so that what was woken runs
            up to its next wait.
        """
        end_s = self._now_s + seconds
        await self._settle(settle)
        while self._sleepers and self._sleepers[0][0] <= end_s:
            t_s, _, waiter = heapq.heappop(self._sleepers)
            if waiter.done():
                continue
            self._now_s = max(self._now_s, t_s)
            waiter.set_result(None)
            await self._settle(settle)
        self._now_s = end_s
        await self._settle(settle)

    @staticmethod
    async def _settle(times: int) -> None:
        import asyncio  # noqa: PLC0415 - as above

        for _ in range(times):
            await asyncio.sleep(0)
