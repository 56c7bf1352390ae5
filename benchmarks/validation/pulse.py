"""Pulses from light: found or not, how exactly, and how their intervals compare with the heart's.

No publication sets bars for pulses as the database of arrhythmias does for R peaks, so most bars
are our own design. A pulse is found when a beat lies within 150 ms of the true foot, after the
usual distance from foot to rise is taken off. Real recordings are held against what was
recorded with them (a strap, an electrocardiogram, the same pulse at another place, the sensor's
own intervals) or against NeuroKit2 on the same signal.
"""

from __future__ import annotations

import gzip
import io
import warnings
import zipfile
from math import inf, nan
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from benchmarks.validation.figure import Figure
from biofeedback.signal.ecg import EcgNode
from biofeedback.signal.ppg import PpgNode
from biofeedback.signal.wave_beat import WaveBeat
from biofeedback.simulation.client import VirtualClient
from biofeedback.simulation.options import Faults
from biofeedback.simulation.parameters import ClientParameters
from biofeedback.simulation.pulse import PULSE_RATE_HZ, FrameTimes, PulseSensing

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence
    from pathlib import Path

    from numpy.typing import NDArray

    from biofeedback.simulation.pulse import SensedPulse

    Numbers = NDArray[np.float64]
    Finder = Callable[[Numbers, Numbers, float | None], "Beats"]

NUMBER = 17
TOLERANCE_S = 0.15
CLOSE_MS = 50.0
# An armband's own word on how far off its interval may be.
SURE_MS = 30.0
SEEDS = range(1, 9)
LENGTH_S = 180.0
CHUNK = 32
# A wave that began before the first sample; what at the very end is not known yet.
FIRST_S, LAST_S = 0.3, 1.5
# For NeuroKit2, which takes even samples.
EVEN_HZ = 100
CAMERA_HZ = 30.0
CAMERA = FrameTimes(4.0, 1.0)
DESIGN = "own design"
NEUROKIT = "NeuroKit2, same signal"


class Beats(NamedTuple):
    """Times, and the interval that ended at each, ``nan`` for none."""

    t_s: Numbers
    rr_ms: Numbers

    def within(self, first_s: float, last_s: float) -> Beats:
        """Leave out what lies at the edges."""
        is_in = (self.t_s > first_s) & (self.t_s < last_s)
        return Beats(self.t_s[is_in], self.rr_ms[is_in])


class Match(NamedTuple):
    """How pulses that were found compare with those that are there."""

    sensitivity_pct: float
    precision_pct: float
    jitter_ms: float


def ours(t_s: Numbers, values: Numbers, rate_hz: float | None) -> Beats:
    """Beats that the pipeline's node finds."""
    node = PpgNode("validation/ppg", rate_hz)
    return _beats(
        result
        for first in range(0, values.size, CHUNK)
        for result in node.push(t_s[first : first + CHUNK], values[first : first + CHUNK])
        if isinstance(result, WaveBeat)
    )


def _beats(found: Iterable[WaveBeat]) -> Beats:
    columns = np.array([(beat.t_s, beat.rr_ms) for beat in found]).reshape(-1, 2)
    return Beats(columns[:, 0], columns[:, 1])


def neurokit(t_s: Numbers, values: Numbers, _rate_hz: float | None = None) -> Beats:
    """Beats that NeuroKit2's default method finds, over the whole record at 100 Hz."""
    import neurokit2

    even_s = np.arange(t_s[0], t_s[-1], 1.0 / EVEN_HZ)
    even = np.interp(even_s, t_s, values)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        cleaned = neurokit2.ppg_clean(even, sampling_rate=EVEN_HZ)
        found = neurokit2.ppg_findpeaks(cleaned, sampling_rate=EVEN_HZ)["PPG_Peaks"]
    beats_s = even_s[np.asarray(found, dtype=np.int64)]
    return Beats(beats_s, 1000.0 * np.diff(beats_s, prepend=nan))


