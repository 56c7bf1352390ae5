from __future__ import annotations

import numpy as np
import pytest

from biofeedback.pacing import BreathPattern, PacerSegment
from biofeedback.simulation.client import Produced, VirtualClient
from biofeedback.simulation.couple import Couple
from biofeedback.simulation.episodes import Episode, EpisodeKind
from biofeedback.simulation.parameters import ClientParameters
from biofeedback.simulation.temperament import Temperament

SIX = PacerSegment(0.0, BreathPattern.at_rate(6.0))
FIVE = PacerSegment(0.0, BreathPattern.at_rate(5.0))
PAIRS = [(seed, seed + 100) for seed in range(1, 4)]
LIFE_S = 600.0


def steady(seeds: tuple[int, int]) -> tuple[ClientParameters, ClientParameters]:
    return ClientParameters.steady(seeds[0]), ClientParameters.steady(seeds[1])


def slow(produced: Produced) -> np.ndarray[tuple[int], np.dtype[np.float64]]:
    """True heart rate in 0.008 to 0.055 Hz."""
    rate = produced.heart_rate_bpm[1200:]
    spectrum = np.fft.rfft(rate - rate.mean())
    frequency_hz = np.fft.rfftfreq(rate.size, 0.05)
    spectrum[(frequency_hz < 0.008) | (frequency_hz > 0.055)] = 0.0
    return np.fft.irfft(spectrum, rate.size)


def correlation(pair: tuple[Produced, Produced]) -> float:
    one, other = pair
    return float(np.corrcoef(slow(one), slow(other))[0, 1])


def test_uncoupled_people_live_as_alone() -> None:
    """To the last bit: being looked at together changes nobody."""
    pair = Couple((4, 9)).advance(120.0)
    for produced, seed in zip(pair, (4, 9), strict=True):
        alone = VirtualClient.from_seed(seed).advance(120.0)
        for name in ("rr_ms", "beat_t_s", "eda_microsiemens", "belt_au"):
            assert np.array_equal(getattr(produced, name), getattr(alone, name)), name


def test_shared_drive_shows_in_both_hearts_the_more_the_larger_it_is() -> None:
    """Mean correlation of the slow heart rates over three pairs, of 0, 1 and 3 bpm."""
    means = [
        np.mean(
            [
                correlation(
                    Couple(
                        seeds, coupled_bpm=bpm, drive_seed=seeds[0], parameters=steady(seeds)
                    ).advance(LIFE_S)
                )
                for seeds in PAIRS
            ]
        )
        for bpm in (0.0, 1.0, 3.0)
    ]

    assert abs(means[0]) < 0.15
    assert 0.2 < means[1] < 0.7
    assert means[2] > 0.7


def test_truth_of_the_drive_is_what_was_added() -> None:
    """The difference to the life without it, in heart rate and skin, at every time."""
    couple = Couple((4, 9), coupled_bpm=2.0)
    free = Couple((4, 9))
    for driven, alone in zip(couple.advance(300.0), free.advance(300.0), strict=True):
        added_bpm = driven.heart_rate_bpm - alone.heart_rate_bpm
        assert added_bpm == pytest.approx(couple.drive.heart_bpm_at(driven.belt_t_s), abs=1e-9)
        added = driven.eda_microsiemens - alone.eda_microsiemens
        truth = [couple.drive.skin_microsiemens(t_s) for t_s in driven.eda_t_s.tolist()]
        assert added == pytest.approx(truth, abs=1e-9)


def test_one_pacer_moves_both_without_coupling() -> None:
    """With the same pacer both swing at its rate; with their own, each at theirs."""

    def fastest_per_min(produced: Produced) -> float:
        rate = produced.heart_rate_bpm[1200:]
        power = np.abs(np.fft.rfft(rate - rate.mean())) ** 2
        return 60.0 * float(np.fft.rfftfreq(rate.size, 0.05)[np.argmax(power)])

    same = Couple((4, 9), parameters=steady((4, 9))).advance(LIFE_S, (lambda _: SIX, lambda _: SIX))
    own = Couple((4, 9), parameters=steady((4, 9))).advance(LIFE_S, (lambda _: SIX, lambda _: FIVE))

    assert [fastest_per_min(one) for one in same] == pytest.approx([6.0, 6.0], abs=0.15)
    assert [fastest_per_min(one) for one in own] == pytest.approx([6.0, 5.0], abs=0.15)


def test_how_time_is_cut_makes_no_difference() -> None:
    """Also where one lives ahead of the other."""
    whole = Couple((1, 2), coupled_bpm=2.0).advance(200.0)
    couple = Couple((1, 2), coupled_bpm=2.0)
    first = couple.people[1].advance(150.0)
    parts = [couple.advance(until_s) for until_s in (30.0, 140.0, 200.0)]

    assert np.array_equal(np.concatenate([one.rr_ms for one, _ in parts]), whole[0].rr_ms)
    assert np.array_equal(
        np.concatenate([first.rr_ms, *(other.rr_ms for _, other in parts)]), whole[1].rr_ms
    )


def test_each_of_two_may_have_a_manner_and_a_fate() -> None:
    """One is stirred at 30 s, the other shuts down at 20 s: each shows, in the one it befell."""
    surge = Episode(EpisodeKind.SURGE, 30.0, 30.0)
    shutdown = Episode(EpisodeKind.SHUTDOWN, 20.0, 60.0)
    couple = Couple(
        (4, 9),
        temperaments=(None, Temperament(shutdown_arousal=0.03)),
        episodes=((surge,), (shutdown,)),
    )
    one, other = couple.advance(90.0)

    assert one.arousal[1200:1300].mean() > 0.5
    assert one.shutdown.max() == 0.0
    assert other.shutdown.max() > 0.9
    assert other.arousal[1500:1600].mean() < 0.1
