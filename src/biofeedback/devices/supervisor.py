"""Keeps a Bluetooth sensor connected for as long as it is wanted, and says how it is doing.

One `BluetoothSensor` runs one sensor, whatever its driver: search, connect, start, watch, and
from the start again after every loss, waiting a little longer each time. All waiting is by the
clock given. Nothing that goes wrong out there leaves `run` as an exception: it becomes a
`SensorStatus` in words, and a `Gap` with its reason.
"""

from __future__ import annotations

import asyncio
import logging
import random
from contextlib import suppress
from dataclasses import replace
from typing import TYPE_CHECKING, Final, NamedTuple

from biofeedback.clock import until
from biofeedback.devices.details import BATTERY_POLL_S, Details
from biofeedback.devices.driver import DecodeError, uuid_of
from biofeedback.devices.intake import Intake
from biofeedback.devices.radio_error import NeedsPairingError, RadioError
from biofeedback.devices.watching import Watching
from biofeedback.errors import SensorError, SensorRefusedError
from biofeedback.samples import GapReason, LinkState, Packet, SensorStatus, StreamKind

if TYPE_CHECKING:
    from collections.abc import Coroutine

    from biofeedback.clock import Clock
    from biofeedback.devices.connection import Found, Radio
    from biofeedback.devices.driver import Driver
    from biofeedback.devices.link import Link
    from biofeedback.devices.sensor import SensorInfo, Sink

__all__ = ["BATTERY_POLL_S", "BluetoothSensor", "back_off_s"]

_MAX_WAIT_S: Final = 30.0
# Asking whether Bluetooth is back on costs no radio time, so it is noticed soon.
_MAX_WAIT_FOR_RADIO_S: Final = 4.0
# What is on its way to a sensor when it is let go may take this long.
_STOP_S: Final = 3.0
# A wait that ends so much too late was slept through by the computer.
_ASLEEP_S: Final = 10.0
# How often a status tells how the streams come in.
_HEALTH_EVERY_S: Final = 10.0

# Services of every device: by these one is found that a crashed run left connected.
_ANY: Final = (uuid_of(0x1800), uuid_of(0x1801), uuid_of(0x180D))
_OF_A_HEART: Final = frozenset({StreamKind.RR, StreamKind.HEART_RATE, StreamKind.PP})

_LOOKING: Final = "Looking for the sensor."
_NOT_NEAR: Final = "The sensor is not in reach yet. Bring it closer. It comes back by itself."
_LOST: Final = "The sensor is out of reach. Bring it closer. It comes back by itself."
_CONNECTING: Final = "Connecting."
_PAIRING: Final = "Connecting. The computer may ask to pair with the sensor."
_WAITING: Final = "Connected. Waiting for the first beat."
_WAITING_FOR_DATA: Final = "Connected. Waiting for the first values."
_SILENT: Final = "The sensor has gone quiet. It is being connected anew."

_log = logging.getLogger(__name__)


def back_off_s(attempt: int, chance: float) -> float:
    """Return how long to wait before the next try: 1, 2, 4, 8 … 30 s, shortened by chance.

    Parameters
    ----------
    attempt
        1 after the first failure.
    chance
        0 to 1; it takes off up to a fifth, so that two sensors do not try in step.
    """
    return min(2.0 ** min(attempt - 1, 10), _MAX_WAIT_S) * (1.0 - 0.2 * chance)


class BluetoothSensor:
    """A Bluetooth sensor as a source of samples.

    Parameters
    ----------
    info
        Which one.
    driver
        Who understands it.
    radio
        The computer's Bluetooth, shared by all sensors.
    chance
        Where the jitter of the waits comes from.
    """

    def __init__(
        self,
        info: SensorInfo,
        driver: Driver,
        radio: Radio,
        chance: random.Random | None = None,
    ) -> None:
        self._info = info
        self._driver = driver
        self._radio = radio
        self._chance = chance or random.Random()  # noqa: S311 - spreads retries, guards nothing

    @property
    def info(self) -> SensorInfo:
        """What it is."""
        return self._info

    async def run(self, sink: Sink, clock: Clock) -> None:
        """Deliver samples until cancelled; come back by itself after every loss."""
        await _Run(self._info, self._driver, self._radio, self._chance, sink, clock).forever()


