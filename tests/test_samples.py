"""What flows can cross threads: frozen, not writeable, and shaped as it says."""

from __future__ import annotations

import dataclasses
import pickle
from math import nan

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from biofeedback import samples
from biofeedback.samples import Breath, Chunk, Metric, StreamInfo, StreamKind

RR = StreamInfo("strap", StreamKind.RR, ("rr_ms",))
TWO = StreamInfo("hand", StreamKind.EDA, ("sc_microsiemens", "skin_celsius"), rate_hz=4.0)

COLUMNS = hnp.arrays(np.float64, st.tuples(st.integers(0, 30), st.just(2)))


def chunk(t_s: list[float], values: list[list[float]], stream: StreamInfo = RR) -> Chunk:
    return Chunk(stream, np.array(t_s), np.array(values).reshape(len(t_s), -1), arrival_s=9.0)


@given(COLUMNS)
def test_arrays_of_a_chunk_cannot_be_written(values: np.ndarray) -> None:
    made = Chunk(TWO, np.arange(len(values), dtype=np.float64), values, 0.0)
    for array in (made.t_s, made.values):
        assert not array.flags.writeable
        with pytest.raises(ValueError, match="read-only"):
            array[...] = 0.0


@given(COLUMNS)
def test_chunk_keeps_its_values_when_the_buffer_they_came_from_is_used_again(
    values: np.ndarray,
) -> None:
    """A driver decodes into one buffer over and over."""
    t_s = np.arange(len(values), dtype=np.float64)
    sent = values.copy()
    made = Chunk(TWO, t_s, values, arrival_s=0.0)
    values[...] = -1.0
    t_s[...] = -1.0

    assert np.array_equal(made.values, sent, equal_nan=True)
    assert np.array_equal(made.t_s, np.arange(len(sent)))


def test_chunk_holds_double_precision_whatever_it_was_given() -> None:
    """RR comes in 1/1024 s: 833 / 1024 s is 813.4765625 ms, exact in double precision."""
    made = Chunk(RR, np.array([1], dtype=np.int32), np.array([[833 * 1000 / 1024]]), 1.0)
    assert made.t_s.dtype == made.values.dtype == np.float64
    assert made.values[0, 0] == 813.4765625


@pytest.mark.parametrize(
    ("t_s", "values"),
    [
        (np.zeros(3), np.zeros((2, 1))),
        (np.zeros(3), np.zeros((3, 2))),
        (np.zeros(3), np.zeros(3)),
        (np.zeros((3, 1)), np.zeros((3, 1))),
        (np.float64(0.0), np.zeros((1, 1))),
    ],
)
def test_shapes_that_do_not_fit_are_refused(t_s: np.ndarray, values: np.ndarray) -> None:
    with pytest.raises(ValueError, match="do not fit"):
        Chunk(RR, t_s, values, arrival_s=0.0)


def test_chunks_are_equal_when_all_they_hold_is_also_where_a_value_is_missing() -> None:
    assert chunk([1.0, 2.0], [[800.0], [nan]]) == chunk([1.0, 2.0], [[800.0], [nan]])


@pytest.mark.parametrize(
    "other",
    [
        chunk([1.0], [[801.0]]),
        chunk([1.5], [[800.0]]),
        chunk([1.0, 2.0], [[800.0], [800.0]]),
        Chunk(RR, np.array([1.0]), np.array([[800.0]]), arrival_s=9.5),
        chunk([1.0], [[800.0]], StreamInfo("other", StreamKind.RR, ("rr_ms",))),
        "a chunk",
    ],
)
def test_chunks_that_differ_in_anything_are_not_equal(other: object) -> None:
    assert chunk([1.0], [[800.0]]) != other


def test_chunk_is_not_hashable_as_arrays_are_not() -> None:
    with pytest.raises(TypeError, match="unhashable"):
        hash(chunk([1.0], [[800.0]]))


@pytest.mark.parametrize(
    "value",
    [
        RR,
        Breath(10.0, 4.0, 6.0, "belt"),
        Metric(5.0, "rmssd_ms", nan, "ms", 60.0, 0.0, wait_s=20.0),
    ],
)
def test_values_come_back_whole_from_another_process(value: object) -> None:
    assert repr(pickle.loads(pickle.dumps(value))) == repr(value)


def test_stream_id_is_sensor_and_kind() -> None:
    assert TWO.stream_id == "hand/eda"


def test_breath_lasts_from_its_onset_to_its_end() -> None:
    assert Breath(t_s=10.5, onset_s=4.0, inhale_end_s=6.5, source="belt").duration_s == 6.5


def test_everything_that_flows_is_frozen_and_named_in_all() -> None:
    classes = [item for item in vars(samples).values() if dataclasses.is_dataclass(item)]
    assert len(classes) >= 10
    for item in classes:
        assert isinstance(item, type)
        assert item.__dataclass_params__.frozen, item.__name__  # type: ignore[attr-defined]  # CPython keeps it there
        assert item.__name__ in samples.__all__
