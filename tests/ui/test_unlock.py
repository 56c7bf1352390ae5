"""The library is opened or made without holding up the window, and never by a dialog."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLineEdit

from biofeedback.errors import PassphraseError
from biofeedback.sessions import keys
from biofeedback.sessions.library import Library
from biofeedback.settings import Preferences
from biofeedback.ui.messages import unlock_words
from biofeedback.ui.shell import Shell
from ui.conftest import put_away, until
from ui.engine_double import EngineDouble

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

WORDS = "four words in a row"


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "library.biofeedback"


@pytest.fixture
def asking(engine: EngineDouble, path: Path, preferences: Preferences) -> Iterator[Shell]:
    """A window that begins by asking for the library."""
    made = Shell(
        engine,  # type: ignore[arg-type]  # stands in for the real one
        preferences,
        path,
        asks_for_library=True,
        keep=lambda _: True,
        open_output=lambda: None,
    )
    made.show()
    yield made
    put_away(made)
    made.deleteLater()


def make(path: Path) -> None:
    Library.open(path, keys.passphrase_key(WORDS)).close()


def type_in(shell: Shell, first: str, second: str | None = None) -> None:
    shell.pages.unlock.passphrase.setText(first)
    if second is not None:
        shell.pages.unlock.again.setText(second)
    shell.pages.unlock.passphrase_button.click()


def test_first_run_says_that_a_passphrase_cannot_be_recovered(asking: Shell) -> None:
    assert asking.page is asking.pages.unlock
    texts = [
        label.text()
        for label in asking.pages.unlock.findChildren(type(asking.pages.unlock.trouble))
    ]
    assert any("cannot be recovered" in text for text in texts)
    assert asking.pages.unlock.again.isVisible()
    assert asking.pages.unlock.passphrase.echoMode() == QLineEdit.EchoMode.Password


def test_passphrase_typed_twice_makes_the_library(
    asking: Shell, engine: EngineDouble, path: Path
) -> None:
    type_in(asking, WORDS, WORDS)
    assert asking.pages.unlock.is_busy
    assert not path.exists() or asking.page is asking.pages.unlock, "the window did not wait for it"
    until(lambda: asking.page is asking.pages.practice)

    assert engine.library is not None
    assert engine.library.path == path
    assert asking.pages.unlock.passphrase.text() == asking.pages.unlock.again.text() == ""


def test_two_that_differ_make_nothing(asking: Shell, path: Path) -> None:
    type_in(asking, WORDS, "four words in a raw")

    assert asking.pages.unlock.trouble.text() == unlock_words.LOCK_DIFFERS
    assert not path.exists()


def test_nothing_typed_is_said_kindly(asking: Shell) -> None:
    type_in(asking, "", "")
    assert asking.pages.unlock.trouble.text() == unlock_words.LOCK_EMPTY


def test_later_one_field_and_enter_are_enough(
    asking: Shell, engine: EngineDouble, path: Path
) -> None:
    make(path)
    asking.show_page(asking.pages.unlock)
    assert not asking.pages.unlock.again.isVisible()
    asking.pages.unlock.passphrase.setText(WORDS)
    QTest.keyClick(asking.pages.unlock.passphrase, Qt.Key.Key_Return)
    until(lambda: engine.library is not None)


def test_wrong_passphrase_is_refused_in_words_and_can_be_tried_again(
    asking: Shell, engine: EngineDouble, path: Path
) -> None:
    make(path)
    asking.show_page(asking.pages.unlock)
    type_in(asking, "something else")
    until(lambda: not asking.pages.unlock.is_busy)

    assert asking.pages.unlock.trouble.text()
    assert "something else" not in asking.pages.unlock.trouble.text()
    assert engine.library is None
    type_in(asking, WORDS)
    until(lambda: engine.library is not None)


def test_practising_without_recording_is_one_button(asking: Shell, engine: EngineDouble) -> None:
    asking.pages.unlock.without_button.click()

    assert asking.page is asking.pages.practice
    assert engine.library is None
    asking.show_page(asking.pages.sessions)
    assert asking.pages.sessions.library_button.isVisible()


def test_keychain_opens_without_typing_and_is_remembered(
    asking: Shell, engine: EngineDouble, monkeypatch: pytest.MonkeyPatch
) -> None:
    kept: list[Preferences] = []

    def keep(preferences: Preferences) -> bool:
        kept.append(preferences)
        return True

    monkeypatch.setattr(asking, "_keep", keep)
    monkeypatch.setattr(keys, "keychain_key", lambda _path, *, create: keys.passphrase_key("k"))
    asking.pages.unlock.keychain_button.click()
    until(lambda: engine.library is not None)

    assert kept[-1].use_keychain


def test_computer_without_a_keychain_says_so(asking: Shell, engine: EngineDouble) -> None:
    """The tests' own keyring is none."""
    asking.pages.unlock.keychain_button.click()
    until(lambda: not asking.pages.unlock.is_busy)

    assert "keychain" in asking.pages.unlock.trouble.text()
    assert engine.library is None


def test_keychain_that_was_chosen_is_asked_at_the_start(
    engine: EngineDouble, path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(keys, "keychain_key", lambda _path, *, create: keys.passphrase_key("k"))
    shell = Shell(
        engine,  # type: ignore[arg-type]  # stands in for the real one
        Preferences(theme="dark", sound=False, use_keychain=True),
        path,
        asks_for_library=True,
        keep=lambda _: True,
    )
    until(lambda: engine.library is not None)
    assert shell.page is shell.pages.practice
    put_away(shell)
    shell.deleteLater()


def test_passphrase_can_be_shown_and_is_hidden_again(asking: Shell) -> None:
    asking.pages.unlock.show_switch.click()
    assert asking.pages.unlock.passphrase.echoMode() == QLineEdit.EchoMode.Normal
    asking.pages.unlock.without_button.click()
    assert asking.pages.unlock.passphrase.echoMode() == QLineEdit.EchoMode.Password


def test_closing_while_the_key_is_derived_closes_the_library_too(
    engine: EngineDouble, path: Path, preferences: Preferences
) -> None:
    shell = Shell(
        engine,  # type: ignore[arg-type]  # stands in for the real one
        preferences,
        path,
        asks_for_library=True,
        keep=lambda _: True,
    )
    shell.show()
    type_in(shell, WORDS, WORDS)
    put_away(shell)
    shell.deleteLater()

    assert engine.library is None
    with Library.open(path, keys.passphrase_key(WORDS)) as again:
        assert again.sessions() == ()


def test_errors_of_the_library_reach_the_page(
    asking: Shell, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_arguments: object, **_more: object) -> Library:
        msg = "In plain words."
        raise PassphraseError(msg)

    monkeypatch.setattr(Library, "open", refuse)
    type_in(asking, WORDS, WORDS)
    until(lambda: not asking.pages.unlock.is_busy)
    assert asking.pages.unlock.trouble.text() == "In plain words."
