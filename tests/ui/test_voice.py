"""The voice speaks in order, is silent at once, and its absence is told once."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from biofeedback.ui import voice as voices
from biofeedback.ui.voice import Voice, open_speech
from ui.speech_double import SpeechDouble

if TYPE_CHECKING:
    from PySide6.QtWidgets import QApplication


@pytest.fixture
def speech() -> SpeechDouble:
    return SpeechDouble()


def test_things_are_said_one_after_the_other(speech: SpeechDouble) -> None:
    voice = Voice(lambda: speech)
    voice.set_language("de")
    voice.set_volume(0.3)
    assert speech.heard == []
    voice.say("Eins.")
    voice.say("Zwei.")
    assert speech.heard == ["[de]", "[0.3]", "Eins.", "Zwei."]
    assert speech.waiting == ["Eins.", "Zwei."]


def test_what_interrupts_takes_the_place_of_what_is_said(speech: SpeechDouble) -> None:
    voice = Voice(lambda: speech)
    voice.say("One.")
    voice.say("Two.", interrupts=True)
    assert speech.waiting == ["Two."]


def test_hush_is_silence_at_once(speech: SpeechDouble) -> None:
    voice = Voice(lambda: speech)
    voice.hush()
    voice.say("One.")
    voice.hush()
    assert speech.waiting == []


def test_a_computer_without_a_voice_says_so_once() -> None:
    told: list[str] = []
    voice = Voice(lambda: None)
    voice.unavailable.connect(lambda: told.append("no voice"))
    voice.say("One.")
    voice.say("Two.")
    voice.hush()
    assert told == ["no voice"]


def test_qts_engine_speaks_waits_and_stops(
    app: QApplication, monkeypatch: pytest.MonkeyPatch
) -> None:
    """By Qt's own engine for tests, which speaks to nobody and is left out otherwise."""
    monkeypatch.setattr(voices, "_MUTE_ENGINES", frozenset({"speechd", "flite"}))
    speech = open_speech()
    assert speech is not None
    speech.set_language("en")
    speech.set_volume(0.5)
    speech.say("One.")
    speech.say("Two.")
    speech.hush()
