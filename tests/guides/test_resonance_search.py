"""Where the search leads next, and which readings it takes for a stay's."""

from __future__ import annotations

from dataclasses import dataclass, field
from math import inf
from typing import TYPE_CHECKING

import pytest

from biofeedback.guides.body import Body
from biofeedback.guides.limits import AUTOMATIC_STEP_PER_MIN
from biofeedback.guides.resonance_belief import ResonanceBelief
from biofeedback.guides.resonance_search import READING, Look, Search
from biofeedback.samples import Metric

if TYPE_CHECKING:
    from collections.abc import Callable


@dataclass
class Walk:
    """A search that is followed wherever it leads, breath by breath."""

    search: Search
    swing_bpm: Callable[[float], float]
    per_min: float = 6.5
    g_s: float = 0.0
    window_s: float = 55.0
    adherence: float = 1.0
    is_felt: bool = True
    body: Body = field(default_factory=Body)
    paces: list[float] = field(default_factory=list)
    looks: list[Look] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.search.stay(self.g_s)
        self.paces.append(self.per_min)

    def breathe(self) -> Look | None:
        """Let one breath pass; what was read in it is of the breaths before."""
        began_s, self.g_s = self.g_s, self.g_s + 60.0 / self.per_min
        known_s = began_s + 3.0
        value = self.swing_bpm(self.per_min) * (1.09 + 0.06 * (6.0 - self.per_min))
        metric = Metric(began_s, READING, value, "bpm", self.window_s, 1.0, source="strap")
        self.body.take(metric, known_s)
        self.body.now_s = self.g_s
        self.search.breathe(self.g_s, self.per_min, self.body, self.adherence, is_felt=self.is_felt)
        look = self.search.choose(self.g_s, self.per_min)
        if look is not None:
            self.looks.append(look)
            if look.to_per_min != self.per_min:
                self.per_min = look.to_per_min
                self.paces.append(self.per_min)
                self.search.stay(self.g_s)
        return look

    def until(self, g_s: float) -> Walk:
        while self.g_s < g_s:
            self.breathe()
        return self


def hill(best_per_min: float, q: float = 1.6) -> Callable[[float], float]:
    """A swing as readings show it: flatter than the resonance beneath."""

    def swing_bpm(per_min: float) -> float:
        off = q * (per_min / best_per_min - best_per_min / per_min)
        return float(16.0 * (1.0 + off * off) ** -0.3)

    return swing_bpm


def begun(best_per_min: float, *, duration_s: float = 1200.0, lowest: float = 4.5) -> Walk:
    return Walk(Search(ResonanceBelief(), lowest, duration_s), hill(best_per_min))


@pytest.mark.parametrize("best_per_min", [5.2, 5.6, 6.2])
def test_it_settles_where_the_swing_is_widest(best_per_min: float) -> None:
    walk = begun(best_per_min).until(1200.0)
    assert walk.search.is_settled
    assert walk.per_min == pytest.approx(best_per_min, abs=0.35)


def test_it_looks_to_the_slower_side_first_and_by_small_steps() -> None:
    walk = begun(5.6).until(1200.0)
    assert walk.paces[1] < walk.paces[0]
    steps = [abs(b - a) for a, b in zip(walk.paces, walk.paces[1:], strict=False)]
    assert max(steps) <= AUTOMATIC_STEP_PER_MIN + 1e-9


def test_reasons_say_what_the_readings_said() -> None:
    """Down a slope that rises towards 5.2, each stay is wider than the one before."""
    walk = begun(5.2).until(500.0)
    whys = [look.why for look in walk.looks]
    assert "wider" in whys
    for look in walk.looks:
        if look.why == "wider":
            assert float(look.facts["gain_pct"]) >= 3.0


def test_it_turns_back_where_the_swing_grew_smaller() -> None:
    whys = [look.why for look in begun(6.7).until(900.0).looks]
    assert "back" in whys


def test_it_says_that_it_found_its_pace_once_and_looks_again_every_five_minutes() -> None:
    walk = begun(5.6).until(3600.0)
    whys = [look.why for look in walk.looks]
    assert whys.count("found") == 1
    after = whys[whys.index("found") + 1 :]
    assert 4 <= after.count("look") <= 10
    assert "no-difference" in after or "settle" in after


def test_nothing_is_chosen_before_a_minute_and_a_half() -> None:
    walk = begun(5.6)
    while walk.g_s < 80.0:
        assert walk.breathe() is None


def test_breaths_that_went_astray_count_for_less() -> None:
    """A wandering mind takes a part of the swing with it, and of what can be learned."""
    good, poor = begun(5.2), begun(5.2)
    poor.adherence, poor.swing_bpm = 0.5, lambda per_min: 0.85 * hill(5.2)(per_min)
    facts = [walk.until(100.0).looks[0].facts for walk in (good, poor)]
    assert float(facts[1]["swing_bpm"]) == pytest.approx(float(facts[0]["swing_bpm"]), rel=1e-6)
    spreads = [walk.until(500.0).search.known.sd_per_min for walk in (good, poor)]
    assert spreads[1] > spreads[0]


def test_where_only_the_heart_tells_of_the_breath_it_goes_less_far() -> None:
    felt, unfelt = begun(5.8), begun(5.8)
    unfelt.is_felt = False
    reach = [max(walk.until(900.0).paces) - min(walk.paces) for walk in (felt, unfelt)]
    assert reach[1] < reach[0]


def test_nothing_is_chosen_without_a_reading() -> None:
    search = Search(ResonanceBelief(), 4.5)
    search.stay(0.0)
    assert search.swing_bpm is None
    assert search.choose(200.0, 6.0) is None


def test_windows_that_began_at_another_pace_are_not_read() -> None:
    walk = begun(5.6)
    walk.window_s = 400.0
    walk.until(300.0)
    assert not walk.looks


def test_it_never_goes_below_the_lowest_that_it_was_given() -> None:
    walk = begun(4.6, lowest=5.0).until(1500.0)
    assert min(walk.paces) >= 5.0


def test_an_open_end_is_looked_around_in_for_twelve_minutes() -> None:
    open_end, half_hour = begun(5.6, duration_s=inf), begun(5.6, duration_s=1800.0)
    assert open_end.until(1200.0).paces == half_hour.until(1200.0).paces
    found = next(look for look in open_end.looks if look.why == "found")
    assert open_end.looks.index(found) >= 3
