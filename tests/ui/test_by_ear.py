"""From the gallery to the gallery with closed eyes: all of it is told, and answered by told keys."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from biofeedback.guides.catalogue import GUIDES
from biofeedback.guides.help_lines import help_words
from biofeedback.guides.safety import safety_words
from biofeedback.guides.words import LANGUAGES, common_words, guide_words
from biofeedback.runtime.snapshot import SessionState
from biofeedback.settings import Preferences
from biofeedback.ui.messages import window_words
from biofeedback.ui.messages.after_words import after_words
from biofeedback.ui.messages.care_words import care_words
from biofeedback.ui.messages.ear_words import ear_words, keys_aloud
from biofeedback.ui.messages.guide_words import guide_page_words
from ui.conftest import until
from ui.led_person import CTRL, Person, someone

if TYPE_CHECKING:
    from pathlib import Path

    from biofeedback.sessions.library import Library
    from biofeedback.ui.shell import Shell

# How the voice names a key and what it does.
NAMED = re.compile(r"(\w) (?:for|für): ([^.]+)\.")


def blind(language: str = "en", **changes: object) -> Preferences:
    """Somebody with closed eyes who has not seen the check; not their very first time."""
    made = Preferences(theme="dark", sound=False, eyes_closed=True, n_led=1)
    return made.changed(guide_language=language, **changes)


class Ears:
    """Hears what is said, and presses keys by what they were told to do."""

    def __init__(self, person: Person) -> None:
        self.person = person
        self.keys: dict[str, str] = {}
        self.n_heard = 0

    def heard(self) -> str:
        """What was said since the last time."""
        said = " ".join(self.person.voice.texts[self.n_heard :])
        self.n_heard = len(self.person.voice.texts)
        self.keys |= {words: key for key, words in NAMED.findall(said)}
        return said

    def press(self, words: str) -> str:
        """Press the key that was told for something; return what is said then."""
        assert words in self.keys, f"nobody told the key for {words!r}, only {self.keys}"
        self.person.type(self.keys[words])
        return self.heard()


def gallery(person: Person) -> Ears:
    ears = Ears(person)
    ears.heard()
    person.press_button_of(Qt.Key.Key_G, CTRL, "GuidesPage")
    return ears


def at_guide(person: Person, ears: Ears, name: str, language: str) -> str:
    """Walk through the gallery to a guide and open it."""
    said, words = ears.heard(), guide_words(name, language)
    for _ in GUIDES:
        if f"{words.name}. {words.about}" in said:
            return ears.press(ear_words(language).open_guide)
        said = ears.press(ear_words(language).next_guide)
    pytest.fail(f"nobody told of {name}")


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_whole_way_is_heard_and_answered_by_told_keys(
    language: str, tmp_path: Path, library: Library
) -> None:
    aloud, page = ear_words(language), guide_page_words(language)
    asked = after_words(language)
    check, common = safety_words(language), common_words(language)
    with someone(blind(language), tmp_path, library=library) as person:
        ears = Ears(person)
        assert aloud.home_keys in ears.heard()
        person.press_button_of(Qt.Key.Key_G, CTRL, "GuidesPage")
        said = at_guide(person, ears, "grounding", language)
        # What it is, how long, what to know, how to begin it and how to stop it.
        own = guide_words("grounding", language)
        for told in (own.name, own.about, own.length, own.caution, aloud.stops):
            assert told in said
        said = ears.press(page.begin)
        assert person.page == "SafetyPage"
        for point in check.points:
            assert keys_aloud(point, language) in said
        assert "Ctrl" not in said
        assert "Strg" not in said
        said = ears.press(check.read_on)
        for condition in check.conditions.values():
            assert condition in said
        said = ears.press(aloud.one_is_true)
        assert check.gentle in said
        assert person.state() is SessionState.READY
        said = ears.press(check.go_on_begin)
        person.wait_for(lambda: person.state() is SessionState.RUNNING, 5.0, 0.05)
        assert person.shell.preferences.is_gentle
        person.wait(30.0, 2.0)
        said += ears.heard()
        assert said.startswith(common.spoken["keys"]), "nothing of the page before is said again"
        assert own.about not in said
        person.press(Qt.Key.Key_E, CTRL)
        person.see_summary()
        said = ears.heard()
        assert said.startswith(common.spoken["ended"])
        assert own.name.lower() in said.lower()
        assert aloud.kept in said
        assert asked.how in said
        said = ears.press(asked.how_answers["dizzy"])
        assert said.startswith(f"{asked.how_answers['dizzy']}. {care_words(language).dizzy}")
        assert asked.distress in said
        assert " 9" in said
        assert " X " in said
        person.type("8")
        said = ears.heard()
        assert said.startswith(f"8. {care_words(language).much}")
        assert care_words(language).dizzy not in said, "nothing is said twice"
        session_id = library.sessions()[0].session_id
        until(lambda: library.answers(session_id) == {"how": "dizzy", "distress": 8.0})
        said = ears.press(care_words(language).help)
        assert help_words(language).urgent in said
        assert "1 1 2" in said or "9 1 1" in said, "numbers are told digit by digit"
        ears.press(help_words(language).back)
        assert person.page == "SummaryPage"
        said = ears.press(aloud.all_guides)
        assert person.page == "GuidesPage"
        assert own.about in said, "one is back at the guide from which one came"
        assert person.state() is SessionState.READY


def test_every_guide_of_the_gallery_is_told_once_on_the_way_through(tmp_path: Path) -> None:
    with someone(blind(), tmp_path) as person:
        ears = gallery(person)
        said = ears.heard()
        for _ in GUIDES[1:]:
            said += ears.press(ear_words("en").next_guide)
        for name in GUIDES:
            assert said.count(guide_words(name).about) == 1, name
        back = ears.press(ear_words("en").guide_before)
        assert guide_words(GUIDES[0]).about not in back


def test_what_is_chosen_on_the_page_of_a_guide_is_told_as_it_changes(tmp_path: Path) -> None:
    with someone(blind(), tmp_path) as person:
        ears = gallery(person)
        said = at_guide(person, ears, "breathing", "en")
        assert "Set to 5 minutes." in said
        assert ear_words("en").choices in said
        assert ear_words("en").sound_leads in said
        page = person.shell.pages.guide_start
        person.press(Qt.Key.Key_Tab)
        first = page.options.pickers["preset"].accessibleName()
        assert ears.heard().startswith(f"{first}. "), "what can be chosen comes first"
        person.tab_to(page.minutes)
        person.wait()
        ears.heard()
        person.tab_to(page.options.pickers["preset"])
        person.wait()
        assert page.options.pickers["preset"].accessibleName() in ears.heard()
        person.press(Qt.Key.Key_Down)
        assert ears.heard() == f"{page.options.pickers['preset'].currentText()}."
        person.tab_to(page.minutes)
        person.wait()
        ears.heard()
        person.press(Qt.Key.Key_Up)
        assert ears.heard() == "6 min."
        ears.press(guide_page_words("en").back)
        assert person.page == "GuidesPage", "a letter is a key in a field for numbers too"


def test_why_a_guide_cannot_begin_yet_is_told_in_place_of_its_key(tmp_path: Path) -> None:
    with someone(blind(n_led=0), tmp_path) as person:
        ears = gallery(person)
        said = at_guide(person, ears, "resonance-stepped", "en")
        words = guide_page_words("en")
        assert words.for_later in said
        assert f"for: {words.begin}." not in said
        person.type("G")
        assert person.page == "GuideStartPage"


def test_a_key_says_it_once_more_and_space_makes_it_silent(tmp_path: Path) -> None:
    with someone(blind(), tmp_path) as person:
        ears = gallery(person)
        said = ears.heard()
        person.type("A")
        assert ears.heard() == said
        person.press(Qt.Key.Key_Space)
        assert person.voice.waiting == []
        assert person.page == "GuidesPage"


def test_questions_after_the_end_may_be_left_out(tmp_path: Path, library: Library) -> None:
    aloud, asked = ear_words("en"), after_words("en")
    with someone(blind(is_checked=True), tmp_path, library=library) as person:
        ears = gallery(person)
        at_guide(person, ears, "check-in", "en")
        ears.press(guide_page_words("en").begin)
        person.wait_for(lambda: person.state() is SessionState.RUNNING, 5.0, 0.05)
        person.wait(5.0)
        person.press(Qt.Key.Key_E, CTRL)
        person.see_summary()
        assert asked.how in ears.heard()
        assert asked.distress in ears.press(aloud.leave_out)
        said = ears.press(aloud.leave_out)
        assert asked.distress not in said
        assert care_words("en").help not in said
        ears.press(aloud.all_guides)
        assert person.page == "GuidesPage"


def test_open_eyes_are_not_spoken_to_by_pages(tmp_path: Path) -> None:
    with someone(blind().changed(eyes_closed=False, voice=True), tmp_path) as person:
        person.open_guide("grounding")
        person.wait(2.0)
        assert person.voice.texts == []
        person.type("B")
        assert person.page == "GuideStartPage", "its letters mean nothing then"


def test_page_that_is_not_told_says_so_and_how_to_go_on(tmp_path: Path) -> None:
    with someone(blind(), tmp_path) as person:
        ears = Ears(person)
        ears.heard()
        person.shell.rail.buttons[window_words.SETTINGS].click()
        person.wait()
        assert ears.heard() == f"{ear_words('en').open_eyes} {ear_words('en').home_keys}"


def test_without_a_voice_no_letter_does_anything(shell: Shell) -> None:
    """Nobody could be told what it does."""
    shell.sounds.voice._open = lambda: None
    shell.prefer(shell.preferences.changed(eyes_closed=True))
    shell.show_page(shell.pages.guides)
    shell.tick()
    assert shell.notice.text == window_words.NO_VOICE
    shell.pages.guides.cards[0].setFocus()
    QTest.keyClick(shell.pages.guides.cards[0], Qt.Key.Key_G)
    assert shell.pages.shows("guides")


def test_help_is_heard_while_a_guide_leads_and_no_other_page_is(tmp_path: Path) -> None:
    with someone(blind(is_checked=True), tmp_path) as person:
        ears = gallery(person)
        at_guide(person, ears, "grounding", "en")
        ears.press(guide_page_words("en").begin)
        person.wait_for(lambda: person.state() is SessionState.RUNNING, 5.0, 0.05)
        person.press_button_of(Qt.Key.Key_G, CTRL, "GuidesPage")
        assert ear_words("en").guides not in ears.heard()
        person.shell.rail.buttons[window_words.HELP].click()
        person.wait()
        assert help_words().urgent in ears.heard()
        assert person.state() is SessionState.RUNNING
