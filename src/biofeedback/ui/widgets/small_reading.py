"""A number, or a few words, with a name over it; what it is worth is said where it matters."""

from __future__ import annotations

from math import isfinite
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QVBoxLayout, QWidget

from biofeedback.ui import messages
from biofeedback.ui.page import label

if TYPE_CHECKING:
    from collections.abc import Callable

    from biofeedback.samples import Metric

__all__ = ["SmallReading"]


class SmallReading(QWidget):
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
        super().__init__()
        self._title, self._about, self._words = title, about, words
        self._said_note = ""
        self._title_label = label(title, "small", wraps=True)
        self._value = label(messages.MISSING, "value", wraps=True)
        self._note = label("", "small", wraps=True)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        for words_label in (self._title_label, self._value, self._note):
            words_label.setAlignment(Qt.AlignmentFlag.AlignRight)
            column.addWidget(words_label)
        column.addStretch(1)
        self._note.hide()
        self.setToolTip(about)

    @property
    def title(self) -> str:
        """What it is."""
        return self._title

    @title.setter
    def title(self, title: str) -> None:
        if title != self._title:
            self._title = title
            self._title_label.setText(title)
            self._tell_name()

    @property
    def text(self) -> str:
        """The value as shown, a dash where there is none."""
        return self._value.text()

    @property
    def note(self) -> str:
        """What it is worth, or why there is none."""
        return self._said_note

    def show_metric(
        self,
        metric: Metric | None,
        *,
        silent_s: float = 0.0,
        has_rr: bool | None = None,
        absent: str = messages.NO_SENSOR_FOR_IT,
    ) -> None:
        """Show a measure, or why there is none; the parameters are those of `Reading`."""
        is_there = (
            metric is not None
            and isfinite(metric.value)
            and metric.quality > 0
            and silent_s <= 0
            and has_rr is not False
        )
        value = self._words(metric) if is_there and metric is not None else messages.MISSING
        note = messages.reading_note(metric, silent_s=silent_s, has_rr=has_rr, absent=absent)
        if (value, note) == (self.text, self.note):
            return
        self._said_note = note
        self._value.setText(value)
        short = note
        if is_there and metric is not None:
            is_good = metric.quality >= messages.GOOD_QUALITY
            short = "" if is_good else messages.quality(metric.quality)
        self._note.setText(short)
        self._note.setVisible(bool(short))
        self._tell_name()

    def _tell_name(self) -> None:
        spoken = self.text if self.text != messages.MISSING else self.note
        self.setAccessibleName(f"{self._title}: {spoken}")
        self.setToolTip("\n".join(filter(None, (self._about, self.note))))
