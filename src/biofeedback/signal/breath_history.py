"""The person's own breaths as sensors measured them, asked like the pacer: where in which breath.

A breath is known when it is over, and the sensor that felt it may lag behind the heart's. So
what is asked for is what had been known by some time: the answer then does not depend on which
of the two sensors spoke first. A belt feels the breath itself; a chest's movement is asked only
where no belt has told a breath for `SILENT_S`.
"""

from __future__ import annotations

from collections import deque
from typing import TYPE_CHECKING, NamedTuple

from biofeedback.kinds import StreamKind
from biofeedback.signal.pacer_history import PacedMoment

if TYPE_CHECKING:
    from collections.abc import Iterator

    from biofeedback.samples import Breath

__all__ = ["SILENT_S", "BreathHistory"]

# A sensor that told no breath for so long tells nothing of the breath now.
SILENT_S = 45.0

# None is shorter than a second, and nobody asks for what is two minutes old.
_KEPT = 128
# Two breaths that are told one after the other meet to the last bits.
_TOUCHING_S = 1e-6


class _Known(NamedTuple):
    known_s: float
    breath: Breath
    n_breaths: int  # before it


class BreathHistory:
    """The last breaths of one person."""

    def __init__(self) -> None:
        # By source, the most direct first.
        self._breaths: dict[str, deque[_Known]] = {}

    @property
    def is_empty(self) -> bool:
        """True while no breath was ever felt."""
        return not self._breaths

    def push(self, known_s: float, breath: Breath) -> None:
        """Take the next breath of a sensor; one that reaches back before its last is passed over.

        Parameters
        ----------
        known_s
            Time of the sample with which it became known, not decreasing.
        breath
            Of a belt, or of a chest accelerometer (its source ends in ``/acceleration``).
        """
        kept = self._breaths.get(breath.source)
        if kept is None:
            self._breaths[breath.source] = kept = deque(maxlen=_KEPT)
            self._breaths = dict(sorted(self._breaths.items(), key=lambda item: _rank(item[0])))
        n_breaths = 0
        if kept:
            last = kept[-1]
            if not breath.onset_s >= last.breath.t_s - _TOUCHING_S:
                return
            n_breaths = last.n_breaths + 1
        if breath.duration_s > 0.0:
            kept.append(_Known(known_s, breath, n_breaths))

    def source(self, by_s: float) -> str | None:
        """Return the most direct of the sensors that felt the breath shortly before a time."""
        for source, kept in self._breaths.items():
            newest = next(_known(kept, by_s), None)
            if newest is not None and by_s - newest.known_s <= SILENT_S:
                return source
        return None

    def has_passed(self, t_s: float, by_s: float) -> bool:
        """Tell whether by then a breath was known that ended after a time."""
        source = self.source(by_s)
        return source is not None and next(self._of(source, by_s)).breath.t_s > t_s

    def at(self, t_s: float, by_s: float) -> PacedMoment | None:
        """Return the moment's place in its breath.

        Parameters
        ----------
        t_s
            The moment.
        by_s
            Only breaths count that were known by this time.

        Returns
        -------
        PacedMoment or None
            ``turn`` is ``nan`` where the sensor cannot tell in from out. ``None`` where no
            breath was known to hold the moment.
        """
        source = self.source(by_s)
        if source is None:
            return None
        for _, breath, n_breaths in self._of(source, by_s):
            if breath.t_s <= t_s:
                return None
            if breath.onset_s <= t_s:
                length_s = breath.duration_s
                return PacedMoment(
                    n_breaths,
                    (t_s - breath.onset_s) / length_s,
                    (breath.inhale_end_s - breath.onset_s) / length_s,
                    length_s,
                )
        return None

    def _of(self, source: str, by_s: float) -> Iterator[_Known]:
        return _known(self._breaths[source], by_s)


def _rank(source: str) -> tuple[bool, str]:
    return source.endswith(f"/{StreamKind.ACCELERATION}"), source


def _known(kept: deque[_Known], by_s: float) -> Iterator[_Known]:
    """The breaths known by a time, newest first."""
    return (known for known in reversed(kept) if known.known_s <= by_s)
