"""Offline analysis against independent computations on real recordings."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pytest

import biofeedback
from biofeedback.analysis import analyze
from biofeedback.errors import FormatError
from biofeedback.runtime.replay import replay_events
from biofeedback.samples import Beat, Breath, Metric, RRFlag, Scr, StreamKind
from biofeedback.sessions.formats.recording import IMPORTED_RR, from_signals, imported_stream
from biofeedback.signal.offline import RecordedResults

if TYPE_CHECKING:
    from numpy.typing import NDArray


# What the breathing rate has a say in.
_OF_BREATH = ("hf_power_ms2", "lf_hf_ratio", "breathing_power_ms2")


def independent(rr_ms: NDArray[np.float64]) -> dict[str, float]:
    """The four measures from their definitions, on the intervals as they stand in the file."""
    differences = rr_ms[1:] - rr_ms[:-1]
    mean = float(np.sum(rr_ms)) / rr_ms.size
    return {
        "heart_rate_bpm": 60000.0 / mean,
        "sdnn_ms": float(np.sqrt(np.sum((rr_ms - mean) ** 2) / (rr_ms.size - 1))),
        "rmssd_ms": float(np.sqrt(np.mean(differences**2))),
        "pnn50_pct": 100.0 * float(np.mean(np.abs(differences) > 50.0)),
    }


def numbers_in(path: Path, column: int = 0) -> NDArray[np.float64]:
    """All numbers of a column, by a parser that shares nothing with ours."""
    rows = []
    for line in path.read_text(encoding="latin-1").splitlines():
        found = re.findall(r"[-+]?\d+\.?\d*(?:e[-+]?\d+)?", line)
        if found and not line.startswith("#"):
            rows.append(float(found[column]))
    return np.array(rows)


FILES = {
    "rest": ("hrv_rhenanbartels/rest_rri.txt", 0),
    "real": ("hrv_rhenanbartels/real_rri.txt", 0),
    "kubios": ("kubios/SampleExport.txt", 0),
    "elite hrv": ("elitehrv/2017-06-29 13-11-53.txt", 0),
    "polar h10": ("polar_h10_dhyb/sample_data_ibi.csv", 1),
}


@pytest.mark.parametrize("name", FILES)
def test_uncorrected_measures_equal_an_independent_computation(name: str, recordings: Path) -> None:
    """RMSSD, SDNN, pNN50 and mean heart rate agree to 1e-9, relative."""
    file, column = FILES[name]
    rr_ms = numbers_in(recordings / file, column)
    result = analyze(recordings / file)
    assert result.n_beats == rr_ms.size
    for measure, expected in independent(rr_ms).items():
        assert result.uncorrected[measure][0] == pytest.approx(expected, rel=1e-9), measure


@pytest.mark.parametrize("name", ["SampleNNISeriesShort", "SampleNNISeriesLong"])
def test_numpy_series_equal_an_independent_computation(name: str, recordings: Path) -> None:
    path = recordings / "pyhrv" / f"{name}.npy"
    result = analyze(path)
    for measure, expected in independent(np.load(path).astype(float).ravel()).items():
        assert result.uncorrected[measure][0] == pytest.approx(expected, rel=1e-9), measure


def test_where_nothing_is_corrected_both_forms_are_one(recordings: Path) -> None:
    """The slow breathing of the chest strap recording trips no rule: 620 beats as they are."""
    result = analyze(recordings / "polar_h10_dhyb" / "sample_data_ibi.csv")
    assert result.corrected["corrected_pct"][0] == 0.0
    # As text, in which nan equals nan.
    assert repr(result.corrected) == repr(result.uncorrected)
    assert result.correction_words == "nothing corrected."


def test_what_was_corrected_is_told(recordings: Path) -> None:
    """A recording with real missed beats: found, RMSSD falls, the file's beats all count."""
    path = recordings / "hrv_rhenanbartels" / "noisy_rri.hrm"
    result = analyze(path)
    n_corrected = sum(
        result.found[flag]
        for flag in RRFlag
        if flag not in {RRFlag.NORMAL, RRFlag.INSERTED, RRFlag.GAP}
    )
    # Six intervals of twice their neighbours' length, at most a beat or two besides.
    assert 6 <= n_corrected <= 8
    assert result.corrected["rmssd_ms"][0] < result.uncorrected["rmssd_ms"][0]
    assert result.corrected["corrected_pct"][0] == pytest.approx(
        100 * n_corrected / (result.n_beats + result.found[RRFlag.INSERTED]), rel=0.05
    )
    plain = result.plain()
    assert plain["found"]["missed"] == result.found[RRFlag.MISSED]
    assert "corrected:" in result.correction_words