def match(found_s: Numbers, true_s: Numbers, tolerance_s: float = TOLERANCE_S) -> Match:
    """Pair each true pulse with the nearest found one, once, free of the usual distance."""
    if found_s.size == 0 or true_s.size == 0:
        return Match(0.0, 0.0, nan)
    usual_s = _usual_lag_s(found_s, true_s)
    pairs: dict[int, float] = {}
    for found in (found_s - usual_s).tolist():
        at = int(np.abs(true_s - found).argmin())
        off_s = found - float(true_s[at])
        if abs(off_s) <= tolerance_s and abs(off_s) < abs(pairs.get(at, inf)):
            pairs[at] = off_s
    return Match(
        100 * len(pairs) / true_s.size,
        100 * len(pairs) / found_s.size,
        1e3 * float(np.std(list(pairs.values()))),
    )


def _usual_lag_s(found_s: Numbers, true_s: Numbers) -> float:
    return float(np.median([found_s[np.abs(found_s - t_s).argmin()] - t_s for t_s in true_s]))


class Intervals(NamedTuple):
    """Intervals between pulses beside those of the reference that ended with the same beat."""

    ours_ms: Numbers
    reference_ms: Numbers

    @property
    def errors_ms(self) -> Numbers:
        """Difference of each pair."""
        return self.ours_ms - self.reference_ms

    @property
    def close_pct(self) -> float:
        """Share of the pairs within 50 ms."""
        return 100 * float(np.mean(np.abs(self.errors_ms) <= CLOSE_MS))

    @property
    def rate_error_bpm(self) -> float:
        """Difference of the mean heart rates over the pairs."""
        return abs(6e4 / float(self.ours_ms.mean()) - 6e4 / float(self.reference_ms.mean()))


def pairs(found: Beats, reference: Beats, lag_s: float, tolerance_s: float = 0.2) -> Intervals:
    """Pair each interval with the one whose end is nearest after a lag."""
    both = []
    for t_s, rr_ms in zip(found.t_s.tolist(), found.rr_ms.tolist(), strict=True):
        at = int(np.abs(reference.t_s - (t_s - lag_s)).argmin())
        if abs(float(reference.t_s[at]) - (t_s - lag_s)) <= tolerance_s:
            both.append((rr_ms, float(reference.rr_ms[at])))
    table = np.array(both).reshape(-1, 2)
    table = table[np.isfinite(table).all(axis=1)]
    return Intervals(table[:, 0], table[:, 1])


def run(recordings: Path | None) -> list[Figure]:
    """Compute every figure on pulses."""
    return [
        *_simulated(),
        *_noise(),
        *_cameras(recordings),
        *_beside_peaks(recordings),
        *_armband(recordings),
        *_wrists(recordings),
        *_two_places(recordings),
        *_beside_ecg(recordings),
    ]


def _noise() -> list[Figure]:
    """An hour of each kind of noise in which there is no pulse."""
    rate_hz = 64.0
    rng = np.random.default_rng(17)
    white = rng.standard_normal(round(3600 * rate_hz))
    hz = np.fft.rfftfreq(white.size, 1 / rate_hz)
    spectrum = np.fft.rfft(white)
    band = (hz > 0.5) & (hz < 5.0)
    t_s = np.arange(white.size) / rate_hz
    kinds = (
        ("white", white, 0.0),
        ("pink", np.fft.irfft(spectrum / np.sqrt(np.maximum(hz, 0.01)), white.size), 0.0),
        ("wandering", np.cumsum(white), 0.0),
        ("confined to the pulse's own 0.5 to 5 Hz", np.fft.irfft(spectrum * band), inf),
    )
    return [
        _figure(
            f"noise, {kind}: pulses invented in an hour",
            float(ours(t_s, values, rate_hz).t_s.size),
            "",
            high=most,
        )
        for kind, values, most in kinds
    ]


# Simulated people.


