"""The paced breath: continuous whatever the person changes, and never outside what is safe."""

from __future__ import annotations

from math import cos, inf, nan, pi

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from biofeedback.pacing import (
    MAX_BREATHS_PER_MIN,
    MIN_BREATHS_PER_MIN,
    PRESETS,
    BreathPattern,
    BreathStep,
    PacerSegment,
    shown_per_min,
)

# Holds are none or long enough to be felt.
HOLDS_S = st.one_of(st.just(0.0), st.floats(0.1, 8.0))
TIMES_S = st.floats(0.0, 30_000.0)


@st.composite
def patterns(draw: st.DrawFn) -> BreathPattern:
    """Any pattern that is allowed."""
    parts_s = (
        draw(st.floats(0.5, 10.0)),
        draw(HOLDS_S),
        draw(st.floats(0.5, 10.0)),
        draw(HOLDS_S),
    )
    assume(60.0 / MAX_BREATHS_PER_MIN <= sum(parts_s) <= 60.0 / MIN_BREATHS_PER_MIN)
    return BreathPattern(*parts_s)


def turns_apart(first_rad: float, second_rad: float) -> float:
    """Distance between two phases on the circle, in radians."""
    return abs((first_rad - second_rad + pi) % (2 * pi) - pi)


# --- Patterns -----------------------------------------------------------------------------------


@given(patterns())
def test_parts_add_up_to_the_period_and_the_rate(pattern: BreathPattern) -> None:
    assert pattern.period_s == pytest.approx(sum(pattern.parts_s), rel=1e-12)
    assert pattern.breaths_per_min * pattern.period_s == pytest.approx(60.0, rel=1e-12)


@given(
    rate=st.floats(MIN_BREATHS_PER_MIN, MAX_BREATHS_PER_MIN),
    inhale_fraction=st.floats(0.2, 0.8),
    hold_s=st.floats(0.0, 1.5),
)
def test_pattern_made_for_a_rate_has_that_rate(
    rate: float, inhale_fraction: float, hold_s: float
) -> None:
    pattern = BreathPattern.at_rate(rate, inhale_fraction=inhale_fraction, hold_s=hold_s)
    assert pattern.breaths_per_min == pytest.approx(rate)
    assert pattern.in_s == pytest.approx(inhale_fraction * (pattern.in_s + pattern.out_s))
    assert pattern.hold_in_s == pattern.hold_out_s == hold_s


def test_six_a_minute_is_four_seconds_in_and_six_out() -> None:
    assert BreathPattern.at_rate(6.0).parts_s == pytest.approx((4.0, 0.0, 6.0, 0.0))


@pytest.mark.parametrize("rate", [MIN_BREATHS_PER_MIN, MAX_BREATHS_PER_MIN])
def test_both_ends_of_the_range_are_part_of_it(rate: float) -> None:
    assert BreathPattern.at_rate(rate).breaths_per_min == pytest.approx(rate)


@pytest.mark.parametrize(
    "parts_s",
    [
        (10.0, 0.0, 10.1, 0.0),
        (2.0, 0.0, 2.9, 0.0),
        (4.0, 0.0, 4.0, 100.0),
    ],
)
def test_slower_than_3_or_faster_than_12_a_minute_is_refused(
    parts_s: tuple[float, float, float, float],
) -> None:
    with pytest.raises(ValueError, match="outside 3 to 12"):
        BreathPattern(*parts_s)


@pytest.mark.parametrize(
    "parts_s",
    [
        (0.0, 0.0, 6.0, 0.0),
        (6.0, 0.0, 0.0, 0.0),
        (-4.0, 0.0, 12.0, 0.0),
        (4.0, -1.0, 6.0, 1.0),
        (nan, 0.0, 6.0, 0.0),
        (4.0, 0.0, inf, 0.0),
    ],
)
def test_parts_that_no_one_can_breathe_are_refused(
    parts_s: tuple[float, float, float, float],
) -> None:
    with pytest.raises(ValueError, match="must be above 0 s"):
        BreathPattern(*parts_s)


