from __future__ import annotations

import asyncio
from contextlib import suppress
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from biofeedback.clock import FakeClock
from biofeedback.devices.driver import Advertised, DecodeError
from biofeedback.devices.drivers.shimmer import ShimmerDriver
from biofeedback.devices.drivers.shimmer.commands import (
    SET_GSR_RANGE,
    SET_RATE,
    SET_SENSORS,
    SHIMMER3,
    SHIMMER3R,
    START,
    STOP,
)
from biofeedback.devices.drivers.shimmer.conversion import word_of
from biofeedback.devices.drivers.shimmer.driver import ShimmerStreams
from biofeedback.devices.drivers.shimmer.frames import (
    GSR_CHANNEL,
    PPG_CHANNEL,
    TICK_SPAN,
    Inquiry,
    encode_frame,
)
from biofeedback.errors import SensorRefusedError
from biofeedback.samples import StreamKind
from helpers.driver_bench import Bench, talking
from helpers.listening import on_a_loop
from helpers.shimmer_peripheral import DirectPeer, ShimmerPeripheral, VirtualShimmer

if TYPE_CHECKING:
    from collections.abc import Callable, Coroutine

    from biofeedback.devices.driver import Frame
    from biofeedback.devices.drivers.shimmer.driver import ShimmerConversation
    from helpers.bluez import BluezStandIn

SKIN_ONLY = Inquiry(1024, (GSR_CHANNEL,))
WITH_PULSE = Inquiry(512, (GSR_CHANNEL, PPG_CHANNEL), is_expansion_powered=True)


def shimmer3r(**settings_: object) -> ShimmerPeripheral:
    return ShimmerPeripheral(
        "Shimmer3R-6B3C",
        advertised_services=(SHIMMER3R.service,),
        shimmer=VirtualShimmer(**settings_),  # type: ignore[arg-type]
    )


def conversed(
    bluez: BluezStandIn,
    peripheral: ShimmerPeripheral,
    scene: Callable[[Bench], Coroutine[None, None, None]],
) -> Bench:
    """Play a scene with the driver and a sensor that talk over the real bleak."""
    bluez.add(peripheral)
    kept: list[Bench] = []

    async def main() -> None:
        async with talking(ShimmerDriver(), peripheral) as bench:
            kept.append(bench)
            await scene(bench)

    on_a_loop(main())
    return kept[0]


def values_of(bench: Bench, kind: StreamKind = StreamKind.EDA) -> list[float]:
    return [float(each) for frame in bench.frames_of(kind) for each in frame.values[:, 0]]


@pytest.mark.parametrize(
    ("advertised", "is_shimmer"),
    [
        (Advertised("Shimmer3R-6B3C", (SHIMMER3R.service,)), True),
        (Advertised("", (SHIMMER3R.service,)), True),
        (Advertised("Shimmer3-B2A4"), True),
        (Advertised("Shimmer3-B2A4", (SHIMMER3.service,)), True),
        # Others have the same radio module.
        (Advertised("BM70_BLE", (SHIMMER3.service,)), False),
        (Advertised("", (SHIMMER3.service,)), False),
        (Advertised("Polar H10"), False),
    ],
)
def test_a_shimmer_is_known_by_its_name_or_its_own_service(
    advertised: Advertised,
    is_shimmer: bool,
) -> None:
    assert ShimmerDriver().kinds(advertised) == ((StreamKind.EDA,) if is_shimmer else ())


def test_a_shimmer3r_is_set_up_and_streams_microsiemens(bluez: BluezStandIn) -> None:
    """Left by its owner with an accelerometer at 51.2 Hz, no skin conductance, range 0."""
    peripheral = shimmer3r()
    expected = np.linspace(2.0, 9.0, 200)

    async def scene(bench: Bench) -> None:
        peripheral.stream(expected)
        await bench.idle()

    bench = conversed(bluez, peripheral, scene)
    assert [each[0] for each in peripheral.shimmer.commands] == [
        STOP, 0x01, SET_SENSORS, 0x01, SET_RATE, 0x21, 0x01, START, STOP,
    ]  # fmt: skip
    assert peripheral.shimmer.commands[2] == b"\x08\x04\x00\x00"
    assert peripheral.shimmer.inquiry == Inquiry(1024, (GSR_CHANNEL,), 4)
    assert not peripheral.shimmer.is_streaming
    assert bench.errors == []
    stream = bench.frames[0].stream
    assert (stream.stream_id, stream.channels, stream.rate_hz) == (
        "sensor/eda", ("sc_microsiemens",), 32.0,
    )  # fmt: skip
    got = np.array(values_of(bench))
    # A frame that notifications cut and nothing followed is not sure yet.
    assert got.size >= 199
    # Past 4.55 µS the resistor changes: two samples settle.
    settling = np.flatnonzero(np.isnan(got))
    assert settling.size == 2
    read = np.isfinite(got)
    assert got[read] == pytest.approx(expected[: got.size][read], rel=0.01)
    assert bench.conversation.message == ""


