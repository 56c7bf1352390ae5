"""Times in words, for the commands that do not paint."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from biofeedback.signal.baseline import BaselineProgress

__all__ = ["baseline_words", "clock_words"]


def clock_words(seconds: float) -> str:
    """Return ``6:42``, or ``1:02:03``."""
    whole = int(seconds)
    hours, rest = divmod(whole, 3600)
    minutes, left = divmod(rest, 60)
    return f"{hours}:{minutes:02}:{left:02}" if hours else f"{minutes}:{left:02}"


def baseline_words(progress: BaselineProgress) -> str:
    """Return how far getting to know what is usual is, and why its time stands still."""
    words = f"{clock_words(progress.counted_s)} of quiet time"
    if progress.to_go_s > 0:
        words += f", {clock_words(progress.to_go_s)} to go"
    return f"{words} ({progress.reason})" if progress.reason else words
