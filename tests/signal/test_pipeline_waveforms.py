"""The whole pipeline with every kind of stream: cuts, gaps, hours, and what sensors get wrong."""

from __future__ import annotations

import subprocess
import sys
from collections import deque
from functools import cache
from itertools import pairwise
from math import inf, isfinite, isnan, nan
from types import FunctionType, MethodType

import numpy as np
import numpy.typing as npt
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from biofeedback.kinds import Role, StreamKind
from biofeedback.samples import Beat, Breath, Chunk, Metric, Scr, StreamInfo
from biofeedback.signal.baseline import BASELINE_STREAM
from biofeedback.signal.measures import MEASURES
from biofeedback.signal.pipeline import Pipeline
from biofeedback.simulation.acceleration import AccelerationSensing
from biofeedback.simulation.client import Stress, VirtualClient
from biofeedback.simulation.ecg import EcgSensing
from biofeedback.simulation.muscle import EmgSensing
from biofeedback.simulation.options import Faults
from biofeedback.simulation.pulse import PulseSensing

Floats = npt.NDArray[np.float64]
Samples = tuple[StreamInfo, Floats, Floats]
Published = Beat | Breath | Scr | Metric

LENGTH_S = 150.0
CHANNELS = {StreamKind.ACCELERATION: ("acc_x_g", "acc_y_g", "acc_z_g")}
PACER = StreamInfo(
    "guide",
    StreamKind.PACER,
    ("in_s", "hold_in_s", "out_s", "hold_out_s", "step", "fraction"),
)
PACED = Chunk(PACER, np.array([0.0, 70.0]), np.array([[4.0, 0, 6, 0, 0, 0], [nan] * 6]), 0.0)
TROUBLE = Faults(
    motion_per_min=1.0,
    muscle_per_min=1.0,
    pops_per_min=1.0,
    lead_off_per_min=0.5,
    hum_microvolts=20.0,
    postures_per_min=1.0,
    lights_per_min=1.0,
    ectopic_pct=2.0,
)


def info(
    sensor_id: str, kind: StreamKind, rate_hz: float | None, role: Role = Role.CLIENT
) -> StreamInfo:
    return StreamInfo(sensor_id, kind, CHANNELS.get(kind, ("value",)), rate_hz, role)


def rows(values: npt.ArrayLike) -> Floats:
    array = np.asarray(values, dtype=np.float64)
    return array.reshape(array.shape[0], -1)


@cache
def worn(seed: int, role: Role, faults: Faults) -> dict[StreamKind, Samples]:
    """What all sensors on one virtual client send."""
    body = VirtualClient.from_seed(seed, stress=Stress(60.0, 10.0)).advance(LENGTH_S)
    ecg = EcgSensing(seed, faults, 130.0).sense(body)
    motion = AccelerationSensing(seed, faults, 25.0).sense(body)
    muscle = EmgSensing(seed, faults, 200.0).sense(body)
    pulse = PulseSensing(seed, faults, 50.0).sense(body)
    kind = StreamKind
    streams = {
        kind.RR: ("strap", None, body.beat_t_s, body.rr_ms),
        kind.ECG: ("chest", 130.0, ecg.t_s, ecg.microvolts),
        kind.ACCELERATION: ("chest", 25.0, motion.t_s, motion.g),
        kind.EDA: ("skin", 8.0, body.eda_t_s, body.eda_microsiemens),
        kind.RESPIRATION: ("belt", 20.0, body.belt_t_s, body.belt_au),
        kind.EMG: ("muscle", 200.0, muscle.t_s, muscle.microvolts),
        kind.PPG: ("armband", 50.0, pulse.t_s, pulse.ppg_au),
    }
    return {
        each: (info(f"{role.value}-{sensor_id}", each, rate_hz, role), t_s, rows(values))
        for each, (sensor_id, rate_hz, t_s, values) in streams.items()
    }


def holed(samples: Samples, seed: int) -> Samples:
    """Leave out three stretches, and make some numbers none."""
    stream, t_s, values = samples
    rng = np.random.default_rng(seed)
    kept = np.ones(t_s.size, dtype=bool)
    for begin_s in rng.uniform(10, LENGTH_S - 20, 3):
        kept &= ~((t_s > begin_s) & (t_s < begin_s + rng.uniform(0.05, 8.0)))
    values = values.copy()
    values[rng.integers(0, t_s.size, 5)] = nan
    values[rng.integers(0, t_s.size, 2)] = inf
    return stream, t_s[kept], values[kept]


