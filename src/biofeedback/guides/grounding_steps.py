"""What each grounding practice is made of.

The five senses follow the common count from five to one; orienting, contact, texture and the
naming of date and place are as they are usually taught. Lengths are our own: about eight seconds
for a thing to find, and time to hear what is asked for.
"""

from __future__ import annotations

from biofeedback.guides.step import Step

__all__ = ["ASIDE", "PRACTICES", "practice_steps"]

_PRESENT = "how-present"

PRACTICES: dict[str, tuple[Step, ...]] = {
    "five-senses": (
        Step("see", 42.0, n_asked=5, n_ways=3),
        Step("feel", 35.0, n_asked=4, n_ways=3, asks_after=_PRESENT),
        Step("hear", 28.0, n_asked=3, n_ways=3),
        Step("smell", 20.0, n_asked=2, n_ways=3),
        Step("taste", 15.0, n_asked=1, n_ways=3),
    ),
    "orienting": (
        Step("look-around", 20.0, n_ways=2),
        Step("look-left", 18.0, n_ways=2),
        Step("look-right", 18.0, n_ways=2),
        Step("look-behind", 20.0, n_ways=2),
        Step("find-exits", 22.0, n_ways=2, asks_after=_PRESENT),
        Step("rest-eyes", 40.0, n_ways=3),
    ),
    "contact": (
        Step("soles", 24.0, n_ways=2),
        Step("heels-toes", 24.0, n_ways=2),
        Step("chair", 24.0, n_ways=2, asks_after=_PRESENT),
        Step("back-support", 22.0, n_ways=2),
        Step("press-hands", 22.0, n_ways=2),
        Step("whole-contact", 28.0, n_ways=2),
    ),
    "texture": (
        Step("fetch", 30.0, 20.0, 60.0, n_ways=2, may_wait=True),
        Step("cold-warm", 28.0, n_ways=2),
        Step("rough-smooth", 28.0, n_ways=2, asks_after=_PRESENT),
        Step("weight-edges", 24.0, n_ways=2),
        Step("put-down", 20.0, n_ways=2),
    ),
    "here-and-now": (
        Step("date-now", 24.0, n_ways=2),
        Step("place-now", 24.0, n_ways=2),
        Step("age-now", 24.0, n_ways=2),
        Step("different-now", 36.0, n_asked=3, n_ways=3, asks_after=_PRESENT),
        Step("after-this", 22.0, n_ways=2),
    ),
}
"""By the word that a practice is chosen with; no stage is in two of them."""

_ARRIVE = Step("arrive", 20.0, n_ways=2, is_aside=True)
_RATE = Step("rate", 30.0, 30.0, 30.0, is_aside=True, asks="distress")
_CLOSE = Step("close", 14.0, n_ways=2, is_aside=True)

ASIDE: tuple[Step, ...] = (_ARRIVE, _RATE, _CLOSE)
"""What every practice begins and ends with."""


def practice_steps(practice: str, pace_factor: float = 1.0) -> tuple[Step, ...]:
    """Return a whole practice, from the welcome to the closing word.

    Parameters
    ----------
    practice
        One of `PRACTICES`.
    pace_factor
        How much longer than usual each step takes.
    """
    steps = (_ARRIVE, *PRACTICES[practice], _RATE, _CLOSE)
    return tuple(step.at_pace(pace_factor) for step in steps)
