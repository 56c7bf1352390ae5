"""One session from the terminal: connect, lead, show, end well. Behind `record` and `demo`."""

from __future__ import annotations

import signal
import threading
from concurrent.futures import Future, wait
from contextlib import ExitStack, contextmanager
from typing import TYPE_CHECKING, TypeVar

import typer

from biofeedback.cli.events import events_to
from biofeedback.cli.terminal import print_summary, show_live
from biofeedback.clock import SystemClock, utc_now
from biofeedback.devices.sensor import Origin
from biofeedback.errors import LibraryUnavailableError, SensorNotFoundError
from biofeedback.kinds import Role
from biofeedback.runtime.engine import Engine
from biofeedback.runtime.output_plan import OutputPlan

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from pathlib import Path
    from types import FrameType

    from biofeedback.clock import Clock
    from biofeedback.devices.lsl.outlets import LslOutlets
    from biofeedback.devices.sensor import SensorInfo
    from biofeedback.errors import FormatError
    from biofeedback.runtime.snapshot import SessionPlan
    from biofeedback.runtime.summary import Summary
    from biofeedback.sessions.library import Library

__all__ = ["keep_usual", "lead_session", "stop_on_signal", "tell_kept"]

_T = TypeVar("_T")
_FRAME_S = 0.1
_FIND_S = 20.0
# Windows knows no SIGHUP.
_SIGNALS = tuple(
    getattr(signal, name) for name in ("SIGINT", "SIGTERM", "SIGHUP") if hasattr(signal, name)
)


def lead_session(
    sensor_names: Sequence[str],
    plan: SessionPlan,
    library: Library | None,
    *,
    events: str | None,
    wait_s: float,
    clock_factory: Callable[[], Clock] = SystemClock,
    partner_names: Sequence[str] = (),
    sends: OutputPlan | None = None,
) -> tuple[Summary, FormatError | None]:
    """Run one session to its end, or until Ctrl-C, and tell what it came to.

    Parameters
    ----------
    sensor_names
        Names, addresses or ids of the sensors.
    plan
        Guide, breath and length.
    library
        Where to keep it, ``None`` for nowhere.
    events
        Where events go: a path, ``-``, or ``None``.
    wait_s
        For how long to wait for the first samples.
    clock_factory
        Makes the engine's clock.
    partner_names
        Sensors that a second person wears.
    sends
        Where measures are sent while they happen, ``None`` for nowhere.

    Returns
    -------
    tuple
        What it came to, and why not all events could be written, ``None`` if they were.

    Raises
    ------
    SensorNotFoundError
        If a sensor is not near, or nothing came from any within ``wait_s``.
    typer.Abort
        If the person stopped it before it began.
    """
    to_stderr = events == "-"
    with stop_on_signal() as stop, events_to(events) as writer, ExitStack() as opened:
        engine = Engine(clock_factory=clock_factory)
        engine.listen(writer.put)
        sent = _send(engine, sends or OutputPlan(), opened, stop)
        engine.note_sending(sends or OutputPlan())
        engine.use_library(library)
        engine.start()
        try:
            infos = _found(engine, (*sensor_names, *partner_names), stop)
            for place, info in enumerate(infos):
                is_partners = place >= len(sensor_names)
                engine.add_sensor(info, Role.PARTNER if is_partners else Role.CLIENT)
            if stop.is_set():
                raise typer.Abort
            engine.begin(plan, wait_for_data=True)
            with show_live(engine, to_stderr=to_stderr, end_words="Ctrl-C ends") as paint:
                _follow(engine, stop, wait_s, paint)
            summary = engine.summary()
            assert summary is not None  # noqa: S101 - _follow waits for it
        finally:
            engine.stop()
    print_summary(summary, to_stderr=to_stderr)
    if sent is not None and sent.trouble:
        typer.echo(f"biofeedback: {sent.trouble}", err=True)
    return summary, writer.trouble


