"""The buttons for what a person may ask of a guide just now, each with its key."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import Signal
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QPushButton, QWidget

from biofeedback.ui import theme
from biofeedback.ui.focus import leave_focus
from biofeedback.ui.leading import command_words
from biofeedback.ui.messages.lead_words import ENTER, KEYS, with_key
from biofeedback.ui.messages.window_words import END_KEY
from biofeedback.ui.page import let_go
from biofeedback.ui.press_guard import act_at_once
from biofeedback.ui.widgets.centered_rows import CenteredRows
from biofeedback.ui.widgets.controls import button

if TYPE_CHECKING:
    from collections.abc import Sequence

    from PySide6.QtGui import QResizeEvent

__all__ = ["WordButtons"]

# The first of these that can be asked for is what Enter does.
_FIRST = ("more", "go-on", "next", "resource")
_ORDER = (
    *_FIRST,
    "activate",
    "longer",
    "again",
    "other",
    "back",
    "slower",
    "faster",
    "natural",
    "stop",
)
# These stand beside the sentence that they belong to.
_ELSEWHERE = frozenset({"keep", "adapt"})
# What can be asked for in a pause too.
_ALWAYS = frozenset({"stop", "end", "keep", "adapt"})
# What is never to be waited for.
_AT_ONCE = frozenset({"stop", "end"})
_SPACE_PX = 12


class WordButtons(QWidget):
    """A button for each command that can be asked for, and one that ends the session.

    Signals: ``asked(str, dict)`` with the command, ``ended()``.

    Parameters
    ----------
    is_large
        For a screen of their own, to be met with eyes half closed: large, with the keys on them,
        and with one for the end. Else small, with the keys in their tool tips.
    """

    asked = Signal(str, object)
    ended = Signal()

    def __init__(self, *, is_large: bool) -> None:
        super().__init__()
        self._is_large = is_large
        self._language = "en"
        self._told: object = None
        self._can: tuple[str, ...] = ()
        self._is_still = False
        self._is_brief = False
        self._primary = ""
        self.buttons: dict[str, QPushButton] = {}
        self._rows = CenteredRows(_SPACE_PX if is_large else 6, is_filled=not is_large)
        self.setLayout(self._rows)
        for letter in sorted(set(KEYS.values())):
            key = QShortcut(QKeySequence(letter), self)
            key.setAutoRepeat(False)
            key.activated.connect(partial(self._hear, letter))

    @property
    def primary(self) -> str:
        """What Enter asks for, empty for nothing."""
        return self._primary

    def set_language(self, language: str) -> None:
        """Name them in another language from now on."""
        self._language = language
        self._told = None

    def be_brief(self, *, is_brief: bool) -> None:
        """Put the buttons out of sight, where there is little height; the keys go on."""
        self._is_brief = is_brief
        for each in self.buttons.values():
            if is_brief:
                leave_focus(each)
            each.setHidden(is_brief)

    def press_enter(self) -> bool:
        """Ask for what Enter does. Return whether there is anything."""
        if not self._primary or self._is_still:
            return False
        self.asked.emit(self._primary, {})
        return True

    def tell(
        self, guide: str, can: Sequence[str], *, is_still: bool = False, stage: str = ""
    ) -> None:
        """Show what can be asked for.

        Parameters
        ----------
        guide
            Which guide leads: it may have words of its own.
        can
            As in `biofeedback.samples.GuideState`.
        is_still
            Whether the session is paused: then there is only the stop, and the end.
        stage
            Which of the guide's: the same command may do something else in another.
        """
        told = (guide, tuple(can), is_still, stage, theme.px(100))
        if told == self._told:
            return
        self._told, self._is_still = told, is_still
        self._can = tuple(can)
        wanted = [word for word in _ORDER if word in can and word not in _ELSEWHERE]
        self._primary = next((word for word in _FIRST if word in wanted), "")
        if self._is_large:
            wanted.append("end")
        words = command_words(guide, self._language, stage)
        for word in self.buttons.keys() - set(wanted):
            gone = self.buttons.pop(word)
            leave_focus(gone)
            self._rows.removeWidget(gone)
            let_go(gone)
        for word in wanted:
            self._name(word, words[word])
            if is_still and word not in _ALWAYS:
                leave_focus(self.buttons[word])
            self.buttons[word].setEnabled(not is_still or word in _ALWAYS)
        self.buttons = {word: self.buttons[word] for word in wanted}
        # In sight without a button too: what is out of sight hears no keys.
        self._arrange()
        if self._is_brief:
            self.be_brief(is_brief=True)

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802 - Qt's name
        """Put as many side by side as there is room for."""
        super().resizeEvent(event)
        self._arrange()

    def _name(self, word: str, text: str) -> None:
        made = self.buttons.get(word)
        if made is None:
            made = self.buttons[word] = button("")
            made.clicked.connect(self.ended if word == "end" else partial(self._ask, word))
            if word in _AT_ONCE:
                act_at_once(made)
        role = self._role(word)
        if made.property("role") != role:
            made.setProperty("role", role)
            made.style().unpolish(made)
            made.style().polish(made)
        key = ENTER if word == self._primary else KEYS.get(word, "")
        made.setText(with_key(text, key) if self._is_large else text)
        made.setAccessibleName(text)
        made.setToolTip(END_KEY if word == "end" else "" if self._is_large else KEYS.get(word, ""))

    def _role(self, word: str) -> str:
        if not self._is_large:
            return "primary" if word == "go-on" else ""
        if word == "stop":
            return "large-stop"
        return "large-primary" if word == self._primary else "large"

    def _ask(self, word: str, *_checked: bool) -> None:
        self.asked.emit(word, {})

    def _hear(self, letter: str) -> None:
        for word, key in KEYS.items():
            is_now = word in self._can and (not self._is_still or word in _ALWAYS)
            if key == letter and is_now:
                self.asked.emit(word, {})
                return

    def _arrange(self) -> None:
        self._rows.arrange(tuple(self.buttons.values()), self.width())
