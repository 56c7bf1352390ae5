"""Keeps a heart-rate strap connected for as long as it is wanted, and says how it is doing.

One `BluetoothSensor` runs one strap: search, connect, subscribe, read, watch, and from the
start again after every loss, waiting a little longer each time. All waiting is by the clock
given. Nothing that goes wrong out there leaves `run` as an exception: it becomes a
`SensorStatus` in words.
"""

from __future__ import annotations

import asyncio
import random
from contextlib import suppress
from dataclasses import replace
from typing import TYPE_CHECKING, Final, NamedTuple

from biofeedback.devices.connection import until
from biofeedback.devices.driver import DecodeError
from biofeedback.devices.drivers.heart_rate import (
    BATTERY_LEVEL,
    BODY_SENSOR_LOCATION,
    DEVICE_INFORMATION,
    HEART_RATE_MEASUREMENT,
    HEART_RATE_SERVICE,
    HeartRateStream,
    decode_battery,
    decode_location,
    decode_text,
)
from biofeedback.devices.radio_error import NeedsPairingError, RadioError
from biofeedback.errors import SensorError, SensorRefusedError
from biofeedback.samples import LinkState, Packet, SensorStatus

if TYPE_CHECKING:
    from collections.abc import Iterable

    from biofeedback.clock import Clock
    from biofeedback.devices.connection import Found, Radio
    from biofeedback.devices.link import Link
    from biofeedback.devices.sensor import SensorInfo, Sink
    from biofeedback.samples import Chunk

__all__ = ["BATTERY_POLL_S", "SILENCE_S", "BluetoothSensor", "back_off_s"]

# Straps notify once a second; half-dead links are silent without ever reporting a loss.
SILENCE_S: Final = 5.0
# Batteries that do not notify. A reading keeps the radio awake, and they last for months.
BATTERY_POLL_S: Final = 300.0
_MAX_WAIT_S: Final = 30.0
# Asking whether Bluetooth is back on costs no radio time, so it is noticed soon.
_MAX_WAIT_FOR_RADIO_S: Final = 4.0

_LOOKING: Final = "Looking for the sensor."
_NOT_NEAR: Final = "The sensor is not in reach yet. Bring it closer. It comes back by itself."
_LOST: Final = "The sensor is out of reach. Bring it closer. It comes back by itself."
_CONNECTING: Final = "Connecting."
_PAIRING: Final = "Connecting. The computer may ask to pair with the sensor."
_WAITING: Final = "Connected. Waiting for the first beat."
_SILENT: Final = "The sensor has gone quiet. It is being connected anew."
_NO_CONTACT: Final = (
    "The sensor feels no skin. A little water on the electrodes and a snug fit often help."
)
_NO_PULSE: Final = "Connected, but no heartbeat reaches the sensor yet. A closer fit often helps."
_RATE_ONLY: Final = (
    "Heart rate only: this sensor sends no beat-to-beat intervals, so variability cannot be "
    "measured."
)


def back_off_s(attempt: int, chance: float) -> float:
    """Return how long to wait before the next try: 1, 2, 4, 8 … 30 s, shortened by chance.

    Parameters
    ----------
    attempt
        1 after the first failure.
    chance
        0 to 1; it takes off up to a fifth, so that two straps do not try in step.
    """
    return min(2.0 ** min(attempt - 1, 10), _MAX_WAIT_S) * (1.0 - 0.2 * chance)


class BluetoothSensor:
    """A heart-rate strap as a source of samples.

    Parameters
    ----------
    info
        Which one.
    radio
        The computer's Bluetooth, shared by all sensors.
    chance
        Where the jitter of the waits comes from.
    """

    def __init__(self, info: SensorInfo, radio: Radio, chance: random.Random | None = None) -> None:
        self._info = info
        self._radio = radio
        self._chance = chance or random.Random()  # noqa: S311 - spreads retries, guards nothing

    @property
    def info(self) -> SensorInfo:
        """What it is."""
        return self._info

    async def run(self, sink: Sink, clock: Clock) -> None:
        """Deliver samples until cancelled; come back by itself after every loss."""
        await _Run(self._info, self._radio, self._chance, sink, clock).forever()


class _Ending(NamedTuple):
    """Why one connection ended, and how long to wait at most before the next."""

    state: LinkState
    message: str
    longest_s: float = _MAX_WAIT_S


