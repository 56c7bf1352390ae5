"""The spectrum of the intervals: known tones, NeuroKit2, PhysioNet's toolbox, live and afterwards."""

from __future__ import annotations

import csv
from math import isnan, nan
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from benchmarks.validation.figure import Figure
from benchmarks.validation.wfdb_files import read_annotations
from biofeedback.signal.band_powers import HF_HZ, LF_HZ, TOTAL_HZ, VLF_HZ, band_powers
from biofeedback.signal.cubic_spline import natural_spline
from biofeedback.signal.lomb_scargle import lomb_scargle
from biofeedback.signal.quality import trust_in
from biofeedback.signal.rr_spectrum import RATE_HZ, resampled
from biofeedback.signal.smoothness_priors import smoothness_priors
from biofeedback.signal.spectrum import Spectrum, welch
from biofeedback.signal.spectrum_node import SpectrumNode
from biofeedback.signal.tachogram import Interval, Tachogram

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from numpy.typing import NDArray

__all__ = ["run"]

_NEUROKIT = "NeuroKit2 0.2.13"
_TARVAINEN = "Tarvainen et al. (2002), IEEE TBME 49:172"
_PHYSIONET = "PhysioNet Cardiovascular Signal Toolbox, record nsr001 (Vest et al. 2018)"
_OWN = "own design"
_TONES = (
    "intervals of 850 ms plus 30 ms at 0.1 Hz and 20 ms at 0.25 Hz, the sines taken at the middle "
    "of each interval"
)
_QUADRATIC = (
    "NeuroKit2 draws a quadratic curve through the intervals, here it is a cubic one, which keeps "
    "more of what is fast: of a true 200 ms² at 0.25 Hz the one finds 194.7, the other 197.3. "
    "Through a cubic curve on the same grid the two agree, as the next line says."
)


class _Pair(NamedTuple):
    """Power in LF and in HF, ms²."""

    lf: float
    hf: float


def run(recordings: Path | None) -> list[Figure]:
    """Recompute all figures about the spectrum."""
    return [
        *_against_neurokit(recordings),
        *_tones(),
        *_hidden(recordings),
        *_smoothness_priors(),
        *_live(recordings),
        *_against_physionet(recordings),
    ]


def _chained(rr_ms: NDArray[np.float64]) -> Tachogram:
    return Tachogram(np.cumsum(rr_ms) / 1000.0, rr_ms, np.arange(rr_ms.size) > 0)


def _sampled_tones(duration_s: float) -> Tachogram:
    end_s = 0.0
    lengths_ms = []
    while end_s < duration_s:
        rr_ms = 850.0
        # The middle depends on the length: a few rounds settle it.
        for _ in range(40):
            angle = 2.0 * np.pi * (end_s + rr_ms / 2000.0)
            rr_ms = 850.0 + 30.0 * np.sin(0.1 * angle) + 20.0 * np.sin(0.25 * angle)
        end_s += rr_ms / 1000.0
        lengths_ms.append(rr_ms)
    return _chained(np.array(lengths_ms))


def _person(seed: int, duration_s: float, breaths_per_min: float, swing_bpm: float) -> Tachogram:
    """Beats where the integral of a wandering, breathing rate crosses whole numbers."""
    rng = np.random.default_rng(seed)
    t_s = np.arange(0.0, duration_s, 0.01)
    rate_bpm = 65.0 + swing_bpm / 2.0 * np.cos(2.0 * np.pi * breaths_per_min / 60.0 * t_s)
    for low_hz, high_hz, sd_bpm in ((0.004, 0.04, 1.75), (0.07, 0.13, 1.2), (0.2, 0.4, 0.8)):
        for line_hz in np.linspace(low_hz, high_hz, 12):
            size_bpm = sd_bpm * np.sqrt(2.0 / 12.0)
            rate_bpm += size_bpm * np.cos(2 * np.pi * line_hz * t_s + rng.uniform(0, 2 * np.pi))
    n_beats = np.cumsum(rate_bpm / 60.0 * 0.01)
    beats_s = np.interp(np.arange(1.0, np.floor(n_beats[-1])), n_beats, t_s + 0.01)
    beats_s += rng.normal(0.0, 0.002, beats_s.size)
    return _chained(np.diff(beats_s) * 1000.0)


