"""What is usual is offered, got to know in quiet, and kept only when the person says so."""

from __future__ import annotations

from math import inf
from types import MappingProxyType
from typing import TYPE_CHECKING

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from biofeedback.clock import utc_now
from biofeedback.runtime.snapshot import BASELINE, SessionState
from biofeedback.settings import Preferences
from biofeedback.signal.baseline import Baseline, BaselineProgress, Usual
from biofeedback.ui.messages import practice_words, usual_words
from ui.conftest import until
from ui.engine_double import STRAP, EngineDouble, a_summary, streaming

if TYPE_CHECKING:
    from biofeedback.sessions.library import Library
    from biofeedback.ui.practice import PracticePage
    from biofeedback.ui.shell import Shell

FOUND = Baseline(
    200.0, 200.0, 0.98, MappingProxyType({"heart_rate_bpm": Usual(62.0, 1.2)}), n_sessions=1
)


@pytest.fixture
def practice(shell: Shell, engine: EngineDouble, library: Library) -> PracticePage:
    """The Practice page with a library and a sensor."""
    shell.use_library(library)
    engine.change(sensors={STRAP.sensor_id: streaming(STRAP, 0.0)})
    tell(shell, engine)
    return shell.pages.practice


def tell(shell: Shell, engine: EngineDouble, progress: BaselineProgress | None = None) -> None:
    engine.t_s += 1.0
    engine.change(t_s=engine.t_s, baseline=progress)
    shell.tick()


def test_it_is_offered_where_it_can_be_kept_and_measured(
    shell: Shell, engine: EngineDouble, library: Library
) -> None:
    practice = shell.pages.practice
    assert not practice.usual_offer.isVisible()
    shell.use_library(library)
    tell(shell, engine)
    assert practice.usual_offer.isVisible()
    assert not practice.usual_offer.begin_button.isEnabled()
    engine.change(sensors={STRAP.sensor_id: streaming(STRAP, 0.0)})
    tell(shell, engine)
    assert practice.usual_offer.begin_button.isEnabled()


def test_quiet_minutes_lead_nothing_and_say_how_far_they_are(
    shell: Shell, engine: EngineDouble, practice: PracticePage
) -> None:
    practice.usual_offer.begin_button.click()
    (plan,) = engine.plans
    assert (plan.guide, plan.duration_s) == (BASELINE, inf)
    quiet = practice.usual_progress
    tell(shell, engine, BaselineProgress(0.0, 180.0, ""))
    assert not practice.editor.isVisible()
    assert not practice.usual_offer.isVisible()
    assert practice.stage.disc.word == usual_words.QUIET
    assert (quiet.time, quiet.words) == ("03:00", usual_words.USUAL_FIRST)
    tell(shell, engine, BaselineProgress(70.0, 110.0, "you are moving"))
    assert (quiet.time, quiet.words) == ("01:50", "Not counting just now: you are moving.")
    assert quiet.stop_button.text() == usual_words.USUAL_STOP
    tell(shell, engine, BaselineProgress(195.0, 0.0, ""))
    assert (quiet.time, quiet.words) == ("03:15", usual_words.USUAL_ENOUGH)
    assert quiet.stop_button.text() == usual_words.USUAL_DONE
    quiet.stop_button.click()
    assert engine.calls[-1] == "end"
    tell(shell, engine)
    shell.show_page(practice)
    tell(shell, engine)
    assert practice.editor.isVisible()


def test_space_pauses_the_quiet_minutes(
    shell: Shell, engine: EngineDouble, practice: PracticePage
) -> None:
    practice.usual_offer.begin_button.click()
    tell(shell, engine, BaselineProgress(0.0, 180.0, ""))
    QTest.keyClick(shell.windowHandle(), Qt.Key.Key_Space)
    assert engine.calls[-1] == "pause"
    tell(shell, engine, BaselineProgress(70.0, 110.0, "you paused"))
    assert practice.usual_progress.words == "Not counting just now: you paused."
    assert practice.stage.disc.word == practice_words.PAUSED


def ended(shell: Shell, engine: EngineDouble, practice: PracticePage) -> None:
    practice.usual_offer.begin_button.click()
    tell(shell, engine)
    engine.ended_with = a_summary(baseline=FOUND)
    engine.end()
    tell(shell, engine)
    assert shell.page is shell.pages.summary
    assert engine.snapshot().state is SessionState.ENDED


def test_it_is_kept_only_on_yes(
    shell: Shell, engine: EngineDouble, practice: PracticePage, library: Library
) -> None:
    ended(shell, engine, practice)
    summary = shell.pages.summary
    assert summary.usual_yes.isVisible()
    summary.usual_no.click()
    until(lambda: shell.is_idle)
    assert library.baselines.of() == ()
    assert summary._usual_said.text() == usual_words.USUAL_NOT_KEPT
    assert not summary.usual_yes.isVisible()


def test_on_yes_it_is_kept_once(
    shell: Shell, engine: EngineDouble, practice: PracticePage, library: Library
) -> None:
    ended(shell, engine, practice)
    summary = shell.pages.summary
    summary.usual_yes.click()
    until(lambda: summary._usual_said.text() == usual_words.USUAL_KEPT)
    (row,) = library.baselines.of()
    assert Baseline.from_values(row.values, 200.0) == FOUND
    assert not summary.usual_yes.isVisible()


def test_a_session_that_found_none_asks_nothing(shell: Shell, engine: EngineDouble) -> None:
    engine.ended_with = a_summary()
    shell.pages.summary.show_summary(a_summary())
    shell.show_page(shell.pages.summary)
    assert not shell.pages.summary.usual_yes.isVisible()


def test_settings_say_how_many_are_kept_and_forget_them_when_asked_twice(
    shell: Shell, engine: EngineDouble, practice: PracticePage, library: Library
) -> None:
    del practice
    for _ in range(2):
        library.baselines.add(FOUND.to_values(), utc_now())
    settings = shell.pages.settings
    shell.show_page(settings)
    until(settings.forget_button.isVisible)
    assert settings._usual.text() == usual_words.usual_kept(2)
    settings.forget_button._first.click()
    assert len(library.baselines.of()) == 2
    n_before = engine.n_libraries
    settings.forget_button._yes.click()
    until(lambda: not settings.forget_button.isVisible())
    assert library.baselines.of() == ()
    assert settings._usual.text() == usual_words.USUAL_NONE
    assert shell.notice.text == usual_words.USUAL_FORGOTTEN
    # What is computed before the next session leans on it no longer.
    assert engine.n_libraries == n_before + 1


def test_a_pace_that_was_found_is_told_and_forgotten_too(
    shell: Shell, practice: PracticePage, library: Library
) -> None:
    del practice
    library.resonances.add({"resonance_per_min": 5.6}, utc_now())
    settings = shell.pages.settings
    shell.show_page(settings)
    until(settings.forget_button.isVisible)
    assert settings._usual.text() == usual_words.USUAL_PACE
    settings.forget_button._first.click()
    settings.forget_button._yes.click()
    until(lambda: not settings.forget_button.isVisible())
    assert library.resonances.of() == ()


def test_quiet_minutes_have_no_tone_and_ask_for_no_sound_device(
    shell: Shell, engine: EngineDouble, practice: PracticePage
) -> None:
    shell.prefer(Preferences(theme="dark", sound=True))
    practice.usual_offer.begin_button.click()
    tell(shell, engine, BaselineProgress(0.0, 180.0, ""))
    assert shell.notice.text == ""
