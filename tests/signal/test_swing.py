"""The heart's swing, on the pacer's breath or on one's own."""

from __future__ import annotations

from functools import cache
from math import isnan, nan
from typing import TYPE_CHECKING

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from biofeedback.pacing import BreathPattern, PacerSegment
from biofeedback.samples import Breath
from biofeedback.signal.breath_history import BreathHistory
from biofeedback.signal.ecg import EcgNode
from biofeedback.signal.pacer_history import PacerHistory
from biofeedback.signal.quality import trust_in
from biofeedback.signal.respiration import BeltNode
from biofeedback.signal.swing import MAX_WAIT_S, SwingNode
from biofeedback.signal.tachogram import Interval
from biofeedback.signal.wave_beat import WaveBeat
from biofeedback.simulation.client import VirtualClient
from biofeedback.simulation.parameters import ClientParameters

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from pathlib import Path

    from biofeedback.samples import Metric

GOOD = trust_in(0.0)
SIX = BreathPattern(4, 0, 6, 0)
SWING = ("rsa_bpm", "rsa_phase_deg", "swing_smoothness", "peak_to_trough_bpm")


@cache
def lived(
    pattern: BreathPattern | None, seed: int = 1, until_s: float = 150.0
) -> tuple[tuple[Interval, ...], tuple[Breath, ...]]:
    """Beats and felt breaths of one person without the layer of arousal."""
    segment = None if pattern is None else PacerSegment(0.0, pattern)
    client = VirtualClient(ClientParameters.steady(seed), seed)
    true = client.advance(until_s, lambda _: segment)
    felt = BeltNode("belt", 20.0).push_many(true.belt_t_s, true.belt_au)
    beats = zip(true.beat_t_s.tolist(), true.rr_ms.tolist(), strict=True)
    return (
        tuple(Interval(t_s, rr_ms, i > 0) for i, (t_s, rr_ms) in enumerate(beats)),
        tuple(result for result in felt if isinstance(result, Breath)),
    )


def paced(*changes: tuple[float, BreathPattern | None]) -> PacerHistory:
    history = PacerHistory()
    for t_s, pattern in changes:
        history.push(t_s, [nan] * 6 if pattern is None else [*pattern.parts_s, 0.0, 0.0])
    return history


def fed(
    beats: Sequence[Interval],
    breaths: Sequence[Breath] = (),
    pacer: PacerHistory | None = None,
    *,
    lag_s: float = 0.0,
    node: SwingNode | None = None,
) -> list[Metric]:
    """Push everything in the order of time, the breaths some seconds late or early."""
    history = BreathHistory()
    node = node or SwingNode("strap", pacer or PacerHistory(), history)
    waiting = list(breaths)
    results: list[Metric] = []
    for beat in beats:
        while waiting and waiting[0].t_s + 1.0 + lag_s <= beat.end_s:
            breath = waiting.pop(0)
            history.push(breath.t_s + 1.0, breath)
        results += node.add(beat, GOOD)
    return results


def values(results: Iterable[Metric], name: str, from_s: float = 0.0) -> list[Metric]:
    return [r for r in results if r.name == name and r.t_s >= from_s and not isnan(r.value)]


def test_pacer_leads_where_there_is_one() -> None:
    """All four measures once a paced breath, and the belt changes none of them."""
    beats, breaths = lived(SIX)
    alone = fed(beats, (), paced((0.0, SIX)))
    with_belt = fed(beats, breaths, paced((0.0, SIX)))

    for name in SWING:
        assert values(alone, name) == values(with_belt, name)
        assert len(values(alone, name, 70.0)) == 8


def test_own_breath_leads_where_no_pacer_does() -> None:
    """The same slow breathing without the pacer's stream: the swing is the same within a tenth."""
    beats, breaths = lived(SIX)
    own = fed(beats, breaths)
    by_pacer = fed(beats, (), paced((0.0, SIX)))

    for name in ("rsa_bpm", "peak_to_trough_bpm"):
        mine, theirs = (values(found, name, 100.0)[0].value for found in (own, by_pacer))
        assert mine == pytest.approx(theirs, rel=0.1)
    assert values(own, "rsa_phase_deg", 100.0)
    assert not [r for r in own if r.name == "adherence"]


