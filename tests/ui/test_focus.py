"""The focus of what goes out of sight goes to its page, not to the next button."""

from __future__ import annotations

import pytest
from PySide6.QtWidgets import QApplication, QPushButton, QVBoxLayout, QWidget

from biofeedback.ui.focus import leave_focus
from biofeedback.ui.page import Page
from ui.conftest import until


@pytest.fixture
def page() -> Page:
    made = Page()
    column = QVBoxLayout(made)
    holder = QWidget()
    inside = QVBoxLayout(holder)
    inside.addWidget(QPushButton("inside"))
    column.addWidget(holder)
    column.addWidget(QPushButton("beside"))
    made.show()
    made.activateWindow()
    until(made.isActiveWindow)
    QApplication.processEvents()
    return made


def test_focus_within_goes_to_the_page(page: Page) -> None:
    inside = page.findChildren(QPushButton)[0]
    inside.setFocus()
    holder = inside.parentWidget()
    assert holder is not None
    leave_focus(holder)
    holder.hide()
    assert page.hasFocus()


def test_focus_elsewhere_stays(page: Page) -> None:
    inside, beside = page.findChildren(QPushButton)
    beside.setFocus()
    leave_focus(inside)
    assert beside.hasFocus()
