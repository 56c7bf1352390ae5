from __future__ import annotations

import struct
from dataclasses import replace
from math import isnan, nan

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from biofeedback.devices.profiles.drafting import TYPES, Draft, draft_to_profile, try_layout
from biofeedback.devices.profiles.problem import ProfileError
from biofeedback.devices.profiles.profile import Match
from biofeedback.devices.profiles.reading import read_profile
from biofeedback.devices.profiles.self_test import self_test_problems
from biofeedback.devices.profiles.units import KINDS
from biofeedback.devices.profiles.writing import write_profile

UUID = "f00d0002-0000-4000-8000-000000000001"
MATCH = Match(name_prefixes=("Board",))
OHM = [250_000, 500_000, 1_000_000, 0]
PACKETS = [struct.pack("<BIIB", n, 1000 * n, ohm, 7) for n, ohm in enumerate(OHM)]
DRAFT = Draft(
    UUID,
    name="My board",
    match=MATCH,
    value_type="u32",
    offset_bytes=5,
    unit="ohm",
    time_type="u32",
    time_offset_bytes=1,
    time_unit="ms",
)


def test_packets_mean_what_the_draft_says() -> None:
    tried = try_layout(DRAFT, PACKETS)
    np.testing.assert_array_equal(tried.values, [4.0, 2.0, 1.0, nan])
    np.testing.assert_array_equal(tried.packet, [0, 1, 2, 3])
    np.testing.assert_array_equal(tried.time_s, [0.0, 1.0, 2.0, 3.0])
    assert (tried.channel, tried.n_refused, tried.problems) == ("sc_microsiemens", 0, ())


def test_another_type_place_and_scale_mean_another_thing() -> None:
    draft = replace(
        DRAFT, value_type="u8", offset_bytes=0, time_type="", unit="uS", scale=0.5, offset=1.0
    )
    tried = try_layout(draft, PACKETS)
    np.testing.assert_array_equal(tried.values, [1.0, 1.5, 2.0, 2.5])
    assert np.all(np.isnan(tried.time_s))
    draft = replace(draft, scale=1.0, offset=0.0, expr="100 / value", valid=(40.0, 60.0))
    np.testing.assert_array_equal(try_layout(draft, PACKETS).values, [nan, nan, 50.0, nan])


def test_a_packet_can_hold_many_values() -> None:
    draft = Draft(UUID, value_type="i16", n_samples=None, endian="big", rate_hz=8.0, offset_bytes=1)
    packets = [b"\0" + struct.pack(">3h", 1, 2, 3), b"\1" + struct.pack(">h", 4), b"\2\0"]
    tried = try_layout(draft, packets)
    np.testing.assert_array_equal(tried.values, [1, 2, 3, 4])
    np.testing.assert_array_equal(tried.packet, [0, 0, 0, 1])
    assert tried.n_refused == 1
    assert "1 of 3 packets do not fit" in tried.problems[0]


def test_text_is_understood_by_its_columns() -> None:
    draft = Draft(UUID, value_type="text", offset_bytes=2, time_type="text", time_offset_bytes=1)
    packets = [b"0,3.3\n1,100,3.", b"42\n2,200,3.5\n3,3", b"00,3.6\n4,"]
    tried = try_layout(draft, packets)
    np.testing.assert_array_equal(tried.values, [3.42, 3.5, 3.6])
    np.testing.assert_allclose(tried.time_s, [0.1, 0.2, 0.3])
    draft = Draft(UUID, value_type="text", is_lines=False)
    np.testing.assert_array_equal(try_layout(draft, [b"3.42", b"3.5\r\n"]).values, [3.42, 3.5])


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"value_type": "u12"}, "Pick a type"),
        ({"kind": "mood"}, "Pick what is measured"),
        ({"unit": "furlong"}, "not known as “unit”"),
        ({"expr": "value ** 2"}, "not known here"),
        ({"expr": "vlaue"}, "no field “vlaue”"),
        ({"offset_bytes": -1}, "counted from 0"),
        ({"offset_bytes": 3}, "lie over each other"),
        ({"scale": nan}, "are numbers"),
        ({"scale": 0.0}, "“scale” is 0"),
        ({"valid": (2.0, 1.0)}, "smallest and the largest"),
        ({"time_unit": "min"}, "unit of the clock"),
        ({"n_samples": 0}, "at least one value"),
        ({"n_samples": 200}, "a packet has at most"),
        ({"n_samples": 2, "offset_bytes": 5}, "several samples: add “rate_hz”"),
        ({"rate_hz": -1.0}, "“rate_hz” is a number"),
        ({"characteristic": "x"}, "is no UUID"),
    ],
)
def test_what_cannot_be_is_told_in_words_and_never_raised(
    change: dict[str, object], words: str
) -> None:
    draft = replace(DRAFT, **change)  # type: ignore[arg-type]  # as a window might
    tried = try_layout(draft, PACKETS)
    assert any(words in problem for problem in tried.problems)
    assert tried.values.size == 0
    with pytest.raises(ProfileError, match=words.replace("(", r"\(")):
        draft_to_profile(draft, PACKETS)


