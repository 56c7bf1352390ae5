"""A Polar sensor through the real bleak: what is asked, what comes, and what is said."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

import numpy as np
import pytest

from biofeedback.devices.driver import Watch
from biofeedback.devices.drivers.heart_rate import HEART_RATE_MEASUREMENT, encode_heart_rate
from biofeedback.devices.drivers.heart_rate_driver import NO_PULSE, RATE_ONLY
from biofeedback.devices.drivers.polar.control_point import (
    CONTROL_POINT,
    MEASUREMENT_DATA,
    Measurement,
    Operation,
    Status,
)
from biofeedback.devices.drivers.polar.conversation import PolarConversation
from biofeedback.devices.drivers.polar.driver import PolarDriver
from biofeedback.devices.drivers.polar.encoder import encode_pulse_intervals
from biofeedback.devices.drivers.polar.frames import PulseInterval
from biofeedback.devices.drivers.polar.settings import Setting
from biofeedback.devices.drivers.polar.status_words import (
    NOT_TOLD,
    PULSES_LEFT_OUT,
    ended_by_itself,
    no_answer,
    not_understood,
    refused,
    waiting_for,
)
from biofeedback.devices.radio_error import NeedsPairingError
from biofeedback.samples import StreamKind as Kind
from helpers.bluez_peripheral import AttError
from helpers.driver_bench import talking
from helpers.listening import on_a_loop
from helpers.polar_peripheral import H10_RESET_NS, PolarPeripheral, verity_sense

if TYPE_CHECKING:
    from helpers.bluez import BluezStandIn
    from helpers.driver_bench import Bench

M = Measurement
HEART = Watch(Kind.HEART_RATE, 5.0, 5.0)
MICROVOLTS = np.arange(-200, 200)[:, None] * 7
MILLI_G = np.column_stack([np.arange(100), np.arange(100) - 500, np.full(100, 950)])


def asked(sensor: PolarPeripheral) -> list[str]:
    """What was written to the control point, in hexadecimal."""
    return [payload.hex(" ") for uuid, payload in sensor.writes if uuid == CONTROL_POINT]


def samples(bench: Bench, kind: Kind) -> np.ndarray[tuple[int, ...], np.dtype[np.float64]]:
    return np.concatenate([frame.values for frame in bench.frames_of(kind)])


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


# --- Waiting, and going on ----------------------------------------------------------------------


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
            await bench.play(h10.beats([1024] * 3, begin_s=1.0))
            assert len(bench.chunks) == 3

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


# --- Refusals -----------------------------------------------------------------------------------


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


def test_a_link_with_small_packets_is_said_to_be_one(bluez: BluezStandIn) -> None:
    h10 = bluez.add(PolarPeripheral(mtu=69))

    async def main() -> None:
        async with talking(PolarDriver(), h10) as bench:
            assert refused(Kind.ECG, Status.INVALID_MTU) in bench.conversation.message
            await bench.play(h10.beats([1024] * 3, begin_s=1.0))
            assert len(bench.chunks) == 3

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
            await bench.play(h10.beats([1024] * 3, begin_s=31.0))
            assert len(bench.chunks) == 3

    on_a_loop(main())


def test_a_start_that_is_not_answered_is_stopped_at_the_end(bluez: BluezStandIn) -> None:
    h10 = bluez.add(PolarPeripheral(silent_on={Operation.START}))

    async def main() -> None:
        async with talking(PolarDriver(), h10) as bench:
            assert no_answer(Kind.ECG) in bench.conversation.message
            assert waiting_for(Kind.ECG) not in bench.conversation.message
        assert asked(h10)[-1] == "03 00"

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
            await bench.play(h10.beats([1024] * 3, begin_s=1.0))
            assert len(bench.chunks) == 3

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
            await bench.play(h10.beats([1024] * 3, begin_s=1.0))
            assert len(bench.chunks) == 3

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


# --- The heart ----------------------------------------------------------------------------------


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