def _send(
    engine: Engine, plan: OutputPlan, opened: ExitStack, stop: threading.Event
) -> LslOutlets | None:
    """Open what measures are sent by; it is closed when the engine has stopped.

    Returns
    -------
    LslOutlets or None
        Streams, of which it shows only as they are sent whether they can be.

    Raises
    ------
    typer.Abort
        If the person stopped it meanwhile.
    """
    from biofeedback.cli.osc_options import osc_output_of
    from biofeedback.cli.streams_options import send_as_lsl

    streams = None
    if plan.lsl:
        streams = send_as_lsl(engine, network=plan.network)
        opened.callback(streams.close)
    output = _unless_stopped(lambda: osc_output_of(plan.osc or None, network=plan.network), stop)
    if output is not None:
        engine.listen(output.take)
        opened.callback(output.close)
    return streams


def _unless_stopped(work: Callable[[], _T], stop: threading.Event) -> _T:
    """Do what may take long: the name of a computer may be looked up for half a minute."""
    done: Future[_T] = Future()

    def run() -> None:
        try:
            done.set_result(work())
        except Exception as error:  # noqa: BLE001 - raised where it is waited for
            done.set_exception(error)

    threading.Thread(target=run, daemon=True).start()
    while not wait((done,), _FRAME_S).done:
        if stop.is_set():
            raise typer.Abort
    return done.result()


def tell_kept(summary: Summary, path: Path, *, to_stderr: bool) -> None:
    """Say where the session is kept.

    Raises
    ------
    LibraryUnavailableError
        If it is not, or not to its end.
    """
    if not summary.is_kept:
        known = (
            f" What there is of it is session {summary.session_id}." if summary.session_id else ""
        )
        msg = f"Not all of the session could be saved in {path}.{known}"
        raise LibraryUnavailableError(msg)
    typer.echo(f"Kept as {summary.session_id} in {path}", err=to_stderr)


def keep_usual(summary: Summary, library: Library, *, to_stderr: bool) -> None:
    """Keep what the session found to be usual, and say so.

    Raises
    ------
    LibraryUnavailableError
        If it cannot be kept just now.
    """
    if summary.baseline is None:
        return
    library.baselines.add(summary.baseline.to_values(), utc_now())
    count = len(library.baselines.of())
    words = "once so far" if count == 1 else f"{count} times so far"
    typer.echo(f"Kept as what is usual for you, taken {words}.", err=to_stderr)


def _found(engine: Engine, names: Sequence[str], stop: threading.Event) -> list[SensorInfo]:
    infos: list[SensorInfo] = []
    for name in names:
        finding = engine.find(name, _FIND_S)
        while not finding.done():
            if stop.wait(_FRAME_S):
                finding.cancel()
                raise typer.Abort
        info = finding.result()
        if any(_is_same(info, other) for other in infos):
            msg = f"The sensor {name} was named twice. Name each once."
            raise SensorNotFoundError(msg)
        infos.append(info)
    return infos


def _is_same(one: SensorInfo, other: SensorInfo) -> bool:
    """Whether two are one device, also where it called itself something else in between."""
    is_radio = one.origin is other.origin is Origin.BLUETOOTH
    return one.sensor_id == other.sensor_id or (
        is_radio and one.address.casefold() == other.address.casefold()
    )


def _follow(
    engine: Engine, stop: threading.Event, wait_s: float, paint: Callable[[], None]
) -> None:
    """Paint until the session has ended and its summary is there."""
    is_stopping = False
    while engine.summary() is None:
        paint()
        if stop.wait(_FRAME_S) and not is_stopping:
            is_stopping = True
            engine.end()
        if is_stopping:
            # The event stays set: this is the pause between two looks.
            threading.Event().wait(_FRAME_S)
        snapshot = engine.snapshot()
        if not snapshot.last_data_s and snapshot.plan is not None and engine.now_s() > wait_s:
            states = [status.message for status in snapshot.sensors.values() if status.message]
            why = f" {states[0]}" if states else ""
            msg = f"Nothing came from the sensor for {wait_s:.0f} s.{why}"
            raise SensorNotFoundError(msg)


@contextmanager
def stop_on_signal() -> Iterator[threading.Event]:
    """Give an event that Ctrl-C, a request to terminate and a closed terminal set."""
    stop = threading.Event()
    if threading.current_thread() is not threading.main_thread():
        yield stop  # only the main thread may take signals; tests run commands elsewhere
        return

    def ask(_number: int, _frame: FrameType | None) -> None:
        stop.set()

    before = {number: signal.signal(number, ask) for number in _SIGNALS}
    try:
        yield stop
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
