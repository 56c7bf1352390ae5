from __future__ import annotations

from itertools import product

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from biofeedback.devices.driver import DecodeError
from biofeedback.devices.drivers.heart_rate import (
    HeartRateMeasurement,
    HeartRateStream,
    decode_battery,
    decode_heart_rate,
    decode_location,
    decode_text,
    encode_heart_rate,
)
from biofeedback.samples import Chunk, StreamKind


@pytest.mark.parametrize(
    ("hex_bytes", "expected"),
    [
        # As a Polar H10 sends it: rate 62, one interval of 0x03b1 = 945 ticks.
        ("10 3e b1 03", HeartRateMeasurement(62, None, None, (945,))),
        # Contact supported and detected, two intervals.
        ("16 4b 00 03 20 03", HeartRateMeasurement(75, True, None, (768, 800))),
        # Contact supported, not detected.
        ("04 00", HeartRateMeasurement(0, False, None, ())),
        # The contact bit without the bit that says it is known means nothing.
        ("02 00", HeartRateMeasurement(0, None, None, ())),
        # A rate of 16 bits, 300 = 0x012c.
        ("01 2c 01", HeartRateMeasurement(300, None, None, ())),
        # Energy 0x0102 = 258 kJ stands before the intervals and moves them.
        ("18 50 02 01 00 04", HeartRateMeasurement(80, None, 258, (1024,))),
        # Everything at once: 16-bit rate, contact, energy, nine intervals.
        (
            "1f 3c 00 ff ff" + " 00 04" * 9,
            HeartRateMeasurement(60, True, 0xFFFF, (1024,) * 9),
        ),
        # Intervals are announced, none are there.
        ("10 3c", HeartRateMeasurement(60, None, None, ())),
        # An odd byte at the end, an interval of zero.
        ("10 3c 00 04 07", HeartRateMeasurement(60, None, None, (1024,))),
        ("10 3c 00 00 00 04", HeartRateMeasurement(60, None, None, (1024,))),
        # Reserved bits are ignored.
        ("f0 3c 00 04", HeartRateMeasurement(60, None, None, (1024,))),
    ],
)
def test_measurement_is_decoded_by_its_flags(
    hex_bytes: str, expected: HeartRateMeasurement
) -> None:
    """Expected values by hand from Heart Rate Service 1.0, 3.1.1."""
    assert decode_heart_rate(bytes.fromhex(hex_bytes)) == expected


def test_rr_in_ms_is_exact() -> None:
    """945 ticks of 1/1024 s are 922.8515625 ms, exact in binary."""
    assert HeartRateMeasurement(62, rr_ticks=(945, 1)).rr_ms == (922.8515625, 0.9765625)


@pytest.mark.parametrize(
    ("is_wide", "contact", "has_energy", "n_rr"),
    list(product([False, True], [None, False, True], [False, True], [0, 1, 2, 9])),
)
def test_every_combination_of_flags_survives_the_round_trip(
    *, is_wide: bool, contact: bool | None, has_energy: bool, n_rr: int
) -> None:
    """What is encoded is decoded, for every field present or not."""
    measurement = HeartRateMeasurement(
        301 if is_wide else 71, contact, 4660 if has_energy else None, tuple(range(700, 700 + n_rr))
    )

    payload = encode_heart_rate(
        measurement.heart_rate_bpm,
        measurement.rr_ticks,
        has_contact=contact,
        energy_kj=measurement.energy_kj,
    )

    assert decode_heart_rate(payload) == measurement


@given(
    st.integers(0, 0xFFFF),
    st.none() | st.booleans(),
    st.none() | st.integers(0, 0xFFFF),
    st.lists(st.integers(1, 0xFFFF), max_size=120),
)
def test_any_measurement_survives_the_round_trip(
    bpm: int, contact: bool | None, energy_kj: int | None, rr_ticks: list[int]
) -> None:
    payload = encode_heart_rate(bpm, rr_ticks, has_contact=contact, energy_kj=energy_kj)

    decoded = decode_heart_rate(payload)

    assert decoded == HeartRateMeasurement(bpm, contact, energy_kj, tuple(rr_ticks))


