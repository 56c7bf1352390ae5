from __future__ import annotations

from math import isnan

import pytest
from hypothesis import given
from hypothesis import strategies as st

from biofeedback.devices.driver import DecodeError
from biofeedback.devices.profiles.columns import Columns, parse_columns
from biofeedback.devices.profiles.layout import LayoutError
from biofeedback.devices.profiles.profile import Encoding

CSV = parse_columns("seq t eda", Encoding.CSV)
PAIRS = parse_columns("eda ppg", Encoding.KEYVALUE)
JSON = parse_columns("eda body_t", Encoding.JSON_LINES)


def read(columns: Columns, line: str) -> dict[str, float]:
    return {name: float(each[0]) for name, each in columns.decode(line.encode()).each.items()}


@pytest.mark.parametrize(
    ("columns", "line", "expected"),
    [
        (CSV, "17,1700,3.42", {"seq": 17, "t": 1700, "eda": 3.42}),
        (CSV, " 17 , 1700 ,-3.42e-1\r", {"seq": 17, "t": 1700, "eda": -0.342}),
        (parse_columns("_ eda _", Encoding.CSV), "x,3.42,yes", {"eda": 3.42}),
        (parse_columns("eda", Encoding.CSV), "3.42\0", {"eda": 3.42}),
        (parse_columns("a b", Encoding.CSV, ";"), "1;2", {"a": 1, "b": 2}),
        (parse_columns("a b", Encoding.CSV, "\t"), "1\t2", {"a": 1, "b": 2}),
        (parse_columns("a b", Encoding.CSV, " "), "1   2", {"a": 1, "b": 2}),
        (PAIRS, "eda:3.42,ppg:812", {"eda": 3.42, "ppg": 812}),
        (PAIRS, "ppg=812, eda=3.42, battery=97, name=x", {"eda": 3.42, "ppg": 812}),
        (PAIRS, "ppg:812", {"ppg": 812}),
        (parse_columns("Skin_uS", Encoding.KEYVALUE), "Skin (uS):3.4", {"Skin_uS": 3.4}),
        (JSON, '{"eda": 3.42, "name": "x", "body": {"t": 36.5}}', {"eda": 3.42, "body_t": 36.5}),
        (JSON, '{"eda": 3, "list": [1, 2]}', {"eda": 3}),
    ],
)
def test_lines_hold_what_their_layout_names(
    columns: Columns, line: str, expected: dict[str, float]
) -> None:
    assert read(columns, line) == expected


@pytest.mark.parametrize(
    ("columns", "line", "name"),
    [
        (CSV, "17,1700,", "eda"),
        (CSV, "17,1700,nan", "eda"),
        (CSV, "17,1700,-", "eda"),
        (CSV, "17,1700,1e999", "eda"),
        (PAIRS, "eda:NaN", "eda"),
        (JSON, '{"eda": null}', "eda"),
        (JSON, '{"eda": NaN}', "eda"),
        (JSON, '{"eda": 1e999}', "eda"),
        (JSON, '{"eda": ' + "9" * 4000 + "}", "eda"),
    ],
)
def test_some_words_and_numbers_are_no_reading(columns: Columns, line: str, name: str) -> None:
    assert isnan(read(columns, line)[name])


@pytest.mark.parametrize(
    ("columns", "line"),
    [
        # Half a line, and two that ran into each other.
        (CSV, "700,3.42"),
        (CSV, "17,1700,3.418,1800,3.5"),
        (CSV, ""),
        (CSV, "17,1700,3.4.2"),
        (CSV, "17,1700,3.42uS"),
        (CSV, "17,1700,0x10"),
        (CSV, "17,1700,1_000"),
        (CSV, "17,1700,٣"),
        (CSV, "17,1700,inf"),
        (PAIRS, "eda:3.4eda:3.5"),
        (PAIRS, "eda:3.4,eda:3.5"),
        (PAIRS, "3.42"),
        (PAIRS, "battery:9"),
        (JSON, '{"eda": 3.42'),
        (JSON, '{"eda": "3.42"}'),
        (JSON, '{"eda": true}'),
        (JSON, '{"eda": 1, "eda": 2}'),
        (JSON, '{"body_t": 1, "body": {"t": 2}}'),
        (JSON, "[1, 2]"),
        (JSON, "3.42"),
        (JSON, "[" * 4000),
        (JSON, '{"a":' * 700 + "1" + "}" * 700),
    ],
)
def test_a_line_that_is_none_is_refused(columns: Columns, line: str) -> None:
    with pytest.raises(DecodeError):
        columns.decode(line.encode())


@pytest.mark.parametrize("line", [b"", b"  ", b"\r\n", b"\0"])
def test_nothing_is_no_reading_even_of_one_column(line: bytes) -> None:
    with pytest.raises(DecodeError):
        parse_columns("value", Encoding.CSV).decode(line)


def test_what_is_no_text_is_refused() -> None:
    with pytest.raises(DecodeError):
        CSV.decode(b"17,1700,\xff")


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "names 1 to 64"),
        ("eda:u16", "has no types"),
        ("max", "name of a field"),
        ("a a", "twice"),
        ("_ _", "every column"),
        ("_a", "begins or ends"),
        ("a " * 65, "names 1 to 64"),
    ],
)
def test_what_is_no_layout_is_refused_with_the_reason(text: str, words: str) -> None:
    with pytest.raises(LayoutError, match=words):
        parse_columns(text, Encoding.CSV)


@given(
    st.sampled_from([CSV, PAIRS, JSON]),
    st.binary(max_size=60)
    | st.text('{}[]":,.eda pgt0123456789-\n', max_size=60).map(lambda text: text.encode()),
)
def test_any_line_is_understood_or_refused(columns: Columns, line: bytes) -> None:
    try:
        record = columns.decode(line)
    except DecodeError:
        return
    for values in record.each.values():
        # A reading stands in the line, digit for digit.
        value = float(values[0])
        assert isnan(value) or repr(abs(value)).strip(".0")[:1] in line.decode()
