"""The place among all steps is seen, and said to a screen reader."""

from __future__ import annotations

import pytest

from biofeedback.ui.widgets.place_dots import PlaceDots


def test_place_is_said_in_words() -> None:
    dots = PlaceDots()
    dots.show_place(2, 5)
    assert (dots.accessibleName(), dots.toolTip()) == ("Step 2 of 5", "Step 2 of 5")
    dots.show_place(2, 5, "de")
    assert dots.accessibleName() == "Schritt 2 von 5"


@pytest.mark.parametrize(("place", "n_places"), [(0, 0), (0, 5), (6, 5)])
def test_without_an_order_there_are_none(place: int, n_places: int) -> None:
    dots = PlaceDots()
    dots.show()
    dots.show_place(1, 3)
    assert dots.isVisible()
    dots.show_place(place, n_places)
    assert not dots.isVisible()
    assert dots.place == (0, 0)


def test_pictures_of_two_places_differ() -> None:
    dots = PlaceDots()
    dots.resize(300, 20)
    dots.show()
    dots.show_place(1, 5)
    first = dots.grab().toImage()
    dots.show_place(2, 5)
    assert dots.grab().toImage() != first


def test_thirty_places_fit_a_narrow_window() -> None:
    dots = PlaceDots()
    dots.show_place(3, 30)
    assert dots.minimumSizeHint().width() < 300
