"""The arousal index and the zones, on simulated clients under stress, and on a real wrist."""

from __future__ import annotations

import zipfile
from dataclasses import dataclass, replace
from io import TextIOWrapper
from math import nan
from typing import TYPE_CHECKING

import numpy as np

from benchmarks.validation.figure import Figure
from biofeedback.pacing import BreathPattern, PacerSegment
from biofeedback.samples import Chunk, Metric, StreamInfo, StreamKind
from biofeedback.signal.arousal import ArousalNode
from biofeedback.signal.arousal_inputs import WINDOW_S
from biofeedback.signal.pacer_history import PacerHistory
from biofeedback.signal.pipeline import Pipeline
from biofeedback.simulation.belt import BeltSensing
from biofeedback.simulation.client import BELT_RATE_HZ, EDA_RATE_HZ, Stress, VirtualClient
from biofeedback.simulation.electrodes import ElectrodeSensing
from biofeedback.simulation.options import Faults
from biofeedback.simulation.parameters import ClientParameters
from biofeedback.simulation.strap import StrapSensing

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence
    from pathlib import Path

    from numpy.typing import NDArray

    from biofeedback.samples import Result

NUMBER = 16
N_CLIENTS = 40
N_PACED = 10
N_DISTURBED = 6
OUR_DESIGN = "our own design"
HOVSEPIAN = "Hovsepian et al. 2015 (laboratory: recall 89 %, false 5 %)"

BASELINE_END_S = 240.0
STRESS = Stress(every_s=420.0, length_s=150.0)
LIFE_S = 720
LOST_S = 420.0
DISTURBED_LIFE_S = 660
PACED_S = (300.0, 720.0)

STRAP = StreamInfo("strap", StreamKind.RR, ("rr_ms",))
SKIN = StreamInfo("skin", StreamKind.EDA, ("eda_microsiemens",), EDA_RATE_HZ)
BELT = StreamInfo("belt", StreamKind.RESPIRATION, ("resp_belt",), BELT_RATE_HZ)
WRIST_RATE = StreamInfo("wrist", StreamKind.HEART_RATE, ("heart_rate_bpm",), 1.0)
WRIST_SKIN = StreamInfo("wrist", StreamKind.EDA, ("eda_microsiemens",), 4.0)
PACER = StreamInfo(
    "guide",
    StreamKind.PACER,
    ("in_s", "hold_in_s", "out_s", "hold_out_s", "step", "fraction"),
)
ALL = frozenset({"strap", "skin", "belt"})
SENSORS = {
    "strap, skin and belt": ALL,
    "strap and skin": frozenset({"strap", "skin"}),
    "strap and belt": frozenset({"strap", "belt"}),
}


@dataclass(frozen=True)
class Life:
    """Index, zone and truth at every evaluation of one client with one set of sensors."""

    t_s: NDArray[np.float64]
    arousal: NDArray[np.float64]
    zone: NDArray[np.float64]
    truth: NDArray[np.float64]  # mean arousal of the client in the window
    usual: float  # the same over the baseline

    def within(self, begin_s: float, end_s: float) -> NDArray[np.bool_]:
        """Tell which windows lie wholly between two times."""
        inside: NDArray[np.bool_] = (self.t_s - WINDOW_S >= begin_s) & (self.t_s <= end_s)
        return inside

    @property
    def n_changes(self) -> int:
        """Changes of the zone, to and from "can't tell" included, the first not."""
        known = np.flatnonzero(~np.isnan(self.zone))
        if not known.size:
            return 0
        zones = np.nan_to_num(self.zone[known[0] :], nan=9.0)
        return int(np.count_nonzero(np.diff(zones)))


