from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from helpers.bus import MISSING

if TYPE_CHECKING:
    from collections.abc import Iterator

    from helpers.bluez import BluezStandIn


@pytest.fixture
def bluez(monkeypatch: pytest.MonkeyPatch) -> Iterator[BluezStandIn]:
    """A BlueZ of the test's own, which bleak takes for the computer's."""
    if MISSING:
        pytest.skip(MISSING)
    from helpers.bluez import BluezStandIn

    with BluezStandIn() as stand_in:
        monkeypatch.setenv("DBUS_SYSTEM_BUS_ADDRESS", stand_in.address)
        yield stand_in
