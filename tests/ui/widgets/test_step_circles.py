"""A circle for each thing that is asked for, with a mark where it is done."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QColor
from PySide6.QtTest import QTest

from biofeedback.ui import theme
from biofeedback.ui.widgets.step_circles import StepCircles


@pytest.fixture
def circles() -> StepCircles:
    made = StepCircles()
    made.resize(500, 90)
    made.show()
    return made


def filled(circles: StepCircles) -> int:
    """Count the runs of the accent along the middle, a little above the check marks."""
    image = circles.grab().toImage()
    accent = QColor(theme.colors().breath)
    y = image.height() // 2 - round(0.3 * 84)
    row = [image.pixelColor(x, y) == accent for x in range(image.width())]
    return sum(now and not before for before, now in zip([False, *row], row, strict=False))


@pytest.mark.parametrize(("count", "n_asked"), [(0, 5), (2, 4), (3, 3), (1, 1)])
def test_as_many_are_filled_as_are_done(circles: StepCircles, count: int, n_asked: int) -> None:
    circles.show_count(count, n_asked, can_press=True)
    assert filled(circles) == count
    assert circles.accessibleName() == f"{count} of {n_asked}"


def test_more_than_is_asked_for_is_no_more_than_all(circles: StepCircles) -> None:
    circles.show_count(7, 5, can_press=False)
    assert circles.count == 5


def test_nothing_to_count_is_out_of_sight(circles: StepCircles) -> None:
    circles.show_count(0, 0, can_press=False)
    assert not circles.isVisible()


def test_many_shrink_to_the_width(circles: StepCircles) -> None:
    circles.show_count(16, 16, can_press=True)
    circles.resize(360, 90)
    assert circles.minimumSizeHint().width() <= 360
    assert not circles.grab().isNull()


@pytest.mark.parametrize("can_press", [True, False])
def test_press_between_two_of_them_counts_too(circles: StepCircles, can_press: bool) -> None:
    heard: list[bool] = []
    circles.pressed.connect(lambda: heard.append(True))
    circles.show_count(1, 4, can_press=can_press)
    QTest.mouseClick(circles, Qt.MouseButton.LeftButton, pos=QPoint(250, 45))
    assert bool(heard) is can_press


def test_they_are_smaller_where_there_is_little_height(circles: StepCircles) -> None:
    circles.show_count(1, 4, can_press=True)
    before = circles.sizeHint().height()
    circles.set_share(0.5)
    assert circles.sizeHint().height() < before
