from __future__ import annotations

from itertools import pairwise
from math import isnan

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from biofeedback.samples import RRFlag
from biofeedback.simulation.client import VirtualClient
from biofeedback.simulation.options import Faults
from biofeedback.simulation.strap import EctopicChance, SensedBeat, StrapSensing


def steady(n_beats: int, rr_ms: float = 900.0) -> list[tuple[float, float]]:
    return [((k + 1) * rr_ms / 1000, rr_ms) for k in range(n_beats)]


def flagged(sensed: tuple[SensedBeat, ...], flag: RRFlag) -> list[SensedBeat]:
    return [beat for beat in sensed if beat.flag is flag]


def test_a_good_strap_reports_every_beat() -> None:
    """All normal; intervals off by 1 to 2 ms as those of good straps, and no drift."""
    sensed = StrapSensing(1, Faults()).sense(steady(4000))
    errors_ms = np.array([beat.rr_ms - 900.0 for beat in sensed])

    assert [beat.flag for beat in sensed] == [RRFlag.NORMAL] * 4000
    assert 1.0 < np.std(errors_ms) < 2.0
    assert abs(errors_ms.sum()) < 8.0
    assert [beat.true_rr_ms for beat in sensed] == [900.0] * 4000


@pytest.mark.parametrize("pct", [0.5, 2.0, 5.0])
def test_ectopic_beats_are_as_frequent_as_asked(pct: float) -> None:
    """Within three standard errors of 20 000 beats."""
    sensed = StrapSensing(1, Faults(ectopic_pct=pct)).sense(steady(20000))

    # None follows another, which takes a little off the rate.
    expected = 20000 * pct / 100 / (1 + pct / 100)
    assert len(flagged(sensed, RRFlag.ECTOPIC)) == pytest.approx(expected, abs=3 * expected**0.5)
    assert len(sensed) == 20000


def test_an_ectopic_beat_is_early_and_the_next_one_keeps_its_time() -> None:
    """15 to 35 % early; both intervals together are two ordinary ones."""
    sensed = StrapSensing(1, Faults(ectopic_pct=3.0)).sense(steady(5000))
    pairs = [
        (beat.rr_ms, following.rr_ms)
        for beat, following in pairwise(sensed)
        if beat.flag is RRFlag.ECTOPIC
    ]

    assert len(pairs) > 100
    for early_ms, late_ms in pairs:
        assert 900 * 0.65 - 6 < early_ms < 900 * 0.85 + 6
        assert early_ms + late_ms == pytest.approx(1800.0, abs=8.0)


def test_missed_beats_leave_a_long_interval() -> None:
    """2 % of the beats; each interval is as many ordinary ones as it says."""
    sensed = StrapSensing(1, Faults(missed_pct=2.0)).sense(steady(20000))
    missed = flagged(sensed, RRFlag.MISSED)

    assert 20000 - len(sensed) == sum(beat.n_missed for beat in missed)
    assert (20000 - len(sensed)) / 200 == pytest.approx(2.0, rel=0.15)
    assert all(beat.rr_ms == pytest.approx(900.0 * (beat.n_missed + 1), abs=8.0) for beat in missed)


def test_extra_beats_cut_an_interval_in_two() -> None:
    """1 % of the beats; the extra one has no true interval, the next one has what is left."""
    sensed = StrapSensing(1, Faults(extra_pct=1.0)).sense(steady(20000))
    extra = flagged(sensed, RRFlag.EXTRA)

    assert len(sensed) == 20000 + len(extra)
    assert len(extra) / 200 == pytest.approx(1.0, rel=0.15)
    assert all(isnan(beat.true_rr_ms) for beat in extra)
    for beat, following in pairwise(sensed):
        if beat.flag is RRFlag.EXTRA:
            assert 0.2 * 900 < beat.rr_ms < 0.8 * 900
            assert beat.rr_ms + following.rr_ms == pytest.approx(900.0, abs=8.0)


def test_movement_brings_bursts() -> None:
    """Missed and extra beats come in movement only, and there often."""
    sensed = StrapSensing(1, Faults(motion_per_min=1.0)).sense(steady(8000))
    odd = [beat for beat in sensed if beat.flag is not RRFlag.NORMAL]
    moving = [beat for beat in sensed if beat.is_moving]

    assert len(odd) > 50
    assert sum(beat.is_moving for beat in odd) == len(odd)
    assert sum(beat.flag is not RRFlag.NORMAL for beat in moving) > 0.2 * len(moving)


@given(
    seed=st.integers(0, 2**32 - 1),
    ectopic_pct=st.floats(0, 50),
    missed_pct=st.floats(0, 50),
    extra_pct=st.floats(0, 50),
    motion_per_min=st.floats(0, 20),
    cut=st.integers(0, 300),
)
def test_whatever_goes_wrong_time_is_kept(
    seed: int,
    ectopic_pct: float,
    missed_pct: float,
    extra_pct: float,
    motion_per_min: float,
    cut: int,
) -> None:
    """Intervals are above zero, add up to the time passed, and do not depend on portions."""
    faults = Faults(ectopic_pct, missed_pct, extra_pct, motion_per_min)
    beats = steady(300)
    sensed = StrapSensing(seed, faults).sense(beats)
    sensing = StrapSensing(seed, faults)
    again = sensing.sense(beats[:cut]) + sensing.sense(beats[cut:])

    assert [(b.t_s, b.rr_ticks, b.flag) for b in again] == [
        (b.t_s, b.rr_ticks, b.flag) for b in sensed
    ]
    assert all(beat.rr_ticks > 0 for beat in sensed)
    if sensed:
        assert sum(beat.rr_ticks for beat in sensed) == round(sensed[-1].t_s * 1024)


def test_the_first_interval_is_the_body_s_own() -> None:
    """Put on in mid-life, the strap begins with the interval that just ended."""
    produced = VirtualClient.from_seed(4).advance(60.0)
    beats = list(zip(produced.beat_t_s.tolist(), produced.rr_ms.tolist(), strict=True))[20:]
    sensed = StrapSensing(4, Faults()).sense(beats)

    assert sensed[0].rr_ms == pytest.approx(beats[0][1], abs=5.0)


def test_another_sensor_knows_the_early_beats() -> None:
    """The chance that is shared calls the same beats of the row early, and no others."""
    sensed = StrapSensing(6, Faults(ectopic_pct=5.0)).sense(steady(1000))
    chance = EctopicChance(6, 5.0)
    places = [chance.following() for _ in range(1000)]

    assert [place is not None for place in places] == [
        beat.flag is RRFlag.ECTOPIC for beat in sensed
    ]
    assert all(0.0 <= place < 1.0 for place in places if place is not None)
