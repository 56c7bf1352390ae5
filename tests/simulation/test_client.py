from __future__ import annotations

from dataclasses import replace
from math import pi

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from biofeedback.pacing import BreathPattern, PacerSegment
from biofeedback.simulation.answers import Question
from biofeedback.simulation.client import Produced, Stress, VirtualClient
from biofeedback.simulation.episodes import Episode, EpisodeKind
from biofeedback.simulation.guidance import Guidance, Way
from biofeedback.simulation.parameters import ClientParameters
from biofeedback.simulation.population import Individual
from biofeedback.simulation.temperament import Temperament

PACED = PacerSegment(0.0, BreathPattern.at_rate(6.0))
ARRAYS = (
    "beat_t_s",
    "rr_ms",
    "eda_t_s",
    "eda_microsiemens",
    "belt_t_s",
    "belt_au",
    "breath_onset_s",
    "volume",
    "arousal",
    "heart_rate_bpm",
    "shutdown",
    "co2_mmhg",
    "tensing",
)


def pacer(t_s: float) -> PacerSegment | None:
    """Stands still at first and again for a while: both ways of breathing are used."""
    return PACED if 10.0 <= t_s < 50.0 else None


def assert_same(parts: list[Produced], whole: Produced) -> None:
    for name in ARRAYS:
        joined = np.concatenate([getattr(part, name) for part in parts])
        assert np.array_equal(joined, getattr(whole, name)), name
    assert tuple(one for part in parts for one in part.responses) == whole.responses


@settings(max_examples=25, deadline=None)
@given(
    seed=st.integers(0, 2**32 - 1),
    cuts_s=st.lists(st.floats(0.0, 60.0), max_size=12).map(sorted),
)
def test_how_time_is_cut_makes_no_difference(seed: int, cuts_s: list[float]) -> None:
    """The same seed gives the same minute to the last bit in any portions."""
    whole = VirtualClient.from_seed(seed).advance(60.0, pacer)
    client = VirtualClient.from_seed(seed)
    parts = [client.advance(until_s, pacer) for until_s in [*cuts_s, 60.0]]

    assert_same(parts, whole)


def test_going_back_in_time_does_nothing() -> None:
    """A time that was already lived gives an empty stretch."""
    client = VirtualClient.from_seed(1)
    client.advance(10.0)

    assert client.advance(5.0).belt_t_s.size == 0
    assert client.now_s == 10.0


def test_different_seeds_are_different_people() -> None:
    """Ten people, ten mean heart rates."""
    means = {VirtualClient.from_seed(seed).advance(60.0).rr_ms.mean() for seed in range(10)}

    assert len(means) == 10


# Peak-to-trough swing of a noise-free resonance of Q 1.5 and 18 bpm by breathing rate.
PUBLISHED_SWING_BPM = {4.5: 12.5, 5: 14.3, 6: 16.3, 7: 15.1, 8: 13.2, 10: 10.2, 15: 6.5}


@pytest.mark.parametrize(("breaths_per_min", "swing_bpm"), PUBLISHED_SWING_BPM.items())
def test_swing_of_heart_rate_has_the_published_shape(
    breaths_per_min: float, swing_bpm: float
) -> None:
    """From the beats alone, by least squares at the breathing rate, within 10 %."""
    person = replace(
        ClientParameters().without_noise(),
        direct_delay_s=0.3,
        direct_corner_hz=0.2,
        follow_lag_breaths=0.0,
        free_breaths_per_min=breaths_per_min,
        free_inhale_fraction=0.5,
        free_tidal_volume=1.0,
        slow_tidal_volume=1.0,
    )
    # No pacer is faster than 12 a minute: there the person breathes so by themselves.
    segment = (
        PacerSegment(0.0, BreathPattern.at_rate(breaths_per_min, inhale_fraction=0.5))
        if breaths_per_min <= 12
        else None
    )
    produced = VirtualClient(person, 1).advance(360.0, lambda _: segment)
    middle_s = produced.beat_t_s - produced.rr_ms / 2000.0
    is_settled = middle_s > 120.0
    rate_bpm = 60000.0 / produced.rr_ms[is_settled]
    angle = 2 * pi * breaths_per_min / 60.0 * middle_s[is_settled]
    design = np.stack([np.sin(angle), np.cos(angle), np.ones_like(angle)], axis=1)
    in_phase, ahead, _ = np.linalg.lstsq(design, rate_bpm)[0]

    assert 2 * np.hypot(in_phase, ahead) == pytest.approx(swing_bpm, rel=0.10)


