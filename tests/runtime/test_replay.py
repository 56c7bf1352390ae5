"""A replay gives the recorded numbers bit for bit, at any speed."""

from __future__ import annotations

import asyncio
from math import inf
from typing import TYPE_CHECKING

import pytest

from biofeedback.clock import FakeClock, utc_now
from biofeedback.errors import FormatError, LibraryDamagedError
from biofeedback.pacing import PRESETS
from biofeedback.runtime.replay import Player, replay_events, replay_results
from biofeedback.runtime.snapshot import SessionPlan, SessionState
from biofeedback.runtime.verify import replay_findings
from biofeedback.samples import (
    Beat,
    Chunk,
    Command,
    Gap,
    GapReason,
    GuideState,
    LinkState,
    Metric,
    RRFlag,
    Scr,
    SensorStatus,
    StreamHealth,
    StreamKind,
)
from biofeedback.sessions.keys import passphrase_key
from biofeedback.sessions.library import Library
from helpers.scripted import (
    ScriptedSensor,
    advance,
    eda_chunks,
    paced_rr_ms,
    rr_chunks,
    running_engine,
    sensor_info,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from biofeedback.runtime.engine import Engine
    from biofeedback.samples import Event
    from biofeedback.sessions.recorded_session import RecordedSession


@pytest.fixture
def library(tmp_path: Path) -> Iterator[Library]:
    with Library.open(tmp_path / "library.db", passphrase_key("correct horse")) as opened:
        yield opened


def a_hard_session(library: Library) -> RecordedSession:
    """Record a strap that loses its link for 15 s, a skin sensor, a pause and a new pace."""
    rr_ms = paced_rr_ms(180)
    rr_ms[40] += 860.0  # a beat that the strap did not see
    before = rr_chunks("strap", rr_ms[:100])
    lost_s = float(before[-1].t_s[-1])
    after = rr_chunks("strap", rr_ms[100:], start_s=lost_s + 15.3)
    strap = ScriptedSensor(
        sensor_info("strap", StreamKind.RR),
        [
            *before,
            SensorStatus(lost_s + 5, "strap", "Strap", LinkState.RECONNECTING, attempt=1),
            SensorStatus(
                lost_s + 14,
                "strap",
                "Strap",
                LinkState.STREAMING,
                streams=(StreamHealth(StreamKind.RR, jitter_ms=12.5),),
            ),
            Gap(float(after[0].t_s[0]), lost_s, "strap/rr", GapReason.LINK),
            *after,
        ],
    )
    skin = ScriptedSensor(
        sensor_info("skin", StreamKind.EDA), eda_chunks("skin", start_s=0.0, seconds=180)
    )
    with running_engine(strap, skin, library=library) as (engine, clock):
        advance(engine, clock, 3.3)
        engine.begin(SessionPlan("breathing", PRESETS["gentle"], 140.0))
        advance(engine, clock, 50.0)
        engine.set_pattern(PRESETS["slower"])
        advance(engine, clock, 63.7)
        engine.pause()
        advance(engine, clock, 7.1)
        engine.resume()
        advance(engine, clock, 40.0)
        engine.end()
        advance(engine, clock, 0.1)
        while engine.summary() is None:
            advance(engine, clock, 0.05)
        summary = engine.summary()
        assert summary is not None
        assert summary.is_kept
    return library.load(summary.session_id)


def test_replayed_measures_equal_the_recorded_ones_bit_for_bit(library: Library) -> None:
    """A session with a gap, two sensors, a reconnect, a pause and a change of pace."""
    session = a_hard_session(library)
    kinds = (Beat, Scr, Metric, GuideState)
    recorded = {kind: [repr(event) for event in session.events(kind)] for kind in kinds}
    again: dict[type, list[str]] = {kind: [] for kind in kinds}
    for result in replay_results(session.inputs(), session.duration_s):
        again[type(result)].append(repr(result))
    assert recorded == again
    assert all(len(events) > 3 for events in recorded.values())
    names = {event.name for event in session.events(Metric)}
    assert {"rmssd_ms", "rsa_bpm", "coherence", "scl_microsiemens"} <= names
    flags = [event.flag for event in session.events(Beat)]
    assert RRFlag.GAP in flags
    assert RRFlag.MISSED in flags
    assert replay_findings(session) == []


def test_gaps_are_replayed_where_they_were_told(library: Library) -> None:
    session = a_hard_session(library)
    (gap,) = session.events(Gap)
    assert (gap.source, gap.reason, gap.n_lost) == ("strap/rr", GapReason.LINK, None)
    assert gap.t_s - gap.start_s > 15.0
    heard: list[Event] = []
    player = Player(session, speed=inf, on_event=heard.append)
    player.start()
    player.wait()
    player.stop()
    shown = player.snapshot().sensors["strap"]
    assert [(each.kind, each.jitter_ms) for each in shown.streams] == [(StreamKind.RR, 12.5)]
    for events in (heard, list(replay_events(session))):
        assert [event for event in events if isinstance(event, Gap)] == [gap]
        kinds = [type(event) for event in events if isinstance(event, Gap | Chunk)]
        recorded = [type(event) for event in session.events(Gap, Chunk)]
        assert kinds == recorded


def recorded_with(
    library: Library,
    *sensors: ScriptedSensor,
    course: Callable[[Engine, FakeClock], None],
) -> RecordedSession:
    """Record what a test does to an engine; the session begins at 3.3 s."""
    with running_engine(*sensors, library=library) as (engine, clock):
        advance(engine, clock, 3.3)
        engine.begin(SessionPlan("breathing", PRESETS["gentle"], 600.0))
        course(engine, clock)
        engine.end()
        while engine.summary() is None:
            advance(engine, clock, 0.05)
        summary = engine.summary()
        assert summary is not None
    return library.load(summary.session_id)


def the_strap(rr_ms: list[float], **times: float) -> ScriptedSensor:
    return ScriptedSensor(sensor_info("strap", StreamKind.RR), rr_chunks("strap", rr_ms, **times))


def test_minutes_without_any_sensor_replay_step_for_step(library: Library) -> None:
    """Live the guide goes on by time alone; in the record nothing marks those minutes."""

    def course(engine: Engine, clock: FakeClock) -> None:
        advance(engine, clock, 288.0)

    session = recorded_with(library, the_strap(paced_rr_ms(30)), course=course)
    n_steps = sum(isinstance(event, GuideState) for event in session.events(GuideState))
    assert n_steps == 59  # two a breath for 29 breaths, and the end
    assert replay_findings(session) == []


def test_a_session_of_no_beats_replays(library: Library) -> None:
    session = recorded_with(library, course=lambda engine, clock: advance(engine, clock, 200.0))
    assert not list(session.events(Beat, Chunk))
    assert replay_findings(session) == []


def test_an_end_in_a_pause_replays(library: Library) -> None:
    def course(engine: Engine, clock: FakeClock) -> None:
        advance(engine, clock, 80.0)
        engine.pause()
        advance(engine, clock, 90.0)

    session = recorded_with(library, the_strap(paced_rr_ms(200)), course=course)
    assert replay_findings(session) == []


def test_a_command_that_reaches_the_engine_late_replays(library: Library) -> None:
    """Space at 3.99 s of an in-breath of 4 s; a busy computer hears of it at 4.14 s.

    By then the out-breath was told, so the pause counts from there.
    """

    def course(engine: Engine, clock: FakeClock) -> None:
        advance(engine, clock, 3.99)
        pressed_s = clock.now_s()
        advance(engine, clock, 0.15)
        engine._act(lambda session: session.pause(pressed_s))
        advance(engine, clock, 30.0)

    session = recorded_with(library, the_strap(paced_rr_ms(60)), course=course)
    states = list(session.events(GuideState))
    assert [state.step for state in states] == ["in", "out", "paused", "ended"]
    assert [state.t_s for state in states] == sorted(state.t_s for state in states)
    assert replay_findings(session) == []


def test_two_straps_of_which_one_leaves_and_comes_back_replay(library: Library) -> None:
    first = the_strap(paced_rr_ms(150))
    second = ScriptedSensor(
        sensor_info("other", StreamKind.RR), rr_chunks("other", paced_rr_ms(150, swing_ms=20.0))
    )

    def course(engine: Engine, clock: FakeClock) -> None:
        advance(engine, clock, 40.0)
        engine.remove_sensor("strap")
        advance(engine, clock, 20.0)
        engine.add_sensor(first.info)
        advance(engine, clock, 60.0)

    session = recorded_with(library, first, second, course=course)
    assert {event.source for event in session.events(Beat)} == {"strap", "other"}
    assert replay_findings(session) == []


def test_a_player_that_cannot_read_on_comes_to_an_end_and_says_why(library: Library) -> None:
    session = a_hard_session(library)

    class Damaged:
        duration_s = session.duration_s

        def events(self, *kinds: type) -> Iterator[Event]:
            for number, event in enumerate(session.events(*kinds)):
                if number == 50:
                    msg = "A part of the library is damaged and cannot be read."
                    raise LibraryDamagedError(msg)
                yield event

    player = Player(Damaged(), speed=inf)
    player.start()
    player.wait()
    assert (player.is_playing, player.snapshot().state) == (False, SessionState.ENDED)
    player.stop()
    assert isinstance(player.failure, LibraryDamagedError)


def test_a_screen_can_follow_a_player_at_full_speed(library: Library) -> None:
    """A snapshot is made now and then, which also lets go of what is too old to be shown."""
    clock = FakeClock()
    shown: list[float] = []

    def follow(_event: object) -> None:
        clock._now_s += 0.01  # as the computer's clock runs while it computes
        shown.append(player.snapshot().t_s)

    player = Player(a_hard_session(library), speed=inf, clock=clock, on_event=follow)
    player.start()
    player.wait()
    player.stop()
    assert len(set(shown)) > 20


def test_a_player_stopped_or_not_started_is_not_playing(library: Library) -> None:
    player = Player(a_hard_session(library), clock=FakeClock())
    player.stop()
    player.start()
    was_playing = player.is_playing
    player.stop()
    player.stop()
    assert (was_playing, player.is_playing) == (True, False)
    player.pause()
    player.set_speed(2.0)


def test_a_recording_that_was_changed_is_found(library: Library) -> None:
    session = a_hard_session(library)

    class Altered:
        row = session.row
        duration_s = session.duration_s

        def events(self, *kinds: type) -> Iterator[object]:
            for number, event in enumerate(session.events(*kinds)):
                if isinstance(event, Chunk) and number == 60:
                    yield Chunk(event.stream, event.t_s, event.values + 1.0, event.arrival_s)
                else:
                    yield event

    findings = replay_findings(Altered())  # type: ignore[arg-type]  # a session but for one chunk
    assert findings
    assert "computes differently" in findings[0]


@pytest.mark.parametrize(
    ("command", "what"),
    [
        (Command(1.0, "somersault"), "somersault"),
        (Command(1.0, "begin", {"guide": "levitation"}), "levitation"),
        (Command(1.0, "begin", {"guide": "grounding", "practice": "moon"}), "begun"),
        (Command(1.0, "begin", {"guide": "", "offer": "levitation"}), "begun"),
    ],
)
def test_what_only_a_newer_version_knows_is_said_in_words(
    library: Library, command: Command, what: str
) -> None:
    recorder = library.record(utc_now(), guide="", plan={}, sensors=())
    recorder.put(command)
    recorder.close()
    (row,) = library.sessions()
    recorded = library.load(row.session_id)
    with pytest.raises(FormatError, match=what):
        list(replay_events(recorded))
    (finding,) = replay_findings(recorded)
    assert row.session_id in finding
    assert "newer version" in finding


def test_a_player_says_in_words_what_it_does_not_know(library: Library) -> None:
    recorder = library.record(utc_now(), guide="", plan={}, sensors=())
    recorder.put(Command(1.0, "somersault"))
    recorder.close()
    player = Player(library.load(library.sessions()[0].session_id), speed=inf)
    player.start()
    player.wait()
    assert isinstance(player.failure, FormatError)


def test_a_guide_that_was_begun_without_a_breath_of_its_own_can_be_watched(
    library: Library,
) -> None:
    recorder = library.record(utc_now(), guide="grounding", plan={}, sensors=())
    recorder.put(Command(0.0, "begin", {"guide": "grounding"}))
    recorder.put(Command(9.0, "end"))
    recorder.close()
    player = Player(library.load(library.sessions()[0].session_id), speed=inf)
    player.start()
    player.wait()
    assert player.failure is None
    state = player.snapshot().guide
    assert state is not None
    assert (state.guide, state.step) == ("grounding", "ended")


def test_replay_events_tell_the_whole_story_in_order(library: Library) -> None:
    session = a_hard_session(library)
    events = list(replay_events(session))
    states = [event.state for event in events if isinstance(event, SensorStatus)]
    assert LinkState.RECONNECTING in states
    assert sum(isinstance(event, Command) for event in events) == 5
    n_chunks = sum(isinstance(event, Chunk) for event in events)
    assert n_chunks == sum(1 for _ in session.events(Chunk))


def run_player(player: Player, clock: FakeClock, seconds: float) -> None:
    """Move the player's clock on its own loop."""
    assert player._loop is not None
    asyncio.run_coroutine_threadsafe(clock.advance(seconds), player._loop).result(60)


def test_a_player_keeps_to_its_speed_and_stands_still_at_once(library: Library) -> None:
    clock = FakeClock()
    player = Player(a_hard_session(library), speed=8.0, clock=clock)
    player.start()
    try:
        run_player(player, clock, 5.0)
        assert player.now_s() == pytest.approx(40.0, abs=0.01)
        assert player.snapshot().t_s == pytest.approx(40.0, abs=0.5)
        assert player.snapshot().pacer is not None
        player.pause()
        run_player(player, clock, 5.0)
        assert player.now_s() == pytest.approx(40.0, abs=0.01)
        assert player.snapshot().state is SessionState.PAUSED
        player.set_speed(2.0)
        player.resume()
        run_player(player, clock, 5.0)
        assert player.now_s() == pytest.approx(50.0, abs=0.01)
        assert max(beat.t_s for beat in player.snapshot().beats) <= 50.0
    finally:
        player.stop()


def test_a_player_at_full_speed_comes_to_the_end(library: Library) -> None:
    session = a_hard_session(library)
    seen: list[object] = []
    player = Player(session, speed=inf, on_event=seen.append)
    player.start()
    player.wait()
    player.stop()
    assert not player.is_playing
    assert player.snapshot().state is SessionState.ENDED
    metrics = [repr(event) for event in seen if isinstance(event, Metric)]
    assert metrics == [repr(event) for event in session.events(Metric)]


@pytest.mark.parametrize("speed", [0.4, 65.0, -1.0, 0.0])
def test_speeds_outside_half_to_64_times_are_refused(library: Library, speed: float) -> None:
    with pytest.raises(ValueError, match="speed"):
        Player(a_hard_session(library), speed=speed)
