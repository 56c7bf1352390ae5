"""Time domain, Poincaré and short windows: against other programs, a reference table, people.

Intervals of real people come from straps and annotated beats; simulated ones are at rest and
breathe as they like. Every figure runs the code that a session runs.
"""

from __future__ import annotations

import csv
import warnings
from math import nan, sqrt
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from benchmarks.validation.figure import Figure
from benchmarks.validation.wfdb_files import read_annotations
from biofeedback.signal import hrv
from biofeedback.signal.rr_artifacts import MAX_RR_MS, MIN_RR_MS
from biofeedback.signal.tachogram import Interval
from biofeedback.signal.time_domain import TimeDomain, TimeDomainWindow
from biofeedback.simulation.client import VirtualClient

if TYPE_CHECKING:
    from pathlib import Path

    from numpy.typing import NDArray

    Numbers = NDArray[np.float64]

__all__ = ["LENGTH_S", "five_minutes", "run", "series_at_hand", "simulated_people", "table_windows"]

SEEDS = range(1, 121)
LENGTH_S = 300.0
# Spread of the logarithm across healthy adults, from mean and SD in Nunan et al. 2010, PACE 33:1407.
PEOPLES_SPREAD = {"RMSSD": 0.347, "SDNN": 0.312}
NARROW = (
    "a correlation across people grows with how much they differ, and simulated ones differ "
    "less than real ones; see the line for people as different as Nunan et al. 2010 found them"
)
MUNOZ = "Munoz et al. 2015, 3387 people, windows of 240 to 300 s: r = "
NEUROKIT = "NeuroKit2, same intervals"
TABLE = "PhysioNet Cardiovascular Signal Toolbox, its table for nsr001"
_NORMAL = 1
_TABLE_RATE_HZ = 125.0
_TABLE_RANGE_MS = (375.0, 2000.0)


class Series(NamedTuple):
    """Intervals without a gap."""

    name: str
    rr_ms: Numbers


def _whole(rr_ms: Numbers) -> NDArray[np.bool_]:
    return np.arange(rr_ms.size) > 0


def simulated_people() -> list[Numbers]:
    """Five minutes of each of 120 virtual clients at rest, breathing as they like."""
    return [VirtualClient.from_seed(seed).advance(LENGTH_S).rr_ms for seed in SEEDS]


def series_at_hand(recordings: Path) -> list[Series]:
    """Records of straps and of other programs' packages, as they are."""
    folder = recordings / "hrv_rhenanbartels"
    found = [
        Series(name, np.array([float(word) for word in text.split() if _is_number(word)]))
        for name in ("rest_rri.txt", "real_rri.txt")
        if (text := (folder / name).read_text())
    ]
    found += [
        Series(name, np.load(recordings / "pyhrv" / name).astype(np.float64))
        for name in ("SampleNNISeriesShort.npy", "SampleNNISeriesLong.npy")
    ]
    lines = (recordings / "kubios" / "SampleExport.txt").read_text().splitlines()
    found.append(Series("SampleExport.txt", np.array([float(x) for x in lines if _is_number(x)])))
    return found


def _is_number(word: str) -> bool:
    return word.strip().replace(".", "", 1).isdigit()


def five_minutes(rr_ms: Numbers) -> list[Numbers]:
    """Cut a series into stretches of five minutes; what is left at the end is left out."""
    t_s = np.cumsum(rr_ms) / 1000.0
    edges = np.searchsorted(t_s, np.arange(LENGTH_S, t_s[-1], LENGTH_S), side="right")
    return np.split(rr_ms, edges)[:-1]


class Window(NamedTuple):
    """One row of the reference table and its intervals."""

    row: dict[str, str]
    rr_ms: Numbers


