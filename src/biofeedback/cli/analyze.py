"""``biofeedback analyze``: every measure of any recording."""

from __future__ import annotations

import json
from dataclasses import dataclass
from math import isnan
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from biofeedback.cli.library import Common, library_path, open_library
from biofeedback.cli.options import (
    Headless,
    LibraryPath,
    PassphraseFile,
    SamplingRate,
    common_of,
    positive,
    sampling_rate_of,
)
from biofeedback.errors import BiofeedbackError

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from rich.console import Console

    from biofeedback.analysis import Analysis

__all__ = ["analyze", "print_analysis"]


def analyze(
    ctx: typer.Context,
    files: Annotated[
        list[str],
        typer.Argument(
            metavar="FILE…", help="Files of RR intervals or waveforms, or ids of sessions."
        ),
    ],
    *,
    as_json: Annotated[
        bool, typer.Option("--json", help="One JSON array, an object a file.")
    ] = False,
    uncorrected: Annotated[
        bool,
        typer.Option("--uncorrected", help="Take the intervals as they are, correct nothing."),
    ] = False,
    segment: Annotated[
        list[str] | None,
        typer.Option("--segment", metavar="START-END", help="A stretch, in s or m:ss. Repeatable."),
    ] = None,
    window: Annotated[
        float | None, typer.Option("--window", metavar="S", help="A sliding window, in seconds.")
    ] = None,
    step: Annotated[
        float | None, typer.Option("--step", metavar="S", help="How far the window moves, in s.")
    ] = None,
    rate: SamplingRate = None,
    second_opinion: Annotated[
        bool, typer.Option("--second-opinion", help="Ask NeuroKit2 and cvxEDA as well.")
    ] = False,
    library: LibraryPath = None,
    passphrase_file: PassphraseFile = None,
    headless: Headless = False,
) -> None:
    """Compute every measure of recordings: of intervals, of waveforms, of recorded sessions."""
    common = common_of(ctx, library, passphrase_file, headless=headless)
    asked = _Asked(
        [_stretch(text) for text in segment or []],
        positive(window, "--window"),
        positive(step, "--step"),
        sampling_rate_of(rate),
        second_opinion,
    )
    results: list[Analysis] = []
    refused: list[BiofeedbackError] = []
    for name in files:
        try:
            results.append(_analyzed(name, common, asked))
        except BiofeedbackError as error:
            refused.append(error)
    if as_json and results:
        plain = [result.plain(is_corrected=not uncorrected) for result in results]
        # In ASCII, which every terminal and pipe knows and which reads back the same.
        typer.echo(json.dumps(plain, indent=2))
    elif not as_json:
        for result in results:
            print_analysis(result, is_corrected=not uncorrected)
    if refused:
        # One bad file of many must not cost the others, nor pass unseen.
        for one in refused[:-1]:
            typer.echo(f"biofeedback: {one}", err=True)
        raise refused[-1]


@dataclass(frozen=True, slots=True)
class _Asked:
    """What is wanted of each recording."""

    segments: list[tuple[float, float]]
    window_s: float | None
    step_s: float | None
    rate_hz: float | None
    with_second_opinion: bool


def _stretch(text: str) -> tuple[float, float]:
    """Read ``60-120`` or ``1:00-2:00`` as seconds."""
    start, dash, end = text.partition("-")
    try:
        stretch = (_seconds(start), _seconds(end)) if dash else None
    except ValueError:
        stretch = None
    if stretch is None or not stretch[1] > stretch[0]:
        msg = f"--segment is START-END with END later, as in 60-120 or 1:00-2:00, not {text}."
        raise typer.BadParameter(msg)
    return stretch


def _seconds(text: str) -> float:
    minutes, colon, seconds = text.partition(":")
    return 60.0 * float(minutes) + float(seconds) if colon else float(text)


def _analyzed(name: str, common: Common, asked: _Asked) -> Analysis:
    from biofeedback.analysis import analyze as analyze_recording

    path = Path(name)
    if path.exists() or not _could_be_session(name, common):
        from biofeedback.sessions.formats import read

        return _measured(analyze_recording, read(path, asked.rate_hz), name, asked)
    library = open_library(common, create=False)
    try:
        row = library.find(name)
        return _measured(analyze_recording, library.load(row.session_id), name, asked)
    finally:
        library.close()


def _measured(
    analyze_recording: Callable[..., Analysis], recording: object, name: str, asked: _Asked
) -> Analysis:
    return analyze_recording(
        recording,
        name=name,
        segments=asked.segments,
        window_s=asked.window_s,
        step_s=asked.step_s,
        with_second_opinion=asked.with_second_opinion,
    )


