"""Choosing how the sessions are locked, and opening them again. A page, never a dialog.

The passphrase stays in its field until it is made into a key, and is wiped from the field
then; deriving the key takes a moment and happens beside the window.
"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLineEdit, QVBoxLayout, QWidget

from biofeedback.ui import theme
from biofeedback.ui.messages import unlock_words
from biofeedback.ui.page import Page, card, centered, label, scrolled
from biofeedback.ui.widgets.controls import Switch, button

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from biofeedback.sessions.library import Library
    from biofeedback.ui.worker import Worker

__all__ = ["UnlockPage"]

_COLUMN_PX = 620


class UnlockPage(Page):
    """Opens or makes the library.

    Signals: ``opened(Library, bool)`` with whether the keychain holds its key; ``declined()``
    when the person practises without recording.

    Parameters
    ----------
    path
        The library's file.
    worker
        Derives the key beside the window.
    """

    opened = Signal(object, bool)
    declined = Signal()

    def __init__(self, path: Path, worker: Worker) -> None:
        super().__init__()
        self._path = path
        self._worker = worker
        self._is_new = True
        self._is_busy = False
        self._title = label("", "headline", wraps=True)
        self._text = label("", "muted", wraps=True)
        self.trouble = label("", "warm", wraps=True)
        self.trouble.hide()
        self.passphrase = self._field(unlock_words.LOCK_FIELD)
        self.again = self._field(unlock_words.LOCK_FIELD_AGAIN)
        self.show_switch = Switch(unlock_words.LOCK_SHOW)
        self.show_switch.toggled.connect(self._show_typed)
        self.passphrase_button = button(unlock_words.MAKE_LIBRARY, role="primary")
        self.passphrase_button.clicked.connect(self._use_passphrase)
        self.keychain_button = button(unlock_words.USE_KEYCHAIN)
        self.keychain_button.clicked.connect(self.use_keychain)
        self.without_button = button(unlock_words.WITHOUT)
        self.without_button.clicked.connect(self._decline)
        self.passphrase.returnPressed.connect(self._entered)
        self.again.returnPressed.connect(self._use_passphrase)
        self._passphrase_text = label(unlock_words.LOCK_TEXT, "muted", wraps=True)
        self._keychain_card = self._section(
            unlock_words.KEYCHAIN_HEADING, unlock_words.KEYCHAIN_TEXT, self.keychain_button
        )
        content = QWidget()
        column = QVBoxLayout(content)
        column.setContentsMargins(24, 34, 24, 24)
        column.setSpacing(14)
        column.addWidget(self._title)
        column.addWidget(self._text)
        column.addSpacing(6)
        column.addWidget(self._make_passphrase_card())
        column.addWidget(self._keychain_card)
        column.addWidget(
            self._section(
                unlock_words.WITHOUT_HEADING, unlock_words.WITHOUT_TEXT, self.without_button
            )
        )
        column.addStretch(1)
        content.setMaximumWidth(theme.px(_COLUMN_PX))
        self.hold(scrolled(centered(content)))
        self.set_path(path)

    @property
    def is_busy(self) -> bool:
        """Whether a key is being derived."""
        return self._is_busy

    def set_path(self, path: Path) -> None:
        """Turn to a library; ask for a new lock when there is none there yet."""
        self._path = path
        self._is_new = not path.exists()
        self._title.setText(unlock_words.FIRST_TITLE if self._is_new else unlock_words.UNLOCK_TITLE)
        self._text.setText(unlock_words.FIRST_TEXT if self._is_new else unlock_words.UNLOCK_TEXT)
        self._passphrase_text.setVisible(self._is_new)
        self.again.setVisible(self._is_new)
        self._set_busy(is_busy=False)

    def entered(self) -> None:
        """Be ready to be typed into."""
        self.set_path(self._path)
        self.passphrase.setFocus()

    def use_keychain(self) -> None:
        """Open or make the library with the key in the computer's keychain."""
        self._open(partial(_open_with_keychain, self._path), has_keychain=True)

    def _field(self, name: str) -> QLineEdit:
        field = QLineEdit()
        field.setEchoMode(QLineEdit.EchoMode.Password)
        field.setPlaceholderText(name)
        field.setAccessibleName(name)
        field.setMinimumHeight(theme.TARGET_PX)
        # What is typed here is nobody's to remember or correct.
        field.setInputMethodHints(
            Qt.InputMethodHint.ImhHiddenText
            | Qt.InputMethodHint.ImhSensitiveData
            | Qt.InputMethodHint.ImhNoPredictiveText
        )
        return field

    def _make_passphrase_card(self) -> QFrame:
        made = card()
        box = made.layout()
        assert isinstance(box, QVBoxLayout)  # noqa: S101 - made by card
        box.setSpacing(10)
        box.addWidget(label(unlock_words.LOCK_HEADING, "strong"))
        for widget in (self._passphrase_text, self.passphrase, self.again, self.trouble):
            box.addWidget(widget)
        row = QHBoxLayout()
        row.addWidget(self.show_switch)
        row.addStretch(1)
        row.addWidget(self.passphrase_button)
        box.addLayout(row)
        return made

    @staticmethod
    def _section(heading: str, text: str, action: QWidget) -> QFrame:
        made = card(QHBoxLayout())
        row = made.layout()
        assert isinstance(row, QHBoxLayout)  # noqa: S101 - made by card
        row.setSpacing(18)
        words = QVBoxLayout()
        words.setSpacing(4)
        words.addWidget(label(heading, "strong"))
        words.addWidget(label(text, "muted", wraps=True))
        row.addLayout(words, 1)
        row.addWidget(action, 0, Qt.AlignmentFlag.AlignVCenter)
        return made

    def _show_typed(self, is_shown: bool) -> None:
        mode = QLineEdit.EchoMode.Normal if is_shown else QLineEdit.EchoMode.Password
        self.passphrase.setEchoMode(mode)
        self.again.setEchoMode(mode)

    def _entered(self) -> None:
        if self._is_new:
            self.again.setFocus()
        else:
            self._use_passphrase()

    def _use_passphrase(self) -> None:
        typed = self.passphrase.text()
        if not typed:
            self._say(unlock_words.LOCK_EMPTY)
            self.passphrase.setFocus()
        elif self._is_new and typed != self.again.text():
            self._say(unlock_words.LOCK_DIFFERS)
            self.again.setFocus()
        else:
            self._open(
                partial(_open_with_passphrase, self._path, typed, create=self._is_new),
                has_keychain=False,
            )

    def _open(self, work: Callable[[], Library], *, has_keychain: bool) -> None:
        if self._is_busy:
            return
        self._say("")
        self._set_busy(is_busy=True)
        self._worker.do(work, lambda library: self._opened(library, has_keychain), self._failed)

    def _opened(self, library: Library, has_keychain: bool) -> None:
        self._wipe()
        self._set_busy(is_busy=False)
        self.opened.emit(library, has_keychain)

    def _failed(self, words: str) -> None:
        self._set_busy(is_busy=False)
        self._say(words)
        self.passphrase.selectAll()
        self.passphrase.setFocus()

    def _decline(self) -> None:
        self._wipe()
        self.declined.emit()

    def _wipe(self) -> None:
        self.passphrase.clear()
        self.again.clear()
        self.show_switch.setChecked(False)

    def _set_busy(self, *, is_busy: bool) -> None:
        self._is_busy = is_busy
        for widget in (self.passphrase, self.again, self.passphrase_button, self.keychain_button):
            widget.setEnabled(not is_busy)
        ready = unlock_words.MAKE_LIBRARY if self._is_new else unlock_words.UNLOCK
        self.passphrase_button.setText(unlock_words.UNLOCKING if is_busy else ready)
        self.passphrase_button.setAccessibleName(self.passphrase_button.text())

    def _say(self, words: str) -> None:
        self.trouble.setText(words)
        self.trouble.setVisible(bool(words))


# In the worker's thread. The library's package is not needed for the first picture.


def _open_with_passphrase(path: Path, passphrase: str, *, create: bool) -> Library:
    from biofeedback.sessions.keys import passphrase_key  # noqa: PLC0415 - see above
    from biofeedback.sessions.library import Library as Opened  # noqa: PLC0415 - see above

    return Opened.open(path, passphrase_key(passphrase), create=create)


def _open_with_keychain(path: Path) -> Library:
    from biofeedback.sessions.keys import keychain_key  # noqa: PLC0415 - see above
    from biofeedback.sessions.library import Library as Opened  # noqa: PLC0415 - see above

    return Opened.open(path, keychain_key(path, create=True), create=True)
