"""A day of RR intervals and skin conductance in five-minute windows, against one NeuroKit2 call."""

from __future__ import annotations

import json
import resource
import subprocess
import sys
import time
import warnings
from math import inf
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from benchmarks.heart_rhythm import rr_intervals_ms
from benchmarks.result import Result
from benchmarks.skin_cost import conductance

if TYPE_CHECKING:
    from numpy.typing import NDArray

DAY_S = 86400.0
EDA_HZ = 32.0
WINDOW_S = 300.0
MEMORY_MB = 400.0
_MODULE = "benchmarks.whole_day"


def intervals_ms() -> NDArray[np.float64]:
    """A day of one rhythm."""
    return rr_intervals_ms(DAY_S)


def ours() -> dict[str, float]:
    """Analyze the day; return seconds, megabytes at most, and windows."""
    from biofeedback.analysis import analyze
    from biofeedback.kinds import StreamKind
    from biofeedback.sessions.formats.recording import IMPORTED_RR, from_signals, imported_stream

    rr_ms = intervals_ms()
    skin = conductance(EDA_HZ, DAY_S)
    skin_s = np.arange(skin.size) / EDA_HZ
    began_s = time.process_time()
    recording = from_signals(
        "day",
        [
            (IMPORTED_RR, np.cumsum(rr_ms) / 1000.0, rr_ms),
            (imported_stream(StreamKind.EDA, EDA_HZ), skin_s, skin),
        ],
    )
    analysis = analyze(recording, window_s=WINDOW_S)
    n_measures = len(
        {
            name
            for window in analysis.windows
            for name, (value, _) in window.corrected.items()
            if np.isfinite(value)
        }
    )
    return {
        "s": time.process_time() - began_s,
        # Kilobytes on Linux; what SciPy, NumPy and the day's arrays take is in it.
        "mb": _peak_mb(),
        "windows": len(analysis.windows),
        "measures": n_measures,
    }


def _peak_mb() -> float:
    """Most memory that this program held, megabytes."""
    status = Path("/proc/self/status")
    if status.exists():
        # The other count begins with what the program held that started this one.
        held = next(line for line in status.read_text().splitlines() if line.startswith("VmHWM"))
        return float(held.split()[1]) / 1024.0
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024.0


def theirs() -> dict[str, float]:
    """Let NeuroKit2 compute the frequency domain of the same intervals."""
    import neurokit2

    rr_ms = intervals_ms()
    given = {"RRI": rr_ms, "RRI_Time": np.cumsum(rr_ms) / 1000.0}
    began_s = time.process_time()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        neurokit2.hrv_frequency(given)
    return {"s": time.process_time() - began_s}


def _alone(side: str) -> dict[str, float]:
    """Run one side in a process of its own, so that its memory is its own."""
    done = subprocess.run(
        [sys.executable, "-m", _MODULE, side], capture_output=True, text=True, check=True
    )
    found: dict[str, float] = json.loads(done.stdout)
    return found


def run() -> list[Result]:
    """Run both sides once, one after the other."""
    us, them = _alone("ours"), _alone("theirs")
    return [
        Result(
            "a whole day",
            1000.0 * us["s"],
            1000.0 * them["s"],
            "ms",
            1.0,
            f"24 h of RR intervals and 32 Hz skin conductance: beats judged, responses found, "
            f"{us['measures']:.0f} measures in each of {us['windows']:.0f} five-minute windows",
            "neurokit2.hrv_frequency of the same intervals, nothing else",
        ),
        Result(
            "memory of a whole day",
            us["mb"],
            MEMORY_MB,
            "MB",
            1.0,
            "all of the process at its largest, the recording included",
            "the most that it may take",
        ),
        floor(),
    ]


def floor() -> Result:
    """What NumPy needs to touch the day's samples once."""
    skin = conductance(EDA_HZ, DAY_S)
    rr_ms = intervals_ms()
    began_s = time.process_time()
    skin.mean()
    np.diff(rr_ms).std()
    floor_ms = 1000.0 * (time.process_time() - began_s)
    return Result(
        "floor of a whole day",
        floor_ms,
        floor_ms,
        "ms",
        inf,
        "the mean of the skin’s samples and the spread of the beats’ differences",
        "the same",
    )


if __name__ == "__main__":
    print(json.dumps({"ours": ours, "theirs": theirs}[sys.argv[1]]()))
