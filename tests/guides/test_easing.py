"""A pace that comes towards whoever does not follow it."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from biofeedback.guides.body import Body
from biofeedback.guides.easing import Easing
from biofeedback.guides.limits import AUTOMATIC_HIGHEST_PER_MIN, AUTOMATIC_LOWEST_PER_MIN
from biofeedback.samples import Metric

BREATH_S = 10.0


class Breaths:
    """Breathes in every 10 s, with some adherence."""

    def __init__(self, chosen_per_min: float) -> None:
        self.easing = Easing(chosen_per_min)
        self.body = Body()
        self.g_s = 0.0
        self.told: list[tuple[float, str, str, float]] = []

    def breathe(self, adherence: float, minutes: float) -> Breaths:
        for _ in range(round(minutes * 60.0 / BREATH_S)):
            self.g_s += BREATH_S
            metric = Metric(self.g_s, "adherence", adherence, "", 60.0, 1.0, source="belt")
            self.body.take(metric, self.g_s)
            turn = self.easing.breathe(self.g_s, self.body)
            if turn is not None:
                led = self.easing.led_per_min
                self.told.append((self.g_s, turn.decision, turn.reason, led))
        return self


def test_after_a_minute_it_eases_by_quarters_once_in_ninety_seconds_and_then_asks_once() -> None:
    """The first lost breath is at 10 s, so a minute of it is full at 70 s; later ones at 90 s."""
    told = Breaths(6.0).breathe(0.2, 30.0).told
    assert told == [
        (70.0, "faster", "not-followed", 6.25),
        (160.0, "faster", "not-followed", 6.5),
        (250.0, "faster", "not-followed", 6.75),
        (340.0, "faster", "not-followed", 7.0),
        (430.0, "ask", "still-not-followed", 7.0),
    ]


def test_it_eases_by_one_a_minute_at_most() -> None:
    breaths = Breaths(5.0).breathe(0.2, 30.0)
    assert breaths.easing.led_per_min == 6.0


def test_it_comes_back_when_it_is_followed_again_and_stays_there() -> None:
    breaths = Breaths(5.4).breathe(0.1, 4.5)
    assert breaths.easing.led_per_min == pytest.approx(6.15)
    n_eased = len(breaths.told)
    breaths.breathe(0.95, 30.0)
    back = breaths.told[n_eased:]
    assert [reason for _, _, reason, _ in back] == ["followed-again"] * 3
    assert all(later - earlier >= 90.0 for (earlier, *_), (later, *_) in pairwise(back))
    assert breaths.easing.led_per_min == 5.4


@pytest.mark.parametrize("adherence", [0.5, 0.7, 1.0])
def test_whoever_follows_well_enough_is_left_alone(adherence: float) -> None:
    assert Breaths(6.0).breathe(adherence, 20.0).told == []


def test_a_breath_chosen_above_the_range_is_not_eased_but_asked_about() -> None:
    breaths = Breaths(8.0).breathe(0.2, 20.0)
    assert [reason for _, _, reason, _ in breaths.told] == ["still-not-followed"]
    assert breaths.easing.led_per_min == 8.0


def test_a_box_eases_towards_the_range_and_goes_back_into_it_alone() -> None:
    """Below 4.5 a minute only a person goes: an automatic way back ends where the range does."""
    breaths = Breaths(3.75).breathe(0.2, 30.0)
    assert breaths.easing.led_per_min == 4.75
    assert breaths.breathe(0.9, 30.0).easing.led_per_min == 4.5


def test_after_a_choice_it_waits_ninety_seconds() -> None:
    breaths = Breaths(6.0).breathe(0.2, 1.0)
    breaths.easing.choose(60.0, 5.5)
    assert breaths.breathe(0.2, 1.5).told == [(150.0, "faster", "not-followed", 5.75)]


@given(
    chosen=st.floats(3.0, 12.0),
    parts=st.lists(st.tuples(st.floats(0.0, 1.0), st.floats(0.5, 6.0)), max_size=8),
)
def test_it_never_jumps_and_leads_out_of_no_limit(
    chosen: float, parts: list[tuple[float, float]]
) -> None:
    breaths = Breaths(chosen)
    for adherence, minutes in parts:
        breaths.breathe(adherence, minutes)
    moves = [(0.0, "", "", chosen), *(one for one in breaths.told if one[1] != "ask")]
    for (from_s, _, _, before), (to_s, _, _, after) in pairwise(moves):
        assert abs(after - before) <= 0.25 + 1e-9
        assert from_s == 0.0 or to_s - from_s >= 90.0
        low, high = AUTOMATIC_LOWEST_PER_MIN, AUTOMATIC_HIGHEST_PER_MIN
        assert low <= after <= high or max(low - after, after - high) < max(
            low - before, before - high
        )
        assert after <= chosen + 1.0 + 1e-9
