from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from biofeedback.devices.driver import Connecting, uuid_of
from biofeedback.devices.profiles.problem import ProfileError
from biofeedback.devices.profiles.profile import (
    Answer,
    Channel,
    Match,
    Profile,
    SelfTest,
    Sequence,
    Source,
    Timestamp,
    Write,
)
from biofeedback.devices.profiles.reading import read_profile, read_profile_file
from biofeedback.devices.profiles.self_test import self_test_problems
from helpers.profile_texts import RING, all_shipped, changed


def problem_of(text: str) -> tuple[str, str]:
    """Return what is said of a text that has one problem, and the line it leads to."""
    with pytest.raises(ProfileError) as caught:
        read_profile(text, "ring.toml")
    (problem,) = caught.value.problems
    assert problem.file == "ring.toml"
    lines = text.split("\n")
    return problem.words, lines[problem.line - 1] if problem.line else ""


def test_a_profile_is_read() -> None:
    char = uuid_of(0x2A58)
    channel = Channel(
        "eda",
        "kOhm",
        expr="ohm / 1000",
        valid=(10.0, 100000.0),
        invalid_raw=(("ohm", (0.0, 4294967295.0)),),
    )
    packet = bytes.fromhex("07e803000090d00300")
    assert read_profile(RING) == Profile(
        "a-ring",
        "A ring",
        Match((uuid_of(0x1815),)),
        (
            Source(
                char,
                "seq:u8 t:u32 ohm:u32",
                (channel,),
                timestamp=Timestamp("t", 1000.0, 2**32),
                sequence=Sequence("seq", 256),
                rate_hz=16.0,
            ),
        ),
        (Write(uuid_of(0x2A39), b"\1\2"),),
        (),
        Connecting(),
        75.0,
        75.0,
        (SelfTest(char, (packet,), (("eda", (4.0,)),), time_s=1.0),),
    )


def test_what_sets_a_sensor_going_is_read() -> None:
    text = changed(
        'hex = "01 02"\n',
        'text = "go\\n"\nresponse = false\ndelay_ms = 200\n'
        'expect = { char = "2a5a", hex_prefix = "f0", timeout_ms = 1500 }\n\n'
        '[[init]]\nwrite = "0x2A3A"\nvalue = "unix_ms:u64"\nendian = "big"\n\n'
        '[[stop]]\nwrite = "2a39"\nhex = "00"\n',
    )
    profile = read_profile(text)
    assert profile.init == (
        Write(
            uuid_of(0x2A39),
            b"go\n",
            response=False,
            delay_s=0.2,
            expect=Answer(uuid_of(0x2A5A), b"\xf0", 1.5),
        ),
        Write(uuid_of(0x2A3A), now="unix_ms:u64", endian="big"),
    )
    assert profile.stop == (Write(uuid_of(0x2A39), b"\0"),)


