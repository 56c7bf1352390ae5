"""The page as a whole: three steps, by a made-up engine."""

from __future__ import annotations

import random
import struct
from typing import TYPE_CHECKING

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QPushButton, QWidget

from biofeedback.devices.profiles.presentation_format import PresentationFormat, source_of
from biofeedback.devices.profiles.profile import Match, Profile
from biofeedback.runtime.nearby import Nearby
from biofeedback.samples import LinkState
from biofeedback.ui import theme
from biofeedback.ui.describe_bytes import ByteView
from biofeedback.ui.describe_sensor import DescribePage
from biofeedback.ui.shell import Shell
from biofeedback.ui.widgets.controls import Picker
from ui.conftest import until
from ui.described import (
    BOARD,
    SERVICE,
    VALUE,
    board_packets,
    describe_by_keys,
    explored,
    hear,
    listening_page,
    ohm,
)
from ui.engine_double import STRAP
from ui.test_access import CONTROLS, LEAST_PX
from ui.test_access import _is_inner as is_inner

if TYPE_CHECKING:
    from ui.engine_double import EngineDouble


@pytest.fixture
def page(shell: Shell, engine: EngineDouble) -> DescribePage:
    """The page, listening to a board from which 300 packets came."""
    return listening_page(shell, engine)


def test_the_page_looks_for_everything_and_asks_to_listen(
    shell: Shell, engine: EngineDouble, page: DescribePage
) -> None:
    del page
    assert "look for everything" in engine.calls
    assert f"explore {BOARD.sensor_id}" in engine.calls
    assert shell.page.title == "Describe a new sensor"


def test_leaving_by_any_way_lets_go_of_the_device(shell: Shell, engine: EngineDouble) -> None:
    for leave in (
        shell.pages.describe.back_button.click,
        lambda: shell.show_page(shell.pages.practice),
    ):
        shell.show_page(shell.pages.describe)
        engine.calls.clear()
        leave()
        # And what nobody knows is forgotten.
        assert engine.calls[:2] == ["stop exploring", "look"]
    shell.show_page(shell.pages.describe)
    shell.pages.describe.back_button.click()
    assert shell.page is shell.pages.sensors


def test_what_nobody_knows_is_not_offered_among_the_sensors(
    shell: Shell, engine: EngineDouble
) -> None:
    for state in ("looking", "done"):
        engine.found = Nearby(state, "", (BOARD, STRAP))
        shell.show_page(shell.pages.sensors)
        engine.t_s += 1.0
        shell.tick()
        names = {each.accessibleName() for each in shell.page.findChildren(QPushButton)}
        assert any(STRAP.name in name for name in names)
        assert not any(BOARD.name in name for name in names)


def test_values_are_drawn_with_number_and_unit_as_they_are_picked(page: DescribePage) -> None:
    describe_by_keys(page)
    assert page.meaning.value == f"{1e6 / ohm(299):.3f} µS"
    assert page.sends.value_at.endswith(page.meaning.value)
    assert page.meaning.trace.n_points == 256
    assert page.meaning.problems == ""


def test_readings_that_cannot_be_are_counted_in_words(page: DescribePage) -> None:
    describe_by_keys(page)
    QTest.keyClicks(page.sends.form.highest, "250000")
    assert "readings are outside what is possible" in page.meaning.problems
    page.sends.form.highest.clear()
    QTest.keyClicks(page.sends.form.highest, "x")
    assert "is no number" in page.meaning.problems
    assert page.meaning.value == "–"


def test_packets_that_mean_no_number_are_counted_too(
    shell: Shell, engine: EngineDouble, page: DescribePage
) -> None:
    describe_by_keys(page)
    packets = board_packets(300)
    packets[200] = struct.pack("<HI", 200, 0)
    hear(shell, engine, packets)
    assert "1 of 256 readings are no number" in page.meaning.problems


def test_what_is_picked_outlives_a_lost_link(
    shell: Shell, engine: EngineDouble, page: DescribePage
) -> None:
    describe_by_keys(page)
    lost = explored({VALUE: board_packets(300)}, state=LinkState.STOPPED, message="Lost.")
    engine.explored = lost
    engine.t_s += 1.0
    shell.tick()
    assert page.device.state == "Lost."
    page.device.listen_button.click()
    hear(shell, engine, board_packets(30, first=300))
    assert page.meaning.value == f"{1e6 / ohm(329):.3f} µS"


def test_what_a_device_announces_fills_the_page_in(
    shell: Shell, engine: EngineDouble, page: DescribePage
) -> None:
    known = explored({}).characteristics[1]
    source = source_of(known, PresentationFormat("u16", -8, 0x272B), "hand")
    assert source is not None
    packets = [struct.pack("<H", 400 + place) for place in range(60)]
    profile = Profile("board", "Board", Match((SERVICE,)), (source,))
    engine.explored = explored({VALUE: packets}, announced=profile)
    engine.t_s += 1.0
    shell.tick()
    page.device.announced_taken.emit(source)
    assert page.meaning.value == "4.590 µS"