def run(
    streams: list[Samples], rng: np.random.Generator | None = None, *, is_live: bool = True
) -> list[Published]:
    """Push streams in step by the second; with ``rng`` each second cut anywhere, in any order."""
    pipeline = Pipeline(is_live=is_live)
    results = list(pipeline.push(PACED))
    for second in range(-1, int(max(t_s[-1] for _, t_s, _ in streams)) + 1):
        order = np.arange(len(streams)) if rng is None else rng.permutation(len(streams))
        for place in order.tolist():
            stream, t_s, values = streams[place]
            first, last = np.searchsorted(t_s, [second, second + 1]).tolist()
            edges = [first, last]
            if rng is not None:
                edges += rng.integers(first, last + 1, rng.integers(0, 4)).tolist()
            for begin, end in pairwise(sorted(edges)):
                results += pipeline.push(Chunk(stream, t_s[begin:end], values[begin:end], 0.0))
    return results + list(pipeline.finish())


def texts(results: list[Published]) -> dict[str, list[str]]:
    """By source, in a form in which nan equals nan and every bit shows."""
    by_source: dict[str, list[str]] = {}
    for result in results:
        by_source.setdefault(result.source, []).append(repr(result))
    return by_source


def a_hard_pair() -> list[Samples]:
    partner = worn(12, Role.PARTNER, TROUBLE)
    streams = [
        *worn(2, Role.CLIENT, TROUBLE).values(),
        *(partner[kind] for kind in (StreamKind.RR, StreamKind.EDA, StreamKind.RESPIRATION)),
    ]
    return [holed(each, seed) for seed, each in enumerate(streams)]


@pytest.mark.parametrize("is_live", [True, False])
def test_neither_cuts_nor_the_order_of_sensors_leave_a_trace(is_live: bool) -> None:
    streams = a_hard_pair()
    whole = texts(run(streams, is_live=is_live))
    for seed in range(2):
        assert texts(run(streams, np.random.default_rng(seed), is_live=is_live)) == whole


def test_the_hard_pair_holds_what_the_cuts_could_break() -> None:
    """Guard for the test above: every kind of stream tells something, and so do all together."""
    results = run(a_hard_pair())
    names = {r.name for r in results if isinstance(r, Metric) and not isnan(r.value)}
    sources = {r.source for r in results}
    assert {
        "rmssd_ms",
        "ecg_quality",
        "pulse_quality",
        "movement_g",
        "breaths_per_min",
        "scl_microsiemens",
        "emg_microvolts",
    } <= names
    assert {"together", "partner/together", "client-chest/ecg", "client-armband/ppg"} <= sources
    assert any(isinstance(r, Scr) for r in results)
    assert any(isinstance(r, Metric) and r.name == "heart_synchrony" for r in results)


def hold_to_the_table(results: list[Published]) -> None:
    """Every measure has its unit, a quality, and a value or a word why not."""
    for result in results:
        assert isfinite(result.t_s)
        if not isinstance(result, Metric):
            continue
        assert result.unit == MEASURES[result.name].unit
        assert 0.0 <= result.quality <= 1.0
        assert 0.0 <= result.wait_s < inf
        assert 0.0 <= result.window_s < inf
        assert not np.isinf(result.value)
        if isnan(result.value):
            assert result.quality == 0.0
            assert result.wait_s > 0.0 or result.reason, result


def test_every_measure_holds_to_the_table() -> None:
    hold_to_the_table(run(a_hard_pair()))


def test_nothing_crosses_ten_minutes_without_sensors() -> None:
    """All go at 75 s and come back ten minutes later."""
    streams = []
    for stream, t_s, values in worn(3, Role.CLIENT, Faults()).values():
        moved_s = np.where(t_s < 75.0, t_s, t_s + 600.0)
        streams.append((stream, moved_s, values))
    results = run(streams)

    inside = [r for r in results if 80.0 < r.t_s < 675.0 and not isinstance(r, Metric)]
    assert not inside
    for result in results:
        if isinstance(result, Breath):
            assert not result.onset_s < 80.0 < 675.0 < result.t_s
        elif isinstance(result, Scr):
            assert not result.onset_s < 80.0 < 675.0 < result.peak_s
        elif isinstance(result, Beat):
            assert not result.rr_ms > 3000.0
        elif result.name in {"corrected_pct", "quality", "skin_quality"}:
            # What was found, whatever there was of it.
            continue
        elif 675.0 <= result.t_s < 690.0 and result.window_s >= 60.0:
            assert isnan(result.value) or result.quality < 0.75, result
    # And all that tell by the second are back.
    late = {r.name for r in results if isinstance(r, Metric) and r.t_s > 735 and r.quality > 0.5}
    assert {"heart_rate_bpm", "breaths_per_min", "scl_microsiemens", "emg_microvolts"} <= late


