"""A Polar sensor that is let go, and what one left running finds at the next start."""

from __future__ import annotations

from typing import TYPE_CHECKING

from biofeedback.devices.drivers.polar.control_point import Measurement, Operation, Status
from biofeedback.devices.drivers.polar.driver import PolarDriver
from biofeedback.devices.drivers.polar.settings import Setting
from biofeedback.devices.drivers.polar.status_words import no_answer, refused, waiting_for
from biofeedback.samples import StreamKind as Kind
from helpers.driver_bench import talking
from helpers.listening import on_a_loop
from helpers.polar_bench import HEART, MILLI_G, asked
from helpers.polar_peripheral import PolarPeripheral

if TYPE_CHECKING:
    from helpers.bluez import BluezStandIn

M = Measurement


def test_every_stream_is_stopped_at_the_end(bluez: BluezStandIn) -> None:
    h10 = bluez.add(PolarPeripheral())

    async def main() -> None:
        async with talking(PolarDriver(), h10):
            assert set(h10.running) == {M.ECG, M.ACC}
            h10.writes.clear()
        assert asked(h10) == ["03 00", "03 02"]
        assert h10.running == {}

    on_a_loop(main())


def test_stopping_does_not_wait_for_a_sensor_that_says_nothing(bluez: BluezStandIn) -> None:
    h10 = bluez.add(PolarPeripheral())

    async def main() -> None:
        async with talking(PolarDriver(), h10) as bench:
            h10.silent_on.add(Operation.STOP)
        assert asked(h10)[-2:] == ["03 00", "03 02"]
        assert bench.clock.now_s() == 2.0

    on_a_loop(main())


def test_a_start_that_is_not_answered_is_stopped_at_the_end(bluez: BluezStandIn) -> None:
    h10 = bluez.add(PolarPeripheral(silent_on={Operation.START}))

    async def main() -> None:
        async with talking(PolarDriver(), h10) as bench:
            assert no_answer(Kind.ECG) in bench.conversation.message
            assert waiting_for(Kind.ECG) not in bench.conversation.message
        assert asked(h10)[-1] == "03 00"

    on_a_loop(main())


def test_after_a_lost_link_everything_is_asked_for_anew(bluez: BluezStandIn) -> None:
    h10 = bluez.add(PolarPeripheral(refusals={M.ACC: Status.IN_CHARGER}))

    async def main() -> None:
        async with talking(PolarDriver(), h10) as bench:
            conversation = bench.conversation
            h10.lose_link(is_near=True)
            await bench.until(lambda: bench.is_lost)
            conversation.ended()
            assert conversation.watches == (HEART,)
            assert conversation.message == ""

    on_a_loop(main())


def test_what_a_crashed_program_left_running_is_stopped_and_started_anew(
    bluez: BluezStandIn,
) -> None:
    """Status 6, "already in state": whatever its settings were, ours count."""
    left: dict[Setting, tuple[float, ...]] = {
        Setting.SAMPLE_RATE: (200.0,),
        Setting.RESOLUTION: (16.0,),
        Setting.RANGE: (8.0,),
    }
    h10 = bluez.add(PolarPeripheral(running={M.ACC: left}))

    async def main() -> None:
        async with talking(PolarDriver(), h10) as bench:
            assert asked(h10)[-4:] == [
                "01 02",
                "02 02 00 01 32 00 01 01 10 00 02 01 04 00",
                "03 02",
                "02 02 00 01 32 00 01 01 10 00 02 01 04 00",
            ]
            assert bench.clock.now_s() == 1.0
            assert h10.running[M.ACC][Setting.SAMPLE_RATE] == (50,)
            assert refused(Kind.ACCELERATION, 6) not in bench.conversation.message

    on_a_loop(main())


def test_frames_that_were_still_underway_before_the_start_are_left_out(
    bluez: BluezStandIn,
) -> None:
    """Nobody knows their rate; they are no error either."""
    h10 = bluez.add(PolarPeripheral(refusals={M.ACC: Status.INVALID_PARAMETER}))

    async def main() -> None:
        async with talking(PolarDriver(), h10) as bench:
            await bench.play(h10.packets(M.ACC, MILLI_G, begin_s=1.0, rate_hz=200, kind=1))
            assert bench.frames == []
            assert bench.errors == []

    on_a_loop(main())
