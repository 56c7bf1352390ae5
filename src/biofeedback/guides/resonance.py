"""Resonance breathing: leads to the pace at which the person's heart swings widest, and stays there.

It begins near the person's own rate (`biofeedback.guides.ramp`), looks around from there and
settles (`biofeedback.guides.resonance_search`). Every move is a quarter breath a minute at most,
once in 90 s, at the beginning of a breath, and only while the breath goes with the pacer and the
heart is heard well; each has its reason. What a person says goes first: a pace that they chose is
left alone for five minutes, and once it was too much nothing is looked for any more.
"""

from __future__ import annotations

from dataclasses import replace
from math import inf, isfinite
from typing import TYPE_CHECKING

from biofeedback.guides.body import Nobody
from biofeedback.guides.following import KEPT, Following
from biofeedback.guides.guide import Guide, Scene, Turn, Vocabulary
from biofeedback.guides.limits import (
    AUTOMATIC_HIGHEST_PER_MIN,
    AUTOMATIC_LOWEST_PER_MIN,
    AUTOMATIC_PAUSE_S,
    AUTOMATIC_STEP_PER_MIN,
    GENTLE_LOWEST_PER_MIN,
    HARD_HIGHEST_PER_MIN,
    HARD_LOWEST_PER_MIN,
    at_rate,
    automatic_step,
    within_limits,
)
from biofeedback.guides.pacer import pattern_of
from biofeedback.guides.ramp import Ramp, first_rate_per_min
from biofeedback.guides.resonance_belief import PRIOR_SD_PER_MIN, ResonanceBelief
from biofeedback.guides.resonance_search import MAX_AGE_S, READING, Look, Search
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
_MOVES = ("wider", "look", "back", "settle", "ask")

VOCABULARY = Vocabulary(
    stages={_RAMP: 1, _FOLLOW: 1, _STEADY: 1, _HOLD: 1, _NATURAL: 2},
    reasons=(
        "arrived",
        *(f"{why}-{way}" for why in _MOVES for way in (_SLOWER, _FASTER)),
        "found",
        "no-difference",
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
        "asks": ("yes", "no"),
        "resonance_per_min": (),
        "uncertainty_per_min": (),
        "inhale_fraction": (),
    },
)

_START_PER_MIN, _UNHEARD_START_PER_MIN = 6.5, 6.0
_INHALE_FRACTION = 0.4
_PARTS = frozenset({"in_s", "hold_in_s", "out_s", "hold_out_s"})
_WIDEST_INHALE, _NARROWEST_INHALE = 0.6, 0.3
_LEAST_UNCERTAINTY, _MOST_UNCERTAINTY = 0.15, 1.0
# Half of the quality of the heart: what the heart alone tells of the breath is a guess.
_GUESS_QUALITY = 0.25
_LOST_S, _UNHEARD_S = 60.0, 90.0
_TELLING_BREATHS = 5
_RESPECT_S, _DECLINED_S, _ANSWER_S = 300.0, 180.0, 45.0
_GENTLER_PER_MIN = 0.5
_RESULT_S, _NARROWER = 180.0, 0.9
_SAME_PER_MIN = 1e-6


