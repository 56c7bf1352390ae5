from __future__ import annotations

from dataclasses import fields

import pytest

from biofeedback.pacing import BreathPattern, PacerSegment
from biofeedback.simulation.client import VirtualClient
from biofeedback.simulation.parameters import ClientParameters

PEOPLE = [ClientParameters.drawn(seed) for seed in range(300)]


@pytest.mark.parametrize(
    ("name", "low", "high"),
    [
        ("heart_rate_bpm", 55, 85),
        ("rsa_bpm", 8, 26),
        ("resonance_breaths_per_min", 4.5, 6.6),
        ("resonance_q", 1.0, 2.5),
        ("direct_share", 0.2, 0.4),
        ("vlf_sd_bpm", 1.0, 2.5),
        ("mayer_sd_bpm", 0.7, 1.8),
        ("hf_sd_bpm", 0.5, 1.2),
        ("beat_jitter_ms", 3, 8),
        ("free_breaths_per_min", 11, 14),
        ("slow_tidal_volume", 0.8, 1.3),
        ("follow_lag_breaths", 1, 3),
        ("scr_per_min", 1, 3),
        ("scl_microsiemens", 1, 16),
    ],
)
def test_people_fill_the_published_range(name: str, low: float, high: float) -> None:
    """Nobody is outside, and 300 people reach the outer fifth on both sides."""
    values = [getattr(person, name) for person in PEOPLE]
    fifth = (high - low) / 5

    assert low <= min(values) <= low + fifth
    assert high - fifth <= max(values) <= high


def test_few_people_respond_differently() -> None:
    """About one in ten has hardly any skin responses, one in fifteen grows anxious."""
    n_silent = sum(person.scr_median_microsiemens < 0.02 for person in PEOPLE)
    n_adverse = sum(person.calming_gain_per_s < 0 for person in PEOPLE)

    assert 15 <= n_silent <= 45
    assert 8 <= n_adverse <= 35


def test_one_seed_is_one_person() -> None:
    """A seed gives the same person again, and no other seed does."""
    assert ClientParameters.drawn(5) == ClientParameters.drawn(5)
    assert len(set(PEOPLE)) == len(PEOPLE)


def test_without_noise_keeps_the_body() -> None:
    """The size and rate of what breathing does stay; only chance and arousal go."""
    person = ClientParameters.drawn(2)
    quiet = person.without_noise()

    kept = {"rsa_bpm", "resonance_q", "heart_rate_bpm", "scl_microsiemens", "slow_tidal_volume"}
    assert all(getattr(quiet, name) == getattr(person, name) for name in kept)
    gone = [f.name for f in fields(quiet) if "noise" in f.name or "jitter" in f.name]
    assert gone
    assert all(getattr(quiet, name) == 0 for name in gone)


def test_a_steady_person_is_the_same_heart_without_arousal() -> None:
    """Breath, heart and their noise are those of the seed; arousal stays nought all life."""
    person, drawn = ClientParameters.steady(6), ClientParameters.drawn(6)
    segment = PacerSegment(0.0, BreathPattern.at_rate(6.0))
    produced = VirtualClient(person, 6).advance(300.0, lambda _: segment)

    changed = {f.name for f in fields(person) if getattr(person, f.name) != getattr(drawn, f.name)}
    assert changed == {
        "arousal_baseline",
        "arousal_noise",
        "calming_gain_per_s",
        "settled_arousal",
    }
    assert not produced.arousal.any()