@pytest.mark.parametrize("rate", [0.0, -6.0, nan, inf])
def test_rate_that_is_no_rate_is_refused_as_a_value(rate: float) -> None:
    with pytest.raises(ValueError):
        BreathPattern.at_rate(rate)


@pytest.mark.parametrize(
    ("name", "breaths_per_min"),
    [
        ("gentle", 6.0),
        ("slower", 60 / 10.9),
        ("slow", 5.0),
        ("longer-out", 60 / 10.5),
        ("even", 6.0),
        ("lighter", 8.0),
        ("box", 3.75),
        ("4-7-8", 60 / 19),
        ("sigh", 6.0),
    ],
)
def test_presets_have_the_rates_they_are_known_by(name: str, breaths_per_min: float) -> None:
    assert PRESETS[name].breaths_per_min == pytest.approx(breaths_per_min)


def test_box_and_4_7_8_are_as_their_names_say() -> None:
    assert PRESETS["box"].parts_s == (4.0, 4.0, 4.0, 4.0)
    assert PRESETS["4-7-8"].parts_s == (4.0, 7.0, 8.0, 0.0)


# --- Position -----------------------------------------------------------------------------------


@given(patterns(), TIMES_S, TIMES_S)
def test_depth_is_the_raised_cosine_of_the_phase(
    pattern: BreathPattern, start_s: float, t_s: float
) -> None:
    here = PacerSegment(start_s, pattern).at(t_s)
    assert 0.0 <= here.phase_rad <= 2 * pi
    assert 0.0 <= here.fraction <= 1.0
    assert here.depth == pytest.approx((1 - cos(here.phase_rad)) / 2)


@given(patterns(), st.integers(0, 3000))
def test_a_whole_number_of_breaths_later_everything_is_as_it_was(
    pattern: BreathPattern, n_breaths: int
) -> None:
    segment = PacerSegment(0.0, pattern)
    middle_s = pattern.in_s / 2
    here = segment.at(middle_s + n_breaths * pattern.period_s)
    assert here.step is BreathStep.IN
    assert here.n_breaths == n_breaths
    assert here.depth == pytest.approx(0.5, abs=1e-6)


@given(patterns(), TIMES_S, st.floats(0.0, 0.02))
def test_depth_never_jumps_within_a_pattern(
    pattern: BreathPattern, t_s: float, step_s: float
) -> None:
    """The cosine's steepest slope is pi / 2 per part."""
    segment = PacerSegment(0.0, pattern)
    steepest_per_s = pi / 2 / min(pattern.in_s, pattern.out_s)
    moved = abs(segment.at(t_s + step_s).depth - segment.at(t_s).depth)
    assert moved <= steepest_per_s * step_s + 1e-6


def test_box_breath_passes_through_its_four_steps() -> None:
    segment = PacerSegment(100.0, PRESETS["box"])
    seen = [(segment.at(100.0 + t_s).step, segment.at(100.0 + t_s).depth) for t_s in (2, 6, 10, 14)]
    assert [step for step, _ in seen] == list(BreathStep)
    assert [depth for _, depth in seen] == pytest.approx([0.5, 1.0, 0.5, 0.0])


@given(patterns(), st.floats(0.0, 1000.0))
def test_step_end_is_where_the_next_step_begins(pattern: BreathPattern, t_s: float) -> None:
    segment = PacerSegment(0.0, pattern)
    here = segment.at(t_s)
    assert here.step_end_s >= t_s
    assert here.step_end_s - t_s <= max(pattern.parts_s) + 1e-9
    if here.step_end_s - t_s > 1e-6:
        assert segment.at(here.step_end_s - 1e-7).step is here.step
        assert segment.at(here.step_end_s + 1e-7).step is not here.step


def test_time_before_the_start_gives_the_start() -> None:
    segment = PacerSegment(50.0, PRESETS["gentle"])
    assert segment.at(10.0) == segment.at(50.0)


