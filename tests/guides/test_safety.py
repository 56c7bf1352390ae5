"""The check before first use names all that asks for a clinician, in every language."""

from __future__ import annotations

import msgspec
import pytest

from biofeedback.guides.safety import SafetyWords, safety_words
from biofeedback.guides.words import LANGUAGES

# Published contraindications and cautions of slow breathing and of attention to the body.
CONDITIONS = {
    "heart", "heart-kidney", "lungs", "fainting", "acid", "epilepsy", "pregnancy", "surgery",
    "panic", "psychosis", "trauma",
}  # fmt: skip


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_word_is_there(language: str) -> None:
    words = safety_words(language)
    for name, value in msgspec.structs.asdict(words).items():
        assert value, name
    assert set(words.conditions) == CONDITIONS
    assert all(words.conditions.values())
    assert set(words.notes) == set(safety_words().notes) <= CONDITIONS
    assert len(words.points) == len(safety_words().points)


@pytest.mark.parametrize(
    ("language", "told"),
    [
        ("en", ("driving", "water", "light-headed", "gently", "Space", "diagnosis")),
        ("de", ("Fahren", "Wasser", "schwindlig", "sanft", "Leertaste", "Diagnose")),
    ],
)
def test_what_matters_is_told_in_plain_words(language: str, told: tuple[str, ...]) -> None:
    text = " ".join(safety_words(language).points)
    assert [word for word in told if word not in text] == []


def test_an_acidosis_is_told_to_leave_slow_breathing_out() -> None:
    assert "leave slow breathing out" in safety_words().notes["acid"]


def test_file_with_a_word_missing_is_refused() -> None:
    with pytest.raises(msgspec.ValidationError, match="missing"):
        msgspec.toml.decode(b'title = "Before"', type=SafetyWords)
