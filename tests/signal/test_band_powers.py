"""Powers of known rhythms, and of records with gaps."""

from __future__ import annotations

from dataclasses import fields
from math import isnan, nan

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from biofeedback.signal.band_powers import (
    HF_HZ,
    LF_HZ,
    TOTAL_HZ,
    VLF_HZ,
    BandPowers,
    band_powers,
)
from biofeedback.signal.spectrum import welch
from biofeedback.signal.tachogram import Tachogram
from helpers.simulated_rr import at_rest, chained, swinging_rr_s

TONES = ((0.1, 30.0), (0.25, 20.0))


def sampled_tones(
    duration_s: float, tones: tuple[tuple[float, float], ...] = TONES, begin_s: float = 0.0
) -> Tachogram:
    """Intervals whose length is that of a sum of sines at their own middle."""
    t_s = begin_s
    rows = []
    while t_s < begin_s + duration_s:
        rr_ms = 850.0
        for _ in range(40):
            angle = 2 * np.pi * (t_s + rr_ms / 2000)
            rr_ms = 850.0 + sum(size_ms * np.sin(f * angle) for f, size_ms in tones)
        t_s += rr_ms / 1000
        rows.append((t_s, rr_ms))
    return chained(*np.array(rows).T)


def without(whole: Tachogram, gone: np.ndarray) -> Tachogram:
    """Leave intervals out: what comes after a hole does not follow."""
    follows = whole.follows & ~np.concatenate(([False], gone[:-1]))
    return Tachogram(whole.t_s[~gone], whole.rr_ms[~gone], follows[~gone])


def values(powers: BandPowers) -> list[float]:
    return [getattr(powers, field.name) for field in fields(powers)]


@pytest.mark.parametrize("duration_s", [125.0, 200.0, 305.0, 1500.0])
def test_two_tones_have_half_their_squares(duration_s: float) -> None:
    """30 ms at 0.1 Hz are 450 ms² in LF, 20 ms at 0.25 Hz are 200 ms² in HF."""
    found = band_powers(sampled_tones(duration_s), breaths_per_min=15)

    assert found.lf_power_ms2 == pytest.approx(450, rel=0.02)
    assert found.hf_power_ms2 == pytest.approx(200, rel=0.04)
    assert found.total_power_ms2 == found.lf_power_ms2 + found.hf_power_ms2
    assert found.lf_hf_ratio == found.lf_power_ms2 / found.hf_power_ms2
    assert found.lf_peak_hz == pytest.approx(0.1, abs=0.005)
    assert found.hf_peak_hz == pytest.approx(0.25, abs=0.005)
    assert found.breathing_power_ms2 == pytest.approx(200, rel=0.05)


@settings(max_examples=15)
@given(seed=st.integers(0, 100), quarters=st.integers(-4000, 400_000))
def test_powers_do_not_move_with_time(seed: int, quarters: int) -> None:
    record = at_rest(seed, 320)
    later = Tachogram(record.t_s + quarters / 4, record.rr_ms, record.follows)
    assert values(band_powers(later)) == pytest.approx(
        values(band_powers(record)), rel=1e-6, nan_ok=True
    )


def test_powers_hardly_move_with_the_grid() -> None:
    """A shift by less than a quarter of a second only changes where the curve is read off."""
    record = at_rest(1, 320)
    shifted = Tachogram(record.t_s + 0.113, record.rr_ms, record.follows)
    assert band_powers(shifted).lf_power_ms2 == pytest.approx(
        band_powers(record).lf_power_ms2, rel=0.01
    )


@pytest.mark.parametrize("has_gap", [False, True])
def test_twice_the_swing_is_four_times_the_power(has_gap: bool) -> None:
    record = at_rest(2, 620)
    if has_gap:
        record = without(record, np.abs(np.arange(record.t_s.size) - 300) < 8)
    # The swing about the mean, at the same times.
    double_ms = 2 * record.rr_ms - record.rr_ms.mean()
    midpoint_s = record.midpoint_s
    double = Tachogram(midpoint_s + double_ms / 2000, double_ms, record.follows)

    once, twice = band_powers(record), band_powers(double)
    # With gaps the scale is the mean spacing, which is not the same in a part of the record.
    rel = 1e-3 if has_gap else 1e-6
    assert twice.lf_power_ms2 == pytest.approx(4 * once.lf_power_ms2, rel=rel)
    assert twice.hf_power_ms2 == pytest.approx(4 * once.hf_power_ms2, rel=rel)
    assert twice.lf_hf_ratio == pytest.approx(once.lf_hf_ratio, rel=rel)


def test_record_with_gaps_has_the_powers_of_the_whole() -> None:
    """A tenth of the beats gone in seven holes: within 10 % in LF and HF, on the median."""
    ratios = []
    for seed in range(8):
        whole = at_rest(seed)
        holes = np.zeros(whole.t_s.size, dtype=bool)
        for first in range(60, 900, 130):
            holes[first : first + 13] = True
        seen = band_powers(without(whole, holes), breaths_per_min=15)
        truth = band_powers(whole, breaths_per_min=15)
        assert seen.has_gaps
        assert not truth.has_gaps
        ratios.append(
            [
                seen.lf_power_ms2 / truth.lf_power_ms2,
                seen.hf_power_ms2 / truth.hf_power_ms2,
                seen.vlf_power_ms2 / truth.vlf_power_ms2,
            ]
        )
    assert np.median(ratios, axis=0) == pytest.approx([1, 1, 1], abs=0.1)


