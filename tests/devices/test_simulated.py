from __future__ import annotations

import asyncio

import numpy as np
import pytest

from biofeedback.clock import FakeClock
from biofeedback.devices.drivers.heart_rate import HEART_RATE_MEASUREMENT
from biofeedback.devices.sensor import Origin
from biofeedback.devices.simulated import (
    demo_of,
    open_simulated,
    simulated_from_name,
    simulated_sensors,
)
from biofeedback.errors import SensorNotFoundError
from biofeedback.pacing import BreathPattern, PacerSegment
from biofeedback.samples import GuideState, LinkState, StreamKind
from biofeedback.simulation.client import VirtualClient
from biofeedback.simulation.options import DEFAULT_SEED
from biofeedback.simulation.scenarios import SCENARIOS
from helpers.simulated_sensors import Kept, known, run_for

PACED = PacerSegment(0.0, BreathPattern.at_rate(6.0))


# Names.


def test_six_sensors_of_one_person_are_always_there() -> None:
    """Their ids and addresses are what users' scripts lean on."""
    sensors = simulated_sensors()

    assert [(one.sensor_id, one.address, one.name) for one in sensors] == [
        ("simulated-strap", "simulated:strap", "Simulated strap"),
        ("simulated-skin", "simulated:skin", "Simulated skin conductance"),
        ("simulated-belt", "simulated:belt", "Simulated breathing belt"),
        ("simulated-chest", "simulated:chest", "Simulated chest strap with ECG"),
        ("simulated-pulse", "simulated:pulse", "Simulated pulse sensor"),
        ("simulated-muscle", "simulated:muscle", "Simulated muscle sensor"),
    ]
    assert all(one.origin is Origin.SIMULATED for one in sensors)
    assert [one.kinds for one in sensors] == [
        (StreamKind.RR, StreamKind.HEART_RATE),
        (StreamKind.EDA,),
        (StreamKind.RESPIRATION,),
        (StreamKind.ECG, StreamKind.ACCELERATION),
        (StreamKind.PPG,),
        (StreamKind.EMG,),
    ]


@pytest.mark.parametrize(
    ("name", "sensor_id"),
    [
        ("simulated", "simulated-strap"),
        ("simulated:strap", "simulated-strap"),
        ("SIMULATED:Belt", "simulated-belt"),
        ("simulated-skin", "simulated-skin"),
        ("Simulated strap", "simulated-strap"),
        ("simulated?ectopic_pct=1", "simulated-strap"),
        ("simulated:strap?seed=7&ectopic_pct=1", "simulated-strap-7"),
        (f"simulated:strap?seed={DEFAULT_SEED}", "simulated-strap"),
    ],
)
def test_a_name_means_its_sensor(name: str, sensor_id: str) -> None:
    """By address, id or name; another person's sensor has an id of its own."""
    assert known(name).sensor_id == sensor_id


def test_the_address_of_a_sensor_opens_it_again() -> None:
    """Options included."""
    info = known("simulated:strap?seed=7&ectopic_pct=1&late_ms=300")

    assert simulated_from_name(info.address) == info
    assert info.options == {"seed": 7.0, "ectopic_pct": 1.0, "late_ms": 300.0}


@pytest.mark.parametrize("name", ["", "Polar H10 5C2A91B3", "A0:9E:1A:5C:2A:91", "simulation"])
def test_another_name_is_left_to_others(name: str) -> None:
    """Real sensors are found elsewhere."""
    assert simulated_from_name(name) is None


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("simulated:watch", "simulated:strap, simulated:skin, simulated:belt"),
        ("simulated:", "simulated:strap"),
        ("simulated:strap?ectopics=1", "no option “ectopics”"),
        ("simulated:strap?seed=x", "“seed” needs a whole number"),
    ],
)
def test_a_wrong_simulated_name_is_told_in_words(name: str, words: str) -> None:
    """What there is instead."""
    with pytest.raises(SensorNotFoundError, match=words):
        simulated_from_name(name)


# What they deliver.


def test_the_strap_sends_what_a_real_one_sends() -> None:
    """A packet a second: flags 0x10, a rate of one byte, intervals of the body in 1/1024 s."""
    (strap,) = run_for(120.0, "simulated")
    body = VirtualClient.from_seed(DEFAULT_SEED).advance(120.0)
    sent_ms = np.array(strap.rr_ticks()) * 1000 / 1024

    assert 117 <= len(strap.packets) <= 120
    assert {packet.characteristic for packet in strap.packets} == {HEART_RATE_MEASUREMENT}
    assert {packet.payload[0] for packet in strap.packets} <= {0x10, 0x00}
    assert sent_ms == pytest.approx(body.rr_ms[: sent_ms.size], abs=6.0)
    mean_bpm = 60000 / sent_ms.mean()
    assert strap.packets[-1].payload[1] == pytest.approx(mean_bpm, abs=15)


