"""Buttons share rows evenly, as many in each as fit."""

from __future__ import annotations

import pytest
from PySide6.QtWidgets import QApplication, QWidget

from biofeedback.ui.widgets.controls import button
from biofeedback.ui.widgets.even_rows import EvenRows


@pytest.mark.parametrize(("width", "rows"), [(900, [4]), (330, [2, 2]), (150, [1, 1, 1, 1])])
def test_rows_are_even(width: int, rows: list[int]) -> None:
    holder = QWidget()
    grid = EvenRows(8)
    holder.setLayout(grid)
    buttons = [button(f"Answer {n}") for n in range(4)]
    for each in buttons:
        each.setFixedWidth(140)
    grid.arrange(buttons, width)
    holder.resize(width, 300)
    holder.show()
    QApplication.processEvents()
    at = [each.y() for each in buttons]
    assert [at.count(y) for y in dict.fromkeys(at)] == rows


def test_rows_laid_out_in_a_wide_window_do_not_keep_it_wide() -> None:
    holder = QWidget()
    grid = EvenRows(8)
    holder.setLayout(grid)
    buttons = [button(f"Answer {n}") for n in range(4)]
    grid.arrange(buttons, 900)
    widest = max(each.minimumSizeHint().width() for each in buttons)
    assert grid.columnCount() == 4
    assert holder.minimumSizeHint().width() <= widest + 4


def test_nothing_is_laid_out_without_a_fuss() -> None:
    grid = EvenRows(8)
    grid.arrange((), 300)
    assert grid.count() == 0
