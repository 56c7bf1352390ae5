"""What a conversation makes of any bytes: samples that were sent, or a refusal, and nothing else."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from biofeedback.devices.driver import DecodeError, Frame
from biofeedback.devices.drivers.polar.control_point import Measurement
from biofeedback.devices.drivers.polar.encoder import (
    encode_compressed,
    encode_pulse_intervals,
    encode_raw,
)
from biofeedback.devices.drivers.polar.frames import PulseInterval
from biofeedback.devices.drivers.polar.streams import KINDS, PolarStreams

if TYPE_CHECKING:
    from collections.abc import Iterable

    from biofeedback.devices.driver import Delivery

M = Measurement
_RNG = np.random.default_rng(20)
_STAMP_NS = 599_616_000_000_000_000
GOOD = (
    encode_raw(M.ECG, _STAMP_NS, 0, _RNG.integers(-2000, 2000, (73, 1))),
    encode_raw(M.ACC, _STAMP_NS, 1, _RNG.integers(-1000, 1000, (36, 3))),
    encode_compressed(M.ACC, _STAMP_NS, 1, _RNG.integers(-50, 50, (40, 3)).cumsum(axis=0)),
    encode_compressed(M.ACC, _STAMP_NS, 0, _RNG.integers(-50, 50, (40, 3)).cumsum(axis=0)),
    encode_raw(M.PPG, _STAMP_NS, 0, _RNG.integers(-9000, 9000, (18, 4))),
    encode_compressed(M.PPG, _STAMP_NS, 0, _RNG.integers(-300, 300, (30, 4)).cumsum(axis=0)),
    encode_compressed(M.PPG, _STAMP_NS, 8, _RNG.integers(-300, 300, (4, 25)).cumsum(axis=0)),
    encode_pulse_intervals(0, [PulseInterval(900, 10, 66, has_contact=True)] * 5),
    encode_compressed(M.SKIN_TEMPERATURE, _STAMP_NS, 0, _RNG.normal(33, 0.1, (4, 1))),
)


def all_running() -> PolarStreams:
    streams = PolarStreams("sensor")
    for measurement in KINDS:
        streams.begin(measurement, None if measurement is M.PPI else 50.0)
        streams.granted(measurement, b"\x05\x01\x00\x00\x80\x39")  # 2 ** -12
    return streams


def mutated(payload: bytes, rng: np.random.Generator) -> bytes:
    """Change, drop or add some bytes; the head is spared half of the time."""
    spared = 10 * int(rng.integers(2))
    body = bytearray(payload)
    for _ in range(int(rng.integers(1, 4))):
        if len(body) <= spared:
            break
        at = int(rng.integers(spared, len(body)))
        match int(rng.integers(4)):
            case 0:
                body[at] = int(rng.integers(256))
            case 1:
                body[at] ^= 1 << int(rng.integers(8))
            case 2:
                del body[at:]
            case _:
                body[at:at] = rng.integers(
                    0, 256, int(rng.integers(1, 20)), dtype=np.uint8
                ).tobytes()
    return bytes(body)


def n_samples(deliveries: Iterable[Delivery]) -> int:
    return sum(len(each.values) for each in deliveries)


def most_samples(payload: bytes) -> int:
    """How many samples so many bytes can hold at most: one bit for each after the first."""
    return 1 + 8 * len(payload)


@pytest.mark.parametrize("payload", GOOD, ids=range(len(GOOD)))
def test_a_good_frame_is_delivered(payload: bytes) -> None:
    (delivered,) = all_running().take(payload, 1.0)
    assert len(delivered.values) > 0
    assert delivered.values.shape[1] == len(delivered.stream.channels)
    assert delivered.stream.kind is KINDS[Measurement(payload[0])]


@given(st.binary(max_size=300))
def test_no_bytes_crash_the_streams(payload: bytes) -> None:
    """The first is a known measurement, so that more than the head is looked at."""
    for measurement in KINDS:
        try:
            delivered = all_running().take(bytes([measurement]) + payload, 1.0)
        except DecodeError:
            continue
        assert n_samples(delivered) <= most_samples(payload)


def test_mutated_frames_are_delivered_or_refused_and_leave_the_next_alone() -> None:
    """Twenty thousand of them; each that is refused changes nothing."""
    rng = np.random.default_rng(2026)
    n_refused = n_empty = n_delivered = 0
    for i in range(20_000):
        good = GOOD[i % len(GOOD)]
        payload = mutated(good, rng)
        streams = all_running()
        try:
            delivered = streams.take(payload, 1.0)
        except DecodeError:
            n_refused += 1
            if n_refused % 20 == 0:
                expected = all_running().take(good, 2.0)
                _assert_same(streams.take(good, 2.0), expected)
            continue
        n_delivered += bool(delivered)
        n_empty += not delivered
        assert n_samples(delivered) <= most_samples(payload)
        for each in delivered:
            # Skin temperature alone may say that it has no reading.
            finite = np.isfinite(each.values).all()
            assert finite or each.stream.kind is KINDS[M.SKIN_TEMPERATURE]
    assert n_refused + n_empty + n_delivered == 20_000
    # All of it happens, or this would show nothing.
    assert min(n_refused, n_empty, n_delivered) > 20


def _assert_same(got: tuple[Delivery, ...], expected: tuple[Delivery, ...]) -> None:
    assert len(got) == len(expected)
    for one, other in zip(got, expected, strict=True):
        assert one.stream == other.stream
        np.testing.assert_array_equal(one.values, other.values)


def test_a_frame_with_other_channels_than_those_before_is_refused() -> None:
    """A stream has the channels it began with; a start begins it anew."""
    streams = all_running()
    light, newer = GOOD[4], GOOD[6]
    streams.take(light, 1.0)
    with pytest.raises(DecodeError, match="channels"):
        streams.take(newer, 2.0)
    assert n_samples(streams.take(light, 3.0)) == 18
    streams.begin(M.PPG, 55.0)
    streams.granted(M.PPG, b"")
    assert n_samples(streams.take(newer, 4.0)) == 4


def test_frames_without_a_time_are_timed_by_their_arrival() -> None:
    (frame,) = all_running().take(encode_raw(M.ECG, 0, 0, [[1], [2]]), 1.0)
    assert isinstance(frame, Frame)
    assert frame.stamp is None


def test_frames_about_the_light_are_no_error_and_no_sample() -> None:
    assert all_running().take(bytes([M.PPG]) + bytes(8) + b"\x05\x01\x00\x00\x00", 1.0) == ()


def test_what_was_not_granted_is_left_out() -> None:
    streams = PolarStreams("sensor")
    streams.begin(M.ECG, 130.0)
    assert streams.take(GOOD[0], 1.0) == ()
    assert list(streams.waited_for) == [M.ECG]
    streams.granted(M.ECG, b"")
    assert n_samples(streams.take(GOOD[0], 2.0)) == 73
    assert list(streams.waited_for) == []


def test_what_was_refused_for_good_is_not_expected() -> None:
    streams = all_running()
    streams.refused(M.ECG, for_now=False)
    streams.refused(M.ACC, for_now=True)
    kinds = [watch.kind for watch in streams.watches]
    assert KINDS[M.ECG] not in kinds
    assert KINDS[M.ACC] in kinds
    assert streams.take(GOOD[1], 1.0) == ()


def test_a_stream_that_the_sensor_ended_is_known_until_it_sends_again() -> None:
    streams = all_running()
    streams.ended_by_sensor((M.ECG, M.GYRO))
    assert list(streams.ended_by_themselves) == [M.ECG]
    streams.take(GOOD[0], 1.0)
    assert list(streams.ended_by_themselves) == []


def test_pulse_intervals_that_are_handed_over_twice_count_once() -> None:
    streams = all_running()
    pulses = GOOD[7]
    assert n_samples(streams.take(pulses, 5.0)) == 5
    assert n_samples(streams.take(pulses, 5.1)) == 0
    # The same numbers later are another few seconds of a very even heart.
    assert n_samples(streams.take(pulses, 9.6)) == 5


def test_nothing_is_expected_once_the_link_has_gone() -> None:
    streams = all_running()
    streams.take(GOOD[7], 5.0)
    assert streams.take(GOOD[7], 40.0) == ()
    held = streams.forget()
    assert n_samples(held) == 5
    assert streams.started == ()
    assert streams.watches == ()