def test_heart_and_breath_move_together_at_resonance() -> None:
    """Breathing at resonance without delay, the rate peaks within 20 degrees of full lungs."""
    person = replace(ClientParameters().without_noise(), follow_lag_breaths=0.0)
    segment = PacerSegment(0.0, BreathPattern.at_rate(5.8, inhale_fraction=0.5))
    client = VirtualClient(person, 1)
    client.advance(120.0, lambda _: segment)
    rate, volume = [], []
    for step in range(2400, 6000):
        belt = client.advance((step + 1) / 20, lambda _: segment).belt_au
        rate.append(client.heart_rate_bpm)
        volume.append(belt[0])
    # Angle between two sines of one frequency.
    together = np.corrcoef(rate, volume)[0, 1]

    assert np.degrees(np.arccos(together)) < 20.0


def test_samples_come_at_their_rates() -> None:
    """Eight and twenty a second, each at its own multiple, whatever the start."""
    produced = VirtualClient.from_seed(1, start_s=17.0).advance(77.0)

    assert produced.eda_t_s == pytest.approx(17.0 + (np.arange(480) + 1) / 8)
    assert produced.belt_t_s == pytest.approx(17.0 + (np.arange(1200) + 1) / 20)


def test_each_interval_ends_where_the_next_begins() -> None:
    """Beat times and intervals tell the same story, and there are no more than beats."""
    produced = VirtualClient.from_seed(1).advance(300.0)

    assert np.diff(produced.beat_t_s) * 1000 == pytest.approx(produced.rr_ms[1:])
    assert (produced.rr_ms > 300).all()


@pytest.mark.parametrize("seed", range(8))
def test_a_person_at_rest_has_resting_values(seed: int) -> None:
    """Ten minutes: heart rate 50 to 95, RMSSD 5 to 120 ms, 8 to 20 breaths a minute."""
    produced = VirtualClient.from_seed(seed).advance(600.0)
    rmssd_ms = np.sqrt(np.mean(np.diff(produced.rr_ms) ** 2))

    assert 50 < 60000 / produced.rr_ms.mean() < 95
    assert 5 < rmssd_ms < 120
    assert 80 < produced.breath_onset_s.size < 200
    assert produced.eda_microsiemens.min() >= 1.0


def test_slow_paced_breathing_enlarges_the_swing() -> None:
    """SDNN of a paced minute is at least 1.5 times that of a free one."""
    free = VirtualClient.from_seed(4).advance(300.0)
    paced = VirtualClient.from_seed(4).advance(300.0, lambda _: PACED)
    is_late_free, is_late = free.beat_t_s > 60, paced.beat_t_s > 60

    assert np.std(paced.rr_ms[is_late]) > 1.5 * np.std(free.rr_ms[is_late_free])


def coherence(produced: Produced) -> float:
    """Median share of power within 0.015 Hz of the peak in 0.04 to 0.26 Hz, 64 s at 2 Hz."""
    frequency_hz = np.fft.rfftfreq(1024, 0.5)
    is_total = (frequency_hz > 0.0033) & (frequency_hz < 0.4)
    is_peak_band = (frequency_hz >= 0.04) & (frequency_hz <= 0.26)
    shares = []
    for end_s in np.arange(124.0, 364.0, 20.0):
        grid_s = np.arange(end_s - 64.0, end_s, 0.5)
        rr_ms = np.interp(grid_s, produced.beat_t_s, produced.rr_ms)
        rr_ms -= np.polyval(np.polyfit(grid_s, rr_ms, 1), grid_s)
        power = np.abs(np.fft.rfft(rr_ms * np.hanning(128), 1024)) ** 2
        peak_hz = frequency_hz[np.argmax(np.where(is_peak_band, power, 0.0))]
        peak = power[np.abs(frequency_hz - peak_hz) <= 0.015].sum()
        shares.append(peak / power[is_total].sum())
    return float(np.median(shares))


