"""A second of skin conductance, and a day of it, against NeuroKit2's ``eda_process``."""

from __future__ import annotations

import time
import warnings
from math import inf
from typing import TYPE_CHECKING

import numpy as np

from benchmarks.result import Result, in_turns
from biofeedback.signal.eda import EdaNode

if TYPE_CHECKING:
    from numpy.typing import NDArray

ROUNDS = 7
WINDOW_S = 60
# Seconds of one round, so that what is due now and then is shared fairly.
N_SECONDS = 120
# Samples that come together, and the share of the peer that a second of them may cost.
PACKETS = {4.0: (1, 1 / 500), 32.0: (8, 1 / 100)}
DAY_RATE_HZ = 32.0
DAY_CHUNK_S = 60
DAY_TARGET_S = 4.0
RISE_S, DECAY_S = 0.75, 2.0


def conductance(rate_hz: float, duration_s: float, seed: int = 0) -> NDArray[np.float64]:
    """Level, drift, six responses a minute and 2 nS of noise, in microsiemens."""
    rng = np.random.default_rng(seed)
    t_s = np.arange(round(duration_s * rate_hz)) / rate_hz
    sc = 5 + 0.2 * np.sin(2 * np.pi * t_s / 300) + rng.normal(0, 0.002, t_s.size)
    onset_s = 0.0
    after_s = np.arange(round(20 * rate_hz)) / rate_hz
    shape = np.exp(-after_s / DECAY_S) - np.exp(-after_s / RISE_S)
    while (onset_s := onset_s + rng.exponential(10.0)) < duration_s - 21:
        start = round(onset_s * rate_hz)
        sc[start : start + shape.size] += rng.lognormal(np.log(0.5), 0.8) * shape
    return sc


def run() -> list[Result]:
    """Measure a second at each rate, and a day, both sides in turns."""
    return [*(second(rate_hz) for rate_hz in PACKETS), floor(), day()]


def second(rate_hz: float) -> Result:
    """One second as it comes, every measure up to date, against the peer over 60 s."""
    import neurokit2

    n_packet, target = PACKETS[rate_hz]
    sc = conductance(rate_hz, WINDOW_S + (ROUNDS + 1) * N_SECONDS)
    t_s = np.arange(sc.size) / rate_hz
    node = EdaNode("skin", rate_hz)
    position = round(WINDOW_S * rate_hz)
    node.push(t_s[:position], sc[:position])

    def ours_us() -> float:
        nonlocal position
        starts = range(position, position + round(N_SECONDS * rate_hz), n_packet)
        packets = [(t_s[i : i + n_packet], sc[i : i + n_packet]) for i in starts]
        position += round(N_SECONDS * rate_hz)
        began_s = time.perf_counter()
        for packet in packets:
            node.push(*packet)
        return (time.perf_counter() - began_s) / N_SECONDS * 1e6

    def theirs_us() -> float:
        window = sc[position - round(WINDOW_S * rate_hz) : position]
        costs = []
        # Several, since one call is as short as a hiccup of the machine.
        for _ in range(5):
            began_s = time.perf_counter()
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")
                neurokit2.eda_process(window, sampling_rate=int(rate_hz))
            costs.append((time.perf_counter() - began_s) * 1e6)
        return float(np.median(costs))

    ours, theirs = in_turns([ours_us, theirs_us], ROUNDS)
    return Result(
        f"a second of skin conductance at {rate_hz:g} Hz",
        ours,
        theirs,
        "µs",
        target,
        f"the node, {n_packet} samples a packet: contact, low-pass, responses, and once a second "
        "level, rate, sum and quality",
        "neurokit2.eda_process over the last 60 s",
    )


def floor() -> Result:
    """A second at 32 Hz against NumPy looking at the same packets once."""
    rate_hz = 32.0
    n_packet, _ = PACKETS[rate_hz]
    sc = conductance(rate_hz, N_SECONDS)
    t_s = np.arange(sc.size) / rate_hz
    starts = range(0, sc.size, n_packet)
    packets = [(t_s[i : i + n_packet], sc[i : i + n_packet]) for i in starts]

    def ours_us() -> float:
        node = EdaNode("skin", rate_hz)
        began_s = time.perf_counter()
        for packet in packets:
            node.push(*packet)
        return (time.perf_counter() - began_s) / N_SECONDS * 1e6

    def floor_us() -> float:
        began_s = time.perf_counter()
        for _, values in packets:
            values.mean()
        return (time.perf_counter() - began_s) / N_SECONDS * 1e6

    ours, theirs = in_turns([ours_us, floor_us], ROUNDS)
    return Result(
        "a second of skin conductance at 32 Hz against the floor",
        ours,
        theirs,
        "µs",
        inf,
        "the node, 8 samples a packet",
        "numpy.mean of each packet: the data touched once",
    )


def day() -> Result:
    """Twenty-four hours at 32 Hz in chunks of a minute, against the time allowed."""
    hour = conductance(DAY_RATE_HZ, 3600.0)
    sc = np.tile(hour, 24)
    t_s = np.arange(sc.size) / DAY_RATE_HZ
    n_chunk = round(DAY_CHUNK_S * DAY_RATE_HZ)

    def ours_ms() -> float:
        node = EdaNode("skin", DAY_RATE_HZ)
        # Against a fixed time and not a peer in turns: what else the machine does must not count.
        began_s = time.process_time()
        for start in range(0, sc.size, n_chunk):
            node.push(t_s[start : start + n_chunk], sc[start : start + n_chunk])
        return (time.process_time() - began_s) * 1e3

    (ours,) = in_turns([ours_ms], 3, warm_ups=0)
    return Result(
        "a day of skin conductance at 32 Hz",
        ours,
        DAY_TARGET_S * 1e3,
        "ms",
        1.0,
        "the node over 2.76 million samples, with every measure of every second, processor time",
        "what is allowed",
    )
