"""Getting to know what is usual for a person."""

from __future__ import annotations

USUAL = "Get to know your usual"
USUAL_TEXT = "Three quiet minutes, sitting, breathing as you like."
USUAL_NEEDS_SENSOR = "This begins once a sensor is on"
USUAL_TITLE = "Getting to know your usual"
USUAL_TO_GO = "Quiet time to go"
USUAL_SO_FAR = "Quiet time so far"
USUAL_FIRST = "The first minute counts once it is over."
USUAL_ENOUGH = "This is enough. Up to five minutes make it steadier."
USUAL_STOP = "Stop"
USUAL_DONE = "That is enough"
QUIET = "Just sitting"
QUIET_HINT = "nothing to do"
USUAL_KEEP = "Keep this as your usual?"
USUAL_KEEP_TEXT = (
    "Later sessions tell the body's state against it. With each one you keep it grows steadier."
)
USUAL_YES = "Keep it"
USUAL_NO = "Not this time"
USUAL_KEPT = "Kept as your usual."
USUAL_NOT_KEPT = "It is not kept as your usual. The session itself is."
USUAL_HEADING = "What is usual for you"
USUAL_NONE = "Nothing is kept yet. Practice offers a few quiet minutes for it."
USUAL_PACE = "The pace that was found for your heart is kept encrypted with your sessions."
USUAL_PACE_TOO = "The pace that was found for your heart is kept, too."
USUAL_FORGET = "Forget"
USUAL_FORGET_SURE = "Forget what is usual for you?"
USUAL_FORGET_YES = "Yes, forget it"
USUAL_FORGET_NO = "Keep it"
USUAL_FORGOTTEN = "What was usual for you is forgotten."


def usual_kept(count: int, n_paces: int = 0) -> str:
    """Say how many baselines are kept, and whether a pace that was found is."""
    if count == 0:
        return USUAL_PACE if n_paces else USUAL_NONE
    times = "once" if count == 1 else f"{count} times"
    too = f" {USUAL_PACE_TOO}" if n_paces else ""
    return f"Taken {times}, kept encrypted with your sessions.{too}"


def why_not_counting(reason: str) -> str:
    """Return why quiet time does not count just now, as a sentence."""
    return f"Not counting just now: {reason}." if reason else ""
