"""The whole pipeline: how samples are cut must not matter, and hours must not cost more."""

from __future__ import annotations

import subprocess
import sys
from collections import deque
from itertools import pairwise
from math import isnan, nan

import numpy as np
import numpy.typing as npt
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from biofeedback.pacing import PRESETS, PacerSegment
from biofeedback.samples import Beat, Breath, Chunk, Metric, RRFlag, Scr, StreamInfo, StreamKind
from biofeedback.signal.measures import MEASURES
from biofeedback.signal.pipeline import Pipeline
from biofeedback.simulation.client import VirtualClient
from helpers.simulated_rr import damaged, swinging_rr_s

STRAP = StreamInfo("strap", StreamKind.RR, ("rr_ms",))
STRAP_RATE = StreamInfo("strap", StreamKind.HEART_RATE, ("sensor_heart_rate_bpm",), 1.0)
SECOND = StreamInfo("second", StreamKind.RR, ("rr_ms",))
SKIN = StreamInfo("skin", StreamKind.EDA, ("sc_microsiemens",), 8.0)
BELT = StreamInfo("belt", StreamKind.RESPIRATION, ("belt_au",), 10.0)
BELT_20_HZ = StreamInfo("belt", StreamKind.RESPIRATION, ("belt_au",), 20.0)
PACER = StreamInfo(
    "guide",
    StreamKind.PACER,
    ("in_s", "hold_in_s", "out_s", "hold_out_s", "step", "fraction"),
)

Floats = npt.NDArray[np.float64]
Samples = tuple[StreamInfo, Floats, Floats]
Published = Beat | Breath | Scr | Metric


def session(duration_s: float = 200.0, seed: int = 0) -> list[Samples]:
    """Two straps, one with artifacts and gaps, skin, belt, and a pacer that changes."""
    rng = np.random.default_rng(seed)
    t_s, rr_ms = swinging_rr_s(
        rng, duration_s, breaths_per_min=6, swing_bpm=14, peak_s=4.0, noise=0.5
    )
    whole = (SECOND, t_s, rr_ms[:, None])
    gapped_s, gapped_ms, _ = damaged(rng, rr_ms, "ectopic")
    gapped_s = gapped_s + t_s[0] - rr_ms[0] / 1000
    kept = (gapped_s < 120) | (gapped_s > 131)
    gapped_ms[40] = nan
    even_s = np.arange(0, duration_s, 0.125)
    skin = 5 + 0.2 * np.sin(even_s / 3) ** 8 + rng.normal(0, 0.002, even_s.size)
    skin[(even_s > 90) & (even_s < 92)] = 0.0
    belt_s = np.arange(0, duration_s, 0.1)
    belt = np.sin(2 * np.pi * belt_s / 10) + rng.normal(0, 0.02, belt_s.size)
    pacer = np.array([[4, 0, 6, 0, 0, 0], [4.4, 0, 6.6, 0, 2, 0.5], [nan] * 6, [4, 0, 6, 0, 0, 0]])
    return [
        (PACER, np.array([0.0, 97.0, 150.0, 160.0]), pacer),
        (STRAP, gapped_s[kept], gapped_ms[kept][:, None]),
        whole,
        (SKIN, even_s, skin[:, None]),
        (BELT, belt_s, belt[:, None]),
    ]


def chunk_of(info: StreamInfo, t_s: npt.ArrayLike, values: npt.ArrayLike) -> Chunk:
    return Chunk(info, np.asarray(t_s, float), np.asarray(values, float), arrival_s=0.0)


TOGETHER = "together"


def texts(results: list[Published]) -> dict[str, list[str]]:
    """By source, in a form in which nan equals nan and every bit shows."""
    by_source: dict[str, list[str]] = {}
    for result in results:
        by_source.setdefault(result.source, []).append(repr(result))
    return by_source


# What listens to other sensors needs them in step; all else may come in any order.
LISTENING = {
    "lf_power_ms2",
    "hf_power_ms2",
    "lf_hf_ratio",
    "total_power_ms2",
    "breathing_power_ms2",
    "rsa_bpm",
    "rsa_phase_deg",
    "swing_smoothness",
    "peak_to_trough_bpm",
    "adherence",
}


def alone(results: list[Published]) -> dict[str, list[str]]:
    """What each sensor tells without the others."""
    return texts(
        [
            result
            for result in results
            if result.source != "together"
            and not (isinstance(result, Metric) and result.name in LISTENING)
        ]
    )