def _sensed(
    seed: int,
    faults: Faults | None = None,
    *,
    rate_hz: float = PULSE_RATE_HZ,
    frames: FrameTimes | None = None,
    is_inverted: bool = False,
) -> SensedPulse:
    client = VirtualClient(ClientParameters.steady(seed), seed)
    sensing = PulseSensing(
        seed, faults or Faults(), rate_hz, frames=frames, is_inverted=is_inverted
    )
    return sensing.sense(client.advance(LENGTH_S))


class _Person(NamedTuple):
    all: Match
    rmssd_error_pct: float
    early_pct: float
    quiet_pct: float
    false_pct: float
    false_interval_pct: float
    beats: Beats


def _person(true: SensedPulse, rate_hz: float | None, finder: Finder = ours) -> _Person:
    first_s, last_s = float(true.t_s[0]) + FIRST_S, float(true.t_s[-1]) - LAST_S
    is_inner = (true.onset_t_s > first_s) & (true.onset_t_s < last_s)
    feet_s, is_early = true.onset_t_s[is_inner], true.is_ectopic[is_inner]
    everything = finder(true.t_s, true.ppg_au, rate_hz)
    lag_s = _usual_lag_s(everything.t_s, feet_s)
    beats = everything.within(float(feet_s[0]) + lag_s - 0.1, float(feet_s[-1]) + lag_s + 0.1)
    found_s = beats.t_s - lag_s
    artifacts_s = true.t_s[true.is_artifact]
    is_quiet = np.array([not np.any(np.abs(artifacts_s - t) < 0.6) for t in feet_s.tolist()])
    # An interval is false where no two true pulses, one after the other, have it.
    at = np.array([int(np.abs(feet_s - t).argmin()) for t in found_s.tolist()])
    true_ms = 1e3 * (feet_s[at[1:]] - feet_s[np.maximum(at[1:] - 1, 0)])
    given_ms = beats.rr_ms[1:]
    is_given = ~np.isnan(given_ms)
    is_false = np.abs(given_ms - true_ms)[is_given] > CLOSE_MS
    rmssd, true_rmssd = _rmssd(given_ms[is_given]), _rmssd(1e3 * np.diff(feet_s))
    found = match(beats.t_s, feet_s)
    return _Person(
        found,
        100 * abs(rmssd / true_rmssd - 1),
        _share(found_s, feet_s[is_early]),
        _share(found_s, feet_s[is_quiet]),
        100 - found.precision_pct,
        100 * float(is_false.mean()),
        beats,
    )


def _rmssd(rr_ms: Numbers) -> float:
    return float(np.sqrt(np.mean(np.diff(rr_ms) ** 2)))


def _share(found_s: Numbers, true_s: Numbers) -> float:
    if true_s.size == 0:
        return nan
    return 100 * float(np.mean([np.abs(found_s - t).min() <= TOLERANCE_S for t in true_s.tolist()]))


def _figure(
    what: str, value: float, unit: str, *, low: float = -inf, high: float = inf, why: str = ""
) -> Figure:
    return Figure(NUMBER, what, value, unit, DESIGN, low, high, why)


def _theirs(what: str, value: float, unit: str) -> Figure:
    return Figure(NUMBER, f"{what}, NeuroKit2", value, unit, NEUROKIT)