@given(st.binary(max_size=40))
def test_no_bytes_crash_the_decoder(payload: bytes) -> None:
    """Anything either decodes to sensible values or is refused as undecodable."""
    try:
        decoded = decode_heart_rate(payload)
    except DecodeError:
        return
    assert 0 <= decoded.heart_rate_bpm <= 0xFFFF
    assert all(0 < ticks <= 0xFFFF for ticks in decoded.rr_ticks)


@pytest.mark.parametrize("hex_bytes", ["", "10", "01 3c", "08 3c 01", "09 3c 00 01"])
def test_bytes_that_end_too_soon_are_refused(hex_bytes: str) -> None:
    with pytest.raises(DecodeError):
        decode_heart_rate(bytes.fromhex(hex_bytes))


@pytest.mark.parametrize(
    ("bpm", "rr_ticks", "energy_kj"),
    [(-1, (), None), (70000, (), None), (60, (0,), None), (60, (70000,), None), (60, (), 70000)],
)
def test_what_fits_no_field_is_not_encoded(
    bpm: int, rr_ticks: tuple[int, ...], energy_kj: int | None
) -> None:
    with pytest.raises(ValueError, match="must fit"):
        encode_heart_rate(bpm, rr_ticks, energy_kj=energy_kj)


def test_battery_is_a_percentage() -> None:
    assert decode_battery(b"\x55") == 85
    for payload in (b"", b"\x65", b"\xff"):
        with pytest.raises(DecodeError):
            decode_battery(payload)


def test_location_is_a_word() -> None:
    """1 is the chest, 5 the ear lobe; what is not defined yet is `other`."""
    assert [decode_location(bytes([code])) for code in (0, 1, 5, 9)] == [
        "other",
        "chest",
        "ear lobe",
        "other",
    ]
    with pytest.raises(DecodeError):
        decode_location(b"")


def test_text_loses_its_padding_and_whatever_does_not_print() -> None:
    assert decode_text(b"Polar Electro Oy\0\0\0") == "Polar Electro Oy"
    assert decode_text(b" H10 \n") == "H10"
    assert decode_text(b"\xff") == "\N{REPLACEMENT CHARACTER}"
    assert decode_text(b"") == ""


def of_kind(chunks: tuple[Chunk, ...], kind: StreamKind) -> list[float]:
    return [
        float(value)
        for chunk in chunks
        if chunk.stream.kind is kind
        for value in chunk.values.ravel()
    ]


def pushed(stream: HeartRateStream, payloads: list[bytes], start_s: float = 0.0) -> list[Chunk]:
    """Push a packet a second and return all chunks."""
    return [
        chunk for i, payload in enumerate(payloads) for chunk in stream.push(payload, start_s + i)
    ]


def test_stream_gives_each_interval_once_in_order_and_exact() -> None:
    """Whatever is held back at first comes later, and nothing is rounded."""
    stream = HeartRateStream("strap")
    ticks = [1000 + i for i in range(20)]

    chunks = pushed(stream, [encode_heart_rate(60, (tick,)) for tick in ticks])
    chunks += stream.flush()

    rr_ms = of_kind(tuple(chunks), StreamKind.RR)
    assert rr_ms == [tick * 1000 / 1024 for tick in ticks]
    assert of_kind(tuple(chunks), StreamKind.HEART_RATE) == [60.0] * 20
    rr = next(chunk.stream for chunk in chunks if chunk.stream.kind is StreamKind.RR)
    assert (rr.stream_id, rr.channels) == ("strap/rr", ("rr_ms",))


def test_averaged_rate_comes_at_once() -> None:
    """The first packet has a rate to show, though its beats are not settled yet."""
    stream = HeartRateStream("strap")

    chunks = stream.push(encode_heart_rate(64, (960,)), 5.0)

    assert [chunk.stream.kind for chunk in chunks] == [StreamKind.HEART_RATE]
    assert chunks[0].t_s.tolist() == [5.0]
    assert chunks[0].stream.channels == ("sensor_heart_rate_bpm",)


