"""docs/guides.md: the figures, in a frame that is written by hand."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from benchmarks.guides.figures import TITLES

if TYPE_CHECKING:
    from collections.abc import Sequence

    from benchmarks.validation.figure import Figure

__all__ = ["PAGE", "filled", "tables"]

PAGE = Path(__file__).resolve().parents[2] / "docs" / "guides.md"
BEGIN = "<!-- figures: written by python -m benchmarks.guides -->"
END = "<!-- end of figures -->"


def filled(frame: str, written: str) -> str:
    """Return the page with what stood between the marks replaced.

    Raises
    ------
    ValueError
        If the marks are not there.
    """
    before, begin, rest = frame.partition(BEGIN)
    _, end, after = rest.partition(END)
    if not begin or not end:
        msg = f"{PAGE.name} has no place for the figures"
        raise ValueError(msg)
    return f"{before}{BEGIN}\n{written}{END}{after}"


def tables(figures: Sequence[Figure], n_people: int, n_lives: int) -> str:
    """Return the figures as tables, and what was missed and why."""
    judged = [figure for figure in figures if figure.is_judged]
    missed = [figure for figure in judged if not figure.is_met]
    lines = [
        "",
        f"{n_people} people and {n_lives} lives; {len(judged)} bars, {len(missed)} of them missed.",
    ]
    for number, title in TITLES.items():
        some = [figure for figure in figures if figure.number == number]
        if not some:
            continue
        lines += ["", f"### {title}", "", "| what | figure | bar | | source of the bar |"]
        lines += ["|---|--:|---|---|---|"]
        for figure in some:
            value = f"{figure.value:.3g} {figure.unit}".strip()
            source = figure.source if figure.is_judged else ""
            verdict = figure.verdict if figure.is_judged else ""
            lines.append(f"| {figure.what} | {value} | {figure.bar} | {verdict} | {source} |")
    if missed:
        lines += ["", "### What is missed, and why", ""]
        lines += [
            f"- **{figure.what}**: {figure.verdict}. {figure.why or 'Not known yet.'}"
            for figure in missed
        ]
    return "\n".join([*lines, "", ""])
