"""A Polar sensor through the real bleak: what is asked at the start, and what comes."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest

from biofeedback.devices.drivers.heart_rate import HEART_RATE_MEASUREMENT
from biofeedback.devices.drivers.polar.control_point import Measurement
from biofeedback.devices.drivers.polar.driver import PolarDriver
from biofeedback.devices.drivers.polar.settings import Setting
from biofeedback.samples import StreamKind as Kind
from helpers.driver_bench import talking
from helpers.listening import on_a_loop
from helpers.polar_bench import HEART, MICROVOLTS, MILLI_G, asked, samples
from helpers.polar_peripheral import H10_RESET_NS, PolarPeripheral, verity_sense

if TYPE_CHECKING:
    from helpers.bluez import BluezStandIn

M = Measurement


def test_an_h10_sends_heart_rate_ecg_and_acceleration(bluez: BluezStandIn) -> None:
    h10 = bluez.add(PolarPeripheral())

    async def main() -> None:
        async with talking(PolarDriver(), h10) as bench:
            assert asked(h10) == [
                "01 00",
                "02 00 00 01 82 00 01 01 0e 00",
                "01 02",
                "02 02 00 01 32 00 01 01 10 00 02 01 04 00",
            ]
            await bench.play(h10.beats([1024] * 5, begin_s=1.0))
            await bench.play(h10.packets(M.ECG, MICROVOLTS, begin_s=6.0, rate_hz=130))
            await bench.play(h10.packets(M.ACC, MILLI_G, begin_s=10.0, rate_hz=50, kind=1))
            assert bench.conversation.message == ""
        assert h10.running == {}
        assert bench.errors == []
        rates = [chunk for chunk in bench.chunks if chunk.stream.kind is Kind.HEART_RATE]
        assert [chunk.values.item() for chunk in rates] == [60.0] * 5
        np.testing.assert_array_equal(samples(bench, Kind.ECG), MICROVOLTS)
        np.testing.assert_allclose(samples(bench, Kind.ACCELERATION), MILLI_G / 1000)
        ecg, acc = bench.frames_of(Kind.ECG)[0], bench.frames_of(Kind.ACCELERATION)[0]
        assert ecg.stream.channels == ("ecg_microvolts",)
        assert ecg.stream.rate_hz == 130.0
        assert acc.stream.channels == ("acc_x_g", "acc_y_g", "acc_z_g")
        assert acc.stream.rate_hz == 50.0

    on_a_loop(main())


def test_frames_carry_the_time_of_their_last_sample_by_the_clock_of_the_sensor(
    bluez: BluezStandIn,
) -> None:
    """73 samples at 130 Hz; an H10's clock began at 2019-01-01. Both streams share the clock."""
    h10 = bluez.add(PolarPeripheral())

    async def main() -> None:
        async with talking(PolarDriver(), h10) as bench:
            await bench.play(h10.packets(M.ECG, MICROVOLTS[:146], begin_s=6.0, rate_hz=130))
            await bench.play(h10.packets(M.ACC, MILLI_G[:36], begin_s=10.0, rate_hz=50, kind=1))
        stamps = [frame.stamp for frame in bench.frames]
        assert all(stamp is not None and stamp.wrap_s is None for stamp in stamps)
        told_s = [stamp.t_s - H10_RESET_NS / 1e9 for stamp in stamps if stamp is not None]
        assert told_s == pytest.approx([6 + 72 / 130, 6 + 145 / 130, 10.7], abs=1e-6)
        assert len({stamp.clock for stamp in stamps if stamp is not None}) == 1

    on_a_loop(main())


@pytest.mark.parametrize(("mtu", "n_ecg", "n_acc"), [(232, 73, 36), (70, 19, 9)])
def test_frames_are_as_large_as_the_link_allows(
    bluez: BluezStandIn, mtu: int, n_ecg: int, n_acc: int
) -> None:
    h10 = bluez.add(PolarPeripheral(mtu=mtu))

    async def main() -> None:
        async with talking(PolarDriver(), h10) as bench:
            await bench.play(h10.packets(M.ECG, MICROVOLTS, begin_s=6.0, rate_hz=130))
            await bench.play(h10.packets(M.ACC, MILLI_G, begin_s=10.0, rate_hz=50, kind=1))
        assert len(bench.frames_of(Kind.ECG)[0].values) == n_ecg
        assert len(bench.frames_of(Kind.ACCELERATION)[0].values) == n_acc
        np.testing.assert_array_equal(samples(bench, Kind.ECG), MICROVOLTS)

    on_a_loop(main())