def test_plain_values_are_json_without_nan(tmp_path: Path) -> None:
    """Ten beats are too few for coherence: it is null, at quality 0."""
    path = tmp_path / "short.txt"
    path.write_text("\n".join(["812", "798", "830", "845", "820"] * 2), encoding="utf-8")
    text = json.dumps(analyze(path).plain(), allow_nan=False)
    plain = json.loads(text)
    assert plain["beats"] == 10
    assert plain["measures"]["coherence"] is None
    assert plain["quality"]["coherence"] == 0.0
    assert plain["measures"]["rmssd_ms"] == plain["measures_uncorrected"]["rmssd_ms"]
    assert plain["duration_s"] == pytest.approx(8.21)
    assert plain["segments"] == []


def test_the_public_functions_read_and_analyze(tmp_path: Path) -> None:
    path = tmp_path / "rr.csv"
    path.write_text("rr_ms\n800\n810\n790\n805\n", encoding="utf-8")
    recording = biofeedback.read(path)
    assert biofeedback.analyze(recording).n_beats == 4
    assert biofeedback.analyze(path).measures["rmssd_ms"] == pytest.approx(
        np.sqrt((10.0**2 + 20.0**2 + 15.0**2) / 3)
    )


def test_what_is_no_recording_is_refused_in_words(tmp_path: Path) -> None:
    path = tmp_path / "letter.txt"
    path.write_text("Dear Ada,\nthe garden is in bloom.\n", encoding="utf-8")
    with pytest.raises(FormatError, match="RR intervals"):
        analyze(path)


def swinging(duration_s: float = 900.0) -> biofeedback.Recording:
    number = np.arange(int(duration_s / 0.85))
    rng = np.random.default_rng(3)
    return biofeedback.Recording.of(
        rr_ms=850 + 30 * np.sin(number / 2.0) + rng.normal(0, 10, number.size)
    )


def test_a_window_slides_over_the_recording_by_its_step() -> None:
    result = analyze(swinging(), window_s=300.0, step_s=60.0)

    assert [window.start_s for window in result.windows] == [60.0 * n for n in range(10)]
    assert all(window.end_s == window.start_s + 300.0 for window in result.windows)
    alone = analyze(swinging(), segments=[(120.0, 420.0)]).segments[0]
    assert repr(result.windows[2].corrected) == repr(alone.corrected)


def test_a_window_longer_than_the_recording_has_no_place() -> None:
    assert analyze(swinging(120.0), window_s=300.0).windows == ()


def test_a_segment_is_measured_by_itself() -> None:
    """A minute of large swings in the middle shows in its own numbers alone."""
    rr_ms = np.full(400, 800.0) + np.tile([0.0, 4.0], 200)
    rr_ms[150:225] += 40 * np.sin(np.arange(75) / 1.5)
    result = analyze(biofeedback.Recording.of(rr_ms=rr_ms), segments=[(0, 110), (120, 180)])

    quiet, moving = result.segments
    assert (quiet.name, moving.name) == ("0:00 to 1:50", "2:00 to 3:00")
    assert quiet.corrected["rmssd_ms"][0] == pytest.approx(4.0, rel=0.01)
    assert moving.corrected["rmssd_ms"][0] > 15


@pytest.mark.parametrize(
    "asked", [{"segments": [(60.0, 60.0)]}, {"window_s": 0.0}, {"window_s": 60.0, "step_s": -1.0}]
)
def test_a_stretch_without_length_is_refused_in_words(asked: dict[str, object]) -> None:
    with pytest.raises(ValueError, match=r"segment|window"):
        analyze(swinging(60.0), **asked)  # type: ignore[arg-type]


def test_slow_breathing_hides_what_means_nothing_then() -> None:
    """Breath at 6 a minute: no fast band, no ratio, and the power at the breath instead."""
    t_s = np.arange(0, 400, 0.05)
    recording = biofeedback.Recording.of(rate_hz=20.0, respiration=np.sin(2 * np.pi * t_s / 10))
    beats = biofeedback.Recording.of(rr_ms=850 + 60 * np.sin(2 * np.pi * np.arange(470) * 0.085))
    both = biofeedback.Recording(
        "slow",
        None,
        recording.duration_s,
        tuple(sorted([*recording.chunks, *beats.chunks], key=lambda chunk: chunk.arrival_s)),
    )

    result = analyze(both).corrected

    assert result["breaths_per_min"][0] == pytest.approx(6.0, abs=0.1)
    assert np.isnan(result["lf_hf_ratio"][0])
    assert np.isnan(result["hf_power_ms2"][0])
    assert result["breathing_power_ms2"][0] == pytest.approx(result["lf_power_ms2"][0], rel=0.1)


