"""Shimmer3R and Shimmer3 GSR+ over Bluetooth LE: recognise, set up, understand and stop.

A sensor keeps its set-up when it is switched off. Which of its channels are on is left as its
owner has chosen, as long as skin conductance is among them; rate and range are set here.
"""

from __future__ import annotations

from enum import Enum
from typing import TYPE_CHECKING, Final

from biofeedback.devices.driver import Connecting, DecodeError, Facts, Frame, Stamp, Watch
from biofeedback.devices.drivers.shimmer.commands import (
    ACK,
    AUTO_RANGE,
    NACK,
    SAID_NO,
    SET_GSR_RANGE,
    SET_SENSORS,
    SHIMMER3R,
    START,
    STOP,
    TRANSPORTS,
    Commands,
)
from biofeedback.devices.drivers.shimmer.conversion import Contact, SkinConductance
from biofeedback.devices.drivers.shimmer.frames import (
    GSR_CHANNEL,
    PPG_CHANNEL,
    TICK_SPAN,
    TICKS_PER_S,
    FrameStream,
)
from biofeedback.errors import SensorRefusedError
from biofeedback.samples import StreamInfo, StreamKind

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from biofeedback.clock import Clock
    from biofeedback.devices.driver import Advertised, Peer
    from biofeedback.devices.drivers.shimmer.commands import Transport
    from biofeedback.devices.drivers.shimmer.frames import Inquiry

__all__ = ["ShimmerConversation", "ShimmerDriver", "ShimmerStreams"]

# Ample for the rise of a skin response, and for a pulse; both whole divisors.
RATE_HZ: Final = 32
RATE_WITH_PULSE_HZ: Final = 64
_SKIN_CONDUCTANCE = (0x04, 0x00, 0x00)

_FIRST_S = 15.0
_SILENCE_S = 3.0
_CLOCK = "shimmer"
_WRAP_S = TICK_SPAN / TICKS_PER_S
_NAME_PREFIX = "shimmer3"

_WORDS_OF_CONTACT: Final = {
    Contact.SKIN: "",
    Contact.NOTHING: "The electrodes seem to be off the skin. Press them on, or moisten the "
    "fingers with a drop of water.",
    Contact.EACH_OTHER: "The electrodes seem to touch each other. Place them on two different "
    "fingers.",
}
_OLD_FIRMWARE = (
    "This Shimmer runs old firmware that this app cannot read. Update it with Shimmer's own "
    "program, Consensys, and connect it again."
)
_NO_SKIN_CONDUCTANCE = (
    "This Shimmer offers no skin conductance. It takes a Shimmer with the GSR+ board."
)
_NO_SHIMMER = "This device does not offer what a Shimmer does. Choose another one in the list."


class ShimmerDriver:
    """Recognises Shimmers that speak Bluetooth LE."""

    driver_id: Final = "shimmer"
    # That of the Shimmer3R, and the transparent UART of the Shimmer3.
    services: Final = tuple(each.service for each in TRANSPORTS)
    # Pairing only where the sensor insists.
    connecting: Final = Connecting()

    def kinds(self, advertised: Advertised) -> tuple[StreamKind, ...]:
        """Return skin conductance for a Shimmer, known by its name or its own service.

        The pulse probe is an extra that only the connected sensor tells of.
        """
        has_name = advertised.name.lower().startswith(_NAME_PREFIX)
        is_shimmer = has_name or SHIMMER3R.service in advertised.services
        return (StreamKind.EDA,) if is_shimmer else ()

    def open(self, sensor_id: str) -> ShimmerConversation:
        """Begin a conversation with one sensor."""
        return ShimmerConversation(sensor_id)


