"""Whole recordings: real ones against plain NumPy, simulated ones against what was put in."""

from __future__ import annotations

from dataclasses import replace
from math import isnan
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pytest

from biofeedback.samples import (
    Beat,
    BeatOrigin,
    Breath,
    Chunk,
    Metric,
    RRFlag,
    Scr,
    StreamInfo,
    StreamKind,
)
from biofeedback.signal.measures import measured
from biofeedback.signal.offline import (
    RecordedResults,
    coherence_windows,
    intervals_of,
    whole_record_measures,
)
from biofeedback.signal.pipeline import Pipeline
from biofeedback.signal.rr_artifacts import RRCorrector
from helpers.simulated_rr import clean_rr_ms, damaged, swinging_rr_s

if TYPE_CHECKING:
    from numpy.typing import NDArray

Published = Beat | Breath | Scr | Metric
STRAP = StreamInfo("strap", StreamKind.RR, ("rr_ms",))


def beats_of(
    rr_ms: NDArray[np.float64], t_s: NDArray[np.float64] | None = None, source: str = "strap"
) -> list[Beat]:
    if t_s is None:
        t_s = np.cumsum(rr_ms) / 1000
    corrector = RRCorrector(source)
    beats: list[Beat] = []
    for at_s, interval_ms in zip(t_s.tolist(), rr_ms.tolist(), strict=True):
        beats += corrector.push(at_s, interval_ms)
    return beats + corrector.flush()


def numbers_in(path: Path) -> NDArray[np.float64]:
    words = path.read_text().split()
    return np.array([float(word) for word in words if word.replace(".", "").isdigit()])


@pytest.mark.parametrize(
    "name", ["hrv_rhenanbartels/rest_rri.txt", "hrv_rhenanbartels/real_rri.txt"]
)
def test_uncorrected_equals_plain_numpy_on_recordings(recordings: Path, name: str) -> None:
    """All intervals as in the file, to 1e-9; and what was corrected is reported."""
    rr_ms = numbers_in(recordings / name)
    differences = np.diff(rr_ms)

    found = whole_record_measures(beats_of(rr_ms), corrected=False)

    expected = {
        "heart_rate_bpm": 60000 / rr_ms.mean(),
        "rmssd_ms": np.sqrt(np.mean(differences**2)),
        "sdnn_ms": rr_ms.std(ddof=1),
        "pnn50_pct": 100 * np.mean(np.abs(differences) > 50),
        "sd1_ms": differences.std(ddof=1) / np.sqrt(2),
        "sd2_ms": (rr_ms[1:] + rr_ms[:-1]).std(ddof=1) / np.sqrt(2),
    }
    for measure, value in expected.items():
        assert found[measure][0] == pytest.approx(value, rel=1e-9)
    assert 0 < found["corrected_pct"][0] < 3
    assert found["rmssd_ms"][1] == pytest.approx(1 - found["corrected_pct"][0] / 100, abs=1e-3)


def test_strap_recording_with_arrival_times(recordings: Path) -> None:
    """620 intervals of slow breathing, 3.7 a minute: equal to plain NumPy, to 1e-9."""
    table = np.loadtxt(recordings / "polar_h10_dhyb" / "sample_data_ibi.csv", delimiter=",")
    rr_ms = table[:, 1]

    found = whole_record_measures(beats_of(rr_ms), corrected=False)

    assert rr_ms.size == 620
    assert found["rmssd_ms"][0] == pytest.approx(np.sqrt(np.mean(np.diff(rr_ms) ** 2)), rel=1e-9)
    assert found["sdnn_ms"][0] == pytest.approx(rr_ms.std(ddof=1), rel=1e-9)
    assert found["corrected_pct"][0] < 3
    assert found["coherence"][0] > 0.5


