"""A link to a simulated device, made as the app makes one."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from biofeedback.clock import FakeClock
from biofeedback.devices.drivers.heart_rate import HEART_RATE_SERVICE

if TYPE_CHECKING:
    from collections.abc import Callable

    from biofeedback.devices.connection import Radio
    from biofeedback.devices.link import Link

__all__ = ["connected", "never"]


def nothing(_characteristic: str, _payload: bytes) -> None:
    """Take a notification nobody waits for."""


async def connected(
    address: str,
    on_lost: Callable[[], None],
    radio: Radio,
    on_notification: Callable[[str, bytes], None] = nothing,
    *,
    clock: FakeClock | None = None,
) -> Link:
    """Connect to a device by its address."""
    return await radio.connect(
        address,
        clock or FakeClock(),
        (HEART_RATE_SERVICE,),
        on_lost,
        lambda _found: None,
        on_notification,
    )


def never() -> None:
    """Fail: this link was not to be lost."""
    pytest.fail("this link was not lost")
