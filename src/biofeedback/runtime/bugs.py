"""How a failure of our own is told in the log: what kind and where, never with which values."""

from __future__ import annotations

import logging
import traceback

__all__ = ["tell_bug"]

_LOG = logging.getLogger(__name__)


def tell_bug(what: str, error: BaseException) -> None:
    """Log a bug that was caught so that a session goes on.

    The error's text stays out, for it could hold a measurement or a name.

    Parameters
    ----------
    what
        What failed, such as ``the pipeline failed``.
    error
        What was caught.
    """
    frames = traceback.extract_tb(error.__traceback__)[-3:]
    where = ", ".join(f"{frame.name}:{frame.lineno}" for frame in frames)
    _LOG.error("%s: %s in %s", what, type(error).__name__, where)
