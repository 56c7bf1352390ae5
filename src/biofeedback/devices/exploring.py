"""What a device of unknown kind offers and sends, for describing it in a profile."""

from __future__ import annotations

import asyncio
from collections import deque
from contextlib import suppress
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Final

from biofeedback.clock import until
from biofeedback.devices.driver import Characteristic, Connecting, uuid_of
from biofeedback.errors import SensorError
from biofeedback.samples import LinkState, Packet

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Mapping

    from biofeedback.clock import Clock
    from biofeedback.devices.connection import Radio
    from biofeedback.devices.link import Link
    from biofeedback.devices.profiles.profile import Profile
    from biofeedback.devices.sensor import SensorInfo

__all__ = ["Exploration", "explore"]

# Of each characteristic so many packets are kept: enough to see a pattern, and for a trace.
_KEPT: Final = 512
# What is told changes at most this often, however fast packets come.
_EVERY_S: Final = 0.1
# Services of Bluetooth itself, with nothing to measure.
_OF_BLUETOOTH: Final = ("00001800-", "00001801-", "0000180a-", "0000180f-")
# By which any device is found that is connected already.
_ANY: Final = (uuid_of(0x1800), uuid_of(0x1801))
# A board under construction changes its services while its builder works on it.
_CONNECTING: Final = Connecting(use_cached_services=False)

_LOOKING: Final = "Looking for the device."
_CONNECTED: Final = "Connected. What it sends by itself appears below."
_LOST: Final = "The connection was lost. Bring the device closer and look again."


@dataclass(frozen=True, slots=True)
class Exploration:
    """What is known of a device so far.

    Parameters
    ----------
    info
        Which device.
    state, message
        How the connection is doing, and the same in words.
    characteristics
        All that it offers, but for what every Bluetooth device has.
    packets
        The latest notifications by characteristic, oldest first.
    announced
        What it says itself of its values, ``None`` if nothing.
    """

    info: SensorInfo
    state: LinkState
    message: str
    characteristics: tuple[Characteristic, ...] = ()
    packets: Mapping[str, tuple[Packet, ...]] = field(default_factory=dict)
    announced: Profile | None = None


async def explore(
    info: SensorInfo,
    radio: Radio,
    clock: Clock,
    tell: Callable[[Exploration], None],
    then: Callable[[Link], Awaitable[Profile | None]] | None = None,
) -> None:
    """Connect to a device and listen to all it sends, until cancelled or the link is lost.

    Parameters
    ----------
    info
        Which one.
    radio, clock
        As for a sensor.
    tell
        Called with what is known, whenever that changes, ten times a second at most.
    then
        Called once with the link when it is listened to: asks what the device says of itself.
    """
    known = Exploration(info, LinkState.SEARCHING, _LOOKING)
    tell(known)
    lost = asyncio.Event()
    news = asyncio.Event()
    inbox: dict[str, deque[Packet]] = {}

    def arrived(characteristic: str, payload: bytes) -> None:
        packet = Packet(info.sensor_id, characteristic, clock.now_s(), payload)
        inbox.setdefault(characteristic, deque(maxlen=_KEPT)).append(packet)
        news.set()

    def ended() -> None:
        lost.set()
        news.set()

    try:
        link = await radio.connect(
            info.address, clock, _ANY, ended, lambda _: None, arrived, connecting=_CONNECTING
        )
        try:
            offered = tuple(
                each for each in link.characteristics if not each.service.startswith(_OF_BLUETOOTH)
            )
            known = replace(
                known, state=LinkState.WAITING, message=_CONNECTED, characteristics=offered
            )
            tell(known)
            await _listen(link, offered)
            if then is not None:
                known = replace(known, announced=await then(link))
                tell(known)
            while not lost.is_set():
                await news.wait()
                news.clear()
                packets = {name: tuple(kept) for name, kept in inbox.items()}
                state = LinkState.STREAMING if packets else LinkState.WAITING
                known = replace(known, state=state, packets=packets)
                tell(known)
                await until(clock, clock.now_s() + _EVERY_S, lost)
        finally:
            await link.close()
    except SensorError as error:
        tell(replace(known, state=LinkState.REFUSED, message=str(error)))
        return
    tell(replace(known, state=LinkState.STOPPED, message=_LOST))


async def _listen(link: Link, offered: tuple[Characteristic, ...]) -> None:
    """Subscribe to everything that can be subscribed to."""
    for each in offered:
        if {"notify", "indicate"} & set(each.properties):
            same = [other for other in offered if other.uuid == each.uuid]
            name = each.uuid if len(same) == 1 else f"{each.service}/{each.uuid}"
            # One that refuses does not keep the others from being heard.
            with suppress(SensorError):
                await link.subscribe(name)