def test_a_shimmer3_speaks_the_same_over_its_radio_module(bluez: BluezStandIn) -> None:
    peripheral = ShimmerPeripheral(
        "Shimmer3-B2A4",
        transport=SHIMMER3,
        shimmer=VirtualShimmer(SHIMMER3.n_setup_bytes, Inquiry(640, (GSR_CHANNEL,), 2)),
    )

    async def scene(bench: Bench) -> None:
        peripheral.stream([5.0] * 40)
        await bench.idle()

    bench = conversed(bluez, peripheral, scene)
    assert np.nanmax(np.abs(np.array(values_of(bench)) - 5.0)) < 0.02
    assert SET_SENSORS not in [each[0] for each in peripheral.shimmer.commands]


def test_a_sensor_that_a_crashed_run_left_streaming_is_taken_over(bluez: BluezStandIn) -> None:
    peripheral = shimmer3r(inquiry=Inquiry(64, (GSR_CHANNEL,), 1), is_streaming=True)

    async def scene(bench: Bench) -> None:
        peripheral.stream([3.0] * 40)
        await bench.idle()

    def speak_on() -> None:
        peripheral.send(SHIMMER3R.notify, peripheral.shimmer.frames([8.0] * 20))

    peripheral.on_subscribed = lambda uuid: speak_on()  # type: ignore[method-assign]
    bench = conversed(bluez, peripheral, scene)
    assert np.nanmax(values_of(bench)) < 3.1
    assert len(values_of(bench)) >= 39


# From here on without a radio: the same conversation, right in front of the sensor.


def start(conversation: ShimmerConversation, peer: DirectPeer) -> None:
    """Start a conversation in no time at all."""

    async def main() -> None:
        clock = FakeClock()
        starting = asyncio.ensure_future(conversation.start(peer, clock))
        while not starting.done():
            await clock.advance(0.1)
        await starting

    asyncio.run(main())


def started(shimmer: VirtualShimmer) -> tuple[ShimmerConversation, DirectPeer]:
    """Return a conversation that has been started, and its sensor."""
    conversation = ShimmerDriver().open("sensor")
    peer = DirectPeer(shimmer, conversation.take)
    start(conversation, peer)
    return conversation, peer


def test_the_pulse_comes_along_where_its_probe_is_on() -> None:
    owners = Inquiry(
        640, (0x00, 0x01, 0x02, PPG_CHANNEL, GSR_CHANNEL), 0, is_expansion_powered=True
    )
    shimmer = VirtualShimmer(inquiry=owners)
    conversation, _ = started(shimmer)
    assert [each.kind for each in conversation.watches] == [StreamKind.EDA, StreamKind.PPG]
    assert shimmer.inquiry.channels == owners.channels
    assert shimmer.inquiry.rate_hz == 64.0
    payload = b"".join(shimmer.frame(word_of(5.0), 1000 + number) for number in range(4))
    frames = conversation.take(SHIMMER3R.notify, payload, 0.0)
    assert [frame.stream.kind for frame in frames] == [StreamKind.EDA, StreamKind.PPG]
    assert frames[1].stream.channels == ("ppg_au",)
    assert frames[1].values[:, 0].tolist() == [1000.0, 1001.0, 1002.0, 1003.0]
    assert frames[0].stamp == frames[1].stamp


def test_a_probe_without_power_is_no_pulse() -> None:
    conversation, _ = started(VirtualShimmer(inquiry=Inquiry(640, (PPG_CHANNEL, GSR_CHANNEL))))
    assert [each.kind for each in conversation.watches] == [StreamKind.EDA]