def _from_text(path: Path) -> NDArray[np.float64]:
    rr = np.load(path).astype(np.float64) if path.suffix == ".npy" else np.loadtxt(path)
    # Some are in seconds.
    return rr * 1000.0 if rr.mean() < 10.0 else rr


def _five_minutes(recordings: Path) -> Iterator[Tachogram]:
    """Five-minute parts of three published recordings."""
    for name in (
        "pyhrv/SampleNNISeriesShort.npy",
        "hrv_rhenanbartels/rest_rri.txt",
        "hrv_rhenanbartels/real_rri.txt",
    ):
        rr_ms = _from_text(recordings / name)
        t_s = np.cumsum(rr_ms) / 1000.0
        for begin_s in (0.0, 300.0, 600.0):
            chosen = rr_ms[(t_s >= begin_s) & (t_s < begin_s + 300.0)]
            if chosen.sum() > 280_000.0:
                yield _chained(chosen)


# Item 2: NeuroKit2.


def _inside(spectrum: Spectrum) -> _Pair:
    """Bands as NeuroKit2 cuts them: the trapezoids between the lines inside."""
    areas = []
    for low_hz, high_hz in (LF_HZ, HF_HZ):
        is_in = (spectrum.frequencies_hz >= low_hz) & (spectrum.frequencies_hz < high_hz)
        areas.append(np.trapezoid(spectrum.density[is_in], spectrum.frequencies_hz[is_in]))
    return _Pair(*map(float, areas))


def _differences_pct(record: Tachogram) -> tuple[_Pair, float, _Pair]:
    """How far Welch is from NeuroKit2: its default, HF of its cubic curve, the 4 Hz recipe."""
    import neurokit2 as nk

    t_s, rr_ms = record.midpoint_s, record.rr_ms
    # On their grid, since half a window's shift by a quarter of a second is a difference, too.
    grid_s = np.arange(t_s[0], t_s[-1], 1.0 / RATE_HZ)
    even_ms = natural_spline(t_s, rr_ms, grid_s)

    found = nk.hrv_frequency(
        {"RRI": rr_ms, "RRI_Time": t_s}, sampling_rate=1000, normalize=False, silent=True
    )
    default = _Pair(float(found["HRV_LF"][0]), float(found["HRV_HF"][0]))
    fine, _, _ = nk.intervals_process(rr_ms, intervals_time=t_s, interpolate=True, method="cubic")
    # Its window is half the record, and rounding gives two or three of them: as many here.
    lines_hz = nk.signal_psd(fine, sampling_rate=100, method="welch")["Frequency"].to_numpy()
    half = round(100.0 / (lines_hz[1] - lines_hz[0]) / 2.0)
    is_three = (fine.size - half) // (half - half // 2) == 2
    half = even_ms.size // 2
    half -= (half % 2 == 0) is not is_three
    ours = _inside(welch(even_ms[: 2 * half], RATE_HZ, half / RATE_HZ, n_padded=2 * half))

    cubic = nk.signal_power(fine, [HF_HZ], sampling_rate=100, method="welch", normalize=False)
    coarse, _, _ = nk.intervals_process(
        rr_ms, intervals_time=t_s, interpolate=True, interpolation_rate=4, method="cubic"
    )
    power = nk.signal_power(
        smoothness_priors(coarse[: even_ms.size], RATE_HZ),
        [LF_HZ, HF_HZ],
        sampling_rate=4,
        method="welch",
        normalize=False,
        min_frequency=0.0033,
        max_frequency=0.5,
    ).to_numpy()[0]
    half = even_ms.size // 2
    left_ms = smoothness_priors(even_ms, RATE_HZ)
    matched = _inside(welch(left_ms, RATE_HZ, half / RATE_HZ, n_padded=2 * half))
    return (
        _Pair(*(_apart_pct(a, b) for a, b in zip(ours, default, strict=True))),
        _apart_pct(ours.hf, float(cubic.to_numpy()[0, 0])),
        _Pair(*(_apart_pct(a, b) for a, b in zip(matched, power, strict=True))),
    )


