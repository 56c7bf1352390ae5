from __future__ import annotations

import struct
from itertools import pairwise
from math import isnan, nan

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from biofeedback.devices.driver import DecodeError, Frame
from biofeedback.devices.profiles.decoding import ProfileDecoder, SourceDecoder
from biofeedback.devices.profiles.layout import parse_layout
from biofeedback.devices.profiles.profile import (
    Channel,
    Encoding,
    Framing,
    Profile,
    Sequence,
    Source,
    Timestamp,
)
from biofeedback.devices.profiles.reading import read_profile
from helpers.profile_texts import RING, all_shipped

EDA = Channel("eda", "uS", "eda")


def decoder(layout: str, *channels: Channel, **more: object) -> SourceDecoder:
    source = Source("c", layout, channels or (EDA,), **more)  # type: ignore[arg-type]  # named
    made = SourceDecoder(source, "ring")
    made.reset(is_start=True)
    return made


def one(frames: list[Frame]) -> Frame:
    (frame,) = frames
    return frame


def test_a_packet_becomes_the_reading_that_the_profile_says() -> None:
    source = ProfileDecoder(read_profile(RING), "ring")
    uuid = next(iter(source.sources))
    frame = one(source.push(uuid, bytes.fromhex("07e803000090d00300")))
    assert frame.stream.stream_id == "ring/eda"
    assert frame.stream.channels == ("sc_microsiemens",)
    assert frame.stream.rate_hz == 16.0
    np.testing.assert_array_equal(frame.values, [[4.0]])
    assert frame.stamp is not None
    assert (frame.stamp.t_s, frame.stamp.wrap_s, frame.stamp.clock) == (1.0, 2**32 / 1e3, "")
    assert frame.stamp.each_s is None
    assert source.push("another", b"\0") == []


