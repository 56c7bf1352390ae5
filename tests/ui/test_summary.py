"""The end of a session is told in plain words."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLabel, QScrollArea

from biofeedback.settings import Preferences
from biofeedback.ui.messages import summary_words
from biofeedback.ui.summary import SummaryPage
from ui.engine_double import a_summary

if TYPE_CHECKING:
    from biofeedback.ui.shell import Shell


@pytest.fixture
def page() -> SummaryPage:
    made = SummaryPage()
    made.resize(1200, 740)
    made.show()
    return made


def words(page: SummaryPage) -> set[str]:
    QApplication.processEvents()
    return {label.text() for label in page.findChildren(QLabel) if label.isVisible()}


def test_until_it_is_ready_it_says_so(page: SummaryPage) -> None:
    page.show_summary(None)
    assert words(page) == {summary_words.PUTTING_TOGETHER}


def test_headline_figures_and_remarks_are_shown(page: SummaryPage) -> None:
    page.show_summary(a_summary())

    assert {
        "Your heart followed your breath for 7 of 10 minutes.",
        "67 → 63 bpm",
        "4.1 → 13.8 bpm",
        "2 of 652",
        "The heart signal was interrupted once. Gaps are left open.\nYou paused once.",
        summary_words.KEPT,
    } <= words(page)
    assert page.title == "10 minutes of paced breathing"


def test_session_that_was_not_recorded_offers_nothing_to_keep(page: SummaryPage) -> None:
    page.show_summary(a_summary(session_id="", is_kept=False))

    assert summary_words.NOT_KEPT in words(page)
    assert not page.look_button.isVisible()
    assert not page.delete_button.isVisible()
    assert not page.keep_button.isVisible()


def test_next_session_replaces_the_figures_of_the_last(page: SummaryPage) -> None:
    page.show_summary(a_summary())
    page.show_summary(a_summary(cards=a_summary().cards[:1], headline="Another."))

    assert "Another." in words(page)
    assert "2 of 652" not in words(page)


@pytest.mark.parametrize(("width", "n_rows"), [(1200, 1), (700, 2)])
def test_figures_stand_in_two_rows_where_there_is_little_width(
    page: SummaryPage, width: int, n_rows: int
) -> None:
    page.resize(width, 740)
    page.show_summary(a_summary())
    QApplication.processEvents()

    assert len({card.y() for card in page._cards}) == n_rows


@pytest.mark.parametrize("scale", [1.0, 2.0])
def test_nothing_is_cut_off_at_the_side_in_a_small_window(shell: Shell, scale: float) -> None:
    shell.prefer(shell.preferences.changed(text_scale=scale))
    page = shell.pages.summary
    shell.show_page(page)
    page.show_summary(a_summary(is_led=True))
    page.after.how.choose("dizzy")
    # What was laid out in a wide window must not keep its width.
    for width, height in ((1280, 800), (960, 640)):
        shell.resize(width, height)
        QTest.qWait(50)
    area = page.findChild(QScrollArea)
    assert area is not None
    content = area.widget()
    assert content is not None
    assert content.width() == area.viewport().width()
    shell.prefer(Preferences(theme="dark", sound=False))


def test_next_summary_begins_at_its_top(page: SummaryPage) -> None:
    page.resize(900, 400)
    page.show()
    page.show_summary(a_summary(is_led=True))
    QApplication.processEvents()
    area = page.findChild(QScrollArea)
    assert area is not None
    bar = area.verticalScrollBar()
    bar.setValue(bar.maximum())
    assert bar.value() > 0
    page.show_summary(a_summary(is_led=True))
    QApplication.processEvents()
    assert bar.value() == 0


def test_note_is_handed_on_once(page: SummaryPage) -> None:
    page.show_summary(a_summary())
    heard: list[tuple[str, str]] = []
    page.noted.connect(lambda session_id, text: heard.append((session_id, text)))
    page.write("  warm hands ")
    page.keep_note()
    page.keep_note()

    assert heard == [("3f9a12cd", "warm hands")]


def test_summary_opens_no_window_of_its_own(page: SummaryPage) -> None:
    page.show_summary(a_summary())
    page.show_summary(a_summary(notes=()))
    QApplication.processEvents()

    assert [widget for widget in QApplication.topLevelWidgets() if widget.isVisible()] == [page]


def test_note_takes_the_whole_row_where_there_is_nothing_to_know(page: SummaryPage) -> None:
    page.show_summary(a_summary())
    QApplication.processEvents()
    half = page._note_card.width()
    page.show_summary(a_summary(notes=()))
    QApplication.processEvents()

    assert page._note_card.width() > 1.9 * half


def test_two_who_keep_their_bodies_to_themselves_are_shown_no_curve(page: SummaryPage) -> None:
    page.show_summary(a_summary(cards=(), t_s=np.empty(0), heart_rate_bpm=np.empty(0)))
    assert not page.curve.isVisible()
    QApplication.processEvents()
    asks = next(each for each in page.findChildren(QLabel) if each.text() == summary_words.REMEMBER)
    assert asks.height() < 2 * asks.sizeHint().height(), "and nothing floats in its place"
    page.show_summary(a_summary())
    assert page.curve.isVisible()
