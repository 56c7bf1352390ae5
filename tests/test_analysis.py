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
from biofeedback.samples import RRFlag

if TYPE_CHECKING:
    from numpy.typing import NDArray


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
    assert result.corrected == result.uncorrected
    assert result.correction_words == "nothing corrected."


def test_what_was_corrected_is_told(recordings: Path) -> None:
    """A recording with real artifacts: many found, RMSSD falls, the file's beats all count."""
    path = recordings / "hrv_rhenanbartels" / "noisy_rri.hrm"
    result = analyze(path)
    n_corrected = sum(
        result.found[flag]
        for flag in (RRFlag.MISSED, RRFlag.EXTRA, RRFlag.ECTOPIC, RRFlag.OUT_OF_RANGE)
    )
    assert n_corrected > 10
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