def table_windows(recordings: Path) -> tuple[list[Window], int]:
    """Windows of the reference table, and the number of its rows.

    It was made as if the rate were 125 Hz, not the header's 128, from intervals between normal
    beats of 375 to 2000 ms. Beside beats that are not normal, and marks of noise, its program
    takes some intervals and leaves others by a rule of its own; so that a window counts here
    where the table tells of as many intervals as there are between normal beats.
    """
    folder = recordings / "physionet_toolbox_ref"
    samples, codes = read_annotations(folder / "nsr001.ecg")
    t_s = (samples - samples[0]) / _TABLE_RATE_HZ
    end_s, rr_ms = t_s[1:], 1000.0 * np.diff(t_s)
    is_taken = (rr_ms >= _TABLE_RANGE_MS[0]) & (rr_ms <= _TABLE_RANGE_MS[1])
    is_taken &= (codes[1:] == _NORMAL) & (codes[:-1] == _NORMAL)
    with (folder / "nsr001_hrv_reference.csv").open() as file:
        rows = list(csv.DictReader(file))
    windows = []
    for row in rows:
        start_s = float(row["t_start"])
        window_ms = rr_ms[(end_s >= start_s) & (end_s < start_s + LENGTH_S) & is_taken]
        if window_ms.size == int(row["btsdet"]):
            windows.append(Window(row, window_ms))
    return windows, len(rows)


def _apart(found: float, wanted: float) -> float:
    """Relative difference; absolute where nothing is expected."""
    return abs(found / wanted - 1.0) if wanted else abs(found)


