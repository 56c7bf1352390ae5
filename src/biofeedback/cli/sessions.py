"""``biofeedback sessions``: what is kept, and what can be done with it."""

from __future__ import annotations

import json
from contextlib import contextmanager
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
from biofeedback.cli.terminal_words import clock_words

if TYPE_CHECKING:
    from collections.abc import Iterator

    from biofeedback.samples import Gap
    from biofeedback.sessions.library import Library, SessionRow

__all__ = ["app"]

app = typer.Typer(
    help="List, show, export, verify and delete recorded sessions.",
    no_args_is_help=True,
    rich_markup_mode=None,
)

SessionId = Annotated[str, typer.Argument(metavar="ID", help="A session's id or its beginning.")]
# A lossy link may leave hundreds: more than these are for a program to read.
_MAX_GAPS_TOLD = 20

AsJson = Annotated[bool, typer.Option("--json", help="Machine-readable.")]


@contextmanager
def _opened(common: Common) -> Iterator[Library]:
    library = open_library(common, create=False)
    try:
        yield library
    finally:
        library.close()


@app.callback()
def _sessions(
    ctx: typer.Context,
    *,
    library: LibraryPath = None,
    passphrase_file: PassphraseFile = None,
    headless: Headless = False,
) -> None:
    ctx.obj = common_of(ctx, library, passphrase_file, headless=headless)


@app.command("list")
def list_sessions(
    ctx: typer.Context,
    *,
    as_json: AsJson = False,
    library: LibraryPath = None,
    passphrase_file: PassphraseFile = None,
    headless: Headless = False,
) -> None:
    """List the sessions, newest first."""
    common = common_of(ctx, library, passphrase_file, headless=headless)
    rows: tuple[SessionRow, ...] = ()
    if library_path(common).exists():
        with _opened(common) as opened:
            rows = opened.sessions()
    if as_json:
        typer.echo(json.dumps([_plain(row) for row in rows], indent=2))
        return
    if not rows:
        typer.echo(f"No sessions in {library_path(common)} yet.")
    for row in rows:
        typer.echo(_line(row))


@app.command()
def show(
    ctx: typer.Context,
    session: SessionId,
    *,
    as_json: AsJson = False,
    library: LibraryPath = None,
    passphrase_file: PassphraseFile = None,
    headless: Headless = False,
) -> None:
    """Show one session: when, with what, its measures, and where something is missing."""
    from biofeedback.analysis import analyze
    from biofeedback.cli.analyze import print_analysis
    from biofeedback.samples import Decision, Gap

    with _opened(common_of(ctx, library, passphrase_file, headless=headless)) as opened:
        row = opened.find(session)
        recorded = opened.load(row.session_id)
        result = analyze(recorded, name=row.session_id)
        gaps, n_decisions = list(recorded.events(Gap)), recorded.count(Decision)
        answers = opened.answers(row.session_id)
        if as_json:
            plain = {
                **_plain(row),
                "decisions": n_decisions,
                "answers": answers,
                "gaps": [_plain_gap(gap) for gap in gaps],
                "analysis": result.plain(is_corrected=True),
            }
            typer.echo(json.dumps(plain, indent=2))
            return
        typer.echo(_line(row))
        if row.note:
            typer.echo(f"Note: {row.note}")
        if n_decisions:
            words = "decision" if n_decisions == 1 else "decisions"
            typer.echo(f"Guide: {n_decisions} {words}; an export has each with its reason.")
        if answers:
            said = ", ".join(f"{name} {_answer(value)}" for name, value in answers.items())
            typer.echo(f"Afterwards: {said}")
        print_analysis(result, is_corrected=True)
        _tell_gaps(gaps)


