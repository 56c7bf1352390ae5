"""The time back that lies between two small doses: in the window, or simply time."""

from __future__ import annotations

from math import inf
from typing import TYPE_CHECKING

from biofeedback.guides.arousal_rise import ENOUGH_QUALITY

if TYPE_CHECKING:
    from biofeedback.guides.body import BodyNow

__all__ = ["WayBack"]

_WITHIN = 0.0
# The zone is told every 5 s; after a longer silence it is not known that it held.
_LONGEST_HOLE_S = 15.0


class WayBack:
    """Tells when someone has been back for long enough. Times are guide time.

    With a zone of arousal that is so when it has been within for ``within_s`` without a break;
    where none is known, when ``rest_s`` have passed since the time back began or the zone was
    last heard, whichever is later.

    Parameters
    ----------
    within_s, rest_s
        How long.
    """

    def __init__(self, within_s: float, rest_s: float) -> None:
        self._within_s = within_s
        self._rest_s = rest_s
        self._more_s = 0.0
        self._since_s = inf
        self._heard_s = -inf
        self._zone_t_s = -inf
        self._zone: float | None = None
        self._held_from_s = inf
        self._resumed_s = -inf
        self.is_needed = False

    @property
    def due_g_s(self) -> float:
        """When it is enough if nothing is heard of the body until then; ``inf`` if not needed."""
        if not self.is_needed:
            return inf
        return max(self._since_s, self._heard_s) + self._rest_s + self._more_s

    @property
    def is_by_time(self) -> bool:
        """Whether the body says nothing, so that the clock does."""
        return self._heard_s < self._since_s - _LONGEST_HOLE_S

    @property
    def is_outside(self) -> bool:
        """Whether the body is known to be above or below just now."""
        return self._zone is not None and self._zone != _WITHIN

    @property
    def zone(self) -> float | None:
        """Where the body is, ``None`` where that is not known."""
        return self._zone

    @property
    def silent_g_s(self) -> float:
        """When a body outside counts as not known if nothing more is heard; else ``inf``."""
        return self._heard_s + _LONGEST_HOLE_S if self.is_outside else inf

    def wait(self, g_s: float) -> None:
        """Hear that it is ``g_s``: a body not heard of for long is not known to be anywhere."""
        if g_s >= self._heard_s + _LONGEST_HOLE_S:
            self._zone = None

    def begin(self, g_s: float) -> None:
        """Begin the time back: a dose begins or has just ended."""
        self.is_needed = True
        self._since_s = g_s
        self._more_s = 0.0
        self._held_from_s = inf

    def lengthen(self, by_s: float) -> None:
        """Take more time."""
        self._more_s += by_s

    def break_off(self, g_s: float) -> None:
        """Hear that a pause is over: what was measured before it tells of another state.

        Only a body that was outside counts as outside until it is heard of again, or for as long
        as that usually takes: nobody is asked to begin a dose for these few seconds.
        """
        self._held_from_s = inf
        if self.is_outside:
            self._heard_s = self._resumed_s = g_s
        else:
            self._zone = None

    def end(self) -> None:
        """Need no more time."""
        self.is_needed = False

    def sense(self, g_s: float, body: BodyNow) -> bool:
        """Take what is new; tell whether it is enough now."""
        metric = body.metric(
            "arousal_zone", max_age_s=_LONGEST_HOLE_S, least_quality=ENOUGH_QUALITY
        )
        if metric is None:
            if g_s >= self._resumed_s + _LONGEST_HOLE_S:
                self._zone = None
            self._held_from_s = inf
            return False
        if metric.t_s > self._zone_t_s:
            if metric.t_s - self._zone_t_s > _LONGEST_HOLE_S:
                self._held_from_s = inf
            self._zone_t_s, self._zone, self._heard_s = metric.t_s, metric.value, g_s
            if metric.value != _WITHIN:
                self._held_from_s = inf
            elif self._held_from_s == inf:
                self._held_from_s = g_s
        held_s = self._heard_s - self._held_from_s
        return self.is_needed and held_s >= self._within_s + self._more_s
