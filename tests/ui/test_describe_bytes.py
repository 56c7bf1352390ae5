"""Where the value begins is chosen by click and by key, and told to a screen reader."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from biofeedback.ui.describe_bytes import ByteView, Span

ROWS = [["F0", "03", "48", "43"], ["F1", "03", "6E", "45"]]
VALUE = Span(2, 2, "value", is_value=True)


@pytest.fixture
def view() -> ByteView:
    made = ByteView()
    made.resize(600, 300)
    made.show()
    return made


def test_a_click_chooses_the_byte_under_it(view: ByteView) -> None:
    chosen: list[int] = []
    view.chosen.connect(chosen.append)
    view.tell(ROWS, [VALUE])
    for column in (0, 3):
        spot = view.cell(column).center().toPoint()
        QTest.mouseClick(view, Qt.MouseButton.LeftButton, pos=spot)
    QTest.mouseClick(view, Qt.MouseButton.LeftButton, pos=view.rect().bottomRight())
    assert chosen == [0, 3]


def test_arrow_keys_move_where_the_value_begins_and_stop_at_the_ends(view: ByteView) -> None:
    chosen: list[int] = []
    view.chosen.connect(chosen.append)
    view.tell(ROWS, [VALUE])
    for key in (Qt.Key.Key_Left, Qt.Key.Key_Right, Qt.Key.Key_Home, Qt.Key.Key_End):
        QTest.keyClick(view, key)
    assert chosen == [1, 3, 0, 3]
    view.tell(ROWS, [Span(3, 1, "value", is_value=True)])
    QTest.keyClick(view, Qt.Key.Key_Right)
    QTest.keyClick(view, Qt.Key.Key_A)
    assert chosen == [1, 3, 0, 3]


def test_a_screen_reader_hears_where_the_value_is_and_what_stands_there(view: ByteView) -> None:
    view.tell(ROWS, [VALUE])
    assert view.accessibleName()
    assert view.accessibleDescription() == "value: 3, 6E 45"


def test_long_packets_are_broken_into_lines_and_each_byte_has_its_place(view: ByteView) -> None:
    view.tell(ROWS, [VALUE])
    low = view.height()
    view.tell([["00"] * 180], [VALUE])
    assert view.height() > low
    places = [view.cell(column) for column in range(180)]
    assert all(place.right() <= view.width() for place in places)
    assert len({(place.x(), place.y()) for place in places}) == 180
    assert places[-1].bottom() <= view.height()


def test_marks_bars_and_the_focus_are_painted(view: ByteView) -> None:
    view.tell(ROWS)
    plain = view.grab().toImage()
    view.tell(ROWS, [VALUE])
    marked = view.grab().toImage()
    assert marked != plain
    view.tell(ROWS, [VALUE, Span(0, 2, "count")], [1.0, 0.2, 1.0, 0.5], range(1))
    assert view.grab().toImage() != marked
    # A value that begins beyond the packet, as while one picks.
    view.tell(ROWS, [Span(9, 4, "value", is_value=True)])
    assert not view.grab().isNull()
