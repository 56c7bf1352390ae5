"""A Polar sensor's pulse: on the body or off it, and intervals that movement spoils."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from biofeedback.devices.driver import Watch
from biofeedback.devices.drivers.heart_rate import HEART_RATE_MEASUREMENT, encode_heart_rate
from biofeedback.devices.drivers.heart_rate_driver import NO_PULSE, RATE_ONLY
from biofeedback.devices.drivers.polar.control_point import MEASUREMENT_DATA, Measurement, Status
from biofeedback.devices.drivers.polar.conversation import PolarConversation
from biofeedback.devices.drivers.polar.driver import PolarDriver
from biofeedback.devices.drivers.polar.encoder import encode_pulse_intervals
from biofeedback.devices.drivers.polar.frames import PulseInterval
from biofeedback.devices.drivers.polar.status_words import PULSES_LEFT_OUT, waiting_for
from biofeedback.samples import StreamKind as Kind
from helpers.driver_bench import talking
from helpers.listening import on_a_loop
from helpers.polar_bench import MICROVOLTS, MILLI_G
from helpers.polar_peripheral import PolarPeripheral, verity_sense

if TYPE_CHECKING:
    from helpers.bluez import BluezStandIn

M = Measurement


def test_off_the_body_the_heart_comes_first(bluez: BluezStandIn) -> None:
    h10 = bluez.add(PolarPeripheral(refusals={M.ACC: Status.IN_CHARGER}))

    async def main() -> None:
        async with talking(PolarDriver(), h10) as bench:
            await asyncio.to_thread(h10.send, HEART_RATE_MEASUREMENT, encode_heart_rate(0))
            await bench.idle()
            assert not bench.conversation.has_signal
            assert bench.conversation.message == NO_PULSE

    on_a_loop(main())


def test_a_band_without_rr_is_not_told_to_lack_variability_where_pulses_come(
    bluez: BluezStandIn,
) -> None:
    rates = [(float(i), HEART_RATE_MEASUREMENT, encode_heart_rate(60)) for i in range(1, 13)]
    sense = bluez.add(verity_sense())

    async def main() -> None:
        async with talking(PolarDriver(), sense) as bench:
            await bench.play(rates)
            assert bench.conversation.facts.has_rr is False
            assert bench.conversation.message == waiting_for(Kind.PP)
        async with talking(PolarDriver(want=frozenset()), sense) as bench:
            await bench.play(rates)
            assert bench.conversation.message == RATE_ONLY

    on_a_loop(main())


def test_a_heart_rate_that_fell_silent_off_the_body_does_not_hide_what_goes_on(
    bluez: BluezStandIn,
) -> None:
    """Else its stream were never missed, and the person told for ever to put it on."""
    h10 = bluez.add(PolarPeripheral())

    async def main() -> None:
        async with talking(PolarDriver(), h10) as bench:
            await bench.play(h10.packets(M.ACC, MILLI_G[:36], begin_s=1.0, rate_hz=50, kind=1))
            await bench.play([(3.0, HEART_RATE_MEASUREMENT, encode_heart_rate(0))])
            ecg = [*h10.packets(M.ECG, MICROVOLTS, begin_s=6.0, rate_hz=130)]
            await bench.play(ecg[:1])
            assert [bench.conversation.has_signal] == [False]
            await bench.play(ecg[1:])
            assert ecg[-1][0] > 8.0
            assert [bench.conversation.has_signal] == [True]
            assert bench.conversation.message == ""
            await bench.play([(20.0, HEART_RATE_MEASUREMENT, encode_heart_rate(0))])
            assert [bench.conversation.has_signal] == [False]

    on_a_loop(main())


def test_pulse_intervals_in_movement_are_left_out_counted_and_told(bluez: BluezStandIn) -> None:
    """And they are not taken for a silent stream meanwhile."""
    sense = bluez.add(verity_sense())
    still, moved = PulseInterval(900, 10), PulseInterval(900, 10, has_moved=True)
    off = PulseInterval(900, 10, has_contact=False)

    def frame(*intervals: PulseInterval) -> bytes:
        return encode_pulse_intervals(0, intervals)

    async def main() -> None:
        async with talking(PolarDriver(want=frozenset({Kind.PP})), sense) as bench:
            conversation = bench.conversation
            assert isinstance(conversation, PolarConversation)

            async def told(t_s: float, *intervals: PulseInterval) -> tuple[str, bool, int, int]:
                """Send a frame; the message, whether pulses are expected, kept and left out."""
                await bench.play([(t_s, MEASUREMENT_DATA, frame(*intervals))])
                is_watched = Watch(Kind.PP, 60.0, 30.0) in conversation.watches
                n_kept = sum(len(chunk.t_s) for chunk in bench.chunks)
                return conversation.message, is_watched, n_kept, conversation.n_pulses_left_out

            assert await told(5.0, still, still, moved, still, off) == ("", True, 3, 2)
            assert await told(10.0, moved, moved, off) == (PULSES_LEFT_OUT, False, 3, 5)
            assert await told(15.0, *[still] * 7) == ("", True, 10, 5)

    on_a_loop(main())