@pytest.mark.parametrize(
    ("old", "new", "words", "line"),
    [
        ("schema = 1", "schema = 2", "schema = 1", "schema = 2"),
        ("schema = 1", "schema = true", "schema = 1", "schema = true"),
        ("schema = 1", "shema = 1\nschema = 1", "Did you mean “schema”?", "shema"),
        ("schema = 1", 'schema = 1\nlicense = "x"', "Did you mean “licence”?", "license"),
        ('id = "a-ring"\n', "", "needs “id”", ""),
        ('"a-ring"', '"A ring"', "small letters", "id"),
        ('"A ring"', "5", "text in quotes", "name"),
        ('"A ring"', '"  "', "empty", "name"),
        ("[match]\n", "[match]\nnames = []\n", "“names” is no key of [match].", "names"),
        ('services = ["1815"]', "", "needs services, name_prefix or", "[match]"),
        ('["1815"]', '["18"]', "“18” is no UUID", "services"),
        ('["1815"]', "[1815]", "list of texts", "services"),
        ("watchdog_s = 75", "watchdog_s = 0", "“watchdog_s” is a number", "watchdog_s"),
        ("watchdog_s = 75", "watchdog_s = true", "“watchdog_s” is a number", "watchdog_s"),
        ("watchdog_s = 75", 'pair = "perhaps"', "never, if-needed, always", "pair"),
        ("watchdog_s = 75", 'pair = "allways"', "Did you mean “always”?", "pair"),
        ("watchdog_s = 75", "use_cached_services = 1", "true or false", "use_cached"),
        ('hex = "01 02"', 'hex = "01 0"', "bytes in hex", "hex"),
        ('hex = "01 02"', 'hex = "01"\ntext = "a"', "needs one of", "[[init]]"),
        ('hex = "01 02"', 'value = "unix:u64"', "Did you mean “unix_s:u64”?", "value"),
        ('hex = "01 02"', 'hex = "01"\ndelay_ms = -1', "“delay_ms” is a number", "delay_ms"),
        ('hex = "01 02"', 'hex = "01"\nexpect = "f0"', "is a table, such as", "expect"),
        ('write = "2a39"', 'char = "2a39"\nwrite = "2a39"', "Write “write = …”", "char"),
        ('char = "2a58"', 'char = "2a5g"', "is no UUID", "char"),
        ('char = "2a58"', 'char = "2a58"\nmodus = "notify"', "Did you mean “mode”?", "modus"),
        ('char = "2a58"', 'char = "2a58"\nmode = "push"', "“push” is not known", "mode"),
        ('char = "2a58"', 'char = "2a58"\nmode = "poll"', "“poll_hz” goes with", "[[stream]]"),
        ('char = "2a58"', 'char = "2a58"\npoll_hz = 1', "“poll_hz” goes with", "poll_hz"),
        ('char = "2a58"', 'char = "2a58"\nlength = 9', "follows from the layout", "length"),
        ('char = "2a58"', 'char = "2a58"\nframing = "fixed"', "needs “sync_hex”", "framing"),
        ('char = "2a58"', 'char = "2a58"\nsync_hex = "aa"', "goes with framing", "sync_hex"),
        ('char = "2a58"', 'char = "2a58"\nseparator = ";"', "lines of text", "separator"),
        ('char = "2a58"', 'char = "2a58"\nframing = "delimiter"', "can be packet", "framing"),
        ("ohm:u32", "ohm:u31", "is no field", "layout"),
        ('unit = "ms"', 'unit = "min"', "not known as “unit”", "timestamp"),
        ('unit = "ms"', "hz = 0", "“hz” is a number", "timestamp"),
        ('unit = "ms"', 'unit = "ms", hz = 3', "“unit” (s, ms, us or ns) or “hz”", "timestamp"),
        ('field = "t"', 'field = "tt"', "Did you mean “t”?", "timestamp"),
        ('field = "seq"', 'field = "seq", modulus = 2', "Did you mean “modulo”?", "sequence"),
        ("rate_hz = 16", "rate_hz = 0", "“rate_hz” is a number above 0", "rate_hz"),
        ("rate_hz = 16", "rate_hz = nan", "“rate_hz” is a number above 0", "rate_hz"),
        ("rate_hz = 16", "rate_hz = " + "9" * 400, "“rate_hz” is a number", "rate_hz"),
        ('kind = "eda"', 'kind = "gsr"', "It can be eda", "kind"),
        ('unit = "kOhm"', 'unit = "kohm"', "Did you mean “kOhm”?", "unit"),
        ('unit = "kOhm"', 'unit = "mV"', "not known as “unit”", "unit"),
        ('unit = "kOhm"', 'unit = "kOhm"\nlable = "a"', "Did you mean “label”?", "lable"),
        ('unit = "kOhm"', 'unit = "kOhm"\nrate_hz = 2', "belongs to [[stream]]", "rate_hz"),
        ('unit = "kOhm"', 'unit = "kOhm"\nfield = "ohm"', "not both", "expr"),
        ('"ohm / 1000"', '"ohn / 1000"', "no field “ohn”; it has seq, t, ohm", "expr"),
        ('"ohm / 1000"', '"ohm ** 2"', "not known here", "expr"),
        ('expr = "ohm / 1000"', 'field = "ohn"', "Did you mean “ohm”?", "field"),
        ('expr = "ohm / 1000"', 'field = "ohm"\nscale = 0', "“scale” is 0", "scale"),
        ('expr = "ohm / 1000"', 'field = "ohm"\nscale = inf', "“scale” is a number", "scale"),
        ("[10, 100000]", "[100000, 10]", "smallest and the largest", "valid"),
        ("[10, 100000]", "[10]", "smallest and the largest", "valid"),
        ("{ ohm = [0, 4294967295] }", "{ om = [0] }", "Did you mean “ohm”?", "invalid_raw"),
        ("{ ohm = [0, 4294967295] }", '{ ohm = ["a"] }', "list of numbers", "invalid_raw"),
        ('hex = "07', 'text = "a"\nhex = "07', "needs “hex” or “text”", "[[test]]"),
        ('hex = "07 e8', 'hex = "7 e8', "bytes in hex", "hex"),
        ("expect = { eda = [4.0] }", "", "needs “expect = {…}”", "[[test]]"),
        ("{ eda = [4.0] }", "{ edda = [4.0] }", "Did you mean “eda”?", "expect"),
        ("{ eda = [4.0] }", "{ eda = [nan] }", "No [[test]] says what", "[[test]]"),
        ("time_s = 1.0", 'char = "2a59"', "No [[stream]] has this “char”", "char"),
    ],
)
def test_each_fault_is_told_with_its_line_and_what_to_do(
    old: str, new: str, words: str, line: str
) -> None:
    said, where = problem_of(changed(old, new))
    assert words in said
    assert where.strip().startswith(line)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        (changed("[match]", "[match"), "no TOML"),
        (changed("schema = 1", "schema = 1\nschema = 1"), "no TOML"),
        (changed("schema = 1", "schema = ["), "no TOML"),
        ("x = " + "[" * 100_000, "nested too deep"),
        ("x = " + "9" * 10_000, "number too long"),
    ],
)
def test_what_is_no_toml_is_told_where_that_can_be_told(text: str, words: str) -> None:
    with pytest.raises(ProfileError, match=words):
        read_profile(text)