def test_corrected_is_nearer_to_the_truth() -> None:
    """3 % missed beats: RMSSD several times too large as sent, within 3 % corrected."""
    clean_ms = clean_rr_ms(np.random.default_rng(0), 400, 14.0, 5.0)
    truth = float(np.sqrt(np.mean(np.diff(clean_ms) ** 2)))
    t_s, rr_ms, _ = damaged(np.random.default_rng(1), clean_ms, "missed")
    beats = beats_of(rr_ms, t_s)

    assert whole_record_measures(beats, corrected=False)["rmssd_ms"][0] > 3 * truth
    assert whole_record_measures(beats)["rmssd_ms"][0] == pytest.approx(truth, rel=0.03)


def test_both_forms_lay_out_the_intervals() -> None:
    """As sent each once, corrected with the missed one in two; a gap in both."""
    rr_ms = np.array([800.0] * 20 + [1600.0] + [800.0] * 20)
    t_s = np.cumsum(rr_ms) / 1000
    t_s[30:] += 5.0
    beats = beats_of(rr_ms, t_s)

    sent, corrected = intervals_of(beats, corrected=False), intervals_of(beats)

    np.testing.assert_array_equal(sent.rr_ms, rr_ms)
    np.testing.assert_array_equal(sent.t_s, t_s)
    assert np.flatnonzero(~sent.follows).tolist() == [0, 30]
    np.testing.assert_array_equal(corrected.rr_ms, np.full(42, 800.0))
    assert np.flatnonzero(~corrected.follows).tolist() == [0, 31]
    np.testing.assert_allclose(corrected.midpoint_s, corrected.t_s - 0.4)


def test_several_sensors_are_not_mixed() -> None:
    """One tachogram is one heart; measures take the first sensor, or the one asked for."""
    mixed = beats_of(np.full(20, 800.0)) + beats_of(np.full(20, 600.0), source="other")

    with pytest.raises(ValueError, match=r"other.*strap"):
        intervals_of(mixed)
    assert whole_record_measures(mixed)["heart_rate_bpm"][0] == pytest.approx(75)
    assert whole_record_measures(mixed, source="other")["heart_rate_bpm"][0] == pytest.approx(100)


def test_segment_takes_its_own_beats_only() -> None:
    """75 bpm until 40 s and 100 bpm after: from 41 s on nothing of the first part is left."""
    rr_ms = np.array([800.0] * 50 + [600.0] * 50)
    beats = beats_of(rr_ms)

    assert whole_record_measures(beats, end_s=39.0)["heart_rate_bpm"][0] == pytest.approx(75)
    late = whole_record_measures(beats, 41.0, 60.0)
    assert late["heart_rate_bpm"][0] == pytest.approx(100)
    assert late["rmssd_ms"][0] == 0.0


def test_nothing_in_nothing_out() -> None:
    """No beat, no measures; two beats, a heart rate and no variability."""
    assert whole_record_measures([]) == {}
    few = whole_record_measures(beats_of(np.array([800.0, 810.0])))
    assert few["heart_rate_bpm"][0] == pytest.approx(60000 / 805)
    assert isnan(few["rmssd_ms"][0])
    assert few["rmssd_ms"][1] == 0.0


def test_coherence_is_the_live_one() -> None:
    """Over a recording with a gap the windows and values are those of the live measure."""
    t_s, rr_ms = swinging_rr_s(
        np.random.default_rng(0), 300, breaths_per_min=6, swing_bpm=14, noise=0.5
    )
    kept = (t_s < 150) | (t_s > 160)
    pipeline = Pipeline()
    results = pipeline.push(Chunk(STRAP, t_s[kept], rr_ms[kept][:, None], 0.0))
    results += pipeline.finish()
    beats = [r for r in results if isinstance(r, Beat)]
    assert RRFlag.GAP in {b.flag for b in beats}

    live = {
        r.t_s: r.value
        for r in results
        if isinstance(r, Metric) and r.name == "coherence" and not isnan(r.value)
    }
    offline = {end_s: share for end_s, share, _ in coherence_windows(intervals_of(beats))}

    assert offline.keys() == live.keys()
    assert len(live) > 20
    assert list(offline.values()) == pytest.approx(list(live.values()), rel=1e-12)


