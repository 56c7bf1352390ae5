"""The gallery is reached by key and mouse, gone through by arrows, and begins nothing."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLabel

from biofeedback.guides.catalogue import GUIDES
from biofeedback.guides.words import guide_words
from biofeedback.settings import Preferences
from biofeedback.ui.guides_page import GuidesPage, packed
from biofeedback.ui.messages import window_words
from biofeedback.ui.messages.guide_words import guide_page_words
from ui.conftest import until

if TYPE_CHECKING:
    from biofeedback.ui.guide_card import GuideCard
    from biofeedback.ui.shell import Shell
    from ui.engine_double import EngineDouble

CTRL = Qt.KeyboardModifier.ControlModifier


@pytest.fixture
def page(shell: Shell) -> GuidesPage:
    shell.show_page(shell.pages.guides)
    QApplication.processEvents()
    return shell.pages.guides


def focused() -> object:
    return QApplication.focusWidget()


def test_every_guide_has_a_card_in_the_language_of_the_guides(shell: Shell) -> None:
    page = shell.pages.guides
    assert sorted(card.guide for card in page.cards) == sorted(GUIDES)
    shell.prefer(shell.preferences.changed(guide_language="de"))
    shown = {part.text() for part in page.findChildren(QLabel)}
    assert {guide_words(name, "de").name for name in GUIDES} <= shown
    assert guide_page_words("de").intro in shown
    assert page.title == guide_page_words("de").title


def test_gallery_is_reached_from_practice_by_key_and_by_button(shell: Shell) -> None:
    QTest.keyClick(shell.windowHandle(), Qt.Key.Key_G, CTRL)
    until(lambda: shell.page is shell.pages.guides)
    shell.show_page(shell.pages.practice)
    shell.pages.practice.guides_button.click()
    assert shell.page is shell.pages.guides
    assert shell.rail.buttons[window_words.GUIDES].isChecked()


def test_enter_opens_the_page_of_a_guide_and_nothing_begins(
    shell: Shell, page: GuidesPage, engine: EngineDouble
) -> None:
    page.setFocus()
    QTest.keyClick(page, Qt.Key.Key_Tab)
    assert focused() is page.cards[0]
    QTest.keyClick(page.cards[0], Qt.Key.Key_Return)
    assert shell.pages.shows("guide_start")
    assert shell.pages.guide_start.guide == page.cards[0].guide
    QTest.keyClick(shell.pages.guide_start.back_button, Qt.Key.Key_Return)
    assert shell.pages.shows("guides")
    assert focused() is page.cards[0], "who looks around goes on from there"
    assert "begin" not in engine.calls


def test_arrows_come_by_every_card(page: GuidesPage) -> None:
    page.cards[0].setFocus()
    seen: list[object] = [focused()]
    for card in page.cards[:-1]:
        QTest.keyClick(card, Qt.Key.Key_Right)
        seen.append(focused())
    assert seen == list(page.cards)
    QTest.keyClick(page.cards[-1], Qt.Key.Key_Right)
    assert focused() is page.cards[-1], "there is no way past the last"
    for card in reversed(page.cards[1:]):
        QTest.keyClick(card, Qt.Key.Key_Left)
    assert focused() is page.cards[0]


def test_up_and_down_go_to_the_nearest_card(page: GuidesPage) -> None:
    def top(card: GuideCard) -> int:
        return card.mapTo(page, card.rect().topLeft()).y()

    first = page.cards[0]
    first.setFocus()
    QTest.keyClick(first, Qt.Key.Key_Down)
    below = QApplication.focusWidget()
    nearest = min((card for card in page.cards if top(card) > top(first)), key=top)
    assert below is not first
    assert top(nearest) == top(below)  # type: ignore[arg-type]  # a card, as the line above says
    assert below is not None
    QTest.keyClick(below, Qt.Key.Key_Up)
    assert top(QApplication.focusWidget()) == top(first)  # type: ignore[arg-type]  # as above
    QTest.keyClick(first, Qt.Key.Key_Up)
    assert focused() is first


def test_card_that_has_the_focus_is_in_sight(shell: Shell, page: GuidesPage) -> None:
    shell.resize(960, 640)
    QApplication.processEvents()
    page.cards[0].setFocus()
    for card in page.cards[:-1]:
        QTest.keyClick(card, Qt.Key.Key_Right)
        assert not page.cards[page.cards.index(card) + 1].visibleRegion().isEmpty()


@pytest.mark.parametrize("scale", [1.0, 2.0])
def test_no_word_is_cut_off_in_a_small_window(shell: Shell, scale: float) -> None:
    shell.prefer(shell.preferences.changed(text_scale=scale))
    shell.resize(960, 640)
    shell.show_page(shell.pages.guides)
    QTest.qWait(50)
    for card in shell.pages.guides.cards:
        assert card.mapTo(shell, card.rect().topRight()).x() <= shell.width()
        for part in card.findChildren(QLabel):
            assert part.height() >= part.heightForWidth(part.width()), part.text()
            assert part.geometry().bottom() <= card.height()
    shell.prefer(Preferences(theme="dark", sound=False))


@pytest.mark.parametrize(
    ("sizes", "n_across", "places"),
    [
        ([2, 1, 1, 3], 3, [(0, 0, 2), (0, 2, 1), (1, 0, 1), (2, 0, 3)]),
        ([2, 2], 3, [(0, 0, 2), (1, 0, 2)]),
        ([1, 1, 1, 1], 2, [(0, 0, 1), (0, 1, 1), (1, 0, 1), (1, 1, 1)]),
        ([5, 1], 2, [(0, 0, 2), (3, 0, 1)]),
        ([1, 2, 1], 1, [(0, 0, 1), (1, 0, 1), (3, 0, 1)]),
        # None stands alone under three: two by two, with the next two at their side.
        ([4, 1, 1, 3, 2], 3, [(0, 0, 2), (0, 2, 1), (1, 2, 1), (2, 0, 3), (3, 0, 2)]),
        ([], 3, []),
    ],
)
def test_group_stands_beside_the_one_before_where_all_of_it_fits(
    sizes: list[int], n_across: int, places: list[tuple[int, int, int]]
) -> None:
    assert packed(sizes, n_across) == places
