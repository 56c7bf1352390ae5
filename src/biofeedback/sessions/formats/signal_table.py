"""Waveforms in text: a table whose first line, or whose comments, name its columns.

Read are this app's own exports, tables of ECG, pulse, skin conductance, breathing, movement and
muscle signals with or without a column of times, and text with ``# Sampling Rate (Hz):=`` and
``# Labels:=`` in its comments. A signal that nothing names is refused rather than guessed at,
and so is one of which nobody says how fast it was sampled.
"""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING, Final, NamedTuple

import numpy as np

from biofeedback.errors import FormatError
from biofeedback.kinds import StreamKind
from biofeedback.samples import StreamInfo
from biofeedback.sessions.formats.recording import CHANNELS, IMPORTED, from_signals

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from biofeedback.sessions.formats.recording import Recording

__all__ = ["is_signal_table", "parse_signal_table"]

_WORDS: Final[dict[str, StreamKind]] = {
    "ecg": StreamKind.ECG,
    "ekg": StreamKind.ECG,
    "ppg": StreamKind.PPG,
    "bvp": StreamKind.PPG,
    "pleth": StreamKind.PPG,
    "eda": StreamKind.EDA,
    "gsr": StreamKind.EDA,
    "sc": StreamKind.EDA,
    "conductance": StreamKind.EDA,
    "resp": StreamKind.RESPIRATION,
    "rsp": StreamKind.RESPIRATION,
    "respiration": StreamKind.RESPIRATION,
    "belt": StreamKind.RESPIRATION,
    "breathing": StreamKind.RESPIRATION,
    "emg": StreamKind.EMG,
}
# Of what counts in its own unit: in words, its unit, and how a column's name says so.
_UNITS: Final = {
    StreamKind.EDA: ("skin conductance", "µS", r"micros|[uµμ]s"),
    StreamKind.EMG: ("muscle activity", "µV", r"microv|[uµμ]v"),
    StreamKind.ACCELERATION: ("acceleration", "g", r"[_ (\[]g\b"),
}
_AXIS = re.compile(r"acc\w*?[ _.]?([xyz])(?:[ _.(].*)?$", re.IGNORECASE)
_TIME = re.compile(r"(t|time|times|timestamp|timer|elapsed|seconds)([ _.(].*)?$", re.IGNORECASE)
_RATE = re.compile(r"#.*(?:sampling rate|sample rate|rate).*?(\d+(?:\.\d*)?)\s*$", re.IGNORECASE)
_LABELS = re.compile(r"#\s*labels\s*:?=?\s*(.+)$", re.IGNORECASE)
_COMMENT = ("#", "%")
_MARKS = (";", "\t", ",")
# A second of the slowest sensor that is read has two samples.
_LEAST_RATE_HZ = 2.0
_STEADY = 0.05


class _Head(NamedTuple):
    names: list[str]
    mark: str | None
    rate_hz: float | None
    first_row: int


def _head(lines: Sequence[str]) -> _Head | None:
    """Return what names and comments at the start say, ``None`` where nothing is named."""
    rate_hz, labels = None, None
    for number, line in enumerate(lines):
        text = line.strip()
        if not text:
            continue
        if text.startswith(_COMMENT):
            found_rate, found_labels = _RATE.match(text), _LABELS.match(text)
            rate_hz = float(found_rate[1]) if found_rate else rate_hz
            labels = found_labels[1] if found_labels else labels
            continue
        mark = next((mark for mark in _MARKS if mark in text), None)
        cells = [cell.strip().strip('"') for cell in text.split(mark)]
        below = next((row for row in lines[number + 1 :] if row.strip()), "")
        if mark is None and len(below.split()) == 1:
            # One column; what looks like several names is one with its unit behind it.
            cells = [text.strip('"')]
        if any(re.search(r"[A-Za-z]{2}|^t$", cell) for cell in cells):
            return _Head(cells, mark, rate_hz, number + 1)
        if labels is None:
            return None
        names = [name.strip() for name in re.split(r"[,\t;]", labels)]
        return _Head(names, mark, rate_hz, number)
    return None


def _kind_of(name: str) -> StreamKind | None:
    words = re.findall(r"[a-z]+", name.lower().replace("_", " "))
    return next((_WORDS[word] for word in words if word in _WORDS), None)


def is_signal_table(text: str) -> bool:
    """Say whether a text names a column of a waveform that can be read."""
    # Long enough for any head; the last line of the piece may be cut.
    lines = text[:20000].splitlines()
    head = _head(lines)
    if head is None:
        return False
    named = [n for n, name in enumerate(head.names) if _kind_of(name) or _AXIS.match(name)]
    # Prose and other formats have no numbers below their words.
    cells = next((line.split(head.mark) for line in lines[head.first_row :] if line.strip()), [])
    below = [cells[n] for n in named if n < len(cells)]
    return len(below) == len(named) > 0 and any(np.isfinite(_number(cell)) for cell in below)


