"""What a session measures, as LSL streams for other programs.

One stream for each signal of each sensor, for the beats and the measures of each source, for
the person's marks and for the guide's steps. They open as their first values come, and stay
open from session to session.
"""

from __future__ import annotations

import logging
import socket
import threading
from contextlib import suppress
from math import inf, isfinite
from queue import Empty, SimpleQueue
from typing import TYPE_CHECKING, Any, Final
from xml.etree import ElementTree as ET

from biofeedback.devices.lsl import outgoing
from biofeedback.devices.lsl.clock_offset import ClockOffset
from biofeedback.devices.lsl.library import load, local_clock, own_uids
from biofeedback.devices.lsl.loopback import Doorman, can_confine, confine
from biofeedback.devices.lsl.measure_rows import HOLD_S, MeasureRows
from biofeedback.errors import SensorRefusedError
from biofeedback.kinds import MarkerKind, StreamKind
from biofeedback.samples import Beat, Chunk, GuideState, Marker, Metric, SensorStatus, sensor_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from numpy.typing import ArrayLike

    from biofeedback.devices.lsl.measure_rows import MeasureRow
    from biofeedback.devices.lsl.outgoing import Outgoing
    from biofeedback.samples import Event

__all__ = ["LslOutlets"]

_log = logging.getLogger(__name__)

_SENT: Final = (Chunk, Beat, Metric, Marker, GuideState, SensorStatus)
# So much may wait to be sent: over a minute of five sensors.
_MOST_WAITING: Final = 20_000
# liblsl sends in the background and throws away what it has not sent when it is closed.
_LINGER_S: Final = 0.5
_CLOSE_S: Final = 10.0
_PORTS: Final = ("v4data_port", "v4service_port", "v6data_port", "v6service_port")

_CANNOT_CONFINE: Final = (
    "On this system Lab Streaming Layer opens its ports to the whole network, and nothing can keep "
    "it within this computer. Switch the network on as well to send streams all the same."
)
_NOT_OPENED: Final = (
    "A stream could not be opened for other programs. The session goes on without it."
)
_BROKEN: Final = (
    "Streams to other programs have stopped for a reason of the app's own. The session goes on "
    "without them."
)
_BEHIND: Final = "Streams to other programs fell behind, and some values were left out of them."


class LslOutlets:
    """Sends what a session measures to the programs of the lab network.

    Parameters
    ----------
    now_s
        Session time now, in the time of the events that will be taken; from any thread.
    measures
        Names of the measures to send.
    network
        Whether other computers may have them; else only programs on this one.
    host
        What keeps our streams apart from those of another computer; its name by default.
    hold_s
        How long the measures of a moment wait for one another, to be sent as one sample.
    """

    def __init__(
        self,
        now_s: Callable[[], float],
        measures: Iterable[str],
        *,
        network: bool = False,
        host: str = "",
        hold_s: float = HOLD_S,
    ) -> None:
        self._now_s = now_s
        self._measures = tuple(measures)
        self._hold_s = hold_s
        self._network = network
        self._host = host or socket.gethostname()
        self._queue: SimpleQueue[tuple[Event, float] | None] = SimpleQueue()
        self._clocks: ClockOffset | None = None
        self._thread: threading.Thread | None = None
        self._trouble = ""

    @property
    def trouble(self) -> str:
        """What went wrong, in words; empty while nothing has."""
        return self._trouble

    def open(self) -> None:
        """Get ready to send. Blocks for a moment: not on the engine's loop.

        Raises
        ------
        SensorRefusedError
            If LSL cannot be used, or could not be kept within this computer.
        """
        if self._thread is not None:
            return
        if not self._network and not can_confine():
            raise SensorRefusedError(_CANNOT_CONFINE)
        pylsl = load(network=self._network)
        self._clocks = ClockOffset(self._now_s, local_clock)
        self._thread = threading.Thread(
            target=self._run, args=(pylsl,), name="biofeedback-lsl-out", daemon=True
        )
        self._thread.start()

    def take(self, event: Event) -> None:
        """Send an event of the session, if it is one of those that are sent. Never blocks."""
        clocks = self._clocks
        if clocks is None or not isinstance(event, _SENT):
            return
        if self._queue.qsize() >= _MOST_WAITING:
            self._trouble = _BEHIND
            return
        # Now, for only now is the event surely of the session whose time it is.
        clocks.measure()
        self._queue.put((event, clocks.offset_s))

    def close(self) -> None:
        """Send what waits, and close the streams."""
        thread, self._thread, self._clocks = self._thread, None, None
        if thread is not None:
            self._queue.put(None)
            thread.join(_CLOSE_S)

    def _run(self, pylsl: Any) -> None:  # noqa: ANN401 - pylsl publishes no types
        try:
            self._send_all(pylsl)
        except Exception as error:  # noqa: BLE001 - what others hear must not disturb a session
            self._clocks = None
            self._trouble = _BROKEN
            # Without its words, which may hold a name.
            _log.error("streams to other programs stopped: %s", type(error).__name__)

    def _send_all(self, pylsl: Any) -> None:  # noqa: ANN401 - as above
        rows = MeasureRows(self._measures, self._hold_s)
        sender = _Sender(pylsl, rows, self._host, is_confined=not self._network)
        try:
            is_over = False
            while not is_over:
                # A row that is due goes out even while signals keep coming.
                sender.send_rows(local_clock())
                wait_s = rows.due_s - local_clock()
                try:
                    item = self._queue.get(timeout=max(wait_s, 0.0) if isfinite(wait_s) else None)
                except Empty:
                    continue
                if item is None:
                    is_over = True
                    sender.send_rows()
                else:
                    sender.send(*item)
                if sender.has_failed:
                    self._trouble = _NOT_OPENED
        finally:
            sender.close()


