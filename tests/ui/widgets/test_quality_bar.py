"""The bar says the same as the words beside it."""

from __future__ import annotations

import pytest
from PySide6.QtGui import QColor

from biofeedback.ui import theme
from biofeedback.ui.widgets.quality_bar import QualityBar


@pytest.mark.parametrize(("quality", "share"), [(0.9, 0.9), (0.5, 0.5), (0.2, 0.2)])
def test_bar_is_filled_as_far_as_the_signal_is_good(quality: float, share: float) -> None:
    bar = QualityBar("Signal")
    bar.resize(200, 11)
    bar.show_quality(quality)
    image = bar.grab().toImage()
    groove = QColor(theme.colors().line)
    filled = sum(image.pixelColor(x, 3) != groove for x in range(image.width()))
    assert filled / image.width() == pytest.approx(share, abs=0.02)
    color = theme.colors().breath if quality >= 0.8 else theme.colors().warm
    assert image.pixelColor(20, 3) == QColor(color)


@pytest.mark.parametrize(("quality", "percent"), [(None, 0), (-0.2, 0), (1.7, 100), (0.456, 46)])
def test_screen_reader_hears_whole_percents(quality: float | None, percent: int) -> None:
    bar = QualityBar("Signal")
    bar.show_quality(quality)
    assert bar.value() == percent
