"""Time-domain measures at each beat, against NeuroKit2's ``hrv_time`` over the same five minutes.

NeuroKit2 takes the heartbeats in two forms. Its documentation hands on the table that its own
detectors return, a row for each sample of the ECG; that is what the target is set against. An
array of peak positions costs it a third of that, and is told beside it.
"""

from __future__ import annotations

import time
import warnings
from math import inf
from typing import TYPE_CHECKING

import numpy as np

from benchmarks.heart_rhythm import WINDOW_S, five_minutes_before, rr_intervals_ms
from benchmarks.result import Result, in_turns
from biofeedback.signal import hrv
from biofeedback.signal.tachogram import Interval
from biofeedback.signal.time_domain import TimeDomain, TimeDomainWindow

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

ROUNDS = 9
N_BEATS = 1000
TARGET = 1 / 3000


def run() -> list[Result]:
    """Run both over one rhythm, and the same measures computed whole; all windows are full."""
    import neurokit2

    rr_ms = rr_intervals_ms(WINDOW_S + (ROUNDS + 2) * N_BEATS)
    beat_s = np.cumsum(rr_ms) / 1000
    intervals = [
        Interval(end_s, length_ms, follows=True)
        for end_s, length_ms in zip(beat_s.tolist(), rr_ms.tolist(), strict=True)
    ]
    window = TimeDomainWindow(WINDOW_S)
    position = int(np.searchsorted(beat_s, WINDOW_S))
    for interval in intervals[:position]:
        window.add(interval)

    def ours_us() -> float:
        nonlocal position
        began_s = time.perf_counter()
        for interval in intervals[position : position + N_BEATS]:
            window.add(interval)
            window.measures()
        took_s = time.perf_counter() - began_s
        position += N_BEATS
        return took_s / N_BEATS * 1e6

    def theirs_us(form: Callable[[NDArray[np.int64]], object]) -> float:
        peaks = form(five_minutes_before(beat_s, position))
        began_s = time.perf_counter()
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            neurokit2.hrv_time(peaks, sampling_rate=1024)
        return (time.perf_counter() - began_s) * 1e6

    def table(peaks: NDArray[np.int64]) -> object:
        form = neurokit2.signal_formatpeaks
        return form({"ECG_R_Peaks": peaks}, desired_length=peaks[-1] + 1, peak_indices=peaks)

    def of_the_window_ms() -> NDArray[np.float64]:
        is_inside = beat_s[:position] > beat_s[position - 1] - WINDOW_S
        window_ms: NDArray[np.float64] = rr_ms[:position][is_inside]
        return window_ms

    def whole_us() -> float:
        window_ms = of_the_window_ms()
        follows = np.arange(window_ms.size) > 0
        began_s = time.perf_counter()
        for _ in range(100):
            _whole(window_ms, follows)
        return (time.perf_counter() - began_s) / 100 * 1e6

    def floor_us() -> float:
        window_ms = of_the_window_ms()
        began_s = time.perf_counter()
        for _ in range(N_BEATS):
            window_ms.sum()
        return (time.perf_counter() - began_s) / N_BEATS * 1e6

    ours, of_table, of_array, whole, floor = in_turns(
        [ours_us, lambda: theirs_us(table), lambda: theirs_us(np.asarray), whole_us, floor_us],
        ROUNDS,
    )
    window_ms = of_the_window_ms()
    apart = np.abs(
        np.array(window.measures()) / np.array(_whole(window_ms, np.arange(window_ms.size) > 0)) - 1
    ).max()
    assert apart <= 1e-9, apart
    names = ", ".join(TimeDomain._fields)
    ours_is = (
        f"one interval in and out of the window, and {names} (equal to the whole to {apart:.0e})"
    )
    return [
        Result(
            "time-domain measures of one beat",
            ours,
            of_table,
            "µs",
            TARGET,
            ours_is,
            "neurokit2.hrv_time over the last five minutes, given the table of its detectors",
        ),
        Result(
            "time-domain measures of one beat, against an array of peaks",
            ours,
            of_array,
            "µs",
            inf,
            ours_is,
            "neurokit2.hrv_time over the last five minutes, given an array of peak positions",
        ),
        Result(
            "time-domain measures of one beat, against computing them whole",
            ours,
            whole,
            "µs",
            inf,
            ours_is,
            "our own functions for whole records over the same five minutes",
        ),
        Result(
            "time-domain measures of one beat, against the floor",
            ours,
            floor,
            "µs",
            inf,
            ours_is,
            "NumPy sums up the intervals of the same five minutes once",
        ),
    ]


def _whole(rr_ms: NDArray[np.float64], follows: NDArray[np.bool_]) -> TimeDomain:
    return TimeDomain(
        hrv.mean_rr_ms(rr_ms),
        hrv.sdnn_ms(rr_ms),
        hrv.rmssd_ms(rr_ms, follows),
        hrv.pnn50_pct(rr_ms, follows),
        hrv.pnn20_pct(rr_ms, follows),
        hrv.sd1_ms(rr_ms, follows),
        hrv.sd2_ms(rr_ms, follows),
    )