def size_of(thing: object, seen: set[int]) -> int:
    """Numbers, words and references held by an object, through closures too."""
    if id(thing) in seen or isinstance(thing, type):
        return 0
    seen.add(id(thing))
    if isinstance(thing, np.ndarray):
        return thing.size
    if isinstance(thing, MethodType):
        return size_of(thing.__self__, seen)
    held: list[object] = []
    if isinstance(thing, FunctionType):
        held = [cell.cell_contents for cell in thing.__closure__ or ()]
    elif isinstance(thing, dict):
        held = list(thing.values())
    elif isinstance(thing, (list, tuple, set, frozenset, deque)):
        held = list(thing)
    else:
        slots = [name for kind in type(thing).__mro__ for name in getattr(kind, "__slots__", ())]
        held = [getattr(thing, name) for name in slots if hasattr(thing, name)]
        held += list(getattr(thing, "__dict__", {}).values())
    return sum(1 + size_of(each, seen) for each in held)


@pytest.mark.parametrize("is_flapping", [False, True])
def test_state_does_not_grow(is_flapping: bool) -> None:
    """Half an hour of all sensors, steady or lost for 3 s of every 20: as large as after ten."""
    pipeline = Pipeline()
    sizes = []
    for part in range(12):
        for begin_s in range(0, int(LENGTH_S), 10):
            for stream, t_s, values in worn(2, Role.CLIENT, TROUBLE).values():
                first, last = np.searchsorted(t_s, [begin_s, begin_s + 10])
                here_s, here = t_s[first:last], values[first:last]
                if is_flapping:
                    is_there = here_s % 20.0 < 17.0
                    here_s, here = here_s[is_there], here[is_there]
                pipeline.push(Chunk(stream, here_s + LENGTH_S * part, here, 0.0))
        sizes.append(size_of(pipeline, set()))
    assert max(sizes[4:]) <= 1.05 * sizes[3]


