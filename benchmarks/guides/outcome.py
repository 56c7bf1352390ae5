"""What a led life came to, in numbers that are small enough to keep."""

from __future__ import annotations

from dataclasses import dataclass
from math import inf, isfinite, nan
from typing import TYPE_CHECKING

import numpy as np

from benchmarks.guides.checks import Broken, broken, zone_changes
from biofeedback.simulation.resonance import TrueCurve

if TYPE_CHECKING:
    from benchmarks.guides.living import Lived
    from biofeedback.samples import Decision
    from biofeedback.simulation.population import Response

__all__ = ["FIXED_PER_MIN", "HARM", "Outcome", "found_per_min", "handed_over_s", "outcome_of"]

FIXED_PER_MIN = 6.0
# This much above where they would have been, left alone, is harm.
HARM = 0.1
# An adaptive guide's result is where it stays over its last so many seconds.
_LAST_S = 120.0
_RESULT, _FOUND = "result", "resonance_per_min"
# Harm is told by a mean over so many seconds.
_MEAN_S = 30
# The pacer of these stands still only where it was let go of.
_PACED = frozenset({"breathing", "resonance", "together"})
_SAME_S = 1e-6
# A guide of steps that was too much leads out, and is over soon afterwards.
_LEADS_OUT = frozenset({"back-to-anchor", "eased-again"})
_NEARLY_OVER = frozenset({"nearly-over"})
_ASKS_OF_THE_BODY = frozenset({"check-in-body", "arousal-rose", "heart-fast", "zone-above"})


@dataclass(frozen=True, slots=True)
class Outcome:
    """One life.

    Parameters
    ----------
    plan
        Name of the plan that it was led by.
    seed, response
        Who.
    length_s
        How long it was watched.
    is_over
        Whether the session had come to its end by then.
    last_guide
        The one that led last: another one where it was accepted on the way.
    final, final_alone
        True arousal in the last minute, and in that very minute of the same life left alone;
        ``nan`` where there was nothing to compare with.
    harmed_s
        When they first were `HARM` above the life left alone, in a mean over half a minute; ``inf``
        for never.
    noticed_s
        When the guide or its companion first said that it was harder than it should be; ``inf``
        for never.
    handed_s
        When they first were led on in another way, or no longer; ``inf`` for never.
    is_by_word
        Whether that followed from what they said.
    verdict
        How sure an assessment was of its result, in the guide's word; empty for none.
    found_per_min
        The pace that was found, ``nan`` where none was looked for or found.
    error_per_min, lost_share
        How far that is from their true resonance, and what it costs of the swing.
    fixed_error_per_min, fixed_lost_share
        The same of `FIXED_PER_MIN`.
    n_zone_changes
        Of the zone, "can't tell" included.
    n_paces, n_decisions, n_offers, n_questions, n_pauses
        How much there was to check.
    broken
        Rules that were broken.
    """

    plan: str
    seed: int
    response: Response
    length_s: float
    is_over: bool
    last_guide: str
    final: float
    final_alone: float
    harmed_s: float
    noticed_s: float
    handed_s: float
    is_by_word: bool
    verdict: str
    found_per_min: float
    error_per_min: float
    lost_share: float
    fixed_error_per_min: float
    fixed_lost_share: float
    n_zone_changes: int
    n_paces: int
    n_decisions: int
    n_offers: int
    n_questions: int
    n_pauses: int
    broken: tuple[Broken, ...]


