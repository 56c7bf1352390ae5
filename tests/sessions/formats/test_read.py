"""`read` on made-up files of every layout, and on real ones where they are."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from biofeedback.errors import FormatError
from biofeedback.samples import Beat, Chunk
from biofeedback.sessions.formats import read
from biofeedback.sessions.formats.rr_text import parse_rr_text
from sessions.formats.reading import read_text, series

if TYPE_CHECKING:
    from pathlib import Path

RR_MS = [812.0, 790.5, 801.0, 1204.0, 795.25, 640.0, 777.0]

LAYOUTS = {
    "one a line": "812\n790.5\n801\n1204\n795.25\n640\n777\n",
    "no end of line": "812\n790.5\n801\n1204\n795.25\n640\n777",
    "CRLF": "812\r\n790.5\r\n801\r\n1204\r\n795.25\r\n640\r\n777\r\n",
    "CR": "812\r790.5\r801\r1204\r795.25\r640\r777\r",
    "byte order mark": "\ufeff812\n790.5\n801\n1204\n795.25\n640\n777\n",
    "blank lines and spaces": "\n 812\n790.5 \n\n801\n1204\n795.25\n640\n777\n\n",
    "header": "RR\n812\n790.5\n801\n1204\n795.25\n640\n777\n",
    "header in quotes": '"RR-Interval [ms]"\n"812"\n"790.5"\n801\n1204\n795.25\n640\n777\n',
    "header of any name": "values\n812\n790.5\n801\n1204\n795.25\n640\n777\n",
    "comments": "# RR intervals\n% ms\n// of a made-up heart\n812\n790.5\n801\n1204\n795.25\n640\n777\n",
    "Kubios": (
        "# SIGNAL/SERIES EXPORT - KUBIOS\n# File:\t\tx\n# Sampling rate: \tn/a\n"
        "812.000\n790.500\n801.000\n1204.000\n795.250\n640.000\n777.000\n"
    ),
    "footer": "812\n790.5\n801\n1204\n795.25\n640\n777\nend of data\n",
    "seconds": "0.812\n0.7905\n0.801\n1.204\n0.79525\n0.640\n0.777\n",
    "seconds with exponents": "8.12e-01\n7.905e-01\n8.01e-01\n1.204e+00\n7.9525e-01\n6.4E-1\n777e-3\n",
    "seconds, decimal comma": "0,812\n0,7905\n0,801\n1,204\n0,79525\n0,640\n0,777\n",
    "milliseconds, decimal comma": "812\n790,5\n801,0\n1204,0\n795,25\n640,0\n777,0\n",
    "in one line": "812 790.5 801 1204 795.25 640 777\n",
    "in one line with commas": "812, 790.5, 801, 1204, 795.25, 640, 777\n",
    "in several lines": "812 790.5 801\n1204 795.25 640\n777\n",
    "numbered, comma": "1,812\n2,790.5\n3,801\n4,1204\n5,795.25\n6,640\n7,777\n",
    "numbered, tab": "1\t812\n2\t790.5\n3\t801\n4\t1204\n5\t795.25\n6\t640\n7\t777\n",
    "a column by its name": (
        "date;HR [bpm];RR [ms];note\nx;74;812;\nx;76;790.5;\nx;75;801;a\nx;50;1204;\n"
        "x;75;795.25;\nx;94;640;\nx;77;777;\n"
    ),
    "a column by its name, decimal comma": (
        "Zeit;RR-Intervall;rr\na;x;0,812\na;x;0,7905\na;x;0,801\na;x;1,204\n"
        "a;x;0,79525\na;x;0,640\na;x;0,777\n"
    ),
    "facts above the names": (
        "Device;H10\nSampling rate;1000\nn;HR;RR\n1;74;812\n2;76;790.5\n3;75;801\n4;50;1204\n"
        "5;75;795.25\n6;94;640\n7;77;777\n"
    ),
    "a line of units under the names": (
        "n\trri\n-\tms\n1\t812\n2\t790.5\n3\t801\n4\t1204\n5\t795.25\n6\t640\n7\t777\n"
    ),
    "raw beside corrected": (
        "corrected_rr_ms,rr_ms\n800,812\n800,790.5\n800,801\n800,1204\n800,795.25\n800,640\n800,777\n"
    ),
    "empty cells are no intervals": (
        "rr_ms,flag\n812,normal\n790.5,normal\n,inserted\n801,normal\n1204,normal\n795.25,normal\n"
        "640,normal\n777,normal\n"
    ),
}


@pytest.mark.parametrize("layout", LAYOUTS)
def test_every_layout_gives_the_same_intervals(tmp_path: Path, layout: str) -> None:
    """Bit for bit those of RR_MS, laid end to end from 0."""
    recording = read_text(tmp_path, LAYOUTS[layout])
    t_s, rr_ms = series(recording)
    assert rr_ms.tolist() == RR_MS
    assert t_s == pytest.approx(np.cumsum(RR_MS) / 1000, abs=1e-12)
    assert recording.name == "a recording"
    assert recording.started_utc is None
    assert recording.duration_s == t_s[-1]
    assert [chunk.arrival_s for chunk in recording.chunks] == t_s.tolist()


def test_a_recording_is_replayed_like_a_session(tmp_path: Path) -> None:
    recording = read_text(tmp_path, LAYOUTS["header"])
    assert tuple(recording.inputs()) == recording.chunks
    assert tuple(recording.events()) == recording.chunks
    assert tuple(recording.events(Beat, Chunk)) == recording.chunks
    assert tuple(recording.events(Beat)) == ()


@pytest.mark.parametrize("code", ["utf-16", "latin-1"])
def test_other_encodings_are_read(tmp_path: Path, code: str) -> None:
    file = tmp_path / "x.txt"
    file.write_bytes("Überschrift\n812\n790\n801\n".encode(code))
    assert series(read(file))[1].tolist() == [812.0, 790.0, 801.0]


def test_an_interval_of_zero_is_kept_as_it_is(tmp_path: Path) -> None:
    """Some straps send one; what to do about it is the pipeline's to say."""
    _, rr_ms = series(read_text(tmp_path, "800\n0\n810\n790\n805\n"))
    assert rr_ms.tolist() == [800.0, 0.0, 810.0, 790.0, 805.0]


