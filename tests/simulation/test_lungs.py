from __future__ import annotations

from dataclasses import replace
from math import pi

import numpy as np
import pytest

from biofeedback.pacing import PRESETS, BreathPattern, PacerSegment
from biofeedback.simulation.lungs import Lungs, paced_volume
from biofeedback.simulation.parameters import ClientParameters

STEP_S = 0.05
EXACT = ClientParameters().without_noise()


def breathe(
    lungs: Lungs, begin_s: float, end_s: float, segment: PacerSegment | None, arousal: float = 0.0
) -> list[float]:
    """Breathe through a time and return when breaths began."""
    onsets_s = []
    for step in range(round(begin_s / STEP_S), round(end_s / STEP_S)):
        t_s = (step + 1) * STEP_S
        if lungs.step(t_s, segment, arousal):
            onsets_s.append(t_s)
    return onsets_s


def distance_cycles(lungs: Lungs, t_s: float, segment: PacerSegment) -> float:
    pacer_cycles = segment.at(t_s).phase_rad / (2 * pi)
    return (lungs.phase_cycles - pacer_cycles + 0.5) % 1.0 - 0.5


@pytest.mark.parametrize("name", sorted(PRESETS))
def test_lungs_are_where_the_pacer_is(name: str) -> None:
    """Once it is followed, the place in the breath is the pacer's at every moment."""
    lungs = Lungs(EXACT, 1, STEP_S, follows_pacer=True)
    segment = PacerSegment(0.0, PRESETS[name])
    breathe(lungs, 0.0, 120.0, segment)

    distances = []
    for second in range(120, 160):
        breathe(lungs, second, second + 1, segment)
        distances.append(distance_cycles(lungs, second + 1, segment))

    assert max(map(abs, distances)) < 0.01


@pytest.mark.parametrize("lag_breaths", [1.0, 2.0, 3.0])
def test_following_begins_after_the_lag(lag_breaths: float) -> None:
    """Before, breathing stays free; the pace is followed from that breath on."""
    lungs = Lungs(replace(EXACT, follow_lag_breaths=lag_breaths), 1, STEP_S, follows_pacer=True)
    segment = PacerSegment(0.0, BreathPattern.at_rate(6.0))

    breathe(lungs, 0.0, 10.0 * lag_breaths - 0.5, segment)
    assert lungs.followed_per_min is None
    breathe(lungs, 10.0 * lag_breaths - 0.5, 10.0 * lag_breaths + 0.5, segment)
    assert lungs.followed_per_min == pytest.approx(6.0)


def test_a_change_of_pace_is_followed() -> None:
    """From 6 to 5 a minute in mid-breath: 60 s later the lungs are with the pacer again."""
    lungs = Lungs(EXACT, 1, STEP_S, follows_pacer=True)
    first = PacerSegment(0.0, BreathPattern.at_rate(6.0))
    breathe(lungs, 0.0, 93.0, first)
    second = first.changed(93.0, BreathPattern.at_rate(5.0))
    breathe(lungs, 93.0, 153.0, second)

    assert distance_cycles(lungs, 153.0, second) == pytest.approx(0.0, abs=0.01)
    assert lungs.followed_per_min == pytest.approx(5.0)


@pytest.mark.parametrize("seed", range(1, 9))
def test_real_people_follow_closely(seed: int) -> None:
    """At ease the distance to the pacer stays within a quarter of a breath."""
    person = ClientParameters.drawn(seed)
    lungs = Lungs(person, seed, STEP_S, follows_pacer=True)
    segment = PacerSegment(0.0, BreathPattern.at_rate(6.0))
    breathe(lungs, 0.0, 60.0, segment, person.settled_arousal)
    distances = []
    for second in range(60, 660):
        breathe(lungs, second, second + 1, segment, person.settled_arousal)
        distances.append(distance_cycles(lungs, second + 1, segment))

    assert np.percentile(np.abs(distances), 95) < 0.25
    # And they are people, not clocks.
    assert np.std(distances) > 0.005


def test_breathing_is_free_when_the_pacer_stands_still() -> None:
    """After the pause the breaths take their own 60 / 12.5 s again."""
    lungs = Lungs(EXACT, 1, STEP_S, follows_pacer=True)
    breathe(lungs, 0.0, 60.0, PacerSegment(0.0, BreathPattern.at_rate(6.0)))
    onsets_s = breathe(lungs, 60.0, 120.0, None)

    assert lungs.followed_per_min is None
    assert np.diff(onsets_s) == pytest.approx(4.8, abs=0.051)


