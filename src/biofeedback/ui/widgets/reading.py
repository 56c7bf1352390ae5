"""One number with its unit, and under it what it is worth: never a number without a word."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout

from biofeedback.ui.messages import reading_words
from biofeedback.ui.page import label
from biofeedback.ui.widgets.measure import MeasureWidget

if TYPE_CHECKING:
    from biofeedback.samples import Metric

__all__ = ["Reading"]


class Reading(MeasureWidget):
    """Shows one measure as a large number.

    Its name for a screen reader follows a new title with the next number, a moment later.

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
        super().__init__(
            about,
            lambda metric: f"{metric.value * factor:.{n_decimals}f}".replace("-", "−"),
            title=label(title, "label"),
            value=label(reading_words.MISSING, "hero" if is_hero else "number"),
            note=label("", "small", wraps=True),
        )
        self._is_hero = is_hero
        self._unit_label = label(unit, "muted")
        # The unit stands on the number's baseline, whatever the two sizes are.
        self._unit_label.setContentsMargins(0, 0, 0, 8 if is_hero else 4)
        self._title_label.setAlignment(Qt.AlignmentFlag.AlignRight)
        self._note.setAlignment(Qt.AlignmentFlag.AlignRight)
        row = QHBoxLayout()
        row.setSpacing(7)
        row.addStretch(1)
        row.addWidget(self._value, 0, Qt.AlignmentFlag.AlignBottom)
        row.addWidget(self._unit_label, 0, Qt.AlignmentFlag.AlignBottom)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self._title_label)
        column.addLayout(row)
        column.addWidget(self._note)

    def _beneath(self, metric: Metric, note: str) -> str:
        return note if self._is_hero else super()._beneath(metric, note)

    def _spoken(self) -> str:
        spoken = super()._spoken()
        return (
            spoken if self.text == reading_words.MISSING else f"{spoken} {self._unit_label.text()}"
        )

    def _tell(self) -> None:
        super()._tell()
        self._unit_label.setVisible(self.text != reading_words.MISSING)