class _Run:
    """What one run knows: the state of the link and of what came over it."""

    def __init__(
        self, info: SensorInfo, radio: Radio, chance: random.Random, sink: Sink, clock: Clock
    ) -> None:
        self._info = info
        self._radio = radio
        self._chance = chance
        self._sink = sink
        self._clock = clock
        self._stream = HeartRateStream(info.sensor_id)
        self._status = SensorStatus(
            clock.now_s(),
            info.sensor_id,
            info.name,
            LinkState.SEARCHING,
            _LOOKING,
            rssi_dbm=info.rssi_dbm,
        )
        self._inbox: list[tuple[float, str, bytes]] = []
        self._wake = asyncio.Event()
        self._is_lost = False
        self._attempt = 0
        self._n_bad_packets = 0
        self._last_packet_s = 0.0
        self._had_data = False
        self._pair = False

    async def forever(self) -> None:
        self._sink.status(self._status)
        try:
            while True:
                ending = await self._once()
                self._attempt += 1
                self._tell(ending.state, ending.message)
                wait_s = min(back_off_s(self._attempt, self._chance.random()), ending.longest_s)
                await self._clock.sleep_until(self._clock.now_s() + wait_s)
                if ending.state in {LinkState.SILENT, LinkState.REFUSED}:
                    self._tell(LinkState.RECONNECTING, _LOOKING)
        finally:
            self._tell(LinkState.STOPPED, "")

    async def _once(self) -> _Ending:
        """Connect once and stay for as long as it lasts; return why it ended."""
        try:
            link = await self._connect()
            try:
                await self._follow(link)
            finally:
                # However it ends, also when cancelled: first what came, then let go.
                self._drain()
                self._deliver(self._stream.flush())
                await link.close()
        except SensorError as error:
            return self._ending(error)
        if self._is_lost:
            return _Ending(LinkState.RECONNECTING, _LOST)
        return _Ending(LinkState.SILENT, _SILENT)

    def _ending(self, error: SensorError) -> _Ending:
        if isinstance(error, RadioError):
            return _Ending(LinkState.UNAVAILABLE, error.live_message, _MAX_WAIT_FOR_RADIO_S)
        if isinstance(error, NeedsPairingError) and not self._pair:
            self._pair = True
            return _Ending(LinkState.CONNECTING, _PAIRING, 0.0)
        if isinstance(error, SensorRefusedError):
            return _Ending(LinkState.REFUSED, str(error))
        if self._had_data:
            return _Ending(LinkState.RECONNECTING, _LOST)
        return _Ending(LinkState.SEARCHING, _NOT_NEAR)

    async def _connect(self) -> Link:
        self._is_lost = False
        self._wake.clear()
        return await self._radio.connect(
            self._info.address,
            self._clock,
            (HEART_RATE_SERVICE,),
            self._lost,
            self._found,
            self._arrived,
            pair=self._pair,
        )

    def _found(self, found: Found) -> None:
        if found.rssi_dbm is not None:
            self._status = replace(self._status, rssi_dbm=found.rssi_dbm)
        self._tell(LinkState.CONNECTING, _CONNECTING)

    def _lost(self) -> None:
        self._is_lost = True
        self._wake.set()

    def _arrived(self, characteristic: str, payload: bytes) -> None:
        """Stamp and keep: nothing else, for this runs inside the system's message handling."""
        self._inbox.append((self._clock.now_s(), characteristic, payload))
        self._wake.set()

    async def _follow(self, link: Link) -> None:
        """Take what comes until the link is lost or silent."""
        await link.subscribe(HEART_RATE_MEASUREMENT)
        self._last_packet_s = self._clock.now_s()
        self._tell(LinkState.WAITING, _WAITING)
        # Beside the data: a strap may take seconds to answer, or never do.
        details = asyncio.ensure_future(self._read_details(link))
        try:
            while not self._is_lost:
                self._wake.clear()
                self._drain()
                due_s = self._last_packet_s + SILENCE_S
                if self._clock.now_s() >= due_s:
                    return
                await until(self._clock, due_s, self._wake)
                if details.done() and not details.cancelled():
                    # A fault of ours in there must not go unseen.
                    details.result()
        finally:
            details.cancel()

    async def _read_details(self, link: Link) -> None:
        """Read what a sensor may tell about itself. That something is missing is ordinary."""
        device: dict[str, str] = {}
        for word, characteristic in DEVICE_INFORMATION.items():
            with suppress(SensorError):
                if text := decode_text(await link.read(characteristic)):
                    device[word] = text
        with suppress(SensorError, DecodeError):
            device["location"] = decode_location(await link.read(BODY_SENSOR_LOCATION))
        self._update(device=device)
        is_notified = link.can_notify(BATTERY_LEVEL)
        if is_notified:
            with suppress(SensorError):
                await link.subscribe(BATTERY_LEVEL)
        while True:
            with suppress(SensorError, DecodeError):
                self._update(battery_pct=decode_battery(await link.read(BATTERY_LEVEL)))
            if is_notified:
                return
            await self._clock.sleep_until(self._clock.now_s() + BATTERY_POLL_S)

    def _drain(self) -> None:
        inbox, self._inbox = self._inbox, []
        for arrival_s, characteristic, payload in inbox:
            if characteristic == BATTERY_LEVEL:
                with suppress(DecodeError):
                    self._update(battery_pct=decode_battery(payload))
                continue
            self._last_packet_s = arrival_s
            packet = Packet(self._info.sensor_id, characteristic, arrival_s, payload)
            self._sink.packet(packet)
            try:
                chunks = self._stream.push(payload, arrival_s)
            except DecodeError:
                self._n_bad_packets += 1
                self._update(n_bad_packets=self._n_bad_packets)
                continue
            self._deliver(chunks)
            self._tell_signal()

    def _deliver(self, chunks: Iterable[Chunk]) -> None:
        for chunk in chunks:
            self._sink.chunk(chunk)

    def _tell_signal(self) -> None:
        self._had_data = True
        self._attempt = 0
        if self._stream.has_signal:
            message = _RATE_ONLY if self._stream.has_rr is False else ""
            self._tell(LinkState.STREAMING, message)
        elif self._stream.has_contact is False:
            self._tell(LinkState.SILENT, _NO_CONTACT)
        else:
            self._tell(LinkState.SILENT, _NO_PULSE)

    def _tell(self, state: LinkState, message: str) -> None:
        self._update(
            state=state,
            message=message,
            attempt=self._attempt,
            has_rr=self._stream.has_rr,
            n_lost_packets=self._stream.n_lost_packets,
        )

    def _update(self, **news: object) -> None:
        """Tell the sink, if there is anything new."""
        changed = replace(self._status, **news)  # type: ignore[arg-type]  # fields by name
        if changed != self._status:
            self._status = replace(changed, t_s=self._clock.now_s())
            self._sink.status(self._status)
