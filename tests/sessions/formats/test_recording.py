"""Recordings made of arrays."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from biofeedback.errors import FormatError
from biofeedback.kinds import StreamKind
from biofeedback.sessions.formats.recording import (
    IMPORTED_RR,
    CutSignals,
    Recording,
    from_signals,
    imported_stream,
)


def test_arrays_become_chunks_that_keep_step() -> None:
    n_samples = 1000
    recording = Recording.of(
        "sitting",
        rate_hz=50.0,
        ecg=np.arange(n_samples),
        acceleration_g=np.ones((n_samples, 3)),
        rr_ms=[800.0] * 20,
    )

    arrivals_s = [chunk.arrival_s for chunk in recording.chunks]
    assert arrivals_s == sorted(arrivals_s)
    assert all(chunk.t_s[-1] < chunk.arrival_s <= chunk.t_s[0] + 1 for chunk in recording.chunks)
    ecg = [chunk.values for chunk in recording.chunks if chunk.stream.kind is StreamKind.ECG]
    np.testing.assert_array_equal(np.concatenate(ecg)[:, 0], np.arange(n_samples))
    assert recording.duration_s == pytest.approx(19.98)


@given(st.lists(st.floats(0.001, 3.0), min_size=1, max_size=60))
def test_no_sample_is_lost_or_moved(steps_s: list[float]) -> None:
    t_s = np.cumsum(steps_s)
    stream = imported_stream(StreamKind.PPG)

    recording = from_signals("x", [(stream, t_s, 2 * t_s)])

    np.testing.assert_array_equal(np.concatenate([c.t_s for c in recording.chunks]), t_s)
    np.testing.assert_array_equal(
        np.concatenate([c.values[:, 0] for c in recording.chunks]), 2 * t_s
    )


def test_signals_may_be_cut_at_any_length() -> None:
    """A minute at once holds the same samples, and streams still take turns."""
    skin_s, rr_s = np.arange(0, 150, 0.25), np.arange(0.9, 149.0, 0.9)
    recording = from_signals(
        "x",
        [
            (imported_stream(StreamKind.EDA, 4.0), skin_s, skin_s + 5.0),
            (IMPORTED_RR, rr_s, np.full(rr_s.size, 900.0)),
        ],
    )
    assert isinstance(recording.chunks, CutSignals)

    minutes = recording.chunks.in_pieces(60.0)

    kinds = [stream.kind for stream in minutes.streams]
    assert [chunk.stream.kind for chunk in minutes] == kinds * 3
    for kind, t_s in zip(kinds, (skin_s, rr_s), strict=True):
        for chunks in (recording.chunks, minutes):
            found = [chunk.t_s for chunk in chunks if chunk.stream.kind is kind]
            np.testing.assert_array_equal(np.concatenate(found), t_s)
    assert [chunk.t_s[0] for chunk in minutes] == pytest.approx([0, 0.9, 60, 60.3, 120, 120.6])


def test_chunks_are_a_sequence_that_nothing_changes() -> None:
    t_s = np.arange(0, 10, 0.25)
    values = np.ones(t_s.size)
    chunks = from_signals("x", [(imported_stream(StreamKind.EDA, 4.0), t_s, values)]).chunks
    before = tuple(chunks)

    values[:] = 2.0

    assert len(chunks) == len(before) == 10
    assert tuple(chunks) == before
    assert (chunks[0], chunks[-1]) == (before[0], before[-1])
    assert chunks[2:4] == before[2:4]
    with pytest.raises(IndexError):
        chunks[10]


@pytest.mark.parametrize(
    "signals",
    [
        {"ecg": np.zeros(10)},
        {"ecg": np.zeros(10), "rate_hz": 0.0},
        {"acceleration_g": np.zeros((10, 2)), "rate_hz": 50.0},
        {"ecg": np.zeros((5, 2)), "rate_hz": 50.0},
        {"rate_hz": 50.0},
        {"rate_hz": 50.0, "ecg": np.zeros(0)},
    ],
)
def test_what_does_not_fit_is_refused_in_words(signals: dict[str, object]) -> None:
    with pytest.raises(FormatError):
        Recording.of("x", **signals)  # type: ignore[arg-type]
