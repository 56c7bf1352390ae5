"""Limits of paces: what nothing can pass, and the nearest breath to one that may not be led."""

from __future__ import annotations

from math import isfinite

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from biofeedback.guides.limits import (
    AUTOMATIC_HIGHEST_PER_MIN,
    AUTOMATIC_LOWEST_PER_MIN,
    AUTOMATIC_STEP_PER_MIN,
    HARD_HIGHEST_PER_MIN,
    HARD_LOWEST_PER_MIN,
    Allowed,
    at_rate,
    automatic_step,
    gentler,
    within_limits,
)
from biofeedback.pacing import PRESETS, BreathPattern

HAIR = 1e-5
PART_S = st.one_of(
    st.floats(), st.floats(0.0, 20.0), st.sampled_from([0.0, 1e-300, 1e-9, 1.0, 4.0, 7.0, 20.0])
)


def any_pattern(parts_s: tuple[float, float, float, float]) -> BreathPattern:
    """Whatever floats come: most are no breath at all, and the type itself refuses them."""
    try:
        return BreathPattern(*parts_s)
    except ValueError:
        whole_s = sum(parts_s)
        assume(isfinite(whole_s) and whole_s > 1e-6)
        in_s, hold_in_s, out_s, hold_out_s = (10.0 * part / whole_s for part in parts_s)
        assume(min(hold_in_s, hold_out_s) >= 0 and min(in_s, out_s) > 0)
        return BreathPattern(in_s, hold_in_s, out_s, hold_out_s)


def check(pattern: BreathPattern, *, gentle: bool, first: bool) -> None:
    lowest_per_min = 5.0 if gentle else 4.5 if first else 4.0
    longest_hold_s = 0.0 if gentle else 4.0 if first else 7.0
    assert pattern.in_s + pattern.out_s <= 60.0 / lowest_per_min + HAIR
    assert max(pattern.hold_in_s, pattern.hold_out_s) <= longest_hold_s + HAIR
    assert min(pattern.in_s, pattern.out_s) >= 1.0 - HAIR
    assert 3.0 - HAIR <= pattern.breaths_per_min <= 12.0 + HAIR


@given(parts_s=st.tuples(PART_S, PART_S, PART_S, PART_S), gentle=st.booleans(), first=st.booleans())
def test_no_breath_passes_the_limits(
    parts_s: tuple[float, float, float, float], gentle: bool, first: bool
) -> None:
    allowed = within_limits(any_pattern(parts_s), gentle=gentle, first=first)
    check(allowed.pattern, gentle=gentle, first=first)


@given(parts_s=st.tuples(PART_S, PART_S, PART_S, PART_S), gentle=st.booleans(), first=st.booleans())
def test_what_is_allowed_stays_as_it_is_and_what_is_changed_says_why(
    parts_s: tuple[float, float, float, float], gentle: bool, first: bool
) -> None:
    asked = any_pattern(parts_s)
    allowed = within_limits(asked, gentle=gentle, first=first)
    assert bool(allowed.reasons) == (allowed.pattern != asked)
    again = within_limits(allowed.pattern, gentle=gentle, first=first)
    assert again == Allowed(allowed.pattern)


@given(
    parts_s=st.tuples(PART_S, PART_S, PART_S, PART_S),
    rate=st.floats(3.0, 12.0),
    gentle=st.booleans(),
)
def test_another_rate_never_makes_a_hold_longer(
    parts_s: tuple[float, float, float, float], rate: float, gentle: bool
) -> None:
    pattern = within_limits(any_pattern(parts_s), gentle=gentle).pattern
    other = at_rate(pattern, rate)
    assert other.breaths_per_min == pytest.approx(rate)
    assert other.hold_in_s <= pattern.hold_in_s
    assert other.hold_out_s <= pattern.hold_out_s
    assert min(other.in_s, other.out_s) >= 1.0 - HAIR


