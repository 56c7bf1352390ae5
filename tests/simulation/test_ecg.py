from __future__ import annotations

from dataclasses import replace
from functools import cache

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.interpolate import CubicSpline
from scipy.signal import welch

from biofeedback.samples import RRFlag
from biofeedback.simulation.client import Produced, VirtualClient
from biofeedback.simulation.ecg import EcgNoise, EcgSensing, EcgShape, SensedEcg
from biofeedback.simulation.options import Faults
from biofeedback.simulation.strap import StrapSensing

ARRAYS = ("t_s", "microvolts", "is_artifact", "r_t_s", "is_ectopic")
EVERYTHING = Faults(
    ectopic_pct=10,
    motion_per_min=4,
    muscle_per_min=2,
    pops_per_min=6,
    lead_off_per_min=2,
    hum_microvolts=30,
)


@cache
def lived(seed: int, seconds: float = 300.0) -> Produced:
    return VirtualClient.from_seed(seed).advance(seconds)


def heart_alone(seed: int, rate_hz: float, faults: Faults | None = None) -> SensedEcg:
    sensing = EcgSensing(seed, faults or Faults(), rate_hz, noise=EcgNoise.none())
    return sensing.sense(lived(seed))


def peak_near(ecg: SensedEcg, t_s: float) -> tuple[float, float]:
    """Time and height of the top of a curve laid through the samples within 8 ms."""
    middle = int(np.searchsorted(ecg.t_s, t_s))
    some = slice(middle - 8, middle + 8)
    curve = CubicSpline(ecg.t_s[some], ecg.microvolts[some])
    tops_s = curve.derivative().roots(extrapolate=False)
    top_s = float(tops_s[np.argmin(np.abs(tops_s - t_s))])
    return top_s, float(curve(top_s))


@pytest.mark.parametrize("seed", range(4))
def test_r_peaks_stand_where_the_truth_says(seed: int) -> None:
    """To a millionth of a second, and that is where the body's beats are."""
    ecg = heart_alone(seed, 1000.0)
    tops_s = [peak_near(ecg, t_s)[0] for t_s in ecg.r_t_s[1:-1]]
    beats_s = lived(seed).beat_t_s

    assert tops_s == pytest.approx(ecg.r_t_s[1:-1].tolist(), abs=1e-6)
    assert ecg.r_t_s[1:].tolist() == beats_s[: ecg.r_t_s.size - 1].tolist()
    assert ecg.r_t_s[0] == beats_s[0] - lived(seed).rr_ms[0] / 1000
    assert beats_s.size - ecg.r_t_s.size < 2


@pytest.mark.parametrize("rate_hz", [100.0, 130.0, 250.0, 1000.0])
def test_samples_come_evenly_at_any_rate(rate_hz: float) -> None:
    """At whole multiples of the period, up to less than a second behind the body."""
    ecg = EcgSensing(1, Faults(), rate_hz).sense(lived(1))
    first = round(ecg.t_s[0] * rate_hz)

    assert ecg.t_s.tolist() == ((first + np.arange(ecg.t_s.size)) / rate_hz).tolist()
    assert 299.3 < ecg.t_s[-1] < 300.0
    assert ecg.t_s[0] < ecg.r_t_s[0]
    assert ecg.t_s[0] < 1.5


def test_the_rate_does_not_change_the_heart() -> None:
    """Where samples of two rates coincide they are the same."""
    slow, fast = heart_alone(2, 250.0), heart_alone(2, 1000.0)
    shared_s, one, other = np.intersect1d(slow.t_s, fast.t_s, return_indices=True)

    assert shared_s.size > 70_000
    assert slow.microvolts[one] == pytest.approx(fast.microvolts[other], abs=1e-6)


@settings(max_examples=20, deadline=None)
@given(
    seed=st.integers(0, 2**32 - 1),
    rate_hz=st.sampled_from([100.0, 130.0, 512.0]),
    cuts_s=st.lists(st.floats(0.0, 30.0), max_size=12).map(sorted),
)
def test_how_time_is_cut_makes_no_difference(
    seed: int, rate_hz: float, cuts_s: list[float]
) -> None:
    """The same samples and truth to the last bit, with everything going wrong."""
    whole = EcgSensing(seed, EVERYTHING, rate_hz).sense(VirtualClient.from_seed(seed).advance(30.0))
    client, sensing = VirtualClient.from_seed(seed), EcgSensing(seed, EVERYTHING, rate_hz)
    parts = [sensing.sense(client.advance(until_s)) for until_s in [*cuts_s, 30.0]]

    for name in ARRAYS:
        joined = np.concatenate([getattr(part, name) for part in parts])
        assert np.array_equal(joined, getattr(whole, name)), name


