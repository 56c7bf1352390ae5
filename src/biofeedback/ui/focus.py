"""Where the focus goes when what has it goes out of sight."""

from __future__ import annotations

from typing import TYPE_CHECKING

from biofeedback.ui.page import Page

if TYPE_CHECKING:
    from PySide6.QtWidgets import QWidget

__all__ = ["leave_focus"]


def leave_focus(widget: QWidget) -> None:
    """Give the focus to the page if a widget, or anything in it, has it.

    Qt would give it to the next control, and a key that is pressed once more would press that.
    """
    focused: QWidget | None = widget.window().focusWidget()
    if focused is None or not (focused is widget or widget.isAncestorOf(focused)):
        return
    page = widget.parentWidget()
    while page is not None and not isinstance(page, Page):
        page = page.parentWidget()
    if page is None:
        # What stands beside the pages leaves it to the one that is in sight.
        pages = widget.window().findChildren(Page)
        page = next((each for each in pages if each.isVisible()), None)
    if page is not None:
        page.setFocus()
