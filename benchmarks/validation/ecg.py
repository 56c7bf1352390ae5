"""R peaks: found or not, and how far from where they are, on recordings and simulated people.

The annotations of the MIT-BIH database mark the beat, not exactly its R peak: they were placed
by program and by hand, a few samples off. Sensitivity and predictivity are against them, within
50 ms. Jitter is given against them as they are, and against the highest point of the raw
signal, interpolated to 2880 Hz, within 50 ms of each; a constant offset is taken off first.
"""

from __future__ import annotations

import warnings
from math import nan
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from benchmarks.validation.figure import Figure
from benchmarks.validation.wfdb_files import read_annotations, read_signals
from biofeedback.pacing import BreathPattern, PacerSegment
from biofeedback.signal.ecg import EcgNode
from biofeedback.signal.wave_beat import WaveBeat
from biofeedback.simulation.client import VirtualClient
from biofeedback.simulation.ecg import EcgNoise, EcgSensing
from biofeedback.simulation.options import Faults

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from numpy.typing import NDArray

    Numbers = NDArray[np.float64]

TOLERANCE_S = 0.05
STRAP_HZ = 130
CHUNK = 73
SEEDS = range(1, 9)
LENGTH_S = 180.0
# A level is learnt from the first four seconds; what is at the very end is not known yet.
EDGE_S = 0.5

MITDB = "MIT-BIH record 100"
PUBLISHED = "Pan & Tompkins 1985, Hamilton & Tompkins 1986: 99.3 to 99.8 % over the database"
DESIGN = "own design"
NEUROKIT = "NeuroKit2, same signal"


class Match(NamedTuple):
    """How beats that were found compare with those that are there."""

    sensitivity_pct: float
    predictivity_pct: float
    jitter_ms: float

    @property
    def f1_pct(self) -> float:
        """Harmonic mean of the two shares."""
        total = self.sensitivity_pct + self.predictivity_pct
        return 2 * self.sensitivity_pct * self.predictivity_pct / total if total else 0.0


def match(found_s: Numbers, true_s: Numbers, tolerance_s: float = TOLERANCE_S) -> Match:
    """Pair each true beat with the nearest found one, once; jitter is free of the mean offset."""
    pairs: dict[int, float] = {}
    for found in found_s.tolist():
        at = int(np.abs(true_s - found).argmin())
        off_s = found - float(true_s[at])
        if abs(off_s) <= tolerance_s and abs(off_s) < abs(pairs.get(at, np.inf)):
            pairs[at] = off_s
    if not pairs:
        return Match(0.0, 0.0, nan)
    return Match(
        100 * len(pairs) / true_s.size,
        100 * len(pairs) / found_s.size,
        1e3 * float(np.std(list(pairs.values()))),
    )


def ours(values: Numbers, rate_hz: float, t_s: Numbers | None = None) -> Numbers:
    """Times of the beats that the pipeline's node finds, fed as a strap's frames come."""
    t_s = np.arange(values.size) / rate_hz if t_s is None else t_s
    node = EcgNode("validation/ecg", rate_hz)
    found: list[float] = []
    for first in range(0, values.size, CHUNK):
        results = node.push(t_s[first : first + CHUNK], values[first : first + CHUNK])
        found += [result.t_s for result in results if isinstance(result, WaveBeat)]
    return np.array(found)


def neurokit(values: Numbers, rate_hz: int) -> Numbers:
    """Times of the R peaks that NeuroKit2's default method finds, over the whole record."""
    import neurokit2

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        cleaned = neurokit2.ecg_clean(values, sampling_rate=rate_hz)
        _, found = neurokit2.ecg_peaks(cleaned, sampling_rate=rate_hz)
    return np.asarray(found["ECG_R_Peaks"], dtype=np.float64) / rate_hz


def noise_like(values: Numbers, rate_hz: float, seed: int) -> Numbers:
    """Muscle (over 15 Hz) and baseline (0.05 to 0.5 Hz) noise, equal parts, at 0 dB."""
    from scipy.signal import butter, sosfiltfilt

    rng = np.random.default_rng(seed)
    both = np.zeros(values.size)
    for kind, band in (("highpass", 15.0), ("bandpass", (0.05, 0.5))):
        shape = butter(2, band, kind, fs=rate_hz, output="sos")
        part = sosfiltfilt(shape, rng.standard_normal(values.size))
        both += part / part.std()
    scaled: Numbers = both / both.std() * values.std()
    return scaled


