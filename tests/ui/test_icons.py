"""The signs of the rail are there in both states, and each is another."""

from __future__ import annotations

import pytest
from PySide6.QtGui import QIcon, QImage

from biofeedback.ui.icons import rail_icon

NAMES = ("practice", "guides", "sessions", "sensors", "settings", "help")


def image(name: str, state: QIcon.State) -> QImage:
    icon = rail_icon(name, "#8FA5A8", "#E8EFEE", 24, 1.0)
    return icon.pixmap(24, 24, QIcon.Mode.Normal, state).toImage()


@pytest.mark.parametrize("name", NAMES)
def test_sign_has_the_color_of_its_state(name: str) -> None:
    for state, color in ((QIcon.State.Off, "#8fa5a8"), (QIcon.State.On, "#e8efee")):
        pixels = image(name, state)
        solid = {
            pixels.pixelColor(x, y).name()
            for x in range(24)
            for y in range(24)
            if pixels.pixelColor(x, y).alpha() == 255
        }
        assert solid == {color}


def test_signs_can_be_told_apart_without_color() -> None:
    shown = [image(name, QIcon.State.On) for name in NAMES]
    assert all(one != other for i, one in enumerate(shown) for other in shown[:i])
