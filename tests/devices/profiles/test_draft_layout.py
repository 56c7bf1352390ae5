"""What a person picked, in the words of a layout."""

from __future__ import annotations

import struct
from dataclasses import replace

import numpy as np

from biofeedback.devices.profiles.draft_layout import layout_of, overlaps
from biofeedback.devices.profiles.drafting import Draft, draft_to_profile, try_layout
from biofeedback.devices.profiles.profile import Encoding, Match, Sequence

UUID = "f00d0002-0000-4000-8000-000000000001"
DRAFT = Draft(
    UUID,
    match=Match(name_prefixes=("Board",)),
    value_type="u32",
    offset_bytes=3,
    unit="ohm",
    rate_hz=16.0,
    counter_type="u16",
)
PACKETS = [struct.pack("<HBI", n, 7, ohm) for n, ohm in enumerate((250_000, 500_000, 1_000_000))]


def test_a_count_and_the_value_stand_where_they_were_picked() -> None:
    assert layout_of(DRAFT, PACKETS) == "count:u16 pad:1 value:u32"
    assert layout_of(replace(DRAFT, n_samples=None), PACKETS) == "count:u16 pad:1 ( value:u32 )*"


def test_a_profile_made_of_it_counts_its_packets() -> None:
    profile = draft_to_profile(DRAFT, PACKETS)
    assert profile.sources[0].sequence == Sequence("count", 65536)
    # The count tells the time as well, by the rate.
    assert [test.time_s for test in profile.tests] == [2 / 16, 1 / 16, 0.0]
    np.testing.assert_array_equal(try_layout(DRAFT, PACKETS).values, [4.0, 2.0, 1.0])


def test_fields_that_lie_over_each_other_are_named() -> None:
    words = "The count and the value lie over each other. Move one of them."
    assert overlaps(replace(DRAFT, offset_bytes=1)) == [words]
    clock = replace(DRAFT, time_type="u32", time_offset_bytes=5)
    assert overlaps(clock) == ["The value and the clock lie over each other. Move one of them."]
    assert overlaps(DRAFT) == []


def test_a_count_in_a_text_is_a_column() -> None:
    draft = Draft(UUID, value_type="text", offset_bytes=2, counter_type="text", rate_hz=10.0)
    packets = [b"9\n0,x,3.42\n1,y,3.5\n2,z,3"]
    assert layout_of(draft, packets) == "count _ value"
    assert try_layout(replace(draft, rate_hz=None), [b"0,9,3.4\n"]).problems


def test_a_value_with_a_name_is_found_by_it() -> None:
    draft = Draft(UUID, value_type="text", key="skin", rate_hz=10.0, match=DRAFT.match)
    pairs = [b"skin:3.42,n:1\n", b"n:2,skin:3.5\n", b"skin:3.6,n:3\n", b"n:4"]
    np.testing.assert_array_equal(try_layout(draft, pairs).values, [3.42, 3.5, 3.6])
    assert draft_to_profile(draft, pairs).sources[0].encoding is Encoding.KEYVALUE
    json = [b'{"n": 1, "skin": 3.42}\n', b'{"skin": 3.5}\n', b'{"skin": 3.6}\n', b"{"]
    np.testing.assert_array_equal(try_layout(draft, json).values, [3.42, 3.5, 3.6])
    assert draft_to_profile(draft, json).sources[0].encoding is Encoding.JSON_LINES
    problem = try_layout(replace(draft, time_type="text"), pairs).problems[0]
    assert "Beside a key" in problem
