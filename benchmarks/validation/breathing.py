"""Rates of breathing from belt, chest, R-wave height and rhythm, against the truth."""

from __future__ import annotations

from dataclasses import dataclass, replace
from math import inf, isnan, nan
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from benchmarks.validation.figure import Figure
from biofeedback.pacing import BreathPattern, BreathStep, PacerSegment
from biofeedback.samples import Breath, Metric
from biofeedback.signal.beat_breathing import WINDOW_S, BeatBreathing, BreathEstimate, HeartCue
from biofeedback.signal.breathing_fusion import BreathingFusion
from biofeedback.signal.chest_motion import ChestMotionNode
from biofeedback.signal.ecg import EcgNode
from biofeedback.signal.respiration import BeltNode
from biofeedback.signal.wave_beat import WaveBeat
from biofeedback.simulation.acceleration import AccelerationSensing
from biofeedback.simulation.belt import BeltSensing
from biofeedback.simulation.client import VirtualClient
from biofeedback.simulation.ecg import EcgSensing
from biofeedback.simulation.options import Faults
from biofeedback.simulation.parameters import ClientParameters

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from pathlib import Path

    from numpy.typing import NDArray

    from biofeedback.simulation.client import Produced

    Numbers = NDArray[np.float64]

N_PEOPLE = 8
LENGTH_S = 300.0
# The person takes some breaths to join the pacer, and the heart's window is 64 s long.
FROM_S = 110.0
SLOW_PACES = (4.5, 5.0, 6.0, 7.0, 8.0)
PACES = (*SLOW_PACES, 12.0)
# The smallest swing of heart rate with the breath among the people that are drawn.
LOW_RSA_BPM = 8.0
CHAN = "Chan et al. 2013 (patch, 15 older people)"
DESIGN = "own design"
CHEST = "chest/acceleration"


@dataclass(frozen=True, slots=True, eq=False)
class Life:
    """Five minutes of one person: what is true, and what three sensors make of it."""

    true: Produced
    beats: Sequence[WaveBeat]
    chest: Sequence[tuple[float, Breath | Metric]]  # with the time at which it was known

    def rate_per_min(self, t_s: float) -> float:
        """Rate of the last three breaths that were whole by then."""
        onsets_s = self.true.breath_onset_s
        return _rate_of_three(onsets_s[onsets_s <= t_s])


class Error(NamedTuple):
    """Estimate less truth, a minute; ``nan`` where nothing was said."""

    t_s: float
    per_min: float
    said_per_min: float


def _rate_of_three(onsets_s: Numbers) -> float:
    return 60.0 / float(np.median(np.diff(onsets_s[-4:]))) if onsets_s.size >= 4 else nan


def lived(
    seed: int,
    pace_per_min: float | None,
    *,
    rsa_bpm: float | None = None,
    follows: bool = True,
    faults: Faults | None = None,
) -> Life:
    """Let one person live, breathing with a pacer or freely."""
    parameters = ClientParameters.drawn(seed)
    if rsa_bpm is not None:
        parameters = replace(parameters, rsa_bpm=rsa_bpm)
    client = VirtualClient(parameters, seed, follows_pacer=follows)
    segment = None
    if pace_per_min is not None:
        segment = PacerSegment(0.0, BreathPattern.at_rate(pace_per_min), BreathStep.IN, 0.0)
    faults = faults or Faults()
    true = client.advance(LENGTH_S, lambda _: segment)
    ecg = EcgSensing(seed, faults).sense(true)
    acceleration = AccelerationSensing(seed, faults).sense(true)
    found = EcgNode("chest/ecg", 130.0).push(ecg.t_s, ecg.microvolts)
    node = ChestMotionNode(CHEST, 50.0)
    chest: list[tuple[float, Breath | Metric]] = []
    for t_s, g in zip(*_seconds(acceleration.t_s, acceleration.g), strict=True):
        chest += [(float(t_s[-1]), result) for result in node.push(t_s, g)]
    return Life(true, [beat for beat in found if isinstance(beat, WaveBeat)], chest)