@pytest.mark.parametrize(
    "payload",
    [encode_heart_rate(0, (1024,)), encode_heart_rate(70, (1024,), has_contact=False)],
)
def test_no_signal_is_no_value(payload: bytes) -> None:
    """A rate of 0 or no contact gives neither beats nor a rate, and says so."""
    stream = HeartRateStream("strap")
    pushed(stream, [encode_heart_rate(60, (1024,))] * 6)

    chunks = pushed(stream, [payload] * 5, start_s=6.0)

    assert chunks == []
    assert stream.has_signal is False


def test_lost_signal_leaves_a_gap_even_if_short() -> None:
    """Two seconds without contact: the first beat after it stands after a gap."""
    stream = HeartRateStream("strap")
    beat = encode_heart_rate(60, (1024,), has_contact=True)
    none = encode_heart_rate(60, (), has_contact=False)

    chunks = pushed(stream, [beat] * 10 + [none] * 2 + [beat] * 10)

    rr = [chunk for chunk in chunks if chunk.stream.kind is StreamKind.RR]
    t_s = np.concatenate([chunk.t_s for chunk in rr])
    gaps_s = t_s[1:] - 1.0 - t_s[:-1]
    assert t_s.size == 20
    assert np.flatnonzero(gaps_s > 0.1).tolist() == [9]


def test_sensor_without_intervals_is_known_after_ten_packets() -> None:
    """Nine packets with a pulse and no interval prove nothing, ten do; one interval undoes it."""
    stream = HeartRateStream("watch")
    rate_only = encode_heart_rate(70)

    seen: list[bool | None] = []
    for payload in [*[rate_only] * 10, encode_heart_rate(70, (878,))]:
        stream.push(payload, float(len(seen)))
        seen.append(stream.has_rr)

    assert seen == [*[None] * 9, False, True]


def test_packets_without_a_pulse_do_not_count_against_intervals() -> None:
    """A strap that is not worn yet is not taken for one without intervals."""
    stream = HeartRateStream("strap")

    pushed(stream, [encode_heart_rate(0)] * 30)

    assert stream.has_rr is None


def test_bad_packet_changes_nothing() -> None:
    """The chain goes on as if the garbage had not been."""
    clean, disturbed = HeartRateStream("a"), HeartRateStream("a")
    payloads = [encode_heart_rate(60, (1000 + i,)) for i in range(12)]

    expected = pushed(clean, payloads)
    got: list[Chunk] = []
    for i, payload in enumerate(payloads):
        with pytest.raises(DecodeError):
            disturbed.push(b"\x10", i - 0.2)
        got += disturbed.push(payload, float(i))

    assert got == expected
    assert disturbed.has_contact is None


def test_held_beats_survive_a_reset() -> None:
    """Two beats that were still held when the link was lost come with the next packet."""
    stream = HeartRateStream("strap")
    assert of_kind(tuple(pushed(stream, [encode_heart_rate(60, (1024,))] * 2)), StreamKind.RR) == []

    stream.reset()
    chunks = pushed(stream, [encode_heart_rate(60, (1025,))] * 4, start_s=30.0)

    assert of_kind(tuple(chunks), StreamKind.RR) == [1000.0] * 2 + [1025 * 1000 / 1024] * 4
    assert chunks[0].arrival_s == 1.0


def test_contact_is_that_of_the_last_packet() -> None:
    stream = HeartRateStream("strap")

    for contact in (True, False, None):
        stream.push(encode_heart_rate(60, has_contact=contact), 0.0)
        assert stream.has_contact is contact


@pytest.mark.parametrize(
    "payload",
    [
        pytest.param(b"\xff" * 40, id="every bit set"),
        pytest.param(encode_heart_rate(301), id="301 beats a minute"),
        pytest.param(encode_heart_rate(60, (10 * 1024 + 1,)), id="ten seconds without a beat"),
    ],
)
def test_what_no_heart_does_is_refused_and_moves_no_beat(payload: bytes) -> None:
    """One such packet laid the next beats minutes in the future, and all after it were late."""
    stream, undisturbed = HeartRateStream("strap"), HeartRateStream("strap")
    for i in range(1, 20):
        if i == 10:
            with pytest.raises(DecodeError, match="beyond any heart"):
                stream.push(payload, 9.5)
        good = encode_heart_rate(60, (1024,))
        assert stream.push(good, float(i)) == undisturbed.push(good, float(i))
