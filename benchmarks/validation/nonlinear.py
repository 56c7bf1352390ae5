"""Sample entropy and DFA against PhysioNet's programs, NeuroKit2 and a reference table."""

from __future__ import annotations

import warnings
from math import inf, log, nan, nextafter
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from benchmarks.validation.figure import Figure
from benchmarks.validation.time_domain import (
    LENGTH_S,
    five_minutes,
    series_at_hand,
    simulated_people,
    table_windows,
)
from biofeedback.signal.dfa import LONG_BOXES, SHORT_BOXES, dfa_alpha, fluctuations_ms
from biofeedback.signal.hrv import sdnn_ms
from biofeedback.signal.nonlinear_node import NonlinearNode
from biofeedback.signal.sample_entropy import MIN_BEATS, TOLERANCE_SD, sample_entropy
from biofeedback.signal.tachogram import Interval

if TYPE_CHECKING:
    from pathlib import Path

    from numpy.typing import NDArray

    Numbers = NDArray[np.float64]

PRINTED = "as many digits as it prints"
NEUROKIT = "NeuroKit2, same intervals"
# The table's tolerance, found by trying: its documentation names none.
_TABLE_TOLERANCE_SD = 0.15
_KUBIOS_BOXES = tuple(range(4, 13))
_NEUROKIT_BOXES = tuple(range(4, 12))


def _whole(rr_ms: Numbers) -> NDArray[np.bool_]:
    return np.arange(rr_ms.size) > 0


class Peers(NamedTuple):
    """Largest differences from NeuroKit2, and mean exponents by convention."""

    entropy: float
    exponent: float
    written_out: float
    alpha1_4_16: float
    alpha1_4_12: float
    alpha1_neurokit: float


def _against_neurokit(stretches: list[Numbers]) -> Peers:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        import neurokit2

        rows = []
        for rr_ms in stretches:
            if rr_ms.size < MIN_BEATS:
                continue
            follows = _whole(rr_ms)
            tolerance_ms = TOLERANCE_SD * sdnn_ms(rr_ms)
            entropy, _ = neurokit2.entropy_sample(rr_ms, dimension=2, tolerance=tolerance_ms)
            same, _ = neurokit2.fractal_dfa(rr_ms, scale=np.array(SHORT_BOXES), overlap=False)
            usual, _ = neurokit2.fractal_dfa(rr_ms, scale=np.array(_NEUROKIT_BOXES))
            exponent = dfa_alpha(rr_ms, follows)
            rows.append(
                (
                    abs(sample_entropy(rr_ms, follows) / float(entropy) - 1.0),
                    abs(exponent / float(same) - 1.0),
                    max(
                        abs(_as_neurokit(rr_ms, SHORT_BOXES, overlap=False) / float(same) - 1.0),
                        abs(_as_neurokit(rr_ms, _NEUROKIT_BOXES, overlap=True) / float(usual) - 1),
                    ),
                    exponent,
                    dfa_alpha(rr_ms, follows, _KUBIOS_BOXES),
                    float(usual),
                )
            )
    table = np.array(rows)
    return Peers(*table[:, :3].max(axis=0).tolist(), *table[:, 3:].mean(axis=0).tolist())


