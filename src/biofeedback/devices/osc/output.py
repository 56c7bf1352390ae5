"""What is measured, as messages to other programs: music, light, pictures, games.

One address a measure, one value a message::

    /biofeedback/hr            f   heart rate, bpm
    /biofeedback/rr            f   each beat: the interval as the measures use it, ms
    /biofeedback/hrv/rmssd     f   ms
    /biofeedback/coherence     f   0 to 1
    /biofeedback/eda/level     f   skin conductance level, µS
    /biofeedback/scr           f   each response of the skin: its size, µS
    /biofeedback/resp          f   the belt, as its sensor sends it
    /biofeedback/breath/rate   f   breaths a minute
    /biofeedback/arousal       f   as the measure, 0 is your usual
    /biofeedback/guide/step    s   in, hold-in, out, hold-out, open, paused, ended
    /biofeedback/guide/stage   s   which part of the guide begins
    /biofeedback/guide/length  f   how long the step lasts, seconds
    /biofeedback/marker        s   the words of a mark; of another marker its kind alone
    /biofeedback/quality/NAME  f   0 to 1, for hr rmssd coherence eda breath arousal

A value that is missing is not sent, and its quality is 0 then: a receiver never has to guess
whether a zero was measured.
"""

from __future__ import annotations

import socket
from collections import deque
from math import inf, isfinite
from typing import TYPE_CHECKING, Any, Final

from biofeedback.devices.osc.place import LOOPBACK, Place, is_loopback
from biofeedback.errors import BiofeedbackError
from biofeedback.kinds import MarkerKind, Role, StreamKind
from biofeedback.samples import Beat, Chunk, GuideState, Marker, Metric, Scr, sensor_of

if TYPE_CHECKING:
    from types import TracebackType
    from typing import Self

    from biofeedback.samples import Event

__all__ = ["DEFAULT_PORT", "MAX_RATE_HZ", "OscOutput", "OscOutputError", "check_host"]

DEFAULT_PORT: Final = 9000
MAX_RATE_HZ: Final = 30.0
# A source that says nothing for so long gives way to another that measures the same.
_FOLLOW_S: Final = 10.0
_MAX_FLOAT: Final = 3.4e38
_MAX_LABEL: Final = 200
_NO_LIBRARY: Final = (
    "OSC could not be loaded on this computer. Installing the program anew often helps; everything "
    "else works without it."
)
_ROOT: Final = "/biofeedback/"
# The measure, its address, and the name of its quality.
_MEASURES: Final = {
    "heart_rate_bpm": ("hr", "hr"),
    "rmssd_ms": ("hrv/rmssd", "rmssd"),
    "coherence": ("coherence", "coherence"),
    "scl_microsiemens": ("eda/level", "eda"),
    "breaths_per_min": ("breath/rate", "breath"),
    "arousal": ("arousal", "arousal"),
}


class OscOutputError(BiofeedbackError):
    """Where the messages are to go cannot be used, with what to do."""


def check_host(host: str, *, network: bool) -> None:
    """Refuse another computer where only this one may be sent to.

    Raises
    ------
    OscOutputError
        If the host is another computer and ``network`` is not set.
    """
    if not network and not is_loopback(host):
        msg = (
            f"OSC goes to this computer alone until you open it, and {host} is another. With "
            "--network your measures are sent there, readable for anyone on the way."
        )
        raise OscOutputError(msg)


