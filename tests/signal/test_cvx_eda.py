"""cvxEDA: that its solution is the one, what it finds, and what it does with gaps and length."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pytest
from scipy.signal import lfilter

from biofeedback.signal import cvx_eda as module
from biofeedback.signal.cvx_eda import cvx_eda, driver_responses

if TYPE_CHECKING:
    from numpy.typing import NDArray

RISE_S, DECAY_S = 0.7, 2.0
RATE_HZ = 4.0


def made_up(
    seed: int, duration_s: float = 300.0, rate_hz: float = RATE_HZ
) -> tuple[NDArray[np.float64], NDArray[np.float64], NDArray[np.float64]]:
    """Eight responses a minute on a drifting level, 1 nS of noise."""
    rng = np.random.default_rng(seed)
    t_s = np.arange(0, duration_s, 1 / rate_hz)
    onsets_s = 5 + np.cumsum(rng.exponential(7.5, round(duration_s)))
    onsets_s = onsets_s[onsets_s < duration_s - 5]
    amplitudes = np.maximum(rng.lognormal(np.log(0.3), 0.6, onsets_s.size), 0.08)
    sc = 5 + 0.3 * np.sin(2 * np.pi * t_s / 240) + rng.normal(0, 0.001, t_s.size)
    for onset_s, amplitude in zip(onsets_s, amplitudes, strict=True):
        after_s = np.clip(t_s - onset_s, 0, None)
        sc += amplitude * (np.exp(-after_s / DECAY_S) - np.exp(-after_s / RISE_S)) / 0.4192
    return sc, onsets_s, amplitudes


def height() -> float:
    t_s = np.arange(0, 5, 0.001)
    return float((np.exp(-t_s / DECAY_S) - np.exp(-t_s / RISE_S)).max())


@pytest.mark.parametrize("seed", [0, 1])
def test_the_solution_meets_the_conditions_of_optimality(seed: int) -> None:
    """No driver could be added, or taken away where there is some, to any advantage.

    With the residual r in units of the signal's deviation: what each driver sample makes,
    times r, is at most alpha = 8e-4, and is alpha where the driver is not zero. The residual
    has no mean and no slope, since level and line are free.
    """
    sc, _, _ = made_up(seed)
    parts = cvx_eda(sc, RATE_HZ)
    scale = sc.std(ddof=1)
    residual = parts.residual / scale
    fast, slow, step_s = 1 / RISE_S, 1 / DECAY_S, 1 / RATE_HZ
    # The bilinear transform of (fast - slow) / ((s + fast) (s + slow)).
    denominator = np.polymul(
        [2 / step_s + fast, fast - 2 / step_s], [2 / step_s + slow, slow - 2 / step_s]
    )
    made = lfilter((fast - slow) * np.array([1.0, 2.0, 1.0]), denominator, np.eye(1, sc.size)[0])
    gain = np.array([made[: sc.size - i] @ residual[i:] for i in range(2, sc.size)])
    is_active = parts.driver[2:] > 0.01 * parts.driver.max()
    assert gain.max() <= 8e-4 + 1e-6
    assert gain[is_active] == pytest.approx(8e-4, abs=1e-6)
    assert residual.sum() == pytest.approx(0, abs=1e-5)
    assert np.arange(sc.size) @ residual / sc.size == pytest.approx(0, abs=1e-5)


def test_the_parts_add_up_and_the_driver_is_never_negative() -> None:
    sc, _, _ = made_up(3)
    parts = cvx_eda(sc, RATE_HZ)
    assert parts.phasic + parts.tonic + parts.residual == pytest.approx(sc, abs=1e-12)
    assert parts.driver.min() >= 0.0
    assert parts.residual.std() < 0.05 * sc.std()


@pytest.mark.parametrize("rate_hz", [4.0, 32.0])
def test_responses_that_run_together_are_found_and_so_is_their_sum(rate_hz: float) -> None:
    """Eight a minute, of the model's own shape: over 85 % found, few made up, sum to 10 %."""
    sc, onsets_s, amplitudes = made_up(4, 600.0, rate_hz)
    responses = driver_responses(cvx_eda(sc, rate_hz))
    peaks_s = np.array([response.peak_s for response in responses])
    truth_s = onsets_s + 1.13
    n_found = sum(np.abs(peaks_s - peak_s).min() < 1.0 for peak_s in truth_s)
    n_true = sum(np.abs(truth_s - peak_s).min() < 1.0 for peak_s in peaks_s)
    assert n_found >= 0.85 * truth_s.size
    assert n_true >= 0.9 * peaks_s.size
    total = sum(response.amplitude_microsiemens for response in responses)
    assert total == pytest.approx(amplitudes.sum(), rel=0.1)


