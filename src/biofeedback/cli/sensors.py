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

if TYPE_CHECKING:
    from biofeedback.devices.sensor import SensorInfo

__all__ = ["sensors"]


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
    try:
        found = asyncio.run(registry.scan(seconds, SystemClock(), None))
    except BluetoothUnavailableError as error:
        trouble, found = error, registry.simulated()
    if as_json:
        typer.echo(json.dumps([_plain(info) for info in found], indent=2))
    else:
        for info in found:
            typer.echo(_line(info))
    if trouble is not None:
        raise trouble


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


def _line(info: SensorInfo) -> str:
    measures = ", ".join(STREAM_WORDS[kind] for kind in info.kinds)
    where = "no radio" if info.origin is Origin.SIMULATED else "on the network"
    strength = where if info.rssi_dbm is None else f"{info.rssi_dbm} dBm"
    if info.is_connected:
        strength = "already connected"
    return f"{info.name:<32} {measures:<40} {strength:<18} {info.address}"
