"""What is said aloud is said as a voice reads it, in the language of the guides."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING, Any

import pytest

from biofeedback.guides.resonance_result import ResonanceResult, Verdict
from biofeedback.guides.words import LANGUAGES
from biofeedback.ui.messages.ear_words import (
    ear_words,
    keys_aloud,
    length_aloud,
    summary_aloud,
)
from ui.engine_double import a_summary

if TYPE_CHECKING:
    from biofeedback.runtime.summary import Summary


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_word_is_there(language: str) -> None:
    assert all(dataclasses.asdict(ear_words(language)).values())


@pytest.mark.parametrize(
    ("seconds", "english", "german"),
    [
        (1.0, "1 second", "1 Sekunde"),
        (45.2, "45 seconds", "45 Sekunden"),
        (100.0, "2 minutes", "2 Minuten"),
        (3600.0, "1 hour", "1 Stunde"),
        (7500.0, "2 hours 5 minutes", "2 Stunden 5 Minuten"),
    ],
)
def test_lengths_are_told_as_people_say_them(seconds: float, english: str, german: str) -> None:
    assert length_aloud(seconds, "en") == english
    assert length_aloud(seconds, "de") == german


def test_keys_are_told_as_they_are_called() -> None:
    assert keys_aloud("end with Ctrl+E.", "en") == "end with Control and E."
    assert keys_aloud("mit Strg+E aufhören", "de") == "mit Steuerung und E aufhören"


def told(**changes: Any) -> Summary:
    facts: dict[str, Any] = {"guides": ("breathing",), "led_s": 600.0, **changes}
    return a_summary(**facts)


def test_a_summary_is_a_few_sentences() -> None:
    summary = told(edges_bpm=(67.2, 62.8))
    assert summary_aloud(summary, "en") == (
        "That was 10 minutes of paced breathing. Your heart beat about 67 times a minute at the "
        "start, 63 at the end. It is kept on this computer, encrypted."
    )
    assert summary_aloud(summary, "de") == (
        "Das war: Atmen im Takt, 10 Minuten. Dein Herz schlug am Anfang etwa 67-mal in der "
        "Minute, am Ende 63-mal. Das ist auf diesem Computer aufbewahrt, verschlüsselt."
    )


def test_time_without_the_pacer_is_told_apart() -> None:
    part = told(natural_s=240.0)
    assert "with the pacer for 6 minutes, and as it came for 4 minutes." in summary_aloud(
        part, "en"
    )
    short = told(led_s=122.0, natural_s=30.0)
    # Not two minutes and half a minute of two minutes.
    assert "with the pacer for 1.5 minutes, and as it came for 30 seconds." in summary_aloud(
        short, "en"
    )
    assert "1,5 Minuten, und wie es kam: 30 Sekunden." in summary_aloud(short, "de")
    whole = told(natural_s=597.0)
    assert "You breathed as it came." in summary_aloud(whole, "en")
    assert "pacer" not in summary_aloud(whole, "en")


def test_several_guides_are_named_and_what_is_not_kept_is_told() -> None:
    summary = told(guides=("breathing", "grounding"), session_id="", is_kept=False)
    said = summary_aloud(summary, "en")
    assert "of paced breathing and grounding." in said
    assert said.endswith(ear_words("en").not_kept)


def test_a_pace_that_was_found_is_told_with_the_sign_of_the_language() -> None:
    result = ResonanceResult(Verdict.CLEAR, resonance_per_min=5.8)
    summary = told(result=result)
    assert "about 5.8 breaths" in summary_aloud(summary, "en")
    assert "etwa 5,8 Atemzügen" in summary_aloud(summary, "de")
    unsaid = ResonanceResult(Verdict.TOO_FEW)
    assert ear_words("en").no_pace in summary_aloud(told(result=unsaid), "en")
