"""Every guide with closed eyes: what is said and rung is enough to be led, to answer and to end.

No sensor is worn unless a test says so, and no key is pressed that the voice has not named.
"""

from __future__ import annotations

import re
from math import isnan
from typing import TYPE_CHECKING

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel

from biofeedback.guides.catalogue import GUIDES, LED_BY_TIME
from biofeedback.guides.speaking import spoken_s
from biofeedback.guides.words import answer_words, common_words, guide_words, stage_words
from biofeedback.runtime.snapshot import SessionState
from biofeedback.settings import Preferences
from biofeedback.ui.guide_shelf import place_of
from biofeedback.ui.messages import window_words
from biofeedback.ui.messages.ear_words import ear_words
from biofeedback.ui.messages.guide_words import guide_page_words
from biofeedback.ui.messages.lead_words import KEYS
from biofeedback.ui.widgets.chip import Chip
from helpers.simulated_sensors import known
from ui.led_person import CTRL, Person, someone

if TYPE_CHECKING:
    from pathlib import Path

WITH_DISC = LED_BY_TIME | {"resonance-stepped", "resonance-sliding"}
# Those that take long are led to their end in one language, in the other through a few steps.
LONG = {"resonance-stepped", "resonance-sliding", "release", "body-scan", "kindness"}
# How the voice names a key and what it does.
NAMED = re.compile(r"(\w) (?:for|für): ([^.]+)\.")
# Time between two looks at the window: as long as nothing is to be seen by closed eyes.
PICTURE_S = 2.0
# Longer than it takes to say the longest question, and to think about it.
THINKING_S = 4.0
ALARMING = re.compile(r"error|fail|warning|alarm|lost|invalid|problem|must ", re.IGNORECASE)


def eyes_closed(language: str = "en") -> Preferences:
    """Somebody who is told everything by ear, and has switched nothing else on."""
    return Preferences(
        theme="dark",
        sound=False,
        eyes_closed=True,
        is_checked=True,
        n_led=1,
    ).changed(guide_language=language)


def begin(person: Person, name: str, minutes: int = 4) -> None:
    person.open_guide(name)
    if name in LED_BY_TIME:
        person.choose_minutes(minutes)
    # What is heard on the way there is looked at with the pages.
    person.voice.said.clear()
    person.begin("PracticePage" if name in WITH_DISC else "LeadPage")


class Ears:
    """Follows what the voice says: knows no key but those that it named, and what it asked."""

    def __init__(self, person: Person) -> None:
        self.person = person
        self.n_heard = 0
        self.keys: dict[str, str] = {}
        self.answers: list[str] = []
        self.question = ""
        self.until_s = 0.0

    def listen(self) -> None:
        """Take in what was said since."""
        said = self.person.voice.said
        for t_s, text in said[self.n_heard :]:
            self.until_s = max(self.until_s, t_s) + spoken_s(text)
            named = NAMED.findall(text)
            if "?" in text and (named or " X " in text):
                self.question = text
                self.answers = [key for key, _ in named] or ["7", "X"]
            else:
                self.keys.update({called: key for key, called in named})
        self.n_heard = len(said)

    def has_question(self) -> bool:
        """Whether something was asked that was not answered yet."""
        self.listen()
        return bool(self.answers)

    def answer(self, word: int) -> None:
        """Press one of the keys that the question was told with, once it has been heard."""
        if self.answers and self.person.engine.now_s() >= self.until_s + THINKING_S:
            self.person.type(self.answers[word])
            self.question, self.answers = "", []

    def press(self, called: str) -> bool:
        """Press the key of a word, if it was ever named."""
        if called not in self.keys:
            return False
        self.person.type(self.keys[called])
        return True


def pause_and_listen(person: Person, language: str) -> None:
    """Silence at once, for as long as it lasts; then it says that it goes on, and with what."""
    n_before = len(person.voice.said)
    person.press(Qt.Key.Key_Space)
    assert person.voice.waiting == [], "what was being said is cut off at once"
    person.shell.tone.feed()
    assert not person.loudspeaker.is_loud
    person.wait(20.0, 5.0)
    assert not person.loudspeaker.is_loud
    assert len(person.voice.said) == n_before, "nothing is said over a pause"
    person.press(Qt.Key.Key_Space)
    told = person.voice.texts[n_before:]
    assert told[0] == common_words(language).spoken["resumed"]
    guide = person.guide
    assert guide is not None
    if guide.stage:
        assert told[1] == stage_words(guide, language)[2]