def test_what_looks_wrong_is_remarked_on() -> None:
    assert "Nothing has come yet" in try_layout(DRAFT, []).problems[0]
    assert "No packet has a reading" in try_layout(DRAFT, [PACKETS[3]]).problems[0]
    same = replace(DRAFT, value_type="u8", offset_bytes=9, unit="uS")
    assert "never changes" in try_layout(same, PACKETS * 4).problems[0]
    assert "20 of 20 packets do not fit" in try_layout(DRAFT, [b"\1"] * 20).problems[0]


def test_a_draft_becomes_a_profile_that_captured_packets_test() -> None:
    profile = draft_to_profile(DRAFT, PACKETS)
    assert (profile.profile_id, profile.name, profile.match) == ("my-board", "My board", MATCH)
    assert [dict(test.expect)["eda"] for test in profile.tests] == [(1.0,), (2.0,), (4.0,)]
    assert [test.time_s for test in profile.tests] == [2.0, 1.0, 0.0]
    assert all(test.packets[0] in PACKETS for test in profile.tests)
    # Kept and read again it is the same, and another layout fails its tests.
    text = write_profile(profile)
    assert read_profile(text) == profile
    assert self_test_problems(read_profile(text.replace("value:u32 pad:1", "pad:1 value:u32")))


def test_a_draft_of_text_becomes_a_profile_as_well() -> None:
    draft = Draft(UUID, name="Ω", value_type="text", offset_bytes=1, match=MATCH, rate_hz=10.0)
    packets = [b"9\n1,3.4", b"2\n2,3.5\n", b"3,3.6\n4,3"]
    profile = draft_to_profile(draft, packets, "mine")
    assert profile.profile_id == "mine"
    assert [test.packets for test in profile.tests] == [
        (b"1,3.42\n",),
        (b"2,3.5\n",),
        (b"3,3.6\n",),
    ]


def test_packets_without_a_reading_make_no_profile() -> None:
    with pytest.raises(ProfileError, match="No packet has a reading"):
        draft_to_profile(DRAFT, [PACKETS[3]])


@settings(max_examples=150)
@given(st.data())
def test_whatever_is_picked_gives_a_table_or_words(data: st.DataObject) -> None:
    kind = data.draw(st.sampled_from(list(KINDS)))
    draft = Draft(
        UUID,
        value_type=data.draw(st.sampled_from(TYPES)),
        offset_bytes=data.draw(st.integers(-1, 40)),
        n_samples=data.draw(st.none() | st.integers(0, 300)),
        scale=data.draw(st.floats()),
        offset=data.draw(st.floats()),
        kind=kind,
        unit=data.draw(st.sampled_from([*KINDS[kind].units, "uS", ""])),
        expr=data.draw(st.sampled_from(["", "value", "1 /", "log(value)"])),
        rate_hz=data.draw(st.none() | st.floats()),
        time_type=data.draw(st.sampled_from(["", *TYPES])),
        time_offset_bytes=data.draw(st.integers(-1, 40)),
        counter_type=data.draw(st.sampled_from(["", *TYPES])),
        counter_offset_bytes=data.draw(st.integers(-1, 40)),
        key=data.draw(st.sampled_from(["", "", "eda", "1 a", "π"])),
        is_lines=data.draw(st.booleans()),
    )
    packets = data.draw(st.lists(st.binary(max_size=40), max_size=5))
    tried = try_layout(draft, packets)
    assert tried.values.shape == tried.packet.shape == tried.time_s.shape
    assert tried.values.size or tried.problems or not packets or draft.is_lines
    assert all(isnan(value) or abs(value) < np.inf for value in tried.values)
