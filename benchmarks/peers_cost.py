"""A beat, a second of ECG and a second of skin conductance beside every peer, in one run.

NeuroKit2 runs with this project's own NumPy, the others in an environment of their own, each in
a process that answers when it is asked, so that all sides are measured in turns. What counts is
each process's own time (`benchmarks.result.Stopwatch`), all of them on one core. Left to roam,
our process once came out 1.6 times slower for a whole run, the plain sum over the same data with
it, and the peers' did not: a beat then stood at 1/920 of neurokit2.hrv, and at 1/1370 to 1/1650
on either core. Why is not known.

pyHRV and hrv-analysis find no R-peaks of their own (pyHRV hands an ECG to BioSPPy), and of the
others only NeuroKit2 and BioSPPy know skin conductance.
"""

from __future__ import annotations

import os
import sys
from contextlib import ExitStack, contextmanager
from functools import partial
from math import inf
from typing import TYPE_CHECKING, Any

import numpy as np

from benchmarks import ecg_cost
from benchmarks.peers.calls import CALLS
from benchmarks.peers.environment import NoPeersError, peers_python
from benchmarks.peers.ours import ECG_CHUNK, Beats, Ecg, Skin, TimeDomainBeats
from benchmarks.peers.timer import Timer
from benchmarks.result import LeftOut, Result, Stopwatch, in_turns
from biofeedback.signal import hrv

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from numpy.typing import NDArray

    from benchmarks.peers.ours import Stream

BEAT_ROUNDS = 5
SECOND_ROUNDS = 9
N_FLOOR = 1000
# All that a double of some tens holds after the six decimals that systole rounds to.
RMSSD_TOLERANCE_MS = 1e-6
# These take the slow changes out before they compute RMSSD, so it is another number.
DETRENDS_FIRST = {"biosppy.signals.hrv.hrv", "biosppy.signals.hrv.hrv of time"}

BEAT_CALLS = {
    "neurokit2.hrv": 1 / 1000,
    "neurokit2.hrv_time": inf,
    "neurokit2.hrv_frequency": inf,
    "pyhrv.hrv": inf,
    "pyhrv without figures": inf,
    "hrvanalysis": inf,
    "heartpy.process_rr": inf,
    "biosppy.signals.hrv.hrv": inf,
    "systole.hrv.all_domain": inf,
    "systole.hrv.time_domain": inf,
    "systole.hrv.frequency_domain": inf,
}
TIME_DOMAIN_CALLS = (
    "neurokit2.hrv_time",
    "pyhrv.time_domain",
    "hrvanalysis.get_time_domain_features",
    "heartpy.process_rr without spectrum",
    "biosppy.signals.hrv.hrv of time",
    "systole.hrv.time_domain",
)
ECG_CALLS = {
    "neurokit2.ecg_process": ecg_cost.TARGET,
    "neurokit2.ecg_clean and ecg_peaks": inf,
    "biosppy.signals.ecg.ecg": inf,
    "systole.detection.ecg_peaks": inf,
    "heartpy.process": inf,
}


class Peers:
    """The worker for each package; those of packages that are not to be had answer nothing."""

    def __init__(self, stack: ExitStack) -> None:
        self.own = stack.enter_context(Timer(sys.executable))
        self.older: Timer | None = None
        self.why = ""
        try:
            self.older = stack.enter_context(Timer(peers_python()))
        except NoPeersError as problem:
            self.why = str(problem)

    def worker(self, call: str) -> Timer | None:
        """Return the process that has a call's package."""
        return self.own if CALLS[call].package == "neurokit2" else self.older


def run() -> list[Result | LeftOut]:
    """Measure what can be had; what cannot is named with its reason."""
    with ExitStack() as stack:
        # First, so that the workers inherit it.
        stack.enter_context(_one_core())
        peers = Peers(stack)
        results: list[Result | LeftOut] = []
        if peers.older is None:
            results.append(LeftOut("pyHRV, hrv-analysis, HeartPy, BioSPPy and systole", peers.why))
        results += _beat(peers)
        results += _time_domain(peers)
        results += _ecg(peers)
        for rate_hz in (4.0, 32.0):
            results += _skin(peers, rate_hz)
    return results


