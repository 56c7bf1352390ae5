"""What resonance breathing hears of heart and breath beside its pacer, a pace at a time.

It joins what is heard of each breath's swing (`biofeedback.guides.swing_listening`), which breaths
clearly were not followed (`biofeedback.guides.resonance_lapses`), whether the person goes with the
pacer well enough to be led on (`biofeedback.guides.resonance_following`), and for how long they
have not gone with it at all (`biofeedback.guides.following`). A *stay* is the time at one pace.
"""

from __future__ import annotations

from math import inf
from typing import TYPE_CHECKING

from biofeedback.guides.following import Following
from biofeedback.guides.resonance_following import PaceFollowing
from biofeedback.guides.resonance_lapses import Lapses
from biofeedback.guides.swing_listening import SwingListening

if TYPE_CHECKING:
    from biofeedback.guides.body import BodyNow
    from biofeedback.guides.swing_listening import BreathSwing

__all__ = ["ResonanceHearing"]

_LOST_S, _UNHEARD_S = 60.0, 90.0
# A lapse of the mind, and the minute that `adherence` takes to forget it, last less than that.
_NEVER_FOLLOWED_S = 120.0
_TELLING_BREATHS = 5


class ResonanceHearing:
    """Hears heart and breath. Times are guide time.

    Attributes
    ----------
    follows
        Whether they went with the pacer well enough to be led on, at the newest breath.
    followed_per_min
        The last pace that they followed, ``None`` for none yet.
    """

    def __init__(self) -> None:
        self._listening = SwingListening()
        self._lapses = Lapses()
        self._pace_following = PaceFollowing()
        self._following = Following()
        self._stayed_g_s = -inf
        self._heard_g_s = 0.0
        self._is_followed_here = False
        self.follows = False
        self.followed_per_min: float | None = None

    def sense(self, g_s: float, body: BodyNow) -> tuple[BreathSwing, ...]:
        """Take what is new; return the breaths whose swing is known by it."""
        swings = self._listening.sense(g_s, body)
        self._lapses.sense(g_s, body)
        self._pace_following.sense(g_s, body, swings)
        if any(swing.wave_bpm is not None for swing in swings):
            self._heard_g_s = g_s
        return swings

    def lead(self, g_s: float, period_s: float, *, is_first: bool) -> None:
        """Know that a led breath begins, ``is_first`` where nothing was led before it."""
        self._listening.breath(g_s, period_s, is_first=is_first)

    def breathe(self, g_s: float, body: BodyNow, per_min: float) -> None:
        """Look, at a new breath of a pace, how the person goes with it."""
        if self._pace_following.is_felt(g_s):
            self._following.hear(g_s, body)
        else:
            self._following.forget()
        self.follows = self._pace_following.is_followed(g_s)
        # It tells of five breaths: before that, of another pace.
        if self.follows and self.stayed_s(g_s) >= _TELLING_BREATHS * 60.0 / per_min:
            self.followed_per_min, self._is_followed_here = per_min, True

    # Breaks.

    def begin_pace(self, g_s: float) -> None:
        """Know that a pace begins."""
        self._is_followed_here = False
        self.begin_stay(g_s)

    def begin_stay(self, g_s: float) -> None:
        """Count the stay from now on: what was before says nothing of it."""
        self._following.forget()
        self._stayed_g_s = g_s

    def resume(self, g_s: float) -> None:
        """Know that a pause ended."""
        self._listening.resumed(g_s)
        self._lapses.begin(g_s)
        self._pace_following.forget()
        self.begin_stay(g_s)
        self.hear_anew(g_s)

    def stop(self, g_s: float) -> None:
        """Know that the breath that was led is led no further."""
        self._listening.stop(g_s)

    def let_go(self, g_s: float) -> None:
        """Know that no breath is led any more."""
        self.stop(g_s)
        self._pace_following.forget()

    def hear_anew(self, g_s: float) -> None:
        """Wait for the heart from now on: nothing could be heard of it before."""
        self._heard_g_s = g_s

    # What is heard.

    def stayed_s(self, g_s: float) -> float:
        """Return for how long this stay has lasted."""
        return g_s - self._stayed_g_s

    def is_silent(self, g_s: float) -> bool:
        """Tell whether nothing was heard of the heart's swing for long."""
        return g_s - self._heard_g_s >= _UNHEARD_S

    def was_never_followed(self, g_s: float) -> bool:
        """Tell whether the pace of this stay was not followed once, for longer than a lapse."""
        return (
            self._following.lost_s(g_s) >= _LOST_S
            and not self._is_followed_here
            and self.stayed_s(g_s) >= _NEVER_FOLLOWED_S
        )

    def is_lapse(self, swing: BreathSwing) -> bool:
        """Tell whether a breath clearly was not followed; never where nothing felt it."""
        return self._lapses.is_lapse(swing)
