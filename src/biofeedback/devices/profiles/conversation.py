"""Speaks with a sensor as its profile says."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from typing import TYPE_CHECKING, Final, Protocol, runtime_checkable

import numpy as np

from biofeedback.clock import until, utc_now
from biofeedback.devices.driver import Facts, Watch, uuid_of
from biofeedback.devices.profiles.beat_line import BeatLine
from biofeedback.devices.profiles.decoding import ProfileDecoder
from biofeedback.devices.profiles.profile import Mode
from biofeedback.devices.profiles.reading import NOW
from biofeedback.devices.profiles.units import KINDS
from biofeedback.errors import SensorError, SensorRefusedError
from biofeedback.samples import StreamKind

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from biofeedback.clock import Clock
    from biofeedback.devices.driver import (
        Advertised,
        Connecting,
        Delivery,
        Frame,
        Peer,
    )
    from biofeedback.devices.profiles.profile import Answer, Profile, Source, Write

__all__ = ["Fetching", "ProfileConversation", "ProfileDriver"]

_OUTSIDE: Final = (
    "The reading is outside what this sensor can measure. Check that it sits well, that the "
    "electrodes touch the skin, and that its cables are plugged in."
)
_NO_READING: Final = (
    "The sensor has no reading. Check that it sits well and that the electrodes touch the skin."
)
_NOTHING_FITS: Final = (
    "What the sensor sends does not fit its profile. Its software may be another version; "
    "“biofeedback profile watch” shows the bytes."
)
_NOT_THIS: Final = (
    "The sensor does not offer what its profile “{name}” names. Its software may be another "
    "version; “biofeedback profile watch” shows what it offers."
)
_NO_ANSWER: Final = (
    "The sensor did not answer as its profile “{name}” says. Switch it off and on, and try again."
)
_CANNOT_POLL: Final = "This sensor’s values have to be asked for, which is not possible here."
_GENERIC_ATTRIBUTE: Final = uuid_of(0x1801)
# So many notifications in a row that are no record: the profile is not this sensor's.
_N_UNTIL_WRONG: Final = 20
_INTERVALS: Final = (StreamKind.RR, StreamKind.PP)


@runtime_checkable
class Fetching(Protocol):
    """A peer that can read a value and hand it on as if it had been sent by itself."""

    async def fetch(self, characteristic: str) -> None:
        """Read a value, and have it handed to `Conversation.take`."""
        ...


class ProfileDriver:
    """The driver that a profile makes.

    Parameters
    ----------
    profile
        A checked one, whose self-tests came out.
    now
        The time of day, for sensors that want to be told.
    """

    def __init__(self, profile: Profile, now: Callable[[], datetime] = utc_now) -> None:
        self.profile = profile
        self._now = now

    @property
    def driver_id(self) -> str:
        """The profile's id, told apart from those of drivers in code."""
        return f"profile-{self.profile.profile_id}"

    @property
    def services(self) -> tuple[str, ...]:
        """Services by which its sensors are known that are connected and do not advertise."""
        named = tuple(source.service for source in self.profile.sources if source.service)
        # Known by its name alone: then by the service that whatever is connected has.
        return self.profile.match.services or tuple(dict.fromkeys(named)) or (_GENERIC_ATTRIBUTE,)

    @property
    def connecting(self) -> Connecting:
        """How they like to be connected."""
        return self.profile.connecting

    def kinds(self, advertised: Advertised) -> tuple[StreamKind, ...]:
        """Return what a device measures, empty if it is none of this profile."""
        match = self.profile.match
        name = advertised.name.casefold()
        fits = []
        if match.services:
            fits.append(not set(match.services).isdisjoint(advertised.services))
        if match.name_prefixes:
            fits.append(name.startswith(tuple(one.casefold() for one in match.name_prefixes)))
        if match.manufacturer_ids:
            fits.append(not set(match.manufacturer_ids).isdisjoint(advertised.manufacturers))
        if not fits or not (all(fits) if match.needs_all else any(fits)):
            return ()
        return tuple(
            dict.fromkeys(
                KINDS[channel.kind].stream
                for source in self.profile.sources
                for channel in source.channels
            )
        )

    def open(self, sensor_id: str) -> ProfileConversation:
        """Begin a conversation with one sensor."""
        return ProfileConversation(self.profile, sensor_id, self._now)


