"""Two people: false alarms of strangers and of people who share a pacer alone, shared drives."""

from __future__ import annotations

from math import isnan
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from benchmarks.validation.figure import Figure
from biofeedback.kinds import Role
from biofeedback.pacing import BreathPattern, BreathStep, PacerSegment
from biofeedback.samples import Breath
from biofeedback.signal.pacer_history import PacerHistory
from biofeedback.signal.pair import PairNode
from biofeedback.signal.respiration import BeltNode
from biofeedback.signal.rr_artifacts import RRCorrector
from biofeedback.simulation.client import BELT_RATE_HZ, VirtualClient
from biofeedback.simulation.couple import Couple
from biofeedback.simulation.parameters import ClientParameters

if TYPE_CHECKING:
    from pathlib import Path

    from biofeedback.samples import Metric
    from biofeedback.simulation.client import Produced

# Each person is compared with those so many places on, none of whom they know.
N_PEOPLE = 60
PLACES = (1, 7, 13)
N_PAIRS = N_PEOPLE * len(PLACES)
N_COUPLED = 25
# Finding one's way into the pace, five minutes, and what a breath takes to be known.
UNTIL_S = 450.0
SIX_A_MINUTE = PacerSegment(0.0, BreathPattern.at_rate(6.0), BreathStep.IN, 0.0)

_OWN = "own requirement: surrogates share the pacer, 5 % by construction"
_DETECTED = "own simulation: a slow drive of 3 bpm is found in four of five pairs in 5 min"


class Told(NamedTuple):
    """What was told of one pair at the end."""

    hearts: Metric
    breaths: Metric
    skins: Metric
    together: Metric | None


def strangers(*, is_paced: bool) -> list[Told]:
    """Let people sit each by themselves, and compare those who have nothing in common."""
    lead = _lead if is_paced else None
    lives = [
        VirtualClient(ClientParameters.steady(seed), seed).advance(UNTIL_S, lead)
        for seed in range(N_PEOPLE)
    ]
    results = [_results(life) for life in lives]
    return [
        _told((lives[one], lives[other]), (results[one], results[other]), is_paced=is_paced)
        for place in PLACES
        for one, other in ((one, (one + place) % N_PEOPLE) for one in range(N_PEOPLE))
    ]


def coupled(pair: int, coupled_bpm: float, *, is_paced: bool) -> Told:
    """Let two people with a shared drive sit together."""
    seeds = (2 * pair, 2 * pair + 1)
    couple = Couple(
        seeds,
        coupled_bpm=coupled_bpm,
        drive_seed=pair,
        parameters=(ClientParameters.steady(seeds[0]), ClientParameters.steady(seeds[1])),
    )
    lead = _lead if is_paced else None
    lives = couple.advance(UNTIL_S, (lead, lead))
    return _told(lives, (_results(lives[0]), _results(lives[1])), is_paced=is_paced)


def _lead(_t_s: float) -> PacerSegment:
    return SIX_A_MINUTE


def _told(
    lives: tuple[Produced, Produced],
    results: tuple[list[object], list[object]],
    *,
    is_paced: bool,
) -> Told:
    """Return what is told of two at the end of their time."""
    pacer = PacerHistory()
    if is_paced:
        pacer.push(0.0, [*SIX_A_MINUTE.pattern.parts_s, 0.0, 0.0])
    node = PairNode(pacer)
    node.due(0.0)
    for role, life, found in zip(Role, lives, results, strict=True):
        for result in found:
            node.take(role, result)
        node.skin(role, role.value, life.eda_t_s, life.eda_microsiemens)
    told = {metric.name: metric for metric in node.due(UNTIL_S)}
    return Told(
        told["heart_synchrony"],
        told["breath_synchrony"],
        told["skin_synchrony"],
        told.get("pacing_together"),
    )


def _results(life: Produced) -> list[object]:
    """Beats and breaths, as the pipeline finds them."""
    corrector = RRCorrector("strap")
    found: list[object] = []
    for t_s, rr_ms in zip(life.beat_t_s.tolist(), life.rr_ms.tolist(), strict=True):
        found += corrector.push(t_s, rr_ms)
    belt = BeltNode("belt", BELT_RATE_HZ)
    breaths = belt.push_many(life.belt_t_s, life.belt_au)
    return found + [result for result in breaths if isinstance(result, Breath)]


def _beyond_chance_pct(metrics: list[Metric]) -> float:
    """Percent of pairs of whom more than chance was told."""
    measured = [metric for metric in metrics if not isnan(metric.value)]
    return 100.0 * float(np.mean([not metric.reason for metric in measured]))


def run(recordings: Path | None) -> list[Figure]:  # noqa: ARG001 - there are no recordings of two
    """Judge pairs of simulated people whose truth is known."""
    apart, paced = strangers(is_paced=False), strangers(is_paced=True)
    rows = (
        (
            f"false alarms, {N_PAIRS} independent pairs, own breathing, hearts",
            [told.hearts for told in apart],
        ),
        (
            f"false alarms, {N_PAIRS} uncoupled pairs on one pacer, hearts",
            [told.hearts for told in paced],
        ),
        ("the same pairs, breaths", [told.breaths for told in paced]),
        ("independent pairs, breaths", [told.breaths for told in apart]),
        ("independent pairs, skins", [told.skins for told in apart]),
    )
    figures = [
        Figure(15, what, _beyond_chance_pct(metrics), "%", _OWN, high=5.0) for what, metrics in rows
    ]
    paces = [told.together.value for told in paced if told.together]
    figures.append(
        Figure(15, "pacing together, one pacer, median", float(np.median(paces)), "", "told")
    )
    for is_paced, how in ((False, "own breathing"), (True, "one pacer")):
        for coupled_bpm in (1.0, 2.0, 3.0):
            told_all = [coupled(pair, coupled_bpm, is_paced=is_paced) for pair in range(N_COUPLED)]
            has_bar = coupled_bpm == 3.0
            figures.append(
                Figure(
                    15,
                    f"found, shared slow drive of {coupled_bpm:g} bpm, {how}, 5 min, hearts",
                    _beyond_chance_pct([told.hearts for told in told_all]),
                    "%",
                    _DETECTED if has_bar else "told",
                    low=80.0 if has_bar else -np.inf,
                )
            )
    return figures
