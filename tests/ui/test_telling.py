"""What a guide tells is heard: its words if they are wanted, a bell for each new step."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

from biofeedback.guides.words import common_words, guide_words, stage_words
from biofeedback.samples import Command, Decision, GuideState
from biofeedback.settings import Preferences
from biofeedback.ui.messages.lead_words import KEYS
from biofeedback.ui.sound import BreathTone
from biofeedback.ui.telling import Telling
from biofeedback.ui.voice import Voice
from ui.speech_double import SpeechDouble

BREATHE = GuideState(0.0, "breathing", "in", 4.0, 6.0, "breathe")


class Bell(BreathTone):
    """A tone that remembers what was asked of it."""

    def __init__(self) -> None:
        super().__init__(lambda: None, lambda: 0.0, lambda: None)
        self.calls: list[str] = []

    def ring(self) -> None:
        self.calls.append("ring")

    def hush(self) -> None:
        self.calls.append("hush")


@dataclass
class Room:
    preferences: Preferences = field(default_factory=lambda: Preferences(voice=True))
    is_still: bool = False
    speech: SpeechDouble = field(default_factory=SpeechDouble)
    bell: Bell = field(default_factory=Bell)

    def __post_init__(self) -> None:
        self.telling = Telling(
            Voice(lambda: self.speech),
            self.bell,
            lambda: self.preferences,
            lambda: self.is_still,
        )

    def happen(self, *events: GuideState | Decision | Command) -> list[str]:
        n_before = len(self.speech.heard)
        for event in events:
            self.telling.hear(event)
        self.telling.tell()
        return [said for said in self.speech.heard[n_before:] if not said.startswith("[")]


def test_what_the_guide_says_is_spoken() -> None:
    assert Room().happen(BREATHE) == [stage_words(BREATHE)[2]]


def test_nothing_is_spoken_unless_it_is_wanted() -> None:
    room = Room(Preferences())
    assert room.happen(BREATHE) == []
    assert room.speech.heard == []


def test_eyes_closed_is_enough_to_be_spoken_to_in_ones_language() -> None:
    room = Room(Preferences(eyes_closed=True, guide_language="de"))
    said = room.happen(BREATHE)
    assert said[0].startswith(common_words("de").spoken["keys"])
    assert said[1] == stage_words(BREATHE, "de")[2]


def test_a_pause_is_silent_at_once_and_what_waited_is_left_out() -> None:
    room = Room()
    room.happen(BREATHE)
    room.is_still = True
    room.telling.hush()
    assert room.speech.waiting == []
    assert room.bell.calls == ["hush"]
    other = GuideState(9.0, "breathing", "open", stage="breathe", place=2, n_places=3)
    assert room.happen(other) == []
    assert room.bell.calls == ["hush"]


def test_a_new_step_without_a_tone_of_its_own_rings_once() -> None:
    room = Room(Preferences())
    first = GuideState(0.0, "breathing", "open", stage="breathe", place=1, n_places=2)
    room.happen(first, GuideState(5.0, "breathing", "open", stage="breathe", place=2, n_places=2))
    assert room.bell.calls == ["ring"]
    room.happen(GuideState(6.0, "breathing", "open", stage="breathe", place=2, n_places=2, count=1))
    room.happen(GuideState(9.0, "breathing", "in", 12.0, 6.0, "breathe"))
    assert room.bell.calls == ["ring"]


def test_why_something_was_decided_is_told_to_closed_eyes() -> None:
    room = Room(Preferences(eyes_closed=True))
    room.happen(BREATHE)
    said = room.happen(Decision(5.0, "breathing", "natural", "nearly-over"))
    assert said == [guide_words("breathing").reasons["nearly-over"]]


def test_a_key_that_was_pressed_is_told_to_closed_eyes() -> None:
    room = Room(Preferences(eyes_closed=True))
    room.happen(replace(BREATHE, can=("natural", "keep")))
    assert room.happen(Command(5.0, "keep")) == ["Don't adapt."]


def test_the_keys_that_are_told_are_those_of_the_window() -> None:
    room = Room(Preferences(eyes_closed=True))
    said = room.happen(replace(BREATHE, can=("natural",)))
    assert said[-1] == f"{KEYS['natural']} for: Breathe as it comes."


SETTLING = Decision(9.0, "grounding", "longer", "heart-settling", {"by_s": 8.0})
TOO_MUCH = Decision(11.0, "grounding", "other", "heart-fast")


def test_two_who_keep_their_bodies_to_themselves_hear_nothing_of_one() -> None:
    """Also once they went over to another guide, which they began to follow with open eyes."""
    room = Room(Preferences())
    room.happen(Command(0.0, "begin", {"guide": "together", "share": "nothing"}))
    room.preferences = Preferences(eyes_closed=True)
    room.happen(GuideState(5.0, "grounding", "open", stage="arrive", n_places=5))
    assert room.happen(SETTLING) == []
    assert room.happen(TOO_MUCH) == [guide_words("together").reasons["heart-fast"]]
    room.happen(Command(20.0, "begin", {"guide": "together", "share": "body-state"}))
    assert room.happen(SETTLING) == [common_words().reasons["heart-settling"]]
