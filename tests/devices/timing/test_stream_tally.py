"""Counts and spreads of one stream."""

from __future__ import annotations

from math import isnan

import numpy as np
import pytest

from biofeedback.devices.timing.stream_tally import StreamTally


def test_jitter_is_a_standard_deviation_in_milliseconds() -> None:
    tally = StreamTally()
    assert isnan(tally.jitter_ms)
    lags_s = np.random.default_rng(1).exponential(0.05, 128)
    for lag_s in lags_s:
        tally.timed(float(lag_s))

    assert tally.jitter_ms == pytest.approx(1000.0 * lags_s.std())


def test_spacing_is_that_of_packets_and_not_of_silences() -> None:
    tally = StreamTally()
    assert isnan(tally.spacing_s)
    for number in range(100):
        tally.arrived(0.5 * number)
    tally.interrupted()
    tally.arrived(1000.0)

    assert tally.spacing_s == pytest.approx(0.5)


def test_one_long_silence_moves_it_little() -> None:
    tally = StreamTally()
    for number in range(100):
        tally.arrived(0.5 * number)
    tally.arrived(1000.0)

    assert tally.spacing_s < 0.75
