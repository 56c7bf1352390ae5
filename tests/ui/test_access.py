"""Every control has a name, room for a finger, and a place in the order of Tab."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractSlider,
    QAbstractSpinBox,
    QApplication,
    QComboBox,
    QLineEdit,
    QPlainTextEdit,
    QProgressBar,
    QScrollBar,
    QTableWidget,
    QWidget,
)

from biofeedback.pacing import PRESETS
from biofeedback.runtime.engine import Nearby
from biofeedback.runtime.snapshot import SessionPlan
from biofeedback.settings import HelpLine
from biofeedback.ui import theme
from biofeedback.ui.widgets.chip import Chip
from biofeedback.ui.widgets.curve import Curve
from biofeedback.ui.widgets.heart_wave import HeartWave
from biofeedback.ui.widgets.pacer_disc import PacerDisc
from biofeedback.ui.widgets.strip import Strip
from ui.engine_double import SKIN, STRAP, EngineDouble, a_summary

if TYPE_CHECKING:
    from biofeedback.ui.shell import Shell

CONTROLS = (
    QAbstractButton,
    QAbstractSpinBox,
    QComboBox,
    QLineEdit,
    QPlainTextEdit,
    QAbstractSlider,
    QTableWidget,
)
PICTURES = (Chip, Curve, HeartWave, PacerDisc, Strip, QProgressBar)
LEAST_PX = 32


@pytest.fixture
def full_shell(shell: Shell, engine: EngineDouble) -> Shell:
    """The window with every screen made, and something on each."""
    assert len(shell.pages.all()) >= 12
    engine.found = Nearby("done", "", (STRAP, SKIN))
    engine.begin(SessionPlan("breathing", PRESETS["gentle"], 600.0))
    engine.live(70.0)
    shell.tick()
    shell.show_page(shell.pages.sensors)
    # Of the guides that which asks the most beforehand; of the help lines one to change.
    shell.pages.guide_start.open("release")
    line = HelpLine(name="Ada", number="0123 456", note="evenings")
    shell.prefer(shell.preferences.changed(help_lines=(line,), help_place="de"))
    shell.pages.help.own[0].change_button.click()
    engine.ended_with = a_summary()
    shell.pages.summary.show_summary(engine.ended_with)
    return shell


def _is_inner(widget: QWidget) -> bool:
    """Return whether Qt made a part within one of its own controls."""
    parent = widget.parentWidget()
    return isinstance(widget, QScrollBar) or (
        parent is not None and isinstance(parent, (QAbstractSpinBox, QTableWidget, QComboBox))
    )


def test_every_control_of_every_screen_has_a_name(full_shell: Shell) -> None:
    checked = 0
    for widget in full_shell.findChildren(QWidget):
        if _is_inner(widget) or not isinstance(widget, CONTROLS + PICTURES):
            continue
        assert widget.accessibleName(), f"{type(widget).__name__} has no name"
        checked += 1
    assert checked > 50


def test_every_target_is_large_enough(full_shell: Shell) -> None:
    for page in full_shell.pages.all():
        full_shell.show_page(page)
        QApplication.processEvents()
        for widget in full_shell.findChildren(QWidget):
            if not isinstance(widget, CONTROLS) or _is_inner(widget) or not widget.isVisible():
                continue
            size = widget.size()
            assert min(size.width(), size.height()) >= LEAST_PX, (
                f"{widget.accessibleName()} on {type(page).__name__}: "
                f"{size.width()} x {size.height()}"
            )


def test_tab_reaches_every_control_of_the_screen(full_shell: Shell) -> None:
    """From the page's beginning, Tab comes by each control that can be used."""
    for page in full_shell.pages.all():
        full_shell.show_page(page)
        QApplication.processEvents()
        wanted = {
            widget
            for widget in page.findChildren(QWidget)
            if isinstance(widget, CONTROLS)
            and not _is_inner(widget)
            and widget.isVisible()
            and widget.isEnabled()
            and widget.focusPolicy() & Qt.FocusPolicy.TabFocus
        }
        reached = set()
        page.setFocus()
        for _ in range(80):
            focused = QApplication.focusWidget()
            QTest.keyClick(focused or full_shell, Qt.Key.Key_Tab)
            reached.add(QApplication.focusWidget())
        missed = {widget.accessibleName() for widget in wanted - reached}
        assert not missed, type(page).__name__


def test_focus_can_be_seen(full_shell: Shell) -> None:
    """A focused control differs from itself without the focus, at its rim."""
    pages = full_shell.pages
    settings = pages.settings
    for page, widget in (
        (settings, settings.theme_picker),
        (settings, settings.motion_switch),
        (settings, settings.library_button),
        (settings, settings.volume_slider),
        (pages.guides, pages.guides.cards[0]),
        (pages.guide_start, pages.guide_start.options.ticks["+leave_out"]["neck"]),
        (pages.safety, pages.safety.ticks["trauma"]),
    ):
        full_shell.show_page(page)
        page.setFocus()
        QApplication.processEvents()
        without = widget.grab().toImage()
        widget.setFocus()
        QApplication.processEvents()
        assert widget.grab().toImage() != without, widget.accessibleName()


@pytest.mark.parametrize("name", ["dark", "light", "high-contrast"])
@pytest.mark.parametrize(("width", "height"), [(960, 640), (1280, 800), (1920, 1080)])
@pytest.mark.parametrize("scale", [1.0, 2.0])
def test_window_survives_sizes_themes_and_large_text(
    full_shell: Shell, app: QApplication, name: str, width: int, height: int, scale: float
) -> None:
    """Nothing asks for more room than the screen has, and every page can be painted."""
    theme.apply(app, name, scale)  # type: ignore[arg-type]  # names of themes
    full_shell.rail.dress()
    full_shell.resize(width, height)
    for page in full_shell.pages.all():
        full_shell.show_page(page)
        QApplication.processEvents()
        assert (full_shell.width(), full_shell.height()) == (width, height), type(page).__name__
        assert full_shell.topbar.pause_button.geometry().right() <= full_shell.topbar.width()
        assert not full_shell.grab().isNull()
