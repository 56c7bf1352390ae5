"""What another program hears, through python-osc's own server."""

from __future__ import annotations

import socket
import sys
from collections.abc import Callable, Iterator
from math import inf, nan

import numpy as np
import pytest

from biofeedback.devices.osc.datagram import read_datagram
from biofeedback.devices.osc.output import OscOutput, OscOutputError
from biofeedback.devices.osc.place import is_loopback
from biofeedback.pacing import PRESETS
from biofeedback.runtime.snapshot import SessionPlan
from biofeedback.samples import (
    Beat,
    Chunk,
    Event,
    GuideState,
    LinkState,
    Marker,
    MarkerKind,
    Metric,
    Role,
    RRFlag,
    Scr,
    SensorStatus,
    StreamInfo,
    StreamKind,
)
from helpers.scripted import advance, running_engine, strap

BELT = StreamInfo("belt", StreamKind.RESPIRATION, ("belt_au",), 50.0)


class Program:
    """Another program on this computer: everything that comes to its port, in order."""

    def __init__(self) -> None:
        from pythonosc.dispatcher import Dispatcher
        from pythonosc.osc_server import BlockingOSCUDPServer

        self.heard: list[tuple[str, object]] = []
        dispatcher = Dispatcher()
        dispatcher.set_default_handler(lambda name, *values: self.heard.append((name, *values)))
        self._server = BlockingOSCUDPServer(("127.0.0.1", 0), dispatcher)
        self._server.timeout = 0.2
        self.port: int = self._server.server_address[1]

    def listen(self, n_messages: int) -> list[tuple[str, object]]:
        """Return so many messages; no more than that come."""
        for _ in range(n_messages):
            self._server.handle_request()
        self._server.timeout = 0.01
        self._server.handle_request()
        self._server.timeout = 0.2
        heard, self.heard = self.heard, []
        assert len(heard) == n_messages, heard
        return heard

    def close(self) -> None:
        self._server.server_close()


@pytest.fixture
def program() -> Iterator[Program]:
    made = Program()
    yield made
    made.close()


@pytest.fixture
def told(program: Program) -> Iterator[Callable[..., list[tuple[str, object]]]]:
    """Send events, and return what the other program hears of them."""
    with OscOutput(port=program.port) as output:

        def tell(*events: Event) -> list[tuple[str, object]]:
            n_before = output.n_sent
            for event in events:
                output.take(event)
            return program.listen(output.n_sent - n_before)

        yield tell
    assert output.n_failed == 0


Told = Callable[..., list[tuple[str, object]]]


def metric(
    name: str, value: float, t_s: float = 10.0, quality: float = 1.0, source: str = "strap"
) -> Metric:
    return Metric(t_s, name, value, "", 60.0, quality, source=source)


def beat(t_s: float, rr_ms: float = 800.0, source: str = "strap") -> Beat:
    return Beat(t_s, rr_ms, rr_ms, RRFlag.NORMAL, source)


def belt(t_s: float, *values: float, stream: StreamInfo = BELT) -> Chunk:
    times_s = np.array([t_s - 0.02 * i for i in reversed(range(len(values)))])
    return Chunk(stream, times_s, np.array(values)[:, None], t_s)


@pytest.mark.parametrize(
    ("name", "address", "quality"),
    [
        ("heart_rate_bpm", "hr", "hr"),
        ("rmssd_ms", "hrv/rmssd", "rmssd"),
        ("coherence", "coherence", "coherence"),
        ("scl_microsiemens", "eda/level", "eda"),
        ("breaths_per_min", "breath/rate", "breath"),
        ("arousal", "arousal", "arousal"),
    ],
)
def test_measures_are_heard_with_their_quality(
    told: Told, name: str, address: str, quality: str
) -> None:
    assert told(metric(name, 0.5, quality=0.75)) == [
        (f"/biofeedback/{address}", 0.5),
        (f"/biofeedback/quality/{quality}", 0.75),
    ]


@pytest.mark.parametrize("value", [nan, inf, 1e300])
def test_a_value_that_is_missing_is_not_sent_and_never_as_a_zero(told: Told, value: float) -> None:
    heard = told(metric("rmssd_ms", value, quality=0.0))
    assert heard == [("/biofeedback/quality/rmssd", 0.0)]


