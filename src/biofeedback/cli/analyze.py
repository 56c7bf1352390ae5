"""``biofeedback analyze``: every measure of any recording."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from biofeedback.cli.library import Common, library_path, open_library
from biofeedback.cli.options import (
    Headless,
    LibraryPath,
    PassphraseFile,
    common_of,
)
from biofeedback.errors import BiofeedbackError

if TYPE_CHECKING:
    from biofeedback.analysis import Analysis

__all__ = ["analyze", "print_analysis"]


def analyze(
    ctx: typer.Context,
    files: Annotated[
        list[str],
        typer.Argument(metavar="FILE…", help="Files of RR intervals, or ids of sessions."),
    ],
    *,
    as_json: Annotated[
        bool, typer.Option("--json", help="One JSON array, an object a file.")
    ] = False,
    uncorrected: Annotated[
        bool,
        typer.Option("--uncorrected", help="Take the intervals as they are, correct nothing."),
    ] = False,
    library: LibraryPath = None,
    passphrase_file: PassphraseFile = None,
    headless: Headless = False,
) -> None:
    """Compute every measure of recordings: files of RR intervals, or recorded sessions."""
    common = common_of(ctx, library, passphrase_file, headless=headless)
    results: list[Analysis] = []
    refused: list[BiofeedbackError] = []
    for name in files:
        try:
            results.append(_analyzed(name, common))
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


def _analyzed(name: str, common: Common) -> Analysis:
    from biofeedback.analysis import analyze as analyze_recording

    path = Path(name)
    if path.exists() or not _could_be_session(name, common):
        from biofeedback.sessions.formats import read

        return analyze_recording(read(path), name=name)
    library = open_library(common, create=False)
    try:
        row = library.find(name)
        return analyze_recording(library.load(row.session_id), name=name)
    finally:
        library.close()


def _could_be_session(name: str, common: Common) -> bool:
    return not Path(name).suffix and "/" not in name and library_path(common).exists()


def print_analysis(result: Analysis, *, is_corrected: bool) -> None:
    """Print a table of one recording's measures."""
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    console = Console(highlight=False)
    table = Table(title=Text(result.file), title_justify="left", box=None, pad_edge=False)
    table.add_column("measure")
    table.add_column("value", justify="right")
    table.add_column("unit")
    table.add_column("quality", justify="right")
    for row in result.rows(is_corrected=is_corrected):
        table.add_row(*row)
    console.print(table)
    console.print(
        f"{result.n_beats} beats in {result.duration_s:.0f} s; {result.correction_words}",
        soft_wrap=True,
    )
