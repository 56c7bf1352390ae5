"""Getting to know what is usual for the person: the offer before a session, and the quiet minutes."""

from __future__ import annotations

from math import floor
from typing import TYPE_CHECKING

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QProgressBar, QVBoxLayout, QWidget

from biofeedback.ui.messages import time_words, usual_words, window_words
from biofeedback.ui.page import label
from biofeedback.ui.widgets.controls import button

if TYPE_CHECKING:
    from biofeedback.runtime.snapshot import Snapshot

__all__ = ["UsualOffer", "UsualProgress"]

# So much is enough, and more than the second is of no use.
_ENOUGH_S, _FULL_S = 180.0, 300.0


class UsualOffer(QWidget):
    """One quiet button with a line under it.

    Signals: ``accepted()``.
    """

    accepted = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.begin_button = button(
            usual_words.USUAL, name=f"{usual_words.USUAL}. {usual_words.USUAL_TEXT}"
        )
        self.begin_button.clicked.connect(self.accepted)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 10, 0, 0)
        column.setSpacing(4)
        column.addWidget(self.begin_button)
        column.addWidget(label(usual_words.USUAL_TEXT, "small", wraps=True))

    def tell(self, *, has_sensor: bool) -> None:
        """Say whether there is anything to measure with."""
        self.begin_button.setEnabled(has_sensor)
        self.begin_button.setToolTip("" if has_sensor else usual_words.USUAL_NEEDS_SENSOR)


class UsualProgress(QWidget):
    """How much quiet time came together, and why it does not count when it does not.

    Signals: ``stopped()``.
    """

    stopped = Signal()

    def __init__(self) -> None:
        super().__init__()
        self._time_title = label(usual_words.USUAL_TO_GO, "label")
        self._time = label("", "number")
        self._bar = QProgressBar()
        self._bar.setTextVisible(False)
        self._bar.setAccessibleName(usual_words.USUAL_SO_FAR)
        self._words = label("", "muted", wraps=True)
        self.stop_button = button(usual_words.USUAL_STOP)
        # The window hears the key: it ends the session from every page.
        self.stop_button.setToolTip(window_words.END_KEY)
        self.stop_button.clicked.connect(self.stopped)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 4, 0)
        column.setSpacing(5)
        column.addWidget(label(usual_words.USUAL_TITLE, "label"))
        column.addWidget(label(usual_words.USUAL_TEXT, "heading", wraps=True))
        column.addSpacing(12)
        for widget in (self._time_title, self._time, self._bar, self._words):
            column.addWidget(widget)
        column.addSpacing(8)
        column.addWidget(self.stop_button)
        column.addStretch(1)

    @property
    def time(self) -> str:
        """The time to go, or once there is enough, what came together."""
        return self._time.text()

    @property
    def words(self) -> str:
        """What is said of it."""
        return self._words.text()

    def tell(self, snapshot: Snapshot) -> None:
        """Show how far it is; what was shown stays when it has just ended."""
        progress = snapshot.baseline
        if progress is None:
            return
        is_enough = progress.to_go_s <= 0
        shown_s = progress.counted_s if is_enough else progress.to_go_s
        words = usual_words.why_not_counting(progress.reason)
        if not words and is_enough:
            words = usual_words.USUAL_ENOUGH
        elif not words and progress.counted_s <= 0:
            words = usual_words.USUAL_FIRST
        time = time_words.clock_time(shown_s) if is_enough else time_words.time_left(shown_s)
        if (time, words) == (self.time, self.words):
            return
        self._time.setText(time)
        self._time_title.setText(usual_words.USUAL_SO_FAR if is_enough else usual_words.USUAL_TO_GO)
        self._words.setText(words)
        self._bar.setRange(0, round(_FULL_S if is_enough else _ENOUGH_S))
        self._bar.setValue(floor(progress.counted_s))
        stop = usual_words.USUAL_DONE if is_enough else usual_words.USUAL_STOP
        if stop != self.stop_button.text():
            self.stop_button.setText(stop)
            self.stop_button.setAccessibleName(stop)
            self.stop_button.setProperty("role", "primary" if is_enough else "")
            self.stop_button.style().polish(self.stop_button)
