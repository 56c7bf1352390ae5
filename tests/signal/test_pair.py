"""Two people's results: alike beyond chance, only pacing together, or not to be told."""

from __future__ import annotations

import pickle
from dataclasses import replace
from math import isnan
from typing import TYPE_CHECKING

import numpy as np
import pytest

from biofeedback.kinds import Role
from biofeedback.pacing import BreathPattern
from biofeedback.samples import Beat, Breath, Metric, RRFlag
from biofeedback.signal.pacer_history import PacerHistory
from biofeedback.signal.pair import PairNode

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence


def beats(seed: int, until_s: float, shared: bool, swing_bpm: float = 0.0) -> list[Beat]:
    """A heart at 65 bpm that drifts, of its own accord or with a drive that is shared."""
    rng = np.random.default_rng(0 if shared else seed)
    hz, phases = rng.uniform(0.012, 0.045, 6), rng.uniform(0, 2 * np.pi, 6)
    own = np.random.default_rng(seed + 77)
    result, t_s = [], 0.0
    while t_s < until_s:
        rate = 65 + 1.5 * np.sin(2 * np.pi * hz * t_s + phases).sum()
        rate += swing_bpm * np.sin(2 * np.pi * t_s / 10.0) + own.normal(0, 0.5)
        rr_ms = 60000.0 / rate
        t_s += rr_ms / 1000.0
        result.append(Beat(t_s, rr_ms, rr_ms, RRFlag.NORMAL, f"strap-{seed}"))
    return result


def feed(
    node: PairNode, streams: Mapping[Role, Sequence[Beat | Breath]], until_s: float
) -> list[Metric]:
    """Push both people's results second by second, as they would become known."""
    results: list[Metric] = []
    for second in range(int(until_s)):
        results += node.due(float(second))
        for role, items in streams.items():
            for item in items:
                if second <= item.t_s < second + 1:
                    node.take(role, item)
    return results


def paced(at_s: float = -1.0, rate: float = 6.0) -> PacerHistory:
    pacer = PacerHistory()
    pacer.push(at_s, [*BreathPattern.at_rate(rate).parts_s, 0.0, 0.0])
    return pacer


def values(results: list[Metric], name: str) -> list[float]:
    return [metric.value for metric in results if metric.name == name]


def test_a_shared_drive_shows_after_five_minutes() -> None:
    node = PairNode(PacerHistory())
    results = feed(
        node,
        {Role.CLIENT: beats(1, 400, shared=True), Role.PARTNER: beats(2, 400, shared=True)},
        400,
    )

    told = [m for m in results if m.name == "heart_synchrony" and not isnan(m.value)]
    assert told[0].t_s >= 300
    assert told[-1].value > 2
    assert told[-1].reason == ""
    assert all(m.source == "together" for m in results)


def test_strangers_are_told_to_be_no_more_alike_than_chance() -> None:
    n_alike = 0
    for seed in range(10, 30, 2):
        streams = {
            Role.CLIENT: beats(seed, 330, shared=False),
            Role.PARTNER: beats(seed + 1, 330, shared=False),
        }
        results = feed(PairNode(PacerHistory()), streams, 330)
        last = [m for m in results if m.name == "heart_synchrony"][-1]
        n_alike += last.reason == ""
    assert n_alike <= 2


def test_one_pacer_alone_is_pacing_together_and_no_synchrony() -> None:
    n_alike = 0
    together = []
    for seed in range(40, 60, 2):
        streams = {
            Role.CLIENT: beats(seed, 430, shared=False, swing_bpm=6.0),
            Role.PARTNER: beats(seed + 1, 430, shared=False, swing_bpm=6.0),
        }
        results = feed(PairNode(paced()), streams, 430)
        n_alike += [m for m in results if m.name == "heart_synchrony"][-1].reason == ""
        metric = [m for m in results if m.name == "pacing_together"][-1]
        together.append(metric.value)
        assert "nothing more" in metric.reason
    assert n_alike <= 2
    assert np.median(together) > 0.6


