"""An option that is switched on or off, by word or by number."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["YES_OR_NO", "is_on"]

YES_OR_NO = ("yes", "no")


def is_on(options: Mapping[str, float | str], name: str, *, usually: bool = False) -> bool:
    """Return whether an option is on: ``yes`` or 1, ``no`` or 0.

    Parameters
    ----------
    options
        As a guide is begun with.
    name
        Which.
    usually
        What it is where nothing is said of it.

    Raises
    ------
    ValueError
        If it is neither.
    """
    value = options.get(name, float(usually))
    if value in YES_OR_NO:
        return value == "yes"
    if value in {0.0, 1.0}:
        return bool(value)
    msg = f"{name} is yes or no, 1 or 0, not {value!r}"
    raise ValueError(msg)
