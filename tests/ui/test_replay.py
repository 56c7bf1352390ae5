"""A recorded session on the Practice screen again."""

from __future__ import annotations

from math import isfinite
from typing import TYPE_CHECKING

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from biofeedback.errors import LibraryDamagedError
from biofeedback.pacing import PRESETS
from biofeedback.runtime.snapshot import SessionPlan, SessionState
from biofeedback.samples import Beat, Chunk, StreamInfo, StreamKind
from biofeedback.ui.messages import practice_words, replay_words, session_words
from ui.conftest import until
from ui.engine_double import STRAP, EngineDouble, breathing_beats
from ui.recorded import ended, record

if TYPE_CHECKING:
    from collections.abc import Iterator

    from biofeedback.samples import Event
    from biofeedback.sessions.library import Library
    from biofeedback.ui.shell import Shell


@pytest.fixture
def listed(shell: Shell, library: Library) -> Shell:
    """The window on a library with one session, listed and picked."""
    record(library)
    shell.use_library(library)
    shell.show_page(shell.pages.sessions)
    until(lambda: shell.pages.sessions.table.rowCount() == 1)
    shell.pages.sessions.table.setCurrentCell(0, 0)
    return shell


def test_replay_shows_the_recorded_numbers(listed: Shell) -> None:
    """Played as fast as it goes: at its end the wave holds the recorded beats."""
    listed.pages.replay.speed_picker.setCurrentIndex(listed.pages.replay.speed_picker.count() - 1)
    listed.pages.sessions.replay_button.click()
    until(lambda: listed.page is listed.pages.replay)
    until(lambda: listed.pages.replay.state is SessionState.ENDED)
    listed.tick()

    shown = {round(point.t_s, 3) for point in listed.pages.replay.stage.wave.points}
    recorded = [beat for beat in breathing_beats(40.0) if isfinite(beat.rr_ms)]
    assert {round(beat.t_s, 3) for beat in recorded} <= shown
    assert listed.pages.replay._position.text() == "00:40 of 00:40"
    assert "6.0 breaths a minute" in listed.pages.replay.led.texts
    assert listed.pages.replay.play_button.isHidden()


def test_space_pauses_a_replay(listed: Shell, engine: EngineDouble) -> None:
    listed.pages.sessions.replay_button.click()
    until(lambda: listed.page is listed.pages.replay)
    player = listed.pages.replay.player
    assert player is not None
    QTest.keyClick(listed.windowHandle(), Qt.Key.Key_Space)
    was_playing = player.is_playing
    assert listed.pages.replay.stage.disc.is_still
    held_s = player.now_s()
    QTest.qWait(60)
    assert player.now_s() == held_s
    QTest.keyClick(listed.windowHandle(), Qt.Key.Key_Space)
    assert (was_playing, player.is_playing) == (False, True)
    assert "pause" not in engine.calls


def test_speed_can_be_changed_and_leaving_stops_the_replay(listed: Shell) -> None:
    listed.pages.sessions.replay_button.click()
    until(lambda: listed.page is listed.pages.replay)
    player = listed.pages.replay.player
    assert player is not None
    listed.pages.replay.set_speed(64.0)
    assert player.speed == 64.0
    until(lambda: listed.pages.replay.state is SessionState.ENDED)
    listed.pages.replay.again_button.click()
    assert listed.pages.replay.player is not player
    listed.pages.replay.back_button.click()
    assert listed.page is listed.pages.sessions
    assert listed.pages.replay.player is None


def test_replay_waits_until_a_running_session_has_ended(
    listed: Shell, engine: EngineDouble
) -> None:
    engine.begin(SessionPlan("breathing", PRESETS["gentle"], 600.0))
    listed.pages.sessions.replay_button.click()

    assert listed.notice.text == session_words.AFTER_THE_SESSION
    assert listed.page is listed.pages.sessions


def test_looking_at_the_session_replays_it(
    shell: Shell, engine: EngineDouble, library: Library
) -> None:
    ended(shell, engine, library)
    shell.pages.summary.look_button.click()
    until(lambda: shell.page is shell.pages.replay)

    assert any(
        isinstance(event, Beat)
        for event in library.load(library.sessions()[0].session_id).events(Beat)
    )


class _Damaged:
    """A recording that cannot be read beyond its middle."""

    duration_s = 40.0

    def events(self, *kinds: type) -> Iterator[Event]:
        del kinds
        stream = StreamInfo(STRAP.sensor_id, StreamKind.RR, ("rr_ms",))
        for beat in breathing_beats(20.0):
            yield Chunk(stream, np.array([beat.t_s]), np.array([[beat.rr_ms]]), beat.t_s)
        msg = "The recording is damaged from here on."
        raise LibraryDamagedError(msg)


def test_replay_that_cannot_go_on_says_why_and_how_far_it_came(shell: Shell) -> None:
    shell.play(_Damaged(), 64.0)
    until(lambda: shell.pages.replay.state is SessionState.ENDED)
    shell.tick()

    assert shell.pages.replay.trouble == "The recording is damaged from here on."
    assert shell.pages.replay._position.text() != "00:40 of 00:40"
    assert shell.pages.replay.stage.disc.word == replay_words.REPLAY_STOPPED
    shell.pages.replay.back_button.click()


def test_replay_of_a_file_misses_no_sensor(shell: Shell) -> None:
    """Intervals from a file come from no sensor, and say nothing of a rest or an effort."""
    assert shell.topbar._empty.isVisible()
    shell.play(_Damaged(), 1.0)
    assert not shell.topbar._empty.isVisible()
    assert shell.pages.replay.stage.disc.word == practice_words.WITHOUT_GUIDE
    shell.show_page(shell.pages.settings)
    assert shell.topbar._empty.isVisible()


def test_trouble_of_one_replay_is_not_told_of_the_next(listed: Shell) -> None:
    listed.play(_Damaged(), 64.0)
    until(lambda: listed.pages.replay.state is SessionState.ENDED)
    listed.tick()
    assert listed.pages.replay.trouble
    listed.show_page(listed.pages.sessions)
    until(lambda: listed.is_idle)
    listed.pages.sessions.table.setCurrentCell(0, 0)
    listed.pages.sessions.replay_button.click()
    until(lambda: listed.page is listed.pages.replay)
    assert listed.pages.replay.trouble == ""
