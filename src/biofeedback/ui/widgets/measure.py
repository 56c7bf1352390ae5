"""What every reading does with a measure, whatever its size: a value, and what it is worth."""

from __future__ import annotations

from math import isfinite
from typing import TYPE_CHECKING

from PySide6.QtWidgets import QLabel, QWidget

from biofeedback.ui.messages import reading_words

if TYPE_CHECKING:
    from collections.abc import Callable

    from biofeedback.samples import Metric

__all__ = ["MeasureWidget"]


class MeasureWidget(QWidget):
    """Shows a measure in three labels; who inherits lays them out.

    Parameters
    ----------
    about
        One sentence on what it means.
    words
        Returns a measure's value as it is shown.
    title
        Holds what it is.
    value
        Holds the value, a dash while there is none.
    note
        Holds what is said under it.
    """

    def __init__(
        self,
        about: str,
        words: Callable[[Metric], str],
        *,
        title: QLabel,
        value: QLabel,
        note: QLabel,
    ) -> None:
        super().__init__()
        self._about, self._words, self._said_note = about, words, ""
        self._title_label, self._value, self._note = title, value, note
        self.setToolTip(about)

    @property
    def title(self) -> str:
        """What it is."""
        return self._title_label.text()

    @title.setter
    def title(self, title: str) -> None:
        if title != self.title:
            self._title_label.setText(title)
            self._renamed()

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
        absent: str = reading_words.NO_SENSOR_FOR_IT,
    ) -> None:
        """Show a measure, or why there is none.

        Parameters
        ----------
        metric
            The measure, ``None`` when nothing gives it.
        silent_s
            For how long its sensor has sent nothing, 0 while it does.
        has_rr
            False when the sensor's lack of beat-to-beat intervals is why it is missing.
        absent
            What to say while nothing gives it.
        """
        is_present = silent_s <= 0 and has_rr is not False
        value, short = reading_words.MISSING, None
        note = reading_words.reading_note(metric, silent_s=silent_s, has_rr=has_rr, absent=absent)
        if is_present and metric is not None and isfinite(metric.value) and metric.quality > 0:
            value, short = self._words(metric), self._beneath(metric, note)
        if (value, note) == (self.text, self.note):
            return
        self._said_note = note
        self._value.setText(value)
        self._note.setText(note if short is None else short)
        self._note.setVisible(bool(self._note.text()))
        self._tell()

    def _beneath(self, metric: Metric, note: str) -> str:
        """Return what stands under a value: nothing while all is well, else its whole note."""
        return "" if metric.quality >= reading_words.GOOD_QUALITY else note

    def _spoken(self) -> str:
        """Return the value as a screen reader says it, or why there is none."""
        return self.text if self.text != reading_words.MISSING else self.note

    def _tell(self) -> None:
        """Tell a screen reader and the tool tip what is shown."""
        self.setAccessibleName(f"{self.title}: {self._spoken()}")
        self.setToolTip("\n".join(filter(None, (self._about, self.note))))

    def _renamed(self) -> None:
        """Follow a new title where the next value would be too late."""
