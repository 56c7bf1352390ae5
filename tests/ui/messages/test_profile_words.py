from __future__ import annotations

import pytest

from biofeedback.devices.profiles.drafting import TYPES
from biofeedback.devices.profiles.units import KINDS
from biofeedback.ui.messages import profile_words


def test_every_type_and_every_kind_has_its_words() -> None:
    assert tuple(profile_words.TYPES) == TYPES
    assert set(profile_words.KIND_WORDS) == set(KINDS)


def test_each_unit_is_offered_once_the_usual_one_first() -> None:
    assert profile_words.units("eda")[0] == ("uS", "µS")
    shown = [words for _, words in profile_words.units("eda")]
    assert shown == ["µS", "nS", "mS", "S", "Ω (ohm)", "kΩ", "MΩ"]
    assert profile_words.units("other") == []


@pytest.mark.parametrize(
    ("channel", "unit", "shown"),
    [
        ("sc_microsiemens", "ohm", "µS"),
        ("skin_celsius", "F", "°C"),
        ("acc_x_g", "mg", "g"),
        ("belt_au", "a.u.", ""),
        ("pressure_pa", "Pa", "Pa"),
    ],
)
def test_values_are_shown_in_the_unit_that_the_app_keeps(
    channel: str, unit: str, shown: str
) -> None:
    assert profile_words.shown_unit(channel, unit) == shown


def test_numbers_have_the_digits_that_tell_something() -> None:
    numbers = [0.0, 4.1071, -23.456, 812.34, 65_535.0, 0.00001, 2.5e12]
    words = ["0", "4.107", "−23.46", "812.3", "65535", "1e−05", "2.5e+12"]
    assert list(map(profile_words.number, numbers)) == words
    assert profile_words.with_unit(1.5, "") == "1.500"


def test_places_are_counted_from_one() -> None:
    assert profile_words.place(0, is_text=False) == "the first byte"
    assert profile_words.place(2, is_text=False) == "byte 3"
    assert profile_words.place(0, is_text=True) == "column 1"
    verbs = ("counts", "count")
    assert profile_words.span(0, 1, verbs) == "Byte 1 counts"
    assert profile_words.span(0, 2, verbs) == "Bytes 1–2 count"


def test_where_it_sends_is_named_as_far_as_it_is_known() -> None:
    def named(uuid: str) -> str:
        return profile_words.characteristic(uuid, 1)

    assert named("6e400003-b5a3-f393-e0a9-e50e24dcca9e") == "Nordic UART   ·   sends"
    assert named("00002a6e-0000-1000-8000-00805f9b34fb").startswith("0x2A6E")
    assert named("beb5483e-36e1-4688-b7f5-ea07361b26a8").startswith("beb5483e-36e1…26a8")
    assert profile_words.characteristic("x", 0).endswith("nothing yet")


def test_long_numbers_are_whole_and_in_groups() -> None:
    """An electrode's resistance in ohms is no matter for powers of ten."""
    assert profile_words.number(225_113.0).split("\N{NARROW NO-BREAK SPACE}") == ["225", "113"]
    assert profile_words.number(-1_234_567.4).startswith("−1\N{NARROW NO-BREAK SPACE}234")