def run(recordings: Path | None) -> list[Figure]:
    """Compute every figure on R peaks."""
    return [
        *_mitdb(recordings),
        *_noisy_118(recordings),
        *_beside_neurokit(recordings),
        *_simulated(),
    ]


def _mitdb(recordings: Path | None) -> list[Figure]:
    from scipy.signal import resample_poly

    native = strap = noisy = noisy_theirs = theirs = Match(nan, nan, nan)
    native_summit = strap_summit = between = Match(nan, nan, nan)
    white = white_theirs = native
    if recordings is not None:
        signals, rate_hz = read_signals(recordings / "mitdb" / "100.hea")
        beats = read_annotations(recordings / "mitdb" / "100.atr").beats().samples
        true_s = beats / rate_hz
        raw = signals[:, 0]
        summits_s = _summits_s(raw, rate_hz, beats)
        native_s = ours(raw, rate_hz)
        native, native_summit = match(native_s, true_s), match(native_s, summits_s)
        at_130 = resample_poly(raw, STRAP_HZ, round(rate_hz))
        found_s = ours(at_130, STRAP_HZ)
        strap, strap_summit = match(found_s, true_s), match(found_s, summits_s)
        between = match(found_s, native_s)
        theirs = match(neurokit(at_130, STRAP_HZ), true_s)
        disturbed = at_130 + noise_like(at_130, STRAP_HZ, 1)
        noisy = match(ours(disturbed, STRAP_HZ), true_s)
        noisy_theirs = match(neurokit(disturbed, STRAP_HZ), true_s)
        rng = np.random.default_rng(2)
        disturbed = at_130 + at_130.std() * rng.standard_normal(at_130.size)
        white = match(ours(disturbed, STRAP_HZ), true_s)
        white_theirs = match(neurokit(disturbed, STRAP_HZ), true_s)
    at_0_db = f"{MITDB} at 130 Hz, 0 dB muscle and baseline noise"
    at_0_db_white = f"{MITDB} at 130 Hz, 0 dB white noise"
    figures = []
    for where, found, summit in (
        (f"{MITDB} at 130 Hz", strap, strap_summit),
        (f"{MITDB} at 360 Hz", native, native_summit),
    ):
        figures += [
            *_shares(where, found, 99.8, PUBLISHED),
            Figure(
                8, f"{where}: jitter against annotations", found.jitter_ms, "ms", DESIGN, high=3.0
            ),
            Figure(
                8,
                f"{where}: jitter against the raw signal's summit near each annotation",
                summit.jitter_ms,
                "ms",
                DESIGN,
                high=3.0,
            ),
        ]
    return [
        *figures,
        Figure(
            8,
            f"{MITDB}: the same beats timed at 130 and at 360 Hz, SD of the difference",
            between.jitter_ms,
            "ms",
            DESIGN,
            high=0.5,
        ),
        *_shares(f"{MITDB} at 130 Hz, NeuroKit2", theirs, None, NEUROKIT),
        Figure(
            8,
            f"{MITDB} at 130 Hz, NeuroKit2: jitter against annotations",
            theirs.jitter_ms,
            "ms",
            NEUROKIT,
        ),
        *_shares(at_0_db, noisy, 99.0, DESIGN),
        Figure(8, f"{at_0_db}: jitter against annotations", noisy.jitter_ms, "ms", DESIGN),
        *_shares(f"{at_0_db}, NeuroKit2", noisy_theirs, None, NEUROKIT),
        *_shares(at_0_db_white, white, 99.0, DESIGN),
        *_shares(f"{at_0_db_white}, NeuroKit2", white_theirs, None, NEUROKIT),
    ]


def _summits_s(raw: Numbers, rate_hz: float, beats: NDArray[np.int64]) -> Numbers:
    """Find the highest point within 50 ms of each annotation, between the samples."""
    from scipy.signal import resample_poly

    finer = 8
    fine = resample_poly(raw, finer, 1)
    reach = round(TOLERANCE_S * rate_hz) * finer
    summits = []
    for beat in (beats * finer).tolist():
        first = max(beat - reach, 0)
        summits.append(first + int(fine[first : beat + reach + 1].argmax()))
    return np.array(summits) / (rate_hz * finer)


