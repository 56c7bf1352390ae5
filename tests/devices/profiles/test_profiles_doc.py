"""What docs/sensor-profiles.md shows and names is true."""

from __future__ import annotations

import re
from pathlib import Path

from biofeedback.devices.profiles.formula import WORDS
from biofeedback.devices.profiles.reading import NOW, read_profile
from biofeedback.devices.profiles.self_test import self_test_problems
from biofeedback.devices.profiles.units import KINDS

DOC = (Path(__file__).parents[3] / "docs" / "sensor-profiles.md").read_text(encoding="utf-8")


def test_the_worked_example_is_right() -> None:
    (example,) = re.findall(r"```toml\n(.*?)```", DOC, re.DOTALL)
    profile = read_profile(example)
    assert self_test_problems(profile) == ()
    # The bytes of its tests are those that were captured above it.
    watched = DOC[: DOC.index("```toml")]
    assert all(packet.hex(" ") in watched for packet in profile.tests[0].packets)


def test_every_kind_unit_and_word_is_named() -> None:
    for kind, entry in KINDS.items():
        assert f"`{kind}`" in DOC
        # One spelling of each is enough.
        plain = [unit for unit in entry.units if unit.isascii() and "deg" not in unit]
        assert all(f"`{unit}`" in DOC for unit in plain if unit not in {"au", "1/min"}), kind
    for word in (*WORDS, *NOW):
        assert word in DOC, word