def test_steps_are_named_as_in_events() -> None:
    assert [step.word for step in BreathStep] == ["in", "hold-in", "out", "hold-out"]


# --- Changing in mid-breath ---------------------------------------------------------------------


@given(patterns(), patterns(), st.floats(0.0, 3600.0))
def test_depth_and_phase_are_continuous_through_a_change_at_any_time(
    before: BreathPattern, after: BreathPattern, t_s: float
) -> None:
    segment = PacerSegment(0.0, before)
    changed = segment.changed(t_s, after)

    assert changed.at(t_s).depth == pytest.approx(segment.at(t_s).depth, abs=1e-9)
    assert turns_apart(changed.at(t_s).phase_rad, segment.at(t_s).phase_rad) < 1e-6


@given(patterns(), st.lists(st.tuples(st.floats(0.01, 20.0), patterns()), max_size=12))
def test_any_number_of_changes_leaves_no_jump(
    first: BreathPattern, changes: list[tuple[float, BreathPattern]]
) -> None:
    segment = PacerSegment(0.0, first)
    t_s = 0.0
    for wait_s, pattern in changes:
        t_s += wait_s
        depth = segment.at(t_s).depth
        segment = segment.changed(t_s, pattern)
        assert segment.at(t_s).depth == pytest.approx(depth, abs=1e-9)
        assert segment.at(t_s + 1e-6).depth == pytest.approx(depth, abs=1e-4)


@given(patterns(), st.floats(0.0, 600.0))
def test_change_to_the_same_pattern_changes_nothing(pattern: BreathPattern, t_s: float) -> None:
    segment = PacerSegment(0.0, pattern)
    changed = segment.changed(t_s, pattern)
    for later_s in (0.0, 0.3, 2.0, 7.7, 31.0):
        here, there = segment.at(t_s + later_s), changed.at(t_s + later_s)
        assert there.depth == pytest.approx(here.depth, abs=1e-6)
        assert turns_apart(there.phase_rad, here.phase_rad) < 1e-5


def test_hold_that_the_new_pattern_lacks_ends_at_once_at_the_same_depth() -> None:
    box = PacerSegment(0.0, PRESETS["box"])
    full = box.changed(6.0, PRESETS["gentle"])
    empty = box.changed(14.0, PRESETS["gentle"])

    assert (full.at(6.0).step, full.at(6.0).depth) == (BreathStep.OUT, 1.0)
    assert (empty.at(14.0).step, empty.at(14.0).depth) == (BreathStep.IN, 0.0)


def test_half_an_in_breath_goes_on_with_the_other_half_at_the_new_pace() -> None:
    """2 of 4 s in; the new in-breath of 4.8 s has 2.4 s left."""
    slow = PacerSegment(0.0, PRESETS["gentle"]).changed(2.0, PRESETS["slow"])
    assert slow.at(2.0).step_end_s == pytest.approx(4.4)
    assert slow.at(4.4).depth == pytest.approx(1.0)


@given(st.integers(12, 48))
def test_a_pace_is_shown_alike_as_a_rate_and_as_the_breath_made_of_it(quarters: int) -> None:
    """Paces move in quarters, in the middle of two tenths: the last bit decides nothing."""
    rate_per_min = quarters / 4.0
    of_breath = BreathPattern.at_rate(rate_per_min).breaths_per_min
    assert shown_per_min(of_breath) == shown_per_min(rate_per_min)
    assert shown_per_min(rate_per_min - 1e-9) == shown_per_min(rate_per_min)
    assert abs(shown_per_min(rate_per_min) - rate_per_min) <= 0.05 + 1e-9


@pytest.mark.parametrize(("rate", "shown"), [(6.25, 6.3), (5.75, 5.8), (6.0, 6.0), (6.24, 6.2)])
def test_a_pace_is_shown_in_tenths_and_halves_go_up(rate: float, shown: float) -> None:
    assert shown_per_min(rate) == shown


def test_a_pace_that_is_not_known_stays_so() -> None:
    assert shown_per_min(inf) == inf
