"""A session with a baseline, and one with two people; a replay finds the same again."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime
from math import isfinite, isnan
from typing import TYPE_CHECKING

import numpy as np
import pytest

from biofeedback.clock import FakeClock
from biofeedback.devices.simulated import simulated_from_name
from biofeedback.pacing import PRESETS
from biofeedback.runtime.engine import Engine
from biofeedback.runtime.replay import replay_results
from biofeedback.runtime.snapshot import BASELINE, SessionPlan, SessionState
from biofeedback.runtime.verify import replay_findings
from biofeedback.samples import (
    Beat,
    Breath,
    Chunk,
    Command,
    Event,
    GuideState,
    Marker,
    Metric,
    Role,
    Scr,
    StreamKind,
)
from biofeedback.sessions.keys import passphrase_key
from biofeedback.sessions.library import Library
from biofeedback.signal.baseline import Baseline
from helpers.scripted import (
    ScriptedSensor,
    advance,
    eda_chunks,
    heard,
    rr_chunks,
    running_engine,
    sensor_info,
)

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from biofeedback.devices.sensor import SensorInfo
    from biofeedback.runtime.summary import Summary

QUIET = SessionPlan(BASELINE, PRESETS["gentle"])
RESULTS = Beat | Breath | Scr | Metric | GuideState


def quiet_rr_ms(n_beats: int, seed: int = 3) -> list[float]:
    """A resting heart that breathes about 14 times a minute."""
    rng = np.random.default_rng(seed)
    rr_ms: list[float] = []
    t_s = 0.0
    for _ in range(n_beats):
        rr_ms.append(900.0 + 30.0 * np.sin(2 * np.pi * t_s / 4.3) + rng.normal(0.0, 8.0))
        t_s += rr_ms[-1] / 1000.0
    return rr_ms


def heart(name: str = "strap", *, n_beats: int = 480, seed: int = 3) -> ScriptedSensor:
    info = sensor_info(name, StreamKind.RR)
    return ScriptedSensor(info, rr_chunks(name, quiet_rr_ms(n_beats, seed)))


def replayed_alike(events: list[Event], end_s: float) -> bool:
    """Compare bit for bit: ``repr`` of a float is exact, and ``nan`` is itself in it."""
    inputs = [event for event in events if isinstance(event, Chunk | Command)]
    live = [event for event in events if isinstance(event, RESULTS)]
    assert len(live) > 500
    return list(map(repr, replay_results(inputs, end_s))) == list(map(repr, live))


def engine_summary(engine: Engine) -> Summary:
    """Wait for the disk, which answers in its own time."""
    for _ in range(15000):
        asyncio.run_coroutine_threadsafe(asyncio.sleep(0.002), engine.loop).result(60)
        if (summary := engine.summary()) is not None:
            return summary
    pytest.fail("no summary came")


@pytest.fixture
def library(tmp_path: Path) -> Iterator[Library]:
    made = Library.open(tmp_path / "library", passphrase_key("a few words"))
    yield made
    made.close()


def get_to_know(engine: Engine, clock: FakeClock, seconds: float) -> Baseline | None:
    engine.begin(QUIET)
    advance(engine, clock, seconds)
    engine.end()
    advance(engine, clock, 0.1)
    summary = engine.summary()
    assert summary is not None
    return summary.baseline


def test_three_quiet_minutes_are_enough_and_a_replay_finds_the_same() -> None:
    with running_engine(heart()) as (engine, clock):
        events = heard(engine)
        engine.begin(QUIET)
        advance(engine, clock, 100.0)
        midway = engine.snapshot().baseline
        assert midway is not None
        assert 0.0 < midway.counted_s < 100.0
        assert midway.to_go_s == 180.0 - midway.counted_s
        assert engine.snapshot().pacer is None
        advance(engine, clock, 95.0)
        engine.end()
        advance(engine, clock, 0.1)
        summary = engine.summary()
        assert summary is not None
        assert summary.baseline is not None
        assert summary.baseline.inputs["heart_rate_bpm"].median == pytest.approx(66.7, abs=1.0)
        assert "usual for you" in summary.headline
        assert replayed_alike(events, summary.duration_s)


def test_it_ends_by_itself_when_five_minutes_were_counted() -> None:
    with running_engine(heart()) as (engine, clock):
        engine.begin(QUIET)
        advance(engine, clock, 290.0)
        assert engine.snapshot().state is SessionState.RUNNING
        advance(engine, clock, 30.0)
        assert engine.snapshot().state is SessionState.ENDED
        summary = engine.summary()
        assert summary is not None
        assert summary.baseline is not None
        assert summary.baseline.duration_s == 300.0


def test_too_short_a_time_gives_no_baseline_and_says_so_kindly() -> None:
    with running_engine(heart()) as (engine, clock):
        assert get_to_know(engine, clock, 120.0) is None
        summary = engine.summary()
        assert summary is not None
        assert "Another time is as good" in summary.headline


def test_a_pause_does_not_count() -> None:
    with running_engine(heart()) as (engine, clock):
        events = heard(engine)
        engine.begin(QUIET)
        advance(engine, clock, 100.0)
        engine.pause()
        advance(engine, clock, 6.0)
        paused = engine.snapshot().baseline
        assert paused is not None
        assert paused.reason == "you paused"
        advance(engine, clock, 60.0)
        assert engine.snapshot().baseline == paused
        engine.resume()
        # What is counted looks back a minute, and no minute holds the pause.
        advance(engine, clock, 55.0)
        assert engine.snapshot().baseline is not None
        assert engine.snapshot().baseline.counted_s == paused.counted_s  # type: ignore[union-attr]  # just seen
        advance(engine, clock, 100.0)
        engine.end()
        advance(engine, clock, 0.1)
        summary = engine.summary()
        assert summary is not None
        assert summary.baseline is not None
        assert replayed_alike(events, summary.duration_s)


def test_what_is_kept_holds_from_the_start_of_the_next_session(library: Library) -> None:
    """Without it nothing could be said before three minutes of a session have passed."""
    skin = ScriptedSensor(
        sensor_info("skin", StreamKind.EDA), eda_chunks("skin", start_s=0.0, seconds=400)
    )
    with running_engine(heart(), skin, library=library) as (engine, clock):
        engine.begin(QUIET)
        advance(engine, clock, 130.0)
        assert isnan(engine.snapshot().metrics["arousal"].value)
        advance(engine, clock, 80.0)
        engine.end()
        usual = engine_summary(engine).baseline
        assert usual is not None
        assert library.baselines.of() == ()  # only when the person wishes
        library.baselines.add(usual.to_values(), datetime(2026, 11, 19, 14, 5, tzinfo=UTC))
        engine.reset()
        engine.begin(SessionPlan("", PRESETS["gentle"]))
        advance(engine, clock, 130.0)
        assert isfinite(engine.snapshot().metrics["arousal"].value)
        assert "baseline" not in engine.snapshot().last_data_s
        engine.end()
        summary = engine_summary(engine)
    session = library.load(summary.session_id)
    events = list(session.events(Chunk, Command))
    assert isinstance(events[0], Chunk)
    assert events[0].stream.kind is StreamKind.BASELINE
    begin = next(event for event in events if isinstance(event, Command))
    assert begin.arguments["usual_heart_bpm"] == usual.inputs["heart_rate_bpm"].median
    results = list(replay_results(iter(events), session.duration_s))  # type: ignore[arg-type]  # kinds asked for
    kept = list(session.events(Beat, Breath, Scr, Metric, GuideState))
    assert list(map(repr, results)) == list(map(repr, kept))


@pytest.mark.parametrize("said", [{}, {"resonance_per_min": 6.2}])
def test_looking_for_resonance_begins_at_what_is_known_of_it(
    library: Library, said: dict[str, float | str]
) -> None:
    """Unless the person said otherwise; other guides are not told."""
    kept: dict[str, float | str] = {
        "verdict": "result-clear",
        "resonance_per_min": 5.4,
        "uncertainty_per_min": 0.3,
    }
    library.resonances.add(kept, datetime(2026, 11, 19, 14, 5, tzinfo=UTC))
    for guide in ("resonance", "breathing"):
        with running_engine(heart(), library=library) as (engine, clock):
            events = heard(engine)
            engine.begin(SessionPlan(guide, PRESETS["gentle"], options=said))
            advance(engine, clock, 5.0)
            begin = next(event for event in events if isinstance(event, Command))
        told = {name: begin.arguments.get(name) for name in ("resonance_per_min",)}
        if said or guide == "breathing":
            assert told == {"resonance_per_min": said.get("resonance_per_min")}
            assert "uncertainty_per_min" not in begin.arguments
        else:
            assert told == {"resonance_per_min": 5.4}
            assert begin.arguments["uncertainty_per_min"] == 0.3


def test_the_partners_sensors_are_recorded_and_shown_only_as_a_pair() -> None:
    skin = ScriptedSensor(
        sensor_info("other-skin", StreamKind.EDA),
        eda_chunks("other-skin", start_s=0.0, seconds=200),
    )
    with running_engine(heart("other", seed=5), heart("mine"), skin) as (engine, clock):
        events = heard(engine)
        engine.set_role("other", Role.PARTNER)
        engine.set_role("other-skin", Role.PARTNER)
        engine.begin(SessionPlan("breathing", PRESETS["gentle"]))
        advance(engine, clock, 190.0)
        snapshot = engine.snapshot()
        assert snapshot.partner_sensors == {"other", "other-skin"}
        assert {beat.source for beat in snapshot.beats} == {"mine"}
        assert {metric.source for metric in snapshot.metrics.values()} <= {"mine", "together"}
        assert "pacing_together" in snapshot.metrics
        assert not snapshot.scrs
        roles = {e.stream.sensor_id: e.stream.role for e in events if isinstance(e, Chunk)}
        assert roles == {"mine": Role.CLIENT, "other": Role.PARTNER, "other-skin": Role.PARTNER}
        spoken = {e.source for e in events if isinstance(e, Metric) and e.name == "arousal"}
        assert spoken == {"together", "partner/together"}
        # Who wears what stays as it is while a session runs.
        engine.set_role("other", Role.CLIENT)
        advance(engine, clock, 5.0)
        assert "other" in engine.snapshot().partner_sensors
        engine.end()
        advance(engine, clock, 0.1)
        summary = engine.summary()
        assert summary is not None
        beats = [e for e in events if isinstance(e, Beat) and e.source == "mine"]
        assert abs(len(beats) - summary.t_s.size) <= 2
        assert replayed_alike(events, summary.duration_s)


@pytest.mark.parametrize("share", ["nothing", "body-state"])
def test_how_the_others_body_is_is_shown_only_where_both_agreed(share: str) -> None:
    with running_engine(heart("other", seed=5), heart("mine")) as (engine, clock):
        events = heard(engine)
        engine.set_role("other", Role.PARTNER)
        engine.begin(SessionPlan("together", PRESETS["gentle"], options={"share": share}))
        advance(engine, clock, 190.0)
        measured = [e for e in events if isinstance(e, Metric) and e.name == "arousal_zone"]
        assert {metric.source for metric in measured} == {"together", "partner/together"}
        zone = engine.snapshot().partner_zone
        consents = [e.label for e in events if isinstance(e, Marker)]
        if share == "nothing":
            assert zone is None
            assert consents == []
        else:
            assert zone is not None
            assert zone.source == "partner/together"
            assert consents == ["both see whether the other is within their usual range"]


def test_every_kind_of_stream_a_baseline_and_a_partner_replay_bit_for_bit(
    library: Library,
) -> None:
    """Eight simulated sensors on two people: quiet minutes that are recorded, then replayed."""
    clock = FakeClock()
    engine = Engine(clock_factory=lambda: clock)
    engine.use_library(library)
    engine.start()
    names = ("strap", "skin", "belt", "chest", "pulse", "muscle")
    try:
        events = heard(engine)
        for name in names:
            engine.add_sensor(simulated(f"simulated:{name}"))
        for name in ("strap", "skin"):
            engine.add_sensor(simulated(f"simulated:{name}?seed=9"), Role.PARTNER)
        advance(engine, clock, 0.0)
        engine.begin(QUIET)
        for _ in range(210):
            advance(engine, clock, 1.0)
        engine.end()
        advance(engine, clock, 0.1)
        summary = engine_summary(engine)
        end_s = clock.now_s()
    finally:
        engine.stop()

    assert summary.baseline is not None
    kinds = {event.stream.kind for event in events if isinstance(event, Chunk)}
    assert kinds >= {
        StreamKind.RR,
        StreamKind.ECG,
        StreamKind.PPG,
        StreamKind.EDA,
        StreamKind.RESPIRATION,
        StreamKind.ACCELERATION,
        StreamKind.EMG,
    }
    sources = {event.source for event in events if isinstance(event, Beat)}
    assert len(sources) == 4
    told = {e.name for e in events if isinstance(e, Metric) and isfinite(e.value)}
    assert {"ecg_quality", "pulse_quality", "tension_pct", "movement_g", "arousal"} <= told
    assert replayed_alike(events, end_s)
    assert replay_findings(library.load(summary.session_id)) == []


def simulated(name: str) -> SensorInfo:
    info = simulated_from_name(name)
    assert info is not None
    return info
