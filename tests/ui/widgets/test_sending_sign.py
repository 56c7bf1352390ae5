"""The sign says in words, for eyes and ears, that measures are sent."""

from __future__ import annotations

from PySide6.QtGui import QColor

from biofeedback.ui import theme
from biofeedback.ui.widgets.sending_sign import SendingSign


def colors(sign: SendingSign) -> set[str]:
    image = sign.grab().toImage()
    return {
        QColor(image.pixel(x, y)).name()
        for x in range(image.width())
        for y in range(image.height())
    }


def test_words_are_there_for_a_screen_reader_and_the_tool_tip() -> None:
    sign = SendingSign()
    sign.tell("Sent to the network", "Anyone could read it.")
    assert sign.accessibleName() == "Sent to the network"
    assert sign.accessibleDescription() == "Anyone could read it."
    assert sign.toolTip() == "Sent to the network\nAnyone could read it."


def test_where_there_is_little_room_the_arrow_stands_alone() -> None:
    sign = SendingSign()
    sign.tell("Sent to programs here", "")
    sign.resize(sign.sizeHint())
    wide = colors(sign)
    sign.resize(sign.short_width(), sign.height())
    narrow = colors(sign)
    text, arrow = (QColor(c).name() for c in (theme.colors().text, theme.colors().breath))
    assert text in wide
    assert text not in narrow
    assert arrow in wide & narrow


def test_trouble_has_a_color_of_its_own_beside_its_words() -> None:
    sign = SendingSign()
    sign.tell("Sent to programs here", "")
    sign.resize(sign.sizeHint())
    warm = QColor(theme.colors().warm).name()
    assert warm not in colors(sign)
    sign.tell("Not sent", "There is no computer.", is_warm=True)
    assert warm in colors(sign)
