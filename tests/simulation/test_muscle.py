from __future__ import annotations

from dataclasses import replace
from functools import cache
from typing import TYPE_CHECKING

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.signal import welch

from biofeedback.simulation.client import Produced, Stress, VirtualClient
from biofeedback.simulation.guidance import Guidance, Way
from biofeedback.simulation.muscle import EmgSensing, SensedEmg
from biofeedback.simulation.options import Faults
from biofeedback.simulation.parameters import ClientParameters

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray


@cache
def lived(seed: int, seconds: float = 300.0, *, stressed: bool = False) -> Produced:
    stress = Stress(every_s=120.0, length_s=60.0) if stressed else None
    return VirtualClient.from_seed(seed, stress=stress).advance(seconds)


def envelope(seed: int, faults: Faults | None = None) -> SensedEmg:
    return EmgSensing(seed, faults or Faults(), 10.0, is_envelope=True).sense(lived(seed))


@settings(max_examples=20, deadline=None)
@given(
    seed=st.integers(0, 2**32 - 1),
    form=st.sampled_from([(1000.0, False), (10.0, True), (20.0, True)]),
    cuts_s=st.lists(st.floats(0.0, 30.0), max_size=12).map(sorted),
)
def test_how_time_is_cut_makes_no_difference(
    seed: int, form: tuple[float, bool], cuts_s: list[float]
) -> None:
    """The same samples and truth to the last bit, raw and as envelope."""
    rate_hz, is_envelope = form
    faults = Faults(motion_per_min=4, hum_microvolts=5)

    def fresh() -> EmgSensing:
        return EmgSensing(seed, faults, rate_hz, is_envelope=is_envelope)

    whole = fresh().sense(VirtualClient.from_seed(seed).advance(30.0))
    client, sensing = VirtualClient.from_seed(seed), fresh()
    parts = [sensing.sense(client.advance(until_s)) for until_s in [*cuts_s, 30.0]]

    for name in ("t_s", "microvolts", "tension_microvolts", "is_artifact"):
        joined = np.concatenate([getattr(part, name) for part in parts])
        assert np.array_equal(joined, getattr(whole, name)), name


@pytest.mark.parametrize("seed", range(3))
def test_raw_signal_has_the_tension_for_its_root_mean_square(seed: int) -> None:
    """Second by second, within what chance allows, in 20 to 450 Hz about zero."""
    raw = EmgSensing(seed, Faults()).sense(lived(seed))
    n_s = raw.t_s.size // 1000
    power = (raw.microvolts[: n_s * 1000] ** 2).reshape(n_s, -1).mean(axis=1)
    true_power = (raw.tension_microvolts[: n_s * 1000] ** 2).reshape(n_s, -1).mean(axis=1)
    frequency_hz, density = welch(raw.microvolts, 1000.0, nperseg=1000)
    is_band = (frequency_hz > 15) & (frequency_hz < 460)

    assert np.median(np.sqrt(power / true_power)) == pytest.approx(1.0, abs=0.05)
    assert np.std(np.sqrt(power / true_power)) < 0.06
    assert density[is_band].sum() > 0.95 * density.sum()
    assert abs(raw.microvolts.mean()) < 0.2


def test_envelope_and_raw_signal_are_of_one_muscle() -> None:
    """The tension of both is the same at the same time, and the envelope is near it."""
    raw, slow = EmgSensing(2, Faults()).sense(lived(2)), envelope(2)
    tension = np.interp(slow.t_s, raw.t_s, raw.tension_microvolts)

    assert slow.tension_microvolts == pytest.approx(tension, abs=1e-9)
    ratio = slow.microvolts / slow.tension_microvolts
    assert np.median(ratio) == pytest.approx(1.0, abs=0.02)
    # What the root mean square of a tenth of a second of the raw signal scatters.
    n = raw.t_s.size // 100
    measured = np.sqrt((raw.microvolts[: n * 100] ** 2).reshape(n, 100).mean(axis=1))
    true = np.sqrt((raw.tension_microvolts[: n * 100] ** 2).reshape(n, 100).mean(axis=1))
    assert np.std(ratio) == pytest.approx(np.std(measured / true), rel=0.15)


