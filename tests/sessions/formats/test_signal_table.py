"""Tables of waveforms become streams with times, at the rate that is given or told."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest

from biofeedback.errors import FormatError
from biofeedback.kinds import StreamKind
from biofeedback.sessions.formats import read
from biofeedback.sessions.formats.signal_table import is_signal_table, parse_signal_table

if TYPE_CHECKING:
    from pathlib import Path

    from numpy.typing import NDArray

    from biofeedback.sessions.formats import Recording


def series(recording: Recording, kind: StreamKind) -> tuple[NDArray[np.float64], ...]:
    """All of one stream, put together again."""
    chunks = [chunk for chunk in recording.chunks if chunk.stream.kind is kind]
    return (
        np.concatenate([chunk.t_s for chunk in chunks]),
        np.concatenate([chunk.values for chunk in chunks]),
    )


def rate_hz(recording: Recording, kind: StreamKind) -> float | None:
    (stream,) = {chunk.stream for chunk in recording.chunks if chunk.stream.kind is kind}
    return stream.rate_hz


def table(names: str, *columns: NDArray[np.float64]) -> str:
    rows = "\n".join(",".join(repr(float(cell)) for cell in row) for row in np.array(columns).T)
    return f"{names}\n{rows}\n"


WAVE = np.sin(np.arange(300.0) / 7.0)


def test_each_named_column_becomes_a_stream_at_the_given_rate() -> None:
    text = table("ECG,EDA,Photosensor,RSP", WAVE, WAVE + 3, WAVE, 2 * WAVE)

    recording = parse_signal_table("x", text, 100.0)

    assert {chunk.stream.kind for chunk in recording.chunks} == {
        StreamKind.ECG,
        StreamKind.EDA,
        StreamKind.RESPIRATION,
    }
    t_s, values = series(recording, StreamKind.RESPIRATION)
    np.testing.assert_array_equal(values[:, 0], 2 * WAVE)
    np.testing.assert_allclose(t_s, np.arange(300) / 100.0)
    assert rate_hz(recording, StreamKind.ECG) == 100.0
    assert recording.duration_s == pytest.approx(2.99)


@pytest.mark.parametrize(
    ("name", "scale"), [("t_s", 1.0), ("time (ms)", 1e3), ("timestamp", 1e9), ("timer", 1e3)]
)
def test_a_column_of_times_gives_the_rate_whatever_it_counts_in(name: str, scale: float) -> None:
    text = table(f"{name},ppg", (5.0 + np.arange(300) / 64.0) * scale, WAVE)

    recording = parse_signal_table("x", text)

    t_s, _ = series(recording, StreamKind.PPG)
    np.testing.assert_allclose(t_s, np.arange(300) / 64.0, atol=1e-6)
    assert rate_hz(recording, StreamKind.PPG) == pytest.approx(64.0, rel=1e-4)


def test_uneven_times_are_kept_and_give_no_rate() -> None:
    rng = np.random.default_rng(1)
    times_s = np.cumsum(rng.uniform(0.02, 0.05, 300))

    recording = parse_signal_table("x", table("time_s,PPG", times_s, WAVE))

    t_s, _ = series(recording, StreamKind.PPG)
    np.testing.assert_allclose(t_s, times_s - times_s[0], atol=1e-12)
    assert rate_hz(recording, StreamKind.PPG) is None


def test_three_axes_are_one_stream_and_a_slower_sensor_has_its_own_rate() -> None:
    eda = np.where(np.arange(300) % 4 == 0, WAVE + 3, np.nan)
    text = table("ACC_Z,ACC_X,ACC_Y,EDA", WAVE, 2 * WAVE, 3 * WAVE, eda).replace("nan", "")

    recording = parse_signal_table("x", text, 32.0)

    _, acceleration = series(recording, StreamKind.ACCELERATION)
    np.testing.assert_array_equal(acceleration, np.array([2 * WAVE, 3 * WAVE, WAVE]).T)
    _, skin = series(recording, StreamKind.EDA)
    np.testing.assert_array_equal(skin[:, 0], (WAVE + 3)[::4])
    assert rate_hz(recording, StreamKind.EDA) == pytest.approx(8.0)


def test_comments_may_tell_rate_and_columns() -> None:
    rows = "\n".join(str(value) for value in WAVE)
    text = f"# Simple Text Format\n# Sampling Rate (Hz):= 250.00\n# Labels:= EMG\n{rows}\n"

    recording = parse_signal_table("x", text)

    assert rate_hz(recording, StreamKind.EMG) == 250.0


@pytest.mark.parametrize(
    ("text", "words"),
    [
        (table("ECG", WAVE), "how fast it was sampled"),
        (table("t_s,ECG", np.zeros(300), WAVE), "how fast it was sampled"),
        ("t_s,ECG\n0.0,1\n0.01\n", "Line 3"),
        ("t_s,ECG\n0.0,1,7\n", "Line 2"),
        ("t_s,ECG\n", "no samples"),
        ("1,2\n3,4\n", "what was measured"),
    ],
)
def test_what_is_missing_is_said(text: str, words: str) -> None:
    with pytest.raises(FormatError, match=words):
        parse_signal_table("x", text)


def test_a_table_without_a_known_name_is_no_signal_table() -> None:
    assert not is_signal_table("mood,weather\n1,2\n")
    assert not is_signal_table("812\n790\n")
    assert is_signal_table("t_s;BVP\n0;1\n")


def test_a_file_of_waveforms_is_read_by_its_names(tmp_path: Path) -> None:
    path = tmp_path / "belt.csv"
    path.write_text(table("t_s,belt_au", np.arange(300) / 20.0, WAVE), encoding="utf-8")

    recording = read(path)

    assert {chunk.stream.kind for chunk in recording.chunks} == {StreamKind.RESPIRATION}
    assert recording.name == "belt"


def test_real_tables_are_read(recordings: Path) -> None:
    resting = read(recordings / "neurokit" / "bio_resting_8min_100hz.csv", 100.0)
    muscle = read(recordings / "biosppy" / "emg.txt")

    assert {chunk.stream.kind for chunk in resting.chunks} >= {StreamKind.ECG, StreamKind.EDA}
    assert rate_hz(muscle, StreamKind.EMG) == 1000.0


@pytest.mark.parametrize(
    ("name", "is_told"),
    [
        ("eda", True),
        ("EDA (uS)", False),
        ("sc_microsiemens", False),
        ("emg", True),
        ("emg_uV", False),
    ],
)
def test_a_unit_that_was_taken_for_granted_is_told(name: str, is_told: bool) -> None:
    notes = parse_signal_table("x", table(name, WAVE + 3), 32.0).notes
    assert bool(notes) is is_told
    assert all("taken to be in" in note for note in notes)


def test_a_time_in_milliseconds_is_taken_at_its_word() -> None:
    """Two samples a millisecond would pass for seconds by their size alone."""
    text = table("time_ms,emg", np.linspace(0.0, 149.5, 300), WAVE)
    assert rate_hz(parse_signal_table("x", text), StreamKind.EMG) == pytest.approx(2000.0)


def test_a_rate_that_is_no_number_is_no_rate() -> None:
    rows = "\n".join(str(value) for value in WAVE)
    with pytest.raises(FormatError, match="sampled"):
        parse_signal_table("x", f"# rate: 1..\n# Labels:= EMG\n{rows}\n")
