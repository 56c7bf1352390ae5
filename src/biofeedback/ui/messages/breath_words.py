"""The breath: its steps, its parts, its presets, and what cannot be led."""

from __future__ import annotations

from typing import TYPE_CHECKING

from biofeedback.pacing import (
    MAX_BREATHS_PER_MIN,
    MIN_BREATHS_PER_MIN,
    PRESETS,
    BreathStep,
    shown_per_min,
)

if TYPE_CHECKING:
    from biofeedback.pacing import BreathPattern

BREATH = "Breath"
OWN_PRESET = "Your own"
STEP_WORDS = {
    BreathStep.IN: ("Breathe in", "let it come"),
    BreathStep.HOLD_IN: ("Hold", "at ease"),
    BreathStep.OUT: ("Breathe out", "soft and slow"),
    BreathStep.HOLD_OUT: ("Hold", "at ease"),
}
PART_NAMES = ("In", "Hold", "Out", "Hold")
PART_FULL_NAMES = (
    "In-breath",
    "Hold after the in-breath",
    "Out-breath",
    "Hold after the out-breath",
)
PRESET_NAMES = {
    "gentle": "Gentle",
    "slower": "A little slower",
    "slow": "Slow",
    "longer-out": "Longer out-breath",
    "even": "Even, in as long as out",
    "lighter": "Lighter, to begin with",
    "box": "Box, four equal parts",
    "4-7-8": "4-7-8",
    "sigh": "Sigh: in, a little more, long out",
}


def pace(pattern: BreathPattern) -> str:
    """Return ``6.0 breaths a minute``."""
    return f"{shown_per_min(pattern.breaths_per_min):.1f} breaths a minute"


def parts(pattern: BreathPattern) -> str:
    """Return ``In 4.0 s · out 6.0 s``, with the holds that there are."""
    words = [f"In {pattern.in_s:.1f} s"]
    if pattern.hold_in_s:
        words.append(f"hold {pattern.hold_in_s:.1f} s")
    words.append(f"out {pattern.out_s:.1f} s")
    if pattern.hold_out_s:
        words.append(f"hold {pattern.hold_out_s:.1f} s")
    return " · ".join(words)


def preset(name: str) -> str:
    """Return how a preset is listed: its name and its pace."""
    return f"{PRESET_NAMES[name]}  ·  {shown_per_min(PRESETS[name].breaths_per_min):.1f}"


def kept(name: str, pattern: BreathPattern) -> str:
    """Return how a breath of the person's own is listed: its name and its pace."""
    return f"{name}  ·  {shown_per_min(pattern.breaths_per_min):.1f}"


def impossible_breath(parts_s: tuple[float, float, float, float]) -> str:
    """Say why a breath of these parts cannot be led, and what would help."""
    if parts_s[0] <= 0 or parts_s[2] <= 0:
        return "A breath needs some time for in and for out."
    rate = 60.0 / sum(parts_s)
    limits = f"The pacer goes from {MIN_BREATHS_PER_MIN:g} to {MAX_BREATHS_PER_MIN:g}"
    way = "longer" if rate > MAX_BREATHS_PER_MIN else "shorter"
    return f"That makes {shown_per_min(rate):.1f} breaths a minute. {limits}: make a part {way}."
