from __future__ import annotations

import pytest

from biofeedback.devices.driver import uuid_of
from biofeedback.devices.profiles.table import Report, Table, nearest, uuid_from

NUS = "6e400001-b5a3-f393-e0a9-e50e24dcca9e"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("180d", uuid_of(0x180D)),
        ("180D", uuid_of(0x180D)),
        (" 0x2A37 ", uuid_of(0x2A37)),
        ("0000180d", uuid_of(0x180D)),
        ("12345678", uuid_of(0x12345678)),
        (NUS, NUS),
        (NUS.upper(), NUS),
        ("", None),
        ("180", None),
        ("180dx", None),
        (NUS.replace("-", ""), None),
        (NUS[:-1], None),
        ("١٨٠٠", None),
    ],
)
def test_uuids_of_each_length_are_written_in_full(text: str, expected: str | None) -> None:
    assert uuid_from(text) == expected


def test_what_was_probably_meant_is_near_in_capitals_or_not() -> None:
    assert nearest("kohm", ["ohm", "kOhm"]) == "kOhm"
    assert nearest("lable", ["label", "unit"]) == "label"
    assert nearest("quite else", ["label", "unit"]) == ""


def test_whatever_is_not_as_it_should_be_is_reported_and_a_default_given() -> None:
    values = {"n": "x", "flag": 1, "list": [], "one": {"deep": 1}, "many": [1], "hex": "0g"}
    report = Report("n = 1\nflag = 2\nlist = 3\none = 4\nmany = 5\nhex = 6\n", "a.toml")
    table = Table(values, (), "[it]", report)
    assert table.number("n", 1.5, 0.0, 9.0) == 1.5
    assert table.whole("n", 3, 0, 9) == 3
    assert table.flag("flag", default=True) is True
    assert table.texts("list") == ()
    assert table.table("n", "n = {}") is None
    assert table.tables("many", "[[many]]", 3) == ()
    assert table.octets("hex") == b""
    assert table.text("missing") == ""
    assert [problem.line for problem in report.problems] == [0, 1, 1, 1, 2, 3, 5, 6]
    assert {problem.file for problem in report.problems} == {"a.toml"}


def test_whatever_is_as_it_should_be_is_not() -> None:
    values = {"n": 3, "flag": False, "texts": "one", "hex": "01:A0-ff 02", "many": [{"n": 1}]}
    report = Report("", "")
    table = Table(values, (), "[it]", report)
    assert table.number("n", None, 3.0, 9.0) == 3.0
    assert table.whole("n", None, 3, 3) == 3
    assert table.flag("flag", default=True) is False
    assert table.texts("texts") == ("one",)
    assert table.octets("hex") == b"\x01\xa0\xff\x02"
    assert [one.whole("n", None, 0, 9) for one in table.tables("many", "[[many]]", 1)] == [1]
    table.knows(("n", "flag", "texts", "hex", "many"))
    assert report.problems == ()


def test_the_limits_of_a_number_are_kept() -> None:
    report = Report("", "")
    table = Table({"n": 0}, (), "[it]", report)
    assert table.number("n", 1.0, 0.0, 9.0) == 0.0
    assert table.number("n", 1.0, 0.0, 9.0, above=True) == 1.0
    assert table.number("n", 1.0, 0.5, 9.0) == 1.0
    assert len(report.problems) == 2
    assert "above 0, up to 9" in report.problems[0].words