def _apart_pct(one: float, other: float) -> float:
    return 100.0 * abs(one / other - 1.0)


def _against_neurokit(recordings: Path | None) -> list[Figure]:
    made = [_sampled_tones(duration_s) for duration_s in (180.0, 240.0, 300.0)]
    made += [_person(seed, 300.0, 15.0, 5.0) for seed in range(5)]
    groups = {"3 sums of tones and 5 simulated people, 180 to 300 s": made}
    groups["7 five-minute parts of published recordings"] = (
        list(_five_minutes(recordings)) if recordings else []
    )
    figures = []
    for words, records in groups.items():
        default_lf = default_hf = cubic_hf = matched = nan
        if records:
            found = [_differences_pct(record) for record in records]
            default_lf = max(default.lf for default, _, _ in found)
            default_hf = max(default.hf for default, _, _ in found)
            cubic_hf = max(hf_pct for _, hf_pct, _ in found)
            matched = max(max(both) for _, _, both in found)
        figures += [
            Figure(
                2,
                f"LF power by Welch against hrv_frequency(normalize=False), {words}, worst",
                default_lf,
                "%",
                _NEUROKIT,
                high=1.0,
            ),
            Figure(
                2,
                f"HF power, the same, {words}, worst",
                default_hf,
                "%",
                _NEUROKIT,
                high=3.0,
                why=_QUADRATIC,
            ),
            Figure(
                2,
                f"HF power, the same, with method='cubic' there, {words}, worst",
                cubic_hf,
                "%",
                _NEUROKIT,
                high=0.5,
            ),
            Figure(
                2,
                f"LF and HF power by the matched recipe (4 Hz cubic, smoothness priors), {words}, "
                "worst",
                matched,
                "%",
                _NEUROKIT,
                high=0.5,
            ),
        ]
    return figures


# Item 3: tones, and where LF/HF is hidden.


def _tones() -> list[Figure]:
    source = "half the square of each sine: 450 and 200 ms²"
    figures = []
    for duration_s, words in ((305.0, "5 minutes"), (125.0, "2 minutes"), (1800.0, "30 minutes")):
        found = band_powers(_sampled_tones(duration_s))
        figures += [
            Figure(
                3,
                f"LF of {_TONES}; {words}",
                found.lf_power_ms2,
                "ms²",
                source,
                low=441.0,
                high=459.0,
            ),
            Figure(3, f"HF, {words}", found.hf_power_ms2, "ms²", source, low=192.0, high=208.0),
        ]
    record = _sampled_tones(610.0)
    holes = np.arange(record.rr_ms.size) % 120 < 12
    follows = record.follows & ~np.roll(holes, 1)
    found = band_powers(Tachogram(record.t_s[~holes], record.rr_ms[~holes], follows[~holes]))
    words = "10 minutes, a tenth of the beats gone in 6 holes, by Lomb and Scargle"
    return [
        *figures,
        Figure(3, f"LF, {words}", found.lf_power_ms2, "ms²", _OWN, low=427.5, high=472.5),
        Figure(3, f"HF, {words}", found.hf_power_ms2, "ms²", _OWN, low=190.0, high=210.0),
    ]


def _hidden_pct(records: list[Tachogram]) -> float:
    """Share of the live moments at which LF/HF is hidden when nobody knows the breath."""
    good = trust_in(0.0)
    n_known = n_hidden = 0
    for record in records:
        node = SpectrumNode("sensor")
        rows = zip(record.t_s.tolist(), record.rr_ms.tolist(), record.follows.tolist(), strict=True)
        for row in rows:
            results = {result.name: result for result in node.add(Interval(*row), good)}
            if results and not isnan(results["lf_power_ms2"].value):
                n_known += 1
                n_hidden += isnan(results["lf_hf_ratio"].value)
    return 100.0 * n_hidden / n_known if n_known else nan