REFUSED = {
    "empty": (b"", "empty"),
    "blank": (b" \n\n", "empty"),
    "words": (b"Dear diary,\ntoday I was calm.\n", "no RR intervals"),
    "words with numbers": (b"I slept 8 hours.\nThen 2 more.\n", "no RR intervals"),
    "one number": (b"800\n", "no RR intervals"),
    "png": (b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR", "no text"),
    "jpeg": (b"\xff\xd8\xff\xe0\x00\x10JFIF", "no text"),
    "zip": (b"PK\x03\x04\x14\0\0\0", "no text"),
    "heart rates": (b"70\n72\n71\n70\n69\n", "no RR intervals"),
    "negative": (b"800\n-810\n790\n", "no RR intervals"),
    "table of days": (b"date,HR,AVNN,SDNN,rMSSD\n2020-01-01,46,1312.7,78.9,84.2\n", "no RR"),
    "averages": (b"time,mean rr\n1,812\n2,813\n3,812\n", "has none itself"),
    "samples without a name": (b"".join(b"%.2f %.2f\n" % (i / 8, 2 + i % 7 / 9) for i in range(99)), "together"),
    "a signal of one column": (b"# Labels:= EDA\n" + b"2669.0\n2671.0\n" * 40, "how fast it was sampled"),
    "nothing under the name": (b"n,rr\n1,\n2,\n", "none in it"),
    "a hole": (b"800\n810\noops\n790\n800\n", "Line 3"),
    "a hole in a column": (b"n,rr\n1,800\n2,810\n3,oops\n4,790\n", "Line 4"),
    "json": (b'{"a": 800, "b": [810, 790]}\n', "no RR intervals"),
}  # fmt: skip


@pytest.mark.parametrize("kind", REFUSED)
def test_what_is_no_series_of_intervals_is_refused_in_words(tmp_path: Path, kind: str) -> None:
    content, words = REFUSED[kind]
    file = tmp_path / "file.txt"
    file.write_bytes(content)
    with pytest.raises(FormatError, match=words) as caught:
        read(file)
    assert str(caught.value).startswith("file.txt: ")
    assert str(caught.value).endswith(".")


@pytest.mark.parametrize("name", ["none.txt", "."])
def test_a_file_that_cannot_be_read_is_told(tmp_path: Path, name: str) -> None:
    with pytest.raises(FormatError, match="cannot be read"):
        read(tmp_path / name)


@given(st.binary(max_size=300))
def test_no_bytes_lead_to_anything_but_intervals_or_words(content: bytes) -> None:
    from biofeedback.sessions.formats import _text

    try:
        rr_ms, t_s = parse_rr_text(_text(content))
    except FormatError:
        return
    assert np.isfinite(rr_ms).all()
    assert t_s is None or t_s.shape == rr_ms.shape


def npy(values: object) -> bytes:
    file = io.BytesIO()
    np.save(file, np.asarray(values))
    return file.getvalue()


@pytest.mark.parametrize(
    "values",
    [RR_MS, [RR_MS], [[value] for value in RR_MS], np.array(RR_MS) / 1000],
)
def test_npy_series_are_read(tmp_path: Path, values: object) -> None:
    file = tmp_path / "x.npy"
    file.write_bytes(npy(values))
    assert series(read(file))[1] == pytest.approx(RR_MS, rel=1e-15)


@pytest.mark.parametrize(
    "content",
    [
        npy([[800.0, 810.0], [790.0, 800.0]]),
        npy(800.0),
        npy([]),
        npy(["800", "810"]),
        npy([1 + 2j, 3]),
        npy([70.0, 71.0]),
        npy(RR_MS)[:-8],
        b"\x93NUMPY",
    ],
)
def test_other_npy_files_are_refused_in_words(tmp_path: Path, content: bytes) -> None:
    file = tmp_path / "x.npy"
    file.write_bytes(content)
    with pytest.raises(FormatError, match="NumPy file"):
        read(file)


def test_npy_files_with_objects_are_not_unpickled(tmp_path: Path) -> None:
    file = tmp_path / "x.npy"
    np.save(file, np.array([{"a": 1}], dtype=object), allow_pickle=True)
    with pytest.raises(FormatError, match="objects"):
        read(file)


def numbers_after(path: Path, skip: str, column: int = 0) -> list[float]:
    """Read a text independently: every line after the last one that holds ``skip``."""
    lines = path.read_text().replace(",", " ").split("\n")
    start = max((i + 1 for i, line in enumerate(lines) if skip and skip in line), default=0)
    return [float(line.split()[column]) for line in lines[start:] if line.strip()]


@pytest.mark.parametrize(
    ("name", "n_beats", "skip", "column"),
    [
        ("hrv_rhenanbartels/real_rri.txt", 772, "", 0),
        ("hrv_rhenanbartels/rest_rri.txt", 910, "", 0),
        ("hrv_rhenanbartels/noisy_rri.hrm", 3581, "[HRData]", 0),
        ("hrvtool_vollmer/14121501.hrm", 19001, "[HRData]", 0),
        ("kubios/SampleExport.txt", 423, "#", 0),
        ("elitehrv/2017-06-29 13-11-53.txt", 4201, "", 0),
        ("polar_h10_dhyb/sample_data_ibi.csv", 620, "", 1),
    ],
)
def test_real_recordings_are_read_whole(
    recordings: Path, name: str, n_beats: int, skip: str, column: int
) -> None:
    """Counts and intervals by a parse of the test's own; times laid end to end."""
    expected = numbers_after(recordings / name, skip, column)
    t_s, rr_ms = series(read(recordings / name))
    assert len(expected) == n_beats
    assert rr_ms.tolist() == expected
    assert t_s == pytest.approx(np.cumsum(expected) / 1000, abs=1e-9)


def test_a_real_recording_with_times_of_beats(recordings: Path) -> None:
    """Seconds; 979 beats; the times are those in the file."""
    table = np.loadtxt(recordings / "goldencheetah" / "rr-GR_2017-08-03_08-28-50.txt")
    t_s, rr_ms = series(read(recordings / "goldencheetah" / "rr-GR_2017-08-03_08-28-50.txt"))
    assert t_s.tolist() == table[:, 0].tolist()
    assert rr_ms == pytest.approx(table[:, 1] * 1000, rel=1e-15)
    assert rr_ms.size == 979


@pytest.mark.parametrize("name", ["SampleNNISeriesLong.npy", "SampleNNISeriesShort.npy"])
def test_real_npy_series(recordings: Path, name: str) -> None:
    expected = np.load(recordings / "pyhrv" / name)
    assert series(read(recordings / "pyhrv" / name))[1].tolist() == expected.tolist()


def test_real_files_of_other_things_are_refused(recordings: Path) -> None:
    """Tables of days, signals, reports, archives, FIT: a sentence, never a wrong series."""
    others = [
        *recordings.glob("goldencheetah/*.csv"),
        *recordings.glob("goldencheetah/*.fit"),
        *recordings.glob("neurokit/*.csv"),
        *recordings.glob("mitdb/*"),
        *recordings.glob("stress_predict/*"),
        *recordings.glob("biosignalsplux/*"),
        recordings / "pyhrv" / "SampleReport.txt",
        recordings / "polar_verity_biobss" / "Polar_Sense_HR.txt",
        recordings / "polar_verity_biobss" / "Polar_Sense_ACC.txt",
        recordings / "heartpy" / "data2.csv",
    ]
    assert len(others) > 15
    for file in others:
        with pytest.raises(FormatError, match=r"RR|sampled"):
            read(file)