def test_other_sensors_are_summed_up() -> None:
    """Breaths over their time, averages of live values, a mean angle that knows the circle."""
    results: list[Published] = [
        Breath(10.0, 0.0, 4.0, "belt"),
        Breath(30.0, 10.0, 14.0, "belt"),
        Metric(20.0, "scl_microsiemens", 4.0, "µS", 30.0, 1.0),
        Metric(21.0, "scl_microsiemens", 6.0, "µS", 30.0, 0.5),
        Metric(22.0, "scl_microsiemens", float("nan"), "µS", 30.0, 0.0),
        Metric(20.0, "rsa_phase_deg", 170.0, "°", 60.0, 1.0),
        Metric(30.0, "rsa_phase_deg", -170.0, "°", 60.0, 1.0),
    ]

    found = whole_record_measures(results)

    assert found["breaths_per_min"] == pytest.approx((4.0, 1.0))
    assert found["scl_microsiemens"] == pytest.approx((5.0, 0.75))
    assert abs(found["rsa_phase_deg"][0]) == pytest.approx(180.0)
    assert "rsa_bpm" not in found
    assert "breaths_per_min" not in whole_record_measures(results, start_s=100.0)


@pytest.mark.parametrize(("quality", "is_shown"), [(1.0, True), (0.4, True), (0.1, False)])
def test_beats_of_a_waveform_are_trusted_no_more_than_the_waveform(
    quality: float, is_shown: bool
) -> None:
    rr_ms = np.full(200, 800.0) + np.tile([0.0, 20.0], 100)
    beats = beats_of(rr_ms, source="chest/ecg")
    seconds = [measured(float(t), "ecg_quality", quality, "chest/ecg") for t in range(160)]

    found = whole_record_measures([*seconds, *beats])

    assert isnan(found["rmssd_ms"][0]) is not is_shown
    assert found["rmssd_ms"][1] == pytest.approx(quality if is_shown else 0.0)
    assert found["corrected_pct"] == (0.0, 1.0)
    # Another heart's beats have nothing to do with it.
    assert whole_record_measures([*seconds, *beats_of(rr_ms)])["rmssd_ms"][1] == 1.0


def test_the_partner_has_no_part_in_the_clients_measures() -> None:
    """Though the partner's heart was heard first, and what their sensors say together too."""
    theirs = beats_of(np.full(100, 600.0), source="other")
    mine = beats_of(np.full(100, 900.0))
    skins = [
        measured(30.0, "scl_microsiemens", 20.0, "other-skin"),
        measured(30.0, "arousal", 3.0, "partner/together"),
        measured(30.0, "scl_microsiemens", 5.0, "skin"),
    ]
    results = RecordedResults([*theirs, *mine, *skins], partners={"other", "other-skin"})

    found = results.measures()

    assert found["mean_rr_ms"][0] == pytest.approx(900.0)
    assert found["scl_microsiemens"][0] == 5.0
    assert "arousal" not in found


def test_the_best_of_several_hearts_is_measured() -> None:
    """An ECG before a strap before a pulse, but not one that was lost most of the time."""

    def hearts(n_ecg: int) -> str | None:
        pulse = [replace(b, origin=BeatOrigin.PULSE) for b in beats_of(np.full(100, 800.0))]
        ecg = [
            replace(b, origin=BeatOrigin.ECG)
            for b in beats_of(np.full(n_ecg, 800.0), source="chest/ecg")
        ]
        strap = beats_of(np.full(100, 800.0), source="belt")
        return RecordedResults([*pulse, *strap, *ecg]).heart_source

    assert hearts(90) == "chest/ecg"
    assert hearts(30) == "belt"
