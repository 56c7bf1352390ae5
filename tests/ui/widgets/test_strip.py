"""A strip draws what came, and words where nothing did."""

from __future__ import annotations

from PySide6.QtGui import QImage

from biofeedback.ui.widgets.strip import Strip


def red_columns(image: QImage) -> set[int]:
    """Return the columns that hold a pixel much redder than blue, however fine the line."""
    return {
        x
        for x in range(image.width())
        for y in range(image.height())
        if image.pixelColor(x, y).red() - image.pixelColor(x, y).blue() > 60
    }


def test_hole_between_two_runs_is_left_open() -> None:
    """30 s on 300 pixels: nothing from 10 to 20 s is nothing from column 100 to 200."""
    strip = Strip("Skin")
    strip.resize(306, 60)
    first = [(t / 4, 4.0 + t % 3) for t in range(41)]
    second = [(t / 4, 4.0 + t % 3) for t in range(80, 120)]
    strip.draw([first, second], "heart", 30.0)
    found = red_columns(strip.grab().toImage())

    assert not found & set(range(107, 200))
    assert len(found & set(range(5, 100))) > 80
    assert len(found & set(range(206, 300))) > 80


def test_words_take_the_place_of_the_line() -> None:
    strip = Strip("Skin")
    strip.resize(306, 60)
    strip.draw([[(1.0, 4.0), (2.0, 5.0)]], "heart", 30.0)
    strip.say("nothing since 00:14")
    assert strip.words == "nothing since 00:14"
    assert not red_columns(strip.grab().toImage())
    strip.draw([[(1.0, 4.0), (2.0, 5.0)]], "heart", 30.0)
    assert strip.words == ""


def test_level_that_never_moves_is_a_line_and_no_fault() -> None:
    strip = Strip("Skin")
    strip.resize(306, 60)
    strip.draw([[(t / 4, 4.0) for t in range(120)]], "heart", 30.0)

    assert len(red_columns(strip.grab().toImage())) > 280
