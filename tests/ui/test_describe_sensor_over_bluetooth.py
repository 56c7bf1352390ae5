"""The page on the real engine and the real bleak, with a board that nobody knew."""

from __future__ import annotations

import struct
import threading
from functools import partial
from typing import TYPE_CHECKING

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from biofeedback.clock import SystemClock
from biofeedback.kinds import StreamKind
from biofeedback.runtime.engine import Engine
from biofeedback.runtime.engine_room import EngineRoom
from biofeedback.ui.shell import Shell
from helpers.bus import MISSING
from ui.conftest import put_away, until
from ui.described import SERVICE, VALUE, describe_by_keys

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from biofeedback.settings import Preferences


class SendingBoard:
    """A board on the stand-in for BlueZ that sends as fast as a test can wait for."""

    def __init__(self, bluez: object) -> None:
        from helpers.bluez import BluezStandIn
        from helpers.bluez_peripheral import Char, Peripheral

        class Board(Peripheral):
            def services(self) -> list[tuple[str, list[Char]]]:
                return [(SERVICE, [Char(VALUE, ["notify"])])]

        assert isinstance(bluez, BluezStandIn)
        self.peripheral = bluez.add(Board("Skin board 07", rssi_dbm=-52))
        self.n_sent = 0

    def send(self, count: int) -> None:
        for _ in range(count):
            place = self.n_sent % 65536
            if self.peripheral.send(VALUE, struct.pack("<HI", place, 250_000 + place)):
                self.n_sent += 1
            threading.Event().wait(1 / 64)


@pytest.fixture
def real(
    preferences: Preferences, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[tuple[Shell, Engine, SendingBoard]]:
    if MISSING:
        pytest.skip(MISSING)
    from helpers.bluez import BluezStandIn
    from helpers.listening import close_bleak

    shut_down = EngineRoom._shut_down

    async def shut_all_down(room: EngineRoom) -> None:
        await shut_down(room)
        await close_bleak()

    monkeypatch.setattr(EngineRoom, "_shut_down", shut_all_down)
    with BluezStandIn() as bluez:
        monkeypatch.setenv("DBUS_SYSTEM_BUS_ADDRESS", bluez.address)
        # A look around takes eight seconds, two of them ours.
        engine = Engine(clock_factory=partial(SystemClock, 4.0))
        shell = Shell(
            engine, preferences, tmp_path / "none.biofeedback",
            keep=lambda _: True, open_output=lambda: None,
        )  # fmt: skip
        shell.resize(1280, 800)
        shell.show()
        shell.begin_frames()
        engine.start()
        yield shell, engine, SendingBoard(bluez)
        put_away(shell)
        shell.deleteLater()


def sending(board: SendingBoard, condition: Callable[[], bool]) -> None:
    """Let the board send until a condition holds."""
    for _ in range(60):
        if condition():
            return
        board.send(8)
        QTest.qWait(60)
    pytest.fail("it did not happen")


def test_a_board_nobody_knew_is_described_saved_found_and_measured_with(
    real: tuple[Shell, Engine, SendingBoard],
) -> None:
    shell, engine, board = real
    page = shell.pages.describe
    shell.show_page(page)
    until(lambda: page.device.chosen is not None)
    assert page.device.chosen is not None
    assert page.device.chosen.kinds == ()
    page.device.listen_button.click()
    until(lambda: VALUE in board.peripheral.subscribed)
    sending(board, lambda: bool(page.sends.hints) and page.sends.noticed.n_packets > 90)
    describe_by_keys(page)
    board.send(2)
    QTest.keyClick(page.meaning.save_button, Qt.Key.Key_Return)
    until(lambda: bool(page.meaning.outcome))
    QTest.keyClick(page.meaning.sensors_button, Qt.Key.Key_Return)
    assert shell.page is shell.pages.sensors
    board.peripheral.wait_released()

    def found() -> list[tuple[StreamKind, ...]]:
        near = engine.nearby().sensors
        return [info.kinds for info in near if info.name == "Skin board 07"]

    until(lambda: found() == [(StreamKind.EDA,)])
    info = next(info for info in engine.nearby().sensors if info.name == "Skin board 07")
    assert info.driver == "profile-skin-board-07"
    engine.add_sensor(info)
    until(lambda: VALUE in board.peripheral.subscribed)
    first = board.n_sent

    def trace() -> tuple[tuple[float, float], ...]:
        kind, points = engine.snapshot().traces.get(info.sensor_id, (StreamKind.EDA, ()))
        assert kind is StreamKind.EDA
        return points

    sending(board, lambda: len(trace()) > 4)
    sent = 1e6 / (250_000 + np.arange(first, board.n_sent + 1))
    assert np.isin(np.round([value for _, value in trace()], 9), np.round(sent, 9)).all()
    engine.remove_sensor(info.sensor_id)
    board.peripheral.wait_released()
