"""What a session sends to other programs while it happens: off until it is switched on."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from biofeedback.errors import BiofeedbackError

if TYPE_CHECKING:
    from collections.abc import Callable

    from biofeedback.samples import Event

__all__ = ["OutputPlan", "Outputs"]


@dataclass(frozen=True, slots=True)
class OutputPlan:
    """Where measures are sent.

    Parameters
    ----------
    lsl
        As streams of the lab network.
    osc
        As Open Sound Control to a place: ``9000``, ``127.0.0.1:9000``; empty for nowhere.
    network
        Whether other computers may have them. What is sent is not encrypted.
    """

    lsl: bool = False
    osc: str = ""
    network: bool = False


class _Output(Protocol):
    def take(self, event: Event) -> None: ...

    def close(self) -> None: ...


class Outputs:
    """Passes the events of sessions on, on the engine's loop.

    Parameters
    ----------
    now_s
        Session time now; from any thread.
    """

    def __init__(self, now_s: Callable[[], float]) -> None:
        self._now_s = now_s
        self._plan = OutputPlan()
        self._open: dict[str, _Output] = {}
        self._troubles: dict[str, str] = {}
        # One change at a time, in the order in which they were asked for.
        self._turn = asyncio.Lock()

    @property
    def trouble(self) -> str:
        """What stands in the way, in words; empty when all that was asked for is sent."""
        own = (getattr(each, "trouble", "") for each in self._open.values())
        return " ".join(filter(None, (*self._troubles.values(), *own)))

    def take(self, event: Event) -> None:
        """Send an event of the session. Never waits."""
        for each in self._open.values():
            each.take(event)

    async def use(self, plan: OutputPlan) -> None:
        """Send as planned from now on, and no more in any other way."""
        async with self._turn:
            was, self._plan = self._plan, plan
            if (was.lsl, was.network) != (plan.lsl, plan.network):
                await self._swap("lsl", self._lsl if plan.lsl else None)
            if (was.osc, was.network) != (plan.osc, plan.network):
                await self._swap("osc", self._osc if plan.osc else None)

    async def close(self) -> None:
        """Send what waits, and send no more."""
        await self.use(OutputPlan())

    async def _swap(self, name: str, make: Callable[[], _Output] | None) -> None:
        self._troubles.pop(name, None)
        before = self._open.pop(name, None)
        if before is not None:
            await asyncio.to_thread(before.close)
        if make is None:
            return
        try:
            # Opening looks names up and loads a library: not on the loop.
            self._open[name] = await asyncio.to_thread(make)
        except BiofeedbackError as error:
            self._troubles[name] = str(error)

    def _lsl(self) -> _Output:
        from biofeedback.devices.lsl.outlets import LslOutlets  # noqa: PLC0415 - when switched on
        from biofeedback.signal.measures import MEASURES  # noqa: PLC0415 - as above

        made = LslOutlets(self._now_s, MEASURES, network=self._plan.network)
        made.open()
        return made

    def _osc(self) -> _Output:
        from biofeedback.devices.osc.output import (  # noqa: PLC0415 - when switched on
            DEFAULT_PORT,
            OscOutput,
            OscOutputError,
        )
        from biofeedback.devices.osc.place import place_of  # noqa: PLC0415 - as above

        try:
            place = place_of(self._plan.osc, port=DEFAULT_PORT)
        except ValueError as error:
            msg = f"OSC cannot be sent so: {error}."
            raise OscOutputError(msg) from error
        return OscOutput(place.host, place.port, network=self._plan.network)
