"""A chip says its thing in words, however little room there is."""

from __future__ import annotations

import pytest
from PySide6.QtGui import QColor, QFontMetrics

from biofeedback.ui import theme
from biofeedback.ui.widgets.chip import Chip, shortened


def test_chip_keeps_its_whole_text_for_a_screen_reader() -> None:
    chip = Chip()
    chip.tell("Polar H10", "signal good", "#7CC7B8", extra="82 %")

    assert chip.text == "Polar H10  signal good · 82 %"
    assert chip.accessibleName() == chip.toolTip() == chip.text
    chip.resize(chip.minimumSizeHint())
    assert not chip.grab().isNull()


@pytest.mark.parametrize("width", [40, 60, 90, 130, 200, 400])
def test_text_never_runs_over_the_rim(width: int) -> None:
    chip = Chip()
    chip.tell("Simulated skin conductance", "signal good", "#7CC7B8", extra="98 %")
    chip.resize(width, 30)
    image = chip.grab().toImage()
    panel, line = QColor(theme.colors().panel), QColor(theme.colors().line)

    def is_ground(color: QColor) -> bool:
        return any(
            abs(color.red() - c.red()) + abs(color.green() - c.green()) < 40 for c in (panel, line)
        )

    assert all(is_ground(image.pixelColor(width - 5, y)) for y in range(8, 22))


@pytest.mark.parametrize(
    ("name", "room_of", "shown"),
    [
        ("Simulated skin conductance", "Simulated skin conductance", "Simulated skin conductance"),
        ("Simulated skin conductance", "Simulated skin", "skin conductance"),
        ("Simulated strap", "Simul...", "strap"),
        ("Polar H10 5C2A", "x", "H10 5C2A"),
        ("Strap", "x", "Strap"),
        ("", "x", ""),
    ],
)
def test_sensors_that_begin_alike_are_told_apart_where_room_is_short(
    name: str, room_of: str, shown: str
) -> None:
    metrics = QFontMetrics(theme.text_font(14, is_bold=True))
    assert shortened(name, metrics, metrics.horizontalAdvance(room_of)) == shown


def test_least_width_still_shows_the_name_without_its_first_word_whole() -> None:
    chip, short = Chip(), Chip()
    chip.tell("Simulated skin conductance", "signal good", "#7CC7B8", extra="98 %")
    short.tell("skin conductance", "signal good", "#7CC7B8")
    assert chip.least_width() == short.short_width()
    chip.resize(chip.least_width(), 30)
    short.resize(chip.least_width(), 30)
    assert chip.grab().toImage() == short.grab().toImage()


def test_dot_is_hollow_where_nothing_comes_from() -> None:
    chip = Chip()
    chip.resize(300, 30)
    middles = []
    for is_hollow in (False, True):
        chip.tell("Polar H10", "reconnecting, try 2", "#E6B873", is_hollow=is_hollow)
        middles.append(chip.grab().toImage().pixelColor(17, 15).name().upper())

    assert middles == ["#E6B873", theme.colors().panel]
