"""Commands; each is a few lines over the packages below.

Exit codes: 0 done, 1 the world refused (a sentence on stderr), 2 wrong usage.
"""

from __future__ import annotations

import os
import sys
from typing import Annotated

import typer
from click import ClickException

from biofeedback import __version__
from biofeedback.cli import analyze, demo, doctor, record, replay, sensors, sessions, window
from biofeedback.cli.options import Common, Headless, LibraryPath, PassphraseFile
from biofeedback.errors import BiofeedbackError

__all__ = ["app", "run"]

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
        window.open_window(ctx.obj)


def run(arguments: list[str]) -> int:
    """Run one command.

    Parameters
    ----------
    arguments
        What stands behind the program's name.

    Returns
    -------
    int
        The exit code.
    """
    try:
        code = app(args=arguments, standalone_mode=False)
    except typer.Exit as leave:
        return leave.exit_code
    except BiofeedbackError as error:
        print(f"biofeedback: {error}", file=sys.stderr)  # noqa: T201 - the one place errors are said
        return 1
    except (KeyboardInterrupt, typer.Abort):
        return 1
    except BrokenPipeError:
        # The reader went away, as `head` does. Nothing is left to say, not even at exit.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 1
    except ClickException as wrong:
        wrong.show()
        return 2
    return code if isinstance(code, int) else 0
