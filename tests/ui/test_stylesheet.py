"""What widgets wear: sizes follow the text scale, and colors are those of the theme."""

from __future__ import annotations

import re

import pytest
from PySide6.QtWidgets import QApplication, QLabel, QPushButton

from biofeedback.ui import theme
from biofeedback.ui.page import label
from biofeedback.ui.stylesheet import BODY_PX, stylesheet
from biofeedback.ui.theme import DARK, HIGH_CONTRAST, LIGHT, Colors


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
