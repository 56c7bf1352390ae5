"""A port on which other programs tell what their sensors measure, as a sensor."""

from __future__ import annotations

import asyncio
import errno
import importlib
import socket
from collections import deque
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Final, NamedTuple

from biofeedback.clock import until
from biofeedback.devices.driver import DecodeError
from biofeedback.devices.intake import Intake
from biofeedback.devices.osc.mapping import MappingError, RuleBook, read_rules
from biofeedback.devices.osc.naming import OSC, closed_words, osc_place
from biofeedback.devices.osc.place import LOOPBACK, Place, is_loopback
from biofeedback.devices.osc.streams import OscStreams
from biofeedback.kinds import GapReason, LinkState, StreamKind
from biofeedback.samples import Packet, SensorStatus

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from biofeedback.clock import Clock
    from biofeedback.devices.osc.assembly import Arrived
    from biofeedback.devices.sensor import SensorInfo, Sink

__all__ = ["SILENCE_S", "OscSensor"]

# Intervals between beats come about once a second; this is a pause that somebody notices.
SILENCE_S: Final = 8.0
_HEALTH_S: Final = 5.0
_MAX_WAIT_S: Final = 10.0
_MAX_WAITING: Final = 4096
_MAX_FILE_BYTES: Final = 256 * 1024
# They come when something happens, or every so often: what is between is no gap.
_NOW_AND_THEN: Final = frozenset({StreamKind.OTHER, StreamKind.TEMPERATURE})
_LEAVE_OUT: Final = "Leave it out: the port alone is enough."
_NO_LIBRARY: Final = (
    "OSC could not be loaded on this computer. Installing the program anew often helps; everything "
    "else works without it."
)
_SEVERAL: Final = (
    "More than one sensor sends to this port; the first is listened to. Give each a port of its "
    "own to have them all."
)


class _Datagram(NamedTuple):
    arrival_s: float
    payload: bytes
    host: str


class OscSensor:
    """Listens on one port, for as long as it runs.

    Parameters
    ----------
    info
        From `biofeedback.devices.osc.naming`.
    """

    def __init__(self, info: SensorInfo) -> None:
        self._info = info
        self._port: int | None = None

    @property
    def info(self) -> SensorInfo:
        """What it is."""
        return self._info

    @property
    def port(self) -> int | None:
        """The port that is open, ``None`` while none is; of use where port 0 was asked for."""
        return self._port

    async def run(self, sink: Sink, clock: Clock) -> None:
        """Deliver samples until cancelled; open the port again whenever it was closed."""
        run = _Run(self._info, sink, clock)
        n_failed = 0
        try:
            while True:
                try:
                    async with _Listening(run, self._info) as port:
                        self._port = port
                        n_failed = 0
                        await run.follow(port)
                except MappingError as error:
                    run.tell(LinkState.REFUSED, str(error))
                except ImportError:
                    run.tell(LinkState.REFUSED, _NO_LIBRARY)
                except (OSError, UnicodeError) as error:
                    run.tell(LinkState.UNAVAILABLE, _why_not(error, self._info))
                finally:
                    self._port = None
                    run.ended()
                wait_s = min(2.0**n_failed, _MAX_WAIT_S)
                n_failed += 1
                await clock.sleep_until(clock.now_s() + wait_s)
        finally:
            run.tell(LinkState.STOPPED, "")


def _why_not(error: OSError | UnicodeError, info: SensorInfo) -> str:
    host, port = osc_place(info)
    if isinstance(error, socket.gaierror | UnicodeError):
        return f"This computer has no address {host}. {_LEAVE_OUT}"
    if error.errno == errno.EADDRINUSE:
        return (
            f"Another program listens on port {port} already. Close it, or let the sender use "
            "another port, and choose that here."
        )
    if error.errno in {errno.EACCES, errno.EPERM}:
        return f"The computer keeps port {port} to itself. Choose one above 1024."
    if error.errno == errno.EADDRNOTAVAIL:
        return f"This computer has no address {host}. {_LEAVE_OUT}"
    return f"Port {port} cannot be opened just now. It is tried again by itself."


