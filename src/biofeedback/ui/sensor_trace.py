"""What a sensor's strip shows: its waveform in its true shape, else the slow line of what it sends."""

from __future__ import annotations

from dataclasses import dataclass
from math import inf, isfinite
from typing import TYPE_CHECKING, Final

import numpy as np

from biofeedback.kinds import StreamKind
from biofeedback.ui.widgets.trace_points import runs_of
from biofeedback.ui.widgets.wave_points import points_of, wave_points

if TYPE_CHECKING:
    from collections.abc import Sequence

    from biofeedback.runtime.snapshot import Snapshot, Wave
    from biofeedback.samples import Beat
    from biofeedback.ui.widgets.trace_points import Run

__all__ = ["Trace", "trace_of"]

WAVE_WINDOW_S: Final = 6.0
SLOW_WINDOW_S: Final = 30.0
# A waveform that is this old is over: the sensor may still send something slower.
_WAVE_OVER_S: Final = 3.0
# A slow stream with a hole as long as this is drawn with a hole.
_SLOW_HOLE_S: Final = 1.5
# Temperatures and the like may come every few seconds by nature.
_HOLE_STEPS: Final = 3.5

_ROLES: Final = {
    StreamKind.ECG: "ecg",
    StreamKind.PPG: "heart",
    StreamKind.RR: "heart",
    StreamKind.EDA: "skin",
    StreamKind.RESPIRATION: "breathing",
    StreamKind.EMG: "muscle",
}
# Noise of the last digit must not look like a signal. Breath, pulse and what is of unknown unit
# have no such measure.
_LEAST_SPANS: Final = {
    StreamKind.ECG: 150.0,  # µV
    StreamKind.RR: 6.0,  # bpm, as it is drawn
    StreamKind.EDA: 0.1,  # µS
    StreamKind.EMG: 1.0,  # µV
    StreamKind.TEMPERATURE: 0.2,  # °C
}


@dataclass(frozen=True, slots=True, eq=False)
class Trace:
    """What to draw.

    Parameters
    ----------
    kind
        What it is.
    runs
        Unbroken stretches, oldest first.
    window_s
        How much of the past to show.
    is_wave
        Whether it is a waveform, which looks well only when it moves evenly.
    """

    kind: StreamKind
    runs: Sequence[Run]
    window_s: float
    is_wave: bool

    @property
    def role(self) -> str:
        """The theme's color for it."""
        return _ROLES.get(self.kind, "muted")

    @property
    def least_span(self) -> float:
        """How much the height spans at least, in its unit."""
        return _LEAST_SPANS.get(self.kind, 1e-9)

    @property
    def last_s(self) -> float:
        """When its newest sample was taken."""
        return float(self.runs[-1][0][-1])


def trace_of(snapshot: Snapshot, sensor_id: str) -> Trace | None:
    """Return what to draw for a sensor, ``None`` while there is nothing."""
    wave = snapshot.waves.get(sensor_id)
    wave_s = -inf if wave is None or wave.t_s.size < 2 else float(wave.t_s[-1])
    if wave is not None and snapshot.t_s - wave_s < _WAVE_OVER_S:
        return _fast(wave)
    slow = _beats(snapshot, sensor_id) or _slow(snapshot, sensor_id)
    if wave is None or (slow is not None and slow.last_s > wave_s):
        return slow
    return _fast(wave)


def _fast(wave: Wave) -> Trace | None:
    step_s = float(np.median(np.diff(wave.t_s))) if wave.t_s.size > 1 else 0.0
    runs = runs_of(wave.t_s, wave.values, max(_HOLE_STEPS * step_s, 0.1))
    return Trace(wave.kind, runs, WAVE_WINDOW_S, is_wave=True) if runs else None


def _beats(snapshot: Snapshot, sensor_id: str) -> Trace | None:
    beats: tuple[Beat, ...] = snapshot.hearts.get(sensor_id, ())
    if not beats:
        return None
    points = wave_points(beats)
    ended_s = next((b.t_s for b in reversed(beats) if isfinite(b.rr_ms)), float("nan"))
    if snapshot.beats[-1:] == beats[-1:]:
        points += points_of(snapshot.pending, ended_s)
    if not points:
        return None
    t_s = np.array([point.t_s for point in points])
    bpm = np.array([point.bpm for point in points])
    cuts = [at for at, point in enumerate(points) if at and not point.is_joined]
    runs = list(zip(np.split(t_s, cuts), np.split(bpm, cuts), strict=True))
    return Trace(StreamKind.RR, runs, SLOW_WINDOW_S, is_wave=False)


def _slow(snapshot: Snapshot, sensor_id: str) -> Trace | None:
    kind, samples = snapshot.traces.get(sensor_id, (StreamKind.OTHER, ()))
    if not samples:
        return None
    table = np.array(samples)
    t_s, values = table[:, 0], table[:, 1]
    step_s = float(np.median(np.diff(t_s))) if t_s.size > 1 else 0.0
    runs = runs_of(t_s, values, max(_HOLE_STEPS * step_s, _SLOW_HOLE_S))
    return Trace(kind, runs, SLOW_WINDOW_S, is_wave=False) if runs else None
