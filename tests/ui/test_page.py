"""The parts that pages are made of."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QLabel, QVBoxLayout, QWidget

from biofeedback.ui.page import Page, clear, label, scrolled


def test_words_from_outside_are_shown_as_they_are() -> None:
    """A sensor may call itself anything; it is no markup here."""
    made = label("<b>Polar</b>")
    assert made.textFormat() == Qt.TextFormat.PlainText


def test_content_is_scrolled_up_and_down_alone() -> None:
    content = QWidget()
    content.setMinimumSize(300, 2000)
    area = scrolled(content)
    area.resize(320, 200)
    area.show()
    QApplication.processEvents()

    assert area.verticalScrollBar().maximum() > 0
    assert not area.horizontalScrollBar().isVisible()


def test_first_part_of_a_page_takes_the_room_and_reaches_its_edges() -> None:
    page, area, foot = Page(), QWidget(), QWidget()
    foot.setFixedHeight(40)
    page.hold(area, foot)
    page.resize(300, 200)
    page.show()
    QApplication.processEvents()

    assert area.geometry().getRect() == (0, 0, 300, 160)
    assert foot.geometry().getRect() == (0, 160, 300, 40)


def test_clearing_leaves_nothing_behind() -> None:
    box = QWidget()
    column = QVBoxLayout(box)
    for text in ("one", "two"):
        column.addWidget(QLabel(text))
    clear(column)

    assert column.count() == 0
    assert box.findChildren(QLabel) == []
