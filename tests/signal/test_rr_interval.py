"""An interval, its corrected parts and its beats."""

from __future__ import annotations

from math import isnan

import pytest

from biofeedback.samples import RRFlag
from biofeedback.signal.rr_interval import RRInterval, is_gap, is_in_range


def test_an_interval_that_began_at_the_last_beat_follows_it() -> None:
    """Within 0.1 s of it; the first of all follows nothing, and is no gap."""
    assert not is_gap(10.8, 800.0, 10.0)
    assert not is_gap(10.8, 700.1, 10.0)
    assert is_gap(10.8, 690.0, 10.0)
    assert not is_gap(10.8, 800.0, float("nan"))


def test_range_is_thirty_to_two_hundred_beats_a_minute() -> None:
    """Both ends belong to it."""
    assert is_in_range(60_000 / 200)
    assert is_in_range(60_000 / 30)
    assert not is_in_range(299.9)
    assert not is_in_range(2000.1)
    assert not is_in_range(float("nan"))


def test_an_untouched_interval_is_one_beat() -> None:
    """Raw and corrected are the same, and a gap before it is told."""
    (beat,) = RRInterval(5.0, 800.0, (800.0,)).beats("strap")
    assert (beat.t_s, beat.rr_ms, beat.corrected_rr_ms, beat.flag, beat.source) == (
        5.0,
        800.0,
        800.0,
        RRFlag.NORMAL,
        "strap",
    )
    (beat,) = RRInterval(5.0, 800.0, (800.0,), follows_gap=True).beats("strap")
    assert beat.flag is RRFlag.GAP


def test_parts_are_inserted_beats_between_the_ends() -> None:
    """Each at the end of its part; the beat that was sent comes last, with its raw interval."""
    beats = RRInterval(10.0, 2400.0, (700.0, 800.0, 900.0), RRFlag.MISSED).beats("strap")

    assert [beat.flag for beat in beats] == ["inserted", "inserted", "missed"]
    assert [beat.t_s for beat in beats] == pytest.approx([8.3, 9.1, 10.0])
    assert [beat.corrected_rr_ms for beat in beats] == [700.0, 800.0, 900.0]
    assert [isnan(beat.rr_ms) for beat in beats] == [True, True, False]
    assert beats[2].rr_ms == 2400.0


def test_what_was_joined_comes_first() -> None:
    """Beats that were none keep what was sent of them, and no corrected interval."""
    interval = RRInterval(10.0, 500.0, (800.0,), extras=[(9.5, 300.0)])
    extra, beat = interval.beats("strap")

    assert (extra.t_s, extra.rr_ms, extra.flag) == (9.5, 300.0, RRFlag.EXTRA)
    assert isnan(extra.corrected_rr_ms)
    assert (beat.rr_ms, beat.corrected_rr_ms, beat.flag) == (500.0, 800.0, RRFlag.NORMAL)


def test_out_of_range_has_no_corrected_interval() -> None:
    """The raw one stays."""
    (beat,) = RRInterval(10.0, 4000.0, (4000.0,), RRFlag.OUT_OF_RANGE).beats("strap")

    assert beat.rr_ms == 4000.0
    assert isnan(beat.corrected_rr_ms)