def test_a_person_may_leave_the_pacer_alone() -> None:
    """With `follows_pacer` false the pacer makes no difference."""
    alone = Lungs(ClientParameters(), 1, STEP_S, follows_pacer=False)
    shown = Lungs(ClientParameters(), 1, STEP_S, follows_pacer=False)
    segment = PacerSegment(0.0, BreathPattern.at_rate(6.0))

    assert breathe(alone, 0.0, 60.0, None) == breathe(shown, 0.0, 60.0, segment)


@pytest.mark.parametrize("seed", range(1, 7))
def test_free_breathing_is_11_to_14_a_minute_at_rest(seed: int) -> None:
    """Over ten minutes, whoever it is; the lengths vary by 5 to 12 %."""
    lungs = Lungs(ClientParameters.drawn(seed), seed, STEP_S, follows_pacer=True)
    periods_s = np.diff(breathe(lungs, 0.0, 600.0, None))

    assert 10.7 < 60.0 / np.mean(periods_s) < 14.3
    assert 0.05 < np.std(periods_s) / np.mean(periods_s) < 0.12


def test_arousal_quickens_free_breathing() -> None:
    """12.5 + 6 * 0.5 a minute at half arousal."""
    lungs = Lungs(EXACT, 1, STEP_S, follows_pacer=True)
    onsets_s = breathe(lungs, 0.0, 300.0, None, arousal=0.5)

    assert 60.0 / np.mean(np.diff(onsets_s[5:])) == pytest.approx(15.5, rel=0.01)


def test_slow_paced_breaths_are_full_and_nothing_jumps() -> None:
    """Depth goes from the free to the full breath, in steps a chest can make."""
    lungs = Lungs(EXACT, 1, STEP_S, follows_pacer=True)
    segment = PacerSegment(30.0, BreathPattern.at_rate(6.0))
    volumes = []
    for step in range(20 * 90):
        t_s = (step + 1) * STEP_S
        lungs.step(t_s, segment if t_s >= 30.0 else None, 0.0)
        volumes.append(lungs.volume)

    assert max(volumes[:600]) == pytest.approx(0.5, abs=0.01)
    assert max(volumes[1400:]) == pytest.approx(1.0, abs=0.01)
    assert np.max(np.abs(np.diff(volumes))) < 0.08


def test_who_loses_the_pacer_breathes_freely_and_finds_it_again() -> None:
    """A lapse of 20 s from the second minute; one breath to watch, then with it as before."""
    lungs = Lungs(EXACT, 1, STEP_S, follows_pacer=True)
    segment = PacerSegment(0.0, BreathPattern.at_rate(6.0))
    breathe(lungs, 0.0, 120.0, segment)
    for step in range(round(120.0 / STEP_S), round(140.0 / STEP_S)):
        lungs.step((step + 1) * STEP_S, segment, 0.0, attends=False)
        assert lungs.followed_per_min is None
    breathe(lungs, 140.0, 149.5, segment)
    assert lungs.followed_per_min is None
    breathe(lungs, 149.5, 180.0, segment)

    assert lungs.followed_per_min == pytest.approx(6.0)
    assert distance_cycles(lungs, 180.0, segment) == pytest.approx(0.0, abs=0.01)


@pytest.mark.parametrize(
    ("breaths_per_min", "gentle", "volume"),
    [
        (6.0, 0.0, 1.0),
        (12.0, 0.0, 0.5),
        (9.5, 0.0, 0.75),
        # 0.35 l at 12.5 a minute are 0.729 l at 6, above the dead space of 0.15.
        (6.0, 1.0, 0.879),
        (6.0, 0.5, 0.940),
        # Already less than is needed: it stays as it was.
        (3.0, 1.0, 1.0),
    ],
)
def test_a_paced_breath_is_full_or_kept_small(
    breaths_per_min: float, gentle: float, volume: float
) -> None:
    assert paced_volume(EXACT, breaths_per_min, gentle) == pytest.approx(volume, abs=0.001)


def test_breaths_become_shallow_when_made_so() -> None:
    """Paced or not, a full shutdown leaves 0.3."""
    lungs = Lungs(EXACT, 1, STEP_S, follows_pacer=True)
    lungs.make_shallow(1.0, 0.3)
    breathe(lungs, 0.0, 60.0, None)

    assert lungs.tidal_volume == pytest.approx(0.3, abs=0.01)
