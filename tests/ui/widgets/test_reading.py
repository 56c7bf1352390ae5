"""A large number stands beside its unit; only the largest keeps its note in sight."""

from __future__ import annotations

from dataclasses import replace

import pytest

from biofeedback.samples import Metric
from biofeedback.ui.widgets.reading import Reading

COHERENCE = Metric(100.0, "coherence", 0.72, "", 64.0, 0.95, source="strap")


def test_number_and_unit_stand_side_by_side() -> None:
    reading = Reading("Coherence", "about it", "%", factor=100.0)
    reading.show_metric(COHERENCE)

    assert reading.text == "72"
    assert not reading._unit_label.isHidden()


def test_unit_is_not_shown_of_a_number_that_is_not_there() -> None:
    reading = Reading("Coherence", "about it", "%", factor=100.0)
    reading.show_metric(replace(COHERENCE, quality=0.0))

    assert reading._unit_label.isHidden()


def test_number_below_zero_has_a_true_minus_sign_and_its_digits() -> None:
    reading = Reading("Swing", "about it", "bpm", n_decimals=1)
    reading.show_metric(replace(COHERENCE, value=-3.25))

    assert reading.text == "−3.2"


@pytest.mark.parametrize(("is_hero", "words"), [(True, "last 64 s · signal good"), (False, "")])
def test_only_the_largest_keeps_its_note_while_all_is_well(is_hero: bool, words: str) -> None:
    reading = Reading("Coherence", "about it", "%", factor=100.0, is_hero=is_hero)
    reading.show_metric(COHERENCE)
    assert reading._note.text() == words

    reading.show_metric(replace(COHERENCE, quality=0.6))
    assert reading._note.text() == "last 64 s · signal fair"
