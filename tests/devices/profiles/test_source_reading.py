from __future__ import annotations

import pytest

from biofeedback.devices.profiles.problem import ProfileError
from biofeedback.devices.profiles.profile import Encoding, Framing, Mode, Sequence, Timestamp
from biofeedback.devices.profiles.reading import read_profile
from helpers.profile_texts import RING, changed


@pytest.mark.parametrize(
    ("stream", "words"),
    [
        ('layout = "( x:u16 )*"', "add “rate_hz”"),
        ('layout = "n:u8 ( x:u16 )*"\nrate_hz = 9\nsequence = {field = "n"}', "packets differ"),
        ('layout = "n:u8 x:u16"\nsequence = { field = "n" }', "beside “rate_hz”"),
        ('layout = "( n:u8 x:u16 )4"\nrate_hz = 9\nsequence = {field="n"}', 'counts = "samples"'),
        ('framing = "fixed"\nsync_hex = "aa"\nlayout = "( x:u16 )*"\nrate_hz = 9', "one length"),
        ('layout = "x:u16"\nencoding = "csv"', "has no types"),
        ('layout = "x"\nencoding = "csv"\nendian = "big"', "no byte order"),
        ('layout = "x"\nencoding = "json-lines"\nseparator = ";"', "own separators"),
        ('layout = "x:u16"\nframing="length-prefix"\nsync_hex="aa"\nlength_bytes=3', "1 to 2"),
        ('mode = "poll"\npoll_hz = 1\nencoding = "csv"\nlayout = "x"', "is one record"),
    ],
)
def test_a_stream_whose_parts_do_not_go_together_is_told(stream: str, words: str) -> None:
    start, end = RING.index("layout = "), RING.index("[[stream.channel]]")
    text = RING[:start] + stream + "\n\n" + RING[end:]
    text = changed('expr = "ohm / 1000"', 'field = "x"', text)
    text = changed("invalid_raw = { ohm = [0, 4294967295] }\n", "", text)
    with pytest.raises(ProfileError, match=words.replace("(", r"\(").replace("[", r"\[")):
        read_profile(text)


@pytest.mark.parametrize(
    ("channels", "words"),
    [
        (["acc_x", "acc_y"], "three channels"),
        (["acc_x", "acc_y", "acc_z", "acc_z"], "three channels"),
        (["rr", "rr"], "one channel of kind “rr”"),
        (["rr"], "Beats come when they come"),
    ],
)
def test_kinds_that_do_not_go_together_are_told(channels: list[str], words: str) -> None:
    start, end = RING.index("[[stream.channel]]"), RING.index("[[test]]")
    unit = {"a": "g", "r": "ms"}
    text = "".join(
        f'[[stream.channel]]\nkind = "{kind}"\nunit = "{unit[kind[0]]}"\nfield = "ohm"\n'
        for kind in channels
    )
    with pytest.raises(ProfileError, match=words):
        read_profile(RING[:start] + text + RING[end:])


def stream_of(*lines: str) -> str:
    """Return a profile whose stream is another, with one field x of an eda channel."""
    start, end = RING.index("layout = "), RING.index("[[test]]")
    channel = '[[stream.channel]]\nkind = "eda"\nunit = "uS"\nfield = "x"\n'
    test = '[[test]]\nhex = "00"\nexpect = { eda = [4.0] }\n'
    return RING[:start] + "\n".join(lines) + "\n" + channel + test + RING[end:end]


def test_a_clock_begins_anew_when_its_field_is_full_unless_told() -> None:
    for stamp, layout, expected in (
        ('unit = "us"', "t:u32 x:u8", Timestamp("t", 1e6, 2**32)),
        ('unit = "ms", wrap_bits = 20', "t:u24 x:u8", Timestamp("t", 1e3, 2**20)),
        ('unit = "ns"', "t:u64 x:u8", Timestamp("t", 1e9, None)),
        ('unit = "s"', "t:f32 x:u8", Timestamp("t", 1.0, None)),
        ('hz = 32768, of = "first"', "t:u24 x:u8", Timestamp("t", 32768.0, 2**24, of_first=True)),
    ):
        text = stream_of(f'layout = "{layout}"', f'timestamp = {{ field = "t", {stamp} }}')
        assert read_profile(text).sources[0].timestamp == expected


def test_a_count_begins_anew_when_its_field_is_full_unless_told() -> None:
    for sequence, expected in (
        ("", Sequence("n", 65536)),
        (", modulo = 100", Sequence("n", 100)),
        (', counts = "samples"', Sequence("n", 65536, counts_samples=True)),
    ):
        text = stream_of(
            'layout = "n:u16 x:u8"', "rate_hz = 4", f'sequence = {{ field = "n"{sequence} }}'
        )
        assert read_profile(text).sources[0].sequence == expected


def test_lines_of_text_end_with_a_line_feed_unless_told() -> None:
    source = read_profile(stream_of('layout = "x"', 'encoding = "keyvalue"')).sources[0]
    assert (source.encoding, source.framing) == (Encoding.KEYVALUE, Framing.DELIMITER)
    source = read_profile(
        stream_of('layout = "x"', 'encoding = "csv"', 'framing = "packet"', 'separator = "tab"')
    ).sources[0]
    assert (source.framing, source.separator) == (Framing.PACKET, "tab")


def test_a_value_can_be_asked_for() -> None:
    source = read_profile(stream_of('layout = "x:u8"', 'mode = "poll"', "poll_hz = 2")).sources[0]
    assert (source.mode, source.poll_hz) == (Mode.POLL, 2.0)


def test_the_only_field_that_is_left_is_the_value() -> None:
    text = changed('field = "x"\n', "", stream_of('layout = "t:u16 x:u8"'))
    with pytest.raises(ProfileError, match="Which field is it"):
        read_profile(text)
    text = changed(
        'layout = "t:u16 x:u8"', 'layout = "t:u16 x:u8"\ntimestamp = {field = "t", unit="s"}', text
    )
    assert read_profile(text).sources[0].channels[0].field == "x"
