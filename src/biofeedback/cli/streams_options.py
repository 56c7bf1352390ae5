"""Options by which commands take and send streams of Lab Streaming Layer."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from biofeedback.devices.lsl.outlets import LslOutlets
    from biofeedback.runtime.engine import Engine

__all__ = ["LSL_SECONDS", "LslOut", "LslSensors", "Network", "send_as_lsl"]

# A search is complete after this, whatever else is looked for meanwhile.
LSL_SECONDS = 2.0

LslOut = Annotated[
    bool,
    typer.Option(
        "--lsl-out", help="Send signals, beats, measures and marks as LSL streams, as they come."
    ),
]
LslSensors = Annotated[
    bool, typer.Option("--lsl", help="List streams of Lab Streaming Layer as well.")
]
Network = Annotated[
    bool,
    typer.Option(
        "--network",
        help="Let streams come from and go to other computers, unencrypted; else only this one.",
    ),
]


def send_as_lsl(engine: Engine, *, network: bool = False) -> LslOutlets:
    """Send what an engine's sessions measure; to be closed when the engine has stopped.

    Parameters
    ----------
    engine
        Before its session begins.
    network
        Whether other computers may have the streams.

    Raises
    ------
    SensorRefusedError
        If LSL cannot be used, or could not be kept within this computer.
    """
    from biofeedback.devices.lsl.outlets import LslOutlets
    from biofeedback.signal.measures import MEASURES

    outlets = LslOutlets(engine.now_s, MEASURES, network=network)
    outlets.open()
    engine.listen(outlets.take)
    return outlets
