"""Long words break into lines of about the same length, and never into more of them."""

from __future__ import annotations

import pytest
from PySide6.QtWidgets import QApplication

from biofeedback.ui.widgets.balanced_label import BalancedLabel

LONG = "Let a little of it be there. Only as much as is all right. A raised hand ends it."


@pytest.mark.parametrize("room", [300, 480, 680])
def test_no_wider_than_the_fewest_lines_need(room: int) -> None:
    label = BalancedLabel("lead-text")
    label.setText(LONG)
    label.ensurePolished()
    lines = label._height_px(room)
    label.balance(room)
    assert label.maximumWidth() <= room
    assert label._height_px(label.maximumWidth()) == lines
    assert label._height_px(label.maximumWidth() - 24) > lines


def test_short_words_stay_on_one_line() -> None:
    label = BalancedLabel("lead")
    label.setText("Your feet on the floor")
    label.balance(960)
    label.resize(label.maximumWidth(), 200)
    label.show()
    QApplication.processEvents()
    assert label.heightForWidth(label.maximumWidth()) < 2 * label.fontMetrics().height()


def test_word_that_is_wider_than_the_room_is_no_trouble() -> None:
    label = BalancedLabel("lead")
    label.setText("Selbstmitgefühlsübungen")
    label.balance(80)
    assert 0 < label.maximumWidth() <= 80


def test_other_words_are_balanced_anew() -> None:
    label = BalancedLabel("lead-text")
    label.setText(LONG)
    label.balance(680)
    before = label.maximumWidth()
    label.setText("Soft.")
    label.balance(680)
    assert label.maximumWidth() < before
