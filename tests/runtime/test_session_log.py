"""The log behind the summary: one heart, and gaps that stay gaps."""

from __future__ import annotations

from math import nan

import numpy as np
import pytest

from biofeedback.runtime.session_log import SessionLog
from biofeedback.samples import Beat, BeatOrigin, Metric, RRFlag


def beat(t_s: float, flag: RRFlag = RRFlag.NORMAL, source: str = "strap") -> Beat:
    corrected_ms = nan if flag in {RRFlag.OUT_OF_RANGE, RRFlag.EXTRA} else 1000.0
    return Beat(t_s, 1000.0, corrected_ms, flag, source)


def taken(*beats: Beat) -> SessionLog:
    log = SessionLog()
    for one in beats:
        log.take(one)
    return log


def test_a_second_strap_leaves_no_trace_in_the_first_ones_summary() -> None:
    """Two hearts at 60 and 120 a minute: the curve is the first one's alone."""
    log = SessionLog()
    for second in range(1, 6):
        log.take(beat(float(second)))
        log.take(Beat(second + 0.3, 500.0, 500.0, RRFlag.NORMAL, "partner"))
        log.take(Metric(second + 0.3, "coherence", 0.9, "", 64.0, 1.0, source="partner"))
    assert log.n_beats == 5
    assert log.heart_rate_bpm.tolist() == [60.0] * 5
    assert log.n_gaps == 0
    assert not log.coherence


@pytest.mark.parametrize(
    ("beats", "n_gaps"),
    [
        ((beat(1.0), beat(2.0), beat(9.0, RRFlag.GAP), beat(10.0)), 1),
        # What lies on either side of an interval out of range is not joined.
        ((beat(1.0), beat(2.0), beat(3.0, RRFlag.OUT_OF_RANGE), beat(4.0), beat(5.0)), 1),
        # An early beat right after a gap is flagged as that, and the gap is one all the same.
        ((beat(1.0), beat(2.0), beat(9.0, RRFlag.ECTOPIC), beat(10.0)), 1),
        ((beat(1.0), beat(2.0), beat(3.0)), 0),
    ],
)
def test_the_curve_is_broken_once_at_each_gap(beats: tuple[Beat, ...], n_gaps: int) -> None:
    log = taken(*beats)
    t_s, rate_bpm = log.curve()
    assert log.n_gaps == n_gaps
    assert int(np.isnan(rate_bpm).sum()) == n_gaps
    assert np.all(np.diff(t_s) >= 0)


def test_an_empty_session_has_an_empty_curve() -> None:
    t_s, rate_bpm = SessionLog().curve()
    assert t_s.size == rate_bpm.size == 0


def test_of_several_hearts_the_best_of_the_first_seconds_is_followed() -> None:
    """The pulse is heard first, the strap a moment later; an ECG that comes late changes nothing."""
    log = SessionLog()
    log.n_pauses = 1
    for second in range(1, 60):
        log.take(Beat(second + 0.1, 750.0, 750.0, RRFlag.NORMAL, "arm/ppg", BeatOrigin.PULSE))
        if second > 3:
            log.take(Beat(second + 0.2, 1000.0, 1000.0, RRFlag.NORMAL, "strap"))
        if second > 40:
            late = Beat(second + 0.3, 600.0, 600.0, RRFlag.NORMAL, "chest/ecg", BeatOrigin.ECG)
            log.take(late)
    assert set(log.heart_rate_bpm) == {60.0}
    assert log.n_beats == 56
    assert log.n_pauses == 1
