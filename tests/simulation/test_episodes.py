from __future__ import annotations

import pytest

from biofeedback.simulation.episodes import Episode, EpisodeKind, drawn_episodes, stirred_at

SURGE, SHUTDOWN = EpisodeKind.SURGE, EpisodeKind.SHUTDOWN


def test_an_episode_holds_from_its_beginning_to_before_its_end() -> None:
    episode = Episode(SURGE, 60.0, 30.0)

    assert [episode.holds_at(t_s) for t_s in (59.9, 60.0, 89.9, 90.0)] == [False, True, True, False]


def test_the_strongest_of_a_kind_counts() -> None:
    """And the two kinds do not mix."""
    episodes = (
        Episode(SURGE, 0.0, 100.0, 0.4),
        Episode(SURGE, 50.0, 10.0, 0.9),
        Episode(SHUTDOWN, 55.0, 100.0, 0.5),
    )

    assert stirred_at(episodes, 10.0) == (0.4, 0.0)
    assert stirred_at(episodes, 57.0) == (0.9, 0.5)
    assert stirred_at(episodes, 120.0) == (0.0, 0.5)
    assert stirred_at((), 5.0) == (0.0, 0.0)


@pytest.mark.parametrize(
    ("begin_s", "length_s", "strength"),
    [(-1.0, 1.0, 1.0), (float("nan"), 1.0, 1.0), (0.0, 0.0, 1.0), (0.0, 1.0, 0.0), (0.0, 1.0, 1.1)],
)
def test_an_impossible_episode_is_refused(begin_s: float, length_s: float, strength: float) -> None:
    with pytest.raises(ValueError, match="strength"):
        Episode(SURGE, begin_s, length_s, strength)


def test_chance_brings_episodes_as_often_as_told() -> None:
    """4 surges and 0.3 shutdowns an hour of the time between them, over 300 hours of 300 people."""
    fates = [drawn_episodes(seed, 3600.0) for seed in range(300)]
    surges = [one for fate in fates for one in fate if one.kind is SURGE]
    shutdowns = [one for fate in fates for one in fate if one.kind is SHUTDOWN]

    # A surge of 52 s on average takes a little of the hour away.
    assert len(surges) / 300 == pytest.approx(4.0 / (1 + 4.0 * 52.5 / 3600.0), rel=0.08)
    assert len(shutdowns) / 300 == pytest.approx(0.3, abs=0.08)
    assert all(15.0 <= one.length_s <= 90.0 and 0.3 <= one.strength <= 1.0 for one in surges)
    assert all(60.0 <= one.length_s <= 300.0 and one.strength == 1.0 for one in shutdowns)


def test_a_fate_is_in_order_and_a_longer_life_begins_as_the_shorter() -> None:
    short, long = drawn_episodes(7, 1800.0), drawn_episodes(7, 36000.0)

    assert [one.begin_s for one in long] == sorted(one.begin_s for one in long)
    assert tuple(one for one in long if one.begin_s < 1800.0) == short
    assert drawn_episodes(7, 36000.0, surges_per_hour=0.0, shutdowns_per_hour=0.0) == ()
    kinds = {one.kind for one in drawn_episodes(7, 360000.0, surges_per_hour=0.0)}
    assert kinds == {SHUTDOWN}
