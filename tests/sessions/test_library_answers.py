"""What a person says after a session is kept with it, encrypted, and goes with it."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest

from biofeedback.errors import SessionNotFoundError
from biofeedback.sessions.keys import passphrase_key
from biofeedback.sessions.library import Library

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

STARTED = datetime(2026, 11, 19, 14, 5, tzinfo=UTC)
WORD = "harder-than-anything-before"


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "mine.biofeedback"


@pytest.fixture
def library(path: Path) -> Iterator[Library]:
    with Library.open(path, passphrase_key("a few words")) as made:
        yield made


def record(library: Library) -> str:
    recorder = library.record(STARTED, guide="grounding", plan={}, sensors=())
    recorder.close()
    return recorder.session_id


def test_nothing_said_is_nothing_kept(library: Library) -> None:
    assert library.answers(record(library)) == {}


def test_answers_come_back_as_they_were_given(library: Library) -> None:
    session_id = record(library)
    other = record(library)
    library.keep_answers(session_id, {"how": "better", "distress": 3.0, "distress_before": 6.0})
    assert library.answers(session_id) == {"how": "better", "distress": 3.0, "distress_before": 6.0}
    assert library.answers(other) == {}


def test_another_answer_takes_the_place_of_the_first(library: Library) -> None:
    session_id = record(library)
    library.keep_answers(session_id, {"how": "better", "distress": 3.0})
    library.keep_answers(session_id[:6], {"how": "same"})
    assert library.answers(session_id) == {"how": "same"}
    library.keep_answers(session_id, {})
    assert library.answers(session_id) == {}


def test_unknown_session_has_none(library: Library) -> None:
    with pytest.raises(SessionNotFoundError):
        library.keep_answers("ffffffff", {"how": "same"})
    with pytest.raises(SessionNotFoundError):
        library.answers("ffffffff")


def test_answers_cannot_be_read_from_the_file(path: Path) -> None:
    with Library.open(path, passphrase_key("a few words")) as library:
        library.keep_answers(record(library), {"how": WORD})
    files = [each for each in path.parent.iterdir() if each.is_file()]
    assert files
    assert not any(WORD.encode() in each.read_bytes() for each in files)
