"""Recordings made of arrays."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from biofeedback.errors import FormatError
from biofeedback.kinds import StreamKind
from biofeedback.sessions.formats.recording import Recording, from_signals, imported_stream


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
