"""Missed, extra, early and misplaced beats: found or not, and what is left of their harm.

Simulated hearts swing with the breath as a sine, wander slowly and vary by 8 ms from beat to
beat; three beats in a hundred are damaged, at least six apart. Virtual clients are damaged by
their own strap, wherever chance has it. What is found is held against what was done. Beside
it stands NeuroKit2's implementation of the same publication, which sees the whole record.

On recordings with annotated early beats the intervals alone are given. A ventricular beat that
hardly comes early cannot be seen in them, so the bar is for those that do: alone within
three beats on either side, and a fifth shorter than the median around them.
"""

from __future__ import annotations

import warnings
from math import isnan, nan
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from benchmarks.validation.figure import Figure
from benchmarks.validation.rr_series import clean_rr_ms, damaged
from benchmarks.validation.wfdb_files import BEATS, read_annotations
from biofeedback.pacing import BreathPattern, PacerSegment
from biofeedback.samples import RRFlag
from biofeedback.signal.rr_artifacts import RRCorrector
from biofeedback.simulation.client import VirtualClient
from biofeedback.simulation.options import Faults
from biofeedback.simulation.strap import StrapSensing

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from numpy.typing import NDArray

    from biofeedback.samples import Beat

    Numbers = NDArray[np.float64]

N_SERIES = 20
MINUTES = 5
N_BESIDE = 5
FOUND = frozenset(
    {RRFlag.MISSED, RRFlag.EXTRA, RRFlag.ECTOPIC, RRFlag.MISPLACED, RRFlag.OUT_OF_RANGE}
)
WANTED = {
    "missed": frozenset({RRFlag.MISSED}),
    "extra": frozenset({RRFlag.EXTRA}),
    "ectopic": frozenset({RRFlag.ECTOPIC, RRFlag.MISPLACED}),
    "shifted": frozenset({RRFlag.ECTOPIC, RRFlag.MISPLACED}),
}
WORDS = {
    "missed": "missed beats",
    "extra": "extra beats",
    "ectopic": "beats 20 to 35 % early",
    "shifted": "beats 10 % early or late",
}
PUBLISHED = "Lipponen & Tarvainen 2019"
DESIGN = "own design"
NEUROKIT = "NeuroKit2 signal_fixpeaks, Kubios method, same series"


class Breathing(NamedTuple):
    """How a simulated heart swings: breaths a minute, bpm peak to trough, bpm."""

    breaths_per_min: float
    swing_bpm: float
    heart_rate_bpm: float

    def clean_ms(self, seed: int) -> Numbers:
        """Five minutes of it."""
        n_beats = round(MINUTES * self.heart_rate_bpm)
        return clean_rr_ms(np.random.default_rng(seed), n_beats, *self)


REST = {"rest, 14 breaths/min, swing 5 bpm": [Breathing(14, 5, 65)]}
SLOW = {"6 breaths/min, swing 16 bpm": [Breathing(6, 16, 65)]}
LARGE = {
    f"6 breaths/min, swing {swing} bpm, mean 52, 60 and 70": [
        Breathing(6, swing, rate) for rate in (52, 60, 70)
    ]
    for swing in (8, 24, 32)
}
FAST = {"14 breaths/min, swing 20 bpm, mean 52": [Breathing(14, 20, 52)]}


class Score(NamedTuple):
    """How well artifacts of one kind were found and put right."""

    sensitivity_pct: float
    specificity_pct: float
    rmssd_error_pct: float
    untreated_error_pct: float


def corrected(t_s: Numbers, rr_ms: Numbers) -> list[Beat]:
    """All beats of one sensor, through the corrector of the live path."""
    corrector = RRCorrector("strap")
    beats: list[Beat] = []
    for at_s, interval_ms in zip(t_s.tolist(), rr_ms.tolist(), strict=True):
        beats += corrector.push(at_s, interval_ms)
    return beats + corrector.flush()


def rmssd_ms(rr_ms: Sequence[float] | Numbers) -> float:
    """Root mean square of successive differences."""
    return float(np.sqrt(np.mean(np.diff(rr_ms) ** 2)))


def kept_ms(beats: list[Beat]) -> list[float]:
    """Corrected intervals."""
    return [beat.corrected_rr_ms for beat in beats if not isnan(beat.corrected_rr_ms)]


