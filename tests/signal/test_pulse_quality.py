"""What stands in the way of a pulse, and how a minute of it is judged."""

from __future__ import annotations

from math import isnan, nan

import numpy as np
import pytest

from biofeedback.signal.pulse_quality import PulseFault, PulseQuality, is_cut_off, pulse_fault
from helpers.made_up_pulse import beats_every, even_times, made_up_pulse

WAVE = made_up_pulse(even_times(4, 100), beats_every(0.8, 4), white=0.0)


@pytest.mark.parametrize("sign", [1, -1])
def test_plateaus_with_steep_sides_are_cut_off(sign: int) -> None:
    assert is_cut_off(sign * np.minimum(WAVE, 20.6))
    assert not is_cut_off(sign * WAVE)


def test_coarse_steps_and_flat_lines_are_not_cut_off() -> None:
    slow = np.sin(2 * np.pi * 0.5 * np.arange(400) / 100)
    assert not is_cut_off(np.round(8 * slow))
    assert not is_cut_off(np.full(200, 3.0))
    assert not is_cut_off(np.empty(0))


def test_what_hides_the_pulse_is_named() -> None:
    noise = np.random.default_rng(1).standard_normal(100)
    assert pulse_fault(np.full(100, 7.0), nan) == PulseFault.FLAT
    assert pulse_fault(np.full(100, 7.0) + 1e-4 * noise, 1.0) == PulseFault.FLAT
    assert pulse_fault(noise, nan) == PulseFault.NO_PULSE
    assert pulse_fault(0.03 * noise, 1.0) == PulseFault.WEAK
    assert pulse_fault(noise, 1.0) == PulseFault.MOVING


def test_the_first_seconds_count_down() -> None:
    quality = PulseQuality("finger")
    quality.begin(10.0)
    metrics = [
        quality.close_second(11.0 + n, PulseFault.NO_PULSE, is_tracking=False, is_cut_off=False)
        for n in range(10)
    ]
    assert [metric.wait_s for metric in metrics[:7]] == [7.0, 6.0, 5.0, 4.0, 3.0, 2.0, 1.0]
    assert all(isnan(metric.value) for metric in metrics[:7])
    assert metrics[-1].value == 0.0
    assert metrics[-1].reason == PulseFault.NO_PULSE


def test_beginning_anew_again_and_again_is_said_to_be_missing_and_no_wait() -> None:
    quality = PulseQuality("armband/ppg")
    metrics = []
    for second in range(30):
        quality.begin(float(second))
        metrics.append(quality.close_second(second + 1.0, "", is_tracking=False, is_cut_off=False))
    metric = metrics[-1]
    assert isnan(metric.value)
    assert (metric.wait_s, metric.reason) == (0.0, PulseFault.MISSING)


def test_a_second_counts_as_its_pulses_do_and_the_last_ten_are_averaged() -> None:
    quality = PulseQuality("finger")
    quality.begin(0.0)
    told = []
    for n in range(1, 11):
        quality.add_beat(0.5 if n > 5 else 1.0, follows=n > 1)
        told.append(quality.close_second(float(n), "", is_tracking=True, is_cut_off=False))
    metric = told[-1]
    assert metric.value == pytest.approx(0.75)
    assert metric.quality == metric.value
    assert metric.window_s == 10.0
    quality.skip(100)
    assert quality.close_second(111.0, "", is_tracking=False, is_cut_off=False).value == 0.0


def test_disturbed_and_cut_off_seconds_count_half() -> None:
    quality = PulseQuality("finger")
    quality.begin(0.0)
    quality.add_beat(1.0, follows=False)
    quality.add_beat(1.0, follows=False)
    disturbed = quality.close_second(1.0, "", is_tracking=True, is_cut_off=False)
    assert (disturbed.value, disturbed.reason) == (0.5, PulseFault.MOVING)
    quality = PulseQuality("finger")
    quality.begin(0.0)
    quality.add_beat(1.0, follows=True)
    cut = quality.close_second(1.0, "", is_tracking=True, is_cut_off=True)
    assert (cut.value, cut.reason) == (0.5, PulseFault.CUT_OFF)
