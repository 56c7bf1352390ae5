"""Polar's old .hrm files: text in sections, RR intervals in milliseconds under ``[HRData]``.

Described in Polar's "HRM files description" (version 1.06 and 1.07): ``Interval=238`` under
``[Params]`` says that the data are RR intervals and not heart rates. Date and time have no
time zone, so the start is left open.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import numpy as np

from biofeedback.errors import FormatError
from biofeedback.sessions.formats.rr_units import is_plausible_rr

if TYPE_CHECKING:
    from numpy.typing import NDArray

__all__ = ["is_polar_hrm", "parse_polar_hrm"]

_RR_INTERVAL = "238"


def is_polar_hrm(text: str) -> bool:
    """Say whether a text is such a file, by its first section."""
    return text.lstrip().startswith("[Params]")


def parse_polar_hrm(text: str) -> NDArray[np.float64]:
    """Return the intervals in milliseconds, shape ``(n_beats,)``.

    Raises
    ------
    FormatError
        If it holds heart rates instead, or nothing, or something else.
    """
    sections: dict[str, list[str]] = {}
    lines: list[str] = []
    for line in map(str.strip, re.split(r"\r\n|\n|\r", text)):
        if line.startswith("[") and line.endswith("]"):
            lines = sections.setdefault(line.strip("[]"), [])
        elif line:
            lines.append(line)
    parameters = dict(line.split("=", 1) for line in sections["Params"] if "=" in line)
    if parameters.get("Interval") != _RR_INTERVAL:
        msg = (
            "This Polar file has heart rates, but no RR intervals. "
            "Only a recording made with the RR option can be read."
        )
        raise FormatError(msg)
    try:
        # Other columns, such as speed, may stand beside the interval.
        rr_ms = np.array([float(line.split()[0]) for line in sections.get("HRData", [])])
    except ValueError as error:
        msg = "The RR intervals in this Polar file cannot be read; it may be cut off or damaged."
        raise FormatError(msg) from error
    if not is_plausible_rr(rr_ms):
        msg = "This Polar file has no RR intervals in it."
        raise FormatError(msg)
    return rr_ms