def _could_be_session(name: str, common: Common) -> bool:
    return not Path(name).suffix and "/" not in name and library_path(common).exists()


def print_analysis(result: Analysis, *, is_corrected: bool) -> None:
    """Print a table of one recording's measures."""
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    from biofeedback.signal.measures import MEASURES

    console = Console(highlight=False)
    table = Table(title=Text(result.file), title_justify="left", box=None, pad_edge=False)
    table.add_column("measure")
    table.add_column("value", justify="right")
    table.add_column("unit")
    table.add_column("quality", justify="right")
    for row in result.rows(is_corrected=is_corrected):
        table.add_row(*row)
    console.print(table)
    n_beats = f"{result.n_beats} beats in " if result.n_beats else ""
    corrections = f"; {result.correction_words}" if result.n_beats else "."
    console.print(f"{n_beats}{result.duration_s:.0f} s{corrections}", soft_wrap=True)
    for note in result.notes:
        console.print(note, soft_wrap=True)
    for name, reason in result.missing.items():
        # What only live windows give is not missed in a whole recording.
        if isnan(result.corrected.get(name, (0.0, 0.0))[0]):
            console.print(f"{MEASURES[name].label}: not measured; {reason}.", soft_wrap=True)
    if result.zone_shares:
        shares = (f"{100 * share:.0f} % {zone}" for zone, share in result.zone_shares.items())
        console.print(f"Window of tolerance, of the time that could be told: {', '.join(shares)}.")
    _print_stretches(console, result, is_corrected=is_corrected)
    _print_opinions(console, result)


# What fits beside each other in a terminal of 80 columns.
_SHORT = {
    "heart_rate_bpm": "bpm",
    "rmssd_ms": "RMSSD",
    "sdnn_ms": "SDNN",
    "lf_power_ms2": "LF",
    "hf_power_ms2": "HF",
    "coherence": "coher.",
    "breaths_per_min": "breaths",
    "scl_microsiemens": "SCL",
    "scr_per_min": "SCR/min",
}


def _print_stretches(console: Console, result: Analysis, *, is_corrected: bool) -> None:
    """Print segments and windows, a line each."""
    from rich.table import Table

    from biofeedback.analysis.analysis import clock_words

    for title, stretches in (
        (
            "segment",
            [(s.name, s.corrected if is_corrected else s.uncorrected) for s in result.segments],
        ),
        ("window", [(clock_words(w.start_s, w.end_s), w.corrected) for w in result.windows]),
    ):
        if not stretches:
            continue
        names = [name for name in _SHORT if any(not isnan(m[name][0]) for _, m in stretches)]
        table = Table(box=None, pad_edge=False)
        table.add_column(title)
        for name in names:
            table.add_column(_SHORT[name], justify="right")
        for name, measures in stretches:
            table.add_row(name, *(_figure(measures, each) for each in names))
        console.print()
        console.print(table)


def _figure(measures: Mapping[str, tuple[float, float]], name: str) -> str:
    value = measures[name][0]
    if isnan(value):
        return "–"
    return f"{value:.2f}" if abs(value) < 10 else f"{value:.1f}"


def _print_opinions(console: Console, result: Analysis) -> None:
    """Print what NeuroKit2 says beside our numbers over the intervals as sent."""
    from rich.table import Table

    review = result.skin_review
    if review is not None:
        console.print(
            f"Skin, by a second decomposition (cvxEDA): {review.scr_per_min:.1f} responses a minute, "
            f"{review.scr_sum_microsiemens:.2f} µS of them a minute, level "
            f"{review.scl_microsiemens:.2f} µS.",
            soft_wrap=True,
        )
    if not result.second_opinion:
        return
    table = Table(box=None, pad_edge=False)
    for title in ("as sent", "ours", "NeuroKit2"):
        table.add_column(title, justify="left" if title == "as sent" else "right")
    table.add_column("difference", justify="right")
    table.add_column("because")
    for opinion in result.second_opinion:
        difference = opinion.difference_pct
        table.add_row(
            opinion.name,
            "–" if isnan(opinion.ours) else f"{opinion.ours:.4g}",
            "–" if isnan(opinion.theirs) else f"{opinion.theirs:.4g}",
            "–" if isnan(difference) else f"{difference:+.2f} %",
            opinion.why,
        )
    console.print()
    console.print(table)
