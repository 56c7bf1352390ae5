"""The focus of what goes out of sight goes to its page, not to the next button."""

from __future__ import annotations

import pytest
from PySide6.QtWidgets import QApplication, QPushButton, QVBoxLayout, QWidget

from biofeedback.ui.focus import leave_focus
from biofeedback.ui.notice_bar import NoticeBar
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


def test_focus_beside_the_pages_goes_to_the_page_in_sight(app: QApplication) -> None:
    """Where a line is put away by Enter, Enter once more must not press End."""
    del app
    window = QWidget()
    column = QVBoxLayout(window)
    notice, hidden, page = NoticeBar(), Page(), Page()
    for widget in (notice, hidden, page):
        column.addWidget(widget)
    inside = QVBoxLayout(page)
    end = QPushButton("End here")
    inside.addWidget(end)
    window.show()
    window.activateWindow()
    until(window.isActiveWindow)
    hidden.hide()
    notice.say("No sound device was found.")
    got_it = notice.findChild(QPushButton)
    assert got_it is not None
    got_it.setFocus()
    got_it.click()
    assert notice.isHidden()
    assert page.hasFocus()
    window.deleteLater()


def test_focus_elsewhere_stays(page: Page) -> None:
    inside, beside = page.findChildren(QPushButton)
    beside.setFocus()
    leave_focus(inside)
    assert beside.hasFocus()
