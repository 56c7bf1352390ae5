"""What an assessment found: the pace at which the heart swings widest, and how sure that is.

A result goes into the record as the facts of the decision ``result``, which are finite numbers and
words alone, and is read back from there, for the screen, the summary and the replay.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum
from math import isfinite, isnan, nan
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from biofeedback.samples import Decision

__all__ = [
    "RESULT",
    "CurvePoint",
    "ResonanceResult",
    "Verdict",
    "facts_of",
    "numbers_of",
    "result_from",
    "result_of",
]

RESULT = "result"
"""The decision that carries a result."""

_NUMBERS = (
    "resonance_per_min",
    "low_per_min",
    "high_per_min",
    "uncertainty_per_min",
    "good_low_per_min",
    "good_high_per_min",
    "lost_slower_pct",
    "lost_faster_pct",
    "widest_minute_per_min",
)
_SWING = re.compile(r"swing_(\d+)_(\d+)_bpm")


class Verdict(StrEnum):
    """What can be said. Its value is the reason of the decision, for which there is a sentence."""

    CLEAR = "result-clear"
    FLAT = "result-flat"  # many paces are about as good
    UNSURE = "result-unsure"  # a number, and a wide range about it
    NO_MEASURE = "none-no-measure"
    TOO_FEW = "none-too-few"
    NO_SWING = "none-no-swing"

    @property
    def is_told(self) -> bool:
        """Whether there is a number to tell."""
        return self in {Verdict.CLEAR, Verdict.FLAT, Verdict.UNSURE}


@dataclass(frozen=True, slots=True)
class CurvePoint:
    """The swing at one pace, trough to peak, and its standard error."""

    rate_per_min: float
    swing_bpm: float
    error_bpm: float


@dataclass(frozen=True, slots=True)
class ResonanceResult:
    """What was found. Rates are breaths a minute; ``nan`` for what could not be told.

    Parameters
    ----------
    verdict
        What can be said.
    curve
        The swing at each pace that counted, fastest first.
    resonance_per_min
        The pace at which the swing is expected to be widest.
    low_per_min, high_per_min
        The 80 % interval of it.
    uncertainty_per_min
        Its standard deviation.
    good_low_per_min, good_high_per_min
        Between these the swing is expected to be less than 2 % smaller than there.
    lost_slower_pct, lost_faster_pct
        How much of the swing half a breath a minute slower or faster is expected to cost.
    widest_minute_per_min
        For comparison, where the widest mean of highest less lowest rate of one minute was: the
        published rule of the sliding assessment (Fisher and Lehrer 2022); ``nan`` elsewhere.
    """

    verdict: Verdict
    curve: tuple[CurvePoint, ...] = ()
    resonance_per_min: float = nan
    low_per_min: float = nan
    high_per_min: float = nan
    uncertainty_per_min: float = nan
    good_low_per_min: float = nan
    good_high_per_min: float = nan
    lost_slower_pct: float = nan
    lost_faster_pct: float = nan
    widest_minute_per_min: float = nan


def numbers_of(result: ResonanceResult) -> dict[str, float]:
    """Return the numbers of a result by name, those alone that there are."""
    numbers = {name: getattr(result, name) for name in _NUMBERS}
    for point in result.curve:
        rate = _in_name(point.rate_per_min)
        numbers[f"swing_{rate}_bpm"] = point.swing_bpm
        numbers[f"swing_error_{rate}_bpm"] = point.error_bpm
    return {name: number for name, number in numbers.items() if isfinite(number)}


def facts_of(result: ResonanceResult) -> dict[str, float | str]:
    """Return a result as the facts of a decision."""
    return {"verdict": result.verdict.value, **numbers_of(result)}


def result_from(facts: Mapping[str, float | str]) -> ResonanceResult:
    """Return the result that `facts_of` wrote down.

    Raises
    ------
    ValueError
        If they are not the facts of a result.
    """
    curve = []
    for name, swing_bpm in facts.items():
        found = _SWING.fullmatch(name)
        if found is not None:
            error = facts.get(f"swing_error_{found[1]}_{found[2]}_bpm", nan)
            rate = float(f"{found[1]}.{found[2]}")
            curve.append(CurvePoint(rate, float(swing_bpm), float(error)))
    curve.sort(key=lambda point: -point.rate_per_min)
    numbers = {name: float(facts.get(name, nan)) for name in _NUMBERS}
    result = ResonanceResult(Verdict(str(facts.get("verdict", ""))), tuple(curve), **numbers)
    if result.verdict.is_told and isnan(result.resonance_per_min):
        msg = "a result that was told has a number"
        raise ValueError(msg)
    return result


def result_of(decisions: Iterable[Decision]) -> ResonanceResult | None:
    """Return the newest result among the decisions of a session, ``None`` if there is none."""
    newest = None
    for decision in decisions:
        if decision.decision == RESULT and "verdict" in decision.facts:
            newest = result_from(decision.facts)
    return newest


def _in_name(rate_per_min: float) -> str:
    whole, _, part = f"{rate_per_min:.2f}".partition(".")
    return f"{whole}_{part[0] + part[1:].rstrip('0')}"
