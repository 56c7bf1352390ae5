"""``python -m biofeedback`` and the ``biofeedback`` command."""

from __future__ import annotations

import sys


def main() -> None:
    """Run the command line; every error of the world becomes one sentence and exit code 1."""
    from biofeedback.cli import run  # noqa: PLC0415 - a module that is only asked for a name stays light

    sys.exit(run(sys.argv[1:]))


if __name__ == "__main__":
    main()