@pytest.mark.parametrize(
    ("code", "raw", "stamp", "t_s", "wrap_s"),
    [
        ("u32", 1700, Timestamp("t", 1e3, 2**32), 1.7, 2**32 / 1e3),
        ("u32", 1_700_000, Timestamp("t", 1e6, 2**32), 1.7, 2**32 / 1e6),
        ("u24", 32768, Timestamp("t", 32768.0, 2**24), 1.0, 512.0),
        # Only so many bits of the field count.
        ("u32", 2**20 + 5, Timestamp("t", 1e3, 2**20), 0.005, 2**20 / 1e3),
        # 63 bits of nanoseconds keep their last microsecond.
        ("u64", 1_700_000_000_123_456_000, Timestamp("t", 1e9), 1_700_000_000.123456, None),
    ],
)
def test_a_clock_gives_the_time_of_the_last_sample(
    code: str, raw: int, stamp: Timestamp, t_s: float, wrap_s: float | None
) -> None:
    made = decoder(f"t:{code} ( eda:u8 )4", timestamp=stamp, rate_hz=10.0)
    packet = raw.to_bytes(int(code[1:]) // 8, "little") + b"\1\2\3\4"
    found = one(made.push(packet)).stamp
    assert found is not None
    assert found.t_s == pytest.approx(t_s, abs=3e-7)
    assert (found.wrap_s, found.clock, found.each_s) == (wrap_s, "", None)


def test_a_clock_of_the_first_sample_is_carried_to_the_last() -> None:
    made = decoder(
        "t:u16 ( eda:u8 )4",
        timestamp=Timestamp("t", 1e3, 2**16, of_first=True),
        rate_hz=10.0,
    )
    for t_ms, last_s in ((1000, 1.3), (65500, (65500 + 300 - 65536) / 1e3)):
        stamp = one(made.push(struct.pack("<H4B", t_ms, 1, 2, 3, 4))).stamp
        assert stamp is not None
        assert stamp.t_s == pytest.approx(last_s)


def test_a_clock_with_each_sample_gives_each_its_time_also_where_it_begins_anew() -> None:
    made = decoder("( t:u16 eda:u8 )*", timestamp=Timestamp("t", 1e3, 2**16))
    stamp = one(made.push(struct.pack("<HBHBHB", 65530, 1, 0, 2, 7, 3))).stamp
    assert stamp is not None
    assert stamp.each_s is not None
    np.testing.assert_allclose(stamp.each_s, [-0.006, 0.0, 0.007], atol=1e-9)
    assert stamp.t_s == stamp.each_s[-1]


def test_a_count_of_packets_is_a_clock_of_its_stream() -> None:
    made = decoder("n:u8 ( eda:u8 )4", sequence=Sequence("n", 256), rate_hz=8.0)
    stamps = [one(made.push(bytes([n, 1, 2, 3, 4]))).stamp for n in (0, 1, 3, 255, 0)]
    assert [stamp and stamp.t_s for stamp in stamps] == [
        (4 * n + 3) / 8.0 for n in (0, 1, 3, 255, 0)
    ]
    assert {stamp and (stamp.wrap_s, stamp.clock) for stamp in stamps} == {(128.0, "eda-count")}


def test_a_count_of_samples_names_the_first() -> None:
    made = decoder(
        "n:u8 ( eda:u8 )*", sequence=Sequence("n", 256, counts_samples=True), rate_hz=8.0
    )
    stamp = one(made.push(bytes([254, 1, 2, 3]))).stamp
    assert stamp is not None
    # Numbers 254, 255 and 0.
    assert (stamp.t_s, stamp.wrap_s) == (0.0, 32.0)


def test_packets_that_never_came_are_counted_and_late_ones_are_not() -> None:
    made = decoder("n:u8 eda:u8", sequence=Sequence("n", 256), rate_hz=8.0)
    for n in (250, 251, 254, 253, 255, 0, 0, 4):
        made.push(bytes([n, 1]))
    # 252 and 253; then 254 as seen from 253, which came late; then 1, 2, 3.
    assert made.n_lost_packets == 2 + 1 + 3
    made.reset()
    made.push(bytes([100, 1]))
    assert made.n_lost_packets == 6


def test_streams_share_a_clock_if_their_stamps_are_of_one_kind() -> None:
    def source(uuid: str, kind: str, unit: str, ticks_per_s: float) -> Source:
        stamp = Timestamp("t", ticks_per_s, 2**16)
        return Source(uuid, "t:u16 x:u8", (Channel(kind, unit, "x"),), timestamp=stamp)

    for other, clocks in ((1e3, {""}), (1e2, {"eda-clock", "temperature-clock"})):
        sources = (source("a", "eda", "uS", 1e3), source("b", "temp", "C", other))
        made = ProfileDecoder(Profile("p", "P", read_profile(RING).match, sources), "ring")
        found = {
            frame.stamp.clock
            for uuid in "ab"
            for frame in made.push(uuid, b"\1\0\5")
            if frame.stamp is not None
        }
        assert found == clocks


def test_intervals_of_one_packet_end_where_the_next_begins() -> None:
    made = decoder(
        "t:u32 ( rr:u16 )*", Channel("rr", "1/1024 s", "rr"), timestamp=Timestamp("t", 1e3, 2**32)
    )
    frame = one(made.push(struct.pack("<I3H", 10_000, 1024, 512, 768)))
    np.testing.assert_array_equal(frame.values[:, 0], [1000.0, 500.0, 750.0])
    assert frame.stamp is not None
    assert frame.stamp.each_s is not None
    np.testing.assert_allclose(frame.stamp.each_s, [8.75, 9.25, 10.0])


def test_a_packet_without_samples_gives_nothing() -> None:
    assert decoder("n:u8 ( eda:u8 )*", rate_hz=1.0).push(b"\1") == []


def text_decoder(**more: object) -> SourceDecoder:
    return decoder(
        "seq t eda",
        encoding=Encoding.CSV,
        framing=Framing.DELIMITER,
        timestamp=Timestamp("t", 1e3, 2**32),
        sequence=Sequence("seq"),
        rate_hz=10.0,
        **more,
    )


def test_lines_that_come_together_are_one_frame_with_the_time_of_each() -> None:
    frame = one(text_decoder().push(b"1,100,3.5\n2,200,3.6\r\n3,300,nan\n4,40"))
    np.testing.assert_array_equal(frame.values[:, 0], [3.5, 3.6, nan])
    assert frame.stamp is not None
    assert frame.stamp.each_s is not None
    np.testing.assert_allclose(frame.stamp.each_s, [0.1, 0.2, 0.3])


def test_lines_that_are_none_are_left_out_and_counted_and_the_others_kept() -> None:
    made = text_decoder()
    np.testing.assert_array_equal(
        one(made.push(b"1,100,3.5\n2,20\n3,300,3.7\n")).values[:, 0], [3.5, 3.7]
    )
    assert made.n_refused == 1
    with pytest.raises(DecodeError):
        made.push(b"\xff\n")
    with pytest.raises(DecodeError):
        made.push(b"1,,3.5\n")
    with pytest.raises(DecodeError):
        made.push(b"x,100,3.5\n1.5,1,")
    assert made.n_refused == 4
    # What was refused is gone: it cannot join what comes.
    assert len(one(made.push(b"2\n5,500,3.9\n")).values) == 1


LINES = st.lists(
    st.tuples(st.integers(0, 2**33), st.floats(0, 100).map(lambda x: round(x, 3))), max_size=20
)


@given(LINES, st.lists(st.integers(0, 10_000)))
def test_text_gives_the_same_samples_wherever_notifications_part_it(
    lines: list[tuple[int, float]], places: list[int]
) -> None:
    stream = b"".join(f"{i},{t},{x}\n".encode() for i, (t, x) in enumerate(lines))
    edges = [0, *sorted(place % (len(stream) + 1) for place in places), len(stream)]
    at_once, in_pieces = text_decoder(), text_decoder()
    pieces = [stream[a:b] for a, b in pairwise(edges)]
    samples = [
        [x for piece in cut for frame in made.push(piece) for x in frame.values[:, 0].tolist()]
        for made, cut in ((at_once, [stream]), (in_pieces, pieces))
    ]
    assert samples[0] == samples[1] == [x for _, x in lines]


def no_sample_is_invented(made: ProfileDecoder, uuid: str, packets: list[bytes]) -> None:
    """Whatever comes: `DecodeError` alone, counted, and no more samples than bytes hold."""
    n_refused, n_bytes, n_samples, n_errors = made.n_refused, 0, 0, 0
    for packet in packets:
        n_bytes += len(packet)
        try:
            frames = made.push(uuid, packet)
        except DecodeError:
            n_errors += 1
            continue
        for frame in frames:
            n_samples += frame.values.shape[0]
            assert frame.values.shape[1] == len(frame.stream.channels)
            assert not np.any(np.isinf(frame.values))
            if frame.stamp is not None:
                assert np.isfinite(frame.stamp.t_s)
                each_s = frame.stamp.each_s
                assert each_s is None or each_s.shape == (frame.values.shape[0],)
    assert made.n_refused - n_refused >= n_errors
    assert n_samples <= n_bytes


@settings(max_examples=200)
@given(st.data())
def test_random_and_mutated_packets_are_understood_or_refused(data: st.DataObject) -> None:
    profile = read_profile(data.draw(st.sampled_from([RING, *all_shipped().values()])))
    made = ProfileDecoder(profile, "ring")
    made.reset(is_start=data.draw(st.booleans()))
    test = data.draw(st.sampled_from(profile.tests))
    packets = []
    for _ in range(data.draw(st.integers(1, 6))):
        packet = bytearray(data.draw(st.sampled_from(test.packets) | st.binary(max_size=64)))
        for _ in range(data.draw(st.integers(0, 4))):
            place = data.draw(st.integers(0, len(packet)))
            packet[place : place + data.draw(st.integers(0, 3))] = data.draw(st.binary(max_size=3))
        packets.append(bytes(packet))
    no_sample_is_invented(made, test.characteristic, packets)


def test_tens_of_thousands_of_mutated_packets_are_understood_or_refused() -> None:
    """Every decoder that ships, with flipped bits, cut, doubled and joined."""
    rng = np.random.default_rng(20)
    n_packets = 0
    for text in all_shipped().values():
        profile = read_profile(text)
        made = ProfileDecoder(profile, "ring")
        for test in profile.tests:
            base = b"".join(test.packets)
            packets = []
            for _ in range(1500):
                packet = bytearray(base * int(rng.integers(1, 3)))
                for _ in range(int(rng.integers(0, 4))):
                    packet[int(rng.integers(len(packet)))] ^= 1 << int(rng.integers(8))
                packets.append(bytes(packet[: int(rng.integers(len(packet) + 1))]))
            n_packets += len(packets)
            no_sample_is_invented(made, test.characteristic, packets)
    assert n_packets >= 30_000


@given(st.lists(st.integers(0, 2**24 - 2), min_size=1, max_size=70), st.integers(0, 2**32 - 1))
def test_each_sample_is_that_of_its_bytes(raw: list[int], t_us: int) -> None:
    """What was decoded encodes to the bytes it came from."""
    profile = read_profile(all_shipped()["diy-eda-binary.toml"])
    made = ProfileDecoder(profile, "board")
    packet = struct.pack("<BBHI", 0xA1, 1, 2, t_us)
    packet += b"".join(value.to_bytes(3, "little") for value in raw)
    frame = one(made.push(profile.sources[0].characteristic, packet))
    assert frame.stamp is not None
    assert round(frame.stamp.t_s * 1e6) == t_us
    for value, nanosiemens in zip(frame.values[:, 0].tolist(), raw, strict=True):
        if isnan(value):
            assert not 10 <= nanosiemens <= 100_000
        else:
            assert round(value * 1000) == nanosiemens


@st.composite
def sources(draw: st.DrawFn) -> Source:
    """Any source that a profile could describe, as its checks would let it pass."""
    encoding = draw(st.sampled_from(list(Encoding)))
    names = ["n", "t", "a", "b"]
    layout = " ".join(names)
    framing = draw(st.sampled_from([Framing.DELIMITER, Framing.PACKET]))
    if encoding is Encoding.BINARY:
        types = st.sampled_from(["u8", "i16", "u24", "u32", "i64", "u64", "f32", "f64"])
        n, t, a, b = (f"{name}:{draw(types)}" for name in names)
        layout = draw(
            st.sampled_from([f"{n} {t} {a} {b}", f"{n} {t} ( {a} {b} )3", f"( {n} {t} {a} {b} )*"])
        )
        framing = draw(st.sampled_from([Framing.PACKET, Framing.LENGTH_PREFIX]))
    exprs = ["a", "b if a > 0 else n", "log(a) % b", "a << 3 | n", "max(a, b) / t"]
    channels = [
        Channel(
            kind,
            unit,
            expr=draw(st.sampled_from(exprs)),
            valid=draw(st.none() | st.just((0.5, 1e6))),
            invalid_raw=draw(st.sampled_from([(), (("b", (0.0, 1.0)),), (("n", (7.0,)),)])),
        )
        for kind, unit in draw(
            st.lists(
                st.sampled_from([("eda", "kOhm"), ("temp", "F"), ("ppg", "a.u."), ("eda", "uS")]),
                min_size=1,
                max_size=3,
            )
        )
    ]
    wrap = draw(st.sampled_from([None, 2**8, 2**32]))
    stamp = Timestamp("t", draw(st.sampled_from([1.0, 1e3, 32768.0])), wrap, draw(st.booleans()))
    return Source(
        "c",
        layout,
        tuple(channels),
        encoding=encoding,
        framing=framing,
        endian=draw(st.sampled_from(["little", "big"])),
        sync=b"\xaa" if framing is Framing.LENGTH_PREFIX else b"",
        timestamp=draw(st.sampled_from([None, stamp])),
        sequence=draw(
            st.sampled_from([None, Sequence("n", 256, counts_samples=True), Sequence("n")])
        ),
        rate_hz=10.0,
    )


TEXT_PIECES = st.sampled_from(
    (
        *("1,2,3,4", "n:1,t:2,a:3,b:4", "a:1", "b=0,t=1e9", '{"n":1,"t":2,"a":3,"b":null}', "\n"),
        *("nan", "-1", "1e300", ",", ":", "{}", '{"a":1}', "\r\n", "t:nan,n:1,a:2,b:3\n"),
        *("1e20,1e300,3,4\n", "n:1e20,t:1e300,a:1e300,b:1\n"),
    )
).map(lambda text: text.encode())


@settings(max_examples=300)
@given(st.data(), sources())
def test_whatever_a_profile_describes_bytes_are_understood_or_refused(
    data: st.DataObject, source: Source
) -> None:
    profile = Profile("p", "P", read_profile(RING).match, (source,))
    made = ProfileDecoder(profile, "ring")
    made.reset(is_start=True)
    pieces = TEXT_PIECES | st.binary(max_size=24)
    if source.encoding is Encoding.BINARY:
        # So long that it may be a packet, of extreme numbers as well.
        layout = parse_layout(source.layout)
        n_bytes = layout.head_bytes + layout.group_bytes * (layout.n_samples or 2)
        body = st.binary(min_size=n_bytes, max_size=n_bytes) | st.sampled_from(
            [bytes([byte]) * n_bytes for byte in (0x00, 0x7F, 0x80, 0xFE, 0xFF)]
        )
        head = source.sync + bytes([n_bytes % 256]) if source.sync else b""
        pieces = body.map(lambda packet: head + packet) | pieces
    packets = data.draw(st.lists(st.lists(pieces, min_size=1, max_size=2), max_size=5))
    no_sample_is_invented(made, "c", [b"".join(parts) for parts in packets])