def test_free_breathing_has_a_swing_too() -> None:
    """Twelve a minute as it comes: small, but there, once a breath."""
    beats, breaths = lived(None)
    found = values(fed(beats, breaths), "rsa_bpm")
    assert len(found) >= 10
    assert all(0.5 < r.value < 8.0 for r in found)


def test_nothing_is_told_without_pacer_and_sensor() -> None:
    """Heart alone: no measure, not even a wait that never ends."""
    beats, _ = lived(SIX)
    assert fed(beats) == []
    assert fed(beats, node=SwingNode("strap", PacerHistory())) == []


@given(lag_s=st.floats(-4.0, 3.9))
@settings(max_examples=15, deadline=None)
def test_results_do_not_depend_on_which_stream_came_first(lag_s: float) -> None:
    """The belt up to 4 s before or behind the heart: the same results, bit for bit."""
    beats, breaths = lived(None)
    pacer = paced((90.0, SIX), (110.0, None))
    assert fed(beats, breaths, pacer, lag_s=lag_s) == fed(beats, breaths, pacer)


def test_times_go_forward_through_changes_of_the_lead() -> None:
    """From own breath to pacer and back: no measure speaks of a time before its last word."""
    beats, breaths = lived(SIX, until_s=300.0)
    results = fed(beats, breaths, paced((100.0, SIX), (190.0, None)))

    for name in SWING:
        times_s = [r.t_s for r in results if r.name == name]
        assert times_s == sorted(times_s)
    assert values(results, "rsa_bpm", 60.0)[0].t_s < 100.0
    assert [r for r in values(results, "rsa_bpm", 160.0) if r.t_s < 190.0]
    # What the person breathed while led counts: no minute has to pass anew.
    assert 190.0 < values(results, "rsa_bpm", 190.0)[0].t_s < 205.0
    assert not any("stands still" in r.reason for r in results)


def test_pacer_that_stops_without_a_sensor_is_said_once() -> None:
    """The reason for each measure, once; then silence."""
    beats, _ = lived(SIX)
    after = [r for r in fed(beats, (), paced((0.0, SIX), (100.0, None))) if r.t_s > 100.5]
    assert sorted(r.name for r in after) == sorted((*SWING, "adherence"))
    assert all("stands still" in r.reason for r in after)


def test_breath_that_is_no_longer_felt_is_said() -> None:
    """The belt comes off: once in words, then nothing; nothing is made up."""
    beats, breaths = lived(None, until_s=240.0)
    results = fed(beats, [breath for breath in breaths if breath.t_s < 120.0])

    assert not values(results, "rsa_bpm", 125.0)
    lost = [r for r in results if r.name == "rsa_bpm" and "not felt" in r.reason]
    assert len(lost) == 1


def test_holds_are_part_of_the_breath() -> None:
    """Box breathing, 4 s each: told over five breaths, 80 s."""
    box = BreathPattern(4, 4, 4, 4)
    beats, _ = lived(box)
    found = values(fed(beats, (), paced((0.0, box))), "rsa_bpm")
    assert {r.window_s for r in found} == {80.0}
    assert 4 <= len(found) <= 5


def test_pause_of_the_pacer_is_no_part_of_the_swing() -> None:
    """30 s of standing still: nothing until a minute holds enough paced beats again."""
    beats, _ = lived(SIX, until_s=240.0)
    pacer = paced((0.0, SIX), (100.0, None), (130.0, SIX))
    found = values(fed(beats, (), pacer), "rsa_bpm", 100.0)
    assert found[0].t_s > 175.0
    assert found[0].quality < 1.0 or found[0].t_s > 189.0


