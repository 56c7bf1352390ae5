"""Paced breathing that follows the person: begins at their rate, eases, and lets go when asked."""

from __future__ import annotations

from dataclasses import replace
from math import inf
from typing import TYPE_CHECKING, ClassVar

from biofeedback.guides.breathing_choice import SIGH, BreathingChoice, sighs
from biofeedback.guides.breathing_vocabulary import (
    ASKED_FOR,
    BREATHE,
    CLOSING,
    DIZZY_WAY,
    EASE_REASONS,
    EASED_WAY,
    INSTEAD,
    KNOWN_WAY,
    LET_GO,
    LISTEN,
    N_BREATHE_WAYS,
    NATURAL,
    ON_OR_END,
    RAMP,
    SETTLE,
    UNKNOWN_WAY,
    VOCABULARY,
    WISHED_WAY,
)
from biofeedback.guides.chosen_breath import ChosenBreath
from biofeedback.guides.easing import Easing
from biofeedback.guides.guide import Guide, Scene, Turn
from biofeedback.guides.limits import (
    SIGH_S,
    gentler,
)
from biofeedback.guides.pacer import pattern_of
from biofeedback.guides.ramp import Ramp, first_rate_per_min
from biofeedback.pacing import PRESETS

if TYPE_CHECKING:
    from collections.abc import Mapping

    from biofeedback.guides.body import BodyNow
    from biofeedback.pacing import BreathPattern

__all__ = ["VOCABULARY", "Breathing"]

# How long it waits for sensors to tell how the person breathes, and how long for them to speak.
_LISTEN_S = 20.0
_SENSOR_S = 5.0

_SETTLE_S = 60.0
_WAY_S = 120.0
_NATURAL_S = 180.0
_ANSWER_S = 60.0
_CLOSING_S = 20.0
# A shorter session has no time for a closing of its own.
_LONG_ENOUGH_S = 180.0


