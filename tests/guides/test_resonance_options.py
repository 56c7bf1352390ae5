"""What the adaptive pacer makes of what it is begun with."""

from __future__ import annotations

from math import inf

import pytest

from biofeedback.guides.pacer import pattern_arguments
from biofeedback.guides.resonance_options import ResonanceOptions
from biofeedback.pacing import PRESETS


def read(**options: float | str) -> ResonanceOptions:
    return ResonanceOptions.read(options)


def test_nothing_chosen_is_six_a_minute_with_a_longer_out_breath() -> None:
    chosen = read()
    assert chosen.start_per_min == 6.0
    assert chosen.shape.in_s / chosen.shape.period_s == pytest.approx(0.4)
    assert (chosen.explores, chosen.asks_first, chosen.is_gentle) == (True, False, False)
    assert chosen.duration_s == inf
    assert chosen.earlier is None


def test_a_breath_that_was_chosen_is_kept() -> None:
    chosen = read(**pattern_arguments(PRESETS["gentle"]))
    assert chosen.shape == PRESETS["gentle"]
    assert chosen.start_per_min == PRESETS["gentle"].breaths_per_min


def test_an_earlier_result_goes_before_the_pace_of_the_breath() -> None:
    chosen = read(
        **pattern_arguments(PRESETS["gentle"]), resonance_per_min=5.3, uncertainty_per_min=0.01
    )
    assert chosen.start_per_min == 5.3
    assert chosen.earlier is not None
    # Nothing is known to a hundredth.
    assert chosen.earlier.sd_per_min >= 0.1


@pytest.mark.parametrize(("gentle", "lowest"), [(0.0, 4.5), (1.0, 5.0)])
def test_no_pace_is_slower_than_it_may_lead_by_itself(gentle: float, lowest: float) -> None:
    chosen = read(gentle=gentle, resonance_per_min=4.2)
    assert chosen.start_per_min == chosen.lowest_per_min == lowest


def test_words_and_numbers_mean_the_same() -> None:
    assert read(explores="no", asks="yes") == read(explores=0.0, asks=1.0)


@pytest.mark.parametrize(
    "options",
    [
        {"resonance_per_min": 20.0},
        {"inhale_fraction": 0.9},
        {"asks": "perhaps"},
        {"in_s": 4.0},
        {"duration_s": float("nan")},
    ],
)
def test_options_that_make_no_sense_are_refused(options: dict[str, float | str]) -> None:
    with pytest.raises(ValueError, match=r"is .* to|is yes or no|missing"):
        ResonanceOptions.read(options)
