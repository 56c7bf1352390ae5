from __future__ import annotations

import gc
from weakref import ref

import pytest

from biofeedback.clock import FakeClock
from biofeedback.pacing import BreathPattern, PacerSegment
from biofeedback.simulation.body import BodySignal, Person, body_of
from biofeedback.simulation.client import VirtualClient
from biofeedback.simulation.guidance import Guidance, Way
from biofeedback.simulation.options import person_from, read_options


def no_pacer() -> PacerSegment | None:
    return None


def test_sensors_of_one_person_share_a_body() -> None:
    """The same person under the same clock is one body; another seed or clock is not."""
    clock = FakeClock()
    body = body_of(Person(7), clock)

    assert body_of(Person(7), clock) is body
    assert body_of(Person(8), clock) is not body
    assert body_of(Person(7), FakeClock()) is not body


def test_a_body_ends_with_its_last_sensor() -> None:
    """Nothing keeps it, so that a new session is a new life."""
    clock = FakeClock()
    body = ref(body_of(Person(7), clock))
    gc.collect()

    assert body() is None


def test_each_reader_gets_everything_once_and_in_order() -> None:
    """However the readers take turns, each gets what the client alone would give."""
    clock = FakeClock()
    body = body_of(Person(7), clock)
    beats, eda, belt = (body.reader(signal) for signal in BodySignal)
    taken = {reader: list[tuple[float, float]]() for reader in (beats, eda, belt)}
    for quarter in range(1, 240):
        body.advance(quarter / 4, no_pacer)
        taken[eda] += eda.take(quarter / 4)
        if quarter % 4 == 0:
            taken[beats] += beats.take(quarter / 4 - 0.5)
        taken[belt] += belt.take(quarter / 4)
    alone = VirtualClient.from_seed(7).advance(59.75)

    assert [value for _, value in taken[eda]] == alone.eda_microsiemens.tolist()
    assert [value for _, value in taken[belt]] == alone.belt_au.tolist()
    expected = [rr for t, rr in zip(alone.beat_t_s, alone.rr_ms, strict=True) if t <= 58.5]
    assert [value for _, value in taken[beats]] == expected


def test_taking_stops_at_the_time_asked_for() -> None:
    """A slow strap gets no beat from after its packet, though the belt went on."""
    body = body_of(Person(7), FakeClock())
    beats = body.reader(BodySignal.BEATS)
    body.advance(30.0, no_pacer)

    assert max(t_s for t_s, _ in beats.take(10.0)) <= 10.0
    assert min(t_s for t_s, _ in beats.take(30.0)) > 10.0


def test_a_life_may_begin_late() -> None:
    """Sensors put on at 100 s read nothing from before."""
    body = body_of(Person(7), FakeClock(100.02))
    belt = body.reader(BodySignal.BELT)
    body.advance(101.0, no_pacer)
    times_s = [t_s for t_s, _ in belt.take(200.0)]

    assert times_s[0] == pytest.approx(100.05)
    assert times_s[-1] == pytest.approx(101.0)


def test_the_body_breathes_with_the_present_pacer() -> None:
    """Asked at each advance; the steps of one advance share the answer."""
    segment = PacerSegment(0.0, BreathPattern.at_rate(6.0))
    body = body_of(Person(7), FakeClock())
    for quarter in range(1, 480):
        body.advance(quarter / 4, lambda: segment)

    pacer_cycles = segment.at(body.client.now_s).phase_rad / 6.283185307179586
    distance = (body.client.breath_phase_cycles - pacer_cycles + 0.5) % 1.0 - 0.5
    assert abs(distance) < 0.25


def test_the_body_follows_what_is_asked_at_the_time() -> None:
    """A muscle is tensed from the advance on at which it is asked for."""
    tense = Guidance(Way.MUSCLE, tense=1.0)
    body = body_of(Person(7), FakeClock())
    life = body.life_reader()
    for second in range(1, 21):
        body.advance(float(second), no_pacer, lambda: tense if second > 10 else None)  # noqa: B023 - asked at once
    tensing = [value for one in life.take() for value in one.tensing.tolist()]

    assert max(tensing[:200]) == 0.0
    assert min(tensing[260:]) > 0.9


def test_a_guide_that_asks_for_nothing_changes_nothing() -> None:
    """The same seed is the same person, to the last bit, with a guide of the breath or without."""
    alone, asked = body_of(Person(7), FakeClock()), body_of(Person(7), FakeClock())
    lives = alone.life_reader(), asked.life_reader()
    alone.advance(60.0, no_pacer)
    asked.advance(60.0, no_pacer, lambda: None)
    (one,), (other,) = lives[0].take(), lives[1].take()

    for name in ("rr_ms", "eda_microsiemens", "belt_au", "arousal"):
        assert getattr(one, name).tolist() == getattr(other, name).tolist(), name


def test_a_waveform_sensor_reads_all_that_happened() -> None:
    """Every stretch once, in order, from when it was put on."""
    body = body_of(Person(7), FakeClock())
    body.advance(10.0, no_pacer)
    life = body.life_reader()
    stretches = []
    for second in range(11, 31):
        body.advance(float(second), no_pacer)
        if second % 3 == 0:
            stretches += life.take()
    stretches += life.take()
    alone = VirtualClient.from_seed(7)
    alone.advance(10.0)
    whole = alone.advance(30.0)

    for name in ("rr_ms", "volume", "arousal", "heart_rate_bpm"):
        joined = [value for one in stretches for value in getattr(one, name).tolist()]
        assert joined == getattr(whole, name).tolist(), name
    assert life.take() == []


def test_coupled_people_share_a_drive() -> None:
    """What is added to their heart rates is the same for both, at every time."""
    added = []
    for seed in (7, 8):
        rates = []
        for coupled_bpm in (0.0, 2.0):
            body = body_of(Person(seed, coupled_bpm=coupled_bpm), FakeClock())
            rates.append(body.client.advance(120.0).heart_rate_bpm)
        added.append(rates[1] - rates[0])

    assert added[0] == pytest.approx(added[1], abs=1e-9)
    assert added[0].std() > 0.5


def test_sensors_on_one_part_of_a_scenario_share_its_body() -> None:
    """What befalls is of the body: whichever sensor looks, and whoever looks beside it."""
    strap, skin = (person_from(read_options("scenario=hard-memory")) for _ in range(2))
    clock = FakeClock()
    body = body_of(strap, clock)
    assert body_of(skin, clock) is body
    assert body_of(Person(strap.seed), clock) is not body

    body.advance(100.0, no_pacer)
    body.reader(BodySignal.EDA)
    watched = body.client.advance(800.0)
    alone = body_of(skin, FakeClock()).client
    alone.advance(100.0)
    assert alone.advance(800.0).rr_ms.tolist() == watched.rr_ms.tolist()
    assert watched.arousal[-1200:].mean() > 2 * watched.arousal[:6000].mean()
