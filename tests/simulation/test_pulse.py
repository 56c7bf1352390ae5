from __future__ import annotations

from functools import cache

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.interpolate import CubicSpline
from scipy.signal import argrelextrema

from biofeedback.simulation.client import Produced, VirtualClient
from biofeedback.simulation.ecg import EcgSensing
from biofeedback.simulation.options import Faults
from biofeedback.simulation.parameters import ClientParameters
from biofeedback.simulation.pulse import (
    FrameTimes,
    PulseNoise,
    PulseSensing,
    PulseShape,
    SensedPulse,
)

ARRAYS = ("t_s", "ppg_au", "is_artifact", "onset_t_s", "peak_t_s", "r_t_s", "is_ectopic")
EVERYTHING = Faults(ectopic_pct=10, motion_per_min=4, lights_per_min=2)
CAMERA = FrameTimes(jitter_ms=4.0, dropped_pct=1.0)


@cache
def lived(seed: int, seconds: float = 300.0) -> Produced:
    return VirtualClient.from_seed(seed).advance(seconds)


def pulse_alone(seed: int, rate_hz: float = 500.0, faults: Faults | None = None) -> SensedPulse:
    sensing = PulseSensing(seed, faults or Faults(), rate_hz, noise=PulseNoise.none())
    return sensing.sense(lived(seed))


@settings(max_examples=20, deadline=None)
@given(
    seed=st.integers(0, 2**32 - 1),
    rate_hz=st.sampled_from([25.0, 30.0, 55.0, 130.0]),
    frames=st.sampled_from([FrameTimes(), CAMERA, FrameTimes(20.0, 60.0)]),
    cuts_s=st.lists(st.floats(0.0, 30.0), max_size=12).map(sorted),
)
def test_how_time_is_cut_makes_no_difference(
    seed: int, rate_hz: float, frames: FrameTimes, cuts_s: list[float]
) -> None:
    """The same samples and truth to the last bit, evenly or unevenly sampled."""
    whole = PulseSensing(seed, EVERYTHING, rate_hz, frames=frames).sense(
        VirtualClient.from_seed(seed).advance(30.0)
    )
    client = VirtualClient.from_seed(seed)
    sensing = PulseSensing(seed, EVERYTHING, rate_hz, frames=frames)
    parts = [sensing.sense(client.advance(until_s)) for until_s in [*cuts_s, 30.0]]

    for name in ARRAYS:
        joined = np.concatenate([getattr(part, name) for part in parts])
        assert np.array_equal(joined, getattr(whole, name)), name


@pytest.mark.parametrize("seed", range(4))
def test_every_beat_makes_a_pulse_a_fifth_to_three_tenths_of_a_second_later(seed: int) -> None:
    """One each; transit 200 to 300 ms, and its changes make few ms between the intervals."""
    pulse, beats_s = pulse_alone(seed), lived(seed).beat_t_s
    transit_s = pulse.onset_t_s - pulse.r_t_s
    is_known = np.isin(pulse.r_t_s, beats_s)

    assert is_known[1:].all()
    assert 0 <= beats_s.size - np.sum(is_known) < 2
    assert transit_s.min() > 0.195
    assert transit_s.max() < 0.305
    differences_ms = 1000 * (np.diff(pulse.onset_t_s) - np.diff(pulse.r_t_s))
    assert 1.0 < np.std(differences_ms) < 8.0


@pytest.mark.parametrize("seed", range(3))
def test_each_pulse_is_highest_where_the_truth_says(seed: int) -> None:
    """A curve laid through the samples has its top there, to a tenth of a millisecond."""
    pulse = pulse_alone(seed)
    curve = CubicSpline(pulse.t_s, pulse.ppg_au)
    tops_s = curve.derivative().roots(extrapolate=False)
    off_s = [np.min(np.abs(tops_s - peak_s)) for peak_s in pulse.peak_t_s[2:-1]]

    assert max(off_s) < 1e-4
    assert np.all(pulse.peak_t_s - pulse.onset_t_s > 0.1)
    assert np.all(pulse.peak_t_s - pulse.onset_t_s < 0.25)


@pytest.mark.parametrize("seed", range(3))
def test_the_foot_is_where_the_rise_begins(seed: int) -> None:
    """Steepest two widths of the first wave later, and low until then."""
    pulse = pulse_alone(seed)
    curve = CubicSpline(pulse.t_s, pulse.ppg_au)
    for onset_s, peak_s in zip(pulse.onset_t_s[2:-1], pulse.peak_t_s[2:-1], strict=True):
        height = float(curve(peak_s)) - 1000.0
        grid_s = np.arange(onset_s - 0.05, peak_s, 0.001)
        steepest_s = grid_s[np.argmax(curve(grid_s, 1))]

        assert float(curve(onset_s)) - 1000.0 < 0.12 * height
        assert 0.06 < steepest_s - onset_s < 0.10


