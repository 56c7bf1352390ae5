"""Eight hours of session: what a beat costs at their end, and what memory grew by."""

from __future__ import annotations

import gc
import json
import subprocess
import sys
import time
import tracemalloc
from math import inf
from pathlib import Path

import numpy as np
import psutil

from benchmarks.heart_rhythm import rr_intervals_ms
from benchmarks.result import Result, in_turns
from biofeedback.pacing import PRESETS
from biofeedback.runtime.live import LiveSession
from biofeedback.runtime.snapshot import SessionPlan
from biofeedback.samples import Chunk, StreamInfo, StreamKind

ROUNDS = 15
HOURS = 8
# Until then windows fill and caches warm up; from then on nothing may grow.
WARM_S = 600.0
COST_TARGET = 1.1
MEMORY_TARGET = 1.05
EDA_RATE_HZ = 8
BELT_RATE_HZ = 20
STRAP = StreamInfo("strap", StreamKind.RR, ("rr_ms",))
SKIN = StreamInfo("skin", StreamKind.EDA, ("sc_microsiemens",), EDA_RATE_HZ)
BELT = StreamInfo("belt", StreamKind.RESPIRATION, ("belt_au",), BELT_RATE_HZ)


class Session:
    """A live session led at six breaths a minute, fed by three sensors a beat at a time."""

    def __init__(self, rr_ms: list[float]) -> None:
        self._rr_ms = rr_ms
        self._live = LiveSession(0.0, plan=SessionPlan("breathing", PRESETS["gentle"]))
        self._live.begin_guide(0.0)
        self._rng = np.random.default_rng(2)
        self._beat = 0
        self._sampled_s = {SKIN: 0.0, BELT: 0.0}
        self.t_s = 0.0

    def go_on(self, until_s: float) -> int:
        """Feed everything up to a time and make a snapshot at each beat; return the beats."""
        first = self._beat
        while self.t_s < until_s:
            rr_ms = self._rr_ms[self._beat % len(self._rr_ms)]
            self._beat += 1
            self.t_s += rr_ms / 1000
            for stream in (SKIN, BELT):
                self._regular(stream)
            self._live.chunk(Chunk(STRAP, np.array([self.t_s]), np.array([[rr_ms]]), self.t_s))
            self._live.advance(self.t_s)
            self._live.snapshot(self.t_s)
        return self._beat - first

    def cost_us(self, seconds: float) -> float:
        """Return the time that one beat took over the next seconds."""
        began_s = time.perf_counter()
        n_beats = self.go_on(self.t_s + seconds)
        return (time.perf_counter() - began_s) / n_beats * 1e6

    def _regular(self, stream: StreamInfo) -> None:
        assert stream.rate_hz is not None
        start_s = self._sampled_s[stream]
        count = int((self.t_s - start_s) * stream.rate_hz)
        if not count:
            return
        t_s = start_s + np.arange(1, count + 1) / stream.rate_hz
        if stream is SKIN:
            # A slow level, and a response every 20 s.
            since_s = t_s % 20
            values = 5 + np.sin(t_s / 200) + 0.4 * since_s * np.exp(1 - since_s) / 2
        else:
            values = 10 + 4 * np.sin(2 * np.pi * 0.1 * t_s)
        values = values + 0.002 * self._rng.normal(size=count)
        self._sampled_s[stream] = float(t_s[-1])
        self._live.chunk(Chunk(stream, t_s, values[:, None], self.t_s))


def run() -> list[Result]:
    """Compare a beat in hour 8 with one in minute 1, and memory at the end with memory early on."""
    rr_ms = rr_intervals_ms(3600.0).tolist()
    late = Session(rr_ms)
    late.go_on((HOURS - 1) * 3600.0)
    early_us, warm_us, late_us = in_turns(
        [
            lambda: Session(rr_ms).cost_us(60.0),
            lambda: _warm(rr_ms).cost_us(60.0),
            lambda: late.cost_us(60.0),
        ],
        ROUNDS,
    )
    everything = "one beat with its skin conductance and breathing samples through guide, pipeline "
    everything += "and view, and a snapshot:"
    rss_mb, rss_late_mb = _memory("rss")
    traced_mb, traced_late_mb = _memory("traced")
    return [
        Result(
            "a beat in hour 8",
            late_us,
            warm_us,
            "µs",
            COST_TARGET,
            f"{everything} in hour {HOURS}",
            f"the same in minute {WARM_S / 60 + 1:g}, the first with every window full",
        ),
        Result(
            "a beat in hour 8, against the very first minute",
            late_us,
            early_us,
            "µs",
            inf,
            f"{everything} in hour {HOURS}",
            "the same in minute 1, in which coherence and others still wait for their window",
        ),
        Result(
            "memory after 8 hours",
            rss_late_mb,
            rss_mb,
            "MB",
            MEMORY_TARGET,
            f"the process at the end of hour {HOURS}",
            f"the process after {WARM_S / 60:g} minutes",
        ),
        Result(
            "memory held by Python's objects after 8 hours",
            rss_mb + traced_late_mb - traced_mb,
            rss_mb,
            "MB",
            MEMORY_TARGET,
            f"the process after {WARM_S / 60:g} minutes, and what objects allocated since then "
            f"({traced_late_mb - traced_mb:.2f} MB) hold at the end of hour {HOURS}",
            f"the process after {WARM_S / 60:g} minutes",
        ),
    ]


def _warm(rr_ms: list[float]) -> Session:
    session = Session(rr_ms)
    session.go_on(WARM_S)
    return session


def _memory(kind: str) -> tuple[float, float]:
    """Return megabytes early and late, measured in a process that does nothing else."""
    done = subprocess.run(
        [sys.executable, "-m", "benchmarks.eight_hours", kind],
        cwd=Path(__file__).resolve().parents[1],
        capture_output=True,
        text=True,
        check=True,
    )
    early_mb, late_mb = json.loads(done.stdout)
    return early_mb, late_mb


def _measure_memory(kind: str) -> tuple[float, float]:
    if kind == "traced":
        tracemalloc.start()

    def now_mb() -> float:
        gc.collect()
        if kind == "traced":
            return tracemalloc.get_traced_memory()[0] / 1e6
        return float(psutil.Process().memory_info().rss) / 1e6

    session = _warm(rr_intervals_ms(3600.0).tolist())
    early_mb = now_mb()
    session.go_on(HOURS * 3600.0)
    return early_mb, now_mb()


if __name__ == "__main__":
    print(json.dumps(_measure_memory(sys.argv[1])))