def test_the_line_of_a_slip_of_the_pen_is_told() -> None:
    with pytest.raises(ProfileError) as caught:
        read_profile(changed('unit = "kOhm"', 'unit = "kOhm'), "ring.toml")
    number = RING.split("\n").index('unit = "kOhm"') + 1
    assert str(caught.value).startswith(f"ring.toml, line {number}: This is no TOML: ")


def test_all_that_is_wrong_is_told_at_once_in_the_order_of_the_file() -> None:
    text = changed('id = "a-ring"', 'id = "A"').replace('kind = "eda"', 'kind = "gsr"')
    with pytest.raises(ProfileError) as caught:
        read_profile(text.replace("watchdog_s", "watchdog"))
    lines = [problem.line for problem in caught.value.problems]
    assert len(lines) >= 3
    assert lines == sorted(lines)


def test_a_profile_without_a_self_test_is_none() -> None:
    said, _ = problem_of(RING[: RING.index("[[test]]")])
    assert "needs a [[test]]" in said


def test_one_sensor_has_one_stream_of_a_kind() -> None:
    start, end = RING.index("[[stream]]"), RING.index("[[test]]")
    stream = RING[start:end]
    said, _ = problem_of(
        RING[:end]
        + changed("2a58", "2a59", stream)
        + RING[end:].replace("[[test]]", '[[test]]\nchar = "2a58"')
    )
    assert "a sensor can have one" in said
    with pytest.raises(ProfileError, match="same “char”"):
        read_profile(RING[:end] + stream + RING[end:])


def test_a_file_says_where_it_is_no_text(tmp_path: Path) -> None:
    path = tmp_path / "ring.toml"
    path.write_bytes(RING.replace("A ring", "Ä ring").encode("latin-1"))
    with pytest.raises(ProfileError, match=r"ring\.toml, line 3: .*UTF-8"):
        read_profile_file(path)
    path.write_bytes(b"# " + b"x" * 70_000)
    with pytest.raises(ProfileError, match="longer than 64 kB"):
        read_profile_file(path)
    with pytest.raises(ProfileError, match=r"none\.toml: The file cannot be read"):
        read_profile_file(tmp_path / "none.toml")
    path.write_bytes(b"\xef\xbb\xbf" + RING.replace("\n", "\r\n").encode())
    assert read_profile_file(path) == read_profile(RING)


TEXTS = [RING, *all_shipped().values()]


@settings(max_examples=300)
@given(st.data())
def test_a_changed_profile_is_read_or_refused_in_words(data: st.DataObject) -> None:
    """Cut, doubled, with strange letters, or with words of others: never another exception."""
    text = data.draw(st.sampled_from(TEXTS))
    for _ in range(data.draw(st.integers(1, 4))):
        start = data.draw(st.integers(0, len(text)))
        end = data.draw(st.integers(start, min(len(text), start + 60)))
        other = data.draw(st.sampled_from(TEXTS))
        place = data.draw(st.integers(0, len(other)))
        new = data.draw(
            st.sampled_from(
                ["", "0", "-1", "nan", '"', "[", "]", "{ }", "\n", "=", "true", "1e999"]
            )
            | st.text(max_size=5)
            | st.just(other[place : place + 40])
        )
        text = text[:start] + new + text[end:]
    try:
        profile = read_profile(text)
    except ProfileError:
        return
    self_test_problems(profile)


VALUES = st.recursive(
    st.sampled_from(["1", "-1", "0", "nan", "inf", "1e308", '""', '"eda"', '"u8"', "true", "[]"])
    | st.sampled_from(["2a58", "x:u8", "ohm", "packet", "delimiter", "csv"]).map('"{}"'.format),
    lambda inner: (
        st.lists(inner, max_size=3).map(lambda many: f"[{', '.join(many)}]")
        | inner.map(lambda one: f"{{ field = {one}, eda = {one} }}")
    ),
    max_leaves=4,
)


@settings(max_examples=300)
@given(st.data())
def test_any_value_of_any_key_is_read_or_refused_in_words(data: st.DataObject) -> None:
    lines = data.draw(st.sampled_from(TEXTS)).split("\n")
    keys = [place for place, line in enumerate(lines) if " = " in line and line[0] != "#"]
    for place in data.draw(st.lists(st.sampled_from(keys), min_size=1, max_size=3)):
        lines[place] = f"{lines[place].split(' = ')[0]} = {data.draw(VALUES)}"
    try:
        profile = read_profile("\n".join(lines))
    except ProfileError:
        return
    self_test_problems(profile)


@given(st.text(max_size=300))
def test_any_text_is_read_or_refused_in_words(text: str) -> None:
    with pytest.raises(ProfileError):
        read_profile(text)
