"""What guides follow, offer and speak is preferred in one place, and in force at once."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from biofeedback.guides.catalogue import GUIDES
from biofeedback.guides.words import LANGUAGES, guide_words
from biofeedback.settings import Preferences
from biofeedback.ui.messages import guide_settings_words as said
from biofeedback.ui.settings_guides import GuideSettings

if TYPE_CHECKING:
    from biofeedback.ui.shell import Shell


@pytest.fixture
def part() -> GuideSettings:
    return GuideSettings(Preferences())


def heard_of(part: GuideSettings) -> list[dict[str, object]]:
    heard: list[dict[str, object]] = []
    part.chosen.connect(heard.append)
    return heard


def test_it_shows_what_is_preferred() -> None:
    part = GuideSettings(
        Preferences(
            guide_language="de", adapts=False, offer="", offer_again_min=45, eyes_closed=True
        )
    )
    assert part.language_picker.currentText() == LANGUAGES["de"]
    assert not part.adapts_switch.isChecked()
    assert part.offer_picker.currentText() == said.OFFER_NOTHING
    assert not part.again_stepper.isEnabled()
    assert part.again_stepper.number == 45
    assert part.eyes_switch.isChecked()
    assert not part.voice_switch.isChecked()


def test_each_change_is_told_by_itself(part: GuideSettings) -> None:
    heard = heard_of(part)
    part.adapts_switch.click()
    part.voice_switch.click()
    part.eyes_switch.click()
    part.again_stepper.changed.emit(25.0)
    part.offer_picker.setCurrentIndex(0)
    part.offer_picker.activated.emit(0)
    part.language_picker.setCurrentIndex(part.language_picker.findData("de"))
    part.language_picker.activated.emit(part.language_picker.currentIndex())
    assert heard == [
        {"adapts": False},
        {"voice": True},
        {"eyes_closed": True},
        {"offer_again_min": 25},
        {"offer": ""},
        {"guide_language": "de"},
    ]
    assert not part.again_stepper.isEnabled()


def test_what_calms_can_be_offered_and_what_needs_somebody_cannot(part: GuideSettings) -> None:
    offered = {part.offer_picker.itemData(place) for place in range(part.offer_picker.count())}
    assert {"", "grounding", "breathing"} <= offered <= {"", *GUIDES}
    assert not offered & {"waves", "together", "check-in"}


def test_offers_are_named_in_the_language_of_the_guides(shell: Shell) -> None:
    picker = shell.pages.settings.guides.offer_picker
    assert picker.currentText() == guide_words("grounding").name
    shell.prefer(shell.preferences.changed(guide_language="de"))
    assert picker.currentText() == guide_words("grounding", "de").name


@pytest.mark.parametrize(
    ("is_checked", "is_gentle", "text", "action"),
    [
        (False, False, said.SAFETY_NEW, said.SAFETY_OPEN_FIRST),
        (True, False, said.SAFETY_DONE, said.SAFETY_OPEN),
        (True, True, said.SAFETY_GENTLE, said.SAFETY_OPEN),
    ],
)
def test_it_says_whether_the_check_was_gone_through(
    part: GuideSettings, is_checked: bool, is_gentle: bool, text: str, action: str
) -> None:
    heard = heard_of(part)
    part.prefer(Preferences(is_checked=is_checked, is_gentle=is_gentle))
    assert (part.safety_text, part.safety_button.text()) == (text, action)
    assert heard == [], "what was changed elsewhere is not told again"


def test_help_lines_can_be_adapted_from_there_and_lead_back(shell: Shell) -> None:
    shell.show_page(shell.pages.settings)
    shell.pages.settings.guides.help_button.click()
    assert shell.pages.shows("help")
    shell.pages.help.back_button.click()
    assert shell.pages.shows("settings")


def test_change_on_the_page_is_in_force(shell: Shell) -> None:
    shell.pages.settings.guides.adapts_switch.click()
    assert not shell.preferences.adapts
    shell.pages.settings.motion_switch.click()
    assert not shell.preferences.adapts, "one part of the page does not undo the other"
