"""A guide is called on the screen as people would."""

from __future__ import annotations

import pytest

from biofeedback.runtime.snapshot import BASELINE
from biofeedback.ui.messages import practice_words


@pytest.mark.parametrize(
    ("guide", "words"),
    [
        ("breathing", "Paced breathing"),
        (BASELINE, "quiet minutes"),
        ("", "no guide"),
        ("grounding", "Grounding"),
        ("of another version", "of another version"),
    ],
)
def test_guide_has_a_name(guide: str, words: str) -> None:
    assert practice_words.guide_name(guide) == words
