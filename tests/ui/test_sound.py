"""Sound stops within the buffer, and its absence is told once."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest

from biofeedback.pacing import PRESETS, PacerSegment
from biofeedback.runtime.snapshot import SessionPlan
from biofeedback.settings import Preferences
from biofeedback.ui.messages import window_words
from biofeedback.ui.shell import Shell
from biofeedback.ui.sound import BreathTone, open_device
from ui.engine_double import EngineDouble

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from numpy.typing import NDArray

SEGMENT = PacerSegment(0.0, PRESETS["gentle"])
PLAN = SessionPlan("breathing", PRESETS["gentle"], 600.0)


class Speaker:
    """A device that plays at its own pace: `play` lets time pass for it."""

    def __init__(self) -> None:
        self.rate_hz = 8000.0
        self.waiting: list[float] = []
        self.heard: list[float] = []
        self.is_open = True

    def queued_s(self) -> float:
        return len(self.waiting) / self.rate_hz

    def write(self, samples: NDArray[np.float64]) -> None:
        self.waiting.extend(samples.tolist())

    def close(self) -> None:
        self.is_open = False

    def play(self, seconds: float) -> None:
        count = round(seconds * self.rate_hz)
        self.heard.extend(self.waiting[:count])
        del self.waiting[:count]


class Scene:
    """A pacer, a clock and a speaker."""

    def __init__(self) -> None:
        self.now_s = 1.9
        self.pacer: PacerSegment | None = SEGMENT
        self.speaker = Speaker()
        self.tone = BreathTone(lambda: self.pacer, lambda: self.now_s, lambda: self.speaker)
        self.tone.set_volume(1.0)

    def run(self, seconds: float) -> None:
        for _ in range(round(seconds / 0.01)):
            self.tone.feed()
            self.now_s += 0.01
            self.speaker.play(0.01)


@pytest.fixture
def scene() -> Iterator[Scene]:
    made = Scene()
    yield made
    made.tone.switch_off()


def test_tone_follows_the_pacer(scene: Scene) -> None:
    scene.tone.switch_on()
    scene.run(0.5)

    assert np.abs(scene.speaker.heard).max() > 0.5


def test_pause_is_silent_within_sixty_milliseconds(scene: Scene) -> None:
    """In the loudest moment: what is heard later than 60 ms after the pause is nothing."""
    scene.tone.switch_on()
    scene.run(0.2)
    scene.speaker.heard.clear()
    scene.pacer = None
    scene.tone.feed()
    scene.run(0.3)

    assert np.abs(scene.speaker.heard[round(0.06 * 8000) :]).max() == 0.0
    assert np.abs(scene.speaker.heard[: round(0.02 * 8000)]).max() > 0.1


def test_never_more_is_handed_over_than_forty_milliseconds(scene: Scene) -> None:
    scene.tone.switch_on()
    for _ in range(50):
        scene.tone.feed()
        assert scene.speaker.queued_s() <= 0.0401
        scene.now_s += 0.01
        scene.speaker.play(0.01)


def test_device_with_another_clock_is_followed_without_a_click(scene: Scene) -> None:
    """One that runs two percent fast for a breath: moved now and then, never with a jump."""
    scene.tone.switch_on()
    for _ in range(1000):
        scene.tone.feed()
        scene.now_s += 0.01
        scene.speaker.play(0.0102)
    heard = np.array(scene.speaker.heard)

    assert np.abs(np.diff(heard)).max() < 0.35


def test_switching_off_lets_go_of_the_device(scene: Scene) -> None:
    scene.tone.switch_on()
    was_on = scene.tone.is_on
    scene.tone.switch_off()
    assert (was_on, scene.tone.is_on, scene.speaker.is_open) == (True, False, False)
    scene.tone.feed()


def test_missing_device_is_told_once() -> None:
    tone = BreathTone(lambda: SEGMENT, lambda: 0.0, lambda: None)
    told: list[bool] = []
    tone.unavailable.connect(lambda: told.append(True))
    tone.switch_on()
    tone.switch_on()

    assert told == [True]
    assert not tone.is_on


def test_real_device_is_opened_or_missing_without_a_word() -> None:
    """On a machine without sound there is none, and Qt's backends say nothing."""
    device = open_device()
    if device is None:
        return
    device.write(np.zeros(64))
    assert device.queued_s() >= 0.0
    device.close()


@pytest.fixture
def loud(engine: EngineDouble, tmp_path: Path) -> Iterator[tuple[Shell, list[Speaker]]]:
    """A window with sound, and every device it opened."""
    opened: list[Speaker] = []

    def open_speaker() -> Speaker:
        opened.append(Speaker())
        return opened[-1]

    shell = Shell(
        engine,  # type: ignore[arg-type]  # stands in for the real one
        Preferences(theme="dark", volume=1.0),
        tmp_path / "library.biofeedback",
        keep=lambda _: True,
        open_output=open_speaker,
    )
    yield shell, opened
    from ui.conftest import put_away

    put_away(shell)
    shell.deleteLater()


def test_sound_is_on_while_a_session_runs_and_no_longer(
    loud: tuple[Shell, list[Speaker]], engine: EngineDouble
) -> None:
    shell, opened = loud
    shell.tick()
    assert opened == []
    engine.begin(PLAN)
    shell.tick()
    assert len(opened) == 1
    engine.end()
    shell.tick()
    assert not opened[0].is_open


def test_space_silences_the_tone_in_the_same_event(
    loud: tuple[Shell, list[Speaker]], engine: EngineDouble
) -> None:
    """The engine has not answered yet; what is handed over from the key on fades to nothing."""
    shell, opened = loud
    engine.begin(PLAN)
    engine.t_s = 2.0
    shell.tick()
    speaker = opened[0]
    speaker.play(0.02)
    engine.is_slow = True
    shell.toggle_pause()

    assert speaker.waiting[-1] == 0.0
    speaker.play(0.04)
    engine.t_s += 0.04
    shell.tone.feed()
    assert np.abs(speaker.waiting).max() == 0.0


def test_sound_can_be_switched_off_in_mid_session(
    loud: tuple[Shell, list[Speaker]], engine: EngineDouble
) -> None:
    shell, opened = loud
    engine.begin(PLAN)
    shell.tick()
    shell.show_page(shell.pages.settings)
    shell.pages.settings.sound_switch.click()
    assert not opened[0].is_open
    shell.pages.settings.sound_switch.click()
    assert opened[1].is_open


def test_window_says_once_that_there_is_no_sound(shell: Shell, engine: EngineDouble) -> None:
    shell.prefer(Preferences(theme="dark", sound=True))
    for _ in range(2):
        engine.begin(PLAN)
        shell.tick()
        engine.end()
        shell.tick()
    assert shell.notice.text == window_words.NO_AUDIO
    shell.notice.hide()
    engine.begin(PLAN)
    shell.tick()
    assert shell.notice.text == ""
