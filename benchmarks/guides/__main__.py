"""Try each guide on many virtual clients; exit with 1 when a bar is missed without a known why."""

from __future__ import annotations

import argparse
import pickle
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from benchmarks.guides.campaign import run
from benchmarks.guides.figures import figures
from benchmarks.guides.page import PAGE, filled, tables
from biofeedback.guides.catalogue import GUIDES

if TYPE_CHECKING:
    from collections.abc import Sequence

    from benchmarks.guides.outcome import Outcome

_N_PEOPLE = 200
_MOST_TOLD = 12


def main(arguments: Sequence[str] | None = None) -> int:
    """Run what is asked for, all by default. Return the exit code."""
    parser = argparse.ArgumentParser(prog="benchmarks.guides", description=__doc__)
    parser.add_argument("--clients", type=int, default=_N_PEOPLE, help="how many people")
    parser.add_argument("--only", nargs="+", choices=GUIDES, default=GUIDES, help="which guides")
    parser.add_argument("--processes", type=int, default=2, help="how many lives at a time")
    parser.add_argument("--adverse", type=int, default=30, help="of each sort, beside the others")
    parser.add_argument("--save", type=Path, help="keep what every life came to in a file")
    parser.add_argument(
        "--join", nargs="+", type=Path, metavar="FILE", help="run nothing: join what was kept"
    )
    parser.add_argument("--write", action="store_true", help="write the page, however few they are")
    chosen = parser.parse_args(arguments)
    if chosen.join:
        guides, n_people, outcomes = _joined(chosen.join)
    else:
        guides = [guide for guide in GUIDES if guide in chosen.only]
        n_people = chosen.clients
        outcomes = run(guides, n_people, n_processes=chosen.processes, n_adverse=chosen.adverse)
    if chosen.save:
        chosen.save.write_bytes(pickle.dumps((guides, n_people, outcomes)))
    found = figures(outcomes, guides)
    for figure in found:
        value = f"{figure.value:.4g} {figure.unit}".strip()
        bar = f" ({figure.bar}) {figure.verdict}" if figure.is_judged else ""
        print(f"{figure.number} {figure.what}: {value}{bar}")
    every = [(outcome, one) for outcome in outcomes for one in outcome.broken]
    for outcome, one in every[:_MOST_TOLD]:
        print(f"{outcome.plan}, seed {outcome.seed}, {one.t_s:.2f} s: {one.rule}: {one.what}")
    # A part of it, or few people, says little that should stand on the page, unless it is wanted.
    if chosen.write or (len(guides) == len(GUIDES) and n_people >= _N_PEOPLE):
        written = tables(found, n_people, len(outcomes))
        PAGE.write_text(filled(PAGE.read_text(encoding="utf-8"), written), encoding="utf-8")
    return 0 if all(figure.is_met or figure.why for figure in found) else 1


def _joined(files: Sequence[Path]) -> tuple[list[str], int, list[Outcome]]:
    """Return the guides, the people and the outcomes of runs that were kept, each guide once."""
    guides: list[str] = []
    outcomes: list[Outcome] = []
    people: set[int] = set()
    for file in files:
        some, n_people, theirs = pickle.loads(file.read_bytes())
        if set(some) & set(guides):
            msg = f"{file} has a guide that another file has, too"
            raise SystemExit(msg)
        guides += some
        outcomes += theirs
        people.add(n_people)
    return [guide for guide in GUIDES if guide in guides], min(people), outcomes


if __name__ == "__main__":
    sys.exit(main())