def test_the_stamp_tells_every_sample_by_the_sensors_clock() -> None:
    streams = ShimmerStreams("sensor", SKIN_ONLY)
    first = TICK_SPAN - 2 * 1024
    payload = b"".join(
        encode_frame(SKIN_ONLY, first + 1024 * number, (word_of(5.0),)) for number in range(5)
    )
    (frame,) = streams.push(payload)
    assert frame.stamp is not None
    assert (frame.stamp.t_s, frame.stamp.wrap_s, frame.stamp.clock) == (2 / 32, 512.0, "shimmer")
    assert frame.stamp.each_s is not None
    # Those of before the clock began anew lie before it.
    assert frame.stamp.each_s.tolist() == [-2 / 32, -1 / 32, 0.0, 1 / 32, 2 / 32]


def test_where_the_clock_turns_back_a_frame_ends() -> None:
    streams = ShimmerStreams("sensor", SKIN_ONLY)
    runs = [range(100, 104), range(20, 24)]
    payload = b"".join(
        encode_frame(SKIN_ONLY, 1024 * number, (word_of(5.0),)) for run in runs for number in run
    )
    frames = streams.push(payload)
    assert [frame.values.shape for frame in frames] == [(4, 1), (4, 1)]


def test_electrodes_off_the_skin_are_told_in_words_until_they_are_back() -> None:
    shimmer = VirtualShimmer()
    conversation, _ = started(shimmer)
    told = []
    for conductance_us in (5.0, 0.0, 5.0):
        (frame,) = conversation.take(SHIMMER3R.notify, shimmer.frames([conductance_us] * 40), 0.0)
        told.append((conversation.has_signal, conversation.message[:38]))
        assert np.isnan(frame.values).all() == (conductance_us == 0)
    assert told == [(True, ""), (False, "The electrodes seem to be off the skin"), (True, "")]


def test_electrodes_that_touch_each_other_are_told_in_words() -> None:
    shimmer = VirtualShimmer()
    conversation, _ = started(shimmer)
    conversation.take(SHIMMER3R.notify, shimmer.frames([500.0] * 40), 0.0)
    assert not conversation.has_signal
    assert conversation.message.startswith("The electrodes seem to touch each other")


def test_old_firmware_is_told_in_words() -> None:
    conversation, _ = started(VirtualShimmer())
    for number in range(30):
        old = b"\x00" + (number * 1024 % 65536).to_bytes(2, "little") + b"\x34\x52"
        try:
            assert conversation.take(SHIMMER3R.notify, old, 0.0) == ()
        except DecodeError:
            continue
    assert "old firmware" in conversation.message


class Forgetful(VirtualShimmer):
    """A sensor that has other channels on once it is set up."""

    def _set(self, kind: int, arguments: bytes) -> None:
        super()._set(kind, arguments)
        if kind == SET_GSR_RANGE:
            self.inquiry = replace(self.inquiry, channels=(0x00,))


@pytest.mark.parametrize(
    ("shimmer", "words"),
    [
        (VirtualShimmer(has_gsr_board=False), "GSR"),
        (Forgetful(), "refused"),
        (VirtualShimmer(refuses={SET_RATE}), "refused"),
        (VirtualShimmer(refuses={START}), "refused"),
        (VirtualShimmer(misses={START: 2}), "does not answer"),
        (VirtualShimmer(misses={0x01: 2}), "does not answer"),
    ],
)
def test_what_stands_in_the_way_is_told_in_words(shimmer: VirtualShimmer, words: str) -> None:
    with pytest.raises(SensorRefusedError, match=words):
        started(shimmer)


def test_a_start_that_was_not_heard_is_said_again() -> None:
    shimmer = VirtualShimmer(misses={START: 1})
    started(shimmer)
    assert [each[0] for each in shimmer.commands].count(START) == 2


def test_after_a_lost_link_nothing_is_left_of_the_frame_that_it_cut() -> None:
    shimmer = VirtualShimmer()
    conversation, peer = started(shimmer)
    conversation.take(SHIMMER3R.notify, shimmer.frames([5.0] * 8) + shimmer.frame(0)[:3], 0.0)
    assert conversation.ended() == ()
    shimmer.ticks = 0
    start(conversation, peer)
    (frame,) = conversation.take(SHIMMER3R.notify, shimmer.frames([9.0] * 8), 0.0)
    assert frame.values[:, 0] == pytest.approx([9.0] * 8, rel=0.01)


