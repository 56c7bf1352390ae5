"""A card tells what a guide is to eyes and to a screen reader, and is one button."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLabel

from biofeedback.guides.words import guide_words
from biofeedback.ui.guide_card import GuideCard
from biofeedback.ui.messages.guide_words import guide_page_words
from ui.conftest import until


@pytest.fixture(params=["en", "de"])
def card(request: pytest.FixtureRequest) -> GuideCard:
    language = request.param
    return GuideCard("breathing", guide_words("breathing", language), guide_page_words(language))


def test_card_says_what_for_whom_and_how_long(card: GuideCard) -> None:
    shown = {part.text() for part in card.findChildren(QLabel)}
    told = f"{card.accessibleName()} {card.accessibleDescription()}"
    assert len(shown) == 4
    assert [text for text in shown if text not in told] == []


def test_mouse_on_any_word_presses_the_card(card: GuideCard) -> None:
    pressed: list[bool] = []
    card.clicked.connect(lambda: pressed.append(True))
    card.resize(300, card.heightForWidth(300))
    card.show()
    until(card.isActiveWindow)
    for part in card.findChildren(QLabel):
        place = part.geometry().center()
        QTest.mouseClick(card.windowHandle(), Qt.MouseButton.LeftButton, pos=place)
    assert len(pressed) == 4


@pytest.mark.parametrize(
    ("key", "step"),
    [
        (Qt.Key.Key_Left, (-1, 0)),
        (Qt.Key.Key_Right, (1, 0)),
        (Qt.Key.Key_Up, (0, -1)),
        (Qt.Key.Key_Down, (0, 1)),
    ],
)
def test_arrows_ask_for_the_card_beside(
    card: GuideCard, key: Qt.Key, step: tuple[int, int]
) -> None:
    moved: list[tuple[int, int]] = []
    card.moved.connect(lambda right, down: moved.append((right, down)))
    QTest.keyClick(card, key)
    assert moved == [step]


def test_card_is_as_tall_as_its_words_need(card: GuideCard) -> None:
    assert card.hasHeightForWidth()
    assert card.heightForWidth(220) > card.heightForWidth(400)