def _simulated() -> list[Figure]:
    finger = [_sensed(seed) for seed in SEEDS]
    camera = [_sensed(seed, rate_hz=CAMERA_HZ, frames=CAMERA) for seed in SEEDS]
    moving = [_sensed(seed, Faults(motion_per_min=2.0)) for seed in SEEDS]
    lit = [_sensed(seed, Faults(lights_per_min=2.0)) for seed in SEEDS]
    early = [_person(_sensed(seed, Faults(ectopic_pct=5.0)), PULSE_RATE_HZ) for seed in SEEDS]
    people = f"{len(SEEDS)} simulated people"
    upright = [_person(true, PULSE_RATE_HZ) for true in finger]
    figures = [
        *_clean(f"{people}, finger at 55 Hz", finger, upright, 99.0),
        *_clean(
            f"{people}, camera at 30 uneven frames a second",
            camera,
            [_person(true, None) for true in camera],
            97.0,
        ),
    ]
    inverted = [_person(_sensed(seed, is_inverted=True), PULSE_RATE_HZ) for seed in SEEDS]
    figures.append(
        _figure(
            f"{people}, finger upside down: largest difference of a pulse's time from upright",
            max(_apart_ms(a.beats, b.beats) for a, b in zip(upright, inverted, strict=True)),
            "ms",
            high=0.001,
        )
    )
    figures.append(
        _figure(
            f"{people}, early beats of half the height: share found",
            float(np.mean([each.early_pct for each in early])),
            "%",
            low=95.0,
        )
    )
    for what, disturbed in (("moving", moving), ("changing light", lit)):
        found = [_person(true, PULSE_RATE_HZ) for true in disturbed]
        theirs = [_person(true, None, neurokit) for true in disturbed]
        where = f"{people}, {what} twice a minute"
        figures += [
            _figure(f"{where}: false pulses, mean", _mean(found, "false_pct"), "%", high=2.0),
            _figure(
                f"{where}: false pulses, most",
                max(each.false_pct for each in found),
                "%",
                high=2.0,
            ),
            _theirs(f"{where}: false pulses, mean", _mean(theirs, "false_pct"), "%"),
            _figure(
                f"{where}: intervals over 50 ms off, mean",
                _mean(found, "false_interval_pct"),
                "%",
                high=2.0,
            ),
            _theirs(
                f"{where}: intervals over 50 ms off, mean",
                _mean(theirs, "false_interval_pct"),
                "%",
            ),
            _figure(
                f"{where}: sensitivity outside of what is disturbed",
                _mean(found, "quiet_pct"),
                "%",
                low=98.0,
            ),
        ]
    return figures


def _mean(people: Sequence[_Person], name: str) -> float:
    return float(np.mean([getattr(each, name) for each in people]))


def _apart_ms(a: Beats, b: Beats) -> float:
    return 1e3 * float(np.abs(a.t_s - b.t_s).max()) if a.t_s.size == b.t_s.size else inf


def _clean(
    where: str, sensed: Sequence[SensedPulse], found: Sequence[_Person], low: float
) -> list[Figure]:
    theirs = [_person(true, None, neurokit) for true in sensed]
    told = (
        ("least sensitivity", min, "%", lambda p: p.all.sensitivity_pct, low, inf),
        ("least precision", min, "%", lambda p: p.all.precision_pct, low, inf),
        (
            "timing against the true foot, largest SD",
            max,
            "ms",
            lambda p: p.all.jitter_ms,
            -inf,
            10,
        ),
        ("error of RMSSD, largest", max, "%", lambda p: p.rmssd_error_pct, -inf, 10),
    )
    figures = []
    for what, worst, unit, value, least, most in told:
        figures += [
            _figure(f"{where}: {what}", worst(map(value, found)), unit, low=least, high=most),
            _theirs(f"{where}: {what}", worst(map(value, theirs)), unit),
        ]
    return figures


# Real recordings.


def _cameras(recordings: Path | None) -> list[Figure]:
    """Telephone cameras beside the chest straps that were worn."""
    figures = []
    for subject in ("01", "02", "03"):
        where = f"telephone camera, person {subject}"
        error = close = share = theirs_close = theirs_error = nan
        if recordings is not None:
            folder = recordings / "welltory_ppg" / "data" / f"subject_{subject}"
            table = np.genfromtxt(folder / "PPG.csv", delimiter=",", names=True)
            t_s, red = table["time"] / 1000.0, table["R"]
            rr_ms = np.array((folder / "RR.txt").read_text().split(), dtype=np.float64)
            strap = Beats(np.cumsum(rr_ms) / 1000.0, rr_ms)
            found = ours(t_s, red, None)
            both = _beside_strap(found, strap)
            share = 100 * both.ours_ms.size / rr_ms.size
            if both.ours_ms.size:
                error, close = both.rate_error_bpm, both.close_pct
            # A camera sees more blood as less light; NeuroKit2 does not look for that.
            theirs = _beside_strap(neurokit(t_s, -red), strap)
            theirs_close, theirs_error = theirs.close_pct, theirs.rate_error_bpm
        figures += [
            _figure(
                f"{where}: intervals given, as a share of the strap's",
                share,
                "%",
                low=50.0,
                why=_FAINT if share == 0.0 else "",
            ),
            _theirs(f"{where}: error of mean heart rate", theirs_error, "bpm"),
            _theirs(f"{where}: intervals within 50 ms of the strap's", theirs_close, "%"),
        ]
        if share != 0.0:
            figures += [
                _figure(f"{where}: error of mean heart rate", error, "bpm", high=1.0),
                _figure(f"{where}: intervals within 50 ms of the strap's", close, "%"),
            ]
    return figures


