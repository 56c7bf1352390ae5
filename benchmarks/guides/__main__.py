"""Try each guide on many virtual clients; exit with 1 when a bar is missed without a known why."""

from __future__ import annotations

import argparse
import sys
from typing import TYPE_CHECKING

from benchmarks.guides.campaign import run
from benchmarks.guides.figures import figures
from benchmarks.guides.page import PAGE, filled, tables
from biofeedback.guides.catalogue import GUIDES

if TYPE_CHECKING:
    from collections.abc import Sequence

_N_PEOPLE = 200
_MOST_TOLD = 12


def main(arguments: Sequence[str] | None = None) -> int:
    """Run what is asked for, all by default. Return the exit code."""
    parser = argparse.ArgumentParser(prog="benchmarks.guides", description=__doc__)
    parser.add_argument("--clients", type=int, default=_N_PEOPLE, help="how many people")
    parser.add_argument("--only", nargs="+", choices=GUIDES, default=GUIDES, help="which guides")
    parser.add_argument("--processes", type=int, default=2, help="how many lives at a time")
    parser.add_argument("--adverse", type=int, default=30, help="of each sort, beside the others")
    chosen = parser.parse_args(arguments)
    guides = [guide for guide in GUIDES if guide in chosen.only]
    outcomes = run(guides, chosen.clients, n_processes=chosen.processes, n_adverse=chosen.adverse)
    found = figures(outcomes, guides)
    for figure in found:
        value = f"{figure.value:.4g} {figure.unit}".strip()
        bar = f" ({figure.bar}) {figure.verdict}" if figure.is_judged else ""
        print(f"{figure.number} {figure.what}: {value}{bar}")
    every = [(outcome, one) for outcome in outcomes for one in outcome.broken]
    for outcome, one in every[:_MOST_TOLD]:
        print(f"{outcome.plan}, seed {outcome.seed}, {one.t_s:.2f} s: {one.rule}: {one.what}")
    # A part of it, or few people, says nothing that should stand on the page.
    if len(guides) == len(GUIDES) and chosen.clients >= _N_PEOPLE:
        written = tables(found, chosen.clients, len(outcomes))
        PAGE.write_text(filled(PAGE.read_text(encoding="utf-8"), written), encoding="utf-8")
    return 0 if all(figure.is_met or figure.why for figure in found) else 1


if __name__ == "__main__":
    sys.exit(main())
