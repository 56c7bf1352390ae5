"""What a simulated person takes from a guide's state."""

from __future__ import annotations

import pytest

from biofeedback.devices.simulated_guidance import guidance_of
from biofeedback.samples import GuideState
from biofeedback.simulation.guidance import Guidance, Way


@pytest.mark.parametrize(
    ("guide", "way"),
    [
        ("grounding", Way.GROUNDING),
        ("release", Way.MUSCLE),
        ("kindness", Way.KINDNESS),
        ("body-scan", Way.KINDNESS),
        ("check-in", Way.KINDNESS),
    ],
)
def test_a_guide_beside_the_breath_asks_in_its_own_way(guide: str, way: Way) -> None:
    assert guidance_of(GuideState(0.0, guide, "open", stage="begin")) == Guidance(way)


@pytest.mark.parametrize("guide", ["", "breathing", "resonance", "waves", "together"])
def test_a_guide_of_the_breath_asks_for_nothing_beside_it(guide: str) -> None:
    assert guidance_of(GuideState(0.0, guide, "in", stage="breathe")) is None


def test_a_muscle_is_tensed_only_while_the_stage_says_so() -> None:
    def tense(stage: str) -> float:
        asked = guidance_of(GuideState(0.0, "release", "open", stage=stage))
        assert asked is not None
        return asked.tense

    assert tense("tense-arm") > 0.5
    assert tense("release-arm") == tense("settle") == 0.0


@pytest.mark.parametrize("step", ["paused", "ended"])
def test_a_guide_that_stands_still_asks_for_nothing(step: str) -> None:
    assert guidance_of(GuideState(0.0, "grounding", step, stage="see")) is None


def test_no_guide_asks_for_nothing() -> None:
    assert guidance_of(None) is None
