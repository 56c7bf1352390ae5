"""Waves: small doses of what is hard, each followed by time with what is good.

For a session with a therapist, who leads it by their words; the app keeps the time, sees that
between two doses there is time back, and honours a stop at once. It works on no memory and knows
of none: what the dose is, is between the two people. Going back and forth between what stirs and
what steadies, and in small steps, are old and common ideas of many therapies.
"""

from __future__ import annotations

from dataclasses import replace
from math import inf
from typing import TYPE_CHECKING

from biofeedback.guides.guide import Guide, Scene, Turn, Vocabulary
from biofeedback.guides.way_back import WayBack

if TYPE_CHECKING:
    from collections.abc import Mapping

    from biofeedback.guides.body import BodyNow

__all__ = ["CLOSE_NOW", "DOSE_S", "STOP_RULES", "VOCABULARY", "Waves"]

STOP_RULES = ("hand", "word", "space")
"""What was agreed on to stop: a raised hand, a word of the person's own, or the space bar. The
word itself is between the two; the record has only that there is one."""

DOSE_S = (20.0, 90.0)
"""Shortest and longest dose, in seconds."""

CLOSE_NOW = "close-now"
VOCABULARY = Vocabulary(
    stages={"agree": 3, "resource": 1, "activate": 3, "back": 1, "stopped": 1, "closing": 1},
    reasons=(
        "dose-asked",
        "dose-over",
        "resource-asked",
        "above-window",
        "below-window",
        "paused-in-dose",
        "back-in-window",
        "rested",
        "dose-waits",
        "dose-open",
        "stop-asked",
        "several-doses",
        "close-asked",
    ),
    questions={CLOSE_NOW: ("close", "go-on")},
    options={"dose_s": (), "resource_s": (), "back_in_window_s": (), "stop_rule": STOP_RULES},
)

# name: default, least, most
_TIMES = {
    "dose_s": (40.0, *DOSE_S),
    "resource_s": (90.0, 30.0, 600.0),
    "back_in_window_s": (60.0, 30.0, 600.0),
}
_ALWAYS = ("next", "stop")
_CAN = {
    "agree": _ALWAYS,
    "activate": ("resource", *_ALWAYS),
    "back": ("resource", "longer", *_ALWAYS),
    "stopped": ("next",),
    "closing": ("longer", *_ALWAYS),
}
_LONGER_S = 30.0
_CLOSING_S, _CLOSING_LONGER_S = 120.0, 60.0
# After so many doses, and as many again, it asks whether to come to a close.
_DOSES_BEFORE_ASKING = 3
_ANSWER_WITHIN_S = 60.0