def follow(person: Person, language: str, most_s: float) -> Ears:
    """Be led: listen, answer what is asked, pause once, and go on where it waits for that."""
    ears = Ears(person)
    has_paused = False
    assert person.guide is not None
    own = guide_words(person.guide.guide, language)
    waited_s = 0.0
    for _ in range(round(most_s / PICTURE_S)):
        person.wait(PICTURE_S, PICTURE_S)
        ears.listen()
        if person.state() is SessionState.ENDED:
            return ears
        guide = person.guide
        assert guide is not None
        ears.answer(0)
        if not has_paused and person.engine.now_s() > 33.0 and not guide.asks:
            has_paused = True
            pause_and_listen(person, language)
        # Where nothing goes on by itself, it is for the person to say so.
        waited_s = waited_s + PICTURE_S if isnan(guide.stage_until_s) else 0.0
        if guide.guide == "waves" and waited_s >= 20.0:
            waited_s = 0.0
            doses = [state for state in person.states if state.stage == "activate"]
            wanted = "next" if guide.stage == "agree" or doses else "activate"
            stage = own.stages[guide.stage].words
            words = {**common_words(language).words, **own.words, **stage}
            assert ears.press(words[wanted]), f"nobody told how to ask for {wanted!r}"
    return ears


def check_the_log(person: Person, language: str) -> None:
    """Everything that happened was told, every question with how to answer it."""
    texts = person.voice.texts
    told = " ".join(texts)
    for state in person.states:
        if state.stage and state.step not in {"paused", "ended"}:
            # The echo of a key may have said how it begins.
            assert stage_words(state, language)[2][-20:] in told, state
    questions = {(state.asks, state.offer): state for state in person.states if state.asks}
    for state in questions.values():
        question = answer_words(state, language)
        assert question is not None
        (text, *_) = [text for text in texts if text.startswith(question.text)]
        for place, answer in enumerate(question.answers.values(), 1):
            assert (str(place), answer) in NAMED.findall(text)
    for text in texts:
        for key, called in NAMED.findall(text):
            assert key.isdigit() or key in KEYS.values(), (key, called)


@pytest.mark.parametrize("language", ["en", "de"])
@pytest.mark.parametrize("name", GUIDES)
def test_a_guide_is_followed_by_ear_alone(name: str, language: str, tmp_path: Path) -> None:
    is_short = name in LONG and language == "de"
    with someone(eyes_closed(language), tmp_path) as person:
        begin(person, name)
        assert person.voice.texts[0] == common_words(language).spoken["keys"]
        follow(person, language, 130.0 if is_short else 1500.0)
        if is_short:
            person.press(Qt.Key.Key_E, CTRL)
        assert person.state() is SessionState.ENDED, person.guide
        check_the_log(person, language)
        ended = common_words(language).spoken["ended"]
        assert person.voice.texts.count(ended) == 1
        person.see_summary()
        (summary,) = person.voice.texts[person.voice.texts.index(ended) + 1 :]
        assert ear_words(language).not_kept in summary
        person.wait(60.0, 20.0)
        assert person.voice.texts[-1] == summary, "after the end there is quiet"


def test_what_is_said_is_no_more_than_half_of_the_time(tmp_path: Path) -> None:
    """Quiet is most of it: a person cannot notice anything while being talked to."""
    with someone(eyes_closed(), tmp_path) as person:
        begin(person, "grounding")
        follow(person, "en", 600.0)
        spoken = sum(spoken_s(text) for text in person.voice.texts)
        assert spoken < 0.5 * person.voice.said[-1][0]


def test_the_tone_leads_closed_eyes_whatever_the_switch_for_sound_says(tmp_path: Path) -> None:
    with someone(eyes_closed(), tmp_path) as person:
        begin(person, "breathing")
        person.wait_for(lambda: person.guide is not None and person.guide.step == "in", 20.0)
        person.wait(1.5, 0.5)
        assert person.loudspeaker.is_loud


def test_a_step_without_a_tone_of_its_own_rings_and_dies_away(tmp_path: Path) -> None:
    with someone(eyes_closed(), tmp_path) as person:
        begin(person, "grounding")
        person.wait_for(lambda: person.guide is not None and person.guide.stage == "see", 40.0)
        person.wait(0.1, 0.05)
        assert person.loudspeaker.is_loud
        for _ in range(120):
            person.shell.tone.feed()  # four seconds of sound and more, in which no step begins
        assert not person.loudspeaker.is_loud


