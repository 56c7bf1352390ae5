"""Whether a person's breath goes with the pacer, and for how long it has or has not."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from biofeedback.guides.body import BodyNow

__all__ = ["KEPT", "LOST", "Following"]

LOST = 0.5
KEPT = 0.8
"""Of the measure `adherence`: below the one the pace is not followed, from the other on it is."""

# It is measured once a breath, over five of them; a long breath lasts 20 s.
_MAX_AGE_S = 25.0


class Following:
    """Follows `adherence`, asked once a breath. Its time is guide time; its state is two moments.

    A breath of which nothing is known, or which is neither lost nor kept, begins both anew: what
    follows from a minute has to be known of all of it.
    """

    def __init__(self) -> None:
        self._lost_since_s: float | None = None
        self._kept_since_s: float | None = None

    def hear(self, g_s: float, body: BodyNow) -> None:
        """Ask how it is at a new breath."""
        adherence = body.value("adherence", max_age_s=_MAX_AGE_S)
        if adherence is None or adherence >= LOST:
            self._lost_since_s = None
        elif self._lost_since_s is None:
            self._lost_since_s = g_s
        if adherence is None or adherence < KEPT:
            self._kept_since_s = None
        elif self._kept_since_s is None:
            self._kept_since_s = g_s

    def lost_s(self, g_s: float) -> float:
        """Return for how many seconds the pace has not been followed; 0 if it is, or unknown."""
        return 0.0 if self._lost_since_s is None else g_s - self._lost_since_s

    def kept_s(self, g_s: float) -> float:
        """Return for how many seconds it has been followed; 0 if it is not, or unknown."""
        return 0.0 if self._kept_since_s is None else g_s - self._kept_since_s

    def forget(self) -> None:
        """Begin anew: the pace is another one, or a pause lay between."""
        self._lost_since_s = self._kept_since_s = None
