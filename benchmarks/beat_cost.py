"""One beat through the pipeline, against NeuroKit2's ``hrv`` over the same five minutes."""

from __future__ import annotations

import time
import warnings
from math import inf

import numpy as np

from benchmarks.heart_rhythm import WINDOW_S, five_minutes_before, rr_intervals_ms
from benchmarks.result import Result, in_turns
from biofeedback.pacing import BreathPattern
from biofeedback.runtime.session import PACER_STREAM
from biofeedback.samples import Chunk, StreamInfo, StreamKind
from biofeedback.signal.pipeline import Pipeline

ROUNDS = 5
# Beats of one round: about four minutes, so that what is due every few seconds is shared fairly.
N_BEATS = 300
TARGET = 1 / 1000
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

    def floor_us() -> float:
        window_ms = rr_ms[position - five_minutes_before(beat_s, position).size : position].copy()
        began_s = time.perf_counter()
        for _ in range(N_BEATS):
            window_ms.sum()
        return (time.perf_counter() - began_s) / N_BEATS * 1e6

    ours, theirs, floor = in_turns([ours_us, theirs_us, floor_us], ROUNDS)
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
        ),
        Result(
            "one beat, against the floor",
            ours,
            floor,
            "µs",
            inf,
            "as above",
            "NumPy sums up the intervals of the same five minutes once",
        ),
    ]
