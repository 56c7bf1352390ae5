"""Where the passphrase comes from, and what is said when there is none."""

from __future__ import annotations

import getpass
import sys
from typing import TYPE_CHECKING

import pytest

from biofeedback.cli.library import Common, open_library
from biofeedback.errors import LibraryUnavailableError, PassphraseError

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path


@pytest.fixture
def typed(monkeypatch: pytest.MonkeyPatch) -> Callable[..., list[str]]:
    """Let somebody sit at the terminal who types these words; give the questions asked."""

    def typing(*words: str) -> list[str]:
        asked: list[str] = []
        answers = iter(words)

        def answer(question: str) -> str:
            asked.append(question)
            return next(answers)

        monkeypatch.setattr(sys.stdin, "isatty", lambda: True)
        monkeypatch.setattr(getpass, "getpass", answer)
        return asked

    return typing


def test_nobody_is_asked_for_a_passphrase_to_nothing(
    typed: Callable[..., list[str]], tmp_path: Path
) -> None:
    asked = typed()
    with pytest.raises(LibraryUnavailableError, match="no library"):
        open_library(Common(tmp_path / "none.db"), create=False)
    assert asked == []


def test_a_new_passphrase_is_asked_for_twice_beside_the_data(
    typed: Callable[..., list[str]], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    asked = typed("quiet sea", "quiet sea")
    open_library(Common(tmp_path / "new.db"), create=True).close()
    assert len(asked) == 2
    printed = capsys.readouterr()
    assert printed.out == ""
    assert "without it nobody can read" in printed.err


def test_two_that_differ_make_nothing(typed: Callable[..., list[str]], tmp_path: Path) -> None:
    typed("quiet sea", "quiet see")
    with pytest.raises(PassphraseError, match="differ"):
        open_library(Common(tmp_path / "new.db"), create=True)
    assert not (tmp_path / "new.db").exists()


def test_bytes_that_are_no_text_are_said_in_words(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    def garbled(_question: str) -> str:
        return b"\xff".decode()

    monkeypatch.setattr(sys.stdin, "isatty", lambda: True)
    monkeypatch.setattr(getpass, "getpass", garbled)
    with pytest.raises(PassphraseError, match="no text"):
        open_library(Common(tmp_path / "new.db"), create=True)
