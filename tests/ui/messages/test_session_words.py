"""Heartbeats are counted as people count."""

from __future__ import annotations

from biofeedback.ui.messages import session_words


def test_one_heartbeat_is_not_several() -> None:
    assert [session_words.beats(count) for count in (0, 1, 652)] == [
        "0 heartbeats",
        "1 heartbeat",
        "652 heartbeats",
    ]
