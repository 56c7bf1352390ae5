"""Resonance breathing: leads to the pace at which the person's heart swings widest, and stays there.

It begins near the person's own rate (`biofeedback.guides.ramp`), goes slowly down through the paces
at which resonance may lie, and back to the best of them (`biofeedback.guides.resonance_search`).
Every move is a quarter breath a minute at most, once in 90 s, at the beginning of a breath, and
only where the breath goes with the pacer (`biofeedback.guides.resonance_following`) and the heart
is heard well; each has its reason. What a person says goes first: a pace that they chose is left
alone for five minutes, and once it was too much nothing is looked for any more.
"""

from __future__ import annotations

from dataclasses import replace
from math import inf
from typing import TYPE_CHECKING

from biofeedback.guides.body import Nobody
from biofeedback.guides.guide import Guide, Scene, Turn, Vocabulary
from biofeedback.guides.limits import (
    AUTOMATIC_HIGHEST_PER_MIN,
    AUTOMATIC_PAUSE_S,
    AUTOMATIC_STEP_PER_MIN,
    at_rate,
    automatic_step,
    within_limits,
)
from biofeedback.guides.pacer import pattern_of
from biofeedback.guides.ramp import Ramp, first_rate_per_min
from biofeedback.guides.resonance_hearing import ResonanceHearing
from biofeedback.guides.resonance_options import ResonanceOptions
from biofeedback.guides.resonance_result import RESULT, ResonanceResult, Verdict, facts_of
from biofeedback.guides.resonance_search import Look, Search
from biofeedback.pacing import BreathPattern

if TYPE_CHECKING:
    from collections.abc import Mapping

    from biofeedback.guides.body import BodyNow

__all__ = ["VOCABULARY", "Resonance"]

_RAMP, _FOLLOW, _STEADY, _HOLD, _NATURAL = "ramp", "follow", "steady", "hold", "natural"
_WISHED_WAY, _EASED_WAY = range(2)  # of `natural`
_ASKED_FOR, _LET_GO = "asked-for", "let-go"
# Why the companion wants it easier; its own sentences say so.
_EASE_REASONS = ("said-worse", "said-dizzy", "heart-fast", "arousal-rose")
_SLOWER, _FASTER = "slower", "faster"
_MOVES = ("wider", "look", "settle", "unclear", "ask")

VOCABULARY = Vocabulary(
    stages={_RAMP: 1, _FOLLOW: 1, _STEADY: 1, _HOLD: 1, _NATURAL: 2},
    reasons=(
        "arrived",
        *(f"{why}-{way}" for why in _MOVES for way in (_SLOWER, _FASTER)),
        "found",
        "not-with-pace",
        "not-heard",
        "known-better",
        "gentler-now",
        _LET_GO,
        _ASKED_FOR,
        *_EASE_REASONS,
    ),
    questions={"try-slower": ("yes", "stay"), "try-faster": ("yes", "stay")},
    options={
        "explores": ("yes", "no"),
        "asks": ("no", "yes"),
        "resonance_per_min": (),
        "uncertainty_per_min": (),
        "inhale_fraction": (),
    },
)

_RESPECT_S, _DECLINED_S, _ANSWER_S = 300.0, 180.0, 45.0
_GENTLER_PER_MIN = 0.5
# What is known is told anew where it became clearly more.
_RESULT_S, _NARROWER = 180.0, 0.9
_SAME_PER_MIN = 1e-6


