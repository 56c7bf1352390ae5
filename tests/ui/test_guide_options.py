"""Every option of every guide has a control, and what is chosen is what the guide is given."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from biofeedback.guides.catalogue import GUIDES, make_guide, vocabulary
from biofeedback.guides.words import LANGUAGES, OptionWords, guide_words
from biofeedback.ui.guide_options import SEVERAL, GuideOptions, ends
from biofeedback.ui.messages.guide_words import guide_page_words

OPTIONS = {"way": ("near", "far"), "+leave_out": ("arms", "face", "legs"), "dose_s": ()}
WORDS = {
    "way": OptionWords("Which way?", {"near": "Near", "far": "Far"}, "Either is fine."),
    "+leave_out": OptionWords(
        "Anything to leave out?", {"arms": "Arms", "face": "Face", "legs": "Legs"}
    ),
    "dose_s": OptionWords("How long?"),
}


def takes_some(name: str, number: float) -> bool:
    return name == "dose_s" and 20 <= number <= 90


@pytest.fixture
def options() -> GuideOptions:
    return GuideOptions(OPTIONS, WORDS, guide_page_words("en"), takes_some)


def test_what_is_shown_is_what_is_sent(options: GuideOptions) -> None:
    assert options.chosen == {"way": "near"}
    options.pickers["way"].setCurrentIndex(1)
    options.steppers["dose_s"].number = 45
    assert options.chosen == {"way": "far", "dose_s": 45.0}


def test_several_are_sent_as_one_word_in_their_own_order(options: GuideOptions) -> None:
    options.ticks["+leave_out"]["legs"].click()
    options.ticks["+leave_out"]["arms"].click()
    assert options.chosen["leave_out"] == "arms,legs"


def test_number_goes_as_far_as_the_guide_takes_it_and_may_stay_as_usual(
    options: GuideOptions,
) -> None:
    stepper = options.steppers["dose_s"]
    stepper.number = 500
    assert options.chosen["dose_s"] == 90.0
    stepper.number = 20
    assert options.chosen["dose_s"] == 20.0
    stepper.number = 0
    assert "dose_s" not in options.chosen


def test_number_that_the_guide_never_takes_is_not_asked(options: GuideOptions) -> None:
    shown = GuideOptions(OPTIONS, WORDS, guide_page_words("en"), lambda _name, _number: False)
    assert shown.steppers == {}


@given(st.integers(1, 130), st.data())
def test_ends_of_what_is_taken_are_found_with_few_questions(n: int, data: st.DataObject) -> None:
    first = data.draw(st.integers(1, n))
    last = data.draw(st.integers(first, n))
    asked: list[int] = []

    def takes(place: int) -> bool:
        asked.append(place)
        return first <= place <= last

    assert ends(n, takes) == (first, last)
    assert all(1 <= place <= n for place in asked)
    if last - first >= n // 8:
        assert len(asked) <= 32
    assert ends(n, lambda _: False) is None


def test_change_is_told(options: GuideOptions) -> None:
    heard: list[bool] = []
    options.changed.connect(lambda: heard.append(True))
    options.ticks["+leave_out"]["face"].click()
    options.steppers["dose_s"].changed.emit(25.0)
    options.pickers["way"].activated.emit(1)
    assert len(heard) == 3


def test_controls_are_named_and_hinted_for_a_screen_reader(options: GuideOptions) -> None:
    assert options.pickers["way"].accessibleName() == "Which way?"
    assert options.pickers["way"].accessibleDescription() == "Either is fine."
    assert options.ticks["+leave_out"]["face"].accessibleName() == "Anything to leave out?: Face"


@pytest.mark.parametrize("guide", GUIDES)
@pytest.mark.parametrize("language", LANGUAGES)
def test_every_option_of_every_guide_can_be_chosen_and_is_taken(guide: str, language: str) -> None:
    """Each choice by itself, each several together, each number at both ends."""

    def takes(name: str, number: float) -> bool:
        try:
            make_guide(guide, {name: number})
        except ValueError:
            return False
        return True

    known = vocabulary(guide).options
    page_words = guide_page_words(language)
    shown = GuideOptions(known, guide_words(guide, language).options, page_words, takes)
    assert {*shown.pickers, *shown.ticks, *shown.steppers} == set(known)
    for picker in shown.pickers.values():
        for place in range(picker.count()):
            picker.setCurrentIndex(place)
            make_guide(guide, shown.chosen)
        picker.setCurrentIndex(0)
    for ticks in shown.ticks.values():
        for tick in list(ticks.values())[:-1]:
            tick.click()
            make_guide(guide, shown.chosen)
    for stepper in shown.steppers.values():
        for number in (1e9, 0.0):
            stepper.number = number
            make_guide(guide, shown.chosen)
    assert all(name.startswith(SEVERAL) for name in shown.ticks)
