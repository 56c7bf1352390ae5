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


def test_share_over_20_ms_by_hand() -> None:
    """Of 10, -20, 60, -55 and 5 ms two are over 20 ms; 20 ms itself is not."""
    assert hrv.pnn20_pct(RR_MS, whole(6)) == pytest.approx(40.0)


def test_spread_of_differences_leaves_out_a_steady_rise() -> None:
    """Intervals that grow by 10 ms each: RMSSD 10, no spread of the differences."""
    rr_ms = np.linspace(800.0, 990.0, 20)
    assert hrv.rmssd_ms(rr_ms, whole(20)) == pytest.approx(10.0)
    assert hrv.sdsd_ms(rr_ms, whole(20)) == pytest.approx(0.0, abs=1e-9)
    assert hrv.sdsd_ms(RR_MS, whole(6)) == pytest.approx(np.diff(RR_MS).std(ddof=1))
    assert isnan(hrv.sd2_sd1_ratio(np.full(20, 800.0), whole(20)))
    assert isnan(hrv.ln_rmssd(np.full(20, 800.0), whole(20)))


def test_derived_measures() -> None:
    """Mean, logarithm of RMSSD, length of the Poincaré cloud over its width."""
    assert hrv.mean_rr_ms(RR_MS) == pytest.approx(807.5)
    assert isnan(hrv.mean_rr_ms(RR_MS[:0]))
    assert hrv.ln_rmssd(RR_MS, whole(6)) == pytest.approx(np.log(1430.0) / 2)
    assert hrv.sd2_sd1_ratio(RR_MS, whole(6)) == pytest.approx(
        hrv.sd2_ms(RR_MS, whole(6)) / hrv.sd1_ms(RR_MS, whole(6))
    )


def test_triangular_index_by_hand() -> None:
    """Half of 1600 intervals in one bin of 7.8125 ms, the rest in two others: 2."""
    rr_ms = np.repeat([800.0, 801.0, 850.0, 900.0], 400)
    assert hrv.triangular_index(rr_ms) == pytest.approx(2.0)
    # Below 20 minutes there is none.
    assert isnan(hrv.triangular_index(np.tile(rr_ms, 1)[:1400]))


def five_minutes_each(means_ms: list[float]) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Stretches of 300 s whose intervals are 50 ms below and above a mean, in turn."""
    parts = [np.tile([mean - 50.0, mean + 50.0], round(150_000 / mean)) for mean in means_ms]
    rr_ms = np.concatenate(parts)
    return np.cumsum(rr_ms) / 1000, rr_ms


def test_five_minute_segments_by_hand() -> None:
    """Means of 750, 1000 and 1250 ms spread by 250; within each the spread is 50 (n - 1)."""
    t_s, rr_ms = five_minutes_each([750.0, 1000.0, 1250.0])
    assert hrv.sdann_ms(t_s, rr_ms, min_segments=3) == pytest.approx(250.0)
    within = [50.0 * sqrt(n / (n - 1)) for n in (400, 300, 240)]
    assert hrv.sdnn_index_ms(t_s, rr_ms, min_segments=3) == pytest.approx(np.mean(within))
    # Three segments are not a day.
    assert isnan(hrv.sdann_ms(t_s, rr_ms))
    assert isnan(hrv.sdnn_index_ms(t_s, rr_ms))


def test_segment_with_too_much_missing_is_left_out() -> None:
    """A minute lost of the second five: it would speak for four of them only."""
    t_s, rr_ms = five_minutes_each([750.0, 1000.0, 1250.0])
    kept = (t_s < 420) | (t_s > 480)
    assert hrv.sdann_ms(t_s[kept], rr_ms[kept], 2) == pytest.approx(np.std([750, 1250], ddof=1))
    assert isnan(hrv.sdann_ms(t_s[kept], rr_ms[kept], 3))
    assert isnan(hrv.sdann_ms(t_s[:0], rr_ms[:0], 0))
    with pytest.raises(ValueError, match="equal 1-D"):
        hrv.sdann_ms(t_s[1:], rr_ms)


def test_long_record_has_the_measures_of_a_day(recordings: Path) -> None:
    """The reference hour of pyHRV's package: a segment's measures near those of its report.

    Its segments end on a beat rather than on the five minutes, so that they differ by a beat.
    """
    rr_ms = np.load(recordings / "pyhrv/SampleNNISeriesLong.npy").astype(np.float64)
    t_s = np.cumsum(rr_ms) / 1000
    lines = (recordings / "pyhrv/SampleReport.txt").read_text().splitlines()
    pairs = [line.split(";") for line in lines if line.count(";") == 1]
    report = {name.strip(): value.strip() for name, value in pairs}
    assert float(report["Number of NNIs (-)"]) == rr_ms.size
    for name, found in {
        "SDNN (ms)": hrv.sdnn_ms(rr_ms),
        "RMSSD (ms)": hrv.rmssd_ms(rr_ms, whole(rr_ms.size)),
        "pNN20 (%)": hrv.pnn20_pct(rr_ms, whole(rr_ms.size)),
    }.items():
        assert found == pytest.approx(float(report[name]), rel=2e-5), name
    assert hrv.sdann_ms(t_s, rr_ms, 10) == pytest.approx(float(report["SDANN (ms)"]), rel=0.05)
    assert hrv.sdnn_index_ms(t_s, rr_ms, 10) == pytest.approx(
        float(report["SDNN Index (ms)"]), rel=0.02
    )
