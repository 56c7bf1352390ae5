"""Scaling exponents against known processes, NeuroKit2 and PhysioNet's program."""

from __future__ import annotations

import warnings
from math import isnan
from typing import TYPE_CHECKING

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from biofeedback.signal.dfa import (
    LONG_BOXES,
    SHORT_BOXES,
    dfa_alpha,
    fluctuations_ms,
    scaling_exponent,
)
from helpers.simulated_rr import clean_rr_ms

if TYPE_CHECKING:
    from pathlib import Path

    from numpy.typing import NDArray


def whole(n_beats: int) -> NDArray[np.bool_]:
    return np.arange(n_beats) > 0


def test_equal_to_physionets_program(recordings: Path) -> None:
    """60 box sizes from 4 to 1024 on 106 084 intervals: the six digits it prints."""
    folder = recordings / "physionet_nonlinear_ref"
    rr = np.loadtxt(folder / "rr-intervals")
    log_box, log_fluctuation = np.loadtxt(folder / "dfa.out").T
    boxes = np.round(10**log_box).astype(int).tolist()

    found = np.log10(fluctuations_ms(rr, whole(rr.size), boxes))
    np.testing.assert_allclose(found, log_fluctuation, rtol=5e-6, atol=5e-6)


def test_equal_to_neurokit() -> None:
    """Its DFA without overlap over the same boxes, to 1e-9."""
    rr_ms = clean_rr_ms(np.random.default_rng(5), 353, 14.0, 5.0)
    with warnings.catch_warnings():
        # Its imports warn of things to come in other libraries.
        warnings.simplefilter("ignore")
        import neurokit2 as nk

        theirs, _ = nk.fractal_dfa(rr_ms, scale=np.array(SHORT_BOXES), overlap=False)

    assert dfa_alpha(rr_ms, whole(353)) == pytest.approx(float(theirs), rel=1e-9)


@pytest.mark.parametrize(("n_sums", "exponent"), [(0, 0.5), (1, 1.5)])
def test_known_processes(n_sums: int, exponent: float) -> None:
    """Noise scales with 0.5, a random walk with 1.5, over long boxes."""
    steps = np.random.default_rng(0).standard_normal(60_000)
    rr_ms = np.cumsum(steps) if n_sums else steps
    assert dfa_alpha(rr_ms, whole(rr_ms.size), LONG_BOXES) == pytest.approx(exponent, abs=0.04)


@given(st.integers(0, 2**32 - 1), st.floats(-500.0, 500.0), st.floats(0.1, 10.0))
@settings(max_examples=20, deadline=None)
def test_level_and_scale_do_not_matter(seed: int, offset_ms: float, factor: float) -> None:
    """The exponent is about how fluctuation grows, not how large it is."""
    rr_ms = clean_rr_ms(np.random.default_rng(seed), 150, 14.0, 5.0)
    expected = dfa_alpha(rr_ms, whole(150))
    assert dfa_alpha(factor * rr_ms + offset_ms, whole(150)) == pytest.approx(expected, rel=1e-6)


def test_no_box_crosses_a_gap() -> None:
    """Two stretches give the fluctuation of the boxes of both, as if each stood alone.

    A jump of 300 ms between them shows nowhere.
    """
    rng = np.random.default_rng(1)
    first, second = clean_rr_ms(rng, 101, 14.0, 5.0), clean_rr_ms(rng, 96, 14.0, 5.0) - 300
    follows = whole(197)
    follows[101] = False

    found_ms = fluctuations_ms(np.concatenate((first, second)), follows, SHORT_BOXES)

    apart = [fluctuations_ms(part, whole(part.size), SHORT_BOXES) for part in (first, second)]
    used = np.array([[part.size // n * n for n in SHORT_BOXES] for part in (first, second)])
    pooled_ms = np.sqrt((used * np.square(apart)).sum(axis=0) / used.sum(axis=0))
    np.testing.assert_allclose(found_ms, pooled_ms, rtol=1e-9)


def test_nothing_to_say_is_nan() -> None:
    """Too few beats for four large boxes, pieces shorter than a box, and a steady heart."""
    rr_ms = clean_rr_ms(np.random.default_rng(2), 200, 14.0, 5.0)
    assert not isnan(dfa_alpha(rr_ms[:64], whole(64)))
    assert isnan(dfa_alpha(rr_ms[:63], whole(63)))
    assert isnan(dfa_alpha(rr_ms, np.arange(200) % 10 > 0))
    assert isnan(dfa_alpha(np.full(200, 850.0), whole(200)))
    assert isnan(dfa_alpha(rr_ms[:0], whole(0)))
    assert np.isnan(fluctuations_ms(rr_ms[:0], whole(0), SHORT_BOXES)).all()


def test_slope_of_a_power_law() -> None:
    """``F = 3 n^0.8`` has the slope 0.8."""
    fluctuation_ms = 3.0 * np.array(SHORT_BOXES) ** 0.8
    assert scaling_exponent(SHORT_BOXES, fluctuation_ms) == pytest.approx(0.8, rel=1e-12)


def test_shapes_that_do_not_fit_are_refused() -> None:
    """A bug in the caller, said with the shapes."""
    with pytest.raises(ValueError, match=r"\(300,\).*\(299,\)"):
        dfa_alpha(np.full(300, 850.0), whole(299))
