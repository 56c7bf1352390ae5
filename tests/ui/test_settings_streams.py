"""Other programs take part by a switch each, by mouse or keys, and what stands in the way is said."""

from __future__ import annotations

import socket
from typing import TYPE_CHECKING

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from biofeedback.devices.network_sources import NetworkSources
from biofeedback.devices.simulated import simulated_sensors
from biofeedback.pacing import PRESETS
from biofeedback.runtime.engine import Engine
from biofeedback.runtime.output_plan import OutputPlan
from biofeedback.runtime.snapshot import SessionPlan
from biofeedback.samples import LinkState
from biofeedback.settings import Preferences
from biofeedback.ui import theme
from biofeedback.ui.messages import stream_words
from biofeedback.ui.settings_streams import StreamSettings
from biofeedback.ui.shell import Shell
from helpers.osc_messages import message
from ui.conftest import put_away, until
from ui.engine_double import EngineDouble

if TYPE_CHECKING:
    from pathlib import Path

    from biofeedback.settings import ThemeName

PLAN = SessionPlan("breathing", PRESETS["gentle"], 600.0)


@pytest.fixture
def part() -> StreamSettings:
    return StreamSettings(Preferences())


def heard_of(part: StreamSettings) -> list[dict[str, object]]:
    heard: list[dict[str, object]] = []
    part.chosen.connect(heard.append)
    return heard


def test_all_is_off_at_first_and_what_belongs_to_a_switch_comes_with_it(
    part: StreamSettings,
) -> None:
    switches = (part.lsl_in_switch, part.osc_in_switch, part.lsl_out_switch, part.osc_out_switch)
    assert not any(switch.isChecked() for switch in (*switches, part.open_switch))
    rows = (part.port_stepper, part.place_field)
    assert not any(row.isVisibleTo(part) for row in rows)
    for switch in switches:
        switch.click()
    assert all(row.isVisibleTo(part) for row in rows)
    assert not part.open_switch.isChecked(), "the network is asked for by itself"


def test_each_switch_tells_its_own_preference(part: StreamSettings) -> None:
    heard = heard_of(part)
    part.lsl_in_switch.click()
    part.osc_in_switch.click()
    part.lsl_out_switch.click()
    part.osc_out_switch.click()
    part.open_switch.click()
    part.osc_in_switch.click()
    part.osc_out_switch.click()
    assert heard == [
        {"lsl_in": True},
        {"osc_in_port": 12345},
        {"lsl_out": True},
        {"osc_out": "127.0.0.1:9000"},
        {"open_to_network": True},
        {"osc_in_port": 0},
        {"osc_out": ""},
    ]


def test_port_and_place_stay_while_they_are_off(part: StreamSettings) -> None:
    heard = heard_of(part)
    part.prefer(Preferences(osc_in_port=7000, osc_out="studio.local:9001"))
    assert part.osc_in_switch.isChecked()
    assert part.osc_out_switch.isChecked()
    assert heard == [], "what was changed elsewhere is not told again"
    for switch in (part.osc_in_switch, part.osc_out_switch) * 2:
        switch.click()
    assert heard[2:] == [{"osc_in_port": 7000}, {"osc_out": "studio.local:9001"}]


def test_port_is_taken_once_it_is_settled_or_the_page_is_left(
    shell: Shell, engine: EngineDouble
) -> None:
    """A button that is held goes by many ports: none of those is opened, or kept."""
    shell.show_page(shell.pages.settings)
    part = shell.pages.settings.streams
    part.osc_in_switch.click()
    for _ in range(5):
        part.port_stepper._more.click()
    assert [sources.osc_port for sources, _ in engine.streams] == [12345]
    until(lambda: len(engine.streams) > 1)
    part.port_stepper._more.click()
    shell.show_page(shell.pages.practice)
    assert [sources.osc_port for sources, _ in engine.streams] == [12345, 12350, 12351]


def test_place_that_is_emptied_is_the_usual_one_again(part: StreamSettings) -> None:
    part.prefer(Preferences(osc_out="studio.local"))
    heard = heard_of(part)
    part.place_field.setText("  ")
    part.place_field.editingFinished.emit()
    part.place_field.editingFinished.emit()
    assert heard == [{"osc_out": "127.0.0.1:9000"}]


