"""What cannot be taken back is asked once, in place."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QPushButton

from biofeedback.ui.widgets.ask_once import AskOnce


def test_question_is_asked_once_and_escape_keeps_everything() -> None:
    ask = AskOnce("Delete…", "For good?", "Yes", "Keep it")
    heard: list[bool] = []
    ask.confirmed.connect(lambda: heard.append(True))
    ask.show()
    first, no, yes = ask.findChildren(QPushButton)
    first.click()
    assert heard == []
    QTest.keyClick(no, Qt.Key.Key_Escape)
    assert (heard, first.isHidden(), yes.isHidden()) == ([], False, True)
    first.click()
    yes.click()
    assert heard == [True]