def outcome_of(plan: str, lived: Lived, alone: Lived | None) -> Outcome:
    """Return what a life came to, beside the same one left alone where there is one."""
    end_s = min(lived.length_s, lived.ended_s)
    found = found_per_min(lived)
    handed_s, because_s = handed_over_s(lived)
    curve = TrueCurve(
        lived.individual.parameters,
        gentle=lived.individual.temperament.heed if lived.breathes_gently else 0.0,
    )
    is_sought = lived.guide.startswith("resonance")
    best = curve.best_breaths_per_min if is_sought else nan
    offers = [decision for decision in lived.decisions if decision.decision == "offer"]
    return Outcome(
        plan,
        lived.individual.seed,
        lived.individual.response,
        lived.length_s,
        isfinite(lived.ended_s),
        lived.states[-1].guide if lived.states else "",
        lived.arousal_before(end_s),
        nan if alone is None else alone.arousal_before(end_s),
        inf if alone is None else _harmed_s(lived, alone),
        min((decision.t_s for decision in lived.decisions if _notices(decision)), default=inf),
        handed_s,
        any(abs(command.t_s - because_s) < _SAME_S for command in lived.commands),
        next((one.reason for one in reversed(lived.decisions) if one.decision == _RESULT), ""),
        found,
        found - best,
        curve.share_lost(found) if isfinite(found) else nan,
        FIXED_PER_MIN - best,
        curve.share_lost(FIXED_PER_MIN) if is_sought else nan,
        zone_changes(lived),
        sum(change.segment is not None for change in lived.changes),
        len(lived.decisions),
        len(offers),
        len(lived.said),
        sum(command.name == "pause" for command in lived.commands),
        broken(lived),
    )


def found_per_min(lived: Lived) -> float:
    """Return the pace that a guide which looks for one has found, ``nan`` for none.

    An assessment says it in its last decision; an adaptive guide has found where it stays.
    """
    if not lived.guide.startswith("resonance"):
        return nan
    if lived.guide != "resonance":
        results = [one for one in lived.decisions if one.decision == _RESULT]
        return float(results[-1].facts.get(_FOUND, nan)) if results else nan
    end_s = min(lived.length_s, lived.ended_s)
    paces = [lived.pace_at(end_s - back_s) for back_s in np.arange(1.0, _LAST_S, 5.0).tolist()]
    led = [pace for pace in paces if pace is not None]
    # Where it was handed over, nothing was found.
    return float(np.mean(led)) if len(led) > len(paces) / 2 else nan


def handed_over_s(lived: Lived) -> tuple[float, float]:
    """Return when a client was first led on in another way or no longer, and what led to it.

    Both in session time, ``inf`` for never. Another guide began, the pacer was let go of while
    the guide went on, or the guide led out by a decision of its own: that counts only when it is
    over, for until then it still leads.
    """
    # Not what would have been anyway: a pause, the end, the last breaths before it.
    anyway_s = {command.t_s for command in lived.commands if command.name in {"pause", "end"}}
    anyway_s |= {each.t_s for each in lived.decisions if each.reason in _NEARLY_OVER}
    times = [
        decision.t_s
        for decision in lived.decisions
        if decision.decision == "natural" and decision.t_s not in anyway_s
    ]
    times += [state.t_s for state in lived.states if state.guide not in {"", lived.guide}]
    for change in lived.changes:
        is_end = change.t_s >= lived.ended_s or change.t_s in anyway_s
        if lived.guide in _PACED and change.segment is None and not is_end:
            times.append(change.t_s)
    at_once = [(t_s, t_s) for t_s in times]
    led_out = [
        (lived.ended_s, decision.t_s)
        for decision in lived.decisions
        if decision.reason in _LEADS_OUT and decision.guide == lived.guide
    ]
    return min(at_once + led_out, default=(inf, inf))


def _notices(decision: Decision) -> bool:
    return (
        decision.decision in {"too-much", "ease", "natural", "offer"}
        or decision.reason in _ASKS_OF_THE_BODY
    )


def _harmed_s(lived: Lived, alone: Lived) -> float:
    n_s = min(lived.arousal.size, alone.arousal.size)
    above = lived.arousal[:n_s] - alone.arousal[:n_s]
    if n_s < _MEAN_S:
        return inf
    means = np.convolve(above, np.full(_MEAN_S, 1.0 / _MEAN_S), mode="valid")
    places = np.flatnonzero(means >= HARM)
    return float(places[0] + _MEAN_S) if places.size else inf
