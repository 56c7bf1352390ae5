from __future__ import annotations

import pytest

from biofeedback.simulation.body import Person
from biofeedback.simulation.client import Stress
from biofeedback.simulation.options import DEFAULT_SEED, Faults, person_from, read_options
from biofeedback.simulation.scenarios import SCENARIOS

FULL = (
    "seed=7&ectopic_pct=1&missed_pct=0.5&extra_pct=0.1&dropout_every_s=120&dropout_s=12"
    "&late_ms=300&motion_per_min=0.5&follow=0&stress_every_s=300&stress_s=40"
)


def test_every_option_is_read() -> None:
    """A full line gives the faults and the person that it names."""
    options = read_options(FULL)

    assert Faults.from_options(options) == Faults(1, 0.5, 0.1, 0.5, 120, 12, 300)
    assert person_from(options) == Person(7, follows_pacer=False, stress=Stress(300, 40))
    assert person_from(read_options("coupled_bpm=2")) == Person(DEFAULT_SEED, coupled_bpm=2.0)


def test_no_options_mean_an_ordinary_person_and_no_faults() -> None:
    """Who breathes with the pacer, without stress."""
    assert read_options("") == {}
    assert Faults.from_options({}) == Faults()
    assert Faults().ectopic_pct == Faults().late_ms == Faults().dropout_every_s == 0
    assert person_from({}) == Person(DEFAULT_SEED, follows_pacer=True, stress=None)


@pytest.mark.parametrize(
    ("text", "word"),
    [
        ("ectopic=1", "no option “ectopic”"),
        ("seed", "whole number"),
        ("seed=1.5", "whole number"),
        ("seed=-1", "from 0 to 4294967295"),
        ("follow=2", "from 0 to 1"),
        ("ectopic_pct=many", "number from 0 to 50"),
        ("ectopic_pct=nan", "number from 0 to 50"),
        ("late_ms=1e9", "from 0 to 10000"),
        ("seed=1&seed=2", "twice"),
        ("seed=1&", "no option “”"),
        ("dropout_every_s=5", "“dropout_s” must be shorter"),
        ("dropout_every_s=60&dropout_s=60", "“dropout_s” must be shorter"),
        ("stress_every_s=20", "“stress_s” must be shorter"),
    ],
)
def test_a_bad_option_is_told_in_words(text: str, word: str) -> None:
    """What is wrong and what would be right."""
    with pytest.raises(ValueError, match=word):
        read_options(text)


def test_what_goes_wrong_in_waveforms_is_read_too() -> None:
    """Each option reaches the fault of its name."""
    text = (
        "muscle_per_min=1&pops_per_min=2&lead_off_per_min=3&hum_microvolts=40&hum_hz=60"
        "&postures_per_min=5&lights_per_min=6"
    )

    assert Faults.from_options(read_options(text)) == Faults(
        muscle_per_min=1,
        pops_per_min=2,
        lead_off_per_min=3,
        hum_microvolts=40,
        hum_hz=60,
        postures_per_min=5,
        lights_per_min=6,
    )


def test_a_scenario_makes_the_person() -> None:
    """Its own person, or another one in the same place; both share its drive."""
    partners = SCENARIOS["two-partners"]
    she, he = (person_from(read_options(f"scenario=two-partners&person={n}")) for n in (1, 2))

    assert (she.seed, he.seed) == (partners.parts[0].seed, partners.parts[1].seed)
    assert (she.part, he.part) == partners.parts
    assert she.coupled_bpm == he.coupled_bpm == partners.coupled_bpm > 0
    other = person_from(read_options("scenario=two-partners&person=2&seed=77&coupled_bpm=0"))
    assert (other.seed, other.part, other.coupled_bpm) == (77, partners.parts[1], 0.0)
    assert person_from(read_options("scenario=hard-memory")).part is not None


@pytest.mark.parametrize(
    ("text", "word"),
    [
        ("scenario=hard", "no scenario “hard”. There are: calm-evening"),
        ("scenario=", "no scenario “”"),
        ("person=2", "needs a “scenario”"),
        ("scenario=hard-memory&person=2", "one person only"),
        ("scenario=two-partners&person=3", "from 1 to 2"),
        ("scenarios=hard-memory", "no option “scenarios”. There are: scenario"),
    ],
)
def test_a_bad_scenario_is_told_in_words(text: str, word: str) -> None:
    with pytest.raises(ValueError, match=word):
        read_options(text)
