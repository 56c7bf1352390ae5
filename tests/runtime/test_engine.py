"""The engine as a window uses it: begin, pause, end, and trouble on the way."""

from __future__ import annotations

import threading
from math import inf
from typing import TYPE_CHECKING

import numpy as np
import pytest

from biofeedback.pacing import PRESETS, BreathPattern
from biofeedback.runtime.snapshot import SessionPlan, SessionState
from biofeedback.samples import (
    Beat,
    Chunk,
    Event,
    GuideState,
    LinkState,
    Marker,
    MarkerKind,
    StreamInfo,
    StreamKind,
)
from biofeedback.sessions.keys import passphrase_key
from biofeedback.sessions.library import Library
from biofeedback.sessions.recorder import RecorderStatus
from biofeedback.signal.pipeline import Pipeline
from helpers.scripted import (
    ScriptedRegistry,
    ScriptedSensor,
    advance,
    eda_chunks,
    paced_rr_ms,
    rr_chunks,
    running_engine,
    sensor_info,
)

if TYPE_CHECKING:
    from pathlib import Path

    from biofeedback.runtime.engine import Engine

PLAN = SessionPlan("breathing", PRESETS["gentle"], 60.0)


def strap(n_beats: int = 120, *, start_s: float = 0.0) -> ScriptedSensor:
    info = sensor_info("strap", StreamKind.RR)
    return ScriptedSensor(info, rr_chunks("strap", paced_rr_ms(n_beats), start_s=start_s))


def heard(engine: Engine) -> list[Event]:
    events: list[Event] = []
    engine.listen(events.append)
    return events


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


def test_a_sensor_of_heart_rate_only_is_summed_up_as_that() -> None:
    stream = StreamInfo("watch", StreamKind.HEART_RATE, ("sensor_heart_rate_bpm",))
    chunks = [
        Chunk(stream, np.array([float(t)]), np.array([[62.0]]), t + 0.1) for t in range(1, 60)
    ]
    sensor = ScriptedSensor(sensor_info("watch", StreamKind.HEART_RATE), chunks)
    with running_engine(sensor) as (engine, clock):
        engine.begin(PLAN)
        advance(engine, clock, 61.0)
        summary = engine.summary()
        assert summary is not None
        assert "heart rate, and no single beats" in summary.headline
        assert summary.t_s.size == 0


def test_a_search_under_way_lets_go_of_the_radio_when_the_engine_stops() -> None:
    with running_engine() as (engine, clock):
        registry: object = engine._the_room().the_registry()
        assert isinstance(registry, ScriptedRegistry)
        finding = engine.find("anything", 20.0)
        advance(engine, clock, 1.0)
        assert registry.n_searches_left == 1
    assert registry.n_searches_left == 0
    assert finding.cancelled()


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


def test_a_sensor_that_fails_inside_us_does_not_look_at_work() -> None:
    broken = ScriptedSensor(sensor_info("strap", StreamKind.RR), [], RuntimeError("a bug"))
    with running_engine(broken) as (engine, clock):
        advance(engine, clock, 1.0)
        status = engine.snapshot().sensors["strap"]
        assert status.state is LinkState.REFUSED
        assert "app" in status.message
        assert "bug" not in status.message


