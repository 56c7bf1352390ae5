"""The offset is learnt quickly, held steady, and learnt anew after a gap."""

from __future__ import annotations

from math import inf

import numpy as np
import pytest

from biofeedback.devices.drivers.line_offset import (
    MAX_SLEW,
    MIN_GAP_S,
    START_PACKETS,
    LaidPacket,
    LineOffset,
)


def by_beat(n: int, lag_s: float = 7.05, *, first: int = 0) -> list[LaidPacket]:
    """Return packets of one beat each, all as late, of a heart that swings between 50 and 70."""
    rr_s = [1.0 + 0.15 * np.sin(0.6 * i) for i in range(first + n)]
    ticks = [round(each * 1024) for each in rr_s]
    line_s = np.cumsum(ticks) / 1024
    return [
        LaidPacket(float(line_s[i]) + lag_s, (ticks[i],), (float(line_s[i]),))
        for i in range(first, first + n)
    ]


def test_a_strap_that_sends_each_beat_is_timed_by_its_least_delay() -> None:
    """A beat needs 50 ms to arrive: an offset of 7 s where each comes 7.05 s after its line."""
    packets = by_beat(90)
    offset = LineOffset(packets[:1], -inf)

    for packet in packets:
        offset.times_s(packet)

    assert offset.offset_s == pytest.approx(7.0, abs=0.02)


def test_it_begins_on_the_safe_side() -> None:
    """Of a first packet nothing is known but that its beat had happened."""
    packets = by_beat(1)

    assert LineOffset(packets, -inf).offset_s < 7.0


def test_once_learnt_it_moves_no_faster_than_clocks_drift() -> None:
    packets = by_beat(START_PACKETS + 40)
    offset = LineOffset(packets[:1], -inf)
    for packet in packets[: START_PACKETS + 1]:
        offset.times_s(packet)

    for packet in by_beat(30, 8.05, first=START_PACKETS + 1):
        before_s = offset.offset_s
        offset.times_s(packet)
        assert abs(offset.offset_s - before_s) <= MAX_SLEW * packet.rr_ticks[0] / 1024 + 1e-12


def test_what_was_guessed_of_a_gap_is_made_good() -> None:
    """A gap laid 0.8 s too short is worked off within 90 beats, which took a quarter hour."""
    before, after = by_beat(120), by_beat(90, 7.85, first=120)
    offset = LineOffset(before[:1], -inf)
    for packet in before:
        offset.times_s(packet)
    first = after[0]
    after[0] = LaidPacket(first.arrival_s, first.rr_ticks, first.line_s, follows_gap=True)

    for packet in after:
        offset.times_s(packet)

    assert offset.offset_s == pytest.approx(7.8, abs=0.02)


def test_a_new_connection_stands_after_the_last_beat() -> None:
    packets = by_beat(3)

    offset = LineOffset(packets[:1], last_t_s=20.0)

    (t_s,) = offset.times_s(packets[0])
    assert t_s - packets[0].rr_ticks[0] / 1024 >= 20.0 + MIN_GAP_S
