"""The bytes that a sensor sends, live, and what they mean by a profile."""

from __future__ import annotations

import asyncio
from math import inf, isfinite
from typing import TYPE_CHECKING, Final

from biofeedback.clock import SystemClock, until
from biofeedback.devices.connection import Radio
from biofeedback.devices.driver import Connecting, DecodeError, Frame, uuid_of
from biofeedback.devices.profiles.conversation import ProfileDriver
from biofeedback.devices.profiles.presentation_format import profile_of
from biofeedback.devices.profiles.writing import write_profile
from biofeedback.devices.registry import Registry
from biofeedback.devices.sensor import Origin
from biofeedback.errors import SensorError, SensorNotFoundError

if TYPE_CHECKING:
    from collections.abc import Callable

    from biofeedback.clock import Clock
    from biofeedback.devices.driver import Delivery
    from biofeedback.devices.link import Link
    from biofeedback.devices.profiles.conversation import ProfileConversation
    from biofeedback.devices.profiles.profile import Profile

__all__ = ["watch_sensor"]

# By which any device is found that is connected already.
_ANY: Final = (uuid_of(0x1800), uuid_of(0x1801))
# Services of Bluetooth itself.
_OF_BLUETOOTH: Final = ("00001800-", "00001801-")
_FIND_S: Final = 20.0
_N_BYTES_SHOWN: Final = 64
_NO_RADIO: Final = (
    "Only sensors of Bluetooth are described by profiles, and this is none. “biofeedback record” "
    "takes it as it is."
)
_LOST: Final = "The connection was lost. Bring the sensor closer and try again."


async def watch_sensor(
    name: str,
    profile: Profile | None,
    seconds: float | None,
    tell: Callable[[str], None],
    clock: Clock | None = None,
) -> None:
    """Connect to a sensor and tell a line for each notification.

    Parameters
    ----------
    name
        The sensor's full name, id or address.
    profile
        What its bytes may mean; it is also what sets the sensor going. Without one every
        characteristic that sends by itself is listened to, and nothing is written.
    seconds
        For how long, ``None`` until it is cancelled.
    tell
        Takes each line.
    clock
        Whose seconds; the computer's by default.

    Raises
    ------
    SensorError
        If the sensor cannot be found or used, or the link is lost.
    """
    clock = clock or SystemClock()
    radio = Radio()
    info = await Registry(radio).find(name, clock, _FIND_S)
    if info.origin is not Origin.BLUETOOTH:
        raise SensorNotFoundError(_NO_RADIO)
    watch = _Watch(clock, tell, None if profile is None else ProfileDriver(profile))
    # A board under construction changes its services while its builder works on it.
    connecting = Connecting(use_cached_services=False)
    if watch.driver is not None:
        connecting = watch.driver.connecting
    link = await radio.connect(
        info.address,
        clock,
        _ANY,
        watch.lost,
        lambda _: None,
        watch.arrived,
        connecting=connecting,
        pair=connecting.pair == "always",
    )
    try:
        tell(f"Connected to {info.name}. Ctrl-C ends.")
        if watch.conversation is None:
            await _offered(link, tell, info.name)
        await watch.run(link, inf if seconds is None else clock.now_s() + seconds)
    finally:
        if watch.conversation is not None and not watch.is_lost:
            await watch.conversation.stop(link)
        await link.close()


class _Watch:
    """One connection, from the first line to the last."""

    def __init__(
        self, clock: Clock, tell: Callable[[str], None], driver: ProfileDriver | None
    ) -> None:
        self.driver = driver
        self.conversation: ProfileConversation | None = (
            None if driver is None else driver.open("sensor")
        )
        self.is_lost = False
        self._clock = clock
        self._tell = tell
        self._news = asyncio.Event()
        self._inbox: list[tuple[float, str, bytes]] = []
        self._hint = ""

    def lost(self) -> None:
        """Know that the link has gone."""
        self.is_lost = True
        self._news.set()

    def arrived(self, characteristic: str, payload: bytes) -> None:
        """Keep a notification."""
        self._inbox.append((self._clock.now_s(), characteristic, payload))
        self._news.set()

    async def run(self, link: Link, end_s: float) -> None:
        """Tell what comes until a moment, or the link is lost."""
        starting = asyncio.ensure_future(self._start(link))
        starting.add_done_callback(lambda _: self._news.set())
        try:
            while not self.is_lost:
                self._news.clear()
                self._tell_all()
                if starting.done():
                    starting.result()
                if self._clock.now_s() >= end_s:
                    return
                await (
                    until(self._clock, end_s, self._news) if isfinite(end_s) else self._news.wait()
                )
        finally:
            starting.cancel()
        raise SensorNotFoundError(_LOST)

    async def _start(self, link: Link) -> None:
        if self.conversation is not None:
            await self.conversation.start(link, self._clock)
            return
        for each in link.characteristics:
            if {"notify", "indicate"} & set(each.properties) and not each.service.startswith(
                _OF_BLUETOOTH
            ):
                name = _name(link, each.service, each.uuid)
                try:
                    await link.subscribe(name)
                except SensorError as error:
                    self._tell(f"{name}: {error}")

    def _tell_all(self) -> None:
        inbox, self._inbox = self._inbox, []
        for arrival_s, characteristic, payload in inbox:
            shown = payload[:_N_BYTES_SHOWN].hex(" ")
            more = f" … {len(payload)} bytes" if len(payload) > _N_BYTES_SHOWN else ""
            line = f"{arrival_s:9.3f} s  {characteristic}  {shown}{more}"
            if self.conversation is not None:
                try:
                    meant = self.conversation.take(characteristic, payload, arrival_s)
                    line += "".join(f"\n{'':13}{words}" for words in map(_words, meant))
                except DecodeError as error:
                    line += f"\n{'':13}refused: {error}"
            elif _is_text(payload):
                line += f"  {payload.decode('ascii')!r}"
            self._tell(line)
        if self.conversation is not None and self.conversation.message != self._hint:
            self._hint = self.conversation.message
            if self._hint:
                self._tell(self._hint)


async def _offered(link: Link, tell: Callable[[str], None], name: str) -> None:
    """Tell what the sensor offers, and what it announces about itself."""
    for each in link.characteristics:
        if not each.service.startswith(_OF_BLUETOOTH):
            tell(f"offers {each.service} / {each.uuid}: {', '.join(each.properties)}")
    announced = await profile_of(link, name)
    if announced is not None:
        tell("It announces what its values are. A profile for it, but for a [[test]]:\n")
        tell(write_profile(announced))


def _name(link: Link, service: str, uuid: str) -> str:
    is_twice = sum(each.uuid == uuid for each in link.characteristics) > 1
    return f"{service}/{uuid}" if is_twice else uuid


def _is_text(payload: bytes) -> bool:
    return bool(payload) and all(32 <= byte < 127 or byte in b"\r\n\t" for byte in payload)


def _words(delivery: Delivery) -> str:
    """Return the readings of one delivery, and what the sensor says of their time."""
    rows = [
        " ".join(f"{value:.6g}" if isfinite(value) else "no reading" for value in row)
        for row in delivery.values.tolist()
    ]
    words = f"{', '.join(delivery.stream.channels)}: {'; '.join(rows)}"
    if isinstance(delivery, Frame) and delivery.stamp is not None:
        words += f"  (sensor’s time {delivery.stamp.t_s:.6f} s)"
    return words
