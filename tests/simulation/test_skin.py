from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from biofeedback.simulation.parameters import ClientParameters
from biofeedback.simulation.skin import Skin, SkinResponse, response_shape

STEP_S = 0.05


def test_response_has_the_published_shape() -> None:
    """Time constants 0.75 and 2 s: peak at 1.18 s, rise 0.66 s, half recovery 2.2 s."""
    t_s = np.arange(0.0, 20.0, 0.001)
    shape = np.array([response_shape(t, 0.75, 2.0) for t in t_s])
    peak = int(np.argmax(shape))
    rising, falling = shape[:peak], shape[peak:]

    assert shape[peak] == pytest.approx(1.0, abs=1e-6)
    assert t_s[peak] == pytest.approx(1.18, abs=0.01)
    rise_s = t_s[np.searchsorted(rising, 0.9)] - t_s[np.searchsorted(rising, 0.1)]
    assert rise_s == pytest.approx(0.66, abs=0.01)
    assert t_s[np.argmax(falling < 0.5)] == pytest.approx(2.2, abs=0.05)


def test_nothing_comes_before_the_onset() -> None:
    """The shape is causal."""
    assert response_shape(-0.1, 0.75, 2.0) == 0.0
    assert response_shape(0.0, 0.75, 2.0) == 0.0


def live(
    skin: Skin, seconds: float, arousal: float
) -> tuple[list[SkinResponse], np.ndarray[tuple[int, int], np.dtype[np.float64]]]:
    responses: list[SkinResponse] = []
    samples: list[tuple[float, float]] = []
    for step in range(round(seconds / STEP_S)):
        t_s = (step + 1) * STEP_S
        responses.extend(skin.step(t_s, arousal))
        if (step + 1) % 5 == 0:
            samples.append((t_s, skin.conductance_microsiemens(t_s)))
    return responses, np.array(samples)


def test_conductance_is_the_level_and_the_sum_of_all_responses() -> None:
    """The running sums equal each response evaluated on its own, also where they overlap."""
    person = replace(ClientParameters(), scl_drift_microsiemens_per_min=0.0)
    responses, samples = live(Skin(person, 3, STEP_S), 300.0, 0.2)
    by_hand = [
        5.0
        + 2.5 * 0.2
        + sum(
            one.amplitude_microsiemens * response_shape(t_s - one.onset_s, 0.75, 2.0)
            for one in responses
        )
        for t_s in samples[:, 0]
    ]

    assert len(responses) > 5
    assert samples[:, 1] == pytest.approx(by_hand, abs=1e-9)


@pytest.mark.parametrize(("arousal", "low", "high"), [(0.0, 1.7, 2.3), (1.0, 20.0, 24.0)])
def test_rate_of_responses_is_the_published_one(arousal: float, low: float, high: float) -> None:
    """1 to 3 a minute at rest, 20 to 25 at the highest arousal; the person's own: 2 and 22."""
    responses, _ = live(Skin(ClientParameters(), 1, STEP_S), 7200.0, arousal)

    assert low < len(responses) / 120.0 < high


def test_amplitudes_are_log_normal_about_their_median() -> None:
    """Median 0.22 µS, 0.8 the deviation of the logarithm, none over 3 µS."""
    responses, _ = live(Skin(ClientParameters(), 1, STEP_S), 7200.0, 1.0)
    amplitudes = np.array([one.amplitude_microsiemens for one in responses])

    assert np.median(amplitudes) == pytest.approx(0.22, rel=0.08)
    assert np.std(np.log(amplitudes)) == pytest.approx(0.8, rel=0.05)
    assert amplitudes.max() <= 3.0


def test_level_follows_arousal_with_a_lag_of_30_s() -> None:
    """63 % of 2.5 µS * 0.6 after 30 s."""
    person = replace(ClientParameters(), arousal_baseline=0.0, scl_drift_microsiemens_per_min=0.0)
    skin = Skin(person, 1, STEP_S)
    for step in range(600):
        skin.step((step + 1) * STEP_S, 0.6)

    assert skin.level_microsiemens(30.0) == pytest.approx(5.0 + 2.5 * 0.6 * 0.632, abs=0.01)


@pytest.mark.parametrize("seed", range(6))
def test_level_stays_in_the_human_range_for_hours(seed: int) -> None:
    """Drift at its steepest 0.1 to 0.3 µS a minute, and the level between 1 and 25 µS."""
    person = ClientParameters.drawn(seed)
    skin = Skin(person, seed, STEP_S)
    level = np.array([skin.level_microsiemens(60.0 * minute) for minute in range(480)])

    assert level.min() >= 1.0
    assert level.max() < 25.0
    assert 0.08 < np.max(np.abs(np.diff(level))) < 0.31


def test_a_felt_event_shows_when_it_was_said_to() -> None:
    """An evoked response begins at its onset, once."""
    skin = Skin(replace(ClientParameters(), scr_per_min=0.0, arousal_scr_per_min=0.0), 1, STEP_S)
    skin.evoke(2.03)
    responses, _ = live(skin, 10.0, 0.0)

    assert [one.onset_s for one in responses] == [2.03]
    assert responses[0].peak_s == pytest.approx(2.03 + 1.177, abs=0.001)


def test_hardly_any_responses_are_left_in_a_shutdown() -> None:
    """Half a one a minute of this person, however high arousal would have been."""
    skin = Skin(ClientParameters(), 1, STEP_S)
    responses = [
        one
        for step in range(round(3600.0 / STEP_S))
        for one in skin.step((step + 1) * STEP_S, 0.5, 1.0, 0.5)
    ]

    assert 18 <= len(responses) <= 44