def test_coherence_is_low_when_free_and_high_when_paced() -> None:
    """Medians over people without arousal: at most 0.40 free, at least 0.75 paced at 6 a minute."""
    people = [
        (replace(ClientParameters.drawn(seed), arousal_baseline=0.0, arousal_noise=0.0), seed)
        for seed in range(1, 16)
    ]
    free = [coherence(VirtualClient(*one).advance(364.0)) for one in people]
    paced = [coherence(VirtualClient(*one).advance(364.0, lambda _: PACED)) for one in people]

    assert np.median(free) <= 0.40
    assert np.median(paced) >= 0.75


def test_stress_shows_in_heart_and_skin() -> None:
    """A stretch of stress brings a response 1 to 3 s after it began, and a faster heart."""
    stress = Stress(every_s=100.0, length_s=30.0)
    produced = VirtualClient.from_seed(4, stress=stress).advance(130.0)
    quiet = VirtualClient.from_seed(4).advance(130.0)

    assert any(101.0 <= one.onset_s <= 103.1 for one in produced.responses)
    late = produced.beat_t_s > 120.0
    late_quiet = quiet.beat_t_s > 120.0
    assert produced.rr_ms[late].mean() < quiet.rr_ms[late_quiet].mean() - 10
    assert produced.eda_microsiemens[-80:].mean() > quiet.eda_microsiemens[-80:].mean()


@pytest.mark.parametrize(("every_s", "length_s"), [(10.0, 10.0), (10.0, 0.0), (0.0, 0.0)])
def test_stress_without_end_is_refused(every_s: float, length_s: float) -> None:
    """A stretch must be shorter than the time after which it comes back."""
    with pytest.raises(ValueError, match="length_s"):
        Stress(every_s, length_s)


def test_results_cannot_be_written_to() -> None:
    """They may cross threads."""
    produced = VirtualClient.from_seed(1).advance(10.0)

    assert not any(getattr(produced, name).flags.writeable for name in ARRAYS)


def test_state_of_the_body_is_told_beside_its_signals() -> None:
    """Lung volume moves the belt, arousal and heart rate are what they were asked for."""
    client = VirtualClient.from_seed(4)
    produced = client.advance(60.0)

    assert produced.belt_au == pytest.approx(10.0 + 2.0 * produced.volume)
    assert produced.arousal[-1] == client.arousal
    assert produced.heart_rate_bpm[-1] == client.heart_rate_bpm
    assert produced.volume.shape == produced.arousal.shape == produced.belt_t_s.shape


def test_a_seed_is_the_person_it_always_was() -> None:
    """Numbers of seed 4 as they were before there were waveforms."""
    produced = VirtualClient.from_seed(4).advance(60.0)

    assert produced.rr_ms[[0, 10, 50]] == pytest.approx(
        [873.5519091611109, 860.0336048599378, 888.4563759110974], abs=1e-6
    )
    assert produced.eda_microsiemens[[0, 100, 400]] == pytest.approx(
        [8.600348010782744, 8.668478905471728, 8.631880348293306], abs=1e-9
    )


def guided(t_s: float) -> Guidance | None:
    return Guidance(Way.MUSCLE, tense=float(20.0 <= t_s < 26.0)) if 15.0 <= t_s < 40.0 else None