class Resonance(Guide):
    """Leads the breath, and lets the pace follow the heart.

    Parameters
    ----------
    options
        The four parts of a breath to begin with, as
        `biofeedback.guides.pacer.pattern_arguments` gives them, or ``resonance_per_min`` and its
        ``uncertainty_per_min`` from an earlier time; ``inhale_fraction`` (0.4) where no breath is
        given; ``explores``, whether it looks around (1); ``asks``, whether it asks before each
        move (0); ``gentle``, not slower than 5 a minute; ``duration_s`` of the session.

    Raises
    ------
    ValueError
        If they make no sense.
    """

    name = "resonance"

    def __init__(self, options: Mapping[str, float | str]) -> None:
        self._gentle = _is_on(options, "gentle", default=False)
        self._explores = _is_on(options, "explores", default=True)
        self._asks_first = _is_on(options, "asks", default=False)
        lowest = GENTLE_LOWEST_PER_MIN if self._gentle else AUTOMATIC_LOWEST_PER_MIN
        earlier = _number(options, "resonance_per_min", HARD_LOWEST_PER_MIN, HARD_HIGHEST_PER_MIN)
        spread = _number(options, "uncertainty_per_min", 0.0, inf)
        belief = ResonanceBelief()
        if earlier is not None:
            spread = PRIOR_SD_PER_MIN if spread is None else spread
            spread = max(_LEAST_UNCERTAINTY, min(spread, _MOST_UNCERTAINTY))
            belief = ResonanceBelief(earlier, spread)
        duration_s = _number(options, "duration_s", 0.0, inf)
        self._search = Search(belief, lowest, inf if duration_s is None else duration_s)
        self._shape, self._start = self._read_start(options, earlier)
        self._rate = self._start or _UNHEARD_START_PER_MIN
        self._ramp: Ramp | None = None
        self._following = Following()
        self._followed: float | None = None
        self._is_followed_here = False
        self._moved_g_s = -inf
        self._respect_g_s = -inf
        self._heard_g_s = 0.0
        self._has_said_unheard = False
        self._asked: tuple[Look, float] | None = None
        self._granted: Look | None = None
        self._told_sd = self._search.known.sd_per_min
        self._told_g_s = -inf
        self._is_eased = False
        super().__init__(Scene(_RAMP, can=("next", _NATURAL)))
        # At once: only then is it known how the person breathes, and whether a heart is heard.
        self.due_g_s = 0.0

    def _read_start(
        self, options: Mapping[str, float | str], earlier: float | None
    ) -> tuple[BreathPattern, float | None]:
        """Return the breath's shape, and the rate to begin at, ``None`` where none was given."""
        fraction = _number(options, "inhale_fraction", _NARROWEST_INHALE, _WIDEST_INHALE)
        shape = BreathPattern.at_rate(
            _UNHEARD_START_PER_MIN,
            inhale_fraction=_INHALE_FRACTION if fraction is None else fraction,
        )
        given = _PARTS & options.keys()
        if given and given != _PARTS:
            msg = f"a breath has four parts; {', '.join(sorted(_PARTS - given))} missing"
            raise ValueError(msg)
        start = earlier
        if given:
            shape = within_limits(pattern_of(options), gentle=self._gentle).pattern
            start = shape.breaths_per_min if start is None else start
        if start is not None:
            start = max(self._search.lowest_per_min, min(start, AUTOMATIC_HIGHEST_PER_MIN))
        return shape, start

    # What comes from the leader.

    def wake(self, g_s: float, body: BodyNow) -> tuple[Turn, ...]:
        """Begin, near the rate at which the person breathes."""
        self.due_g_s = inf
        if self.scene.stage != _RAMP or self.scene.pattern is not None:
            return ()
        if self._start is None and self._explores and body.value("heart_rate_bpm") is not None:
            # From above: slowing down a little at a time is both gentle and telling.
            self._rate = _START_PER_MIN
        self._begin_ramp(g_s, body)
        return ()

    def breathe(self, g_s: float, body: BodyNow) -> tuple[Turn, ...]:
        """Choose the coming breath."""
        if self.scene.pattern is None:
            return ()
        if self._ramp is not None:
            return self._climb(g_s, self._ramp)
        if isinstance(body, Nobody):
            # Kept as it is. What comes after is another time.
            self._begin_stay(g_s)
            self._heard_g_s = g_s
            self._withdraw()
            return ()
        turns = self._hear_heart(g_s, body)
        self._following.hear(g_s, body)
        adherence = body.value("adherence", max_age_s=MAX_AGE_S, least_quality=_GUESS_QUALITY)
        follows = adherence is not None and adherence >= KEPT
        # Adherence tells of five breaths: before that, of another pace.
        tells = g_s - self._moved_g_s >= _TELLING_BREATHS * 60.0 / self._rate
        if follows and tells:
            self._followed, self._is_followed_here = self._rate, True
        if adherence is not None:
            is_felt = body.metric("breath_quality", least_quality=0.0) is not None
            self._search.breathe(g_s, self._rate, body, adherence, is_felt=is_felt)
        if self._is_eased or not self._explores:
            return turns
        turns += self._step_back(g_s)
        if follows and self.scene.stage != _HOLD:
            turns += self._look(g_s)
        if self._asked is not None and g_s >= self._asked[1]:
            self._withdraw()
        return turns

    def hear(
        self, g_s: float, word: str, arguments: Mapping[str, float | str], body: BodyNow
    ) -> tuple[Turn, ...]:
        """Follow the person."""
        if word == "ease":
            return self._let_go(str(arguments.get("reason", "")))
        if word == "resumed":
            self._begin_stay(g_s)
            self._heard_g_s = g_s
        elif word == "pace":
            self._choose(g_s, pattern_of(arguments))
        elif word == "answer":
            self._answer(g_s, arguments)
        elif word not in self.scene.can:
            pass
        elif word == "next":
            self._ramp = None
            self._arrive(g_s)
        elif word == "natural":
            self._wait(_WISHED_WAY)
        elif word == "go-on":
            return self._go_on(g_s, body)
        elif word in {_SLOWER, _FASTER}:
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

    def _climb(self, g_s: float, ramp: Ramp) -> tuple[Turn, ...]:
        ramp.step()
        self.scene = replace(self.scene, pattern=ramp.pattern)
        if not ramp.has_arrived:
            return ()
        self._ramp = None
        self._arrive(g_s)
        return (Turn("arrive", "arrived", {"to_per_min": self._rate}),)

    def _arrive(self, g_s: float) -> None:
        self._moved_g_s = self._heard_g_s = g_s
        self._lead(g_s)

    # The breath.

    def _pattern(self, breaths_per_min: float) -> BreathPattern:
        if abs(breaths_per_min - self._shape.breaths_per_min) < _SAME_PER_MIN:
            return self._shape
        return at_rate(self._shape, breaths_per_min)

    def _lead(self, g_s: float, stage: str = "") -> None:
        """Lead the breath at its present rate, as a new stay there."""
        if not stage:
            looks = self._explores and not self._is_eased
            stage = _HOLD if not looks else _STEADY if self._search.is_settled else _FOLLOW
        can = [word for word in (_SLOWER, _FASTER) if self._rate_after(word) is not None]
        self._asked = self._granted = None
        self._is_followed_here = False
        self.scene = Scene(stage, can=(*can, _NATURAL, "keep"), pattern=self._pattern(self._rate))
        self._begin_stay(g_s)

    def _begin_stay(self, g_s: float) -> None:
        self._following.forget()
        self._search.stay(g_s)

    def _rate_after(self, word: str) -> float | None:
        """Return the rate after one step of the person's, ``None`` where there is no further."""
        lowest = GENTLE_LOWEST_PER_MIN if self._gentle else AUTOMATIC_LOWEST_PER_MIN
        lowest, highest = min(lowest, self._rate), max(AUTOMATIC_HIGHEST_PER_MIN, self._rate)
        step = AUTOMATIC_STEP_PER_MIN if word == _FASTER else -AUTOMATIC_STEP_PER_MIN
        rate = max(lowest, min(self._rate + step, highest))
        return None if abs(rate - self._rate) < _SAME_PER_MIN else rate

    def _step(self, g_s: float, word: str) -> tuple[Turn, ...]:
        rate = self._rate_after(word)
        if rate is None:
            return ()
        facts = {"from_per_min": self._rate, "to_per_min": rate}
        self._rate = rate
        self._lead(g_s)
        self._moved_g_s, self._respect_g_s = g_s, g_s + _RESPECT_S
        return (Turn(word, _ASKED_FOR, facts),)

    def _choose(self, g_s: float, pattern: BreathPattern) -> None:
        """Take a breath that the person chose; nearer the limits where it is beyond them."""
        shape = within_limits(pattern, gentle=self._gentle).pattern
        lowest = GENTLE_LOWEST_PER_MIN if self._gentle else AUTOMATIC_LOWEST_PER_MIN
        rate = max(lowest, min(shape.breaths_per_min, AUTOMATIC_HIGHEST_PER_MIN))
        self._shape, self._rate, self._ramp = shape, rate, None
        self._lead(g_s)
        self._moved_g_s, self._respect_g_s = g_s, g_s + _RESPECT_S
        self.due_g_s = inf

    # What it does by itself.

    def _look(self, g_s: float) -> tuple[Turn, ...]:
        """Learn, and move on where there is something to gain."""
        if self._granted is not None:
            return self._move(g_s, self._granted)
        if self._asked is not None or g_s < self._respect_g_s:
            return ()
        if g_s - self._moved_g_s < AUTOMATIC_PAUSE_S:
            return ()
        look = self._search.choose(g_s, self._rate)
        return () if look is None else self._result(g_s) + self._follow(g_s, look)

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
        self._moved_g_s = g_s
        return (Turn(way, f"{look.why}-{way}", look.facts),)

    def _step_back(self, g_s: float) -> tuple[Turn, ...]:
        """Go back towards where it was followed, if it never was here."""
        if (
            self._following.lost_s(g_s) < _LOST_S
            or self._is_followed_here
            or self._followed is None
            or g_s < self._respect_g_s
            or g_s - self._moved_g_s < AUTOMATIC_PAUSE_S
        ):
            return ()
        to = automatic_step(self._rate, self._followed)
        if abs(to - self._rate) < _SAME_PER_MIN:
            return ()
        facts = {"from_per_min": self._rate, "to_per_min": to}
        self._rate = to
        self._lead(g_s)
        self._moved_g_s = g_s
        return (Turn("back", "not-with-pace", facts),)

    def _hear_heart(self, g_s: float, body: BodyNow) -> tuple[Turn, ...]:
        """Hold the pace while the heart is not heard, and say so once."""
        if body.metric(READING, max_age_s=MAX_AGE_S) is not None:
            self._heard_g_s = g_s
            if self.scene.stage == _HOLD and self._explores and not self._is_eased:
                stage = _STEADY if self._search.is_settled else _FOLLOW
                self.scene = replace(self.scene, stage=stage)
            return ()
        if g_s - self._heard_g_s < _UNHEARD_S or self.scene.stage == _HOLD:
            return ()
        self._withdraw()
        self.scene = replace(self.scene, stage=_HOLD)
        if self._has_said_unheard:
            return ()
        self._has_said_unheard = True
        return (Turn("stay", "not-heard", {"per_min": self._rate}),)

    def _result(self, g_s: float) -> tuple[Turn, ...]:
        """Say what is known, where that has become clearly more."""
        known = self._search.known
        if known.sd_per_min > _NARROWER * self._told_sd or g_s - self._told_g_s < _RESULT_S:
            return ()
        self._told_sd, self._told_g_s = known.sd_per_min, g_s
        facts = {
            "best_per_min": known.best_per_min,
            "low_per_min": known.low_per_min,
            "high_per_min": known.high_per_min,
            "uncertainty_per_min": known.sd_per_min,
        }
        return (Turn("result", "known-better", facts),)

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

    def _wait(self, way: int) -> None:
        self._asked = self._granted = None
        self.due_g_s = inf
        self.scene = Scene(_NATURAL, way=way, can=("go-on",))

    def _let_go(self, reason: str) -> tuple[Turn, ...]:
        self._is_eased = True
        self._wait(_EASED_WAY)
        return (Turn("natural", reason if reason in _EASE_REASONS else _LET_GO),)

    def _go_on(self, g_s: float, body: BodyNow) -> tuple[Turn, ...]:
        turns: tuple[Turn, ...] = ()
        if self._is_eased:
            highest = max(self._rate, AUTOMATIC_HIGHEST_PER_MIN)
            self._rate = min(self._rate + _GENTLER_PER_MIN, highest)
            turns = (Turn("gentler", "gentler-now", {"to_per_min": self._rate}),)
        self._begin_ramp(g_s, body)
        return turns


def _way(from_per_min: float, to_per_min: float) -> str:
    return _SLOWER if to_per_min < from_per_min else _FASTER


def _is_on(options: Mapping[str, float | str], name: str, *, default: bool) -> bool:
    value = options.get(name, float(default))
    if value in {"yes", "no"}:
        return value == "yes"
    if value in {0.0, 1.0}:
        return bool(value)
    msg = f"{name} is 1 or 0, not {value!r}"
    raise ValueError(msg)


def _number(options: Mapping[str, float | str], name: str, low: float, high: float) -> float | None:
    if name not in options:
        return None
    value = float(options[name])
    if not low <= value <= high or (high < inf and not isfinite(value)):
        msg = f"{name} is {low:g} to {high:g}, not {value:g}"
        raise ValueError(msg)
    return value