def test_packets_come_50_to_300_ms_after_their_second() -> None:
    """The place in the second never moves: no drift, no packet twice."""
    (strap,) = run_for(300.0, "simulated")
    arrivals_s = np.array([packet.arrival_s for packet in strap.packets])
    late_s = arrivals_s - np.arange(arrivals_s.size)

    assert np.ptp(late_s) < 0.25 + 1e-9
    assert np.ptp(late_s) > 0.2


def test_decoded_beats_are_near_the_true_ones() -> None:
    """Through the driver of a real strap: every interval once; times off by a constant delay.

    The delay is learnt in a minute and a half, in which an interval is off by 4 % at most.
    """
    (strap,) = run_for(180.0, "simulated", segment=PACED)
    rr_ms = strap.values(StreamKind.RR)

    assert rr_ms.tolist() == [ticks * 1000 / 1024 for ticks in strap.rr_ticks()][: rr_ms.size]
    assert len(strap.rr_ticks()) - rr_ms.size <= 3
    t_s = strap.t_s(StreamKind.RR)
    stretch = np.diff(t_s) / (rr_ms[1:] / 1000) - 1.0
    assert np.abs(stretch).max() < 0.0401
    assert stretch[t_s[1:] > 100.0] == pytest.approx(0.0, abs=1e-3)


def test_skin_and_belt_deliver_evenly_four_times_a_second() -> None:
    """Every sample once, at 8 and 20 Hz, and none before it was measured."""
    skin, belt = run_for(60.0, "simulated:skin", "simulated:belt")

    for sensor, kind, rate_hz in (
        (skin, StreamKind.EDA, 8.0),
        (belt, StreamKind.RESPIRATION, 20.0),
    ):
        t_s = sensor.t_s(kind)
        assert np.diff(t_s) == pytest.approx(1 / rate_hz)
        assert t_s[0] == pytest.approx(1 / rate_hz)
        assert t_s[-1] > 59.5
        assert 235 <= len(sensor.chunks) <= 240
        assert all(0 < chunk.arrival_s - chunk.t_s[-1] < 0.4 for chunk in sensor.chunks)
        assert {chunk.stream.rate_hz for chunk in sensor.chunks} == {rate_hz}
    assert skin.chunks[0].stream.channels == ("sc_microsiemens",)
    assert belt.chunks[0].stream.channels == ("belt_au",)


def test_the_three_sensors_are_on_one_person() -> None:
    """With the pacer, the pull of the belt and the heart rate of the strap swing together."""
    strap, belt = run_for(240.0, "simulated", "simulated:belt", segment=PACED)
    beat_s, rr_ms = strap.t_s(StreamKind.RR), strap.values(StreamKind.RR)
    is_late = beat_s > 60
    pull_au = np.interp(
        beat_s[is_late], belt.t_s(StreamKind.RESPIRATION), belt.values(StreamKind.RESPIRATION)
    )
    # In-breath quickens the heart; the strap's times may be some tenths late.
    best = min(np.corrcoef(np.roll(pull_au, shift), rr_ms[is_late])[0, 1] for shift in range(-4, 5))

    assert best < -0.6


def test_the_belt_follows_the_pacer() -> None:
    """In the steady state pull and depth of the pacer go together."""
    (belt,) = run_for(240.0, "simulated:belt", segment=PACED)
    t_s, pull_au = belt.t_s(StreamKind.RESPIRATION), belt.values(StreamKind.RESPIRATION)
    is_late = t_s > 60
    depth = [PACED.at(t).depth for t in t_s[is_late]]

    assert np.corrcoef(depth, pull_au[is_late])[0, 1] > 0.8


def test_one_who_does_not_follow_breathes_as_they_please() -> None:
    """With ``follow=0`` the pacer changes nothing."""
    (led,) = run_for(60.0, "simulated:belt?follow=0", segment=PACED)
    (alone,) = run_for(60.0, "simulated:belt?follow=0")

    assert np.array_equal(led.values(StreamKind.RESPIRATION), alone.values(StreamKind.RESPIRATION))