def test_who_may_read_it_is_said_beside_the_switch_that_opens(part: StreamSettings) -> None:
    assert part.open_switch.accessibleDescription() == stream_words.OPEN_TEXT


def test_by_keys_alone_what_is_measured_is_sent_and_the_network_is_opened(
    shell: Shell, engine: EngineDouble
) -> None:
    """Tab to each, Enter to switch, figures to write: applied at once."""
    shell.show_page(shell.pages.settings)
    part = shell.pages.settings.streams

    def tab_to(name: str) -> None:
        for _ in range(60):
            QTest.keyClick(QApplication.focusWidget() or shell, Qt.Key.Key_Tab)
            focused = QApplication.focusWidget()
            if focused is not None and focused.accessibleName() == name:
                return
        pytest.fail(f"Tab never came by {name}")

    def press(key: Qt.Key) -> None:
        focused = QApplication.focusWidget()
        assert focused is not None
        QTest.keyClick(focused, key)

    tab_to(stream_words.OSC_IN)
    press(Qt.Key.Key_Return)
    assert engine.streams[-1] == (NetworkSources(osc_port=12345), OutputPlan())
    tab_to(stream_words.PORT_NAME)
    focused = QApplication.focusWidget()
    assert focused is not None
    QTest.keyClick(focused, Qt.Key.Key_A, Qt.KeyboardModifier.ControlModifier)
    QTest.keyClicks(focused, "7000")
    press(Qt.Key.Key_Return)
    until(lambda: engine.streams[-1][0].osc_port == 7000)
    tab_to(stream_words.OSC_OUT)
    press(Qt.Key.Key_Return)
    tab_to(stream_words.PLACE_NAME)
    part.place_field.selectAll()
    QTest.keyClicks(part.place_field, "9001")
    press(Qt.Key.Key_Return)
    tab_to(stream_words.OPEN)
    press(Qt.Key.Key_Return)
    assert engine.streams[-1] == (
        NetworkSources(osc_port=7000, is_open=True),
        OutputPlan(osc="9001", network=True),
    )
    assert shell.preferences.osc_out == "9001"
    assert shell.preferences.open_to_network


def test_what_stands_in_the_way_is_said_once_while_the_page_is_shown(
    shell: Shell, engine: EngineDouble
) -> None:
    shell.show_page(shell.pages.settings)
    part = shell.pages.settings.streams
    assert part.trouble == ""
    same = "Lab Streaming Layer already runs within this computer only."
    engine.in_the_way_of_inlets = engine.in_the_way_of_outlets = same
    shell.tick()
    assert part.trouble == same
    engine.in_the_way_of_outlets = "There is no computer studio.local."
    shell.tick()
    assert part.trouble == f"{same} There is no computer studio.local."
    engine.in_the_way_of_inlets = engine.in_the_way_of_outlets = ""
    shell.tick()
    assert part.trouble == ""


@pytest.mark.parametrize("name", ["dark", "light"])
def test_words_fit_with_large_text_in_the_smallest_window(
    shell: Shell, app: QApplication, name: ThemeName
) -> None:
    theme.apply(app, name, 2.0)
    shell.rail.dress()
    shell.resize(960, 640)
    shell.show_page(shell.pages.settings)
    part = shell.pages.settings.streams
    part.prefer(Preferences(osc_in_port=7000, osc_out="9000"))
    QApplication.processEvents()
    for switch in (part.lsl_in_switch, part.osc_in_switch, part.lsl_out_switch, part.open_switch):
        right = switch.mapTo(shell, switch.rect().topLeft()).x() + switch.sizeHint().width()
        assert right <= shell.width(), switch.text()
    assert part.place_field.width() > 200