def test_a_question_is_no_new_step_and_a_new_stage_is_told(told: Told) -> None:
    heard = told(
        GuideState(10.0, "breathing", "in", 14.0, 6.0, "settle"),
        GuideState(12.0, "breathing", "in", 14.0, 6.0, "settle", asks="how-is-it"),
        GuideState(14.0, "breathing", "out", 20.0, 6.0, "settle", asks="how-is-it"),
        GuideState(15.0, "breathing", "open", stage="natural", can=("go-on",)),
        GuideState(16.0, "breathing", "open", 40.0, stage="natural"),
    )
    assert [(name.removeprefix("/biofeedback/guide/"), value) for name, value in heard] == [
        ("stage", "settle"),
        ("step", "in"),
        ("length", 4.0),
        ("step", "out"),
        ("length", 6.0),
        ("stage", "natural"),
        ("step", "open"),
    ]


def test_what_happens_is_heard_as_it_happens(told: Told) -> None:
    heard = told(
        belt(10.0, 1.5, 2.5),
        beat(9.0, 812.5),
        beat(9.8, 799.0),
        Scr(9.5, 7.0, 9.0, 0.25, 2.0, "skin"),
        GuideState(10.0, "breathing", "in", 14.0, 6.0),
        GuideState(12.0, "breathing", "paused"),
        Marker(12.5, MarkerKind.MARK, "grün 🌿"),
        Marker(12.6, MarkerKind.PAUSE),
        SensorStatus(12.7, "strap", "Strap", LinkState.STREAMING),
    )
    assert heard == [
        ("/biofeedback/resp", 2.5),
        ("/biofeedback/rr", 812.5),
        ("/biofeedback/rr", 799.0),
        ("/biofeedback/scr", 0.25),
        ("/biofeedback/guide/step", "in"),
        ("/biofeedback/guide/length", 4.0),
        ("/biofeedback/guide/step", "paused"),
        ("/biofeedback/marker", "grün 🌿"),
        ("/biofeedback/marker", "pause"),
    ]


def test_a_beat_without_an_interval_is_not_sent(told: Told) -> None:
    assert told(Beat(9.0, 400.0, nan, RRFlag.EXTRA, "strap")) == []


def test_a_label_cannot_end_in_its_middle(told: Told) -> None:
    ((_, label),) = told(Marker(1.0, MarkerKind.MARK, "a\0b\n\ud800" + "x" * 500))
    assert str(label).startswith("a b  xxx")
    assert len(str(label)) == 200


def test_other_measures_are_not_sent(told: Told) -> None:
    assert told(metric("dfa_alpha1", 1.0)) == []


def test_thirty_times_a_second_at_most_and_always_the_newest(told: Told) -> None:
    """A belt of 500 Hz for two seconds."""
    heard = told(*(belt(10.0 + i / 500, float(i)) for i in range(1000)))
    assert len(heard) == pytest.approx(60, abs=2)
    sent = [value for _, value in heard if isinstance(value, float)]
    assert sent == sorted(sent)
    assert sent[-1] >= 983.0, "no backlog"


def test_a_slower_rate_can_be_asked_for(program: Program) -> None:
    with OscOutput(port=program.port, rate_hz=5.0) as output:
        for i in range(1000):
            output.take(belt(10.0 + i / 500, float(i)))
        heard = program.listen(output.n_sent)
    assert len(heard) == 10
    assert program.listen(1) == [("/biofeedback/resp", 999.0)], "the last is sent at the end"


@pytest.mark.parametrize("rate_hz", [0.0, -1.0, 31.0, nan])
def test_a_rate_out_of_range_is_refused(rate_hz: float) -> None:
    with pytest.raises(ValueError, match="at most 30"):
        OscOutput(rate_hz=rate_hz)


def test_the_words_of_a_note_are_for_the_record_alone(told: Told) -> None:
    told_words = told(
        Marker(1.0, MarkerKind.NOTE, "spoke of her mother"),
        Marker(2.0, MarkerKind.CONSENT, "record on this computer"),
        Marker(3.0, MarkerKind.MARK, "bell"),
    )

    assert [words for _, words in told_words] == ["note", "consent", "bell"]


