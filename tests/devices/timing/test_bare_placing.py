"""Frames whose sensor says nothing of their time."""

from __future__ import annotations

import numpy as np
import pytest

from biofeedback.devices.timing.bare_placing import BarePlacing
from biofeedback.devices.timing.frame_queue import FrameQueue
from biofeedback.devices.timing.stream_tally import StreamTally
from biofeedback.samples import Chunk, GapReason
from helpers.stamped_stream import ecg_stream, frame_of


def queue() -> FrameQueue:
    return FrameQueue(ecg_stream(), StreamTally())


def times_s(held: FrameQueue) -> np.ndarray:
    held.flush()
    return np.concatenate([each.t_s for each in held.handed_out if isinstance(each, Chunk)])


def test_irregular_samples_of_a_packet_lie_evenly_since_the_one_before() -> None:
    held = queue()
    placing = BarePlacing("wrist/pp", None, held)
    for arrival_s, n_samples in ((10.0, 2), (12.0, 4), (99.0, 2), (99.0, 2)):
        placing.take(frame_of(ecg_stream(None), 0, n_samples), arrival_s)

    given_s = times_s(held)
    assert given_s[:6] == pytest.approx([9.99, 10.0, 10.5, 11.0, 11.5, 12.0])
    # At most a second apart.
    assert given_s[6:8] == pytest.approx([98.0, 99.0])
    assert given_s[8:] == pytest.approx([99.0, 99.0], abs=1e-4)
    assert np.all(np.diff(given_s) > 0.0)


def test_samples_at_a_stated_rate_are_counted() -> None:
    held = queue()
    placing = BarePlacing("arm/emg", 0.01, held)
    rng = np.random.default_rng(1)
    for number in range(200):
        placing.take(frame_of(ecg_stream(100.0), 0, 50), 5.0 + 0.5 * number + rng.exponential(0.05))
        held.flush()

    given_s = times_s(held)
    assert np.abs(np.diff(given_s)[5000:] - 0.01).max() < 1e-4
    assert placing.largest_packet_s == pytest.approx(0.5)


def test_after_an_interruption_the_count_is_anchored_anew() -> None:
    held = queue()
    placing = BarePlacing("arm/emg", 0.01, held)
    for number in range(20):
        placing.take(frame_of(ecg_stream(100.0), 0, 50), 5.0 + 0.5 * number)
    held.interrupt(GapReason.LINK)
    placing.interrupt()
    for number in range(20):
        placing.take(frame_of(ecg_stream(100.0), 0, 50), 100.0 + 0.5 * number)

    assert times_s(held)[20 * 50 + 49] == pytest.approx(100.0, abs=0.1)
