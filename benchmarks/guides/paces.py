"""How near guides come to the pace at which a person's heart and breath truly swing most.

Two kinds of lives: people who sit quietly, their minds on the breath, with a body as the bars
were made with; and people as they are, whose minds wander and whose arousal drifts.
"""

from __future__ import annotations

from math import inf, isfinite
from typing import TYPE_CHECKING

import numpy as np

from benchmarks.guides.figuring import figure_of, lives_of, quantile_of, share_of
from benchmarks.guides.outcome import FIXED_PER_MIN
from benchmarks.guides.plans import ASSESSMENTS, QUIET, USUAL

if TYPE_CHECKING:
    from collections.abc import Sequence

    from benchmarks.guides.outcome import Outcome
    from benchmarks.validation.figure import Figure

__all__ = ["paces"]

_OWN = "own simulation of the same assessment"
_NAMES = {
    "resonance-stepped": "stepped",
    "resonance-sliding": "sliding",
    "resonance": "adaptive",
}
_WHO = {QUIET: "sitting quietly", USUAL: "as they are"}
_WITHIN_PER_MIN = 0.5


def paces(outcomes: Sequence[Outcome], guides: Sequence[str]) -> list[Figure]:
    """Return how near each guide came, beside one pace for everybody."""
    found: list[Figure] = []
    for way, who in _WHO.items():
        sought: list[Outcome] = []
        for guide, name in _NAMES.items():
            lives = lives_of(outcomes, guide, way)
            if guide in guides and lives:
                sought = lives
                found += _found(f"{name}, {who}", lives, guide)
        if sought:
            found += _errors(
                f"always {FIXED_PER_MIN:g} a minute, {who}",
                [one.fixed_error_per_min for one in sought],
                [one.fixed_lost_share for one in sought],
                is_judged=False,
            )
    return [*found, _agreement(outcomes)]


def _found(name: str, lives: Sequence[Outcome], guide: str) -> list[Figure]:
    with_result = [one for one in lives if isfinite(one.found_per_min)]
    # A guide that told only what is easy to tell would reach the other bars alone. Whoever
    # was led on in another way did not go through with it, and is no failure to find.
    through = [one for one in lives if not isfinite(one.handed_s)]
    told = [one for one in through if isfinite(one.found_per_min)]
    of_those = f"{name}: a result, of those who went through with it"
    found = [
        figure_of(1, f"{name} ({len(lives)}): went through with it", _part(through, lives), "%"),
        figure_of(1, of_those, _part(told, through), "%", low=90.0),
    ]
    if guide in ASSESSMENTS:
        lengths_min = [one.length_s / 60.0 for one in lives]
        mean_min = float(np.mean(lengths_min))
        found += [
            figure_of(1, f"{name}: how long it took, mean", mean_min, "min"),
            figure_of(1, f"{name}: the longest", max(lengths_min), "min"),
        ]
        for verdict in sorted({one.verdict for one in with_result}):
            some = [one for one in with_result if one.verdict == verdict]
            what = f"{name}: {verdict} ({len(some)}), within 0.5 a minute"
            near = share_of(abs(one.error_per_min) <= _WITHIN_PER_MIN for one in some)
            found.append(figure_of(1, what, near, "%"))
    if with_result:
        errors = [one.error_per_min for one in with_result]
        lost = [one.lost_share for one in with_result]
        found += _errors(name, errors, lost, is_judged=True)
    return found


def _part(some: Sequence[Outcome], every: Sequence[Outcome]) -> float:
    return 100.0 * len(some) / len(every) if every else float("nan")


def _agreement(outcomes: Sequence[Outcome]) -> Figure:
    stepped = {one.seed: one for one in lives_of(outcomes, "resonance-stepped", USUAL)}
    pairs = [
        (stepped[one.seed].found_per_min, one.found_per_min)
        for one in lives_of(outcomes, "resonance-sliding", USUAL)
        if one.seed in stepped
    ]
    both = [pair for pair in pairs if all(map(isfinite, pair))]
    agree = share_of(abs(one - other) <= _WITHIN_PER_MIN for one, other in both)
    source = "Fisher and Lehrer 2022: 11 of 13"
    return figure_of(1, "sliding within 0.5 a minute of stepped", agree, "%", source, low=80.0)


def _errors(
    name: str, errors: Sequence[float], lost: Sequence[float], *, is_judged: bool
) -> list[Figure]:
    off = [abs(error) for error in errors]
    near = share_of(one <= _WITHIN_PER_MIN for one in off)
    mean, nine_in_ten = 100.0 * float(np.mean(lost)), 100.0 * quantile_of(lost, 0.9)

    def bar(value: float, without: float) -> float:
        return value if is_judged else without

    def figure(what: str, value: float, unit: str, low: float, high: float) -> Figure:
        return figure_of(1, f"{name}: {what}", value, unit, _OWN, low=low, high=high)

    return [
        figure("mean distance", float(np.mean(off)), "/min", -inf, bar(0.35, inf)),
        figure("within 0.5 a minute", near, "%", bar(80.0, -inf), inf),
        figure("swing given away, mean", mean, "%", -inf, bar(3.0, inf)),
        figure("swing given away, nine in ten below", nine_in_ten, "%", -inf, bar(6.0, inf)),
    ]
