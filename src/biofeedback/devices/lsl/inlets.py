"""A stream of the network as a sensor.

liblsl blocks, so each `LslSensor` has a thread: it searches, opens, reads, and hands what it
has to the engine's loop. It comes back by itself when the stream does. What goes wrong is told
in words; nothing of it leaves `LslSensor.run`.
"""

from __future__ import annotations

import asyncio
import socket
import threading
from contextlib import suppress
from dataclasses import replace
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from biofeedback.devices.lsl.clock_offset import ClockOffset
from biofeedback.devices.lsl.discovery import is_network, predicate_of
from biofeedback.devices.lsl.incoming import Incoming
from biofeedback.devices.lsl.layout import layout_of, read_description
from biofeedback.devices.lsl.library import load, local_clock
from biofeedback.devices.lsl.stamps import StampClock
from biofeedback.errors import SensorError
from biofeedback.kinds import GapReason, LinkState
from biofeedback.samples import Chunk, Gap, SensorStatus

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    from biofeedback.clock import Clock
    from biofeedback.devices.lsl.layout import Description
    from biofeedback.devices.sensor import SensorInfo, Sink

__all__ = ["LslSensor"]

# How long a call into liblsl may keep the thread from noticing that it is to end.
_CALL_S: Final = 0.2
_GATHER_S: Final = 0.02
# How often the results of a search are looked at.
_LOOK_S: Final = 0.1
# A search takes this long before people are told that there is nothing.
_MISSED_S: Final = 5.0
# A sender that answers neither question in this time is searched anew.
_DESCRIBE_S: Final = 5.0
_CORRECT_S: Final = 3.0
_CORRECT_EVERY_S: Final = 5.0
_SILENCE_S: Final = 5.0
_LOST_S: Final = 20.0
_REFUSED_S: Final = 5.0
_AGAIN_S: Final = 1.0
_HEALTH_EVERY_S: Final = 5.0
_BUFFER_S: Final = 60
_MOST_SAMPLES: Final = 4096
# Session time jumps against LSL's by this much only when the computer slept.
_SLEPT_S: Final = 0.5

_LOOKING: Final = "Looking for the stream."
_NOT_THERE: Final = (
    "The stream is not there yet. Start the program that sends it; the stream is taken up by "
    "itself."
)
_OPENING: Final = "The stream was found and is being opened."
_WAITING: Final = "Connected. The first values are on their way."
_SILENT: Final = (
    "The stream is open but brings nothing. See whether the program that sends it is measuring."
)
_GONE: Final = (
    "The stream has ended. It is being looked for and comes back by itself when its program "
    "sends again."
)
_TROUBLE: Final = (
    "Lab Streaming Layer had trouble with this stream. It is tried again by itself; starting the "
    "program that sends it anew may help."
)
_FOREIGN: Final = (
    "The stream's times are of a clock of its own, so its samples are timed by their arrival."
)


class LslSensor:
    """A stream of the network as a source of samples.

    Parameters
    ----------
    info
        As `biofeedback.devices.lsl.discovery.find_streams` gave it; one made of the address
        alone, ``lsl:`` and the source's id, serves as well.
    """

    def __init__(self, info: SensorInfo) -> None:
        self._info = info

    @property
    def info(self) -> SensorInfo:
        """What it is."""
        return self._info

    async def run(self, sink: Sink, clock: Clock) -> None:
        """Deliver samples until cancelled; come back by itself after every loss."""
        loop = asyncio.get_running_loop()
        ended: asyncio.Future[None] = loop.create_future()
        door = _Door(sink)

        def post(item: Chunk | Gap | SensorStatus) -> None:
            # The loop may end without waiting for the thread.
            with suppress(RuntimeError):
                loop.call_soon_threadsafe(door.take, item)

        reader = _Reader(self._info, clock, post)

        def work() -> None:
            bug: Exception | None = None
            try:
                reader.run()
            except Exception as error:  # noqa: BLE001 - a bug of ours, raised where run is awaited
                bug = error
            with suppress(RuntimeError):
                loop.call_soon_threadsafe(_end, ended, bug)

        thread = threading.Thread(target=work, name="biofeedback-lsl", daemon=True)
        thread.start()
        try:
            await asyncio.shield(ended)
        finally:
            door.is_open = False
            reader.stop()
            # Every call into liblsl is short, so this is too.
            await asyncio.wait((ended,))
            thread.join()