def score(kind: str, breathings: Sequence[Breathing]) -> Score:
    """Damage simulated hearts, correct them, and compare with what was done."""
    n_true = n_hit = n_false = n_clean = 0
    errors, untreated = [], []
    for breathing in breathings:
        for seed in range(N_SERIES):
            clean_ms = breathing.clean_ms(seed)
            t_s, rr_ms, at_s = damaged(np.random.default_rng(1000 + seed), clean_ms, kind)
            beats = corrected(t_s, rr_ms)
            found_s = np.array([b.t_s for b in beats if b.flag in WANTED[kind]])
            all_s = np.array([b.t_s for b in beats if b.flag in FOUND])
            # Which of the beats around an extra one is the extra one cannot always be known.
            slack_s = 1.0 if kind == "extra" else 0.005
            n_true += at_s.size
            n_hit += int(_is_near(at_s, found_s, slack_s).sum())
            is_clean = ~_is_near(t_s, at_s, 1.0)
            n_clean += int(is_clean.sum())
            n_false += int(_is_near(t_s[is_clean], all_s, 0.005).sum())
            true_ms = rmssd_ms(clean_ms)
            errors.append(abs(rmssd_ms(kept_ms(beats)) / true_ms - 1))
            untreated.append(abs(rmssd_ms(rr_ms) / true_ms - 1))
    return Score(
        100 * n_hit / n_true,
        100 * (1 - n_false / n_clean),
        100 * float(np.mean(errors)),
        100 * float(np.mean(untreated)),
    )


def _is_near(these_s: Numbers, those_s: Numbers, slack_s: float) -> NDArray[np.bool_]:
    """Tell for each of some times whether one of others is within a distance."""
    if not those_s.size:
        return np.zeros(these_s.size, dtype=bool)
    near: NDArray[np.bool_] = np.abs(these_s[:, None] - those_s).min(axis=1) <= slack_s
    return near


def beside_neurokit_pct(kind: str, breathings: Sequence[Breathing]) -> tuple[float, float]:
    """Mean RMSSD error of ours and of NeuroKit2's on a few of the same series."""
    from neurokit2 import signal_fixpeaks

    ours, theirs = [], []
    for breathing in breathings:
        for seed in range(N_BESIDE):
            clean_ms = breathing.clean_ms(seed)
            t_s, rr_ms, _ = damaged(np.random.default_rng(1000 + seed), clean_ms, kind)
            true_ms = rmssd_ms(clean_ms)
            ours.append(abs(rmssd_ms(kept_ms(corrected(t_s, rr_ms))) / true_ms - 1))
            peaks = np.round(np.concatenate(([t_s[0] - rr_ms[0] / 1000], t_s)) * 1000).astype(int)
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")
                _, fixed = signal_fixpeaks(peaks, sampling_rate=1000, iterative=True)
            theirs.append(abs(rmssd_ms(np.diff(np.asarray(fixed, float))) / true_ms - 1))
    return 100 * float(np.mean(ours)), 100 * float(np.mean(theirs))


def false_per_1000(breathings: Sequence[Breathing]) -> tuple[float, float]:
    """Flags in a thousand beats without an artifact; of those, on intervals within range."""
    n_flags = n_in_range = n_beats = 0
    for breathing in breathings:
        for seed in range(N_SERIES):
            rr_ms = breathing.clean_ms(seed)
            beats = corrected(np.cumsum(rr_ms) / 1000, rr_ms)
            n_flags += sum(beat.flag in FOUND for beat in beats)
            n_in_range += sum(beat.flag in FOUND - {RRFlag.OUT_OF_RANGE} for beat in beats)
            n_beats += rr_ms.size
    return 1000 * n_flags / n_beats, 1000 * n_in_range / n_beats


def largest_delay_beats() -> int:
    """Most beats that came after one before it was confirmed, with every kind of artifact."""
    most = 0
    for kind in WANTED:
        for seed in range(N_SERIES):
            clean_ms = SLOW["6 breaths/min, swing 16 bpm"][0].clean_ms(seed)
            t_s, rr_ms, _ = damaged(np.random.default_rng(1000 + seed), clean_ms, kind)
            corrector = RRCorrector("strap")
            came: dict[float, int] = {}
            n_beats = 0
            for at_s, interval_ms in zip(t_s.tolist(), rr_ms.tolist(), strict=True):
                came[at_s] = n_beats
                confirmed = corrector.push(at_s, interval_ms)
                # What was no beat is none to wait for.
                n_beats += 1 - sum(beat.flag is RRFlag.EXTRA for beat in confirmed)
                most = max(
                    [
                        most,
                        *(
                            n_beats - 1 - came[beat.t_s]
                            for beat in confirmed
                            if beat.flag not in {RRFlag.INSERTED, RRFlag.EXTRA}
                        ),
                    ]
                )
    return most


