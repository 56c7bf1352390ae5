"""Lets everyone live through every plan, on all cores, and always with the same result."""

from __future__ import annotations

import multiprocessing
import sys
import time
from typing import TYPE_CHECKING

from benchmarks.guides.plans import PLANS, adverse_people, live
from biofeedback.simulation.population import population

if TYPE_CHECKING:
    from collections.abc import Sequence

    from benchmarks.guides.outcome import Outcome
    from benchmarks.guides.plans import Plan
    from biofeedback.simulation.population import Individual

__all__ = ["run"]

_TELL_EVERY_S = 30.0


def run(
    guides: Sequence[str], n_people: int, *, n_processes: int = 2, n_adverse: int = 30
) -> list[Outcome]:
    """Return what every life came to, by person and then by plan.

    Parameters
    ----------
    guides
        Those that are tried.
    n_people
        Of the population.
    n_processes
        How many lives are led at a time; the result is the same for any number.
    n_adverse
        People of each sort whom guiding harms, beside the population.
    """
    plans = [plan for plan in PLANS if plan.guide in guides]
    # One person's lives stay in one process, which knows what is usual for them.
    tasks: list[tuple[Individual, tuple[Plan, ...]]] = []
    for place, who in enumerate(population(n_people)):
        theirs = tuple(
            plan
            for plan in plans
            if not plan.way.startswith("adverse")
            and (plan.n_people is None or place < min(plan.n_people, n_people))
        )
        tasks.append((who, theirs))
    for_adverse = tuple(plan for plan in plans if plan.way.startswith("adverse"))
    if for_adverse:
        tasks += [(who, for_adverse) for who in adverse_people(n_adverse)]
    outcomes: list[Outcome] = []
    began_s = told_s = time.monotonic()
    # A fresh process knows nothing of this one's, on any system.
    with multiprocessing.get_context("spawn").Pool(n_processes) as pool:
        for n_done, found in enumerate(pool.imap(_live_all, tasks), start=1):
            outcomes += found
            now_s = time.monotonic()
            if now_s - told_s >= _TELL_EVERY_S or n_done == len(tasks):
                told_s = now_s
                took = f"{(now_s - began_s) / 60.0:.1f} min"
                print(f"{n_done} of {len(tasks)} people, {took}", file=sys.stderr, flush=True)
    return outcomes


def _live_all(task: tuple[Individual, tuple[Plan, ...]]) -> list[Outcome]:
    who, plans = task
    return [live(plan, who) for plan in plans]
