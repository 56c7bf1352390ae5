"""What every guide of steps may say and ask, beside what is its own."""

from __future__ import annotations

__all__ = ["STEP_QUESTIONS", "STEP_REASONS"]

STEP_REASONS = (
    "skin-settling",
    "heart-settling",
    "arousal-settling",
    "arousal-rising",
    "quick",
    "waited",
    "half-here",
    "far-away",
    "eased",
    "eased-time",
    "eased-again",
    "other-wanted",
    "after-pause",
)
"""Reasons that any guide of steps may give; their sentences are common to all guides."""

STEP_QUESTIONS: dict[str, tuple[str, ...]] = {
    "how-present": ("here", "half", "far"),
    "other-way": ("yes", "this-is-fine"),
}
"""Questions that any guide of steps may put; their words are common to all guides."""
