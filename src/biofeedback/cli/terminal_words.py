"""Times in words, for the commands that do not paint."""

from __future__ import annotations

__all__ = ["clock_words"]


def clock_words(seconds: float) -> str:
    """Return ``6:42``, or ``1:02:03``."""
    whole = int(seconds)
    hours, rest = divmod(whole, 3600)
    minutes, left = divmod(rest, 60)
    return f"{hours}:{minutes:02}:{left:02}" if hours else f"{minutes}:{left:02}"
