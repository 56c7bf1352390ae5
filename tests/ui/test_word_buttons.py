"""Whatever can be asked of a guide has a button, and every command a key of its own."""

from __future__ import annotations

from itertools import combinations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from biofeedback.guides.guide import WORDS
from biofeedback.ui.messages.lead_words import KEYS
from biofeedback.ui.word_buttons import WordButtons
from ui.conftest import until


@pytest.fixture
def words() -> WordButtons:
    made = WordButtons(is_large=True)
    made.resize(900, 200)
    made.show()
    made.activateWindow()
    until(made.isActiveWindow)
    return made


def test_every_command_has_a_key_and_no_two_that_come_together_share_one() -> None:
    assert set(KEYS) == {*WORDS, "keep", "adapt"}
    shared = {(a, b) for a, b in combinations(KEYS, 2) if KEYS[a] == KEYS[b]}
    assert shared == {("keep", "adapt")}, "of these two there is only ever one"


@pytest.mark.parametrize("word", WORDS)
def test_every_command_has_a_button_and_is_heard_by_its_key(words: WordButtons, word: str) -> None:
    heard: list[str] = []
    words.asked.connect(lambda each, _: heard.append(each))
    words.tell("grounding", (word,))
    assert list(words.buttons) == [word, "end"]
    words.buttons[word].click()
    QTest.keyClick(words, Qt.Key(ord(KEYS[word])))
    assert heard == [word, word]


@pytest.mark.parametrize(
    ("stage", "name"),
    [("agree", "We are ready"), ("activate", "Enough for now"), ("stopped", "Come to a close")],
)
def test_going_on_is_called_by_what_it_does_in_a_stage(
    words: WordButtons, stage: str, name: str
) -> None:
    """In the middle of a dose it ends the dose; after a stop it goes on to nothing but the end."""
    words.tell("waves", ("next",), stage="resource")
    words.tell("waves", ("next",), stage=stage)
    assert words.buttons["next"].accessibleName() == name
    assert name in words.buttons["next"].text()


@pytest.mark.parametrize(
    ("can", "primary"),
    [
        (("next", "more"), "more"),
        (("other", "next"), "next"),
        (("natural", "go-on"), "go-on"),
        (("activate", "resource", "stop"), "resource"),
        (("stop", "activate"), ""),
        (("longer",), ""),
    ],
)
def test_enter_does_what_comes_first_and_never_a_dose(
    words: WordButtons, can: tuple[str, ...], primary: str
) -> None:
    words.tell("grounding", can)
    assert words.primary == primary
    assert words.press_enter() is bool(primary)


def test_stop_stands_out_and_is_large(words: WordButtons) -> None:
    words.tell("waves", ("activate", "resource", "stop"))
    QApplication.processEvents()
    stop = words.buttons["stop"]
    assert stop.text() == "Stop  ·  S"
    assert stop.height() >= 48


def test_small_ones_have_their_keys_in_the_tool_tip() -> None:
    words = WordButtons(is_large=False)
    words.tell("breathing", ("slower", "natural", "keep"))
    assert [each.text() for each in words.buttons.values()] == ["Slower", "Breathe as it comes"]
    assert words.buttons["slower"].toolTip() == KEYS["slower"]


def test_rows_keep_within_the_width(words: WordButtons) -> None:
    words.tell("grounding", ("more", "next", "longer", "other", "back", "again"))
    words.setFixedWidth(430)
    for _ in range(3):
        QApplication.processEvents()
    assert words.width() == 430
    rows = {each.y() for each in words.buttons.values()}
    assert len(rows) > 1
    assert all(each.geometry().right() < 430 for each in words.buttons.values())