class Observer:
    """The real nodes, and beside them an index for each set of sensors."""

    def __init__(self, sets: Iterable[frozenset[str]]) -> None:
        self._pipeline = Pipeline()
        self._pacer = PacerHistory()
        self._nodes = {sensors: ArousalNode(self._pacer) for sensors in sets}
        self._found: dict[frozenset[str], list[Metric]] = {name: [] for name in self._nodes}

    def begin(self, t_s: float) -> None:
        """Begin the baseline."""
        for node in self._nodes.values():
            node.begin_baseline(t_s)

    def end(self, t_s: float) -> None:
        """End the baseline."""
        for node in self._nodes.values():
            node.end_baseline(t_s)

    def push(self, chunk: Chunk) -> None:
        """Take a chunk through the pipeline."""
        if chunk.stream.kind is StreamKind.PACER:
            self._pacer.push(float(chunk.t_s[0]), chunk.values[0].tolist())
        results: Sequence[Result] = self._pipeline.push(chunk)
        known_s = float(chunk.t_s[-1])
        for result in results:
            if isinstance(result, Metric) and result.name not in {"arousal", "arousal_zone"}:
                for sensors, node in self._nodes.items():
                    if chunk.stream.sensor_id in sensors:
                        node.take(known_s, result)

    def due(self, now_s: float) -> None:
        """Evaluate what is due."""
        for sensors, node in self._nodes.items():
            self._found[sensors] += node.due(now_s)

    def lives(
        self, truth: NDArray[np.float64], baseline_s: tuple[float, float]
    ) -> dict[frozenset[str], Life]:
        """Return what was found; ``truth`` is arousal at each whole second from 1 on."""
        sums = np.concatenate(([0.0], np.cumsum(truth)))
        begin, end = (round(t_s) for t_s in baseline_s)
        usual = (sums[end] - sums[begin]) / (end - begin)
        lives = {}
        for sensors, found in self._found.items():
            index = [metric for metric in found if metric.name == "arousal"]
            zones = [metric.value for metric in found if metric.name == "arousal_zone"]
            t_s = np.array([metric.t_s for metric in index])
            ends = t_s.astype(int)
            begins = np.maximum(ends - round(WINDOW_S), 0)
            means = (sums[ends] - sums[begins]) / np.maximum(ends - begins, 1)
            lives[sensors] = Life(
                t_s,
                np.array([metric.value for metric in index]),
                np.array(zones),
                means,
                float(usual),
            )
        return lives


def _column(numbers: list[float]) -> NDArray[np.float64]:
    return np.array(numbers)[:, None]


def _constant(segment: PacerSegment | None) -> Callable[[float], PacerSegment | None]:
    return lambda _: segment


def _live(
    client: VirtualClient,
    seed: int,
    *,
    faults: Faults | None = None,
    faults_from_s: float = 0.0,
    lost: frozenset[str] = frozenset(),
    paced_s: tuple[float, float] | None = None,
    sets: Iterable[frozenset[str]] = (ALL,),
    life_s: int = LIFE_S,
) -> dict[frozenset[str], Life]:
    """Let a client live under sensors, in chunks of a second.

    From `LOST_S` on the sensors named in ``lost`` have no contact, and from ``faults_from_s``
    on the others have ``faults``.
    """
    clean = (StrapSensing(seed, Faults()), ElectrodeSensing(seed, Faults()))
    belt = BeltSensing(seed, Faults())
    worn = None
    if faults is not None:
        worn = StrapSensing(seed, faults), ElectrodeSensing(seed, faults), BeltSensing(seed, faults)
    observer = Observer(sets)
    observer.begin(0.0)
    truth = []
    segment: PacerSegment | None = None
    for second in range(1, life_s + 1):
        now_s = float(second)
        if paced_s is not None and now_s - 1.0 in paced_s:
            segment = None
            row = [nan] * 6
            if now_s - 1.0 == paced_s[0]:
                segment = PacerSegment(now_s - 1.0, BreathPattern.at_rate(5.5))
                row = [*segment.pattern.parts_s, 0.0, 0.0]
            observer.push(Chunk(PACER, np.array([now_s - 1.0]), np.array([row]), now_s - 1.0))
        produced = client.advance(now_s, _constant(segment))
        truth.append(client.arousal)
        strap, skin = clean
        sensed_belt = belt
        if worn is not None and now_s > faults_from_s:
            strap, skin, sensed_belt = worn
        beats = strap.sense(zip(produced.beat_t_s.tolist(), produced.rr_ms.tolist(), strict=True))
        samples = skin.sense(
            zip(produced.eda_t_s.tolist(), produced.eda_microsiemens.tolist(), strict=True)
        )
        pulls = sensed_belt.sense(
            zip(produced.belt_t_s.tolist(), produced.belt_au.tolist(), strict=True)
        )
        lost_now = lost if now_s > LOST_S else frozenset()
        if beats and "strap" not in lost_now:
            times = np.array([beat.t_s for beat in beats])
            observer.push(Chunk(STRAP, times, _column([beat.rr_ms for beat in beats]), now_s))
        is_off = "skin" in lost_now
        values = [0.0 if is_off else one.sc_microsiemens for one in samples]
        if values:
            times = np.array([one.t_s for one in samples])
            observer.push(Chunk(SKIN, times, _column(values), now_s))
        if pulls and "belt" not in lost_now:
            times = np.array([one.t_s for one in pulls])
            observer.push(Chunk(BELT, times, _column([one.belt_au for one in pulls]), now_s))
        if now_s == BASELINE_END_S:
            observer.end(now_s)
        observer.due(now_s)
    return observer.lives(np.array(truth), (0.0, BASELINE_END_S))