def run(recordings: Path | None) -> list[Figure]:
    """Recompute every figure about artifacts."""
    return [
        *_simulated(),
        *_clients(),
        *_moving(),
        Figure(
            6, "beats until a beat is confirmed, at most", largest_delay_beats(), "", DESIGN, high=3
        ),
        *_published_example(),
        *_annotated(recordings),
        *_missed_in_a_strap(recordings),
        *_slow_breathing(recordings),
    ]


def _simulated() -> list[Figure]:
    figures = []
    for where, breathings in {**REST, **SLOW, **LARGE, **FAST}.items():
        is_rest, is_judged = where in REST, where not in FAST
        for kind, words in WORDS.items():
            found = score(kind, breathings)
            what = f"{words}, {where}"
            is_small = kind == "shifted"
            least = 96.0 if kind == "ectopic" else 99.5
            most = {"shifted": 12.0, "ectopic": 5.0 if is_rest else 9.0}.get(
                kind, 2.0 if is_rest else 3.0
            )
            low = least if is_judged and not is_small else -np.inf
            figures += [
                Figure(6, f"{what}: sensitivity", found.sensitivity_pct, "%", PUBLISHED, low=low),
                Figure(
                    6,
                    f"{what}: specificity",
                    found.specificity_pct,
                    "%",
                    PUBLISHED,
                    low=99.9 if is_judged and not is_small else -np.inf,
                ),
                Figure(
                    7,
                    f"{what}: RMSSD error (uncorrected {found.untreated_error_pct:.0f} %)",
                    found.rmssd_error_pct,
                    "%",
                    PUBLISHED,
                    high=most if is_judged else np.inf,
                ),
            ]
        flags, in_range = false_per_1000(breathings)
        high = np.inf if not is_judged else 1.0 if is_rest else 0.5
        figures += [
            Figure(6, f"no artifact, {where}: flags in 1000 beats", flags, "", DESIGN, high=high),
            Figure(
                6, f"no artifact, {where}: of those on intervals in range", in_range, "", DESIGN
            ),
        ]
    for where, breathings in {**REST, **SLOW, **LARGE}.items():
        for kind, words in WORDS.items():
            ours, theirs = beside_neurokit_pct(kind, breathings)
            what = f"{words}, {where}, {N_BESIDE} series: RMSSD error"
            figures += [
                Figure(7, f"{what}, ours", ours, "%", NEUROKIT),
                Figure(7, f"{what}, NeuroKit2", theirs, "%", NEUROKIT),
            ]
    return figures


def _clients() -> list[Figure]:
    """Virtual clients, every second one breathing at six a minute; the strap tells the truth."""
    n_true = dict.fromkeys(("missed", "extra", "ectopic"), 0)
    n_hit = dict.fromkeys(n_true, 0)
    n_false = n_clean = n_flags = n_beats = 0
    errors = []
    pacer = PacerSegment(0.0, BreathPattern.at_rate(6.0))
    for seed in range(N_SERIES):
        follow = (lambda _: pacer) if seed % 2 else None
        true = VirtualClient.from_seed(seed).advance(60.0 * MINUTES, follow)
        lived = list(zip(true.beat_t_s.tolist(), true.rr_ms.tolist(), strict=True))
        good = StrapSensing(seed, Faults()).sense(lived)
        good_ms = np.array([beat.rr_ms for beat in good])
        n_flags += sum(b.flag in FOUND for b in corrected(np.cumsum(good_ms) / 1000, good_ms))
        n_beats += good_ms.size
        bad = StrapSensing(seed, Faults(ectopic_pct=1, missed_pct=1, extra_pct=1)).sense(lived)
        rr_ms = np.array([beat.rr_ms for beat in bad])
        t_s = np.cumsum(rr_ms) / 1000
        beats = corrected(t_s, rr_ms)
        is_odd = np.array([beat.flag is not RRFlag.NORMAL for beat in bad])
        for kind, count in n_true.items():
            flag = RRFlag(kind)
            # Two artifacts side by side have more than one explanation.
            at_s = np.array(
                [
                    at
                    for i, (at, beat) in enumerate(zip(t_s, bad, strict=True))
                    if beat.flag is flag
                    and is_odd[max(i - 3, 0) : i + 4].sum() == 1
                    and beat.n_missed <= 1
                    and 3 < i < len(bad) - 3
                ]
            )
            found_s = np.array([b.t_s for b in beats if b.flag in WANTED[kind]])
            n_true[kind] = count + at_s.size
            n_hit[kind] += int(_is_near(at_s, found_s, 1.0 if kind == "extra" else 0.005).sum())
        is_clean = ~_is_near(t_s, t_s[is_odd], 1.0)
        all_s = np.array([b.t_s for b in beats if b.flag in FOUND])
        n_clean += int(is_clean.sum())
        n_false += int(_is_near(t_s[is_clean], all_s, 0.005).sum())
        errors.append(abs(rmssd_ms(kept_ms(beats)) / rmssd_ms(good_ms) - 1))
    people = f"{N_SERIES} virtual clients, half at 6 breaths/min"
    least = {"missed": 99.5, "extra": 99.5, "ectopic": 96.0}
    words = {"missed": "missed beats", "extra": "extra beats", "ectopic": "beats 15 to 35 % early"}
    return [
        *(
            Figure(
                6,
                f"{words[kind]}, {people}: sensitivity, {count} standing alone",
                100 * n_hit[kind] / count,
                "%",
                PUBLISHED,
                low=least[kind],
            )
            for kind, count in n_true.items()
        ),
        Figure(
            6,
            f"1 % each, {people}: specificity",
            100 * (1 - n_false / n_clean),
            "%",
            PUBLISHED,
            low=99.9,
        ),
        Figure(
            6, f"no artifact, {people}: flags in 1000 beats", 1000 * n_flags / n_beats, "", DESIGN,
            high=1.0,
        ),
        Figure(7, f"1 % each, {people}: RMSSD error", 100 * float(np.mean(errors)), "%", PUBLISHED,
               high=5.0),
    ]  # fmt: skip


