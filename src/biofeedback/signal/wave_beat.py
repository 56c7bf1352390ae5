"""One heartbeat as found in a waveform, whichever: the ECG's R peak or the pulse's."""

from __future__ import annotations

from typing import NamedTuple

__all__ = ["WaveBeat"]


class WaveBeat(NamedTuple):
    """A beat and the interval that ended with it.

    Parameters
    ----------
    t_s
        When the beat was, in the waveform's own times: not when it was found.
    rr_ms
        Time since the beat before; ``nan`` for the first after a start or a gap.
    amplitude
        Height of the beat over the baseline just before it, in the waveform's unit.
    quality
        0 (cannot be trusted) to 1.
    """

    t_s: float
    rr_ms: float
    amplitude: float
    quality: float
