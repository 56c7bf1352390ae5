"""The rail leads to every screen, by mouse and by key."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from biofeedback.settings import Preferences
from ui.conftest import until

if TYPE_CHECKING:
    from PySide6.QtWidgets import QToolButton

    from biofeedback.ui.shell import Shell


def test_rail_leads_to_every_screen_by_key(shell: Shell) -> None:
    for number, page in (
        (Qt.Key.Key_2, shell.pages.sessions),
        (Qt.Key.Key_3, shell.pages.sensors),
        (Qt.Key.Key_4, shell.pages.settings),
        (Qt.Key.Key_1, shell.pages.practice),
        (Qt.Key.Key_G, shell.pages.guides),
    ):
        QTest.keyClick(shell.windowHandle(), number, Qt.KeyboardModifier.ControlModifier)
        until(lambda page=page: shell.page is page)  # type: ignore[misc]  # bound in the loop
    QTest.keyClick(shell.windowHandle(), Qt.Key.Key_F1)
    until(lambda: shell.page is shell.pages.help)


@pytest.mark.parametrize("scale", [1.0, 2.0])
def test_every_screen_is_in_reach_in_a_small_window(shell: Shell, scale: float) -> None:
    """At 200 % in a window of 960x640, without scrolling."""
    shell.prefer(shell.preferences.changed(text_scale=scale))
    shell.resize(960, 640)
    until(lambda: shell.rail.height() <= 640)
    for button in shell.rail.buttons.values():
        assert button.visibleRegion().boundingRect() == button.rect()
        assert button.geometry().bottom() < shell.rail.height()


def test_rail_has_only_screens_that_work(shell: Shell) -> None:
    assert list(shell.rail.buttons) == [
        "Practice", "Guides", "Sessions", "Sensors", "Settings", "Help",
    ]  # fmt: skip
    for name, button in shell.rail.buttons.items():
        button.click()
        assert shell.rail.buttons[name].isChecked()


@pytest.mark.parametrize("scale", [0.9, 1.0, 1.15, 2.0])
def test_names_are_whole_at_every_text_size(shell: Shell, scale: float) -> None:
    shell.prefer(Preferences(theme="dark", sound=False, text_scale=scale))

    def is_whole(button: QToolButton) -> bool:
        around_px = 8  # padding and border on both sides
        words_px = button.fontMetrics().horizontalAdvance(button.text())
        return words_px + around_px <= button.width()

    for button in shell.rail.buttons.values():
        until(lambda button=button: is_whole(button))  # type: ignore[misc]  # bound in the loop
