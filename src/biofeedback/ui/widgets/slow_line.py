"""How far a part of a guide is, as a thin line that grows slowly: a hint, not a countdown."""

from __future__ import annotations

from math import floor, isfinite
from typing import TYPE_CHECKING

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QColor, QPainter
from PySide6.QtWidgets import QSizePolicy, QWidget

from biofeedback.ui import theme
from biofeedback.ui.messages.lead_words import lead_words

if TYPE_CHECKING:
    from PySide6.QtGui import QPaintEvent

__all__ = ["SlowLine"]

_WIDTH_PX, _HEIGHT_PX = 220, 3
# With reduced motion it goes in steps of this share.
_STEP = 0.1


class SlowLine(QWidget):
    """Grows from the left until a part ends. More time slows it down; it never goes back."""

    def __init__(self) -> None:
        super().__init__()
        self._part: object = None
        self._until_s = self._from_s = 0.0
        self._from, self._share = 0.0, 0.0
        self._is_calm = False
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.tell_language("en")

    @property
    def share(self) -> float:
        """How far it is, 0 to 1."""
        return self._share

    def tell_language(self, language: str) -> None:
        """Say what it is in a language."""
        self.setAccessibleName(lead_words(language).time)

    def set_reduced_motion(self, is_reduced: bool) -> None:
        """Go in steps that are seen only when one looks."""
        self._is_calm = is_reduced
        self.update()

    def lead(self, part: object, until_s: float, now_s: float) -> None:
        """Show a moment of a part that ends at a time.

        Parameters
        ----------
        part
            Which part: with another one the line begins anew.
        until_s
            When it ends; ``nan`` for an open end, for which there is no line.
        now_s
            Session time now.
        """
        has_end = isfinite(until_s)
        if part != self._part:
            self._part = part
            self._from = self._share = 0.0
            self._from_s, self._until_s = now_s, until_s
        elif until_s != self._until_s:
            # After a pause, or with more time: from where it is.
            self._from = self._share
            self._from_s, self._until_s = now_s, until_s
        if has_end:
            span_s = max(until_s - self._from_s, 1e-3)
            done = min(max((now_s - self._from_s) / span_s, 0.0), 1.0)
            share = max(self._from + (1.0 - self._from) * done, self._share)
            is_seen = self._shown(share) - self._shown(self._share) > 0.0
            self._share = share
            if is_seen:
                self.update()
        if self.isHidden() is has_end:
            self.setVisible(has_end)

    def sizeHint(self) -> QSize:  # noqa: N802 - Qt's name
        """Short and thin."""
        return QSize(theme.px(_WIDTH_PX), _HEIGHT_PX + 8)

    def paintEvent(self, _event: QPaintEvent) -> None:  # noqa: N802 - Qt's name
        """Paint the groove, and what is done of it."""
        c = theme.colors()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        width = min(theme.px(_WIDTH_PX), self.width())
        groove = QRectF(
            (self.width() - width) / 2, (self.height() - _HEIGHT_PX) / 2, width, _HEIGHT_PX
        )
        painter.setBrush(QColor(c.line))
        painter.drawRoundedRect(groove, 1.5, 1.5)
        groove.setWidth(width * self._shown(self._share))
        painter.setBrush(QColor(c.muted))
        painter.drawRoundedRect(groove, 1.5, 1.5)
        painter.end()

    def _shown(self, share: float) -> float:
        """Return what is painted: whole pixels, or whole steps."""
        step = _STEP if self._is_calm else 1.0 / theme.px(_WIDTH_PX)
        return floor(share / step + 1e-9) * step