def test_gap_in_the_beats_lowers_the_quality() -> None:
    """7 s without beats: the swing is told with less quality, peak to trough leaves the breath out."""
    beats, _ = lived(SIX)
    kept = [beat for beat in beats if not 112.0 < beat.end_s < 119.0]
    kept = [
        beat._replace(follows=i > 0 and beat.end_s - kept[i - 1].end_s < 2.0)
        for i, beat in enumerate(kept)
    ]
    found = values(fed(kept, (), paced((0.0, SIX))), "rsa_bpm", 120.0)
    assert found[0].quality < 0.95
    assert values(fed(kept, (), paced((0.0, SIX))), "peak_to_trough_bpm", 120.0)


@given(
    st.lists(st.tuples(st.floats(250.0, 2500.0), st.booleans(), st.floats(0.0, 8.0)), max_size=150),
    st.lists(st.tuples(st.floats(0.5, 30.0), st.floats(0.0, 20.0)), max_size=30),
    st.booleans(),
)
@settings(max_examples=40, deadline=None)
def test_garbage_gives_no_impossible_number(
    lengths: list[tuple[float, bool, float]], gaps: list[tuple[float, float]], is_paced: bool
) -> None:
    """Any intervals, gaps and breaths: what has a value is one that there can be."""
    beats, at_s = [], 0.0
    for rr_ms, follows, gap_s in lengths:
        at_s += rr_ms / 1000.0 + (0.0 if follows else gap_s)
        beats.append(Interval(at_s, rr_ms, follows))
    breaths, at_s = [], 0.0
    for length_s, gap_s in gaps:
        breaths.append(Breath(at_s + length_s, at_s, at_s + 0.4 * length_s, "belt"))
        at_s += length_s + (gap_s if gap_s > 10.0 else 0.0)

    for result in fed(beats, breaths, paced((20.0, SIX)) if is_paced else None):
        if isnan(result.value):
            assert result.wait_s > 0.0 or result.reason
            continue
        assert 0.0 <= result.quality <= 1.0
        assert np.isfinite(result.value)
        if result.name == "rsa_phase_deg":
            assert -180.0 <= result.value <= 180.0
        elif result.name in {"swing_smoothness", "adherence"}:
            assert 0.0 <= result.value <= 1.0 + 1e-12
        else:
            assert result.value >= 0.0


def test_state_does_not_grow() -> None:
    """Beats without a breath wait 30 s and no longer, with a belt that is silent."""
    node = SwingNode("strap", PacerHistory(), BreathHistory())
    for i in range(2000):
        node.add(Interval(0.8 * i, 800.0, i > 0), GOOD)
    waiting = node._waiting
    assert len(waiting) <= MAX_WAIT_S / 0.8 + 1


def test_real_recording_swings_with_its_airflow(recordings: Path) -> None:
    """Five minutes of ECG and airflow, paced at six: the swing stands on the measured breath."""
    folder = recordings / "physio_garcia"
    ecg = np.load(folder / "ecg1.npz")["x"][:120_000]
    airflow = np.load(folder / "resp1_airflow.npz")["x"][:120_000:10]
    felt = BeltNode("belt", 100.0).push_many(np.arange(airflow.size) / 100.0, airflow)
    breaths = [result for result in felt if isinstance(result, Breath)]
    waves = EcgNode("heart", 1000.0).push(np.arange(ecg.size) / 1000.0, ecg)
    found = [wave for wave in waves if isinstance(wave, WaveBeat) and not isnan(wave.rr_ms)]
    beats = [Interval(wave.t_s, wave.rr_ms, i > 0) for i, wave in enumerate(found)]

    results = fed(beats, breaths)

    swing = values(results, "rsa_bpm")[-1].value
    assert swing > 3.0
    assert values(results, "peak_to_trough_bpm")[-1].value > swing
    assert 0.5 < values(results, "swing_smoothness")[-1].value <= 1.0
