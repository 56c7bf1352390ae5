from __future__ import annotations

import csv
import json
from dataclasses import replace
from math import nan
from typing import TYPE_CHECKING

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from biofeedback import __version__
from biofeedback.errors import LibraryDamagedError, LibraryUnavailableError
from biofeedback.samples import Beat, Chunk, Marker, MarkerKind, Metric, Role, RRFlag
from biofeedback.sessions.formats import read
from biofeedback.sessions.formats.csv_export import _cell, export_csv
from sessions.made_up import RR, SensorMadeUp, beat, begin, one_of_each

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from biofeedback.samples import Event
    from biofeedback.sessions.library import Library
    from biofeedback.sessions.recorded_session import RecordedSession


def recorded(library: Library, events: Iterable[Event]) -> RecordedSession:
    recorder = begin(library)
    for event in events:
        recorder.put(event)
    recorder.close()
    return library.load(recorder.session_id)


def table(path: Path) -> list[list[str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.reader(file))


def test_a_session_becomes_the_promised_files(library: Library, tmp_path: Path) -> None:
    session = recorded(library, one_of_each())
    library.add_note(session.row.session_id, "a note")
    session = library.load(session.row.session_id)
    library.keep_answers(session.row.session_id, {"how-was-it": "good", "distress": 2.0})
    answers = library.answers(session.row.session_id)
    paths = export_csv(session, tmp_path / "new" / "out", answers=answers)
    assert sorted(path.name for path in paths) == [
        "beats.csv", "commands.csv", "decisions.csv", "gaps.csv", "guide.csv", "markers.csv",
        "measures.csv", "polar-h10-5c2a91b3-rr.csv", "session.json", "simulated-eda-eda.csv",
    ]  # fmt: skip
    folder = tmp_path / "new" / "out"
    assert sorted(folder.iterdir()) == sorted(paths)
    assert table(folder / "beats.csv") == [
        ["t_s", "rr_ms", "corrected_rr_ms", "flag", "source"],
        ["1.0625", "812.5", "812.5", "normal", RR.sensor_id],
        ["1.5", "", "800.0", "inserted", RR.sensor_id],
    ]
    assert table(folder / "measures.csv") == [
        ["t_s", "name", "value", "quality"],
        ["15.0", "rmssd_ms", "", "0.0"],
        ["16.0", "scl_microsiemens", "4.25", "1.0"],
    ]
    assert table(folder / "markers.csv") == [
        ["t_s", "kind", "label"],
        ["19.0", "note", "grün 🌿"],
        ["20.0", "consent", ""],
    ]
    assert table(folder / "gaps.csv") == [
        ["start_s", "t_s", "source", "reason", "n_lost"],
        ["18.5", "19.25", f"{RR.sensor_id}/rr", "link", ""],
        ["19.25", "19.5", "simulated-eda/eda", "packets", "2"],
    ]
    assert table(folder / "polar-h10-5c2a91b3-rr.csv") == [
        ["t_s", "rr_ms"], ["0.25", "812.5"], ["1.0625", ""],
    ]  # fmt: skip
    assert table(folder / "simulated-eda-eda.csv") == [
        ["t_s", "sc_microsiemens"], ["0.1", "5e-324"], ["0.225", "-0.0"], ["0.35", "inf"],
    ]  # fmt: skip
    assert json.loads((folder / "session.json").read_text()) == {
        "id": session.row.session_id,
        "started_utc": "2026-03-01T09:30:00+00:00",
        "duration_s": 20.0,
        "sensors": [
            {
                "id": RR.sensor_id,
                "name": SensorMadeUp().name,
                "origin": "bluetooth",
                "kinds": ["rr", "heart-rate"],
                "role": "client",
                "streams": [
                    {
                        "kind": "ecg",
                        "rate_hz": 130.2,
                        "jitter_ms": 3.5,
                        "n_lost": 73,
                        "n_late": 1,
                        "drift_ppm": -12.5,
                        "alignment_ms": 4.0,
                    },
                    {
                        "kind": "rr",
                        "rate_hz": None,
                        "jitter_ms": None,
                        "n_lost": 0,
                        "n_late": 0,
                        "drift_ppm": None,
                        "alignment_ms": 250.0,
                    },
                ],
            }
        ],
        "guide": "breathing",
        "plan": {"in_s": 4.0, "name": "gentle"},
        "is_complete": True,
        "note": "a note",
        "answers": {"how-was-it": "good", "distress": 2.0},
        "n_beats": 2,
        "n_packets": 1,
        "app_version": __version__,
    }


def test_what_the_guide_asked_and_decided_and_the_person_said_is_exported(
    library: Library, tmp_path: Path
) -> None:
    export_csv(recorded(library, one_of_each()), tmp_path)
    header, paced, paused, grounded = table(tmp_path / "guide.csv")
    assert header[:4] == ["t_s", "guide", "step", "until_s"]
    assert paced[:5] == ["17.0", "breathing", "in", "21.0", "6.0"]
    assert paused[:5] == ["18.0", "breathing", "paused", "", ""]
    told = dict(zip(header, grounded, strict=True))
    assert (told["stage"], told["asks"], told["can"]) == ("see", "how", "next more")
    _, offer, stay = table(tmp_path / "decisions.csv")
    assert offer[:4] == ["18.5", "grounding", "offer", "zone-above"]
    assert json.loads(offer[4]) == {"above_s": 47.5, "offer": "kindness"}
    assert stay == ["18.75", "grounding", "stay", "asked-for", ""]
    _, begun, pace = table(tmp_path / "commands.csv")
    assert begun == ["0.0", "begin", ""]
    assert json.loads(pace[2]) == {"breaths_per_min": 5.5, "name": "slower"}


@given(st.floats(allow_nan=False))
def test_numbers_read_back_bit_for_bit(value: float) -> None:
    assert np.float64(_cell(value)).tobytes() == np.float64(value).tobytes()
    assert _cell(np.float64(value)) == _cell(value)


def test_measures_of_a_second_source_have_a_file_of_their_own(
    library: Library, tmp_path: Path
) -> None:
    """The first source that gives a measure has it in measures.csv, for each measure."""

    def metric(name: str, source: str, value: float) -> Metric:
        return Metric(1.0, name, value, "", 60.0, 1.0, source=source)

    events = [
        metric("rmssd_ms", "strap a", 1.0),
        metric("rmssd_ms", "strap/b", 2.0),
        metric("scl_microsiemens", "eda", 3.0),
        metric("rmssd_ms", "strap a", 4.0),
    ]
    export_csv(recorded(library, events), tmp_path / "out")
    assert [row[2] for row in table(tmp_path / "out" / "measures.csv")[1:]] == ["1.0", "3.0", "4.0"]
    assert [row[2] for row in table(tmp_path / "out" / "measures-strap-b.csv")[1:]] == ["2.0"]


def test_labels_with_commas_and_quotes_survive(library: Library, tmp_path: Path) -> None:
    label = 'calm, "very"\nand warm'
    export_csv(recorded(library, [Marker(1.0, MarkerKind.MARK, label)]), tmp_path / "out")
    assert table(tmp_path / "out" / "markers.csv")[1][2] == label


def test_an_existing_export_is_not_replaced_unasked(library: Library, tmp_path: Path) -> None:
    session = recorded(library, one_of_each())
    folder = tmp_path / "out"
    folder.mkdir()
    (folder / "beats.csv").write_text("mine")
    with pytest.raises(LibraryUnavailableError, match="already"):
        export_csv(session, folder)
    assert [file.name for file in folder.iterdir()] == ["beats.csv"]
    assert (folder / "beats.csv").read_text() == "mine"
    export_csv(session, folder, overwrite=True)
    assert len(table(folder / "beats.csv")) == 3


def test_a_damaged_session_leaves_no_half_export(library: Library, tmp_path: Path) -> None:
    session = recorded(library, one_of_each())
    library._store.rows(
        "UPDATE blocks SET payload = x'c1' "
        "WHERE stream_no = (SELECT stream_no FROM streams WHERE kind = 'marker')"
    )
    with pytest.raises(LibraryDamagedError):
        export_csv(session, tmp_path / "out")
    assert list((tmp_path / "out").iterdir()) == []


def test_a_folder_that_cannot_be_written_is_told(library: Library, tmp_path: Path) -> None:
    session = recorded(library, one_of_each())
    (tmp_path / "file").write_text("")
    with pytest.raises(LibraryUnavailableError, match="choose another"):
        export_csv(session, tmp_path / "file")


def test_sensor_ids_cannot_leave_the_folder(library: Library, tmp_path: Path) -> None:
    metric = Metric(1.0, "rmssd_ms", 1.0, "ms", 60.0, 1.0, source="../../x")
    other = Metric(1.0, "rmssd_ms", 1.0, "ms", 60.0, 1.0, source="a")
    paths = export_csv(recorded(library, [other, metric]), tmp_path / "deep" / "out")
    assert all(path.parent == tmp_path / "deep" / "out" for path in paths)
    assert "measures-x.csv" in {path.name for path in paths}


def test_exported_intervals_are_read_again(library: Library, tmp_path: Path) -> None:
    """With their times and their gap; an inserted beat has no interval and is left out."""
    rr_ms = [812.5, 790.0, 801.25, 795.0, 1001.0, 803.0, 640.0, 777.0]
    t_s = np.cumsum(rr_ms) / 1000 + 5.0
    t_s[4:] += 10.0
    events: list[Event] = []
    for beat_s, interval_ms in zip(t_s.tolist(), rr_ms, strict=True):
        events.append(Chunk(RR, np.array([beat_s]), np.array([[interval_ms]]), beat_s))
        events.append(beat(beat_s, interval_ms))
    events.append(Beat(t_s[-1] + 0.5, nan, 700.0, RRFlag.INSERTED, RR.sensor_id))
    paths = export_csv(recorded(library, events), tmp_path / "out")
    for path in paths:
        if path.name in {"beats.csv", "polar-h10-5c2a91b3-rr.csv"}:
            chunks = read(path).chunks
            assert [chunk.values[0, 0] for chunk in chunks] == rr_ms
            assert [chunk.t_s[0] for chunk in chunks] == t_s.tolist()


def test_what_the_partner_wore_is_in_files_of_its_own(library: Library, tmp_path: Path) -> None:
    """Even where the partner's sensor was heard first."""
    theirs = replace(RR, sensor_id="other", role=Role.PARTNER)
    chunk = Chunk(theirs, np.array([0.5]), np.array([[600.0]]), 0.6)
    measures = [
        Metric(1.0, "rmssd_ms", 20.0, "ms", 60.0, 1.0, source="other"),
        Metric(1.0, "arousal", 2.0, "", 60.0, 1.0, source="partner/together"),
        Metric(2.0, "rmssd_ms", 40.0, "ms", 60.0, 1.0, source=RR.sensor_id),
    ]

    export_csv(recorded(library, [chunk, *measures]), tmp_path)

    assert table(tmp_path / "measures.csv")[1:] == [["2.0", "rmssd_ms", "40.0", "1.0"]]
    assert table(tmp_path / "measures-other.csv")[1:] == [["1.0", "rmssd_ms", "20.0", "1.0"]]
    assert len(table(tmp_path / "measures-partner-together.csv")) == 2
