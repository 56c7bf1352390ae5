from __future__ import annotations

from functools import cache
from pathlib import Path

import numpy as np
import pytest

from biofeedback.clock import FakeClock
from biofeedback.pacing import BreathPattern, PacerSegment
from biofeedback.simulation.body import body_of
from biofeedback.simulation.options import person_from, read_options
from biofeedback.simulation.parameters import ClientParameters
from biofeedback.simulation.produced import Produced
from biofeedback.simulation.scenarios import SCENARIOS, Part

DOCUMENT = Path(__file__).resolve().parents[2] / "docs" / "simulation.md"
PACED = PacerSegment(0.0, BreathPattern.at_rate(6.0))


@cache
def lived(name: str, person: int = 1, *, paced: bool = False) -> Produced:
    options = read_options(f"scenario={name}&person={person}")
    client = body_of(person_from(options), FakeClock()).client
    return client.advance(SCENARIOS[name].length_s, (lambda _: PACED) if paced else None)


def by_minute(values: np.ndarray) -> np.ndarray:
    """Means of whole minutes."""
    n_minutes = values.size // 1200
    means: np.ndarray = values[: 1200 * n_minutes].reshape(n_minutes, 1200).mean(axis=1)
    return means


def rate_by_minute(produced: Produced, times_s: np.ndarray) -> np.ndarray:
    """Counts a minute."""
    counts: np.ndarray = np.histogram(times_s, np.arange(0, produced.belt_t_s[-1] + 1, 60.0))[0]
    return counts


@pytest.mark.parametrize("name", SCENARIOS)
def test_a_scenario_can_be_told_and_fits_its_length(name: str) -> None:
    """Whatever befalls is over before the end, and there are one or two people."""
    scenario = SCENARIOS[name]

    assert scenario.name == name
    assert scenario.title
    assert scenario.story.endswith(".")
    assert len(scenario.parts) in {1, 2}
    ends_s = [e.begin_s + e.length_s for part in scenario.parts for e in part.episodes]
    assert all(end_s < scenario.length_s for end_s in ends_s)
    assert len({part.seed for part in scenario.parts}) == len(scenario.parts)


@pytest.mark.parametrize("name", SCENARIOS)
def test_a_scenario_is_in_the_document(name: str) -> None:
    """By its name and title, with its length."""
    rows = DOCUMENT.read_text(encoding="utf-8").splitlines()
    (row,) = (row for row in rows if row.startswith(f"| `{name}` |"))

    assert SCENARIOS[name].title in row
    assert f"{SCENARIOS[name].length_s / 60:g} minutes" in row


def test_a_part_changes_only_what_it_names() -> None:
    part = Part(4, changes=(("arousal_baseline", 0.5),))

    assert part.parameters(4).arousal_baseline == 0.5
    assert Part(4).parameters(9) == ClientParameters.drawn(9)


@pytest.mark.parametrize("paced", [False, True])
def test_a_calm_evening_grows_calmer(*, paced: bool) -> None:
    """From 0.4 to below 0.2 in fifteen minutes, and never higher than it began."""
    minutes = by_minute(lived("calm-evening", paced=paced).arousal)

    assert minutes[0] > 0.3
    assert minutes[-3:].max() < 0.22
    assert minutes.argmax() == 0


@pytest.mark.parametrize("paced", [False, True])
def test_a_hard_memory_comes_at_minute_12(*, paced: bool) -> None:
    """Twelve minutes below 0.3; above 0.6 in the two that follow; a second wave at 16."""
    minutes = by_minute(lived("hard-memory", paced=paced).arousal)

    assert minutes[:12].max() < 0.3
    assert minutes[12:14].max() > 0.6
    assert minutes[15] < minutes[13]
    assert minutes[16:18].max() > minutes[15] + 0.1
    assert minutes[19] < minutes[17]


def test_a_hard_memory_is_seen_in_heart_and_skin() -> None:
    """Heart rate, responses and level of minutes 12 and 13 against those of 8 to 11."""
    produced = lived("hard-memory")
    rate = by_minute(produced.heart_rate_bpm)
    responses = rate_by_minute(produced, np.array([one.onset_s for one in produced.responses]))
    level = produced.eda_microsiemens.reshape(-1, 480).mean(axis=1)
    breaths = rate_by_minute(produced, produced.breath_onset_s)

    assert rate[12:14].mean() > rate[8:12].mean() + 5.0
    assert responses[12:14].mean() > 3.0 * responses[8:12].mean()
    assert level[13] > level[8:12].max() + 0.5
    assert breaths[12:14].mean() > breaths[8:12].mean() + 1.5


def test_shutting_down_looks_like_calm_and_is_none() -> None:
    """Up at minute 5; from 8 to 13 below 0.15, heart 5 bpm down, skin still, breath shallow."""
    produced = lived("shutting-down", paced=True)
    arousal, rate = by_minute(produced.arousal), by_minute(produced.heart_rate_bpm)
    responses = rate_by_minute(produced, np.array([one.onset_s for one in produced.responses]))
    depth = np.abs(produced.volume.reshape(-1, 1200)).max(axis=1)

    assert arousal[5:7].max() > 0.5
    assert arousal[8:13].max() < 0.15
    assert by_minute(produced.shutdown)[8:13].min() > 0.95
    assert rate[8:13].mean() < rate[1:5].mean() - 5.0
    assert responses[8:13].mean() <= 1.5
    assert depth[9:13].max() < 0.4
    assert depth[1:5].max() > 0.8
    # And it passes: by the end the person breathes with the pacer again, and the heart is back.
    assert produced.shutdown[-1] == 0.0
    assert depth[15:].min() > 0.8
    assert rate[15:].mean() > rate[9:12].mean() + 4.0


def test_breath_unease_rises_with_the_pacer_and_not_without() -> None:
    led, left = lived("breath-unease", paced=True), lived("breath-unease")

    assert by_minute(led.arousal)[5:].min() > 0.5
    assert by_minute(left.arousal).max() < 0.3


def test_too_deep_breaths_bring_light_heads_and_fright() -> None:
    """With the pacer carbon dioxide falls below 28 mmHg within ten minutes; not without."""
    led, left = lived("too-deep", paced=True), lived("too-deep")

    assert led.co2_mmhg[-1] < 28.0
    assert left.co2_mmhg.min() > 32.0
    assert by_minute(led.arousal)[9] > by_minute(left.arousal)[9] + 0.1


def test_two_partners_are_stirred_together_and_part() -> None:
    """Both at minute 6; at 9 one withdraws and the other does not."""
    she, he = (by_minute(lived("two-partners", person).arousal) for person in (1, 2))

    assert min(she[6:8].max() - she[5], he[6:8].max() - he[5]) > 0.1
    assert he[10:12].max() < 0.15
    assert by_minute(lived("two-partners").shutdown).max() == 0.0


def test_partners_hearts_go_together_and_strangers_do_not() -> None:
    """What the drive adds is the same in both; strangers' slow rhythms are unlike."""

    def slow(name: str, person: int) -> np.ndarray:
        rate = lived(name, person).heart_rate_bpm[: 20 * 330]
        means: np.ndarray = rate.reshape(-1, 200).mean(axis=1)
        return means

    together = np.corrcoef(slow("two-partners", 1), slow("two-partners", 2))[0, 1]
    apart = np.corrcoef(slow("two-strangers", 1), slow("two-strangers", 2))[0, 1]
    assert together > apart + 0.2
    assert abs(apart) < 0.4
