from __future__ import annotations

import struct
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from biofeedback.devices.profiles.framing import (
    MAX_LINE_BYTES,
    Framer,
    Lines,
    Packets,
    Synced,
    framer_of,
)
from biofeedback.devices.profiles.profile import Channel, Encoding, Framing, Source


def pushed(framer: Framer, pieces: list[bytes]) -> tuple[list[bytes], int]:
    whole: list[bytes] = []
    n_refused = 0
    for piece in pieces:
        records = framer.push(piece)
        whole += records.whole
        n_refused += records.n_refused
    return whole, n_refused


def cut(stream: bytes, places: list[int]) -> list[bytes]:
    edges = [0, *sorted({place % (len(stream) + 1) for place in places}), len(stream)]
    return [stream[start:end] for start, end in pairwise(edges)]


def test_a_packet_is_a_record() -> None:
    assert pushed(Packets(), [b"ab", b"", b"c"]) == ([b"ab", b"", b"c"], 0)


def test_the_first_line_is_left_out_unless_its_start_was_seen() -> None:
    """It may be half a number, which looks just like a number."""
    assert pushed(Lines(), [b"2\n3.42\n3.5", b"0\n3"]) == ([b"3.42", b"3.50"], 0)
    lines = Lines()
    lines.reset(is_start=True)
    assert pushed(lines, [b"3.42\n\n \r\n3"]) == ([b"3.42"], 0)
    lines.reset()
    assert pushed(lines, [b".50\n3.6\n"]) == ([b"3.6"], 0)


def test_a_line_without_end_is_given_up_and_forgotten() -> None:
    lines = Lines()
    lines.reset(is_start=True)
    longest = b"9" * MAX_LINE_BYTES
    assert pushed(lines, [longest, b"\n"]) == ([longest], 0)
    assert pushed(lines, [longest, b"9", b"9" * 10_000, b"\n3.42\n"]) == ([b"3.42"], 1)


@given(
    st.lists(st.text("0123456789.,\r ", min_size=1, max_size=30), max_size=20),
    st.lists(st.integers(0, 10_000)),
)
def test_lines_are_the_same_wherever_notifications_part_them(
    texts: list[str], places: list[int]
) -> None:
    stream = b"".join(text.encode() + b"\n" for text in texts)
    at_once, in_pieces = Lines(), Lines()
    assert pushed(at_once, [stream]) == pushed(in_pieces, cut(stream, places))


SYNC = b"\xaa\x55"


def fixed() -> Synced:
    return Synced(SYNC, 4)


def prefixed() -> Synced:
    return Synced(SYNC, None, 1)


def test_records_of_fixed_length_follow_each_other() -> None:
    bodies = [struct.pack("<I", number) for number in range(5)]
    stream = b"".join(SYNC + body for body in bodies) + SYNC
    assert pushed(fixed(), [stream]) == (bodies, 0)


def test_the_start_bytes_within_a_record_mislead_nobody() -> None:
    bodies = [SYNC + SYNC, b"\0" + SYNC + b"\0", SYNC + b"\1\2"]
    stream = b"".join(SYNC + body for body in bodies) + SYNC
    framer = fixed()
    framer.reset(is_start=True)
    assert pushed(framer, [stream]) == (bodies, 0)


def test_a_lost_piece_costs_the_records_it_was_part_of() -> None:
    bodies = [struct.pack("<I", 7 + number) for number in range(6)]
    records = [SYNC + body for body in bodies]
    stream = records[0] + records[1] + records[2][:3] + records[4] + records[5] + SYNC
    framer = fixed()
    framer.reset(is_start=True)
    whole, n_refused = pushed(framer, [stream])
    assert whole[:2] == bodies[:2]
    assert whole[-1] == bodies[5]
    assert n_refused == 1


def test_a_record_tells_its_length() -> None:
    bodies = [b"", b"a", b"bcd" * 20]
    stream = b"".join(SYNC + bytes([len(body)]) + body for body in bodies) + SYNC
    assert pushed(prefixed(), [stream]) == (bodies, 0)
    big = Synced(SYNC, None, 2, "big")
    stream = b"".join(SYNC + struct.pack(">H", len(body)) + body for body in bodies) + SYNC
    assert pushed(big, [stream]) == (bodies, 0)


def test_a_length_that_no_packet_has_is_not_waited_for() -> None:
    big = Synced(SYNC, None, 2, "big")
    big.reset(is_start=True)
    good = SYNC + b"\0\1a"
    whole, n_refused = pushed(big, [SYNC + b"\xff\xff" + good + good + SYNC])
    assert whole == [b"a", b"a"]
    assert n_refused == 1


@given(
    bodies=st.lists(st.binary(min_size=4, max_size=4), max_size=20),
    places=st.lists(st.integers(0, 10_000)),
    is_start=st.booleans(),
)
def test_records_are_the_same_wherever_notifications_part_them(
    bodies: list[bytes], places: list[int], *, is_start: bool
) -> None:
    stream = b"".join(SYNC + body for body in bodies) + SYNC
    framers = fixed(), fixed()
    for framer in framers:
        framer.reset(is_start=is_start)
    at_once = pushed(framers[0], [stream])
    assert pushed(framers[1], cut(stream, places)) == at_once
    if is_start:
        assert at_once == (bodies, 0)


@given(pieces=st.lists(st.binary(max_size=40) | st.just(SYNC), max_size=60), is_told=st.booleans())
def test_whatever_comes_records_are_pieces_of_it(pieces: list[bytes], *, is_told: bool) -> None:
    framer = prefixed() if is_told else fixed()
    whole, _ = pushed(framer, pieces)
    stream = b"".join(pieces)
    place = 0
    for body in whole:
        head = SYNC + (bytes([len(body)]) if is_told else b"")
        place = stream.index(head + body, place) + len(head + body)


def test_a_source_has_the_framer_that_it_names() -> None:
    def source(framing: Framing) -> Source:
        channel = Channel("eda", "uS", "x")
        return Source("c", "x:u8", (channel,), framing=framing, sync=SYNC, encoding=Encoding.BINARY)

    assert isinstance(framer_of(source(Framing.PACKET), 1), Packets)
    assert isinstance(framer_of(source(Framing.DELIMITER), None), Lines)
    body = b"\7"
    for framing, head in ((Framing.FIXED, SYNC), (Framing.LENGTH_PREFIX, SYNC + b"\1")):
        framer = framer_of(source(framing), 1)
        assert pushed(framer, [head + body + head]) == ([body], 0)
