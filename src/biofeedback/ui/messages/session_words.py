"""The list of sessions."""

from __future__ import annotations

NO_SESSIONS = "Your sessions will be listed here."
NO_LIBRARY = "You are practising without recording, so there is nothing to list."
OPEN_LIBRARY = "Open or make your library"
SESSION_COLUMNS = ("When", "Length", "Sensors", "Guide", "")
COMPLETE = "complete"
INTERRUPTED = "cut short, kept up to there"
UNDER_WAY = "under way"
REPLAY = "Replay"
EXPORT = "Export…"
DELETE = "Delete…"
WITHOUT_SENSOR = "no sensor"
PICK_ONE = "Pick a session to see more of it."
EXPORT_TITLE = "Where to put the files"
EXPORT_PLAIN = "Exported files are not encrypted. They are in {folder}"
AFTER_THE_SESSION = "A session is running. This can wait until it has ended."


def beats(count: int) -> str:
    """Return ``652 heartbeats``."""
    return f"{count} heartbeat" if count == 1 else f"{count} heartbeats"
