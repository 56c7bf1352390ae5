"""One number with its unit, and under it what it is worth: never a number without a word."""

from __future__ import annotations

from math import isfinite
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QLabel, QVBoxLayout, QWidget

from biofeedback.ui import messages

if TYPE_CHECKING:
    from biofeedback.samples import Metric

__all__ = ["Reading"]


class Reading(QWidget):
    """Shows one measure.

    Parameters
    ----------
    title
        What it is.
    about
        One sentence on what it means.
    unit
        Its unit as people write it.
    n_decimals
        Digits behind the point.
    factor
        From the measure's own unit to ``unit``.
    is_hero
        Whether it is the large one; the others keep their note to the tool tip while all is well.
    """

    def __init__(
        self,
        title: str,
        about: str,
        unit: str,
        *,
        n_decimals: int = 0,
        factor: float = 1.0,
        is_hero: bool = False,
    ) -> None:
        super().__init__()
        self._title, self._unit = title, unit
        self._n_decimals, self._factor = n_decimals, factor
        self._about, self._is_hero, self._said_note = about, is_hero, ""
        self.setToolTip(about)
        self._number = QLabel(messages.MISSING)
        self._number.setProperty("role", "hero" if is_hero else "number")
        self._unit_label = QLabel(unit)
        self._unit_label.setProperty("role", "muted")
        self._note = QLabel()
        self._note.setProperty("role", "small")
        self._note.setWordWrap(True)
        self._note.setAlignment(Qt.AlignmentFlag.AlignRight)
        label = self._title_label = QLabel(title)
        label.setProperty("role", "label")
        label.setAlignment(Qt.AlignmentFlag.AlignRight)
        row = QHBoxLayout()
        row.setSpacing(7)
        row.addStretch(1)
        row.addWidget(self._number, 0, Qt.AlignmentFlag.AlignBottom)
        row.addWidget(self._unit_label, 0, Qt.AlignmentFlag.AlignBottom)
        # The unit stands on the number's baseline, whatever the two sizes are.
        self._unit_label.setContentsMargins(0, 0, 0, 8 if is_hero else 4)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(label)
        column.addLayout(row)
        column.addWidget(self._note)

    @property
    def title(self) -> str:
        """What it is."""
        return self._title

    @title.setter
    def title(self, title: str) -> None:
        if title != self._title:
            # Its name for a screen reader follows with the next number, a moment later.
            self._title = title
            self._title_label.setText(title)

    @property
    def text(self) -> str:
        """The number as shown, a dash where there is none."""
        return self._number.text()

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
        is_there = (
            metric is not None
            and isfinite(metric.value)
            and metric.quality > 0
            and silent_s <= 0
            and has_rr is not False
        )
        number = messages.MISSING
        if is_there and metric is not None:
            number = f"{metric.value * self._factor:.{self._n_decimals}f}".replace("-", "−")
        note = messages.reading_note(metric, silent_s=silent_s, has_rr=has_rr, absent=absent)
        if (number, note) == (self.text, self.note):
            return
        self._number.setText(number)
        self._unit_label.setVisible(number != messages.MISSING)
        self._said_note = note
        is_well = is_there and metric is not None and metric.quality >= messages.GOOD_QUALITY
        self._note.setText("" if is_well and not self._is_hero else note)
        self._note.setVisible(bool(self._note.text()))
        self.setToolTip(f"{self._about}\n{note}")
        spoken = f"{number} {self._unit}" if is_there else note
        self.setAccessibleName(f"{self._title}: {spoken}")
