"""The page on the real engine and the real bleak, with a strap that comes, goes and is forgotten."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from PySide6.QtTest import QTest

from biofeedback.devices.drivers.heart_rate import encode_heart_rate
from biofeedback.devices.sensor import Origin, SensorInfo
from biofeedback.kinds import Role, StreamKind
from biofeedback.runtime.engine import Engine
from biofeedback.settings import Preferences
from biofeedback.ui.messages import sensor_words
from biofeedback.ui.sensor_memory import remembered
from biofeedback.ui.shell import Shell
from helpers.bus import MISSING
from ui.conftest import put_away

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from biofeedback.ui.sensor_card import SensorCard

STRAP = SensorInfo(
    "polar-h10-5c2a91b3",
    "Polar H10 5C2A91B3",
    "A0:9E:1A:5C:2A:01",
    Origin.BLUETOOTH,
    (StreamKind.RR, StreamKind.HEART_RATE),
    driver="heart-rate",
)


# A real radio's waits, on a computer that may be busy.
WAIT_MS = 20_000


def wait_for(condition: Callable[[], bool]) -> None:
    for _ in range(WAIT_MS // 10):
        if condition():
            return
        QTest.qWait(10)
    pytest.fail("it did not happen")


@pytest.mark.skipif(bool(MISSING), reason=MISSING)
def test_remembered_strap_is_connected_lost_found_again_and_forgotten(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from helpers.bluez import BluezStandIn

    with BluezStandIn() as bluez:
        monkeypatch.setenv("DBUS_SYSTEM_BUS_ADDRESS", bluez.address)
        strap = bluez.add_strap(STRAP.name, STRAP.address)
        engine = Engine()
        shell = Shell(
            engine,
            Preferences(theme="dark", sound=False, sensors=(remembered(STRAP, Role.CLIENT),)),
            tmp_path / "library.biofeedback",
            keep=lambda _: True,
            open_output=lambda: None,
        )
        engine.start()
        shell.memory.connect_all()
        # A look around holds the radio for eight seconds, and the strap waits for it.
        shell.pages.sensors.look_wanted.disconnect()
        shell.show()
        shell.show_page(shell.pages.sensors)

        def card() -> SensorCard | None:
            shell.tick()
            cards = shell.pages.sensors.cards
            return cards[0] if cards else None

        def is_said(*words: str) -> bool:
            strap.notify(encode_heart_rate(66, (930,)))
            shown = card()
            return shown is not None and shown.state.startswith(words)

        wait_for(lambda: is_said("Connected", "Signal"))
        shown = card()
        assert shown is not None
        assert shown.leave_button.text() == sensor_words.DISCONNECT
        assert shown._measures.text() == "Heart rate, beat-to-beat intervals"
        chip = shell.topbar.bluetooth_chip
        wait_for(lambda: card() is not None and chip.text.strip() == sensor_words.BLUETOOTH_ON)

        wait_for(lambda: is_said("Connected", "Signal") and "85 % battery" in shown.facts)
        strap.lose_link()
        wait_for(lambda: is_said(sensor_words.NOT_CONNECTED))
        assert "comes back by itself" in shown.message
        assert shown.leave_button.text() == sensor_words.FORGET
        strap.come_back()
        wait_for(lambda: is_said("Connected", "Signal"))

        shown.leave_button.click()
        wait_for(lambda: card() is None)
        assert shell.preferences.sensors, "let go, and still known"
        forget, connect = shell.pages.sensors._rows.buttons
        assert connect.accessibleName() == f"Connect {STRAP.name}"
        forget.click()
        assert not shell.preferences.sensors
        put_away(shell)
        shell.deleteLater()