_FAINT = (
    "the camera's own steps are larger than this pulse; smoothed so far that it shows, single "
    "pulses are placed 35 ms off, from which no variability could be told, so nothing is given"
)


def _beside_strap(found: Beats, strap: Beats) -> Intervals:
    """Pair intervals at the lag that leaves most of them close: the strap tells no times."""
    if found.t_s.size == 0:
        return Intervals(np.empty(0), np.empty(0))
    tried = (pairs(found, strap, lag_s) for lag_s in np.arange(-6.0, 6.0, 0.05).tolist())
    return max(tried, key=lambda both: int(np.sum(np.abs(both.errors_ms) <= 25.0)))


def _beside_peaks(recordings: Path | None) -> list[Figure]:
    """Recordings with nothing beside them: agreement with another program."""
    figures = []
    for what, name in (
        ("pulse sensor at 100 Hz (HeartPy's data)", "heartpy/data.csv"),
        ("pulse sensor at 117 Hz, put on and off (HeartPy's data2)", "heartpy/data2.csv"),
        ("finger at 1000 Hz (BioSPPy)", "biosppy/ppg.txt"),
    ):
        found = Match(nan, nan, nan)
        is_whole = "data2" not in name
        if recordings is not None:
            path = recordings / name
            if is_whole:
                values = np.loadtxt(path)
                rate_hz: float | None = 1000.0 if "biosppy" in name else 100.0
                t_s = np.arange(values.size) / (rate_hz or 1.0)
            else:
                table = np.genfromtxt(path, delimiter=",", names=True)
                t_s, values, rate_hz = table["timer"] / 1000.0, table["hr"], None
            edges = float(t_s[0]) + 1.0, float(t_s[-1]) - LAST_S
            theirs = neurokit(t_s, values).within(*edges)
            found = match(ours(t_s, values, rate_hz).within(*edges).t_s, theirs.t_s)
        for share, value in (
            ("NeuroKit2's peaks that are found", found.sensitivity_pct),
            ("pulses that are NeuroKit2's peaks", found.precision_pct),
        ):
            low = 97.0 if is_whole or share.startswith("pulses") else -inf
            figures.append(Figure(NUMBER, f"{what}: {share}", value, "%", NEUROKIT, low))
    return figures


