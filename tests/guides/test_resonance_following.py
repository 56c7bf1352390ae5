"""Who goes with the pacer well enough to be led on."""

from __future__ import annotations

from cmath import exp

import pytest

from biofeedback.guides.body import Body
from biofeedback.guides.resonance_following import PaceFollowing
from biofeedback.guides.swing_listening import BreathSwing
from biofeedback.samples import Metric

PERIOD_S = 10.0


def felt(
    *told: float, quality: float = 0.9, following: PaceFollowing | None = None
) -> PaceFollowing:
    """One adherence a breath, beside what was heard of the heart."""
    following, body = following or PaceFollowing(), Body()
    for place, adherence in enumerate(told):
        t_s = PERIOD_S * place
        body.take(Metric(t_s, "adherence", adherence, "", 50.0, quality, source="belt"), t_s)
        following.sense(t_s, body, ())
    return following


def waves(*turns: float | None, size_bpm: float = 8.0) -> PaceFollowing:
    """One wave a breath, its phase in turns."""
    following = PaceFollowing()
    swings = [
        BreathSwing(
            PERIOD_S * place,
            PERIOD_S,
            60.0,
            None if turn is None else size_bpm * exp(6.283j * turn),
            64.0,
        )
        for place, turn in enumerate(turns)
    ]
    following.sense(PERIOD_S * len(turns), Body(), swings)
    return following


@pytest.mark.parametrize(
    ("told", "follows"),
    [
        ((0.9, 0.9, 0.9), True),
        ((0.9, 0.6, 0.55, 0.6), True),  # a lapse, and on the way back
        ((0.9, 0.6, 0.4), False),  # away just now
        ((0.7, 0.75, 0.79), False),  # never quite with it
        ((0.9, *[0.6] * 10), False),  # long ago
    ],
)
def test_where_the_breath_is_felt_the_best_of_the_last_breaths_counts(
    told: tuple[float, ...], *, follows: bool
) -> None:
    following = felt(*told)
    now_s = PERIOD_S * len(told)
    assert following.is_felt(now_s)
    assert following.is_followed(now_s) is follows


@pytest.mark.parametrize(
    ("told", "turns", "follows"),
    [
        # Back from a lapse of two breaths, which the last values still lie over.
        ((0.9, 0.9, 0.6, 0.4, 0.3, 0.3), (0.0, 0.0, 0.0, 0.0, 0.0, 0.4, 0.1), True),
        # In it.
        ((0.9, 0.9, 0.6, 0.4, 0.3, 0.3), (0.0, 0.0, 0.0, 0.0, 0.0, 0.1, 0.4), False),
        # The breath was felt, and never quite with it, whatever the heart does.
        ((0.7, 0.7, 0.6, 0.4, 0.3, 0.3), (0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0), False),
    ],
)
def test_the_heart_tells_sooner_than_the_belt_who_came_back(
    told: tuple[float, ...], turns: tuple[float, ...], *, follows: bool
) -> None:
    following = felt(*told, following=waves(*turns))
    assert following.is_followed(PERIOD_S * len(turns)) is follows


def test_what_the_heart_alone_lets_guess_is_unknown_and_not_bad() -> None:
    following = felt(0.2, 0.2, 0.2, quality=0.5)
    assert not following.is_felt(30.0)
    assert not following.is_followed(30.0)


@pytest.mark.parametrize(
    ("turns", "follows"),
    [
        ((0.0, 0.1, 0.05, -0.05, 0.0), True),
        ((0.0, 0.1, 0.05, -0.05, 0.0, 0.5, 0.3, 0.1), True),  # after a lapse of two breaths
        ((0.0, 0.1, 0.05, -0.05, 0.0, 0.5), False),  # in a lapse
        ((0.0, 0.5, 0.0, 0.3, 0.7, 0.1), False),
        ((0.0, 0.0, 0.0, 0.0), False),  # too few
        ((0.0, 0.0, None, 0.0, 0.0, 0.0), False),
    ],
)
def test_where_only_the_heart_tells_five_waves_in_a_row_keep_one_phase(
    turns: tuple[float | None, ...], *, follows: bool
) -> None:
    assert waves(*turns).is_followed(PERIOD_S * len(turns)) is follows


def test_a_wave_that_is_hardly_there_is_none() -> None:
    assert not waves(0.0, 0.0, 0.0, 0.0, 0.0, size_bpm=0.5).is_followed(50.0)


def test_waves_of_long_ago_tell_nothing() -> None:
    following = waves(0.0, 0.0, 0.0, 0.0, 0.0)
    assert following.is_followed(60.0)
    assert not following.is_followed(200.0)


def test_what_was_before_a_pause_is_forgotten() -> None:
    for following in (felt(0.9, 0.9), waves(0.0, 0.0, 0.0, 0.0, 0.0)):
        following.forget()
        assert not following.is_followed(50.0)
