from __future__ import annotations

import struct
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from biofeedback.devices.driver import DecodeError
from breath_strap.packets import DATA, DONE, START, decode_answer, decode_samples

CAPTURED = Path(__file__).with_name("captured.txt").read_text(encoding="utf-8").splitlines()
PACKETS = [bytes.fromhex(line.split("  ")[-1]) for line in CAPTURED if DATA in line]


def test_captured_bytes_are_a_breath() -> None:
    """By hand: 0x04b0 = 1200 hundredths of a newton; 0x8000 = -32768, no pull."""
    first, second, third = map(decode_samples, PACKETS)

    assert [first.first, second.first, third.first] == [0, 5, 10]
    np.testing.assert_allclose(first.newtons, [12.0, 12.03, 12.13, 12.22, 12.33])
    np.testing.assert_allclose(third.newtons, [12.99, 13.05, 13.08, 13.08, np.nan])


@pytest.mark.parametrize("length", range(len(PACKETS[0])))
def test_a_packet_that_was_cut_off_is_refused(length: int) -> None:
    with pytest.raises(DecodeError):
        decode_samples(PACKETS[0][:length])


@pytest.mark.parametrize("n_samples", [0, 4, 6, 255])
def test_the_count_of_samples_is_not_trusted(n_samples: int) -> None:
    packet = bytearray(PACKETS[0])
    packet[2] = n_samples
    with pytest.raises(DecodeError):
        decode_samples(bytes(packet))


def test_an_empty_packet_is_refused() -> None:
    with pytest.raises(DecodeError):
        decode_samples(bytes(3))


@given(st.binary(max_size=40) | st.tuples(st.binary(max_size=4), st.sampled_from(PACKETS)))
def test_whatever_comes_is_samples_or_refused(given: bytes | tuple[bytes, bytes]) -> None:
    """Any bytes, and captured packets whose first bytes were overwritten: nothing is made up."""
    payload = given if isinstance(given, bytes) else given[0] + given[1][len(given[0]) :]
    try:
        samples = decode_samples(payload)
    except DecodeError:
        return
    sent = struct.unpack(f"<HB{samples.newtons.size}h", payload)
    assert samples.first == sent[0]
    felt = [value / 100 if value != -32768 else np.nan for value in sent[2:]]
    np.testing.assert_array_equal(samples.newtons, felt)


def test_an_answer_says_what_it_answers_and_how_it_went() -> None:
    assert decode_answer(b"\x01\x00") == (START, DONE)


@pytest.mark.parametrize("payload", [b"", b"\x01", b"\x01\x00\x00"])
def test_an_answer_of_another_length_is_refused(payload: bytes) -> None:
    with pytest.raises(DecodeError):
        decode_answer(payload)
