"""The few signs of the rail, painted, so that they are sharp at any size and in any theme."""

from __future__ import annotations

from math import cos, pi, sin

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QIcon, QPainter, QPen, QPixmap, QPolygonF

__all__ = ["rail_icon"]


def rail_icon(name: str, off: str, on: str, size_px: int, ratio: float) -> QIcon:
    """Return the sign of a page.

    Parameters
    ----------
    name
        ``practice``, ``guides``, ``sessions``, ``sensors``, ``settings`` or ``help``.
    off, on
        Colors when another page is shown, and when this one is.
    size_px
        Edge in pixels.
    ratio
        Device pixels per pixel of the screen.
    """
    icon = QIcon()
    for color, state in ((off, QIcon.State.Off), (on, QIcon.State.On)):
        icon.addPixmap(_painted(name, color, size_px, ratio), QIcon.Mode.Normal, state)
    return icon


def _painted(name: str, color: str, size_px: int, ratio: float) -> QPixmap:
    pixmap = QPixmap(QSize(size_px, size_px) * ratio)
    pixmap.setDevicePixelRatio(ratio)
    pixmap.fill(Qt.GlobalColor.transparent)
    painter = QPainter(pixmap)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.scale(size_px / 24, size_px / 24)
    pen = QPen(QColor(color), 1.7)
    pen.setCapStyle(Qt.PenCapStyle.RoundCap)
    pen.setJoinStyle(Qt.PenJoinStyle.RoundJoin)
    painter.setPen(pen)
    _PAINTERS[name](painter)
    painter.end()
    return pixmap


def _practice(painter: QPainter) -> None:
    painter.drawEllipse(QPointF(12, 12), 9, 9)
    painter.drawEllipse(QPointF(12, 12), 4, 4)


def _sessions(painter: QPainter) -> None:
    painter.drawRoundedRect(QRectF(4, 3.5, 16, 17), 2.5, 2.5)
    for y in (8.5, 12, 15.5):
        painter.drawLine(QPointF(8, y), QPointF(16, y))


def _sensors(painter: QPainter) -> None:
    corners = ((2, 13), (7, 13), (9.5, 6), (13.5, 18), (16, 11), (18, 13), (22, 13))
    painter.drawPolyline(QPolygonF([QPointF(x, y) for x, y in corners]))


def _settings(painter: QPainter) -> None:
    painter.drawEllipse(QPointF(12, 12), 3.2, 3.2)
    painter.drawEllipse(QPointF(12, 12), 7, 7)
    for tooth in range(8):
        angle = tooth * pi / 4
        way = QPointF(cos(angle), sin(angle))
        painter.drawLine(QPointF(12, 12) + way * 7.4, QPointF(12, 12) + way * 9.6)


def _guides(painter: QPainter) -> None:
    for x, y in ((3.5, 3.5), (13.5, 3.5), (3.5, 13.5), (13.5, 13.5)):
        painter.drawRoundedRect(QRectF(x, y, 7, 7), 2, 2)


def _help(painter: QPainter) -> None:
    """Paint a bubble of speech: someone who answers."""
    painter.drawRoundedRect(QRectF(3, 4, 18, 13), 4, 4)
    painter.drawPolyline(QPolygonF([QPointF(7.5, 17), QPointF(7.5, 21), QPointF(12, 17)]))
    for x in (8, 12, 16):
        painter.drawPoint(QPointF(x, 10.5))


_PAINTERS = {
    "practice": _practice,
    "guides": _guides,
    "sessions": _sessions,
    "sensors": _sensors,
    "settings": _settings,
    "help": _help,
}
