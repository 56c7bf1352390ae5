"""``biofeedback replay``: a recording through the same pipeline, at any speed."""

from __future__ import annotations

from contextlib import ExitStack
from math import inf
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from biofeedback.cli.display import has_display
from biofeedback.cli.events import events_to
from biofeedback.cli.lead import stop_on_signal
from biofeedback.cli.library import Common, open_library
from biofeedback.cli.options import (
    EventsPath,
    Headless,
    LibraryPath,
    PassphraseFile,
    SamplingRate,
    common_of,
    sampling_rate_of,
)
from biofeedback.runtime.replay import MAX_SPEED, MIN_SPEED, Player, Replayable, replay_events
from biofeedback.samples import Beat

if TYPE_CHECKING:
    from biofeedback.cli.events import EventWriter

__all__ = ["replay"]

_FRAME_S = 0.1


def replay(
    ctx: typer.Context,
    session: Annotated[str, typer.Argument(help="A session's id or its beginning, or a file.")],
    *,
    speed: Annotated[
        str, typer.Option("--speed", metavar="X|max", help="0.5 to 64 times, or max.")
    ] = "1",
    rate: SamplingRate = None,
    events: EventsPath = None,
    library: LibraryPath = None,
    passphrase_file: PassphraseFile = None,
    headless: Headless = False,
) -> None:
    """Play a recording again: the same signals, the same measures."""
    common = common_of(ctx, library, passphrase_file, headless=headless)
    times = _speed_of(speed)
    rate_hz = sampling_rate_of(rate)
    with ExitStack() as stack:
        recording = _recording(stack, session, common, rate_hz)
        if events is None and not common.headless and has_display():
            from biofeedback.cli.window import open_replay_window

            raise typer.Exit(open_replay_window(recording, times))
        writer = stack.enter_context(events_to(events, may_wait=True))
        if times == inf:
            _play_through(recording, writer, to_stderr=events == "-")
        else:
            _play(recording, times, writer, to_stderr=events == "-")
    if writer.trouble is not None:
        raise writer.trouble


def _speed_of(words: str) -> float:
    if words == "max":
        return inf
    try:
        times = float(words.removesuffix("x"))
    except ValueError:
        times = 0.0
    if not MIN_SPEED <= times <= MAX_SPEED:
        msg = f"--speed is {MIN_SPEED:g} to {MAX_SPEED:g}, or max"
        raise typer.BadParameter(msg)
    return times


def _recording(stack: ExitStack, session: str, common: Common, rate_hz: float | None) -> Replayable:
    # What reads as a path is one, so that a mistyped name is not taken for a locked session.
    if Path(session).is_file() or Path(session).suffix or Path(session).name != session:
        from biofeedback.sessions.formats import read

        return read(Path(session), rate_hz)
    library = open_library(common, create=False)
    stack.callback(library.close)
    return library.load(library.find(session).session_id)


def _play_through(recording: Replayable, writer: EventWriter, *, to_stderr: bool) -> None:
    n_beats = 0
    for event in replay_events(recording):
        writer.put(event)
        n_beats += isinstance(event, Beat)
        if writer.is_left:
            return
    typer.echo(f"Replayed {recording.duration_s:.0f} s, {n_beats} beats.", err=to_stderr)


def _play(recording: Replayable, times: float, writer: EventWriter, *, to_stderr: bool) -> None:
    from biofeedback.cli.terminal import show_live

    player = Player(recording, speed=times, on_event=writer.put)
    with stop_on_signal() as stop:
        player.start()
        try:
            with show_live(
                player, to_stderr=to_stderr, end_words=f"replay, {times:g} times · Ctrl-C ends"
            ) as paint:
                while player.is_playing and not writer.is_left and not stop.wait(_FRAME_S):
                    paint()
                paint()
        finally:
            player.stop()
    if player.failure is not None:
        raise player.failure
    typer.echo(f"Replayed {player.snapshot().t_s:.0f} s.", err=to_stderr)
