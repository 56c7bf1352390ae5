"""The index of arousal, against the person's own baseline."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise
from math import isnan, nan, sqrt
from typing import TYPE_CHECKING

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from biofeedback.kinds import StreamKind
from biofeedback.samples import Chunk, StreamInfo
from biofeedback.signal.arousal import RHO, ArousalNode, index
from biofeedback.signal.baseline import baseline_chunk
from biofeedback.signal.pacer_history import PacerHistory
from biofeedback.signal.pipeline import Pipeline
from biofeedback.simulation.client import BELT_RATE_HZ, EDA_RATE_HZ, Stress, VirtualClient
from helpers.measured_body import CALM, STIRRED, MeasuredBody, stretch

if TYPE_CHECKING:
    from biofeedback.samples import Metric

Part = tuple[MeasuredBody, int, int]


def live(
    *parts: Part, node: ArousalNode | None = None, is_recorded: bool = True
) -> tuple[ArousalNode, dict[float, Metric], dict[float, Metric]]:
    """Feed stretches; a baseline is recorded in the first four minutes. Index and zone by time."""
    node = node or ArousalNode(PacerHistory())
    if is_recorded:
        node.begin_baseline(0.0)
        node.end_baseline(240.0)
    found: list[Metric] = []
    end_s = 0
    for body, begin_s, end_s in parts:
        for known_s, metric in stretch(body, begin_s, end_s):
            found += node.due(known_s)
            node.take(known_s, metric)
    found += node.finish(float(end_s))
    by_name: dict[str, dict[float, Metric]] = {"arousal": {}, "arousal_zone": {}}
    for metric in found:
        by_name[metric.name][metric.t_s] = metric
    return node, by_name["arousal"], by_name["arousal_zone"]


def test_the_formula() -> None:
    """Two inputs by hand; all at one z with rho 1 would give that z, with rho below it more."""
    parts = [(0.25, 2.0), (0.15, -1.0)]
    spread = 0.25**2 + 0.15**2 + RHO * 2 * 0.25 * 0.15
    assert index(parts) == pytest.approx((0.25 * 2 - 0.15) / sqrt(spread))
    assert index([(0.3, 1.7)]) == pytest.approx(1.7)


@given(st.lists(st.tuples(st.floats(0.01, 1), st.floats(-3, 3)), min_size=1, max_size=6))
def test_the_index_turns_with_its_inputs_and_does_not_depend_on_the_unit_of_weights(
    parts: list[tuple[float, float]],
) -> None:
    value = index(parts)
    assert index([(weight, -z) for weight, z in parts]) == pytest.approx(-value)
    assert index([(7 * weight, z) for weight, z in parts]) == pytest.approx(value)


def test_a_calm_body_is_near_nothing_and_a_stirred_one_far_above() -> None:
    _, arousal, zone = live((CALM, 0, 420), (STIRRED, 420, 600))
    calm = [metric.value for t_s, metric in arousal.items() if 240 < t_s <= 420]
    assert max(abs(value) for value in calm) < 1.0
    assert arousal[540.0].value > 2.5
    assert zone[420.0].value == 0.0
    assert zone[540.0].value == 1.0
    assert zone[540.0].reason == "higher than usual for you just now"


def test_it_comes_every_five_seconds_and_says_which_inputs_speak() -> None:
    _, arousal, _ = live((CALM, 0, 300))
    assert list(arousal) == [5.0 * n for n in range(1, 61)]
    last = arousal[300.0]
    assert last.source == "together"
    assert last.quality == 1.0
    assert last.reason == (
        "from heart rate, its beat-to-beat variability, skin level, skin responses and breathing"
    )


def test_before_anything_is_known_it_counts_down_and_says_why() -> None:
    _, arousal, zone = live((CALM, 0, 300), is_recorded=False)
    assert isnan(arousal[100.0].value)
    assert arousal[100.0].wait_s == pytest.approx(80.0)
    assert arousal[100.0].reason.startswith("a few quiet minutes are needed first")
    assert isnan(zone[100.0].value)
    assert zone[100.0].wait_s == arousal[100.0].wait_s


def test_without_a_baseline_the_first_minutes_serve_and_it_is_said() -> None:
    _, arousal, _ = live((CALM, 0, 420), (STIRRED, 420, 540), is_recorded=False)
    assert arousal[300.0].quality == pytest.approx(0.7)
    assert arousal[300.0].reason.endswith("against the first minutes of this session")
    assert arousal[540.0].value > 2.5


def test_first_minutes_of_led_breathing_are_not_usual() -> None:
    pacer = PacerHistory()
    pacer.push(0.0, [4.0, 0.0, 6.0, 0.0, 0.0, 0.0])
    _, arousal, _ = live((CALM, 0, 300), node=ArousalNode(pacer), is_recorded=False)
    assert isnan(arousal[300.0].value)
    assert "with your own breathing" in arousal[300.0].reason


def test_a_kept_baseline_speaks_from_the_first_minute() -> None:
    first, _, _ = live((CALM, 0, 260))
    baseline = first.take_recorded()
    assert baseline is not None
    assert first.take_recorded() is None
    node = ArousalNode(PacerHistory())
    node.push_baseline(0.0, baseline_chunk(baseline, 0.0).values[0].tolist())
    _, arousal, _ = live((STIRRED, 0, 120), node=node, is_recorded=False)
    assert arousal[60.0].value > 2.0
    assert "first minutes" not in arousal[60.0].reason


def test_a_baseline_holds_only_from_its_time_on() -> None:
    first, _, _ = live((CALM, 0, 260))
    baseline = first.take_recorded()
    assert baseline is not None
    node = ArousalNode(PacerHistory())
    node.push_baseline(100.0, baseline_chunk(baseline, 100.0).values[0].tolist())
    _, arousal, _ = live((CALM, 0, 120), node=node, is_recorded=False)
    assert isnan(arousal[95.0].value)
    assert not isnan(arousal[100.0].value)


def test_a_baseline_of_other_sensors_is_completed_by_the_first_minutes() -> None:
    first, _, _ = live((replace(CALM, scl_microsiemens=None, scr_per_min=None), 0, 260))
    baseline = first.take_recorded()
    assert baseline is not None
    assert "root_scr_per_min" not in baseline.inputs
    node = ArousalNode(PacerHistory())
    node.push_baseline(0.0, baseline_chunk(baseline, 0.0).values[0].tolist())
    with_skin = replace(CALM, breaths_per_min=None)
    _, arousal, _ = live((with_skin, 0, 300), node=node, is_recorded=False)
    assert isnan(arousal[100.0].value)
    assert arousal[100.0].wait_s == pytest.approx(80.0)
    assert "other sensors" in arousal[100.0].reason
    assert arousal[300.0].quality < 0.7
    assert "skin responses; against the first minutes" in arousal[300.0].reason


def test_a_recording_that_was_too_short_gives_no_baseline() -> None:
    node = ArousalNode(PacerHistory())
    node.begin_baseline(0.0)
    node.end_baseline(120.0)
    live((CALM, 0, 160), node=node, is_recorded=False)
    assert node.baseline_progress is None
    assert node.take_recorded() is None


def test_five_minutes_end_the_recording_by_themselves() -> None:
    node = ArousalNode(PacerHistory())
    node.begin_baseline(0.0)
    live((CALM, 0, 400), node=node, is_recorded=False)
    recorded = node.take_recorded()
    assert recorded is not None
    assert (recorded.duration_s, recorded.t_s) == (300.0, 300.0)


@pytest.mark.parametrize(
    ("body", "shown", "words"),
    [
        (replace(CALM, breaths_per_min=None), True, "skin responses"),
        (replace(CALM, breaths_per_min=None, scr_per_min=None), True, "skin level"),
        (replace(CALM, scl_microsiemens=None, scr_per_min=None), True, "and breathing"),
        (
            replace(CALM, scl_microsiemens=None, scr_per_min=None, breaths_per_min=None),
            False,
            "one kind of signal alone",
        ),
        (
            replace(CALM, heart_rate_bpm=None, rmssd_ms=None, breaths_per_min=None),
            False,
            "one kind of signal alone",
        ),
    ],
)
def test_half_of_the_weights_must_speak(body: MeasuredBody, shown: bool, words: str) -> None:
    _, arousal, zone = live((body, 0, 300))
    assert isnan(arousal[300.0].value) is not shown
    assert isnan(zone[300.0].value) is not shown
    assert words in arousal[300.0].reason


def test_quiet_minutes_are_not_asked_for_where_too_little_is_worn() -> None:
    """A belt alone can never speak, however long one sits."""
    belt = replace(
        CALM, heart_rate_bpm=None, rmssd_ms=None, scl_microsiemens=None, scr_per_min=None
    )
    _, arousal, _ = live((belt, 0, 300), is_recorded=False)

    assert arousal[300.0].reason.startswith("one kind of signal alone")
    assert arousal[300.0].wait_s == 0.0


def test_poor_and_lost_signals_abstain() -> None:
    for body in (replace(STIRRED, quality=0.4), replace(STIRRED, is_lost=True)):
        _, arousal, zone = live((CALM, 0, 300), (body, 300, 420))
        assert isnan(arousal[420.0].value)
        assert arousal[420.0].reason
        assert isnan(zone[420.0].value)


def test_movement_takes_weight_from_the_heart_and_is_said() -> None:
    """A climb of the stairs lifts the heart rate alone."""
    climbing = replace(CALM, heart_rate_bpm=95.0)
    _, still, _ = live((CALM, 0, 300), (climbing, 300, 420))
    _, moving, _ = live((CALM, 0, 300), (replace(climbing, movement_g=0.25), 300, 420))
    assert 0 < moving[420.0].value < 0.5 * still[420.0].value
    assert "moving" in moving[420.0].reason
    assert moving[420.0].quality < still[420.0].quality


def test_a_skin_without_responses_does_not_read_as_calm() -> None:
    """Beside a heart that beats faster it says nothing; a responding skin gone silent, too."""
    dry = replace(CALM, scr_per_min=0.0)
    _, arousal, _ = live((dry, 0, 300), (replace(STIRRED, scr_per_min=0.0), 300, 420))
    assert "skin responses" not in arousal[300.0].reason
    assert arousal[420.0].value > 2.0
    assert abs(arousal[300.0].value) < 0.7
    _, later, _ = live((CALM, 0, 300), (dry, 300, 720))
    assert "skin responses" not in later[720.0].reason
    assert abs(later[720.0].value) < 0.7


def test_a_heart_that_does_not_answer_leaves_the_others_to_speak() -> None:
    """As under a beta-blocker: rate and variability stand still while skin and breath rise."""
    flat = replace(CALM, heart_rate_bpm=60.0, rmssd_ms=30.0, wander=0.2)
    stirred = replace(
        flat,
        scl_microsiemens=STIRRED.scl_microsiemens,
        scr_per_min=STIRRED.scr_per_min,
        breaths_per_min=STIRRED.breaths_per_min,
    )
    _, arousal, zone = live((flat, 0, 300), (stirred, 300, 420))
    assert abs(arousal[300.0].value) < 0.5
    assert arousal[420.0].value > 1.5
    assert zone[420.0].value == 1.0


def test_slow_breathing_alone_does_not_lower_the_index() -> None:
    """It doubles variability by itself; paced or not, that is no sign of calm."""
    slow = replace(CALM, rmssd_ms=80.0, breaths_per_min=6.0)
    pacer = PacerHistory()
    pacer.push(300.0, [4.0, 0.0, 6.0, 0.0, 0.0, 0.0])
    _, paced, zone = live((CALM, 0, 300), (slow, 300, 600), node=ArousalNode(pacer))
    assert all(abs(metric.value) < 0.7 for t_s, metric in paced.items() if t_s >= 300)
    assert all(metric.value == 0.0 for t_s, metric in zone.items() if t_s >= 300)
    assert "variability" not in paced[600.0].reason
    _, own, _ = live((CALM, 0, 300), (slow, 300, 600))
    assert "variability" not in own[600.0].reason


def test_low_is_a_question_after_a_minute() -> None:
    low = MeasuredBody(55.0, 80.0, 4.0, 0.5, 9.9)
    _, arousal, zone = live((CALM, 0, 300), (low, 300, 480))
    assert arousal[480.0].value < -1.5
    entered = min(t_s for t_s, metric in zone.items() if metric.value == -1.0)
    first = min(t_s for t_s, metric in arousal.items() if t_s > 300 and metric.value <= -1.5)
    assert entered - first >= 60.0
    assert zone[480.0].reason.endswith("how is it for you just now?")


def test_no_words_judge_or_command() -> None:
    bodies = [CALM, STIRRED, replace(CALM, movement_g=0.2), replace(CALM, is_lost=True)]
    said = set()
    for body in bodies:
        _, arousal, zone = live((CALM, 0, 300), (body, 300, 500))
        said |= {metric.reason for metric in (*arousal.values(), *zone.values())}
    every = " ".join(said).lower()
    for judging in ("stress", "anxi", "panic", "dissoc", "trauma", "bad", "wrong", "must", "calm"):
        assert judging not in every


def test_nothing_is_told_in_a_silence_and_it_begins_anew_after_it() -> None:
    _, arousal, zone = live((CALM, 0, 300), (CALM, 2000, 2100))
    assert not [t_s for t_s in arousal if 365 < t_s < 2000]
    assert isnan(zone[2005.0].value)
    assert not isnan(arousal[2100.0].value)


@settings(max_examples=20, deadline=None)
@given(
    seed=st.integers(0, 10_000),
    lag_s=st.dictionaries(st.sampled_from(["strap", "skin", "belt"]), st.floats(0, 4.5)),
)
def test_streams_that_run_apart_leave_no_trace(seed: int, lag_s: dict[str, float]) -> None:
    """Each source's measures reach the node up to 4.5 s after the others'."""
    items = [*stretch(CALM, 0, 200, seed), *stretch(STIRRED, 200, 300, seed)]

    def told(lags: dict[str, float]) -> list[Metric]:
        node = ArousalNode(PacerHistory())
        order = sorted(items, key=lambda item: item[0] + lags.get(item[1].source, 0.0))
        found: list[Metric] = []
        newest_s = 0.0
        for known_s, metric in order:
            newest_s = max(newest_s, known_s)
            node.take(known_s, metric)
            found += node.due(newest_s)
        return found + node.finish(300.0)

    assert repr(told(lag_s)) == repr(told({}))


def chunks_of(client: VirtualClient, end_s: int) -> list[Chunk]:
    """All samples of a client in chunks of a second."""
    strap = StreamInfo("strap", StreamKind.RR, ("rr_ms",))
    skin = StreamInfo("skin", StreamKind.EDA, ("eda_microsiemens",), EDA_RATE_HZ)
    belt = StreamInfo("belt", StreamKind.RESPIRATION, ("resp_belt",), BELT_RATE_HZ)
    chunks = []
    for second in range(1, end_s + 1):
        made = client.advance(float(second))
        for stream, t_s, values in (
            (strap, made.beat_t_s, made.rr_ms),
            (skin, made.eda_t_s, made.eda_microsiemens),
            (belt, made.belt_t_s, made.belt_au),
        ):
            if t_s.size:
                chunks.append(Chunk(stream, t_s, values[:, None], float(second)))
    return chunks


def test_a_simulated_client_under_stress_goes_above_and_nowhere_before() -> None:
    """Through the pipeline's own nodes, against the first minutes of the session."""
    client = VirtualClient.from_seed(4, stress=Stress(every_s=360.0, length_s=120.0))
    pipeline = Pipeline()
    node = ArousalNode(PacerHistory())
    found: list[Metric] = []
    for chunk in chunks_of(client, 480):
        for result in pipeline.push(chunk):
            if getattr(result, "name", "") not in {"", "arousal", "arousal_zone"}:
                node.take(chunk.arrival_s, result)  # type: ignore[arg-type]  # has a name: Metric
        found += node.due(chunk.arrival_s)
    zone = {metric.t_s: metric.value for metric in found if metric.name == "arousal_zone"}
    assert zone[350.0] == 0.0
    assert zone[470.0] == 1.0
    assert all(value != 1.0 for t_s, value in zone.items() if t_s < 360.0)


def test_it_holds_as_much_after_an_hour_as_after_five_minutes() -> None:
    def held(node: ArousalNode) -> int:
        return sum(len(rows) for rows in node._inputs._all())

    short, _, _ = live((CALM, 0, 300))
    long, _, _ = live((CALM, 0, 3600))
    assert held(long) == held(short)
    assert long._inputs.oldest_s >= 3535.0


def test_numbers_that_are_none_never_make_an_index() -> None:
    body = replace(CALM, heart_rate_bpm=nan)
    _, arousal, _ = live((CALM, 0, 300), (body, 300, 420))
    assert "heart rate" not in arousal[420.0].reason.split(",")[0]
    assert np.isfinite(arousal[420.0].value)
    assert all(b - a == 5.0 for a, b in pairwise(arousal))
