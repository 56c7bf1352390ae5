"""A second of ECG at 130 Hz, against NeuroKit2's ``ecg_process`` over the last ten."""

from __future__ import annotations

import time
import warnings
from typing import TYPE_CHECKING

import numpy as np

from benchmarks.result import Result, in_turns
from biofeedback.signal.ecg import EcgNode
from biofeedback.signal.wave_beat import WaveBeat
from biofeedback.simulation.client import VirtualClient
from biofeedback.simulation.ecg import EcgSensing
from biofeedback.simulation.options import Faults

if TYPE_CHECKING:
    from numpy.typing import NDArray

ROUNDS = 15
RATE_HZ = 130.0
WINDOW_S = 10.0
# Seconds of one round.
N_SECONDS = 20
TARGET = 1 / 100
# As many samples as come together: a strap's frame, and a stream that is read often.
CHUNKS = (73, 10)


def run() -> list[Result]:
    """Run both over one simulated person's ECG, frame by frame."""
    import neurokit2

    length_s = WINDOW_S + (ROUNDS + 2) * N_SECONDS
    client = VirtualClient.from_seed(1)
    sensed = EcgSensing(1, Faults(), RATE_HZ).sense(client.advance(length_s))
    results = []
    for chunk in CHUNKS:
        ours = _Stream(sensed.t_s, sensed.microvolts, chunk)
        ours.push(WINDOW_S)

        def theirs_ms(ours: _Stream = ours) -> float:
            recent = ours.values[: ours.position][-round(WINDOW_S * RATE_HZ) :]
            began_s = time.perf_counter()
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")
                neurokit2.ecg_process(recent, sampling_rate=round(RATE_HZ))
            return (time.perf_counter() - began_s) * 1e3

        ours_ms, reference_ms = in_turns([ours.second_ms, theirs_ms], ROUNDS)
        if ours.n_beats < 60:
            msg = f"only {ours.n_beats} beats were found: nothing was measured"
            raise RuntimeError(msg)
        results.append(
            Result(
                f"one second of ECG, {chunk} samples at a time",
                ours_ms,
                reference_ms,
                "ms",
                TARGET,
                "130 samples: beats found and timed between samples, height of each R peak, "
                "quality of each beat and of the last ten seconds",
                "neurokit2.ecg_process over the last ten seconds",
            )
        )
    return results


class _Stream:
    """One ECG on its way into a node."""

    def __init__(self, t_s: NDArray[np.float64], values: NDArray[np.float64], chunk: int) -> None:
        self._t_s = t_s
        self.values = values
        self._chunk = chunk
        self._node = EcgNode("strap/ecg", RATE_HZ)
        self.position = 0
        self.n_beats = 0

    def push(self, seconds: float) -> None:
        """Feed the next seconds, a chunk at a time."""
        until = self.position + round(seconds * RATE_HZ)
        while self.position < until:
            chunk = slice(self.position, self.position + self._chunk)
            for result in self._node.push(self._t_s[chunk], self.values[chunk]):
                self.n_beats += isinstance(result, WaveBeat)
            self.position += self._chunk

    def second_ms(self) -> float:
        """Cost of a second, in the mean over a round."""
        began_s = time.perf_counter()
        self.push(N_SECONDS)
        return (time.perf_counter() - began_s) / N_SECONDS * 1e3
