"""The second decomposition finds what was put into a made-up skin."""

from __future__ import annotations

import numpy as np
import pytest

from biofeedback.analysis import analyze
from biofeedback.analysis.skin_review import review_skin
from biofeedback.sessions.formats import Recording

RATE_HZ = 8.0


def skin(hole: slice | None = None) -> Recording:
    """Five minutes at 5 µS with a response of 0.5 µS every 15 s."""
    t_s = np.arange(0, 300, 1 / RATE_HZ)
    values = np.full(t_s.size, 5.0)
    for onset_s in np.arange(7.0, 290.0, 15.0):
        age_s = np.maximum(t_s - onset_s, 0.0)
        shape = np.exp(-age_s / 2.0) - np.exp(-age_s / 0.7)
        values += 0.5 * shape / shape.max()
    if hole is not None:
        values[hole] = 0.0
    return Recording.of(rate_hz=RATE_HZ, eda_microsiemens=values)


def test_responses_and_level_are_those_put_in() -> None:
    review = review_skin(skin().chunks)

    assert review is not None
    assert review.scr_per_min == pytest.approx(19 / 5, abs=0.25)
    assert review.scr_sum_microsiemens == pytest.approx(0.5 * 19 / 5, rel=0.15)
    assert review.scl_microsiemens == pytest.approx(5.0, abs=0.2)


def test_time_without_contact_is_left_out() -> None:
    review = review_skin(skin(slice(800, 1200)).chunks)

    assert review is not None
    assert review.scl_microsiemens == pytest.approx(5.0, abs=0.3)
    assert review.scr_per_min == pytest.approx(19 / 5, abs=0.6)


def test_without_skin_there_is_nothing_to_review() -> None:
    assert review_skin(Recording.of(rr_ms=[800.0] * 20).chunks) is None
    assert review_skin(Recording.of(rate_hz=8.0, eda_microsiemens=np.full(40, 5.0)).chunks) is None


def test_it_is_asked_for_with_the_second_opinion() -> None:
    asked = analyze(skin(), with_second_opinion=True)
    assert asked.skin_review is not None
    assert asked.plain()["skin_review"]["scr_per_min"] == asked.skin_review.scr_per_min
    assert analyze(skin()).skin_review is None