def _noisy_118(recordings: Path | None) -> list[Figure]:
    """MIT-BIH 118 with recorded electrode movement, as HeartPy publishes two minutes of it."""
    figures = []
    for name, noise in (("118e24", "24 dB"), ("118e12", "12 dB")):
        found = theirs = Match(nan, nan, nan)
        if recordings is not None:
            raw = np.loadtxt(recordings / "heartpy" / f"{name}.csv")
            true_s = np.loadtxt(recordings / "heartpy" / f"{name}_ann.csv") / 360.0
            length_s = raw.size / 360.0
            found = match(*_within(ours(raw, 360.0), true_s, length_s))
            theirs = match(*_within(neurokit(raw, 360), true_s, length_s))
        where = f"MIT-BIH noise stress {name} ({noise} electrode movement), F1"
        figures += [
            Figure(8, where, found.f1_pct, "%", NEUROKIT, low=theirs.f1_pct)
            if recordings is not None
            else Figure(8, where, nan, "%", NEUROKIT),
            Figure(8, f"{where}, NeuroKit2", theirs.f1_pct, "%", NEUROKIT),
        ]
    return figures


def _beside_neurokit(recordings: Path | None) -> list[Figure]:
    """Recordings without annotations: agreement with another program, as good as it is."""
    slow = rest = noisy = noisy_theirs = Match(nan, nan, nan)
    if recordings is not None:
        raw = np.load(recordings / "physio_garcia" / "ecg1.npz")["x"]
        slow = match(*_within(ours(raw, 1000.0), neurokit(raw, 1000), raw.size / 1000))
        raw = np.genfromtxt(
            recordings / "neurokit" / "bio_resting_8min_100hz.csv", delimiter=",", names=True
        )["ECG"]
        theirs_s = neurokit(raw, 100)
        rest = match(*_within(ours(raw, 100.0), theirs_s, raw.size / 100))
        disturbed = raw + noise_like(raw, 100, 3)
        noisy = match(*_within(ours(disturbed, 100.0), theirs_s, raw.size / 100))
        noisy_theirs = match(*_within(neurokit(disturbed, 100), theirs_s, raw.size / 100))
    garcia = "ECG at 1000 Hz, breathing at 6 /min, against NeuroKit2's peaks"
    resting = "ECG at 100 Hz, 8 min at rest, against NeuroKit2's peaks"
    at_0_db = f"{resting} without the noise: 0 dB muscle and baseline noise"
    return [
        *_shares(garcia, slow, 99.0, NEUROKIT),
        Figure(8, f"{garcia}: jitter", slow.jitter_ms, "ms", NEUROKIT, high=3.0),
        *_shares(resting, rest, 99.0, NEUROKIT),
        Figure(8, f"{resting}: jitter", rest.jitter_ms, "ms", NEUROKIT, high=5.0),
        *_shares(at_0_db, noisy, 99.0, DESIGN),
        *_shares(f"{at_0_db}, NeuroKit2", noisy_theirs, None, NEUROKIT),
    ]


def _within(found_s: Numbers, true_s: Numbers, length_s: float) -> tuple[Numbers, Numbers]:
    """Leave out what lies at the edges, where a program without end cannot look ahead."""

    def inner(t_s: Numbers) -> Numbers:
        return t_s[(t_s > EDGE_S) & (t_s < length_s - EDGE_S)]

    return inner(found_s), inner(true_s)


def _simulated() -> list[Figure]:
    """Simulated people: the R peak's place between the samples is known."""
    clean = [_person(seed, Faults(), EcgNoise.none()) for seed in SEEDS]
    usual = [_person(seed, Faults(hum_microvolts=100.0), EcgNoise()) for seed in SEEDS]
    moving = [
        _person(
            seed,
            Faults(motion_per_min=1.0, muscle_per_min=0.5, pops_per_min=0.5, lead_off_per_min=0.2),
            EcgNoise(),
        )
        for seed in SEEDS
    ]
    early = [_person(seed, Faults(ectopic_pct=5.0), EcgNoise()) for seed in SEEDS]
    people = f"{len(SEEDS)} simulated people at 130 Hz"
    calm = [*(each.all for each in usual), *(each.all for each in early)]

    def figure(
        what: str, value: float, unit: str, *, low: float = -np.inf, high: float = np.inf
    ) -> Figure:
        return Figure(8, f"{people}, {what}", value, unit, DESIGN, low, high)

    clean_ms = max(each.all.jitter_ms for each in clean)
    offset_ms = max(each.offset_ms for each in clean)
    amplitude_pct = max(each.amplitude_error_pct for each in clean)
    usual_ms = max(each.all.jitter_ms for each in usual)
    sensitivity_pct = min(each.sensitivity_pct for each in calm)
    predictivity_pct = min(each.predictivity_pct for each in calm)
    early_pct = float(np.mean([each.early_pct for each in early]))
    quiet_pct = float(np.mean([each.quiet_pct for each in moving]))
    moving_pct = float(np.mean([each.all.predictivity_pct for each in moving]))
    noises = "usual noise, hum, early beats"
    disturbed = "moving, tense, electrodes that jump and come off"
    return [
        figure("clean: timing, largest SD", clean_ms, "ms", high=0.5),
        figure("clean: largest mean offset from the true R peak", offset_ms, "ms", high=0.5),
        figure("clean: error of R amplitude, SD", amplitude_pct, "%", high=2.0),
        figure("usual noise and hum: timing, largest SD", usual_ms, "ms", high=1.0),
        figure(f"{noises}: least sensitivity", sensitivity_pct, "%", low=99.0),
        figure(f"{noises}: least predictivity", predictivity_pct, "%", low=99.0),
        figure("early beats of other shape: share found", early_pct, "%", low=95.0),
        figure(f"{disturbed}: sensitivity outside of what is disturbed", quiet_pct, "%", low=98.0),
        figure("the same: predictivity over all", moving_pct, "%", low=95.0),
    ]