@contextmanager
def _one_core() -> Iterator[None]:
    """Keep this process, and those it starts, on one core, where the system can do that."""
    if sys.platform != "linux":
        yield
        return
    before = os.sched_getaffinity(0)
    os.sched_setaffinity(0, {max(before)})
    try:
        yield
    finally:
        os.sched_setaffinity(0, before)


def _beat(peers: Peers) -> list[Result | LeftOut]:
    stream = Beats(BEAT_ROUNDS + 3)
    us, answers, left_out = _in_turns("one beat", peers, stream, list(BEAT_CALLS), BEAT_ROUNDS)
    _live_value_is_right(stream)
    window_ms = stream.window()
    rmssd_ms = hrv.rmssd_ms(window_ms, np.arange(window_ms.size) > 0)
    names = stream.measures()
    ours_is = (
        f"one RR interval through the pipeline: judged, corrected where it must be, and "
        f"{len(names)} measures up to date ({', '.join(names)})"
    )
    results: list[Result | LeftOut] = []
    for call, answer in answers.items():
        results.append(
            Result(
                f"one beat, against {call}",
                us["ours"],
                us[call],
                "µs",
                BEAT_CALLS[call],
                ours_is,
                _of_intervals(call, answer, rmssd_ms),
            )
        )
    return [*results, *left_out, _floor("one beat", us, ours_is, "five minutes of intervals")]


def _time_domain(peers: Peers) -> list[Result | LeftOut]:
    stream = TimeDomainBeats(SECOND_ROUNDS + 3)
    name = "time-domain measures of one beat"
    us, answers, left_out = _in_turns(name, peers, stream, TIME_DOMAIN_CALLS, SECOND_ROUNDS)
    window_ms = stream.window()
    rmssd_ms = hrv.rmssd_ms(window_ms, np.arange(window_ms.size) > 0)
    assert stream.latest is not None
    assert abs(stream.latest.rmssd_ms - rmssd_ms) <= RMSSD_TOLERANCE_MS
    ours_is = (
        "one interval in and out of the window of five minutes, and "
        f"{', '.join(stream.latest._fields)}"
    )
    results: list[Result | LeftOut] = [
        Result(
            f"{name}, against {call}",
            us["ours"],
            us[call],
            "µs",
            inf,
            ours_is,
            _of_intervals(call, answer, rmssd_ms),
        )
        for call, answer in answers.items()
    ]
    return [*results, *left_out, _floor(name, us, ours_is, "five minutes of intervals")]


def _of_intervals(call: str, answer: dict[str, Any], rmssd_ms: float) -> str:
    """Say what a peer computed of the last five minutes, and that RMSSD agrees."""
    measures = answer["measures"]
    return (
        f"{_described(call, answer)}, over the last five minutes: {len(measures)} values "
        f"({', '.join(measures)}){_of_rmssd(call, answer['rmssd_ms'], rmssd_ms)}"
    )


def _live_value_is_right(stream: Beats) -> None:
    """What was timed gives the RMSSD that our function for whole records gives."""
    live = stream.latest["rmssd_ms"]
    window_ms = stream.before(live.t_s, live.window_s)
    whole_ms = hrv.rmssd_ms(window_ms, np.arange(window_ms.size) > 0)
    assert abs(live.value - whole_ms) <= RMSSD_TOLERANCE_MS, (live.value, whole_ms)


def _of_rmssd(call: str, theirs_ms: float | None, ours_ms: float) -> str:
    """Say how far RMSSD is apart, after checking that it may be."""
    if theirs_ms is None:
        return ""
    apart_ms = abs(theirs_ms - ours_ms)
    if call in DETRENDS_FIRST:
        return f"; RMSSD {apart_ms:.0e} ms from ours, since it is of detrended intervals"
    assert apart_ms <= RMSSD_TOLERANCE_MS, (call, theirs_ms, ours_ms)
    return f"; RMSSD equal to ours within {max(apart_ms, 1e-12):.0e} ms"


