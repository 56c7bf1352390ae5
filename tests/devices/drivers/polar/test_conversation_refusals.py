"""A Polar sensor that refuses, or answers not at all: what it can still give comes."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from biofeedback.devices.drivers.polar.control_point import (
    CONTROL_POINT,
    Measurement,
    Operation,
    Status,
)
from biofeedback.devices.drivers.polar.driver import PolarDriver
from biofeedback.devices.drivers.polar.status_words import (
    NOT_TOLD,
    no_answer,
    not_understood,
    refused,
)
from biofeedback.devices.radio_error import NeedsPairingError
from biofeedback.samples import StreamKind as Kind
from helpers.bluez_peripheral import AttError
from helpers.driver_bench import talking
from helpers.listening import on_a_loop
from helpers.polar_bench import HEART, MILLI_G, asked, assert_heart_comes, samples
from helpers.polar_peripheral import PolarPeripheral

if TYPE_CHECKING:
    from helpers.bluez import BluezStandIn

M = Measurement


@pytest.mark.parametrize(
    "status", [each for each in Status if each not in {Status.OK, Status.ALREADY_IN_STATE}]
)
def test_a_measurement_that_is_refused_takes_no_other_down(
    bluez: BluezStandIn, status: Status
) -> None:
    h10 = bluez.add(PolarPeripheral(refusals={M.ECG: status}))

    async def main() -> None:
        async with talking(PolarDriver(), h10) as bench:
            await bench.play(h10.beats([1024] * 3, begin_s=1.0))
            await bench.play(h10.packets(M.ACC, MILLI_G, begin_s=10.0, rate_hz=50, kind=1))
            assert bench.conversation.message == refused(Kind.ECG, status)
            assert samples(bench, Kind.ACCELERATION).shape == (100, 3)
            assert len(bench.chunks) == 3
            # What may pass is asked for again, as a silent stream is.
            may_pass = status in {Status.INVALID_STATE, Status.IN_CHARGER}
            is_watched = Kind.ECG in [watch.kind for watch in bench.conversation.watches]
            assert is_watched is may_pass

    on_a_loop(main())


def test_a_link_with_small_packets_is_said_to_be_one(bluez: BluezStandIn) -> None:
    h10 = bluez.add(PolarPeripheral(mtu=69))

    async def main() -> None:
        async with talking(PolarDriver(), h10) as bench:
            assert refused(Kind.ECG, Status.INVALID_MTU) in bench.conversation.message
            await assert_heart_comes(bench, h10)

    on_a_loop(main())


def test_answers_may_come_in_parts(bluez: BluezStandIn) -> None:
    h10 = bluez.add(PolarPeripheral(answer_n=9))

    async def main() -> None:
        async with talking(PolarDriver(), h10):
            assert asked(h10)[-1] == "02 02 00 01 32 00 01 01 10 00 02 01 04 00"
            assert set(h10.running) == {M.ECG, M.ACC}

    on_a_loop(main())


def test_a_control_point_that_never_answers_leaves_the_heart_rate(bluez: BluezStandIn) -> None:
    """Thirty seconds, once: what would be asked next would wait as long."""
    h10 = bluez.add(PolarPeripheral(silent_on=set(Operation)))

    async def main() -> None:
        async with talking(PolarDriver(), h10) as bench:
            assert bench.clock.now_s() == 30.0
            assert asked(h10) == ["01 00"]
            expected = f"{no_answer(Kind.ECG)} {no_answer(Kind.ACCELERATION)}"
            assert bench.conversation.message == expected
            assert bench.conversation.watches == (HEART,)
            await assert_heart_comes(bench, h10, begin_s=31.0)

    on_a_loop(main())


def test_settings_that_make_no_sense_leave_the_rest(bluez: BluezStandIn) -> None:
    h10 = bluez.add(Garbled())

    async def main() -> None:
        async with talking(PolarDriver(), h10) as bench:
            assert not_understood(Kind.ECG) in bench.conversation.message
            assert set(h10.running) == {M.ACC}

    on_a_loop(main())


class Garbled(PolarPeripheral):
    """Offers its ECG in settings that nobody knows."""

    def on_write(self, uuid: str, payload: bytes, *, response: bool) -> None:
        if payload == b"\x01\x00":
            self.send(CONTROL_POINT, bytes.fromhex("F0 01 00 00 00 63 01 82 00"))
        else:
            super().on_write(uuid, payload, response=response)


@pytest.mark.parametrize("value", [b"", b"\x00", b"\xf0\x05\x00"])
def test_a_sensor_that_does_not_tell_its_features_sends_its_heart_rate(
    bluez: BluezStandIn, value: bytes
) -> None:
    class Shy(PolarPeripheral):
        def on_read(self, uuid: str) -> bytes:
            return value

    h10 = bluez.add(Shy())

    async def main() -> None:
        async with talking(PolarDriver(), h10) as bench:
            assert h10.writes == []
            assert bench.conversation.message == NOT_TOLD
            await assert_heart_comes(bench, h10)

    on_a_loop(main())


def test_a_control_point_that_cannot_be_listened_to_leaves_the_heart_rate(
    bluez: BluezStandIn,
) -> None:
    class Deaf(PolarPeripheral):
        def on_subscribed(self, uuid: str) -> None:
            if uuid == CONTROL_POINT:
                raise AttError(0x80)

    h10 = bluez.add(Deaf())

    async def main() -> None:
        async with talking(PolarDriver(), h10) as bench:
            assert bench.conversation.message == NOT_TOLD
            await assert_heart_comes(bench, h10)

    on_a_loop(main())


def test_the_reply_of_a_read_is_no_answer(bluez: BluezStandIn) -> None:
    """Some systems hand it over as a notification as well, whenever anyone reads."""
    h10 = bluez.add(PolarPeripheral())

    async def main() -> None:
        async with talking(PolarDriver(), h10) as bench:
            await bench.peer.read(CONTROL_POINT)
            await bench.idle()
            assert bench.errors == []
            assert set(h10.running) == {M.ECG, M.ACC}

    on_a_loop(main())


@pytest.mark.parametrize("code", [0x05, 0x08, 0x0F])
def test_a_sensor_that_wants_to_be_paired_says_so(bluez: BluezStandIn, code: int) -> None:
    h10 = bluez.add(PolarPeripheral(write_errors=[code]))

    async def main() -> None:
        with pytest.raises(NeedsPairingError):
            async with talking(PolarDriver(), h10):
                pytest.fail("it was not paired")
        # The supervisor pairs and connects anew.
        async with talking(PolarDriver(), h10, pair=True):
            assert set(h10.running) == {M.ECG, M.ACC}

    on_a_loop(main())


def test_a_write_that_is_refused_takes_no_other_stream_down(bluez: BluezStandIn) -> None:
    h10 = bluez.add(PolarPeripheral(write_errors=[0x80]))

    async def main() -> None:
        async with talking(PolarDriver(), h10) as bench:
            assert set(h10.running) == {M.ACC}
            assert not_understood(Kind.ECG) in bench.conversation.message

    on_a_loop(main())
