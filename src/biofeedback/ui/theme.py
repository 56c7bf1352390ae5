"""Colors, type and the one stylesheet.

`apply` sets them for the whole application; widgets that paint themselves ask `colors` when
they paint. Contrast is part of the contract: text at least 4.5 to 1 on every surface, traces
and controls at least 3 to 1 (WCAG 2.2, success criteria 1.4.3 and 1.4.11).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtGui import QColor, QFont, QFontDatabase, QGuiApplication, QPalette

from biofeedback.ui.stylesheet import BODY_PX, stylesheet

if TYPE_CHECKING:
    from PySide6.QtWidgets import QApplication

    from biofeedback.settings import ThemeName

__all__ = [
    "BODY_PX",
    "DARK",
    "HIGH_CONTRAST",
    "LIGHT",
    "Colors",
    "apply",
    "colors",
    "colors_for",
    "contrast_ratio",
    "dress",
    "prepare",
    "px",
    "text_font",
    "warm_text",
]

# A finger, or a hand that is not steady, still meets it.
TARGET_PX = 36


@dataclass(frozen=True, slots=True)
class Colors:
    """One theme. Each color has one meaning, and keeps it on every screen."""

    name: str
    background: str
    panel: str
    raised: str
    line: str  # hairlines between things; never the only sign of a control
    edge: str  # around what can be typed into or switched
    text: str
    muted: str
    breath: str  # the pacer, the one accent
    on_breath: str
    warm: str  # Pause, attention without alarm
    on_warm: str
    heart: str
    skin: str
    breathing: str
    muscle: str
    ecg: str
    focus: str
    disc_center: str
    disc_middle: str
    disc_rim: str
    on_disc: str


DARK = Colors(
    name="dark",
    background="#0F171A",
    panel="#162126",
    raised="#1D2B31",
    line="#2A3B42",
    edge="#66797E",
    text="#E8EFEE",
    muted="#8FA5A8",
    breath="#7CC7B8",
    on_breath="#0F1E1C",
    warm="#E6B873",
    on_warm="#1E1708",
    heart="#E98C8C",
    skin="#E6B873",
    breathing="#7CC7B8",
    muscle="#B7A0DD",
    ecg="#C7D3D4",
    focus="#CFE9E3",
    disc_center="#A5DDD1",
    disc_middle="#6FB3A6",
    disc_rim="#2B5650",
    on_disc="#0B1513",
)

LIGHT = Colors(
    name="light",
    background="#F6F4EF",
    panel="#FFFFFF",
    raised="#FBFAF7",
    line="#DEDAD0",
    edge="#858379",
    text="#1F2C30",
    muted="#586A6E",
    breath="#2B796F",
    on_breath="#FFFFFF",
    warm="#DDA04A",
    on_warm="#231703",
    heart="#B84A4A",
    skin="#A8731E",
    breathing="#2B796F",
    muscle="#6E4FA8",
    ecg="#4A5B60",
    focus="#12554C",
    disc_center="#D5EEE8",
    disc_middle="#9CD0C5",
    disc_rim="#5CA598",
    on_disc="#10211E",
)

HIGH_CONTRAST = Colors(
    name="high-contrast",
    background="#000000",
    panel="#000000",
    raised="#121212",
    line="#8C8C8C",
    edge="#FFFFFF",
    text="#FFFFFF",
    muted="#D6DEDE",
    breath="#8FF0DC",
    on_breath="#000000",
    warm="#FFD37A",
    on_warm="#000000",
    heart="#FFB0B0",
    skin="#FFD37A",
    breathing="#8FF0DC",
    muscle="#D9C8FF",
    ecg="#FFFFFF",
    focus="#FFFFFF",
    disc_center="#D8FFF6",
    disc_middle="#9FF0DF",
    disc_rim="#63C8B5",
    on_disc="#000000",
)

_ALL = {theme.name: theme for theme in (DARK, LIGHT, HIGH_CONTRAST)}


class _Current:
    """The theme in force. There is one application, so there is one."""

    colors = DARK
    text_scale = 1.0


def colors() -> Colors:
    """Return the colors in force."""
    return _Current.colors


def colors_for(name: ThemeName) -> Colors:
    """Return the colors of a theme; ``system`` asks the computer, dark when it does not say."""
    if name != "system":
        return _ALL[name]
    hints = QGuiApplication.styleHints()
    is_light = hints.colorScheme() is Qt.ColorScheme.Light
    return LIGHT if is_light else DARK


def px(size: float) -> int:
    """Return a length in pixels at the text size in force."""
    return round(size * _Current.text_scale)


def text_font(size_px: float, *, is_bold: bool = False) -> QFont:
    """Return the text font at a size, scaled, with figures of equal width."""
    font = QFont(QGuiApplication.font())
    font.setPixelSize(px(size_px))
    font.setWeight(QFont.Weight.DemiBold if is_bold else QFont.Weight.Normal)
    return font


def contrast_ratio(one: str, other: str) -> float:
    """Return the contrast of two colors, 1 to 21 (WCAG 2.2, relative luminance).

    Parameters
    ----------
    one, other
        Colors as ``#RRGGBB``.
    """

    def luminance(color: str) -> float:
        parts = (int(color[place : place + 2], 16) / 255 for place in (1, 3, 5))
        linear = [p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts]
        return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]

    darker, lighter = sorted((luminance(one), luminance(other)))
    return (lighter + 0.05) / (darker + 0.05)


def warm_text(c: Colors) -> str:
    """Return the warm color as it is legible in words: on light surfaces it is darker."""
    return c.warm if c is not LIGHT else "#80530F"


def apply(app: QApplication, name: ThemeName, text_scale: float) -> None:
    """Dress the whole application, as `prepare` and `dress` do.

    Parameters
    ----------
    app
        The application.
    name
        The theme.
    text_scale
        Size of all text, 1 is `BODY_PX`.
    """
    prepare(app, name, text_scale)
    dress(app)


def dress(app: QApplication) -> None:
    """Put on the stylesheet of the theme in force.

    Qt matches a stylesheet anew for each widget that is put into another. A window that is
    built first and dressed then is there in a third of the time, for its hidden pages are
    only dressed when they are shown.
    """
    c = _Current.colors
    app.setStyleSheet(stylesheet(c, warm_text(c), _Current.text_scale))


def prepare(app: QApplication, name: ThemeName, text_scale: float) -> None:
    """Set colors, type and sizes, so that widgets can be made.

    Parameters
    ----------
    app
        The application.
    name
        The theme.
    text_scale
        Size of all text, 1 is `BODY_PX`.
    """
    _Current.colors = chosen = colors_for(name)
    _Current.text_scale = text_scale
    font = QFont("Inter") if QFontDatabase.hasFamily("Inter") else QFont(app.font())
    font.setPixelSize(px(BODY_PX))
    # Figures of equal width, so that a number does not wobble while it changes.
    font.setFeature(QFont.Tag("tnum"), 1)
    app.setFont(font)
    app.setPalette(_qt_palette(chosen))


def _qt_palette(c: Colors) -> QPalette:
    palette = QPalette()
    role = QPalette.ColorRole
    for each, color in (
        (role.Window, c.background),
        (role.Base, c.panel),
        (role.AlternateBase, c.raised),
        (role.Button, c.raised),
        (role.WindowText, c.text),
        (role.Text, c.text),
        (role.ButtonText, c.text),
        (role.PlaceholderText, c.muted),
        (role.Highlight, c.breath),
        (role.HighlightedText, c.on_breath),
        (role.ToolTipBase, c.raised),
        (role.ToolTipText, c.text),
        (role.Link, c.breath),
    ):
        palette.setColor(each, QColor(color))
    for each in (role.WindowText, role.Text, role.ButtonText):
        palette.setColor(QPalette.ColorGroup.Disabled, each, QColor(c.muted))
    return palette
