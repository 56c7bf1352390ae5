"""A result goes into a decision and comes back the same."""

from __future__ import annotations

from math import isfinite, isnan, nan

import pytest
from hypothesis import given
from hypothesis import strategies as st

from biofeedback.guides.resonance_result import (
    CurvePoint,
    ResonanceResult,
    Verdict,
    facts_of,
    numbers_of,
    result_from,
    result_of,
)
from biofeedback.samples import Decision

RATES = st.integers(400, 750).map(lambda hundredths: hundredths / 100)
NUMBERS = st.floats(0.0, 50.0)
CURVES = st.lists(RATES, unique=True, max_size=7).flatmap(
    lambda rates: st.tuples(
        *(st.builds(CurvePoint, st.just(rate), NUMBERS, NUMBERS) for rate in sorted(rates)[::-1])
    )
)
TOLD = st.builds(
    ResonanceResult,
    st.sampled_from([verdict for verdict in Verdict if verdict.is_told]),
    CURVES,
    *[RATES] * 6,
    NUMBERS,
    NUMBERS,
    RATES | st.just(nan),
)


@given(result=TOLD)
def test_a_result_is_read_back_from_the_facts_of_its_decision(result: ResonanceResult) -> None:
    assert repr(result_from(facts_of(result))) == repr(result)


@given(result=TOLD)
def test_facts_are_words_and_finite_numbers_alone(result: ResonanceResult) -> None:
    assert all(isinstance(fact, str) or isfinite(fact) for fact in facts_of(result).values())


def test_a_swing_is_named_by_its_pace() -> None:
    curve = (CurvePoint(6.5, 9.0, 1.0), CurvePoint(5.25, 11.0, 0.5))
    numbers = numbers_of(ResonanceResult(Verdict.TOO_FEW, curve))
    assert numbers == {
        "swing_6_5_bpm": 9.0,
        "swing_error_6_5_bpm": 1.0,
        "swing_5_25_bpm": 11.0,
        "swing_error_5_25_bpm": 0.5,
    }


def test_what_could_not_be_told_has_no_number() -> None:
    back = result_from(facts_of(ResonanceResult(Verdict.NO_MEASURE)))
    assert back.verdict is Verdict.NO_MEASURE
    assert not back.verdict.is_told
    assert isnan(back.resonance_per_min)


def test_the_newest_result_of_a_session_counts_and_other_decisions_do_not() -> None:
    first = ResonanceResult(Verdict.CLEAR, (), 5.5)
    second = ResonanceResult(Verdict.FLAT, (), 5.9)
    decisions = [
        Decision(1.0, "resonance-stepped", "step", "next-pace", {"to_per_min": 6.5}),
        Decision(2.0, "resonance-stepped", "result", "result-clear", facts_of(first)),
        Decision(3.0, "resonance-sliding", "result", "result-flat", facts_of(second)),
        Decision(4.0, "breathing", "natural", "asked-for"),
    ]
    newest = result_of(decisions)
    assert newest is not None
    assert newest.resonance_per_min == 5.9
    assert result_of(decisions[:1]) is None


def test_facts_that_are_no_result_are_refused() -> None:
    with pytest.raises(ValueError, match="not a valid Verdict"):
        result_from({"resonance_per_min": 5.0})
    with pytest.raises(ValueError, match="has a number"):
        result_from({"verdict": "result-clear"})
