"""Peaks of an envelope: which are beats, in what order, and when the level is learnt anew."""

from __future__ import annotations

from math import nan
from typing import TYPE_CHECKING

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from biofeedback.signal.qrs import REFRACTORY_S, Peak, QrsDetector

if TYPE_CHECKING:
    from collections.abc import Callable

RATE_HZ = 125.0


def envelope_of(
    peaks: list[tuple[float, float]], length_s: float, floor: float = 0.02
) -> list[float]:
    """Bumps of 30 ms on a floor; each peak is a time in seconds and a height."""
    t_s = np.arange(round(length_s * RATE_HZ)) / RATE_HZ
    envelope = np.full(t_s.size, floor)
    for at_s, height in peaks:
        envelope += height * np.exp(-0.5 * ((t_s - at_s) / 0.03) ** 2)
    values: list[float] = envelope.tolist()
    return values


def unknown(_: int) -> float:
    return nan


def beats_in(
    envelope: list[float],
    likeness: float = nan,
    steepness: Callable[[int], float] = unknown,
) -> tuple[list[float], list[float]]:
    """Times of the beats, and when each was known."""
    detector = QrsDetector(RATE_HZ, 1, lambda _: likeness, steepness)
    beats_s, known_s = [], []
    for sample, height in enumerate(envelope):
        for peak in detector.push(sample, height):
            beats_s.append(peak.sample / RATE_HZ)
            known_s.append(sample / RATE_HZ)
    return beats_s, known_s


def regular(until_s: float, height: float = 1.0, rr_s: float = 0.8) -> list[tuple[float, float]]:
    return [(float(at_s), height) for at_s in np.arange(0.4, until_s, rr_s)]


def test_regular_beats_are_known_a_refractory_time_later() -> None:
    peaks = regular(20)
    beats_s, known_s = beats_in(envelope_of(peaks, 20.4))
    assert beats_s == pytest.approx([at_s for at_s, _ in peaks], abs=0.01)
    late_s = np.subtract(known_s, beats_s)[6:]
    assert late_s == pytest.approx([REFRACTORY_S] * late_s.size, abs=0.02)


def test_t_waves_of_two_fifths_the_height_are_none() -> None:
    peaks = regular(20)
    with_t = peaks + [(at_s + 0.3, 0.4) for at_s, _ in peaks]
    assert len(beats_in(envelope_of(with_t, 20.4))[0]) == len(peaks)


def test_t_waves_as_high_as_the_beat_are_none_when_less_steep() -> None:
    peaks = regular(20)
    with_t = envelope_of(peaks + [(at_s + 0.3, 1.0) for at_s, _ in peaks], 20.4)
    t_samples = {round((at_s + 0.3) * RATE_HZ) + off for at_s, _ in peaks for off in (-1, 0, 1)}
    assert len(beats_in(with_t)[0]) > len(peaks) + 10

    def steepness(sample: int) -> float:
        return 0.4 if sample in t_samples else 1.0

    assert len(beats_in(with_t, steepness=steepness)[0]) == len(peaks)


def test_of_two_peaks_within_the_refractory_time_the_higher_is_the_beat() -> None:
    peaks = regular(20)
    before = [(at_s - 0.15, 0.8) for at_s, _ in peaks]
    beats_s, _ = beats_in(envelope_of(peaks + before, 20.4))
    assert beats_s == pytest.approx([at_s for at_s, _ in peaks], abs=0.02)


def test_a_small_beat_is_found_when_too_long_has_passed_since_the_last() -> None:
    peaks = regular(20)
    small_s = peaks[12][0]
    peaks[12] = (small_s, 0.25)
    beats_s, known_s = beats_in(envelope_of(peaks, 20.4))
    at = int(np.abs(np.subtract(beats_s, small_s)).argmin())
    assert beats_s[at] == pytest.approx(small_s, abs=0.01)
    assert known_s[at] - small_s > REFRACTORY_S + 0.1
    assert beats_s == sorted(beats_s)


def test_beats_of_a_twentieth_the_height_are_found_within_five_seconds() -> None:
    peaks = regular(10) + [(at_s, 0.05) for at_s, _ in regular(30) if at_s > 10]
    beats_s, known_s = beats_in(envelope_of(peaks, 30.4, floor=0.001))
    assert len(beats_s) >= len(peaks) - 1
    first_small = next(at for at, beat_s in enumerate(beats_s) if beat_s > 10)
    assert known_s[first_small] < 15


def test_one_huge_peak_changes_nothing_for_the_beats_after() -> None:
    peaks = regular(20)
    huge = (peaks[12][0] + 0.4, 50.0)
    beats_s, _ = beats_in(envelope_of([*peaks, huge], 20.4))
    own_s = [at_s for at_s, _ in peaks]
    assert [at_s for at_s in own_s if np.abs(np.subtract(beats_s, at_s)).min() > 0.02] == []


def test_an_early_peak_unlike_a_beat_counts_only_where_it_is_quiet() -> None:
    peaks = regular(20)
    early = (peaks[12][0] + 0.4, 0.7)
    for floor, n_more in ((0.02, 1), (0.08, 0)):
        envelope = envelope_of([*peaks, early], 20.4, floor=floor)
        assert len(beats_in(envelope, likeness=0.1)[0]) == len(peaks) + n_more


def test_a_steady_or_silent_envelope_has_no_beats() -> None:
    rng = np.random.default_rng(0)
    # Noise whose band is as wide as the wavelet's: its envelope is Rayleigh's.
    smooth = np.exp(-0.5 * (np.arange(-30, 31) / 5) ** 2)
    noise = [np.convolve(rng.standard_normal(4000), smooth, "same") for _ in range(2)]
    for envelope in ([0.0] * 3000, [1.0] * 3000, np.hypot(*noise).tolist()):
        assert beats_in(envelope)[0] == []


def test_level_is_learnt_from_pieces_shorter_than_it_takes() -> None:
    detector = QrsDetector(RATE_HZ, 1, unknown, unknown)
    found: list[Peak] = []
    for _ in range(4):
        for sample, height in enumerate(envelope_of(regular(2.5), 2.5)):
            found += detector.push(sample, height)
        detector.restart()
    assert len(found) >= 4


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 2**32 - 1), st.floats(0.1, 4.0))
def test_beats_are_in_order_and_never_closer_than_the_refractory_time(
    seed: int, spread: float
) -> None:
    heights = np.exp(spread * np.random.default_rng(seed).standard_normal(1500))
    beats_s, known_s = beats_in(heights.tolist())
    assert all(np.diff(beats_s) >= REFRACTORY_S - 2 / RATE_HZ)
    assert known_s == sorted(known_s)
