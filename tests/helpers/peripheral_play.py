"""Plays what sensors send, as fast as bleak takes it, with every packet at its own time.

The clock stands at a packet's time in the moment in which bleak hears it, and whatever waits
on the clock is woken in between, in order, once nothing is on its way over the bus. Packets
that lie close together go over the bus at once::

    async with Player(bluez, clock) as player:
        await player.play([
            Sent(0.1, oximeter, DATA, frame),
            Deed(5.0, oximeter.lose_link),
            Sent(7.0, belt, BREATH, packet),
        ])
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Self

from .bluez_heard import Heard

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from types import TracebackType

    from biofeedback.clock import FakeClock

    from .bluez import BluezStandIn
    from .bluez_peripheral import Peripheral

__all__ = ["Deed", "Played", "Player", "Sent", "play"]


@dataclass(frozen=True, slots=True)
class Sent:
    """A notification and when it arrives."""

    t_s: float
    peripheral: Peripheral
    uuid: str
    payload: bytes


@dataclass(frozen=True, slots=True)
class Deed:
    """Something done at a time, such as a link that is lost."""

    t_s: float
    act: Callable[[], object]


@dataclass
class Played:
    """How much was played: what somebody had subscribed to, and what nobody heard."""

    n_heard: int = 0
    n_unheard: int = 0


class Player:
    """Plays scripts on one stand-in and one clock.

    Parameters
    ----------
    bluez
        Where the devices are.
    clock
        What the code under test waits on; only this moves it.
    span_s
        How much time the packets that go over the bus at once may span. What is told to wait
        between them is woken so much too late at most, and nothing else is.
    """

    def __init__(self, bluez: BluezStandIn, clock: FakeClock, *, span_s: float = 0.25) -> None:
        self.heard = Heard(bluez)
        self.played = Played()
        self._bluez = bluez
        self._clock = clock
        self._span_s = span_s

    async def __aenter__(self) -> Self:
        await self.heard.__aenter__()
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        await self.heard.__aexit__(kind, error, trace)

    async def play(self, script: Iterable[Sent | Deed]) -> Played:
        """Play a script, in the order of its times; it may be as long as it likes.

        Returns
        -------
        Played
            Of this and of all scripts before it.
        """
        batch: list[Sent] = []
        end_s = 0.0
        for each in script:
            if batch and (isinstance(each, Deed) or each.t_s >= end_s):
                await self._send(batch)
                batch = []
            if not batch:
                await self.pass_to(each.t_s)
            if isinstance(each, Deed):
                each.act()
                await self.heard.idle()
                continue
            if not batch:
                end_s = min(each.t_s + self._span_s, self.next_due_s())
            batch.append(each)
        await self._send(batch)
        await self.heard.idle()
        return self.played

    async def pass_to(self, t_s: float) -> None:
        """Let time pass to a moment, waking what waits until then, one after the other."""
        while (due_s := self.next_due_s()) <= t_s:
            await self._clock.advance(due_s - self._clock.now_s())
            await self.heard.idle()
        await self._clock.advance(t_s - self._clock.now_s(), settle=1)

    def next_due_s(self) -> float:
        """Return when the next of those wakes that wait on the clock; infinity if none does."""
        waiting = (each_s for each_s, _, waiter in self._clock._sleepers if not waiter.done())
        return min(waiting, default=float("inf"))

    async def _send(self, batch: list[Sent]) -> None:
        if not batch:
            return

        def at(index: int) -> Callable[[], None]:
            def move() -> None:
                self._clock._now_s = max(self._clock._now_s, batch[index].t_s)

            return move

        numbers = await self.heard.batch(
            lambda: self._bluez.send_all(
                (each.peripheral, each.uuid, each.payload) for each in batch
            ),
            at,
        )
        n_heard = sum(number > 0 for number in numbers)
        self.played.n_heard += n_heard
        self.played.n_unheard += len(batch) - n_heard
        # Where nobody heard the last of them, time passes all the same.
        await self._clock.advance(max(batch[-1].t_s - self._clock.now_s(), 0.0))


async def play(
    packets: Iterable[tuple[float, str, bytes]], peripheral: Peripheral, clock: FakeClock
) -> Played:
    """Play packets of one device: arrival times, characteristics, and values."""
    async with Player(peripheral.bluez, clock) as player:
        return await player.play(
            Sent(t_s, peripheral, uuid, payload) for t_s, uuid, payload in packets
        )