def run(chunks: list[Chunk]) -> list[Published]:
    pipeline = Pipeline()
    results: list[Published] = []
    for chunk in chunks:
        results += pipeline.push(chunk)
    return results + list(pipeline.finish())


def one_by_one(samples: list[Samples]) -> list[Chunk]:
    rows = [
        (float(t_s), index, chunk_of(info, [t_s], [row]))
        for index, (info, times_s, values) in enumerate(samples)
        for t_s, row in zip(times_s, values, strict=True)
    ]
    return [chunk for _, _, chunk in sorted(rows, key=lambda row: row[:2])]


SESSION = session()
ONE_BY_ONE = run(one_by_one(SESSION))
EXPECTED = texts(ONE_BY_ONE)
EXPECTED_ALONE = alone(ONE_BY_ONE)


@given(st.data())
@settings(max_examples=8, deadline=None)
def test_cuts_leave_no_trace(data: st.DataObject) -> None:
    """Each stream cut anywhere, the streams pushed in any order but the pacer first.

    Every sensor's results are the same to the last bit as with one sample at a time.
    """
    queues: list[deque[Chunk]] = []
    for info, t_s, values in SESSION[1:]:
        cuts = data.draw(st.lists(st.integers(0, t_s.size), max_size=12).map(sorted))
        edges = [0, *cuts, t_s.size]
        queues.append(deque(chunk_of(info, t_s[a:b], values[a:b]) for a, b in pairwise(edges)))
    info, t_s, values = SESSION[0]
    chunks = [chunk_of(info, t_s, values)]
    while any(queues):
        waiting = [queue for queue in queues if queue]
        chunks.append(waiting[data.draw(st.integers(0, len(waiting) - 1))].popleft())

    assert alone(run(chunks)) == EXPECTED_ALONE


@given(st.data())
@settings(max_examples=6, deadline=None)
def test_what_sensors_tell_together_does_not_depend_on_which_spoke_first(
    data: st.DataObject,
) -> None:
    """Streams in step by the second, each second cut anywhere and in any order."""
    info, t_s, values = SESSION[0]
    chunks = [chunk_of(info, t_s, values)]
    rng = np.random.default_rng(data.draw(st.integers(0, 2**32 - 1)))
    for second in range(-1, 201):
        pieces = []
        for order in rng.permutation(len(SESSION) - 1):
            info, t_s, values = SESSION[1 + order]
            first, last = np.searchsorted(t_s, [second, second + 1])
            cuts = np.sort(rng.integers(first, last + 1, rng.integers(0, 3)))
            edges = [int(first), *cuts.tolist(), int(last)]
            pieces += [chunk_of(info, t_s[a:b], values[a:b]) for a, b in pairwise(edges)]
        chunks += pieces

    assert texts(run(chunks)) == EXPECTED


def test_the_session_holds_what_the_cuts_could_break() -> None:
    """Guard for the test above: gaps, artifacts, breaths, responses and all measures occur."""
    results = run(one_by_one(SESSION))
    flags = {r.flag for r in results if isinstance(r, Beat)}
    names = {r.name for r in results if isinstance(r, Metric) and not isnan(r.value)}

    assert {RRFlag.NORMAL, RRFlag.GAP, RRFlag.ECTOPIC, RRFlag.OUT_OF_RANGE} <= flags
    assert any(isinstance(r, Breath) for r in results)
    assert any(isinstance(r, Scr) for r in results)
    assert {
        "rmssd_ms",
        "sdnn_ms",
        "coherence",
        "rsa_bpm",
        "breaths_per_min",
        "scr_per_min",
    } <= names
    assert names <= set(MEASURES)


def test_every_measure_is_in_the_table() -> None:
    """Names, units and qualities of all that is published hold to the table."""
    for result in run(one_by_one(SESSION)):
        if isinstance(result, Metric):
            assert result.unit == MEASURES[result.name].unit
            assert 0 <= result.quality <= 1
            assert result.wait_s >= 0
            if isnan(result.value):
                assert result.quality == 0
                assert result.wait_s > 0 or result.reason


