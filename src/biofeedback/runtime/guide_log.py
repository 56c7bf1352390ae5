"""What guides did in a session, kept small however long it lasts, and told in plain sentences."""

from __future__ import annotations

from collections import Counter
from math import isfinite, nan
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

    from biofeedback.samples import Decision, Event, GuideState

__all__ = ["GuideLog", "guide_name", "has_pacer", "times"]

_WITH_PACER = frozenset({"breathing", "together"})
# And each way of finding the pace at which the heart swings widest.
_WITH_PACER_TOO = "resonance"
_NATURAL = "open"
_STILL = frozenset({"paused", "ended"})
_MOVES = frozenset({"slower", "faster", "ramp", "back"})
# What is told of the others, in this order, with how many times.
_TOLD = {
    "longer": "A step took a little longer {times}.",
    "shorter": "A step was a little shorter {times}.",
    "again": "A step came once more {times}.",
    "other": "Another way was taken {times}.",
    "natural": "The pacer handed back to breathing as it comes {times}.",
    "stop": "You said stop {times}, and it stopped.",
    "close": "It led back into the room sooner {times}: making it easier had not been enough.",
}
# The last moments of every practice belong to the person's own breath: nothing was handed back.
_NEARLY_OVER = "nearly-over"
# An end that was asked for, or whose time had come, is no sooner than it was to be.
_SOONER = "eased-again"
_DISTRESS, _HOW_IS_IT = "distress", "how-is-it"
# A pace that is told alike is the same pace.
_ALIKE_PER_MIN = 0.05


def has_pacer(guide: str) -> bool:
    """Whether a guide leads the breath by a pacer; the others lead by words, step by step."""
    return guide in _WITH_PACER or guide.startswith(_WITH_PACER_TOO)


def times(count: int) -> str:
    """Return ``once``, ``twice`` or ``3 times``."""
    return {1: "once", 2: "twice"}.get(count, f"{count} times")


class GuideLog:
    """Listens to what guides ask for and decide, and to what the person answers."""

    def __init__(self) -> None:
        self.result: Decision | None = None
        self.distress_before = nan
        self._led_s: dict[str, float] = {}
        self._decided: Counter[str] = Counter()
        self._offered: Counter[str] = Counter()
        self._accepted: list[str] = []
        self._n_asked = 0
        self._n_moves = 0
        self._first_per_min = self._last_per_min = nan
        self._places: dict[str, tuple[set[int], int]] = {}
        self._since_s = 0.0
        self._leading = ""
        # How long a guide with a pacer left the breath to the person, and whether it does now.
        self._natural_s = 0.0
        self._is_natural = False

    @property
    def guides(self) -> tuple[str, ...]:
        """Which guides led, in order, each once."""
        return tuple(self._led_s)

    @property
    def has_paced(self) -> bool:
        """Whether a pacer led any breath."""
        return isfinite(self._first_per_min)

    def led_s(self, until_s: float) -> float:
        """Seconds that guides have led up to a session time, pauses left out."""
        present_s = until_s - self._since_s if self._leading else 0.0
        return sum(self._led_s.values()) + max(present_s, 0.0)

    def natural_s(self, until_s: float) -> float:
        """Seconds of those in which a guide with a pacer left the breath to the person."""
        present_s = until_s - self._since_s if self._is_natural else 0.0
        return self._natural_s + max(present_s, 0.0)

    def take(self, event: Event) -> None:
        """Remember what is told at the end."""
        from biofeedback.samples import (  # noqa: PLC0415 - not for the first picture
            Command,
            Decision,
            GuideState,
        )

        match event:
            case GuideState():
                self._take_state(event)
            case Decision():
                self._take_decision(event)
            case Command(name="answer") if event.arguments.get("question") == _DISTRESS:
                points = event.arguments.get("points")
                if isinstance(points, float | int) and not isfinite(self.distress_before):
                    self.distress_before = float(points)
            case _:
                pass

    def sentences(self) -> tuple[str, ...]:
        """What the guides did, without praise and without a score."""
        return tuple(self._sentences())

    def _sentences(self) -> Iterator[str]:
        yield from self._of_pace()
        yield from self._of_steps()
        for decision, words in _TOLD.items():
            if self._decided[decision]:
                yield words.format(times=times(self._decided[decision]))
        if self._n_asked:
            yield f"You were asked how it is {times(self._n_asked)}."
        for guide, count in self._offered.items():
            yield f"{guide_name(guide)} was offered {times(count)}{self._became(guide)}."
        if self._decided["keep"]:
            yield f"You switched adapting off {times(self._decided['keep'])}."

    def _of_pace(self) -> Iterator[str]:
        first, last = self._first_per_min, self._last_per_min
        if not isfinite(first):
            return
        if abs(last - first) >= _ALIKE_PER_MIN:
            moves = times(self._n_moves) if self._n_moves else ""
            moved = f"The pace moved {moves}," if moves else "The pace moved"
            yield f"{moved} from {first:.1f} to {last:.1f} breaths a minute."
        elif self._n_moves:
            yield f"The pace moved {times(self._n_moves)} and ended where it began, at {last:.1f}."
        else:
            yield f"The pace stayed at {last:.1f} breaths a minute."

    def _of_steps(self) -> Iterator[str]:
        for guide, (places, n_places) in self._places.items():
            yield f"{guide_name(guide)}: {len(places)} of {n_places} steps."

    def _became(self, guide: str) -> str:
        return ", and you went over to it" if guide in self._accepted else ""

    def _take_state(self, state: GuideState) -> None:
        if self._leading:
            self._led_s[self._leading] += max(state.t_s - self._since_s, 0.0)
        self._natural_s = self.natural_s(state.t_s)
        self._since_s = state.t_s
        self._leading = ""
        self._is_natural = state.step == _NATURAL and has_pacer(state.guide)
        if state.guide and state.step not in _STILL:
            self._leading = state.guide
            self._led_s.setdefault(state.guide, 0.0)
        if isfinite(state.breaths_per_min):
            if not isfinite(self._first_per_min):
                self._first_per_min = state.breaths_per_min
            self._last_per_min = state.breaths_per_min
        if 0 < state.place <= state.n_places:
            places, n_places = self._places.get(state.guide, (set(), 0))
            places.add(state.place)
            self._places[state.guide] = (places, max(n_places, state.n_places))

    def _take_decision(self, decision: Decision) -> None:
        is_due = decision.decision == "close" and decision.reason != _SOONER
        if decision.reason != _NEARLY_OVER and not is_due:
            self._decided[decision.decision] += 1
        self._n_moves += decision.decision in _MOVES
        offer = str(decision.facts.get("offer", ""))
        match decision.decision:
            case "offer" if offer:
                self._offered[offer] += 1
            case "begin" if offer:
                self._accepted.append(offer)
            case "ask" if decision.facts.get("question") == _HOW_IS_IT:
                self._n_asked += 1
            case "result" if "verdict" in decision.facts:
                self.result = decision
            case _:
                pass


def guide_name(guide: str) -> str:
    """Return what a guide is called, its own word for itself if it has no words."""
    from biofeedback.guides.words import guide_words  # noqa: PLC0415 - only at the end

    try:
        return guide_words(guide).name
    except OSError:
        return guide
