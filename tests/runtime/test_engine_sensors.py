"""Sensors come, go, fall away and are looked for while the engine runs."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
import pytest

from biofeedback.devices.sensor import Origin
from biofeedback.pacing import PRESETS
from biofeedback.runtime.snapshot import SessionPlan
from biofeedback.samples import (
    Chunk,
    LinkState,
    SensorStatus,
    StreamInfo,
    StreamKind,
)
from biofeedback.sessions.keys import passphrase_key
from biofeedback.sessions.library import Library
from helpers.scripted import (
    ScriptedRegistry,
    ScriptedSensor,
    advance,
    eda_chunks,
    running_engine,
    sensor_info,
    strap,
)

if TYPE_CHECKING:
    from pathlib import Path

    from biofeedback.clock import Clock
    from biofeedback.devices.sensor import Sink


PLAN = SessionPlan("breathing", PRESETS["gentle"], 60.0)


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


def test_a_simulated_person_knows_what_the_guide_asks_for() -> None:
    """From before any session on; a state carries its own time, so it is asked for anew."""
    sensor = strap()
    with running_engine(sensor) as (engine, clock):
        assert sensor.guide is not None
        assert sensor.guide() is None
        engine.begin(PLAN)
        advance(engine, clock, 5.0)
        state = sensor.guide()
        assert state is not None
        assert (state.guide, state.step) == ("breathing", "out")
        engine.pause()
        advance(engine, clock, 0.0)
        paused = sensor.guide()
        assert paused is not None
        assert paused.step == "paused"


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


def test_a_removed_sensor_is_let_go_and_can_come_back() -> None:
    sensor = strap()
    with running_engine(sensor) as (engine, clock):
        advance(engine, clock, 5.0)
        engine.remove_sensor("strap")
        engine.add_sensor(sensor.info)
        advance(engine, clock, 1.0)
        assert (sensor.n_runs, sensor.n_stops) == (2, 1)
        assert engine.snapshot().sensors["strap"].state is LinkState.STREAMING


class Slow(ScriptedSensor):
    """Takes its time to let go."""

    n_at_once = 0
    most_at_once = 0

    async def run(self, sink: Sink, clock: Clock) -> None:
        self.n_at_once += 1
        self.most_at_once = max(self.most_at_once, self.n_at_once)
        try:
            await super().run(sink, clock)
        finally:
            try:
                sink.status(
                    SensorStatus(
                        clock.now_s(), self.info.sensor_id, self.info.name, LinkState.STREAMING
                    )
                )
                await clock.sleep_until(clock.now_s() + 2.0)
                sink.status(
                    SensorStatus(
                        clock.now_s(), self.info.sensor_id, self.info.name, LinkState.STOPPED
                    )
                )
            finally:
                self.n_at_once -= 1


def test_a_sensor_taken_up_again_twice_waits_until_it_was_let_go() -> None:
    sensor = Slow(sensor_info("strap", StreamKind.RR), [])
    with running_engine(sensor) as (engine, clock):
        advance(engine, clock, 1.0)
        for _ in range(2):
            engine.remove_sensor("strap")
            advance(engine, clock, 0.1)
            engine.add_sensor(sensor.info)
            advance(engine, clock, 0.1)
        assert sensor.n_runs == 1
        advance(engine, clock, 5.0)
        assert sensor.n_runs == 2
        assert sensor.most_at_once == 1
        assert engine.snapshot().sensors["strap"].state is LinkState.STREAMING
        engine.remove_sensor("strap")
        advance(engine, clock, 5.0)


def test_a_sensor_that_was_removed_is_not_shown_while_it_is_let_go() -> None:
    sensor = Slow(sensor_info("strap", StreamKind.RR), [])
    with running_engine(sensor) as (engine, clock):
        advance(engine, clock, 1.0)
        engine.remove_sensor("strap")
        advance(engine, clock, 1.0)
        assert "strap" not in engine.snapshot().sensors
        advance(engine, clock, 5.0)
        assert "strap" not in engine.snapshot().sensors


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


def test_a_search_under_way_lets_go_of_the_radio_when_the_engine_stops() -> None:
    with running_engine() as (engine, clock):
        registry: object = engine._the_room().the_registry()
        assert isinstance(registry, ScriptedRegistry)
        finding = engine.find("anything", 20.0)
        advance(engine, clock, 1.0)
        assert registry.n_searches_left == 1
    assert registry.n_searches_left == 0
    assert finding.cancelled()


def test_one_device_under_two_names_is_connected_once() -> None:
    """It may call itself something else than when it was remembered."""
    radio = replace(sensor_info("belt", StreamKind.EDA), origin=Origin.BLUETOOTH, address="AA:01")
    renamed = replace(radio, sensor_id="belt-pro", address="aa:01")
    other = replace(radio, sensor_id="ring", address="AA:02")
    sensors = [
        ScriptedSensor(info, eda_chunks(info.sensor_id, start_s=0.0, seconds=2))
        for info in (radio, renamed, other)
    ]
    with running_engine(*sensors) as (engine, clock):
        engine.begin(PLAN)
        advance(engine, clock, 2.0)
        assert set(engine.snapshot().last_data_s) == {"belt", "ring"}
        # Once it was let go of, it may come back under the other name.
        engine.remove_sensor("belt")
        engine.add_sensor(renamed)
        advance(engine, clock, 2.0)
        assert "belt-pro" in engine.snapshot().last_data_s