def test_the_live_path_imports_nothing_slow() -> None:
    """With a sensor of every kind."""
    code = """
import sys
import numpy as np
from biofeedback.kinds import StreamKind
from biofeedback.samples import Chunk, StreamInfo
from biofeedback.signal.pipeline import Pipeline
pipeline = Pipeline()
t_s = np.arange(0, 400, 0.008)
for kind in StreamKind:
    if kind in (StreamKind.PACER, StreamKind.BASELINE):
        continue
    names = tuple("xyz") if kind is StreamKind.ACCELERATION else ("value",)
    step = 100 if kind in (StreamKind.RR, StreamKind.HEART_RATE) else 1
    values = 5 + np.outer(np.sin(t_s[::step]), np.ones(len(names)))
    if step > 1:
        values = np.full_like(values, 800.0)
    rate_hz = None if step > 1 else 125.0
    pipeline.push(Chunk(StreamInfo(kind.value, kind, names, rate_hz), t_s[::step], values, 0.0))
pipeline.finish()
print([name for name in ("scipy", "neurokit2", "clarabel") if name in sys.modules])
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


KINDS = [kind for kind in StreamKind if kind is not StreamKind.PACER]
RATES_HZ = [None, 1.0, 4.0, 5.0, 25.0, 64.0, 130.0, 500.0]
USUAL = {
    StreamKind.RR: 800.0,
    StreamKind.HEART_RATE: 70.0,
    StreamKind.EDA: 5.0,
    StreamKind.ACCELERATION: 0.57,
}
BROKEN = [0.0, nan, inf, -inf, 1.7e308, -1.7e308, 5e-324]


def any_values(rng: np.random.Generator, kind: StreamKind, shape: tuple[int, int]) -> Floats:
    usual = USUAL.get(kind, 100.0)
    mode = rng.integers(0, 7)
    if mode == 0:
        return np.asarray(rng.normal(0.0, 1.0, shape) * 10.0 ** rng.uniform(-300, 300))
    if mode == 1:
        return np.full(shape, rng.choice([usual, *BROKEN]))
    if mode == 2:
        return rng.choice([*BROKEN, usual], shape)
    if mode == 3:
        return usual * np.exp(rng.normal(0.0, rng.choice([0.05, 1.0, 3.0]), shape))
    if mode == 4:
        return np.asarray(np.cumsum(rng.normal(size=shape), axis=0))
    if mode == 5:
        return rng.integers(-2, 3, shape).astype(np.float64)
    waves = np.sin(np.arange(shape[0])[:, np.newaxis] * rng.uniform(0.001, 3.0))
    return np.asarray(usual * (1.0 + 0.2 * waves) * np.ones(shape))


def any_times(rng: np.random.Generator, n: int, begin_s: float, step_s: float) -> Floats:
    mode = rng.integers(0, 7)
    steps_s = np.full(n, step_s)
    if mode == 0:
        return np.full(n, begin_s)
    if mode == 1:
        steps_s = rng.exponential(step_s, n)
    elif mode == 2:
        steps_s[rng.random(n) < 0.02] = rng.choice([3600.0, -3600.0, 1e12, -1e12, nan, inf])
    elif mode == 3:
        steps_s[rng.random(n) < 0.02] = rng.uniform(0.0, 20.0)
    elif mode == 4:
        return np.repeat(begin_s + np.arange(n) * step_s, 2)[:n]
    elif mode == 5:
        begin_s = float(rng.choice([1e12, -1e12, -5.0, 5e-324]))
    return np.asarray(begin_s + np.cumsum(steps_s))


@given(st.integers(0, 2**32 - 1))
@settings(max_examples=40, deadline=None)
def test_no_input_at_all_breaks_it(seed: int) -> None:
    """Random streams of all kinds on two people, with random times and values, cut anywhere."""
    rng = np.random.default_rng(seed)
    pipeline = Pipeline(is_live=bool(rng.integers(0, 4)))
    streams = []
    for number in range(rng.integers(1, 5)):
        kind = KINDS[rng.integers(0, len(KINDS))]
        rate_hz = RATES_HZ[rng.integers(0, len(RATES_HZ))]
        stream = info(f"{kind.value}-{number}", kind, rate_hz, list(Role)[rng.integers(0, 2)])
        if kind is StreamKind.BASELINE:
            stream = StreamInfo(stream.sensor_id, kind, BASELINE_STREAM.channels, None, stream.role)
        streams.append(stream)
    if rng.random() < 0.3:
        pipeline.push(PACED)
    begin_s = 0.0
    for _ in range(rng.integers(1, 8)):
        for stream in streams:
            rate_hz = stream.rate_hz or 1.2
            n = int(min(rate_hz * rng.uniform(1.0, 60.0), 2000))
            t_s = any_times(rng, n, begin_s, 1.0 / rate_hz)
            values = any_values(rng, stream.kind, (n, len(stream.channels)))
            hold_to_the_table(list(pipeline.push(Chunk(stream, t_s, values, 0.0))))
        begin_s += rng.choice([0.0, 30.0, 60.0, 600.0, -100.0])
    hold_to_the_table(list(pipeline.finish()))


def of_one(stream: StreamInfo, t_s: Floats, values: Floats) -> list[Metric]:
    return [r for r in run([(stream, t_s, rows(values))]) if isinstance(r, Metric)]


def muscles(t_s: Floats) -> Floats:
    """Muscles that tense 70 times a minute."""
    tense: Floats = (1.0 + np.sin(2.0 * np.pi * 70.0 / 60.0 * t_s)) ** 4
    return np.random.default_rng(0).normal(0.0, 25.0, t_s.size) * tense


def rails(t_s: Floats) -> Floats:
    return np.where(np.sin(2.0 * np.pi * 1.3 * t_s) > 0.0, 2000.0, -2000.0)


@pytest.mark.parametrize(("make", "most"), [(rails, 0.0), (muscles, 0.75)])
def test_the_heart_is_trusted_no_more_than_its_ecg(make: object, most: float) -> None:
    """Intervals between the beats of noise may look as even as a heart's."""
    assert callable(make)
    t_s = np.arange(0, 120, 1 / 130)
    results = of_one(info("chest", StreamKind.ECG, 130.0), t_s, make(t_s))
    told = [m for m in results if m.name in {"heart_rate_bpm", "rmssd_ms"}]
    quality = [m for m in results if m.name == "quality"]
    assert told
    assert all(m.quality <= most for m in told)
    assert all(m.value <= max(most, 0.05) for m in quality)


@pytest.mark.parametrize("bad_s", [1e12, -1e12, 1e300])
def test_a_broken_first_time_is_passed_over(bad_s: float) -> None:
    """As if it had not been: it would make all later ones look broken, or hold up what is due."""
    stream, t_s, values = worn(3, Role.CLIENT, Faults())[StreamKind.RR]
    pipeline = Pipeline()
    assert pipeline.push(Chunk(stream, np.array([bad_s]), np.array([[800.0]]), 0.0)) == ()
    found = list(pipeline.push(Chunk(stream, t_s, values, 0.0)))
    assert [repr(r) for r in found] == [
        repr(r) for r in Pipeline().push(Chunk(stream, t_s, values, 0.0))
    ]
