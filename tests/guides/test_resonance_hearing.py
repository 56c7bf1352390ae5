"""What is heard of heart and breath beside the pacer, stay by stay."""

from __future__ import annotations

from math import cos, pi

import pytest

from biofeedback.guides.body import Body
from biofeedback.guides.resonance_hearing import ResonanceHearing
from biofeedback.samples import Metric

PER_MIN = 6.0
PERIOD_S = 60.0 / PER_MIN
# Short enough to take nothing from a slow wave.
WINDOW_S = 1.0


class Breathing:
    """Somebody who breathes with a pacer at one pace, a second at a time."""

    def __init__(self) -> None:
        self.hearing, self.body, self.g_s = ResonanceHearing(), Body(), 0.0
        self.swings = 0
        self.hearing.begin_pace(0.0)

    def until(
        self, g_s: float, *, adherence: float | None = 0.95, is_heard: bool = True
    ) -> ResonanceHearing:
        while self.g_s < g_s:
            if self.g_s % PERIOD_S == 0.0:
                self.hearing.lead(self.g_s, PERIOD_S, is_first=self.g_s == 0.0)
                if adherence is not None:
                    self.take("adherence", adherence, 50.0)
                self.hearing.breathe(self.g_s, self.body, PER_MIN)
            self.g_s += 1.0
            if is_heard:
                phase = 2.0 * pi * (self.g_s - WINDOW_S / 2.0) / PERIOD_S
                self.take("heart_rate_bpm", 64.0 + 7.0 * cos(phase), WINDOW_S)
        return self.hearing

    def take(self, name: str, value: float, window_s: float) -> None:
        self.body.take(Metric(self.g_s, name, value, "", window_s, 1.0, source="worn"), self.g_s)
        self.swings += len(self.hearing.sense(self.g_s, self.body))


@pytest.fixture
def led() -> Breathing:
    return Breathing()


def test_each_led_breath_is_heard_once(led: Breathing) -> None:
    led.until(101.0)
    assert led.swings == 10


def test_who_goes_with_the_pacer_is_known_to_follow_once_it_tells_of_this_pace(
    led: Breathing,
) -> None:
    assert led.until(41.0).followed_per_min is None
    hearing = led.until(61.0)
    assert hearing.follows
    assert hearing.followed_per_min == PER_MIN


def test_without_a_belt_the_heart_tells_who_follows(led: Breathing) -> None:
    hearing = led.until(91.0, adherence=None)
    assert hearing.follows
    assert not hearing.was_never_followed(91.0)


@pytest.mark.parametrize(("g_s", "is_never"), [(101.0, False), (131.0, True)])
def test_a_pace_was_never_followed_where_that_lasts_longer_than_a_lapse(
    led: Breathing, g_s: float, *, is_never: bool
) -> None:
    assert led.until(g_s, adherence=0.2).was_never_followed(g_s) is is_never


def test_a_pace_that_was_followed_before_is_no_pace_that_never_was(led: Breathing) -> None:
    led.until(81.0)
    assert not led.until(300.0, adherence=0.2).was_never_followed(300.0)


def test_a_new_pace_is_another_matter(led: Breathing) -> None:
    led.until(81.0)
    led.until(201.0, adherence=0.2).begin_pace(201.0)
    assert led.hearing.stayed_s(220.0) == 19.0
    hearing = led.until(400.0, adherence=0.2)
    assert hearing.was_never_followed(400.0)
    assert hearing.followed_per_min == PER_MIN


def test_a_heart_that_is_not_heard_is_silent_until_it_is_heard_or_nothing_was_asked_of_it(
    led: Breathing,
) -> None:
    assert not led.until(60.0).is_silent(60.0)
    hearing = led.until(160.0, is_heard=False)
    assert hearing.is_silent(160.0)
    hearing.hear_anew(160.0)
    assert not hearing.is_silent(160.0)
    assert hearing.is_silent(250.0)


def test_what_was_before_a_pause_says_nothing_after_it(led: Breathing) -> None:
    led.until(81.0).resume(81.0)
    assert led.hearing.stayed_s(81.0) == 0.0
    led.hearing.breathe(81.0, Body(), PER_MIN)
    assert not led.hearing.follows
