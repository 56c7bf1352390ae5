from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone
from math import isnan, nan
from typing import TYPE_CHECKING

import pytest
from sqlcipher3 import dbapi2

from biofeedback.errors import LibraryDamagedError, LibraryUnavailableError
from biofeedback.sessions import schema
from biofeedback.sessions.library import Library
from biofeedback.sessions.store import Store
from sessions.made_up import KEY, STARTED, begin

if TYPE_CHECKING:
    from pathlib import Path

VALUES = {"heart_rate_bpm_median": 67.25, "heart_rate_bpm_mad": 1.5, "ln_rmssd_median": nan}


def test_what_was_kept_comes_back_oldest_first(library: Library) -> None:
    library.baselines.add(VALUES, STARTED + timedelta(days=1))
    library.baselines.add({"quality": 0.95}, STARTED)
    first, second = library.baselines.of()
    assert first.measured_utc == STARTED
    assert dict(first.values) == {"quality": 0.95}
    assert second.measured_utc == STARTED + timedelta(days=1)
    assert second.values["heart_rate_bpm_median"] == 67.25
    assert isnan(second.values["ln_rmssd_median"])


def test_each_person_has_their_own(library: Library) -> None:
    library.baselines.add(VALUES, STARTED)
    library.baselines.add(VALUES, STARTED, person="client two")
    library.baselines.add(VALUES, STARTED, person="client two")
    assert len(library.baselines.of()) == 1
    assert len(library.baselines.of("client two")) == 2
    assert library.baselines.of("nobody") == ()
    assert library.baselines.persons() == ("client", "client two")


def test_times_of_all_zones_sort_as_moments(library: Library) -> None:
    east = timezone(timedelta(hours=9))
    library.baselines.add({"n": 2.0}, STARTED)
    library.baselines.add({"n": 1.0}, (STARTED - timedelta(hours=1)).astimezone(east))
    assert [row.values["n"] for row in library.baselines.of()] == [1.0, 2.0]
    assert all(row.measured_utc.tzinfo is UTC for row in library.baselines.of())


def test_a_time_without_zone_is_refused(library: Library) -> None:
    with pytest.raises(ValueError, match="time zone"):
        library.baselines.add(VALUES, datetime(2026, 1, 1))  # noqa: DTZ001 - the fault under test
    assert library.baselines.of() == ()


def test_one_or_all_can_be_forgotten(library: Library) -> None:
    for n in range(3):
        library.baselines.add({"n": float(n)}, STARTED + timedelta(days=n))
    library.baselines.add(VALUES, STARTED, person="other")
    middle = library.baselines.of()[1].baseline_no
    assert library.baselines.forget(baseline_no=middle) == 1
    assert [row.values["n"] for row in library.baselines.of()] == [0.0, 2.0]
    assert library.baselines.forget("other", baseline_no=library.baselines.of()[0].baseline_no) == 0
    assert library.baselines.forget() == 2
    assert library.baselines.of() == ()
    assert len(library.baselines.of("other")) == 1


def test_nothing_of_it_can_be_read_in_the_files(tmp_path: Path) -> None:
    path = tmp_path / "l"
    person = "somebody in particular"
    with Library.open(path, KEY) as library:
        library.baselines.add(VALUES, STARTED, person=person)
        written = b"".join(file.read_bytes() for file in tmp_path.iterdir() if file.is_file())
        assert library.baselines.persons() == (person,)
    written += b"".join(file.read_bytes() for file in tmp_path.iterdir() if file.is_file())
    assert person.encode() not in written
    assert b"heart_rate_bpm" not in written


def test_it_is_there_after_opening_again(tmp_path: Path) -> None:
    with Library.open(tmp_path / "l", KEY) as library:
        library.baselines.add(VALUES, STARTED)
    with Library.open(tmp_path / "l", KEY) as library:
        (row,) = library.baselines.of()
        assert row.values["heart_rate_bpm_mad"] == 1.5
        assert library.verify() == ()


_KEPT = "SELECT session_id, started_utc, duration_s, sensors, n_beats, note, plan FROM sessions"


def test_a_library_from_before_there_were_baselines_is_brought_up_to_date(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its sessions stay as they were."""
    path = tmp_path / "l"
    with monkeypatch.context() as before:
        before.setattr(schema, "_MIGRATIONS", schema._MIGRATIONS[:1])
        with Library.open(path, KEY) as library:
            begin(library).close()
            kept = library._store.rows(_KEPT)
            with pytest.raises(dbapi2.OperationalError, match="no such table"):
                library.baselines.of()
    with Library.open(path, KEY) as library:
        assert library._store.rows(_KEPT) == kept
        (session,) = library.sessions()
        assert session.answers == {}, "nothing was asked then"
        library.baselines.add(VALUES, STARTED)
        assert len(library.baselines.of()) == 1
        assert library.verify() == ()


def test_a_damaged_one_is_said_in_words(tmp_path: Path) -> None:
    with Library.open(tmp_path / "l", KEY) as library:
        library.baselines.add(VALUES, STARTED)
    store = Store(tmp_path / "l", KEY)
    store.open()
    with store.transaction() as connection:
        connection.execute("UPDATE baselines SET numbers = x'ff00'")
    store.close()
    with Library.open(tmp_path / "l", KEY) as library:
        with pytest.raises(LibraryDamagedError, match="damaged"):
            library.baselines.of()
        assert library.baselines.forget() == 1


def test_a_library_that_is_gone_is_said_in_words(tmp_path: Path) -> None:
    with Library.open(tmp_path / "l", KEY) as library:
        library.close()
        with pytest.raises(LibraryUnavailableError):
            library.baselines.add(VALUES, STARTED)
