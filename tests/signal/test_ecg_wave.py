"""The ECG's last seconds: read the same however long it has run."""

from __future__ import annotations

import numpy as np
import pytest

from biofeedback.signal.ecg_wave import KEPT_S, EcgWave
from biofeedback.signal.qrs_kernels import qrs_kernels

RATE_HZ = 130.0
KERNELS = qrs_kernels(RATE_HZ)


def filled(n: int, *, block: int = 16, is_even: bool = True) -> EcgWave:
    """A 3 Hz sine with its summits known."""
    wave = EcgWave(RATE_HZ, KERNELS, is_even=is_even)
    t_s = np.arange(n) / RATE_HZ
    for first in range(0, n, block):
        part = t_s[first : first + block]
        wave.append(part, 100 + np.sin(2 * np.pi * 3 * part))
    return wave


@pytest.mark.parametrize("n", [400, 1500, 1600, 10_000])
def test_summit_lies_between_samples(n: int) -> None:
    wave = filled(n)
    # The first summit at least a second before the end.
    summit_s = (np.floor((n / RATE_HZ - 1) * 3) + 0.25) / 3
    position, height = wave.summit(round(summit_s * RATE_HZ), 1.0)
    assert wave.time_s(position) == pytest.approx(summit_s, abs=2e-4)
    # Less the first sample, which was 100.
    assert height == pytest.approx(1.0, abs=0.01)


def test_valley_is_the_summit_of_the_other_sign() -> None:
    wave = filled(1000)
    position, height = wave.summit(round(5.25 * RATE_HZ), -1.0)
    assert wave.time_s(position) == pytest.approx(5.25, abs=2e-4)
    assert height == pytest.approx(-1.0, abs=0.01)


def test_envelope_is_told_once_for_each_sample_it_can_be_told_for() -> None:
    wave = EcgWave(RATE_HZ, KERNELS)
    t_s = np.arange(500) / RATE_HZ
    told: list[int] = []
    for first in range(0, 500, 7):
        wave.append(t_s[first : first + 7], np.sin(2 * np.pi * 11 * t_s[first : first + 7]))
        begin, values = wave.new_envelope()
        told += range(begin, begin + len(values) * KERNELS.stride, KERNELS.stride)
        assert values == pytest.approx([1.0] * len(values), abs=0.05)
    reach = KERNELS.envelope_reach
    assert told == list(range(reach, 500 - reach))


def test_what_is_older_than_six_seconds_may_be_gone_and_is_told_so() -> None:
    wave = filled(10_000)
    assert wave.n == 10_000
    assert wave.holds(10_000 - round(KEPT_S * RATE_HZ) + 10, 10)
    assert not wave.holds(1000, 10)
    assert not wave.holds(9_995, 10)


def test_restart_numbers_samples_from_zero_again() -> None:
    wave = filled(500)
    wave.restart()
    assert wave.n == 0
    assert wave.new_envelope()[1] == []


def test_stamps_that_jitter_share_in_a_line_where_samples_are_even() -> None:
    rng = np.random.default_rng(0)
    stamps = np.arange(300) / RATE_HZ + rng.uniform(-0.002, 0.002, 300)
    even, uneven = (EcgWave(RATE_HZ, KERNELS, is_even=is_even) for is_even in (True, False))
    for wave in (even, uneven):
        wave.append(stamps, np.ones(300))
    off_s = [even.time_s(position) - position / RATE_HZ for position in np.arange(30.2, 250, 1)]
    assert np.abs(off_s).max() < 0.0008
    # Uneven samples: straight from stamp to stamp.
    assert uneven.time_s(100.25) == pytest.approx(0.75 * stamps[100] + 0.25 * stamps[101])