class Breathing(Guide):
    """Leads one breath after the other.

    It begins at the rate at which the person breathes (`biofeedback.guides.ramp`), if asked to.
    If the pace is not followed it eases by small steps (`biofeedback.guides.limits`), and comes
    back when it is; if that does not help it asks whether to let go of the pace. If it becomes
    too much it lets go at once, and goes on only when the person says so, with a gentler breath.

    Parameters
    ----------
    options
        ``preset``, a name of `biofeedback.pacing.PRESETS`, or ``own`` (the default) with the four
        parts of a breath, as `biofeedback.guides.pacer.pattern_arguments` gives them; ``ramp``,
        whether to begin at the person's present rate; ``gentle`` and ``first``, as for
        `biofeedback.guides.limits.within_limits`; ``duration_s``, so that it comes out gently.

    Raises
    ------
    ValueError
        If they are no breath that can be led.
    """

    name = "breathing"
    # Two people are led by no sigh: then it is a breath like any other.
    _may_sigh: ClassVar[bool] = True

    def __init__(self, options: Mapping[str, float | str]) -> None:
        self._choice = choice = BreathingChoice.read(options)
        self._is_sigh = choice.is_sigh and self._may_sigh
        self._n_sighs = 0
        self._untold: tuple[Turn, ...] = ()
        self._chosen = ChosenBreath(choice)
        if not self._is_sigh:
            self._untold = self._chosen.choose(choice.pattern)
        self._easing = Easing(self._chosen.pattern.breaths_per_min)
        self._ramp: Ramp | None = None
        self._ramp_way = UNKNOWN_WAY
        self._is_to_ramp = choice.ramps
        self._is_gentler = False
        self._settle_until_g_s = _SETTLE_S
        self._breathe_from_g_s = 0.0
        self._listen_until_g_s = _SENSOR_S
        self._ask_g_s = self._answer_by_g_s = inf
        is_long = choice.duration_s >= _LONG_ENOUGH_S
        self._closing_g_s = choice.duration_s - _CLOSING_S if is_long else inf
        self._has_closed = False
        super().__init__(Scene(LISTEN, can=("next", "natural")))
        if self._is_sigh:
            self._sigh()
        elif not choice.ramps:
            self._lead(0.0)
        self._find_due()

    # What comes from the leader.

    def wake(self, g_s: float, body: BodyNow) -> tuple[Turn, ...]:
        """Do what was due."""
        turns, self._untold = self._untold, ()
        stage = self.scene.stage
        if self.scene.pattern is None:
            if g_s >= self._closing_g_s and not self._has_closed:
                turns += self._close()
            elif stage == LISTEN and g_s >= self._listen_until_g_s:
                turns += self._begin_ramp(g_s, body)
            elif stage == NATURAL and g_s >= self._ask_g_s:
                self._ask_g_s = inf
                self._ask(g_s, ON_OR_END)
                turns += (Turn("ask", "natural-a-while"),)
            elif self.scene.asks and g_s >= self._answer_by_g_s:
                turns += self._take_silence()
        self._find_due()
        return turns

    def sense(self, g_s: float, body: BodyNow) -> tuple[Turn, ...]:
        """Begin as soon as it is known how the person breathes."""
        if self.scene.stage != LISTEN:
            return ()
        turns: tuple[Turn, ...] = ()
        if body.value("breaths_per_min") is None:
            # Somebody tells something: the rate may come as well, after three breaths.
            self._listen_until_g_s = _LISTEN_S
        else:
            turns = self._begin_ramp(g_s, body)
        self._find_due()
        return turns

    def breathe(self, g_s: float, body: BodyNow) -> tuple[Turn, ...]:
        """Choose the coming breath."""
        pattern = self.scene.pattern
        turns: tuple[Turn, ...] = ()
        if pattern is None:
            return ()
        if g_s + pattern.period_s / 2 >= self._closing_g_s and not self._has_closed:
            # With this breath or the next: whichever begins nearer to it.
            turns = self._close()
        elif self.scene.stage == SIGH:
            self._n_sighs += 1
            if self._n_sighs * pattern.period_s >= SIGH_S:
                turns = self._change_from_sigh(g_s)
        elif self._ramp is not None:
            turns = self._climb(g_s, self._ramp)
        else:
            self._say_anew(g_s)
            turns = self._adapt(g_s, body)
        self._find_due()
        return turns

    def hear(
        self, g_s: float, word: str, arguments: Mapping[str, float | str], body: BodyNow
    ) -> tuple[Turn, ...]:
        """Follow the person."""
        turns: tuple[Turn, ...] = ()
        stage, can = self.scene.stage, self.scene.can
        if word == "ease":
            turns = self._let_go(g_s, str(arguments.get("reason", "")))
        elif word == "resumed":
            self._easing.forget()
        elif word == "pace" and stage != CLOSING:
            turns = self._take_pace(g_s, pattern_of(arguments))
        elif word == "answer" and arguments.get("question") == self.scene.asks != "":
            turns = self._answer(g_s, str(arguments.get("word", "")), body)
        elif word not in can:
            pass
        elif word == "next":
            self._ramp, self._is_to_ramp = None, False
            self._lead(g_s)
        elif word == "natural":
            self._wait(g_s, WISHED_WAY)
        elif word == "go-on":
            turns = self._go_on(g_s, body)
        elif word in {"slower", "faster"}:
            turns = self._step(g_s, word)
        self._find_due()
        return turns

    # The breath.

    def _take_pace(self, g_s: float, pattern: BreathPattern) -> tuple[Turn, ...]:
        """Lead a breath that was chosen on the way."""
        if not (self._may_sigh and sighs(pattern)):
            turns = self._chosen.choose(pattern)
            self._take_chosen(g_s)
            return turns
        self._chosen.choose_sigh(pattern)
        self._take_chosen(g_s)
        self._is_sigh = True
        self._sigh()
        return ()

    def _take_chosen(self, g_s: float) -> None:
        """Lead what was chosen just now, and nothing that was before."""
        self._easing.choose(g_s, self._chosen.pattern.breaths_per_min)
        self._ramp, self._is_to_ramp = None, False
        self._is_sigh = self._is_gentler = False
        self._lead(g_s)

    def _lead(self, g_s: float) -> None:
        """Lead the breath at its present rate, in small breaths to begin with."""
        stage, way = self.scene.stage, self.scene.way
        if g_s < self._settle_until_g_s:
            stage, way = SETTLE, 0
        elif stage != BREATHE:
            stage, way = BREATHE, 0
            self._breathe_from_g_s = g_s
        pattern = self._chosen.at(self._easing.led_per_min)
        can = [
            word
            for word, step in (("slower", -1.0), ("faster", 1.0))
            if self._chosen.after_step(self._easing.led_per_min, step) is not None
        ]
        self.scene = Scene(stage, way=way, can=(*can, NATURAL, "keep"), pattern=pattern)

    def _step(self, g_s: float, word: str) -> tuple[Turn, ...]:
        led = self._easing.led_per_min
        rate = self._chosen.after_step(led, -1.0 if word == "slower" else 1.0)
        if rate is None:
            return ()
        facts = {"from_per_min": led, "to_per_min": rate}
        self._easing.choose(g_s, rate)
        self._lead(g_s)
        return (Turn(word, ASKED_FOR, facts),)

    def _say_anew(self, g_s: float) -> None:
        """Let the words change with a breath, so that the same ones are not said again and again."""
        scene = self.scene
        if scene.stage == SETTLE and g_s >= self._settle_until_g_s:
            self._breathe_from_g_s = g_s
            self.scene = replace(scene, stage=BREATHE, way=0)
        elif scene.stage == BREATHE:
            way = int((g_s - self._breathe_from_g_s) // _WAY_S) % N_BREATHE_WAYS
            self.scene = replace(scene, way=way)

    # The ramp.

    def _begin_ramp(self, g_s: float, body: BodyNow) -> tuple[Turn, ...]:
        own = body.value("breaths_per_min")
        first = first_rate_per_min(own, self._easing.chosen_per_min)
        self._settle_until_g_s = g_s + _SETTLE_S
        facts = {"from_per_min": first, "to_per_min": self._easing.chosen_per_min}
        self._ramp_way, reason = UNKNOWN_WAY, "began-without-rate"
        if own is not None:
            self._ramp_way, reason = KNOWN_WAY, "began-at-your-rate"
            facts["own_per_min"] = own
        self._ramp_from(g_s, first)
        return (Turn("begin", reason, facts),)

    def _ramp_from(self, g_s: float, from_per_min: float) -> None:
        self._is_to_ramp = False
        self._ramp = Ramp(from_per_min, self._chosen.pattern)
        if self._ramp.has_arrived:
            self._ramp = None
            self._lead(g_s)
        else:
            self._show_ramp(self._ramp)

    def _show_ramp(self, ramp: Ramp) -> None:
        can = ("next", NATURAL)
        self.scene = Scene(RAMP, way=self._ramp_way, can=can, pattern=ramp.pattern)

    def _climb(self, g_s: float, ramp: Ramp) -> tuple[Turn, ...]:
        ramp.step()
        self.scene = replace(self.scene, pattern=ramp.pattern)
        if not ramp.has_arrived:
            return ()
        self._ramp = None
        self._easing.leave(g_s)
        self._lead(g_s)
        return (Turn("arrive", "arrived", {"to_per_min": self._easing.led_per_min}),)

    # How it goes.

    def _adapt(self, g_s: float, body: BodyNow) -> tuple[Turn, ...]:
        """Ease while the pace is not followed; come back when it is."""
        if self.scene.asks and g_s >= self._answer_by_g_s:
            return self._take_silence()
        turn = self._easing.breathe(g_s, body)
        if turn is None:
            return ()
        if turn.decision == "ask":
            self._ask(g_s, INSTEAD)
        else:
            self._lead(g_s)
        return (turn,)

    # The sigh.

    def _sigh(self) -> None:
        self.scene = Scene(SIGH, can=(NATURAL,), pattern=self._chosen.pattern)

    def _change_from_sigh(self, g_s: float) -> tuple[Turn, ...]:
        self._chosen.choose(PRESETS["gentle"])
        self._take_chosen(g_s)
        facts = {"after_min": SIGH_S / 60.0, "to_per_min": self._easing.led_per_min}
        return (Turn("gentle", "sighed-enough", facts),)

    # Without a pacer.

    def _wait(self, g_s: float, way: int) -> None:
        """Leave the breath to the person until they say otherwise."""
        self._easing.forget()
        self._ask_g_s = g_s + _NATURAL_S
        can = () if self._has_closed else ("go-on",)
        self.scene = Scene(NATURAL, way=way, can=can)

    def _let_go(self, g_s: float, reason: str) -> tuple[Turn, ...]:
        self._is_gentler = True
        self._wait(g_s, DIZZY_WAY if reason == "said-dizzy" else EASED_WAY)
        return (Turn("natural", reason if reason in EASE_REASONS else LET_GO),)

    def _go_on(self, g_s: float, body: BodyNow) -> tuple[Turn, ...]:
        turns: tuple[Turn, ...] = ()
        ramp = self._ramp
        if self._is_gentler:
            self._is_gentler = self._is_sigh = False
            self._settle_until_g_s = g_s + _SETTLE_S
            self._chosen.choose(gentler(self._chosen.at(self._easing.led_per_min)))
            self._easing.choose(g_s, self._chosen.pattern.breaths_per_min)
            facts = {"to_per_min": self._easing.led_per_min}
            turns = (Turn("gentler", "gentler-now", facts),)
            if ramp is not None:
                self._ramp_from(g_s, ramp.pattern.breaths_per_min)
                return turns
        if self._is_sigh:
            self._sigh()
        elif ramp is not None:
            self._show_ramp(ramp)
        elif self._is_to_ramp:
            turns += self._begin_ramp(g_s, body)
        else:
            self._lead(g_s)
        return turns

    # Questions.

    def _ask(self, g_s: float, question: str) -> None:
        self._answer_by_g_s = g_s + _ANSWER_S
        self.scene = replace(self.scene, asks=question)

    def _take_silence(self) -> tuple[Turn, ...]:
        asked, self._answer_by_g_s = self.scene.asks, inf
        self.scene = replace(self.scene, asks="")
        return (Turn("stay", "no-answer", {"question": asked}),)

    def _answer(self, g_s: float, word: str, body: BodyNow) -> tuple[Turn, ...]:
        asked = self.scene.asks
        if word not in VOCABULARY.questions[asked]:
            return ()
        self.scene = replace(self.scene, asks="")
        if word == "natural":
            self._wait(g_s, WISHED_WAY)
        elif word == "go-on":
            return self._go_on(g_s, body)
        elif word == "end":
            self.is_over = True
        return ()

    # The end.

    def _close(self) -> tuple[Turn, ...]:
        self.scene = Scene(CLOSING, until_g_s=self._choice.duration_s)
        self._has_closed = True
        return (Turn("natural", "nearly-over"),)

    def _find_due(self) -> None:
        due_g_s = 0.0 if self._untold else inf
        if self.scene.pattern is None:
            if not self._has_closed:
                due_g_s = min(due_g_s, self._closing_g_s)
            if self.scene.asks:
                due_g_s = min(due_g_s, self._answer_by_g_s)
            if self.scene.stage == LISTEN:
                due_g_s = min(due_g_s, self._listen_until_g_s)
            elif self.scene.stage == NATURAL:
                due_g_s = min(due_g_s, self._ask_g_s)
        self.due_g_s = due_g_s
