"""Lomb and Scargle's spectrum: its scale, its gaps, and two other programs."""

from __future__ import annotations

import csv
from pathlib import Path

import numpy as np
import pytest
from benchmarks.validation.wfdb_files import read_annotations
from hypothesis import given
from hypothesis import strategies as st

from biofeedback.signal.lomb_scargle import lomb_scargle

LINES_HZ = np.arange(1, 177) / 300


def beat_times_s(seed: int, n: int = 350) -> np.ndarray:
    return np.cumsum(np.random.default_rng(seed).normal(0.85, 0.04, n))


def test_density_is_scipys_power_times_twice_the_spacing() -> None:
    from scipy.signal import lombscargle

    t_s = beat_times_s(1)
    values = np.random.default_rng(2).normal(800, 40, t_s.size)
    power = lombscargle(t_s, values - values.mean(), 2 * np.pi * LINES_HZ)
    spacing_s = (t_s[-1] - t_s[0]) / (t_s.size - 1)

    assert lomb_scargle(t_s, values, LINES_HZ) == pytest.approx(2 * spacing_s * power, rel=1e-8)


@given(seed=st.integers(0, 200))
def test_area_is_the_variance(seed: int) -> None:
    """Up to half the mean rate, on lines close enough that the sum is the integral."""
    t_s = beat_times_s(seed, 120)
    values = np.random.default_rng(seed).normal(0, 30, t_s.size)
    top_hz = 0.5 * (t_s.size - 1) / (t_s[-1] - t_s[0])
    lines_hz = (np.arange(400) + 0.5) * top_hz / 400

    area = lomb_scargle(t_s, values, lines_hz).sum() * top_hz / 400

    assert area == pytest.approx(values.var(), rel=0.15)


def test_even_samples_give_their_periodogram_and_exactly_their_variance() -> None:
    values = np.random.default_rng(3).normal(0, 30, 256)
    t_s = np.arange(256) / 4.0
    lines_hz = np.arange(1, 129) / 64.0

    density = lomb_scargle(t_s, values, lines_hz)
    periodogram = np.abs(np.fft.rfft(values - values.mean())[1:]) ** 2 * 2 / (4.0 * 256)
    periodogram[-1] /= 2

    assert density == pytest.approx(periodogram, rel=1e-6)
    assert density.sum() / 64.0 == pytest.approx(values.var())


@pytest.mark.parametrize("is_tapered", [False, True])
def test_sine_has_half_its_square_with_and_without_a_gap(is_tapered: bool) -> None:
    """A sine of 40 ms: 800 ms², also where 10 % of the beats are gone in two gaps."""
    t_s = beat_times_s(4)
    values = 40 * np.sin(2 * np.pi * 0.1 * t_s + 1)
    for keep in (np.ones(350, dtype=bool), (np.arange(350) // 18) % 10 != 3):
        seen_s = t_s[keep]
        taper = np.sin(np.pi * (seen_s - t_s[0]) / (t_s[-1] - t_s[0])) ** 2 if is_tapered else None
        density = lomb_scargle(seen_s, values[keep], LINES_HZ, spacing_s=0.85, taper=taper)
        near = np.abs(LINES_HZ - 0.1) <= 0.03
        assert density[near].sum() / 300 == pytest.approx(800, rel=0.08)


def test_power_grows_with_the_square_and_does_not_move_with_time() -> None:
    t_s = beat_times_s(5)
    values = np.random.default_rng(6).normal(800, 40, t_s.size)
    density = lomb_scargle(t_s, values, LINES_HZ)

    assert lomb_scargle(t_s, 2 * values, LINES_HZ) == pytest.approx(4 * density)
    assert lomb_scargle(t_s + 80000.3, values, LINES_HZ) == pytest.approx(density, rel=1e-6)


def test_many_lines_come_out_as_few() -> None:
    t_s = beat_times_s(7, 5000)
    values = np.random.default_rng(8).normal(800, 40, t_s.size)
    lines_hz = np.linspace(0.01, 0.4, 500)
    whole = lomb_scargle(t_s, values, lines_hz)
    assert lomb_scargle(t_s, values, lines_hz[310:320]) == pytest.approx(whole[310:320])


def test_constant_has_no_power() -> None:
    assert lomb_scargle(beat_times_s(9), np.full(350, 850.0), LINES_HZ).max() < 1e-15


@pytest.mark.parametrize(
    ("t_s", "values", "lines_hz"),
    [
        ([0.0, 1.0], [1.0, 2.0], [0.1]),
        ([0.0, 1.0, 2.0], [1.0, 2.0], [0.1]),
        ([0.0, 1.0, 2.0], [1.0, np.nan, 3.0], [0.1]),
        ([0.0, np.inf, 2.0], [1.0, 2.0, 3.0], [0.1]),
        ([0.0, 1.0, 2.0], [1.0, 2.0, 3.0], [0.0]),
    ],
)
def test_what_has_no_spectrum_is_refused(
    t_s: list[float], values: list[float], lines_hz: list[float]
) -> None:
    with pytest.raises(ValueError, match=r"must"):
        lomb_scargle(np.array(t_s), np.array(values), np.array(lines_hz))


def test_taper_has_to_fit() -> None:
    with pytest.raises(ValueError, match="taper"):
        lomb_scargle(np.arange(5.0), np.arange(5.0), LINES_HZ, taper=np.ones(4))


def test_physionets_toolbox_gives_the_same_powers(recordings: Path) -> None:
    """Its table of record nsr001, in the windows where it used the same intervals.

    There the density is not multiplied by the spacing, and a band holds the lines in it.
    """
    folder = recordings / "physionet_toolbox_ref"
    marks = read_annotations(folder / "nsr001.ecg")
    t_s = (marks.samples - marks.samples[0]) / 125.0
    rr_ms = np.diff(t_s) * 1000
    is_nn = (marks.codes[1:] == 1) & (marks.codes[:-1] == 1) & (rr_ms >= 375) & (rr_ms <= 2000)
    lines_hz = np.arange(1, 513) / 1024
    n_same = 0
    with (folder / "nsr001_hrv_reference.csv").open(encoding="utf-8") as file:
        for row in list(csv.DictReader(file))[::4]:
            begin_s = float(row["t_start"])
            chosen = is_nn & (t_s[1:] >= begin_s) & (t_s[1:] < begin_s + 300)
            if np.count_nonzero(chosen) != int(row["btsdet"]):
                continue
            n_same += 1
            density = lomb_scargle(t_s[1:][chosen], rr_ms[chosen], lines_hz, spacing_s=1.0)
            for name, low_hz, high_hz in (("vlf", 0, 0.04), ("lf", 0.04, 0.15), ("hf", 0.15, 0.4)):
                is_in = (lines_hz >= max(low_hz, 0.0033)) & (lines_hz <= high_hz)
                assert density[is_in].sum() / 1024 == pytest.approx(float(row[name]), rel=1e-5)
    assert n_same >= 35
