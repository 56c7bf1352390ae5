"""``biofeedback doctor``: what works here, and what to do about the rest."""

from __future__ import annotations

import asyncio
import importlib
import os
import shutil
import subprocess
import sys
from typing import TYPE_CHECKING, Annotated

import typer

from biofeedback.cli.display import has_display
from biofeedback.cli.lead import stop_on_signal
from biofeedback.cli.library import Common, library_path
from biofeedback.cli.options import (
    Headless,
    LibraryPath,
    PassphraseFile,
    common_of,
)
from biofeedback.clock import SystemClock

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from biofeedback.devices.self_check import Check

__all__ = ["doctor"]

_MIN_FREE_BYTES = 200_000_000


def doctor(
    ctx: typer.Context,
    *,
    library: LibraryPath = None,
    passphrase_file: PassphraseFile = None,
    headless: Headless = False,
    strict: Annotated[
        bool, typer.Option("--strict", help="Leave with 1 when anything is amiss.")
    ] = False,
) -> None:
    """Look at Bluetooth, display, sound and storage, and say what to do."""
    common = common_of(ctx, library, passphrase_file, headless=headless)
    from biofeedback.devices.registry import Registry
    from biofeedback.devices.self_check import check_bluetooth, check_drivers

    registry = Registry()
    checks: tuple[Callable[[], Check], ...] = (
        lambda: asyncio.run(check_bluetooth(registry, SystemClock())),
        lambda: check_drivers(registry),
        lambda: _told("Display", _display()),
        lambda: _told("Sound", _sound()),
        lambda: _told("Storage", _storage(common)),
        lambda: _told("Keychain", _keychain()),
    )
    is_well = True
    for look in checks:
        check = look()
        is_well = is_well and check.is_well
        typer.echo(f"{'ok  ' if check.is_well else 'look'}  {check.name}: {check.words}")
        for step in check.steps:
            typer.echo(f"        - {step}")
    if strict and not is_well:
        raise typer.Exit(1)


def _told(name: str, words: str) -> Check:
    """Return what a look of this file said; one that begins with ``!`` is not well."""
    from biofeedback.devices.self_check import Check

    return Check(name, is_well=not words.startswith("!"), words=words.lstrip("! "))


def _display() -> str:
    try:
        # Ctrl-C in the middle of loading Qt would end the program without a word.
        with stop_on_signal() as stop:
            importlib.import_module("PySide6.QtWidgets")
        if stop.is_set():
            raise typer.Abort
    except ImportError as error:
        return f"! Qt cannot load ({error.msg}). Start once with the set-up script, it says what is missing."
    if not has_display():
        return "! no screen. The commands work in the terminal; the window needs a desktop."
    return "works."


# In a process of its own, for sound systems write to the terminal by themselves.
_ASK_FOR_SOUND = (
    "from PySide6.QtMultimedia import QMediaDevices; "
    "raise SystemExit(3 if QMediaDevices.defaultAudioOutput().isNull() else 0)"
)
_NO_DEVICE = 3


def _sound() -> str:
    asked = subprocess.run(  # noqa: S603 - our own interpreter and our own words
        [sys.executable, "-c", _ASK_FOR_SOUND], capture_output=True, check=False
    )
    if asked.returncode == 0:
        return "works."
    if asked.returncode == _NO_DEVICE:
        return "! no audio device. Sessions go on without sound."
    return "! the sound library cannot load. Sessions go on without sound."


def _storage(common: Common) -> str:
    path = library_path(common)
    folder = _first_there(path.parent)
    if not os.access(folder, os.W_OK):
        return f"! {folder} cannot be written. Choose another place with --library."
    free = shutil.disk_usage(folder).free
    words = f"{path} ({'there' if path.exists() else 'made with the first session'}), {free / 1e9:.1f} GB free."
    return (
        words
        if free > _MIN_FREE_BYTES
        else f"! {words} Make room, or choose another place with --library."
    )


def _first_there(folder: Path) -> Path:
    while not folder.exists():
        folder = folder.parent
    return folder


def _keychain() -> str:
    from biofeedback.sessions.keys import has_keychain

    if has_keychain():
        return "works; it can keep the library's key, if you choose so."
    return "none that can be used; the library is unlocked with a passphrase."
