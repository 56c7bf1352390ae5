"""The pace that is told lies near the truth, and its range holds the truth as often as it says."""

from __future__ import annotations

from cmath import exp
from math import isnan

import numpy as np
import pytest

from biofeedback.guides.resonance_estimate import (
    LEAST_PAIRS,
    SwingAtRate,
    resonance_from,
    swing_at_rate,
)
from biofeedback.guides.resonance_result import ResonanceResult, Verdict
from biofeedback.guides.swing_listening import BreathSwing
from helpers.paced_heart import resonating

RATES = (6.5, 6.0, 5.5, 5.0, 4.5)
N_BREATHS = 15


def breaths(
    rng: np.random.Generator,
    rate_per_min: float,
    swing_bpm: float,
    *,
    noise_bpm: float = 0.0,
    lapses: float = 0.0,
    heart_rate_bpm: float = 65.0,
    wander: float = 0.0,
) -> list[BreathSwing]:
    """Breaths of one pace; a lapse takes most of a breath's swing, noise has any phase."""
    period_s = 60.0 / rate_per_min
    swings, angle = [], 0.0
    for place in range(N_BREATHS):
        angle += wander * float(rng.standard_normal())
        size = swing_bpm * (0.2 if rng.uniform() < lapses else 1.0)
        noise = complex(*rng.standard_normal(2)) * noise_bpm
        wave = size * exp(1j * angle) + noise
        swings.append(BreathSwing(place * period_s, period_s, 30.0, wave, heart_rate_bpm))
    return swings


def assessed(
    seed: int,
    top_per_min: float,
    *,
    swing_bpm: float = 12.0,
    noise_bpm: float = 0.0,
    lapses: float = 0.0,
    changing: float = 0.0,
    q: float = 1.3,
) -> ResonanceResult:
    rng = np.random.default_rng(seed)
    truth = resonating(top_per_min, swing_bpm, q)
    found = []
    for rate in RATES:
        swing = truth(rate) * (1.0 + changing * float(rng.standard_normal()))
        point = swing_at_rate(
            breaths(rng, rate, swing, noise_bpm=noise_bpm, lapses=lapses, wander=0.15)
        )
        assert point is not None
        found.append(point)
    return resonance_from(found)


@pytest.mark.parametrize("top_per_min", [5.0, 5.4, 5.7, 6.2])
def test_without_noise_the_top_of_the_curve_is_found(top_per_min: float) -> None:
    """To within the pull of what is usual, which is 8 % of the swing against its curve."""
    result = assessed(0, top_per_min, q=2.0)
    assert result.resonance_per_min == pytest.approx(top_per_min, abs=0.2)
    assert result.low_per_min <= top_per_min <= result.high_per_min


def test_ranges_hold_the_truth_about_as_often_as_they_say() -> None:
    """80 % of them should; of 150 people, 70 to 95 %. There is no leaning to one side."""
    rng = np.random.default_rng(5)
    errors, held = [], []
    for seed in range(150):
        top_per_min = float(np.clip(rng.normal(5.7, 0.55), 4.6, 6.8))
        result = assessed(
            seed,
            top_per_min,
            swing_bpm=float(rng.uniform(6.0, 20.0)),
            noise_bpm=2.5,
            lapses=0.15,
            changing=0.08,
            q=float(rng.uniform(0.9, 1.8)),
        )
        errors.append(result.resonance_per_min - top_per_min)
        held.append(result.low_per_min <= top_per_min <= result.high_per_min)
    assert 0.70 <= np.mean(held) <= 0.95
    assert abs(np.mean(errors)) <= 0.1
    assert np.mean(np.abs(errors)) <= 0.4


def test_a_third_of_breaths_without_attention_moves_it_little() -> None:
    calm = [assessed(seed, 5.6, noise_bpm=1.0) for seed in range(20)]
    lapsed = [assessed(seed, 5.6, noise_bpm=1.0, lapses=0.33) for seed in range(20)]
    moved = [
        abs(one.resonance_per_min - other.resonance_per_min)
        for one, other in zip(calm, lapsed, strict=True)
    ]
    assert np.mean(moved) <= 0.25


def test_noise_makes_the_range_wider() -> None:
    quiet, loud = assessed(1, 5.6, noise_bpm=0.3), assessed(1, 5.6, noise_bpm=4.0)
    assert loud.high_per_min - loud.low_per_min > quiet.high_per_min - quiet.low_per_min
    assert loud.uncertainty_per_min > quiet.uncertainty_per_min


