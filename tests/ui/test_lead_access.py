"""While a guide leads, and after it, every control has a name, room, and a place for Tab."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QApplication, QWidget

from biofeedback.guides.resonance_result import CurvePoint, ResonanceResult, Verdict
from biofeedback.samples import Decision
from biofeedback.settings import Preferences
from biofeedback.ui.resonance_curve import ResonanceCurve
from biofeedback.ui.widgets.arousal_band import ArousalBand
from biofeedback.ui.widgets.pair_discs import SharedShape
from biofeedback.ui.widgets.place_dots import PlaceDots
from biofeedback.ui.widgets.slow_line import SlowLine
from biofeedback.ui.widgets.step_circles import StepCircles
from ui.engine_double import EngineDouble, a_summary
from ui.led import BREATHE, FEEL, SETTLING, lead

if TYPE_CHECKING:
    from biofeedback.settings import ThemeName
    from biofeedback.ui.shell import Shell

PICTURES = (StepCircles, PlaceDots, SlowLine, ArousalBand, SharedShape, ResonanceCurve)
LEAST_PX = 32
EASED = Decision(61.0, "breathing", "natural", "said-worse")
RESULT = ResonanceResult(
    Verdict.CLEAR,
    (CurvePoint(6.0, 11.0, 0.6), CurvePoint(5.5, 13.0, 0.7), CurvePoint(5.0, 10.0, 0.7)),
    5.5, 5.2, 5.8, 0.2, 5.1, 5.9,
)  # fmt: skip

SCREENS = ("step", "scale", "breath", "offer", "end")


def show(shell: Shell, engine: EngineDouble, screen: str) -> QWidget:
    """Bring the window to a screen and return its page."""
    match screen:
        case "step":
            lead(engine, FEEL, decisions=(SETTLING, SETTLING))
        case "scale":
            lead(engine, replace(FEEL, asks="distress"), decisions=(SETTLING,))
        case "breath":
            can = ("slower", "faster", "natural", "keep")
            lead(engine, replace(BREATHE, can=can, asks="how-is-it"), plan="breathing",
                 decisions=(EASED, EASED))  # fmt: skip
        case "offer":
            asks = replace(BREATHE, asks="offer", offer="grounding")
            lead(engine, asks, plan="breathing")
        case _:
            lead(engine, FEEL)
            engine.ended_with = a_summary(is_led=True, result=RESULT, distress_before=6.0)
            engine.end()
    for _ in range(3):
        shell.tick()
        QTest.qWait(15)
    return shell.page


@pytest.mark.parametrize("screen", SCREENS)
def test_every_control_has_a_name_and_room(shell: Shell, engine: EngineDouble, screen: str) -> None:
    page = show(shell, engine, screen)
    buttons = [each for each in page.findChildren(QAbstractButton) if each.isVisible()]
    assert len(buttons) > 3
    for each in buttons:
        assert each.accessibleName(), each.text()
        assert min(each.width(), each.height()) >= LEAST_PX, each.accessibleName()
    for picture in page.findChildren(QWidget):
        if isinstance(picture, PICTURES):
            assert picture.accessibleName() or not picture.isVisible(), type(picture).__name__


@pytest.mark.parametrize("screen", SCREENS)
def test_tab_reaches_every_button(shell: Shell, engine: EngineDouble, screen: str) -> None:
    page = show(shell, engine, screen)
    wanted = {
        each
        for each in page.findChildren(QAbstractButton)
        if each.isVisible() and each.isEnabled() and each.focusPolicy() & Qt.FocusPolicy.TabFocus
    }
    reached = set()
    page.setFocus()
    for _ in range(80):
        QTest.keyClick(QApplication.focusWidget() or shell, Qt.Key.Key_Tab)
        reached.add(QApplication.focusWidget())
    assert {each.accessibleName() for each in wanted - reached} == set()


@pytest.mark.parametrize(
    ("name", "width", "height", "scale"),
    [("dark", 960, 640, 1.0), ("light", 1280, 800, 2.0), ("high-contrast", 1920, 1080, 1.0)],
)
def test_window_keeps_its_size_in_every_theme(
    shell: Shell, engine: EngineDouble, name: ThemeName, width: int, height: int, scale: float
) -> None:
    shell.prefer(Preferences(theme=name, sound=False, text_scale=scale, guide_language="de"))
    shell.resize(width, height)
    for screen in SCREENS:
        show(shell, engine, screen)
        assert (shell.width(), shell.height()) == (width, height), screen
        assert not shell.grab().isNull()
    shell.prefer(Preferences(theme="dark", sound=False))
