"""Options by which a command sends its measures on as OSC."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from biofeedback.devices.osc.output import OscOutput
    from biofeedback.devices.osc.place import Place

__all__ = ["OscOut", "check_osc_out", "osc_output_of"]

OscOut = Annotated[
    str | None,
    typer.Option(
        "--osc-out",
        metavar="[HOST:]PORT",
        help="Send what is measured as OSC, such as to 9000 on this computer.",
    ),
]


def check_osc_out(place: str | None, *, network: bool = False) -> None:
    """Refuse a place that cannot be sent to, before a library is opened or a window.

    Raises
    ------
    typer.BadParameter
        If it is no place.
    OscOutputError
        If it is on another computer and ``network`` is not set.
    """
    if place is not None:
        from biofeedback.devices.osc.output import check_host

        check_host(_place(place).host, network=network)


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
    from biofeedback.devices.osc.output import OscOutput

    host, port = _place(place)
    return OscOutput(host, port, network=network)


def _place(text: str) -> Place:
    from biofeedback.devices.osc.output import DEFAULT_PORT
    from biofeedback.devices.osc.place import place_of

    try:
        place = place_of(text, port=DEFAULT_PORT)
    except ValueError as error:
        raise typer.BadParameter(str(error)) from None
    if place.port == 0:
        msg = "--osc-out needs the port on which the other program listens"
        raise typer.BadParameter(msg)
    return place