def _hidden(recordings: Path | None) -> list[Figure]:
    slow = [_person(seed, 330.0, 6.0, 10.0) for seed in range(10)]
    usual = [_person(seed, 330.0, 15.0, 5.0) for seed in range(10)]
    figures = [
        Figure(
            3,
            "LF/HF hidden during slow breathing of unknown rate, 10 simulated people at 6 a minute "
            "with a swing of 10 bpm",
            _hidden_pct(slow),
            "%",
            _OWN,
            low=95.0,
        ),
        Figure(
            3,
            "LF/HF hidden without slow breathing, 10 simulated people at 15 a minute",
            _hidden_pct(usual),
            "%",
            _OWN,
            high=5.0,
        ),
    ]
    real_slow = real_usual = nan
    if recordings:
        # Arrival in seconds and interval in milliseconds, without a header.
        slow_ms = np.loadtxt(recordings / "polar_h10_dhyb" / "sample_data_ibi.csv", delimiter=",")
        real_slow = _hidden_pct([_chained(slow_ms[:, 1])])
        rest = recordings / "hrv_rhenanbartels"
        real_usual = _hidden_pct(
            [_chained(_from_text(rest / name)) for name in ("rest_rri.txt", "real_rri.txt")]
        )
    return [
        *figures,
        Figure(
            3,
            "The same, a real recording at about 3.7 breaths a minute",
            real_slow,
            "%",
            "Polar H10 recording (dhyb)",
        ),
        Figure(
            3,
            "The same, two real recordings, breath not recorded",
            real_usual,
            "%",
            "strap recordings (rhenanbartels/hrv)",
        ),
    ]


# Item 4: smoothness priors.


