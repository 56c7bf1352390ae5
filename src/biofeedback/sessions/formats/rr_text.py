"""RR intervals in text: one a line or a column of a table, as most programs export them.

Read are Kubios and Elite HRV text exports, Polar and other apps' tables, this app's own CSV,
and anything alike: with or without header and comments, separated by comma, semicolon, tab
or space, with decimal point or comma, in milliseconds or seconds, with times beside or without.
What is not clearly a series of RR intervals is refused rather than guessed at.
"""

from __future__ import annotations

import re
from collections import Counter
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from itertools import pairwise
from typing import TYPE_CHECKING, Final

import numpy as np

from biofeedback.errors import FormatError
from biofeedback.sessions.formats.rr_times import elapsed_per_rr, rr_times_s
from biofeedback.sessions.formats.rr_units import is_plausible_rr, is_seconds

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from numpy.typing import NDArray

__all__ = ["EXPECTED", "notes_on", "parse_rr_text"]

EXPECTED: Final = "Expected is one interval a line, in milliseconds or seconds."

_COMMENTS = ("#", "%", "//")
_NUMBER = re.compile(r"[+-]?(\d+([.,]\d*)?|[.,]\d+)([eE][+-]?\d+)?")
_CLOCK = re.compile(r"(\d+):(\d\d):(\d\d(?:[.,]\d+)?)")
_DECIMAL_COMMA = re.compile(r"[+-]?\d+,\d+")

_RR_WORDS = frozenset({"rr", "rri", "rrs", "ibi", "nn", "nni", "pp", "ppi", "rrinterval"})
# Columns about intervals that are not the intervals themselves.
_OTHER_WORDS = frozenset(
    {"corrected", "mean", "avg", "average", "sd", "std", "min", "max", "error", "diff", "count"}
)
# Signals that are sampled, and whose numbers can look like intervals.
_SIGNAL_WORDS = frozenset(
    {"ecg", "ekg", "eda", "gsr", "emg", "eeg", "ppg", "bvp", "resp", "respiration", "acc", "hr"}
)
_TIME_WORDS = frozenset({"t", "time", "times", "timestamp", "elapsed", "seconds", "since"})


@dataclass(frozen=True, slots=True)
class _Row:
    line: int
    cells: list[str]


def parse_rr_text(text: str) -> tuple[NDArray[np.float64], NDArray[np.float64] | None]:
    """Return the intervals in milliseconds and the time at which each ended, if it is given.

    Parameters
    ----------
    text
        The whole file.

    Returns
    -------
    rr_ms, t_s
        Shape ``(n_beats,)`` each; ``t_s`` is ``None`` where the file has no times.

    Raises
    ------
    FormatError
        If it does not hold RR intervals, with the line where reading ended.
    """
    rows = _split(text)
    if not rows:
        raise FormatError(f"This file has no RR intervals. {EXPECTED}")
    named = _named_column(rows)
    if named is not None:
        header, column = named
        return _from_named(rows[header + 1 :], rows[header].cells, column)
    _refuse_other_signals(text)
    if any(_is_about_rr(cell) and _words(cell) & _OTHER_WORDS for cell in rows[0].cells):
        raise FormatError(f"This file tells about RR intervals and has none itself. {EXPECTED}")
    return _from_bare(rows)


def notes_on(text: str) -> tuple[str, ...]:
    """Say which heart was read, in a table of intervals that holds those of several.

    Parameters
    ----------
    text
        A file that `parse_rr_text` read.
    """
    rows = _split(text)
    named = _named_column(rows)
    if named is None:
        return ()
    header, column = named
    names = rows[header].cells
    given = [row for row in rows[header + 1 :] if len(row.cells) > column]
    kept = _of_one_source(given, names)
    if len(kept) == len(given):
        return ()
    source = kept[0].cells[_source_column(names) or 0]
    return (f"This table holds the hearts of several sensors; that of “{source}” was read.",)


def _split(text: str) -> list[_Row]:
    lines = [
        (number, line.strip())
        for number, line in enumerate(re.split(r"\r\n|\n|\r", text), 1)
        if line.strip() and not line.lstrip().startswith(_COMMENTS)
    ]
    split = _splitter([line for _, line in lines])
    return [_Row(number, [_clean(cell) for cell in split(line)]) for number, line in lines]