def test_beats_wait_to_be_confirmed() -> None:
    """Three beats wait, by sensor; finish leaves none, and every beat came out once."""
    pipeline = Pipeline()
    beats = [r for chunk in one_by_one(SESSION) for r in pipeline.push(chunk)]
    assert {name: len(pending) for name, pending in pipeline.pending_beats.items()} == {
        "strap": 3,
        "second": 3,
    }
    assert pipeline.pending_beats["second"][-1] == (SESSION[2][1][-1], SESSION[2][2][-1, 0])
    beats += pipeline.finish()

    assert pipeline.pending_beats == {"strap": (), "second": ()}
    raw = [
        r.rr_ms
        for r in beats
        if isinstance(r, Beat) and r.source == "strap" and r.flag is not RRFlag.INSERTED
    ]
    np.testing.assert_array_equal(raw, SESSION[1][2][:, 0])


def test_samples_out_of_order_are_passed_over() -> None:
    """A time that is no number, or before the last, changes nothing."""
    t_s = np.arange(1, 20) * 0.8
    rr_ms = np.full((19, 1), 800.0)
    wanted = texts(run([chunk_of(STRAP, t_s, rr_ms)]))

    again = np.insert(t_s, [5, 10], [t_s[3], nan])
    found = texts(run([chunk_of(STRAP, again, np.full((21, 1), 800.0))]))

    assert found == wanted


def test_strap_that_stops_sending_intervals_falls_back_to_its_rate() -> None:
    """Heart rate from RR, then, 10 s after the last RR, from the strap's own number."""
    pipeline = Pipeline()
    for i in range(1, 30):
        pipeline.push(chunk_of(STRAP, [0.8 * i], [[800.0]]))
        assert pipeline.push(chunk_of(STRAP_RATE, [0.8 * i + 0.01], [[75.0]])) == ()
    results = pipeline.push(chunk_of(STRAP_RATE, [40.0], [[61.0]]))
    rates = [r for r in results if isinstance(r, Metric) and r.name == "heart_rate_bpm"]
    assert [rate.value for rate in rates] == [61.0]


def size_of(thing: object, seen: set[int]) -> int:
    """Numbers, words and references held by an object, all the way down."""
    if id(thing) in seen or isinstance(thing, type):
        return 0
    seen.add(id(thing))
    if isinstance(thing, np.ndarray):
        return thing.size
    if isinstance(thing, dict):
        return sum(1 + size_of(value, seen) for value in thing.values())
    if isinstance(thing, (list, tuple, set, deque)):
        return sum(1 + size_of(value, seen) for value in thing)
    slots = [name for kind in type(thing).__mro__ for name in getattr(kind, "__slots__", ())]
    held = [getattr(thing, name) for name in slots if hasattr(thing, name)]
    held += list(getattr(thing, "__dict__", {}).values())
    return sum(1 + size_of(value, seen) for value in held)


def test_state_does_not_grow_over_hours() -> None:
    """As large after three hours as after twenty minutes, but for what windows hold: 5 %."""
    pipeline = Pipeline()
    pieces = session(600.0)
    sizes = []
    for part in range(18):
        for info, t_s, values in pieces:
            pipeline.push(chunk_of(info, t_s + 600.0 * part, values))
        sizes.append(size_of(pipeline, set()))

    assert max(sizes[2:]) <= 1.05 * sizes[1]


