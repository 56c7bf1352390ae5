"""One beat through the pipeline, against NeuroKit2's ``hrv`` over the same five minutes."""

from __future__ import annotations

import time
import warnings
from typing import TYPE_CHECKING

import numpy as np

from benchmarks.heart_rhythm import rr_intervals_ms
from benchmarks.result import Result, in_turns
from biofeedback.pacing import BreathPattern
from biofeedback.runtime.session import PACER_STREAM
from biofeedback.samples import Chunk, StreamInfo, StreamKind
from biofeedback.signal.pipeline import Pipeline

if TYPE_CHECKING:
    from numpy.typing import NDArray

ROUNDS = 5
WINDOW_S = 300.0
# Beats of one round: about four minutes, so that what is due every few seconds is shared fairly.
N_BEATS = 300
TARGET = 1 / 300
STRAP = StreamInfo("strap", StreamKind.RR, ("rr_ms",))


def run() -> list[Result]:
    """Run both over one rhythm; the pipeline's windows are full before its beats are timed."""
    import neurokit2

    rr_ms = rr_intervals_ms(WINDOW_S + (ROUNDS + 2) * N_BEATS * 1.2)
    beat_s = np.cumsum(rr_ms) / 1000
    pipeline = Pipeline()
    parts_s = BreathPattern.at_rate(6.0).parts_s
    pipeline.push(Chunk(PACER_STREAM, np.zeros(1), np.array([[*parts_s, 0.0, 0.0]]), 0.0))
    names: set[str] = set()
    position = 0

    def push(until: int) -> None:
        nonlocal position
        for beat in range(position, until):
            t_s = float(beat_s[beat])
            for result in pipeline.push(
                Chunk(STRAP, np.array([t_s]), rr_ms[beat].reshape(1, 1), t_s)
            ):
                names.add(getattr(result, "name", "beat"))
        position = until

    push(int(np.searchsorted(beat_s, WINDOW_S)))

    def ours_us() -> float:
        began_s = time.perf_counter()
        push(position + N_BEATS)
        return (time.perf_counter() - began_s) / N_BEATS * 1e6

    def theirs_us() -> float:
        peaks = five_minutes_before(beat_s, position)
        began_s = time.perf_counter()
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            neurokit2.hrv(peaks, sampling_rate=1024)
        return (time.perf_counter() - began_s) * 1e6

    ours, theirs = in_turns([ours_us, theirs_us], ROUNDS)
    measures = ", ".join(sorted(names - {"beat"}))
    return [
        Result(
            "one beat",
            ours,
            theirs,
            "µs",
            TARGET,
            f"one RR interval through the pipeline: found fit or corrected, and every measure "
            f"brought up to date ({measures})",
            "neurokit2.hrv over the last five minutes: time, frequency and non-linear indices",
        )
    ]


def five_minutes_before(beat_s: NDArray[np.float64], position: int) -> NDArray[np.int64]:
    """Peaks of the last five minutes before a beat, as sample numbers at 1024 Hz."""
    now_s = beat_s[position - 1]
    recent_s = beat_s[(beat_s > now_s - WINDOW_S) & (beat_s <= now_s)]
    peaks: NDArray[np.int64] = np.rint((recent_s - recent_s[0]) * 1024).astype(np.int64)
    return peaks