def _end(ended: asyncio.Future[None], bug: Exception | None) -> None:
    if bug is None:
        ended.set_result(None)
    else:
        ended.set_exception(bug)


class _Door:
    """To the sink, on its loop, as long as the sensor runs."""

    def __init__(self, sink: Sink) -> None:
        self._sink = sink
        self.is_open = True

    def take(self, item: Chunk | Gap | SensorStatus) -> None:
        if not self.is_open:
            return
        if isinstance(item, Chunk):
            self._sink.chunk(item)
        elif isinstance(item, Gap):
            self._sink.gap(item)
        else:
            self._sink.status(item)


class _LostError(Exception):
    """The stream has gone."""


class _Reader:
    """What the thread of one sensor does and knows."""

    def __init__(
        self,
        info: SensorInfo,
        clock: Clock,
        post: Callable[[Chunk | Gap | SensorStatus], None],
    ) -> None:
        self._info = info
        self._clock = clock
        self._post = post
        self._is_over = threading.Event()
        self._status = SensorStatus(
            clock.now_s(), info.sensor_id, info.name, LinkState.SEARCHING, _LOOKING
        )
        self._incoming: Incoming | None = None
        self._attempt = 0
        self._words = ""

    def stop(self) -> None:
        """Have `run` return soon; from any thread."""
        self._is_over.set()

    def run(self) -> None:
        """Search, open, read, and from the start again, until stopped."""
        self._post(self._status)
        try:
            pylsl = load(network=is_network(self._info))
        except SensorError as error:
            self._tell(LinkState.REFUSED, str(error))
            self._is_over.wait()
            return
        while not self._is_over.is_set():
            try:
                self._once(pylsl)
            except _LostError:
                self._attempt += 1
                self._tell(LinkState.RECONNECTING, _GONE)
            except RuntimeError:
                # All that liblsl fails with is one, also where the sender is at fault, or there
                # are too many open files just now.
                self._attempt += 1
                self._tell(LinkState.RECONNECTING, _TROUBLE)
                self._is_over.wait(_AGAIN_S)

    def _once(self, pylsl: Any) -> None:  # noqa: ANN401 - pylsl publishes no types
        found = self._search(pylsl)
        if found is None:
            return
        if self._incoming is None:
            self._tell(LinkState.CONNECTING, _OPENING)
        inlet = pylsl.StreamInlet(found, max_buflen=_BUFFER_S, recover=False)
        try:
            description = self._describe(pylsl, inlet)
            if description is None:
                return
            layout = layout_of(description, self._info.sensor_id)
            self._tell_device(description)
            if not layout.parts:
                self._tell(LinkState.REFUSED, layout.words)
                # Until its sender is set up anew, which makes another stream of it.
                self._is_over.wait(_REFUSED_S)
                return
            correction_s = self._first_correction(pylsl, inlet, description)
            self._words = layout.words
            self._incoming = Incoming(layout.parts, self._incoming)
            self._read(pylsl, inlet, self._incoming, StampClock(correction_s))
        finally:
            # Closes its connection, and ends the threads it has.
            del inlet

    def _search(self, pylsl: Any) -> Any:  # noqa: ANN401 - pylsl publishes no types
        """Look until the stream is there, or until stopped: ``None`` then."""
        resolver = pylsl.ContinuousResolver(pred=predicate_of(self._info))
        began_s = self._clock.now_s()
        while not self._is_over.is_set():
            if results := resolver.results():
                return max(results, key=lambda stream: stream.created_at())
            if self._attempt == 0 and self._clock.now_s() - began_s > _MISSED_S:
                self._tell(LinkState.SEARCHING, _NOT_THERE)
            self._is_over.wait(_LOOK_S)
        return None

    def _describe(self, pylsl: Any, inlet: Any) -> Description | None:  # noqa: ANN401 - as above
        """Ask what the stream is, and open it; ``None`` when stopped meanwhile."""
        began_s = self._clock.now_s()
        description: Description | None = None
        while not self._is_over.is_set():
            try:
                if description is None:
                    description = read_description(inlet.info(timeout=_CALL_S).as_xml())
                inlet.open_stream(timeout=_CALL_S)
            except pylsl.util.TimeoutError:
                if self._clock.now_s() - began_s > _DESCRIBE_S:
                    raise _LostError from None
            except (pylsl.util.LostError, ValueError):
                raise _LostError from None
            else:
                return description
        return None

    def _first_correction(
        self,
        pylsl: Any,  # noqa: ANN401 - as above
        inlet: Any,  # noqa: ANN401 - as above
        description: Description,
    ) -> float | None:
        """Measure how far the sender's clock is; ``None`` if it does not answer."""
        began_s = self._clock.now_s()
        while not self._is_over.is_set():
            try:
                return float(inlet.time_correction(timeout=_CALL_S))
            except pylsl.util.TimeoutError:
                if self._clock.now_s() - began_s > _CORRECT_S:
                    break
            except pylsl.util.LostError:
                raise _LostError from None
        # Within one computer there is one clock.
        return 0.0 if description.host == socket.gethostname() else None

    def _read(
        self,
        pylsl: Any,  # noqa: ANN401 - as above
        inlet: Any,  # noqa: ANN401 - as above
        incoming: Incoming,
        stamps: StampClock,
    ) -> None:
        """Read until the stream ends, is silent for long, or `stop` is called."""
        clocks = ClockOffset(self._clock.now_s, local_clock)
        self._tell(LinkState.WAITING, _WAITING)
        last_s = corrected_s = told_s = self._clock.now_s()
        while not self._is_over.is_set():
            samples, stamped_s = self._pull(pylsl, inlet)
            arrival_s = self._clock.now_s()
            if abs(clocks.measure()) > _SLEPT_S:
                incoming.begin_anew(GapReason.ASLEEP)
            if stamped_s.size:
                last_s = arrival_s
                self._attempt = 0
                shift_s, began_anew = stamps.shift_s(
                    float(stamped_s[-1]), arrival_s, clocks.offset_s
                )
                if began_anew:
                    incoming.begin_anew(GapReason.CLOCK)
                for item in incoming.take(samples, stamped_s + shift_s, arrival_s):
                    self._post(item)
                self._tell(LinkState.STREAMING, self._streaming_words(stamps))
            else:
                self._tell_silence(arrival_s - last_s)
            if arrival_s - told_s >= _HEALTH_EVERY_S:
                told_s = arrival_s
                self._update(streams=incoming.health(is_timed=not stamps.is_foreign))
            if arrival_s - corrected_s >= _CORRECT_EVERY_S:
                corrected_s = arrival_s
                with suppress(pylsl.util.TimeoutError, pylsl.util.LostError):
                    stamps.correct(float(inlet.time_correction(timeout=_CALL_S)))

    def _pull(
        self,
        pylsl: Any,  # noqa: ANN401 - as above
        inlet: Any,  # noqa: ANN401 - as above
    ) -> tuple[NDArray[np.generic], NDArray[np.float64]]:
        """Wait a moment for a sample, and take with it all that follow at once.

        Never more than are there: liblsl throws away what it has read when the stream ends
        midway.
        """
        try:
            first, first_s = inlet.pull_chunk(timeout=_CALL_S, max_samples=1, as_numpy=True)
        except pylsl.util.LostError:
            raise _LostError from None
        if first_s.size == 0:
            return first, first_s
        # Some senders send each sample alone, five hundred a second.
        self._is_over.wait(_GATHER_S)
        n_more = min(int(inlet.samples_available()), _MOST_SAMPLES)
        if n_more == 0:
            return first, first_s
        more, more_s = inlet.pull_chunk(timeout=0.0, max_samples=n_more, as_numpy=True)
        return np.concatenate((first, more)), np.concatenate((first_s, more_s))

    def _tell_silence(self, silent_s: float) -> None:
        if silent_s > _LOST_S:
            # A cable pulled is never reported.
            raise _LostError
        if silent_s > _SILENCE_S:
            self._tell(LinkState.SILENT, _SILENT)

    def _streaming_words(self, stamps: StampClock) -> str:
        return " ".join(
            part for part in (self._words, _FOREIGN if stamps.is_foreign else "") if part
        )

    def _tell_device(self, description: Description) -> None:
        self._update(device={**dict(description.device), "host": description.host})

    def _tell(self, state: LinkState, message: str) -> None:
        self._update(state=state, message=message, attempt=self._attempt)

    def _update(self, **news: object) -> None:
        """Tell what is new."""
        changed = replace(self._status, **news)  # type: ignore[arg-type]  # fields by name
        if changed != self._status:
            self._status = replace(changed, t_s=self._clock.now_s())
            self._post(self._status)