def _armband(recordings: Path | None) -> list[Figure]:
    """An armband's raw light at 55 Hz beside the intervals that it works out itself."""
    figures = []
    folder = None if recordings is None else recordings / "polar_verity_biobss"
    for channel in (0, 1, 2):
        where = f"armband at 55 Hz, channel {channel}"
        half = error = close = share = theirs_half = theirs_close = nan
        if folder is not None:
            table = _rows(folder / "Polar_Sense_PPG.txt")
            stamps = np.array([int(row[1]) for row in table])
            t_s = (stamps - stamps[0]) / 1e9
            light = np.array([float(row[2 + channel]) for row in table])
            told = np.array(
                [
                    [float(cell) for cell in row[1:4]]
                    for row in _rows(folder / "Polar_Sense_PPI.txt")
                ]
            )
            # It says itself which it is unsure of: an error over 30 ms, or movement.
            is_sure = (told[:, 1] <= SURE_MS) & (told[:, 2] == 0.0)
            own = Beats(np.cumsum(told[:, 0]) / 1e3, np.where(is_sure, told[:, 0], nan))
            both = _at_best_lag(ours(t_s, light, PULSE_RATE_HZ), own)
            half, close = float(np.median(np.abs(both.errors_ms))), both.close_pct
            error = both.rate_error_bpm
            share = 100 * both.ours_ms.size / int(is_sure.sum())
            # It does not look for the direction, and is better at feet: the better of both.
            theirs = max(
                (_at_best_lag(neurokit(t_s, sign * light), own) for sign in (1.0, -1.0)),
                key=lambda both: both.close_pct,
            )
            theirs_half, theirs_close = (
                float(np.median(np.abs(theirs.errors_ms))),
                theirs.close_pct,
            )
        figures += [
            _figure(f"{where}: error of mean heart rate", error, "bpm", high=1.0),
            _figure(f"{where}: difference from its own intervals, median", half, "ms", high=10.0),
            _theirs(f"{where}: difference from its own intervals, median", theirs_half, "ms"),
            _figure(f"{where}: intervals within 50 ms of its own", close, "%", low=95.0),
            _theirs(f"{where}: intervals within 50 ms of its own", theirs_close, "%"),
            _figure(f"{where}: intervals given, as a share of its own sure ones", share, "%"),
        ]
    return figures


def _rows(path: Path) -> list[list[str]]:
    return [line.split(";") for line in path.read_text().splitlines()[1:]]


def _at_best_lag(found: Beats, own: Beats) -> Intervals:
    """Pair intervals at the lag, in its own half minute, that leaves most of them close."""
    tried = (pairs(found, own, lag_s, 0.3) for lag_s in np.arange(-30.0, 10.0, 0.1).tolist())
    return max(tried, key=lambda both: int(np.sum(np.abs(both.errors_ms) <= 25.0)))


def _wrists(recordings: Path | None) -> list[Figure]:
    """The pulse of a wristband beside the intervals that it worked out itself."""
    figures = []
    for subject in ("S06", "S10"):
        where = f"wristband, {subject}, an hour of tasks"
        mean = close = share = theirs_close = nan
        if recordings is not None:
            path = recordings / "stress_predict" / f"{subject}_E4.zip"
            with zipfile.ZipFile(path) as archive:
                wave = np.loadtxt(io.BytesIO(archive.read("BVP.csv")))[2:]
                table = np.loadtxt(io.BytesIO(archive.read("IBI.csv")), delimiter=",", skiprows=1)
            t_s = np.arange(wave.size) / 64.0
            own = Beats(table[:, 0], 1000.0 * table[:, 1])
            found = ours(t_s, wave, 64.0)
            both = pairs(found, own, _near_lag_s(found, own))
            mean, close = abs(float(both.errors_ms.mean())), both.close_pct
            share = 100 * float(np.sum(np.isfinite(found.rr_ms))) / own.t_s.size
            theirs = neurokit(t_s, wave)
            theirs_close = pairs(theirs, own, _near_lag_s(theirs, own)).close_pct
        figures += [
            _figure(f"{where}: mean difference from its own intervals", mean, "ms", high=5.0),
            _figure(f"{where}: intervals within 50 ms of its own", close, "%", low=95.0),
            _theirs(f"{where}: intervals within 50 ms of its own", theirs_close, "%"),
            _figure(f"{where}: intervals given, as a share of its own", share, "%", low=100.0),
        ]
    return figures


def _near_lag_s(found: Beats, reference: Beats) -> float:
    """Lag of the pulse behind the reference's beats, of up to half a second."""
    lags_s = np.array(
        [found.t_s[np.abs(found.t_s - t_s).argmin()] - t_s for t_s in reference.t_s.tolist()]
    )
    return float(np.median(lags_s[np.abs(lags_s) < 0.5]))