def test_nothing_is_drawn_across_a_gap() -> None:
    """A line across 25 s of a lively rhythm would flatten it there, and its power with it."""
    whole = sampled_tones(310, ((0.25, 40.0),))
    hole = (whole.t_s > 140) & (whole.t_s < 165)
    seen = without(whole, hole)
    bridged = Tachogram(seen.t_s, seen.rr_ms, np.arange(seen.t_s.size) > 0)

    assert band_powers(seen).hf_power_ms2 == pytest.approx(800, rel=0.05)
    assert band_powers(bridged).hf_power_ms2 < 700


def test_two_levels_far_apart_are_no_rhythm() -> None:
    """Beats at 60, two minutes of nothing, and on at 90: no window reaches over both."""
    first_s = np.arange(1, 400) * 1.0
    second_s = 520 + np.arange(1, 600) * (2 / 3)
    t_s = np.concatenate((first_s, second_s))
    rr_ms = np.concatenate((np.full(399, 1000.0), np.full(599, 2000 / 3)))
    found = band_powers(Tachogram(t_s, rr_ms, np.diff(t_s, prepend=-9) < 2))

    assert found.total_power_ms2 == pytest.approx(0, abs=1e-9)
    assert found.n_windows == 2


def test_a_night_between_two_parts_costs_no_memory() -> None:
    """The curve is drawn over each part, not over the 12 hours in between."""
    import tracemalloc

    record = at_rest(3, 320)
    n = record.t_s.size
    both = Tachogram(
        np.concatenate((record.t_s, record.t_s + 1e7)),
        np.tile(record.rr_ms, 2),
        np.arange(2 * n) % n > 0,
    )
    tracemalloc.start()
    found = band_powers(both)
    peak_bytes = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()

    assert found.n_windows == 2
    assert peak_bytes < 30e6
    one = without(record, np.arange(n) == n // 2)
    assert found.lf_power_ms2 == pytest.approx(band_powers(one).lf_power_ms2, rel=0.1)


def test_window_that_lacks_more_than_15_percent_is_left_out() -> None:
    whole = sampled_tones(330)
    middle = (whole.t_s > 100) & (whole.t_s < 140)
    assert not isnan(band_powers(without(whole, middle)).lf_power_ms2)
    holes = np.arange(whole.t_s.size) % 10 < 3
    assert values(band_powers(without(whole, holes))) == pytest.approx(
        values(BandPowers()), nan_ok=True
    )


@pytest.mark.parametrize(
    ("duration_s", "known"),
    [(50, ""), (70, "hf"), (110, "hf"), (125, "lf hf total"), (310, "vlf lf hf total")],
)
def test_each_band_needs_its_time(duration_s: float, known: str) -> None:
    found = band_powers(sampled_tones(duration_s))
    for band in ("vlf", "lf", "hf", "total"):
        assert isnan(getattr(found, f"{band}_power_ms2")) is (band not in known.split())
    assert isnan(found.lf_hf_ratio) is ("lf" not in known.split())


def test_vlf_is_what_the_detrending_would_take() -> None:
    """40 ms at 0.02 Hz are 800 ms² in VLF, and next to nothing elsewhere."""
    found = band_powers(sampled_tones(1500, ((0.02, 40.0),)))
    assert found.vlf_power_ms2 == pytest.approx(800, rel=0.03)
    assert found.total_power_ms2 < 8


def test_constant_intervals_have_no_power_and_no_ratio() -> None:
    found = band_powers(sampled_tones(400, ()))
    assert found.total_power_ms2 == pytest.approx(0, abs=1e-12)
    assert found.vlf_power_ms2 == pytest.approx(0, abs=1e-12)
    zero = welch(np.zeros(1200), 4.0)
    assert isnan(zero.peak_hz(*LF_HZ))
    assert zero.power(*TOTAL_HZ) == 0


@pytest.mark.parametrize("has_gap", [False, True])
@pytest.mark.parametrize("bad", [nan, np.inf])
def test_intervals_that_are_no_numbers_are_refused(has_gap: bool, bad: float) -> None:
    record = at_rest(4, 200)
    rr_ms = record.rr_ms.copy()
    rr_ms[50] = bad
    follows = record.follows.copy()
    follows[100] = not has_gap
    with pytest.raises(ValueError, match=r"finite|increase|must"):
        band_powers(Tachogram(record.t_s, rr_ms, follows))


def test_bands_lie_side_by_side() -> None:
    assert VLF_HZ[1] == LF_HZ[0] == TOTAL_HZ[0]
    assert LF_HZ[1] == HF_HZ[0]
    assert HF_HZ[1] == TOTAL_HZ[1]


def test_slow_breath_is_named_and_an_ordinary_one_is_not() -> None:
    rng = np.random.default_rng(7)
    slow = chained(*swinging_rr_s(rng, 320, breaths_per_min=6, swing_bpm=12))
    assert band_powers(slow).slow_breath_hz == pytest.approx(0.1, abs=0.005)
    assert isnan(band_powers(at_rest(7)).slow_breath_hz)
    assert isnan(band_powers(sampled_tones(70)).slow_breath_hz)
