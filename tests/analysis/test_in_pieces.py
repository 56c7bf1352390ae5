"""Recordings in longer pieces: every sample once and in order, and only where it may be."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
import pytest

from biofeedback.analysis.in_pieces import InPieces
from biofeedback.samples import Chunk, Command, Event, Role, StreamKind
from biofeedback.sessions.formats.recording import IMPORTED_RR, from_signals, imported_stream

if TYPE_CHECKING:
    from collections.abc import Iterator

    from biofeedback.runtime.replay import Replayable

RATES_HZ = {StreamKind.EDA: 4.0, StreamKind.RESPIRATION: 10.0, StreamKind.ACCELERATION: 25.0}
LENGTH_S = 320.0


def recorded(*kinds: StreamKind) -> Replayable:
    """Five minutes and a bit of each kind."""
    signals = []
    for kind in kinds:
        if kind is StreamKind.RR:
            t_s = np.arange(0.9, LENGTH_S, 0.9)
            signals.append((IMPORTED_RR, t_s, np.full(t_s.size, 900.0)))
        else:
            stream = imported_stream(kind, RATES_HZ[kind])
            t_s = np.arange(0.0, LENGTH_S, 1.0 / RATES_HZ[kind])
            shape = (t_s.size, len(stream.channels))
            signals.append(
                (stream, t_s, np.arange(t_s.size * shape[1], dtype=float).reshape(shape))
            )
    return from_signals("x", signals)


class Scripted:
    """A recording that is a list of events, as a session of the library is."""

    duration_s = LENGTH_S

    def __init__(self, events: list[Event]) -> None:
        self._events = events

    def events(self, *kinds: type) -> Iterator[Event]:
        return (event for event in self._events if not kinds or isinstance(event, kinds))


def firsts_s(recording: Replayable, kind: StreamKind) -> list[float]:
    """When each chunk of a kind begins."""
    return [chunk.t_s[0] for chunk in chunks(InPieces(recording)) if chunk.stream.kind is kind]


def chunks(recording: Replayable) -> list[Chunk]:
    return [event for event in recording.events() if isinstance(event, Chunk)]


@pytest.mark.parametrize(
    "kinds",
    [
        (StreamKind.RR,),
        (StreamKind.RR, StreamKind.EDA),
        (StreamKind.RR, StreamKind.EDA, StreamKind.RESPIRATION),
        (StreamKind.RR, StreamKind.EDA, StreamKind.ACCELERATION),
    ],
)
def test_every_sample_comes_once_and_in_order(kinds: tuple[StreamKind, ...]) -> None:
    recording = recorded(*kinds)
    for kind in kinds:
        whole, cut = (
            [chunk for chunk in chunks(each) if chunk.stream.kind is kind]
            for each in (recording, InPieces(recording))
        )
        for part in ("t_s", "values"):
            expected, found = (
                np.concatenate([getattr(chunk, part) for chunk in each]) for each in (whole, cut)
            )
            np.testing.assert_array_equal(found, expected)
    assert InPieces(recording).duration_s == recording.duration_s


@pytest.mark.parametrize("is_of_a_file", [True, False])
def test_skin_and_intervals_alone_come_minutes_at_a_time(is_of_a_file: bool) -> None:
    recording = recorded(StreamKind.RR, StreamKind.EDA)
    if not is_of_a_file:
        recording = Scripted(list(recording.events()))
    starts_s = [0.0, 300.0] if is_of_a_file else [60.0 * minute for minute in range(6)]
    assert firsts_s(recording, StreamKind.EDA) == starts_s
    assert len(firsts_s(recording, StreamKind.RR)) == len(starts_s)


def test_beside_a_belt_only_skin_conductance_does() -> None:
    recording = recorded(StreamKind.RR, StreamKind.EDA, StreamKind.RESPIRATION)
    assert firsts_s(recording, StreamKind.EDA) == [60.0 * minute for minute in range(6)]
    for kind in (StreamKind.RR, StreamKind.RESPIRATION):
        assert len(firsts_s(recording, kind)) > 300


def test_where_somebody_was_led_everything_stays_as_it_came() -> None:
    """The guide decided by what was known at each moment, and has to decide the same again."""
    events = list(recorded(StreamKind.RR, StreamKind.EDA).events())
    recording = Scripted([Command(0.0, "begin"), *events])
    assert list(InPieces(recording).events()) == [Command(0.0, "begin"), *events]
    assert InPieces(recording).is_led
    assert not InPieces(Scripted(events)).is_led


def test_where_two_people_were_measured_intervals_stay_by_the_second() -> None:
    both = [
        replace(event, stream=replace(event.stream, role=role))
        for event in chunks(recorded(StreamKind.RR))
        for role in (Role.CLIENT, Role.PARTNER)
    ]
    assert len(chunks(InPieces(Scripted(list(both))))) == len(both)


def test_where_movement_is_measured_the_recording_stays_as_it_is() -> None:
    recording = recorded(StreamKind.EDA, StreamKind.ACCELERATION)
    assert [chunk.arrival_s for chunk in chunks(InPieces(recording))] == [
        chunk.arrival_s for chunk in chunks(recording)
    ]
