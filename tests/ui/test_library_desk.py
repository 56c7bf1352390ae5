"""What pages ask of the library is done, and told in words."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from biofeedback.ui.library_desk import LibraryDesk
from ui.conftest import until
from ui.recorded import record

if TYPE_CHECKING:
    from pathlib import Path

    from biofeedback.sessions.library import Library
    from biofeedback.ui.shell import Shell


@pytest.fixture
def kept(shell: Shell, library: Library) -> str:
    """The id of a session in the window's library."""
    session_id = record(library)
    shell.use_library(library)
    return session_id


def test_export_writes_plain_files_and_says_they_are_not_encrypted(
    shell: Shell, kept: str, tmp_path: Path
) -> None:
    shell.desk.export(kept, tmp_path)
    until(lambda: shell.is_idle)

    folder = tmp_path / f"session-{kept}"
    assert {"beats.csv", "session.json"} <= {file.name for file in folder.iterdir()}
    assert "not encrypted" in shell.notice.text
    assert str(folder) in shell.notice.text


def test_export_to_a_place_that_cannot_be_written_is_told(
    shell: Shell, kept: str, tmp_path: Path
) -> None:
    (tmp_path / "taken").write_text("no folder")
    shell.desk.export(kept, tmp_path / "taken")
    until(lambda: shell.is_idle)

    assert shell.notice.text
    assert "not encrypted" not in shell.notice.text


def test_second_export_takes_a_new_name_and_leaves_the_first_as_it_was(
    shell: Shell, kept: str, tmp_path: Path
) -> None:
    first = tmp_path / f"session-{kept}"
    shell.desk.export(kept, tmp_path)
    until(lambda: shell.is_idle)
    (first / "beats.csv").write_text("worked on since", encoding="utf-8")
    shell.desk.export(kept, tmp_path)
    until(lambda: shell.is_idle)

    second = tmp_path / f"session-{kept}-2"
    assert (first / "beats.csv").read_text(encoding="utf-8") == "worked on since"
    assert (second / "beats.csv").read_text(encoding="utf-8").startswith("t_s,rr_ms")
    assert shell.notice.text.endswith(str(second))


def test_without_a_library_a_note_is_given_back(shell: Shell) -> None:
    said: list[str] = []
    desk = LibraryDesk(shell._worker, said.append)
    told: list[str] = []
    desk.keep_note(
        "3f9a12cd", "a note", lambda: told.append("kept"), lambda: told.append("given back")
    )
    desk.load("3f9a12cd", lambda _: told.append("loaded"))
    desk.delete("3f9a12cd", lambda: told.append("deleted"))
    assert (told, said) == (["given back"], [])