@settings(max_examples=15, deadline=None)
@given(
    seed=st.integers(0, 2**32 - 1),
    cuts_s=st.lists(st.floats(0.0, 60.0), max_size=12).map(sorted),
)
def test_however_time_is_cut_a_fate_is_the_same(seed: int, cuts_s: list[float]) -> None:
    """A drawn person with all that can befall them, paced and guided, to the last bit."""
    episodes = (
        Episode(EpisodeKind.SURGE, 5.0, 10.0, 0.7),
        Episode(EpisodeKind.SHUTDOWN, 25.0, 20.0),
    )

    def fresh() -> VirtualClient:
        return Individual.drawn(seed).client(episodes=episodes, start_arousal=0.5)

    whole = fresh().advance(60.0, pacer, guided)
    client = fresh()
    parts = [client.advance(until_s, pacer, guided) for until_s in [*cuts_s, 60.0]]

    assert_same(parts, whole)
    assert client.answer(Question.DISTRESS) == client.answer(Question.DISTRESS)


def test_a_manner_without_fate_changes_no_life() -> None:
    """Who never wanders, strains or fears lives as their body does, to the last bit."""
    person = ClientParameters.drawn(8)
    body_alone = VirtualClient(person, 8).advance(300.0, lambda _: PACED)
    with_manner = VirtualClient(person, 8, temperament=Temperament(heed=0.1, numb_distress=9.0))

    assert_same([with_manner.advance(300.0, lambda _: PACED)], body_alone)


def test_breathing_gently_saves_carbon_dioxide_and_costs_swing() -> None:
    """Told after five minutes: depth falls, and carbon dioxide rises again."""
    person = replace(ClientParameters().without_noise(), slow_tidal_volume=1.3)
    client = VirtualClient(person, 1, temperament=Temperament(heed=1.0))
    before = client.advance(300.0, lambda _: PACED)
    client.hear_breathe_gently()
    after = client.advance(600.0, lambda _: PACED)

    assert client.follows_per_min == pytest.approx(6.0)
    assert np.abs(after.volume[-1200:]).max() < 0.75 * np.abs(before.volume[-1200:]).max()
    assert after.co2_mmhg[-1] > before.co2_mmhg[-1] + 5.0
    assert np.ptp(after.heart_rate_bpm[-1200:]) < 0.75 * np.ptp(before.heart_rate_bpm[-1200:])


def test_effort_costs_comfort() -> None:
    """Four minutes of 4 a minute, for someone to whom that is too slow."""
    segment = PacerSegment(0.0, BreathPattern.at_rate(4.0))
    client = VirtualClient(
        ClientParameters().without_noise(),
        1,
        temperament=Temperament(ease_breaths_per_min=6.0, answer_sd=0.0),
    )
    before = client.answer(Question.COMFORT).points
    client.advance(240.0, lambda _: segment)

    assert (before, client.answer(Question.COMFORT).points) == (10.0, 5.0)


def test_how_it_was_is_asked_of_the_guide_that_began_last() -> None:
    """Wound up before it and calm after it: better; against the calm start of life: the same."""
    surge = Episode(EpisodeKind.SURGE, 10.0, 40.0)
    person = replace(ClientParameters(), arousal_noise=0.0, arousal_return_s=120.0)
    client = VirtualClient(person, 1, temperament=Temperament(answer_sd=0.0), episodes=(surge,))
    client.advance(60.0)
    assert client.answer(Question.HOW_WAS_IT).word == "worse"
    client.advance(600.0, lambda _: PACED)

    assert client.answer(Question.HOW_WAS_IT).word == "better"


def test_a_pause_begins_no_other_guide() -> None:
    """Half a minute's pause in the middle: it is still compared with how it was at first."""
    surge = Episode(EpisodeKind.SURGE, 10.0, 40.0)
    person = replace(ClientParameters(), arousal_noise=0.0, arousal_return_s=120.0)
    client = VirtualClient(person, 1, temperament=Temperament(answer_sd=0.0), episodes=(surge,))
    client.advance(60.0)
    client.advance(400.0, lambda _: PACED)
    client.advance(430.0)
    client.advance(600.0, lambda _: PACED)
    assert client.answer(Question.HOW_WAS_IT).word == "better"
    client.advance(800.0)
    client.advance(900.0, lambda _: PACED)

    assert client.answer(Question.HOW_WAS_IT).word == "same"
