"""Links stand in a row where there is room, and never ask for more width than one needs."""

from __future__ import annotations

import pytest
from PySide6.QtWidgets import QApplication, QHBoxLayout, QPushButton, QWidget

from biofeedback.ui.widgets.link_row import LinkRow


@pytest.fixture
def links() -> tuple[QPushButton, QPushButton]:
    return QPushButton("Nicht anpassen"), QPushButton("Was vorher kam")


@pytest.fixture
def around() -> QWidget:
    return QWidget()


@pytest.fixture
def row(links: tuple[QPushButton, QPushButton], around: QWidget) -> LinkRow:
    made = LinkRow(*links)
    made.setParent(around)
    around.show()
    return made


def resize(row: LinkRow, width: int) -> None:
    row.resize(width, 200)
    QApplication.processEvents()


def test_links_turn_from_a_row_into_a_column_and_back(
    row: LinkRow, links: tuple[QPushButton, QPushButton]
) -> None:
    first, second = links
    whole = row.sizeHint().width()
    for width, is_row in ((whole, True), (whole - 10, False), (whole + 50, True)):
        resize(row, width)
        assert (first.y() == second.y()) is is_row
        assert (first.x() == second.x()) is not is_row
        assert row.sizeHint().width() == whole, "what it would like does not change with its width"


def test_what_it_needs_is_the_width_of_the_widest_that_is_shown(
    row: LinkRow, links: tuple[QPushButton, QPushButton]
) -> None:
    first, second = links
    widths = [first.sizeHint().width(), second.sizeHint().width()]
    assert row.minimumSizeHint().width() == max(widths)
    second.hide()
    row.tell()
    assert row.minimumSizeHint().width() == row.sizeHint().width() == widths[0]
    first.hide()
    row.tell()
    assert row.minimumSizeHint().width() == 0


def test_a_layout_around_it_can_be_as_narrow(row: LinkRow, around: QWidget) -> None:
    column = QHBoxLayout(around)
    column.setContentsMargins(0, 0, 0, 0)
    column.addWidget(row)
    assert column.minimumSize().width() == row.minimumSizeHint().width()
