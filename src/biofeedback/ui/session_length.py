"""For how long slow breathing is led: short at first, and never for very long.

Slow breathing takes the body some days to get used to: on the first day more than a third of
people breathe off too much carbon dioxide within ten minutes (Szulczewski 2019, PLoS ONE
14:e0218550). The first session is therefore five minutes at most, and later ones twenty.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from biofeedback.settings import Preferences

__all__ = ["LATER_MIN", "N_FIRST", "longest_min", "suggested_min", "usual_min"]

N_FIRST = 3
"""So many times a guide is begun as for someone who is new to it."""
LATER_MIN = 20
"""So many minutes at most, however often a guide was begun."""
_FIRST_MIN = 5
# Suggested to someone of whom nothing is known, or who once wanted no end.
_USUAL_MIN = 10


def longest_min(preferences: Preferences) -> int:
    """Return the most minutes that a guide of open length can be begun with."""
    return _FIRST_MIN if preferences.n_led == 0 else LATER_MIN


def usual_min(preferences: Preferences) -> int:
    """Return the minutes that were chosen last, as far as they may still be."""
    return min(preferences.minutes or _USUAL_MIN, longest_min(preferences))


def suggested_min(preferences: Preferences) -> int:
    """Return the minutes to suggest: few in the first sessions."""
    usual = usual_min(preferences)
    return min(usual, _FIRST_MIN) if preferences.n_led < N_FIRST else usual