@pytest.mark.parametrize("seed", range(3))
def test_height_of_r_breathes(seed: int) -> None:
    """It goes with lung volume alone, 5 to 15 % of itself for a full breath."""
    ecg, body = heart_alone(seed, 1000.0), lived(seed)
    heights = np.array([peak_near(ecg, t_s)[1] for t_s in ecg.r_t_s[1:-1]])
    volume = np.interp(ecg.r_t_s[1:-1], body.belt_t_s, body.volume)
    slope, middle = np.polyfit(volume, heights, 1)

    assert abs(np.corrcoef(volume, heights)[0, 1]) > 0.999
    assert 0.049 < abs(slope) / middle < 0.151
    assert 700 <= middle <= 1600


def test_t_wave_follows_the_interval() -> None:
    """Its top comes later after R by the square root of the interval (Bazett 1920)."""
    body = lived(3)
    delays = {}
    for factor in (0.7, 1.3):
        stretched = replace(
            body,
            beat_t_s=np.cumsum(np.full(250, factor)),
            rr_ms=np.full(250, 1000.0 * factor),
        )
        sensing = EcgSensing(3, Faults(), 1000.0, noise=EcgNoise.none())
        ecg = sensing.sense(stretched)
        beat_s = 50 * factor
        is_t = (ecg.t_s > beat_s + 0.12) & (ecg.t_s < beat_s + 0.45)
        delays[factor] = ecg.t_s[is_t][np.argmax(ecg.microvolts[is_t])] - beat_s

    assert delays[1.3] / delays[0.7] == pytest.approx((1.3 / 0.7) ** 0.5, rel=0.02)


def test_early_beats_are_those_of_the_strap_and_of_another_shape() -> None:
    """The same places in the row of beats, near the same times, twice as broad, no P wave."""
    faults = Faults(ectopic_pct=4.0)
    ecg = heart_alone(5, 1000.0, faults)
    body = lived(5)
    beats = list(zip(body.beat_t_s.tolist(), body.rr_ms.tolist(), strict=True))
    strap = StrapSensing(5, faults).sense(beats)
    strap_s = [one.t_s for one in strap if one.flag is RRFlag.ECTOPIC]
    early_s = ecg.r_t_s[ecg.is_ectopic]

    def area_over_height(t_s: float) -> float:
        near = (ecg.t_s > t_s - 0.05) & (ecg.t_s < t_s + 0.05)
        return float(np.abs(ecg.microvolts[near]).sum() / ecg.microvolts[near].max())

    assert early_s.size > 5
    # One uses the interval that it takes the place of, the other the one before.
    assert early_s == pytest.approx(strap_s[: early_s.size], abs=0.15)
    sinus = np.median([area_over_height(t_s) for t_s in ecg.r_t_s[1:-1][~ecg.is_ectopic[1:-1]]])
    assert all(area_over_height(t_s) > 1.7 * sinus for t_s in early_s)
    for t_s in early_s:
        before = (ecg.t_s > t_s - 0.19) & (ecg.t_s < t_s - 0.145)
        assert ecg.microvolts[before].max() < 0.3 * 1600 * 0.15 + 40


def test_hum_is_one_line_of_the_spectrum() -> None:
    """50 µV at 50 Hz are 1250 µV² there; 60 Hz where asked for."""
    noise = EcgNoise.none()
    quiet = EcgSensing(1, Faults(), 250.0, noise=noise).sense(lived(1)).microvolts
    for hum_hz in (50.0, 60.0):
        faults = Faults(hum_microvolts=50.0, hum_hz=hum_hz)
        hum = EcgSensing(1, faults, 250.0, noise=noise).sense(lived(1)).microvolts - quiet
        frequency_hz, power = welch(hum, 250.0, nperseg=2500)
        is_line = np.abs(frequency_hz - hum_hz) < 0.5

        assert power[is_line].sum() * 0.1 == pytest.approx(1250.0, rel=0.01)
        assert power[~is_line].sum() < 1e-3 * power[is_line].sum()


def test_noise_is_as_large_as_said() -> None:
    """White noise and muscle, each alone over the heart's own signal."""
    heart = heart_alone(1, 500.0).microvolts
    for noise, frequency_from_hz in (
        (replace(EcgNoise.none(), white_microvolts=20.0), 0.0),
        (replace(EcgNoise.none(), muscle_microvolts=20.0), 20.0),
    ):
        noisy = EcgSensing(1, Faults(), 500.0, noise=noise).sense(lived(1)).microvolts
        frequency_hz, power = welch(noisy - heart, 500.0, nperseg=500)

        assert np.std(noisy - heart) == pytest.approx(20.0, rel=0.03)
        below = power[frequency_hz < frequency_from_hz / 2].sum() / power.sum()
        assert below < 0.01


