"""``biofeedback sensors``: what is near, and what it can measure."""

from __future__ import annotations

import asyncio
import json
from typing import TYPE_CHECKING, Annotated

import typer

from biofeedback.cli.options import (
    Headless,
    LibraryPath,
    PassphraseFile,
)
from biofeedback.cli.streams_options import LslSensors, Network
from biofeedback.clock import SystemClock
from biofeedback.devices.sensor import Origin
from biofeedback.devices.stream_words import STREAM_WORDS
from biofeedback.errors import BluetoothUnavailableError
from biofeedback.kinds import StreamKind

if TYPE_CHECKING:
    from biofeedback.devices.sensor import SensorInfo

__all__ = ["sensors"]

# What is longer would push the columns off the screen.
_LONGEST_NAME = 40


def sensors(
    *,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON array.")] = False,
    seconds: Annotated[
        float, typer.Option("--seconds", min=0, max=600, help="For how long to look.")
    ] = 8.0,
    lsl: LslSensors = False,
    network: Network = False,
    library: LibraryPath = None,
    passphrase_file: PassphraseFile = None,
    headless: Headless = False,
) -> None:
    """Look for sensors that are near, and say what each can measure."""
    del library, passphrase_file, headless  # common to all commands; nothing is opened here
    from biofeedback.devices.registry import NetworkSources, Registry

    registry = Registry()
    registry.sources = NetworkSources(lsl=lsl, is_open=network)
    trouble: BluetoothUnavailableError | None = None
    found = registry.simulated()

    def told(sensors: tuple[SensorInfo, ...]) -> None:
        nonlocal found
        found = sensors

    try:
        found = asyncio.run(registry.scan(seconds, SystemClock(), told))
    except BluetoothUnavailableError as error:
        # Streams were found all the same.
        trouble = error
    if as_json:
        typer.echo(json.dumps([_plain(info) for info in found], indent=2))
    else:
        for line in _table([_row(info) for info in found]):
            typer.echo(line)
    if registry.streams_trouble:
        typer.echo(f"biofeedback: {registry.streams_trouble}", err=True)
    if trouble is not None:
        raise trouble
    if registry.streams_trouble:
        raise typer.Exit(1)


def _plain(info: SensorInfo) -> dict[str, object]:
    return {
        "id": info.sensor_id,
        "name": info.name,
        "address": info.address,
        "origin": info.origin.value,
        "measures": [kind.value for kind in info.kinds],
        "rssi_dbm": info.rssi_dbm,
        "is_connected": info.is_connected,
    }


def _row(info: SensorInfo) -> tuple[str, str, str, str]:
    """Return a sensor as the columns of a table."""
    # What has no name of its own is named only where there is nothing else.
    kinds = [kind for kind in info.kinds if kind is not StreamKind.OTHER] or info.kinds
    where = "no radio" if info.origin is Origin.SIMULATED else "on the network"
    strength = where if info.rssi_dbm is None else f"{info.rssi_dbm} dBm"
    if info.is_connected:
        strength = "already connected"
    name = info.name
    if len(name) > _LONGEST_NAME:
        name = name[: _LONGEST_NAME - 1] + "…"
    return name, ", ".join(STREAM_WORDS[kind] for kind in kinds), strength, info.address


def _table(rows: list[tuple[str, str, str, str]]) -> list[str]:
    """Return rows as lines, each column as wide as it has to be."""
    widths = [max(len(cell) for cell in column) for column in zip(*rows, strict=True)]
    return [
        "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip()
        for row in rows
    ]