class ShimmerStreams:
    """The streams in one Shimmer's frames: bytes in, samples out.

    Parameters
    ----------
    sensor_id
        Which the streams carry.
    inquiry
        How the sensor samples.

    Attributes
    ----------
    kinds : tuple of StreamKind
        Skin conductance, and the pulse where its probe has power and is sampled.

    Raises
    ------
    ValueError
        If it has no skin conductance, or a channel of unknown width.
    """

    def __init__(self, sensor_id: str, inquiry: Inquiry) -> None:
        gsr_at = inquiry.offset_of(GSR_CHANNEL)
        if gsr_at is None:
            msg = f"no skin conductance among the channels {inquiry.channels}"
            raise ValueError(msg)
        self._gsr_at = gsr_at
        self._pulse_at = inquiry.offset_of(PPG_CHANNEL) if _has_pulse(inquiry) else None
        rate_hz = inquiry.rate_hz
        self._gsr = StreamInfo(sensor_id, StreamKind.EDA, ("sc_microsiemens",), rate_hz)
        self._pulse = StreamInfo(sensor_id, StreamKind.PPG, ("ppg_au",), rate_hz)
        self._skin = SkinConductance(rate_hz)
        self._frames = FrameStream(inquiry)
        has_pulse = self._pulse_at is not None
        self.kinds = (StreamKind.EDA, StreamKind.PPG) if has_pulse else (StreamKind.EDA,)

    @property
    def contact(self) -> Contact:
        """What the electrodes touch."""
        return self._skin.contact

    @property
    def is_old_layout(self) -> bool:
        """True when the frames are those of old firmware, which are not understood."""
        return self._frames.is_old_layout

    def push(self, payload: bytes) -> tuple[Frame, ...]:
        """Take the bytes of one notification, and return the samples that are complete now.

        Raises
        ------
        DecodeError
            If they fit into no data frame. Nothing has changed then.
        """
        samples = self._frames.push(payload)
        if samples.ticks.size == 0:
            return ()
        skin = self._skin.push(samples.words(self._gsr_at))
        columns = [(self._gsr, skin)]
        if self._pulse_at is not None:
            columns.append((self._pulse, samples.words(self._pulse_at).astype(float)))
        frames = []
        for run in samples.runs():
            stamp = _stamp(samples.ticks[run])
            frames += [Frame(stream, values[run, None], stamp) for stream, values in columns]
        return tuple(frames)


class _Phase(Enum):
    TALKING = "talking"  # commands and answers; leftovers of a forgotten stream are dropped
    STARTING = "starting"  # the next 0xFF answers the start, and data follow right behind it
    STREAMING = "streaming"


