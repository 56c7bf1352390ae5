"""A Polar sensor whose streams are waited for, fall silent or end, and come again."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from biofeedback.devices.driver import Watch
from biofeedback.devices.drivers.polar.control_point import Measurement, Operation, Status
from biofeedback.devices.drivers.polar.driver import PolarDriver
from biofeedback.devices.drivers.polar.status_words import (
    ended_by_itself,
    no_answer,
    refused,
    waiting_for,
)
from biofeedback.samples import StreamKind as Kind
from helpers.driver_bench import talking
from helpers.listening import on_a_loop
from helpers.polar_bench import HEART, MICROVOLTS, asked, assert_heart_comes, samples
from helpers.polar_peripheral import PolarPeripheral

if TYPE_CHECKING:
    from helpers.bluez import BluezStandIn

M = Measurement


def test_it_says_that_the_ecg_takes_half_a_minute_until_it_comes(bluez: BluezStandIn) -> None:
    h10 = bluez.add(PolarPeripheral())

    async def main() -> None:
        async with talking(PolarDriver(), h10) as bench:
            await bench.play(h10.beats([1024] * 28, begin_s=1.0))
            assert bench.conversation.message == "Waiting for ECG: it can take half a minute."
            # Until then it is patient, and from then on not.
            assert bench.conversation.watches == (
                HEART,
                Watch(Kind.ECG, 45.0, 5.0),
                Watch(Kind.ACCELERATION, 45.0, 5.0),
            )
            await bench.play(h10.packets(M.ECG, MICROVOLTS, begin_s=30.0, rate_hz=130))
            assert bench.conversation.message == ""

    on_a_loop(main())


def test_a_silent_stream_is_stopped_and_started_again(bluez: BluezStandIn) -> None:
    h10 = bluez.add(PolarPeripheral())

    async def main() -> None:
        async with talking(PolarDriver(), h10) as bench:
            h10.writes.clear()
            await bench.work(bench.conversation.revive(bench.peer, Kind.ECG))
            assert asked(h10) == ["03 00", "01 00", "02 00 00 01 82 00 01 01 0e 00"]
            await bench.play(h10.packets(M.ECG, MICROVOLTS, begin_s=6.0, rate_hz=130))
            np.testing.assert_array_equal(samples(bench, Kind.ECG), MICROVOLTS)

    on_a_loop(main())


def test_a_stream_that_cannot_be_revived_now_goes_on_being_expected(bluez: BluezStandIn) -> None:
    h10 = bluez.add(PolarPeripheral())

    async def main() -> None:
        async with talking(PolarDriver(), h10) as bench:
            watches = bench.conversation.watches
            h10.silent_on = set(Operation)
            await bench.work(bench.conversation.revive(bench.peer, Kind.ECG))
            assert bench.conversation.message == no_answer(Kind.ECG)
            # All of them, and the one that was refused is asked for again sooner.
            again = {watch.kind: watch for watch in bench.conversation.watches}
            assert [watch.kind for watch in watches] == list(again)
            assert again[Kind.ECG].first_s == 10.0
            # Should it go on all the same, nothing is lost.
            await bench.play(h10.packets(M.ECG, MICROVOLTS, begin_s=70.0, rate_hz=130))
            assert bench.conversation.message == ""
            np.testing.assert_array_equal(samples(bench, Kind.ECG), MICROVOLTS)
            h10.silent_on = set()
            await bench.work(bench.conversation.revive(bench.peer, Kind.ECG))
            assert bench.conversation.message == waiting_for(Kind.ECG)
            assert set(h10.running) == {M.ECG, M.ACC}

    on_a_loop(main())


def test_a_silent_heart_rate_is_asked_for_anew(bluez: BluezStandIn) -> None:
    h10 = bluez.add(PolarPeripheral())

    async def main() -> None:
        async with talking(PolarDriver(), h10) as bench:
            h10.writes.clear()
            await bench.work(bench.conversation.revive(bench.peer, Kind.HEART_RATE))
            assert h10.writes == []
            await assert_heart_comes(bench, h10)

    on_a_loop(main())


def test_a_stream_that_the_sensor_ends_is_told_and_started_again(bluez: BluezStandIn) -> None:
    h10 = bluez.add(PolarPeripheral())

    async def main() -> None:
        async with talking(PolarDriver(), h10) as bench:
            await bench.play(h10.packets(M.ECG, MICROVOLTS, begin_s=1.0, rate_hz=130))
            h10.end_by_itself(M.ECG)
            await bench.idle()
            assert bench.conversation.message == ended_by_itself(Kind.ECG)
            # It is still expected, so the supervisor comes to revive it.
            assert Kind.ECG in [watch.kind for watch in bench.conversation.watches]
            await bench.work(bench.conversation.revive(bench.peer, Kind.ECG))
            await bench.play(h10.packets(M.ECG, MICROVOLTS, begin_s=9.0, rate_hz=130))
            assert bench.conversation.message == ""
        assert len(samples(bench, Kind.ECG)) == 2 * len(MICROVOLTS)

    on_a_loop(main())


def test_a_refusal_that_has_passed_is_forgotten(bluez: BluezStandIn) -> None:
    h10 = bluez.add(PolarPeripheral(refusals={M.ECG: Status.INVALID_STATE}))

    async def main() -> None:
        async with talking(PolarDriver(), h10) as bench:
            await bench.work(bench.conversation.revive(bench.peer, Kind.ECG))
            assert bench.conversation.message == refused(Kind.ECG, Status.INVALID_STATE)
            h10.refusals.clear()
            await bench.work(bench.conversation.revive(bench.peer, Kind.ECG))
            await bench.play(h10.packets(M.ECG, MICROVOLTS, begin_s=1.0, rate_hz=130))
            assert bench.conversation.message == ""
            np.testing.assert_array_equal(samples(bench, Kind.ECG), MICROVOLTS)

    on_a_loop(main())
