"""Where messages come from or go to, as a person writes it: a port, or a host and a port."""

from __future__ import annotations

import ipaddress
import re
from typing import Final, NamedTuple

__all__ = ["LOOPBACK", "Place", "is_loopback", "place_of"]

LOOPBACK: Final = "127.0.0.1"
# [::1]:9000, 127.0.0.1:9000, studio.local:9000, :9000, 9000, or a host alone
_PLACE: Final = re.compile(r"(?:(?:\[([^\]]*)\]|([^:\[\]]*)):)?(\d{1,5})|([A-Za-z][^:\[\]\s]*)")


class Place(NamedTuple):
    """A host and a port of it."""

    host: str
    port: int

    def __str__(self) -> str:
        host = f"[{self.host}]" if ":" in self.host else self.host
        return f"{host}:{self.port}"


def place_of(text: str, *, host: str = LOOPBACK, port: int) -> Place:
    """Return the place that a text names.

    Parameters
    ----------
    text
        Such as ``9000``, ``127.0.0.1:9000``, ``[::1]:9000``, ``studio.local``; empty for the
        usual place.
    host, port
        What stands for a part that is left out.

    Raises
    ------
    ValueError
        If it names none.
    """
    if not text:
        return Place(host, port)
    found = _PLACE.fullmatch(text)
    if found is None:
        msg = f"“{text}” is no place; write a port such as {port}, or {LOOPBACK}:{port}"
        raise ValueError(msg)
    number = int(found[3] or port)
    if number > 65_535:
        msg = f"{number} is no port; the highest is 65535"
        raise ValueError(msg)
    return Place(found[1] or found[2] or found[4] or host, number)


def is_loopback(host: str) -> bool:
    """Whether a host is this computer, as only this computer sees it."""
    if host.casefold() == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False
