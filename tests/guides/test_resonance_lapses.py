"""Breaths are left out where it is clear that they were not followed, and nowhere else."""

from __future__ import annotations

import pytest

from biofeedback.guides.body import Body
from biofeedback.guides.resonance_lapses import Lapses
from biofeedback.guides.swing_listening import BreathSwing
from biofeedback.samples import Metric


def breath(begin_g_s: float) -> BreathSwing:
    return BreathSwing(begin_g_s, 10.0, 60.0, 8.0 + 0.0j, 65.0)


def told(*values: float, quality: float = 1.0, since_g_s: float = 0.0) -> Lapses:
    """Hear a value every ten seconds from the fiftieth on, each over the fifty before it."""
    lapses, body = Lapses(), Body()
    lapses.begin(since_g_s)
    for place, value in enumerate(values):
        t_s = 50.0 + 10.0 * place
        body.take(Metric(t_s, "adherence", value, "", 50.0, quality, source="belt"), t_s + 2.0)
        # Guide time runs 7 s behind: a pause lay before all this.
        lapses.sense(t_s + 2.0 - 7.0, body)
    return lapses


def test_a_breath_is_left_out_where_all_that_was_told_over_it_is_low() -> None:
    lapses = told(0.9, 0.4, 0.3, 0.3, 0.3, 0.4, 0.9, since_g_s=-10.0)
    # By guide time the first good value ends at 43 s, and the last begins at 53.
    assert lapses.is_lapse(breath(43.0))
    assert not lapses.is_lapse(breath(33.0))
    assert not lapses.is_lapse(breath(53.0))


def test_where_nothing_was_told_nothing_is_left_out() -> None:
    assert not Lapses().is_lapse(breath(10.0))
    assert not told(0.1).is_lapse(breath(200.0))


@pytest.mark.parametrize("value", [0.5, 0.7])
def test_what_is_only_unsteady_counts(value: float) -> None:
    assert not told(*[value] * 5).is_lapse(breath(53.0))


def test_what_the_heart_alone_lets_guess_leaves_out_nothing() -> None:
    assert told(*[0.1] * 5).is_lapse(breath(53.0))
    assert not told(*[0.1] * 5, quality=0.5).is_lapse(breath(53.0))


def test_what_is_told_over_a_break_says_nothing_of_either_side() -> None:
    lapses = told(0.1, 0.1, 0.1, since_g_s=12.0)
    assert not lapses.is_lapse(breath(5.0))
    assert lapses.is_lapse(breath(30.0))
