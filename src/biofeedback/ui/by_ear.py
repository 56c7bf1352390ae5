"""Lets the pages before and after a guide be heard, and answered by keys, with closed eyes.

Each frame asks the page that is shown what there is to hear; what is new is said. While a guide
leads it is the guide that speaks (`biofeedback.ui.telling`), and the pages are silent.
"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QObject
from PySide6.QtGui import QKeyEvent, QKeySequence, QShortcut
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractSpinBox,
    QApplication,
    QCheckBox,
    QComboBox,
    QWidget,
)

from biofeedback.errors import ContentError
from biofeedback.ui.messages.ear_words import ear_words
from biofeedback.ui.passage import HOME
from biofeedback.ui.pausing import UNDER_WAY

if TYPE_CHECKING:
    from collections.abc import Callable

    from biofeedback.runtime.snapshot import SessionState
    from biofeedback.settings import Preferences
    from biofeedback.ui.page import Page
    from biofeedback.ui.passage import Choice, Passage
    from biofeedback.ui.voice import Voice

__all__ = ["ByEar"]

_AGAIN_KEY = "A"


class ByEar(QObject):
    """Speaks the page that is shown, where eyes are closed.

    Parameters
    ----------
    voice
        Speaks.
    preferences
        Gives the preferences in force.
    """

    def __init__(self, voice: Voice, preferences: Callable[[], Preferences]) -> None:
        app = QApplication.instance()
        assert isinstance(app, QApplication)  # noqa: S101 - there is a voice, so there is one
        super().__init__(voice)
        self._app = app
        self._voice = voice
        self._preferences = preferences
        self._language = ""
        self._page: Page | None = None
        self._passage: Passage | None = None
        self._control: tuple[QWidget | None, str, str] = (None, "", "")
        self._echo = ""
        self._is_expected = False
        self._keys: list[QShortcut] = []

    def hush(self) -> None:
        """Be silent at once; what was said can be heard once more."""
        if self._passage is not None:
            self._voice.hush()

    def expect_guide(self) -> None:
        """Say nothing of the page that is shown until the guide that was begun leads."""
        self.hush()
        self._is_expected = True

    def stop(self) -> None:
        """Listen to no key any more."""
        self._turn_to(None, None)

    def tell(self, page: Page, state: SessionState) -> None:
        """Say what is new on the page that is shown.

        Parameters
        ----------
        page
            Which.
        state
            Of the session, counting what was just asked for.
        """
        preferences = self._preferences()
        passage = None
        # Keys that nobody could be told of are none.
        is_heard = preferences.eyes_closed and not self._voice.is_missing
        if is_heard and (state not in UNDER_WAY or page.is_heard_always):
            passage = self._heard(page, preferences.guide_language)
        if state in UNDER_WAY or (passage is not None and passage.place != HOME):
            self._is_expected = False
        if self._is_expected:
            passage = None
        before = self._passage
        if passage is None:
            if before is not None:
                self._turn_to(None, None)
            return
        self._language = preferences.guide_language
        is_new = before is None or before.place != passage.place or page is not self._page
        known = () if before is None or is_new else _told(before)
        has_news = is_new or before is None or before.text != passage.text
        told = _told(passage)
        self._turn_to(page, passage)
        if has_news or told != known:
            words = [
                self._echo,
                passage.opening if is_new else "",
                passage.text if has_news else "",
            ]
            if told != known:
                words += self._key_words(passage, is_new=is_new)
            self._echo = ""
            self._say(words, interrupts=not (is_new and passage.waits))
        self._tell_control(passage, is_new=is_new)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: N802 - Qt's name
        """Let a letter be a key in a field for numbers too, which has no use for it."""
        if event.type() == QEvent.Type.ShortcutOverride and isinstance(watched, QAbstractSpinBox):
            assert isinstance(event, QKeyEvent)  # noqa: S101 - what Qt promises for this type
            if event.text().isalpha() and not event.modifiers().value:
                event.ignore()
                return True
        return False

    # What is said.

    @staticmethod
    def _heard(page: Page, language: str) -> Passage | None:
        try:
            return page.passage(language)
        except ContentError:
            return None  # what cannot be read cannot be spoken; the window says so

    def _key_words(self, passage: Passage, *, is_new: bool) -> list[str]:
        from biofeedback.guides.words import common_words  # noqa: PLC0415 - not for the first picture

        spoken = common_words(self._language)
        told = [(each.key, each.words) for each in passage.choices if each.is_told]
        if is_new and told:
            told.append((_AGAIN_KEY, spoken.words["again"]))
        return [spoken.spoken["key"].format(key=key, answer=words) for key, words in told]

    def _say(self, words: list[str], *, interrupts: bool) -> None:
        text = " ".join(filter(None, words))
        if text:
            self._voice.set_language(self._language)
            self._voice.say(text, interrupts=interrupts)

    def _tell_control(self, passage: Passage, *, is_new: bool) -> None:
        """Say which control has the focus, and to what it is set."""
        focus = self._app.focusWidget()
        before = self._control
        name, value = _described(focus, self._language)
        self._control = (focus, name, value)
        if is_new or not passage.tells_controls or (focus, value) == (before[0], before[2]):
            return
        same = focus is before[0]
        self._say([f"{each}." for each in ("" if same else name, value) if each], interrupts=True)

    # What is answered.

    def _turn_to(self, page: Page | None, passage: Passage | None) -> None:
        keys = [] if passage is None else [each.key for each in passage.choices]
        before = [] if self._passage is None else [each.key for each in self._passage.choices]
        is_other = page is not self._page
        if (passage is None) is not (self._passage is None):
            (self._app.removeEventFilter if passage is None else self._app.installEventFilter)(self)
        self._page, self._passage = page, passage
        if keys == before and not is_other:
            return
        for gone in self._keys:
            gone.setParent(None)
            gone.deleteLater()
        self._keys = []
        if page is not None:
            for key in dict.fromkeys((*keys, _AGAIN_KEY)):
                made = QShortcut(QKeySequence(key), page)
                made.setAutoRepeat(False)
                made.activated.connect(partial(self._press, key))
                self._keys.append(made)

    def _press(self, key: str) -> None:
        passage = self._passage
        if passage is None:
            return
        chosen = next((each for each in passage.choices if each.key == key), None)
        if chosen is None:
            again = [passage.opening, passage.text, *self._key_words(passage, is_new=True)]
            self._say(again, interrupts=True)
            return
        self._voice.hush()
        self._echo = _sentence(chosen) if chosen.is_answer else ""
        chosen.act()


def _told(passage: Passage) -> tuple[tuple[str, str], ...]:
    return tuple((each.key, each.words) for each in passage.choices)


def _sentence(chosen: Choice) -> str:
    return f"{chosen.words}."


def _described(control: QWidget | None, language: str) -> tuple[str, str]:
    """Return what a control is called, and what it is set to."""
    if control is None:
        return ("", "")
    name = control.accessibleName()
    if isinstance(control, QAbstractSpinBox):
        return (name, control.text())
    if isinstance(control, QComboBox):
        return (name, control.currentText())
    if isinstance(control, QCheckBox):
        words = ear_words(language)
        return (name, words.ticked if control.isChecked() else words.not_ticked)
    return (name if isinstance(control, QAbstractButton) else "", "")