class _Ending(NamedTuple):
    """Why one connection ended, and how long to wait at most before the next."""

    state: LinkState
    message: str
    longest_s: float = _MAX_WAIT_S


class _Run:
    """What one run knows: the state of the link and of what came over it."""

    def __init__(
        self,
        info: SensorInfo,
        driver: Driver,
        radio: Radio,
        chance: random.Random,
        sink: Sink,
        clock: Clock,
    ) -> None:
        self._info = info
        self._driver = driver
        self._radio = radio
        self._chance = chance
        self._sink = sink
        self._clock = clock
        self._conversation = driver.open(info.sensor_id)
        self._intake = Intake(sink)
        self._watching = Watching(self._conversation, self._intake)
        self._details = Details(clock, self._update)
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
        self._had_data = False
        self._health_s = float("-inf")
        self._pair = driver.connecting.pair == "always"

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
                await self._part(link)
        except SensorError as error:
            return self._ending(error)
        if self._is_lost:
            self._intake.blame(GapReason.LINK)
            return _Ending(LinkState.RECONNECTING, _LOST)
        # Once more: it may have spoken when it was stopped.
        self._intake.blame(GapReason.SILENCE)
        return _Ending(LinkState.SILENT, _SILENT)

    def _ending(self, error: SensorError) -> _Ending:
        if isinstance(error, RadioError):
            self._intake.blame(GapReason.RADIO)
            return _Ending(LinkState.UNAVAILABLE, error.live_message, _MAX_WAIT_FOR_RADIO_S)
        self._intake.blame(GapReason.LINK)
        may_pair = self._driver.connecting.pair != "never"
        if isinstance(error, NeedsPairingError) and may_pair and not self._pair:
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
            (*self._driver.services, *_ANY),
            self._lost,
            self._found,
            self._arrived,
            connecting=self._driver.connecting,
            pair=self._pair,
            on_search=self._searching,
        )

    def _searching(self) -> None:
        if self._status.state is LinkState.UNAVAILABLE:
            # Bluetooth is back: what was told of it is no longer so.
            state = LinkState.RECONNECTING if self._had_data else LinkState.SEARCHING
            self._tell(state, _LOOKING)

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
        self._watching.begin(self._clock.now_s())
        # Beside the data: a sensor may take seconds to answer, or never do.
        setting_up = self._beside(self._set_up(link))
        reviving: asyncio.Future[None] | None = None
        try:
            while not self._is_lost:
                self._wake.clear()
                self._drain()
                now_s = self._clock.now_s()
                self._intake.release(now_s)
                silent = self._watching.silent(now_s)
                if silent is None:
                    self._intake.blame(GapReason.SILENCE)
                    return
                is_reviving = reviving is not None and not reviving.done()
                if silent and not is_reviving and self._watching.has_started:
                    reviving = self._beside(self._revive(link))
                due_s = self._watching.due_s(now_s)
                held_s = self._intake.due_s()
                wake_s = due_s if held_s is None else min(due_s, held_s)
                await until(self._clock, wake_s, self._wake)
                if self._clock.now_s() - wake_s > _ASLEEP_S and not self._inbox:
                    # Nobody watched meanwhile: the sensor gets its time anew.
                    self._intake.blame(GapReason.ASLEEP)
                    self._watching.begin(self._clock.now_s())
                for task in (setting_up, reviving):
                    if task is not None and task.done() and not task.cancelled():
                        # What the sensor refused ends this link; a fault of ours is seen.
                        task.result()
        finally:
            setting_up.cancel()
            if reviving is not None:
                reviving.cancel()

    def _beside(self, work: Coroutine[object, object, None]) -> asyncio.Future[None]:
        """Do something beside taking what comes; its end wakes whoever waits."""
        doing = asyncio.ensure_future(work)
        doing.add_done_callback(lambda _: self._wake.set())
        return doing

    async def _set_up(self, link: Link) -> None:
        await self._conversation.start(link, self._clock)
        self._watching.started(self._clock.now_s())
        if self._status.state is LinkState.CONNECTING:
            is_heart = any(watch.kind in _OF_A_HEART for watch in self._conversation.watches)
            usual = _WAITING if is_heart else _WAITING_FOR_DATA
            self._tell(LinkState.WAITING, self._conversation.message or usual)
        self._wake.set()  # it may expect more streams now
        await self._details.read(link)

    async def _revive(self, link: Link) -> None:
        for kind in self._watching.silent(self._clock.now_s()) or ():
            self._intake.blame_stream(kind, GapReason.SILENCE)
            self._watching.revived(kind, self._clock.now_s())
            with suppress(SensorRefusedError):
                await self._conversation.revive(link, kind)

    async def _part(self, link: Link) -> None:
        """Leave the sensor as it was found, hand out what is held, and let go."""
        try:
            if not self._is_lost:
                await self._while_taking(self._conversation.stop(link))
            self._drain()
            self._intake.deliver(self._conversation.ended(), self._clock.now_s())
        finally:
            # Whatever fails above, or ends it in a hurry: what is left connected stays so.
            await link.close()

    async def _while_taking(self, work: Coroutine[object, object, None]) -> None:
        """Do something with the sensor for a short while, and take what it answers."""
        doing = self._beside(work)
        end_s = self._clock.now_s() + _STOP_S
        try:
            while not doing.done() and not self._is_lost and self._clock.now_s() < end_s:
                self._wake.clear()
                self._drain()
                if not doing.done():
                    await until(self._clock, end_s, self._wake)
        finally:
            doing.cancel()
        if doing.done() and not doing.cancelled():
            error = doing.exception()
            if error is not None and not isinstance(error, SensorError):
                raise error

    def _drain(self) -> None:
        inbox, self._inbox = self._inbox, []
        for arrival_s, characteristic, payload in inbox:
            if self._details.take(characteristic, payload):
                continue
            packet = Packet(self._info.sensor_id, characteristic, arrival_s, payload)
            self._sink.packet(packet)
            try:
                deliveries = tuple(self._conversation.take(characteristic, payload, arrival_s))
            except DecodeError:
                self._count_bad_packet()
                continue
            except Exception as error:  # noqa: BLE001 - one driver's fault must not end a session
                _log.error("a driver failed on a packet: %s", type(error).__name__)
                self._count_bad_packet()
                continue
            # Only what makes sense keeps a link that says nothing of the body.
            self._watching.packet(arrival_s)
            self._intake.deliver(deliveries, arrival_s)
            self._tell_signal(arrival_s)

    def _count_bad_packet(self) -> None:
        self._n_bad_packets += 1
        self._update(n_bad_packets=self._n_bad_packets)

    def _tell_signal(self, arrival_s: float) -> None:
        conversation = self._conversation
        if not conversation.has_signal:
            self._intake.blame(GapReason.CONTACT, timed_only=True)
            state = LinkState.SILENT
        elif self._watching.has_heard:
            state = LinkState.STREAMING
        else:
            return
        self._had_data = True
        self._attempt = 0
        self._tell(state, conversation.message)
        if arrival_s - self._health_s >= _HEALTH_EVERY_S and self._had_data:
            self._health_s = arrival_s
            self._update(streams=self._intake.health())

    def _tell(self, state: LinkState, message: str) -> None:
        facts = self._conversation.facts
        own = {} if facts.battery_pct is None else {"battery_pct": facts.battery_pct}
        self._update(
            state=state,
            message=message,
            attempt=self._attempt,
            has_rr=facts.has_rr,
            n_lost_packets=facts.n_lost_packets,
            **own,
        )

    def _update(self, **news: object) -> None:
        """Tell the sink, if there is anything new."""
        changed = replace(self._status, **news)  # type: ignore[arg-type]  # fields by name
        if changed != self._status:
            self._status = replace(changed, t_s=self._clock.now_s())
            self._sink.status(self._status)
