"""Two signs that what is led is too much, and all that is none."""

from __future__ import annotations

from math import nan, pi, sin

import pytest
from hypothesis import given
from hypothesis import strategies as st

from biofeedback.guides.body import Body
from biofeedback.guides.too_much import Finding, TooMuch
from biofeedback.samples import Metric


class Watched:
    """A body watched every second; arousal is told every five."""

    def __init__(self, usual_bpm: float = nan, *, is_led: bool = True, calms: bool = True) -> None:
        self.watch = TooMuch(usual_bpm)
        self.watch.begin(0.0, is_led=is_led, calms=calms)
        self.body = Body()
        self.t_s = 0.0
        self.found: list[tuple[float, Finding]] = []

    def live(
        self,
        for_s: int,
        *,
        bpm: float | None = None,
        swing: float = 0.0,
        moving_g: float | None = None,
        arousal: float | None = None,
        quality: float = 0.9,
    ) -> Watched:
        for _ in range(for_s):
            self.t_s += 1.0
            told: dict[str, float] = {}
            if bpm is not None:
                told["heart_rate_bpm"] = bpm + swing * sin(2 * pi * self.t_s / 10.0)
            if moving_g is not None:
                told["movement_g"] = moving_g
            if arousal is not None and self.t_s % 5 == 0:
                told["arousal"] = arousal
            for name, value in told.items():
                self.body.take(Metric(self.t_s, name, value, "", 5.0, quality), self.t_s)
            self.body.now_s = self.t_s
            found = self.watch.sense(self.t_s, self.body)
            if found is not None:
                self.found.append((self.t_s, found))
        return self

    @property
    def reasons(self) -> list[str]:
        return [found.reason for _, found in self.found]


def test_a_heart_30_bpm_above_usual_for_a_minute_is_too_much() -> None:
    watched = Watched(60.0).live(30, bpm=62.0).live(75, bpm=92.0)
    assert watched.reasons == ["heart-fast"]
    found_s, found = watched.found[0]
    # The minute's oldest quarter is a mean: by a few seconds it may still have the time before.
    assert 90.0 <= found_s <= 98.0
    assert found.facts["usual_bpm"] == 60.0


@pytest.mark.parametrize(("bpm", "for_s"), [(89.0, 300), (95.0, 50)])
def test_less_or_shorter_is_not(bpm: float, for_s: int) -> None:
    assert not Watched(60.0).live(30, bpm=62.0).live(for_s, bpm=bpm).live(60, bpm=62.0).found


def test_the_swing_of_slow_breathing_does_not_hide_it_nor_make_it() -> None:
    assert Watched(60.0).live(120, bpm=95.0, swing=12.0).reasons == ["heart-fast"]
    assert not Watched(60.0).live(300, bpm=85.0, swing=15.0).found


def test_a_body_in_motion_has_a_fast_heart() -> None:
    assert not Watched(60.0).live(300, bpm=110.0, moving_g=0.1).found
    assert Watched(60.0).live(100, bpm=110.0, moving_g=0.01).reasons == ["heart-fast"]


@given(cuts=st.lists(st.integers(20, 55), min_size=2, max_size=6))
def test_missing_readings_begin_the_minute_anew(cuts: list[int]) -> None:
    watched = Watched(60.0)
    for for_s in cuts:
        watched.live(for_s, bpm=100.0).live(12)
    assert not watched.found


def test_poor_readings_are_missing_ones() -> None:
    assert not Watched(60.0).live(200, bpm=120.0, quality=0.3).found


def test_where_nothing_is_known_the_first_minute_is_usual() -> None:
    watched = Watched().live(70, bpm=80.0).live(80, bpm=105.0)
    assert not watched.found
    assert watched.live(80, bpm=112.0).reasons == ["heart-fast"]


def test_no_usual_heart_rate_is_refused() -> None:
    with pytest.raises(ValueError, match="30 to 120"):
        TooMuch(400.0)


def test_arousal_that_rises_out_of_the_usual_range_is_too_much() -> None:
    watched = Watched().live(60, arousal=0.5).live(60, arousal=1.8)
    assert watched.reasons == ["arousal-rose"]
    assert watched.found[0][1].facts["rise_z"] == pytest.approx(1.3)


@pytest.mark.parametrize(("before", "after"), [(-1.5, 1.2), (0.9, 1.8), (1.6, 1.6), (3.0, 1.6)])
def test_a_smaller_rise_or_one_within_the_usual_range_is_not(before: float, after: float) -> None:
    assert not Watched().live(90, arousal=before).live(90, arousal=after).found


def test_the_first_40_seconds_are_of_the_time_before() -> None:
    """The index rises in them alone, as its window fills with another way of breathing."""
    assert not Watched().live(20, arousal=-1.0).live(20, arousal=1.0).live(200, arousal=2.0).found


def test_only_a_guide_that_calms_is_too_much_by_arousal() -> None:
    assert not Watched(calms=False).live(60, arousal=0.0).live(100, arousal=2.5).found
    assert not Watched(60.0, is_led=False).live(200, bpm=120.0).found


def test_each_guide_is_told_once() -> None:
    watched = Watched(60.0).live(300, bpm=100.0)
    assert watched.reasons == ["heart-fast"]
    watched.watch.begin(watched.t_s, is_led=True, calms=True)
    assert watched.live(50, bpm=100.0).reasons == ["heart-fast"]
    assert watched.live(20, bpm=100.0).reasons == ["heart-fast"] * 2


def test_after_a_pause_both_begin_anew() -> None:
    watched = Watched(60.0).live(50, bpm=100.0, arousal=0.0)
    watched.watch.go_on(watched.t_s)
    assert not watched.live(44, bpm=100.0, arousal=3.0).found
