"""A strip draws what came, and words where nothing did."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest
from PySide6.QtGui import QImage

from biofeedback.ui.widgets.strip import Strip

if TYPE_CHECKING:
    from collections.abc import Iterable

    from biofeedback.ui.widgets.trace_points import Run


def run_of(samples: Iterable[tuple[float, float]]) -> Run:
    table = np.array(list(samples))
    return table[:, 0], table[:, 1]


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
    first = run_of((t / 4, 4.0 + t % 3) for t in range(41))
    second = run_of((t / 4, 4.0 + t % 3) for t in range(80, 120))
    strip.draw([first, second], "heart", 30.0)
    found = red_columns(strip.grab().toImage())

    assert not found & set(range(107, 200))
    assert len(found & set(range(5, 100))) > 80
    assert len(found & set(range(206, 300))) > 80


def test_words_take_the_place_of_the_line() -> None:
    strip = Strip("Skin")
    strip.resize(306, 60)
    strip.draw([run_of([(1.0, 4.0), (2.0, 5.0)])], "heart", 30.0)
    strip.say("nothing since 00:14")
    assert strip.words == "nothing since 00:14"
    assert not red_columns(strip.grab().toImage())
    strip.draw([run_of([(1.0, 4.0), (2.0, 5.0)])], "heart", 30.0)
    assert strip.words == ""


def test_level_that_never_moves_is_a_line_and_no_fault() -> None:
    strip = Strip("Skin")
    strip.resize(306, 60)
    strip.draw([run_of((t / 4, 4.0) for t in range(120))], "heart", 30.0)

    assert len(red_columns(strip.grab().toImage())) > 280


def rows_of(image: QImage) -> set[int]:
    return {
        y
        for y in range(image.height())
        for x in range(image.width())
        if image.pixelColor(x, y).red() - image.pixelColor(x, y).blue() > 60
    }


def test_noise_of_the_last_digit_does_not_look_like_a_signal() -> None:
    strip = Strip("Skin")
    strip.resize(306, 60)
    noise = run_of((t / 4, 4.0 + 0.001 * (t % 3)) for t in range(120))
    strip.draw([noise], "heart", 30.0, least_span=0.1)
    assert len(rows_of(strip.grab().toImage())) <= 6
    strip.say("nothing")
    strip.draw([noise], "heart", 30.0)
    assert len(rows_of(strip.grab().toImage())) > 45


def test_taller_wave_fits_at_once_and_a_lower_one_is_not_blown_up_at_once() -> None:
    """So that a beat or a movement that leaves the picture does not make all of it jump."""
    strip = Strip("ECG")
    strip.resize(306, 60)
    t_s = np.arange(0.0, 6.0, 0.01)
    low = 100.0 * np.sin(2 * np.pi * t_s)
    strip.draw([(t_s, low)], "heart", 6.0, window_s=6.0)
    strip.draw([(t_s, 10 * low)], "heart", 6.0, window_s=6.0)
    assert len(rows_of(strip.grab().toImage())) == pytest.approx(54, abs=2)
    strip.draw([(t_s, low)], "heart", 6.0, window_s=6.0)
    assert len(rows_of(strip.grab().toImage())) < 12
    for _ in range(100):
        strip.draw([(t_s, low)], "heart", 6.0, window_s=6.0)
    assert len(rows_of(strip.grab().toImage())) > 48


def test_line_of_many_thousand_samples_is_painted_whole() -> None:
    strip = Strip("ECG")
    strip.resize(306, 60)
    t_s = np.arange(0.0, 6.0, 0.0005)
    values = np.zeros(t_s.size)
    values[6000] = 1.0
    strip.draw([(t_s, values)], "heart", 6.0, window_s=6.0)
    image = strip.grab().toImage()
    assert len(red_columns(image)) > 290
    assert len(rows_of(image)) > 50
