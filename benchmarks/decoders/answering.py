"""A sensor that answers every command at once, for decoders that ask before they listen."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from biofeedback.clock import FakeClock
from biofeedback.devices.driver import Characteristic

if TYPE_CHECKING:
    from collections.abc import Callable

    from benchmarks.decoders.decoder import Feed
    from biofeedback.devices.driver import Conversation

__all__ = ["started"]


class _Answering:
    """A peer that answers every command by itself."""

    def __init__(
        self, conversation: Conversation, notify: str, answer: Callable[[bytes, int], bytes]
    ) -> None:
        self._take = conversation.take
        self._notify = notify
        self._answer = answer
        self._n_answers = 0

    @property
    def characteristics(self) -> tuple[Characteristic, ...]:
        return (Characteristic("", self._notify, ("notify",)),)

    def can_notify(self, characteristic: str) -> bool:
        return characteristic == self._notify

    async def read(self, characteristic: str) -> bytes:  # noqa: ARG002 - as a peer is asked
        return b""

    async def read_descriptor(self, characteristic: str, descriptor: str) -> bytes:  # noqa: ARG002 - as above
        return b""

    async def write(self, characteristic: str, payload: bytes, *, response: bool = True) -> None:  # noqa: ARG002 - as above
        answer = self._answer(payload, self._n_answers)
        if answer:
            self._n_answers += 1
            list(self._take(self._notify, answer, 0.0))

    async def subscribe(self, characteristic: str) -> None:
        """Notifications come anyway."""

    async def unsubscribe(self, characteristic: str) -> None:
        """Notifications come anyway."""


def started(conversation: Conversation, notify: str, answer: Callable[[bytes, int], bytes]) -> Feed:
    """Return a conversation that has begun.

    Parameters
    ----------
    notify
        The characteristic from which everything comes.
    answer
        From a command and how many answers there were before to what the sensor says; empty for
        nothing.
    """
    asyncio.run(conversation.start(_Answering(conversation, notify, answer), FakeClock()))
    return lambda packet, arrival_s: conversation.take(notify, packet, arrival_s)