@app.command()
def export(
    ctx: typer.Context,
    session: SessionId,
    *,
    out: Annotated[Path, typer.Option("--out", metavar="DIR", help="Where the files go.")],
    file_format: Annotated[str, typer.Option("--format", help="csv.")] = "csv",
    overwrite: Annotated[
        bool, typer.Option("--overwrite", help="Replace files that are there.")
    ] = False,
    library: LibraryPath = None,
    passphrase_file: PassphraseFile = None,
    headless: Headless = False,
) -> None:
    """Write a session as plain files. They are not encrypted: keep them as you would a letter."""
    if file_format != "csv":
        msg = f"no format {file_format!r}; there is csv"
        raise typer.BadParameter(msg)
    from biofeedback.sessions.formats.csv_export import export_csv

    with _opened(common_of(ctx, library, passphrase_file, headless=headless)) as opened:
        row = opened.find(session)
        recorded, answers = opened.load(row.session_id), opened.answers(row.session_id)
        for path in export_csv(recorded, out, answers=answers, overwrite=overwrite):
            typer.echo(str(path))


@app.command()
def verify(
    ctx: typer.Context,
    session: Annotated[
        str | None, typer.Argument(metavar="[ID]", help="One session; all by default.")
    ] = None,
    *,
    recompute: Annotated[
        bool,
        typer.Option("--replay", help="Also compute every measure again and compare bit for bit."),
    ] = False,
    library: LibraryPath = None,
    passphrase_file: PassphraseFile = None,
    headless: Headless = False,
) -> None:
    """Check that what was recorded can be read, whole and unchanged."""
    from biofeedback.errors import LibraryDamagedError
    from biofeedback.runtime.verify import replay_findings

    with _opened(common_of(ctx, library, passphrase_file, headless=headless)) as opened:
        rows = opened.sessions() if session is None else (opened.find(session),)
        found = [str(finding) for finding in opened.verify(rows[0].session_id if session else None)]
        if recompute:
            for row in rows:
                found += replay_findings(opened.load(row.session_id))
    for words in found:
        typer.echo(words)
    if found:
        msg = f"{len(found)} findings. What they name cannot be trusted; the rest can."
        raise LibraryDamagedError(msg)
    typer.echo(f"{len(rows)} {'session' if len(rows) == 1 else 'sessions'}, all clean.")


@app.command()
def delete(
    ctx: typer.Context,
    session: SessionId,
    *,
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask.")] = False,
    library: LibraryPath = None,
    passphrase_file: PassphraseFile = None,
    headless: Headless = False,
) -> None:
    """Delete a session for good."""
    with _opened(common_of(ctx, library, passphrase_file, headless=headless)) as opened:
        row = opened.find(session)
        if not yes:
            typer.confirm(f"Delete the session of {_line(row)} for good?", abort=True)
        opened.delete(row.session_id)
    typer.echo(f"Deleted {row.session_id}.")


def _plain(row: SessionRow) -> dict[str, object]:
    return {
        "id": row.session_id,
        "started": row.started_utc.isoformat(),
        "duration_s": row.duration_s,
        "sensors": list(row.sensors),
        "guide": row.guide,
        "beats": row.n_beats,
        "complete": row.is_complete,
    }


def _line(row: SessionRow) -> str:
    started = row.started_utc.astimezone().strftime("%Y-%m-%d %H:%M")
    words = "" if row.is_complete else " · interrupted, all but its last second kept"
    return (
        f"{row.session_id}  {started}  {clock_words(row.duration_s):>8}  "
        f"{row.guide or 'no guide':<10} {', '.join(row.sensors)}{words}"
    )


def _answer(value: float | str) -> str:
    return value if isinstance(value, str) else f"{value:g}"


def _plain_gap(gap: Gap) -> dict[str, object]:
    return {
        "start_s": gap.start_s,
        "t_s": gap.t_s,
        "source": gap.source,
        "reason": gap.reason.value,
        "n_lost": gap.n_lost,
    }


def _tell_gaps(gaps: list[Gap]) -> None:
    if gaps:
        typer.echo("Gaps:")
    for gap in gaps[:_MAX_GAPS_TOLD]:
        lost = "" if gap.n_lost is None else f", {gap.n_lost} samples"
        typer.echo(
            f"  {clock_words(gap.start_s):>8}  {gap.t_s - gap.start_s:7.1f} s  "
            f"{gap.source}  ({gap.reason.value}{lost})"
        )
    if len(gaps) > _MAX_GAPS_TOLD:
        typer.echo(f"  and {len(gaps) - _MAX_GAPS_TOLD} more; --json lists them all.")
