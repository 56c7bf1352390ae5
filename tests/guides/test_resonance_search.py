"""Where the search leads next, and which breaths it takes for a stay's."""

from __future__ import annotations

from dataclasses import dataclass, field
from itertools import pairwise
from math import inf
from typing import TYPE_CHECKING

import numpy as np
import pytest

from biofeedback.guides.limits import AUTOMATIC_PAUSE_S, AUTOMATIC_STEP_PER_MIN
from biofeedback.guides.resonance_search import Look, Search, Usual
from biofeedback.guides.swing_listening import BreathSwing
from helpers.paced_heart import resonating

if TYPE_CHECKING:
    from collections.abc import Callable

LATE_S = 6.0


@dataclass
class Walk:
    """A search that is followed wherever it leads, breath by breath."""

    search: Search
    swing_bpm: Callable[[float], float]
    per_min: float = 6.5
    g_s: float = 0.0
    noise_bpm: float = 0.0
    seed: int = 0
    moved_s: float = 0.0
    paces: list[float] = field(default_factory=list)
    looks: list[Look] = field(default_factory=list)
    looked_s: list[float] = field(default_factory=list)
    waiting: list[BreathSwing] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.rng = np.random.default_rng(self.seed)
        self.paces.append(self.per_min)

    def breathe(self) -> Look | None:
        """Let one breath pass; it is known some seconds after its end."""
        period_s = 60.0 / self.per_min
        noise = self.noise_bpm * complex(*self.rng.standard_normal(2))
        wave = self.swing_bpm(self.per_min) + noise
        self.waiting.append(BreathSwing(self.g_s, period_s, self.g_s + 60.0, wave, 64.0))
        self.g_s += period_s
        known = [swing for swing in self.waiting if swing.end_g_s + LATE_S <= self.g_s]
        self.waiting = self.waiting[len(known) :]
        self.search.take(known)
        if self.g_s - self.moved_s < AUTOMATIC_PAUSE_S:
            return None
        look = self.search.choose(self.g_s, self.per_min)
        if look is not None:
            self.looks.append(look)
            self.looked_s.append(self.g_s)
            if look.to_per_min != self.per_min:
                self.per_min, self.moved_s = look.to_per_min, self.g_s
                self.paces.append(self.per_min)
        return look

    def until(self, g_s: float) -> Walk:
        while self.g_s < g_s:
            self.breathe()
        return self


def begun(
    best_per_min: float,
    *,
    duration_s: float = 1500.0,
    lowest: float = 4.5,
    noise_bpm: float = 0.0,
    earlier: Usual | None = None,
) -> Walk:
    search = Search(lowest, duration_s, earlier)
    swing = resonating(best_per_min)
    return Walk(search, swing, search.first_per_min, noise_bpm=noise_bpm)


@pytest.mark.parametrize("best_per_min", [4.9, 5.2, 5.6, 6.2])
def test_it_settles_where_the_swing_is_widest(best_per_min: float) -> None:
    walk = begun(best_per_min, noise_bpm=0.5).until(1500.0)
    assert walk.search.is_settled
    assert walk.per_min == pytest.approx(best_per_min, abs=0.35)


def test_it_goes_down_by_small_steps_and_comes_back_by_as_small_ones() -> None:
    walk = begun(5.6).until(1500.0)
    turn = walk.paces.index(min(walk.paces))
    assert walk.paces[: turn + 1] == sorted(walk.paces[: turn + 1], reverse=True)
    assert turn >= 4
    steps = [abs(later - earlier) for earlier, later in pairwise(walk.paces)]
    assert max(steps) <= AUTOMATIC_STEP_PER_MIN + 1e-9


def test_it_turns_back_where_anything_slower_is_known_to_be_worse() -> None:
    lowest = [min(begun(best).until(900.0).paces) for best in (5.0, 5.6, 6.5)]
    assert lowest == sorted(lowest)
    assert lowest[-1] > lowest[0] + 0.2


def test_it_is_home_in_time_however_short_the_session() -> None:
    for duration_s in (600.0, 900.0, 1200.0):
        walk = begun(5.6, duration_s=duration_s).until(0.9 * duration_s)
        assert walk.search.is_home
        assert walk.per_min == pytest.approx(5.6, abs=0.4)


def test_reasons_say_what_was_heard() -> None:
    """Down a slope that rises towards 5.2, each stay is wider than the one before."""
    walk = begun(5.0).until(500.0)
    assert "wider" in [look.why for look in walk.looks]
    for look in walk.looks:
        if look.why == "wider":
            assert float(look.facts["gain_pct"]) >= 3.0


