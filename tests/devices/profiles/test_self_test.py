from __future__ import annotations

import pytest

from biofeedback.devices.profiles.reading import read_profile
from biofeedback.devices.profiles.self_test import readings_of, self_test_problems
from helpers.profile_texts import RING, all_shipped, changed


@pytest.mark.parametrize("name", sorted(all_shipped()))
def test_what_comes_with_the_app_passes(name: str) -> None:
    assert self_test_problems(read_profile(all_shipped()[name])) == ()


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ("[4.0] }", "[4.1] }", "should be [4.1] and comes to [4]"),
        ("[4.0] }", "[4.0, 4.0] }", "should be [4, 4] and comes to [4]"),
        ("[4.0] }", "[4.0, nan] }", "should be [4, nan] and comes to [4]"),
        ("time_s = 1.0", "time_s = 1.001", "should be 1.001 s and comes to 1.0 s"),
        ('hex = "07 e8 03', 'hex = "e8 03', "has not the length of its layout. Check the bytes"),
        (
            "expect = { eda = [4.0] }",
            'expect = { eda = [4.0] }\n[[test]]\nhex = "07e803000090d00300"\nrefused = true\n',
            "should be refused, and are understood",
        ),
        ("ohm / 1000", "ohm / 100", "comes to [0.4]"),
        ("seq:u8 t:u32 ohm:u32", "seq:u8 ohm:u32 t:u32", "“eda” should be"),
    ],
)
def test_a_test_that_does_not_come_out_is_told_with_its_line(
    old: str, new: str, words: str
) -> None:
    text = changed(old, new).replace(
        "time_s = 1.0\n", "" if "[[test]]\nhex" in new else "time_s = 1.0\n"
    )
    (problem,) = self_test_problems(read_profile(text), "ring.toml")
    assert words in problem.words
    assert text.split("\n")[problem.line - 1] == "[[test]]"
    assert str(problem).startswith("ring.toml, line ")


def test_readings_tell_values_time_and_refusals() -> None:
    profile = read_profile(RING)
    packet = bytes.fromhex("07e803000090d00300")
    readings = readings_of(profile, profile.sources[0].characteristic, (packet, b"\1", packet))
    assert readings.values == {"eda": (4.0, 4.0)}
    assert readings.time_s == 1.0
    assert len(readings.refusals) == 1
