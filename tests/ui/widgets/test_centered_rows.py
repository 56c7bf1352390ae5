"""Buttons of different widths stand in few rows around the middle."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PySide6.QtCore import QSize
from PySide6.QtWidgets import QApplication, QWidget

from biofeedback.ui.widgets.centered_rows import CenteredRows


def laid_out(
    widths: list[int], room: int, *, is_filled: bool = False
) -> tuple[list[_Box], QWidget]:
    """Return boxes of these widths as they are laid out, and what holds them."""
    holder = QWidget()
    rows = CenteredRows(10, is_filled=is_filled)
    holder.setLayout(rows)
    boxes = [_Box(width) for width in widths]
    rows.arrange(boxes, room)
    holder.resize(room, 400)
    holder.show()
    QApplication.processEvents()
    return boxes, holder


class _Box(QWidget):
    def __init__(self, width: int) -> None:
        super().__init__()
        self.setMinimumSize(width, 20)

    def sizeHint(self) -> QSize:  # noqa: N802 - Qt's name
        return self.minimumSize()


def test_one_row_stands_in_the_middle() -> None:
    boxes, _holder = laid_out([100, 200, 100], 800)
    assert len({box.y() for box in boxes}) == 1
    left, right = boxes[0].x(), 800 - boxes[-1].geometry().right() - 1
    assert abs(left - right) <= 1


def test_two_rows_are_about_as_wide() -> None:
    boxes, _holder = laid_out([100] * 6, 600)
    rows = [box.y() for box in boxes]
    assert [rows.count(y) for y in dict.fromkeys(rows)] == [3, 3]


def test_filled_rows_take_the_whole_width() -> None:
    boxes, _holder = laid_out([60, 60], 400, is_filled=True)
    assert boxes[0].x() == 0
    assert boxes[-1].geometry().right() == 399


@settings(max_examples=40, deadline=None)
@given(st.lists(st.integers(20, 280), min_size=1, max_size=9), st.integers(300, 900))
def test_order_is_kept_and_nothing_stands_out(widths: list[int], room: int) -> None:
    boxes, holder = laid_out(widths, room)
    places = [(box.y(), box.x()) for box in boxes]
    assert places == sorted(places)
    assert all(box.x() >= 0 and box.geometry().right() < room for box in boxes)
    holder.deleteLater()
    QApplication.processEvents()


@pytest.mark.parametrize("first", [900, 300])
def test_widths_may_change_and_come_back(first: int) -> None:
    holder = QWidget()
    rows = CenteredRows(10)
    holder.setLayout(rows)
    boxes = [_Box(100) for _ in range(5)]
    holder.show()
    for room in (first, 240, first):
        rows.arrange(boxes, room)
        holder.resize(room, 400)
        QApplication.processEvents()
        assert all(box.isVisible() for box in boxes)