@pytest.mark.parametrize("seed", range(5))
def test_a_resting_muscle_is_a_few_microvolts(seed: int) -> None:
    """Median 2 to 12 µV at rest, with bursts of more than that now and then."""
    slow = envelope(seed)
    median = np.median(slow.tension_microvolts)

    assert 1.5 < median < 12.0
    assert slow.tension_microvolts.max() > median + 5.0
    assert slow.tension_microvolts.min() > 0.4


def test_stress_tenses_muscles() -> None:
    """Median tension in the last of a stretch of stress is above that of the quiet life."""
    quiet = EmgSensing(4, Faults(), 10.0, is_envelope=True).sense(lived(4))
    tense = EmgSensing(4, Faults(), 10.0, is_envelope=True).sense(lived(4, stressed=True))
    is_late = (quiet.t_s > 150) & (quiet.t_s < 180)

    assert np.median(tense.tension_microvolts[is_late]) > 1.3 * np.median(
        quiet.tension_microvolts[is_late]
    )


def test_hum_is_one_line_of_the_spectrum() -> None:
    """10 µV at 60 Hz are 50 µV²; in the envelope the powers add up."""
    faults = Faults(hum_microvolts=10.0, hum_hz=60.0)
    hum = EmgSensing(1, faults).sense(lived(1)).microvolts
    quiet = EmgSensing(1, Faults()).sense(lived(1)).microvolts
    frequency_hz, density = welch(hum - quiet, 1000.0, nperseg=1000)

    assert density[np.abs(frequency_hz - 60) < 1.5].sum() == pytest.approx(50.0, rel=0.01)
    assert envelope(1, faults).microvolts ** 2 - envelope(1).microvolts ** 2 == pytest.approx(50.0)


def test_movement_is_marked_and_nothing_else() -> None:
    """Marked samples are far off, the others the same."""
    for rate_hz, is_envelope in ((1000.0, False), (10.0, True)):
        wrong, right = (
            EmgSensing(1, faults, rate_hz, is_envelope=is_envelope).sense(lived(1))
            for faults in (Faults(motion_per_min=2.0), Faults())
        )
        off = np.abs(wrong.microvolts - right.microvolts)

        assert 0.02 < wrong.is_artifact.mean() < 0.4
        assert np.median(off[wrong.is_artifact]) > 5.0
        assert off[~wrong.is_artifact].max() == 0.0


def test_a_muscle_tensed_on_purpose_works_and_is_looser_afterwards() -> None:
    """Six seconds of work in every forty, five times; 60 s later tension is a tenth lower."""

    def asked(t_s: float) -> Guidance | None:
        if not 60.0 <= t_s < 260.0:
            return None
        return Guidance(Way.MUSCLE, tense=1.0 if (t_s - 60.0) % 40.0 < 6.0 else 0.0)

    person = replace(ClientParameters().without_noise(), arousal_baseline=0.0)

    def tension(guidance: Callable[[float], Guidance | None] | None) -> NDArray[np.float64]:
        produced = VirtualClient(person, 3).advance(320.0, None, guidance)
        sensing = EmgSensing(3, Faults(), 10.0, is_envelope=True)
        return sensing.sense(produced).tension_microvolts

    worked, left = tension(asked), tension(None)
    at_work = slice(10 * 62, 10 * 65)
    assert worked[at_work].mean() > left[at_work].mean() + 50.0
    assert worked[: 10 * 59] == pytest.approx(left[: 10 * 59])
    after = slice(10 * 265, 10 * 315)
    assert 0.6 < np.median(worked[after] / left[after]) < 0.95