def _moving() -> list[Figure]:
    """Virtual clients who move twice a minute: bursts in which the strap misses every fourth beat."""
    errors, untreated = [], []
    for seed in range(N_SERIES):
        true = VirtualClient.from_seed(seed).advance(60.0 * MINUTES)
        lived = list(zip(true.beat_t_s.tolist(), true.rr_ms.tolist(), strict=True))
        sensed = StrapSensing(seed, Faults(motion_per_min=2)).sense(lived)
        rr_ms = np.array([beat.rr_ms for beat in sensed])
        true_ms = rmssd_ms(true.rr_ms)
        left_ms = rmssd_ms(kept_ms(corrected(np.cumsum(rr_ms) / 1000, rr_ms)))
        errors.append(abs(left_ms / true_ms - 1))
        untreated.append(abs(rmssd_ms(rr_ms) / true_ms - 1))
    return [
        Figure(
            7,
            f"{N_SERIES} virtual clients moving twice a minute: median RMSSD error "
            f"(uncorrected {100 * np.median(untreated):.0f} %)",
            100 * float(np.median(errors)),
            "%",
            DESIGN,
        )
    ]


def _published_example() -> list[Figure]:
    """One early beat among regular ones: the beat moves, and no other."""
    steady = [840.0 + 20.0 * (i % 2) for i in range(20)]
    rr_ms = np.array([*steady, 817.0, 644.0, 1079.0, 864.0, *steady])
    beats = corrected(np.cumsum(rr_ms) / 1000, rr_ms)[20:24]
    where = "817, 644, 1079, 864 ms among 850 ms"
    return [
        Figure(
            7,
            f"{where}: first interval, a true beat",
            beats[0].corrected_rr_ms,
            "ms",
            DESIGN,
            low=817.0,
            high=817.0,
        ),
        Figure(
            7,
            f"{where}: shortest of the others",
            min(b.corrected_rr_ms for b in beats[1:]),
            "ms",
            DESIGN,
            low=820.0,
        ),
        Figure(
            7,
            f"{where}: longest of the others",
            max(b.corrected_rr_ms for b in beats[1:]),
            "ms",
            DESIGN,
            high=880.0,
        ),
    ]


def _annotated(recordings: Path | None) -> list[Figure]:
    """Early beats that cardiologists marked."""
    figures = []
    for name, path, rate_hz, is_judged in (
        ("MIT-BIH 100 (33 atrial, 1 ventricular)", "mitdb/100.atr", 360, True),
        ("MIT-BIH long-term 14157, 17 h", "ltdb_annotations/14157.atr", 128, True),
        ("MIT-BIH long-term 14134, 13 h, a fifth ventricular", "ltdb_annotations/14134.atr", 128,
         False),
    ):  # fmt: skip
        alone = early = every = far = nan
        if recordings is not None:
            alone, early, every, far = _on_annotated(recordings / path, rate_hz)
        low = 96.96 if is_judged else -np.inf
        figures += [
            Figure(
                6,
                f"{name}: sensitivity, alone and a fifth early",
                early,
                "%",
                PUBLISHED,
                low=low,
            ),
            Figure(6, f"{name}: sensitivity, alone", alone, "%", PUBLISHED),
            Figure(6, f"{name}: sensitivity, all", every, "%", PUBLISHED),
            Figure(
                6,
                f"{name}: specificity, three beats or more from any",
                far,
                "%",
                PUBLISHED,
                low=99.94 if is_judged else -np.inf,
            ),
        ]
    return figures


