"""Measures kept beat by beat against the same measures computed whole."""

from __future__ import annotations

from math import isnan, log, nan
from typing import TYPE_CHECKING

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from biofeedback.signal import hrv
from biofeedback.signal.tachogram import Interval
from biofeedback.signal.time_domain import TimeDomain, TimeDomainWindow

if TYPE_CHECKING:
    from numpy.typing import NDArray


def whole(rr_ms: NDArray[np.float64], follows: NDArray[np.bool_]) -> list[float]:
    """The functions of `hrv`, in the order of `TimeDomain`."""
    return [
        hrv.mean_rr_ms(rr_ms),
        hrv.sdnn_ms(rr_ms),
        hrv.rmssd_ms(rr_ms, follows),
        hrv.pnn50_pct(rr_ms, follows),
        hrv.pnn20_pct(rr_ms, follows),
        hrv.sd1_ms(rr_ms, follows),
        hrv.sd2_ms(rr_ms, follows),
    ]


def assert_equal(found: TimeDomain, wanted: list[float]) -> None:
    # The absolute part is for spreads of nothing: the whole computation leaves rounding there.
    assert list(found) == pytest.approx(wanted, rel=1e-9, abs=1e-9, nan_ok=True)


@given(
    st.lists(
        st.tuples(
            st.one_of(st.floats(300.0, 2000.0), st.integers(300, 2000).map(float)),
            st.sampled_from([True] * 9 + [False]),
            st.sampled_from([0.0] * 9 + [3.0, 70.0]),
        ),
        max_size=120,
    ),
    st.floats(1.0, 60.0),
)
@settings(max_examples=60, deadline=None)
def test_equal_to_the_whole_at_every_beat(
    beats: list[tuple[float, bool, float]], window_s: float
) -> None:
    """Any lengths, broken anywhere, with silences: as `hrv` over the beats of the window."""
    window = TimeDomainWindow(window_s)
    t_s = np.cumsum([rr_ms / 1000.0 + lost_s for rr_ms, _, lost_s in beats])
    rr_ms = np.array([rr for rr, _, _ in beats])
    follows = np.array([is_next and not lost_s for _, is_next, lost_s in beats], dtype=np.bool_)
    for i in range(len(beats)):
        window.add(Interval(float(t_s[i]), float(rr_ms[i]), bool(follows[i])))
        first = int(np.searchsorted(t_s, t_s[i] - window_s, side="right"))
        inside = follows[first : i + 1].copy()
        inside[:1] = False
        assert len(window) == i + 1 - first
        assert_equal(window.measures(), whole(rr_ms[first : i + 1], inside))


def test_a_million_beats_leave_nothing_behind() -> None:
    """Two weeks of beats, every thousandth absurd, every 5000th after a gap: no drift at all."""
    rng = np.random.default_rng(0)
    n_beats = 1_000_000
    rr_ms = 850 + 40 * np.sin(np.arange(n_beats) / 3.0) + rng.normal(0, 20, n_beats)
    odd = np.arange(0, n_beats, 1000)
    rr_ms[odd] = rng.choice([300.0, 2000.0, 1999.999, 300.001], odd.size)
    t_s = np.cumsum(rr_ms) / 1000
    follows = np.arange(n_beats) % 5000 > 0
    t_s += 10.0 * np.cumsum(~follows)
    window = TimeDomainWindow(60.0)
    fresh = TimeDomainWindow(60.0)
    rows = list(zip(t_s.tolist(), rr_ms.tolist(), follows.tolist(), strict=True))
    for row in rows:
        window.add(Interval(*row))

    first = int(np.searchsorted(t_s, t_s[-1] - 60.0, side="right"))
    for row in rows[first:]:
        fresh.add(Interval(*row))

    # To the last bit what a window gives that saw nothing else.
    assert window.measures() == fresh.measures()
    inside = follows[first:].copy()
    inside[0] = False
    assert_equal(window.measures(), whole(rr_ms[first:], inside))


def test_time_without_beats_empties_the_window() -> None:
    """Two intervals end within the last 3 s, then one, then none; a new start knows nothing."""
    window = TimeDomainWindow(3.0)
    for t_s in (1.0, 2.0, 3.0, 4.0):
        window.add(Interval(t_s, 1000.0 + t_s, follows=t_s > 1))
    assert window.measures().rmssd_ms == pytest.approx(1.0)
    window.advance(5.5)
    assert len(window) == 2
    assert window.covered_s == pytest.approx(2.007)
    assert window.measures().mean_rr_ms == pytest.approx(1003.5)
    assert isnan(window.measures().rmssd_ms)
    window.advance(60.0)
    assert (len(window), window.covered_s) == (0, 0.0)
    assert all(isnan(value) for value in window.measures())
    window.add(Interval(61.0, 800.0, follows=True))
    window.clear()
    assert len(window) == 0


def test_clock_that_stands_still_fills_no_memory() -> None:
    """As many intervals as fit into a minute of the fastest heart, the newest ones."""
    window = TimeDomainWindow(60.0)
    for i in range(1000):
        window.add(Interval(7.0, 500.0 + i, follows=i > 0))
    assert len(window) == 201
    assert window.measures().mean_rr_ms == pytest.approx(500 + np.arange(799, 1000).mean())
    assert window.measures().rmssd_ms == pytest.approx(1.0)
    assert window.rmssd_ms == window.measures().rmssd_ms


def test_exactly_50_ms_does_not_count() -> None:
    """Strictly over, in the same floats as the whole computation."""
    window = TimeDomainWindow(60.0)
    for i, rr_ms in enumerate([800.0, 850.0, 800.0, 820.0, 799.9]):
        window.add(Interval(float(i), rr_ms, follows=i > 0))
    assert window.measures().pnn50_pct == 0.0
    assert window.measures().pnn20_pct == 75.0


def test_derived_measures() -> None:
    """The logarithm of RMSSD and the ratio of the axes; neither for a heart that stands still."""
    measures = TimeDomain(850.0, 50.0, 40.0, 10.0, 50.0, 28.0, 70.0)
    assert measures.ln_rmssd == pytest.approx(log(40.0))
    assert measures.sd2_sd1_ratio == pytest.approx(2.5)
    still = TimeDomain(850.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0)
    assert isnan(still.ln_rmssd)
    assert isnan(still.sd2_sd1_ratio)
    assert isnan(TimeDomain(*[nan] * 7).ln_rmssd)
