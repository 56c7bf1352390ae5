"""No measure of beats is better than the waveform that they were found in."""

from __future__ import annotations

from math import isnan

import pytest

from biofeedback.signal.measures import measured, missing
from biofeedback.signal.wave_trust import LEAST_QUALITY, WaveTrust

SOURCE = "chest/ecg"
WORDS = "muscles or movement cover the heartbeat"


def after(*qualities: float) -> WaveTrust:
    """Return what is known after some seconds."""
    trust = WaveTrust()
    for second, quality in enumerate(qualities):
        reason = WORDS if quality < 0.8 else ""
        trust.take(
            measured(second + 1.0, "ecg_quality", quality, SOURCE, quality=quality, reason=reason)
        )
    return trust


def test_a_clear_waveform_changes_nothing() -> None:
    trust = after(*[1.0] * 60)
    rate = measured(60.0, "heart_rate_bpm", 70.0, SOURCE, quality=0.8, reason="why")
    assert trust.weigh(rate) is rate


def test_a_poor_one_lowers_the_quality_and_says_why() -> None:
    weighed = after(*[0.5] * 60).weigh(measured(60.0, "rmssd_ms", 40.0, SOURCE))
    assert (weighed.value, weighed.quality, weighed.reason) == (40.0, 0.5, WORDS)


def test_what_is_as_bad_as_noise_is_not_shown() -> None:
    weighed = after(*[LEAST_QUALITY / 2] * 60).weigh(measured(60.0, "rmssd_ms", 40.0, SOURCE))
    assert isnan(weighed.value)
    assert (weighed.quality, weighed.reason) == (0.0, WORDS)


def test_the_mean_over_the_measures_own_window_counts() -> None:
    trust = after(*[0.2] * 30, *[1.0] * 30)
    minute = trust.weigh(measured(60.0, "rmssd_ms", 40.0, SOURCE))
    now = trust.weigh(measured(60.0, "heart_rate_bpm", 70.0, SOURCE))
    assert minute.quality == pytest.approx(0.6)
    assert now.quality == 1.0


def test_the_quality_of_the_signal_is_no_better_either() -> None:
    weighed = after(*[0.4] * 60).weigh(measured(60.0, "quality", 0.95, SOURCE))
    assert weighed.value == pytest.approx(0.4)
    assert weighed.reason == WORDS


def test_what_has_no_value_and_what_is_told_of_intervals_stay_as_they_are() -> None:
    trust = after(*[0.0] * 60)
    wait = missing(60.0, "rmssd_ms", SOURCE, wait_s=3.0)
    share = measured(60.0, "corrected_pct", 2.0, SOURCE)
    assert trust.weigh(wait) is wait
    assert trust.weigh(share) is share


def test_before_the_first_second_is_judged_nothing_is_trusted_much() -> None:
    trust = WaveTrust()
    trust.take(missing(1.0, "ecg_quality", SOURCE, wait_s=5.0))
    rate = measured(1.0, "heart_rate_bpm", 70.0, SOURCE)
    weighed = trust.weigh(rate)
    assert (weighed.value, weighed.quality) == (70.0, 0.5)
    assert weighed.reason == "the signal has only just begun"
