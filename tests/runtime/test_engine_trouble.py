"""What fails on the way costs neither the session nor what was measured."""

from __future__ import annotations

import threading

import pytest

from biofeedback.guides.breathing import Breathing
from biofeedback.pacing import PRESETS
from biofeedback.runtime.snapshot import SessionPlan, SessionState
from biofeedback.samples import (
    Beat,
    Chunk,
    Command,
    Event,
    GuideState,
    LinkState,
    Marker,
    MarkerKind,
    StreamKind,
)
from biofeedback.sessions.recorder import RecorderStatus
from biofeedback.signal.pipeline import Pipeline
from helpers.scripted import (
    ScriptedSensor,
    advance,
    heard,
    running_engine,
    sensor_info,
    strap,
)

PLAN = SessionPlan("breathing", PRESETS["gentle"], 60.0)


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


@pytest.mark.parametrize("call", ["breathe", "hear", "sense"])
def test_a_guide_that_fails_ends_well_and_all_that_was_measured_is_there(
    monkeypatch: pytest.MonkeyPatch, call: str
) -> None:
    """Nobody is left with a disc that stands in mid-breath and a pause that is not heard."""

    def broken(*_: object) -> object:
        msg = "a bug"
        raise RuntimeError(msg)

    with running_engine(strap()) as (engine, clock):
        events = heard(engine)
        engine.begin(PLAN)
        advance(engine, clock, 25.0)
        monkeypatch.setattr(Breathing, call, broken)
        engine.ask("slower")
        advance(engine, clock, 12.0)
        assert engine.snapshot().state is SessionState.ENDED
        assert engine.snapshot().pacer is None
        assert engine.summary() is not None
    states = [event for event in events if isinstance(event, GuideState)]
    assert (states[-1].step, states[-1].guide) == ("ended", "breathing")
    notes = [event for event in events if isinstance(event, Marker)]
    assert "guide could not go on" in notes[0].label
    assert sum(isinstance(event, Beat) for event in events) > 20


def test_a_guide_that_cannot_be_begun_so_leaves_nobody_waiting() -> None:
    with running_engine(strap()) as (engine, clock):
        engine.begin(SessionPlan("grounding", PRESETS["gentle"], options={"practice": "nonsense"}))
        advance(engine, clock, 1.0)
        assert engine.snapshot().state is SessionState.ENDED
        assert engine.summary() is not None


def test_a_word_that_nobody_knows_is_not_recorded_and_stops_nothing() -> None:
    with running_engine(strap()) as (engine, clock):
        events = heard(engine)
        engine.begin(PLAN)
        engine.ask("somersault")
        advance(engine, clock, 10.0)
        assert engine.snapshot().state is SessionState.RUNNING
        engine.pause()
        advance(engine, clock, 1.0)
        assert engine.snapshot().state is SessionState.PAUSED
    asked = [event.name for event in events if isinstance(event, Command)]
    assert asked == ["begin", "pause", "end"]


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


def test_sensors_are_let_go_though_the_session_cannot_be_summed_up(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def fail(*_: object) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr("biofeedback.runtime.engine_room.summarize", fail)
    sensor = strap()
    with running_engine(sensor) as (engine, clock):
        engine.begin(PLAN)
        advance(engine, clock, 5.0)
    assert (sensor.n_runs, sensor.n_stops) == (1, 1)


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