def test_the_same_seed_gives_the_same_bytes() -> None:
    """Packets, chunks and statuses, in whatever strides the clock goes."""
    names = ("simulated?seed=9&ectopic_pct=2&motion_per_min=1&late_ms=400", "simulated:skin?seed=9")
    first = run_for(90.0, *names)
    again = run_for(90.0, *names, hop_s=0.1)

    for one, other in zip(first, again, strict=True):
        assert one.packets == other.packets
        assert one.chunks == other.chunks
        assert one.statuses == other.statuses


def test_another_seed_is_another_person() -> None:
    """Different hearts."""
    one, other = run_for(60.0, "simulated?seed=1", "simulated?seed=2")

    assert one.rr_ticks() != other.rr_ticks()


def test_a_sensor_may_begin_late() -> None:
    """Under a clock that has run for an hour, times begin there."""
    skin, strap = run_for(30.0, "simulated:skin", "simulated:strap", start_s=3600.02)

    assert 3600.0 < skin.t_s(StreamKind.EDA)[0] < 3600.3
    assert all(packet.arrival_s > 3600.02 for packet in strap.packets)
    assert len(strap.packets) >= 28


# What they tell.


def test_a_sensor_tells_when_it_waits_and_streams() -> None:
    """With its battery, and that there are intervals."""
    (strap,) = run_for(30.0, "simulated")
    last = strap.statuses[-1]

    assert strap.states() == [LinkState.WAITING, LinkState.STREAMING]
    assert last.battery_pct is not None
    assert 70 <= last.battery_pct <= 100
    assert last.has_rr is True
    assert last.name == "Simulated strap"
    assert len(strap.statuses) <= 3


def test_the_battery_drains() -> None:
    """One percent in half an hour."""
    (belt,) = run_for(1900.0, "simulated:belt")
    levels = [status.battery_pct for status in belt.statuses]

    assert levels[0] is not None
    assert levels[-1] == levels[0] - 1


# What goes wrong when asked to.


def test_a_lost_link_comes_back() -> None:
    """Every 60 s for 12 s nothing arrives, and the person is told so."""
    strap, skin = run_for(
        150.0,
        "simulated?dropout_every_s=60&dropout_s=12",
        "simulated:skin?dropout_every_s=60&dropout_s=12",
    )

    for sensor in (strap, skin):
        assert sensor.states() == [
            LinkState.WAITING,
            LinkState.STREAMING,
            LinkState.RECONNECTING,
            LinkState.STREAMING,
            LinkState.RECONNECTING,
            LinkState.STREAMING,
        ]
        lost = next(one for one in sensor.statuses if one.state is LinkState.RECONNECTING)
        assert lost.message
        assert lost.attempt == 1
        assert not any(62.0 < chunk.arrival_s < 71.9 for chunk in sensor.chunks)
    gaps_s = np.diff(skin.t_s(StreamKind.EDA))
    assert sorted(gaps_s)[-2:] == pytest.approx([12.0, 12.0], abs=0.51)
    assert sorted(gaps_s)[-3] == pytest.approx(0.125)


def test_what_was_measured_during_a_loss_is_not_sent_later() -> None:
    """The strap's intervals show a gap of 12 s or so, and the beats in it are gone."""
    (strap,) = run_for(110.0, "simulated?dropout_every_s=60&dropout_s=12")
    t_s, rr_ms = strap.t_s(StreamKind.RR), strap.values(StreamKind.RR)
    holes_s = t_s[1:] - rr_ms[1:] / 1000 - t_s[:-1]

    assert np.sum(holes_s > 0.1) == 1
    assert holes_s.max() == pytest.approx(12.0, abs=2.0)


def test_late_packets_keep_their_order() -> None:
    """Up to 2.5 s late: several come at once, none is lost, none overtakes another."""
    (late,) = run_for(300.0, "simulated?late_ms=2500")
    (prompt,) = run_for(300.0, "simulated")
    arrivals_s = [packet.arrival_s for packet in late.packets]
    delays_s = np.array(arrivals_s) - np.arange(len(arrivals_s))
    usual_s = prompt.packets[0].arrival_s

    assert arrivals_s == sorted(arrivals_s)
    assert late.rr_ticks() == prompt.rr_ticks()[: len(late.rr_ticks())]
    assert 1.5 < delays_s.max() - usual_s < 2.8
    assert np.sum(np.diff(arrivals_s) < 0.05) > 10


def test_beats_go_wrong_as_asked() -> None:
    """An interval that spans a missed beat, and short ones of early and extra beats."""
    (strap,) = run_for(600.0, "simulated?missed_pct=2&ectopic_pct=2&extra_pct=1")
    rr_ms = np.array(strap.rr_ticks()) * 1000 / 1024
    ratio = rr_ms / np.median(rr_ms)

    assert np.sum(ratio > 1.6) >= 5
    assert np.sum(ratio < 0.75) >= 8