def _seconds(t_s: Numbers, values: Numbers) -> tuple[list[Numbers], list[Numbers]]:
    edges = np.flatnonzero(np.diff(np.floor(t_s))) + 1
    return np.split(t_s, edges), np.split(values, edges)


def estimates(
    beats: Iterable[WaveBeat], *, with_height: bool = False
) -> list[tuple[float, BreathEstimate]]:
    """What the heart says, with the time at which it was known: three beats later."""
    node = BeatBreathing("heart")
    said: list[tuple[float, BreathEstimate]] = []
    for beat in beats:
        height = beat.amplitude if with_height else nan
        results = node.add(beat.t_s, beat.rr_ms, height, follows=not isnan(beat.rr_ms))
        said += [(beat.t_s + 3.0 * beat.rr_ms / 1000.0, result) for result in results]
    return said


def errors_of(life: Life, said: Iterable[tuple[float, float]]) -> list[Error]:
    """``(t_s, breaths_per_min)`` against the truth, once all has settled."""
    return [
        Error(t_s, per_min - life.rate_per_min(t_s), per_min)
        for t_s, per_min in said
        if t_s > FROM_S
    ]


def by_rhythm(life: Life) -> list[Error]:
    """The rhythm alone."""
    said = [(estimate.t_s, estimate.breaths_per_min) for _, estimate in estimates(life.beats)]
    return errors_of(life, said)


def together(life: Life, *, with_height: bool = True) -> list[Error]:
    """Chest and heart, fused as in a session."""
    fusion = BreathingFusion()
    said: list[tuple[float, Metric | BreathEstimate]] = [
        (known_s, result) for known_s, result in life.chest if isinstance(result, Metric)
    ]
    said += estimates(life.beats, with_height=with_height)
    fused: list[Metric] = []
    for known_s, result in sorted(said, key=lambda pair: pair[0]):
        fusion.add(known_s, result)
        fused += fusion.due(known_s)
    return errors_of(life, [(metric.t_s, metric.value) for metric in fused])


def by_chest(life: Life) -> list[Error]:
    """The chest alone, at each breath."""
    return errors_of(
        life,
        [
            (result.t_s, result.value)
            for _, result in life.chest
            if isinstance(result, Metric)
            and result.name == "breaths_per_min"
            and not isnan(result.value)
        ],
    )


def _spoken(errors: Iterable[Error]) -> Numbers:
    return np.array([error.per_min for error in errors if not isnan(error.per_min)])


def mae(errors: Iterable[Error]) -> float:
    """Mean absolute error where something was said."""
    spoken = _spoken(errors)
    return float(np.abs(spoken).mean()) if spoken.size else nan


def said_pct(errors: Sequence[Error]) -> float:
    """Share of the moments at which something was said."""
    return 100.0 * _spoken(errors).size / len(errors)