def half_an_hour(rng: np.random.Generator, *, with_belt: bool = False) -> biofeedback.Recording:
    """A heart that wanders, skin with a response every 15 s or so, artifacts in both."""
    number = np.arange(2100)
    rr_ms = 850 + 60 * np.sin(number / 300.0) + 30 * np.sin(number / 2.0)
    rr_ms += rng.normal(0, 12, number.size)
    rr_ms[[400, 1200]] *= 2.0
    rr_s = np.cumsum(rr_ms) / 1000.0
    t_s = np.arange(0, 1780, 1 / 32.0)
    skin = 5 + 0.5 * np.sin(t_s / 200.0) + rng.normal(0, 0.002, t_s.size)
    for onset_s in np.cumsum(rng.uniform(6, 24, 110)):
        since_s = np.clip(t_s - onset_s, 0, None)
        skin += 0.3 * (np.exp(-since_s / 4.0) - np.exp(-since_s / 0.7))
    skin[30000:30100] = 0.0
    signals = [
        (IMPORTED_RR, rr_s, rr_ms),
        (imported_stream(StreamKind.EDA, 32.0), t_s, skin),
    ]
    if with_belt:
        belt_s = np.arange(0, 1780, 0.1)
        belt = np.sin(2 * np.pi * belt_s / 5.0)
        signals.append((imported_stream(StreamKind.RESPIRATION, 10.0), belt_s, belt))
    return from_signals("half an hour", signals)


@pytest.mark.parametrize("with_belt", [False, True])
def test_averages_are_near_those_of_every_live_value(with_belt: bool) -> None:
    """Fewer live values are averaged than a screen would show: that moves the averages a little.

    Over half an hour and in every five minutes; what beats and responses themselves give is
    the same to the bit.
    """
    recording = half_an_hour(np.random.default_rng(8), with_belt=with_belt)
    live = RecordedResults(
        event
        for event in replay_events(recording)
        if isinstance(event, Beat | Breath | Scr | Metric)
    )
    result = analyze(recording, window_s=300.0)

    stretches = [(-np.inf, np.inf, result.corrected)]
    stretches += [(each.start_s, each.end_s, each.corrected) for each in result.windows]
    bounds = {"scl_microsiemens": 0.025, "scr_per_min": 0.15, "scr_sum_microsiemens": 0.05}
    assert len(stretches) == 6
    for start_s, end_s, found in stretches:
        expected = live.measures(start_s, end_s)
        for name, bound in {**bounds, "arousal": 0.05}.items():
            if name in expected:
                assert found[name][0] == pytest.approx(expected[name][0], abs=bound), name
        for name in set(expected) - set(bounds) - {"arousal", "breaths_per_min", *_OF_BREATH}:
            if not name.endswith("quality"):
                assert repr(found[name]) == repr(expected[name]), name
    assert "arousal" in live.measures()
    assert result.corrected["breaths_per_min"][0] == pytest.approx(
        live.measures()["breaths_per_min"][0], abs=0.2
    )


def test_a_recording_ends_with_its_last_minute() -> None:
    """What is due in it is told, although it is taken at once."""
    result = analyze(half_an_hour(np.random.default_rng(8)), segments=[(1740.0, 1780.0)])

    last = result.segments[0].corrected
    assert np.isfinite(last["arousal"][0])
    assert np.isfinite(last["scl_microsiemens"][0])


def test_waveforms_are_measured_like_intervals() -> None:
    t_s = np.arange(0, 120, 0.125)
    skin = 4 + 0.3 * np.exp(-((t_s[:, None] - np.arange(15, 120, 15)) ** 2) / 2).sum(axis=1)

    result = analyze(biofeedback.Recording.of(rate_hz=8.0, eda_microsiemens=skin))

    assert result.n_beats == 0
    assert result.corrected["scr_per_min"][0] == pytest.approx(4.0, abs=0.5)
    assert result.corrected["scl_microsiemens"][0] == pytest.approx(4.0, abs=0.1)


def test_variability_of_the_pulse_is_named_so(recordings: Path) -> None:
    result = analyze(recordings / "biosppy" / "ppg.txt")

    labels = [label for label, *_ in result.rows()]
    assert result.plain()["beats_from"] == "pulse"
    assert "Beat-to-beat variability (RMSSD), of the pulse" in labels
    assert "Heart rate" in labels


def test_a_breath_that_the_heart_showed_now_and_then_stands_for_nothing(recordings: Path) -> None:
    """Over 40 minutes the heart alone told of a breath for a few: its rate is not that of all."""
    result = analyze(recordings / "hrv_rhenanbartels" / "noisy_rri.hrm").corrected
    assert np.isnan(result["breaths_per_min"][0])
    assert np.isnan(result["breathing_power_ms2"][0])
    assert result["hf_power_ms2"][0] > 0
