"""The sliding assessment: the pace slows down breath by breath, over a quarter of an hour.

Fisher and Lehrer (2022, Appl. Psychophysiol. Biofeedback 47:17-26): 78 breaths from 6.75 to 4.25 a
minute, each 67.04 ms longer than the one before. Their rule takes the pace in the middle of the
minute with the widest highest-less-lowest heart rate. Longer breaths hold more noise between their
highest and lowest beat, and that minute is one of fifteen, so the rule finds too slow a pace; it is
told for comparison. What is told as the result is the top of a curve through six stretches of the
course (`biofeedback.guides.resonance_estimate`), each breath at the very pace at which it was led:
a measure of the last minute would be half a minute late, a seventh of a breath a minute.
"""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise
from math import inf, nan
from typing import TYPE_CHECKING

from biofeedback.guides.guide import Scene, Turn, Vocabulary
from biofeedback.guides.resonance_assessment import (
    ASKED_FOR,
    SETTLING_S,
    SHARED_QUESTIONS,
    SHARED_REASONS,
    SHARED_STAGES,
    Assessment,
)
from biofeedback.guides.resonance_estimate import resonance_from, swing_at_rate
from biofeedback.pacing import BreathPattern

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from biofeedback.guides.body import BodyNow
    from biofeedback.guides.resonance_estimate import SwingAtRate
    from biofeedback.guides.resonance_result import ResonanceResult
    from biofeedback.guides.swing_listening import BreathSwing

__all__ = ["FIRST_BREATH_S", "LONGER_S", "N_BREATHS", "VOCABULARY", "ResonanceSliding"]

N_BREATHS = 78
FIRST_BREATH_S, LONGER_S = 8.889, 0.06704
"""Length of the first breath, and by how much each is longer than the one before."""

_SLIDE, _REST = "slide", "rest"

VOCABULARY = Vocabulary(
    stages={**SHARED_STAGES, _SLIDE: 3, _REST: 1},
    reasons=(*SHARED_REASONS, "slide-begins"),
    questions=SHARED_QUESTIONS,
)

_N_STRETCHES = 6
_REST_S = 45.0
# The course takes 15; a breath begun anew, or all of it in the first minutes, fits in.
_LONGEST_LED_S = 19.0 * 60.0
_WIDEST = "peak_to_trough_bpm"


def _breath_s(place: int) -> float:
    return FIRST_BREATH_S + LONGER_S * place