def test_baseline_wanders_with_the_breath() -> None:
    """By as much as said."""
    noise = replace(EcgNoise.none(), breath_microvolts=80.0)
    measured = EcgSensing(1, Faults(), 130.0, noise=noise).sense(lived(1))
    wander = measured.microvolts - heart_alone(1, 130.0).microvolts
    volume = np.interp(measured.t_s, lived(1).belt_t_s, lived(1).volume)

    assert wander == pytest.approx(80.0 * volume, abs=1e-6)


def test_a_lost_electrode_is_flat_and_marked() -> None:
    """2 to 6 s without any change, about as often as asked."""
    ecg = EcgSensing(1, Faults(lead_off_per_min=2.0), 130.0).sense(lived(1))
    is_flat = np.concatenate([[False], np.diff(ecg.microvolts) == 0.0])
    n_begun = int(np.sum(np.diff(is_flat.astype(int)) == 1))

    assert 4 <= n_begun <= 18
    assert is_flat.mean() == pytest.approx(n_begun * 4.0 / 300, rel=0.4)
    assert ecg.is_artifact[is_flat].all()
    assert np.sum(ecg.is_artifact & ~is_flat) <= n_begun + 1


@pytest.mark.parametrize(
    "faults",
    [Faults(motion_per_min=2.0), Faults(muscle_per_min=2.0), Faults(pops_per_min=4.0)],
)
def test_what_goes_wrong_is_marked_and_nothing_else(faults: Faults) -> None:
    """Marked samples are far from the undisturbed signal, the others are the same to 50 µV."""
    wrong = EcgSensing(1, faults, 130.0).sense(lived(1))
    right = EcgSensing(1, Faults(), 130.0).sense(lived(1))
    off_microvolts = np.abs(wrong.microvolts - right.microvolts)

    assert 0.01 < wrong.is_artifact.mean() < 0.5
    assert np.median(off_microvolts[wrong.is_artifact]) > 60.0
    assert off_microvolts[~wrong.is_artifact].max() < 60.0
    assert np.array_equal(wrong.r_t_s, right.r_t_s)


def test_intervals_between_r_peaks_are_the_body_s() -> None:
    """From 130 samples a second with noise: a parabola through the top finds RR to 3 ms."""
    ecg, body = EcgSensing(4, Faults()).sense(lived(4)), lived(4)
    found_s = []
    for t_s in ecg.r_t_s[1:-1]:
        near = int(np.argmin(np.abs(ecg.t_s - t_s)))
        top = near - 2 + int(np.argmax(ecg.microvolts[near - 2 : near + 3]))
        left, middle, right = ecg.microvolts[top - 1 : top + 2]
        found_s.append(ecg.t_s[top] + 0.5 * (left - right) / (left - 2 * middle + right) / 130)
    errors_ms = np.diff(found_s) * 1000 - body.rr_ms[1 : len(found_s)]

    assert np.std(errors_ms) < 3.0
    assert np.std(np.diff(found_s)) * 1000 == pytest.approx(
        np.std(body.rr_ms[1 : len(found_s)]), rel=0.02
    )


def test_people_differ_in_their_waves() -> None:
    """Heights of R over the range, most fall with the breath in."""
    shapes = [EcgShape.drawn(seed) for seed in range(200)]

    assert min(one.r_microvolts for one in shapes) < 800
    assert max(one.r_microvolts for one in shapes) > 1500
    assert 120 < sum(one.breath_share < 0 for one in shapes) < 190


@pytest.mark.parametrize("start_s", [0.0, 100.3, 100.6, 100.9])
def test_every_beat_from_the_start_is_there(start_s: float) -> None:
    """Put on at any time; the truth names no R peak before the first sample."""
    client = VirtualClient.from_seed(1)
    client.advance(start_s)
    body = client.advance(130.0)
    ecg = EcgSensing(1, Faults()).sense(body)
    before_s = body.beat_t_s[0] - body.rr_ms[0] / 1000
    expected_s = [one for one in [before_s, *body.beat_t_s.tolist()] if one > ecg.t_s[0]]
    heights = [ecg.microvolts[np.abs(ecg.t_s - one) < 0.03].max() for one in ecg.r_t_s]

    assert start_s < ecg.t_s[0] < start_s + 1.2
    assert ecg.r_t_s.tolist() == expected_s[: ecg.r_t_s.size]
    assert min(heights) > 600