def _splitter(lines: Sequence[str]) -> Callable[[str], list[str]]:
    """Return how to cut a line, by what most lines with numbers have in common."""
    with_numbers = [line for line in lines if any(map(str.isdigit, line))]
    for mark in (";", "\t"):
        if 2 * sum(mark in line for line in with_numbers) > len(with_numbers):
            return lambda line: line.split(mark)
    if 2 * sum("," in line for line in with_numbers) <= len(with_numbers):
        return str.split
    numeric = [line for line in with_numbers if re.fullmatch(r"[\d\s.,eE+-]+", line)]
    if numeric and all(_has_decimal_commas(line) for line in numeric):
        cells = [line.split() for line in numeric]
        # One number a line with a comma: half a table or a decimal. A table counts up.
        if any(len(line) > 1 for line in cells) or _are_decimals([line[0] for line in cells]):
            return str.split
    return lambda line: line.split(",")


def _has_decimal_commas(line: str) -> bool:
    return all(_DECIMAL_COMMA.fullmatch(cell) or cell.isdigit() for cell in line.split())


def _are_decimals(cells: Sequence[str]) -> bool:
    values = [float(cell.replace(",", ".")) for cell in cells]
    if not is_plausible_rr(np.array(values)):
        return False
    whole = [int(cell.split(",")[0]) for cell in cells]
    after = [float(cell.partition(",")[2] or 0) for cell in cells]
    counts_up = all(b > a for a, b in pairwise(whole))
    return not (counts_up and is_plausible_rr(np.array(after)))


def _clean(cell: str) -> str:
    return cell.strip().strip('"').strip()


def _words(cell: str) -> frozenset[str]:
    return frozenset(re.findall(r"[a-z]+", cell.lower()))


def _is_number(cell: str) -> bool:
    return _NUMBER.fullmatch(cell) is not None


def _number(cell: str) -> float:
    """Return a number or a time of day in seconds, ``nan`` for an empty or other cell."""
    if _is_number(cell):
        return float(cell.replace(",", "."))
    clock = _CLOCK.fullmatch(cell)
    if clock:
        hours, minutes, seconds = clock.groups()
        return int(hours) * 3600 + int(minutes) * 60 + float(seconds.replace(",", "."))
    if "-" in cell and ":" in cell:
        with suppress(ValueError):
            return datetime.fromisoformat(cell).timestamp()
    return float("nan")


def _named_column(rows: Sequence[_Row]) -> tuple[int, int] | None:
    """Return the row with names and the column of RR intervals, if names say so."""
    for index, row in enumerate(rows[:-1]):
        # The header stands before the first row of numbers alone.
        if all(_is_number(cell) or not cell for cell in row.cells):
            return None
        for column, cell in enumerate(row.cells):
            is_rr = _is_about_rr(cell) and not _words(cell) & _OTHER_WORDS
            if is_rr and _fits_below(len(row.cells), column, rows[index + 1 : index + 4]):
                return index, column
    return None


def _is_about_rr(cell: str) -> bool:
    return bool(_words(cell) & _RR_WORDS)


def _fits_below(n_cells: int, column: int, below: Sequence[_Row]) -> bool:
    """Say whether a line is the header of the rows below, and no sentence with RR in it."""
    return any(
        len(row.cells) == n_cells and (_is_number(row.cells[column]) or not row.cells[column])
        for row in below
    )


def _refuse_other_signals(text: str) -> None:
    """Refuse a file whose header or comments name another signal, and no intervals."""
    words: set[str] = set()
    for line in re.split(r"\r\n|\n|\r", text):
        if line.strip() and not line.lstrip().startswith(_COMMENTS) and line.lstrip()[0].isdigit():
            break
        words |= _words(line)
    if words & _SIGNAL_WORDS and not words & (_RR_WORDS | {"interval", "intervals"}):
        raise FormatError(f"This file holds another signal and no RR intervals. {EXPECTED}")


