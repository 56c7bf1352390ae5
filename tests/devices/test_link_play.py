"""What sensors send, played through the real bleak much faster than it came."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from biofeedback.devices.connection import Radio
from helpers.bluez_peripheral import Char, Peripheral
from helpers.listening import WatchedClock, on_a_loop
from helpers.peripheral_play import Deed, Player, Sent, play

if TYPE_CHECKING:
    from biofeedback.devices.connection import Found
    from biofeedback.devices.link import Link
    from helpers.bluez import BluezStandIn

SERVICE = "7b1c0001-5a0e-4f3c-9d5e-1f2e3d4c5b6a"
DATA = "7b1c0004-5a0e-4f3c-9d5e-1f2e3d4c5b6a"


class Sender(Peripheral):
    def services(self) -> list[tuple[str, list[Char]]]:
        return [(SERVICE, [Char(DATA, ["notify"])])]


class Hearer:
    """Connects to a sender, and notes what comes of it and when."""

    def __init__(self, sender: Sender, clock: WatchedClock) -> None:
        self.sender = sender
        self.heard: list[tuple[float, bytes]] = []
        self.lost_s: list[float] = []
        self._clock = clock

    async def connect(self) -> Link:
        def arrived(_name: str, payload: bytes) -> None:
            self.heard.append((self._clock.now_s(), payload))

        def step(_found: Found) -> None:
            pass

        link = await Radio().connect(
            self.sender.address,
            self._clock,
            (SERVICE,),
            lambda: self.lost_s.append(self._clock.now_s()),
            step,
            arrived,
        )
        await link.subscribe(DATA)
        return link


def sender(bluez: BluezStandIn, name: str) -> Sender:
    return bluez.add(Sender(name, advertised_services=(SERVICE,), mtu=247))


def test_two_devices_are_heard_each_at_its_times(bluez: BluezStandIn) -> None:
    async def main() -> None:
        clock = WatchedClock()
        one, two = (Hearer(sender(bluez, name), clock) for name in ("One", "Two"))
        links = [await one.connect(), await two.connect()]
        fast = [(0.01 * i, i.to_bytes(4, "little")) for i in range(1, 1000)]
        slow = [(0.7 * i, bytes([i])) for i in range(1, 14)]
        script = [Sent(t_s, one.sender, DATA, payload) for t_s, payload in fast]
        script += [Sent(t_s, two.sender, DATA, payload) for t_s, payload in slow]

        async with Player(bluez, clock) as player:
            played = await player.play(sorted(script, key=lambda sent: sent.t_s))

        assert one.heard == fast
        assert two.heard == slow
        assert (played.n_heard, played.n_unheard) == (len(script), 0)
        for link in links:
            await link.close()

    on_a_loop(main())


def test_what_waits_on_the_clock_is_woken_between_packets(bluez: BluezStandIn) -> None:
    async def main() -> None:
        clock = WatchedClock()
        hearer = Hearer(sender(bluez, "One"), clock)
        link = await hearer.connect()
        seen: list[tuple[float, int]] = []

        async def look() -> None:
            while True:
                await clock.sleep_until(clock.now_s() + 1.0)
                seen.append((clock.now_s(), len(hearer.heard)))

        looking = asyncio.ensure_future(look())
        await play(((0.3 * i, DATA, b"\x00") for i in range(1, 34)), hearer.sender, clock)
        looking.cancel()

        # Three packets come before the first second, three or four in each after it.
        assert seen == [(float(s), int(s / 0.3 - 1e-9)) for s in range(1, 10)]
        await link.close()

    on_a_loop(main())


def test_link_is_lost_and_made_anew_in_the_midst_of_it(bluez: BluezStandIn) -> None:
    async def main() -> None:
        clock = WatchedClock()
        hearer = Hearer(sender(bluez, "One"), clock)
        lost = await hearer.connect()
        anew: list[asyncio.Future[Link]] = []
        script: list[Sent | Deed] = [
            Sent(1.0, hearer.sender, DATA, b"a"),
            Deed(2.0, lambda: hearer.sender.lose_link(is_near=True)),
            Sent(3.0, hearer.sender, DATA, b"b"),
            Deed(4.0, lambda: anew.append(asyncio.ensure_future(hearer.connect()))),
            Sent(5.0, hearer.sender, DATA, b"c"),
        ]

        async with Player(bluez, clock) as player:
            played = await player.play(script)

        assert hearer.heard == [(1.0, b"a"), (5.0, b"c")]
        assert hearer.lost_s == [2.0]
        assert (played.n_heard, played.n_unheard) == (2, 1)
        await lost.close()
        await anew[0].result().close()

    on_a_loop(main())


def test_more_than_the_bus_takes_at_once_arrives_all_the_same(bluez: BluezStandIn) -> None:
    async def main() -> None:
        clock = WatchedClock()
        hearer = Hearer(sender(bluez, "One"), clock)
        link = await hearer.connect()
        sent = [(0.0005 * i, i.to_bytes(244, "little")) for i in range(1, 2001)]

        async with Player(bluez, clock, span_s=10.0) as player:
            await player.play(Sent(t_s, hearer.sender, DATA, payload) for t_s, payload in sent)

        assert hearer.heard == sent
        await link.close()

    on_a_loop(main())
