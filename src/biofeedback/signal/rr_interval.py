"""One interval between heartbeats on its way to being confirmed."""

from __future__ import annotations

from dataclasses import dataclass, field
from math import nan

from biofeedback.samples import Beat, RRFlag

__all__ = ["GAP_S", "MAX_RR_MS", "MIN_RR_MS", "RRInterval", "is_gap", "is_in_range"]

# 200 to 30 beats a minute.
MIN_RR_MS = 300.0
MAX_RR_MS = 2000.0
# An interval that begins this long after the last beat did not begin at it.
GAP_S = 0.1


def is_gap(t_s: float, rr_ms: float, previous_t_s: float) -> bool:
    """Tell whether an interval began later than the beat before it.

    Parameters
    ----------
    t_s, rr_ms
        End and length of the interval.
    previous_t_s
        Time of the beat before.
    """
    return (t_s - rr_ms / 1000.0) - previous_t_s > GAP_S


def is_in_range(rr_ms: float) -> bool:
    """Tell whether an interval lies between `MIN_RR_MS` and `MAX_RR_MS`."""
    return MIN_RR_MS <= rr_ms <= MAX_RR_MS


@dataclass(slots=True)
class RRInterval:
    """What a sensor sent, and beside it what it is taken for.

    Parameters
    ----------
    t_s, rr_ms
        End and length as sent.
    parts_ms
        Its corrected length; several, oldest first, where beats in it were missed.
    flag
        What was found.
    follows_gap
        Whether it is the first after a gap.
    extras
        ``(t_s, rr_ms)`` of intervals joined to it, whose ends were no beats, oldest first.
    """

    t_s: float
    rr_ms: float
    parts_ms: tuple[float, ...]
    flag: RRFlag = RRFlag.NORMAL
    follows_gap: bool = False
    extras: list[tuple[float, float]] = field(default_factory=list)

    def beats(self, source: str) -> list[Beat]:
        """Give the beats that it is made of, oldest first, as those of a sensor."""
        is_plain = not (self.follows_gap or self.extras) and len(self.parts_ms) == 1
        if is_plain and self.flag is RRFlag.NORMAL:
            # Nearly every one: what was sent, alone.
            return [Beat(self.t_s, self.rr_ms, self.parts_ms[0], RRFlag.NORMAL, source)]
        beats = [Beat(t_s, rr_ms, nan, RRFlag.EXTRA, source) for t_s, rr_ms in self.extras]
        t_s = self.t_s - sum(self.parts_ms[1:]) / 1000.0
        for part_ms, next_ms in zip(self.parts_ms, self.parts_ms[1:], strict=False):
            beats.append(Beat(t_s, nan, part_ms, RRFlag.INSERTED, source))
            t_s += next_ms / 1000.0
        flag = self.flag
        if flag is RRFlag.NORMAL and self.follows_gap:
            flag = RRFlag.GAP
        corrected_ms = nan if flag is RRFlag.OUT_OF_RANGE else self.parts_ms[-1]
        beats.append(Beat(self.t_s, self.rr_ms, corrected_ms, flag, source))
        return beats
