"""When a number is good, low, or not shown."""

from __future__ import annotations

import pytest

from biofeedback.signal.quality import trust_in


@pytest.mark.parametrize(
    ("corrected", "missing", "quality", "is_shown", "word"),
    [
        (0.0, 0.0, 1.0, True, ""),
        (0.05, 0.0, 0.95, True, ""),
        (0.10, 0.0, 0.90, True, "some heartbeats had to be corrected"),
        (0.20, 0.0, 0.80, True, "some heartbeats had to be corrected"),
        (0.21, 0.0, 0.0, False, "too many heartbeats had to be corrected"),
        (0.0, 0.10, 0.90, True, "some heartbeats are missing"),
        (0.0, 0.16, 0.84, False, "some heartbeats are missing"),
    ],
)
def test_trust(corrected: float, missing: float, quality: float, is_shown: bool, word: str) -> None:
    """Good to 5 % corrected, low beyond, hidden over 20 %; hidden over 15 % missing."""
    trust = trust_in(corrected, missing)

    assert trust.quality == pytest.approx(quality)
    assert trust.is_shown is is_shown
    assert trust.reason == word
