"""Where each guide stands in the gallery, and which signals it can follow."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from biofeedback.kinds import LinkState, StreamKind

if TYPE_CHECKING:
    from collections.abc import Iterable

    from biofeedback.runtime.snapshot import Snapshot

__all__ = ["GROUPS", "SIGNALS", "Place", "grouped", "place_of", "signals_present"]

GROUPS = ("breathing", "grounding", "release", "kindness", "others", "more")
"""The gallery's groups, in order."""

_HEART = frozenset({StreamKind.RR, StreamKind.PP, StreamKind.ECG, StreamKind.PPG})
SIGNALS: dict[str, frozenset[StreamKind]] = {
    "heart": _HEART,
    "skin": frozenset({StreamKind.EDA}),
    "breath": frozenset({StreamKind.RESPIRATION}),
    "muscle": frozenset({StreamKind.EMG}),
}
"""What a guide may follow, and the kinds of stream that tell of it."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where a guide stands.

    Parameters
    ----------
    group
        One of `GROUPS`.
    signals
        Which of `SIGNALS` it follows where they are there, those of most use first.
    is_for_two
        Whether two people use it together.
    """

    group: str
    signals: tuple[str, ...] = ()
    is_for_two: bool = False


_AROUSAL = ("skin", "heart")
# By the beginning of a guide's name, so that its variants stand beside it.
_PLACES = {
    "breathing": Place("breathing", ("heart", "breath", "skin")),
    "resonance": Place("breathing", ("heart", "breath")),
    "grounding": Place("grounding", _AROUSAL),
    "orienting": Place("grounding", _AROUSAL),
    "release": Place("release", ("muscle", "skin", "heart")),
    "muscle": Place("release", ("muscle", "skin", "heart")),
    "kindness": Place("kindness", _AROUSAL),
    "compassion": Place("kindness", _AROUSAL),
    "body-scan": Place("kindness", _AROUSAL),
    "check-in": Place("kindness"),
    "waves": Place("others", _AROUSAL),
    "together": Place("others", ("heart", "breath"), is_for_two=True),
}
_ELSEWHERE = Place("more", _AROUSAL)


def place_of(guide: str) -> Place:
    """Return where a guide stands; one that is new here stands at the end."""
    fitting = [name for name in _PLACES if guide.startswith(name)]
    return _PLACES[max(fitting, key=len)] if fitting else _ELSEWHERE


def grouped(guides: Iterable[str]) -> dict[str, tuple[str, ...]]:
    """Return the guides of each group that has any, in the order of `GROUPS`."""
    names = tuple(guides)
    found = {group: tuple(n for n in names if place_of(n).group == group) for group in GROUPS}
    return {group: members for group, members in found.items() if members}


def signals_present(snapshot: Snapshot) -> frozenset[str]:
    """Return which of `SIGNALS` some sensor delivers just now."""
    kinds: set[StreamKind] = set()
    for sensor_id, status in snapshot.present_sensors.items():
        if status.state is not LinkState.STREAMING:
            continue
        kinds.update(stream.kind for stream in status.streams)
        if status.has_rr or sensor_id in snapshot.hearts:
            kinds.add(StreamKind.RR)
        if sensor_id in snapshot.traces:
            kinds.add(snapshot.traces[sensor_id][0])
        if sensor_id in snapshot.waves:
            kinds.add(snapshot.waves[sensor_id].kind)
    return frozenset(name for name, known in SIGNALS.items() if known & kinds)
