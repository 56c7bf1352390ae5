"""What is told of a moment: one question at a time, the companion's first, and what has an end."""

from __future__ import annotations

from math import isnan

import pytest

from biofeedback.guides.companion import Companion
from biofeedback.guides.guide import Guide, Scene
from biofeedback.guides.led_guide import LedGuide
from biofeedback.guides.moment import state_at
from biofeedback.guides.pacers import Pacers
from biofeedback.pacing import PRESETS
from biofeedback.samples import GuideState
from helpers.guide_play import play

STEP = Scene("one-word", 30.0, 2, 7, 1, 5, 1, ("next", "keep"), asks="word-for-it")
BREATH = Scene("breathe", can=("keep",), pattern=PRESETS["gentle"])


def told(scene: Scene | None, *, is_paused: bool = False, adapts: bool = True) -> GuideState:
    """Return what is told 10 s into a session, of a guide that began with it."""
    led = LedGuide() if scene is None else LedGuide("check-in", Guide(scene))
    pacers = Pacers(lambda _: None)
    if scene is not None:
        led.start(0.0)
        if scene.pattern is not None:
            pacers.follow(10.0, scene)
    return state_at(10.0, led, pacers, Companion(), is_paused=is_paused, adapts=adapts)


def test_of_a_step_all_that_the_scene_has_is_told() -> None:
    state = told(STEP)
    assert (state.guide, state.step, state.until_s) == ("check-in", "open", 30.0)
    assert (state.stage, state.stage_until_s, state.way) == ("one-word", 30.0, 1)
    assert (state.place, state.n_places, state.count, state.n_asked) == (2, 7, 1, 5)
    assert (state.asks, state.offer, state.can) == ("word-for-it", "", ("next", "keep"))
    assert isnan(state.breaths_per_min)


def test_of_a_breath_its_part_its_end_and_its_rate_are_told() -> None:
    """In for 4 s, out for 6 s."""
    state = told(BREATH)
    assert (state.step, state.until_s) == ("in", 14.0)
    assert state.breaths_per_min == pytest.approx(6.0)
    assert isnan(state.stage_until_s)


def test_while_paused_no_part_has_an_end() -> None:
    state = told(STEP, is_paused=True)
    assert state.step == "paused"
    assert isnan(state.until_s)


@pytest.mark.parametrize(("is_paused", "step"), [(False, "open"), (True, "paused")])
def test_where_none_leads_that_is_told(step: str, *, is_paused: bool) -> None:
    state = told(None, is_paused=is_paused)
    assert (state.guide, state.step, state.stage, state.can) == ("", step, "", ())


def test_who_does_not_adapt_can_adapt_again() -> None:
    assert told(STEP, adapts=False).can == ("next", "adapt")


def test_the_companions_question_goes_before_the_guides_own() -> None:
    led = play().begin("check-in", offer="kindness", offer_after_s=20.0)
    for t_s in (20.0, 25.0, 30.0, 35.0, 40.0):
        led.metrics(t_s, arousal_zone=1.0)
    state = led.advance(50.0).state
    assert (state.stage, state.asks, state.offer) == ("one-word", "offer", "kindness")
