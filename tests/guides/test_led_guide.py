"""A guide on its way has a time of its own, and keeps to the length that it was given."""

from __future__ import annotations

from math import inf

import pytest

from biofeedback.guides.body import Nobody
from biofeedback.guides.guide import Guide, Scene, Turn
from biofeedback.guides.led_guide import LedGuide
from biofeedback.pacing import PRESETS

QUESTION = Scene("one-word", 60.0, asks="word-for-it")


def led(scene: Scene = QUESTION, *, duration_s: float = inf) -> LedGuide:
    """Return a guide that began 100 s into the session."""
    guide = Guide(scene)
    guide.due_g_s = 40.0
    one = LedGuide("check-in", guide, duration_s)
    one.start(100.0)
    return one


def test_where_none_leads_nothing_is_due_and_nothing_heard() -> None:
    nobody = LedGuide()
    nobody.start(0.0)
    nobody.let_question_wait(5.0, is_other_asked=True)
    assert (nobody.name, nobody.due_s, nobody.end_s, nobody.stage_until_s) == ("", inf, inf, inf)
    assert nobody.wake(Nobody()) == nobody.breathe(1.0, Nobody()) == nobody.sense(1.0, Nobody())
    assert nobody.hear(1.0, "next", {}, Nobody()) == ()
    assert not nobody.has_answer({"question": "distress", "points": 3.0})


def test_moments_of_a_guide_are_told_in_session_time() -> None:
    one = led(duration_s=600.0)
    assert (one.due_s, one.stage_until_s, one.end_s) == (140.0, 160.0, 700.0)
    assert one.led_s(130.0) == 30.0


def test_a_pause_moves_them_all() -> None:
    one = led(duration_s=600.0)
    one.stop(120.0)
    assert (one.due_s, one.end_s, one.led_s(150.0)) == (inf, inf, 20.0)
    one.start(150.0)
    assert (one.due_s, one.end_s) == (170.0, 730.0)


def test_no_more_is_led_than_its_length() -> None:
    assert led(duration_s=60.0).led_s(500.0) == 60.0


def test_a_question_behind_another_one_lets_a_step_wait() -> None:
    one = led()
    one.let_question_wait(110.0, is_other_asked=True)
    one.let_question_wait(125.0, is_other_asked=True)
    assert one.led_s(130.0) == 10.0
    one.let_question_wait(130.0, is_other_asked=False)
    assert one.stage_until_s == 180.0


@pytest.mark.parametrize(
    ("scene", "duration_s"),
    [
        (Scene("breathe", asks="may-slow", pattern=PRESETS["gentle"]), inf),
        (QUESTION, 600.0),
        (Scene("one-word", 60.0), inf),
    ],
    ids=["a pacer goes on", "a length was given", "it asks nothing"],
)
def test_otherwise_its_time_goes_on(scene: Scene, duration_s: float) -> None:
    one = led(scene, duration_s=duration_s)
    one.let_question_wait(110.0, is_other_asked=True)
    assert one.led_s(130.0) == 30.0


class _Listener(Guide):
    """Keeps when it was called, in its own time."""

    def __init__(self) -> None:
        super().__init__(Scene("listen"))
        self.due_g_s = 7.0
        self.heard: list[tuple[str, float]] = []

    def wake(self, g_s: float, body: object) -> tuple[Turn, ...]:
        self.heard.append(("wake", g_s))
        return ()

    def breathe(self, g_s: float, body: object) -> tuple[Turn, ...]:
        self.heard.append(("breathe", g_s))
        return ()

    def sense(self, g_s: float, body: object) -> tuple[Turn, ...]:
        self.heard.append(("sense", g_s))
        return ()

    def hear(self, g_s: float, word: str, arguments: object, body: object) -> tuple[Turn, ...]:
        self.heard.append((word, g_s))
        return (Turn("stay", word),)


def test_a_guide_hears_everything_in_its_own_time() -> None:
    guide = _Listener()
    one = LedGuide("grounding", guide)
    one.start(100.0)
    body = Nobody()
    one.wake(body)
    one.breathe(108.0, body)
    one.stop(110.0)
    one.start(200.0)
    one.sense(201.0, body)
    assert one.hear(203.0, "next", {}, body) == (Turn("stay", "next"),)
    assert guide.heard == [("wake", 7.0), ("breathe", 8.0), ("sense", 11.0), ("next", 13.0)]


@pytest.mark.parametrize(
    ("arguments", "is_one"),
    [
        ({"question": "word-for-it", "word": "calm"}, True),
        ({"question": "word-for-it", "word": "banana"}, False),
        ({"question": "distress", "points": 10.0}, True),
        ({"question": "distress", "points": 11.0}, False),
        ({"question": "distress", "word": "calm"}, False),
        ({"question": "no-such-question", "word": "calm"}, False),
        ({}, False),
    ],
)
def test_an_answer_belongs_to_a_question_that_the_guide_has(
    arguments: dict[str, float | str], *, is_one: bool
) -> None:
    assert led().has_answer(arguments) is is_one
