"""The numbers beside the disc: the heart's in large, the body's state, and others in small."""

from __future__ import annotations

from math import isfinite
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QGridLayout, QVBoxLayout, QWidget

from biofeedback.kinds import BeatOrigin
from biofeedback.runtime.snapshot import BASELINE
from biofeedback.ui.leading import is_private
from biofeedback.ui.messages import reading_words
from biofeedback.ui.widgets.body_state import BodyState
from biofeedback.ui.widgets.reading import Reading
from biofeedback.ui.widgets.small_reading import SmallReading

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from collections.abc import Set as AbstractSet

    from biofeedback.runtime.snapshot import Snapshot
    from biofeedback.samples import Metric
    from biofeedback.ui.widgets.measure import MeasureWidget

__all__ = ["STALE_S", "Readings", "silent_s"]

# A sensor that sent nothing for this long gives no present numbers.
STALE_S = 5.0
_NEEDS_RR = frozenset({"coherence", "rsa_bpm", "rmssd_ms"})
_OF_HEART = frozenset({"coherence", "heart_rate_bpm", "rsa_bpm", "rmssd_ms"})
# What is of two people and of neither body.
_OF_BOTH = "pacing_together"
_N_COLUMNS = 2
# One measure of the heart and one of the skin, which are there as soon as their sensors are.
_BODY_STATE_NEEDS = frozenset({"heart_rate_bpm", "scl_microsiemens"})


