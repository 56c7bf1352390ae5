"""Each beat is a point at its time, and no line leads over what was not measured."""

from __future__ import annotations

from math import inf, nan
from typing import TYPE_CHECKING

import numpy as np
import pytest

from biofeedback.samples import Beat, RRFlag
from biofeedback.ui.widgets.wave_points import WavePoint, points_of, wave_points

if TYPE_CHECKING:
    from pathlib import Path


def beat(t_s: float, rr_ms: float, flag: RRFlag = RRFlag.NORMAL, corrected: float = inf) -> Beat:
    return Beat(t_s, rr_ms, rr_ms if corrected == inf else corrected, flag, "strap")


def test_a_point_is_one_beat_at_its_time() -> None:
    """750 ms are 80 beats a minute."""
    assert wave_points([beat(1.0, 750.0), beat(1.8, 800.0)]) == [
        WavePoint(1.0, 80.0, is_joined=False),
        WavePoint(1.8, 75.0, is_joined=True),
    ]


def test_beats_that_are_not_contiguous_are_not_joined() -> None:
    """The third interval began 2 s after the second ended, flag or no flag."""
    points = wave_points([beat(1.0, 800.0), beat(1.8, 800.0), beat(4.6, 800.0), beat(5.4, 800.0)])

    assert [point.is_joined for point in points] == [False, True, False, True]


@pytest.mark.parametrize("flag", [RRFlag.GAP, RRFlag.OUT_OF_RANGE])
def test_flagged_gap_is_not_joined(flag: RRFlag) -> None:
    points = wave_points([beat(1.0, 800.0), beat(1.8, 800.0, flag), beat(2.6, 800.0)])

    assert [point.is_joined for point in points] == [False, False, True]


def test_out_of_range_beat_without_a_rate_breaks_the_line() -> None:
    points = wave_points(
        [beat(1.0, 800.0), beat(4.0, 3000.0, RRFlag.OUT_OF_RANGE, nan), beat(4.8, 800.0)]
    )

    assert [(point.t_s, point.is_joined) for point in points] == [(1.0, False), (4.8, False)]


def test_correction_breaks_no_line() -> None:
    """A missed beat put back, an extra one left out, an ectopic pair evened out."""
    points = wave_points(
        [
            beat(0.8, 800.0),
            Beat(1.6, nan, 800.0, RRFlag.INSERTED, "strap"),
            beat(2.4, 1600.0, RRFlag.MISSED, 800.0),
            beat(2.7, 300.0, RRFlag.EXTRA, nan),
            beat(3.2, 500.0, RRFlag.NORMAL, 800.0),
            beat(3.7, 500.0, RRFlag.ECTOPIC, 800.0),
            beat(4.8, 1100.0, RRFlag.ECTOPIC, 800.0),
        ]
    )

    assert [point.is_joined for point in points] == [False, True, True, True, True, True]
    assert {round(point.bpm, 9) for point in points} == {75.0}


def test_pending_beats_follow_the_same_rule() -> None:
    points = points_of([(10.8, 800.0), (14.0, 800.0)], 10.0)

    assert [point.is_joined for point in points] == [True, False]


def test_real_recording_is_drawn_beat_for_beat(recordings: Path) -> None:
    """Two minutes of a strap: each interval is one point, and none is joined across a loss."""
    rows = np.genfromtxt(
        next((recordings / "hrv_rhenanbartels").glob("rest_rri.txt")), dtype=np.float64
    )
    rr_ms = rows[np.isfinite(rows)][:120]
    t_s = np.cumsum(rr_ms) / 1000.0
    points = wave_points([beat(t, rr) for t, rr in zip(t_s, rr_ms, strict=True)])

    assert [p.bpm for p in points] == pytest.approx(list(60_000.0 / rr_ms))
    assert [p.is_joined for p in points] == [False] + [True] * 119
