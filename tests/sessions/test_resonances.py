"""What an assessment found is kept, read back, and can be forgotten for good."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone
from typing import TYPE_CHECKING

import pytest

from biofeedback.errors import LibraryDamagedError, LibraryUnavailableError
from biofeedback.guides.resonance_result import (
    CurvePoint,
    ResonanceResult,
    Verdict,
    facts_of,
    result_from,
)
from biofeedback.sessions.library import Library
from biofeedback.sessions.store import Store
from sessions.made_up import KEY, STARTED

if TYPE_CHECKING:
    from pathlib import Path

RESULT = ResonanceResult(
    Verdict.CLEAR,
    (CurvePoint(6.5, 9.5, 1.0), CurvePoint(5.5, 12.25, 0.75)),
    5.6,
    5.3,
    5.95,
    0.25,
    5.3,
    5.9,
    4.5,
    3.5,
)


def test_a_result_comes_back_as_it_was(library: Library) -> None:
    library.resonances.add(facts_of(RESULT), STARTED)
    (row,) = library.resonances.of()
    assert row.measured_utc == STARTED
    assert repr(result_from(row.facts)) == repr(RESULT)


def test_the_latest_is_by_the_moment_and_not_by_when_it_was_written(library: Library) -> None:
    east = timezone(timedelta(hours=9))
    library.resonances.add({"n": 2.0}, STARTED)
    library.resonances.add({"n": 1.0}, (STARTED - timedelta(hours=1)).astimezone(east))
    assert [row.facts["n"] for row in library.resonances.of()] == [1.0, 2.0]
    latest = library.resonances.latest()
    assert latest is not None
    assert latest.facts["n"] == 2.0
    assert latest.measured_utc.tzinfo is UTC


def test_each_person_has_their_own_and_some_have_none(library: Library) -> None:
    library.resonances.add({"n": 1.0}, STARTED, person="two")
    assert library.resonances.latest() is None
    assert library.resonances.of() == ()
    assert len(library.resonances.of("two")) == 1


def test_one_or_all_can_be_forgotten(library: Library) -> None:
    for n in range(3):
        library.resonances.add({"n": float(n)}, STARTED + timedelta(days=n))
    middle = library.resonances.of()[1].resonance_no
    assert library.resonances.forget(resonance_no=middle) == 1
    assert [row.facts["n"] for row in library.resonances.of()] == [0.0, 2.0]
    assert library.resonances.forget("other") == 0
    assert library.resonances.forget() == 2
    assert library.resonances.of() == ()


def test_a_time_without_zone_is_refused(library: Library) -> None:
    with pytest.raises(ValueError, match="time zone"):
        library.resonances.add({"n": 1.0}, datetime(2026, 1, 1))  # noqa: DTZ001 - the fault under test
    assert library.resonances.of() == ()


def test_a_damaged_one_is_said_in_words(tmp_path: Path) -> None:
    with Library.open(tmp_path / "l", KEY) as library:
        library.resonances.add({"n": 1.0}, STARTED)
    store = Store(tmp_path / "l", KEY)
    store.open()
    with store.transaction() as connection:
        connection.execute("UPDATE resonances SET numbers = x'ff00'")
    store.close()
    with Library.open(tmp_path / "l", KEY) as library:
        with pytest.raises(LibraryDamagedError, match="damaged"):
            library.resonances.latest()
        assert library.resonances.forget() == 1


def test_nothing_of_it_can_be_read_in_the_files(tmp_path: Path) -> None:
    with Library.open(tmp_path / "l", KEY) as library:
        library.resonances.add(facts_of(RESULT), STARTED, person="somebody in particular")
        written = b"".join(file.read_bytes() for file in tmp_path.iterdir() if file.is_file())
    written += b"".join(file.read_bytes() for file in tmp_path.iterdir() if file.is_file())
    assert b"somebody in particular" not in written
    assert b"resonance_per_min" not in written


def test_a_library_that_is_gone_is_said_in_words(tmp_path: Path) -> None:
    with Library.open(tmp_path / "l", KEY) as library:
        library.close()
        with pytest.raises(LibraryUnavailableError):
            library.resonances.add({"n": 1.0}, STARTED)