def breaths(source: str, until_s: float, period_s: float, jitter_s: float = 0.0) -> list[Breath]:
    rng = np.random.default_rng(len(source))
    onsets = np.arange(0, until_s, period_s)
    onsets = onsets + rng.normal(0, jitter_s, onsets.size) if jitter_s else onsets
    return [
        Breath(end, onset, (onset + end) / 2, source)
        for onset, end in zip(onsets[:-1].tolist(), onsets[1:].tolist(), strict=True)
    ]


def test_breaths_with_the_pacer_are_together_and_breaths_of_their_own_are_not() -> None:
    with_it = {
        Role.CLIENT: breaths("a", 400, 10.0, 0.3),
        Role.PARTNER: breaths("bb", 400, 10.0, 0.3),
    }
    without = {Role.CLIENT: breaths("a", 400, 10.0), Role.PARTNER: breaths("bb", 400, 4.3)}

    both = values(feed(PairNode(paced()), with_it, 400), "pacing_together")
    one = values(feed(PairNode(paced()), without, 400), "pacing_together")

    assert both[-1] > 0.9
    assert one[-1] < 0.3


def test_each_with_their_own_pacer_is_pacing_together_too() -> None:
    """At 6 and at 5 a minute both keep time; against one pacer the second would not."""
    client, partner = paced(), paced(rate=5.0)
    streams = {Role.CLIENT: breaths("one", 400, 10.0), Role.PARTNER: breaths("two", 400, 12.0)}
    own = values(feed(PairNode(client, partner_pacer=partner), streams, 400), "pacing_together")
    one = values(feed(PairNode(client), streams, 400), "pacing_together")
    assert own[-1] > 0.95
    assert one[-1] < 0.5


def test_a_change_of_the_pacer_is_said_and_nothing_told_of_it() -> None:
    pacer = paced()
    pacer.push(250.0, [*BreathPattern.at_rate(5.0).parts_s, 0.0, 0.0])
    streams = {
        Role.CLIENT: beats(1, 400, shared=True),
        Role.PARTNER: beats(2, 400, shared=True),
    }
    results = feed(PairNode(pacer), streams, 400)

    synchrony = [m for m in results if m.name == "heart_synchrony" and m.t_s >= 320]
    assert synchrony
    assert all(isnan(m.value) and "pacer changed" in m.reason for m in synchrony)


def test_one_person_alone_gives_nothing() -> None:
    assert feed(PairNode(paced()), {Role.CLIENT: beats(1, 330, shared=True)}, 330) == []


def test_a_gap_in_one_of_the_two_starts_the_five_minutes_anew() -> None:
    partner = [beat for beat in beats(2, 700, shared=True) if not 200 < beat.t_s < 210]
    streams = {Role.CLIENT: beats(1, 700, shared=True), Role.PARTNER: partner}
    results = feed(PairNode(PacerHistory()), streams, 700)

    told = [m.t_s for m in results if m.name == "heart_synchrony" and not isnan(m.value)]
    waiting = [m for m in results if m.name == "heart_synchrony" and isnan(m.value)]
    assert min(told) >= 510
    assert all(m.wait_s > 0 for m in waiting)


@pytest.mark.parametrize("first", [0, 1])
def test_which_of_two_sensors_spoke_first_leaves_no_trace(first: int) -> None:
    """Of two that hear the same heart the one is taken that reaches back as far and comes first."""
    ours = [beats(1, 330, shared=True), beats(3, 330, shared=True)]
    ours = [ours[first], ours[1 - first]]
    node = PairNode(PacerHistory())
    results: list[Metric] = []
    for second in range(330):
        results += node.due(float(second))
        for role, streams in ((Role.CLIENT, ours), (Role.PARTNER, [beats(2, 330, shared=True)])):
            for stream in streams:
                for beat in stream:
                    if second <= beat.t_s < second + 1:
                        node.take(role, beat)

    alone = feed(
        PairNode(PacerHistory()),
        {Role.CLIENT: beats(1, 330, shared=True), Role.PARTNER: beats(2, 330, shared=True)},
        330,
    )
    assert values(results, "heart_synchrony")[-1] == values(alone, "heart_synchrony")[-1]


