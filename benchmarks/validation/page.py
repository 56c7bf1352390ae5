"""docs/validation.md from the figures."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from benchmarks.validation.figure import Figure

__all__ = ["page"]

_TITLES = {
    1: "Time-domain, Poincaré and entropy against independent programs",
    2: "Spectral power against NeuroKit2",
    3: "Spectral power of known tones",
    4: "Smoothness priors",
    5: "Short windows against five minutes",
    6: "Finding artifacts in the intervals",
    7: "Variability after correction",
    8: "R-peaks in the ECG",
    9: "Swing with the breath, locked to the pacer",
    10: "Coherence",
    12: "Breathing rate",
    13: "Skin conductance responses",
    14: "Skin conductance artifacts",
    15: "Two people",
    16: "Arousal and its zones",
    17: "Pulse waves",
}


def page(figures: Sequence[Figure]) -> str:
    """Return the page: what was judged by group, then what was missed and why."""
    judged = [figure for figure in figures if figure.is_judged and figure.is_measured]
    missed = [figure for figure in judged if not figure.is_met]
    left_out = [figure for figure in figures if not figure.is_measured]
    lines = [
        "# Validation",
        "",
        "Written by `python -m benchmarks.validation`, which recomputes every figure on simulated",
        "people and, where they are at hand, on published real recordings.",
        "",
        f"{len(judged)} bars, {len(judged) - len(missed)} reached, {len(missed)} missed"
        + (f", {len(left_out)} not measured on this machine" if left_out else "")
        + ".",
    ]
    for number in sorted({figure.number for figure in figures}):
        lines += ["", f"## {number}. {_TITLES.get(number, 'More')}", ""]
        lines += ["| what | figure | bar | | source of the bar |", "|---|---|---|---|---|"]
        for figure in figures:
            if figure.number == number:
                value = f"{figure.value:.4g} {figure.unit}".strip() if figure.is_measured else "–"
                cells = (figure.what, value, figure.bar, figure.verdict, figure.source)
                lines.append(f"| {' | '.join(cells)} |")
    if missed:
        lines += ["", "## What is missed, and why", ""]
        for figure in missed:
            lines.append(f"- **{figure.what}**: {figure.verdict}. {figure.why or 'Not known yet.'}")
    return "\n".join(lines) + "\n"
