"""The short check before a guide leads for the first time. One may go on after reading.

What is ticked here is kept nowhere: only whether guides are to be gentler goes out.
"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QVBoxLayout, QWidget

from biofeedback.guides.safety import safety_words
from biofeedback.ui import theme
from biofeedback.ui.messages.ear_words import ear_words, keys_aloud
from biofeedback.ui.page import Page, card, centered, label, scrolled, show_in
from biofeedback.ui.passage import Choice, Passage
from biofeedback.ui.widgets.controls import button
from biofeedback.ui.widgets.tick_box import TickBox

if TYPE_CHECKING:
    from PySide6.QtWidgets import QLabel, QPushButton

    from biofeedback.settings import Preferences

__all__ = ["SafetyPage"]

_COLUMN_PX = 760


class SafetyPage(Page):
    """Says what to know, and with what a clinician is asked first.

    Signals: ``passed(bool)`` with whether guides are to be gentler; ``left()`` when it was put off;
    ``help_wanted()``.

    Parameters
    ----------
    preferences
        Which language guides speak.
    """

    passed = Signal(bool)
    left = Signal()
    help_wanted = Signal()

    def __init__(self, preferences: Preferences) -> None:
        super().__init__()
        self._language = preferences.guide_language
        self.ticks: dict[str, TickBox] = {}
        self._notes: dict[str, QLabel] = {}
        self._was_read = self._begins = False
        # Which part of it is told by ear: what to know, the conditions, gently on.
        self._part = 0
        self._gentle = label("", "warm", wraps=True)
        self._area = scrolled(QWidget())
        self.go_button = button("", role="primary")
        self.go_button.clicked.connect(self._go)
        bar = self._area.verticalScrollBar()
        bar.valueChanged.connect(lambda _: self._tell())
        bar.rangeChanged.connect(lambda _low, _high: self._tell())
        self.later_button = button("")
        self.later_button.clicked.connect(lambda: self._leave(has_passed=False))
        self.help_button: QPushButton
        self.hold(self._area, self._make_foot())
        self._fill()

    @property
    def is_gentle(self) -> bool:
        """Whether anything is ticked."""
        return any(tick.isChecked() for tick in self.ticks.values())

    @property
    def is_read(self) -> bool:
        """Whether one is true, or the last has been in sight: else none can be called untrue."""
        last = [*self.ticks.values()][-1]
        is_seen = last.visibleRegion().boundingRect().bottom() >= last.height() // 2
        return self.is_gentle or self._was_read or is_seen

    @property
    def notes(self) -> tuple[str, ...]:
        """What is said about the conditions that are ticked."""
        return tuple(note.text() for note in self._notes.values() if not note.isHidden())

    def prefer(self, preferences: Preferences) -> None:
        """Follow the language of the guides."""
        if preferences.guide_language != self._language:
            self._language = preferences.guide_language
            self._fill()

    def dress(self) -> None:
        """Take the widths of the text size in force."""
        self._fill()

    def entered(self) -> None:
        """Be at the beginning."""
        self._was_read = False
        self._part = 0
        self._area.verticalScrollBar().setValue(0)

    def leave(self) -> None:
        """Forget what was ticked."""
        for tick in self.ticks.values():
            tick.setChecked(False)

    def tell_what_follows(self, *, begins: bool) -> None:
        """Say on the button whether the guide that was to begin does so then."""
        self._begins = begins
        self._tell()

    def passage(self, language: str) -> Passage | None:
        """Return one part of it: nobody answers for conditions that were not told."""
        words = safety_words(language)
        later = Choice("B", words.later, lambda: self._leave(has_passed=False))
        if self._part == 0:
            choices = (Choice("N", words.read_on, partial(self._turn_to, 1)), later)
            points = keys_aloud(" ".join(words.points), language)
            return Passage("safety", f"{words.title}.", points, choices)
        if self._part == 1:
            told = [f"{words.asks}:"]
            for name, condition in words.conditions.items():
                told += [f"{condition}.", *filter(None, [words.notes.get(name)])]
            none = Choice("1", self._none(), lambda: self._leave(has_passed=True))
            one = Choice("2", ear_words(language).one_is_true, partial(self._turn_to, 2))
            needs = Choice("H", words.needs_words, self.help_wanted.emit)
            return Passage("safety", "", " ".join(told), (none, one, later, needs))
        gently = partial(self._leave, has_passed=True, is_gentle=True)
        choices = (Choice("G", self._go_on(), gently), later)
        return Passage("safety", "", words.gentle, choices)

    def _turn_to(self, part: int) -> None:
        self._part = part

    def _none(self) -> str:
        """Return what the answer says with which none is true, and what follows from it."""
        words = safety_words(self._language)
        return words.none_begin if self._begins else words.none

    def _go_on(self) -> str:
        """Return what the answer says with which one is true."""
        words = safety_words(self._language)
        return words.go_on_begin if self._begins else words.go_on

    def _fill(self) -> None:
        words = safety_words(self._language)
        self.title = words.title
        content = QWidget()
        content.setMaximumWidth(theme.px(_COLUMN_PX))
        column = QVBoxLayout(content)
        column.setContentsMargins(24, 22, 24, 22)
        column.setSpacing(12)
        column.addWidget(label(words.title, "headline", wraps=True))
        column.addWidget(label(words.about, "muted", wraps=True))
        for point in words.points:
            column.addWidget(_point(point))
        conditions = card()
        box = conditions.layout()
        assert isinstance(box, QVBoxLayout)  # noqa: S101 - made by card
        box.setSpacing(4)
        box.addWidget(label(words.asks, "strong", wraps=True))
        box.addWidget(label(words.asks_text, "small", wraps=True))
        box.addSpacing(4)
        self.ticks, self._notes = {}, {}
        for name, text in words.conditions.items():
            tick = TickBox(text)
            tick.toggled.connect(lambda _: self._tell())
            box.addWidget(tick)
            self.ticks[name] = tick
            if name in words.notes:
                note = label(words.notes[name], "warm", wraps=True)
                note.setContentsMargins(theme.px(36), 0, 0, 6)
                tick.setAccessibleDescription(words.notes[name])
                box.addWidget(note)
                self._notes[name] = note
        self._gentle = label(words.gentle, "warm", wraps=True)
        box.addWidget(self._gentle)
        column.addWidget(conditions)
        self.help_button = button(words.needs_words, role="link")
        self.help_button.clicked.connect(self.help_wanted)
        column.addWidget(self.help_button, 0, Qt.AlignmentFlag.AlignLeft)
        column.addStretch(1)
        show_in(self._area, centered(content))
        # What stands below comes after what is ticked.
        QWidget.setTabOrder(self.help_button, self.later_button)
        QWidget.setTabOrder(self.later_button, self.go_button)
        self.later_button.setText(words.later)
        self.later_button.setAccessibleName(words.later)
        self._tell()

    def _make_foot(self) -> QFrame:
        foot = QFrame()
        foot.setObjectName("row")
        row = QHBoxLayout(foot)
        row.setContentsMargins(24, 10, 24, 10)
        row.addWidget(self.later_button)
        row.addStretch(1)
        row.addWidget(self.go_button)
        return foot

    def _tell(self) -> None:
        words = safety_words(self._language)
        for name, note in self._notes.items():
            note.setVisible(self.ticks[name].isChecked())
        self._gentle.setVisible(self.is_gentle)
        self._was_read = self.is_read
        text = self._go_on() if self.is_gentle else self._none()
        if not self._was_read:
            text = words.read_on
        if text != self.go_button.text():
            self.go_button.setText(text)
            self.go_button.setAccessibleName(text)

    def _go(self) -> None:
        """Go on, or show the next conditions: who has not seen them cannot answer for them."""
        if self.is_read:
            self._leave(has_passed=True)
            return
        bar = self._area.verticalScrollBar()
        bar.setValue(bar.value() + bar.pageStep() * 3 // 4)

    def _leave(self, *, has_passed: bool, is_gentle: bool = False) -> None:
        is_gentle = is_gentle or self.is_gentle
        # Forgotten before anybody is told: what is shown next may be somebody else's to see.
        self.leave()
        if has_passed:
            self.passed.emit(is_gentle)
        else:
            self.left.emit()


def _point(text: str) -> QWidget:
    made = QWidget()
    row = QHBoxLayout(made)
    row.setContentsMargins(0, 0, 0, 0)
    row.setSpacing(10)
    sign = label("·", "strong")
    sign.setAlignment(Qt.AlignmentFlag.AlignTop)
    row.addWidget(sign)
    row.addWidget(label(text, wraps=True), 1)
    return made
