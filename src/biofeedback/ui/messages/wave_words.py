"""The heart's wave."""

from __future__ import annotations

from math import isfinite

WAVE_TITLE = "Heart rate, last 60 s"
WAVE_PACER = "pacer"
WAVE_HEART = "heart"
WAVE_BREATH = "breath"
WAVE_EMPTY = "Your heart rate appears here once a heart sensor is on."
WAVE_WAITING = "Your heart rate appears here with the next heartbeats."
WAVE_WITHOUT_RR = (
    "The wave is drawn from the time between heartbeats, which this sensor does not send."
)


def wave_title(low_bpm: float, high_bpm: float) -> str:
    """Return the heading of the wave with the range that its height spans."""
    if not (isfinite(low_bpm) and isfinite(high_bpm)):
        return WAVE_TITLE
    return f"{WAVE_TITLE}  ·  {low_bpm:.0f} to {high_bpm:.0f} bpm"