def _area(stressed: NDArray[np.float64], calm: NDArray[np.float64]) -> float:
    """Area under the receiver's curve: how often a stressed window lies above a calm one."""
    both = np.concatenate((calm, stressed))
    values, places, counts = np.unique(both, return_inverse=True, return_counts=True)
    del values
    ranks = (np.cumsum(counts) - (counts - 1) / 2.0)[places][calm.size :]
    n = stressed.size
    return float((ranks.sum() - n * (n + 1) / 2.0) / (n * calm.size))


def _told(values: NDArray[np.float64], keep: NDArray[np.bool_]) -> NDArray[np.float64]:
    kept = values[keep]
    return kept[~np.isnan(kept)]


def _separation(words: str, lives: Sequence[Life], *, is_judged: bool) -> list[Figure]:
    begin_s, end_s = STRESS.every_s, STRESS.every_s + STRESS.length_s
    stressed = np.concatenate(
        [_told(life.arousal, life.within(begin_s, end_s)) for life in lives] or [np.empty(0)]
    )
    calm = np.concatenate(
        [_told(life.arousal, life.within(BASELINE_END_S, begin_s)) for life in lives]
    )
    threshold = float(np.quantile(stressed, 0.15))
    low = 0.85 if is_judged else -np.inf
    high = 5.0 if is_judged else np.inf
    return [
        Figure(
            NUMBER,
            f"arousal index, minutes of stress against calm ones, area under the curve, {words}",
            _area(stressed, calm),
            "",
            OUR_DESIGN,
            low=low,
        ),
        Figure(
            NUMBER,
            f"the same, calm minutes over the threshold of 85 % recall, {words}",
            100.0 * float(np.mean(calm >= threshold)),
            "%",
            HOVSEPIAN,
            high=high,
        ),
    ]


