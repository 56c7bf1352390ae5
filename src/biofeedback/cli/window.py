"""Opens the window, with real sensors or as a demo."""

from __future__ import annotations

import gc
from math import isfinite
from typing import TYPE_CHECKING

from biofeedback.cli.display import has_display
from biofeedback.cli.library import Common, library_path, open_library
from biofeedback.errors import DisplayUnavailableError

if TYPE_CHECKING:
    from biofeedback.runtime.outputs import OutputPlan
    from biofeedback.runtime.replay import Replayable

__all__ = ["open_demo_window", "open_replay_window", "open_window"]


def open_window(common: Common) -> int:
    """Open the window on the person's own library; it asks for the passphrase itself.

    Returns
    -------
    int
        The exit code.

    Raises
    ------
    DisplayUnavailableError
        If there is no screen.
    """
    _need_display(common)
    # What is loaded now stays: looking for garbage among it only delays the first picture. The
    # window switches the collector on again once it is painted.
    gc.disable()
    try:
        from biofeedback.runtime.engine import Engine
        from biofeedback.ui.app import run

        library = None if common.passphrase_file is None else open_library(common, create=True)
        return run(Engine(), library=library, library_path=library_path(common))
    finally:
        gc.enable()


def open_demo_window(
    common: Common, speed: float, sends: OutputPlan, *, scenario: str | None = None
) -> int:
    """Open the window with the demo's library and simulated sensors at work."""
    from biofeedback.clock import SystemClock
    from biofeedback.devices.registry import NetworkSources
    from biofeedback.runtime.engine import Engine
    from biofeedback.ui.app import run

    engine = Engine(clock_factory=lambda: SystemClock(speed if isfinite(speed) else 1.0))
    engine.use_streams(NetworkSources(), sends)
    library = open_library(common, create=True)
    return run(
        engine, library=library, library_path=library_path(common), demo=True, scenario=scenario
    )


def open_replay_window(session: Replayable, speed: float) -> int:
    """Open the window on one recording, playing."""
    from biofeedback.runtime.engine import Engine
    from biofeedback.ui.app import run

    return run(Engine(), library=None, play=session, play_speed=speed)


def _need_display(common: Common) -> None:
    if common.headless or not has_display():
        msg = (
            "There is no screen to open a window on. "
            "Commands such as demo, record and replay work in the terminal; see --help."
        )
        raise DisplayUnavailableError(msg)
