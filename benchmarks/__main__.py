"""Run the benchmarks; exit with 1 when a target is missed."""

from __future__ import annotations

import argparse
import importlib
import json
import sys
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from benchmarks.result import Result

NAMES = ("first_picture", "heart_wave", "beat_cost", "time_domain_cost", "ecg_cost", "eight_hours")


def main(arguments: Sequence[str] | None = None) -> int:
    """Run what is asked for, all by default. Return the exit code."""
    parser = argparse.ArgumentParser(prog="benchmarks", description=__doc__)
    parser.add_argument("names", nargs="*", choices=[*NAMES, []], help="default: all")
    parser.add_argument("--json", action="store_true", help="print one JSON array to stdout")
    chosen = parser.parse_args(arguments)
    results: list[Result] = []
    for name in chosen.names or NAMES:
        print(f"{name} …", file=sys.stderr, flush=True)
        found: list[Result] = importlib.import_module(f"benchmarks.{name}").run()
        results += found
        if not chosen.json:
            print("\n".join(result.as_text() for result in found), flush=True)
    if chosen.json:
        print(json.dumps([result.as_json() for result in results], indent=2, ensure_ascii=False))
    return 0 if all(result.is_met for result in results) else 1


if __name__ == "__main__":
    sys.exit(main())
