"""What a session sends to other programs while it happens: off until it is switched on."""

from __future__ import annotations

import asyncio
import threading
from contextlib import suppress
from typing import TYPE_CHECKING, Final, Protocol

from biofeedback.errors import BiofeedbackError
from biofeedback.runtime.bugs import tell_bug
from biofeedback.runtime.output_plan import OutputPlan, Reach, farthest

if TYPE_CHECKING:
    from collections.abc import Callable

    from biofeedback.samples import Event

__all__ = ["OutputPlan", "Outputs"]

_BROKEN: Final = (
    "Measures are no longer sent to other programs, for a reason of the app's own. The session "
    "goes on. Switch it off and on again."
)
_ANOTHER: Final = (
    "OSC stays on this computer until other computers may take part, and {host} is another. Allow "
    "it, or choose a place on this computer, such as 127.0.0.1:9000."
)


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
        # Those of the open ones and how far they go; those that may open another time.
        self._reaches: dict[str, Reach] = {}
        self._to_try_again: dict[str, Reach] = {}
        # To be closed with the next change.
        self._failed: list[_Output] = []
        self._opening: asyncio.Future[_Output] | None = None
        # One change at a time, in the order in which they were asked for.
        self._turn = asyncio.Lock()

    @property
    def trouble(self) -> str:
        """What stands in the way, in words; empty when all that was asked for is sent."""
        own = (getattr(each, "trouble", "") for each in self._open.values())
        return " ".join(filter(None, (*self._troubles.values(), *own)))

    @property
    def reach(self) -> Reach:
        """How far measures go now: only what could be opened counts."""
        return farthest(*(self._reaches[name] for name in self._open))

    @property
    def is_to_try_again(self) -> bool:
        """Whether something is wanted that could not be opened, and may be another time."""
        return bool(self._to_try_again)

    def take(self, event: Event) -> None:
        """Send an event of the session. Never waits."""
        for name, each in tuple(self._open.items()):
            try:
                each.take(event)
            except Exception as error:  # noqa: BLE001 - one output must not take the others along
                del self._open[name]
                self._failed.append(each)
                self._troubles[name] = _BROKEN
                tell_bug("an output failed", error)

    async def use(self, plan: OutputPlan) -> None:
        """Send as planned from now on, and no more in any other way."""
        async with self._turn:
            was, self._plan = self._plan, plan
            if (was.lsl, was.network) != (plan.lsl, plan.network):
                self._troubles.pop("lsl", None)
                await self._swap("lsl", self._lsl if plan.lsl else None, plan.lsl_reach)
            if (was.osc, was.network) != (plan.osc, plan.network):
                self._troubles.pop("osc", None)
                await self._swap("osc", self._osc if plan.osc else None, plan.osc_reach)

    async def try_again(self) -> None:
        """Open what is wanted and could not be opened: a computer may be there by now."""
        makers = {"lsl": self._lsl, "osc": self._osc}
        async with self._turn:
            for name, reach in tuple(self._to_try_again.items()):
                await self._swap(name, makers[name], reach)

    async def close(self) -> None:
        """Send what waits, and send no more. What is just being opened is given up."""
        if self._opening is not None:
            self._opening.cancel()
        await self.use(OutputPlan())

    async def _swap(self, name: str, make: Callable[[], _Output] | None, reach: Reach) -> None:
        self._to_try_again.pop(name, None)
        before = (*self._failed, self._open.pop(name, None))
        self._failed.clear()
        for each in before:
            if each is not None:
                await asyncio.to_thread(_close, each)
        if make is None:
            return
        try:
            made = await self._made(make)
        except BiofeedbackError as error:
            self._troubles[name] = str(error)
            self._to_try_again[name] = reach
        except Exception as error:  # noqa: BLE001 - as in take
            self._troubles[name] = _BROKEN
            tell_bug("an output could not be opened", error)
        else:
            self._troubles.pop(name, None)
            self._reaches[name] = reach
            self._open[name] = made

    async def _made(self, make: Callable[[], _Output]) -> _Output:
        """Open one in a thread: that looks names up and loads a library.

        The end of the program does not wait for the thread: the name of a computer that is not
        there may be looked up for half a minute.
        """
        loop = asyncio.get_running_loop()
        opening: asyncio.Future[_Output] = loop.create_future()
        self._opening = opening

        def settle(made: _Output | None, error: Exception | None) -> None:
            if opening.cancelled():
                if made is not None:
                    threading.Thread(target=_close, args=(made,), daemon=True).start()
            elif made is not None:
                opening.set_result(made)
            elif error is not None:
                opening.set_exception(error)

        def run() -> None:
            made: _Output | None = None
            failed: Exception | None = None
            try:
                made = make()
            except Exception as error:  # noqa: BLE001 - raised where it is waited for
                failed = error
            # The loop may have ended meanwhile.
            with suppress(RuntimeError):
                loop.call_soon_threadsafe(settle, made, failed)

        thread = threading.Thread(target=run, name="biofeedback-outputs", daemon=True)
        thread.start()
        try:
            await asyncio.wait((opening,))
            if not opening.cancelled():
                thread.join()  # it has nothing left to do
            return opening.result()
        finally:
            # Nobody waits for it any more, whatever ended the wait.
            opening.cancel()
            self._opening = None

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
        from biofeedback.devices.osc.place import (  # noqa: PLC0415 - as above
            is_loopback,
            place_of,
        )

        try:
            place = place_of(self._plan.osc, port=DEFAULT_PORT)
        except ValueError as error:
            msg = f"OSC cannot be sent so: {error}."
            raise OscOutputError(msg) from error
        if not place.port:
            msg = "OSC needs the port on which the other program listens, such as 9000."
            raise OscOutputError(msg)
        if not self._plan.network and not is_loopback(place.host):
            raise OscOutputError(_ANOTHER.format(host=place.host))
        return OscOutput(place.host, place.port, network=self._plan.network)


def _close(output: _Output) -> None:
    try:
        output.close()
    except Exception as error:  # noqa: BLE001 - it is over in any case
        tell_bug("an output could not be closed", error)