@pytest.mark.parametrize("is_answered", [True, False])
def test_data_right_behind_the_answer_to_the_start_or_in_its_place_count(
    is_answered: bool,
) -> None:
    class Quick(VirtualShimmer):
        def hear(self, command: bytes) -> list[bytes]:
            answer = b"".join(super().hear(command))
            if command[0] != START:
                return [answer]
            return [(answer if is_answered else b"") + self.frames([5.0] * 6)]

    shimmer = Quick()
    conversation = ShimmerDriver().open("sensor")
    got: list[Frame] = []
    take = conversation.take
    start(conversation, DirectPeer(shimmer, lambda *sent: got.extend(take(*sent))))
    assert [frame.values.shape for frame in got] == [(6, 1)]
    assert [each[0] for each in shimmer.commands].count(START) == 1


def test_silence_is_met_by_another_start_and_the_end_by_a_stop() -> None:
    shimmer = VirtualShimmer()
    conversation, peer = started(shimmer)
    asyncio.run(conversation.revive(peer, StreamKind.EDA))
    assert shimmer.commands[-1] == bytes([START])
    # Its answer falls between the frames, and is passed over.
    got = conversation.take(SHIMMER3R.notify, shimmer.frames([5.0] * 4), 0.0)
    assert len(got) == 1
    asyncio.run(conversation.stop(peer))
    assert shimmer.commands[-1] == bytes([STOP])
    assert conversation.take(SHIMMER3R.notify, shimmer.frames([5.0] * 4), 0.0) == ()
    assert conversation.ended() == ()


def test_before_a_start_and_after_the_end_there_is_nothing_to_say() -> None:
    conversation = ShimmerDriver().open("sensor")
    peer = DirectPeer(VirtualShimmer(), conversation.take)
    asyncio.run(conversation.stop(peer))
    asyncio.run(conversation.revive(peer, StreamKind.EDA))
    assert peer.shimmer.commands == []
    assert conversation.message == ""
    assert conversation.has_signal
    with pytest.raises(DecodeError):
        conversation.take(SHIMMER3R.notify, b"\xff", 0.0)


def test_another_device_is_turned_down() -> None:
    conversation = ShimmerDriver().open("sensor")
    peer = DirectPeer(VirtualShimmer(), conversation.take)
    peer.can_notify = lambda characteristic: False  # type: ignore[method-assign]
    with pytest.raises(SensorRefusedError, match="does not offer"):
        asyncio.run(conversation.start(peer, FakeClock()))


def test_other_characteristics_are_errors() -> None:
    conversation, _ = started(VirtualShimmer())
    with pytest.raises(DecodeError):
        conversation.take(SHIMMER3.notify, b"\x00", 0.0)


@settings(max_examples=200)
@given(st.lists(st.binary(max_size=80), max_size=10), st.sampled_from([SKIN_ONLY, WITH_PULSE]))
def test_any_bytes_are_samples_that_fit_or_errors(payloads: list[bytes], inquiry: Inquiry) -> None:
    streams = ShimmerStreams("sensor", inquiry)
    length = inquiry.frame_bytes
    assert length is not None
    n_bytes = n_samples = 0
    for payload in payloads:
        n_bytes += len(payload)
        try:
            frames = streams.push(payload)
        except DecodeError:
            continue
        for frame in frames:
            assert not np.isinf(frame.values).any()
            assert frame.stamp is not None
            assert frame.stamp.each_s is not None
            assert (np.diff(frame.stamp.each_s) > 0).all()
            n_samples += frame.values.shape[0] * (frame.stream.kind is StreamKind.EDA)
    assert n_samples * length <= n_bytes


@settings(max_examples=60, deadline=None)
@given(st.data())
def test_a_sensor_that_answers_nonsense_is_told_of_in_words_or_starts(data: st.DataObject) -> None:
    """Nothing but an error in words leaves the start, nothing but a DecodeError what is taken."""

    class Babbling(VirtualShimmer):
        def hear(self, command: bytes) -> list[bytes]:
            answers = super().hear(command)
            if data.draw(st.integers(0, 3)):
                return answers
            return data.draw(st.lists(st.binary(max_size=30), max_size=3))

    conversation = ShimmerDriver().open("sensor")

    def take(characteristic: str, payload: bytes, arrival_s: float) -> None:
        with suppress(DecodeError):
            conversation.take(characteristic, payload, arrival_s)

    with suppress(SensorRefusedError):
        start(conversation, DirectPeer(Babbling(), take))
    for _ in range(5):
        take(SHIMMER3R.notify, data.draw(st.binary(max_size=40)), 0.0)