def test_a_sharp_curve_is_clear_and_a_flat_one_says_what_is_as_good() -> None:
    sharp = assessed(0, 5.6, swing_bpm=20.0, q=3.0)
    flat = assessed(0, 5.6, swing_bpm=20.0, q=0.3)
    assert sharp.verdict is Verdict.CLEAR
    assert flat.verdict is Verdict.FLAT
    good_sharp = sharp.good_high_per_min - sharp.good_low_per_min
    assert flat.good_high_per_min - flat.good_low_per_min > 1.5 * good_sharp
    assert flat.lost_slower_pct < sharp.lost_slower_pct
    assert flat.lost_faster_pct < sharp.lost_faster_pct


def test_a_swing_that_grows_because_the_heart_calms_down_is_no_slower_resonance() -> None:
    """Over the course heart rate falls by 8 bpm, and the swing grows by 6 % with each of them."""
    truth = resonating(5.9, 12.0, 1.5)
    rng = np.random.default_rng(0)

    def found(*, is_told: bool) -> float:
        points = []
        for place, rate in enumerate(RATES):
            heart_bpm = 72.0 - 2.0 * place
            swing = truth(rate) * float(np.exp(-0.06 * (heart_bpm - 68.0)))
            told_bpm = heart_bpm if is_told else 68.0
            point = swing_at_rate(breaths(rng, rate, swing, heart_rate_bpm=told_bpm))
            assert point is not None
            points.append(point)
        return resonance_from(points).resonance_per_min

    assert abs(found(is_told=True) - 5.9) < 0.5 * abs(found(is_told=False) - 5.9)


def test_one_who_drifts_against_the_pacer_still_swings() -> None:
    """Over a minute a drift of 0.3 rad a breath would cost a third of it."""
    point = swing_at_rate(breaths(np.random.default_rng(3), 6.0, 10.0, wander=0.3))
    assert point is not None
    assert point.swing_bpm == pytest.approx(10.0, rel=0.05)


def test_a_heart_that_does_as_it_likes_has_no_resonance() -> None:
    told = [assessed(seed, 5.6, swing_bpm=0.0, noise_bpm=3.0).verdict for seed in range(20)]
    assert told.count(Verdict.NO_SWING) >= 18


def test_too_little_tells_no_pace() -> None:
    def at(rate: float) -> SwingAtRate:
        return SwingAtRate(rate, 10.0, 1.0, 12, 65.0, 4.0)

    assert resonance_from([]).verdict is Verdict.NO_MEASURE
    for found in ([at(6.0)], [at(6.5), at(4.5)], [at(6.0), at(5.9), at(5.8)]):
        result = resonance_from(found)
        assert result.verdict is Verdict.TOO_FEW
        assert isnan(result.resonance_per_min)
        assert len(result.curve) == len(found)
    assert resonance_from([at(6.0), at(5.5), at(5.0)]).verdict.is_told


def test_breaths_on_both_sides_of_a_break_are_no_pair() -> None:
    rng = np.random.default_rng(0)
    together = breaths(rng, 6.0, 10.0)[: LEAST_PAIRS + 1]
    assert swing_at_rate(together) is not None
    apart = [swing._replace(begin_g_s=swing.begin_g_s * 1.5) for swing in together]
    assert swing_at_rate(apart) is None
    unheard = [*together[:2], together[2]._replace(wave_bpm=None), *together[3:]]
    assert swing_at_rate(unheard) is None


@pytest.mark.parametrize("lowest_per_min", [4.5, 5.0])
def test_no_pace_is_told_that_may_not_be_led(lowest_per_min: float) -> None:
    rng = np.random.default_rng(0)
    truth = resonating(4.0, 14.0, 2.5)
    found = [swing_at_rate(breaths(rng, rate, truth(rate))) for rate in RATES]
    result = resonance_from(
        [point for point in found if point is not None], lowest_per_min=lowest_per_min
    )
    assert result.resonance_per_min == pytest.approx(lowest_per_min, abs=0.35)
    assert result.resonance_per_min >= lowest_per_min - 1e-9
    assert result.good_low_per_min >= lowest_per_min - 1e-9
    assert result.low_per_min <= result.resonance_per_min <= result.high_per_min
