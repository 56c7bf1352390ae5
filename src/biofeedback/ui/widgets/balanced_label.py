"""Words in the middle of the screen, in lines of about the same length."""

from __future__ import annotations

from PySide6.QtCore import QRect, Qt
from PySide6.QtWidgets import QLabel

__all__ = ["BalancedLabel"]

_STEP_PX = 8


class BalancedLabel(QLabel):
    """A label whose last line is no single word, as far as its words allow.

    Parameters
    ----------
    role
        In the stylesheet.
    """

    def __init__(self, role: str) -> None:
        super().__init__()
        self.setProperty("role", role)
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setWordWrap(True)
        self.setAlignment(Qt.AlignmentFlag.AlignHCenter)
        self._balanced: object = None

    def balance(self, room_px: int) -> None:
        """Be as narrow as the fewest lines allow that fit into a width."""
        self.ensurePolished()
        asked = (self.text(), self.font().toString(), room_px)
        if asked == self._balanced or room_px <= 0:
            return
        self._balanced = asked
        height = self._height_px(room_px)
        narrow, wide = 0, -(-room_px // _STEP_PX)
        while wide - narrow > 1:
            middle = (narrow + wide) // 2
            if self._height_px(middle * _STEP_PX) > height:
                narrow = middle
            else:
                wide = middle
        # A little more, for the label breaks lines a hair earlier than its measure says.
        self.setMaximumWidth(min(wide * _STEP_PX + _STEP_PX, room_px))

    def _height_px(self, width_px: int) -> int:
        flags = int(Qt.TextFlag.TextWordWrap) | int(Qt.AlignmentFlag.AlignHCenter)
        box = self.fontMetrics().boundingRect(QRect(0, 0, width_px, 10_000), flags, self.text())
        # A word that is wider than the room stands out of it, without another line.
        return box.height() if box.width() <= width_px else 10_000