class Resonance(Guide):
    """Leads the breath, and lets the pace follow the heart.

    Parameters
    ----------
    options
        The four parts of a breath, as `biofeedback.guides.pacer.pattern_arguments` gives them:
        their proportions are kept, and their pace where there is no heart to look for another;
        ``resonance_per_min`` and its ``uncertainty_per_min`` from an earlier time;
        ``inhale_fraction`` (0.4) where no breath is given; ``explores``, whether it looks around
        (1); ``asks``, whether it asks before each move (0); ``gentle``, not slower than 5 a
        minute; ``duration_s`` of the session.

    Raises
    ------
    ValueError
        If they make no sense.
    """

    name = "resonance"

    def __init__(self, options: Mapping[str, float | str]) -> None:
        chosen = ResonanceOptions.read(options)
        self._is_gentle = chosen.is_gentle
        self._explores, self._asks_first = chosen.explores, chosen.asks_first
        self._hearing = ResonanceHearing()
        self._search = Search(
            chosen.lowest_per_min, chosen.duration_s, chosen.earlier, self._hearing.is_lapse
        )
        self._shape, self._rate = chosen.shape, chosen.start_per_min
        self._lowest_per_min = chosen.lowest_per_min
        self._has_arrived = False
        self._ramp: Ramp | None = None
        self._respect_g_s = -inf
        self._has_said_unheard = False
        self._asked: tuple[Look, float] | None = None
        self._granted: Look | None = None
        self._told_sd = inf
        self._told_g_s = -inf
        self._is_eased = False
        super().__init__(Scene(_RAMP, can=("next", _NATURAL)))
        # At once: only then is it known how the person breathes, and whether a heart is heard.
        self.due_g_s = 0.0

    # What comes from the leader.

    def wake(self, g_s: float, body: BodyNow) -> tuple[Turn, ...]:
        """Begin, near the rate at which the person breathes."""
        self.due_g_s = inf
        if self.scene.stage != _RAMP or self.scene.pattern is not None:
            return ()
        if self._would_begin_above(body):
            self._rate = self._search.first_per_min
        self._begin_ramp(g_s, body)
        return ()

    def breathe(self, g_s: float, body: BodyNow) -> tuple[Turn, ...]:
        """Choose the coming breath."""
        if self.scene.pattern is None:
            return ()
        turns = self._choose_breath(g_s, body)
        self._lead_breath(g_s, is_first=False)
        return turns

    def _choose_breath(self, g_s: float, body: BodyNow) -> tuple[Turn, ...]:
        if self._ramp is not None:
            return self._climb(g_s, self._ramp, body)
        if isinstance(body, Nobody):
            # Kept as it is. What comes after is another time.
            self._hearing.begin_stay(g_s)
            self._hearing.hear_anew(g_s)
            self._withdraw()
            return ()
        turns = self._hear_heart(g_s)
        self._hearing.breathe(g_s, body, self._rate)
        if self._is_eased or not self._explores:
            return turns
        turns += self._step_back(g_s)
        if self._hearing.follows and self.scene.stage != _HOLD:
            turns += self._look(g_s)
        if self._asked is not None and g_s >= self._asked[1]:
            self._withdraw()
        return turns

    def sense(self, g_s: float, body: BodyNow) -> tuple[Turn, ...]:
        """Listen to heart and breath. What follows waits for the next breath."""
        self._search.take(self._hearing.sense(g_s, body))
        return ()

    def hear(
        self, g_s: float, word: str, arguments: Mapping[str, float | str], body: BodyNow
    ) -> tuple[Turn, ...]:
        """Follow the person."""
        match word:
            case "ease":
                return self._let_go(g_s, str(arguments.get("reason", "")))
            case "ending":
                return self._tell_last()
            case "resumed":
                self._resume(g_s)
            case "pace":
                self._choose(g_s, pattern_of(arguments))
            case "answer":
                self._answer(g_s, arguments)
            case _ if word in self.scene.can:
                return self._hear_wish(g_s, word, body)
        return ()

    def _hear_wish(self, g_s: float, word: str, body: BodyNow) -> tuple[Turn, ...]:
        match word:
            case "next":
                self._ramp = None
                self._arrive(g_s)
            case "natural":
                self._wait(g_s, _WISHED_WAY)
            case "go-on":
                return self._go_on(g_s, body)
            case "slower" | "faster":
                return self._step(g_s, word)
        return ()

    # The ramp.

    def _begin_ramp(self, g_s: float, body: BodyNow) -> None:
        first = first_rate_per_min(body.value("breaths_per_min"), self._rate)
        self._ramp = Ramp(first, self._pattern(self._rate))
        self.scene = Scene(_RAMP, can=("next", _NATURAL), pattern=self._ramp.pattern)
        if self._ramp.has_arrived:
            self._ramp = None
            self._arrive(g_s)
        self._lead_breath(g_s, is_first=True)

    def _would_begin_above(self, body: BodyNow) -> bool:
        """Tell whether to begin where the way down does: it is both gentle and telling."""
        if self._has_arrived or self._is_eased or not self._explores:
            return False
        is_heard = body.value("heart_rate_bpm") is not None
        return is_heard and self._rate < self._search.first_per_min

    def _climb(self, g_s: float, ramp: Ramp, body: BodyNow) -> tuple[Turn, ...]:
        first_per_min = self._search.first_per_min
        if ramp.pattern.breaths_per_min > first_per_min and self._would_begin_above(body):
            # The heart was first heard on the way.
            self._rate = first_per_min
            self._ramp = ramp = Ramp(ramp.pattern.breaths_per_min, self._pattern(first_per_min))
        ramp.step()
        self.scene = replace(self.scene, pattern=ramp.pattern)
        if not ramp.has_arrived:
            return ()
        self._ramp = None
        self._arrive(g_s)
        return (Turn("arrive", "arrived", {"to_per_min": self._rate}),)

    def _arrive(self, g_s: float) -> None:
        self._has_arrived = True
        self._hearing.hear_anew(g_s)
        self._lead(g_s)

    # The breath.

    def _pattern(self, breaths_per_min: float) -> BreathPattern:
        if abs(breaths_per_min - self._shape.breaths_per_min) < _SAME_PER_MIN:
            return self._shape
        return at_rate(self._shape, breaths_per_min)

    def _lead(self, g_s: float) -> None:
        """Lead the breath at its present rate, as a new stay there."""
        looks = self._explores and not self._is_eased
        stage = _HOLD if not looks else _STEADY if self._search.is_settled else _FOLLOW
        can = [word for word in (_SLOWER, _FASTER) if self._rate_after(word) is not None]
        self._asked = self._granted = None
        self.scene = Scene(stage, can=(*can, _NATURAL, "keep"), pattern=self._pattern(self._rate))
        self._hearing.begin_pace(g_s)

    def _lead_breath(self, g_s: float, *, is_first: bool) -> None:
        assert self.scene.pattern is not None  # noqa: S101 - its callers have seen to it
        self._hearing.lead(g_s, self.scene.pattern.period_s, is_first=is_first)

    def _resume(self, g_s: float) -> None:
        self._hearing.resume(g_s)
        if self.scene.pattern is not None:
            self._lead_breath(g_s, is_first=True)

    def _rate_after(self, word: str) -> float | None:
        """Return the rate after one step of the person's, ``None`` where there is no further."""
        lowest = min(self._lowest_per_min, self._rate)
        highest = max(AUTOMATIC_HIGHEST_PER_MIN, self._rate)
        step = AUTOMATIC_STEP_PER_MIN if word == _FASTER else -AUTOMATIC_STEP_PER_MIN
        rate = max(lowest, min(self._rate + step, highest))
        return None if abs(rate - self._rate) < _SAME_PER_MIN else rate

    def _step(self, g_s: float, word: str) -> tuple[Turn, ...]:
        rate = self._rate_after(word)
        if rate is None:
            return ()
        facts = {"from_per_min": self._rate, "to_per_min": rate}
        if word == _FASTER:
            # Slower than that is not what they want.
            self._search.turn_back()
        self._rate = rate
        self._lead(g_s)
        self._respect_g_s = g_s + _RESPECT_S
        return (Turn(word, _ASKED_FOR, facts),)

    def _choose(self, g_s: float, pattern: BreathPattern) -> None:
        """Take a breath that the person chose; nearer the limits where it is beyond them."""
        # It begins within the breath that is led just now.
        self._hearing.stop(g_s)
        shape = within_limits(pattern, gentle=self._is_gentle).pattern
        rate = max(self._lowest_per_min, min(shape.breaths_per_min, AUTOMATIC_HIGHEST_PER_MIN))
        self._shape, self._rate, self._ramp = shape, rate, None
        self._lead(g_s)
        self._respect_g_s = g_s + _RESPECT_S
        self.due_g_s = inf

    # What it does by itself.

    def _look(self, g_s: float) -> tuple[Turn, ...]:
        """Learn, and move on where there is something to gain."""
        if self._granted is not None:
            return self._move(g_s, self._granted)
        if self._asked is not None or g_s < self._respect_g_s:
            return ()
        if self._hearing.stayed_s(g_s) < AUTOMATIC_PAUSE_S:
            return ()
        look = self._search.choose(g_s, self._rate)
        return () if look is None else self._tell(g_s) + self._follow(g_s, look)

    def _follow(self, g_s: float, look: Look) -> tuple[Turn, ...]:
        if look.to_per_min == self._rate:
            if self._search.is_settled and self.scene.stage == _FOLLOW:
                self.scene = replace(self.scene, stage=_STEADY)
            return (Turn("stay", look.why, look.facts),) if look.why else ()
        if not self._asks_first:
            return self._move(g_s, look)
        way = _way(self._rate, look.to_per_min)
        self._asked = (look, g_s + _ANSWER_S)
        self.scene = replace(self.scene, asks=f"try-{way}")
        return (Turn("ask", f"ask-{way}", look.facts),)

    def _move(self, g_s: float, look: Look) -> tuple[Turn, ...]:
        way = _way(self._rate, look.to_per_min)
        self._rate = look.to_per_min
        self._lead(g_s)
        return (Turn(way, f"{look.why}-{way}", look.facts),)

    def _step_back(self, g_s: float) -> tuple[Turn, ...]:
        """Go back towards where it was followed, if it never was here."""
        followed_per_min = self._hearing.followed_per_min
        if followed_per_min is None or g_s < self._respect_g_s:
            return ()
        if not self._hearing.was_never_followed(g_s):
            return ()
        to = automatic_step(self._rate, followed_per_min)
        if abs(to - self._rate) < _SAME_PER_MIN:
            return ()
        facts = {"from_per_min": self._rate, "to_per_min": to}
        # Slower than they can follow is nothing to look for.
        if to > self._rate:
            self._search.not_followed(self._rate, to)
        self._rate = to
        self._lead(g_s)
        return (Turn("back", "not-with-pace", facts),)

    def _hear_heart(self, g_s: float) -> tuple[Turn, ...]:
        """Hold the pace while the heart is not heard, and say so once."""
        if not self._hearing.is_silent(g_s):
            if self.scene.stage == _HOLD and self._explores and not self._is_eased:
                stage = _STEADY if self._search.is_settled else _FOLLOW
                self.scene = replace(self.scene, stage=stage)
            return ()
        if self.scene.stage == _HOLD:
            return ()
        self._withdraw()
        self.scene = replace(self.scene, stage=_HOLD)
        if self._has_said_unheard:
            return ()
        self._has_said_unheard = True
        return (Turn("stay", "not-heard", {"per_min": self._rate}),)

    def _tell(self, g_s: float) -> tuple[Turn, ...]:
        """Say what is known, where that has become clearly more."""
        if g_s - self._told_g_s < _RESULT_S:
            return ()
        result = self._known()
        if result is None or result.uncertainty_per_min > _NARROWER * self._told_sd:
            return ()
        self._told_sd, self._told_g_s = result.uncertainty_per_min, g_s
        return (_told(result),)

    def _tell_last(self) -> tuple[Turn, ...]:
        result = self._known()
        return () if result is None else (_told(result),)

    def _known(self) -> ResonanceResult | None:
        """Return what is known, ``None`` as long as that is little more than what is usual."""
        result = self._search.known()
        is_sure = result.verdict in {Verdict.CLEAR, Verdict.FLAT}
        return result if is_sure or (result.verdict.is_told and self._search.is_home) else None

    # Questions.

    def _answer(self, g_s: float, arguments: Mapping[str, float | str]) -> None:
        if self._asked is None or arguments.get("question") != self.scene.asks:
            return
        look, _ = self._asked
        word = arguments.get("word")
        if word not in {"yes", "stay"}:
            return
        self._withdraw()
        if word == "yes":
            self._granted = look
        else:
            self._respect_g_s = max(self._respect_g_s, g_s + _DECLINED_S)

    def _withdraw(self) -> None:
        self._asked = self._granted = None
        if self.scene.asks:
            self.scene = replace(self.scene, asks="")

    # Without a pacer.

    def _wait(self, g_s: float, way: int) -> None:
        self._hearing.let_go(g_s)
        self._asked = self._granted = None
        self.due_g_s = inf
        self.scene = Scene(_NATURAL, way=way, can=("go-on",))

    def _let_go(self, g_s: float, reason: str) -> tuple[Turn, ...]:
        self._is_eased = True
        self._wait(g_s, _EASED_WAY)
        return (Turn("natural", reason if reason in _EASE_REASONS else _LET_GO),)

    def _go_on(self, g_s: float, body: BodyNow) -> tuple[Turn, ...]:
        turns: tuple[Turn, ...] = ()
        if self._is_eased:
            highest = max(self._rate, AUTOMATIC_HIGHEST_PER_MIN)
            self._rate = min(self._rate + _GENTLER_PER_MIN, highest)
            turns = (Turn("gentler", "gentler-now", {"to_per_min": self._rate}),)
        self._begin_ramp(g_s, body)
        return turns


def _told(result: ResonanceResult) -> Turn:
    return Turn(RESULT, "known-better", facts_of(result))


def _way(from_per_min: float, to_per_min: float) -> str:
    return _SLOWER if to_per_min < from_per_min else _FASTER
