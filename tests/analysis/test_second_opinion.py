"""NeuroKit2 beside our numbers: equal where the methods are one, explained where they are not."""

from __future__ import annotations

import sys
from math import isnan
from typing import TYPE_CHECKING

import numpy as np
import pytest

from biofeedback.analysis import analyze
from biofeedback.errors import BiofeedbackError
from biofeedback.sessions.formats import Recording, read

if TYPE_CHECKING:
    from pathlib import Path


def five_minutes_ms(seed: int = 1) -> list[float]:
    rng = np.random.default_rng(seed)
    number = np.arange(360)
    return list(850 + 40 * np.sin(number / 0.75) + rng.normal(0, 25, number.size))


def test_where_the_methods_are_one_so_are_the_numbers() -> None:
    result = analyze(Recording.of(rr_ms=five_minutes_ms()), with_second_opinion=True)

    same = {opinion.name: opinion for opinion in result.second_opinion if not opinion.why}
    assert {"rmssd_ms", "sdnn_ms", "sd1_ms", "sd2_ms", "sample_entropy"} <= same.keys()
    for opinion in same.values():
        assert opinion.theirs == pytest.approx(opinion.ours, rel=1e-6), opinion.name


def test_where_they_differ_the_reason_is_told_and_the_numbers_are_near() -> None:
    result = analyze(Recording.of(rr_ms=five_minutes_ms()), with_second_opinion=True)

    told = {opinion.name: opinion for opinion in result.second_opinion if opinion.why}
    assert {"pnn50_pct", "lf_power_ms2", "hf_power_ms2", "dfa_alpha1"} <= told.keys()
    assert told["pnn50_pct"].theirs == pytest.approx(told["pnn50_pct"].ours, rel=0.01)
    assert abs(told["hf_power_ms2"].difference_pct) < 30


def test_without_being_asked_it_is_not_even_loaded() -> None:
    loaded = sys.modules.pop("neurokit2", None)
    try:
        assert analyze(Recording.of(rr_ms=[800.0, 810.0, 790.0])).second_opinion == ()
        assert "neurokit2" not in sys.modules
    finally:
        if loaded is not None:
            sys.modules["neurokit2"] = loaded


def test_a_record_too_short_for_it_has_no_second_opinion() -> None:
    assert (
        analyze(Recording.of(rr_ms=[800.0, 810.0, 790.0]), with_second_opinion=True).second_opinion
        == ()
    )


def test_where_it_is_not_installed_that_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "neurokit2", None)
    with pytest.raises(BiofeedbackError, match="neurokit2"):
        analyze(Recording.of(rr_ms=five_minutes_ms()), with_second_opinion=True)


def test_it_has_its_say_on_skin_and_breath_of_a_real_recording(recordings: Path) -> None:
    recording = read(recordings / "neurokit" / "bio_resting_8min_100hz.csv", 100.0)

    result = analyze(recording, with_second_opinion=True)

    opinions = {opinion.name: opinion for opinion in result.second_opinion}
    assert abs(opinions["scl_microsiemens"].difference_pct) < 5
    assert abs(opinions["breaths_per_min"].theirs - opinions["breaths_per_min"].ours) < 2
    assert all(not isnan(opinion.theirs) for opinion in opinions.values())