class _Listening(asyncio.DatagramProtocol):
    """The open port, from entering to leaving."""

    def __init__(self, run: _Run, info: SensorInfo) -> None:
        self._run = run
        self._info = info
        self._transport: asyncio.DatagramTransport | None = None

    async def __aenter__(self) -> int:
        # Now, not with the first message.
        importlib.import_module("pythonosc.osc_message")
        self._run.begin(_book(self._info.options))
        host, port = osc_place(self._info)
        if not is_loopback(host) and not self._info.options.get("network"):
            raise MappingError(closed_words(Place(host, port)))
        loop = asyncio.get_running_loop()
        transport, _ = await loop.create_datagram_endpoint(lambda: self, local_addr=(host, port))
        self._transport = transport
        return int(transport.get_extra_info("sockname")[1])

    async def __aexit__(self, *_exception: object) -> None:
        if self._transport is not None:
            self._transport.abort()
            # Closing is done by the loop, at its next turn.
            await asyncio.sleep(0)

    def datagram_received(self, data: bytes, addr: tuple[str, int]) -> None:
        self._run.arrived(data, str(addr[0]))

    def connection_lost(self, _error: Exception | None) -> None:
        self._run.closed()


def _book(options: Mapping[str, float | str]) -> RuleBook:
    path = str(options.get("map", ""))
    if not path:
        return RuleBook()
    try:
        with Path(path).expanduser().open("rb") as file:
            content = file.read(_MAX_FILE_BYTES + 1)
        text = content.decode("utf-8")
    except (OSError, ValueError) as error:
        msg = f"The file of OSC addresses, {path}, cannot be read. Check its name and place."
        raise MappingError(msg) from error
    if len(content) > _MAX_FILE_BYTES:
        msg = f"The file of OSC addresses, {path}, is too long to be one."
        raise MappingError(msg)
    return RuleBook(read_rules(text))


