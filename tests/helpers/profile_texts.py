"""Profiles as texts, for tests that change one thing in them."""

from __future__ import annotations

from pathlib import Path

import biofeedback.devices.profiles as package

__all__ = ["RING", "all_shipped", "changed"]

# A small profile that is right, with a bit of everything.
RING = """\
schema = 1
id = "a-ring"
name = "A ring"

[match]
services = ["1815"]

[connection]
watchdog_s = 75

[[init]]
write = "2a39"
hex = "01 02"

[[stream]]
char = "2a58"
layout = "seq:u8 t:u32 ohm:u32"
timestamp = { field = "t", unit = "ms" }
sequence = { field = "seq" }
rate_hz = 16

[[stream.channel]]
kind = "eda"
unit = "kOhm"
expr = "ohm / 1000"
valid = [10, 100000]
invalid_raw = { ohm = [0, 4294967295] }

[[test]]
hex = "07 e8 03 00 00 90 d0 03 00"
expect = { eda = [4.0] }
time_s = 1.0
"""


def changed(old: str, new: str, text: str = RING) -> str:
    """Return a profile with one thing changed."""
    assert text.count(old) == 1, old
    return text.replace(old, new)


def all_shipped() -> dict[str, str]:
    """Return the texts of all profiles and templates that come with the app, by file name."""
    folder = Path(package.__file__ or "").parent
    files = (*folder.glob("shipped/*.toml"), *folder.glob("templates/*.toml"))
    return {path.name: path.read_text(encoding="utf-8") for path in sorted(files)}
