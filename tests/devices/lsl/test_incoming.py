from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from biofeedback.devices.lsl.incoming import Incoming
from biofeedback.devices.lsl.layout import Part
from biofeedback.devices.lsl.units import Conversion
from biofeedback.kinds import GapReason, StreamKind
from biofeedback.samples import Chunk, Gap, StreamInfo


def part(rate_hz: float | None = 10.0, kind: StreamKind = StreamKind.EDA, column: int = 0) -> Part:
    return Part(StreamInfo("s", kind, ("x_au",), rate_hz), (column,), (Conversion("au", 2.0),))


def take(incoming: Incoming, t_s: list[float], values: list[float]) -> list[Chunk | Gap]:
    samples = np.array(values, dtype=np.float32)[:, np.newaxis]
    return list(incoming.take(samples, np.array(t_s), 100.0))


def test_samples_become_a_chunk_in_our_unit() -> None:
    (chunk,) = take(Incoming((part(),)), [1.0, 1.1], [3.0, 4.0])
    assert isinstance(chunk, Chunk)
    assert chunk.t_s.tolist() == [1.0, 1.1]
    assert chunk.values[:, 0].tolist() == [6.0, 8.0]
    assert chunk.arrival_s == 100.0


def test_whole_numbers_are_read_as_well() -> None:
    samples = np.array([[1], [2]], dtype=np.int16)
    (chunk,) = Incoming((part(),)).take(samples, np.array([1.0, 1.1]), 2.0)
    assert isinstance(chunk, Chunk)
    assert chunk.values[:, 0].tolist() == [2.0, 4.0]


def test_a_stretch_without_samples_is_a_gap_before_what_ends_it() -> None:
    first, gap, second = take(Incoming((part(),)), [1.0, 1.1, 5.0, 5.1], [1.0, 2.0, 3.0, 4.0])
    assert isinstance(first, Chunk)
    assert first.t_s.tolist() == [1.0, 1.1]
    assert gap == Gap(5.0, 1.1, "s/eda", GapReason.SILENCE)
    assert isinstance(second, Chunk)
    assert second.t_s.tolist() == [5.0, 5.1]


def test_a_stamp_of_tomorrow_is_left_out_and_spoils_none_after_it() -> None:
    incoming = Incoming((part(),))
    first, second = (
        take(incoming, [98.0, 98.1, 86_400.0, 98.3], [1.0, 2.0, 3.0, 4.0]),
        take(incoming, [98.4, 98.5], [5.0, 6.0]),
    )

    chunks = [item for item in (*first, *second) if isinstance(item, Chunk)]
    assert [value for chunk in chunks for value in chunk.values[:, 0]] == [
        2.0,
        4.0,
        8.0,
        10.0,
        12.0,
    ]
    (health,) = incoming.health(is_timed=True)
    assert health.n_late == 1


def test_after_a_loss_the_gap_has_its_reason_once_for_each_stream() -> None:
    incoming = Incoming((part(), part(None, StreamKind.HEART_RATE)))
    take(incoming, [1.0], [1.0])
    incoming.begin_anew(GapReason.LINK)
    gaps = [item for item in take(incoming, [1.3], [1.0]) if isinstance(item, Gap)]
    assert gaps == [
        Gap(1.3, 1.0, "s/eda", GapReason.LINK),
        Gap(1.3, 1.0, "s/heart-rate", GapReason.LINK),
    ]
    assert not [item for item in take(incoming, [1.4], [1.0]) if isinstance(item, Gap)]


def test_a_loss_before_the_first_sample_is_no_gap() -> None:
    incoming = Incoming((part(),))
    incoming.begin_anew(GapReason.LINK)
    (chunk,) = take(incoming, [1.0], [1.0])
    assert isinstance(chunk, Chunk)


def test_beats_are_no_gap_to_each_other() -> None:
    incoming = Incoming((part(None, StreamKind.RR),))
    items = take(incoming, [1.0, 2.4, 3.9], [700.0, 700.0, 750.0])
    assert [type(item) for item in items] == [Chunk]


def test_health_tells_rate_jitter_and_what_was_left_out_and_begins_anew() -> None:
    incoming = Incoming((part(),))
    for at in range(20):
        samples = np.ones((5, 1))
        t_s = 0.5 * at + np.arange(5) / 10.0
        list(incoming.take(samples, t_s, float(t_s[-1]) + (0.01 if at % 2 else 0.03)))
    take(incoming, [2.0], [1.0])
    (health,) = incoming.health(is_timed=True)
    assert health.kind is StreamKind.EDA
    assert health.rate_hz == pytest.approx(10.0)
    assert health.jitter_ms == pytest.approx(10.0, abs=0.5)
    assert health.n_late == 1
    assert health.alignment_ms == 1.0
    (later,) = incoming.health(is_timed=False)
    assert np.isnan(later.rate_hz)
    assert np.isnan(later.alignment_ms)
    assert later.n_late == 1


def test_a_stream_found_again_goes_on_after_a_gap_and_not_back_even_if_it_changed() -> None:
    before = Incoming((part(), part(None, StreamKind.HEART_RATE)))
    take(before, [1.0, 1.1], [1.0, 2.0])
    again = Incoming((part(20.0),), before)
    gap, chunk = take(again, [0.5, 3.0], [1.0, 2.0])
    assert gap == Gap(3.0, 1.1, "s/eda", GapReason.LINK)
    assert isinstance(chunk, Chunk)
    assert chunk.t_s.tolist() == [3.0]
    assert again.health(is_timed=True)[0].n_late == 1


@given(
    st.lists(
        st.lists(
            st.tuples(
                st.floats(allow_nan=True, allow_infinity=True, width=32),
                st.floats(-1e5, 1e5) | st.just(float("nan")),
            ),
            max_size=12,
        ),
        max_size=6,
    ),
    st.sampled_from([None, 4.0, 250.0]),
)
def test_whatever_comes_no_sample_is_invented_doubled_or_lost_unseen(
    chunks: list[list[tuple[float, float]]], rate_hz: float | None
) -> None:
    incoming = Incoming((part(rate_hz),))
    sent: list[float] = []
    got: list[float] = []
    times_s: list[float] = []
    for rows in chunks:
        values = [value for value, _ in rows]
        sent += values
        for item in take(incoming, [at_s for _, at_s in rows], values) if rows else []:
            if isinstance(item, Chunk):
                got += item.values[:, 0].tolist()
                times_s += item.t_s.tolist()
            else:
                assert item.t_s > item.start_s
    (health,) = incoming.health(is_timed=True)
    assert len(got) + health.n_late == len(sent)
    assert all(b > a for a, b in pairwise(times_s))
    left = [2.0 * float(np.float32(value)) for value in sent if np.isfinite(value)]
    for value in got:
        assert np.isnan(value) or value in left