def _two_places(recordings: Path | None) -> list[Figure]:
    """Finger and ear of one person at once."""
    figures = []
    for person, name in (
        ("P11", "P11_baseline_1675943915_070305"),
        ("P21", "P21_A_Passive_1675954430_609442"),
    ):
        where = f"finger and ear at 275 Hz, {person}"
        half = spread = theirs_half = theirs_spread = share = nan
        if recordings is not None:
            with gzip.open(recordings / "physiokit" / f"{name}.csv.gz", "rt") as file:
                table = np.genfromtxt(file, delimiter=",", skip_header=1)
            t_s = (table[:, 4] - table[0, 4]) / 1000.0
            finger, ear = (ours(t_s, table[:, column], None) for column in (2, 3))
            both = pairs(finger, ear, _near_lag_s(finger, ear))
            half, spread = _half_and_spread(both)
            share = 100 * both.ours_ms.size / max(finger.t_s.size, ear.t_s.size)
            finger, ear = (neurokit(t_s, table[:, column]) for column in (2, 3))
            theirs_half, theirs_spread = _half_and_spread(
                pairs(finger, ear, _near_lag_s(finger, ear))
            )
        figures += [
            _figure(f"{where}: difference of intervals, median", half, "ms", high=10.0),
            _theirs(f"{where}: difference of intervals, median", theirs_half, "ms"),
            _figure(f"{where}: difference of intervals, SD", spread, "ms", high=25.0),
            _theirs(f"{where}: difference of intervals, SD", theirs_spread, "ms"),
            _figure(f"{where}: pulses with an interval at both places", share, "%", low=95.0),
        ]
    return figures


def _half_and_spread(both: Intervals) -> tuple[float, float]:
    return float(np.median(np.abs(both.errors_ms))), float(both.errors_ms.std())


def _beside_ecg(recordings: Path | None) -> list[Figure]:
    """A finger beside the electrocardiogram."""
    where = "finger at 100 Hz, 5 min, pulse interval less R-R interval"
    mean = half = spread = theirs_mean = theirs_half = theirs_spread = share = rmssd = nan
    if recordings is not None:
        table = np.genfromtxt(
            recordings / "neurokit" / "bio_resting_5min_100hz.csv", delimiter=",", names=True
        )
        t_s = np.arange(table.size) / 100.0
        node = EcgNode("validation/ecg", 100.0)
        r_peaks = _beats(
            result for result in node.push(t_s, table["ECG"]) if isinstance(result, WaveBeat)
        )
        found = ours(t_s, table["PPG"], 100.0)
        both = pairs(found, r_peaks, _near_lag_s(found, r_peaks))
        mean, (half, spread) = float(both.errors_ms.mean()), _half_and_spread(both)
        share = 100 * both.ours_ms.size / r_peaks.t_s.size
        rmssd = 100 * (_rmssd(both.ours_ms) / _rmssd(both.reference_ms) - 1)
        theirs = neurokit(t_s, table["PPG"])
        both = pairs(theirs, r_peaks, _near_lag_s(theirs, r_peaks))
        theirs_mean, (theirs_half, theirs_spread) = (
            float(both.errors_ms.mean()),
            _half_and_spread(both),
        )
    return [
        _figure(f"{where}: mean", mean, "ms", low=-1.0, high=1.0),
        _theirs(f"{where}: mean", theirs_mean, "ms"),
        _figure(f"{where}: median of the differences", half, "ms", high=10.0),
        _theirs(f"{where}: median of the differences", theirs_half, "ms"),
        Figure(
            NUMBER,
            f"{where}: SD",
            spread,
            "ms",
            "no more than NeuroKit2's peaks on the same signal",
            high=theirs_spread if recordings is not None else inf,
        ),
        _theirs(f"{where}: SD", theirs_spread, "ms"),
        _figure("the same: R-R intervals that have a pulse interval", share, "%", low=98.0),
        _figure("the same: RMSSD of the pulse over that of the heart, less 100 %", rmssd, "%"),
    ]
