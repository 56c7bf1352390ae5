"""Commands; each is a few lines over the packages below.

Without a command the window opens, and then nothing is loaded that only a terminal needs: a
person is waiting for the first picture.
"""

from __future__ import annotations

import sys
from contextlib import suppress

from biofeedback.cli.streams import abandon_output, prepare_streams
from biofeedback.errors import BiofeedbackError

__all__ = ["run"]


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
    except BiofeedbackError as error:
        _say(str(error))
    except (KeyboardInterrupt, BrokenPipeError):
        # Before there was a window to close; or the reader went away, as `head` does, and wants
        # to hear no more.
        return 1
    except OSError as error:
        _say(f"The system refused: {error.strerror or 'it does not say why'}.")
    except Exception as error:  # noqa: BLE001 - nobody should meet a traceback
        from biofeedback.runtime.bugs import tell_bug

        tell_bug("a command failed", error)
        _say("Something went wrong in the app itself. What was recorded is as it was.")
    finally:
        abandon_output()
    return 1


def _run(arguments: list[str]) -> int:
    if not arguments:
        from biofeedback.cli.library import Common
        from biofeedback.cli.window import open_window

        return open_window(Common())
    from biofeedback.cli.app import run_command

    return run_command(arguments)


def _say(words: str) -> None:
    with suppress(OSError):
        print(f"biofeedback: {words}", file=sys.stderr)  # noqa: T201 - the one place errors are said