def _from_named(
    rows: Sequence[_Row], names: Sequence[str], column: int
) -> tuple[NDArray[np.float64], NDArray[np.float64] | None]:
    kept = _of_one_source([row for row in rows if len(row.cells) > column], names)
    is_number = [_is_number(row.cells[column]) for row in kept]
    if True not in is_number:
        raise FormatError(f"This file has a column of RR intervals, but none in it. {EXPECTED}")
    first, last = is_number.index(True), len(kept) - is_number[::-1].index(True)
    # An empty cell is a beat without an interval of its own, as in this app's beats.csv.
    for row, is_interval in zip(kept[first:last], is_number[first:last], strict=True):
        if not is_interval and row.cells[column]:
            _raise_at(row)
    data = [row for row, fits in zip(kept, is_number, strict=True) if fits]
    rr_ms = _rr_ms([row.cells[column] for row in data])
    for time_column, name in enumerate(names):
        if time_column != column and _words(name) & _TIME_WORDS:
            cells = [row.cells[time_column] for row in data if len(row.cells) > time_column]
            if len(cells) == len(data):
                t_s = rr_times_s(np.array([_number(cell) for cell in cells]), rr_ms)
                if t_s is not None:
                    return rr_ms, t_s
    return rr_ms, None


def _of_one_source(rows: list[_Row], names: Sequence[str]) -> list[_Row]:
    """Keep the rows of one heart, as where this app's beats.csv holds those of several.

    The one with the most beats; of equal ones the first.
    """
    column = _source_column(names)
    if column is None or not rows:
        return rows
    sources = [row.cells[column] if len(row.cells) > column else "" for row in rows]
    most = Counter(sources).most_common(1)
    return [row for row, source in zip(rows, sources, strict=True) if source == most[0][0]]


def _source_column(names: Sequence[str]) -> int | None:
    return next((n for n, name in enumerate(names) if name.strip().lower() == "source"), None)


def _from_bare(
    rows: Sequence[_Row],
) -> tuple[NDArray[np.float64], NDArray[np.float64] | None]:
    is_data = [all(_number(cell) == _number(cell) for cell in row.cells) for row in rows]
    if True not in is_data:
        raise FormatError(f"This file has no RR intervals. {EXPECTED}")
    first, last = is_data.index(True), len(rows) - is_data[::-1].index(True)
    for row, fits in zip(rows[first:last], is_data[first:last], strict=True):
        if not fits:
            _raise_at(row)
    data = rows[first:last]
    widths = {len(row.cells) for row in data}
    if widths == {1}:
        return _rr_ms([row.cells[0] for row in data]), None
    if len(data) == 1 or len(widths) > 1:
        return _rr_ms([cell for row in data for cell in row.cells]), None
    if widths == {2}:
        return _from_pairs(data)
    raise FormatError(
        f"This file is a table, and none of its columns is named RR. {EXPECTED} "
        "If it has RR intervals, please name their column RR in its first line."
    )


def _from_pairs(
    data: Sequence[_Row],
) -> tuple[NDArray[np.float64], NDArray[np.float64] | None]:
    """Read two columns without names: one of them must be intervals, the other go with them."""
    numbers = np.array([[_number(cell) for cell in row.cells] for row in data])
    for column in (1, 0):
        beside = numbers[:, 1 - column]
        is_rr = all(_is_number(row.cells[column]) for row in data) and is_plausible_rr(
            numbers[:, column]
        )
        if not is_rr or (len(data) > 2 and (np.diff(numbers[:, column]) > 0).all()):
            continue
        rr_ms = _rr_ms([row.cells[column] for row in data])
        is_counted = bool((np.diff(beside) == 1.0).all())
        t_s = rr_times_s(beside, rr_ms)
        if t_s is not None or is_counted:
            return rr_ms, t_s
        ratio = elapsed_per_rr(beside, rr_ms)
        if ratio != ratio and is_plausible_rr(beside):  # noqa: PLR0124 - nan
            break
    raise FormatError(
        f"The two columns of this file do not go together as RR intervals. {EXPECTED}"
    )


def _rr_ms(cells: Sequence[str]) -> NDArray[np.float64]:
    """Return intervals in ms, exactly as written: a second's digits move, they are not multiplied."""
    values = np.array(
        [float(cell.replace(",", ".")) if _is_number(cell) else np.nan for cell in cells]
    )
    if not is_plausible_rr(values):
        raise FormatError(f"The numbers in this file are no RR intervals. {EXPECTED}")
    if is_seconds(values):
        values = np.array([float(Decimal(cell.replace(",", ".")) * 1000) for cell in cells])
    return values


def _raise_at(row: _Row) -> None:
    raise FormatError(
        f"Line {row.line} of this file has no RR interval, with intervals before and after it. "
        "Please mend that line, or leave it out."
    )
