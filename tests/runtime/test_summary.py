"""The summary's words and figures follow from the session, and say what is missing."""

from __future__ import annotations

from array import array
from dataclasses import replace
from math import isfinite
from typing import TYPE_CHECKING

import pytest

from biofeedback.guides.resonance_result import RESULT, ResonanceResult, Verdict, facts_of
from biofeedback.pacing import PRESETS
from biofeedback.runtime.gap_log import SensorGaps
from biofeedback.runtime.snapshot import SessionPlan
from biofeedback.runtime.summary import following_time_s, length_in_words, tells_natural
from biofeedback.samples import Decision, Gap, GapReason, LinkState, SensorStatus, StreamKind
from helpers.scripted import (
    ScriptedSensor,
    advance,
    paced_rr_ms,
    rr_chunks,
    running_engine,
    sensor_info,
    strap,
)

if TYPE_CHECKING:
    from biofeedback.clock import FakeClock
    from biofeedback.runtime.engine import Engine
    from biofeedback.runtime.summary import Summary

FOUND = ResonanceResult(Verdict.CLEAR, resonance_per_min=5.8)


def ended(engine: Engine, clock: FakeClock) -> Summary:
    """End a session, and wait until its summary is put together."""
    engine.end()
    while (summary := engine.summary()) is None:
        advance(engine, clock, 0.05)
    return summary


def test_a_steady_session_counts_whole_from_its_first_value() -> None:
    """64 s, then five seconds each: values at 64, 69 and 74 s cover 74 s."""
    assert following_time_s([64.0, 69.0, 74.0], [0.8, 0.7, 0.9]) == 74.0


def test_five_seconds_count_where_the_value_is_low_before() -> None:
    assert following_time_s([64.0, 69.0, 74.0], [0.2, 0.7, 0.3]) == 5.0


def test_after_a_gap_the_first_value_counts_its_own_window() -> None:
    assert following_time_s([64.0, 200.0], [0.8, 0.8]) == 128.0


def test_nothing_is_nothing() -> None:
    assert following_time_s(array("d"), array("d")) == 0.0


@pytest.mark.parametrize(
    ("seconds", "words"),
    [
        (1.0, "1 second"),
        (45.2, "45 seconds"),
        (89.0, "89 seconds"),
        (120.0, "2 minutes"),
        (600.0, "10 minutes"),
        (3600.0, "1 h 0 min"),
        (3900.0, "1 h 5 min"),
    ],
)
def test_lengths_read_as_people_say_them(seconds: float, words: str) -> None:
    assert length_in_words(seconds) == words


def test_the_summary_says_how_long_each_sensor_was_missing() -> None:
    """What was before the session is not told, and neither is less than a second."""
    strap = ScriptedSensor(
        sensor_info("strap", StreamKind.RR),
        [
            *rr_chunks("strap", paced_rr_ms(60)),
            Gap(2.0, 1.0, "strap/rr", GapReason.LINK),
            Gap(24.0, 15.0, "strap/rr", GapReason.LINK),
            Gap(24.5, 15.0, "strap/heart-rate", GapReason.LINK),
            Gap(35.0, 30.5, "strap/rr", GapReason.LINK),
            Gap(36.0, 35.5, "strap/rr", GapReason.PACKETS, 1),
            Gap(39.0, 36.0, "strap/rr", GapReason.CONTACT),
        ],
    )
    with running_engine(strap) as (engine, clock):
        advance(engine, clock, 3.3)
        engine.begin(SessionPlan("breathing", PRESETS["gentle"], 600.0))
        advance(engine, clock, 50.0)
        summary = ended(engine, clock)
    assert [replace(each, lost_s=round(each.lost_s, 6)) for each in summary.gaps] == [
        SensorGaps("strap", GapReason.LINK, 2, 14.0),
        SensorGaps("strap", GapReason.PACKETS, 1, 0.5),
        SensorGaps("strap", GapReason.CONTACT, 1, 3.0),
    ]
    told = [note for note in summary.notes if note.startswith("Strap")]
    assert told == [
        "Strap was away for 14 seconds in all (2 times).",
        "Strap felt no skin for 3 seconds in all (once).",
    ]


@pytest.mark.parametrize(
    ("state", "told"),
    [
        (LinkState.RECONNECTING, ["Strap was away for the last 20 seconds."]),
        (LinkState.STREAMING, []),
    ],
)
def test_a_sensor_that_did_not_come_back_is_told(state: LinkState, told: list[str]) -> None:
    beats = rr_chunks("strap", [1000.0] * 30)
    strap = ScriptedSensor(
        sensor_info("strap", StreamKind.RR), [*beats, SensorStatus(35.0, "strap", "Strap", state)]
    )
    with running_engine(strap) as (engine, clock):
        engine.begin(SessionPlan("breathing", PRESETS["gentle"], 600.0))
        advance(engine, clock, beats[-1].arrival_s + 20.0)
        summary = ended(engine, clock)
    assert [note for note in summary.notes if note.startswith("Strap")] == told
    assert summary.gaps == ()


