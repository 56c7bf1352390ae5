"""What bleak, on the test's own loop, has heard of the BlueZ stand-in.

A test that moves a clock must not do so while an answer is still on the bus: a sensor would
seem slow that is not. `Heard.idle` returns when nothing is on its way any more, told by the
messages themselves and not by waiting.
"""

from __future__ import annotations

import asyncio
from contextlib import suppress
from typing import TYPE_CHECKING, Any, Self
from unittest.mock import patch

from bleak.backends.bluezdbus import manager
from dbus_fast import Message, MessageType
from dbus_fast.aio import MessageBus

from .bluez_peripheral import WAIT_S

if TYPE_CHECKING:
    from collections.abc import Callable, Coroutine, Mapping
    from types import TracebackType

    from .bluez import BluezStandIn

__all__ = ["Heard"]

# How often the loop goes round for a coroutine that was woken to get to its next wait.
_N_ROUNDS = 10
# An answer that has not come after so many messages to and fro never comes.
_N_UNANSWERED = 50


class Heard:
    """Listens before bleak does, while it is entered; on one loop.

    Parameters
    ----------
    bluez
        Whose signals.
    """

    def __init__(self, bluez: BluezStandIn) -> None:
        self._bluez = bluez
        self._bus: MessageBus | None = None
        self._awaited: dict[int, asyncio.Future[None]] = {}
        self._before: Mapping[int, Callable[[], None]] = {}
        # What bleak waits for: its connections to the bus, and answers over them.
        self._n_open = 0
        self._patches: list[Any] = []

    async def __aenter__(self) -> Self:
        loop = asyncio.get_running_loop()
        for member in ("connect", "call"):
            original = getattr(MessageBus, member)
            counting = self._counting(original, loop)
            self._patches.append(patch.object(MessageBus, member, counting))
            self._patches[-1].start()
        await manager.get_global_bluez_manager()
        # What was signalled before it listened is heard as well.
        await self.mark()
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        for each in self._patches:
            each.stop()
        if self._bus is not None:
            self._bus.remove_message_handler(self._first)

    def _counting(
        self, original: Callable[..., Coroutine[Any, Any, Any]], loop: asyncio.AbstractEventLoop
    ) -> Callable[..., Coroutine[Any, Any, Any]]:
        async def counting(bus: MessageBus, *arguments: Any) -> Any:
            if bus._loop is not loop:
                return await original(bus, *arguments)
            self._n_open += 1
            try:
                return await original(bus, *arguments)
            finally:
                self._n_open -= 1

        return counting

    def _listen(self) -> bool:
        """Listen on the bus that bleak has now; False if it has none."""
        known = manager._global_instances.get(asyncio.get_running_loop())
        bus = known._bus if known is not None else None
        if known is None or bus is None or not bus.connected:
            return False
        if bus is not self._bus:
            self._bus = bus
            # bleak's own handler comes after this one.
            bus.remove_message_handler(known._parse_msg)
            bus.add_message_handler(self._first)
            bus.add_message_handler(known._parse_msg)
        return True

    def _first(self, message: Message) -> None:
        if message.message_type is not MessageType.SIGNAL:
            return
        before = self._before.get(message.serial)
        if before is not None:
            before()
        awaited = self._awaited.pop(message.serial, None)
        if awaited is not None and not awaited.done():
            awaited.set_result(None)

    async def _hear(self, tell: Callable[[], int]) -> bool:
        """Have something signalled, and wait until bleak has it; False if it cannot hear it."""
        if not self._listen():
            await asyncio.sleep(0)
            return False
        # Nothing is read from the bus before this loop goes on.
        serial = tell()
        if serial == 0:
            await asyncio.sleep(0)
            return False
        heard = asyncio.get_running_loop().create_future()
        self._awaited[serial] = heard
        assert self._bus is not None
        ended = self._bus._disconnect_future
        async with asyncio.timeout(WAIT_S):
            await asyncio.wait({heard, ended}, return_when=asyncio.FIRST_COMPLETED)
        self._awaited.pop(serial, None)
        return heard.done()

    async def mark(self) -> bool:
        """Wait until bleak has heard all that was signalled; False if it cannot hear anything."""
        return await self._hear(self._bluez.mark)

    async def batch(
        self, tell: Callable[[], list[int]], before: Callable[[int], Callable[[], None]]
    ) -> list[int]:
        """Have many things signalled, and wait until bleak has them.

        Parameters
        ----------
        tell
            Signals them, and returns the signals' numbers, 0 for what is not told.
        before
            Gives what to call right before bleak hears the signal of an index.

        Returns
        -------
        list of int
            What ``tell`` returned.
        """
        numbers: list[int] = []

        def told() -> int:
            numbers.extend(tell())
            self._before = {serial: before(i) for i, serial in enumerate(numbers) if serial}
            return max(numbers, default=0)

        await self._hear(told)
        self._before = {}
        return numbers

    async def idle(self) -> None:
        """Wait until nothing is on its way: no question, no answer, and nothing to hear.

        What is never answered is not waited for.
        """
        n_alike, before = 0, (-1, -1)
        while n_alike < (2 if self._n_open == 0 else _N_UNANSWERED):
            await self.mark()
            for _ in range(_N_ROUNDS):
                await asyncio.sleep(0)
            now = (self._n_open, self._bluez.n_calls)
            n_alike = n_alike + 1 if now == before else 0
            before = now

    async def until(self, condition: Callable[[], bool]) -> None:
        """Wait until something is so."""
        with suppress(TimeoutError):
            async with asyncio.timeout(WAIT_S):
                while not condition():
                    await self.mark()
        assert condition(), "it did not come to be"