class Readings(QWidget):
    """Every reading of the session screens; those of no sensor that is on are left out.

    ``large`` and ``small`` hold them by the name of their measure.
    """

    def __init__(self) -> None:
        super().__init__()
        self.large: dict[str, Reading] = {
            "coherence": Reading(
                reading_words.COHERENCE,
                reading_words.COHERENCE_ABOUT,
                "%",
                factor=100.0,
                is_hero=True,
            ),
            "heart_rate_bpm": Reading(
                reading_words.HEART_RATE, reading_words.HEART_RATE_ABOUT, "bpm"
            ),
            "rsa_bpm": Reading(reading_words.SWING, reading_words.SWING_ABOUT, "bpm", n_decimals=1),
        }
        self.state = BodyState()
        self.small: dict[str, SmallReading] = {
            name: SmallReading(*words, how)
            for name, words, how in (
                ("rmssd_ms", (reading_words.RMSSD, reading_words.RMSSD_ABOUT), _number("ms")),
                (
                    "breaths_per_min",
                    (reading_words.BREATHS, reading_words.BREATHS_ABOUT),
                    _number("/min", 1),
                ),
                ("adherence", (reading_words.ADHERENCE, reading_words.ADHERENCE_ABOUT), _percent),
                (
                    "scl_microsiemens",
                    (reading_words.SKIN, reading_words.SKIN_ABOUT),
                    _number("µS", 2),
                ),
                (
                    "scr_per_min",
                    (reading_words.RESPONSES, reading_words.RESPONSES_ABOUT),
                    _number("/min"),
                ),
                ("tension_pct", (reading_words.TENSION, reading_words.TENSION_ABOUT), _number("%")),
                ("movement_g", (reading_words.MOVEMENT, reading_words.MOVEMENT_ABOUT), _movement),
                ("pacing_together", (reading_words.PACING, reading_words.PACING_ABOUT), _percent),
                (
                    "heart_synchrony",
                    (reading_words.MOVING, reading_words.MOVING_ABOUT),
                    _more_than_chance,
                ),
            )
        }
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(10)
        for reading in (*self.large.values(), self.state):
            column.addWidget(reading)
        self._grid = QGridLayout()
        self._grid.setHorizontalSpacing(12)
        self._grid.setVerticalSpacing(8)
        for place in range(_N_COLUMNS):
            self._grid.setColumnStretch(place, 1)
        column.addLayout(self._grid)
        self._placed: tuple[str, ...] = ()
        self._is_narrow = False
        self._left_out: AbstractSet[str] = frozenset()
        for each in self.small.values():
            each.setParent(self)
            each.hide()

    def dress(self) -> None:
        """Put on the colors in force."""
        self.state.dress()

    def tell(self, snapshot: Snapshot, now_s: float) -> None:
        """Show what was measured last.

        Parameters
        ----------
        snapshot
            The newest picture of the session.
        now_s
            Session time now.
        """
        metrics = snapshot.metrics
        statuses = [
            status
            for sensor_id, status in snapshot.sensors.items()
            if sensor_id not in snapshot.partner_sensors
        ]
        gives_rr = {status.has_rr for status in statuses if status.has_rr is not None}
        lacks_rr = gives_rr == {False} and "rmssd_ms" not in {
            name for name, metric in metrics.items() if metric.origin is not None
        }
        has_heart = "heart_rate_bpm" in metrics or True in gives_rr
        # Nothing to reach for while what is usual is got to know.
        is_quiet = snapshot.plan is not None and snapshot.plan.guide == BASELINE
        # Two people look at one screen: each one's body is the other's to see only if both agreed.
        is_for_two = is_private(snapshot)
        self._left_out = self.small.keys() - {_OF_BOTH} if is_for_two else frozenset()
        for aside, is_away in (
            (self.large["coherence"], is_quiet or is_for_two),
            (self.large["heart_rate_bpm"], is_for_two),
            (self.large["rsa_bpm"], is_quiet or is_for_two),
            (self.state, is_quiet or is_for_two),
        ):
            if aside.isHidden() is not is_away:
                aside.setVisible(not is_away)
        self._place(tuple(name for name in self.small if self._has_place(name, metrics)))
        origin = metrics["rmssd_ms"].origin if "rmssd_ms" in metrics else None
        is_pulse = origin is BeatOrigin.PULSE
        self.small["rmssd_ms"].title = (
            reading_words.PULSE_VARIABILITY if is_pulse else reading_words.RMSSD
        )
        self.large["heart_rate_bpm"].title = (
            reading_words.HEART_RATE_OF_PULSE if is_pulse else reading_words.HEART_RATE
        )
        shown: dict[str, MeasureWidget] = {**self.large, **self.small}
        for name, reading in shown.items():
            metric = metrics.get(name)
            absent = reading_words.NO_SENSOR_FOR_IT
            if name in _OF_HEART and has_heart:
                # Why a measure of the heart is not there although a heart sensor is.
                absent = (
                    reading_words.WITH_THE_PACER if name == "rsa_bpm" else reading_words.NOT_YET
                )
            reading.show_metric(
                metric,
                silent_s=silent_s(snapshot, metric, now_s),
                has_rr=False if lacks_rr and name in _NEEDS_RR else None,
                absent=absent,
            )
        zone = metrics.get("arousal_zone")
        zone_silent_s = silent_s(snapshot, zone, now_s)
        # Both sensors are on, and the first seconds are not over.
        is_near = metrics.keys() >= _BODY_STATE_NEEDS
        self.state.show_state(
            zone, metrics.get("arousal"), silent_s=zone_silent_s, has_sensors=is_near
        )

    def _has_place(self, name: str, metrics: Mapping[str, Metric]) -> bool:
        """Whether a small reading is shown: what had a value once stays, with why it has none."""
        if name in self._left_out:
            return False
        if name == "rmssd_ms":
            return True
        metric = metrics.get(name)
        if metric is None:
            return False
        return isfinite(metric.value) or metric.wait_s > 0 or name in self._placed

    def be_narrow(self, is_narrow: bool) -> None:
        """Put the small readings one under the other, or two in a row."""
        if is_narrow is not self._is_narrow:
            self._is_narrow = is_narrow
            self._arrange(self._placed)

    def _place(self, names: tuple[str, ...]) -> None:
        """Show these small readings, two in a row, the last alone on the right."""
        if names != self._placed:
            self._placed = names
            self._arrange(names)

    def _arrange(self, names: tuple[str, ...]) -> None:
        for name, reading in self.small.items():
            self._grid.removeWidget(reading)
            reading.setVisible(name in names)
        for place, name in enumerate(names):
            if self._is_narrow:
                self._grid.addWidget(self.small[name], place, 0, 1, _N_COLUMNS)
                continue
            row, column = divmod(place, _N_COLUMNS)
            is_alone = place + 1 == len(names) and column == 0
            column = _N_COLUMNS - 1 if is_alone else column
            self._grid.addWidget(self.small[name], row, column, Qt.AlignmentFlag.AlignTop)


def silent_s(snapshot: Snapshot, metric: Metric | None, now_s: float) -> float:
    """Return for how long what a measure comes from has been silent, 0 while it is not."""
    last_s = None if metric is None else snapshot.last_heard_s(metric.source)
    since_s = 0.0 if last_s is None else now_s - last_s
    return since_s if since_s > STALE_S else 0.0


def _number(unit: str, n_decimals: int = 0) -> Callable[[Metric], str]:
    def words(metric: Metric) -> str:
        number = f"{metric.value:.{n_decimals}f}".replace("-", "−")
        return f"{number} {unit}".strip()

    return words


def _percent(metric: Metric) -> str:
    return f"{100.0 * metric.value:.0f} %"


def _movement(metric: Metric) -> str:
    return reading_words.movement(metric.value)


def _more_than_chance(metric: Metric) -> str:
    return reading_words.MOVING_BY_CHANCE if metric.reason else reading_words.MOVING_MORE