def test_a_notch_and_a_second_wave_follow_at_rest() -> None:
    """In the ordinary person at 60 beats a minute, some 0.2 s after the top."""
    body = VirtualClient(ClientParameters().without_noise(), 1).advance(60.0)
    sensing = PulseSensing(1, Faults(), 500.0, shape=PulseShape(), noise=PulseNoise.none())
    pulse = sensing.sense(body)
    for peak_s in pulse.peak_t_s[5:-2]:
        after = (pulse.t_s > peak_s + 0.05) & (pulse.t_s < peak_s + 0.45)
        wave = pulse.ppg_au[after]
        lows, highs = argrelextrema(wave, np.less)[0], argrelextrema(wave, np.greater)[0]

        assert lows.size == highs.size == 1
        assert lows[0] < highs[0]


def test_height_goes_with_breath_and_arousal() -> None:
    """A full breath takes a little off, full arousal more than half."""
    pulse, body = pulse_alone(1), lived(1)
    curve = CubicSpline(pulse.t_s, pulse.ppg_au)
    heights = curve(pulse.peak_t_s[2:-1]) - 1000.0
    volume, arousal = (
        np.interp(pulse.r_t_s[2:-1], body.belt_t_s, values)
        for values in (body.volume, body.arousal)
    )
    slopes = np.linalg.lstsq(
        np.stack([volume, arousal, np.ones_like(volume)], axis=1), np.log(heights)
    )[0]

    assert -0.20 < slopes[0] < -0.02
    assert -1.4 < slopes[1] < -0.5


def test_an_inverted_sensor_points_down() -> None:
    """The mirror image about its baseline, with the same truth."""
    up = PulseSensing(1, Faults(), 50.0, noise=PulseNoise.none()).sense(lived(1))
    down = PulseSensing(1, Faults(), 50.0, is_inverted=True, noise=PulseNoise.none()).sense(
        lived(1)
    )

    assert down.ppg_au - 1000.0 == pytest.approx(1000.0 - up.ppg_au)
    assert np.array_equal(up.peak_t_s, down.peak_t_s)


def test_a_camera_s_frames_come_unevenly() -> None:
    """About 30 a second, 4 ms of jitter, one in a hundred missing; the wave is at their times."""
    quiet = PulseNoise.none()
    frames = PulseSensing(2, Faults(), 30.0, frames=CAMERA, noise=quiet).sense(lived(2))
    steps_s = np.diff(frames.t_s)
    fine = pulse_alone(2, 500.0)

    assert (steps_s > 0).all()
    assert np.median(steps_s) == pytest.approx(1 / 30, rel=0.02)
    assert np.std(steps_s[steps_s < 0.05]) == pytest.approx(0.004 * 2**0.5, rel=0.15)
    assert np.mean(steps_s > 0.05) == pytest.approx(0.01, abs=0.005)
    inner = (frames.t_s > 2.0) & (frames.t_s < 298.0)
    assert frames.ppg_au[inner] == pytest.approx(
        CubicSpline(fine.t_s, fine.ppg_au)(frames.t_s[inner]), abs=0.05
    )


@pytest.mark.parametrize("faults", [Faults(motion_per_min=2.0), Faults(lights_per_min=2.0)])
def test_what_goes_wrong_is_marked_and_nothing_else(faults: Faults) -> None:
    """Outside the marks the wave is the same."""
    wrong = PulseSensing(1, faults).sense(lived(1))
    right = PulseSensing(1, Faults()).sense(lived(1))
    off_au = np.abs(wrong.ppg_au - right.ppg_au)

    assert 0.02 < wrong.is_artifact.mean() < 0.5
    assert np.median(off_au[wrong.is_artifact]) > 25.0
    assert off_au[~wrong.is_artifact].max() == 0.0


def test_early_beats_are_those_of_the_ecg_and_weak() -> None:
    """The same R times; half the height of the others or less."""
    faults = Faults(ectopic_pct=4.0)
    pulse = pulse_alone(5, 500.0, faults)
    ecg = EcgSensing(5, faults).sense(lived(5))
    early_s = pulse.r_t_s[pulse.is_ectopic]
    curve = CubicSpline(pulse.t_s, pulse.ppg_au)
    rise = curve(pulse.peak_t_s) - curve(pulse.onset_t_s)

    assert early_s.size > 5
    assert early_s.tolist() == ecg.r_t_s[ecg.is_ectopic].tolist()[: early_s.size]
    assert rise[pulse.is_ectopic].max() < 0.75 * np.median(rise[~pulse.is_ectopic])