def test_somebody_who_goes_over_to_another_guide_hears_no_end(tmp_path: Path) -> None:
    with someone(eyes_closed(), tmp_path) as person:
        begin(person, "breathing")
        ears = Ears(person)
        for word in (2, 0):  # harder; yes, to what is offered
            person.wait_for(ears.has_question, 90.0)
            person.wait_for(lambda: person.engine.now_s() >= ears.until_s + THINKING_S, 40.0)
            ears.answer(word)
        assert person.guide is not None
        assert person.guide.guide == "grounding"
        person.wait(5.0)
        assert common_words().spoken["ended"] not in person.voice.texts
        assert stage_words(person.guide)[2] in person.voice.texts


# Without a sensor, and with one that is lost.


def test_without_any_sensor_it_says_what_is_missing_and_alarms_nobody(tmp_path: Path) -> None:
    """Each guide in turn, with open eyes: on its page, while it leads, and after it."""
    with someone(eyes_closed().changed(eyes_closed=False), tmp_path) as person:
        for name in GUIDES:
            person.open_guide(name)
            told = person.shell.pages.guide_start.sensors_text
            words = guide_page_words("en")
            if place_of(name).signals:
                assert words.none_here in told, name
                assert words.without in told, name
            else:
                assert told == words.not_needed
            begin(person, name)
            person.wait(40.0, 10.0)
            seen = seen_words(person)
            assert window_words.NO_SENSOR in seen, name
            assert person.shell.notice.isHidden(), name
            person.press(Qt.Key.Key_E, CTRL)
            person.see_summary()
            seen += seen_words(person)
            assert not [text for text in seen if ALARMING.search(text)], name
            person.enter(person.shell.pages.summary.done_button)


def seen_words(person: Person) -> list[str]:
    """All words that are to be seen in the window, and what its signs are called."""
    labels = person.shell.findChildren(QLabel)
    chips = person.shell.findChildren(Chip)
    return [label.text() for label in labels if label.isVisible() and label.text()] + [
        chip.accessibleName() for chip in chips if chip.isVisible()
    ]


@pytest.mark.parametrize("name", [name for name in GUIDES if place_of(name).signals])
def test_a_heart_that_is_lost_in_the_middle_stops_nothing(name: str, tmp_path: Path) -> None:
    """The strap is silent for a minute and comes back; the guide goes on all the while."""
    strap = known("simulated:strap?seed=4&dropout_every_s=75&dropout_s=60")
    with someone(eyes_closed(), tmp_path) as person:
        person.engine.add_sensor(strap)
        person.wait(5.0)
        begin(person, name)
        if name == "waves":
            person.type(KEYS["next"])

        def silent_s() -> float:
            heard_s = person.engine.snapshot().last_data_s
            return person.engine.now_s() - heard_s.get(strap.sensor_id, 0.0)

        person.wait_for(lambda: silent_s() > 10.0, 120.0, 5.0)
        before, led_s = person.states[-1], person.engine.snapshot().led_s
        person.wait(40.0, 5.0)
        assert silent_s() > 40.0
        assert person.state() is SessionState.RUNNING
        assert person.engine.snapshot().led_s == pytest.approx(led_s + 40.0, abs=0.5)
        # Waves wait for the person, whatever the heart does.
        assert person.states[-1] != before or name == "waves"
        person.wait_for(lambda: silent_s() < 5.0, 60.0, 5.0)
        person.wait(10.0, 5.0)
        assert person.state() is SessionState.RUNNING
        missing = [text for text in person.voice.texts if "cannot be heard" in text]
        assert len(missing) <= 1
        assert not [text for text in person.voice.texts if ALARMING.search(text)]


def test_the_pace_stays_while_the_heart_is_not_heard_and_follows_it_again(tmp_path: Path) -> None:
    """It is said once that the heart is missing, and the pace moves again when it is back."""
    strap = known("simulated:strap?seed=4")
    with someone(eyes_closed(), tmp_path) as person:
        person.engine.add_sensor(strap)
        person.wait(5.0)
        begin(person, "resonance", minutes=5)
        person.wait_for(lambda: at(person, "follow"), 240.0, 5.0)
        person.wait(20.0, 5.0)
        person.engine.remove_sensor(strap.sensor_id)
        person.wait_for(lambda: at(person, "hold"), 120.0)
        assert person.guide is not None
        held_per_min = person.guide.breaths_per_min
        person.wait(30.0, 5.0)
        assert person.guide.breaths_per_min == held_per_min
        person.engine.add_sensor(strap)
        person.wait_for(lambda: at(person, "follow"), 120.0, 5.0)
        told = [text for text in person.voice.texts if "cannot be heard" in text]
        assert len(told) == 1


def at(person: Person, stage: str) -> bool:
    return person.guide is not None and person.guide.stage == stage
