"""The engine as a window uses it: begin, pause, go on, end."""

from __future__ import annotations

import asyncio
import threading
from math import inf
from typing import TYPE_CHECKING

import numpy as np
import pytest

from biofeedback.clock import FakeClock
from biofeedback.devices.registry import Registry
from biofeedback.devices.sensor import Origin, SensorInfo
from biofeedback.pacing import PRESETS, BreathPattern
from biofeedback.runtime.engine import Engine
from biofeedback.runtime.snapshot import SessionPlan, SessionState
from biofeedback.samples import (
    Beat,
    Chunk,
    GuideState,
    LinkState,
    Marker,
    MarkerKind,
    StreamInfo,
    StreamKind,
)
from helpers.scripted import (
    ScriptedSensor,
    advance,
    heard,
    running_engine,
    sensor_info,
    strap,
)

if TYPE_CHECKING:
    from biofeedback.clock import Clock
    from biofeedback.devices.sensor import Sink

PLAN = SessionPlan("breathing", PRESETS["gentle"], 60.0)


def test_a_session_runs_from_begin_to_its_planned_end() -> None:
    with running_engine(strap()) as (engine, clock):
        advance(engine, clock, 5.0)
        assert engine.snapshot().state is SessionState.READY
        engine.begin(PLAN)
        advance(engine, clock, 30.0)
        midway = engine.snapshot()
        assert midway.state is SessionState.RUNNING
        assert midway.left_s == pytest.approx(30.0, abs=0.1)
        assert midway.beats
        assert midway.pacer is not None
        advance(engine, clock, 31.0)
        assert engine.snapshot().state is SessionState.ENDED
        assert engine.snapshot().pacer is None
        summary = engine.summary()
        assert summary is not None
        assert "minute" in summary.title or "60 seconds" in summary.title
        assert not summary.is_kept
        engine.reset()
        advance(engine, clock, 0.1)
        assert engine.snapshot().state is SessionState.READY


def test_session_time_begins_at_zero_whenever_it_begins() -> None:
    """Beats stamped 100 s into the engine's life stand at 0 s and later in the session."""
    with running_engine(strap(start_s=95.0)) as (engine, clock):
        events = heard(engine)
        advance(engine, clock, 100.0)
        engine.begin(PLAN)
        advance(engine, clock, 20.0)
        beats = [event for event in events if isinstance(event, Beat)]
        assert beats
        assert 0.0 <= beats[0].t_s < 1.5
        assert all(event.t_s.min() >= 0.0 for event in events if isinstance(event, Chunk))


def test_what_was_measured_before_the_beginning_is_not_kept() -> None:
    """Two beats of a strap that holds them back arrive after Begin: only the later one is ours."""
    stream = StreamInfo("strap", StreamKind.RR, ("rr_ms",))
    early = Chunk(stream, np.array([3.0]), np.array([[1000.0]]), 3.5)
    late = Chunk(stream, np.array([9.0, 10.5]), np.array([[1000.0], [1500.0]]), 11.0)
    sensor = ScriptedSensor(sensor_info("strap", StreamKind.RR), [early, late])
    with running_engine(sensor) as (engine, clock):
        events = heard(engine)
        advance(engine, clock, 10.0)
        engine.begin(PLAN)
        advance(engine, clock, 5.0)
        (kept,) = [event for event in events if isinstance(event, Chunk)]
        assert kept.t_s.tolist() == pytest.approx([0.5])


def test_beats_that_wait_for_a_neighbour_are_not_shown_for_ever() -> None:
    """The last three beats before a dropout are never confirmed while it lasts."""
    with running_engine(strap(20)) as (engine, clock):
        engine.begin(PLAN)
        advance(engine, clock, 18.5)
        assert engine.snapshot().pending
        advance(engine, clock, 10.0)
        assert not engine.snapshot().pending


def test_pause_stops_the_pacer_at_once_and_the_recording_goes_on() -> None:
    with running_engine(strap()) as (engine, clock):
        events = heard(engine)
        engine.begin(PLAN)
        advance(engine, clock, 12.0)
        engine.pause()
        advance(engine, clock, 0.0)
        paused = engine.snapshot()
        assert paused.state is SessionState.PAUSED
        assert paused.pacer is None
        n_beats = sum(isinstance(event, Beat) for event in events)
        advance(engine, clock, 20.0)
        assert sum(isinstance(event, Beat) for event in events) > n_beats + 15
        assert engine.snapshot().led_s == pytest.approx(12.0, abs=0.1)
        engine.resume()
        advance(engine, clock, 1.0)
        assert engine.snapshot().pacer is not None
        kinds = [event.kind for event in events if isinstance(event, Marker)]
        assert kinds == [MarkerKind.PAUSE, MarkerKind.RESUME]


def test_the_breath_changes_in_mid_breath_without_a_jump() -> None:
    with running_engine() as (engine, clock):
        engine.begin(PLAN)
        advance(engine, clock, 3.0)
        before = engine.snapshot().pacer
        engine.set_pattern(BreathPattern(5.5, 0.0, 5.5, 0.0))
        advance(engine, clock, 0.0)
        after = engine.snapshot().pacer
        assert before is not None
        assert after is not None
        assert after.pattern.in_s == 5.5
        assert after.at(3.0).depth == pytest.approx(before.at(3.0).depth, abs=1e-9)
        plan = engine.snapshot().plan
        assert plan is not None
        assert plan.pattern.in_s == 5.5


