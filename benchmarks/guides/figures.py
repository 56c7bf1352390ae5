"""The figures that the lives come to, each with its bar and where the bar comes from."""

from __future__ import annotations

from collections import Counter
from math import inf, isfinite, nan
from typing import TYPE_CHECKING

import numpy as np

from benchmarks.guides.checks import RULES
from benchmarks.guides.known import KNOWN
from benchmarks.guides.outcome import FIXED_PER_MIN, HARM
from benchmarks.guides.plans import ASSESSMENTS, BREATH, time_with_pauses_s
from benchmarks.validation.figure import Figure
from biofeedback.simulation.population import Response

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

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
_DESIGN = "own design"
_OWN = "own simulation of the same assessment"
_ADVERSE = (Response.BREATH_ANXIOUS, Response.RELAXATION_ANXIOUS, Response.OVER_BREATHER)
_NAMES = {
    "resonance-stepped": "stepped",
    "resonance-sliding": "sliding",
    "resonance": "adaptive",
}
_WITHIN_PER_MIN = 0.5
_SOON_S = 180.0
# Lives are watched in steps of this length.
_TICK_S = 0.5


def figures(outcomes: Sequence[Outcome], guides: Sequence[str]) -> list[Figure]:
    """Return every figure, in the order of the page."""
    found = _paces(outcomes, guides)
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


def _figure(
    number: int,
    what: str,
    value: float,
    unit: str,
    source: str = _DESIGN,
    *,
    low: float = -inf,
    high: float = inf,
) -> Figure:
    return Figure(number, what, value, unit, source, low, high, KNOWN.get(what, ""))


def _of(outcomes: Iterable[Outcome], guide: str, way: str) -> list[Outcome]:
    return [one for one in outcomes if one.plan == f"{guide}, {way}"]


def _share(flags: Iterable[bool]) -> float:
    """Return a share in per cent, ``nan`` of nothing."""
    every = list(flags)
    return 100.0 * sum(every) / len(every) if every else nan


def _quantile(values: Iterable[float], share: float) -> float:
    every = sorted(values)
    return every[min(int(share * len(every)), len(every) - 1)] if every else nan


# Resonance.


def _paces(outcomes: Sequence[Outcome], guides: Sequence[str]) -> list[Figure]:
    found: list[Figure] = []
    sought: list[Outcome] = []
    for guide, name in _NAMES.items():
        if guide not in guides:
            continue
        way = "usual" if guide in ASSESSMENTS else "wound up"
        sought = _of(outcomes, guide, way)
        if not sought:
            continue
        with_result = [one for one in sought if isfinite(one.found_per_min)]
        # A guide that told only what is easy to tell would reach the other bars alone. Whoever
        # was led on in another way did not go through with it, and is no failure to find.
        through = [one for one in sought if not isfinite(one.handed_s)]
        found += [
            _figure(1, f"{name}: went through with it", _share(o in through for o in sought), "%"),
            _figure(
                1,
                f"{name}: a result, of those who went through with it",
                _share(isfinite(one.found_per_min) for one in through),
                "%",
                low=90.0,
            ),
        ]
        lengths_min = [one.length_s / 60.0 for one in sought]
        if guide in ASSESSMENTS:
            found += [
                _figure(1, f"{name}: how long it took, mean", float(np.mean(lengths_min)), "min"),
                _figure(1, f"{name}: the longest", max(lengths_min), "min"),
            ]
        for verdict in sorted({one.verdict for one in with_result if guide in ASSESSMENTS}):
            some = [one for one in with_result if one.verdict == verdict]
            what = f"{name}: {verdict} ({len(some)}), within 0.5 a minute"
            near = _share(abs(one.error_per_min) <= _WITHIN_PER_MIN for one in some)
            found.append(_figure(1, what, near, "%"))
        if with_result:
            found += _errors(
                name,
                [one.error_per_min for one in with_result],
                [one.lost_share for one in with_result],
                is_judged=True,
            )
    if sought:
        found += _errors(
            f"always {FIXED_PER_MIN:g} a minute, for comparison",
            [one.fixed_error_per_min for one in sought],
            [one.fixed_lost_share for one in sought],
            is_judged=False,
        )
    stepped = {one.seed: one for one in _of(outcomes, "resonance-stepped", "usual")}
    pairs = [
        (stepped[one.seed].found_per_min, one.found_per_min)
        for one in _of(outcomes, "resonance-sliding", "usual")
        if one.seed in stepped
    ]
    both = [pair for pair in pairs if all(map(isfinite, pair))]
    agree = _share(abs(one - other) <= _WITHIN_PER_MIN for one, other in both)
    source = "Fisher and Lehrer 2022: 11 of 13"
    found.append(_figure(1, "sliding within 0.5 a minute of stepped", agree, "%", source, low=80.0))
    return found


def _errors(
    name: str, errors: Sequence[float], lost: Sequence[float], *, is_judged: bool
) -> list[Figure]:
    off = [abs(error) for error in errors]

    def bar(value: float, without: float) -> float:
        return value if is_judged else without

    return [
        _figure(
            1, f"{name}: mean distance", float(np.mean(off)), "/min", _OWN, high=bar(0.35, inf)
        ),
        _figure(
            1,
            f"{name}: within 0.5 a minute",
            _share(one <= _WITHIN_PER_MIN for one in off),
            "%",
            _OWN,
            low=bar(80.0, -inf),
        ),
        _figure(
            1,
            f"{name}: swing given away, mean",
            100.0 * float(np.mean(lost)),
            "%",
            _OWN,
            high=bar(3.0, inf),
        ),
        _figure(
            1,
            f"{name}: swing given away, nine in ten below",
            100.0 * _quantile(lost, 0.9),
            "%",
            _OWN,
            high=bar(6.0, inf),
        ),
    ]


