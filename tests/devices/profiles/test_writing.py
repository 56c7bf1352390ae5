from __future__ import annotations

from dataclasses import replace

import pytest

from biofeedback.devices.driver import Connecting
from biofeedback.devices.profiles.profile import (
    Answer,
    Channel,
    Encoding,
    Framing,
    Match,
    Mode,
    Profile,
    SelfTest,
    Source,
    Timestamp,
    Write,
)
from biofeedback.devices.profiles.reading import read_profile
from biofeedback.devices.profiles.self_test import self_test_problems
from biofeedback.devices.profiles.writing import write_profile
from helpers.profile_texts import RING, all_shipped

TEXTS = {"ring": RING, **all_shipped()}


@pytest.mark.parametrize("name", sorted(TEXTS))
def test_what_is_written_is_read_as_the_same(name: str) -> None:
    profile = read_profile(TEXTS[name])
    again = read_profile(write_profile(profile))
    # No reading is not equal to itself; the tests that expect it are compared as text.
    assert replace(again, tests=()) == replace(profile, tests=())
    assert str([(t.packets, t.expect, t.time_s) for t in again.tests]) == str(
        [(t.packets, t.expect, t.time_s) for t in profile.tests]
    )
    assert self_test_problems(again) == ()


def test_everything_a_profile_can_say_is_written() -> None:
    uuid = "6e400003-b5a3-f393-e0a9-e50e24dcca9e"
    other = uuid.replace("0003", "0004", 1)
    profile = Profile(
        "all-of-it",
        'A "name" with \\ and µ\n[x]',
        Match((uuid,), ("A “b”", "c"), (1623,), needs_all=True),
        (
            Source(
                uuid,
                "t:u24 pad:1 v:i24",
                (Channel("eda", "nS", "v", 1e-7, -3.5, valid=(0.1, 9.5), label="left"),),
                other,
                Mode.INDICATE,
                framing=Framing.LENGTH_PREFIX,
                endian="big",
                sync=b"\xaa\x55",
                length_bytes=2,
                timestamp=Timestamp("t", 32768.0, 2**20, of_first=True),
                rate_hz=12.5,
            ),
            Source(
                other,
                "a b",
                (Channel("temp", "C", "a"), Channel("other", "", expr="a if b > 3 else a / 0")),
                mode=Mode.POLL,
                poll_hz=0.5,
                encoding=Encoding.KEYVALUE,
                framing=Framing.PACKET,
                separator="tab",
            ),
        ),
        (
            Write(uuid, b"\1", response=False, delay_s=0.25, expect=Answer(other, b"\2", 1.5)),
            Write(uuid, now="unix_s:u32", endian="big"),
        ),
        (Write(uuid, b"stop"),),
        Connecting("always", use_cached_services=False),
        7.5,
        20.0,
        (
            SelfTest(
                uuid,
                (bytes.fromhex("aa5500070000010098bd80"),),
                (("eda", (4.0,)),),
            ),
            SelfTest(other, (b"a:33\tb:4",), (("temp", (33.0,)), ("other", (33.0,)))),
            SelfTest(other, (b"c",), is_refused=True),
        ),
        "CC0-1.0",
        "Wait a little.",
    )
    text = write_profile(profile)
    assert read_profile(text) == profile
    # Each part has a word of explanation, once.
    assert text.count("# What it sends") == 1
    assert "\t[" not in text
