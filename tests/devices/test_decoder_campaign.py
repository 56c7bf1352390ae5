"""The campaign over all decoders, shortened, and that it finds what it looks for."""

from __future__ import annotations

from random import Random
from typing import TYPE_CHECKING

import numpy as np
import pytest
from benchmarks.decoders import __main__ as command
from benchmarks.decoders.campaign import campaign
from benchmarks.decoders.decoder import Decoder
from benchmarks.decoders.mutations import MAX_BYTES, MUTATIONS, spoilt
from benchmarks.decoders.speed import times_real_time
from benchmarks.decoders.table import decoders

from biofeedback.devices.driver import DecodeError, Frame, Stamp
from biofeedback.samples import StreamInfo, StreamKind

if TYPE_CHECKING:
    from collections.abc import Callable

    from benchmarks.decoders.decoder import Feed

STREAM = StreamInfo("sensor", StreamKind.EDA, ("sc_microsiemens",), 1.0)
EVERY = decoders()


@pytest.mark.parametrize("decoder", EVERY, ids=lambda decoder: decoder.name)
def test_no_bytes_break_a_decoder_or_make_it_invent(decoder: Decoder) -> None:
    outcome = campaign(decoder, 400, seed=7)
    assert outcome.words == ""
    assert outcome.n_rejected < outcome.n_packets == 400


@pytest.mark.parametrize("decoder", EVERY, ids=lambda decoder: decoder.name)
def test_what_the_sensor_sends_is_understood_throughout(decoder: Decoder) -> None:
    """Else the campaign would only show that a decoder which takes nothing is safe."""
    feed = decoder.begin()
    n_samples = [
        sum(len(each.values) for each in feed(packet, number * decoder.packet_s))
        for number, packet in enumerate(decoder.packets(200))
    ]
    assert sum(each > 0 for each in n_samples) >= 100


def test_every_shipped_profile_takes_part() -> None:
    assert sum(decoder.name.startswith("profile ") for decoder in EVERY) >= 4


# Decoders of one byte a sample, each with one fault.


def sound(packet: bytes) -> list[Frame]:
    if len(packet) != 4:
        raise DecodeError
    return [Frame(STREAM, np.frombuffer(packet, np.uint8).astype(float)[:, None])]


def raises(packet: bytes) -> list[Frame]:
    _ = packet[3]
    return sound(packet)


def invents(packet: bytes) -> list[Frame]:
    return sound(packet) * 5


def overflows(packet: bytes) -> list[Frame]:
    (frame,) = sound(packet)
    return [Frame(STREAM, np.where(frame.values > 250, np.inf, frame.values))]


def has_no_time(packet: bytes) -> list[Frame]:
    (frame,) = sound(packet)
    return [Frame(STREAM, frame.values, Stamp(float("nan") if packet[0] > 250 else 1.0))]


def is_empty(packet: bytes) -> list[Frame]:
    return [Frame(STREAM, np.empty((0, 1)))] if not packet else sound(packet)


def never_again() -> Feed:
    is_broken = False

    def feed(packet: bytes, _arrival_s: float) -> list[Frame]:
        nonlocal is_broken
        is_broken = is_broken or len(packet) > 40
        if is_broken:
            raise DecodeError
        return sound(packet)

    return feed


def remembers() -> Feed:
    n_bytes = 0

    def feed(packet: bytes, _arrival_s: float) -> list[Frame]:
        nonlocal n_bytes
        n_bytes += len(packet)
        (frame,) = sound(packet)
        return [Frame(STREAM, frame.values + n_bytes)]

    return feed


def without_memory(decode: Callable[[bytes], list[Frame]]) -> Callable[[], Feed]:
    return lambda: lambda packet, _arrival_s: decode(packet)


def made_of(begin: Callable[[], Feed]) -> Decoder:
    return Decoder("one byte", 1.0, 8, lambda n: [bytes([i % 251] * 4) for i in range(n)], begin)


def test_a_sound_decoder_passes_and_all_that_it_turns_down_is_counted() -> None:
    n_turned_down = 0

    def counts(packet: bytes) -> list[Frame]:
        nonlocal n_turned_down
        n_turned_down += len(packet) != 4
        return sound(packet)

    outcome = campaign(made_of(without_memory(counts)), 1200, seed=1)
    assert outcome.is_met
    assert 0 < outcome.n_rejected == n_turned_down < outcome.n_packets == 1200


@pytest.mark.parametrize(
    ("begin", "words"),
    [
        (without_memory(raises), "IndexError"),
        (without_memory(invents), "more samples than bytes can hold"),
        (without_memory(overflows), "an infinite value"),
        (without_memory(has_no_time), "a time that is none"),
        (without_memory(is_empty), "values of shape"),
        (never_again, "did not find back"),
        (remembers, "left a trace"),
    ],
)
def test_each_fault_is_found(begin: Callable[[], Feed], words: str) -> None:
    outcome = campaign(made_of(begin), 1000, seed=1)
    assert not outcome.is_met
    assert words in outcome.words


def test_the_same_seed_spoils_in_the_same_way() -> None:
    packets = [bytes([i] * 20) for i in range(50)]
    once, again, other = (list(spoilt(packets, 300, Random(seed))) for seed in (1, 1, 2))
    assert once == again != other
    assert max(map(len, once)) <= MAX_BYTES


@pytest.mark.parametrize("mutation", MUTATIONS, ids=lambda mutation: mutation.__name__)
def test_every_mutation_takes_any_packet(
    mutation: Callable[[bytes, bytes, Random], bytes],
) -> None:
    random = Random(3)
    for size in (0, 1, 2, 20):
        for _ in range(50):
            assert isinstance(mutation(bytes(size), bytes(size), random), bytes)


def test_speed_is_signal_by_processor_time() -> None:
    decoder = made_of(without_memory(sound))
    slow = Decoder(decoder.name, 1e-9, 8, decoder.packets, decoder.begin)
    assert times_real_time(decoder, 20.0, rounds=1) > times_real_time(slow, 2e-8, rounds=1)


def test_the_command_tells_of_a_miss_by_its_exit_code(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(command, "left_out", tuple)
    codes = []
    for decode in (sound, raises):
        decoder = made_of(without_memory(decode))
        monkeypatch.setattr(command, "decoders", lambda decoder=decoder: (decoder,))
        codes.append(command.main(["--packets", "500"]))
    assert codes == [0, 1]
    told = capsys.readouterr()
    assert "500 packets" in told.out
    assert "IndexError" in told.err


def test_a_profile_that_cannot_take_part_is_a_miss(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(command, "decoders", lambda: (made_of(without_memory(sound)),))
    monkeypatch.setattr(command, "left_out", lambda: ("ring.toml, line 3: no layout",))
    assert command.main(["--packets", "500"]) == 1
    assert "ring.toml" in capsys.readouterr().err
