"""One file a format, in and out. `read` takes any recording from elsewhere.

Read are RR intervals as text or table (`rr_text`), Polar's .hrm (`polar_hrm`) and NumPy's .npy;
waveforms as a table that names them (`signal_table`).
"""

from __future__ import annotations

import io
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from biofeedback.errors import FormatError
from biofeedback.sessions.formats.polar_hrm import is_polar_hrm, parse_polar_hrm
from biofeedback.sessions.formats.recording import Recording, from_rr
from biofeedback.sessions.formats.rr_text import EXPECTED, notes_on, parse_rr_text
from biofeedback.sessions.formats.rr_units import rr_in_ms
from biofeedback.sessions.formats.signal_table import is_signal_table, parse_signal_table

if TYPE_CHECKING:
    from pathlib import Path

    from numpy.typing import NDArray

__all__ = ["Recording", "read"]

_NPY = b"\x93NUMPY"
_UTF_16 = (b"\xff\xfe", b"\xfe\xff")
# Text of a day is a megabyte; what is much larger is something else.
_MAX_BYTES = 256 * 2**20


def read(path: Path, rate_hz: float | None = None) -> Recording:
    """Return the recording in a file, whatever its format.

    Parameters
    ----------
    path
        A text, CSV, .hrm or .npy file with RR intervals, or a table of waveforms.
    rate_hz
        Sampling rate of a table of waveforms that does not say it.

    Raises
    ------
    FormatError
        If the file cannot be read or holds no recording, in words that name it.
    """
    try:
        return _read(path, rate_hz)
    except FormatError as error:
        raise FormatError(f"{path.name}: {error}") from error


def _read(path: Path, rate_hz: float | None) -> Recording:
    try:
        if path.stat().st_size > _MAX_BYTES:
            msg = "This file is too large to be read in one piece."
            raise FormatError(msg)
        content = path.read_bytes()
    except OSError as error:
        msg = f"The file cannot be read: {error.strerror or 'the disk does not answer'}."
        raise FormatError(msg) from error
    if content.startswith(_NPY):
        return from_rr(path.stem, _parse_npy(content))
    text = _text(content)
    if is_polar_hrm(text):
        return from_rr(path.stem, parse_polar_hrm(text))
    try:
        return replace(from_rr(path.stem, *parse_rr_text(text)), notes=notes_on(text))
    except FormatError:
        # Intervals first: a table may have them beside the waveform that they were found in.
        if not is_signal_table(text):
            raise
        return parse_signal_table(path.stem, text, rate_hz)


def _text(content: bytes) -> str:
    if not content.strip():
        raise FormatError(f"This file is empty. {EXPECTED}")
    if content.startswith(_UTF_16):
        return content.decode("utf-16", errors="replace")
    # Texts have none of the control characters but tabs and ends of line; other files do.
    if any(byte < 32 and byte not in b"\t\n\r\f\v" for byte in content[:65536]):
        raise FormatError(f"This file is no text and has no RR intervals. {EXPECTED}")
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        # A header from an old Windows program; numbers are the same in every such code.
        return content.decode("latin-1")


def _parse_npy(content: bytes) -> NDArray[np.float64]:
    try:
        values = np.load(io.BytesIO(content), allow_pickle=False)
    except (ValueError, EOFError, OSError, SyntaxError) as error:
        msg = "This NumPy file is damaged, or holds objects instead of numbers."
        raise FormatError(msg) from error
    is_series = values.dtype.kind in "iuf" and values.ndim > 0 and values.size == max(values.shape)
    rr_ms = rr_in_ms(values.ravel().astype(np.float64)) if is_series else None
    if rr_ms is None:
        msg = (
            "This NumPy file has no RR intervals. "
            "Expected is one series of numbers, in milliseconds or seconds."
        )
        raise FormatError(msg)
    return rr_ms
