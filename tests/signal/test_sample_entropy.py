"""Sample entropy against its definition, NeuroKit2 and PhysioNet's program."""

from __future__ import annotations

import warnings
from math import isnan, log, nextafter
from typing import TYPE_CHECKING

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from biofeedback.signal.sample_entropy import MIN_BEATS, sample_entropy
from helpers.simulated_rr import clean_rr_ms

if TYPE_CHECKING:
    from pathlib import Path

    from numpy.typing import NDArray


def whole(n_beats: int) -> NDArray[np.bool_]:
    return np.arange(n_beats) > 0


def by_definition(
    rr_ms: NDArray[np.float64], follows: NDArray[np.bool_], m: int, tolerance_ms: float
) -> float:
    """Pair by pair, as the words say."""
    starts = [i for i in range(rr_ms.size - m) if follows[i + 1 : i + m + 1].all()]
    shorter = longer = 0
    for place, i in enumerate(starts):
        for j in starts[place + 1 :]:
            if np.abs(rr_ms[i : i + m] - rr_ms[j : j + m]).max(initial=0.0) <= tolerance_ms:
                shorter += 1
                longer += bool(abs(rr_ms[i + m] - rr_ms[j + m]) <= tolerance_ms)
    return log(shorter / longer)


@given(st.integers(0, 2**32 - 1), st.integers(1, 3), st.booleans())
@settings(max_examples=8, deadline=None)
def test_equal_to_its_definition(seed: int, m: int, has_gaps: bool) -> None:
    """Every pair of stretches, none across a gap, none with itself."""
    rng = np.random.default_rng(seed)
    rr_ms = clean_rr_ms(rng, 220, 14.0, 5.0).round()
    follows = rng.random(220) > (0.02 if has_gaps else 0.0)
    follows[0] = False
    found = sample_entropy(rr_ms, follows, m, 25.0)
    assert found == pytest.approx(by_definition(rr_ms, follows, m, 25.0), rel=1e-12)


@pytest.mark.parametrize("n_beats", [MIN_BEATS, 353, 1500])
def test_equal_to_neurokit(n_beats: int) -> None:
    """On gridded intervals as straps send them, to 1e-12, through one block and through many."""
    rr_ms = np.round(clean_rr_ms(np.random.default_rng(3), n_beats, 14.0, 5.0) * 1.024) / 1.024
    with warnings.catch_warnings():
        # Its imports warn of things to come in other libraries.
        warnings.simplefilter("ignore")
        import neurokit2 as nk

        tolerance_ms = 0.2 * np.std(rr_ms, ddof=1)
        theirs, _ = nk.entropy_sample(rr_ms, dimension=2, tolerance=tolerance_ms)

    assert sample_entropy(rr_ms, whole(n_beats)) == pytest.approx(theirs, rel=1e-12)


@pytest.mark.parametrize("m", [0, 1, 2, 5])
@pytest.mark.parametrize(("name", "tolerance"), [("r02", 0.2), ("r2", 2.0)])
def test_equal_to_physionets_program(recordings: Path, name: str, tolerance: float, m: int) -> None:
    """All six digits it prints for 10 000 whole numbers; it asks for a difference *below* r."""
    folder = recordings / "physionet_nonlinear_ref"
    numbers = np.loadtxt(folder / "test.10000")
    printed = (folder / f"sampen_expected_m5_{name}.txt").read_text().splitlines()[m]

    found = sample_entropy(numbers, whole(numbers.size), m, nextafter(tolerance, 0.0))
    assert found == pytest.approx(float(printed.split("=")[1]), abs=6e-7)


def test_more_random_is_higher() -> None:
    """A slow swing repeats itself; noise does not. Order decides, not spread."""
    rng = np.random.default_rng(0)
    swing_ms = 850 + 50 * np.sin(np.arange(350) / 10) + rng.normal(0, 3, 350)
    mixed_ms = rng.permutation(swing_ms)
    assert sample_entropy(swing_ms, whole(350)) < 0.7 * sample_entropy(mixed_ms, whole(350))


def test_one_that_only_repeats_itself_is_0() -> None:
    """Two lengths in turn: whatever matches goes on matching."""
    rr_ms = np.tile([800.0, 900.0], 150)
    assert sample_entropy(rr_ms, whole(300)) == 0.0


def test_nothing_to_say_is_nan() -> None:
    """Too few beats, a heart that stands still, and lengths that never come again."""
    rr_ms = np.linspace(500.0, 1500.0, 300)
    assert isnan(sample_entropy(rr_ms[: MIN_BEATS - 1], whole(MIN_BEATS - 1)))
    assert isnan(sample_entropy(np.full(300, 850.0), whole(300)))
    assert isnan(sample_entropy(rr_ms, whole(300), tolerance_ms=0.1))


def test_shapes_that_do_not_fit_are_refused() -> None:
    """A bug in the caller, said with the shapes."""
    with pytest.raises(ValueError, match=r"\(300,\).*\(299,\)"):
        sample_entropy(np.full(300, 850.0), whole(299))