def test_looking_takes_little_of_the_windows_time(
    shell: Shell, engine: EngineDouble, page: DescribePage
) -> None:
    """Packets are looked at five times a second at most, however many frames are shown."""
    told: list[int] = []
    describe_by_keys(page)
    page.meaning.trace.draw = lambda *_: told.append(1)  # type: ignore[method-assign]
    for _ in range(60):
        engine.explored = explored({VALUE: board_packets(300)})
        engine.t_s += 1 / 60
        shell.tick()
    assert 4 <= len(told) <= 6
    del page


@pytest.mark.parametrize("name", ["dark", "light", "high-contrast"])
@pytest.mark.parametrize(("width", "scale"), [(1000, 1.0), (1280, 2.0)])
def test_nothing_is_wider_than_the_page(
    page: DescribePage,
    shell: Shell,
    engine: EngineDouble,
    app: QApplication,
    name: str,
    width: int,
    scale: float,
) -> None:
    """However long what it says, sends and gets wrong is, and at any size of text."""
    source = source_of(
        explored({}).characteristics[1], PresentationFormat("u16", 0, 0x272B), "w" * 60
    )
    assert source is not None
    profile = Profile("board", "Board", Match((SERVICE,)), (source, source))
    lines = [b"x" * 200 + b",%d\n" % place for place in range(40)]
    engine.explored = explored({VALUE: lines}, announced=profile)
    page.sends.form.take_text(is_text=True)
    engine.t_s += 1.0
    shell.tick()
    page.sends.bytes.chosen.emit(1)
    page.meaning.test_button.click()
    until(lambda: bool(page.meaning.result))
    page.sends.bytes.chosen.emit(0)
    page.file._opened.show()
    page.file.text.setPlainText(f"schema = 1\nid = 'a'\n{'long ' * 30} = 7\nname = ['{'b' * 300}']")
    page.file.check()
    until(lambda: bool(page.file.verdict))
    theme.apply(app, name, scale)  # type: ignore[arg-type]  # names of themes
    shell.rail.dress()
    page.dress()
    shell.resize(width, 800)
    QApplication.processEvents()
    assert shell.width() == width
    for step in (page.device, page.sends, page.meaning, page.file):
        right = step.mapTo(page, step.rect().topRight()).x()
        assert right <= page.width(), type(step).__name__
    assert not page.grab().isNull()


def test_every_control_is_named_large_enough_and_reached_by_tab(page: DescribePage) -> None:
    describe_by_keys(page)
    controls = {
        widget
        for widget in page.findChildren(QWidget)
        if isinstance(widget, (*CONTROLS, ByteView))
        and not is_inner(widget)
        and widget.isVisible()
        and widget.isEnabled()
    }
    assert len(controls) > 25
    for widget in controls:
        assert widget.accessibleName(), type(widget).__name__
        assert min(widget.width(), widget.height()) >= LEAST_PX, widget.accessibleName()
    wanted = {each for each in controls if each.focusPolicy() & Qt.FocusPolicy.TabFocus}
    reached = []
    page.setFocus()
    for _ in range(80):
        QTest.keyClick(QApplication.focusWidget() or page, Qt.Key.Key_Tab)
        reached.append(QApplication.focusWidget())
    assert not {widget.accessibleName() for widget in wanted - set(reached)}
    # From the first step to the last, as they stand.
    steps = (page.device.let_go_button, page.sends.bytes, page.sends.form.unit,
             page.meaning.test_button, page.meaning.save_button, page.file.open_button)  # fmt: skip
    places = [reached.index(each) for each in steps]
    assert places == sorted(places)


def test_whatever_comes_and_whatever_is_picked_the_page_goes_on(
    shell: Shell, engine: EngineDouble, page: DescribePage
) -> None:
    chance = random.Random(4)
    form = page.sends.form
    for _ in range(80):
        is_text = chance.random() < 0.4
        packets = [
            bytes(chance.choices(b'1,2.:{}"a\n' if is_text else range(256), k=chance.randrange(9)))
            for _ in range(chance.randrange(1, 40))
        ]
        hear(shell, engine, packets)
        for picker in page.findChildren(Picker):
            if picker is not page.device.picker:
                picker.setCurrentIndex(chance.randrange(max(picker.count(), 1)))
        page.sends.bytes.chosen.emit(chance.randrange(12))
        form.how_many.number = chance.randrange(4)
        form.lowest.setText(chance.choice(["", "0", "1e3", "-"]))
        form.changed.emit()
        assert page.meaning.value
        assert not page.grab().isNull()
