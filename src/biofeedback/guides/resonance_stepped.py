"""The stepped assessment: some minutes at each of five paces, with rests of one's own breath.

Lehrer, Vaschillo and Vaschillo (2000, Appl. Psychophysiol. Biofeedback 25:177-191) led three
minutes each at 6.5, 6, 5.5, 5 and 4.5 breaths a minute; Shaffer and Meehan (2020, Front. Neurosci.
14:570400) allow two, with rests. Here each breath is 40 % in, 60 % out. What is told is not the
pace of the five with the widest swing but the top of a curve through all of them
(`biofeedback.guides.resonance_estimate`).
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from itertools import permutations
from math import ceil
from typing import TYPE_CHECKING

from biofeedback.guides.guide import Scene, Turn, Vocabulary
from biofeedback.guides.resonance_assessment import (
    ASKED_FOR,
    CLOSING_S,
    SETTLING_S,
    SHARED_QUESTIONS,
    SHARED_REASONS,
    SHARED_STAGES,
    Assessment,
)
from biofeedback.guides.resonance_estimate import LEAST_PAIRS, swing_at_rate
from biofeedback.pacing import BreathPattern

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from biofeedback.guides.body import BodyNow
    from biofeedback.guides.resonance_estimate import SwingAtRate
    from biofeedback.guides.swing_listening import BreathSwing

__all__ = ["RATES_PER_MIN", "VOCABULARY", "ResonanceStepped"]

RATES_PER_MIN = (6.5, 6.0, 5.5, 5.0, 4.5)

_STEP, _REST = "step", "rest"
_FIRST_WAY, _LATER_WAY, _ONCE_MORE_WAY, _BACK_WAY = range(4)  # of `step`
_NOT_FOLLOWED, _POOR_SIGNAL, _NO_MEASURE = "not-followed", "poor-signal", "no-measure"
_STILL = {
    _NOT_FOLLOWED: "still-not-followed",
    _POOR_SIGNAL: "still-poor-signal",
    _NO_MEASURE: _NO_MEASURE,
}
_NO_TIME, _HARD_HERE = "no-time-once-more", "hard-here"
_TIME_IS_SHORT, _TIME_IS_UP = "time-is-short", "time-is-up"
_FALLING, _SHUFFLED = "falling", "shuffled"

VOCABULARY = Vocabulary(
    stages={**SHARED_STAGES, _STEP: 4, _REST: 2},
    reasons=(
        *SHARED_REASONS,
        "next-pace",
        _NOT_FOLLOWED,
        "still-not-followed",
        _POOR_SIGNAL,
        "still-poor-signal",
        _NO_MEASURE,
        _NO_TIME,
        _HARD_HERE,
        _TIME_IS_SHORT,
    ),
    questions=SHARED_QUESTIONS,
    options={"minutes": ("3", "2"), "order": (_FALLING, _SHUFFLED)},
)

_MINUTES = (2.0, 3.0)
_SHORTEST_REST_S, _REST_S, _LONGEST_REST_S = 30.0, 45.0, 60.0
# All that is led, and the rests of the course, but not those that somebody needed.
_LONGEST_S = 22.0 * 60.0
# Led once more, or in haste, a pace has the shorter of the two lengths.
_SHORT_S = 120.0
_MOST_REPEATS = 2
# After so many hard moments at one pace it is left out.
_MOST_EASES = 2
# After a pause there is at least so much of a step left, settling included.
_LEAST_AFTER_PAUSE_S = 80.0
_ROUNDING = 1e-6


@dataclass
class _Try:
    """One time at one pace."""

    rate_per_min: float
    begin_g_s: float
    end_g_s: float
    swings: list[BreathSwing] = field(default_factory=list)


class ResonanceStepped(Assessment):
    """Leads through five paces and tells at which the heart swings widest.

    Parameters
    ----------
    options
        ``minutes``, 2 or 3 (the default), at each pace; ``order``, ``falling`` or ``shuffled`` by
        ``seed``; ``rest_s``, 30 to 60 between them, 45 unless told; ``gentle``, 1 for not slower
        than 5 a minute.

    Raises
    ------
    ValueError
        If an option makes no sense.
    """

    name = "resonance-stepped"

    def __init__(self, options: Mapping[str, float | str]) -> None:
        super().__init__(options)
        minutes = float(options.get("minutes", 3.0))
        rest_s = float(options.get("rest_s", _REST_S))
        if minutes not in _MINUTES or not _SHORTEST_REST_S <= rest_s <= _LONGEST_REST_S:
            msg = f"2 or 3 minutes with rests of 30 to 60 s, not {minutes:g} and {rest_s:g}"
            raise ValueError(msg)
        self._step_s = 60.0 * minutes
        self._rest_s = rest_s
        rates = tuple(rate for rate in RATES_PER_MIN if rate >= self._lowest_per_min)
        self._left = list(_ordered(rates, options))
        self._n_rates = len(self._left)
        self._n_begun = 0
        self._tries: list[_Try] = []
        self._judged: _Try | None = None
        self._tried_again: set[float] = set()
        self._eases: Counter[float] = Counter()
        self._way_of_next: int | None = None
        self._is_short = False
        # How much of a rest is over when it follows on the closing.
        self._rested_s = 0.0

    # The course.

    def breathe(self, g_s: float, body: BodyNow) -> tuple[Turn, ...]:
        """Hear that another breath of the step begins."""
        pattern = self.scene.pattern
        # The last breath of a step ends with it.
        if pattern is not None and g_s < self.due_g_s - _ROUNDING:
            self._lead_breath(g_s, pattern, is_first=False)
        return ()

    def _begin(self, g_s: float) -> tuple[Turn, ...]:
        if not self._left:
            self._show_closing(g_s, self._can_after_step(g_s))
            return ()
        step_s = self._time_for_step(g_s)
        if step_s is None:
            self._left.clear()
            self._show_closing(g_s)
            return (Turn("close", _TIME_IS_UP, {"after_min": self._led_s(g_s) / 60.0}),)
        turns: tuple[Turn, ...] = ()
        way = self._way_of_next
        if step_s < self._step_s and way is None and not self._is_short:
            self._is_short = True
            turns = (Turn("shorter", _TIME_IS_SHORT, {"at_most_min": _LONGEST_S / 60.0}),)
        rate = self._left.pop(0)
        pattern = BreathPattern.at_rate(rate)
        n_breaths = ceil(step_s / pattern.period_s - _ROUNDING)
        self.due_g_s = g_s + n_breaths * pattern.period_s
        self._tries.append(_Try(rate, g_s, self.due_g_s))
        if way is None:
            self._n_begun += 1
            way = _FIRST_WAY if self._n_begun == 1 else _LATER_WAY
        self._way_of_next = None
        can = ("next", "again", "natural") if self._may_again(self.due_g_s) else ("next", "natural")
        self.scene = Scene(
            _STEP,
            self.due_g_s,
            self._n_begun,
            self._n_rates,
            way=way,
            can=can,
            pattern=pattern,
        )
        self._lead_breath(g_s, pattern, is_first=True)
        return (*turns, Turn("step", "next-pace", {"to_per_min": rate}))

    def _time_for_step(self, g_s: float) -> float | None:
        """Return how long the next step is to be, ``None`` where even a short one is too long."""
        left_s = _LONGEST_S - self._led_s(g_s)
        n_left = len(self._left)
        is_repeat = self._left[0] in self._tried_again
        if not is_repeat and n_left * _whole(self._step_s) + (n_left - 1) * self._rest_s <= left_s:
            return self._step_s
        return _SHORT_S if _whole(_SHORT_S) <= left_s else None

    def _may_again(self, g_s: float) -> bool:
        """Tell whether one more short step leaves time for all others, from a moment on."""
        each_s = self._rest_s + _whole(_SHORT_S)
        return (len(self._left) + 1) * each_s <= _LONGEST_S - self._led_s(g_s)

    def _wake_course(self, g_s: float) -> tuple[Turn, ...]:
        if self.scene.stage == _STEP:
            self._rest(g_s)
            return ()
        return self._judge_last() + self._begin(g_s)

    def _rest(self, g_s: float) -> None:
        self._listening.stop(g_s)
        if self._left:
            self._show_rest(g_s)
        else:
            self._show_closing(g_s, self._can_after_step(g_s))

    def _show_rest(self, g_s: float) -> None:
        self.due_g_s = g_s + max(self._rest_s - self._rested_s, _ROUNDING)
        self._rested_s = 0.0
        can = (*self._can_after_step(g_s), "natural")
        way = 0 if self._n_begun <= 1 else 1
        self.scene = Scene(_REST, self.due_g_s, self._n_begun, self._n_rates, way=way, can=can)

    def _can_after_step(self, g_s: float) -> tuple[str, ...]:
        # Again is the step just before, unless that was left out or is to come again anyway.
        is_before = self._tries and self._tries[-1] is not self._judged
        return ("next", "again") if is_before and self._may_again(g_s) else ("next",)

    def _close(self, g_s: float) -> tuple[Turn, ...]:
        turns = self._judge_last()
        if self._left:
            self._rested_s = CLOSING_S
            self._show_rest(g_s)
            return turns
        return turns + self._tell(g_s)

    def _hear_course(self, g_s: float, word: str) -> tuple[Turn, ...]:
        if self.scene.stage == _STEP:
            # Whatever was heard of it belongs to no whole step.
            left_out = self._tries.pop()
            facts = {"rate_per_min": left_out.rate_per_min}
            if word == "again":
                self._left.insert(0, left_out.rate_per_min)
                self._way_of_next = _ONCE_MORE_WAY
            self._rest(g_s)
            return (Turn("again" if word == "again" else "leave-out", ASKED_FOR, facts),)
        if word == "again":
            # The newer try stands in for the older one.
            again = self._tries.pop()
            self._left.insert(0, again.rate_per_min)
            self._way_of_next = _ONCE_MORE_WAY
            facts = {"rate_per_min": again.rate_per_min}
            return (Turn("again", ASKED_FOR, facts), *self._begin(g_s))
        return self._judge_last() + self._begin(g_s)

    def _go_on(self, g_s: float) -> tuple[Turn, ...]:
        """Begin a new in-breath; where too little was heard before the pause, stay longer."""
        pattern = self.scene.pattern
        assert pattern is not None  # noqa: S101 - its caller has seen to it
        attempt = self._tries[-1]
        left_s = self.due_g_s - g_s
        needed_s = left_s
        if sum(_counts(swing) for swing in attempt.swings) <= LEAST_PAIRS:
            needed_s = max(left_s, _LEAST_AFTER_PAUSE_S)
        n_breaths = max(ceil(needed_s / pattern.period_s - _ROUNDING), 1)
        self.due_g_s = attempt.end_g_s = g_s + n_breaths * pattern.period_s
        self.scene = Scene(
            _STEP,
            self.due_g_s,
            self.scene.place,
            self.scene.n_places,
            way=self.scene.way,
            can=self.scene.can,
            pattern=pattern,
        )
        self._lead_breath(g_s, pattern, is_first=True)
        if needed_s > left_s:
            return (Turn("longer", "after-pause", {"longer_s": self.due_g_s - g_s - left_s}),)
        return ()

    def _interrupt(self, g_s: float) -> None:
        if self.scene.stage != _STEP:
            return
        # What was heard of it stays; it is no whole step to be judged.
        attempt = self._judged = self._tries[-1]
        attempt.end_g_s = g_s
        self._eases[attempt.rate_per_min] += 1
        self._left.insert(0, attempt.rate_per_min)
        self._way_of_next = _BACK_WAY

    def _take_up(self, g_s: float) -> tuple[Turn, ...]:
        turns = self._judge_last()
        if self._left and self._eases[self._left[0]] >= _MOST_EASES:
            rate = self._left.pop(0)
            self._way_of_next = None
            turns += (Turn("leave-out", _HARD_HERE, {"rate_per_min": rate}),)
        return turns + self._begin(g_s)

    def _is_led_out(self) -> bool:
        return super()._is_led_out() and not self._left

    # What was heard.

    def _take(self, swings: Sequence[BreathSwing]) -> None:
        for swing in swings:
            for attempt in reversed(self._tries):
                if attempt.begin_g_s - _ROUNDING <= swing.begin_g_s < attempt.end_g_s:
                    attempt.swings.append(swing)
                    break

    def _judge_last(self) -> tuple[Turn, ...]:
        """Say where too little was heard at the last pace; once it is led again."""
        if not self._tries or self._tries[-1] is self._judged:
            return ()
        attempt = self._judged = self._tries[-1]
        rate = attempt.rate_per_min
        reason = self._reason_against(rate)
        if not reason:
            return ()
        facts = {"rate_per_min": rate}
        # Without any sensor it would be the same once more.
        if reason == _NO_MEASURE or rate in self._tried_again:
            return (Turn("leave-out", _STILL[reason], facts),)
        if len(self._tried_again) >= _MOST_REPEATS or not self._may_again(self.due_g_s):
            return (Turn("leave-out", _NO_TIME, facts),)
        self._tried_again.add(rate)
        self._left.insert(0, rate)
        self._way_of_next = _ONCE_MORE_WAY
        return (Turn("again", reason, facts),)

    def _reason_against(self, rate_per_min: float) -> str:
        heard = self._heard_at(rate_per_min)
        if not heard:
            return _NO_MEASURE
        if swing_at_rate(self._followed_of(heard)) is not None:
            return ""
        return _POOR_SIGNAL if swing_at_rate(heard) is None else _NOT_FOLLOWED

    def _heard_at(self, rate_per_min: float) -> list[BreathSwing]:
        """Return all breaths heard at a pace, however often it was led."""
        return [
            swing
            for attempt in self._tries
            if attempt.rate_per_min == rate_per_min
            for swing in attempt.swings
            if _counts(swing)
        ]

    def _followed_of(self, heard: Sequence[BreathSwing]) -> list[BreathSwing]:
        return [swing for swing in heard if not self._lapses.is_lapse(swing)]

    def _found(self) -> list[SwingAtRate]:
        found = []
        for rate in {attempt.rate_per_min for attempt in self._tries}:
            point = swing_at_rate(self._followed_of(self._heard_at(rate)))
            if point is not None:
                found.append(point)
        return found


def _whole(step_s: float) -> float:
    """Return how long a step of whole breaths takes at most."""
    return step_s + 60.0 / RATES_PER_MIN[-1]


def _ordered(rates: tuple[float, ...], options: Mapping[str, float | str]) -> tuple[float, ...]:
    order = options.get("order", _FALLING)
    if order not in {_FALLING, _SHUFFLED}:
        msg = f"the order is falling or shuffled, not {order!r}"
        raise ValueError(msg)
    if order == _FALLING:
        return rates
    orders = list(permutations(rates))
    # Neighbours in the list of orders are alike but for the end: far apart ones are taken.
    place = (int(float(options.get("seed", 0.0))) * 47 + 29) % len(orders)
    return orders[place]


def _counts(swing: BreathSwing) -> bool:
    return swing.wave_bpm is not None and swing.led_s >= SETTLING_S - _ROUNDING
