"""Options by which a command sends its measures on as OSC."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from biofeedback.devices.osc.output import OscOutput

__all__ = ["OscOut", "osc_output_of"]

OscOut = Annotated[
    str | None,
    typer.Option(
        "--osc-out",
        metavar="[HOST:]PORT",
        help="Send what is measured as OSC, such as to 9000 on this computer.",
    ),
]


def osc_output_of(place: str | None, *, network: bool = False) -> OscOutput | None:
    """Return what sends to a place, ``None`` if none was asked for.

    Raises
    ------
    typer.BadParameter
        If it is no place.
    OscOutputError
        If it is on another computer and ``network`` is not set, or there is none such.
    """
    if place is None:
        return None
    from biofeedback.devices.osc.output import DEFAULT_PORT, OscOutput
    from biofeedback.devices.osc.place import place_of

    try:
        host, port = place_of(place, port=DEFAULT_PORT)
    except ValueError as error:
        raise typer.BadParameter(str(error)) from None
    if port == 0:
        msg = "--osc-out needs the port on which the other program listens"
        raise typer.BadParameter(msg)
    return OscOutput(host, port, network=network)
