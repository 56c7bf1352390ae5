"""Other programs take part through the engine, and the record says so."""

from __future__ import annotations

import socket
import threading
from typing import TYPE_CHECKING

import pytest

from biofeedback.devices.network_sources import NetworkSources
from biofeedback.pacing import PRESETS
from biofeedback.runtime.output_plan import OutputPlan, Reach
from biofeedback.runtime.programs import RETRY_S
from biofeedback.runtime.snapshot import SessionPlan
from biofeedback.samples import Marker, MarkerKind
from biofeedback.sessions.keys import passphrase_key
from biofeedback.sessions.library import Library
from helpers.scripted import advance, heard, running_engine, strap

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from biofeedback.runtime.engine import Engine
    from biofeedback.samples import Event

PLAN = SessionPlan("breathing", PRESETS["gentle"], 60.0)
RECORD = "record on this computer"
HERE = "send to other programs on this computer"
NETWORK = "send to the network"


@pytest.fixture
def library(tmp_path: Path) -> Iterator[Library]:
    made = Library.open(tmp_path / "mine.biofeedback", passphrase_key("a few words"))
    yield made
    made.close()


@pytest.fixture
def port() -> Iterator[int]:
    """A port of this computer on which a program listens."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as opened:
        opened.bind(("127.0.0.1", 0))
        yield int(opened.getsockname()[1])


def use(engine: Engine, plan: OutputPlan) -> None:
    """Switch, and wait until that is done: what opens is opened in a thread."""
    engine.use_streams(NetworkSources(), plan)
    for _ in range(400):
        engine_idle(engine)
        if engine._the_room().programs.outputs.reach is plan.reach or engine.streams_trouble():
            return
        threading.Event().wait(0.01)
    pytest.fail("it was not opened")


def engine_idle(engine: Engine) -> None:
    done = threading.Event()
    engine.loop.call_soon_threadsafe(done.set)
    assert done.wait(60.0)


def consents(events: list[Event]) -> list[str]:
    return [e.label for e in events if isinstance(e, Marker) and e.kind is MarkerKind.CONSENT]


def test_record_says_that_it_was_sent_and_how_far(library: Library, port: int) -> None:
    with running_engine(strap(), library=library) as (engine, clock):
        events = heard(engine)
        use(engine, OutputPlan(osc=str(port)))
        assert engine.sends_to() is Reach.NOWHERE, "there is no session yet"
        engine.begin(PLAN)
        advance(engine, clock, 2.0)
        assert engine.sends_to() is Reach.COMPUTER
        assert consents(events) == [RECORD, HERE]
        use(engine, OutputPlan())
        assert engine.sends_to() is Reach.NOWHERE
        use(engine, OutputPlan(osc=str(port)))
        assert consents(events) == [RECORD, HERE], "once for each way"
        engine.use_streams(NetworkSources(), OutputPlan(osc="192.0.2.7:9000", network=True))
        engine_idle(engine)
        assert consents(events) == [RECORD, HERE, NETWORK]
        engine.end()
        advance(engine, clock, 1.0)
        assert engine.sends_to() is Reach.NOWHERE
        engine.reset()
        events.clear()
        use(engine, OutputPlan(osc=str(port)))
        engine.begin(PLAN)
        advance(engine, clock, 1.0)
        assert consents(events) == [RECORD, HERE], "of each session anew"


def test_what_is_not_recorded_and_what_is_not_sent_has_no_such_mark(
    library: Library, port: int
) -> None:
    with running_engine(strap(), library=library) as (engine, clock):
        events = heard(engine)
        engine.begin(PLAN)
        advance(engine, clock, 1.0)
        assert consents(events) == [RECORD]
    with running_engine(strap()) as (engine, clock):
        events = heard(engine)
        use(engine, OutputPlan(osc=str(port)))
        engine.begin(PLAN)
        advance(engine, clock, 1.0)
        assert consents(events) == []


def test_what_listeners_send_by_themselves_is_in_the_record_too(library: Library) -> None:
    """As a command does, which opens what it sends by before there is a session."""
    with running_engine(strap(), library=library) as (engine, clock):
        events = heard(engine)
        engine.note_sending(OutputPlan(lsl=True, network=True))
        engine.begin(PLAN)
        advance(engine, clock, 1.0)
        assert consents(events) == [RECORD, NETWORK]


def test_what_could_not_be_opened_is_tried_again_by_itself(
    port: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    look_up = socket.getaddrinfo
    n_asked = 0

    def found(host: str, *more: object, **named: object) -> object:
        nonlocal n_asked
        if host == "studio.local":
            n_asked += 1
            if n_asked < 3:
                raise socket.gaierror
            host = "127.0.0.1"
        return look_up(host, *more, **named)  # type: ignore[arg-type]  # handed on

    monkeypatch.setattr(socket, "getaddrinfo", found)
    with running_engine(strap()) as (engine, clock):
        use(engine, OutputPlan(osc=f"studio.local:{port}", network=True))
        assert engine.streams_trouble()
        # Each try is made in a thread, in the computer's own time.
        for n in (2, 3):
            while n_asked < n:
                advance(engine, clock, RETRY_S / 4)
                threading.Event().wait(0.01)
        for _ in range(400):
            if not engine.streams_trouble():
                break
            threading.Event().wait(0.01)
        assert engine.streams_trouble() == ""
        assert engine._the_room().programs.outputs.reach is Reach.NETWORK
        advance(engine, clock, 5 * RETRY_S)
        assert n_asked == 3, "what is open is left alone"


def test_other_sources_are_looked_for_at_once_where_a_look_was_had_before() -> None:
    with running_engine(strap()) as (engine, clock):
        engine.use_streams(NetworkSources(osc_port=7000), OutputPlan())
        engine_idle(engine)
        assert engine.nearby().state == "idle"
        engine.look(2.0)
        advance(engine, clock, 3.0)
        assert engine.nearby().state == "done"
        engine.use_streams(NetworkSources(osc_port=7001), OutputPlan())
        engine_idle(engine)
        advance(engine, clock, 0.0)
        assert engine.nearby().state == "looking"
        # One that looks for what held before begins anew.
        advance(engine, clock, 5.0)
        engine.use_streams(NetworkSources(osc_port=7002), OutputPlan())
        engine_idle(engine)
        advance(engine, clock, 5.0)
        assert engine.nearby().state == "looking"
        advance(engine, clock, 5.0)
        assert engine.nearby().state == "done"