def _as_neurokit(rr_ms: Numbers, boxes: tuple[int, ...], *, overlap: bool) -> float:
    """NeuroKit2's exponent written out.

    Where boxes overlap it is by half, and the last that fits is left out. Boxes that a line
    fits exactly, which intervals in whole milliseconds have, are left out too.
    """
    profile = np.cumsum(rr_ms - rr_ms.mean())
    logs = []
    for box in boxes:
        x = np.arange(box)
        starts = range(0, profile.size - box, box // 2)
        if not overlap:
            starts = range(0, profile.size - box + 1, box)
        squares = []
        for start in starts:
            part = profile[start : start + box]
            square = np.mean(np.square(part - np.polyval(np.polyfit(x, part, 1), x)))
            if square > 1e-8:
                squares.append(square)
        logs.append(np.log(np.sqrt(np.mean(squares))))
    return float(np.polyfit(np.log(boxes), logs, 1)[0])


def _as_the_table(rr_ms: Numbers) -> float:
    """The table's sample entropy: shares of all pairs of either length, not of the same pairs."""
    tolerance_ms = _TABLE_TOLERANCE_SD * sdnn_ms(rr_ms)
    shares = []
    for m in (2, 3):
        stretches = np.lib.stride_tricks.sliding_window_view(rr_ms, m)
        apart_ms = np.abs(stretches[:, None] - stretches[None]).max(axis=2)
        n = stretches.shape[0]
        shares.append((np.count_nonzero(apart_ms <= tolerance_ms) - n) / (n * (n - 1)))
    return -log(shares[1] / shares[0])


def _against_table(recordings: Path) -> tuple[int, int, float, float]:
    """Windows, rows, and largest differences: counted as the table does, and by ours."""
    windows, n_rows = table_windows(recordings)
    same, ours = [], []
    for row, rr_ms in windows:
        wanted = float(row["SampEn"])
        same.append(abs(_as_the_table(rr_ms) / wanted - 1.0))
        found = sample_entropy(rr_ms, _whole(rr_ms), 2, _TABLE_TOLERANCE_SD * sdnn_ms(rr_ms))
        ours.append(abs(found / wanted - 1.0))
    return len(windows), n_rows, max(same), max(ours)


def _against_sampen(folder: Path) -> float:
    """Largest difference from what PhysioNet's program printed, over both runs."""
    numbers = np.loadtxt(folder / "test.10000")
    worst = 0.0
    for name, tolerance in (("r02", 0.2), ("r2", 2.0)):
        for m, line in enumerate(
            (folder / f"sampen_expected_m5_{name}.txt").read_text().splitlines()
        ):
            # The program takes differences below the tolerance, not up to it.
            found = sample_entropy(numbers, _whole(numbers), m, nextafter(tolerance, 0.0))
            worst = max(worst, abs(found - float(line.split("=")[1])))
    return worst


def _against_dfa(folder: Path) -> float:
    """Largest difference of the logarithm of fluctuation over 60 box sizes."""
    rr = np.loadtxt(folder / "rr-intervals")
    log_box, log_fluctuation = np.loadtxt(folder / "dfa.out").T
    found = fluctuations_ms(rr, _whole(rr), np.round(10**log_box).astype(int).tolist())
    return float(np.abs(np.log10(found) - log_fluctuation).max())


def _live(people: list[Numbers]) -> float:
    """Largest difference between the live node and the functions, over ten minutes of people."""
    rr_ms = np.concatenate(people[:8])
    t_s = np.cumsum(rr_ms) / 1000.0
    node = NonlinearNode("strap")
    worst = 0.0
    for row in zip(t_s.tolist(), rr_ms.tolist(), strict=True):
        for metric in node.add(Interval(*row, follows=True), 0.0):
            if np.isnan(metric.value):
                continue
            inside_ms = rr_ms[(t_s > metric.t_s - LENGTH_S) & (t_s <= metric.t_s)]
            is_entropy = metric.name == "sample_entropy"
            function = sample_entropy if is_entropy else dfa_alpha
            wanted = function(inside_ms, _whole(inside_ms))
            worst = max(worst, abs(metric.value / wanted - 1.0))
    return worst


def run(recordings: Path | None) -> list[Figure]:
    """Recompute the figures."""
    people = simulated_people()
    figures = _of_peers("120 simulated people", _against_neurokit(people), is_gridded=False)
    figures.append(
        Figure(
            1,
            "sample entropy and DFA, live node against the functions: largest difference",
            _live(people),
            "",
            "own design: equal to 1e-9 at any time",
            high=1e-9,
        )
    )
    real, sampen, dfa = Peers(*[nan] * 6), nan, nan
    n_windows, n_rows, same, ours = 0, 0, nan, nan
    report = (nan, nan, nan)
    if recordings is not None:
        stretches = [part for one in series_at_hand(recordings) for part in five_minutes(one.rr_ms)]
        real = _against_neurokit(stretches)
        sampen = _against_sampen(recordings / "physionet_nonlinear_ref")
        dfa = _against_dfa(recordings / "physionet_nonlinear_ref")
        n_windows, n_rows, same, ours = _against_table(recordings)
        rr_ms = np.load(recordings / "pyhrv" / "SampleNNISeriesLong.npy").astype(np.float64)
        report = (
            dfa_alpha(rr_ms, _whole(rr_ms)),
            dfa_alpha(rr_ms, _whole(rr_ms), LONG_BOXES),
            sample_entropy(rr_ms, _whole(rr_ms)),
        )
    figures += _of_peers("real recordings", real, is_gridded=True)
    table = "PhysioNet Cardiovascular Signal Toolbox, its table for nsr001"
    about = f"sample entropy, nsr001, {n_windows} of {n_rows} windows"
    figures += [
        Figure(
            1,
            "sample entropy, PhysioNet's sampen, m = 0 to 5, two tolerances: largest difference",
            sampen,
            "",
            PRINTED,
            high=1e-6,
        ),
        Figure(
            1,
            "DFA, PhysioNet's dfa, 60 box sizes: largest difference of log10 F",
            dfa,
            "",
            PRINTED,
            high=5.5e-6,
        ),
        Figure(
            1,
            f"{about}, r = 0.15 SD, counted as there: largest difference",
            same,
            "",
            f"{table} (5 digits)",
            high=1e-4,
        ),
        Figure(
            1,
            f"{about}, r = 0.15 SD, by our count: largest difference",
            ours,
            "",
            f"{table}; it counts pairs of either length over all there are, not over the same",
        ),
        Figure(1, "DFA alpha 1 of pyHRV's hour", report[0], "", "pyHRV's report: 1.197"),
        Figure(1, "DFA alpha 2 of pyHRV's hour", report[1], "", "pyHRV's report: 0.882"),
        Figure(1, "sample entropy of pyHRV's hour", report[2], "", "pyHRV's report: 1.250"),
    ]
    return figures


def _of_peers(who: str, peers: Peers, *, is_gridded: bool) -> list[Figure]:
    mean = f"DFA alpha 1, {who}: mean"
    return [
        Figure(
            1,
            f"sample entropy, {who}: largest difference",
            peers.entropy,
            "",
            NEUROKIT,
            high=1e-6,
        ),
        Figure(
            1,
            f"DFA over boxes of 4 to 16 that do not overlap, {who}: largest difference",
            peers.exponent,
            "",
            f"{NEUROKIT}; it leaves out boxes that a line fits exactly",
            high=inf if is_gridded else 1e-6,
        ),
        Figure(
            1,
            f"NeuroKit2's DFA written out anew, with its boxes and without, {who}: "
            "largest difference",
            peers.written_out,
            "",
            "so that all that differs is known: 4 to 11 beats, overlap by half, boxes left out",
            high=1e-6,
        ),
        Figure(1, f"{mean}, 4 to 16 beats (ours)", peers.alpha1_4_16, "", "Peng et al. 1995"),
        Figure(1, f"{mean}, 4 to 12 beats", peers.alpha1_4_12, "", "as Kubios chooses boxes"),
        Figure(1, f"{mean}, as NeuroKit2 has it", peers.alpha1_neurokit, "", "NeuroKit2"),
    ]
