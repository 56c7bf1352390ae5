"""Muscle release: tense a little and let go, group after group; or only let go."""

from __future__ import annotations

from typing import TYPE_CHECKING

from biofeedback.guides.guide import Turn, Vocabulary
from biofeedback.guides.release_steps import (
    AREAS,
    EVERY_STEP,
    FORMS,
    LOOSE,
    SOFTENED,
    TENSE,
    release_steps,
)
from biofeedback.guides.step_vocabulary import STEP_QUESTIONS, STEP_REASONS
from biofeedback.guides.stepping import Stepping
from biofeedback.guides.yes_or_no import is_on

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from biofeedback.guides.body import BodyNow
    from biofeedback.guides.step import Step

__all__ = ["VOCABULARY", "Release"]

_STRENGTHS = ("usual", "light")
_ROUNDS = {"once": 1, "twice": 2}

VOCABULARY = Vocabulary(
    stages={step.stage: step.n_ways for step in EVERY_STEP},
    reasons=(*STEP_REASONS, "no-more-tensing", "muscle-holding", "muscle-looser", "muscle-alike"),
    questions=STEP_QUESTIONS,
    options={
        "form": FORMS,
        "+leave_out": AREAS,
        "strength": _STRENGTHS,
        "rounds": tuple(_ROUNDS),
    },
)

# Own limits, against the person's own rest, which is 100 %. A muscle that was tensed under the
# electrodes is far above it; one elsewhere hardly moves them.
_FELT_PCT = 250.0
_HOLDING_PCT = 150.0
_HOLDING_S = 8.0
_AT_MOST = 2
# How much the signal at rest must differ to be told, in both ways.
_LOOSER_SHARE = 0.85


class Release(Stepping):
    """Leads through groups of muscles.

    Where electrodes lie on one of them, its letting go takes a little longer while it still
    holds, and the end tells how it was at rest before and after. Nothing is asked of a muscle: it
    is never told that it is not loose enough.

    Parameters
    ----------
    options
        ``form``, one of `FORMS`; ``leave_out``, areas with commas between; ``strength``,
        ``usual`` or ``light``; ``rounds``, ``once`` or ``twice``; ``gentle``, yes or no, for light.

    Raises
    ------
    ValueError
        If there is no such form, area, strength or number of rounds, or ``gentle`` is neither.
    """

    name = "release"
    _way_out = "come-back"

    def __init__(self, options: Mapping[str, float | str]) -> None:
        form = str(options.get("form", "seven"))
        strength = str(options.get("strength", "usual"))
        rounds = str(options.get("rounds", "once"))
        leave_out = [area for area in str(options.get("leave_out", "")).split(",") if area]
        is_known = form in FORMS and strength in _STRENGTHS and rounds in _ROUNDS
        if not is_known or not set(leave_out) <= set(AREAS):
            msg = "there is no such form, area, strength or number of rounds"
            raise ValueError(msg)
        is_light = strength == "light" or is_on(options, "gentle")
        self._was_felt = False
        self._n_holding = 0
        self._rest_microvolts: float | None = None
        self._newest_microvolts: float | None = None
        self._has_compared = False
        super().__init__(
            release_steps(form, leave_out, is_light=is_light, n_rounds=_ROUNDS[rounds])
        )

    def entered(self, g_s: float) -> None:
        """Begin to feel anew with each effort."""
        if self.step.stage == TENSE:
            self._was_felt = False
        if self.step.stage == LOOSE:
            self._n_holding = 0

    def sense(self, g_s: float, body: BodyNow) -> tuple[Turn, ...]:
        """Give a muscle that still holds a little more time, and know how it is at rest."""
        self._feel(body)
        holding = self._wait_for_muscle(g_s, body) or self._compare()
        return (*holding, *super().sense(g_s, body))

    def eased(self, g_s: float) -> tuple[Turn, ...]:
        """Tense nothing more."""
        return self._tense_no_more(g_s)

    def _feel(self, body: BodyNow) -> None:
        tension_pct = body.value("tension_pct", max_age_s=3.0)
        stage = self.step.stage
        if tension_pct is not None and stage == TENSE and tension_pct >= _FELT_PCT:
            self._was_felt = True
        microvolts = body.value("emg_microvolts", max_age_s=3.0)
        if microvolts is None or stage not in {"arrive", "whole-body"}:
            return
        if stage == "arrive":
            before = self._rest_microvolts
            self._rest_microvolts = microvolts if before is None else min(before, microvolts)
        else:
            newest = self._newest_microvolts
            self._newest_microvolts = microvolts if newest is None else min(newest, microvolts)

    def _wait_for_muscle(self, g_s: float, body: BodyNow) -> tuple[Turn, ...]:
        if self.step.stage != LOOSE or not self._was_felt or self._n_holding >= _AT_MOST:
            return ()
        tension_pct = body.value("tension_pct", max_age_s=3.0)
        if self._until_g_s - g_s > _HOLDING_S or tension_pct is None or tension_pct < _HOLDING_PCT:
            return ()
        by_s = min(_HOLDING_S, self._limit_g_s - self._until_g_s)
        if by_s <= 0.0:
            return ()
        self._n_holding += 1
        self._until_g_s += by_s
        self._show()
        return (Turn("longer", "muscle-holding", {"by_s": by_s, "tension_pct": tension_pct}),)

    def _compare(self) -> tuple[Turn, ...]:
        """Tell once, at the end, how the muscle was at rest before and after."""
        before, after = self._rest_microvolts, self._newest_microvolts
        if self.step.stage != "come-back" or self._has_compared or before is None or after is None:
            return ()
        self._has_compared = True
        reason = "muscle-looser" if after <= _LOOSER_SHARE * before else "muscle-alike"
        return (Turn("result", reason, {"before_microvolts": before, "after_microvolts": after}),)

    def _tense_no_more(self, g_s: float) -> tuple[Turn, ...]:
        """Leave every effort out, also behind for who goes back; one under way is let go at once."""
        behind, ahead = self._steps[: self._at], self._steps[self._at :]
        if not any(step.stage == TENSE for step in ahead):
            return super().eased(g_s)
        present, *later = ahead
        loose = next(step for step in later if step.stage == LOOSE)
        is_effort = present.stage == TENSE
        is_left = is_effort or present.stage.startswith("ready-")
        coming = [
            *([loose] if is_effort else []),
            *([SOFTENED[present.stage]] if present.stage in SOFTENED else []),
            *_softened(later),
        ]
        self._steps = [*_softened(behind), *([] if is_left else [present]), *coming]
        self._at = len(self._steps) - len(coming) - (not is_left)
        if is_left:
            self.go_to(g_s, self._at)
        else:
            self._show()
        return (Turn("other", "no-more-tensing"),)


def _softened(steps: Sequence[Step]) -> list[Step]:
    """Return steps without an effort: what can be softened in place of it, and what asks for none."""
    return [
        SOFTENED.get(step.stage, step) for step in steps if step.stage in SOFTENED or step.is_aside
    ]
