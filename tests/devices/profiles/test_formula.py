from __future__ import annotations

from math import isnan, nan

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from biofeedback.devices.profiles.formula import (
    MAX_DEPTH,
    MAX_LENGTH,
    FormulaError,
    parse_formula,
)


def value_of(text: str, **fields: float) -> float:
    arrays = {name: np.array([value]) for name, value in fields.items()}
    result = parse_formula(text, arrays).evaluate(arrays)
    return float(np.broadcast_to(result, 1)[0])


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("a", 12.0),
        ("1e6 / a", 1e6 / 12),
        ("a + 2 * 3", 18.0),
        ("(a + 2) * 3", 42.0),
        ("a - 2 - 3", 7.0),
        ("a / 2 / 3", 2.0),
        ("a % 5", 2.0),
        ("-a + 1", -11.0),
        ("- - a", 12.0),
        ("a & 0x0c", 12.0),
        ("a >> 2", 3.0),
        ("a << 2", 48.0),
        ("a | 1", 13.0),
        # As in Python, & is looser than +, and a comparison looser than &.
        ("a & 4 + 4", 8.0),
        ("a & 8 == 8", 1.0),
        ("a > 10", 1.0),
        ("a <= 10 or b == 5", 1.0),
        ("a >= 10 and b != 5", 0.0),
        ("not a > 10", 0.0),
        ("not a > 10 or b == 5", 1.0),
        ("1 if a > 10 else b", 1.0),
        ("1 if a < 10 else 2 if b < 3 else b", 5.0),
        ("min(a, b, 7)", 5.0),
        ("max(a, b)", 12.0),
        ("abs(b - a)", 7.0),
        ("sqrt(a * 3)", 6.0),
        ("log(exp(b))", 5.0),
        ("log10(a * 0 + 100)", 2.0),
        ("floor(a / b) + round(b / 3)", 4.0),
        (".5 * a + 1.", 7.0),
    ],
)
def test_formulas_mean_what_they_mean_in_arithmetic(text: str, expected: float) -> None:
    assert value_of(text, a=12.0, b=5.0) == pytest.approx(expected, abs=1e-12)


@pytest.mark.parametrize(
    "text",
    [
        "a / 0",
        # A step that came to nothing finite is not saved by the next.
        "1 / (a / 0)",
        "0 if a / 0 > 1 else 1",
        "min(a / 0, 1)",
        "a / 0 == a / 0",
        "not a / 0",
        "a / 0 or 1",
        "sqrt(-a)",
        "log(a - a)",
        "exp(a * 1000)",
        "a % 0",
        # Bits of what is no whole number, or too large a one.
        "(a + 0.5) & 1",
        "a << 60",
        "a << -1",
        "a >> 0.5",
        "(a * 1e300) | 1",
    ],
)
def test_what_comes_to_nothing_finite_is_no_reading(text: str) -> None:
    assert isnan(value_of(text, a=12.0))


def test_no_reading_stays_no_reading_through_everything() -> None:
    for text in ("a + 1", "a & 1", "max(a, 1)", "1 if a > 0 else 2", "a == a", "not a"):
        assert isnan(value_of(text, a=nan)), text