# Arousal.


def _calmer(outcomes: Sequence[Outcome], guide: str) -> list[Figure]:
    found = []
    for way, words in (("wound up", "from wound up"), ("surge", "after a surge")):
        for response in Response:
            some = [one for one in _of(outcomes, guide, way) if one.response is response]
            if not some:
                continue
            is_ordinary = response is Response.ORDINARY
            share = _share(one.final < one.final_alone for one in some)
            change = float(np.mean([one.final - one.final_alone for one in some]))
            who = f"{guide}, {words}, {response.value} ({len(some)})"
            if is_ordinary:
                found.append(
                    _figure(
                        2,
                        f"{guide}, {words}: ordinary people calmer at the end than left alone",
                        share,
                        "%",
                        low=85.0 if guide not in {"waves", "together"} else -inf,
                    )
                )
            else:
                found.append(_figure(2, f"{who}: calmer than left alone", share, "%"))
            found.append(_figure(2, f"{who}: arousal against left alone, mean", change, ""))
    return found


# Whom it harms.


def _handed(outcomes: Sequence[Outcome], guide: str) -> list[Figure]:
    found = []
    for way in ("first session", "later session", "sensors alone", "answers alone"):
        everyone = _of(outcomes, guide, f"adverse, {way}")
        is_judged = way == "first session"
        for response in _ADVERSE:
            some = [one for one in everyone if one.response is response]
            found += _how_soon(f"{guide}, {way}, {response.value}", some, is_judged=False)
        found += _how_soon(f"{guide}, {way}, all three", everyone, is_judged=is_judged)
        afraid = [one for one in everyone if one.response.is_adverse]
        if afraid and is_judged:
            share = _share(one.handed_s <= _SOON_S for one in afraid)
            what = f"{guide}, {way}, those who fear breath or calm: led on within 3 min of the beginning"
            found.append(_figure(3, what, share, "%"))
    ordinary = [
        one
        for way in ("wound up", "surge")
        for one in _of(outcomes, guide, way)
        if one.response is Response.ORDINARY
    ]
    if ordinary:
        needless = _share(
            isfinite(one.handed_s) and not one.is_by_word and one.harmed_s > one.handed_s
            for one in ordinary
        )
        what = f"{guide}: ordinary people led on in another way with no harm and unasked"
        found.append(_figure(3, what, needless, "%", high=10.0))
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
            _figure(3, f"{who}: led on within 3 min", _share(s <= _SOON_S for s in handed), "%")
        ]
    return [
        _figure(
            3,
            f"{name}: led on within 3 min of being {HARM:g} above left alone",
            _share(one <= _SOON_S for one in handed),
            "%",
            low=90.0,
        ),
        _figure(3, f"{who}: noticed within 3 min", _share(one <= _SOON_S for one in noticed), "%"),
        _figure(3, f"{who}: median time to be led on", _quantile(handed, 0.5), "s"),
        _figure(3, f"{who}: nine in ten led on within", _quantile(handed, 0.9), "s"),
        _figure(3, f"{who}: never led on", _share(not isfinite(one) for one in handed), "%"),
    ] + ([_figure(3, f"{who}: longest of those led on", max(finite), "s")] if finite else [])


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
                4, words + of, float(counted[rule]), "", _DESIGN, high=0.0, why=KNOWN.get(words, "")
            )
        )
    return found


def _questions(outcomes: Sequence[Outcome], guides: Sequence[str]) -> list[Figure]:
    found = []
    for guide in guides:
        rates = [
            one.n_questions / (one.length_s / 600.0)
            for way in ("wound up", "usual", "led")
            for one in _of(outcomes, guide, way)
            if one.response is Response.ORDINARY
        ]
        if rates:
            what = f"{guide}: questions put to ordinary people, mean of ten minutes"
            found.append(_figure(5, what, float(np.mean(rates)), ""))
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
                _figure(
                    5,
                    f"{guide}: changes of the zone, mean",
                    float(np.mean(rates)),
                    "/min",
                    high=1.0,
                ),
                _figure(5, f"{guide}: the most restless of all", max(rates), "/min"),
            ]
    return found


def _bare(outcomes: Sequence[Outcome], guide: str) -> list[Figure]:
    some = _of(outcomes, guide, "bare")
    if not some:
        return []
    length_min = float(np.median([one.length_s for one in some])) / 60.0
    length = _figure(6, f"{guide}: its length, pauses included", length_min, "min")
    what = f"{guide}: came to its end"
    if guide not in BREATH:
        return [_figure(6, what, _share(one.is_over for one in some), "%", low=100.0), length]
    # Whoever said yes to another guide is led to the end of that one, which has a length of its own.
    stayed = [one for one in some if one.last_guide == guide]
    led_on = [one for one in some if one.last_guide != guide]
    until_s = time_with_pauses_s(guide) + _TICK_S
    in_time = _share(one.is_over and one.length_s <= until_s for one in stayed)
    who = f"{guide}: accepted another guide ({len(led_on)} of {len(some)}), and came to its end"
    return [
        _figure(6, f"{what} when its time was up", in_time, "%", low=100.0),
        _figure(6, who, _share(one.is_over for one in led_on), "%", low=100.0),
        length,
    ]
