"""Times of day and lengths of time."""

from __future__ import annotations

from math import ceil, floor
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import datetime


def clock_time(t_s: float) -> str:
    """Return ``06:42``, or ``1:06:42`` from an hour on."""
    whole = max(floor(t_s), 0)
    hours, rest = divmod(whole, 3600)
    minutes, seconds = divmod(rest, 60)
    return f"{hours}:{minutes:02}:{seconds:02}" if hours else f"{minutes:02}:{seconds:02}"


def time_left(left_s: float) -> str:
    """Return the time to go, rounded up so that 00:00 means over."""
    return clock_time(ceil(left_s - 1e-6))


def duration(t_s: float) -> str:
    """Return ``42 s``, ``10 min`` or ``10 min 5 s``."""
    minutes, seconds = divmod(round(t_s), 60)
    if not minutes:
        return f"{seconds} s"
    return f"{minutes} min" if not seconds else f"{minutes} min {seconds} s"


def day_and_time(local: datetime) -> str:
    """Return ``Thursday 19 November, 14:05`` without leaning on the computer's language."""
    days = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
    months = [
        "January",
        "February",
        "March",
        "April",
        "May",
        "June",
        "July",
        "August",
        "September",
        "October",
        "November",
        "December",
    ]
    return (
        f"{days[local.weekday()]} {local.day} {months[local.month - 1]} {local.year}, "
        f"{local.hour:02}:{local.minute:02}"
    )