def _simulated() -> list[Figure]:
    people = range(N_PEOPLE)
    paced = {pace: [lived(seed, pace) for seed in people] for pace in PACES}
    free = [lived(seed, None) for seed in people]
    low = [lived(seed, None, rsa_bpm=LOW_RSA_BPM) for seed in people]
    apart = [lived(seed, 6.0, rsa_bpm=LOW_RSA_BPM, follows=False) for seed in people]
    disturbed = Faults(motion_per_min=1.0, postures_per_min=0.3)
    adverse = [lived(seed, pace, faults=disturbed) for pace in (6.0, None) for seed in people]

    slow = [life for pace in SLOW_PACES for life in paced[pace]]
    rhythm_slow = [error for life in slow for error in by_rhythm(life)]
    rhythm_low = [error for life in low for error in by_rhythm(life)]
    all_paced = [life for lives in paced.values() for life in lives]
    fused_paced = [error for life in all_paced for error in together(life)]
    fused_free = [error for life in free for error in together(life)]
    no_height = [error for life in free for error in together(life, with_height=False)]
    chest = _spoken([error for life in all_paced + free for error in by_chest(life)])
    bias, spread = float(chest.mean()), 1.96 * float(chest.std(ddof=1))
    fused_apart = [error for life in apart for error in together(life)]
    drawn = [
        error
        for error in fused_apart
        if abs(error.said_per_min - 6.0) <= 1.0 and error.per_min < -2.0
    ]
    fused_adverse = [error for life in adverse for error in together(life)]
    whom = f"{N_PEOPLE} simulated people"
    limits = "tilt of the chest, Physiol. Meas. 2025 (25 people)"
    return [
        _per_min(f"Rhythm alone, paced 4.5 to 8, {whom}: mean error", mae(rhythm_slow), 0.5),
        _share("Rhythm alone, the same: share of the time it speaks", said_pct(rhythm_slow)),
        _share(
            f"Rhythm alone, free breath, smallest swing, {whom}: share of the time it abstains",
            100.0 - said_pct(rhythm_low),
            low=90.0,
        ),
        _per_min(
            f"Chest, R-wave height and rhythm, paced 4.5 to 12, {whom}: mean error",
            mae(fused_paced),
            1.0,
            CHAN,
        ),
        _per_min(f"The same, free breath, {whom}: mean error", mae(fused_free), 1.7, CHAN),
        _share("The same: share of the time it speaks", said_pct(fused_paced + fused_free)),
        _per_min("Chest and rhythm, free breath: mean error", mae(no_height), 1.7, CHAN),
        Figure(
            12, "Chest alone: lower limit of agreement", bias - spread, "/min", limits, low=-2.0
        ),
        Figure(
            12, "Chest alone: upper limit of agreement", bias + spread, "/min", limits, high=2.0
        ),
        _per_min(
            "All three, a movement a minute and new postures: mean error",
            mae(fused_adverse),
            2.03,
            f"{CHAN}, daily life",
        ),
        _share("The same: share of the time it speaks", said_pct(fused_adverse)),
        _share(
            "Belt, free breath: mean error of the unevenness in a minute",
            float(np.abs(_unevenness_off_pct(free, people)).mean()),
            high=2.0,
        ),
        _share(
            "Free breath beside a pacer of 6: share of answers drawn to the pacer",
            100.0 * len(drawn) / len(fused_apart),
            high=2.0,
        ),
    ]


def _unevenness_off_pct(lives: Iterable[Life], seed_of: Iterable[int]) -> list[float]:
    """Irregularity by the belt less that of the true breaths of the same minute."""
    off = []
    for seed, life in zip(seed_of, lives, strict=True):
        onsets_s = life.true.breath_onset_s
        pulls = zip(life.true.belt_t_s.tolist(), life.true.belt_au.tolist(), strict=True)
        node = BeltNode("belt", 20.0)
        for pull in BeltSensing(seed, Faults()).sense(pulls):
            for result in node.push(pull.t_s, pull.belt_au):
                if isinstance(result, Metric) and result.name == "breath_irregularity_pct":
                    inside = onsets_s[(onsets_s > result.t_s - 62.0) & (onsets_s <= result.t_s)]
                    if result.t_s > FROM_S and not isnan(result.value):
                        lengths_s = np.diff(inside)
                        true_pct = 100.0 * float(lengths_s.std(ddof=1) / lengths_s.mean())
                        off.append(result.value - true_pct)
    return off


def _talking(seed: int) -> tuple[Numbers, Numbers, Numbers]:
    """Onsets of the breaths of someone who talks, and the tilt of their chest.

    A quick breath in, then out for as long as the sentence is: in 0.5 to 1 s, out 1.5 to 7 s,
    of any depth, and the voice shakes the chest.
    """
    rng = np.random.default_rng(seed)
    places_s, depths = [0.0], [0.0]
    while places_s[-1] < LENGTH_S:
        places_s += [places_s[-1] + rng.uniform(0.5, 1.0)]
        places_s += [places_s[-1] + rng.uniform(1.5, 7.0)]
        depths += [rng.uniform(0.5, 1.0), 0.0]
    t_s = np.arange(0.0, LENGTH_S, 0.02)
    part = np.interp(t_s, places_s, np.arange(len(places_s)))
    # Half a cosine between two places: the chest does not turn in a corner.
    before = np.array(depths)[np.floor(part).astype(int)]
    after = np.array(depths)[np.ceil(part).astype(int)]
    depth = before + (after - before) * (1.0 - np.cos(np.pi * (part % 1.0))) / 2.0
    g = np.array([0.1, -0.97, 0.2]) + 0.012 * np.outer(depth, [0.5, 0.2, 0.84])
    g += rng.normal(0.0, 0.004, g.shape)
    return np.array(places_s[::2]), t_s, g