class ShimmerConversation:
    """What is said with one Shimmer, over all its connections.

    Parameters
    ----------
    sensor_id
        Which the streams carry.
    """

    def __init__(self, sensor_id: str) -> None:
        self._sensor_id = sensor_id
        self._transport: Transport | None = None
        self._commands: Commands | None = None
        self._streams: ShimmerStreams | None = None
        self._phase = _Phase.TALKING

    @property
    def watches(self) -> tuple[Watch, ...]:
        """Skin conductance, and the pulse once the sensor has said that its probe is on."""
        kinds = (StreamKind.EDA,) if self._streams is None else self._streams.kinds
        return tuple(Watch(kind, _FIRST_S, _SILENCE_S) for kind in kinds)

    @property
    def has_signal(self) -> bool:
        """False while the electrodes are off the skin, or touch each other."""
        return self._streams is None or self._streams.contact is Contact.SKIN

    @property
    def message(self) -> str:
        """What to do about the firmware or the electrodes; empty when all is well."""
        if self._streams is None:
            return ""
        if self._streams.is_old_layout:
            return _OLD_FIRMWARE
        return _WORDS_OF_CONTACT[self._streams.contact]

    @property
    def facts(self) -> Facts:
        """Nothing besides: what is lost shows in its clock."""
        return Facts()

    async def start(self, peer: Peer, clock: Clock) -> None:
        """Stop what may still be streaming, set the sensor up, and have it stream.

        Raises
        ------
        SensorError
            If it does not answer, says no, has no skin conductance, or the link goes.
        """
        self._forget()
        transport = next((each for each in TRANSPORTS if peer.can_notify(each.notify)), None)
        if transport is None:
            raise SensorRefusedError(_NO_SHIMMER)
        self._transport = transport
        commands = self._commands = Commands(peer, transport)
        await peer.subscribe(transport.notify)
        await commands.quieten(clock)
        self._streams = ShimmerStreams(self._sensor_id, await _set_up(commands, clock))
        self._phase = _Phase.STARTING
        await commands.start_stream(clock)

    def take(self, characteristic: str, payload: bytes, arrival_s: float) -> tuple[Frame, ...]:  # noqa: ARG002 - the sensor has a clock of its own
        """Understand one notification: data once it streams, answers before.

        Raises
        ------
        DecodeError
            If it fits into no data frame, or is from elsewhere.
        """
        if self._transport is None or characteristic != self._transport.notify:
            msg = "a notification from a characteristic that was not asked for"
            raise DecodeError(msg)
        if self._streams is None or self._commands is None or self._phase is _Phase.TALKING:
            if self._commands is not None:
                self._commands.hear(payload)
            return ()
        if self._phase is _Phase.STREAMING:
            # The answer to a start that was said once more; a frame is never cut so short.
            return () if payload == bytes([ACK]) else self._streams.push(payload)
        if payload[:1] == bytes([NACK]):
            self._commands.hear(payload)
            return ()
        has_answer = payload[:1] == bytes([ACK])
        frames = self._streams.push(payload.lstrip(bytes([ACK])))
        # Data are as good as the answer, should that be lost.
        if has_answer or frames:
            self._phase = _Phase.STREAMING
            self._commands.hear_stream()
        return frames

    async def revive(self, peer: Peer, kind: StreamKind) -> None:  # noqa: ARG002 - its streams share one frame, and the link
        """Ask it once more to stream."""
        if self._commands is not None and self._phase is _Phase.STREAMING:
            await self._commands.tell(START)

    async def stop(self, peer: Peer) -> None:  # noqa: ARG002 - the commands hold it
        """Have it stop streaming, which would use up its battery."""
        self._phase = _Phase.TALKING
        if self._commands is not None:
            await self._commands.tell(STOP)

    def ended(self) -> tuple[Frame, ...]:
        """Return nothing: every complete frame has been passed on."""
        self._forget()
        return ()

    def _forget(self) -> None:
        self._transport = None
        self._commands = None
        self._streams = None
        self._phase = _Phase.TALKING


async def _set_up(commands: Commands, clock: Clock) -> Inquiry:
    inquiry = await commands.inquire(clock)
    if inquiry.offset_of(GSR_CHANNEL) is None:
        await commands.do(clock, SET_SENSORS, *_SKIN_CONDUCTANCE)
        inquiry = await commands.inquire(clock)
        if inquiry.offset_of(GSR_CHANNEL) is None:
            raise SensorRefusedError(_NO_SKIN_CONDUCTANCE)
    divisor = TICKS_PER_S // (RATE_WITH_PULSE_HZ if _has_pulse(inquiry) else RATE_HZ)
    await commands.set_rate(clock, divisor)
    await commands.do(clock, SET_GSR_RANGE, AUTO_RANGE)
    inquiry = await commands.inquire(clock)
    is_as_set = inquiry.divisor == divisor and inquiry.gsr_range == AUTO_RANGE
    if not is_as_set or inquiry.offset_of(GSR_CHANNEL) is None:
        raise SensorRefusedError(SAID_NO)
    return inquiry


def _has_pulse(inquiry: Inquiry) -> bool:
    return inquiry.is_expansion_powered and inquiry.offset_of(PPG_CHANNEL) is not None


def _stamp(ticks: NDArray[np.int64]) -> Stamp:
    last = int(ticks[-1])
    each_s = (last - (last - ticks) % TICK_SPAN) / TICKS_PER_S
    return Stamp(last / TICKS_PER_S, _WRAP_S, _CLOCK, each_s)