def test_waiting_for_data_the_guide_begins_with_the_first_beat() -> None:
    with running_engine(strap(start_s=10.0)) as (engine, clock):
        events = heard(engine)
        engine.begin(PLAN, wait_for_data=True)
        advance(engine, clock, 9.0)
        assert engine.snapshot().pacer is None
        advance(engine, clock, 4.0)
        first = next(event for event in events if isinstance(event, GuideState))
        assert first.step == "in"
        assert first.t_s == pytest.approx(11.1, abs=0.2)


def test_a_session_without_a_guide_ends_after_its_length() -> None:
    with running_engine(strap()) as (engine, clock):
        engine.begin(SessionPlan("", PRESETS["gentle"], 20.0), wait_for_data=True)
        advance(engine, clock, 15.0)
        assert engine.snapshot().state is SessionState.RUNNING
        advance(engine, clock, 10.0)
        assert engine.snapshot().state is SessionState.ENDED


def test_what_comes_after_the_end_is_no_part_of_the_session() -> None:
    with running_engine(strap()) as (engine, clock):
        events = heard(engine)
        engine.begin(SessionPlan("breathing", PRESETS["gentle"], 20.0))
        advance(engine, clock, 40.0)
        assert max(event.arrival_s for event in events if isinstance(event, Chunk)) <= 20.1
        assert engine.snapshot().t_s == pytest.approx(20.0, abs=0.1)


def test_an_open_end_goes_on_until_it_is_ended() -> None:
    with running_engine() as (engine, clock):
        engine.begin(SessionPlan("breathing", PRESETS["gentle"], inf))
        advance(engine, clock, 900.0)
        assert engine.snapshot().state is SessionState.RUNNING
        engine.end()
        advance(engine, clock, 0.1)
        assert engine.snapshot().state is SessionState.ENDED


def test_paused_while_it_waits_for_data_it_stays_paused_when_they_come() -> None:
    with running_engine(strap(start_s=10.0)) as (engine, clock):
        engine.begin(PLAN, wait_for_data=True)
        advance(engine, clock, 5.0)
        engine.pause()
        advance(engine, clock, 15.0)
        waiting = engine.snapshot()
        assert (waiting.state, waiting.pacer) == (SessionState.PAUSED, None)
        assert waiting.guide is not None
        assert waiting.guide.step == "paused"
        engine.resume()
        advance(engine, clock, 1.0)
        assert engine.snapshot().pacer is not None


def test_a_session_ended_before_any_data_claims_no_breathing() -> None:
    with running_engine() as (engine, clock):
        engine.begin(PLAN, wait_for_data=True)
        advance(engine, clock, 5.0)
        engine.end()
        advance(engine, clock, 0.1)
        summary = engine.summary()
        assert summary is not None
        assert summary.headline == "The session ended before the pacer began."


def test_after_the_stop_nothing_that_is_asked_is_an_error() -> None:
    with running_engine(strap()) as (engine, _clock):
        engine.begin(PLAN)
    for ask in (engine.pause, engine.resume, engine.end, engine.reset, engine.stop):
        ask()
    engine.begin(PLAN)
    assert engine.snapshot().state is SessionState.ENDED


def test_nothing_happens_by_a_second_begin_or_an_end_before_the_beginning() -> None:
    with running_engine() as (engine, clock):
        engine.end()
        engine.pause()
        advance(engine, clock, 0.1)
        assert engine.snapshot().state is SessionState.READY
        engine.begin(PLAN)
        advance(engine, clock, 10.0)
        engine.begin(PLAN)
        advance(engine, clock, 1.0)
        assert engine.snapshot().t_s == pytest.approx(11.0, abs=0.1)


class Parting(ScriptedSensor):
    """Is reached through something of its own, and says good-bye through it."""

    said_bye = False

    async def run(self, sink: Sink, clock: Clock) -> None:
        radio = asyncio.ensure_future(asyncio.Event().wait())
        try:
            await super().run(sink, clock)
        finally:
            for _ in range(5):
                await asyncio.sleep(0)
            self.said_bye = not radio.done()


def test_at_the_end_a_sensor_is_let_go_before_what_it_is_reached_through() -> None:
    sensor = Parting(sensor_info("strap", StreamKind.RR), [])
    with running_engine(sensor):
        pass
    assert sensor.said_bye


def test_a_sensor_that_cannot_be_set_up_as_it_once_was_says_so() -> None:
    """Options that are kept with a sensor may be of an older version of its driver."""
    info = SensorInfo(
        "board", "BITalino", "AA:BB:CC:DD:12:34", Origin.BLUETOOTH, (), driver="bitalino",
        options={"A9": "ecg"},
    )  # fmt: skip
    clock = FakeClock()
    engine = Engine(clock_factory=lambda: clock, registry=Registry())
    engine.start()
    try:
        engine.add_sensor(info)
        # Drivers are loaded in a thread, in the computer's own time.
        for _ in range(1000):
            advance(engine, clock, 0.2)
            if engine.snapshot().sensors:
                break
            threading.Event().wait(0.01)
        (status,) = engine.snapshot().sensors.values()
    finally:
        engine.stop()
    assert status.state is LinkState.REFUSED
    assert "no “A9”" in status.message
