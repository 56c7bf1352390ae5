"""A recorded session on the Practice screen again."""

from __future__ import annotations

from math import isfinite
from typing import TYPE_CHECKING

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from biofeedback.pacing import PRESETS
from biofeedback.runtime.snapshot import SessionPlan, SessionState
from biofeedback.samples import Beat
from biofeedback.ui import messages
from ui.conftest import until
from ui.engine_double import EngineDouble, breathing_beats
from ui.recorded import ended, record

if TYPE_CHECKING:
    from biofeedback.sessions.library import Library
    from biofeedback.ui.shell import Shell


@pytest.fixture
def listed(shell: Shell, library: Library) -> Shell:
    """The window on a library with one session, listed and picked."""
    record(library)
    shell.use_library(library)
    shell.show_page(shell.sessions)
    until(lambda: shell.sessions.table.rowCount() == 1)
    shell.sessions.table.setCurrentCell(0, 0)
    return shell


def test_replay_shows_the_recorded_numbers(listed: Shell) -> None:
    """Played as fast as it goes: at its end the wave holds the recorded beats."""
    listed.replay.speed_picker.setCurrentIndex(listed.replay.speed_picker.count() - 1)
    listed.sessions.replay_button.click()
    until(lambda: listed.page is listed.replay)
    until(lambda: listed.replay.state is SessionState.ENDED)
    listed.tick()

    shown = {round(point.t_s, 3) for point in listed.replay.stage.wave.points}
    recorded = [beat for beat in breathing_beats(40.0) if isfinite(beat.rr_ms)]
    assert {round(beat.t_s, 3) for beat in recorded} <= shown
    assert listed.replay._position.text() == "00:40 of 00:40"
    assert listed.replay._pace.text() == "6.0 breaths a minute"
    assert listed.replay.play_button.isHidden()


def test_space_pauses_a_replay(listed: Shell, engine: EngineDouble) -> None:
    listed.sessions.replay_button.click()
    until(lambda: listed.page is listed.replay)
    player = listed.replay.player
    assert player is not None
    QTest.keyClick(listed.windowHandle(), Qt.Key.Key_Space)
    was_playing = player.is_playing
    assert listed.replay.stage.disc.is_still
    held_s = player.now_s()
    QTest.qWait(60)
    assert player.now_s() == held_s
    QTest.keyClick(listed.windowHandle(), Qt.Key.Key_Space)
    assert (was_playing, player.is_playing) == (False, True)
    assert "pause" not in engine.calls


def test_speed_can_be_changed_and_leaving_stops_the_replay(listed: Shell) -> None:
    listed.sessions.replay_button.click()
    until(lambda: listed.page is listed.replay)
    player = listed.replay.player
    assert player is not None
    listed.replay.set_speed(64.0)
    assert player.speed == 64.0
    until(lambda: listed.replay.state is SessionState.ENDED)
    listed.replay.again_button.click()
    assert listed.replay.player is not player
    listed.replay.back_button.click()
    assert listed.page is listed.sessions
    assert listed.replay.player is None


def test_replay_waits_until_a_running_session_has_ended(
    listed: Shell, engine: EngineDouble
) -> None:
    engine.begin(SessionPlan("breathing", PRESETS["gentle"], 600.0))
    listed.sessions.replay_button.click()

    assert listed.notice.text == messages.AFTER_THE_SESSION
    assert listed.page is listed.sessions


def test_looking_at_the_session_replays_it(
    shell: Shell, engine: EngineDouble, library: Library
) -> None:
    ended(shell, engine, library)
    shell.summary.look_button.click()
    until(lambda: shell.page is shell.replay)

    assert any(
        isinstance(event, Beat)
        for event in library.load(library.sessions()[0].session_id).events(Beat)
    )
