"""A recording through the same pipeline and guide: all at once, or at a pace to look at."""

from __future__ import annotations

import asyncio
import threading
from contextlib import suppress
from dataclasses import replace
from functools import partial
from math import inf, isinf
from typing import TYPE_CHECKING, Protocol

from biofeedback.clock import SystemClock
from biofeedback.errors import BiofeedbackError, FormatError
from biofeedback.guides.catalogue import GUIDES
from biofeedback.guides.leader import COMMANDS
from biofeedback.guides.pacer import PacerChange
from biofeedback.pacing import PRESETS
from biofeedback.runtime.bugs import tell_bug
from biofeedback.runtime.session import SessionCore
from biofeedback.runtime.snapshot import BASELINE, SessionPlan, SessionState, Snapshot, plan_of
from biofeedback.runtime.view import SessionViewBuilder
from biofeedback.samples import (
    Chunk,
    Command,
    Event,
    Gap,
    Input,
    Marker,
    Result,
    SensorStatus,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from biofeedback.clock import Clock

__all__ = ["MAX_SPEED", "MIN_SPEED", "Player", "Replayable", "replay_events", "replay_results"]

MIN_SPEED = 0.5
MAX_SPEED = 64.0
# Snapshots are made anew this often, in real seconds.
_FRAME_S = 0.05
_BASELINE_COMMANDS = {f"{BASELINE}-{word}" for word in ("begin", "end", "pause", "resume")}
_TOO_NEW = (
    "This recording holds something that this version of the app does not know: {what}. "
    "A newer version may have made it, and can play it. The recording is as it was."
)


class Replayable(Protocol):
    """What can be replayed: a recorded session, or a file that was read."""

    @property
    def duration_s(self) -> float:
        """Length in seconds."""
        ...

    def events(self, *kinds: type) -> Iterator[Event]:
        """Everything recorded, in order; or only what is of the given kinds."""
        ...


def replay_results(inputs: Iterable[Input], end_s: float) -> Iterator[Result]:
    """Compute the results of recorded inputs again, in order.

    Parameters
    ----------
    inputs
        Chunks and commands in recorded order.
    end_s
        When the session ended.

    Raises
    ------
    FormatError
        If a guide or a command in it is unknown here.
    """
    core = SessionCore()
    for item in inputs:
        yield from _results(_pushed(core, item))
    yield from _results(core.finish(end_s))


def replay_events(session: Replayable, *, is_live: bool = True) -> Iterator[Event]:
    """Return inputs, results computed again, markers, sensor states and gaps, in order.

    Recorded results are left out: they are what is computed again.

    Parameters
    ----------
    session
        What was recorded.
    is_live
        As for `biofeedback.signal.pipeline.Pipeline`.

    Raises
    ------
    FormatError
        If a guide or a command in it is unknown here.
    """
    core = SessionCore(is_live=is_live)
    for event in session.events(Chunk, Command, Marker, SensorStatus, Gap):
        yield event
        if isinstance(event, Chunk | Command):
            yield from _results(_pushed(core, event))
    yield from _results(core.finish(session.duration_s))


def _results(items: Iterable[Result | PacerChange]) -> Iterator[Result]:
    for item in items:
        if not isinstance(item, PacerChange):
            yield item


def _pushed(core: SessionCore, item: Input) -> tuple[Result | PacerChange, ...]:
    _know(item)
    if not isinstance(item, Command) or item.name != "begin":
        return core.push(item)
    try:
        return core.push(item)
    except ValueError as error:
        raise FormatError(_TOO_NEW.format(what="how its guide was begun")) from error


def _know(event: Event) -> None:
    """See that a command is one which can be followed.

    Raises
    ------
    FormatError
        If it is not.
    """
    if not isinstance(event, Command) or event.name in _BASELINE_COMMANDS:
        return
    if event.name not in COMMANDS:
        raise FormatError(_TOO_NEW.format(what=f"the command {event.name!r}"))
    guide = event.arguments.get("guide", "") if event.name == "begin" else ""
    if guide and guide not in GUIDES:
        raise FormatError(_TOO_NEW.format(what=f"the guide {guide!r}"))


def _moment_s(event: Event) -> float:
    """Return when an event reached the session."""
    if isinstance(event, Chunk):
        return event.arrival_s
    if isinstance(event, Command | Marker | SensorStatus | Gap):
        # A gap lies before its moment in time, and is told with the first sample after it.
        return event.t_s
    msg = f"{type(event).__name__} is not replayed"
    raise TypeError(msg)


class Player:
    """Plays a recording at a speed, for a screen to follow. A `SessionView`.

    Parameters
    ----------
    session
        What to play.
    speed
        0.5 to 64 times, or ``inf`` for as fast as it goes.
    clock
        Real time; tests give one that stands still.
    on_event
        Called on the player's thread with each event.
    """

    def __init__(
        self,
        session: Replayable,
        *,
        speed: float = 1.0,
        clock: Clock | None = None,
        on_event: Callable[[Event], None] | None = None,
    ) -> None:
        self.duration_s = session.duration_s
        self._session = session
        self._clock = SystemClock() if clock is None else clock
        self._on_event = on_event
        self._core = SessionCore(
            partial(tell_bug, "the pipeline failed in replay"),
            on_guide_failure=partial(tell_bug, "a guide failed in replay"),
        )
        self._view = SessionViewBuilder(self._core)
        self._speed = _checked_speed(speed)
        # Session time is a line through this point; a change of speed or a pause moves it.
        self._anchor_real_s = self._clock.now_s()
        self._anchor_s = 0.0
        self._is_playing = True
        self._is_over = False
        self._failure: BiofeedbackError | None = None
        self._shown_s = -inf
        self._lock = threading.Lock()
        self._changed: asyncio.Event | None = None
        self._loop: asyncio.AbstractEventLoop | None = None
        self._thread: threading.Thread | None = None
        self._snapshot = self._view.snapshot(0.0, SessionState.RUNNING, None)

    @property
    def speed(self) -> float:
        """Session seconds a real second."""
        return self._speed

    @property
    def is_playing(self) -> bool:
        """Whether it moves: not paused, not over."""
        return self._is_playing and not self._is_over

    @property
    def failure(self) -> BiofeedbackError | None:
        """Why it came to an early end, such as a damaged library; ``None`` if it did not."""
        return self._failure

    def snapshot(self) -> Snapshot:
        """The newest picture."""
        return self._snapshot

    def now_s(self) -> float:
        """Session time now."""
        with self._lock:
            return self._position_s()

    def start(self) -> None:
        """Begin to play."""
        if self._thread is not None:
            return
        with self._lock:
            self._anchor_real_s = self._clock.now_s()
        self._loop = asyncio.new_event_loop()
        self._changed = asyncio.Event()
        self._thread = threading.Thread(
            target=self._run, args=(self._loop,), name="biofeedback-player", daemon=True
        )
        self._thread.start()

    def stop(self) -> None:
        """Stop for good, and wait until the thread is done."""
        if self._thread is None or self._loop is None:
            return
        with suppress(RuntimeError):  # it may just have come to its end by itself
            self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._thread = None
        self._is_over = True

    def wait(self) -> None:
        """Wait until the recording was played to its end."""
        if self._thread is not None:
            self._thread.join()

    def pause(self) -> None:
        """Stand still, at once."""
        self._change(is_playing=False)

    def resume(self) -> None:
        """Go on."""
        self._change(is_playing=True)

    def set_speed(self, speed: float) -> None:
        """Play at another speed from here on."""
        self._change(speed=_checked_speed(speed))

    def _change(self, *, is_playing: bool | None = None, speed: float | None = None) -> None:
        with self._lock:
            self._anchor_s = self._position_s()
            self._anchor_real_s = self._clock.now_s()
            if is_playing is not None:
                self._is_playing = is_playing
            if speed is not None:
                self._speed = speed
        if self._loop is not None and self._changed is not None:
            with suppress(RuntimeError):  # it may just have come to its end by itself
                self._loop.call_soon_threadsafe(self._changed.set)

    def _position_s(self) -> float:
        if not self._is_playing or isinf(self._speed):
            return self._anchor_s
        elapsed_s = self._clock.now_s() - self._anchor_real_s
        return min(self._anchor_s + elapsed_s * self._speed, self.duration_s)

    def _run(self, loop: asyncio.AbstractEventLoop) -> None:
        asyncio.set_event_loop(loop)
        playing = loop.create_task(self._play())
        playing.add_done_callback(lambda _: loop.stop())
        try:
            loop.run_forever()
        finally:
            playing.cancel()
            (outcome,) = loop.run_until_complete(asyncio.gather(playing, return_exceptions=True))
            loop.close()
            if isinstance(outcome, BiofeedbackError):
                self._failure = outcome
            elif isinstance(outcome, Exception):
                tell_bug("a replay failed", outcome)
                self._failure = BiofeedbackError(
                    "Something went wrong in the app, and the replay ended early. "
                    "The recording is as it was."
                )
            if self._failure is not None:
                self._snapshot = replace(self._snapshot, state=SessionState.ENDED)
            self._is_over = True

    async def _play(self) -> None:
        for event in self._session.events(Chunk, Command, Marker, SensorStatus, Gap):
            _know(event)
            await self._wait_for(_moment_s(event))
            self._take(event)
            if isinstance(event, Chunk | Command):
                for item in self._core.push(event):
                    self._take(item)
        await self._wait_for(self.duration_s)
        for item in self._core.finish(self.duration_s):
            self._take(item)
        self._snapshot = self._view.snapshot(self.duration_s, SessionState.ENDED, None)

    async def _wait_for(self, t_s: float) -> None:
        """Wait until the position has reached a moment, making snapshots on the way."""
        assert self._changed is not None  # noqa: S101 - made by start
        while True:
            with self._lock:
                if isinf(self._speed) and self._is_playing:
                    self._anchor_s = max(self._anchor_s, min(t_s, self.duration_s))
                position_s = self._position_s()
                is_playing, speed = self._is_playing, self._speed
            if is_playing and (position_s >= min(t_s, self.duration_s)):
                if isinf(speed):
                    if self._clock.now_s() - self._shown_s >= _FRAME_S:
                        self._show(position_s)
                    # Give way, so that it can be stopped.
                    await asyncio.sleep(0)
                return
            self._show(position_s)
            if is_playing:
                left_s = min((t_s - position_s) / speed, _FRAME_S)
                await self._clock.sleep_until(self._clock.now_s() + left_s)
            else:
                self._changed.clear()
                if not self._is_playing:
                    await self._changed.wait()

    def _take(self, item: Event | PacerChange) -> None:
        self._view.take(item)
        if isinstance(item, Command) and item.name == "begin":
            self._view.plan = plan_of(item.arguments)
        elif isinstance(item, Command) and item.name == f"{BASELINE}-begin":
            self._view.plan = SessionPlan(BASELINE, PRESETS["gentle"])
        if self._on_event is not None and not isinstance(item, PacerChange):
            self._on_event(item)

    def _show(self, position_s: float) -> None:
        state = SessionState.RUNNING if self._is_playing else SessionState.PAUSED
        self._snapshot = self._view.snapshot(position_s, state, None)
        self._shown_s = self._clock.now_s()


def _checked_speed(speed: float) -> float:
    if isinf(speed) and speed > 0:
        return speed
    if not MIN_SPEED <= speed <= MAX_SPEED:
        msg = f"speed must be {MIN_SPEED:g} to {MAX_SPEED:g}, or inf"
        raise ValueError(msg)
    return speed