class _Sender:
    """The open streams, on their own thread."""

    def __init__(
        self,
        pylsl: Any,  # noqa: ANN401 - pylsl publishes no types
        rows: MeasureRows,
        host: str,
        *,
        is_confined: bool,
    ) -> None:
        self._pylsl = pylsl
        self._rows = rows
        self._is_confined = is_confined
        self._host = host
        self._statuses: dict[str, SensorStatus] = {}
        # By signal; None where one could not be opened.
        self._outlets: dict[str, Any] = {}
        self._uids: set[str] = set()
        self._step: tuple[str, str, float] | None = None
        self.has_failed = False
        self._doorman: Doorman | None = None
        if is_confined:
            # Taken by another program: then that one answers for itself alone.
            with suppress(OSError):
                self._doorman = Doorman()

    def send(self, event: Event, offset_s: float) -> None:
        """Send one event; ``offset_s`` is session time less LSL time."""
        if isinstance(event, Chunk):
            self._send_chunk(event, offset_s)
        elif isinstance(event, Metric):
            self._send_metric(event, offset_s)
        elif isinstance(event, Beat):
            source = event.source
            self._push(
                f"{source}:beats",
                lambda: outgoing.beats_of(source, self._status(source), self._host),
                [[event.rr_ms, event.corrected_rr_ms]],
                [event.t_s - offset_s],
            )
        elif isinstance(event, Marker):
            # A note is for the record alone.
            is_told = event.kind is MarkerKind.MARK and event.label
            word = f"{event.kind.value}: {event.label}" if is_told else event.kind.value
            self._push(
                "markers",
                lambda: outgoing.markers(self._host),
                [[word]],
                [event.t_s - offset_s],
            )
        elif isinstance(event, GuideState):
            self._send_guide(event, event.t_s - offset_s)
        elif isinstance(event, SensorStatus):
            self._statuses[event.sensor_id] = event

    def _send_guide(self, state: GuideState, lsl_s: float) -> None:
        """Send what begins: a question or another button is no new step of the breath."""
        if not state.guide:
            return  # nobody leads
        is_open = state.step == "open"
        word = (is_open and state.stage) or state.step
        # The moment at which a part of the breath ends is another one with each new part.
        ends = state.place if is_open else state.until_s
        step = (state.guide, word, ends if isfinite(ends) else 0.0)
        if step == self._step:
            return
        self._step = step
        words = [[f"{state.guide}: {word}"]]
        self._push("guide", lambda: outgoing.guide_steps(self._host), words, [lsl_s])

    def send_rows(self, now_s: float = inf) -> None:
        """Send the measures of the moments that are over by now."""
        for row in self._rows.due(now_s):
            self._send_row(row)

    def close(self) -> None:
        """Close every stream, when what was sent has been fetched."""
        if any(outlet is not None and outlet.have_consumers() for outlet in self._outlets.values()):
            threading.Event().wait(_LINGER_S)
        if self._doorman is not None:
            self._doorman.close()
        self._outlets.clear()
        own_uids.difference_update(self._uids)

    def _status(self, source: str) -> SensorStatus | None:
        return self._statuses.get(sensor_of(source))

    def _send_chunk(self, chunk: Chunk, offset_s: float) -> None:
        if chunk.stream.kind is StreamKind.BASELINE or chunk.t_s.size == 0:
            return  # what is usual for a person is no signal
        stream = chunk.stream
        self._push(
            stream.stream_id,
            lambda: outgoing.stream_of(stream, self._status(stream.sensor_id), self._host),
            chunk.values,
            (chunk.t_s - offset_s).tolist(),
        )

    def _send_metric(self, metric: Metric, offset_s: float) -> None:
        if not self._rows.is_one(metric):
            return
        # Open from the first value on, so that a program can find it before the row is sent.
        self._outlet(*self._measures_of(metric.source))
        ended = self._rows.take(metric, offset_s, local_clock())
        if ended is not None:
            self._send_row(ended)

    def _send_row(self, row: MeasureRow) -> None:
        self._push(*self._measures_of(row.source), [row.values], [row.stamp_s])

    def _measures_of(self, source: str) -> tuple[str, Callable[[], Outgoing]]:
        def plan() -> Outgoing:
            return outgoing.measures_of(
                source, self._status(source), self._host, self._rows.columns
            )

        return f"{source}:measures", plan

    def _push(
        self,
        key: str,
        plan: Callable[[], Outgoing],
        rows: ArrayLike,
        stamps_s: list[float],
    ) -> None:
        """Send samples of a stream, which is opened with its first."""
        outlet = self._outlet(key, plan)
        if outlet is None:
            return
        try:
            outlet.push_chunk(rows, stamps_s)
        except (RuntimeError, ValueError, TypeError):
            self.has_failed = True

    def _outlet(self, key: str, plan: Callable[[], Outgoing]) -> Any:  # noqa: ANN401 - as above
        if key not in self._outlets:
            self._outlets[key] = self._opened(plan())
        return self._outlets[key]

    def _opened(self, plan: Outgoing) -> Any:  # noqa: ANN401 - as above
        """Open a stream; ``None`` if it cannot be, or cannot be kept within this computer."""
        try:
            outlet = self._pylsl.StreamOutlet(self._info(plan))
            info = outlet.get_info()
            ports = _ports(info.as_xml())
        except (RuntimeError, ValueError, ET.ParseError):
            # Such as a name that no stream can have.
            self.has_failed = True
            return None
        own_uids.add(info.uid())
        self._uids.add(info.uid())
        if self._is_confined and not confine(ports.values()):
            self.has_failed = True
            return None
        if self._doorman is not None and ports.get("v4service_port"):
            self._doorman.add(ports["v4service_port"])
        return outlet

    def _info(self, plan: Outgoing) -> Any:  # noqa: ANN401 - as above
        info = self._pylsl.StreamInfo(
            plan.name,
            plan.stream_type,
            len(plan.channels),
            plan.rate_hz,
            plan.value_format,
            plan.source_id,
        )
        desc = info.desc()
        channels = desc.append_child("channels")
        for channel in plan.channels:
            node = channels.append_child("channel")
            node.append_child_value("label", channel.label)
            node.append_child_value("unit", channel.unit)
            node.append_child_value("type", channel.kind)
        for section, fields in plan.sections:
            node = desc.append_child(section)
            for name, text in fields:
                node.append_child_value(name, text)
        return info


def _ports(xml: str) -> dict[str, int]:
    """The ports of an outlet, from its own information."""
    info = ET.fromstring(xml)  # noqa: S314 - written by liblsl in this very process
    told = {name: int(info.findtext(name) or 0) for name in _PORTS}
    return {name: port for name, port in told.items() if port}
