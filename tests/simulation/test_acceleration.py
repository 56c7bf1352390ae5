from __future__ import annotations

from functools import cache

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.signal import butter, sosfiltfilt, welch

from biofeedback.simulation.acceleration import AccelerationSensing
from biofeedback.simulation.client import Produced, VirtualClient
from biofeedback.simulation.electrodes import ElectrodeSensing
from biofeedback.simulation.options import Faults

EVERYTHING = Faults(motion_per_min=4, postures_per_min=3)


@cache
def lived(seed: int, seconds: float = 300.0) -> Produced:
    return VirtualClient.from_seed(seed).advance(seconds)


@settings(max_examples=20, deadline=None)
@given(
    seed=st.integers(0, 2**32 - 1),
    rate_hz=st.sampled_from([25.0, 50.0, 200.0]),
    cuts_s=st.lists(st.floats(0.0, 30.0), max_size=12).map(sorted),
)
def test_how_time_is_cut_makes_no_difference(
    seed: int, rate_hz: float, cuts_s: list[float]
) -> None:
    """The same samples to the last bit, moving and turning."""
    whole = AccelerationSensing(seed, EVERYTHING, rate_hz).sense(
        VirtualClient.from_seed(seed).advance(30.0)
    )
    client, sensing = VirtualClient.from_seed(seed), AccelerationSensing(seed, EVERYTHING, rate_hz)
    parts = [sensing.sense(client.advance(until_s)) for until_s in [*cuts_s, 30.0]]

    for name in ("t_s", "g", "is_artifact"):
        joined = np.concatenate([getattr(part, name) for part in parts])
        assert np.array_equal(joined, getattr(whole, name)), name


@pytest.mark.parametrize("seed", range(6))
def test_at_rest_it_measures_gravity(seed: int) -> None:
    """1 g within noise and heartbeat, in a direction of the person's own."""
    sensed = AccelerationSensing(seed, Faults()).sense(lived(seed))

    assert sensed.t_s == pytest.approx((np.arange(sensed.t_s.size) + 1) / 50)
    assert sensed.t_s[-1] > 299.5
    assert np.linalg.norm(sensed.g, axis=1) == pytest.approx(1.0, abs=0.02)
    assert sensed.g[:, 1].mean() < -0.6
    assert not sensed.is_artifact.any()


@pytest.mark.parametrize("seed", range(6))
def test_breath_tilts_it_by_thousandths_of_g(seed: int) -> None:
    """The strongest direction of 0.05 to 0.7 Hz follows lung volume, 1 to 8 mg each way."""
    body = lived(seed)
    sensed = AccelerationSensing(seed, Faults()).sense(body)
    band = butter(2, [0.1, 0.7], "bandpass", fs=50.0, output="sos")
    slow_g = sosfiltfilt(band, sensed.g, axis=0)[500:-500]
    volume = np.interp(sensed.t_s, body.belt_t_s, body.volume)
    breath = sosfiltfilt(band, volume)[500:-500]
    _, _, directions = np.linalg.svd(slow_g, full_matrices=False)
    tilt_g = slow_g @ directions[0]

    assert abs(np.corrcoef(tilt_g, breath)[0, 1]) > 0.8
    assert 0.001 < np.sqrt(2) * np.std(tilt_g) < 0.012


def test_noise_is_one_to_two_thousandths_of_g() -> None:
    """Above the heart and the breath."""
    sensed = AccelerationSensing(1, Faults()).sense(lived(1))
    frequency_hz, power = welch(sensed.g[:, 0], 50.0)
    density = np.median(power[frequency_hz > 5])

    assert 0.001 < np.sqrt(density * 25.0) < 0.002


def test_each_beat_shakes_the_chest() -> None:
    """Averaged over the beats, the shaking right after R stands out of what is before it."""
    body = lived(1)
    sensed = AccelerationSensing(1, Faults(), 200.0).sense(body)
    begins = np.searchsorted(sensed.t_s, body.beat_t_s[1:-3])
    mean_g = np.mean([sensed.g[k - 40 : k + 40, 2] for k in begins], axis=0)
    mean_g -= np.median(mean_g)

    assert np.abs(mean_g[42:62]).max() > 0.0015
    assert np.abs(mean_g[42:62]).max() > 3 * np.abs(mean_g[20:40]).max()


def test_movement_comes_when_the_other_sensors_have_it() -> None:
    """One person moves; it shakes by a quarter of g, and nothing else is marked."""
    body = lived(2)
    faults = Faults(motion_per_min=2.0)
    sensed = AccelerationSensing(2, faults).sense(body)
    length_g = np.linalg.norm(sensed.g, axis=1)
    skin = ElectrodeSensing(2, faults).sense(
        zip(body.eda_t_s.tolist(), body.eda_microsiemens.tolist(), strict=True)
    )
    first_s = next(one.t_s for one in skin if one.is_artifact)

    assert sensed.t_s[np.argmax(sensed.is_artifact)] == pytest.approx(first_s, abs=0.13)
    assert np.std(length_g[sensed.is_artifact]) > 0.1
    assert length_g[~sensed.is_artifact] == pytest.approx(1.0, abs=0.02)


def test_a_change_of_posture_turns_gravity_and_stays() -> None:
    """Within a second and a half, without ceasing to be 1 g; then it rests elsewhere."""
    sensed = AccelerationSensing(3, Faults(postures_per_min=1.0)).sense(lived(3))
    is_turn = np.diff(sensed.is_artifact.astype(int)) == 1
    begins = np.flatnonzero(is_turn)

    assert 2 <= begins.size <= 12
    assert np.linalg.norm(sensed.g, axis=1) == pytest.approx(1.0, abs=0.02)
    assert np.abs(np.diff(sensed.g, axis=0)).max() < 0.06
    turned_deg = [
        np.degrees(np.arccos(np.clip(sensed.g[k - 5] @ sensed.g[k + 80], -1, 1)))
        for k in begins
        if 5 <= k < sensed.t_s.size - 80
    ]
    assert max(turned_deg) > 10.0
