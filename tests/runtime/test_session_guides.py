"""Every guide, live with simulated sensors, a person's words and a lost sensor, and replayed."""

from __future__ import annotations

from random import Random
from typing import TYPE_CHECKING

import pytest

from biofeedback.clock import FakeClock
from biofeedback.guides.catalogue import GUIDES
from biofeedback.pacing import PRESETS
from biofeedback.runtime.engine import Engine
from biofeedback.runtime.snapshot import SessionPlan, SessionState
from biofeedback.runtime.verify import replay_findings
from biofeedback.samples import Decision, GuideState
from biofeedback.sessions.keys import passphrase_key
from biofeedback.sessions.library import Library
from helpers.scripted import advance
from helpers.simulated_sensors import known

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

SENSORS = ("strap", "skin", "belt", "muscle")


@pytest.fixture
def library(tmp_path: Path) -> Iterator[Library]:
    with Library.open(tmp_path / "l.biofeedback", passphrase_key("a long one")) as opened:
        yield opened


@pytest.mark.parametrize("name", GUIDES)
def test_a_guide_that_was_led_live_is_the_same_in_replay(name: str, library: Library) -> None:
    """Three minutes with four sensors and chance words; the strap is taken off at minute two.

    Live the guide is asked every 50 ms as well; a replay knows of inputs alone.
    """
    chance = Random(name)
    clock = FakeClock()
    engine = Engine(clock_factory=lambda: clock)
    engine.use_library(library)
    engine.start()
    try:
        for sensor in SENSORS:
            engine.add_sensor(known(f"simulated:{sensor}?seed=4&scenario=hard-memory"))
        advance(engine, clock, 0.0)
        options: dict[str, float | str] = {"first": 1.0, "offer": "grounding"}
        engine.begin(SessionPlan(name, PRESETS["gentle"], 170.0, options))
        for second in range(170):
            advance(engine, clock, 1.0)
            if second == 110:
                engine.remove_sensor(known("simulated:strap?seed=4&scenario=hard-memory").sensor_id)
            if chance.random() < 0.1:
                say_something(engine, chance)
        engine.end()
        advance(engine, clock, 0.1)
        for _ in range(100):
            if engine.summary() is not None:
                break
            advance(engine, clock, 0.0)
        assert engine.snapshot().state is SessionState.ENDED
    finally:
        engine.stop()
    (row,) = library.sessions()
    recorded = library.load(row.session_id)
    assert replay_findings(recorded) == []
    states = list(recorded.events(GuideState))
    assert {state.guide for state in states} >= {name}
    assert all(decision.reason for decision in recorded.events(Decision))


def say_something(engine: Engine, chance: Random) -> None:
    """Do one of the things that are possible now, as a person might."""
    state = engine.snapshot().guide
    if state is None:
        return
    if engine.snapshot().state is SessionState.PAUSED:
        engine.resume()
    elif state.asks:
        engine.ask(
            "answer", question=state.asks, word=chance.choice(["good", "worse", "yes", "here"])
        )
    elif chance.random() < 0.2:
        engine.pause()
    elif state.can:
        engine.ask(chance.choice(state.can))
