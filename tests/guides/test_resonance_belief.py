"""The belief over resonance, against curves whose best pace is known."""

from __future__ import annotations

from itertools import pairwise
from math import exp, isfinite
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from biofeedback.guides.resonance_belief import (
    HIGHEST_PER_MIN,
    LOWEST_PER_MIN,
    ResonanceBelief,
)

STAY_S = 90.0
# What a breath holds at any pace lifts small swings more than wide ones.
FLATTENED = 0.6
SWEEP = (6.5, 6.25, 6.0, 5.75, 5.5, 5.25, 5.0, 4.75, 5.0, 5.25, 5.5, 5.75, 6.0, 6.25)


def share(per_min: float, best_per_min: float, q: float) -> float:
    """A plain resonance, not the belief's own curve, as readings show it: 1 at its best pace."""
    off = q * (per_min / best_per_min - best_per_min / per_min)
    return float((1.0 + off * off) ** (-0.5 * FLATTENED))


def swept(
    best_per_min: float,
    *,
    q: float = 1.5,
    noise: float = 0.0,
    growth: float = 0.0,
    seed: int = 1,
    n_sweeps: int = 1,
) -> ResonanceBelief:
    """Learn from stays at one pace after the other; the swing grows by `growth` over all."""
    rng, belief = Random(seed), ResonanceBelief()
    paces = SWEEP * n_sweeps
    for place, pace in enumerate(paces):
        grown = exp(growth * place / len(paces))
        swing_bpm = 14.0 * grown * share(pace, best_per_min, q) * (1.0 + rng.gauss(0.0, noise))
        belief.observe(STAY_S * place, pace, swing_bpm, max(noise, 0.02) * swing_bpm)
    return belief


@pytest.mark.parametrize("best_per_min", [4.9, 5.5, 6.0, 6.5])
def test_clean_swings_tell_the_best_pace(best_per_min: float) -> None:
    known = swept(best_per_min).known()
    assert known.best_per_min == pytest.approx(best_per_min, abs=0.25)
    assert known.sd_per_min < 0.4


def test_more_sweeps_narrow_the_belief() -> None:
    spreads = [swept(5.3, noise=0.13, n_sweeps=n).known().sd_per_min for n in (1, 4, 16)]
    assert all(later < earlier for earlier, later in pairwise(spreads))
    assert spreads[-1] < 0.3


def test_eighty_of_a_hundred_truths_lie_between_low_and_high() -> None:
    """Best paces and sharpnesses drawn over their range, swings with the scatter of real stays."""
    rng, n_people, n_within = Random(7), 80, 0
    for person in range(n_people):
        best_per_min = min(max(rng.gauss(5.85, 0.55), 4.6), 6.9)
        belief = swept(best_per_min, q=rng.uniform(1.0, 2.2), noise=0.13, seed=person)
        known = belief.known()
        n_within += known.low_per_min <= best_per_min <= known.high_per_min
    assert 0.7 <= n_within / n_people <= 0.95


@pytest.mark.parametrize("best_per_min", [5.2, 6.2])
@pytest.mark.parametrize("growth", [-0.4, 0.4])
def test_a_swing_that_grows_or_falls_with_time_does_not_pass_for_resonance(
    best_per_min: float, growth: float
) -> None:
    """By half and more over the sweep, as when somebody calms down or breathes ever deeper."""
    known = swept(best_per_min, growth=growth).known()
    assert known.best_per_min == pytest.approx(best_per_min, abs=0.35)


def test_a_steady_rise_on_the_way_down_alone_is_not_taken_for_certain() -> None:
    """Slower and wider together may be pace or time: the belief stays wide."""
    belief = ResonanceBelief()
    for place, pace in enumerate(SWEEP[:4]):
        belief.observe(STAY_S * place, pace, 12.0 * exp(0.05 * place), 1.5)
    assert belief.known().sd_per_min > 0.35


def test_an_earlier_result_is_believed_as_far_as_it_was_certain() -> None:
    sure, unsure = ResonanceBelief(5.0, 0.2).known(), ResonanceBelief(5.0, 0.5).known()
    assert sure.best_per_min == pytest.approx(5.0, abs=0.1)
    assert sure.high_per_min - sure.low_per_min < unsure.high_per_min - unsure.low_per_min


def test_nothing_measured_is_what_is_known_of_adults() -> None:
    known = ResonanceBelief().known()
    # The widest swing lies a little above the resonance of 5.7.
    assert 5.7 <= known.best_per_min <= 6.0
    assert known.sd_per_min == pytest.approx(0.55, abs=0.05)


def test_the_best_pace_loses_least() -> None:
    belief = swept(5.4)
    best = belief.known().best_per_min
    lost = [belief.lost_share(best + away) for away in (0.0, 0.25, 0.5, 1.0)]
    assert lost == sorted(lost)
    assert lost[0] < 0.01


def test_the_expected_swing_is_that_of_the_readings() -> None:
    assert swept(5.5).swing_bpm(5.5) == pytest.approx(14.0, rel=0.05)


@settings(max_examples=40, deadline=None)
@given(
    readings=st.lists(
        st.tuples(
            st.floats(0.0, 600.0),
            st.floats(3.0, 12.0),
            st.floats(0.0, 80.0),
            st.floats(0.0, 30.0),
        ),
        max_size=25,
    )
)
def test_no_reading_can_break_it(readings: list[tuple[float, float, float, float]]) -> None:
    belief, t_s = ResonanceBelief(), 0.0
    for wait_s, pace, swing_bpm, error_bpm in readings:
        t_s += wait_s
        belief.observe(t_s, pace, swing_bpm, error_bpm)
    known = belief.known()
    assert LOWEST_PER_MIN <= known.low_per_min <= known.high_per_min <= HIGHEST_PER_MIN
    assert LOWEST_PER_MIN <= known.best_per_min <= HIGHEST_PER_MIN
    assert isfinite(known.sd_per_min)
    assert 0.0 <= belief.lost_share(6.0) <= 1.0
