"""Biofeedback: live body signals, honest measures, guides that follow, encrypted recordings.

The public API is small: `analyze` gives every measure of a recording, `read` reads one.
Both are loaded on first use, so that importing the package costs nothing.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from biofeedback.analysis import Analysis, analyze
    from biofeedback.sessions.formats import Recording, read

__version__ = "0.1.0"

__all__ = ["Analysis", "Recording", "__version__", "analyze", "read"]

_HOME = {
    "Analysis": "biofeedback.analysis",
    "analyze": "biofeedback.analysis",
    "Recording": "biofeedback.sessions.formats",
    "read": "biofeedback.sessions.formats",
}


def __getattr__(name: str) -> Any:  # noqa: ANN401 - the type is the exported object's own
    if name not in _HOME:
        msg = f"module {__name__!r} has no attribute {name!r}"
        raise AttributeError(msg)
    return getattr(import_module(_HOME[name]), name)