def test_demo_lets_nothing_be_changed_and_sends_nothing_by_itself(
    engine: EngineDouble, tmp_path: Path
) -> None:
    shell = Shell(
        engine,  # type: ignore[arg-type]  # stands in for the real one
        Preferences(sound=False, lsl_out=True, osc_in_port=7000),
        tmp_path / "library.biofeedback",
        follows_streams=False,
        keep=lambda _: True,
        open_output=lambda: None,
    )
    shell.show()
    shell.show_page(shell.pages.settings)
    part = shell.pages.settings.streams
    assert not part.lsl_out_switch.isEnabled()
    assert part.trouble == stream_words.IN_DEMO
    shell.prefer(shell.preferences.changed(osc_out="9000"))
    assert engine.streams == []
    put_away(shell)
    shell.deleteLater()


def test_window_takes_up_what_is_preferred_before_anything_is_connected(
    engine: EngineDouble, tmp_path: Path
) -> None:
    shell = Shell(
        engine,  # type: ignore[arg-type]  # stands in for the real one
        Preferences(sound=False, osc_in_port=7000, lsl_out=True),
        tmp_path / "library.biofeedback",
        keep=lambda _: True,
        open_output=lambda: None,
    )
    assert engine.streams == [(NetworkSources(osc_port=7000), OutputPlan(lsl=True))]
    shell.show()
    # The same again changes nothing.
    shell.prefer(shell.preferences.changed(volume=0.1))
    assert len(engine.streams) == 1
    put_away(shell)
    shell.deleteLater()


def test_window_without_any_asks_the_engine_for_nothing(shell: Shell, engine: EngineDouble) -> None:
    assert not shell.preferences.has_streams
    assert engine.streams == []


def free_port() -> int:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as opened:
        opened.bind(("127.0.0.1", 0))
        return int(opened.getsockname()[1])


def test_real_messages_come_and_go_by_the_switches_alone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The real engine behind the window: a program sends a skin, another hears the marks."""
    monkeypatch.setenv("DBUS_SYSTEM_BUS_ADDRESS", "unix:path=/nowhere/at/all")
    engine = Engine()
    shell = Shell(
        engine,
        Preferences(sound=False),
        tmp_path / "library.biofeedback",
        keep=lambda _: True,
        open_output=lambda: None,
    )
    shell.show()
    engine.start()
    port = free_port()
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as program:
        program.bind(("127.0.0.1", 0))
        program.setblocking(False)
        shell.show_page(shell.pages.settings)
        part = shell.pages.settings.streams
        part.port_stepper.number = port
        part.osc_in_switch.click()
        part.place_field.setText(str(program.getsockname()[1]))
        part.osc_out_switch.click()
        shell.show_page(shell.pages.sensors)
        until(lambda: f"osc-{port}" in {each.sensor_id for each in engine.nearby().sensors})
        listed = next(each for each in engine.nearby().sensors if each.sensor_id == f"osc-{port}")
        shell.memory.connect(listed)
        engine.add_sensor(simulated_sensors()[0])
        engine.begin(PLAN)

        def is_streaming() -> bool:
            program.sendto(message("/biofeedback/eda", 4.2), ("127.0.0.1", port))
            shell.tick()
            status = engine.snapshot().sensors.get(f"osc-{port}")
            return status is not None and status.state is LinkState.STREAMING

        until(is_streaming)
        got: list[bytes] = []

        def is_heard() -> bool:
            shell.tick()
            try:
                got.append(program.recv(2048))
            except BlockingIOError:
                return False
            return got[-1].startswith(b"/biofeedback/marker") and b"a bell" in got[-1]

        def has_sign() -> bool:
            shell.tick()
            return shell.topbar.sending_sign.isVisible()

        engine.mark("a bell")
        until(is_heard)
        until(has_sign)
        assert shell.topbar.sending_sign.accessibleName() == "Sent to programs here"

        def is_remembered() -> bool:
            shell.tick()
            return [each.sensor_id for each in shell.preferences.sensors] == [f"osc-{port}"]

        until(is_remembered)
        shell.show_page(shell.pages.settings)
        part.osc_out_switch.click()
        until(lambda: not has_sign())
        part.osc_in_switch.click()
        until(lambda: f"osc-{port}" not in engine.snapshot().present_sensors)
    put_away(shell)
    shell.deleteLater()