@pytest.mark.parametrize(
    ("hearts", "led_s", "headline", "title"),
    [
        (
            0,
            40.0,
            "You breathed with the pacer for 40 seconds, and as it came for 50 seconds. ",
            "2 minutes with paced breathing",
        ),
        (0, 3.0, "You breathed as it came for 53 seconds. No heartbeats came in.", None),
        (
            300,
            100.0,
            "You breathed with the pacer for 1.7 minutes, and as it came for 50 seconds. Your heart",
            None,
        ),
    ],
)
def test_time_without_the_pacer_is_not_told_as_time_with_it(
    hearts: int, led_s: float, headline: str, title: str | None
) -> None:
    with running_engine(strap(hearts)) as (engine, clock):
        advance(engine, clock, 1.0)
        engine.begin(SessionPlan("breathing", PRESETS["gentle"], 600.0, {"check_ins": "no"}))
        advance(engine, clock, led_s)
        engine.ask("natural")
        advance(engine, clock, 50.0)
        summary = ended(engine, clock)
    assert summary.headline.startswith(headline)
    assert title is None or summary.title == title
    assert summary.guides == ("breathing",)
    assert summary.natural_s == pytest.approx(50.0, abs=12.0)
    assert summary.led_s == pytest.approx(led_s + 50.0, abs=0.5)


@pytest.mark.parametrize(
    ("led_s", "natural_s", "is_told"),
    [
        (360.0, 20.0, False),  # the end of every practice
        (360.0, 40.0, True),
        (60.0, 20.0, True),
        (60.0, 8.0, False),
        (60.0, 0.0, False),
        (0.0, 0.0, False),
    ],
)
def test_a_few_seconds_without_the_pacer_are_not_worth_words(
    led_s: float, natural_s: float, is_told: bool
) -> None:
    assert tells_natural(led_s, natural_s) is is_told


def test_a_session_of_steps_is_told_as_what_it_was() -> None:
    """Not as breathing: nothing of the heart following, and what was done in plain sentences."""
    plan = SessionPlan(
        "grounding", PRESETS["gentle"], options={"practice": "five-senses", "distress_before": 6.0}
    )
    with running_engine(strap(200)) as (engine, clock):
        advance(engine, clock, 3.3)
        engine.begin(plan)
        advance(engine, clock, 20.0)
        engine.ask("next")
        advance(engine, clock, 50.0)
        engine.ask("keep")
        advance(engine, clock, 20.0)
        engine.pause()
        advance(engine, clock, 30.0)
        engine.resume()
        advance(engine, clock, 10.0)
        summary = ended(engine, clock)
    assert summary.title == "2 minutes of grounding"
    assert summary.headline == "You took 2 minutes for grounding."
    assert summary.is_led
    assert summary.distress_before == 6.0
    assert summary.result is None
    assert summary.did[0].startswith("Grounding: ")
    assert "You switched adapting off once." in summary.did
    assert "You paused once." in summary.notes


def test_an_answer_with_its_word_reaches_the_guide() -> None:
    """The word of an answer is no other word than the command's."""
    with running_engine(strap(60)) as (engine, clock):
        advance(engine, clock, 3.3)
        engine.begin(SessionPlan("grounding", PRESETS["gentle"]))
        advance(engine, clock, 5.0)
        engine.ask("answer", question="distress", points=4.0)
        engine.ask("answer", question="how-is-it", word="good")
        advance(engine, clock, 2.0)
        summary = ended(engine, clock)
    assert summary.distress_before == 4.0


@pytest.mark.parametrize("share", ["nothing", "body-state"])
def test_two_who_keep_their_bodies_to_themselves_do_so_at_the_end_too(share: str) -> None:
    """Both look at the summary, and hear it: it shows no more than they agreed on before."""
    plan = SessionPlan("together", PRESETS["gentle"], 600.0, {"share": share})
    with running_engine(strap(200)) as (engine, clock):
        advance(engine, clock, 3.3)
        engine.begin(plan)
        advance(engine, clock, 150.0)
        assert engine._room is not None
        # As after a guide that one of them was led on by on the way.
        engine._room.session.log.take(
            Decision(140.0, "resonance-stepped", RESULT, "result-clear", facts_of(FOUND))
        )
        summary = ended(engine, clock)
    is_shared = share == "body-state"
    assert bool(summary.cards) is is_shared
    assert bool(summary.t_s.size) is is_shared
    assert isfinite(summary.edges_bpm[0]) is is_shared
    assert (summary.result is not None) is is_shared
    assert ("heart" in summary.headline) is is_shared
    assert any("you agreed to see only the common time" in each for each in summary.notes) is (
        not is_shared
    )
    assert "breaths a minute" in summary.did[0], "the pace is the common one"


@pytest.mark.parametrize("share", ["nothing", "body-state"])
def test_why_a_measure_is_missing_is_not_told_to_two_who_keep_their_bodies_to_themselves(
    share: str,
) -> None:
    """A heart whose rhythm hardly moves gives no coherence."""
    plan = SessionPlan("together", PRESETS["gentle"], 600.0, {"share": share})
    steady = ScriptedSensor(sensor_info("strap", StreamKind.RR), rr_chunks("strap", [1000.0] * 100))
    with running_engine(steady) as (engine, clock):
        engine.begin(plan)
        advance(engine, clock, 90.0)
        summary = ended(engine, clock)
    is_told = any("measures are missing" in each for each in summary.notes)
    assert is_told is (share == "body-state")
