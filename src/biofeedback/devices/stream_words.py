"""What each kind of stream is called, in words for a person."""

from __future__ import annotations

from typing import Final

from biofeedback.kinds import StreamKind

__all__ = ["STREAM_WORDS"]

STREAM_WORDS: Final = {
    StreamKind.RR: "beat-to-beat intervals",
    StreamKind.HEART_RATE: "heart rate",
    StreamKind.EDA: "skin conductance",
    StreamKind.RESPIRATION: "breathing",
    StreamKind.ECG: "ECG",
    StreamKind.PPG: "pulse wave",
    StreamKind.ACCELERATION: "movement",
    StreamKind.EMG: "muscle tension",
    StreamKind.PP: "pulse-to-pulse intervals",
    StreamKind.TEMPERATURE: "skin temperature",
    StreamKind.OTHER: "another signal",
    StreamKind.PACER: "pacer",
    StreamKind.BASELINE: "baseline",
}