def test_without_its_library_the_reason_is_told_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Not with the first value, in the middle of a session."""
    monkeypatch.setitem(sys.modules, "pythonosc.osc_message_builder", None)

    with pytest.raises(OscOutputError, match="could not be loaded"):
        OscOutput(port=9000)


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost"])
def test_what_sends_within_the_computer_has_no_port_on_the_network(host: str) -> None:
    with OscOutput(host, port=9) as output:
        output.take(Marker(1.0, MarkerKind.MARK, "bell"))
        assert is_loopback(output._socket.getsockname()[0])


def test_a_flood_of_markers_is_held_back(told: Told) -> None:
    assert len(told(*(Marker(10.0 + i / 1000, MarkerKind.MARK, str(i)) for i in range(500)))) == 30


def test_a_value_that_is_missing_now_is_not_sent_later(told: Told) -> None:
    heard = told(
        metric("coherence", 0.5, 10.0),
        metric("coherence", 0.6, 10.01),
        metric("coherence", nan, 10.02),
        belt(11.0, 1.0),
    )
    assert [value for name, value in heard if name == "/biofeedback/coherence"] == [0.5]
    assert [value for name, value in heard if name == "/biofeedback/quality/coherence"] == [1, 0]


def test_of_two_sensors_the_first_is_heard_until_it_is_silent(told: Told) -> None:
    def heard(t_s: float, value: float, source: str) -> bool:
        return bool(told(metric("heart_rate_bpm", value, t_s, source=source)))

    assert heard(10.0, 60.0, "strap")
    assert not heard(11.0, 90.0, "other")
    assert heard(12.0, 60.0, "strap")
    assert heard(22.5, 90.0, "other")


def test_nothing_of_a_partner_is_sent(told: Told) -> None:
    theirs = StreamInfo("theirs", StreamKind.RESPIRATION, ("belt_au",), 50.0, Role.PARTNER)
    assert (
        told(
            belt(10.0, 1.0, stream=theirs),
            metric("heart_rate_bpm", 60.0, source="theirs"),
            metric("arousal", 1.0, source="partner/together"),
            beat(10.0, source="theirs/ecg"),
            Scr(9.5, 7.0, 9.0, 0.25, 2.0, "theirs"),
        )
        == []
    )


def test_the_next_session_begins_anew(told: Told) -> None:
    told(metric("heart_rate_bpm", 60.0, 900.0))
    assert told(metric("heart_rate_bpm", 61.0, 1.0, source="other"))


@pytest.mark.parametrize("host", ["192.0.2.7", "0.0.0.0", "studio.local"])
def test_another_computer_needs_leave(host: str) -> None:
    with pytest.raises(OscOutputError, match="--network"):
        OscOutput(host)


def test_a_computer_that_is_not_there_is_told() -> None:
    with pytest.raises(OscOutputError, match="no computer nowhere"):
        OscOutput("nowhere.invalid", network=True)


def test_nobody_listening_harms_nothing() -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    with OscOutput(port=port) as output:
        for i in range(100):
            output.take(metric("heart_rate_bpm", 60.0, float(i)))


def test_a_computer_that_does_not_take_a_message_is_counted() -> None:
    """255.255.255.255 is everyone, which needs leave that is not asked for."""
    with OscOutput("255.255.255.255", network=True) as output:
        output.take(metric("heart_rate_bpm", 60.0))
        assert (output.n_sent, output.n_failed) == (0, 2)


def test_an_engine_is_heard_by_another_program(program: Program) -> None:
    with OscOutput(port=program.port) as output, running_engine(strap()) as (engine, clock):
        engine.listen(output.take)
        engine.begin(SessionPlan("breathing", PRESETS["gentle"], 600.0))
        n_heard = 0
        heard: list[tuple[str, object]] = []
        for _ in range(60):
            advance(engine, clock, 1.0)
            heard += program.listen(output.n_sent - n_heard)
            n_heard = output.n_sent
    values = {name: value for name, value in heard if isinstance(value, float)}
    assert 40.0 < values["/biofeedback/hr"] < 110.0
    assert values["/biofeedback/hrv/rmssd"] > 0.0
    assert sum(name == "/biofeedback/rr" for name, _ in heard) > 50
    assert [value for name, value in heard if name == "/biofeedback/guide/step"][:3] == [
        "in", "out", "in"
    ]  # fmt: skip


def test_our_own_input_understands_what_it_sends() -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as listening:
        listening.bind(("127.0.0.1", 0))
        listening.settimeout(1.0)
        with OscOutput(port=listening.getsockname()[1]) as output:
            output.take(metric("heart_rate_bpm", 60.0))
        (read,) = read_datagram(listening.recv(1000))
        assert (read.address, read.arguments) == ("/biofeedback/hr", (60.0,))
