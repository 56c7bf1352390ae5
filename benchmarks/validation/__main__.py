"""Recompute every figure, write docs/validation.md, and exit with 1 when a bar is missed."""

from __future__ import annotations

import argparse
import importlib
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from benchmarks.validation.page import page

if TYPE_CHECKING:
    from collections.abc import Sequence

    from benchmarks.validation.figure import Figure

ROOT = Path(__file__).resolve().parents[2]
# Real recordings are not part of the project; what needs them says so where they are missing.
RECORDINGS = ROOT.parent / "shared" / "data"
PAGE = ROOT / "docs" / "validation.md"
NAMES = (
    "time_domain",
    "spectrum",
    "nonlinear",
    "artifacts",
    "ecg",
    "training",
    "breathing",
    "skin",
    "synchrony",
    "arousal",
    "pulse",
)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run what is asked for, all by default. Return the exit code."""
    parser = argparse.ArgumentParser(prog="benchmarks.validation", description=__doc__)
    parser.add_argument("names", nargs="*", help=f"of {', '.join(NAMES)}; default: all")
    parser.add_argument("--recordings", type=Path, default=RECORDINGS, help="folder of recordings")
    chosen = parser.parse_args(arguments)
    if unknown := set(chosen.names) - set(NAMES):
        parser.error(f"no such part: {', '.join(sorted(unknown))}")
    recordings = chosen.recordings if chosen.recordings.is_dir() else None
    figures: list[Figure] = []
    for name in chosen.names or NAMES:
        print(f"{name} …", file=sys.stderr, flush=True)
        found: list[Figure] = importlib.import_module(f"benchmarks.validation.{name}").run(
            recordings
        )
        figures += found
        for figure in found:
            value = f"{figure.value:.4g} {figure.unit}".strip()
            print(f"{figure.number:2} {figure.what}: {value} ({figure.bar}) {figure.verdict}")
    if not chosen.names:
        PAGE.write_text(page(figures), encoding="utf-8")
    return 0 if all(figure.is_met for figure in figures) else 1


if __name__ == "__main__":
    sys.exit(main())
