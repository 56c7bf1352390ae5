"""A breathing strap: which it is, and how it is set going, understood and stopped."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Final

import numpy as np

from biofeedback.clock import until
from biofeedback.devices.driver import Connecting, Facts, Frame, Stamp, Watch
from biofeedback.errors import SensorRefusedError
from biofeedback.samples import StreamInfo, StreamKind
from breath_strap.packets import (
    CONTROL,
    DATA,
    DONE,
    IN_CHARGER,
    N_COUNTS,
    RATE_HZ,
    SERVICE,
    START,
    STOP,
    decode_answer,
    decode_samples,
)

if TYPE_CHECKING:
    from biofeedback.clock import Clock
    from biofeedback.devices.driver import Advertised, Peer

NOT_A_STRAP: Final = "This device does not send what a breathing strap does. Choose another one."
NO_ANSWER: Final = "The strap does not answer. Press its button once, and it is tried again."
CHARGING: Final = "The strap is in its charger. Take it out and put it on."
SAID_NO: Final = "The strap cannot measure just now. Press its button once, and it is tried again."
NO_PULL: Final = "The strap feels no pull. Fasten it a little more snugly around your ribs."

_ANSWER_S = 3.0


class BreathStrapDriver:
    """Recognises breathing straps."""

    driver_id: Final = "breath-strap"
    services: Final = (SERVICE,)
    connecting: Final = Connecting(pair="never")

    def kinds(self, advertised: Advertised) -> tuple[StreamKind, ...]:
        """Return what a device measures; nothing if it is no breathing strap."""
        is_strap = SERVICE in advertised.services or advertised.name.startswith("Breath Strap")
        return (StreamKind.RESPIRATION,) if is_strap else ()

    def open(self, sensor_id: str) -> BreathStrapConversation:
        """Begin a conversation with one strap."""
        return BreathStrapConversation(sensor_id)


class BreathStrapConversation:
    """What is said with one strap, over all its connections."""

    def __init__(self, sensor_id: str) -> None:
        self._stream = StreamInfo(sensor_id, StreamKind.RESPIRATION, ("belt_newton",), RATE_HZ)
        self._answered = asyncio.Event()
        self._outcome = DONE
        self._feels_pull = True

    @property
    def watches(self) -> tuple[Watch, ...]:
        """Its pull, five packets a second."""
        return (Watch(StreamKind.RESPIRATION, first_s=10.0, silence_s=3.0),)

    @property
    def has_signal(self) -> bool:
        """False while the strap says that it feels nothing."""
        return self._feels_pull

    @property
    def message(self) -> str:
        """What to do about a strap that is too loose."""
        return "" if self._feels_pull else NO_PULL

    @property
    def facts(self) -> Facts:
        """Nothing besides: lost samples show in the count."""
        return Facts()

    async def start(self, peer: Peer, clock: Clock) -> None:
        """Set the strap going, and wait for its answer."""
        self._feels_pull = True
        if not peer.can_notify(DATA):
            raise SensorRefusedError(NOT_A_STRAP)
        await peer.subscribe(CONTROL)
        self._answered.clear()
        await peer.write(CONTROL, bytes([START]))
        if not await until(clock, clock.now_s() + _ANSWER_S, self._answered):
            raise SensorRefusedError(NO_ANSWER)
        if self._outcome != DONE:
            raise SensorRefusedError(CHARGING if self._outcome == IN_CHARGER else SAID_NO)
        await peer.subscribe(DATA)

    def take(self, characteristic: str, payload: bytes, arrival_s: float) -> tuple[Frame, ...]:
        """Understand one notification."""
        if characteristic == CONTROL:
            command, outcome = decode_answer(payload)
            if command == START:
                self._outcome = outcome
                self._answered.set()
            return ()
        if characteristic != DATA:
            return ()
        samples = decode_samples(payload)
        self._feels_pull = not np.isnan(samples.newtons).all()
        last = (samples.first + samples.newtons.size - 1) % N_COUNTS
        stamp = Stamp(last / RATE_HZ, wrap_s=N_COUNTS / RATE_HZ, clock="breath-count")
        return (Frame(self._stream, samples.newtons[:, None], stamp),)

    async def revive(self, peer: Peer, kind: StreamKind) -> None:
        """Tell the strap once more to measure."""
        await peer.write(CONTROL, bytes([START]))

    async def stop(self, peer: Peer) -> None:
        """Tell the strap to stop, so that its battery lasts."""
        await peer.write(CONTROL, bytes([STOP]))

    def ended(self) -> tuple[Frame, ...]:
        """Return nothing: every packet was passed on as it came."""
        return ()
