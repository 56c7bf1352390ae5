from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING

import msgspec
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from biofeedback.samples import Beat, Chunk, Command, Metric, RRFlag
from biofeedback.sessions.blocks import decoder, encode_blocks
from sessions.made_up import EDA, RR, beat, one_of_each

if TYPE_CHECKING:
    from biofeedback.samples import Event
    from biofeedback.sessions.blocks import Block

# Any 64 bits as a float: every nan, both zeros, all that is subnormal.
any_float64 = st.integers(0, 2**64 - 1).map(
    lambda bits: float(np.array(bits, dtype=np.uint64).view(np.float64))
)


def bits(values: object) -> bytes:
    return np.asarray(values, dtype=np.float64).tobytes()


def unpacked(blocks: list[Block]) -> list[tuple[int, Event]]:
    pairs = [pair for block in blocks for pair in decoder(block.kind, block.header)(block.payload)]
    return sorted(pairs, key=lambda pair: pair[0])


def test_every_type_of_event_comes_back_in_order() -> None:
    """Their repr is compared, because nan is not equal to itself."""
    events = one_of_each()
    blocks = encode_blocks(events, first_seq=40)
    back = unpacked(blocks)
    assert [seq for seq, _ in back] == list(range(40, 40 + len(events)))
    assert [repr(event) for _, event in back] == [repr(event) for event in events]


@given(
    st.lists(st.lists(st.tuples(any_float64, any_float64), max_size=5), max_size=4),
    st.floats(allow_nan=False),
)
def test_samples_come_back_bit_for_bit(
    pieces: list[list[tuple[float, float]]], arrival_s: float
) -> None:
    chunks = [
        Chunk(
            EDA,
            np.array([t for t, _ in piece]),
            np.array([[v] for _, v in piece]).reshape(-1, 1),
            arrival_s,
        )
        for piece in pieces
    ]
    back = [event for _, event in unpacked(encode_blocks(chunks, 0))]
    assert len(back) == len(chunks)
    for chunk, again in zip(chunks, back, strict=True):
        assert isinstance(again, Chunk)
        assert bits(chunk.t_s) == bits(again.t_s)
        assert bits(chunk.values) == bits(again.values)
        assert bits(chunk.arrival_s) == bits(again.arrival_s)


@given(any_float64, any_float64)
def test_numbers_of_records_come_back_bit_for_bit(t_s: float, value: float) -> None:
    ((_, back),) = unpacked(encode_blocks([Metric(t_s, "rmssd_ms", value, "ms", 60.0, 1.0)], 0))
    assert isinstance(back, Metric)
    assert bits(back.t_s) == bits(t_s)
    assert bits(back.value) == bits(value)


def test_one_block_a_stream() -> None:
    """Two sensors' samples, and beats of both: three blocks, whatever the order."""
    events: list[Event] = []
    for t_s in range(3):
        events.append(Chunk(RR, np.array([float(t_s)]), np.array([[800.0]]), t_s))
        events.append(Chunk(EDA, np.array([float(t_s)]), np.array([[2.0]]), t_s))
        events.append(beat(t_s, source=str(t_s)))
    blocks = encode_blocks(events, 0)
    assert sorted((block.kind, block.n_events) for block in blocks) == [
        ("beat", 3), ("chunk", 3), ("chunk", 3),
    ]  # fmt: skip
    assert all(block.start_s == 0.0 and block.end_s == 2.0 for block in blocks)


def test_numpy_numbers_and_read_only_mappings_are_stored() -> None:
    command = Command(np.float64(1.5), "pace", MappingProxyType({"n": np.int64(3)}))  # type: ignore[dict-item]
    ((_, back),) = unpacked(encode_blocks([command], 0))
    assert back == Command(1.5, "pace", {"n": 3})


def test_a_record_with_fewer_fields_than_today_takes_the_defaults() -> None:
    """As an earlier version would have written it: fields are known by name."""
    header = msgspec.msgpack.encode(["t_s", "name", "value", "unit", "window_s", "quality"])
    payload = msgspec.msgpack.encode([[7], [[1.0, "rmssd_ms", 2.0, "ms", 60.0, 1.0]]])
    assert list(decoder("metric", header)(payload)) == [
        (7, Metric(1.0, "rmssd_ms", 2.0, "ms", 60.0, 1.0))
    ]


def test_flags_come_back_as_flags() -> None:
    ((_, back),) = unpacked(encode_blocks([beat(1.0)], 0))
    assert isinstance(back, Beat)
    assert back.flag is RRFlag.NORMAL


def test_what_is_no_event_is_refused() -> None:
    with pytest.raises(KeyError):
        encode_blocks(["no event"], 0)  # type: ignore[list-item]


def test_a_block_that_lacks_samples_is_refused() -> None:
    (block,) = encode_blocks([Chunk(RR, np.array([1.0]), np.array([[800.0]]), 1.0)], 0)
    seqs, arrivals_s, _sizes, t_s, values = msgspec.msgpack.decode(block.payload)
    payload = msgspec.msgpack.encode([seqs, arrivals_s, [2], t_s, values])
    with pytest.raises(ValueError, match="do not match"):
        list(decoder(block.kind, block.header)(payload))
