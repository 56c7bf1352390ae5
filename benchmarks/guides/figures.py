"""The figures that the lives come to, each with its bar and where the bar comes from."""

from __future__ import annotations

from collections import Counter
from math import inf, isfinite
from typing import TYPE_CHECKING

import numpy as np

from benchmarks.guides.checks import RULES
from benchmarks.guides.figuring import DESIGN, figure_of, lives_of, quantile_of, share_of
from benchmarks.guides.known import KNOWN
from benchmarks.guides.outcome import HARM
from benchmarks.guides.paces import paces
from benchmarks.guides.plans import ASSESSMENTS, BREATH, time_with_pauses_s
from benchmarks.validation.figure import Figure
from biofeedback.simulation.population import Response

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from benchmarks.guides.outcome import Outcome

__all__ = ["TITLES", "figures"]

TITLES = {
    1: "The pace at which heart and breath swing most",
    2: "Calmer than without",
    3: "Noticed, and led on in another way",
    4: "Rules that nothing may break",
    5: "How restless it is",
    6: "Without any sensor",
}
_ADVERSE = (Response.BREATH_ANXIOUS, Response.RELAXATION_ANXIOUS, Response.OVER_BREATHER)
_SOON_S = 180.0
# Lives are watched in steps of this length.
_TICK_S = 0.5


def figures(outcomes: Sequence[Outcome], guides: Sequence[str]) -> list[Figure]:
    """Return every figure, in the order of the page."""
    found = paces(outcomes, guides)
    for guide in guides:
        if guide not in ASSESSMENTS:
            found += _calmer(outcomes, guide)
    for guide in guides:
        found += _handed(outcomes, guide)
    found += _rules(outcomes)
    found += _zones(outcomes, guides)
    found += _questions(outcomes, guides)
    for guide in guides:
        found += _bare(outcomes, guide)
    return [figure for figure in found if figure.is_measured]


# Arousal.


def _calmer(outcomes: Sequence[Outcome], guide: str) -> list[Figure]:
    found = []
    for way, words in (("wound up", "from wound up"), ("surge", "after a surge")):
        for response in Response:
            some = [one for one in lives_of(outcomes, guide, way) if one.response is response]
            if not some:
                continue
            is_ordinary = response is Response.ORDINARY
            share = share_of(one.final < one.final_alone for one in some)
            change = float(np.mean([one.final - one.final_alone for one in some]))
            who = f"{guide}, {words}, {response.value} ({len(some)})"
            if is_ordinary:
                found.append(
                    figure_of(
                        2,
                        f"{guide}, {words}: ordinary people calmer at the end than left alone",
                        share,
                        "%",
                        low=85.0 if guide not in {"waves", "together"} else -inf,
                    )
                )
            else:
                found.append(figure_of(2, f"{who}: calmer than left alone", share, "%"))
            found.append(figure_of(2, f"{who}: arousal against left alone, mean", change, ""))
    return found


# Whom it harms.


def _handed(outcomes: Sequence[Outcome], guide: str) -> list[Figure]:
    found = []
    for way in ("first session", "later session", "sensors alone", "answers alone"):
        everyone = lives_of(outcomes, guide, f"adverse, {way}")
        is_judged = way == "first session"
        for response in _ADVERSE:
            some = [one for one in everyone if one.response is response]
            found += _how_soon(f"{guide}, {way}, {response.value}", some, is_judged=False)
        found += _how_soon(f"{guide}, {way}, all three", everyone, is_judged=is_judged)
        afraid = [one for one in everyone if one.response.is_adverse]
        if afraid and is_judged:
            share = share_of(one.handed_s <= _SOON_S for one in afraid)
            what = f"{guide}, {way}, those who fear breath or calm: led on within 3 min of the beginning"
            found.append(figure_of(3, what, share, "%"))
    ordinary = [
        one
        for way in ("wound up", "surge")
        for one in lives_of(outcomes, guide, way)
        if one.response is Response.ORDINARY
    ]
    if ordinary:
        needless = share_of(
            isfinite(one.handed_s) and not one.is_by_word and one.harmed_s > one.handed_s
            for one in ordinary
        )
        what = f"{guide}: ordinary people led on in another way with no harm and unasked"
        found.append(figure_of(3, what, needless, "%", high=10.0))
    return found


