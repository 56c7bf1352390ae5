"""From a profile's packets to a line of time: nothing lost, nothing doubled, every hole named."""

from __future__ import annotations

import struct
from typing import TYPE_CHECKING

import numpy as np
import pytest

from biofeedback.devices.profiles.decoding import ProfileDecoder
from biofeedback.devices.profiles.reading import read_profile
from biofeedback.devices.timing.sensor_clocks import SensorClocks
from biofeedback.devices.timing.timeline import Timeline
from biofeedback.samples import Chunk, Gap
from helpers.profile_texts import all_shipped

if TYPE_CHECKING:
    from collections.abc import Iterable

# From the sending of a packet to its arrival.
DELAY_S = 0.02


def timed(name: str, packets: Iterable[tuple[float, bytes]]) -> tuple[Chunk, list[Gap]]:
    """Return all samples of a shipped profile's first stream, and the gaps."""
    profile = read_profile(all_shipped()[f"{name}.toml"])
    decoder = ProfileDecoder(profile, "board")
    decoder.reset(is_start=True)
    timeline = Timeline(decoder.streams[0], SensorClocks())
    told: list[Chunk | Gap] = []
    arrival_s = 0.0
    for sent_s, payload in packets:
        arrival_s = sent_s + DELAY_S
        for frame in decoder.push(profile.sources[0].characteristic, payload):
            told += timeline.push(frame, arrival_s)
        due_s = timeline.due_s()
        if due_s is not None and due_s <= arrival_s:
            told += timeline.release(arrival_s)
    told += timeline.release(arrival_s + 60.0)
    chunks = [each for each in told if isinstance(each, Chunk)]
    whole = Chunk(
        decoder.streams[0],
        np.concatenate([chunk.t_s for chunk in chunks]),
        np.concatenate([chunk.values for chunk in chunks]),
        arrival_s,
    )
    return whole, [each for each in told if isinstance(each, Gap)]


@pytest.mark.parametrize("step", [1, 5])
def test_lines_are_placed_by_the_boards_clock_also_where_it_begins_anew(step: int) -> None:
    """Each line in pieces, or five at once; the clock of 32 bits runs over after 30 s."""
    start_ms = 2**32 - 30_000
    lines = [
        f"{n},{(start_ms + 100 * n) % 2**32},{3 + n / 1000:.3f}\n".encode() for n in range(600)
    ]
    packets = []
    for first in range(0, 600, step):
        text = b"".join(lines[first : first + step])
        sent_s = 0.1 * (first + step - 1)
        packets += [(sent_s, text[:7]), (sent_s, text[7:])]
    whole, gaps = timed("diy-eda-text", packets)
    assert gaps == []
    np.testing.assert_allclose(whole.values[:, 0], 3 + np.arange(600) / 1000)
    np.testing.assert_allclose(np.diff(whole.t_s), 0.1, atol=1e-3)
    # No sample is later than its arrival, nor earlier than the way took.
    assert np.all(np.abs(whole.t_s - 0.1 * np.arange(600)) <= DELAY_S + 1e-3)


def test_lost_packets_are_one_gap_with_their_number() -> None:
    packets = []
    for n in range(200):
        last_s = (4 * n + 3) / 32
        stamp_us = (2**32 - 9_000_000 + int(last_s * 1e6)) % 2**32
        samples = b"".join((3000 + 4 * n + k).to_bytes(3, "little") for k in range(4))
        packets.append((last_s, struct.pack("<BBHI", 0xA1, 1, n, stamp_us) + samples))
    del packets[100:110]
    # One comes twice.
    packets.insert(51, packets[50])
    whole, gaps = timed("diy-eda-binary", packets)
    expected = np.delete(np.arange(800), np.s_[400:440])
    np.testing.assert_allclose(whole.values[:, 0], (3000 + expected) / 1000)
    np.testing.assert_allclose(whole.t_s, expected / 32, atol=DELAY_S + 1e-3)
    (gap,) = gaps
    assert gap.n_lost == 40
    assert gap.t_s - gap.start_s == pytest.approx(41 / 32, abs=1e-3)


def test_a_sensor_without_clock_is_placed_by_arrival_and_its_rate() -> None:
    packets = [(n / 10, struct.pack("<H", n)) for n in range(300)]
    whole, gaps = timed("anr-m40", packets)
    assert gaps == []
    np.testing.assert_array_equal(whole.values[:, 0], np.arange(300))
    np.testing.assert_allclose(np.diff(whole.t_s), 0.1, atol=1e-3)
