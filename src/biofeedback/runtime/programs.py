"""Other programs on the engine's loop: sensors that are their streams, and what is sent to them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from biofeedback.runtime.output_plan import OutputPlan, Reach, farthest
from biofeedback.runtime.outputs import Outputs

if TYPE_CHECKING:
    import asyncio
    from collections.abc import Callable, Coroutine

    from biofeedback.clock import Clock
    from biofeedback.devices.network_sources import NetworkSources
    from biofeedback.devices.registry import Registry

__all__ = ["RETRY_S", "Programs"]

# What could not be opened, such as for a computer that is not there, is tried again so often.
RETRY_S = 30.0
# As the record has it.
_SENT_TO = {
    Reach.COMPUTER: "send to other programs on this computer",
    Reach.NETWORK: "send to the network",
}


class Programs:
    """Takes sensors from other programs and sends them what is measured, once that is asked for.

    Parameters
    ----------
    clock
        The engine's clock.
    now_s
        Session time now; from any thread.
    spawn
        Begins work on the engine's loop.
    """

    def __init__(
        self,
        clock: Clock,
        now_s: Callable[[], float],
        spawn: Callable[[Coroutine[object, object, None]], asyncio.Task[None]],
    ) -> None:
        self._clock = clock
        self._spawn = spawn
        self.outputs = Outputs(now_s)
        self._plan = self._elsewhere = OutputPlan()
        # What stands in the record of the present session.
        self._agreed: set[str] = set()
        self._retrying: asyncio.Task[None] | None = None

    def take_from(
        self, registry: Registry, sources: NetworkSources, look: Callable[[], None]
    ) -> None:
        """Look for sensors so from now on; ``look`` is called where that is new."""
        self._spawn(self._take_from(registry, sources, look))

    def send(self, plan: OutputPlan) -> None:
        """Send so from now on."""
        self._plan = plan
        self._spawn(self._send(plan))

    def note_sending(self, plan: OutputPlan) -> None:
        """Know of what listeners to the engine send by themselves: the record tells of it too."""
        self._elsewhere = plan

    def begin_session(self) -> None:
        """Forget what was agreed to before: each record tells it for itself."""
        self._agreed.clear()

    def agree(self, mark: Callable[[str], None]) -> None:
        """Have the record say that the person had it sent on, once for each way."""
        words = _SENT_TO.get(farthest(self._plan.reach, self._elsewhere.reach))
        if words is not None and words not in self._agreed:
            self._agreed.add(words)
            mark(words)

    async def _take_from(
        self, registry: Registry, sources: NetworkSources, look: Callable[[], None]
    ) -> None:
        is_new = sources != registry.sources
        await registry.use(sources)
        if is_new:
            look()

    async def _send(self, plan: OutputPlan) -> None:
        await self.outputs.use(plan)
        if self._retrying is None or self._retrying.done():
            self._retrying = self._spawn(self._try_again())

    async def _try_again(self) -> None:
        while self.outputs.is_to_try_again:
            await self._clock.sleep_until(self._clock.now_s() + RETRY_S)
            await self.outputs.try_again()