def _how_soon(name: str, some: Sequence[Outcome], *, is_judged: bool) -> list[Figure]:
    """Tell how long after harm began someone was led on in another way; before counts as 0."""
    # Whoever was led on before harm began was spared it; who never was harmed needs nothing.
    counted = [one for one in some if isfinite(one.harmed_s) or isfinite(one.handed_s)]
    if not counted:
        return []

    def waited(one: Outcome, moment: Callable[[Outcome], float]) -> float:
        return max(moment(one) - one.harmed_s, 0.0) if isfinite(one.harmed_s) else 0.0

    handed = [waited(one, lambda one: one.handed_s) for one in counted]
    noticed = [waited(one, lambda one: one.noticed_s) for one in counted]
    who = f"{name} ({len(counted)} of {len(some)})"
    finite = [one for one in handed if isfinite(one)]
    if not is_judged:
        return [
            figure_of(3, f"{who}: led on within 3 min", share_of(s <= _SOON_S for s in handed), "%")
        ]
    return [
        figure_of(
            3,
            f"{name}: led on within 3 min of being {HARM:g} above left alone",
            share_of(one <= _SOON_S for one in handed),
            "%",
            low=90.0,
        ),
        figure_of(
            3, f"{who}: noticed within 3 min", share_of(one <= _SOON_S for one in noticed), "%"
        ),
        figure_of(3, f"{who}: median time to be led on", quantile_of(handed, 0.5), "s"),
        figure_of(3, f"{who}: nine in ten led on within", quantile_of(handed, 0.9), "s"),
        figure_of(3, f"{who}: never led on", share_of(not isfinite(one) for one in handed), "%"),
    ] + ([figure_of(3, f"{who}: longest of those led on", max(finite), "s")] if finite else [])


# Rules.


def _rules(outcomes: Sequence[Outcome]) -> list[Figure]:
    counted = Counter(one.rule for outcome in outcomes for one in outcome.broken)
    checked = {
        "rate within limits": ("paces outside the limits", sum(o.n_paces for o in outcomes)),
        "jump within limits": ("moves by over 0.25 a minute in 90 s that nobody asked for", None),
        "words in every language": (
            "decisions, stages and questions without words in every language",
            sum(o.n_decisions + o.n_questions for o in outcomes),
        ),
        "still at once": ("pauses after which a pacer went on", sum(o.n_pauses for o in outcomes)),
        "offer as agreed": (
            "offers outside what was agreed on",
            sum(o.n_offers for o in outcomes),
        ),
    }
    found = []
    for rule in RULES:
        words, n_checked = checked[rule]
        of = "" if n_checked is None else f", of {n_checked}"
        found.append(
            Figure(
                4, words + of, float(counted[rule]), "", DESIGN, high=0.0, why=KNOWN.get(words, "")
            )
        )
    return found


def _questions(outcomes: Sequence[Outcome], guides: Sequence[str]) -> list[Figure]:
    found = []
    for guide in guides:
        rates = [
            one.n_questions / (one.length_s / 600.0)
            for way in ("wound up", "usual", "led")
            for one in lives_of(outcomes, guide, way)
            if one.response is Response.ORDINARY
        ]
        if rates:
            what = f"{guide}: questions put to ordinary people, mean of ten minutes"
            found.append(figure_of(5, what, float(np.mean(rates)), ""))
    return found


def _zones(outcomes: Sequence[Outcome], guides: Sequence[str]) -> list[Figure]:
    found = []
    for guide in guides:
        rates = [
            one.n_zone_changes / (one.length_s / 60.0)
            for one in outcomes
            if one.plan.startswith(f"{guide}, ") and one.length_s >= _SOON_S
        ]
        if rates:
            found += [
                figure_of(
                    5,
                    f"{guide}: changes of the zone, mean",
                    float(np.mean(rates)),
                    "/min",
                    high=1.0,
                ),
                figure_of(5, f"{guide}: the most restless of all", max(rates), "/min"),
            ]
    return found


def _bare(outcomes: Sequence[Outcome], guide: str) -> list[Figure]:
    some = lives_of(outcomes, guide, "bare")
    if not some:
        return []
    length_min = float(np.median([one.length_s for one in some])) / 60.0
    length = figure_of(6, f"{guide}: its length, pauses included", length_min, "min")
    what = f"{guide}: came to its end"
    if guide not in BREATH:
        return [figure_of(6, what, share_of(one.is_over for one in some), "%", low=100.0), length]
    # Whoever said yes to another guide is led to the end of that one, which has a length of its own.
    stayed = [one for one in some if one.last_guide == guide]
    led_on = [one for one in some if one.last_guide != guide]
    until_s = time_with_pauses_s(guide) + _TICK_S
    in_time = share_of(one.is_over and one.length_s <= until_s for one in stayed)
    who = f"{guide}: accepted another guide ({len(led_on)} of {len(some)}), and came to its end"
    return [
        figure_of(6, f"{what} when its time was up", in_time, "%", low=100.0),
        figure_of(6, who, share_of(one.is_over for one in led_on), "%", low=100.0),
        length,
    ]