def _on_annotated(path: Path, rate_hz: int) -> tuple[float, float, float, float]:
    """Sensitivity for beats alone, alone and early, and all; specificity far from any."""
    found = read_annotations(path).beats()
    t_s = found.samples[1:] / rate_hz
    rr_ms = np.diff(found.samples) * 1000.0 / rate_hz
    letters = np.array([BEATS[code] for code in found.codes[1:].tolist()])
    is_odd = ~np.isin(letters, ["N", "L", "R"])
    flags = {beat.t_s: beat.flag for beat in corrected(t_s, rr_ms) if not isnan(beat.rr_ms)}
    is_found = np.array([flags[at_s] in FOUND for at_s in t_s.tolist()])
    near = np.convolve(is_odd, np.ones(7), "same").round()
    is_alone = is_odd & (near == 1)
    around_ms = np.array(
        [np.median(rr_ms[max(i - 5, 0) : i + 6]) for i in np.flatnonzero(is_alone)]
    )
    is_early = np.zeros_like(is_alone)
    is_early[np.flatnonzero(is_alone)] = rr_ms[is_alone] < 0.8 * around_ms

    def share_pct(which: NDArray[np.bool_]) -> float:
        return 100 * float(is_found[which].mean()) if which.any() else nan

    return share_pct(is_alone), share_pct(is_early), share_pct(is_odd), 100 - share_pct(near == 0)


def _missed_in_a_strap(recordings: Path | None) -> list[Figure]:
    """A strap's recording with leaps of the heart at each breath out and six missed beats."""
    hit = others = nan
    if recordings is not None:
        text = (recordings / "hrv_rhenanbartels" / "noisy_rri.hrm").read_text(encoding="ascii")
        rr_ms = np.array(text.split("[HRData]")[1].split(), dtype=float)
        around_ms = np.array([np.median(rr_ms[max(i - 3, 0) : i + 4]) for i in range(rr_ms.size)])
        # Twice the intervals on both sides, whatever the heart did.
        is_double = np.zeros(rr_ms.size, dtype=bool)
        is_double[1:-1] = rr_ms[1:-1] > 1.7 * np.maximum(rr_ms[:-2], rr_ms[2:])
        is_double &= rr_ms > 1.7 * around_ms
        beats = [b for b in corrected(np.cumsum(rr_ms) / 1000, rr_ms) if not isnan(b.rr_ms)]
        is_missed = np.array([beat.flag is RRFlag.MISSED for beat in beats])
        is_found = np.array([beat.flag in FOUND for beat in beats])
        hit = 100 * float(is_missed[is_double].mean())
        others = 1000 * float(is_found[~is_double].mean())
    name = "strap, 40 min, leaps of the heart at each breath out"
    return [
        Figure(6, f"{name}: intervals of double length told as missed", hit, "%", DESIGN, low=99.5),
        Figure(6, f"{name}: other flags in 1000 beats", others, "", DESIGN, high=1.0),
    ]


def _slow_breathing(recordings: Path | None) -> list[Figure]:
    """People who breathe slowly, with a large swing and no artifact to be seen."""
    ecg = strap = nan
    if recordings is not None:
        from neurokit2 import ecg_clean, ecg_peaks

        raw = np.load(recordings / "physio_garcia" / "ecg1.npz")["x"]
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            _, info = ecg_peaks(ecg_clean(raw, sampling_rate=1000), sampling_rate=1000)
        t_s = np.asarray(info["ECG_R_Peaks"], dtype=float) / 1000
        ecg = sum(beat.flag in FOUND for beat in corrected(t_s[1:], np.diff(t_s) * 1000))
        path = recordings / "polar_h10_dhyb" / "sample_data_ibi.csv"
        rr_ms = np.loadtxt(path, delimiter=",", usecols=1)
        strap = sum(beat.flag in FOUND for beat in corrected(np.cumsum(rr_ms) / 1000, rr_ms))
    return [
        Figure(
            6,
            "ECG, 5 min at 6 breaths/min, R peaks by NeuroKit2: flags on 407 beats",
            ecg,
            "",
            DESIGN,
            high=0.0,
        ),
        Figure(
            6, "strap, 10 min at 3.7 breaths/min: flags on 620 beats", strap, "", DESIGN, high=0.0
        ),
    ]
