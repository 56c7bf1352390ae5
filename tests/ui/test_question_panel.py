"""A question is asked quietly, answered by one key, and left out as easily."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLineEdit, QVBoxLayout, QWidget

from biofeedback.guides.words import common_words
from biofeedback.ui import question_panel
from biofeedback.ui.page import Page
from biofeedback.ui.question_panel import QuestionPanel
from ui.conftest import until
from ui.led import BREATHE, FEEL

if TYPE_CHECKING:
    from collections.abc import Iterator

HOW = replace(FEEL, asks="how-is-it")
DISTRESS = replace(FEEL, asks="distress")
OFFER = replace(BREATHE, asks="offer", offer="grounding")

Asked = list[tuple[str, dict[str, float | str]]]


@pytest.fixture
def asked() -> Asked:
    return []


@pytest.fixture
def said(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """What a screen reader was told."""
    heard: list[str] = []
    monkeypatch.setattr(question_panel, "announce", lambda _, words, **__: heard.append(words))
    return heard


@pytest.fixture
def panel(asked: Asked, said: list[str]) -> Iterator[QuestionPanel]:
    """A panel on a page of its own, which has the focus."""
    page = Page()
    column = QVBoxLayout(page)
    made = QuestionPanel()
    column.addWidget(made)
    made.asked.connect(lambda word, arguments: asked.append((word, arguments)))
    page.resize(700, 300)
    page.show()
    page.activateWindow()
    until(page.isActiveWindow)
    page.setFocus()
    yield made
    page.deleteLater()


def page_of(panel: QuestionPanel) -> QWidget:
    page = panel.parentWidget()
    assert page is not None
    return page


def press(key: Qt.Key) -> None:
    widget = QApplication.focusWidget()
    assert widget is not None
    QTest.keyClick(widget, key)


@pytest.mark.parametrize("place", range(4))
def test_answers_have_number_keys(panel: QuestionPanel, asked: Asked, place: int) -> None:
    panel.tell(HOW, 10.0)
    press(Qt.Key(Qt.Key.Key_1.value + place))
    word = tuple(common_words().questions["how-is-it"].answers)[place]
    assert asked == [("answer", {"question": "how-is-it", "word": word})]


@pytest.mark.parametrize("points", range(10))
def test_scale_has_the_keys_0_to_9(panel: QuestionPanel, asked: Asked, points: int) -> None:
    panel.tell(DISTRESS, 10.0)
    press(Qt.Key(Qt.Key.Key_0.value + points))
    assert asked == [("answer", {"question": "distress", "points": float(points)})]


def test_ten_is_pressed(panel: QuestionPanel, asked: Asked) -> None:
    panel.tell(DISTRESS, 10.0)
    assert [each.text() for each in panel.answers] == [str(n) for n in range(11)]
    panel.answers[10].click()
    assert asked == [("answer", {"question": "distress", "points": 10.0})]


@pytest.mark.parametrize(("key", "word"), [(Qt.Key.Key_1, "accept"), (Qt.Key.Key_2, "refuse")])
def test_offer_is_accepted_or_refused_by_one_key(
    panel: QuestionPanel, asked: Asked, key: Qt.Key, word: str
) -> None:
    panel.tell(OFFER, 10.0)
    press(key)
    assert asked == [(word, {})]


def test_refusing_is_as_large_as_accepting(panel: QuestionPanel) -> None:
    panel.tell(OFFER, 10.0)
    QApplication.processEvents()
    yes, no = panel.answers
    assert yes.size() == no.size()
    assert yes.property("role") == no.property("role")
    assert "Grounding" in panel.text
    assert not panel.skip_button.isVisible()


def test_answered_question_goes_at_once_and_stays_away(panel: QuestionPanel) -> None:
    panel.tell(HOW, 10.0)
    panel.answers[0].click()
    assert not panel.isVisible()
    panel.tell(HOW, 10.5)
    assert not panel.isVisible(), "the engine has not heard it yet"


def test_answer_that_was_not_heard_can_be_given_again(panel: QuestionPanel) -> None:
    panel.tell(HOW, 10.0)
    panel.answers[0].click()
    panel.tell(HOW, 10.1)
    panel.tell(HOW, 12.2)
    assert panel.isVisible()


def test_question_that_is_left_out_is_not_asked_again(panel: QuestionPanel, asked: Asked) -> None:
    panel.tell(HOW, 10.0)
    press(Qt.Key.Key_Escape)
    for t_s, state in ((10.1, HOW), (25.0, HOW), (30.0, replace(HOW, stage="hear", place=3))):
        panel.tell(state, t_s)
        assert not panel.isVisible()
    assert asked == []
    panel.tell(FEEL, 40.0)
    panel.tell(HOW, 90.0)
    assert panel.isVisible(), "another time is another question"


def test_guides_own_question_at_another_step_is_another(panel: QuestionPanel) -> None:
    once_more = replace(FEEL, asks="once-more")
    panel.tell(once_more, 10.0)
    panel.skip_button.click()
    panel.tell(replace(once_more, stage="hear", place=3), 20.0)
    assert panel.isVisible()


def test_question_that_is_withdrawn_goes(panel: QuestionPanel) -> None:
    panel.tell(HOW, 10.0)
    panel.tell(FEEL, 11.0)
    assert (panel.isVisible(), panel.text) == (False, "")


def test_focus_is_never_taken_nor_passed_to_another_control(panel: QuestionPanel) -> None:
    page = page_of(panel)
    field = QLineEdit(page)
    layout = page.layout()
    assert layout is not None
    layout.addWidget(field)
    QApplication.processEvents()
    field.setFocus()
    panel.tell(HOW, 10.0)
    assert field.hasFocus()
    press(Qt.Key.Key_1)
    assert field.text() == "1", "what is typed stays typing"
    assert panel.isVisible()
    QApplication.processEvents()
    panel.answers[1].setFocus()
    panel.answers[1].click()
    assert page.hasFocus()


def test_screen_reader_hears_question_and_answers(panel: QuestionPanel, said: list[str]) -> None:
    panel.tell(HOW, 10.0)
    panel.tell(HOW, 10.1)
    assert len(said) == 1
    assert said[0].startswith("How is it?")
    assert "1  ·  Good" in said[0]
    panel.tell(DISTRESS, 11.0)
    assert "10: as strong as it gets" in said[1]
    assert panel.answers[3].accessibleName() == "3"


@pytest.mark.parametrize("width", [240, 420, 700])
def test_answers_of_a_scale_fit_any_width(panel: QuestionPanel, width: int) -> None:
    page = page_of(panel)
    panel.tell(DISTRESS, 10.0)
    page.resize(width, 400)
    for _ in range(3):
        QApplication.processEvents()
    assert page.width() == width
    for each in panel.answers:
        assert each.geometry().right() < panel.width()
        assert min(each.width(), each.height()) >= 32


def test_question_speaks_another_language(panel: QuestionPanel) -> None:
    panel.set_language("de")
    panel.tell(HOW, 10.0)
    assert panel.text == common_words("de").questions["how-is-it"].text
    assert panel.skip_button.text() == "Auslassen  ·  Esc"


def test_question_without_words_is_not_asked(panel: QuestionPanel) -> None:
    panel.tell(replace(FEEL, asks="of-a-later-version"), 10.0)
    assert not panel.isVisible()