def _of_all_windows(lives: Sequence[Life]) -> list[Figure]:
    """Against the client's own arousal, in stress or not, by how much it truly rose."""
    risen = np.concatenate([life.truth - life.usual for life in lives])
    index = np.concatenate([life.arousal for life in lives])
    zone = np.concatenate([life.zone for life in lives])
    after = np.concatenate([life.within(BASELINE_END_S, LIFE_S) for life in lives])
    known = after & ~np.isnan(index)
    calm, high = known & (np.abs(risen) <= 0.1), known & (risen >= 0.25)
    told = known & ~np.isnan(zone)
    return [
        Figure(
            NUMBER,
            "arousal index, minutes 0.25 over the client's usual arousal against minutes within "
            "0.1 of it, area under the curve",
            _area(index[high], index[calm]),
            "",
            OUR_DESIGN,
            low=0.85,
        ),
        Figure(
            NUMBER,
            "zone above, of the minutes 0.25 over the usual",
            100.0 * float(np.mean(zone[high & told] == 1.0)),
            "%",
            OUR_DESIGN,
        ),
        Figure(
            NUMBER,
            "zone above, of the minutes within 0.1 of the usual",
            100.0 * float(np.mean(zone[calm & told] == 1.0)),
            "%",
            OUR_DESIGN,
            high=5.0,
        ),
        Figure(
            NUMBER,
            "zone below, of the minutes within 0.1 of the usual",
            100.0 * float(np.mean(zone[calm & told] == -1.0)),
            "%",
            OUR_DESIGN,
            high=5.0,
        ),
    ]


def _under_stress() -> list[Figure]:
    lives: Mapping[frozenset[str], list[Life]] = {sensors: [] for sensors in SENSORS.values()}
    for seed in range(N_CLIENTS):
        client = VirtualClient.from_seed(seed, stress=STRESS)
        for sensors, life in _live(client, seed, sets=SENSORS.values()).items():
            lives[sensors].append(life)
    figures = []
    for words, sensors in SENSORS.items():
        figures += _separation(words, lives[sensors], is_judged=True)
    figures += _of_all_windows(lives[ALL])
    minutes = (LIFE_S - 180.0) / 60.0
    changes = [life.n_changes / minutes for life in lives[ALL]]
    figures.append(
        Figure(
            NUMBER,
            f"changes of the zone, the most restless of {N_CLIENTS} clients",
            max(changes),
            "/min",
            OUR_DESIGN,
            high=1.0,
        )
    )
    return figures


def _abstaining() -> list[Figure]:
    told = {"all": [0, 0], "belt": [0, 0]}
    withheld: list[NDArray[np.bool_]] = []
    wrong_beats = Faults(missed_pct=25.0, extra_pct=25.0)
    moving = Faults(motion_per_min=10.0, missed_pct=10.0, extra_pct=10.0)
    for seed in range(N_DISTURBED):
        for lost, faults in ((ALL, None), (frozenset({"skin"}), wrong_beats)):
            client = VirtualClient.from_seed(seed)
            life = _live(
                client,
                seed,
                faults=faults,
                faults_from_s=LOST_S,
                lost=lost,
                life_s=DISTURBED_LIFE_S,
            )[ALL]
            after = life.within(LOST_S + 5.0, LIFE_S)
            counted = told["belt" if faults else "all"]
            counted[0] += int(np.count_nonzero(~np.isnan(life.arousal[after])))
            counted[1] += int(after.sum())
        client = VirtualClient.from_seed(seed)
        life = _live(client, seed, faults=moving, faults_from_s=LOST_S, life_s=DISTURBED_LIFE_S)[
            ALL
        ]
        disturbed = life.within(LOST_S, LIFE_S)
        withheld.append(np.isnan(life.arousal[disturbed]))
    return [
        Figure(
            NUMBER,
            "index published from a minute after all sensors lost the skin",
            100.0 * told["all"][0] / told["all"][1],
            "%",
            OUR_DESIGN,
            high=0.0,
        ),
        Figure(
            NUMBER,
            "index published while the skin sensor is off and half of the beats are wrong",
            100.0 * told["belt"][0] / told["belt"][1],
            "%",
            OUR_DESIGN,
            high=5.0,
        ),
        Figure(
            NUMBER,
            "index withheld while ten movements a minute and a fifth of wrong beats disturb it",
            100.0 * float(np.mean(np.concatenate(withheld))),
            "%",
            OUR_DESIGN,
            low=90.0,
        ),
    ]


