"""What widgets wear: sizes follow the text scale, and colors are those of the theme."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QColor
from PySide6.QtWidgets import QApplication, QLabel, QPushButton, QSlider

from biofeedback.ui import theme
from biofeedback.ui.page import label
from biofeedback.ui.stylesheet import BODY_PX, stylesheet
from biofeedback.ui.theme import DARK, HIGH_CONTRAST, LIGHT, Colors
from biofeedback.ui.widgets.controls import button

if TYPE_CHECKING:
    from biofeedback.settings import ThemeName


def size_px(widget: QLabel | QPushButton) -> int:
    widget.ensurePolished()
    return widget.font().pixelSize()


@pytest.mark.parametrize("c", [DARK, LIGHT, HIGH_CONTRAST], ids=lambda c: c.name)
def test_it_has_no_color_that_is_not_of_the_theme(c: Colors) -> None:
    """A color that stands in a rule itself would be wrong in two themes of three."""
    worn = set(re.findall(r"#[0-9A-Fa-f]{6}\b", stylesheet(c, theme.warm_text(c), 1.0)))
    known = {getattr(c, name) for name in type(c).__slots__} | {theme.warm_text(c)}
    assert worn
    assert worn <= known


def test_large_words_grow_less_than_small_ones(app: QApplication) -> None:
    """At twice the size a title of a step would have no room: what is large is legible already."""
    sizes = {}
    for scale in (1.0, 2.0):
        theme.apply(app, "dark", scale)
        sizes[scale] = size_px(label("x", "lead")), size_px(label("x", "small"))
    (large, small), (large_at_2, small_at_2) = sizes[1.0], sizes[2.0]
    assert small_at_2 == 2 * small
    assert 1.3 * large < large_at_2 < 1.7 * large


def test_text_without_a_role_has_the_usual_size(app: QApplication) -> None:
    theme.apply(app, "light", 1.0)
    assert size_px(QLabel("x")) == BODY_PX
    assert size_px(QPushButton("x")) == BODY_PX


@pytest.mark.parametrize("scale", [0.9, 1.0, 1.15, 1.3, 1.5, 1.75, 2.0])
def test_handle_of_a_slider_is_round_with_text_of_any_size(app: QApplication, scale: float) -> None:
    theme.apply(app, "dark", scale)
    slider = QSlider(Qt.Orientation.Horizontal)
    slider.setValue(50)
    slider.resize(300, theme.px(40))
    image = slider.grab().toImage()
    color = QColor(theme.colors().text).rgb()
    lit = [
        (x, y)
        for x in range(image.width())
        for y in range(image.height())
        if image.pixel(x, y) == color
    ]
    width = max(x for x, _ in lit) - min(x for x, _ in lit) + 1
    height = max(y for _, y in lit) - min(y for _, y in lit) + 1
    assert width == pytest.approx(height, abs=2)
    # A disc fills pi / 4 of the square around it.
    assert 0.65 < len(lit) / (width * height) < 0.9


@pytest.mark.parametrize("role", ["choice", "choice-point"])
@pytest.mark.parametrize("name", ["dark", "light", "high-contrast"])
def test_focus_is_seen_on_an_answer_that_is_chosen(
    app: QApplication, name: ThemeName, role: str
) -> None:
    """Tab passes it like the others: its rim must not have the color of its ground."""
    theme.apply(app, name, 1.0)
    answer = button("7", role=role)
    answer.setCheckable(True)
    answer.setChecked(True)
    answer.resize(120, 40)
    answer.show()
    answer.activateWindow()
    answer.setFocus()
    QApplication.processEvents()
    assert answer.hasFocus()
    image = answer.grab().toImage()
    rim, ground = image.pixelColor(60, 1), image.pixelColor(20, 20)
    assert rim == QColor(theme.colors().text)
    assert ground == QColor(theme.colors().breath)
