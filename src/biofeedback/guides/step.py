"""One step of a guide that is led step by step: what it asks for and how long it may take."""

from __future__ import annotations

from dataclasses import dataclass, replace

__all__ = ["Step"]

# A thing to find takes about this long at the least, also for a person who answers to none.
_LEAST_THING_S = 4.0
_LEAST_SHARE = 2 / 3
_MOST_SHARE = 2.0


@dataclass(frozen=True, slots=True)
class Step:
    """What a step asks for. Times are guide time, in seconds.

    Parameters
    ----------
    stage
        Its words stand in the guide's content under this name.
    usual_s
        How long it takes where nothing speaks for another length.
    least_s, most_s
        The limits of what the guide itself makes of it; where not told, two thirds of the usual
        and twice as long. All three alike: it is never changed, as with the few seconds for which
        a muscle is tensed.
    n_asked
        How many things are to be found; 0 for none.
    n_ways
        How many ways of saying it there are.
    way
        The one that it begins with.
    may_wait
        Whether it waits for the person, up to ``most_s``, before it goes on by itself.
    is_aside
        Whether it has no place among the others and no measure changes it: a welcome, a closing
        word.
    joins
        Whether it shares the place of the step before it, as letting go does with tensing.
    asks
        A question that belongs to it: with the answer, or without one after ``usual_s``, it is
        over.
    asks_after
        A question to put when it is over, before the next: how it was.

    Raises
    ------
    ValueError
        If the times are not in order, or what is to be counted has no time.
    """

    stage: str
    usual_s: float
    least_s: float = 0.0
    most_s: float = 0.0
    n_asked: int = 0
    n_ways: int = 1
    way: int = 0
    may_wait: bool = False
    is_aside: bool = False
    joins: bool = False
    asks: str = ""
    asks_after: str = ""

    def __post_init__(self) -> None:
        if self.least_s == 0.0:
            object.__setattr__(self, "least_s", self.usual_s * _LEAST_SHARE)
        if self.most_s == 0.0:
            object.__setattr__(self, "most_s", self.usual_s * _MOST_SHARE)
        if not 0.0 < self.least_s <= self.usual_s <= self.most_s < 3600.0:
            msg = f"{self.stage}: no step takes {self.least_s}, {self.usual_s}, {self.most_s} s"
            raise ValueError(msg)
        if self.n_asked < 0 or not 0 <= self.way < self.n_ways:
            msg = f"{self.stage}: no such count or way"
            raise ValueError(msg)
        if self.n_asked and self.thing_s < _LEAST_THING_S:
            msg = f"{self.stage}: {self.thing_s:.1f} s is too short for one thing"
            raise ValueError(msg)

    @property
    def thing_s(self) -> float:
        """The time for one of the things to find; where there are none, the whole."""
        return self.usual_s / max(self.n_asked, 1)

    @property
    def is_fixed(self) -> bool:
        """Whether its length is never changed."""
        return self.least_s == self.most_s

    def at_pace(self, factor: float) -> Step:
        """Return the same step, slower for a factor above 1; a fixed one stays as it is."""
        if self.is_fixed:
            return self
        return replace(
            self,
            usual_s=self.usual_s * factor,
            least_s=self.least_s * factor,
            most_s=self.most_s * factor,
        )
