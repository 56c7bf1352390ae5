"""The button of the session leads to where it is: the choice, what leads, or what it came to."""

from __future__ import annotations

from typing import TYPE_CHECKING

from biofeedback.runtime.snapshot import SessionState
from biofeedback.samples import GuideState
from ui.engine_double import a_summary

if TYPE_CHECKING:
    from biofeedback.ui.shell import Shell
    from ui.engine_double import EngineDouble

BREATHE = GuideState(0.0, "breathing", "in", 4.0, 6.0, "breathe")
SEE = GuideState(0.0, "grounding", "open", stage="see", place=1, n_places=5)


def test_before_and_between_sessions_it_is_the_choice(shell: Shell) -> None:
    assert shell.place.page() is shell.pages.practice


def test_it_is_the_page_of_what_leads(shell: Shell, engine: EngineDouble) -> None:
    engine.change(state=SessionState.RUNNING, guide=SEE)
    assert shell.place.page() is shell.pages.lead
    engine.change(state=SessionState.PAUSED)
    assert shell.place.page() is shell.pages.lead
    engine.change(guide=BREATHE)
    assert shell.place.page() is shell.pages.practice


def test_a_page_for_something_else_is_not_left_for_the_guide(
    shell: Shell, engine: EngineDouble
) -> None:
    engine.change(state=SessionState.RUNNING, guide=SEE)
    shell.show_page(shell.pages.settings)
    assert not shell.place.is_shown
    assert shell.place.moved(engine.snapshot(), SessionState.RUNNING) is None
    shell.show_page(shell.pages.practice)
    assert shell.page is shell.pages.lead
    assert shell.place.moved(engine.snapshot(), SessionState.RUNNING) is None


def test_what_it_came_to_is_there_until_it_is_put_aside(shell: Shell, engine: EngineDouble) -> None:
    engine.change(state=SessionState.ENDED)
    assert shell.place.page() is shell.pages.summary
    shell.pages.summary.show_summary(a_summary())
    engine.change(state=SessionState.READY)
    assert shell.place.page() is shell.pages.summary
    shell.pages.summary.show_summary(None)
    assert shell.place.page() is shell.pages.practice
