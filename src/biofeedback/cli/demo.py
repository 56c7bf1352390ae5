"""``biofeedback demo``: the whole app with a simulated person, with or without a screen."""

from __future__ import annotations

import os
import secrets
import shlex
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from biofeedback.cli.display import has_display
from biofeedback.cli.library import Common, data_folder, open_library
from biofeedback.cli.options import (
    Breath,
    EventsPath,
    Headless,
    LibraryPath,
    Minutes,
    PassphraseFile,
    Preset,
    Rate,
    Seconds,
    breath_pattern,
    common_of,
    duration_of,
)
from biofeedback.cli.osc_options import OscOut, check_osc_out
from biofeedback.cli.streams_options import LslOut, Network
from biofeedback.clock import SystemClock
from biofeedback.errors import LibraryUnavailableError
from biofeedback.runtime.outputs import OutputPlan
from biofeedback.runtime.snapshot import SessionPlan

if TYPE_CHECKING:
    from collections.abc import Iterator

    from biofeedback.devices.simulated import Demo
    from biofeedback.sessions.library import Library

__all__ = ["demo", "demo_common"]


def demo(
    ctx: typer.Context,
    *,
    minutes: Minutes = None,
    seconds: Seconds = None,
    preset: Preset = None,
    breath: Breath = None,
    rate: Rate = None,
    events: EventsPath = None,
    lsl_out: LslOut = False,
    osc_out: OscOut = None,
    network: Network = False,
    picture: Annotated[
        Path | None, typer.Option("--picture", help="Where the picture of the session goes.")
    ] = None,
    speed: Annotated[
        float, typer.Option("--speed", min=0.5, max=64, help="Session seconds a real second.")
    ] = 1.0,
    scenario: Annotated[
        str | None,
        typer.Option(
            "--scenario", metavar="NAME", help="What befalls the person, such as hard-memory."
        ),
    ] = None,
    library: LibraryPath = None,
    passphrase_file: PassphraseFile = None,
    headless: Headless = False,
) -> None:
    """Try the app with simulated sensors; without a screen it runs in the terminal."""
    from biofeedback.devices.simulated import demo_of

    made_of = demo_of(scenario)
    check_osc_out(osc_out, network=network)
    common = demo_common(common_of(ctx, library, passphrase_file, headless=headless))
    if not common.headless and has_display():
        from biofeedback.cli.window import open_demo_window

        raise typer.Exit(
            open_demo_window(
                common, speed, OutputPlan(lsl_out, osc_out or "", network), scenario=scenario
            )
        )
    to_stderr = events == "-"
    why = "" if common.headless else " There is no screen, so it runs in the terminal."
    typer.echo(f"A demo with simulated sensors.{why}", err=to_stderr)
    if made_of.story:
        typer.echo(made_of.story, err=to_stderr)
    plan = SessionPlan(
        "breathing",
        breath_pattern(preset, breath, rate),
        duration_of(minutes, seconds, default_s=made_of.length_s),
    )
    kept = open_library(common, create=True)
    try:
        sends = OutputPlan(lsl_out, osc_out or "", network)
        _lead(kept, plan, common, events, picture, speed, sends, made_of)
    finally:
        kept.close()


def _lead(
    kept: Library,
    plan: SessionPlan,
    common: Common,
    events: str | None,
    picture: Path | None,
    speed: float,
    sends: OutputPlan,
    made_of: Demo,
) -> None:
    from biofeedback.cli.lead import lead_session, stop_on_signal, tell_kept

    to_stderr = events == "-"
    summary, trouble = lead_session(
        made_of.sensors[0],
        plan,
        kept,
        events=events,
        wait_s=60.0,
        clock_factory=lambda: SystemClock(speed),
        partner_names=[name for names in made_of.sensors[1:] for name in names],
        sends=sends,
    )
    # Also where a display is named: it need not answer, and Qt would end the program.
    os.environ["QT_QPA_PLATFORM"] = "offscreen"
    target = picture or data_folder() / "demo" / "pictures" / f"{summary.session_id}.png"
    # Ctrl-C in the middle of loading Qt would end the program without a word.
    with stop_on_signal():
        from biofeedback.ui.picture import save_summary_picture

        with _in_words(target.parent):
            target.parent.mkdir(parents=True, exist_ok=True)
        typer.echo(f"Picture: {save_summary_picture(summary, target)}", err=to_stderr)
    tell_kept(summary, kept.path, to_stderr=to_stderr)
    options = f"--library {shlex.quote(str(kept.path))}"
    if common.passphrase_file is not None:
        options += f" --passphrase-file {shlex.quote(str(common.passphrase_file))}"
    typer.echo(
        f"See it with: biofeedback sessions show {summary.session_id} {options}", err=to_stderr
    )
    if trouble is not None:
        raise trouble


def demo_common(common: Common) -> Common:
    """Fill in the demo's own library and key where none were given.

    The key lies in a file beside the library: nobody's body is in there, and a demo that
    asks for a passphrase would be no demo. The library itself is like any other.
    """
    if common.library is not None or common.passphrase_file is not None:
        return common
    folder = data_folder() / "demo"
    key_file = folder / "key.txt"
    if not key_file.exists():
        with _in_words(folder):
            folder.mkdir(parents=True, exist_ok=True)
            _write_key(key_file)
    return Common(folder / "library" / "library.biofeedback", key_file, common.headless)


def _write_key(key_file: Path) -> None:
    # Whole or not at all, for an empty key file would lock the demo for good; and when two demos
    # begin at once, the first one's key stays.
    draft = key_file.with_name(f"{key_file.name}.{secrets.token_hex(4)}")
    try:
        draft.touch(mode=0o600)
        draft.write_text(secrets.token_urlsafe(24) + "\n", encoding="utf-8")
        with suppress(FileExistsError):
            key_file.hardlink_to(draft)
    finally:
        draft.unlink(missing_ok=True)


@contextmanager
def _in_words(folder: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        msg = (
            f"Nothing can be written in {folder}: {error.strerror or 'the disk does not answer'}. "
            "Please make room there, or choose another place."
        )
        raise LibraryUnavailableError(msg) from error
