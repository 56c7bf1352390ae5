"""What a page asks for is done by who can do it, and the window leads on."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from biofeedback.errors import LibraryUnavailableError
from biofeedback.pacing import PRESETS
from biofeedback.runtime.snapshot import SessionPlan
from biofeedback.sessions.keys import passphrase_key
from biofeedback.sessions.library import Library
from biofeedback.ui.messages import summary_words
from ui.conftest import until
from ui.engine_double import EngineDouble, a_summary
from ui.recorded import record

if TYPE_CHECKING:
    from pathlib import Path

    from biofeedback.ui.shell import Shell

PLAN = SessionPlan("breathing", PRESETS["gentle"], 600.0)


def test_once_more_is_ready_for_another_session(shell: Shell, engine: EngineDouble) -> None:
    engine.begin(PLAN)
    shell.tick()
    engine.end()
    shell.tick()
    assert shell.pages.summary.headline.text() == summary_words.PUTTING_TOGETHER
    engine.ended_with = a_summary(session_id="", is_kept=False)
    shell.tick()
    assert not shell.pages.summary.delete_button.isVisible()
    shell.pages.summary.more_button.click()
    assert shell.page is shell.pages.practice
    shell.tick()
    shell.pages.practice.begin_button.click()
    assert engine.calls[-2:] == ["reset", "begin"]


def test_library_that_is_opened_is_used_and_its_lock_remembered(
    shell: Shell, library: Library
) -> None:
    shell.show_page(shell.pages.unlock)
    shell.pages.unlock.opened.emit(library, True)

    assert shell.desk.library is library
    assert shell.preferences.use_keychain
    assert shell.page is shell.pages.practice


def test_library_that_opens_while_the_window_closes_is_closed_with_it(
    shell: Shell, tmp_path: Path
) -> None:
    """A key takes a moment to derive, and the person may have left meanwhile."""
    late = Library.open(tmp_path / "late.biofeedback", passphrase_key("a few words"))
    done: list[bool] = []
    shell.put_away.connect(lambda: done.append(True))
    page = shell.pages.unlock
    shell.close()
    page.opened.emit(late, False)
    until(lambda: bool(done) and shell.is_idle)

    assert shell.desk.library is None
    with pytest.raises(LibraryUnavailableError, match="closed"):
        late.sessions()


def test_session_that_was_just_kept_is_shown_again_on_request(
    shell: Shell, engine: EngineDouble, library: Library
) -> None:
    session_id = record(library)
    shell.use_library(library)
    engine.begin(PLAN)
    shell.tick()
    engine.ended_with = a_summary(session_id=session_id)
    engine.end()
    shell.tick()
    engine.calls.clear()
    shell.pages.summary.look.emit(session_id)
    until(lambda: shell.page is shell.pages.replay)

    assert engine.calls == ["reset"]


def test_deleting_from_the_list_reads_the_list_anew(shell: Shell, library: Library) -> None:
    session_id = record(library)
    shell.use_library(library)
    shell.show_page(shell.pages.sessions)
    shell.pages.sessions.deleted.emit(session_id)
    until(lambda: shell.notice.text == summary_words.DELETED)
    until(lambda: shell.is_idle)

    assert library.sessions() == ()
