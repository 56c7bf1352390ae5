from __future__ import annotations

import pytest

from biofeedback.simulation.episodes import Episode, EpisodeKind, stirred_at

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