def _talking_figures() -> list[Figure]:
    off, qualities, n = [], [], 0
    for seed in range(N_PEOPLE):
        onsets_s, t_s, g = _talking(seed)
        for result in ChestMotionNode(CHEST, 50.0).push(t_s, g):
            if isinstance(result, Metric) and result.name == "breaths_per_min":
                n += 1
                truth = _rate_of_three(onsets_s[onsets_s <= result.t_s])
                if not isnan(result.value - truth):
                    off.append(abs(result.value - truth))
                    qualities.append(result.quality)
    return [
        _per_min("Chest, talking: mean error", float(np.mean(off)), 2.03, f"{CHAN}, daily life"),
        Figure(12, "The same: mean quality", float(np.mean(qualities)), "", DESIGN),
    ]


def _per_min(what: str, value: float, high: float, source: str = DESIGN) -> Figure:
    return Figure(12, what, value, "/min", source, high=high)


def _share(what: str, value: float, low: float = -inf, high: float = inf) -> Figure:
    return Figure(12, what, value, "%", DESIGN, low, high)


def _columns(path: Path) -> dict[str, Numbers]:
    """The numbered columns of a table with a line of names."""
    table = np.genfromtxt(path, delimiter=",", names=True)
    return {name: table[name] for name in table.dtype.names or ()}


def _belts(recordings: Path) -> dict[str, tuple[Numbers, float]]:
    """Signals that rise and fall with the breath, and their sampling rates."""
    belts = {
        name: (_columns(recordings / "neurokit" / f"bio_{name}_100hz.csv")["RSP"], 100.0)
        for name in ("resting_5min", "resting_8min", "eventrelated")
    }
    garcia = recordings / "physio_garcia"
    belts["physio airflow, paced at 6"] = np.load(garcia / "resp1_airflow.npz")["x"], 1000.0
    belts["physio belt"] = np.load(garcia / "resp3_belt.npz")["x"], 1000.0
    belts["BioSPPy, 12-bit counts"] = np.loadtxt(recordings / "biosppy" / "resp.txt"), 1000.0
    for path in sorted((recordings / "physiokit").glob("*.csv.gz")):
        columns = _columns(path)
        # Its nominal rate is not its true one.
        clock_s = columns["arduino_ts"] / 1000.0
        rate_hz = (clock_s.size - 1) / float(clock_s[-1] - clock_s[0])
        belts[f"PhysioKit {path.name[:3]}, 12-bit counts"] = columns["Resp"], rate_hz
    return belts


def _second_opinion_s(signal: Numbers, rate_hz: float) -> Numbers:
    """When each breath begins by NeuroKit2."""
    import neurokit2 as nk

    found = nk.rsp_process(signal, sampling_rate=rate_hz)[1]
    onsets_s: Numbers = np.asarray(found["RSP_Troughs"]) / rate_hz
    return onsets_s


def _mean_rate_per_min(onsets_s: Numbers) -> float:
    return 60.0 / float(np.diff(onsets_s).mean())


_WHY_BELTS_DIFFER = {
    "PhysioKit P11, 12-bit counts": (
        "In the first 45 s this belt slackens by 50 counts, with breaths of 30 counts between "
        "ripples of 10 in noise of 5: NeuroKit2, which knows the whole recording, counts four "
        "of the ripples as breaths; live the scale still is that of the deep breaths."
    )
}


