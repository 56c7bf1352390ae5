"""A connected sensor without a radio, for tests of a conversation."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

    from biofeedback.devices.driver import Characteristic


class FakePeer:
    """Keeps what a conversation does, and answers as it is told.

    Parameters
    ----------
    notifying
        The characteristics that send by themselves.
    on_write
        Called with each characteristic and what is written to it.
    """

    characteristics: tuple[Characteristic, ...] = ()

    def __init__(
        self, notifying: tuple[str, ...], on_write: Callable[[str, bytes], object]
    ) -> None:
        self.done: list[tuple[str, str] | tuple[str, str, bytes]] = []
        self._notifying = notifying
        self._on_write = on_write

    def can_notify(self, characteristic: str) -> bool:
        """Whether it is one of those."""
        return characteristic in self._notifying

    async def read(self, characteristic: str) -> bytes:
        """Read nothing."""
        self.done.append(("read", characteristic))
        return b""

    async def read_descriptor(self, characteristic: str, descriptor: str) -> bytes:
        """Read nothing."""
        self.done.append(("read", f"{characteristic}/{descriptor}"))
        return b""

    async def write(self, characteristic: str, payload: bytes, *, response: bool = True) -> None:
        """Keep it, and let the sensor answer."""
        del response
        self.done.append(("write", characteristic, payload))
        self._on_write(characteristic, payload)

    async def subscribe(self, characteristic: str) -> None:
        """Keep that it is wanted."""
        self.done.append(("subscribe", characteristic))

    async def unsubscribe(self, characteristic: str) -> None:
        """Keep that it is not wanted any more."""
        self.done.append(("unsubscribe", characteristic))