class ProfileConversation:
    """What is said with one sensor, over all its connections.

    Parameters
    ----------
    profile
        What it is like.
    sensor_id
        Which its streams carry.
    now
        The time of day.
    """

    def __init__(
        self, profile: Profile, sensor_id: str, now: Callable[[], datetime] = utc_now
    ) -> None:
        self._profile = profile
        self._now = now
        self._decoder = ProfileDecoder(profile, sensor_id)
        self._beats = {
            stream.stream_id: BeatLine(stream)
            for source in self._decoder.sources.values()
            for stream in source.streams
            if stream.kind in _INTERVALS and source.source.timestamp is None
        }
        # Whether the last frame of each stream had a reading.
        self._has_reading: dict[StreamKind, bool] = {}
        self._is_outside = False
        self._n_wrong = 0
        self._has_heard = False
        self._answer: tuple[Answer, asyncio.Event] | None = None
        # By characteristic, what asks for its value again and again.
        self._asking: dict[str, asyncio.Future[None]] = {}
        self._clock: Clock | None = None

    @property
    def watches(self) -> tuple[Watch, ...]:
        """All streams of the profile."""
        return tuple(
            Watch(stream.kind, self._profile.first_s, self._profile.watchdog_s)
            for stream in self._decoder.streams
        )

    @property
    def has_signal(self) -> bool:
        """False while no stream has a reading."""
        return not self._has_reading or any(self._has_reading.values())

    @property
    def message(self) -> str:
        """What the person should know or do now."""
        if self._n_wrong >= _N_UNTIL_WRONG:
            return _NOTHING_FITS
        if not self._has_heard:
            return self._profile.hint
        if self.has_signal:
            return ""
        return _OUTSIDE if self._is_outside else _NO_READING

    @property
    def facts(self) -> Facts:
        """What it knows besides samples."""
        kinds = {stream.kind for stream in self._decoder.streams}
        has_rr = True if StreamKind.RR in kinds else None
        return Facts(has_rr, self._decoder.n_lost_packets)

    async def start(self, peer: Peer, clock: Clock) -> None:
        """Subscribe, then write what sets the sensor going.

        Raises
        ------
        SensorError
            If it does not offer what the profile names, or does not answer.
        """
        self._decoder.reset()
        self._has_reading.clear()
        self._has_heard = False
        self._n_wrong = 0
        self._clock = clock
        for source in self._profile.sources:
            if source.mode is Mode.POLL:
                if not isinstance(peer, Fetching):
                    raise SensorRefusedError(_CANNOT_POLL)
            else:
                await peer.subscribe(self._name(peer, source.characteristic, source.service))
        answering = {write.expect.characteristic for write in self._profile.init if write.expect}
        for characteristic in sorted(answering - self._decoder.sources.keys()):
            await peer.subscribe(self._name(peer, characteristic, ""))
        for write in self._profile.init:
            await self._say(peer, clock, write)
        for source in self._profile.sources:
            if source.mode is Mode.POLL:
                self._begin_asking(peer, clock, source)

    def take(self, characteristic: str, payload: bytes, arrival_s: float) -> list[Delivery]:
        """Understand one notification.

        Raises
        ------
        DecodeError
            If nothing in it is a record. Of a record that ended in it, no part is kept, so that
            it cannot be joined with what comes.
        """
        # A characteristic that there is twice is named with its service.
        uuid = characteristic.rpartition("/")[2]
        self._hear_answer(uuid, payload)
        n_refused, n_outside = self._decoder.n_refused, self._decoder.n_outside
        try:
            frames = self._decoder.push(uuid, payload)
        finally:
            if self._decoder.n_refused > n_refused:
                self._n_wrong += 1
        deliveries: list[Delivery] = []
        for frame in frames:
            self._n_wrong = 0
            self._has_heard = True
            self._note(frame, is_outside=self._decoder.n_outside > n_outside)
            line = self._beats.get(frame.stream.stream_id)
            if line is None:
                deliveries.append(frame)
            else:
                deliveries += line.push(frame.values[:, 0].tolist(), arrival_s)
        return deliveries

    async def revive(self, peer: Peer, kind: StreamKind) -> None:
        """Subscribe anew to the characteristic of one stream, or begin to ask for it anew.

        Raises
        ------
        SensorError
            What stood in the way.
        """
        for source in self._profile.sources:
            decoder = self._decoder.sources[source.characteristic]
            if kind not in {one.kind for one in decoder.streams}:
                continue
            if source.mode is Mode.POLL:
                if self._clock is not None:
                    self._begin_asking(peer, self._clock, source)
                continue
            name = self._name(peer, source.characteristic, source.service)
            await peer.unsubscribe(name)
            decoder.reset()
            await peer.subscribe(name)

    async def stop(self, peer: Peer) -> None:
        """Write what stops the sensor; what it refuses does not keep the rest from it."""
        self._stop_asking()
        for write in self._profile.stop:
            with suppress(SensorError):
                await peer.write(
                    write.characteristic, self._payload(write), response=write.response
                )
        for source in self._profile.sources:
            if source.mode is not Mode.POLL:
                with suppress(SensorError):
                    await peer.unsubscribe(self._name(peer, source.characteristic, source.service))

    def ended(self) -> list[Delivery]:
        """Return the beats that are still held."""
        self._stop_asking()
        self._decoder.reset()
        self._answer = None
        return [chunk for line in self._beats.values() for chunk in line.flush()]

    def _begin_asking(self, peer: Peer, clock: Clock, source: Source) -> None:
        if (before := self._asking.get(source.characteristic)) is not None:
            before.cancel()
        name = self._name(peer, source.characteristic, source.service)
        asking = asyncio.ensure_future(_ask(peer, clock, name, source))
        self._asking[source.characteristic] = asking

    def _stop_asking(self) -> None:
        asking, self._asking = self._asking, {}
        for task in asking.values():
            task.cancel()

    def _note(self, frame: Frame, *, is_outside: bool) -> None:
        has_reading = bool(np.any(np.isfinite(frame.values)))
        self._has_reading[frame.stream.kind] = has_reading
        self._is_outside = is_outside and not has_reading

    def _name(self, peer: Peer, characteristic: str, service: str) -> str:
        """Return how the peer calls a characteristic.

        Raises
        ------
        SensorRefusedError
            If it does not offer it.
        """
        offered = [
            each
            for each in peer.characteristics
            if each.uuid == characteristic and service in {"", each.service}
        ]
        if not offered:
            raise SensorRefusedError(_NOT_THIS.format(name=self._profile.name))
        is_twice = sum(each.uuid == characteristic for each in peer.characteristics) > 1
        return f"{offered[0].service}/{characteristic}" if is_twice else characteristic

    async def _say(self, peer: Peer, clock: Clock, write: Write) -> None:
        self._answer = None if write.expect is None else (write.expect, asyncio.Event())
        name = self._name(peer, write.characteristic, "")
        await peer.write(name, self._payload(write), response=write.response)
        if self._answer is not None:
            expected, came = self._answer
            is_answered = await until(clock, clock.now_s() + expected.timeout_s, came)
            self._answer = None
            if not is_answered:
                raise SensorRefusedError(_NO_ANSWER.format(name=self._profile.name))
        if write.delay_s:
            await clock.sleep_until(clock.now_s() + write.delay_s)

    def _payload(self, write: Write) -> bytes:
        if not write.now:
            return write.payload
        per_s, n_bytes = NOW[write.now]
        number = int(self._now().timestamp() * per_s) % (1 << (8 * n_bytes))
        return number.to_bytes(n_bytes, "big" if write.endian == "big" else "little")

    def _hear_answer(self, uuid: str, payload: bytes) -> None:
        if self._answer is None:
            return
        expected, came = self._answer
        if uuid == expected.characteristic and payload.startswith(expected.prefix):
            came.set()


async def _ask(peer: Peer, clock: Clock, name: str, source: Source) -> None:
    """Read a value again and again, until the link is gone or this is cancelled."""
    assert isinstance(peer, Fetching)  # noqa: S101 - start refused a peer that is none
    assert source.poll_hz is not None  # noqa: S101 - checked when the profile was read
    due_s = clock.now_s()
    # A reading that fails ends it: the silence is noticed, and it is begun anew.
    with suppress(SensorError):
        while True:
            await peer.fetch(name)
            # A slow sensor is asked less often, and not in bursts afterwards.
            due_s = max(due_s + 1.0 / source.poll_hz, clock.now_s())
            await clock.sleep_until(due_s)
