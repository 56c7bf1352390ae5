"""``python -m biofeedback`` and the ``biofeedback`` command."""

from __future__ import annotations

import os
import signal
import sys


def main() -> None:
    """Run the command line; every error of the world becomes one sentence and exit code 1."""
    # Ctrl-C while everything is being loaded: nothing is open yet, so simply leave.
    signal.signal(signal.SIGINT, lambda *_: os._exit(1))
    from biofeedback.cli import run  # noqa: PLC0415 - a module that is only asked for a name stays light

    signal.signal(signal.SIGINT, signal.default_int_handler)
    code = run(sys.argv[1:])
    # All is done and said: a Ctrl-C from here on must not look as if it was not.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    sys.exit(code)


if __name__ == "__main__":
    main()
