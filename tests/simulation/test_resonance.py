from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from biofeedback.pacing import PRESETS, BreathPattern, PacerSegment
from biofeedback.simulation.client import VirtualClient
from biofeedback.simulation.parameters import ClientParameters
from biofeedback.simulation.population import population
from biofeedback.simulation.resonance import TrueCurve

# Q 1.5 and 18 bpm with a direct path of 0.2 Hz and 0.3 s.
PUBLISHED = replace(
    ClientParameters(),
    direct_delay_s=0.3,
    direct_corner_hz=0.2,
    slow_tidal_volume=1.0,
    free_tidal_volume=1.0,
)
SWING_BPM = {4.5: 12.5, 5: 14.3, 6: 16.3, 7: 15.1, 8: 13.2, 10: 10.2}


def lived_swing_bpm(person: ClientParameters, pattern: BreathPattern) -> float:
    """The swing as the body makes it, over whole breaths after four minutes."""
    quiet = replace(person.without_noise(), follow_lag_breaths=0.0)
    segment = PacerSegment(0.0, pattern)
    n_breaths = np.ceil(240.0 / pattern.period_s)
    end_s = (n_breaths + 6) * pattern.period_s
    produced = VirtualClient(quiet, 1).advance(end_s, lambda _: segment)
    inside = produced.belt_t_s > n_breaths * pattern.period_s
    t_s, rate_bpm = produced.belt_t_s[inside], produced.heart_rate_bpm[inside]
    line = np.mean((rate_bpm - rate_bpm.mean()) * np.exp(-2j * np.pi * t_s / pattern.period_s))
    return float(4.0 * np.abs(line))


@pytest.mark.parametrize(
    ("seed", "pattern"),
    [
        (1, BreathPattern.at_rate(4.5)),
        (2, BreathPattern.at_rate(6.0)),
        (3, BreathPattern.at_rate(7.5)),
        (5, PRESETS["box"]),
        (6, PRESETS["4-7-8"]),
    ],
)
def test_the_curve_is_what_the_body_does(seed: int, pattern: BreathPattern) -> None:
    """Within 1 % of the lived swing, holds and uneven breaths included."""
    person = ClientParameters.drawn(seed)
    curve = TrueCurve(person)

    assert curve.swing_of(pattern) == pytest.approx(lived_swing_bpm(person, pattern), rel=0.01)


@pytest.mark.parametrize(("breaths_per_min", "swing_bpm"), SWING_BPM.items())
def test_the_curve_has_the_published_shape(breaths_per_min: float, swing_bpm: float) -> None:
    """Within 10 %."""
    curve = TrueCurve(PUBLISHED, inhale_fraction=0.5)

    assert curve.swing_bpm(breaths_per_min) == pytest.approx(swing_bpm, rel=0.10)


PHASE_DEG = {4.5: 2, 5: -7, 6: -30, 7: -51, 8: -65, 10: -84}


@pytest.mark.parametrize(("breaths_per_min", "phase_deg"), PHASE_DEG.items())
def test_heart_leads_below_resonance_and_lags_above(
    breaths_per_min: float, phase_deg: float
) -> None:
    """Within 5 degrees of the published course, which times each interval at its end."""
    curve = TrueCurve(PUBLISHED, inhale_fraction=0.5)
    half_interval_s = 30.0 / PUBLISHED.heart_rate_bpm
    late_deg = 360.0 * breaths_per_min / 60.0 * half_interval_s

    assert curve.phase_deg(breaths_per_min) - late_deg == pytest.approx(phase_deg, abs=5)


@pytest.mark.parametrize(("q", "lost"), [(1.0, 0.05), (1.5, 0.09), (2.0, 0.15)])
def test_a_sharper_resonance_loses_more(q: float, lost: float) -> None:
    """One breath a minute off costs the published share, within 3 points of 100."""
    curve = TrueCurve(replace(PUBLISHED, resonance_q=q), inhale_fraction=0.5)
    best = curve.best_breaths_per_min

    both = (curve.share_lost(best - 1.0) + curve.share_lost(best + 1.0)) / 2
    assert both == pytest.approx(lost, abs=0.03)


def test_swing_at_resonance_is_four_to_ten_times_that_at_rest() -> None:
    """The median of a hundred people, resting at 15 a minute, is in the published range."""
    curves = [TrueCurve(one.parameters) for one in population(100)]
    ratios = [curve.best_swing_bpm / curve.free_swing_bpm(15.0) for curve in curves]

    assert 4.0 < np.median(ratios) < 10.0


def test_people_resonate_around_a_tenth_of_a_hertz() -> None:
    """Between 0.055 and 0.115 Hz everyone, 5.5 to 6.1 a minute on average; half a minute apart."""
    best = np.array([TrueCurve(one.parameters).best_breaths_per_min for one in population(120)])

    assert 60 * 0.055 < best.min() < best.max() < 60 * 0.115
    assert 5.5 < best.mean() < 6.1
    assert 0.4 < best.std() < 0.75


@given(seed=st.integers(0, 10_000), breaths_per_min=st.floats(4.0, 7.5))
def test_nothing_is_better_than_the_best(seed: int, breaths_per_min: float) -> None:
    """The share lost is between nothing and all, and nothing at the best pace itself."""
    curve = TrueCurve(ClientParameters.drawn(seed))

    assert -1e-3 <= curve.share_lost(breaths_per_min) < 1.0
    assert curve.share_lost(curve.best_breaths_per_min) == 0.0


def test_arousal_and_small_breaths_lower_the_curve() -> None:
    """By the person's own loss, and in proportion to the depth that is left."""
    person = ClientParameters()
    calm = TrueCurve(person)

    wound_up = TrueCurve(person, arousal=0.5).swing_bpm(6.0)
    assert wound_up == pytest.approx(calm.swing_bpm(6.0) * np.exp(-1.6 * 0.5))
    small = TrueCurve(person, gentle=1.0).swing_bpm(6.0)
    # By hand: 0.15 l of dead space, and 0.35 l at 12.5 a minute are 0.729 l at 6.
    assert small == pytest.approx(calm.swing_bpm(6.0) * (0.15 + 0.35 * 12.5 / 6.0))


def test_overtones_make_the_whole_swing_larger() -> None:
    """Peak to trough holds what the breathing rate's own part does not; about as large."""
    curve = TrueCurve(ClientParameters(), inhale_fraction=0.4)
    pattern = BreathPattern.at_rate(6.0)

    assert 0.95 < curve.peak_to_trough_of(pattern) / curve.swing_of(pattern) < 1.2
