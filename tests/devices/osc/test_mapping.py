"""A person's file of addresses is read strictly, and EmotiBit's are known."""

from __future__ import annotations

import re
from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from biofeedback.devices.osc.mapping import BUILT_IN, MappingError, RuleBook, read_rules
from biofeedback.kinds import StreamKind

ESENSE = """
# Mindfield eSense
[[osc]]
address = "/eSense/SkinResponse"
kind = "eda"
unit = "nS"
rate_hz = 5

[[osc]]
address = "/phone/*/accelerometer"
kind = ["acc_x", "acc_y", "acc_z"]
unit = "m/s2"
rate_hz = 50

[[osc]]
address = "/belt"
kind = "resp"
unit = "N"
argument = 2

[[osc]]
address = "/mood"
kind = "other"
label = "Mood"
unit = "%"
"""


def test_a_file_becomes_rules() -> None:
    skin, phone, belt, mood = read_rules(ESENSE)
    assert (skin.kind, skin.channels, skin.rate_hz) == (StreamKind.EDA, ("sc_microsiemens",), 5.0)
    assert skin.conversions[0].factor == 1e-3
    assert phone.kind is StreamKind.ACCELERATION
    assert phone.channels == ("acc_x_g", "acc_y_g", "acc_z_g")
    assert phone.conversions[0].factor == pytest.approx(1 / 9.80665)
    assert (belt.kind, belt.channels, belt.argument) == (
        StreamKind.RESPIRATION, ("belt_newton",), 2
    )  # fmt: skip
    assert belt.rate_hz is None
    assert (mood.kind, mood.channels) == (StreamKind.OTHER, ("mood_pct",))


@pytest.mark.parametrize(
    ("address", "kind", "channels", "rate_hz"),
    [
        ("/EmotiBit/0/EDA", StreamKind.EDA, ("sc_microsiemens",), 15.0),
        ("/EmotiBit/EDA", StreamKind.EDA, ("sc_microsiemens",), 15.0),
        ("/EmotiBit/12/PPG:GRN", StreamKind.PPG, ("ppg_green_au",), 25.0),
        ("/EmotiBit/0/PPG:IR", StreamKind.PPG, ("ppg_infrared_au",), 25.0),
        ("/EmotiBit/0/PPG:RED", StreamKind.PPG, ("ppg_red_au",), 25.0),
        ("/EmotiBit/0/ACC:Y", StreamKind.ACCELERATION, ("acc_y_g",), 25.0),
        ("/EmotiBit/0/THERM", StreamKind.TEMPERATURE, ("skin_celsius",), None),
        ("/EmotiBit/0/HR", StreamKind.HEART_RATE, ("sensor_heart_rate_bpm",), None),
        ("/EmotiBit/0/BI", StreamKind.PP, ("pp_ms",), None),
        ("/EmotiBit/0/SCR:AMP", StreamKind.OTHER, ("scr_amplitude_microsiemens",), None),
        ("/EmotiBit/0/SCR:RIS", StreamKind.OTHER, ("scr_rise_s",), None),
        ("/EmotiBit/0/SCR:FREQ", StreamKind.OTHER, ("scr_per_min",), None),
        ("/biofeedback/rr", StreamKind.RR, ("rr_ms",), None),
        ("/biofeedback/eda", StreamKind.EDA, ("sc_microsiemens",), None),
        ("/biofeedback/ecg:250", StreamKind.ECG, ("ecg_microvolts",), 250.0),
        ("/biofeedback/resp:12.5", StreamKind.RESPIRATION, ("belt_au",), 12.5),
    ],
)
def test_built_in_addresses_are_known(
    address: str, kind: StreamKind, channels: tuple[str, ...], rate_hz: float | None
) -> None:
    found = RuleBook().find(address)
    assert found is not None
    assert (found.rule.kind, found.rule.channels, found.rule.rate_hz) == (kind, channels, rate_hz)


@pytest.mark.parametrize(
    "address",
    [
        "/",
        "/EmotiBit",
        "/EmotiBit/0/1/EDA",
        "/EmotiBit/0/MAG:X",
        "/EmotiBit/0/eda",
        "/biofeedback/other",
        "/biofeedback/hrv/rmssd",
        "/biofeedback/eda:0",
        "/biofeedback/eda:99999",
        "/emotibitX0/EDA",
    ],
)
def test_other_addresses_mean_nothing(address: str) -> None:
    assert RuleBook().find(address) is None


def test_which_emotibit_it_is_is_told() -> None:
    found = RuleBook().find("/EmotiBit/3/EDA")
    assert found is not None
    assert found.device == ("3",)


