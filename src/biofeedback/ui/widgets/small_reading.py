"""A number, or a few words, with a name over it; what it is worth is said where it matters."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QVBoxLayout

from biofeedback.ui.messages import reading_words
from biofeedback.ui.page import label
from biofeedback.ui.widgets.measure import MeasureWidget

if TYPE_CHECKING:
    from collections.abc import Callable

    from biofeedback.samples import Metric

__all__ = ["SmallReading"]


class SmallReading(MeasureWidget):
    """Shows one measure in two short lines.

    A good value stands alone; its window and quality are in the tool tip. Why there is none, or
    that it is worth less, is said under it.

    Parameters
    ----------
    title
        What it is.
    about
        One sentence on what it means.
    words
        Returns a measure's value as it is shown, with its unit.
    """

    def __init__(self, title: str, about: str, words: Callable[[Metric], str]) -> None:
        super().__init__(
            about,
            words,
            title=label(title, "small", wraps=True),
            value=label(reading_words.MISSING, "value", wraps=True),
            note=label("", "small", wraps=True),
        )
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        for words_label in (self._title_label, self._value, self._note):
            words_label.setAlignment(Qt.AlignmentFlag.AlignRight)
            column.addWidget(words_label)
        column.addStretch(1)
        self._note.hide()

    def _beneath(self, metric: Metric, note: str) -> str:
        return reading_words.quality(metric.quality) if super()._beneath(metric, note) else ""

    def _renamed(self) -> None:
        self._tell()