def test_a_pipeline_that_fails_does_not_cost_the_signals(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Every chunk is still published, for the recorder, and a note says from when."""
    push = Pipeline.push

    def break_at_20_s(self: Pipeline, chunk: Chunk) -> object:
        if chunk.t_s[-1] > 20.0 and chunk.stream.kind is StreamKind.RR:
            msg = "a bug"
            raise RuntimeError(msg)
        return push(self, chunk)

    monkeypatch.setattr(Pipeline, "push", break_at_20_s)
    with running_engine(strap()) as (engine, clock):
        events = heard(engine)
        engine.begin(PLAN)
        advance(engine, clock, 40.0)
        chunks = [event for event in events if isinstance(event, Chunk)]
        assert chunks[-1].t_s[-1] > 35.0
        notes = [event for event in events if isinstance(event, Marker)]
        assert [note.kind for note in notes] == [MarkerKind.NOTE]
        assert notes[0].t_s == pytest.approx(20.5, abs=1.0)


def test_a_session_whose_measures_failed_is_led_to_its_end(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """The pacer leads on, the plan's time is kept, and the end is an end."""

    def broken(_self: Pipeline, _chunk: Chunk) -> object:
        msg = "a bug"
        raise RuntimeError(msg)

    monkeypatch.setattr(Pipeline, "push", broken)
    monkeypatch.setattr(Pipeline, "finish", lambda self: broken(self, None))  # type: ignore[arg-type]  # not looked at
    with running_engine(strap()) as (engine, clock):
        events = heard(engine)
        engine.begin(PLAN)
        advance(engine, clock, 61.0)
        assert engine.snapshot().state is SessionState.ENDED
        assert engine.summary() is not None
        states = [event.step for event in events if isinstance(event, GuideState)]
        assert states[:2] == ["in", "out"]
        assert states[-1] == "ended"
        assert len(states) == 13


def test_a_listener_that_fails_stops_neither_sensor_nor_session() -> None:
    def broken(_event: Event) -> None:
        msg = "a bug"
        raise RuntimeError(msg)

    with running_engine(strap()) as (engine, clock):
        engine.listen(broken)
        events = heard(engine)
        engine.begin(PLAN)
        advance(engine, clock, 30.0)
        assert engine.snapshot().sensors["strap"].state is LinkState.STREAMING
        assert sum(isinstance(event, Beat) for event in events) > 25


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


def test_another_skin_sensor_is_shown_after_the_first_was_removed() -> None:
    def skin(name: str, start_s: float) -> ScriptedSensor:
        chunks = eda_chunks(name, start_s=start_s, seconds=30)
        return ScriptedSensor(sensor_info(name, StreamKind.EDA), chunks)

    with running_engine(skin("left", 0.0), skin("right", 12.0)) as (engine, clock):
        advance(engine, clock, 10.0)
        engine.remove_sensor("left")
        advance(engine, clock, 10.0)
        (shown,) = engine.snapshot().traces.values()
        assert shown[0] is StreamKind.EDA
        assert shown[1][0][0] == pytest.approx(12.0)
        assert shown[1][-1][0] > 18.0
        assert engine.snapshot().metrics["scl_microsiemens"].source == "right"


class SlowRecorder:
    """A recorder whose disk answers when the test lets it."""

    session_id = "slow"
    status = RecorderStatus(is_saving=True, saved_until_s=4.0)

    def __init__(self) -> None:
        self.answers = threading.Event()

    def put(self, event: Event) -> None:
        """Take it and keep nothing."""

    def close(self) -> None:
        self.answers.wait(30)


class SlowLibrary:
    def __init__(self) -> None:
        self.recorders: list[SlowRecorder] = []

    def record(self, *_arguments: object, **_words: object) -> SlowRecorder:
        self.recorders.append(SlowRecorder())
        return self.recorders[-1]


def test_a_session_that_is_saved_slowly_does_not_end_the_next_one() -> None:
    """Its summary comes late, when another session runs: it is not that one's."""
    library = SlowLibrary()
    with running_engine(strap(), library=library) as (engine, clock):  # type: ignore[arg-type]  # a stand-in
        engine.begin(PLAN)
        advance(engine, clock, 5.0)
        engine.end()
        advance(engine, clock, 0.1)
        engine.begin(PLAN)
        advance(engine, clock, 0.1)
        closing = engine._the_room()._closing
        library.recorders[0].answers.set()
        assert closing is not None
        while not closing.done():
            advance(engine, clock, 0.05)
        assert engine.snapshot().state is SessionState.RUNNING
        assert engine.summary() is None
        library.recorders[1].answers.set()


def test_what_a_silent_disk_did_not_take_does_not_count_as_kept() -> None:
    """The recorder gave up after 4 s were saved, and never saw an error."""
    library = SlowLibrary()
    with running_engine(strap(), library=library) as (engine, clock):  # type: ignore[arg-type]  # a stand-in
        engine.begin(PLAN)
        advance(engine, clock, 30.0)
        library.recorders[0].answers.set()
        engine.end()
        while engine.summary() is None:
            advance(engine, clock, 0.05)
        summary = engine.summary()
        assert summary is not None
        assert not summary.is_kept
        assert "disk" in " ".join(summary.notes)
        assert "4 seconds" in " ".join(summary.notes)


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


def test_a_removed_sensor_is_let_go_and_can_come_back() -> None:
    sensor = strap()
    with running_engine(sensor) as (engine, clock):
        advance(engine, clock, 5.0)
        engine.remove_sensor("strap")
        engine.add_sensor(sensor.info)
        advance(engine, clock, 1.0)
        assert (sensor.n_runs, sensor.n_stops) == (2, 1)
        assert engine.snapshot().sensors["strap"].state is LinkState.STREAMING


def test_stopping_the_engine_lets_go_of_every_sensor() -> None:
    sensor = strap()
    with running_engine(sensor):
        pass
    assert (sensor.n_runs, sensor.n_stops) == (1, 1)


def test_a_sensor_added_in_mid_session_is_named_in_the_list(tmp_path: Path) -> None:
    late = strap()
    with (
        Library.open(tmp_path / "l.db", passphrase_key("late")) as library,
        running_engine(library=library) as (engine, clock),
    ):
        engine._the_room()._registry.sensors.append(late)  # type: ignore[union-attr]  # scripted
        engine.begin(PLAN)
        advance(engine, clock, 2.0)
        engine.add_sensor(late.info)
        advance(engine, clock, 5.0)
        engine.end()
        while engine.summary() is None:
            advance(engine, clock, 0.05)
        assert library.sessions()[0].sensors == (late.info.name,)


def test_looking_around_tells_what_is_found_while_it_goes_on() -> None:
    with running_engine(strap()) as (engine, clock):
        engine.look(8.0)
        advance(engine, clock, 0.1)
        assert engine.nearby().state == "looking"
        assert [info.sensor_id for info in engine.nearby().sensors] == ["strap"]
        advance(engine, clock, 8.0)
        assert engine.nearby().state == "done"


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
