"""A box to tick has words that wrap, and can be ticked by mouse and by Enter."""

from __future__ import annotations

from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from biofeedback.ui import theme
from biofeedback.ui.widgets.tick_box import TickBox
from ui.conftest import until

LONG = "Something that is said in so many words that no line of a small window could hold it all"


def test_words_wrap_where_there_is_little_room() -> None:
    box = TickBox(LONG)
    line_px = box.fontMetrics().height()
    assert box.heightForWidth(2000) == theme.TARGET_PX
    assert box.heightForWidth(200) > 4 * line_px


def test_all_of_it_can_be_pressed() -> None:
    box = TickBox("Short")
    box.resize(400, 40)
    QTest.mouseClick(box, Qt.MouseButton.LeftButton, pos=QPoint(395, 20))
    assert box.isChecked()


def test_tick_and_focus_can_be_seen() -> None:
    box = TickBox("Short")
    box.resize(200, 40)
    box.show()
    box.activateWindow()
    until(box.isActiveWindow)
    box.clearFocus()
    QApplication.processEvents()
    pictures = [box.grab().toImage()]
    box.setFocus()
    QApplication.processEvents()
    pictures.append(box.grab().toImage())
    box.setChecked(True)
    pictures.append(box.grab().toImage())
    assert all(one != other for i, one in enumerate(pictures) for other in pictures[:i])