class OscOutput:
    """Sends events to one place; a listener for `biofeedback.runtime.engine.Engine.listen`.

    Values that go on (a rate, a level, the belt) are sent at most ``rate_hz`` times a second and
    address: the newest one, and never one that waited behind another. What happens (a beat, a
    response, a step, a marker) is sent as it comes, at most so often. Time is that of the events.

    Where several sensors give a measure, the one heard first is sent for as long as it speaks.
    Nothing of a partner's sensors is sent.

    Parameters
    ----------
    host, port
        Where to.
    rate_hz
        Above 0, at most `MAX_RATE_HZ`.
    network
        Whether the host may be another computer.

    Attributes
    ----------
    n_sent, n_failed : int
        Messages that were sent, and that the computer did not take. Whether one arrives is
        never known.

    Raises
    ------
    OscOutputError
        If the host is another computer and ``network`` is not set, if there is no such host, or
        if what writes the messages cannot be loaded.
    ValueError
        If the rate is out of range.
    """

    def __init__(
        self,
        host: str = LOOPBACK,
        port: int = DEFAULT_PORT,
        *,
        rate_hz: float = MAX_RATE_HZ,
        network: bool = False,
    ) -> None:
        if not 0.0 < rate_hz <= MAX_RATE_HZ:
            msg = f"rate_hz must be above 0 and at most {MAX_RATE_HZ:g}"
            raise ValueError(msg)
        check_host(host, network=network)
        try:
            from pythonosc.osc_message_builder import (  # noqa: PLC0415 - when it is on
                OscMessageBuilder,
            )
        except ImportError as error:
            raise OscOutputError(_NO_LIBRARY) from error
        self._builder = OscMessageBuilder
        self.place = Place(host, port)
        self.n_sent = 0
        self.n_failed = 0
        self._socket, self._to = _opened(self.place)
        self._least_s = 1.0 / rate_hz
        self._n_a_second = max(int(rate_hz), 1)
        self._now_s = -inf
        self._partners = {Role.PARTNER.value}
        # By address.
        self._pending: dict[str, float] = {}
        self._sent_s: dict[str, float] = {}
        self._happened_s: dict[str, deque[float]] = {}
        self._step: tuple[str, str, float] | None = None
        self._stage: tuple[str, str, int] | None = None
        self._sources: dict[str, tuple[str, float]] = {}

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.close()

    def take(self, event: Event) -> None:
        """Send what an event holds, or keep it for the next moment. Never waits, never raises."""
        match event:
            case Chunk():
                self._pass_to(event.arrival_s)
                self._take_chunk(event)
            case Metric():
                self._pass_to(event.t_s)
                self._take_metric(event)
            case Beat():
                if self._follows("rr", event.source):
                    self._happen("rr", event.corrected_rr_ms)
            case Scr():
                if self._follows("scr", event.source):
                    self._happen("scr", event.amplitude_microsiemens)
            case GuideState():
                self._pass_to(event.t_s)
                self._take_guide(event)
            case Marker():
                self._pass_to(event.t_s)
                # A note is for the record alone.
                is_told = event.kind is MarkerKind.MARK and event.label
                self._happen("marker", event.label if is_told else event.kind.value)
            case _:
                pass
        self._send_due()

    def close(self) -> None:
        """Send what is still kept, and let go of the network."""
        for name, value in self._pending.items():
            self._send(name, value)
        self._pending.clear()
        self._socket.close()

    def _pass_to(self, t_s: float) -> None:
        """Let the time of the events go on; a new session begins it anew."""
        if t_s < self._now_s - _FOLLOW_S:
            self._sent_s.clear()
            self._happened_s.clear()
            self._step = self._stage = None
            self._sources.clear()
            self._pending.clear()
            self._now_s = t_s
        self._now_s = max(self._now_s, t_s)

    def _take_guide(self, state: GuideState) -> None:
        """Send what begins: a question or another button is no new step of the breath."""
        # The moment at which a part of the breath ends is another one with each new part.
        is_part = state.step != "open" and isfinite(state.until_s)
        step = (state.guide, state.step, state.until_s if is_part else 0.0)
        stage = (state.guide, state.stage, state.place)
        if stage != self._stage:
            self._stage = stage
            if state.stage:
                self._happen("guide/stage", state.stage)
        if step != self._step:
            self._step = step
            self._happen("guide/step", state.step)
            self._happen("guide/length", state.until_s - state.t_s)

    def _take_chunk(self, chunk: Chunk) -> None:
        stream = chunk.stream
        if stream.role is Role.PARTNER:
            self._partners.add(stream.sensor_id)
            return
        is_belt = stream.kind is StreamKind.RESPIRATION and chunk.t_s.size > 0
        if is_belt and self._follows("resp", stream.sensor_id):
            self._keep("resp", float(chunk.values[-1, 0]))

    def _take_metric(self, metric: Metric) -> None:
        names = _MEASURES.get(metric.name)
        if names is None or not self._follows(names[0], metric.source):
            return
        name, quality_name = names
        self._keep(name, metric.value)
        is_there = isfinite(metric.value)
        self._keep(f"quality/{quality_name}", metric.quality if is_there else 0.0)

    def _follows(self, name: str, source: str) -> bool:
        """Whether this is the source that an address tells of."""
        if sensor_of(source) in self._partners:
            return False
        followed, heard_s = self._sources.get(name, (source, -inf))
        if followed != source and self._now_s < heard_s + _FOLLOW_S:
            return False
        self._sources[name] = (source, self._now_s)
        return True

    def _keep(self, name: str, value: float) -> None:
        if isfinite(value):
            self._pending[name] = value
        else:
            # What was kept is no longer so.
            self._pending.pop(name, None)

    def _send_due(self) -> None:
        for name in tuple(self._pending):
            # A hair less, for the times of evenly spaced events differ in their last bits.
            if self._now_s - self._sent_s.get(name, -inf) >= self._least_s - 1e-9:
                self._sent_s[name] = self._now_s
                self._send(name, self._pending.pop(name))

    def _happen(self, name: str, value: float | str) -> None:
        if isinstance(value, float) and not isfinite(value):
            return
        times_s = self._happened_s.setdefault(name, deque(maxlen=self._n_a_second))
        if len(times_s) == self._n_a_second and self._now_s - times_s[0] < 1.0:
            return
        times_s.append(self._now_s)
        self._send(name, value)

    def _send(self, name: str, value: float | str) -> None:
        builder = self._builder(_ROOT + name)
        if isinstance(value, str):
            builder.add_arg(_plain(value), "s")
        elif abs(value) < _MAX_FLOAT:
            builder.add_arg(float(value), "f")
        else:
            return
        try:
            self._socket.sendto(builder.build().dgram, self._to)
        except OSError:
            # A full buffer, or no network just now: the next value is as good.
            self.n_failed += 1
        else:
            self.n_sent += 1


def _plain(text: str) -> str:
    """Return a text as it fits into a message: without an end in the middle."""
    return "".join(letter if letter.isprintable() else " " for letter in text[:_MAX_LABEL])


def _opened(place: Place) -> tuple[socket.socket, tuple[Any, ...]]:
    """Return a socket that never waits, and the address to send to."""
    try:
        family, kind, protocol, _, address = socket.getaddrinfo(
            place.host, place.port, type=socket.SOCK_DGRAM
        )[0]
        opened = socket.socket(family, kind, protocol)
        if is_loopback(str(address[0])):
            # Else the system gives it a port on every network with its first message.
            opened.bind((address[0], 0))
    except (OSError, UnicodeError) as error:
        msg = f"There is no computer {place.host} to send OSC to. Check its name or address."
        raise OscOutputError(msg) from error
    opened.setblocking(False)
    return opened, address