def test_it_says_once_that_it_found_its_pace_and_looks_beside_it_every_five_minutes() -> None:
    walk = begun(5.6, duration_s=inf).until(3600.0)
    whys = [look.why for look in walk.looks]
    assert whys.count("found") == 1
    found = whys.index("found")
    looked_s = [
        at_s
        for look, at_s in zip(walk.looks[found:], walk.looked_s[found:], strict=True)
        if look.why == "look"
    ]
    assert len(looked_s) >= 5
    assert all(later - earlier >= 300.0 for earlier, later in pairwise(looked_s))
    asides = [
        float(look.facts["to_per_min"]) - float(look.facts["from_per_min"])
        for look in walk.looks[found:]
        if look.why == "look"
    ]
    assert min(asides) < 0.0 < max(asides)
    assert walk.per_min == pytest.approx(5.6, abs=0.5)


def test_home_stays_where_it_is_while_the_estimate_hardly_moves() -> None:
    walk = begun(5.6, duration_s=inf).until(3600.0)
    found = [look.why for look in walk.looks].index("found")
    home = walk.looks[found].to_per_min
    for look in walk.looks[found:]:
        if look.why == "settle":
            assert look.to_per_min == pytest.approx(home, abs=0.02)


def test_nothing_is_chosen_before_five_pairs_of_breaths_are_known() -> None:
    walk = begun(5.6)
    while walk.g_s < 60.0:
        walk.breathe()
    assert walk.search.choose(walk.g_s, walk.per_min) is None
    assert Search(4.5).choose(200.0, 6.0) is None


def test_breaths_of_another_pace_are_no_stay_of_this_one() -> None:
    walk = begun(5.6).until(200.0)
    assert walk.search.choose(walk.g_s + 100.0, walk.per_min - 0.2) is None


def test_where_nothing_swings_it_goes_to_a_middle_pace_and_says_that_it_is_unclear() -> None:
    walk = begun(5.6, noise_bpm=3.0)
    walk.swing_bpm = lambda _: 0.0
    walk.until(1200.0)
    whys = {look.why for look in walk.looks}
    assert "unclear" in whys
    assert not whys & {"settle", "found"}
    assert walk.per_min == pytest.approx(5.7, abs=0.25)


def test_after_an_earlier_result_the_way_is_shorter_and_about_it() -> None:
    sure = begun(5.2, earlier=Usual(5.2, 0.15)).until(1200.0)
    assert max(sure.paces) <= 5.8
    assert min(sure.paces) >= 4.6
    assert sure.per_min == pytest.approx(5.2, abs=0.2)


def test_turned_back_it_goes_no_further_down() -> None:
    walk = begun(4.9).until(350.0)
    walk.search.turn_back(walk.per_min)
    lowest = walk.per_min
    walk.until(1500.0)
    assert walk.search.is_home
    assert min(walk.paces) == pytest.approx(lowest)


def test_what_was_not_followed_once_is_looked_for_again_and_twice_never() -> None:
    walk = begun(4.9).until(350.0)
    slow, before = walk.per_min, walk.paces[-2]
    walk.search.not_followed(slow, before)
    assert walk.search.lowest_per_min < slow
    assert not walk.search.is_home
    walk.search.not_followed(slow, before)
    assert walk.search.lowest_per_min == before
    assert walk.search.is_home


def test_a_breath_that_clearly_was_not_followed_tells_nothing_of_its_pace() -> None:
    away_s: set[float] = set()
    search = Search(4.5, 1500.0, is_lapse=lambda swing: swing.begin_g_s in away_s)
    swing = resonating(5.2)
    paces = (6.25, 5.75, 5.25, 4.75)
    g_s = 0.0
    for per_min in paces:
        period_s = 60.0 / per_min
        for place in range(12):
            is_away = per_min == 5.25 and place >= 5
            wave = 1.0 if is_away else swing(per_min)
            if is_away:
                away_s.add(g_s)
            search.take([BreathSwing(g_s, period_s, g_s + 60.0, wave, 64.0)])
            g_s += period_s
    points = {round(point.rate_per_min, 2): point.swing_bpm for point in search.known().curve}
    assert 5.25 not in points or points[5.25] == pytest.approx(swing(5.25))
    assert search.known().resonance_per_min == pytest.approx(5.2, abs=0.35)


def test_it_never_goes_below_the_lowest_that_it_was_given() -> None:
    assert min(begun(4.6, lowest=5.0).until(1500.0).paces) >= 5.0


def test_what_is_known_has_one_point_for_each_pace() -> None:
    known = begun(5.6).until(1500.0).search.known()
    rates = [point.rate_per_min for point in known.curve]
    assert len(rates) == len(set(rates)) >= 5
    assert known.low_per_min <= known.resonance_per_min <= known.high_per_min
