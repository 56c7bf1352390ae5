"""What a session came to."""

from __future__ import annotations

PUTTING_TOGETHER = "Putting your session together…"
SUMMARY_CURVE = "Heart rate"
SUMMARY_NO_BEATS = "No heartbeats were recorded in this session."
REMEMBER = "Anything you want to remember?"
REMEMBER_HINT = "My shoulders let go on the out-breath…"
NOTES = "Good to know"
DONE = "Done"
ONCE_MORE = "Once more"
LOOK_AT_IT = "Look at the session"
KEPT = "Kept on this computer, encrypted."
NOT_KEPT = "This session was not recorded."
DELETE_THIS = "Delete this session"
DELETE_SURE = "Delete it for good? It cannot be brought back."
DELETE_YES = "Yes, delete it"
DELETE_NO = "Keep it"
DELETED = "The session is deleted."
NOTE_KEPT = "Your note is kept."
KEEP_NOTE = "Keep this note"
RESULT = "Your pace"
RESULT_CURVE = "Swing of the heart rate at each pace"
RESULT_UNTOLD = {
    "none-no-measure": "There was no heart signal to tell a pace by this time.",
    "none-too-few": "Too few breaths could be used to tell a pace this time.",
    "none-no-swing": "The heart rate swung too little with the breath to tell a pace this time.",
}
RESULT_FLAT = "Many paces were about as good."
RESULT_UNSURE = "This is a first guess: another time makes it surer."
PER_MIN = "breaths a minute"
SWING_BPM = "bpm"
USED = "Practice begins with it from now on."


def use_pace(per_min: float) -> str:
    """Return what the button says that keeps a pace."""
    return f"Use {_pace(per_min)} from now on"


def result_words(per_min: float, good_low: float, good_high: float) -> str:
    """Say at which pace the heart swings widest, and which are as good."""
    return (
        f"All paces together say: your heart rate swings widest at about "
        f"{_pace(per_min)} breaths a minute. "
        f"Anything between {_pace(good_low)} and {_pace(good_high)} is as good."
    )


def result_range(low: float, high: float) -> str:
    """Say how sure that is."""
    return f"As far as this one time can tell, it lies between {_pace(low)} and {_pace(high)}."


def result_legend(per_min: float) -> str:
    """Say what is drawn: what was measured, and what is told of it."""
    return (
        f"Dots are what was measured, each with how sure it is. The line is what all of them say "
        f"together, with its top at {_pace(per_min)}; a single dot may stand out by chance."
    )


def _pace(per_min: float) -> str:
    from biofeedback.pacing import shown_per_min  # noqa: PLC0415 - not for the first picture

    return f"{shown_per_min(per_min):.1f}"
