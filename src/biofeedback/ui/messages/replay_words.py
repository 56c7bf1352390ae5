"""A recorded session again."""

from __future__ import annotations

from math import isfinite

from biofeedback.ui.messages.time_words import clock_time

FROM_THE_START = "From the start"
BACK = "Back to your sessions"
PLAY = "Play"
REPLAY_PAUSE = "Pause"
REPLAYED = "Replay"
SPEED = "Speed"
POSITION = "Position"
FASTEST = "as fast as it goes"
REPLAY_STOPPED = "Stopped"
REPLAY_STOPPED_HINT = "before its end"


def position(position_s: float, duration_s: float) -> str:
    """Return ``01:20 of 10:00``."""
    return f"{clock_time(position_s)} of {clock_time(duration_s)}"


def speed(factor: float) -> str:
    """Return ``1×``, ``0.5×``, or words for the greatest."""
    return f"{factor:g}×" if isfinite(factor) else FASTEST