def _against_neurokit(stretches: list[Numbers]) -> dict[str, float]:
    """Largest relative difference of each measure."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        import neurokit2

        worst: dict[str, float] = {}
        for rr_ms in stretches:
            follows = _whole(rr_ms)
            intervals = {"RRI": rr_ms, "RRI_Time": np.cumsum(rr_ms) / 1000.0}
            theirs = neurokit2.hrv_time(intervals)
            first, second = rr_ms[:-1], rr_ms[1:]
            found = {
                "RMSSD": (hrv.rmssd_ms(rr_ms, follows), theirs["HRV_RMSSD"][0]),
                "SDNN": (hrv.sdnn_ms(rr_ms), theirs["HRV_SDNN"][0]),
                "SDSD": (hrv.sdsd_ms(rr_ms, follows), theirs["HRV_SDSD"][0]),
                # It divides by one more than there are differences.
                "pNN50": (
                    hrv.pnn50_pct(rr_ms, follows) * (rr_ms.size - 1) / rr_ms.size,
                    theirs["HRV_pNN50"][0],
                ),
                "pNN20": (
                    hrv.pnn20_pct(rr_ms, follows) * (rr_ms.size - 1) / rr_ms.size,
                    theirs["HRV_pNN20"][0],
                ),
                # Its own two lines for these; the whole function takes a second and a half.
                "SD1": (hrv.sd1_ms(rr_ms, follows), np.std((first - second) / sqrt(2), ddof=1)),
                "SD2": (hrv.sd2_ms(rr_ms, follows), np.std((first + second) / sqrt(2), ddof=1)),
            }
            for name, (mine, wanted) in found.items():
                worst[name] = max(worst.get(name, 0.0), _apart(mine, float(wanted)))
        rr_ms = stretches[0]
        plane = neurokit2.hrv_nonlinear({"RRI": rr_ms, "RRI_Time": np.cumsum(rr_ms) / 1000.0})
        for name, mine in (
            ("SD1", hrv.sd1_ms(rr_ms, _whole(rr_ms))),
            ("SD2", hrv.sd2_ms(rr_ms, _whole(rr_ms))),
        ):
            worst[name] = max(worst[name], _apart(mine, float(plane[f"HRV_{name}"][0])))
    return worst


def _beat_by_beat(rr_ms: Numbers, follows: NDArray[np.bool_], t_s: Numbers) -> float:
    """Largest relative difference between the window and the whole, at every 50th beat."""
    window = TimeDomainWindow(LENGTH_S)
    worst = 0.0
    for i, row in enumerate(zip(t_s.tolist(), rr_ms.tolist(), follows.tolist(), strict=True)):
        window.add(Interval(*row))
        if i % 50 == 49:
            first = int(np.searchsorted(t_s, t_s[i] - LENGTH_S, side="right"))
            inside_ms, is_next = rr_ms[first : i + 1], follows[first : i + 1].copy()
            is_next[0] = False
            whole = TimeDomain(
                hrv.mean_rr_ms(inside_ms),
                hrv.sdnn_ms(inside_ms),
                hrv.rmssd_ms(inside_ms, is_next),
                hrv.pnn50_pct(inside_ms, is_next),
                hrv.pnn20_pct(inside_ms, is_next),
                hrv.sd1_ms(inside_ms, is_next),
                hrv.sd2_ms(inside_ms, is_next),
            )
            for mine, wanted in zip(window.measures(), whole, strict=True):
                if not np.isnan(wanted):
                    worst = max(worst, _apart(mine, wanted))
    return worst


def _day(recordings: Path) -> tuple[Numbers, NDArray[np.bool_], Numbers]:
    """Lengths, chain and times of all intervals of 22 hours that are in range."""
    samples, _ = read_annotations(recordings / "physionet_toolbox_ref" / "nsr001.ecg")
    t_s = samples / 128.0
    rr_ms = 1000.0 * np.diff(t_s)
    kept = (rr_ms >= MIN_RR_MS) & (rr_ms <= MAX_RR_MS)
    follows = np.concatenate(([False], kept[:-1]))
    return rr_ms[kept], follows[kept], t_s[1:][kept]


def _like_a_live_hour(people: list[Numbers]) -> tuple[Numbers, NDArray[np.bool_], Numbers]:
    """All simulated people one after the other, 20 s apart."""
    rr_ms = np.concatenate(people)
    starts = np.cumsum([0, *(person.size for person in people[:-1])])
    follows = np.ones(rr_ms.size, dtype=np.bool_)
    follows[starts] = False
    return rr_ms, follows, np.cumsum(rr_ms / 1000.0 + 20.0 * ~follows)


def _against_table(windows: list[Window]) -> dict[str, float]:
    """Largest relative difference of each column."""
    worst: dict[str, float] = {}
    for row, rr_ms in windows:
        follows = _whole(rr_ms)
        sdnn_ms, sd1_ms = hrv.sdnn_ms(rr_ms), hrv.sd1_ms(rr_ms, follows)
        found = {
            "NNmean": hrv.mean_rr_ms(rr_ms),
            "SDNN": sdnn_ms,
            "RMSSD": hrv.rmssd_ms(rr_ms, follows),
            "SD1": sd1_ms,
            # The table's comes from these two, which holds for endless records only.
            "SD2": sqrt(2.0 * sdnn_ms**2 - sd1_ms**2),
        }
        for name, mine in found.items():
            worst[name] = max(worst.get(name, 0.0), _apart(mine, float(row[name])))
        # Small shares are printed with few digits.
        share = hrv.pnn50_pct(rr_ms, follows)
        worst["pnn50"] = max(worst.get("pnn50", 0.0), abs(share - 100.0 * float(row["pnn50"])))
        worst["SD2 itself"] = max(
            worst.get("SD2 itself", 0.0), _apart(hrv.sd2_ms(rr_ms, follows), float(row["SD2"]))
        )
    return worst


class Short(NamedTuple):
    """How a short window does against five minutes, across stretches, in logarithms."""

    correlation: float
    bias_pct: float
    error: float

    def at_spread(self, spread: float) -> float:
        """Correlation that this error would leave among people who differ by ``spread``."""
        return 1.0 / sqrt(1.0 + (self.error / spread) ** 2)


def _short_windows(people: list[Numbers]) -> dict[tuple[str, int], Short]:
    """RMSSD and SDNN of the middle 120 to 10 s of each five minutes."""
    kept = [
        (np.cumsum(rr_ms) / 1000.0, rr_ms)
        for rr_ms in people
        if float(rr_ms.sum()) >= 1000.0 * (LENGTH_S - 2.0)
    ]
    found: dict[tuple[str, int], Short] = {}
    for name in PEOPLES_SPREAD:
        long = np.array([_measure(name, rr_ms) for _, rr_ms in kept])
        for seconds in (120, 60, 30, 10):
            # The middle: neither the start of a record nor its end is special.
            begin_s = (LENGTH_S - seconds) / 2.0
            parts = [rr_ms[(t_s > begin_s) & (t_s <= begin_s + seconds)] for t_s, rr_ms in kept]
            short = np.array([_measure(name, part_ms) for part_ms in parts])
            found[name, seconds] = Short(
                float(np.corrcoef(np.log(short), np.log(long))[0, 1]),
                100.0 * float(np.mean(short / long - 1.0)),
                float(np.std(np.log(short / long))),
            )
    return found


def _measure(name: str, rr_ms: Numbers) -> float:
    return hrv.sdnn_ms(rr_ms) if name == "SDNN" else hrv.rmssd_ms(rr_ms, _whole(rr_ms))


def run(recordings: Path | None) -> list[Figure]:
    """Recompute the figures."""
    people = simulated_people()
    figures = [
        Figure(
            1, f"{name}, 120 simulated people: largest difference", value, "", NEUROKIT, high=1e-6
        )
        for name, value in _against_neurokit(people).items()
    ]
    figures.append(
        Figure(
            1,
            "live window against the whole, 120 simulated people with gaps, 7 measures",
            _beat_by_beat(*_like_a_live_hour(people)),
            "",
            "own design: equal to 1e-9 at any hour",
            high=1e-9,
        )
    )
    figures += _of_recordings(recordings)
    figures += _of_short_windows(people, recordings)
    return figures


def _of_recordings(recordings: Path | None) -> list[Figure]:
    neurokit: dict[str, float] = dict.fromkeys(("RMSSD", "SDNN", "SD1", "SD2", "pNN50"), nan)
    columns = ("NNmean", "SDNN", "RMSSD", "pnn50", "SD1", "SD2")
    table: dict[str, float] = dict.fromkeys((*columns, "SD2 itself"), nan)
    live, n_windows, n_rows = nan, 0, 0
    if recordings is not None:
        stretches = [part for one in series_at_hand(recordings) for part in five_minutes(one.rr_ms)]
        neurokit = _against_neurokit(stretches)
        windows, n_rows = table_windows(recordings)
        n_windows = len(windows)
        table = _against_table(windows)
        live = _beat_by_beat(*_day(recordings))
    figures = [
        Figure(1, f"{name}, real recordings: largest difference", value, "", NEUROKIT, high=1e-6)
        for name, value in neurokit.items()
    ]
    figures.append(
        Figure(
            1,
            "live window against the whole, nsr001, 22.6 h, 7 measures",
            live,
            "",
            "own design: equal to 1e-9 at any hour",
            high=1e-9,
        )
    )
    about = f"nsr001, {n_windows} of {n_rows} windows (as many intervals): largest difference"
    figures += [
        Figure(1, f"{name}, {about}", table[name], unit, f"{TABLE} (5 digits)", high=bar)
        for name, unit, bar in (
            ("NNmean", "", 1e-5),
            ("SDNN", "", 1e-5),
            ("RMSSD", "", 1e-5),
            ("pnn50", "points of %", 1e-3),
            ("SD1", "", 1e-5),
            ("SD2", "", 1e-5),
        )
    ]
    figures.append(
        Figure(
            1,
            f"SD2 from the cloud itself, {about}",
            table["SD2 itself"],
            "",
            "the table's is sqrt(2 SDNN² - SD1²), the limit for endless records",
        )
    )
    figures += _of_the_report(recordings)
    return figures


def _of_the_report(recordings: Path | None) -> list[Figure]:
    """The record of an hour that comes with pyHRV, and its report."""
    source = "pyHRV's report (5 digits)"
    values: dict[str, float] = {}
    if recordings is not None:
        folder = recordings / "pyhrv"
        rr_ms = np.load(folder / "SampleNNISeriesLong.npy").astype(np.float64)
        t_s, follows = np.cumsum(rr_ms) / 1000.0, _whole(rr_ms)
        report = {
            name.strip(): float(value)
            for name, value in (
                line.split(";")
                for line in (folder / "SampleReport.txt").read_text().splitlines()
                if line.count(";") == 1 and _is_number(line.split(";")[1])
            )
        }
        values = {
            "mean RR": _apart(hrv.mean_rr_ms(rr_ms), report["Mean NNI (ms)"]),
            "SDNN": _apart(hrv.sdnn_ms(rr_ms), report["SDNN (ms)"]),
            "RMSSD": _apart(hrv.rmssd_ms(rr_ms, follows), report["RMSSD (ms)"]),
            "pNN50": _apart(hrv.pnn50_pct(rr_ms, follows), report["pNN50 (%)"]),
            "pNN20": _apart(hrv.pnn20_pct(rr_ms, follows), report["pNN20 (%)"]),
            "SDNN index": _apart(hrv.sdnn_index_ms(t_s, rr_ms, 10), report["SDNN Index (ms)"]),
            "SDANN": _apart(hrv.sdann_ms(t_s, rr_ms, 10), report["SDANN (ms)"]),
            "triangular index": _apart(hrv.triangular_index(rr_ms), report["Triangular Index (-)"]),
        }
    exact = ("mean RR", "SDNN", "RMSSD", "pNN50", "pNN20")
    loose = {
        "SDNN index": "its segments end on beats, ours on the five minutes",
        "SDANN": "its segments end on beats, ours on the five minutes",
        "triangular index": "its bins begin at the shortest interval, ours at 0",
    }
    about = "one hour of real intervals: difference"
    return [
        Figure(1, f"{name}, {about}", values.get(name, nan), "", source, high=2e-5)
        for name in exact
    ] + [
        Figure(1, f"{name}, {about}", values.get(name, nan), "", f"{source}; {why}")
        for name, why in loose.items()
    ]


def _of_short_windows(people: list[Numbers], recordings: Path | None) -> list[Figure]:
    bars = {
        ("RMSSD", 120): (0.98, ".986"),
        ("SDNN", 120): (0.95, ".956"),
        ("RMSSD", 10): (0.85, ".853 to .862"),
    }
    figures = []
    for (name, seconds), short in _short_windows(people).items():
        about = f"{name} of {seconds} s against 300 s"
        who = f"{len(people)} simulated people at rest"
        if (name, seconds) not in bars:
            what = f"{about}, {who}: correlation"
            figures.append(Figure(5, what, short.correlation, "", "what a live window costs"))
            continue
        low, published = bars[name, seconds]
        figures += [
            Figure(
                5,
                f"{about}, {who}: correlation",
                short.correlation,
                "",
                f"{MUNOZ}{published}",
                low=low,
                why=NARROW,
            ),
            Figure(
                5,
                f"{about}, {who}: correlation were they as different as people are",
                short.at_spread(PEOPLES_SPREAD[name]),
                "",
                "spread between people from Nunan et al. 2010",
            ),
            Figure(5, f"{about}, {who}: mean bias", short.bias_pct, "%", "told"),
        ]
    real: dict[tuple[str, int], Short] = {}
    if recordings is not None:
        rr_ms, follows, _ = _day(recordings)
        stretches = [
            part_ms
            for stretch_ms in np.split(rr_ms, np.flatnonzero(~follows[1:]) + 1)
            if stretch_ms.sum() > 1000.0 * LENGTH_S
            for part_ms in five_minutes(stretch_ms)
        ]
        real = _short_windows(stretches)
    for name, seconds in bars:
        found = real.get((name, seconds), Short(nan, nan, nan))
        figures.append(
            Figure(
                5,
                f"{name} of {seconds} s against 300 s, one real person's day (nsr001): correlation",
                found.correlation,
                "",
                "told: stretches of one person differ less than people do",
            )
        )
    return figures
