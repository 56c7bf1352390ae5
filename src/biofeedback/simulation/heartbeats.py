"""The beats as they truly come, early ones among them: the same for every waveform."""

from __future__ import annotations

from dataclasses import dataclass

from biofeedback.simulation.strap import ECTOPIC_EARLY, EctopicChance

__all__ = ["Heartbeat", "Heartbeats"]


@dataclass(frozen=True, slots=True)
class Heartbeat:
    """One beat: its time, the interval that the sinus rhythm last had, and its kind."""

    t_s: float
    rr_s: float
    is_ectopic: bool


class Heartbeats:
    """Beats of the body in, the heart's beats out.

    An early beat is told of along with the beat before it, for its waves may begin before the
    body itself has come to it; the sinus beat that it takes the place of is left out, and the
    next one keeps its time. The first beat given is the one before the first interval.

    Parameters
    ----------
    seed
        The person's.
    ectopic_pct
        Early beats in a hundred; the ones that a strap put on at the same time has.
    """

    def __init__(self, seed: int, ectopic_pct: float) -> None:
        self._chance = EctopicChance(seed, ectopic_pct)
        self._is_replaced = False

    def after(self, t_s: float, rr_s: float) -> list[Heartbeat]:
        """Return the beats, in order, that are known once the body's next beat is."""
        known = [] if self._is_replaced else [Heartbeat(t_s, rr_s, is_ectopic=False)]
        place = self._chance.following()
        self._is_replaced = place is not None
        if place is not None:
            early, late = ECTOPIC_EARLY
            # The last interval is what tells when the sinus beat would come.
            early_s = rr_s * (early + (late - early) * place)
            known.append(Heartbeat(t_s + rr_s - early_s, rr_s, is_ectopic=True))
        return known