class _Person(NamedTuple):
    all: Match
    offset_ms: float
    early_pct: float
    quiet_pct: float
    amplitude_error_pct: float


def _person(seed: int, faults: Faults, noise: EcgNoise) -> _Person:
    client = VirtualClient.from_seed(seed)
    pacer = PacerSegment(0.0, BreathPattern.at_rate(6.0))
    true = client.advance(LENGTH_S, lambda _: pacer)
    sensed = EcgSensing(seed, faults, STRAP_HZ, noise=noise).sense(true)
    node = EcgNode("validation/ecg", STRAP_HZ)
    results = node.push(sensed.t_s, sensed.microvolts)
    beats = [result for result in results if isinstance(result, WaveBeat)]
    first_s, last_s = float(sensed.t_s[0]) + EDGE_S, float(sensed.t_s[-1]) - EDGE_S
    found_s = np.array([beat.t_s for beat in beats])
    is_inner = (sensed.r_t_s > first_s) & (sensed.r_t_s < last_s)
    true_s, is_early = sensed.r_t_s[is_inner], sensed.is_ectopic[is_inner]
    found_inner_s = found_s[(found_s > first_s) & (found_s < last_s)]
    everything = match(found_inner_s, true_s)
    # A beat is quiet when nothing disturbed the second around it.
    artifacts_s = sensed.t_s[sensed.is_artifact]
    is_quiet = np.array([not np.any(np.abs(artifacts_s - t_s) < 0.5) for t_s in true_s.tolist()])
    off_s = [float(found_s[np.abs(found_s - t_s).argmin()]) - t_s for t_s in true_s.tolist()]
    near_s = [each for each in off_s if abs(each) <= TOLERANCE_S]
    # The true height is what the same samples show about the true peak without noise: compared
    # beat by beat with a cubic through the samples.
    errors = _amplitude_errors(beats, sensed.t_s, sensed.microvolts) if noise == NO_NOISE else nan
    return _Person(
        everything,
        abs(1e3 * float(np.mean(near_s))),
        _share(found_s, true_s[is_early]),
        _share(found_s, true_s[is_quiet]),
        errors,
    )


NO_NOISE = EcgNoise.none()


def _amplitude_errors(beats: Sequence[WaveBeat], t_s: Numbers, values: Numbers) -> float:
    """Scatter of amplitude over the height of a spline through the samples, in percent."""
    from scipy.interpolate import CubicSpline

    spline = CubicSpline(t_s, values)
    ratios = []
    for beat in beats[1:]:
        before_s = beat.t_s - np.linspace(0.088, 0.048, 6)
        ratios.append(beat.amplitude / float(spline(beat.t_s) - spline(before_s).mean()))
    return 100 * float(np.std(ratios) / np.mean(ratios))


def _share(found_s: Numbers, true_s: Numbers) -> float:
    if true_s.size == 0:
        return nan
    return 100 * float(
        np.mean([np.abs(found_s - t_s).min() <= TOLERANCE_S for t_s in true_s.tolist()])
    )


def _shares(where: str, found: Match, low: float | None, source: str) -> list[Figure]:
    values = (("sensitivity", found.sensitivity_pct), ("predictivity", found.predictivity_pct))
    return [
        Figure(8, f"{where}: {what}", value, "%", source, low=-np.inf if low is None else low)
        for what, value in values
    ]