@pytest.mark.parametrize("name", sorted(PRESETS))
def test_every_preset_may_be_led_as_it_is(name: str) -> None:
    assert within_limits(PRESETS[name]) == Allowed(PRESETS[name])


def test_in_a_first_session_4_7_8_keeps_its_proportions_and_holds_four_seconds() -> None:
    allowed = within_limits(PRESETS["4-7-8"], first=True)
    assert allowed.pattern.parts_s == pytest.approx((16 / 7, 4.0, 32 / 7, 0.0))
    assert allowed.reasons == ("limit-hold",)


def test_whoever_takes_care_holds_no_breath_and_is_not_led_slower_than_five() -> None:
    assert within_limits(PRESETS["4-7-8"], gentle=True).pattern.parts_s == (4.0, 0.0, 8.0, 0.0)
    slow = within_limits(BreathPattern.at_rate(4.0), gentle=True)
    assert slow.pattern.breaths_per_min == pytest.approx(5.0)
    assert slow.pattern.in_s / slow.pattern.period_s == pytest.approx(0.4)
    assert slow.reasons == ("limit-slow",)


def test_three_breaths_a_minute_become_four() -> None:
    allowed = within_limits(BreathPattern.at_rate(3.0))
    assert allowed.pattern.breaths_per_min == pytest.approx(4.0)
    assert allowed.reasons == ("limit-slow",)


def test_a_box_at_half_its_rate_keeps_its_holds_and_comes_back() -> None:
    slower = at_rate(PRESETS["box"], 3.5)
    assert slower.hold_in_s == slower.hold_out_s == 4.0
    assert at_rate(PRESETS["box"], 3.75) == PRESETS["box"]
    assert at_rate(PRESETS["box"], 7.5).parts_s == (2.0, 2.0, 2.0, 2.0)


@given(start=st.floats(3.0, 12.0), to=st.floats(0.0, 20.0))
def test_an_automatic_move_is_small_and_leads_out_of_no_limit(start: float, to: float) -> None:
    moved = automatic_step(start, to)
    assert abs(moved - start) <= AUTOMATIC_STEP_PER_MIN + HAIR
    low, high = AUTOMATIC_LOWEST_PER_MIN, AUTOMATIC_HIGHEST_PER_MIN
    before = max(low - start, start - high, 0.0)
    after = max(low - moved, moved - high, 0.0)
    assert after <= before
    if moved != start:
        assert (moved - start) * (to - start) > 0
        assert abs(to - moved) < abs(to - start)


def test_automatic_moves_reach_where_they_lead_and_stay() -> None:
    rate = 6.0
    for _ in range(20):
        rate = automatic_step(rate, 5.1)
    assert rate == 5.1
    assert HARD_LOWEST_PER_MIN < AUTOMATIC_LOWEST_PER_MIN
    assert AUTOMATIC_HIGHEST_PER_MIN < HARD_HIGHEST_PER_MIN


@pytest.mark.parametrize(
    ("name", "breaths_per_min"),
    [
        ("gentle", 7.0),
        ("slow", 6.0),
        ("lighter", 8.0),  # faster than the range already, and not slowed down
        ("box", 7.0),  # its moving parts alone are 7.5 a minute
        ("4-7-8", 5.0),  # 4 and 8 s, as before
    ],
)
def test_a_gentler_breath_is_shorter_and_holds_nothing(name: str, breaths_per_min: float) -> None:
    breath = gentler(PRESETS[name])
    assert breath.breaths_per_min == pytest.approx(breaths_per_min)
    assert breath.hold_in_s == breath.hold_out_s == 0.0


@given(parts_s=st.tuples(PART_S, PART_S, PART_S, PART_S))
def test_a_gentler_breath_is_never_slower(parts_s: tuple[float, float, float, float]) -> None:
    pattern = within_limits(any_pattern(parts_s)).pattern
    breath = gentler(pattern)
    assert breath.breaths_per_min >= min(pattern.breaths_per_min + 1.0, 7.0) - HAIR
    assert 4.5 <= breath.breaths_per_min <= 12.0 + HAIR
