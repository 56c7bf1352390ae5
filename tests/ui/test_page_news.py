"""The page that is shown is told what the engine found, and what a session came to."""

from __future__ import annotations

from typing import TYPE_CHECKING

from biofeedback.pacing import PRESETS
from biofeedback.runtime.nearby import Nearby
from biofeedback.runtime.snapshot import SessionPlan
from biofeedback.ui.messages import window_words
from ui.engine_double import STRAP, EngineDouble, a_summary

if TYPE_CHECKING:
    from biofeedback.ui.shell import Shell

PLAN = SessionPlan("breathing", PRESETS["gentle"], 600.0)


def test_a_look_at_the_sensors_after_a_session_shows_what_comes_now_and_keeps_the_summary(
    shell: Shell, engine: EngineDouble
) -> None:
    """The picture of a session that ended stands still: each sensor would seem to be silent."""
    engine.begin(PLAN)
    shell.tick()
    engine.end()
    shell.tick()
    shell.show_page(shell.pages.sensors)
    # While it is being put together nothing is thrown away.
    assert "reset" not in engine.calls
    engine.ended_with = a_summary()
    shell.tick()
    shell.tick()
    assert engine.calls.count("reset") == 1
    shell.rail.buttons[window_words.PRACTICE].click()
    shell.tick()
    assert shell.page is shell.pages.summary
    assert shell.pages.summary.headline.text().startswith("Your heart followed")
    shell.pages.summary.done.emit()
    shell.show_page(shell.pages.sensors)
    shell.rail.buttons[window_words.PRACTICE].click()
    now: object = shell.page
    assert now is shell.pages.practice


def test_what_is_told_is_for_the_page_that_is_shown_alone(
    shell: Shell, engine: EngineDouble
) -> None:
    engine.found = Nearby("done", "", (STRAP,))
    engine.in_the_way_of_inlets = "Lab Streaming Layer could not be loaded on this computer."
    sensors, describe = shell.pages.sensors, shell.pages.describe
    shell.tick()
    assert sensors.streams_trouble == ""
    shell.show_page(describe)
    assert sensors.streams_trouble == ""
    assert describe.device.picker.count() == 1
    shell.show_page(sensors)
    assert sensors.streams_trouble == engine.in_the_way_of_inlets


def test_a_summary_that_comes_later_names_its_page(shell: Shell, engine: EngineDouble) -> None:
    engine.begin(PLAN)
    shell.tick()
    engine.end()
    shell.tick()
    assert shell.page is shell.pages.summary
    named = []
    for summary in (None, a_summary()):
        engine.ended_with = summary
        shell.tick()
        named.append((shell.topbar._title.text(), shell.pages.summary.title))
    assert named[0][0] == named[0][1]
    assert named[1][0] == named[1][1]
    assert named[0] != named[1]