def test_the_persons_own_rules_come_first() -> None:
    own = read_rules('[[osc]]\naddress = "/EmotiBit/*/EDA"\nkind = "resp"\n unit = "au"')
    found = RuleBook(own).find("/EmotiBit/0/EDA")
    assert found is not None
    assert found.rule.kind is StreamKind.RESPIRATION


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("[[osc]\n", "not valid TOML"),
        ("", "needs"),
        ("osc = 3", "needs"),
        ("osc = [3]", "needs"),
        ('[[osc]]\naddress = "/x"\nkind = "eda"\nunit = "uS"\n[other]\nx = 1', "nothing else"),
        ('[[osc]]\naddress = "/x"\nkind = "eda"\nunit = "uS"\nrate = 4', "line 5: “rate”"),
        ('[[osc]]\naddress = "x"\nkind = "eda"\nunit = "uS"', "line 2: address"),
        ('[[osc]]\nkind = "eda"\nunit = "uS"', "line 1: address"),
        ('[[osc]]\naddress = "/x"\nkind = "mood"', "line 3: kind is one of eda"),
        ('[[osc]]\naddress = "/x"\nkind = []', "line 3: kind"),
        ('[[osc]]\naddress = "/x"\nkind = ["eda", "ecg"]\nunit = "uS"', "one stream"),
        ('[[osc]]\naddress = "/x"\nkind = ["acc_x", "acc_x"]\nunit = "g"', "once"),
        ('[[osc]]\naddress = "/x"\nkind = "eda"', "line 1: unit is one of uS"),
        ('[[osc]]\naddress = "/x"\nkind = "eda"\nunit = "mV"', "line 4: unit"),
        ('[[osc]]\naddress = "/x"\nkind = "eda"\nunit = "uS"\nrate_hz = 0', "line 5: rate_hz"),
        ('[[osc]]\naddress = "/x"\nkind = "eda"\nunit = "uS"\nrate_hz = nan', "line 5: rate_hz"),
        ('[[osc]]\naddress = "/x"\nkind = "eda"\nunit = "uS"\nrate_hz = true', "line 5: rate_hz"),
        ('[[osc]]\naddress = "/x"\nkind = "rr"\nunit = "ms"\nrate_hz = 1', "each beat"),
        ('[[osc]]\naddress = "/x"\nkind = "hr"\nargument = 0', "line 4: argument"),
        ('[[osc]]\naddress = "/x"\nkind = ["hr"]\nargument = 1', "line 4: argument"),
        ('[[osc]]\naddress = "/x"\nkind = "hr"\nlabel = 5', "line 4: label"),
        ('[[osc]]\naddress = "/x"\nkind = "hr"\n\n[[ osc ]]\nkind = "hr"', "line 5: address"),
        ('osc = [{address = "x", kind = "hr"}]', "line 1: address"),
        ('[[osc]]\naddress = "/x"\nkind = "hr"\n[[osc]]\naddress = "/x"\nkind = "hr"', "twice"),
        (
            '[[osc]]\naddress="/x"\nkind="ppg"\nrate_hz=9\n[[osc]]\naddress="/y"\nkind="ppg"',
            "the same rate_hz",
        ),
    ],
)
def test_what_is_wrong_is_said_with_its_line(text: str, words: str) -> None:
    with pytest.raises(MappingError) as caught:
        read_rules(text)
    assert words in str(caught.value)
    assert str(caught.value).endswith(".")


def test_the_file_and_the_addresses_of_the_documentation_are_right() -> None:
    page = (Path(__file__).parents[3] / "docs" / "streams.md").read_text(encoding="utf-8")
    (example,) = re.findall(r"```toml\n(\[\[osc\]\].*?)```", page, flags=re.DOTALL)
    assert len(read_rules(example)) == 3
    told = set(re.findall(r"`(?:/EmotiBit/0/)?([A-Z][A-Z0-9]*(?::[A-Z]+)?)`", page))
    known = {rule.pattern.rpartition("/")[2] for rule in BUILT_IN} - {"SCR:RISE"}
    assert known <= told


@settings(max_examples=200, deadline=None)
@given(st.text(max_size=80), st.integers(0, len(ESENSE)), st.integers(0, 20))
def test_any_other_text_is_refused_in_words_alone(junk: str, at: int, n_cut: int) -> None:
    for text in (junk, ESENSE[:at] + junk + ESENSE[at + n_cut :]):
        with suppress(MappingError):
            read_rules(text)