def test_a_sensor_that_is_gone_for_good_gives_way_to_another() -> None:
    first = [beat for beat in beats(1, 900, shared=True) if beat.t_s < 100]
    second = [beat for beat in beats(3, 900, shared=True) if beat.t_s > 150]
    streams = {Role.CLIENT: first + second, Role.PARTNER: beats(2, 900, shared=True)}
    results = feed(PairNode(PacerHistory()), streams, 600)

    told = [m.t_s for m in results if m.name == "heart_synchrony" and not isnan(m.value)]
    assert min(told) <= 470


def test_what_came_before_both_wore_a_sensor_does_not_count() -> None:
    streams = {Role.CLIENT: beats(1, 400, shared=True), Role.PARTNER: beats(2, 400, shared=True)}
    results = feed(PairNode(PacerHistory(), 55.0), streams, 400)

    assert min(m.t_s for m in results) == 60.0
    assert min(m.t_s for m in results if not isnan(m.value)) >= 355.0


def test_sensors_that_come_and_go_leave_nothing_behind() -> None:
    node = PairNode(PacerHistory())
    sizes: list[int] = []
    partner = beats(2, 60, shared=True)
    for visit in range(40):
        moved = [
            replace(beat, t_s=beat.t_s + 60.0 * visit, source=f"strap-{visit}") for beat in partner
        ]
        streams = {Role.CLIENT: moved, Role.PARTNER: moved}
        for second in range(60 * visit, 60 * visit + 60):
            node.due(float(second))
            for role, items in streams.items():
                for item in items:
                    if second <= item.t_s < second + 1:
                        node.take(role, item)
        sizes.append(len(pickle.dumps(node)))
    assert sizes[-1] <= 1.1 * sizes[9]


def test_skins_that_answer_together_are_alike() -> None:
    rng = np.random.default_rng(3)
    t_s = np.arange(0, 400, 0.125)
    drive = np.interp(t_s, np.arange(0, 401, 8.0), rng.standard_normal(51).cumsum() * 0.2)
    node = PairNode(PacerHistory())
    results: list[Metric] = []
    for second in range(400):
        results += node.due(float(second))
        part = slice(second * 8, second * 8 + 8)
        for role, level in ((Role.CLIENT, 6.0), (Role.PARTNER, 11.0)):
            noise = 0.02 * rng.standard_normal(8)
            node.skin(role, role.value, t_s[part], level + drive[part] + noise)

    assert values(results, "skin_synchrony")[-1] > 2
    assert values(results, "skin_phase_locking")[-1] > 0.9


@pytest.mark.parametrize("cut", [1, 3, 8])
def test_skin_is_the_same_however_it_is_cut(cut: int) -> None:
    rng = np.random.default_rng(5)
    t_s = np.arange(0, 330, 0.125)
    values_us = {role: 8 + rng.standard_normal(t_s.size).cumsum() * 0.01 for role in Role}

    def told(size: int) -> list[Metric]:
        node = PairNode(PacerHistory())
        results: list[Metric] = []
        for second in range(330):
            results += node.due(float(second))
            for role in Role:
                for first in range(second * 8, second * 8 + 8, size):
                    part = slice(first, min(first + size, second * 8 + 8))
                    node.skin(role, role.value, t_s[part], values_us[role][part])
        return results

    assert [repr(m) for m in told(cut)] == [repr(m) for m in told(8)]


def test_a_leap_in_time_is_no_work() -> None:
    node = PairNode(PacerHistory())
    feed(
        node, {Role.CLIENT: beats(1, 60, shared=True), Role.PARTNER: beats(2, 60, shared=True)}, 60
    )
    assert len(node.due(1e12)) < 10
