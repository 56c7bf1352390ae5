"""What every widget wears, in the language of Qt's stylesheets.

Each rule names a role that a widget was given, or an object's name; which color means what is
said in `biofeedback.ui.theme`.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from biofeedback.ui.theme import Colors

__all__ = ["BODY_PX", "stylesheet"]

BODY_PX = 15
"""Size of most text in pixels, at a text scale of 1."""


def stylesheet(c: Colors, warm_text: str, text_scale: float) -> str:
    """Return what every widget wears.

    Parameters
    ----------
    c
        The colors.
    warm_text
        The warm color as it is legible in words.
    text_scale
        Size of all text, 1 is `BODY_PX`.
    """

    def px(size: float) -> int:
        return round(size * text_scale)

    def large_px(size: float) -> int:
        # Words that are large to begin with grow less than the others.
        return round(size * math.pow(text_scale, 0.6))

    corner, small = 12, 10
    # The focus ring takes the place of border and margin, so that nothing moves.
    return f"""
* {{ font-size: {px(BODY_PX)}px; }}
QWidget {{ color: {c.text}; }}
QMainWindow, QDialog, #page {{ background: {c.background}; }}
QToolTip {{ background: {c.raised}; color: {c.text}; border: 1px solid {c.line}; padding: 6px; }}
QLabel {{ background: transparent; }}
QLabel[role="label"] {{ font-size: {px(13)}px; font-weight: 600; color: {c.muted}; }}
QLabel[role="muted"] {{ color: {c.muted}; }}
QLabel[role="small"] {{ font-size: {px(13)}px; color: {c.muted}; }}
QLabel[role="strong"] {{ font-weight: 600; }}
QLabel[role="heading"] {{ font-size: {px(17)}px; font-weight: 600; }}
QLabel[role="title"] {{ font-size: {px(21)}px; font-weight: 600; }}
QLabel[role="headline"] {{ font-size: {px(25)}px; }}
QLabel[role="state"] {{ font-size: {px(18)}px; }}
QLabel[role="value"] {{ font-size: {px(17)}px; }}
QLabel[role="number"] {{ font-size: {px(29)}px; }}
QLabel[role="hero"] {{ font-size: {px(46)}px; font-weight: 500; color: {c.breath}; }}
QLabel[role="warm"] {{ color: {warm_text}; }}
QLabel[role="lead"] {{ font-size: {large_px(44)}px; font-weight: 500; }}
QLabel[role="lead-text"] {{ font-size: {large_px(20)}px; color: {c.muted}; }}
QLabel[role="lead-paused"] {{ font-size: {large_px(20)}px; color: {warm_text}; }}
#rail {{ background: {c.panel}; border: none; border-right: 1px solid {c.line}; }}
#topbar {{ background: {c.background}; border: none; border-bottom: 1px solid {c.line}; }}
#notice {{ background: {c.raised}; border: none; border-bottom: 1px solid {c.line}; }}
#card {{ background: {c.panel}; border: 1px solid {c.line}; border-radius: {corner}px; }}
#row {{ border: none; border-top: 1px solid {c.line}; }}
#rail QToolButton {{
  color: {c.muted}; background: transparent; border: 2px solid transparent;
  border-radius: {small}px; font-size: {px(12)}px; padding: 6px 2px; outline: none;
}}
#rail QToolButton:hover {{ color: {c.text}; }}
#rail QToolButton:checked {{ color: {c.text}; background: {c.raised}; }}
#rail QToolButton:focus {{ border-color: {c.focus}; }}
QPushButton {{
  background: {c.raised}; color: {c.text}; border: 1px solid {c.line};
  border-radius: {small}px; padding: 7px 16px; margin: 1px; min-height: {px(22)}px;
  outline: none;
}}
QPushButton:hover {{ border-color: {c.edge}; }}
QPushButton:pressed {{ background: {c.line}; }}
QPushButton:disabled {{ color: {c.muted}; background: transparent; }}
QPushButton[role="primary"] {{
  background: {c.breath}; color: {c.on_breath}; border-color: {c.breath}; font-weight: 600;
}}
QPushButton[role="primary"]:disabled {{
  background: transparent; color: {c.muted}; border-color: {c.line};
}}
QPushButton[role="pause"] {{
  background: {c.warm}; color: {c.on_warm}; border: 1px solid {c.warm}; font-weight: 600;
  font-size: {px(16)}px; border-radius: {px(18)}px; padding: 0 {px(22)}px;
  min-height: {px(38)}px;
}}
QPushButton[role="pause"]:disabled {{
  background: transparent; color: {c.muted}; border-color: {c.line};
}}
QPushButton[role="step"] {{
  padding: 0; font-size: {px(17)}px; min-width: 32px; max-width: 32px;
  min-height: {max(px(24), 32)}px;
}}
QPushButton[role="large"], QPushButton[role="large-primary"], QPushButton[role="large-stop"] {{
  font-size: {px(16)}px; padding: 9px {px(20)}px; min-height: {px(32)}px;
}}
QPushButton[role="large-primary"], QPushButton[role="large-stop"] {{
  background: {c.breath}; color: {c.on_breath}; border-color: {c.breath}; font-weight: 600;
  padding: 9px {px(28)}px;
}}
QPushButton[role="large-stop"] {{
  background: {c.warm}; color: {c.on_warm}; border-color: {c.warm};
}}
QPushButton[role="large-primary"]:disabled {{
  background: transparent; color: {c.muted}; border-color: {c.line};
}}
QPushButton[role="choice-point"] {{ padding: 7px 2px; min-width: {px(28)}px; }}
QPushButton[role="choice"]:checked, QPushButton[role="choice-point"]:checked {{
  background: {c.breath}; color: {c.on_breath}; border-color: {c.breath}; font-weight: 600;
}}
QPushButton[role="point"] {{ padding: 7px 2px; min-width: {px(28)}px; }}
QPushButton[role="link"] {{
  background: transparent; border: 1px solid transparent; text-decoration: underline;
  padding: 6px 8px; color: {c.muted};
}}
QPushButton[role="link"]:hover {{ color: {c.text}; }}
QPushButton:focus {{ border: 2px solid {c.focus}; margin: 0; }}
QPushButton[role="pause"]:focus {{ border: 2px solid {c.text}; margin: 0; }}
QPushButton[role="primary"]:focus, QPushButton[role="large-primary"]:focus,
QPushButton[role="large-stop"]:focus, QPushButton[role="choice"]:checked:focus,
QPushButton[role="choice-point"]:checked:focus {{ border: 2px solid {c.text}; margin: 0; }}
QLineEdit, QPlainTextEdit, QAbstractSpinBox, QComboBox {{
  background: {c.background}; color: {c.text}; border: 1px solid {c.edge};
  border-radius: 8px; padding: 5px 10px; margin: 1px; min-height: {px(22)}px;
  selection-background-color: {c.breath}; selection-color: {c.on_breath};
}}
QLineEdit, QPlainTextEdit {{ placeholder-text-color: {c.muted}; }}
QAbstractSpinBox {{ padding: 5px 6px; }}
QAbstractSpinBox QLineEdit, QAbstractSpinBox QLineEdit:focus {{
  background: transparent; border: none; padding: 0; margin: 0; min-height: 0;
}}
QAbstractSpinBox::up-button, QAbstractSpinBox::down-button {{
  subcontrol-origin: border; width: 0px; border: none;
}}
QLineEdit:focus, QPlainTextEdit:focus, QAbstractSpinBox:focus, QComboBox:focus {{
  border: 2px solid {c.focus}; margin: 0;
}}
QComboBox::drop-down {{ border: none; width: {px(26)}px; }}
QComboBox::down-arrow {{ image: none; }}
QComboBox QAbstractItemView {{
  background: {c.raised}; color: {c.text}; border: 1px solid {c.edge}; padding: 4px;
  selection-background-color: {c.breath}; selection-color: {c.on_breath}; outline: none;
}}
QComboBox QAbstractItemView::item {{ min-height: {px(34)}px; padding: 0 8px; }}
QProgressBar {{
  background: {c.line}; border: none; border-radius: 3px; min-height: 6px; max-height: 6px;
}}
QProgressBar::chunk {{ background: {c.breath}; border-radius: 3px; }}
QSlider {{ min-height: {px(34)}px; border: 2px solid transparent; border-radius: 8px; }}
QSlider:focus {{ border-color: {c.focus}; }}
QSlider::groove:horizontal {{ height: 6px; border-radius: 3px; background: {c.edge}; }}
QSlider::sub-page:horizontal {{ background: {c.breath}; border-radius: 3px; }}
QSlider::handle:horizontal {{
  background: {c.text}; width: {6 + 2 * px(7)}px; margin: -{px(7)}px 0;
  border-radius: {3 + px(7)}px;
}}
QScrollArea, QScrollArea > QWidget > QWidget {{ background: transparent; border: none; }}
QScrollBar:vertical {{ background: transparent; width: 12px; margin: 2px; }}
QScrollBar::handle:vertical {{ background: {c.edge}; border-radius: 4px; min-height: 32px; }}
QScrollBar:horizontal {{ background: transparent; height: 12px; margin: 2px; }}
QScrollBar::handle:horizontal {{ background: {c.edge}; border-radius: 4px; min-width: 32px; }}
QScrollBar::add-line, QScrollBar::sub-line {{ width: 0; height: 0; }}
QScrollBar::add-page, QScrollBar::sub-page {{ background: transparent; }}
QTableView {{
  background: transparent; border: 2px solid transparent; border-radius: 8px;
  gridline-color: transparent; outline: none;
  selection-background-color: {c.raised}; selection-color: {c.text};
}}
QTableView:focus {{ border-color: {c.focus}; }}
QTableView::item {{ border-bottom: 1px solid {c.line}; padding: 0 10px; }}
QTableView::item:selected {{ background: {c.raised}; color: {c.text}; }}
QHeaderView {{ background: transparent; border: none; }}
QHeaderView::section {{
  background: transparent; color: {c.muted}; border: none; border-bottom: 1px solid {c.line};
  padding: 8px 10px; font-size: {px(13)}px; font-weight: 600;
}}
"""
