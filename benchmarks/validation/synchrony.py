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
from biofeedback.simulation.client import BELT_RATE_HZ
from biofeedback.simulation.couple import Couple
from biofeedback.simulation.parameters import ClientParameters

if TYPE_CHECKING:
    from pathlib import Path

    from biofeedback.samples import Metric
    from biofeedback.simulation.client import Produced

N_PAIRS = 100
N_COUPLED = 40
# Finding one's way into the pace, five minutes, and what a breath takes to be known.
UNTIL_S = 420.0
SIX_A_MINUTE = PacerSegment(0.0, BreathPattern.at_rate(6.0), BreathStep.IN, 0.0)

_OWN = "own requirement: surrogates share the pacer, 5 % by construction"
_DETECTED = "own simulation: a slow drive of 3 bpm is found in four of five pairs in 5 min"


class Told(NamedTuple):
    """What was told of one pair at the end."""

    hearts: Metric
    breaths: Metric
    skins: Metric
    together: Metric | None


def told_of(pair: int, *, coupled_bpm: float = 0.0, is_paced: bool = False) -> Told:
    """Let two people sit together and return the last measures of both."""
    seeds = (2 * pair, 2 * pair + 1)
    couple = Couple(
        seeds,
        coupled_bpm=coupled_bpm,
        drive_seed=pair,
        parameters=(ClientParameters.steady(seeds[0]), ClientParameters.steady(seeds[1])),
    )
    pacer = PacerHistory()
    lead = None
    if is_paced:
        pacer.push(0.0, [*SIX_A_MINUTE.pattern.parts_s, 0.0, 0.0])

        def lead(_t_s: float) -> PacerSegment:
            return SIX_A_MINUTE

    lives = couple.advance(UNTIL_S, (lead, lead))
    node = PairNode(pacer)
    told: dict[str, Metric] = {}
    streams = {role: _results(life) for role, life in zip(Role, lives, strict=True)}
    for second in range(int(UNTIL_S)):
        for metric in node.due(float(second)):
            told[metric.name] = metric
        for role, life in zip(Role, lives, strict=True):
            for result in streams[role].get(second, ()):
                node.take(role, result)
            first, last = np.searchsorted(life.eda_t_s, [second, second + 1])
            if last > first:
                node.skin(
                    role, role.value, life.eda_t_s[first:last], life.eda_microsiemens[first:last]
                )
    return Told(
        told["heart_synchrony"],
        told["breath_synchrony"],
        told["skin_synchrony"],
        told.get("pacing_together"),
    )


def _results(life: Produced) -> dict[int, list[object]]:
    """Beats and breaths by the second of the sample that brought them."""
    by_second: dict[int, list[object]] = {}
    corrector = RRCorrector("strap")
    for t_s, rr_ms in zip(life.beat_t_s.tolist(), life.rr_ms.tolist(), strict=True):
        by_second.setdefault(int(t_s), []).extend(corrector.push(t_s, rr_ms))
    belt = BeltNode("belt", BELT_RATE_HZ)
    for t_s, pull in zip(life.belt_t_s.tolist(), life.belt_au.tolist(), strict=True):
        found = [result for result in belt.push(t_s, pull) if isinstance(result, Breath)]
        if found:
            by_second.setdefault(int(t_s), []).extend(found)
    return by_second


def _beyond_chance_pct(metrics: list[Metric]) -> float:
    """Percent of pairs of whom more than chance was told."""
    measured = [metric for metric in metrics if not isnan(metric.value)]
    return 100.0 * float(np.mean([not metric.reason for metric in measured]))


def run(recordings: Path | None) -> list[Figure]:  # noqa: ARG001 - there are no recordings of two
    """Judge pairs of simulated people whose truth is known."""
    strangers = [told_of(pair) for pair in range(N_PAIRS)]
    paced = [told_of(pair, is_paced=True) for pair in range(N_PAIRS)]
    figures = [
        Figure(
            15,
            f"false alarms, {N_PAIRS} independent pairs, own breathing, hearts",
            _beyond_chance_pct([told.hearts for told in strangers]),
            "%",
            _OWN,
            high=5.0,
        ),
        Figure(
            15,
            f"false alarms, {N_PAIRS} uncoupled pairs on one pacer, hearts",
            _beyond_chance_pct([told.hearts for told in paced]),
            "%",
            _OWN,
            high=5.0,
        ),
        Figure(
            15,
            "the same pairs, breaths",
            _beyond_chance_pct([told.breaths for told in paced]),
            "%",
            _OWN,
            high=5.0,
        ),
        Figure(
            15,
            "independent pairs, breaths",
            _beyond_chance_pct([told.breaths for told in strangers]),
            "%",
            _OWN,
            high=5.0,
        ),
        Figure(
            15,
            "independent pairs, skins",
            _beyond_chance_pct([told.skins for told in strangers]),
            "%",
            _OWN,
            high=5.0,
        ),
        Figure(
            15,
            "pacing together, one pacer, median",
            float(np.median([told.together.value for told in paced if told.together])),
            "",
            "told",
        ),
    ]
    for is_paced, how in ((False, "own breathing"), (True, "one pacer")):
        for coupled_bpm in (1.0, 2.0, 3.0):
            coupled = [
                told_of(pair, coupled_bpm=coupled_bpm, is_paced=is_paced)
                for pair in range(N_COUPLED)
            ]
            has_bar = coupled_bpm == 3.0
            figures.append(
                Figure(
                    15,
                    f"found, shared slow drive of {coupled_bpm:g} bpm, {how}, 5 min, hearts",
                    _beyond_chance_pct([told.hearts for told in coupled]),
                    "%",
                    _DETECTED if has_bar else "told",
                    low=80.0 if has_bar else -np.inf,
                )
            )
    return figures
