"""The Go Direct respiration belt: which it is, and how it is set going and stopped."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from typing import TYPE_CHECKING, Final

import numpy as np

from biofeedback.clock import until
from biofeedback.devices.driver import Connecting, DecodeError, Facts, Frame, Stamp, Watch
from biofeedback.devices.drivers.vernier.commands import (
    DISCONNECT_BODY,
    INIT_BODY,
    SENSORS_BODY,
    STATUS_BODY,
    STOP_BODY,
    Command,
    SensorDescription,
    decode_sensor,
    decode_sensors,
    decode_status,
    period_body,
    sensor_body,
    start_body,
)
from biofeedback.devices.drivers.vernier.measurements import Measurement, decode_measurement
from biofeedback.devices.drivers.vernier.packets import (
    COMMAND,
    KIND_COMMAND,
    KIND_MEASUREMENT,
    RESPONSE,
    SERVICE,
    WRITE_SIZE,
    assemble,
    encode_packet,
)
from biofeedback.devices.drivers.vernier.sample_count import SampleCount
from biofeedback.errors import SensorError, SensorRefusedError
from biofeedback.samples import StreamInfo, StreamKind

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from biofeedback.clock import Clock
    from biofeedback.devices.driver import Advertised, Conversation, Peer
    from biofeedback.devices.drivers.vernier.packets import Message

__all__ = ["BeltConversation", "VernierDriver"]

NOT_A_BELT: Final = (
    "This sensor does not measure breathing in a way that Biofeedback knows. "
    "Choose a Go Direct respiration belt."
)
NO_ANSWER: Final = (
    "The belt is connected but does not answer. Hold its button until its light goes out, "
    "switch it on again, and it will be found by itself."
)
NO_PULL: Final = "The belt feels no pull. Fasten it a little more snugly around your ribs."
LOW_BATTERY: Final = "The belt's battery is nearly empty. Please charge it after this session."

# Ten samples a second follow every breath, and are what the belt is made for: its own
# breathing rate is found at that pace. Twice as many would only cost its battery.
_PERIOD_US = 100_000

_ANSWER_S = 3.0
_N_TRIES = 2
_STOP_ANSWER_S = 1.0

_FORCE_UNIT = "N"
_RATE_WORD = "respiration rate"
# As a GDX-RB numbers them, for one that does not say.
_USUAL_FORCE = 1
_USUAL_RATE = 2

# More than any belt bears; a packet that says so was damaged on its way.
_MAX_FORCE_NEWTON = 1000.0
_MAX_BREATHS_PER_MIN = 200.0

# A belt that lies on the table shows a force around or below zero for that long.
_SLACK_US = 10_000_000
_LOW_BATTERY_PCT = 10


class VernierDriver:
    """Recognises Go Direct respiration belts."""

    driver_id: Final = "vernier"
    services: Final = (SERVICE,)
    # They know no pairing.
    connecting: Final = Connecting(pair="never")

    def kinds(self, advertised: Advertised) -> tuple[StreamKind, ...]:
        """Return what a device measures; by its name, for all Go Direct sensors are alike else."""
        if advertised.name.upper().startswith("GDX-RB"):
            return (StreamKind.RESPIRATION, StreamKind.OTHER)
        return ()

    def open(self, sensor_id: str) -> Conversation:
        """Begin a conversation with one belt."""
        return BeltConversation(sensor_id)


class BeltConversation:
    """What is said with one belt.

    Its force comes at 10 Hz in newtons; beside it, each time it changes, the breathing rate
    that the belt finds by itself, which lags by about half a minute.

    Parameters
    ----------
    sensor_id
        The belt's id, which the streams carry.
    """

    def __init__(self, sensor_id: str) -> None:
        self._sensor_id = sensor_id
        self._clock: Clock | None = None
        self._battery_pct: int | None = None
        self._count = SampleCount()
        # By all counts before this one.
        self._n_lost = 0
        self._forget()

    def _forget(self) -> None:
        self._held = b""
        self._sent = 0xFF
        self._asked: tuple[Command, asyncio.Event] | None = None
        self._answer: bytes | None = None
        self._is_measuring = False
        self._force = _USUAL_FORCE
        self._rate: int | None = _USUAL_RATE
        self._set_period(_PERIOD_US)
        self._n_slack = 0
        self._last_rate_bpm = float("nan")
        # Measurements that came before this conversation asked for any: left out.
        self._n_early = 0

    def _set_period(self, period_us: int) -> None:
        self._period_us = period_us
        self._force_stream = StreamInfo(
            self._sensor_id, StreamKind.RESPIRATION, ("belt_newton",), 1e6 / period_us
        )
        self._rate_stream = StreamInfo(self._sensor_id, StreamKind.OTHER, ("belt_breaths_per_min",))

    @property
    def watches(self) -> tuple[Watch, ...]:
        """The force; the belt's own rate may stay the same for long."""
        return (Watch(StreamKind.RESPIRATION, first_s=20.0, silence_s=3.0),)

    @property
    def has_signal(self) -> bool:
        """Always: a belt does not say whether it is worn, and a slack one still moves."""
        return True

    @property
    def message(self) -> str:
        """What the person should do."""
        if self._n_slack * self._period_us >= _SLACK_US:
            return NO_PULL
        is_low = self._battery_pct is not None and self._battery_pct <= _LOW_BATTERY_PCT
        return LOW_BATTERY if is_low else ""

    @property
    def facts(self) -> Facts:
        """Its battery as of when it was last started, and packets that are missing."""
        n_lost = self._n_lost + self._count.n_lost
        return Facts(n_lost_packets=n_lost, battery_pct=self._battery_pct)

    async def start(self, peer: Peer, clock: Clock) -> None:
        """Set the belt going.

        Raises
        ------
        SensorError
            `SensorRefusedError` when it is no belt or does not answer.
        """
        self._forget()
        self._clock = clock
        if not peer.can_notify(RESPONSE):
            raise SensorRefusedError(NOT_A_BELT)
        await peer.subscribe(RESPONSE)
        for _ in range(_N_TRIES):
            if await self._ask(peer, INIT_BODY) is not None:
                break
        else:
            raise SensorRefusedError(NO_ANSWER)
        if self._n_early:
            # Left going by a program that ended without a word: its period is not ours.
            await self._ask(peer, STOP_BODY)
        if (answer := await self._ask(peer, STATUS_BODY)) is not None:
            with suppress(DecodeError):
                self._battery_pct = decode_status(answer).battery_pct
        await self._choose_sensors(peer)
        await self._ask(peer, period_body(self._period_us))
        await self._begin(peer)

    async def _choose_sensors(self, peer: Peer) -> None:
        """Find the numbers of force and rate; a belt that does not say has the usual ones."""
        numbers: tuple[int, ...] = ()
        if (answer := await self._ask(peer, SENSORS_BODY)) is not None:
            with suppress(DecodeError):
                numbers = decode_sensors(answer)
        found: list[SensorDescription] = []
        for number in numbers:
            description = await self._describe(peer, number)
            if description is None:
                # Each further question would be waited for as long, and in vain.
                break
            found.append(description)
        known = [each for each in found if each.identifier]
        force = next((each for each in known if each.unit == _FORCE_UNIT), None)
        if force is None:
            # Only one that has told of all that it measures is known to be no belt.
            if known and len(found) == len(numbers):
                raise SensorRefusedError(NOT_A_BELT)
            return
        self._force = force.number
        self._set_period(max(_PERIOD_US, force.shortest_period_us))
        self._rate = next(
            (
                each.number
                for each in known
                if each.description.lower() == _RATE_WORD
                and not force.excludes >> each.number & 1
                and each.shortest_period_us <= self._period_us
            ),
            None,
        )

    async def _describe(self, peer: Peer, number: int) -> SensorDescription | None:
        """Ask what a sensor measures, once more if the answer was damaged on its way."""
        for _ in range(_N_TRIES):
            if (answer := await self._ask(peer, sensor_body(number))) is not None:
                with suppress(DecodeError):
                    return decode_sensor(answer)
        return None

    async def _begin(self, peer: Peer) -> None:
        sensors = 1 << self._force
        if self._rate is not None:
            sensors |= 1 << self._rate
        self._n_lost += self._count.n_lost
        self._count = SampleCount()
        self._is_measuring = True
        # Without an answer there may be samples all the same; if not, the watch will tell.
        await self._ask(peer, start_body(sensors))

    async def _tell(self, peer: Peer, body: bytes) -> None:
        self._sent = (self._sent - 1) & 0xFF
        packet = encode_packet(KIND_COMMAND, self._sent, body)
        for i in range(0, len(packet), WRITE_SIZE):
            await peer.write(COMMAND, packet[i : i + WRITE_SIZE], response=False)

    async def _ask(self, peer: Peer, body: bytes, answer_s: float = _ANSWER_S) -> bytes | None:
        """Send a command and return what the belt replies, ``None`` if it does not in time."""
        if self._clock is None:
            return None
        answered = asyncio.Event()
        asked = (Command(body[0]), answered)
        self._asked, self._answer = asked, None
        try:
            await self._tell(peer, body)
            await until(self._clock, self._clock.now_s() + answer_s, answered)
        finally:
            # One that is cancelled may end only when the next has begun.
            if self._asked is asked:
                self._asked = None
        return self._answer

    def take(self, characteristic: str, payload: bytes, arrival_s: float) -> tuple[Frame, ...]:  # noqa: ARG002 - the belt counts its packets itself
        """Understand one notification.

        Returns
        -------
        tuple of Frame
            The force, and the belt's own rate when it has changed.

        Raises
        ------
        DecodeError
            If the bytes make no sense. Nothing has changed then.
        """
        if characteristic != RESPONSE:
            msg = "a belt sends nothing there"
            raise DecodeError(msg)
        try:
            messages, measured, held = self._understand(self._held, payload)
        except DecodeError:
            # The end of what is held may never come, and must not spoil all that does.
            if not self._held:
                raise
            messages, measured, held = self._understand(b"", payload)
        self._held = held
        frames: list[Frame] = []
        for message, measurement in zip(messages, measured, strict=True):
            if message.kind != KIND_MEASUREMENT:
                self._hear(message.body)
            if measurement is None:
                self._count.skip()
            elif self._is_measuring:
                frames += self._frames(measurement, message.count)
            else:
                self._n_early += 1
        return tuple(frames)

    def _understand(
        self, held: bytes, payload: bytes
    ) -> tuple[tuple[Message, ...], list[Measurement | None], bytes]:
        messages, rest = assemble(held, payload)
        measured = [
            self._checked(decode_measurement(each.body)) if each.kind == KIND_MEASUREMENT else None
            for each in messages
        ]
        return messages, measured, rest

    def _checked(self, measurement: Measurement | None) -> Measurement | None:
        if measurement is None:
            return None
        for sensor, limit in ((self._force, _MAX_FORCE_NEWTON), (self._rate, _MAX_BREATHS_PER_MIN)):
            if sensor in measurement.sensors:
                column = measurement.values[:, measurement.sensors.index(sensor)]
                if np.any(np.abs(column) > limit):
                    msg = "a measurement is beyond any breath"
                    raise DecodeError(msg)
        return measurement

    def _hear(self, body: bytes) -> None:
        """Wake whoever waits for this reply; one that comes too late is nobody's."""
        if self._asked is not None and body[0] == self._asked[0]:
            self._answer = body[2:]
            self._asked[1].set()

    def _frames(self, measurement: Measurement, count: int) -> list[Frame]:
        frames: list[Frame] = []
        if self._force in measurement.sensors:
            values = measurement.values[:, measurement.sensors.index(self._force)]
            n_samples = self._count.push(count, values.size)
            self._feel(values)
            # A count of its own for this stream: the belt tells no time.
            stamp = Stamp(n_samples * self._period_us / 1e6, clock="sample count")
            frames.append(Frame(self._force_stream, values[:, None], stamp))
        if self._rate is not None and self._rate in measurement.sensors:
            rates = measurement.values[:, measurement.sensors.index(self._rate)]
            frames += self._rate_frames(float(rates[-1]))
        return frames

    def _rate_frames(self, rate_bpm: float) -> list[Frame]:
        if np.isnan(rate_bpm) or rate_bpm == self._last_rate_bpm:
            return []
        self._last_rate_bpm = rate_bpm
        return [Frame(self._rate_stream, np.array([[rate_bpm]]))]

    def _feel(self, force_newton: NDArray[np.float64]) -> None:
        if np.any(force_newton > 0):
            self._n_slack = 0
        elif not np.any(np.isnan(force_newton)):
            self._n_slack += force_newton.size

    async def revive(self, peer: Peer, kind: StreamKind) -> None:  # noqa: ARG002 - all is one
        """Set the belt measuring once more."""
        await self._ask(peer, STOP_BODY, _STOP_ANSWER_S)
        await self._begin(peer)

    async def stop(self, peer: Peer) -> None:
        """Stop the belt and tell it good-bye: without, it measures on until it is switched off."""
        for body in (STOP_BODY, DISCONNECT_BODY):
            with suppress(SensorError):
                await self._ask(peer, body, _STOP_ANSWER_S)

    def ended(self) -> tuple[Frame, ...]:
        """Forget what was begun: nothing that is held is worth keeping."""
        self._is_measuring = False
        self._held = b""
        return ()