def parse_signal_table(name: str, text: str, rate_hz: float | None = None) -> Recording:
    """Return the recording in a table of waveforms.

    Of several columns of one kind the first is taken; skin conductance is taken to be in
    microsiemens, acceleration in g.

    Parameters
    ----------
    name
        What to call it.
    text
        The whole file.
    rate_hz
        Sampling rate, where the table has no times and does not say it.

    Raises
    ------
    FormatError
        If a row does not fit, or the sampling rate is nowhere to be found.
    """
    lines = text.splitlines()
    head = _head(lines)
    if head is None:
        msg = "Nothing in this file says what was measured."
        raise FormatError(msg)
    table = _numbers(lines[head.first_row :], head)
    if rate_hz is None:
        rate_hz = head.rate_hz
    t_s = _times(head, table, rate_hz)
    signals: list[tuple[StreamInfo, NDArray[np.float64], NDArray[np.float64]]] = []
    steps_s = np.diff(t_s)
    usual_s = float(np.median(steps_s)) if steps_s.size else 1.0 / _LEAST_RATE_HZ
    is_even = bool(steps_s.size) and bool(
        np.mean(np.abs(steps_s - usual_s) <= _STEADY * usual_s) > 0.99
    )
    nominal_hz = rate_hz if rate_hz is not None else 1.0 / usual_s if is_even else None
    for kind, columns in _columns(head.names).items():
        values = table[:, columns]
        # A sensor slower than the others leaves cells empty between its samples.
        present = np.isfinite(values).all(axis=1)
        if present.sum() < 2:
            continue
        own_hz = nominal_hz
        if nominal_hz is not None and not present.all():
            own_hz = nominal_hz / float(np.median(np.diff(np.flatnonzero(present))))
        stream = StreamInfo(IMPORTED, kind, CHANNELS[kind], own_hz)
        signals.append((stream, t_s[present], values[present]))
    recording = from_signals(name, signals)
    return replace(recording, notes=_notes(head.names, [stream.kind for stream, *_ in signals]))


def _notes(names: Sequence[str], kinds: Sequence[StreamKind]) -> tuple[str, ...]:
    """Say of which signals the unit was taken for granted."""
    columns = _columns(names)
    return tuple(
        f"The file does not say in which unit {what} is; it was taken to be in {unit}."
        for kind, (what, unit, pattern) in _UNITS.items()
        if kind in kinds and not re.search(pattern, names[columns[kind][0]], re.IGNORECASE)
    )


def _columns(names: Sequence[str]) -> dict[StreamKind, list[int]]:
    columns: dict[StreamKind, list[int]] = {}
    axes: dict[str, int] = {}
    for column, name in enumerate(names):
        kind = _kind_of(name)
        axis = _AXIS.match(name)
        if axis:
            axes.setdefault(axis[1].lower(), column)
        elif kind is not None:
            columns.setdefault(kind, [column])
    if set(axes) == set("xyz"):
        columns[StreamKind.ACCELERATION] = [axes[axis] for axis in "xyz"]
    return columns


def _numbers(lines: Sequence[str], head: _Head) -> NDArray[np.float64]:
    rows = []
    for number, line in enumerate(lines, head.first_row + 1):
        text = line.strip()
        if not text or text.startswith(_COMMENT):
            continue
        cells = text.split(head.mark)
        # Some programs end each row with a mark of its own.
        if len(cells) < len(head.names) or any(cell.strip() for cell in cells[len(head.names) :]):
            msg = f"Line {number} of this file has {len(cells)} columns, its head "
            raise FormatError(f"{msg}{len(head.names)}. Please mend that line, or leave it out.")
        rows.append([_number(cell) for cell in cells[: len(head.names)]])
    if len(rows) < 2:
        msg = "This file names its columns and has no samples in them."
        raise FormatError(msg)
    return np.array(rows)


def _number(cell: str) -> float:
    try:
        return float(cell)
    except ValueError:
        return float("nan")


def _times(head: _Head, table: NDArray[np.float64], rate_hz: float | None) -> NDArray[np.float64]:
    """Return when each row was measured, seconds from the first."""
    for column, name in enumerate(head.names):
        if rate_hz is None and _TIME.match(name):
            t_s = _in_seconds(table[:, column] - table[0, column], name)
            if t_s is not None:
                return t_s
    if rate_hz is None:
        msg = (
            "This file does not say how fast it was sampled. Please give the rate, as with "
            "--rate 100, or a column of times."
        )
        raise FormatError(msg)
    if not rate_hz >= _LEAST_RATE_HZ:
        raise FormatError(f"A rate of {rate_hz:g} samples a second is too slow for a waveform.")
    return np.arange(table.shape[0]) / rate_hz


def _in_seconds(elapsed: NDArray[np.float64], name: str) -> NDArray[np.float64] | None:
    """Return elapsed times in seconds, ``None`` where they are no times of a waveform."""
    if not np.isfinite(elapsed).all() or (np.diff(elapsed) < 0).any():
        return None
    step = float(np.median(np.diff(elapsed)))
    if step <= 0:
        return None
    if re.search(r"_s$|\(s\)|seconds", name):
        return elapsed
    if re.search(r"_ms$|\(ms\)|millis", name):
        return elapsed * 1e-3
    # Samples are 2 to 2000 a second, whatever the clock counts in.
    for factor in (1.0, 1e-3, 1e-6, 1e-9):
        if 1.0 / 2000.0 <= step * factor <= 1.0 / _LEAST_RATE_HZ:
            return elapsed * factor
    return None
