"""Above, within, below, or can't tell."""

from __future__ import annotations

from itertools import pairwise
from math import isnan, nan
from typing import TYPE_CHECKING

from hypothesis import given, settings
from hypothesis import strategies as st

from biofeedback.signal.arousal_zone import (
    ABOVE_AFTER_S,
    BELOW_AFTER_S,
    GIVE_UP_AFTER_S,
    LEAVE_AFTER_S,
    REFRACTORY_S,
    TELL_AFTER_S,
    ArousalZone,
    Zone,
)

if TYPE_CHECKING:
    from collections.abc import Callable


def follow(*parts: tuple[float, float]) -> list[tuple[float, Zone]]:
    """Give each index for so many seconds; return the zone at each evaluation."""
    zone = ArousalZone()
    t_s = 0.0
    found = []
    for arousal, seconds in parts:
        for _ in range(round(seconds / 5)):
            found.append((t_s, zone.push(t_s, arousal)))
            t_s += 5.0
    return found


def changes(found: list[tuple[float, Zone]]) -> list[tuple[float, Zone]]:
    return [
        (t_s, zone)
        for (_, before), (t_s, zone) in zip([(0.0, Zone.UNKNOWN), *found], found, strict=False)
        if zone is not before
    ]


def test_above_is_entered_after_20_s_and_left_after_20_s_under_the_lower_level() -> None:
    found = changes(follow((0.0, 60), (1.6, 60), (1.2, 60), (0.9, 60)))
    assert found == [(20.0, Zone.WITHIN), (80.0, Zone.ABOVE), (200.0, Zone.WITHIN)]


def test_below_takes_a_minute() -> None:
    found = changes(follow((0.0, 60), (-1.6, 55), (0.0, 60), (-1.6, 120), (-0.9, 60)))
    assert found == [(20.0, Zone.WITHIN), (235.0, Zone.BELOW), (315.0, Zone.WITHIN)]


def test_a_short_hole_changes_nothing_and_a_longer_one_is_told() -> None:
    assert changes(follow((0.0, 60), (nan, 15), (0.0, 60))) == [(20.0, Zone.WITHIN)]
    found = changes(follow((0.0, 60), (nan, 40), (0.0, 60)))
    assert found == [(20.0, Zone.WITHIN), (75.0, Zone.UNKNOWN), (120.0, Zone.WITHIN)]


def test_hovering_at_a_level_does_not_chatter() -> None:
    found = follow((0.0, 60), *[(1.55, 25), (1.2, 25)] * 40)
    assert len(changes(found)) == 2
    found = follow((0.0, 60), *[(1.6, 5), (1.4, 5)] * 40)
    assert len(changes(found)) == 1


def test_a_minute_passes_between_two_departures() -> None:
    found = changes(follow((0.0, 60), *[(2.0, 30), (0.0, 30)] * 20))
    entered = [t_s for t_s, zone in found if zone is Zone.ABOVE]
    left = [t_s for t_s, zone in found if zone is Zone.WITHIN][1:]
    assert all(
        next_s - left_s >= REFRACTORY_S for left_s, next_s in zip(left, entered[1:], strict=False)
    )
    assert len(found) / 20 < 2


def test_a_silence_begins_anew() -> None:
    zone = ArousalZone()
    for n in range(10):
        zone.push(5.0 * n, 2.0)
    assert zone.zone is Zone.ABOVE
    assert zone.push(300.0, 2.0) is Zone.UNKNOWN


def test_words_about_low_ask_and_no_words_judge() -> None:
    assert Zone.BELOW.words.endswith("?")
    every = " ".join(zone.words for zone in Zone).lower()
    for judging in ("dissoc", "shut", "freeze", "panic", "stress", "anxi", "bad", "too ", "must"):
        assert judging not in every
    assert isnan(Zone.UNKNOWN.value_or_nan)
    assert [zone.value_or_nan for zone in (Zone.BELOW, Zone.WITHIN, Zone.ABOVE)] == [-1, 0, 1]


@settings(max_examples=200, deadline=None)
@given(
    st.lists(
        st.tuples(
            st.one_of(st.floats(-4, 4), st.sampled_from([nan, 1.5, -1.5, 1.0, -1.0])),
            st.integers(1, 20).map(lambda n: 5.0 * n),
        ),
        max_size=60,
    )
)
def test_no_change_comes_faster_than_its_dwell(parts: list[tuple[float, float]]) -> None:
    found = follow(*parts)
    moves = changes(found)
    needed = {
        Zone.ABOVE: ABOVE_AFTER_S,
        Zone.BELOW: BELOW_AFTER_S,
        Zone.UNKNOWN: GIVE_UP_AFTER_S,
        Zone.WITHIN: min(LEAVE_AFTER_S, TELL_AFTER_S),
    }
    index = [arousal for arousal, seconds in parts for _ in range(round(seconds / 5))]
    fits: dict[Zone, Callable[[float], bool]] = {
        Zone.ABOVE: lambda arousal: arousal >= 1.5,
        Zone.BELOW: lambda arousal: arousal <= -1.5,
        Zone.UNKNOWN: isnan,
        Zone.WITHIN: lambda arousal: not isnan(arousal),
    }
    for t_s, zone in moves:
        last = index[max(round((t_s - needed[zone]) / 5), 0) : round(t_s / 5) + 1]
        assert t_s >= needed[zone]
        assert all(fits[zone](arousal) for arousal in last)
    departed = [(t_s, zone) for t_s, zone in moves if zone in {Zone.ABOVE, Zone.BELOW}]
    for (first_s, _), (second_s, _) in pairwise(departed):
        assert second_s - first_s >= REFRACTORY_S