def test_a_muscle_is_tensed_when_a_guide_asks_for_it() -> None:
    """As its electrodes tell; the same stage's release asks for nothing of the kind."""

    def microvolts(stage: str) -> float:
        state = GuideState(0.0, "release", "open", stage=stage)
        (muscle,) = run_for(30.0, "simulated:muscle", state=state)
        return float(np.median(muscle.values(StreamKind.EMG)))

    assert microvolts("tense-arm") > 3.0 * microvolts("release-arm")


def test_movement_shows_in_skin_and_belt_at_the_same_time() -> None:
    """One person moves, not two sensors. No skin response is as steep as 0.6 µS a sample."""
    skin, belt = run_for(
        600.0, "simulated:skin?motion_per_min=1", "simulated:belt?motion_per_min=1"
    )
    skin_s, skin_slope = skin.t_s(StreamKind.EDA), np.diff(skin.values(StreamKind.EDA))
    belt_s, belt_jump = (
        belt.t_s(StreamKind.RESPIRATION),
        np.diff(belt.values(StreamKind.RESPIRATION)),
    )
    jolts_s = skin_s[1:][np.abs(skin_slope) > 0.6]
    shakes_s = belt_s[1:][np.abs(belt_jump) > 1.0]

    assert jolts_s.size > 5
    assert all(np.min(np.abs(shakes_s - jolt_s)) < 3.0 for jolt_s in jolts_s)


def test_a_sensor_put_on_later_moves_with_the_others() -> None:
    """Movements belong to the person: a second clip, 90 s later, is jolted at the same times."""

    async def run() -> tuple[Kept, Kept]:
        clock = FakeClock()
        info = known("simulated:skin?motion_per_min=2")
        first, second = Kept(), Kept()
        tasks = [asyncio.create_task(open_simulated(info, lambda: None).run(first, clock))]
        await clock.advance(90.0)
        tasks.append(asyncio.create_task(open_simulated(info, lambda: None).run(second, clock)))
        await clock.advance(210.0)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        return first, second

    def jolts_s(sensor: Kept) -> set[float]:
        t_s, values = sensor.t_s(StreamKind.EDA), sensor.values(StreamKind.EDA)
        return {t for t in t_s[1:][np.abs(np.diff(values)) > 0.6].tolist() if t > 100.0}

    first, second = asyncio.run(run())

    assert len(jolts_s(second)) > 5
    assert all(min(abs(t - other) for other in jolts_s(first)) < 6.0 for t in jolts_s(second))


# What they cost.


def test_a_demo_wears_what_most_people_have() -> None:
    """Strap, skin and belt of one person, who has nothing befall them."""
    demo = demo_of()

    assert demo.sensors == (("simulated:strap", "simulated:skin", "simulated:belt"),)
    assert (demo.length_s, demo.story) == (80.0, "")


@pytest.mark.parametrize("name", SCENARIOS)
def test_every_scenario_makes_a_demo(name: str) -> None:
    """With sensors that exist, each with an id of its own, for one person or two."""
    demo = demo_of(name)
    infos = [known(sensor) for worn in demo.sensors for sensor in worn]

    assert len(demo.sensors) == len(SCENARIOS[name].parts)
    assert len({info.sensor_id for info in infos}) == len(infos) == 3 * len(demo.sensors)
    assert demo.length_s == SCENARIOS[name].length_s
    assert demo.story.startswith(SCENARIOS[name].title)


def test_no_demo_is_made_of_an_unknown_scenario() -> None:
    with pytest.raises(SensorNotFoundError, match="There are: calm-evening, hard-memory"):
        demo_of("hard_memory")


def test_sensors_of_a_scenario_show_what_befalls() -> None:
    """The strap's heart and the skin of minutes 12 and 13, against the minutes before."""
    strap, skin = run_for(
        840.0, "simulated:strap?scenario=hard-memory", "simulated:skin?scenario=hard-memory"
    )
    beat_t_s, rr_ms = strap.t_s(StreamKind.RR), strap.values(StreamKind.RR)
    eda_t_s, level = skin.t_s(StreamKind.EDA), skin.values(StreamKind.EDA)

    before = rr_ms[(beat_t_s > 480.0) & (beat_t_s < 720.0)].mean()
    assert rr_ms[beat_t_s > 750.0].mean() < 0.95 * before
    quiet = level[(eda_t_s > 480.0) & (eda_t_s < 720.0)].max()
    assert level[eda_t_s > 800.0].mean() > quiet