def test_an_h9_is_a_plain_strap(bluez: BluezStandIn) -> None:
    """It has no measurement service; that decides, whatever it is called."""
    h9 = bluez.add(PolarPeripheral("Polar H10 that is none", has_measurement_service=False))

    async def main() -> None:
        async with talking(PolarDriver(), h9) as bench:
            assert bench.conversation.watches == (HEART,)
            await bench.play(h9.beats([1024] * 5, begin_s=1.0))
            assert bench.conversation.message == ""
            assert bench.conversation.facts.has_rr is True
        assert h9.writes == []
        assert bench.chunks != []

    on_a_loop(main())


def test_a_verity_sense_sends_its_pulse_wave_pulses_and_acceleration(bluez: BluezStandIn) -> None:
    sense = bluez.add(verity_sense())
    light = np.random.default_rng(1).integers(-3000, 3000, (60, 4)).cumsum(axis=0)
    raw = np.random.default_rng(2).integers(-400, 400, (60, 3)).cumsum(axis=0)

    async def main() -> None:
        async with talking(PolarDriver(), sense) as bench:
            assert asked(sense) == [
                "01 01",
                "02 01 00 01 37 00 01 01 16 00 04 01 04",
                "02 03",
                "01 02",
                "02 02 00 01 34 00 01 01 10 00 02 01 08 00 04 01 03",
            ]
            await bench.play(
                sense.packets(M.PPG, light, begin_s=1.0, rate_hz=55, is_compressed=True)
            )
            await bench.play(sense.packets(M.ACC, raw, begin_s=4.0, rate_hz=52, is_compressed=True))
            await bench.play(sense.pulses([900] * 30, begin_s=10.0))
        np.testing.assert_array_equal(samples(bench, Kind.PPG), light)
        # Compressed frames of kind 0 are g after the factor, a 32-bit number.
        factor = float(np.float32(0.000244))
        np.testing.assert_allclose(samples(bench, Kind.ACCELERATION), raw * factor)
        assert bench.frames_of(Kind.PPG)[0].stream.channels[0] == "ppg_au"
        assert bench.frames_of(Kind.PPG)[0].stream.rate_hz == 55.0
        pulses = [chunk for chunk in bench.chunks if chunk.stream.kind is Kind.PP]
        assert pulses[0].stream.channels == ("pp_ms", "error_estimate_ms")
        values = np.concatenate([chunk.values for chunk in pulses])
        assert values.tolist() == [[900.0, 10.0]] * len(values)
        assert len(values) > 20
        t_s = np.concatenate([chunk.t_s for chunk in pulses])
        np.testing.assert_allclose(np.diff(t_s), 0.9, atol=0.04)

    on_a_loop(main())


def test_only_what_is_wanted_is_started(bluez: BluezStandIn) -> None:
    """To spare the battery; heart rate and intervals come all the same."""
    h10 = bluez.add(PolarPeripheral())

    async def main() -> None:
        async with talking(PolarDriver(want=frozenset({Kind.ACCELERATION})), h10) as bench:
            assert set(h10.running) == {M.ACC}
            assert [watch.kind for watch in bench.conversation.watches] == [
                Kind.HEART_RATE,
                Kind.ACCELERATION,
            ]
        async with talking(PolarDriver(want=frozenset()), h10) as bench:
            assert h10.running == {}
            assert bench.conversation.watches == (HEART,)
            assert h10.subscribed == {HEART_RATE_MEASUREMENT}

    on_a_loop(main())


def test_rates_that_are_told_wrongly_are_known(bluez: BluezStandIn) -> None:
    """A Verity Sense before 2.1.0 says 135 Hz and means 55."""
    old = verity_sense()
    old.firmware = "2.0.8"
    old.settings[M.PPG] = {**old.settings[M.PPG], Setting.SAMPLE_RATE: (135,)}
    sense = bluez.add(old)

    async def main() -> None:
        async with talking(PolarDriver(), sense) as bench:
            light = np.zeros((10, 4), int)
            await bench.play(sense.packets(M.PPG, light, begin_s=1.0, rate_hz=55))
            assert bench.frames_of(Kind.PPG)[0].stream.rate_hz == 55.0

    on_a_loop(main())
