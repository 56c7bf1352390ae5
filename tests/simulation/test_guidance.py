from __future__ import annotations

import pytest

from biofeedback.simulation.guidance import Guidance, Way
from biofeedback.simulation.temperament import Temperament

PERSON = Temperament(grounding_match=0.9, muscle_match=0.4, kindness_match=0.1)


@pytest.mark.parametrize(
    ("way", "match", "relaxes"),
    [(Way.GROUNDING, 0.9, False), (Way.MUSCLE, 0.4, True), (Way.KINDNESS, 0.1, True)],
)
def test_each_way_suits_a_person_in_its_own_measure(way: Way, match: float, relaxes: bool) -> None:
    """Grounding alone asks nobody to let go."""
    assert Guidance(way).match(PERSON) == match
    assert Guidance(way).relaxes is relaxes
