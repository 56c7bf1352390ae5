"""Commands; each is a few lines over the packages below.

Exit codes: 0 done, 1 the world refused (a sentence on stderr), 2 wrong usage.
"""

from __future__ import annotations

import sys
from contextlib import suppress
from typing import Annotated

import typer
from click import ClickException

from biofeedback import __version__
from biofeedback.cli import analyze, demo, doctor, record, replay, sensors, sessions, window
from biofeedback.cli.options import Common, Headless, LibraryPath, PassphraseFile
from biofeedback.cli.streams import abandon_output, prepare_streams
from biofeedback.errors import BiofeedbackError
from biofeedback.runtime.bugs import tell_bug

__all__ = ["app", "run"]

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
    prepare_streams()
    try:
        return _run(arguments)
    except BrokenPipeError:
        return 1  # the reader went away, as `head` does, and wants to hear no more
    except OSError as error:
        _say(f"The system refused: {error.strerror or 'it does not say why'}.")
        return 1
    except Exception as error:  # noqa: BLE001 - nobody should meet a traceback
        tell_bug("a command failed", error)
        _say("Something went wrong in the app itself. What was recorded is as it was.")
        return 1
    finally:
        abandon_output()


def _run(arguments: list[str]) -> int:
    try:
        code = app(args=arguments, standalone_mode=False)
        sys.stdout.flush()
    except typer.Exit as leave:
        code = leave.exit_code
    except BiofeedbackError as error:
        _say(str(error))
        return 1
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


def _say(words: str) -> None:
    with suppress(OSError):
        typer.echo(f"biofeedback: {words}", err=True)
