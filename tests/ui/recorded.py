"""A library with real recordings in it, made in a moment."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

import numpy as np

from biofeedback.pacing import PRESETS
from biofeedback.runtime.snapshot import SessionPlan
from biofeedback.samples import Chunk, Command, StreamInfo, StreamKind
from ui.engine_double import STRAP, EngineDouble, a_summary, breathing_beats

if TYPE_CHECKING:
    from biofeedback.sessions.library import Library
    from biofeedback.ui.shell import Shell

STARTED = datetime(2026, 11, 19, 14, 5, tzinfo=UTC)


def record(library: Library, *, seconds: float = 40.0, is_complete: bool = True) -> str:
    """Record paced breathing as an engine would and return the session's id."""
    recorder = library.record(STARTED, guide="breathing", plan={}, sensors=(STRAP,))
    parts = PRESETS["gentle"]
    recorder.put(
        Command(
            0.0,
            "begin",
            {
                "in_s": parts.in_s,
                "hold_in_s": 0.0,
                "out_s": parts.out_s,
                "hold_out_s": 0.0,
                "duration_s": seconds,
            },
        )
    )
    stream = StreamInfo(STRAP.sensor_id, StreamKind.RR, ("rr_ms",))
    for beat in breathing_beats(seconds):
        recorder.put(Chunk(stream, np.array([beat.t_s]), np.array([[beat.rr_ms]]), beat.t_s))
        recorder.put(beat)
    if is_complete:
        recorder.put(Command(seconds, "end"))
        recorder.close()
    return recorder.session_id


def ended(shell: Shell, engine: EngineDouble, library: Library) -> str:
    """Bring the window to the end of a session that is in the library."""
    session_id = record(library)
    shell.use_library(library)
    engine.begin(SessionPlan("breathing", PRESETS["gentle"], 600.0))
    shell.tick()
    engine.ended_with = a_summary(session_id=session_id)
    engine.end()
    shell.tick()
    assert shell.page is shell.pages.summary
    return session_id
