"""docs/benchmarks.md from the results."""

from __future__ import annotations

import os
import platform
from math import isinf
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from benchmarks.result import LeftOut, Result, short

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

__all__ = ["PAGE", "page"]

PAGE = Path(__file__).resolve().parents[1] / "docs" / "benchmarks.md"

_TITLES = {
    "first_picture": "The first picture",
    "heart_wave": "Drawing the heart wave",
    "beat_cost": "A beat with every measure",
    "time_domain_cost": "Time-domain measures of a beat",
    "ecg_cost": "A second of ECG",
    "skin_cost": "Skin conductance",
    "all_sensors": "Five sensors at once",
    "peers_cost": "Every peer side by side",
    "whole_day": "A whole day",
    "eight_hours": "Eight hours",
}
_AGAINST_FLOOR = "against the floor"
_FLOOR_OF = "floor of "


def page(runs: Sequence[tuple[str, Sequence[Result | LeftOut]]]) -> str:
    """Return the page: a table by benchmark, and beneath it what each side did.

    Parameters
    ----------
    runs
        Name of the benchmark and what it found. One that stands there again was run again; its
        results follow those of its first run.
    """
    everywhere = _floors([result for _, found in runs for result in found])
    judged = [
        result
        for found in dict(runs).values()
        for result in found
        if isinstance(result, Result) and not isinf(result.target)
    ]
    missed = [result for result in judged if not result.is_met]
    lines = [
        "# Benchmarks",
        "",
        "Written by `python -m benchmarks --write`. Where two programs are compared, both are measured",
        "in turns in one run, and medians are told; whole days and hours are measured once. Trust",
        "the ratios: the times of one machine drift within the hour.",
        "The bar is the most that the ratio may be. The floor is what NumPy needs to touch the same",
        "data once, with how many times that we take.",
        "",
        f"Measured on {_machine()}.",
        "",
        f"{len(judged)} bars, {len(judged) - len(missed)} met"
        + (f", {len(missed)} missed: {'; '.join(each.name for each in missed)}" if missed else "")
        + ".",
    ]
    for name in dict(runs):
        lines += ["", f"## {_TITLES.get(name, name)}", ""]
        found = [found for each, found in runs if each == name]
        # A benchmark's own floor goes before one that another measured of the same thing.
        own = _floors([result for results in found for result in results])
        lines += _section(found, everywhere | own)
    return "\n".join(lines) + "\n"


def _section(
    found: Sequence[Sequence[Result | LeftOut]], floors: Mapping[str, Result]
) -> list[str]:
    lines = ["| what | ours | theirs | ratio | bar | | floor |", "|---|--:|--:|--:|--:|---|---|"]
    notes: list[str] = []
    sides: dict[str, list[str]] = {}
    for number, results in enumerate(found):
        for result in results:
            name = f"{result.name}, run again" if number else result.name
            if isinstance(result, LeftOut):
                notes.append(f"- Left out: {name}. {result.why}")
                continue
            if _is_floor(result):
                continue
            lines.append(f"| {' | '.join(_cells(name, result, floors))} |")
            if number == 0:
                sides.setdefault(result.ours_is, []).append(_of_theirs(result))
    for ours_is, theirs in sides.items():
        notes += ["", f"Ours: {ours_is}. Theirs:", "", *theirs]
    return [*lines, "", *notes] if notes[:1] != [""] else [*lines, *notes]


def _of_theirs(result: Result) -> str:
    """Return what the other side did; after its name, where that does not say it already."""
    called = result.name.rpartition(", against ")[2]
    if result.theirs_is.startswith(called):
        return f"- {result.theirs_is}"
    return f"- {result.name}: {result.theirs_is}"


def _cells(name: str, result: Result, floors: Mapping[str, Result]) -> list[str]:
    bar = "" if isinf(result.target) else _ratio(result.target)
    verdict = "" if isinf(result.target) else ("met" if result.is_met else "**missed**")
    floor = next(
        (
            each
            for of, each in floors.items()
            if result.name == of or result.name.startswith(f"{of},")
        ),
        None,
    )
    of_floor = ""
    if floor is not None:
        of_floor = f"{short(floor.theirs)} {floor.unit}"
        # A floor that was measured alone has no side of ours.
        times = floor.ratio if floor.ours != floor.theirs else _same_unit(result, floor)
        of_floor += f", × {short(times)}"
    return [
        name,
        f"{short(result.ours)} {result.unit}",
        f"{short(result.theirs)} {result.unit}",
        _ratio(result.ratio),
        bar,
        verdict,
        of_floor,
    ]


def _same_unit(result: Result, floor: Result) -> float:
    if result.unit != floor.unit:
        msg = f"{result.name} in {result.unit}, its floor in {floor.unit}"
        raise ValueError(msg)
    return result.ours / floor.theirs


def _is_floor(result: Result) -> bool:
    return result.name.endswith(_AGAINST_FLOOR) or result.name.startswith(_FLOOR_OF)


def _floors(results: Sequence[Result | LeftOut]) -> dict[str, Result]:
    """Results against the floor, by the name of what they are the floor of; the last counts."""
    floors: dict[str, Result] = {}
    for result in results:
        if not isinstance(result, Result):
            continue
        if result.name.endswith(_AGAINST_FLOOR):
            floors[result.name.removesuffix(_AGAINST_FLOOR).rstrip(", ")] = result
        elif result.name.startswith(_FLOOR_OF):
            floors[result.name.removeprefix(_FLOOR_OF)] = result
    return floors


def _ratio(ratio: float) -> str:
    """Return small ratios as people say them: 1/3000."""
    return f"1/{short(1 / ratio)}" if ratio < 0.2 else short(ratio)


def _machine() -> str:
    """What kind of machine this is, in general words."""
    cores = f"{os.cpu_count()} cores"
    load = ""
    if hasattr(os, "getloadavg"):
        load = f", about {os.getloadavg()[1]:.1f} programs running on them in the last minutes"
    return (
        f"{cores}, {platform.system()}, Python {platform.python_version()}, "
        f"NumPy {np.__version__}{load}"
    )
