"""The check comes once, before the first guide; what is ticked is kept nowhere."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLabel

from biofeedback import settings
from biofeedback.guides.safety import safety_words
from biofeedback.guides.words import LANGUAGES
from biofeedback.settings import Preferences
from biofeedback.ui import guide_plan
from biofeedback.ui.safety_page import SafetyPage
from ui.conftest import until

if TYPE_CHECKING:
    from pathlib import Path

    from biofeedback.ui.shell import Shell
    from ui.engine_double import EngineDouble

EN = safety_words()
CTRL = Qt.KeyboardModifier.ControlModifier


@pytest.fixture
def preferences() -> Preferences:
    """As on the first day."""
    return Preferences(theme="dark", sound=False)


@pytest.mark.parametrize("language", LANGUAGES)
def test_all_of_it_can_be_read(language: str) -> None:
    page = SafetyPage(Preferences().changed(guide_language=language))
    words = safety_words(language)
    shown = {part.text() for part in page.findChildren(QLabel)}
    assert {words.title, words.asks, words.asks_text, *words.points} <= shown
    assert [tick.text() for tick in page.ticks.values()] == list(words.conditions.values())


def read_on(page: SafetyPage) -> None:
    """Press on as long as it says that there is more to read."""
    for _ in range(20):
        if page.go_button.text() != EN.read_on:
            return
        page.go_button.click()
    pytest.fail("the end of the page is not reached")


@pytest.mark.parametrize("scale", [1.0, 2.0])
def test_nobody_says_that_none_is_true_before_the_last_was_in_sight(
    shell: Shell, scale: float
) -> None:
    """Panic, psychosis and trauma are the last of the list."""
    shell.prefer(shell.preferences.changed(text_scale=scale))
    shell.resize(960, 640)
    shell.pages.practice.begin_button.click()
    QTest.qWait(50)
    page = shell.pages.safety
    passed: list[bool] = []
    page.passed.connect(passed.append)
    last = page.ticks["trauma"]
    while not last.visibleRegion().boundingRect().height() > last.height() // 2:
        assert page.go_button.text() == EN.read_on
        assert page.go_button.accessibleName() == EN.read_on
        page.go_button.click()
        assert passed == []
    assert page.go_button.text() == EN.none_begin
    page.entered()
    assert page.go_button.text() == EN.read_on, "whoever comes anew reads anew"
    read_on(page)
    page.go_button.click()
    assert passed == [False]
    shell.prefer(Preferences(theme="dark", sound=False))
    QApplication.processEvents()


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_the_buttons_say_is_not_cut_off_in_large_text(shell: Shell, language: str) -> None:
    changed = shell.preferences.changed(text_scale=2.0, guide_language=language)
    shell.prefer(changed)
    shell.resize(960, 640)
    shell.pages.practice.begin_button.click()
    page = shell.pages.safety
    for is_ticked in (False, True):
        page.ticks["heart"].setChecked(is_ticked)
        page._was_read = True
        page._tell()
        QTest.qWait(20)
        for shown in (page.go_button, page.later_button):
            assert shown.fontMetrics().horizontalAdvance(shown.text()) < shown.width()
    shell.prefer(Preferences(theme="dark", sound=False))


def test_it_comes_before_the_first_guide_and_never_again(
    shell: Shell, engine: EngineDouble
) -> None:
    """With the keys alone: Begin, read, and on; the guide that was begun begins."""
    QTest.keyClick(shell.windowHandle(), Qt.Key.Key_B, CTRL)
    until(lambda: shell.pages.shows("safety"))
    assert engine.plans == []
    page = shell.pages.safety
    page.go_button.setFocus()
    for _ in range(9):
        if not shell.pages.shows("safety"):
            break
        assert engine.plans == []
        QTest.keyClick(page.go_button, Qt.Key.Key_Return)
    assert shell.pages.shows("practice")
    assert (shell.preferences.is_checked, shell.preferences.is_gentle) == (True, False)
    (plan,) = engine.plans
    assert "gentle" not in plan.options
    assert plan.options["first"] == 1.0
    assert plan.duration_s == 300.0
    assert shell.preferences.n_led == 1


def test_it_comes_before_a_guide_of_the_gallery_too_which_begins_then(
    shell: Shell, engine: EngineDouble
) -> None:
    shell.pages.guide_start.open("grounding")
    shell.show_page(shell.pages.guide_start)
    shell.pages.guide_start.begin_button.click()
    assert shell.pages.shows("safety")
    QTest.qWait(50)
    read_on(shell.pages.safety)
    assert shell.pages.safety.go_button.text() == EN.none_begin
    assert engine.plans == []
    shell.pages.safety.go_button.click()
    assert [plan.guide for plan in engine.plans] == ["grounding"]


def test_what_gentleness_rules_out_is_shown_again_and_does_not_begin(
    shell: Shell, engine: EngineDouble, monkeypatch: pytest.MonkeyPatch
) -> None:
    shell.pages.guide_start.open("grounding")
    shell.show_page(shell.pages.guide_start)
    shell.pages.guide_start.begin_button.click()
    monkeypatch.setattr(guide_plan, "can_begin", lambda *_: False)
    shell.pages.safety.ticks["heart"].click()
    shell.pages.safety.go_button.click()
    assert shell.pages.shows("guide_start")
    assert engine.plans == []


def test_whoever_left_it_by_another_way_and_reads_it_later_begins_nothing(
    shell: Shell, engine: EngineDouble
) -> None:
    shell.pages.practice.begin_button.click()
    shell.show_page(shell.pages.settings)
    shell.pages.settings.guides.safety_button.click()
    shell.pages.safety.ticks["heart"].click()
    shell.pages.safety.go_button.click()
    assert shell.pages.shows("settings")
    assert engine.plans == []


def test_quiet_minutes_lead_nothing_and_need_no_check(shell: Shell, engine: EngineDouble) -> None:
    shell.pages.practice.usual_offer.accepted.emit()
    assert [plan.guide for plan in engine.plans] == ["baseline"]
    assert shell.preferences.n_led == 0


def test_it_can_be_put_off_and_comes_again(shell: Shell, engine: EngineDouble) -> None:
    shell.pages.practice.begin_button.click()
    shell.pages.safety.later_button.click()
    assert shell.pages.shows("practice")
    assert not shell.preferences.is_checked
    shell.pages.practice.begin_button.click()
    assert shell.pages.shows("safety")
    assert engine.plans == []


@pytest.mark.parametrize("condition", EN.conditions)
def test_any_condition_asks_for_gentleness_and_stops_nobody(condition: str) -> None:
    page = SafetyPage(Preferences())
    passed: list[bool] = []
    page.passed.connect(passed.append)
    page.ticks[condition].click()
    assert page.go_button.text() == EN.go_on
    assert page.go_button.isEnabled()
    assert page.notes == ((EN.notes[condition],) if condition in EN.notes else ())
    gentle = next(part for part in page.findChildren(QLabel) if part.text() == EN.gentle)
    assert not gentle.isHidden()
    page.go_button.click()
    assert passed == [True]


def test_gentleness_goes_with_every_plan(shell: Shell, engine: EngineDouble) -> None:
    """Ticked with the keys alone."""
    shell.pages.practice.begin_button.click()
    page = shell.pages.safety
    page.ticks["heart"].setFocus()
    QTest.keyClick(page.ticks["heart"], Qt.Key.Key_Return)
    assert page.go_button.text() == EN.go_on_begin
    page.go_button.click()
    assert shell.preferences.is_gentle
    assert engine.plans[0].options["gentle"] == 1.0


def test_nothing_of_what_was_ticked_is_kept(shell: Shell, tmp_path: Path) -> None:
    """Neither on the page nor in the file, but that guides are gentler."""
    path = tmp_path / "settings.toml"
    shell._keep = lambda preferences: settings.save(preferences, path)
    shell.pages.practice.begin_button.click()
    page = shell.pages.safety
    page.ticks["epilepsy"].click()
    page.go_button.click()
    assert not page.is_gentle
    before = Preferences(theme="dark", sound=False)
    assert settings.load(path) == before.changed(is_checked=True, is_gentle=True, n_led=1)
    assert "epilepsy" not in path.read_text(encoding="utf-8").lower()


def test_leaving_by_another_way_forgets_what_was_ticked(shell: Shell) -> None:
    shell.pages.practice.begin_button.click()
    shell.pages.safety.ticks["panic"].click()
    shell.show_page(shell.pages.sensors)
    assert not shell.pages.safety.is_gentle
    assert not shell.preferences.is_checked


def test_it_can_be_gone_through_anew_from_settings(shell: Shell) -> None:
    shell.prefer(shell.preferences.changed(is_checked=True, is_gentle=True))
    shell.show_page(shell.pages.settings)
    shell.pages.settings.guides.safety_button.click()
    assert shell.pages.shows("safety")
    assert not shell.pages.safety.is_gentle, "what was answered then is not known any more"
    QTest.qWait(50)
    read_on(shell.pages.safety)
    assert shell.pages.safety.go_button.text() == EN.none, "nothing follows"
    shell.pages.safety.go_button.click()
    assert shell.pages.shows("settings")
    assert not shell.preferences.is_gentle


def test_help_is_one_press_away_and_leads_back(shell: Shell) -> None:
    shell.pages.practice.begin_button.click()
    shell.pages.safety.help_button.click()
    assert shell.pages.shows("help")
    shell.pages.help.back_button.click()
    assert shell.pages.shows("safety")


@pytest.mark.parametrize("language", LANGUAGES)
def test_ways_on_are_whole_and_in_sight_with_large_text(shell: Shell, language: str) -> None:
    shell.prefer(shell.preferences.changed(text_scale=2.0, guide_language=language))
    shell.resize(960, 640)
    shell.show_page(shell.pages.safety)
    shell.pages.safety.ticks["acid"].click()
    QTest.qWait(50)
    page = shell.pages.safety
    for shown in (page.go_button, page.later_button):
        assert shown.visibleRegion().boundingRect() == shown.rect()
        assert shown.fontMetrics().horizontalAdvance(shown.text()) < shown.width()
    for tick in page.ticks.values():
        assert tick.height() >= tick.heightForWidth(tick.width())
        assert tick.mapTo(shell, tick.rect().topRight()).x() < shell.width()
    shell.prefer(Preferences(theme="dark", sound=False))
    QApplication.processEvents()
