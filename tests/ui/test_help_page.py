"""Help is one key away from every page, adapted to the place, and can be written down."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from PySide6.QtCore import QLocale, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLabel

from biofeedback import settings
from biofeedback.guides.help_lines import help_words
from biofeedback.guides.words import LANGUAGES
from biofeedback.pacing import PRESETS
from biofeedback.runtime.snapshot import SessionPlan, SessionState
from biofeedback.settings import HelpLine, Preferences
from biofeedback.ui.help_page import HelpPage, place_here
from biofeedback.ui.messages import window_words
from ui.conftest import until

if TYPE_CHECKING:
    from pathlib import Path

    from biofeedback.ui.shell import Shell
    from ui.engine_double import EngineDouble

EN = help_words()
FRIEND = HelpLine(name="Ada", number="0123 456", note="evenings")


def texts(page: HelpPage) -> list[str]:
    return [part.text() for part in page.findChildren(QLabel) if part.isVisibleTo(page)]


def pick(page: HelpPage, place: str) -> None:
    page.place_picker.setCurrentIndex(page.place_picker.findData(place))
    page.place_picker.activated.emit(page.place_picker.currentIndex())


def test_key_leads_to_it_from_every_page_and_back(shell: Shell) -> None:
    for page in shell.pages.all():
        if page is shell.pages.help:
            continue
        shell.show_page(page)
        QTest.keyClick(shell.windowHandle(), Qt.Key.Key_F1)
        until(lambda: shell.pages.shows("help"))
        shell.pages.help.back_button.click()
        assert shell.page is page


def test_a_second_press_of_the_key_does_not_lose_the_way_back(shell: Shell) -> None:
    shell.show_page(shell.pages.sensors)
    for _ in range(2):
        shell.rail.buttons[window_words.HELP].click()
    shell.pages.help.back_button.click()
    assert shell.pages.shows("sensors")


def test_session_goes_on_meanwhile_and_can_be_paused(shell: Shell, engine: EngineDouble) -> None:
    engine.begin(SessionPlan("breathing", PRESETS["gentle"], 600.0))
    shell.tick()
    shell.rail.buttons[window_words.HELP].click()
    assert engine.snapshot().state is SessionState.RUNNING
    QTest.keyClick(shell.pages.help, Qt.Key.Key_Space)
    assert engine.snapshot().state is SessionState.PAUSED


@pytest.mark.parametrize("language", LANGUAGES)
def test_it_says_what_it_is_not_and_when_the_numbers_were_looked_at(language: str) -> None:
    words = help_words(language)
    page = HelpPage(Preferences().changed(guide_language=language))
    shown = texts(page)
    assert {words.about, words.urgent, words.privacy} <= set(shown)
    day = {"en": "23 November 2026", "de": "23. November 2026"}[language]
    assert words.verify.format(day=day) in shown, "each time the numbers are, the day is looked at"


def test_lines_of_a_place_are_shown_with_their_numbers(shell: Shell) -> None:
    shell.show_page(shell.pages.help)
    for code, place in EN.places.items():
        pick(shell.pages.help, code)
        assert shell.preferences.help_place == code
        shown = texts(shell.pages.help)
        for line in place.lines:
            assert {line.name, line.number} <= set(shown)
        assert shell.pages.help.place_picker.currentData() == code


def test_how_far_numbers_can_be_relied_on_stands_before_the_numbers(shell: Shell) -> None:
    shell.show_page(shell.pages.help)
    page = shell.pages.help
    shown = texts(page)
    before = EN.verify.partition("{day}")[0]
    (verify,) = [text for text in shown if text.startswith(before)]
    numbers = [line.number for line in EN.place_of(page.place).lines]
    assert all(shown.index(verify) < shown.index(number) for number in numbers)


def test_until_a_place_is_chosen_it_is_that_of_the_computer_or_anywhere() -> None:
    nowhere = HelpPage(Preferences())
    assert nowhere.place_picker.currentText() == EN.place_none
    assert "findahelpline.com" in texts(nowhere)
    here = HelpPage(Preferences(), "at")
    assert here.place_picker.currentText() == "Austria"
    assert "142" in texts(here)
    assert HelpPage(Preferences(help_place="us"), "at").place == "us"


@pytest.mark.parametrize(
    ("locale", "place"),
    [
        ("de_DE", "de"),
        ("en_GB", "uk-ie"),
        ("en_IE", "uk-ie"),
        ("en_US", "us"),
        ("it_IT", "eu"),
        ("is_IS", ""),
    ],
)
def test_computer_knows_the_place_it_is_set_to(locale: str, place: str) -> None:
    assert place_here(QLocale(locale)) == place


def test_own_line_is_written_with_the_keys_alone_and_stands_on_top(
    shell: Shell, tmp_path: Path
) -> None:
    path = tmp_path / "settings.toml"
    shell._keep = lambda preferences: settings.save(preferences, path)
    shell.show_page(shell.pages.help)
    page = shell.pages.help
    page.add_button.setFocus()
    QTest.keyClick(page.add_button, Qt.Key.Key_Return)
    assert page.form.name.hasFocus()
    for field, text in (("name", "Ada"), ("number", "0123 456"), ("note", "evenings")):
        QTest.keyClicks(getattr(page.form, field), text)
    QTest.keyClick(page.form.note, Qt.Key.Key_Return)

    assert shell.preferences.help_lines == (FRIEND,)
    assert settings.load(path).help_lines == (FRIEND,)
    shown = texts(page)
    assert shown.index("0123 456") < shown.index(EN.place)
    assert page.add_button.hasFocus()


def test_line_without_name_or_number_is_not_kept(shell: Shell) -> None:
    shell.show_page(shell.pages.help)
    page = shell.pages.help
    page.add_button.click()
    QTest.keyClicks(page.form.name, "Ada")
    page.form.keep_button.click()
    assert page.form.trouble == EN.needs
    assert page.form.number.hasFocus()
    assert shell.preferences.help_lines == ()
    QTest.keyClick(page.form.number, Qt.Key.Key_Escape)
    assert page.form.isHidden()


def test_own_line_is_changed_and_removed_when_that_is_meant(shell: Shell) -> None:
    other = HelpLine(name="Ben", number="789")
    shell.prefer(shell.preferences.changed(help_lines=(FRIEND, other)))
    shell.show_page(shell.pages.help)
    page = shell.pages.help
    page.own[0].change_button.click()
    assert page.form.number.text() == FRIEND.number
    page.form.number.setText("0123 999")
    page.form.keep_button.click()
    assert [line.number for line in shell.preferences.help_lines] == ["0123 999", "789"]
    page.own[0].remove_button._first.click()
    page.own[0].remove_button._no.click()
    assert len(shell.preferences.help_lines) == 2
    page.own[0].remove_button._first.click()
    page.own[0].remove_button._yes.click()
    assert [line.name for line in shell.preferences.help_lines] == ["Ben"]


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_line_is_cut_off_with_large_text(shell: Shell, language: str) -> None:
    shell.prefer(
        shell.preferences.changed(
            text_scale=2.0, guide_language=language, help_place="de", help_lines=(FRIEND,)
        )
    )
    shell.resize(960, 640)
    shell.show_page(shell.pages.help)
    QTest.qWait(50)
    for part in shell.pages.help.findChildren(QLabel):
        if part.isVisible():
            assert part.mapTo(shell, part.rect().topRight()).x() < shell.width(), part.text()
            assert part.height() >= part.heightForWidth(part.width()), part.text()
    shell.prefer(Preferences(theme="dark", sound=False))
