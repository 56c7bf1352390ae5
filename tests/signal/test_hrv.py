"""Time-domain measures against hand computation, NeuroKit2 and real recordings."""

from __future__ import annotations

import warnings
from math import isnan, sqrt
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pytest

from biofeedback.signal import hrv

if TYPE_CHECKING:
    from numpy.typing import NDArray

# Differences +10, -20, +60, -55, +5.
RR_MS = np.array([800.0, 810.0, 790.0, 850.0, 795.0, 800.0])


def whole(n_beats: int) -> NDArray[np.bool_]:
    follows = np.full(n_beats, fill_value=True)
    follows[0] = False
    return follows


def test_rmssd_by_hand() -> None:
    """(100 + 400 + 3600 + 3025 + 25) / 5 = 1430."""
    assert hrv.rmssd_ms(RR_MS, whole(6)) == pytest.approx(sqrt(1430.0), rel=1e-12)


def test_sdnn_by_hand() -> None:
    """The deviations from 807.5 square to 56.25, 6.25, 306.25, 1806.25, 156.25, 56.25."""
    assert hrv.sdnn_ms(RR_MS) == pytest.approx(sqrt(2387.5 / 5), rel=1e-12)


def test_pnn50_counts_differences_strictly_over_50_ms() -> None:
    """Two of five differences, 60 and 55 ms; a difference of exactly 50 ms does not count."""
    assert hrv.pnn50_pct(RR_MS, whole(6)) == pytest.approx(40.0)
    assert hrv.pnn50_pct(np.array([800.0, 850.0, 800.0]), whole(3)) == 0.0


def test_mean_heart_rate_is_beats_over_time() -> None:
    """One beat of 500 ms and one of 1000 ms: two beats in 1.5 s, not (120 + 60) / 2."""
    assert hrv.mean_heart_rate_bpm(np.array([500.0, 1000.0])) == pytest.approx(80.0)


def test_gap_is_skipped_not_bridged() -> None:
    """With a gap before the fourth interval the 60 ms do not count: (100+400+3025+25) / 4."""
    follows = whole(6)
    follows[3] = False

    assert hrv.rmssd_ms(RR_MS, follows) == pytest.approx(sqrt(3550 / 4))
    assert hrv.pnn50_pct(RR_MS, follows) == pytest.approx(25.0)


def test_poincare_axes_by_hand() -> None:
    """SD1 is the SD of 10, -20, 60, -55, 5 over root two; SD2 that of the pairs' sums."""
    differences = np.array([10.0, -20.0, 60.0, -55.0, 5.0])
    sums = np.array([1610.0, 1600.0, 1640.0, 1645.0, 1595.0])

    assert hrv.sd1_ms(RR_MS, whole(6)) == pytest.approx(differences.std(ddof=1) / sqrt(2))
    assert hrv.sd2_ms(RR_MS, whole(6)) == pytest.approx(sums.std(ddof=1) / sqrt(2))


def test_too_few_beats_give_nan() -> None:
    """Two intervals make one pair, and one pair is no variability."""
    rr_ms = np.array([800.0, 810.0])

    assert isnan(hrv.mean_heart_rate_bpm(rr_ms[:0]))
    assert isnan(hrv.sdnn_ms(rr_ms))
    for measure in (hrv.rmssd_ms, hrv.pnn50_pct, hrv.sd1_ms, hrv.sd2_ms):
        assert isnan(measure(rr_ms, whole(2)))


def test_shapes_that_do_not_fit_are_refused() -> None:
    """A bug in the caller, said with the shapes."""
    with pytest.raises(ValueError, match=r"\(6,\).*\(5,\)"):
        hrv.rmssd_ms(RR_MS, whole(5))


def test_equal_to_neurokit() -> None:
    """NeuroKit2's hrv_time and Poincaré axes to 1e-6; its pNN50 divides by one more."""
    rng = np.random.default_rng(7)
    rr_ms = 850.0 + 40 * np.sin(np.arange(400) / 3.0) + rng.normal(0, 20, 400)
    with warnings.catch_warnings():
        # Its imports warn of things to come in other libraries.
        warnings.simplefilter("ignore")
        import neurokit2 as nk

        intervals = {"RRI": rr_ms, "RRI_Time": np.cumsum(rr_ms) / 1000.0}
        theirs = nk.hrv_time(intervals)
        plane = nk.hrv_nonlinear(intervals)

    follows = whole(400)
    assert hrv.rmssd_ms(rr_ms, follows) == pytest.approx(theirs["HRV_RMSSD"][0], rel=1e-6)
    assert hrv.sdnn_ms(rr_ms) == pytest.approx(theirs["HRV_SDNN"][0], rel=1e-6)
    assert hrv.pnn50_pct(rr_ms, follows) * 399 / 400 == pytest.approx(
        theirs["HRV_pNN50"][0], rel=1e-6
    )
    assert hrv.sd1_ms(rr_ms, follows) == pytest.approx(plane["HRV_SD1"][0], rel=1e-6)
    assert hrv.sd2_ms(rr_ms, follows) == pytest.approx(plane["HRV_SD2"][0], rel=1e-6)


@pytest.mark.parametrize(
    "name", ["hrv_rhenanbartels/rest_rri.txt", "hrv_rhenanbartels/real_rri.txt"]
)
def test_equal_to_plain_numpy_on_recordings(recordings: Path, name: str) -> None:
    """The textbook expressions, written out here with NumPy alone, to 1e-9."""
    words = (recordings / name).read_text().split()
    rr_ms = np.array([float(word) for word in words if word.replace(".", "").isdigit()])
    differences = np.diff(rr_ms)

    follows = whole(rr_ms.size)
    assert rr_ms.size > 700
    assert hrv.rmssd_ms(rr_ms, follows) == pytest.approx(np.sqrt(np.mean(differences**2)), rel=1e-9)
    assert hrv.sdnn_ms(rr_ms) == pytest.approx(np.std(rr_ms, ddof=1), rel=1e-9)
    assert hrv.pnn50_pct(rr_ms, follows) == pytest.approx(
        100 * np.mean(np.abs(differences) > 50), rel=1e-9
    )
    assert hrv.mean_heart_rate_bpm(rr_ms) == pytest.approx(60000 / np.mean(rr_ms), rel=1e-9)
