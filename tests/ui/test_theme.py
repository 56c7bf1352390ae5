"""Colors can be told apart, by numbers."""

from __future__ import annotations

import pytest
from PySide6.QtGui import QFont
from PySide6.QtWidgets import QApplication, QLabel

from biofeedback.ui import theme
from biofeedback.ui.theme import DARK, HIGH_CONTRAST, LIGHT, Colors, contrast_ratio
from biofeedback.ui.widgets.pacer_disc import DIMMEST


def over(color: str, ground: str, opacity: float) -> str:
    """Return a color laid over another, each channel mixed."""
    parts = (
        opacity * int(color[i : i + 2], 16) + (1 - opacity) * int(ground[i : i + 2], 16)
        for i in (1, 3, 5)
    )
    return "#" + "".join(f"{round(part):02X}" for part in parts)


THEMES = pytest.mark.parametrize("c", [DARK, LIGHT, HIGH_CONTRAST], ids=lambda c: c.name)


def test_contrast_is_that_of_wcag() -> None:
    """Black on white is 21; #777777 on white is 4.48, the well-known near miss."""
    assert contrast_ratio("#000000", "#FFFFFF") == pytest.approx(21.0)
    assert contrast_ratio("#FFFFFF", "#777777") == pytest.approx(4.48, abs=0.005)
    assert contrast_ratio("#123456", "#123456") == 1.0


@THEMES
def test_text_has_at_least_four_and_a_half_to_one(c: Colors) -> None:
    for surface in (c.background, c.panel, c.raised):
        for words in (c.text, c.muted):
            assert contrast_ratio(words, surface) >= 4.5, (words, surface)
    assert contrast_ratio(c.on_breath, c.breath) >= 4.5
    assert contrast_ratio(c.on_warm, c.warm) >= 4.5
    # The legend of the wave is written in the colors of its lines.
    assert contrast_ratio(c.breath, c.background) >= 4.5
    assert contrast_ratio(c.heart, c.background) >= 4.5
    assert contrast_ratio(theme.warm_text(c), c.background) >= 4.5
    assert contrast_ratio(theme.warm_text(c), c.panel) >= 4.5


@THEMES
def test_words_in_the_disc_keep_their_contrast(c: Colors) -> None:
    """They stand within the middle color, at its dimmest too; only the rim beyond is darker."""
    for part in (c.disc_center, c.disc_middle):
        assert contrast_ratio(c.on_disc, part) >= 4.5
        assert contrast_ratio(c.on_disc, over(part, c.background, DIMMEST)) >= 4.5


@THEMES
def test_traces_and_controls_have_at_least_three_to_one(c: Colors) -> None:
    for surface in (c.background, c.panel):
        for mark in (
            *(c.heart, c.skin, c.breathing, c.muscle, c.ecg),
            *(c.breath, c.edge, c.focus),
        ):
            assert contrast_ratio(mark, surface) >= 3.0, (mark, surface)


def test_high_contrast_text_has_seven_to_one() -> None:
    c = HIGH_CONTRAST
    assert min(contrast_ratio(w, c.background) for w in (c.text, c.muted, c.breath)) >= 7.0


def test_text_scale_reaches_every_label(app: QApplication) -> None:
    theme.apply(app, "dark", 2.0)
    label = QLabel("0123456789")
    label.ensurePolished()

    assert label.font().pixelSize() == 2 * theme.BODY_PX
    assert theme.text_font(20).pixelSize() == 40


def test_figures_have_equal_width(app: QApplication) -> None:
    """1 and 8 are as wide, so that a changing number does not wobble."""
    assert app.font().featureTags() == [QFont.Tag("tnum")]
    label = QLabel()
    label.ensurePolished()
    metrics = label.fontMetrics()
    assert metrics.horizontalAdvance("1111") == metrics.horizontalAdvance("8888")


def test_system_theme_is_one_of_the_two(app: QApplication) -> None:
    assert theme.colors_for("system") in {DARK, LIGHT}
    theme.apply(app, "light", 1.0)
    assert theme.colors() is LIGHT