def _paced() -> list[Figure]:
    """Slow breathing that calms nobody: what it does to the heart must not move the zone."""
    departs: list[NDArray[np.bool_]] = []
    shifts: list[NDArray[np.float64]] = []
    for seed in range(N_PACED):
        parameters = replace(
            ClientParameters.drawn(seed), calming_gain_per_s=0.0, arousal_noise=0.0
        )
        paced = _live(VirtualClient(parameters, seed), seed, paced_s=PACED_S)[ALL]
        free = _live(VirtualClient(parameters, seed), seed)[ALL]
        led = paced.within(*PACED_S)
        departs.append(np.abs(np.nan_to_num(paced.zone[led])) == 1.0)
        shifts.append(_told(paced.arousal - free.arousal, led))
    every_shift = np.concatenate(shifts)
    return [
        Figure(
            NUMBER,
            "zone above or below while the breath is paced at 5.5 a minute and arousal stays",
            100.0 * float(np.mean(np.concatenate(departs))),
            "%",
            OUR_DESIGN,
            high=5.0,
        ),
        Figure(
            NUMBER,
            "shift of the index by pacing alone, mean",
            float(np.mean(every_shift)),
            "",
            OUR_DESIGN,
            low=-0.25,
            high=0.25,
        ),
    ]


def _wrist(recordings: Path | None) -> list[Figure]:
    """A wrist sensor through three tasks and the rests of five minutes after each.

    The other session at hand, S06, has marks that do not tell which stretches are tasks.
    """
    what = (
        "arousal index of a real wrist (heart rate averaged by the watch, skin), minutes of task "
        "against minutes of rest, area under the curve"
    )
    source = "Iqbal et al. 2022, Stress-Predict, S10; field studies: about 70 % right"
    if recordings is None:
        return [Figure(NUMBER, what, nan, "", source)]
    with zipfile.ZipFile(recordings / "stress_predict" / "S10_E4.zip") as archive:

        def numbers(name: str) -> NDArray[np.float64]:
            with archive.open(name) as file:
                return np.loadtxt(TextIOWrapper(file, "ascii"), delimiter=",", ndmin=1)

        skin, rate, tags = numbers("EDA.csv"), numbers("HR.csv"), numbers("tags.csv")
    start = skin[0]
    marks_s = tags - start
    rate_s = rate[0] - start + np.arange(rate.size - 2)
    skin_s = np.arange(skin.size - 2) / 4.0
    sensors = frozenset({"wrist"})
    observer = Observer([sensors])
    # From the third minute, when the watch has settled, to the first task.
    observer.begin(120.0)
    last_s = int(skin_s[-1])
    for second in range(1, last_s + 1):
        for stream, t_s, values in (
            (WRIST_RATE, rate_s, rate[2:]),
            (WRIST_SKIN, skin_s, skin[2:]),
        ):
            first, end = np.searchsorted(t_s, (second - 1, second))
            if end > first:
                observer.push(Chunk(stream, t_s[first:end], values[first:end, None], float(second)))
        if second == int(marks_s[0]):
            observer.end(float(second))
        observer.due(float(second))
    life = observer.lives(np.zeros(last_s + 1), (0.0, 1.0))[sensors]
    # Marks come in pairs: a task begins, a task ends; after each a rest of five minutes.
    in_task = np.zeros(life.t_s.size, dtype=bool)
    in_rest = np.zeros(life.t_s.size, dtype=bool)
    for n in range(0, 6, 2):
        in_task |= life.within(marks_s[n], marks_s[n + 1])
        in_rest |= life.within(marks_s[n + 1], marks_s[n + 2])
    tasks, rests = _told(life.arousal, in_task), _told(life.arousal, in_rest)
    if not tasks.size or not rests.size:
        return [Figure(NUMBER, what, nan, "", source)]
    shown = 100.0 * float(np.mean(~np.isnan(life.arousal[in_task | in_rest])))
    return [
        Figure(NUMBER, what, _area(tasks, rests), "", source),
        Figure(NUMBER, "the same, share of the time with an index", shown, "%", source),
    ]


def run(recordings: Path | None) -> list[Figure]:
    """Recompute the figures."""
    return [*_under_stress(), *_abstaining(), *_paced(), *_wrist(recordings)]
