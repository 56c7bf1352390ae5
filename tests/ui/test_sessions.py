"""Recorded sessions are listed, replayed, exported and deleted; notes are kept."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from PySide6.QtWidgets import QLabel, QPushButton

from biofeedback.pacing import PRESETS
from biofeedback.runtime.snapshot import SessionPlan
from biofeedback.sessions.keys import passphrase_key
from biofeedback.sessions.library import Library
from biofeedback.settings import Preferences
from biofeedback.ui import theme
from biofeedback.ui.messages import session_words, summary_words
from ui.conftest import put_away, until
from ui.engine_double import EngineDouble
from ui.recorded import ended, record

if TYPE_CHECKING:
    from pathlib import Path

    from biofeedback.settings import ThemeName
    from biofeedback.ui.shell import Shell


@pytest.fixture
def listed(shell: Shell, library: Library) -> Shell:
    """The window on a library with one session, listed and picked."""
    record(library)
    shell.use_library(library)
    shell.show_page(shell.pages.sessions)
    until(lambda: shell.pages.sessions.table.rowCount() == 1)
    shell.pages.sessions.table.setCurrentCell(0, 0)
    return shell


def cells(shell: Shell) -> list[str]:
    table = shell.pages.sessions.table
    found = (table.item(0, column) for column in range(table.columnCount()))
    return [item.text() for item in found if item is not None]


def test_session_is_listed_with_when_how_long_and_with_what(listed: Shell) -> None:
    row = cells(listed)

    assert "November 2026" in row[0]
    assert row[1:] == ["40 s", "Polar H10 5C2A", "Paced breathing", "complete"]


def test_what_was_said_afterwards_is_shown_with_the_session(
    listed: Shell, library: Library
) -> None:
    page = listed.pages.sessions
    assert page._answers.isHidden()
    answers: dict[str, float | str] = {"how": "better", "distress": 3.0, "distress_before": 6.0}
    library.keep_answers(page.session_id, answers)
    page.wanted.emit()
    until(lambda: page._answers.text() == "Afterwards: Better  ·  distress 3, 6 before")
    assert page._answers.isVisible()


def test_session_that_is_still_open_says_what_was_kept(shell: Shell, library: Library) -> None:
    session_id = record(library, is_complete=False)
    shell.use_library(library)
    shell.show_page(shell.pages.sessions)
    until(lambda: shell.pages.sessions.table.rowCount() == 1)

    assert cells(shell)[-1] == session_words.INTERRUPTED
    assert session_id


def test_session_that_is_being_recorded_says_so(
    shell: Shell, engine: EngineDouble, library: Library
) -> None:
    """It has not ended: neither complete nor cut short."""
    shell.use_library(library)
    record(library)
    record(library, is_complete=False)
    engine.begin(SessionPlan("breathing", PRESETS["gentle"], 600.0))
    engine.live(20.0)
    shell.show_page(shell.pages.sessions)
    until(lambda: shell.pages.sessions.table.rowCount() == 2)

    assert cells(shell)[-1] == session_words.UNDER_WAY
    shell.pages.sessions.table.setCurrentCell(0, 0)
    texts = [label.text() for label in shell.pages.sessions.findChildren(QLabel)]
    assert any(session_words.UNDER_WAY in text for text in texts)


@pytest.mark.parametrize("name", ["dark", "light", "high-contrast"])
def test_list_is_legible_in_every_theme(listed: Shell, name: ThemeName) -> None:
    """Text on its ground has a contrast of 4.5 at least (WCAG 2.2, 1.4.3), also after a change."""
    listed.prefer(Preferences(theme=name, sound=False))
    item = listed.pages.sessions.table.item(0, 1)
    assert item is not None
    shown = item.foreground().color()
    assert shown.alpha() == 255
    assert theme.contrast_ratio(shown.name(), theme.colors().background) >= 4.5


def test_without_a_library_the_page_offers_one(shell: Shell) -> None:
    shell.show_page(shell.pages.sessions)
    assert shell.pages.sessions.library_button.isVisible()
    assert not shell.pages.sessions.table.isVisible()
    shell.pages.sessions.library_button.click()
    assert shell.page is shell.pages.unlock


def test_deleting_asks_once_and_then_the_session_is_gone(listed: Shell, library: Library) -> None:
    first, no, yes = listed.pages.sessions.delete_button.findChildren(QPushButton)
    first.click()
    assert yes.isVisible()
    no.click()
    assert len(library.sessions()) == 1
    first.click()
    yes.click()
    until(lambda: listed.notice.text == summary_words.DELETED)
    until(lambda: listed.pages.sessions.table.rowCount() == 0)
    assert library.sessions() == ()


def test_note_is_kept_with_the_session(
    shell: Shell, engine: EngineDouble, library: Library
) -> None:
    session_id = ended(shell, engine, library)
    shell.pages.summary.write("My shoulders let go.")
    shell.pages.summary.keep_button.click()
    until(lambda: shell.is_idle)
    assert library.find(session_id).note == "My shoulders let go."


@pytest.mark.parametrize("leave", ["done_button", "more_button", "look_button"])
def test_note_that_was_only_typed_is_kept_too(
    shell: Shell, engine: EngineDouble, library: Library, leave: str
) -> None:
    session_id = ended(shell, engine, library)
    shell.pages.summary.write("just typed")
    getattr(shell.pages.summary, leave).click()
    until(lambda: shell.is_idle)

    assert library.find(session_id).note == "just typed"
    assert "reset" in engine.calls


def test_note_is_kept_when_the_window_is_closed(
    shell: Shell, engine: EngineDouble, library: Library, tmp_path: Path
) -> None:
    session_id = ended(shell, engine, library)
    shell.pages.summary.write("and then I left")
    put_away(shell)

    with Library.open(tmp_path / "mine.biofeedback", passphrase_key("a few words")) as again:
        assert again.find(session_id).note == "and then I left"


def test_note_that_cannot_be_kept_comes_back_into_the_field(
    shell: Shell, engine: EngineDouble, library: Library
) -> None:
    session_id = ended(shell, engine, library)
    library.delete(session_id)
    shell.pages.summary.write("not lost")
    shell.pages.summary.keep_button.click()
    until(lambda: shell.is_idle)

    assert shell.notice.text
    shell.pages.summary.noted.disconnect()
    kept: list[str] = []
    shell.pages.summary.noted.connect(lambda _, text: kept.append(text))
    shell.pages.summary.keep_note()
    assert kept == ["not lost"]


def test_session_can_be_deleted_from_its_summary(
    shell: Shell, engine: EngineDouble, library: Library
) -> None:
    ended(shell, engine, library)
    shell.pages.summary.delete_button.confirmed.emit()
    until(lambda: shell.page is shell.pages.practice)

    assert library.sessions() == ()
