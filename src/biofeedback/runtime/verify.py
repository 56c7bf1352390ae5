"""Whether a recording still gives the numbers that were recorded with it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from biofeedback.errors import FormatError
from biofeedback.runtime.replay import replay_results
from biofeedback.samples import (
    Beat,
    Breath,
    Chunk,
    Command,
    Decision,
    GuideState,
    Metric,
    Result,
    Scr,
)

if TYPE_CHECKING:
    from collections.abc import Iterable

    from biofeedback.sessions.library import RecordedSession

__all__ = ["replay_findings"]

_KINDS: tuple[type, ...] = (Beat, Breath, Scr, Metric, GuideState, Decision)


def replay_findings(session: RecordedSession) -> list[str]:
    """Compute a recorded session again and compare, bit for bit.

    Parameters
    ----------
    session
        A recorded session.

    Returns
    -------
    list of str
        What differs, in words; empty when nothing does. A session that was interrupted is
        compared up to where it broke off.
    """
    inputs = session.events(Chunk, Command)
    try:
        again = _by_kind(replay_results(inputs, session.duration_s))  # type: ignore[arg-type]  # as asked for
    except FormatError as error:
        return [f"Session {session.row.session_id}: {error}"]
    recorded = _by_kind(session.events(*_KINDS))  # type: ignore[arg-type]  # as asked for
    findings = []
    for kind in _KINDS:
        now, then = again[kind], recorded[kind]
        n_same = next(
            (i for i, (a, b) in enumerate(zip(now, then, strict=False)) if a != b),
            min(len(now), len(then)),
        )
        is_whole = len(now) == len(then) or (not session.row.is_complete and len(now) > len(then))
        if n_same < min(len(now), len(then)) or not is_whole:
            findings.append(
                f"Session {session.row.session_id}: {kind.__name__} {n_same + 1} of {len(then)} "
                "computes differently now. The recorded signals are as they were."
            )
    return findings


def _by_kind(results: Iterable[Result]) -> dict[type, list[str]]:
    sorted_out: dict[type, list[str]] = {kind: [] for kind in _KINDS}
    for result in results:
        # repr is exact for floats, and says nan equals nan, which == does not.
        sorted_out[type(result)].append(repr(result))
    return sorted_out