class _Run:
    """What one run knows: the state of the port and of what came to it."""

    def __init__(self, info: SensorInfo, sink: Sink, clock: Clock) -> None:
        self._info = info
        self._sink = sink
        self._clock = clock
        self._intake = Intake(sink)
        self._streams = OscStreams(info.sensor_id, RuleBook())
        self._inbox: deque[_Datagram] = deque(maxlen=_MAX_WAITING)
        self._wake = asyncio.Event()
        self._is_closed = False
        self._n_unread = 0
        self._n_unreadable = 0
        self._n_bad_before = 0
        self._last_s = 0.0
        self._health_s = 0.0
        self._status: SensorStatus | None = None

    def begin(self, book: RuleBook) -> None:
        """Begin anew with a port that is to be opened."""
        self._n_bad_before += self._streams.n_bad
        self._streams = OscStreams(self._info.sensor_id, book)
        self._is_closed = False

    def arrived(self, payload: bytes, host: str) -> None:
        """Stamp and keep."""
        self._n_unread += len(self._inbox) == _MAX_WAITING
        self._inbox.append(_Datagram(self._clock.now_s(), payload, host))
        self._wake.set()

    def closed(self) -> None:
        """Note that the port is gone."""
        self._is_closed = True
        self._wake.set()

    async def follow(self, port: int) -> None:
        """Take what comes for as long as the port is open."""
        self._last_s = self._health_s = self._clock.now_s()
        self.tell(LinkState.WAITING, self._waiting(port))
        while not self._is_closed:
            self._wake.clear()
            n_taken = self._streams.n_taken
            if self._drain():
                self._tell_what_came(port, is_known=self._streams.n_taken > n_taken)
            self._watch(port)
            await until(self._clock, self._due_s(), self._wake)

    def ended(self) -> None:
        """Pass on what is held: the port is closed."""
        self._drain()
        self._deliver(self._streams.ended())
        self._intake.blame(GapReason.LINK)

    def tell(self, state: LinkState, message: str, *, has_health: bool = False) -> None:
        """Tell the sink, if there is anything new."""
        status = self._status or SensorStatus(
            self._clock.now_s(), self._info.sensor_id, self._info.name, LinkState.CONNECTING
        )
        changed = replace(
            status,
            state=state,
            message=message,
            n_lost_packets=self._n_unread,
            n_bad_packets=self._n_unreadable + self._n_bad_before + self._streams.n_bad,
            has_rr=True if self._intake.heard_s(StreamKind.RR) is not None else None,
            streams=self._intake.health() if has_health else status.streams,
        )
        if changed != self._status:
            self._status = replace(changed, t_s=self._clock.now_s())
            self._sink.status(self._status)

    def _drain(self) -> bool:
        """Take what waits; return whether there was anything."""
        is_any = bool(self._inbox)
        while self._inbox:
            arrival_s, payload, host = self._inbox.popleft()
            self._sink.packet(Packet(self._info.sensor_id, OSC, arrival_s, payload))
            n_before = self._streams.n_taken
            try:
                arrived = self._streams.take(payload, arrival_s, host)
            except DecodeError:
                self._n_unreadable += 1
                continue
            self._deliver(arrived)
            if self._streams.n_taken > n_before:
                self._last_s = arrival_s
        return is_any

    def _tell_what_came(self, port: int, *, is_known: bool) -> None:
        if is_known:
            is_shared = self._streams.hears_several(self._clock.now_s())
            self._tell_now(LinkState.STREAMING, _SEVERAL if is_shared else "")
        elif self._status is not None and self._status.state is LinkState.WAITING:
            self._tell_now(LinkState.WAITING, self._waiting(port))

    def _tell_now(self, state: LinkState, message: str) -> None:
        """Tell what changed in words at once, and mere counts with the next health."""
        status = self._status
        if status is None or (status.state, status.message) != (state, message):
            self.tell(state, message)

    def _deliver(self, arrived: Iterable[Arrived]) -> None:
        for delivery, arrival_s in arrived:
            self._intake.deliver((delivery,), arrival_s)

    def _watch(self, port: int) -> None:
        now_s = self._clock.now_s()
        self._deliver(self._streams.release(now_s))
        self._intake.release(now_s)
        state = LinkState.WAITING if self._status is None else self._status.state
        if state is LinkState.STREAMING:
            if now_s >= self._last_s + SILENCE_S:
                self._deliver(self._streams.ended())
                self._intake.blame(GapReason.SILENCE)
                self.tell(
                    LinkState.SILENT,
                    f"Nothing has come on port {port} for a while. Is the sender still sending?",
                )
            for kind in set(StreamKind) - _NOW_AND_THEN:
                heard_s = self._intake.heard_s(kind)
                if heard_s is not None and now_s >= heard_s + SILENCE_S:
                    self._intake.blame_stream(kind, GapReason.SILENCE)
        if now_s >= self._health_s + _HEALTH_S and self._status is not None:
            self._health_s = now_s
            self.tell(self._status.state, self._status.message, has_health=True)

    def _due_s(self) -> float:
        dues = [self._streams.due_s(), self._intake.due_s(), self._health_s + _HEALTH_S]
        if self._status is not None and self._status.state is LinkState.STREAMING:
            dues.append(self._last_s + SILENCE_S)
        return min(due_s for due_s in dues if due_s is not None)

    def _waiting(self, port: int) -> str:
        if unknown := self._streams.unknown:
            return (
                f"Messages come, but what they are is not known: {', '.join(unknown)}. "
                "A file of addresses tells; see “OSC” in docs/streams.md."
            )
        if self._n_unreadable:
            return f"What comes on port {port} is not OSC. Look at what the sender sends there."
        to = "this computer" if self._info.options.get("network") else LOOPBACK
        return f"Waiting for the first message. Let the sender send to {to}, port {port}."