class ResonanceSliding(Assessment):
    """Slows the pace down and tells where the heart swung widest.

    Parameters
    ----------
    options
        ``gentle``: 1 to end at 5 breaths a minute.
    """

    name = "resonance-sliding"

    def __init__(self, options: Mapping[str, float | str]) -> None:
        super().__init__(options)
        slowest_s = 60.0 / self._lowest_per_min
        gentle = self._is_gentle
        self._n_breaths = sum(
            not gentle or _breath_s(place) <= slowest_s for place in range(N_BREATHS)
        )
        self._place = 0
        self._begin_g_s = inf
        self._was_sliding = False
        self._swings: list[BreathSwing] = []
        self._widest_heard_s = -inf
        self._widest_bpm = 0.0
        self._widest_per_min = nan

    # The course.

    def breathe(self, g_s: float, body: BodyNow) -> tuple[Turn, ...]:
        """Lead the next breath, a little longer than this one, or be through."""
        if self.scene.stage != _SLIDE:
            return ()
        self._place += 1
        if self._place >= self._n_breaths:
            self._show_closing(g_s)
            return ()
        if self._is_time_up(g_s):
            return self._close_early(g_s)
        pattern = self._pattern()
        self.scene = replace(self.scene, pattern=pattern, way=self._way(), can=self._can(g_s))
        self._lead_breath(g_s, pattern, is_first=False)
        return ()

    def sense(self, g_s: float, body: BodyNow) -> tuple[Turn, ...]:
        """Listen to heart and breath; nothing follows from it but the result."""
        self._hear_widest(g_s, body)
        return super().sense(g_s, body)

    def _begin(self, g_s: float) -> tuple[Turn, ...]:
        self._place = 0
        self._begin_g_s = g_s
        self._swings.clear()
        self._widest_bpm, self._widest_per_min = 0.0, nan
        self._show_slide(g_s)
        return (Turn("slide", "slide-begins", {"from_per_min": 60.0 / FIRST_BREATH_S}),)

    def _show_slide(self, g_s: float) -> None:
        pattern = self._pattern()
        # It goes on by its breaths alone.
        self.due_g_s = inf
        self.scene = Scene(
            _SLIDE,
            g_s + self._course_s(self._place),
            way=self._way(),
            can=self._can(g_s),
            pattern=pattern,
        )
        self._lead_breath(g_s, pattern, is_first=True)

    def _course_s(self, from_place: int) -> float:
        return sum(_breath_s(place) for place in range(from_place, self._n_breaths))

    def _can(self, g_s: float) -> tuple[str, ...]:
        # From the beginning only while the whole course still has its time.
        again_s = self._led_s(g_s) + _breath_s(self._place) + _REST_S + self._course_s(0)
        return ("next", "again", "natural") if again_s <= _LONGEST_LED_S else ("next", "natural")

    def _pattern(self) -> BreathPattern:
        return BreathPattern.at_rate(60.0 / _breath_s(self._place))

    def _way(self) -> int:
        n_ways = VOCABULARY.stages[_SLIDE]
        return min(self._place * n_ways // self._n_breaths, n_ways - 1)

    def _wake_course(self, g_s: float) -> tuple[Turn, ...]:
        return self._begin(g_s)

    def _hear_course(self, g_s: float, word: str) -> tuple[Turn, ...]:
        if self.scene.stage == _REST:
            return self._begin(g_s)
        if word == "next":
            self._show_closing(g_s)
            return (Turn("leave-out", ASKED_FOR),)
        self._listening.stop(g_s)
        self.due_g_s = g_s + _REST_S
        self.scene = Scene(_REST, self.due_g_s, can=("next", "natural"))
        return (Turn("again", ASKED_FOR),)

    def _go_on(self, g_s: float) -> tuple[Turn, ...]:
        # The breath that the pause fell into is led once more, at its pace.
        if self._is_time_up(g_s):
            return self._close_early(g_s)
        self._show_slide(g_s)
        return ()

    def _is_time_up(self, g_s: float) -> bool:
        return self._led_s(g_s) + _breath_s(self._place) > _LONGEST_LED_S

    def _close_early(self, g_s: float) -> tuple[Turn, ...]:
        self._show_closing(g_s)
        return (Turn("close", "time-is-up", {"after_min": self._led_s(g_s) / 60.0}),)

    def _interrupt(self, g_s: float) -> None:
        self._was_sliding = self.scene.stage == _SLIDE

    def _take_up(self, g_s: float) -> tuple[Turn, ...]:
        self._since_g_s = g_s
        if not self._was_sliding:
            return self._begin(g_s)
        return self._go_on(g_s)

    # What was heard.

    def _take(self, swings: Sequence[BreathSwing]) -> None:
        self._swings.extend(swing for swing in swings if swing.begin_g_s >= self._begin_g_s)

    def _found(self) -> list[SwingAtRate]:
        # A stretch is so many places of the course, whether they were heard or not.
        first_s, last_s = FIRST_BREATH_S - LONGER_S / 2.0, _breath_s(self._n_breaths - 1) + LONGER_S
        step_s = (last_s - first_s) / _N_STRETCHES
        edges_s = [first_s + step_s * place for place in range(_N_STRETCHES + 1)]
        found = []
        for low_s, high_s in pairwise(edges_s):
            point = swing_at_rate(
                [
                    swing
                    for swing in self._swings
                    if low_s <= swing.period_s < high_s
                    and swing.led_s >= SETTLING_S
                    and not self._lapses.is_lapse(swing)
                ]
            )
            if point is not None:
                found.append(point)
        return found

    def _result(self) -> ResonanceResult:
        return resonance_from(
            self._found(),
            lowest_per_min=self._lowest_per_min,
            widest_minute_per_min=self._widest_per_min,
            least_adding_up=self._least_adding_up,
        )

    def _hear_widest(self, g_s: float, body: BodyNow) -> None:
        """Follow the published rule: the pace in the middle of the widest minute."""
        metric = body.metric(_WIDEST)
        if metric is None or metric.t_s <= self._widest_heard_s:
            return
        self._widest_heard_s = metric.t_s
        end_g_s = g_s - (body.now_s - metric.t_s)
        begin_g_s = end_g_s - metric.window_s
        if begin_g_s < max(self._begin_g_s, self._since_g_s) or metric.value <= self._widest_bpm:
            return
        middle_g_s = (begin_g_s + end_g_s) / 2.0
        within = [swing for swing in self._swings if swing.begin_g_s <= middle_g_s < swing.end_g_s]
        if within:
            self._widest_bpm = metric.value
            self._widest_per_min = 60.0 / within[0].period_s
