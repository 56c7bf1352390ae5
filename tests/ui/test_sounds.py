"""When the window is heard: while a guide leads, as far as it is wanted, and never after the end."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
import pytest
from PySide6.QtWidgets import QApplication

from biofeedback.pacing import PRESETS
from biofeedback.runtime.snapshot import BASELINE, SessionPlan, SessionState
from biofeedback.settings import Preferences
from biofeedback.ui.messages import window_words
from biofeedback.ui.pausing import Pausing
from biofeedback.ui.sounds import Sounds
from ui.engine_double import EngineDouble

QUIET = Preferences(sound=False)
LOUD = Preferences(sound=True, volume=1.0)


@dataclass
class Speaker:
    """A device that has played everything by the next time it is asked."""

    rate_hz: float = 8000.0
    loudest: float = 0.0
    is_open: bool = True

    def queued_s(self) -> float:
        return 0.0

    def write(self, samples: np.ndarray) -> None:
        self.loudest = max(self.loudest, float(np.abs(samples).max(initial=0.0)))

    def close(self) -> None:
        self.is_open = False


@dataclass
class Heard:
    """The sounds of a window, with what they open and what they say."""

    engine: EngineDouble
    preferences: Preferences
    has_device: bool = True
    opened: list[Speaker] = field(default_factory=list)
    said: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.sounds = Sounds(
            self.engine,  # type: ignore[arg-type]  # stands in for the real one
            Pausing(self.engine),
            lambda: self.preferences,
            self.said.append,
            self.open,
        )

    def open(self) -> Speaker | None:
        if not self.has_device:
            return None
        self.opened.append(Speaker())
        return self.opened[-1]

    def begin(self, guide: str) -> None:
        self.engine.begin(SessionPlan(guide, PRESETS["gentle"], 600.0))
        self.sounds.switch(SessionState.RUNNING)

    @property
    def is_on(self) -> bool:
        return bool(self.opened) and self.opened[-1].is_open


@pytest.mark.parametrize(
    ("preferences", "guide", "is_on"),
    [
        (LOUD, "breathing", True),
        (LOUD, "grounding", True),
        (LOUD, BASELINE, False),
        (LOUD, "", False),
        (QUIET, "breathing", False),
        (QUIET.changed(eyes_closed=True), "breathing", True),
    ],
)
@pytest.mark.usefixtures("app")
def test_it_plays_where_a_guide_leads_and_sound_or_closed_eyes_ask_for_it(
    preferences: Preferences, guide: str, is_on: bool
) -> None:
    heard = Heard(EngineDouble(), preferences)
    heard.begin(guide)
    assert heard.is_on is is_on
    heard.sounds.switch(SessionState.ENDED)
    assert not heard.is_on


@pytest.mark.parametrize(
    ("guide", "words"),
    [
        ("breathing", window_words.NO_AUDIO),
        ("resonance-stepped", window_words.NO_AUDIO),
        ("grounding", window_words.NO_SOUND),
        ("waves", window_words.NO_SOUND),
    ],
)
def test_a_missing_device_is_told_in_words_that_fit_the_guide(
    guide: str, words: str, app: QApplication
) -> None:
    """Nobody who looks around the room misses a breathing tone."""
    heard = Heard(EngineDouble(), LOUD, has_device=False)
    heard.begin(guide)
    app.processEvents()
    assert heard.said == [words]


@pytest.mark.parametrize("is_voice_first", [True, False])
def test_nobody_is_promised_a_sound_that_no_device_makes(
    is_voice_first: bool, app: QApplication
) -> None:
    heard = Heard(EngineDouble(), LOUD, has_device=False)
    if is_voice_first:
        heard.sounds.voice.unavailable.emit()
        assert heard.said == [window_words.NO_VOICE]
    heard.begin("breathing")
    app.processEvents()
    if not is_voice_first:
        heard.sounds.voice.unavailable.emit()
    assert heard.said[-1] == window_words.NOTHING_HEARD


@pytest.mark.usefixtures("app")
def test_after_the_end_it_is_silent() -> None:
    heard = Heard(EngineDouble(), LOUD)
    heard.begin("breathing")
    assert heard.is_on
    heard.sounds.end()
    assert not heard.is_on


@pytest.mark.usefixtures("app")
def test_a_change_of_the_volume_is_heard_at_once() -> None:
    heard = Heard(EngineDouble(), LOUD.changed(volume=0.0))
    heard.begin("breathing")
    heard.engine.t_s = 2.0
    heard.sounds.tone.feed()
    assert heard.opened[-1].loudest == 0.0
    heard.preferences = LOUD
    heard.sounds.take_volume()
    for _ in range(8):
        heard.engine.t_s += 0.25
        heard.sounds.tone.feed()
    assert heard.opened[-1].loudest > 0.0
