"""Run the benchmarks; exit with 1 when a target is missed."""

from __future__ import annotations

import argparse
import importlib
import json
import sys
from math import inf
from pathlib import Path
from typing import TYPE_CHECKING, Any

from benchmarks.page import PAGE, page
from benchmarks.result import LeftOut, Result

if TYPE_CHECKING:
    from collections.abc import Sequence

NAMES = (
    "first_picture",
    "heart_wave",
    "beat_cost",
    "time_domain_cost",
    "ecg_cost",
    "skin_cost",
    "all_sensors",
    "peers_cost",
    "whole_day",
    "eight_hours",
)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run what is asked for, all by default. Return the exit code."""
    parser = argparse.ArgumentParser(prog="benchmarks", description=__doc__)
    parser.add_argument("names", nargs="*", choices=[*NAMES, []], help="default: all")
    parser.add_argument("--json", action="store_true", help="print one JSON array to stdout")
    parser.add_argument("--write", action="store_true", help="write docs/benchmarks.md")
    parser.add_argument(
        "--with",
        dest="earlier",
        action="append",
        type=Path,
        default=[],
        metavar="FILE",
        help="what an earlier run printed with --json, put before what is run now; "
        "without names nothing is run",
    )
    chosen = parser.parse_args(arguments)
    runs: list[tuple[str, list[Result | LeftOut]]] = []
    for file in chosen.earlier:
        runs += _read(json.loads(file.read_text(encoding="utf-8")))
    for name in chosen.names or (() if chosen.earlier else NAMES):
        print(f"{name} …", file=sys.stderr, flush=True)
        found: list[Result | LeftOut] = importlib.import_module(f"benchmarks.{name}").run()
        runs.append((name, found))
        if not chosen.json:
            print("\n".join(result.as_text() for result in found), flush=True)
    if chosen.json:
        every = [{"benchmark": name} | each.as_json() for name, found in runs for each in found]
        print(json.dumps(every, indent=2, ensure_ascii=False))
    if chosen.write:
        PAGE.write_text(page(runs), encoding="utf-8")
    # A benchmark that was run again is judged by its last run.
    last = dict(runs)
    return 0 if all(result.is_met for found in last.values() for result in found) else 1


def _read(every: list[dict[str, Any]]) -> list[tuple[str, list[Result | LeftOut]]]:
    """Return the results of a ``--json`` run by benchmark, in its order."""
    runs: dict[str, list[Result | LeftOut]] = {}
    for fields in every:
        name = fields.pop("benchmark")
        if "why" in fields:
            runs.setdefault(name, []).append(LeftOut(**fields))
            continue
        # These two follow from the others.
        del fields["ratio"], fields["is_met"]
        fields["target"] = inf if fields["target"] is None else fields["target"]
        runs.setdefault(name, []).append(Result(**fields))
    return list(runs.items())


if __name__ == "__main__":
    sys.exit(main())