class Waves(Guide):
    """Keeps the time of doses and of the time back. It never begins a dose by itself.

    Parameters
    ----------
    options
        ``dose_s`` 20 to 90, ``resource_s`` 30 to 600: the time back where no sensor tells of the
        window, ``back_in_window_s`` 30 to 600: the time back within it where one does, and
        ``stop_rule``, one of `STOP_RULES`.

    Raises
    ------
    ValueError
        If an option is none of these.
    """

    name = "waves"

    def __init__(self, options: Mapping[str, float | str]) -> None:
        times_s = {name: _time_s(name, options) for name in _TIMES}
        rule = str(options.get("stop_rule", STOP_RULES[0]))
        if rule not in STOP_RULES:
            msg = f"there is no stop rule {rule!r}"
            raise ValueError(msg)
        self._way = STOP_RULES.index(rule)
        self._dose_s = times_s["dose_s"]
        self._resource_s = times_s["resource_s"]
        self._back = WayBack(times_s["back_in_window_s"], self._resource_s)
        self._n_doses = 0
        self._is_barred = False
        self._stage_until_s = inf
        self._asks_until_s = inf
        super().__init__(Scene("agree", way=self._way, can=("next", "stop")))

    def wake(self, g_s: float, body: BodyNow) -> tuple[Turn, ...]:
        """Do what was due."""
        turns: tuple[Turn, ...] = ()
        stage = self.scene.stage
        self._back.wait(g_s)
        if g_s >= self._asks_until_s:
            self._asks_until_s = inf
        elif g_s < min(self._stage_until_s, self._back.due_g_s):
            pass
        elif stage == "closing":
            self.is_over = True
        elif stage == "activate":
            turns = self._end_dose(g_s, "back", "dose-over")
        elif g_s >= self._back.due_g_s:
            turns = self._be_back(g_s, "rested", {"resource_s": self._resource_s})
        elif stage == "resource":
            self._go(g_s, "back")
        return (*turns, *self._show())

    def sense(self, g_s: float, body: BodyNow) -> tuple[Turn, ...]:
        """End a dose that leads out of the window; count the time back within it."""
        is_back = self._back.sense(g_s, body)
        turns: tuple[Turn, ...] = ()
        if self.scene.stage == "activate":
            zone = self._back.zone
            if zone is not None and self._back.is_outside:
                reason = "above-window" if zone > 0 else "below-window"
                turns = self._end_dose(g_s, "resource", reason, {"arousal_zone": zone})
        elif is_back and self.scene.stage in {"resource", "back"}:
            turns = self._be_back(g_s, "back-in-window", {})
        return (*turns, *self._show())

    def hear(
        self, g_s: float, word: str, arguments: Mapping[str, float | str], body: BodyNow
    ) -> tuple[Turn, ...]:
        """Follow the therapist; ``stop`` goes before everything."""
        turns: tuple[Turn, ...] = ()
        self._back.wait(g_s)
        if word == "resumed":
            turns = self._resume(g_s)
        elif word == "ease":
            if self.scene.stage == "activate":
                turns = self._end_dose(g_s, "resource", str(arguments["reason"]))
        elif word == "answer":
            turns = self._answered(g_s, arguments)
        elif word in self.scene.can:
            turns = self._follow(g_s, word)
        return (*turns, *self._show())

    def _follow(self, g_s: float, word: str) -> tuple[Turn, ...]:
        stage = self.scene.stage
        match word:
            case "stop":
                self._go(g_s, "stopped")
                return (Turn("stop", "stop-asked"),)
            case "activate":
                return self._begin_dose(g_s)
            case "resource":
                if stage == "activate":
                    return self._end_dose(g_s, "resource", "resource-asked")
                self._go(g_s, "resource")
            case "longer" if stage == "closing":
                self._stage_until_s += _CLOSING_LONGER_S
            case "longer":
                self._back.lengthen(_LONGER_S)
            case "next":
                return self._next(g_s, stage)
        return ()

    def _next(self, g_s: float, stage: str) -> tuple[Turn, ...]:
        if stage == "agree":
            self._go(g_s, "resource")
        elif stage == "activate":
            return self._end_dose(g_s, "back", "resource-asked")
        elif stage == "closing":
            self.is_over = True
        else:
            self._go(g_s, "closing")
        return ()

    def _answered(self, g_s: float, arguments: Mapping[str, float | str]) -> tuple[Turn, ...]:
        if not self.scene.asks or arguments.get("question") != CLOSE_NOW:
            return ()
        if arguments.get("word") not in VOCABULARY.questions[CLOSE_NOW]:
            return ()
        self._asks_until_s = inf
        if arguments["word"] == "go-on":
            return ()
        self._go(g_s, "closing")
        return (Turn("close", "close-asked"),)

    def _resume(self, g_s: float) -> tuple[Turn, ...]:
        self._back.break_off(g_s)
        if self.scene.stage != "activate":
            return ()
        if STOP_RULES[self._way] == "space":
            # The key that pauses everywhere is the agreed stop here.
            self._go(g_s, "stopped")
            return (Turn("stop", "stop-asked"),)
        # Nobody is led back into the middle of what they paused from.
        return self._end_dose(g_s, "resource", "paused-in-dose")

    # Doses and the time back.

    def _begin_dose(self, g_s: float) -> tuple[Turn, ...]:
        self._n_doses += 1
        self._back.begin(g_s)
        self._go(g_s, "activate")
        return (Turn("activate", "dose-asked", {"dose": self._n_doses, "dose_s": self._dose_s}),)

    def _end_dose(
        self, g_s: float, stage: str, reason: str, facts: Mapping[str, float | str] | None = None
    ) -> tuple[Turn, ...]:
        self._back.begin(g_s)
        self._go(g_s, stage)
        return (Turn(stage, reason, facts or {}),)

    def _be_back(
        self, g_s: float, reason: str, facts: Mapping[str, float | str]
    ) -> tuple[Turn, ...]:
        self._back.end()
        self._go(g_s, "resource")
        turns = [Turn("ready", reason, facts)]
        if self._n_doses % _DOSES_BEFORE_ASKING == 0:
            self._asks_until_s = g_s + _ANSWER_WITHIN_S
            turns.append(Turn("ask", "several-doses", {"n_doses": self._n_doses}))
        return tuple(turns)

    def _go(self, g_s: float, stage: str) -> None:
        self.scene = replace(self.scene, stage=stage)
        self._asks_until_s = inf
        match stage:
            case "activate":
                self._stage_until_s = g_s + self._dose_s
            case "closing":
                self._stage_until_s = g_s + _CLOSING_S
            case "resource" if self._back.is_needed:
                self._stage_until_s = g_s + self._resource_s
            case _:
                self._stage_until_s = inf

    def _show(self) -> tuple[Turn, ...]:
        """Let the scene and the next moment follow from the state; say what bars a dose."""
        stage, back = self.scene.stage, self._back
        counts_back = back.is_needed and stage in {"resource", "back"}
        back_due_s = back.due_g_s if counts_back else inf
        # A dose can begin again once it is no longer known that the body is outside.
        is_barred = stage == "resource" and not back.is_needed
        silent_s = back.silent_g_s if is_barred else inf
        self.due_g_s = min(self._stage_until_s, self._asks_until_s, back_due_s, silent_s)
        until_s = self._stage_until_s
        if stage in {"resource", "back"}:
            # With a sensor it is the body that says when, not the clock.
            until_s = back_due_s if counts_back and back.is_by_time else inf
        self.scene = Scene(
            stage,
            until_g_s=until_s,
            way=self._way if VOCABULARY.stages[stage] > 1 else 0,
            can=self._can(stage),
            asks="" if self._asks_until_s == inf else CLOSE_NOW,
        )
        return self._bar(is_barred=is_barred and back.is_outside)

    def _bar(self, *, is_barred: bool) -> tuple[Turn, ...]:
        """Say once that a dose waits for the body, and once that it can begin again."""
        was_barred, self._is_barred = self._is_barred, is_barred
        if is_barred and not was_barred:
            zone = self._back.zone
            assert zone is not None  # noqa: S101 - where it is barred it is known
            return (Turn("stay", "dose-waits", {"arousal_zone": zone}),)
        if was_barred and "activate" in self.scene.can:
            return (Turn("ready", "dose-open"),)
        return ()

    def _can(self, stage: str) -> tuple[str, ...]:
        if stage == "resource":
            if self._back.is_needed:
                return ("longer", *_ALWAYS)
            return _ALWAYS if self._back.is_outside else ("activate", *_ALWAYS)
        return _CAN[stage]


def _time_s(name: str, options: Mapping[str, float | str]) -> float:
    default_s, least_s, most_s = _TIMES[name]
    value_s = float(options.get(name, default_s))
    if not least_s <= value_s <= most_s:
        msg = f"{name} is {least_s:g} to {most_s:g}, not {value_s!r}"
        raise ValueError(msg)
    return value_s
