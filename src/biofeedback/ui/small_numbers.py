"""A few numbers for who wants them, out of sight until asked for."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from biofeedback.ui.leading import numbers
from biofeedback.ui.messages import reading_words
from biofeedback.ui.messages.lead_words import lead_words
from biofeedback.ui.readings import silent_s
from biofeedback.ui.widgets.body_state import BodyState
from biofeedback.ui.widgets.controls import button
from biofeedback.ui.widgets.small_reading import SmallReading

if TYPE_CHECKING:
    from collections.abc import Callable

    from biofeedback.runtime.snapshot import Snapshot
    from biofeedback.samples import Metric

__all__ = ["SmallNumbers"]

_KEY = "Ctrl+H"


class SmallNumbers(QWidget):
    """Heart rate, breathing, skin and the body's state in a row, behind one quiet button."""

    def __init__(self) -> None:
        super().__init__()
        self._language = "en"
        self._are_shown = False
        self.readings = {
            "heart_rate_bpm": SmallReading(
                reading_words.HEART_RATE, reading_words.HEART_RATE_ABOUT, self._in_language(_heart)
            ),
            "breaths_per_min": SmallReading(
                reading_words.BREATHS, reading_words.BREATHS_ABOUT, self._in_language(_breaths)
            ),
            "scl_microsiemens": SmallReading(
                reading_words.SKIN, reading_words.SKIN_ABOUT, self._in_language(_skin)
            ),
        }
        self.state = BodyState()
        self._row = QWidget()
        row = QHBoxLayout(self._row)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(26)
        row.addStretch(1)
        for each in (*self.readings.values(), self.state):
            row.addWidget(each, 0, Qt.AlignmentFlag.AlignTop)
        row.addStretch(1)
        self.toggle = button("", role="link")
        self.toggle.clicked.connect(lambda: self.show_numbers(are_shown=not self._are_shown))
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self.toggle, 0, Qt.AlignmentFlag.AlignHCenter)
        column.addWidget(self._row)
        self.show_numbers(are_shown=False)

    def set_language(self, language: str) -> None:
        """Name the button in another language."""
        self._language = language
        self.show_numbers(are_shown=self._are_shown)

    def dress(self) -> None:
        """Put on the colors in force."""
        self.state.dress()

    def show_numbers(self, *, are_shown: bool) -> None:
        """Show them, or put them out of sight; they are measured and recorded all the same."""
        self._are_shown = are_shown
        self._row.setVisible(are_shown)
        words = lead_words(self._language)
        self.toggle.setText(words.hide_numbers if are_shown else words.show_numbers)
        self.toggle.setAccessibleName(self.toggle.text())
        self.toggle.setToolTip(_KEY)
        # A new text takes the shortcut away.
        self.toggle.setShortcut(_KEY)

    def _in_language(self, words: Callable[[Metric], str]) -> Callable[[Metric], str]:
        """Let a number have the decimal sign of the words around it."""
        return lambda metric: numbers(words(metric), self._language)

    def leave_state_out(self, *, is_left_out: bool) -> None:
        """Leave the body's state to what tells it elsewhere on the page."""
        if self.state.isHidden() is not is_left_out:
            self.state.setHidden(is_left_out)

    def tell(self, snapshot: Snapshot, now_s: float) -> None:
        """Show what was measured last."""
        if not self._are_shown:
            return
        for name, reading in self.readings.items():
            metric = snapshot.metrics.get(name)
            reading.show_metric(metric, silent_s=silent_s(snapshot, metric, now_s))
        zone = snapshot.metrics.get("arousal_zone")
        self.state.show_state(
            zone, snapshot.metrics.get("arousal"), silent_s=silent_s(snapshot, zone, now_s)
        )


def _heart(metric: Metric) -> str:
    return f"{metric.value:.0f} bpm"


def _breaths(metric: Metric) -> str:
    return f"{metric.value:.1f} /min"


def _skin(metric: Metric) -> str:
    return f"{metric.value:.2f} µS"
