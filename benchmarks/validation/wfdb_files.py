"""Readers for the PhysioNet files that the validation needs: signals in format 212, annotations.

Written from the format's description (https://physionet.org/physiotools/wag/signal-5.htm and
annot-5.htm), for well-formed files alone.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

if TYPE_CHECKING:
    from pathlib import Path

    from numpy.typing import NDArray

__all__ = ["BEATS", "Annotations", "read_annotations", "read_signals"]

# Codes of ecgcodes.h whose annotations are heartbeats, with their usual letters.
BEATS = {
    1: "N",
    2: "L",
    3: "R",
    4: "a",
    5: "V",
    6: "F",
    7: "J",
    8: "A",
    9: "S",
    10: "E",
    11: "j",
    12: "/",
    13: "Q",
    25: "B",
    30: "?",
    34: "e",
    35: "n",
    38: "f",
    41: "r",
}
_SKIP, _NUMBER, _SUBTYPE, _CHANNEL, _TEXT = 59, 60, 61, 62, 63


class Annotations(NamedTuple):
    """Sample numbers ``(n,)`` and codes ``(n,)`` in the order of the file."""

    samples: NDArray[np.int64]
    codes: NDArray[np.int64]

    def beats(self) -> Annotations:
        """Only the heartbeats, of whatever kind."""
        are_beats = np.isin(self.codes, list(BEATS))
        return Annotations(self.samples[are_beats], self.codes[are_beats])


def read_annotations(path: Path) -> Annotations:
    """Read a file of annotations (``.atr``, ``.ecg``)."""
    words = np.fromfile(path, "<u2").tolist()
    samples: list[int] = []
    codes: list[int] = []
    now = 0
    position = 0
    while position < len(words) and words[position] != 0:
        code, interval = words[position] >> 10, words[position] & 0x3FF
        position += 1
        if code == _SKIP:
            # A long interval stands in the next two words, the high one first.
            step = words[position] << 16 | words[position + 1]
            now += step - (1 << 32) if step >= 1 << 31 else step
            position += 2
        elif code == _TEXT:
            position += (interval + 1) // 2
        elif code not in {_NUMBER, _SUBTYPE, _CHANNEL}:
            now += interval
            samples.append(now)
            codes.append(code)
    return Annotations(np.array(samples, dtype=np.int64), np.array(codes, dtype=np.int64))


def read_signals(header: Path) -> tuple[NDArray[np.float64], float]:
    """Read the signals of a record whose header is given, all in one file of format 212.

    Returns
    -------
    tuple
        Signals in the units of the header (millivolts where it names none), shape
        ``(n_samples, n_signals)``, and the sampling rate in hertz.

    Raises
    ------
    ValueError
        If a signal is stored in another format.
    """
    text = header.read_text(encoding="ascii").splitlines()
    lines = [line.split() for line in text if line.strip() and not line.startswith("#")]
    n_signals, rate_hz = int(lines[0][1]), float(lines[0][2].split("/")[0])
    signals = lines[1 : 1 + n_signals]
    if any(line[1] != "212" for line in signals):
        msg = f"{header.name}: only format 212 is read"
        raise ValueError(msg)
    packed = np.fromfile(header.parent / signals[0][0], np.uint8)
    packed = packed[: packed.size // 3 * 3].reshape(-1, 3).astype(np.int32)
    # Two 12-bit numbers in three bytes; the middle one has the high halves of both.
    pairs = np.stack(
        (packed[:, 0] | (packed[:, 1] & 0x0F) << 8, packed[:, 2] | (packed[:, 1] & 0xF0) << 4),
        axis=1,
    )
    series = np.where(pairs > 2047, pairs - 4096, pairs).reshape(-1)
    counts = series[: series.size // n_signals * n_signals].reshape(-1, n_signals)
    gains = np.array([float(line[2].split("/")[0].split("(")[0]) or 200.0 for line in signals])
    zeros = np.array([float(line[4]) for line in signals])
    return (counts - zeros) / gains, rate_hz
