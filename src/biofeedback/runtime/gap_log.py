"""For how long each sensor was missing in a session, however many gaps there were."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from biofeedback.kinds import GapReason
from biofeedback.samples import sensor_of

if TYPE_CHECKING:
    from collections.abc import Iterable

    from biofeedback.samples import Gap

__all__ = ["GapLog", "SensorGaps", "gaps_by_sensor"]

# Past so many apart from each other, the two that lie closest are told as one.
MAX_STRETCHES: Final = 10_000


@dataclass(frozen=True, slots=True)
class SensorGaps:
    """What one sensor missed for one reason.

    Parameters
    ----------
    sensor_id
        Which.
    reason
        Why.
    n_times
        How often. What two streams of a sensor missed at the same time counts once.
    lost_s
        Seconds in all, likewise.
    """

    sensor_id: str
    reason: GapReason
    n_times: int
    lost_s: float


class _Stretches:
    """Stretches of time apart from each other, in order."""

    def __init__(self) -> None:
        self.starts_s: list[float] = []
        self.ends_s: list[float] = []

    def add(self, start_s: float, end_s: float) -> None:
        """Join a stretch with all that it overlaps; between two that touch came a sample."""
        first = bisect_right(self.ends_s, start_s)
        after = bisect_left(self.starts_s, end_s)
        if first < after:
            start_s = min(start_s, self.starts_s[first])
            end_s = max(end_s, self.ends_s[after - 1])
        self.starts_s[first:after] = [start_s]
        self.ends_s[first:after] = [end_s]
        if len(self.starts_s) > MAX_STRETCHES:
            between_s = [b - a for a, b in zip(self.ends_s[:-1], self.starts_s[1:], strict=True)]
            closest = between_s.index(min(between_s))
            del self.ends_s[closest], self.starts_s[closest + 1]

    @property
    def length_s(self) -> float:
        return sum(self.ends_s) - sum(self.starts_s)


class GapLog:
    """Remembers the gaps of a session: two numbers for each stretch, and a bounded many."""

    def __init__(self) -> None:
        self._stretches: dict[tuple[str, GapReason], _Stretches] = {}

    def take(self, gap: Gap) -> None:
        """Remember a gap. One that ends before it began says nothing and is left out."""
        if gap.t_s > gap.start_s:
            key = (sensor_of(gap.source), gap.reason)
            self._stretches.setdefault(key, _Stretches()).add(gap.start_s, gap.t_s)

    def told(self) -> tuple[SensorGaps, ...]:
        """Return what each sensor missed and why, in the order in which it first happened."""
        return tuple(
            SensorGaps(sensor_id, reason, len(stretches.starts_s), stretches.length_s)
            for (sensor_id, reason), stretches in self._stretches.items()
        )


def gaps_by_sensor(gaps: Iterable[Gap]) -> tuple[SensorGaps, ...]:
    """Return the same of the gaps of a recording."""
    log = GapLog()
    for gap in gaps:
        log.take(gap)
    return log.told()
