"""The ramp from the breath that a person has to the one that they chose."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from biofeedback.guides.limits import within_limits
from biofeedback.guides.ramp import Ramp, first_rate_per_min
from biofeedback.pacing import PRESETS, BreathPattern

# More breaths than any ramp has.
MANY = 200
TARGETS = st.one_of(
    st.sampled_from([PRESETS[name] for name in sorted(PRESETS)]),
    st.floats(4.0, 12.0).map(BreathPattern.at_rate),
)


def breaths(own_per_min: float | None, target: BreathPattern) -> list[BreathPattern]:
    """Every breath of the ramp, the first that is the target included."""
    ramp = Ramp(first_rate_per_min(own_per_min, target.breaths_per_min), target)
    led = [ramp.pattern]
    while not ramp.has_arrived:
        assert len(led) < MANY
        ramp.step()
        led.append(ramp.pattern)
    return led


@given(own=st.one_of(st.none(), st.floats(2.0, 40.0)), target=TARGETS)
def test_each_breath_is_at_most_four_percent_longer_and_the_last_is_the_target(
    own: float | None, target: BreathPattern
) -> None:
    led = breaths(own, target)
    for one, following in pairwise(led):
        assert following.period_s <= 1.04 * one.period_s + 1e-9
        assert one.period_s <= 1.04 * following.period_s + 1e-9
    assert led[-1] == target


@given(own=st.one_of(st.none(), st.floats(2.0, 40.0)), target=TARGETS)
def test_it_goes_one_way_within_limits_and_no_hold_is_longer_than_chosen(
    own: float | None, target: BreathPattern
) -> None:
    led = breaths(own, target)
    periods_s = [pattern.period_s for pattern in led]
    assert periods_s in (sorted(periods_s), sorted(periods_s, reverse=True))
    for pattern in led:
        assert within_limits(pattern).reasons == ()
        assert pattern.hold_in_s <= target.hold_in_s
        assert pattern.hold_out_s <= target.hold_out_s


@given(own=st.floats(6.5, 12.0), target=st.floats(5.0, 6.0))
def test_it_takes_a_minute_and_a_half_to_three(own: float, target: float) -> None:
    """From 12 to 5 a minute, the longest of these, 7 s at 4 % a breath and one breath more."""
    led = breaths(own, BreathPattern.at_rate(target))
    assert 90.0 <= sum(pattern.period_s for pattern in led[:-1]) <= 7.0 / 0.04 + 12.0


@pytest.mark.parametrize(
    ("own", "target", "first"),
    [
        (14.0, 6.0, 12.0),  # quicker than can be led
        (9.0, 6.0, 9.0),
        (5.0, 6.0, 5.0),  # it is not hurried on
        (3.0, 6.0, 4.5),
        (3.0, 3.75, 3.75),  # a box was chosen, and it is slower than 4.5
        (None, 6.0, 8.0),
        (None, 10.0, 10.0),
    ],
)
def test_it_begins_where_the_person_is(own: float | None, target: float, first: float) -> None:
    assert first_rate_per_min(own, target) == first


def test_from_eight_to_six_takes_two_minutes() -> None:
    """7.5 s to 10 s by a share of 2.5 s / 120 s a breath: ln(10 / 7.5) / ln(1.0208), 13.95."""
    led = breaths(None, PRESETS["gentle"])
    assert len(led) == 15
    assert led[1].period_s == pytest.approx(7.5 * (1.0 + 2.5 / 120.0))
    assert sum(pattern.period_s for pattern in led[:-1]) == pytest.approx(120.0, abs=1.0)


def test_whoever_breathes_so_already_needs_no_ramp() -> None:
    assert breaths(6.0, PRESETS["gentle"]) == [PRESETS["gentle"]]
