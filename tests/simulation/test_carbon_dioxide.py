from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from biofeedback.pacing import BreathPattern, PacerSegment
from biofeedback.simulation.carbon_dioxide import CarbonDioxide
from biofeedback.simulation.client import VirtualClient
from biofeedback.simulation.lungs import paced_volume
from biofeedback.simulation.parameters import ClientParameters
from biofeedback.simulation.population import population

STEP_S = 0.05
REST = replace(ClientParameters(), arousal_baseline=0.0)
PACED = PacerSegment(0.0, BreathPattern.at_rate(6.0))


def after(minutes: float, per_min: float, litres: float, arousal: float = 0.0) -> CarbonDioxide:
    breath = CarbonDioxide(REST, STEP_S)
    for _ in range(round(60.0 * minutes / STEP_S)):
        breath.step(per_min / 60.0 * STEP_S, litres, arousal)
    return breath


def test_breathing_at_rest_keeps_it_where_it_is() -> None:
    """12.5 breaths of half a litre are what this body needs."""
    assert after(20, 12.5, 0.5).mmhg == pytest.approx(38.0, abs=0.01)


def test_twice_the_air_halves_it() -> None:
    """In the end; by hand, 12.5 * 0.35 l doubled at 6 a minute is a breath of 1.608 l."""
    assert after(30, 6.0, 0.15 + 2 * 12.5 * 0.35 / 6.0).mmhg == pytest.approx(19.0, abs=0.05)


def test_the_store_empties_within_minutes() -> None:
    """With twice the air, half of two and a half minutes take 63 % of the way."""
    assert after(1.25, 6.0, 0.15 + 2 * 12.5 * 0.35 / 6.0).mmhg == pytest.approx(
        19.0 + 19.0 * 0.368, abs=0.1
    )


def test_symptoms_begin_below_30() -> None:
    breath = CarbonDioxide(REST, STEP_S)
    told = {}
    for mmhg in (38.0, 30.0, 25.0, 20.0, 16.0):
        breath.mmhg = mmhg
        told[mmhg] = breath.symptoms

    assert told == {38.0: 0.0, 30.0: 0.0, 25.0: 0.5, 20.0: 1.0, 16.0: 1.0}


def test_a_held_breath_fills_it() -> None:
    """By a quarter of a mmHg a second; the drive to breathe ends that soon."""
    breath = CarbonDioxide(REST, STEP_S)
    for _ in range(round(10.0 / STEP_S)):
        breath.step(0.0, 1.0, 0.0)
    assert breath.mmhg == pytest.approx(38.0 + 10.0 * 38.0 / 150.0, abs=0.01)
    for _ in range(round(60.0 / STEP_S)):
        breath.step(0.0, 1.0, 0.0)
    assert breath.mmhg == 43.0


def test_a_quickened_breath_is_in_part_needed() -> None:
    """The same breath empties less when the body is wound up."""
    assert after(10, 18.0, 0.5, arousal=0.8).mmhg > after(10, 18.0, 0.5).mmhg + 3.0


@given(per_min=st.floats(0.0, 60.0), litres=st.floats(0.0, 3.0), arousal=st.floats(0.0, 1.0))
def test_it_stays_where_people_live(per_min: float, litres: float, arousal: float) -> None:
    """However they breathe, or not."""
    breath = CarbonDioxide(REST, 1.0)
    for _ in range(600):
        breath.step(per_min / 60.0, litres, arousal)

    assert 0.0 <= breath.mmhg <= 43.0


def test_about_as_many_people_over_breathe_as_were_seen_to() -> None:
    """Ten minutes at 6 a minute: of 16 people 6 fell below 30 mmHg, between 15 and 65 % then.

    The interval is Clopper and Pearson's for 95 %.
    """
    lowest_mmhg = []
    for one in population(300):
        breath = CarbonDioxide(one.parameters, 1.0)
        for _ in range(600):
            breath.step(0.1, paced_volume(one.parameters, 6.0), one.parameters.arousal_baseline)
        lowest_mmhg.append(breath.mmhg)

    assert 0.15 < np.mean(np.array(lowest_mmhg) < 30.0) < 0.65


def test_a_breath_kept_small_keeps_it() -> None:
    """Told to breathe gently, people who do so in full lose nothing of it."""
    one = population(1)[0].parameters
    breath = CarbonDioxide(one, 1.0)
    for _ in range(1200):
        breath.step(0.1, paced_volume(one, 6.0, gentle=1.0), one.arousal_baseline)

    assert breath.mmhg > one.rest_co2_mmhg - 0.5


def test_the_body_empties_its_store_by_breathing() -> None:
    """A full slow breath of 1.3 l: what the body does is what the sum alone gives."""
    person = replace(REST.without_noise(), slow_tidal_volume=1.3, follow_lag_breaths=0.0)
    produced = VirtualClient(person, 1).advance(900.0, lambda _: PACED)

    assert produced.co2_mmhg[0] == pytest.approx(38.0, abs=0.1)
    assert produced.co2_mmhg[-1] == pytest.approx(38.0 * (12.5 * 0.35) / (6.0 * 1.15), abs=0.5)
