"""Which sensors are looked for among the streams of other programs."""

from __future__ import annotations

from dataclasses import dataclass

__all__ = ["NetworkSources"]


@dataclass(frozen=True, slots=True)
class NetworkSources:
    """Which sensors are looked for among the streams of other programs.

    Parameters
    ----------
    lsl
        Streams of the lab network.
    osc_port
        The port on which a sensor of Open Sound Control is offered, 0 for none.
    is_open
        Whether those of other computers count as well.
    """

    lsl: bool = False
    osc_port: int = 0
    is_open: bool = False