def test_live_path_does_not_import_scipy() -> None:
    """It takes longer to import than everything else together."""
    code = (
        "import sys, biofeedback.signal.pipeline as p; p.Pipeline(); print('scipy' in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "False"


@pytest.mark.parametrize("kind", [STRAP, SKIN, BELT])
def test_empty_chunk_is_nothing(kind: StreamInfo) -> None:
    """A notification may carry no sample."""
    assert Pipeline().push(chunk_of(kind, [], np.empty((0, 1)))) == ()


def test_virtual_clients_are_measured_as_they_are() -> None:
    """Twelve simulated people, four minutes each, led and not.

    Coherence: median at least 0.65 led at six a minute once they follow (from two minutes
    on; not all of them swing much), and at most 0.40 breathing as they like. All breaths but
    the first and last are found, four of five responses of the skin, and at most one beat
    in 1000 is taken for an artifact.
    """
    led: list[float] = []
    free: list[float] = []
    n_beats = n_flags = n_breaths = n_true_breaths = n_responses = n_true_responses = 0
    segment = PacerSegment(0.0, PRESETS["gentle"])
    for seed in range(12):
        for follows in (True, False):
            client = VirtualClient.from_seed(seed, follows_pacer=follows)
            body = client.advance(240.0, lambda _: segment)
            results = run(
                [
                    chunk_of(STRAP, body.beat_t_s, body.rr_ms[:, None]),
                    chunk_of(SKIN, body.eda_t_s, body.eda_microsiemens[:, None]),
                    chunk_of(BELT_20_HZ, body.belt_t_s, body.belt_au[:, None]),
                ]
            )
            (led if follows else free).extend(
                r.value
                for r in results
                if isinstance(r, Metric)
                and r.name == "coherence"
                and r.t_s >= 184
                and not isnan(r.value)
            )
            n_beats += body.rr_ms.size
            n_flags += sum(r.flag is not RRFlag.NORMAL for r in results if isinstance(r, Beat))
            n_breaths += sum(isinstance(r, Breath) for r in results)
            n_true_breaths += body.breath_onset_s.size
            n_responses += sum(isinstance(r, Scr) for r in results)
            n_true_responses += len(body.responses)

    assert np.median(led) >= 0.65
    assert np.median(free) <= 0.40
    assert n_true_breaths - 3 * 24 <= n_breaths <= n_true_breaths
    assert 0.8 * n_true_responses <= n_responses <= n_true_responses
    assert n_flags <= 0.001 * n_beats


def test_one_broken_time_ahead_of_all_is_not_believed() -> None:
    """A sample an hour ahead changes nothing, wherever the cut lies."""
    t_s = np.arange(1, 200) * 0.8
    rr_ms = np.full((199, 1), 800.0)
    wanted = texts(run([chunk_of(STRAP, t_s, rr_ms)]))
    ahead = np.insert(t_s, 120, t_s[119] + 3600.0)
    rows = np.full((200, 1), 800.0)

    assert texts(run([chunk_of(STRAP, ahead, rows)])) == wanted
    cut = [chunk_of(STRAP, ahead[a:b], rows[a:b]) for a, b in pairwise([0, 120, 121, 122, 200])]
    assert texts(run(cut)) == wanted


def test_a_silence_that_was_real_is_believed_once_the_next_sample_says_so() -> None:
    """Ten minutes without any sensor: no beat of those after it is lost."""
    t_s = np.concatenate([np.arange(1, 50) * 0.8, 640.0 + np.arange(1, 50) * 0.8])
    pipeline = Pipeline()
    beats = [
        result
        for at_s in t_s.tolist()
        for result in pipeline.push(chunk_of(STRAP, [at_s], [[800.0]]))
        if isinstance(result, Beat)
    ]
    beats += [result for result in pipeline.finish() if isinstance(result, Beat)]

    assert [beat.t_s for beat in beats] == t_s.tolist()


def test_a_sensor_with_a_broken_time_does_not_hold_up_the_others() -> None:
    """What several sensors tell together goes on as if that sample had not come."""
    chunks = one_by_one(SESSION)
    broken = chunk_of(BELT, [3700.0], [[0.0]])
    place = len(chunks) // 2

    told = texts(run([*chunks[:place], broken, *chunks[place:]]))

    assert told["together"] == EXPECTED["together"]


@pytest.mark.parametrize("kinds", [(), (StreamKind.PPG,), (StreamKind.PP,)])
@pytest.mark.parametrize("is_motion_first", [True, False])
def test_sway_of_a_sensor_that_sees_the_pulse_through_the_skin_is_no_breath(
    kinds: tuple[StreamKind, ...], *, is_motion_first: bool
) -> None:
    """It is on an arm, a finger or an ear; without a pulse it may be on the chest."""
    axes = ("acc_x_g", "acc_y_g", "acc_z_g")
    motion = StreamInfo("band", StreamKind.ACCELERATION, axes, 50.0)
    pulses = [StreamInfo("band", kind, ("value",)) for kind in kinds]
    pipeline = Pipeline()
    results: list[Published] = []
    for second in range(60):
        t_s = second + np.arange(50) / 50
        sway_g = 0.05 * np.sin(2 * np.pi * 0.2 * t_s)
        chunks = [chunk_of(motion, t_s, np.stack([sway_g, np.ones(50), sway_g], axis=1))]
        chunks += [chunk_of(each, [second + 0.5], [[900.0]]) for each in pulses]
        for chunk in chunks if is_motion_first else reversed(chunks):
            results += pipeline.push(chunk)

    rates = [
        each.value
        for each in results
        if isinstance(each, Metric) and each.name == "breaths_per_min" and not isnan(each.value)
    ]
    assert any(isinstance(each, Metric) and each.name == "movement_g" for each in results)
    assert (rates == []) is bool(kinds)
    assert any(isinstance(each, Breath) for each in results) is not bool(kinds)