def _ecg(peers: Peers) -> list[Result | LeftOut]:
    stream = Ecg(SECOND_ROUNDS + 3)
    name = f"one second of ECG, {ECG_CHUNK} samples at a time"
    us, answers, left_out = _in_turns(name, peers, stream, list(ECG_CALLS), SECOND_ROUNDS)
    ours_is = (
        "130 samples: beats found and timed between samples, height of each R peak, quality of "
        f"each beat and of the last ten seconds ({stream.n_found()} beats in the last ten seconds)"
    )
    results: list[Result | LeftOut] = [
        Result(
            f"{name}, against {call}",
            us["ours"],
            us[call],
            "µs",
            ECG_CALLS[call],
            ours_is,
            f"{_described(call, answer)}, over the last ten seconds ({answer['n_found']} R-peaks)",
        )
        for call, answer in answers.items()
    ]
    return [*results, *left_out, _floor(name, us, ours_is, "ten seconds")]


def _skin(peers: Peers, rate_hz: float) -> list[Result | LeftOut]:
    stream = Skin(rate_hz, SECOND_ROUNDS + 3)
    calls = {"neurokit2.eda_process": stream.target, "biosppy.signals.eda.eda": inf}
    name = f"a second of skin conductance at {rate_hz:g} Hz"
    us, answers, left_out = _in_turns(name, peers, stream, list(calls), SECOND_ROUNDS)
    ours_is = (
        f"{stream.n_packet} sample{'s' * (stream.n_packet > 1)} a packet: contact, low-pass, responses, and once a second "
        f"level, rate, sum and quality ({stream.n_found()} responses in the last minute)"
    )
    results: list[Result | LeftOut] = [
        Result(
            f"{name}, against {call}",
            us["ours"],
            us[call],
            "µs",
            calls[call],
            ours_is,
            f"{_described(call, answer)}, over the last 60 s ({answer['n_found']} responses)",
        )
        for call, answer in answers.items()
    ]
    return [*results, *left_out, _floor(name, us, ours_is, "sixty seconds")]


def _in_turns(
    name: str, peers: Peers, stream: Stream, calls: Sequence[str], rounds: int
) -> tuple[dict[str, float], dict[str, dict[str, Any]], list[LeftOut]]:
    """Measure ours, every peer that can and the floor, a round of each at a time.

    Returns
    -------
    us
        Medians, under ``ours``, each call, and ``floor``.
    answers
        What each call gave last.
    left_out
        Calls that a peer failed at.
    """
    answers: dict[str, dict[str, Any]] = {}
    left_out: list[LeftOut] = []
    for call in calls:
        worker = peers.worker(call)
        if worker is None:
            continue
        # The first call imports the peer, and is not counted.
        answer = worker.ask(call, stream.window(), stream.rate_hz)
        if "problem" in answer:
            why = f"{call} fails on this signal: {answer['problem']}"
            left_out.append(LeftOut(f"{name}, against {call}", why))
        else:
            answers[call] = answer

    def theirs_us(call: str) -> float:
        worker = peers.worker(call)
        assert worker is not None
        answers[call] = worker.ask(call, stream.window(), stream.rate_hz)
        took_us: float = answers[call]["us"]
        return took_us

    sides = [partial(theirs_us, call) for call in answers]
    us = in_turns([stream.step_us, *sides, lambda: _sum_us(stream.window())], rounds)
    return dict(zip(["ours", *answers, "floor"], us, strict=True)), answers, left_out


def _sum_us(values: NDArray[np.float64]) -> float:
    # A part of a longer array may lie unaligned in the cache; the peers get a copy as well.
    values = values.copy()
    watch = Stopwatch()
    for _ in range(N_FLOOR):
        values.sum()
    return watch.seconds() / N_FLOOR * 1e6


def _described(call: str, answer: dict[str, Any]) -> str:
    package = CALLS[call].package
    name = call if call.split(".", maxsplit=1)[0] == package else f"{call} ({package})"
    return f"{name}, version {answer['version']} with NumPy {answer['numpy']}"


def _floor(name: str, us: dict[str, float], ours_is: str, of_what: str) -> Result:
    return Result(
        f"{name}, against the floor",
        us["ours"],
        us["floor"],
        "µs",
        inf,
        ours_is,
        f"NumPy sums up the same {of_what} once",
    )