def _gain(frequency_hz: float) -> float:
    t_s = np.arange(0.0, 1200.0, 1.0 / RATE_HZ)
    sine = np.sin(2.0 * np.pi * frequency_hz * t_s)
    middle = slice(t_s.size // 4, 3 * t_s.size // 4)
    left = smoothness_priors(sine, RATE_HZ)
    return float(left[middle].dot(sine[middle]) / sine[middle].dot(sine[middle]))


def _smoothness_priors() -> list[Figure]:
    low_hz, high_hz = 0.01, 0.08
    while high_hz - low_hz > 1e-5:
        middle_hz = (low_hz + high_hz) / 2.0
        low_hz, high_hz = (middle_hz, high_hz) if _gain(middle_hz) < 0.5 else (low_hz, middle_hz)
    edge_ms = float(np.abs(smoothness_priors(np.full(1200, 850.0), RATE_HZ)).max())
    return [
        Figure(
            4,
            "Frequency at which half the amplitude is left (4 Hz, lambda 500)",
            low_hz,
            "Hz",
            _TARVAINEN,
            low=0.0275,
            high=0.0295,
        ),
        Figure(4, "Amplitude left at 0.08 Hz", _gain(0.08), "", _TARVAINEN, low=0.98),
        Figure(
            4,
            "Largest remainder of a constant 850 ms, edges included",
            edge_ms,
            "ms",
            "a constant has no rhythm; NeuroKit2's detrending leaves hundreds",
            high=5.0,
        ),
    ]


# Live against afterwards.


def _live_difference(record: Tachogram) -> float:
    """Worst relative difference, each moment's powers against those of all intervals so far."""
    node = SpectrumNode("sensor")
    good = trust_in(0.0)
    worst = 0.0
    rows = zip(record.t_s.tolist(), record.rr_ms.tolist(), record.follows.tolist(), strict=True)
    bands = {
        "lf_power_ms2": LF_HZ,
        "hf_power_ms2": HF_HZ,
        "total_power_ms2": TOTAL_HZ,
        "breathing_power_ms2": (0.235, 0.265),
    }
    for i, row in enumerate(rows):
        for result in node.add(Interval(*row), good, 15.0):
            if isnan(result.value) or result.name not in bands:
                continue
            t_s, even_ms = resampled(record.midpoint_s[: i + 1], record.rr_ms[: i + 1])
            chosen = (t_s > result.t_s - result.window_s + 0.01) & (t_s <= result.t_s)
            spectrum = welch(smoothness_priors(even_ms[chosen], RATE_HZ), RATE_HZ)
            power_ms2 = spectrum.power(*bands[result.name])
            worst = max(worst, abs(result.value / power_ms2 - 1.0))
    return worst


def _live(recordings: Path | None) -> list[Figure]:
    figures = [
        Figure(
            2,
            "Live powers against those worked out afterwards, 3 simulated people, every 5 s of 7 "
            "minutes, worst",
            max(_live_difference(_person(seed, 420.0, 15.0, 5.0)) for seed in range(3)),
            "",
            _OWN,
            high=1e-6,
        )
    ]
    value = nan
    if recordings:
        rr_ms = _from_text(recordings / "hrv_rhenanbartels" / "rest_rri.txt")
        value = _live_difference(_chained(rr_ms[:600]))
    return [
        *figures,
        Figure(2, "The same, 600 beats of a real recording", value, "", _OWN, high=1e-6),
    ]


# PhysioNet's table.


def _against_physionet(recordings: Path | None) -> list[Figure]:
    names = ("vlf", "lf", "hf")
    medians = dict.fromkeys(names, nan)
    same = dict.fromkeys(names, nan)
    worst = dict.fromkeys(names, nan)
    share_pct = nan
    if recordings:
        rows = _physionet_differences(recordings / "physionet_toolbox_ref")
        is_same, differences = rows[:, 0] > 0, rows[:, 1:]
        share_pct = 100.0 * float(is_same.mean())
        medians = dict(zip(names, np.median(differences, axis=0).tolist(), strict=True))
        same = dict(zip(names, differences[is_same].max(axis=0).tolist(), strict=True))
        worst = dict(zip(names, differences.max(axis=0).tolist(), strict=True))
    figures = [
        Figure(
            2,
            "Windows of 231 in which the toolbox used the same intervals (in the others it kept "
            "1 to 4 more beside abnormal beats)",
            share_pct,
            "%",
            _PHYSIONET,
        )
    ]
    for name in names:
        words = f"{name.upper()} by Lomb and Scargle, relative difference"
        figures += [
            Figure(2, f"{words}, median of 231", medians[name], "", _PHYSIONET, high=1e-4),
            Figure(
                2,
                f"{words}, worst where the intervals are the same",
                same[name],
                "",
                _PHYSIONET,
                high=1e-4,
            ),
            Figure(2, f"{words}, worst of all", worst[name], "", _PHYSIONET),
        ]
    return figures


def _physionet_differences(folder: Path) -> NDArray[np.float64]:
    """Whether the intervals are the same, and how far VLF, LF and HF are, a row a window.

    Of their making: a rate of 125 where the header says 128, time from the first annotation,
    intervals between annotations of any kind of which those from normal beat to normal beat
    count, lines at multiples of 1/1024 Hz, a band the sum of its lines, and a density that is
    not multiplied by the mean spacing of the samples.
    """
    marks = read_annotations(folder / "nsr001.ecg")
    t_s = (marks.samples - marks.samples[0]) / 125.0
    rr_ms = np.diff(t_s) * 1000.0
    is_normal = marks.codes == 1
    counts = is_normal[1:] & is_normal[:-1] & (rr_ms >= 375.0) & (rr_ms <= 2000.0)
    lines_hz = np.arange(1, 513) / 1024.0
    rows = []
    with (folder / "nsr001_hrv_reference.csv").open(encoding="utf-8") as file:
        for row in csv.DictReader(file):
            begin_s = float(row["t_start"])
            chosen = counts & (t_s[1:] >= begin_s) & (t_s[1:] < begin_s + 300.0)
            density = lomb_scargle(t_s[1:][chosen], rr_ms[chosen], lines_hz, spacing_s=1.0)
            differences = [float(np.count_nonzero(chosen) == int(row["btsdet"]))]
            for name, (low_hz, high_hz) in zip(
                ("vlf", "lf", "hf"), (VLF_HZ, LF_HZ, HF_HZ), strict=True
            ):
                is_in = (lines_hz >= low_hz) & (lines_hz <= high_hz)
                power_ms2 = float(density[is_in].sum()) / 1024.0
                differences.append(abs(power_ms2 / float(row[name]) - 1.0))
            rows.append(differences)
    return np.array(rows)
