from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from biofeedback.devices.driver import Advertised, DecodeError, Watch, uuid_of
from biofeedback.devices.drivers.heart_rate import (
    HEART_RATE_MEASUREMENT,
    HEART_RATE_SERVICE,
    encode_heart_rate,
)
from biofeedback.devices.drivers.heart_rate_driver import (
    NO_CONTACT,
    NO_PULSE,
    RATE_ONLY,
    HeartRateDriver,
)
from biofeedback.errors import SensorRefusedError
from biofeedback.samples import StreamKind
from helpers.bluez_peripheral import Char, Peripheral
from helpers.driver_bench import talking
from helpers.listening import on_a_loop

if TYPE_CHECKING:
    from helpers.bluez import BluezStandIn


class Strap(Peripheral):
    """Nothing but a heart rate."""

    def services(self) -> list[tuple[str, list[Char]]]:
        return [(HEART_RATE_SERVICE, [Char(HEART_RATE_MEASUREMENT, ["notify"])])]


@pytest.mark.parametrize(
    "advertised",
    [
        Advertised("Unheard-of Band", (HEART_RATE_SERVICE,)),
        Advertised("", (uuid_of(0x180A), HEART_RATE_SERVICE)),
        Advertised("TICKR 1234"),
        Advertised("HRM-Dual:012345"),
        Advertised("Movesense 123456789012"),
        Advertised("Polar H7 5C2A91B3"),
    ],
)
def test_a_strap_is_known_by_its_service_or_its_name(advertised: Advertised) -> None:
    assert HeartRateDriver().kinds(advertised) == (StreamKind.RR, StreamKind.HEART_RATE)


@pytest.mark.parametrize("advertised", [Advertised(""), Advertised("Kettle", (uuid_of(0x180F),))])
def test_anything_else_is_no_strap(advertised: Advertised) -> None:
    assert HeartRateDriver().kinds(advertised) == ()


def test_beats_and_rate_come_as_samples_with_times(bluez: BluezStandIn) -> None:
    strap = bluez.add(Strap("TICKR 1234", advertised_services=(HEART_RATE_SERVICE,)))

    async def main() -> None:
        async with talking(HeartRateDriver(), strap) as bench:
            conversation = bench.conversation
            assert conversation.watches == (Watch(StreamKind.HEART_RATE, 5.0, 5.0),)
            await bench.play(
                (float(i), HEART_RATE_MEASUREMENT, encode_heart_rate(60, (1024,)))
                for i in range(1, 20)
            )
            assert conversation.facts.has_rr is True
            assert conversation.message == ""
        beats = [chunk for chunk in bench.chunks if chunk.stream.kind is StreamKind.RR]
        rates = [chunk for chunk in bench.chunks if chunk.stream.kind is StreamKind.HEART_RATE]
        assert [float(value) for chunk in beats for value in chunk.values.ravel()] == [1000.0] * 19
        assert [float(chunk.t_s[0]) for chunk in rates] == [float(i) for i in range(1, 20)]
        assert bench.errors == []

    on_a_loop(main())


def test_garbage_is_refused_and_the_next_packet_is_heard(bluez: BluezStandIn) -> None:
    strap = bluez.add(Strap("TICKR 1234", advertised_services=(HEART_RATE_SERVICE,)))

    async def main() -> None:
        async with talking(HeartRateDriver(), strap) as bench:
            for payload in (b"", b"\x10", encode_heart_rate(61)):
                strap.send(HEART_RATE_MEASUREMENT, payload)
            await bench.idle()
            assert len(bench.errors) == 2
            assert bench.chunks[-1].values.tolist() == [[61.0]]

    on_a_loop(main())


def test_the_rate_is_asked_for_anew_where_it_went_silent(bluez: BluezStandIn) -> None:
    strap = bluez.add(Strap("TICKR 1234", advertised_services=(HEART_RATE_SERVICE,)))

    async def main() -> None:
        async with talking(HeartRateDriver(), strap) as bench:
            await bench.work(bench.conversation.revive(bench.peer, StreamKind.HEART_RATE))
            assert strap.send(HEART_RATE_MEASUREMENT, encode_heart_rate(61))

    on_a_loop(main())


def test_a_strap_is_left_silent(bluez: BluezStandIn) -> None:
    strap = bluez.add(Strap("TICKR 1234", advertised_services=(HEART_RATE_SERVICE,)))

    async def main() -> None:
        async with talking(HeartRateDriver(), strap) as bench:
            assert strap.subscribed == {HEART_RATE_MEASUREMENT}
            await bench.work(bench.conversation.stop(bench.peer))
            assert strap.subscribed == frozenset()

    on_a_loop(main())


def test_a_device_without_a_heart_rate_is_refused(bluez: BluezStandIn) -> None:
    kettle = bluez.add(Peripheral("HRM kettle", advertised_services=(HEART_RATE_SERVICE,)))

    async def main() -> None:
        with pytest.raises(SensorRefusedError):
            async with talking(HeartRateDriver(), kettle):
                pytest.fail("it is no strap")

    on_a_loop(main())


@pytest.mark.parametrize(
    ("payload", "has_signal", "message"),
    [
        (encode_heart_rate(0, has_contact=False), False, NO_CONTACT),
        (encode_heart_rate(60, (1024,), has_contact=False), False, NO_CONTACT),
        (encode_heart_rate(0), False, NO_PULSE),
        (encode_heart_rate(60, (1024,)), True, ""),
    ],
)
def test_what_keeps_the_heart_from_being_heard_is_said(
    payload: bytes, has_signal: bool, message: str
) -> None:
    conversation = HeartRateDriver().open("strap")
    assert (conversation.has_signal, conversation.message) == (True, "")
    conversation.take(HEART_RATE_MEASUREMENT, payload, 1.0)
    assert (conversation.has_signal, conversation.message) == (has_signal, message)


def test_a_band_without_intervals_is_said_to_have_the_rate_only() -> None:
    conversation = HeartRateDriver().open("band")
    for i in range(10):
        assert conversation.message == ""
        conversation.take(HEART_RATE_MEASUREMENT, encode_heart_rate(60), float(i))
    assert conversation.message == RATE_ONLY
    assert conversation.facts.has_rr is False


def test_another_characteristic_carries_nothing() -> None:
    conversation = HeartRateDriver().open("strap")
    assert conversation.take(uuid_of(0x2A19), b"", 0.0) == ()


def test_after_a_lost_link_held_beats_are_told_and_contact_is_unknown() -> None:
    conversation = HeartRateDriver().open("strap")
    conversation.take(HEART_RATE_MEASUREMENT, encode_heart_rate(60, (1024,)), 1.0)
    beats = conversation.ended()
    assert [chunk.stream.kind for chunk in beats] == [StreamKind.RR]
    conversation.take(HEART_RATE_MEASUREMENT, encode_heart_rate(0, has_contact=False), 2.0)
    conversation.ended()
    assert conversation.has_signal


def test_a_refused_packet_changes_nothing() -> None:
    conversation = HeartRateDriver().open("strap")
    with pytest.raises(DecodeError):
        conversation.take(HEART_RATE_MEASUREMENT, b"\x06", 1.0)
    assert conversation.has_signal
