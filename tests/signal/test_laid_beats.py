"""A stretch cut from a recording gives what its beats alone give."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from biofeedback.samples import Beat, RRFlag
from biofeedback.signal.laid_beats import LaidBeats, coherence_windows, intervals_of
from biofeedback.signal.rr_artifacts import RRCorrector
from helpers.simulated_rr import clean_rr_ms, damaged

if TYPE_CHECKING:
    from numpy.typing import NDArray


def corrected_beats(t_s: NDArray[np.float64], rr_ms: NDArray[np.float64]) -> list[Beat]:
    corrector = RRCorrector("strap")
    beats: list[Beat] = []
    for at_s, interval_ms in zip(t_s.tolist(), rr_ms.tolist(), strict=True):
        beats += corrector.push(at_s, interval_ms)
    return beats + corrector.flush()


def recorded(kind: str) -> list[Beat]:
    """Ten minutes with artifacts of a kind and a gap of 20 s."""
    clean_ms = clean_rr_ms(np.random.default_rng(5), 700, 14.0, 5.0)
    t_s, rr_ms, _ = damaged(np.random.default_rng(6), clean_ms, kind)
    kept = (t_s < 250.0) | (t_s > 270.0)
    return corrected_beats(t_s[kept], rr_ms[kept])


BEATS = {kind: recorded(kind) for kind in ("missed", "extra", "ectopic", "misplaced")}


def laid(beats: list[Beat]) -> LaidBeats:
    whole = LaidBeats()
    for beat in beats:
        whole.add(beat)
    return whole


LAID = {kind: laid(beats) for kind, beats in BEATS.items()}


@settings(max_examples=60, deadline=None)
@given(
    kind=st.sampled_from(sorted(BEATS)),
    first=st.integers(0, 650),
    n_beats=st.integers(0, 300),
    corrected=st.booleans(),
)
def test_any_stretch_is_what_its_beats_alone_give(
    kind: str, first: int, n_beats: int, corrected: bool
) -> None:
    """Intervals and coherence, bit for bit, wherever it begins: in a gap, at an artifact."""
    beats = BEATS[kind]
    part = beats[first : first + n_beats]
    start_s = part[0].t_s if part else 0.0
    end_s = beats[first + n_beats].t_s if first + n_beats < len(beats) else np.inf
    stretch = LAID[kind].between(start_s, end_s if part else start_s, corrected=corrected)

    assert stretch.beats == part
    alone = intervals_of(part, corrected=corrected)
    np.testing.assert_array_equal(stretch.intervals.t_s, alone.t_s)
    np.testing.assert_array_equal(stretch.intervals.rr_ms, alone.rr_ms)
    np.testing.assert_array_equal(stretch.intervals.follows, alone.follows)
    assert stretch.coherence_windows() == coherence_windows(alone)


@pytest.mark.parametrize("kind", ["ectopic", "misplaced"])
def test_a_stretch_may_begin_with_a_moved_beat(kind: str) -> None:
    """It stays where it was felt, for no beat before it tells where it belongs."""
    moved = [b for b in BEATS[kind][5:] if b.flag in {RRFlag.ECTOPIC, RRFlag.MISPLACED}]
    assert moved
    for beat in moved:
        stretch = LAID[kind].between(beat.t_s, np.inf, corrected=True)
        assert stretch.intervals.t_s[0] == beat.t_s
        assert stretch.coherence_windows() == coherence_windows(intervals_of(stretch.beats))


def test_beats_that_come_later_count_too() -> None:
    whole = laid(BEATS["missed"][:100])
    assert len(whole.between(0.0, np.inf, corrected=True).beats) == 100

    whole.add(BEATS["missed"][100])

    stretch = whole.between(0.0, np.inf, corrected=True)
    assert len(stretch.beats) == 101
    np.testing.assert_array_equal(stretch.intervals.t_s, intervals_of(BEATS["missed"][:101]).t_s)


def test_artifacts_are_counted_by_the_stretch() -> None:
    beats = BEATS["extra"]
    n_all = LAID["extra"].between(0.0, np.inf, corrected=True).n_artifacts
    middle_s = beats[300].t_s
    n_early = LAID["extra"].between(0.0, middle_s, corrected=True).n_artifacts
    n_late = LAID["extra"].between(middle_s, np.inf, corrected=False).n_artifacts

    assert n_all == sum(
        beat.flag is not RRFlag.NORMAL and beat.flag is not RRFlag.GAP for beat in beats
    )
    assert n_early + n_late == n_all
    assert n_early > 0 < n_late