def _belt_figures(recordings: Path) -> list[Figure]:
    figures = []
    for name, (signal, rate_hz) in _belts(recordings).items():
        results = BeltNode("belt", rate_hz).push_many(np.arange(signal.size) / rate_hz, signal)
        lengths_s = [result.duration_s for result in results if isinstance(result, Breath)]
        theirs = _mean_rate_per_min(_second_opinion_s(signal, rate_hz))
        off_pct = 100.0 * (60.0 * len(lengths_s) / sum(lengths_s) / theirs - 1.0)
        what = f"Belt, {name}: mean rate against NeuroKit2’s {theirs:.2f} a minute"
        source, why = "NeuroKit2 0.2.13", _WHY_BELTS_DIFFER.get(name, "")
        figures.append(Figure(12, what, off_pct, "%", source, -5.0, 5.0, why))
    return figures


def _heart_figures(recordings: Path) -> list[Figure]:
    """The heart alone, against the breath that was recorded beside it."""
    garcia = recordings / "physio_garcia"
    together_with = {
        "physio, paced at 6": (
            np.load(garcia / "ecg1.npz")["x"],
            np.load(garcia / "resp1_airflow.npz")["x"],
            1000.0,
        )
    }
    for name in ("resting_5min", "resting_8min"):
        columns = _columns(recordings / "neurokit" / f"bio_{name}_100hz.csv")
        together_with[name] = columns["ECG"], columns["RSP"], 100.0
    figures = []
    for name, (ecg, breath, rate_hz) in together_with.items():
        onsets_s = _second_opinion_s(breath, rate_hz)
        t_s = np.arange(ecg.size) / rate_hz
        found = EcgNode("heart/ecg", rate_hz).push(t_s, ecg)
        beats = [beat for beat in found if isinstance(beat, WaveBeat)]
        said = [estimate for _, estimate in estimates(beats, with_height=True)]
        for cue in HeartCue:
            errors = [
                Error(estimate.t_s, estimate.breaths_per_min - truth, estimate.breaths_per_min)
                for estimate in said
                if estimate.cue is cue
                and estimate.wait_s == 0.0
                and not isnan(truth := _window_rate_per_min(onsets_s, estimate.t_s))
            ]
            bar = 0.5 if cue is HeartCue.RHYTHM and "paced" in name else 1.7
            source = DESIGN if bar < 1.0 else CHAN
            figures.append(_per_min(f"Heart’s {cue}, {name}: mean error", mae(errors), bar, source))
            figures.append(_share("The same: share of the time it speaks", said_pct(errors)))
    return figures


def _window_rate_per_min(onsets_s: Numbers, end_s: float) -> float:
    """Rate of the breaths within the window that the heart's spectrum has."""
    inside = onsets_s[(onsets_s > end_s - WINDOW_S) & (onsets_s <= end_s)]
    return _mean_rate_per_min(inside) if inside.size > 2 else nan


def _strap_figure(recordings: Path) -> Figure:
    path = recordings / "polar_h10_dhyb" / "sample_data_ibi.csv"
    rr_ms = np.loadtxt(path, delimiter=",")[:, 1].tolist()
    node = BeatBreathing("strap")
    t_s, rates = 0.0, []
    for rr in rr_ms:
        t_s += rr / 1000.0
        rates += [estimate.breaths_per_min for estimate in node.add(t_s, rr, nan, follows=True)]
    what = "Rhythm alone, ten minutes of a strap, slow breath near 3.7 a minute: median"
    return Figure(12, what, float(np.nanmedian(rates)), "/min", "the recording", 3.2, 4.2)


def run(recordings: Path | None) -> list[Figure]:
    """Every figure of this part; what needs a recording is left out where there is none."""
    figures = _simulated() + _talking_figures()
    if recordings is None:
        return [*figures, _per_min("Belt and heart on real recordings", nan, inf)]
    figures += _belt_figures(recordings)
    figures += _heart_figures(recordings)
    return [*figures, _strap_figure(recordings)]
