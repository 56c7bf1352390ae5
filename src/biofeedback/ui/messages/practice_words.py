"""Practice, and the disc while no breath is led."""

from __future__ import annotations

GUIDE = "Paced breathing"
TIME_LEFT = "Time left"
TIME_SO_FAR = "Time so far"
SESSION_LENGTH = "Length"
BEGIN = "Begin"
END = "End here"
OTHER_GUIDES = "Other guides"
FIRST_TIME = "The first time is five minutes at most: slow breathing takes getting used to."
MINUTES = "Minutes"
LATER_TIMES = "Up to twenty minutes at a time."
HIDE_NUMBERS = "Hide numbers"
SHOW_NUMBERS = "Show numbers"
NUMBERS_ARE_HIDDEN = "The numbers are out of sight. They are still recorded."
READY = "Ready"
READY_HINT = "whenever you are"
PAUSED = "Paused"
PAUSED_HINT = "as long as you like"
ENDED = "Done"
ENDED_HINT = "for now"
WITHOUT_GUIDE = "No guide"


def guide_name(name: str) -> str:
    """Return how a guide is called on the screen."""
    known = {"breathing": GUIDE, "baseline": "quiet minutes", "": "no guide"}
    if name in known:
        return known[name]
    from biofeedback.runtime import guide_log  # noqa: PLC0415 - not for the first picture

    return guide_log.guide_name(name)
