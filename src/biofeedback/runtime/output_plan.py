"""What of a session is sent to other programs, and how far."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

__all__ = ["OutputPlan", "Reach", "farthest"]


class Reach(Enum):
    """How far what is measured goes."""

    NOWHERE = "nowhere"
    COMPUTER = "computer"
    NETWORK = "network"


@dataclass(frozen=True, slots=True)
class OutputPlan:
    """Where measures are sent.

    Parameters
    ----------
    lsl
        As streams of the lab network.
    osc
        As Open Sound Control to a place: ``9000``, ``127.0.0.1:9000``; empty for nowhere.
    network
        Whether other computers may have them. What is sent is not encrypted.
    """

    lsl: bool = False
    osc: str = ""
    network: bool = False

    @property
    def lsl_reach(self) -> Reach:
        """How far streams of the lab network go."""
        if not self.lsl:
            return Reach.NOWHERE
        return Reach.NETWORK if self.network else Reach.COMPUTER

    @property
    def osc_reach(self) -> Reach:
        """How far Open Sound Control goes: to another computer only where that is allowed."""
        if not self.osc:
            return Reach.NOWHERE
        from biofeedback.devices.osc.place import (  # noqa: PLC0415 - when switched on
            is_loopback,
            place_of,
        )

        try:
            host = place_of(self.osc, port=1).host
        except ValueError:
            return Reach.NOWHERE  # it names no place
        if is_loopback(host):
            return Reach.COMPUTER
        return Reach.NETWORK if self.network else Reach.NOWHERE

    @property
    def reach(self) -> Reach:
        """How far anything goes."""
        return farthest(self.lsl_reach, self.osc_reach)


def farthest(*reaches: Reach) -> Reach:
    """Return the farthest of some."""
    return max(reaches, key=list(Reach).index, default=Reach.NOWHERE)