def test_a_choice_is_made_for_each_sample() -> None:
    a = np.array([1.0, 5.0, nan, 9.0])
    result = parse_formula("a if a > 4 else 0 - a", ["a"]).evaluate({"a": a})
    np.testing.assert_array_equal(result, [-1.0, 5.0, nan, 9.0])


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("__import__('os')", "has no place"),
        ("a.__class__", "has no place"),
        ("a[0]", "has no place"),
        ("{a}", "has no place"),
        ("lambda: a", "no place"),
        ("f'{a}'", "has no place"),
        ('"text"', "has no place"),
        ("a ** 2", "not known here"),
        ("9**9**9**9", "not known here"),
        ("a // 2", "not known here"),
        ("eval(a)", "no function “eval”"),
        ("open(a)", "no function “open”"),
        ("a(1)", "no function “a”"),
        ("format(a, a)", "no function “format”"),
        ("os + a", "no field “os”"),
        ("a b", "not expected"),
        ("a +", "ends where a value"),
        ("(a", "is missing"),
        ("a)", "not expected"),
        ("", "ends where a value"),
        ("1 < a < 2", "do not chain"),
        ("a = 1", "has no place"),
        ("a := 1", "has no place"),
        ("a; a", "has no place"),
        ("a\\n", "has no place"),
        ("min(a)", "two to 8"),
        ("min(a,a,a,a,a,a,a,a,a)", "two to 8"),
        ("sqrt(a, a)", "one value"),
        ("sqrt", "is missing"),
        ("if a else a", "no field “if”"),
        ("a if a", "“else” is missing"),
        ("5", "uses no field"),
        ("1e999 * a", "too large"),
        ("* a", "where a value should stand"),
        ("a ٣", "has no place"),
    ],
)
def test_what_is_no_formula_is_refused_with_the_reason(text: str, words: str) -> None:
    with pytest.raises(FormulaError, match=words.replace("(", r"\(")):
        parse_formula(text, ["a"])


@pytest.mark.parametrize(
    "text",
    [
        "(" * (MAX_DEPTH + 1) + "a" + ")" * (MAX_DEPTH + 1),
        "-" * (MAX_DEPTH + 1) + "a",
        "not " * (MAX_LENGTH // 5) + "-" * 20 + "a",
    ],
)
def test_nesting_is_bounded(text: str) -> None:
    with pytest.raises(FormulaError, match="nested"):
        parse_formula(text, ["a"])


def test_length_is_bounded() -> None:
    assert value_of("+".join("a" * (MAX_LENGTH // 2)), a=1.0) == MAX_LENGTH // 2
    with pytest.raises(FormulaError, match="longer than 200"):
        parse_formula("a" + "+a" * (MAX_LENGTH // 2), ["a"])


def test_the_longest_formula_is_computed_soon_over_the_longest_packet() -> None:
    """Bounded work: some 90 steps over 512 samples, a hundred times within the test's time."""
    formula = parse_formula(("exp(sqrt(a))+" * 15)[:-1], ["a"])
    values = {"a": np.linspace(0.0, 9.0, 512)}
    assert all(np.all(np.isfinite(formula.evaluate(values))) for _ in range(100))


def test_only_the_fields_that_are_used_are_named() -> None:
    assert parse_formula("a + c", ["a", "b", "c"]).fields == {"a", "c"}


@given(st.text(max_size=60) | st.text("a()+-*/%&|<>=!., 0123456789exif", max_size=60))
def test_any_text_is_a_formula_or_refused(text: str) -> None:
    try:
        formula = parse_formula(text, ["a"])
    except FormulaError:
        return
    result = formula.evaluate({"a": np.array([0.0, 1.0, 3.5, nan, 1e300])})
    assert not np.any(np.isinf(result))


@given(
    st.recursive(
        st.sampled_from(["a", "b", "2", "0.5"]),
        lambda inner: st.one_of(
            st.tuples(inner, st.sampled_from([" + ", " - ", " * ", " < ", " & "]), inner).map(
                lambda parts: f"({''.join(parts)})"
            ),
            inner.map(lambda one: f"abs({one})"),
        ),
        max_leaves=8,
    )
)
def test_arithmetic_agrees_with_another_implementation(text: str) -> None:
    """Python's own parser and operators over whole numbers give the same."""
    if len(text) > MAX_LENGTH or not {"a", "b"} & set(text.replace("abs", "")):
        return
    if "0.5" in text:
        text = text.replace("0.5", "3")
    assert value_of(text, a=6.0, b=-4.0) == float(eval(text, {"abs": abs}, {"a": 6, "b": -4}))
