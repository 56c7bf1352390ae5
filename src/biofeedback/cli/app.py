"""The commands as typer knows them.

Exit codes: 0 done, 1 the world refused (a sentence on stderr), 2 wrong usage.
"""

from __future__ import annotations

import sys
from typing import Annotated

import typer
from click import ClickException

from biofeedback import __version__
from biofeedback.cli import (
    analyze,
    demo,
    doctor,
    profile,
    record,
    replay,
    sensors,
    sessions,
    window,
)
from biofeedback.cli.library import Common
from biofeedback.cli.options import (
    Headless,
    LibraryPath,
    PassphraseFile,
)

__all__ = ["app", "run_command"]

# How click tells of Ctrl-C.
_STOPPED = 130

app = typer.Typer(
    name="biofeedback",
    help="Live biofeedback from Bluetooth sensors. Without a command the window opens.",
    no_args_is_help=False,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)
app.command("demo")(demo.demo)
app.command("sensors")(sensors.sensors)
app.command("record")(record.record)
app.command("replay")(replay.replay)
app.command("analyze")(analyze.analyze)
app.command("doctor")(doctor.doctor)
app.add_typer(sessions.app, name="sessions")
app.add_typer(profile.app, name="profile")


def _print_version(is_asked: bool) -> None:
    if is_asked:
        typer.echo(f"biofeedback {__version__}")
        raise typer.Exit


@app.callback(invoke_without_command=True)
def main(
    ctx: typer.Context,
    *,
    library: LibraryPath = None,
    passphrase_file: PassphraseFile = None,
    headless: Headless = False,
    version: Annotated[
        bool,
        typer.Option(
            "--version", callback=_print_version, is_eager=True, help="Print the version and leave."
        ),
    ] = False,
) -> None:
    """Live biofeedback from Bluetooth sensors. Without a command the window opens."""
    del version
    ctx.obj = Common(library, passphrase_file, headless)
    if ctx.invoked_subcommand is None:
        raise typer.Exit(window.open_window(ctx.obj))


def run_command(arguments: list[str]) -> int:
    """Run the command that arguments name; return its exit code.

    Raises
    ------
    BiofeedbackError
        When the world refused.
    """
    try:
        code = app(args=arguments, standalone_mode=False)
        sys.stdout.flush()
    except typer.Exit as leave:
        code = leave.exit_code
    except (KeyboardInterrupt, typer.Abort):
        code = _STOPPED
    except ClickException as wrong:
        wrong.show()
        return 2
    if code == _STOPPED:
        # The terminal shows ^C or a question without an answer: go on below it.
        typer.echo(err=True)
        return 1
    return code if isinstance(code, int) else 0