def test_twice_the_signal_has_twice_the_parts() -> None:
    sc, _, _ = made_up(5)
    once, twice = cvx_eda(sc, RATE_HZ), cvx_eda(2 * sc, RATE_HZ)
    assert twice.phasic == pytest.approx(2 * once.phasic, abs=1e-4)
    assert twice.tonic == pytest.approx(2 * once.tonic, abs=1e-4)


def test_a_gap_stays_a_gap_and_its_sides_do_not_know_each_other() -> None:
    sc, _, _ = made_up(6, 400.0)
    sc[800:840] = np.nan
    sc[1500] = np.inf
    parts = cvx_eda(sc, RATE_HZ)
    for part in (parts.phasic, parts.tonic, parts.driver, parts.residual):
        assert np.isnan(part[800:840]).all()
        assert np.isnan(part[1500])
        assert np.isfinite(part[:800]).all()
        assert np.isfinite(part[840:1500]).all()
        # 25 s are too little to know a level by.
        assert np.isnan(part[1501:]).all()
    other = sc.copy()
    other[840:] = np.nan
    alone = cvx_eda(other, RATE_HZ)
    # The scale is the record's, and only that is shared.
    assert np.corrcoef(alone.phasic[:800], parts.phasic[:800])[0, 1] > 0.999


def test_a_long_record_in_pieces_is_as_in_one(monkeypatch: pytest.MonkeyPatch) -> None:
    sc, _, _ = made_up(7, 1800.0)
    whole = cvx_eda(sc, RATE_HZ)
    monkeypatch.setattr(module, "_PIECE_S", 450.0)
    pieces = cvx_eda(sc, RATE_HZ)
    assert np.corrcoef(pieces.phasic, whole.phasic)[0, 1] > 0.999
    assert np.median(np.abs(pieces.phasic - whole.phasic)) < 0.002


@pytest.mark.parametrize("rate_hz", [1.0, 4.0, 10.0, 1000.0])
def test_the_rate_is_4_hz_at_most(rate_hz: float) -> None:
    sc = 5 + 0.1 * np.sin(np.arange(round(60 * rate_hz)) / rate_hz)
    parts = cvx_eda(sc, rate_hz)
    assert parts.rate_hz == min(rate_hz, 4.0)
    assert parts.t_s.shape == parts.phasic.shape == (round(60 * parts.rate_hz),)
    assert parts.t_s[1] == 1 / parts.rate_hz


@pytest.mark.parametrize("sc", [np.full(400, 5.0), np.full(400, np.nan), np.array([])])
def test_without_any_change_there_are_no_responses(sc: NDArray[np.float64]) -> None:
    parts = cvx_eda(sc, RATE_HZ)
    assert driver_responses(parts) == ()
    assert not (np.nan_to_num(parts.phasic) != 0).any()
    assert parts.tonic == pytest.approx(sc, nan_ok=True)


@pytest.mark.parametrize(("shape", "rate_hz"), [((100,), 0.0), ((100,), -1.0), ((100, 2), 4.0)])
def test_what_cannot_be_a_signal_is_refused(shape: tuple[int, ...], rate_hz: float) -> None:
    with pytest.raises(ValueError, match="positive rate"):
        cvx_eda(np.ones(shape), rate_hz)


def test_resting_recording_has_fewer_responses_than_one_with_pictures(recordings: Path) -> None:
    """8 min at rest against 2.5 min with four pictures: responses a minute."""
    per_min = []
    for name in ("bio_resting_8min_100hz.csv", "bio_eventrelated_100hz.csv"):
        sc = np.genfromtxt(recordings / "neurokit" / name, delimiter=",", names=True)["EDA"]
        per_min.append(len(driver_responses(cvx_eda(sc, 100.0))) / (sc.size / 6000))
    assert per_min[1] > 3 * per_min[0]
