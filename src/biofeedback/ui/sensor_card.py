"""The card of one sensor that is on, or that is looked for."""

from __future__ import annotations

from dataclasses import dataclass
from html import escape
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QFrame,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QSizePolicy,
    QVBoxLayout,
    QWidget,
)

from biofeedback.devices.sensor import Origin
from biofeedback.kinds import LinkState, Role, StreamKind
from biofeedback.ui import theme
from biofeedback.ui.messages import reading_words, sensor_hints, sensor_words, wave_words
from biofeedback.ui.page import label
from biofeedback.ui.sensor_chip import signal_quality
from biofeedback.ui.sensor_facts import (
    facts,
    has_plain_time,
    health,
    is_let_in,
    is_under_way,
    silence_s,
)
from biofeedback.ui.sensor_trace import trace_of
from biofeedback.ui.stream_rules import place_words
from biofeedback.ui.widgets.controls import Picker, button
from biofeedback.ui.widgets.quality_bar import QualityBar
from biofeedback.ui.widgets.strip import Strip

if TYPE_CHECKING:
    from PySide6.QtGui import QResizeEvent

    from biofeedback.devices.sensor import SensorInfo
    from biofeedback.runtime.snapshot import Snapshot
    from biofeedback.samples import SensorStatus
    from biofeedback.ui.sensor_trace import Trace

__all__ = ["PROFILE_DRIVER", "About", "SensorCard"]

# How the ids of drivers begin that read by a profile.
PROFILE_DRIVER = "profile-"

# Below this width, at 100 %, a card's parts do not fit side by side.
_NARROW_PX = 900
_SIDE_PX = 150
# A slow line needs no more looks a second than this.
_SLOW_EVERY_S = 0.2
# A wave is drawn a little late, so that its end is there whenever its next piece comes; no later
# than this. What it was late is made up for slowly.
_MOST_LATE_S, _CATCH_UP = 1.8, 0.001


@dataclass(frozen=True, slots=True)
class About:
    """What is known of a sensor beside what it does.

    Parameters
    ----------
    measures
        What it measures, or by which description of the person's it is read.
    kinds
        What it measures.
    can_be_forgotten
        Whether it would be looked for when the app opens.
    """

    measures: str = ""
    kinds: tuple[StreamKind, ...] = ()
    can_be_forgotten: bool = False

    @classmethod
    def of(cls, info: SensorInfo | None, own_profiles: frozenset[str]) -> About:
        """Return what a sensor's entry in the list tells.

        Parameters
        ----------
        info
            The sensor, ``None`` when nothing is known of it.
        own_profiles
            The drivers that are the person's own descriptions.
        """
        if info is None:
            return cls()
        if info.driver in own_profiles:
            words = sensor_words.from_profile(info.driver.removeprefix(PROFILE_DRIVER))
        else:
            words = sensor_words.kinds(info.kinds) if info.kinds else ""
            words = " · ".join(filter(None, (words, place_words(info))))
        return cls(words, info.kinds, info.origin is not Origin.SIMULATED)


class SensorCard(QFrame):
    """One sensor: what it measures, how it does, what it sends, and what can be done with it.

    Signals: ``disconnected(str)`` and ``forgotten(str)`` with its id; ``role_chosen(str, Role)``.
    """

    disconnected = Signal(str)
    forgotten = Signal(str)
    role_chosen = Signal(str, object)

    def __init__(self, status: SensorStatus) -> None:
        super().__init__()
        self.setObjectName("card")
        self._sensor_id = status.sensor_id
        self._sensor_name = status.name
        self._name = label(status.name, "heading", wraps=True)
        self._measures = label("", "small", wraps=True)
        self._state = label()
        self._bar = QualityBar(f"Signal of {status.name}")
        self._message = label("", "small", wraps=True)
        self.strip = Strip(f"What {status.name} sends")
        self._facts: QLabel = label("", "small", wraps=True)
        # Only so can lines of a label stand further apart.
        self._facts.setTextFormat(Qt.TextFormat.RichText)
        self._told_facts: list[str] = []
        self.leave_button = button(sensor_words.DISCONNECT)
        self._is_to_forget = True
        self._offer(is_to_forget=False)
        self.leave_button.clicked.connect(self._leave)
        self.role_picker = Picker(
            f"{sensor_words.WHO_WEARS_IT}: {status.name}",
            ((Role.CLIENT, sensor_words.ON_ME), (Role.PARTNER, sensor_words.ON_PARTNER)),
        )
        self.role_picker.activated.connect(
            lambda _: self.role_chosen.emit(self._sensor_id, Role(self.role_picker.currentData()))
        )
        self._late_s = 0.0
        self._drawn_s, self._every_s = float("-inf"), 0.0
        self._lay_out()
        self.dress()

    @property
    def state(self) -> str:
        """Its state in words."""
        return self._state.text()

    @property
    def message(self) -> str:
        """What is happening or what would help; empty when all is well."""
        return self._message.text()

    @property
    def facts(self) -> list[str]:
        """What stands beside what it sends."""
        return self._told_facts

    def dress(self) -> None:
        """Put on the text size in force."""
        self._controls.setFixedWidth(theme.px(_SIDE_PX))
        self._facts.setFixedWidth(theme.px(_SIDE_PX))
        self._bar.updateGeometry()

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802 - Qt's name
        """Put what it sends under its name where there is little width, as with large text."""
        super().resizeEvent(event)
        is_narrow = self.width() < theme.px(_NARROW_PX)
        if is_narrow is not self._is_narrow:
            self._arrange(is_narrow=is_narrow)

    def tell(self, status: SensorStatus, snapshot: Snapshot, now_s: float, about: About) -> None:
        """Say how it is doing now.

        Parameters
        ----------
        status
            Its own.
        snapshot, now_s
            The session, and its time now.
        about
            What else is known of it.
        """
        is_streaming = status.state is LinkState.STREAMING
        is_silent = is_streaming and silence_s(status, snapshot, now_s) > 0.0
        quality = signal_quality(snapshot, status.sensor_id) if is_streaming else None
        words = sensor_words.SILENT if is_silent else sensor_words.on_card(status, quality)
        self._state.setText(words)
        self._bar.setVisible(not is_streaming or quality is not None)
        self._bar.show_quality(None if is_silent else quality)
        kinds = about.kinds
        measures = about.measures
        if status.has_rr is False and StreamKind.RR in kinds:
            # What it was thought to send before it was heard.
            kinds = tuple(kind for kind in kinds if kind is not StreamKind.RR)
            measures = sensor_words.kinds(kinds) if kinds else ""
        self._measures.setText(measures)
        self._measures.setVisible(bool(measures))
        self._tell_message(status, snapshot, kinds, is_silent=is_silent, quality=quality)
        if (told_facts := facts(status, snapshot, now_s)) != self._told_facts:
            self._told_facts = told_facts
            lines = "<br>".join(map(escape, told_facts))
            self._facts.setText(f'<div style="line-height: 140%">{lines}</div>')
            self._facts.setAccessibleName(", ".join(told_facts))
        if (details := health(status)) != self._facts.toolTip():
            self._facts.setToolTip(details)
            self._facts.setAccessibleDescription(details)
        self._offer(is_to_forget=about.can_be_forgotten and not is_let_in(status))
        self._tell_role(snapshot)
        told = ". ".join(filter(None, (self._sensor_name, words)))
        if told != self.accessibleName():
            self.setAccessibleName(told)

    def draw(
        self, status: SensorStatus, snapshot: Snapshot, now_s: float, *, steps: bool = False
    ) -> None:
        """Draw what it sent last, or say why there is nothing to draw.

        Parameters
        ----------
        status, snapshot, now_s
            As for `tell`.
        steps
            Whether to move on once a second and stand still between.
        """
        silent_s = silence_s(status, snapshot, now_s)
        if silent_s:
            self._say(
                sensor_words.silent(
                    now_s - silent_s,
                    now_s,
                    is_lost=not is_let_in(status) and status.state is not LinkState.UNAVAILABLE,
                    is_timed=has_plain_time(snapshot),
                )
            )
            return
        if 0.0 <= now_s - self._drawn_s < (1.0 if steps else self._every_s):
            return
        trace = trace_of(snapshot, status.sensor_id)
        if trace is None:
            self._say(_why_nothing(status))
        else:
            self._drawn_s = now_s
            self._every_s = 0.0 if trace.is_wave else _SLOW_EVERY_S
            self._draw(trace, now_s)

    def _draw(self, trace: Trace, now_s: float) -> None:
        end_s = now_s
        if trace.is_wave:
            late_s = min(max(now_s - trace.last_s, 0.0), _MOST_LATE_S)
            self._late_s = max(late_s, self._late_s - _CATCH_UP)
            end_s = now_s - self._late_s
        self.strip.draw(
            trace.runs, trace.role, end_s, window_s=trace.window_s, least_span=trace.least_span
        )

    def _say(self, words: str) -> None:
        self._drawn_s = float("-inf")
        self._late_s = 0.0
        self.strip.say(words)

    def _tell_message(
        self,
        status: SensorStatus,
        snapshot: Snapshot,
        kinds: tuple[StreamKind, ...],
        *,
        is_silent: bool,
        quality: float | None,
    ) -> None:
        """Say one thing: the sensor's own word, else what would make a weak signal better."""
        said = snapshot.qualities.get(status.sensor_id)
        message, why = status.message, ""
        is_weak = quality is not None and quality < reading_words.GOOD_QUALITY
        if is_weak and not is_silent:
            why = "" if said is None else said.reason
            message = message or sensor_hints.hint("" if said is None else said.name, why, kinds)
        message = message[:1].upper() + message[1:]
        self._message.setText(message)
        self._message.setVisible(bool(message))
        if why != self._state.toolTip():
            self._state.setToolTip(why)
            self._state.setAccessibleDescription(why)

    def _tell_role(self, snapshot: Snapshot) -> None:
        place = int(self._sensor_id in snapshot.partner_sensors)
        if self.role_picker.currentIndex() != place:
            self.role_picker.setCurrentIndex(place)
        is_held = is_under_way(snapshot)
        if self.role_picker.isEnabled() is is_held:
            self.role_picker.setEnabled(not is_held)
            self.role_picker.setToolTip(sensor_words.BETWEEN_SESSIONS if is_held else "")

    def _offer(self, *, is_to_forget: bool) -> None:
        """Let the button forget the sensor, or only let go of it."""
        if is_to_forget is self._is_to_forget:
            return
        self._is_to_forget = is_to_forget
        words = sensor_words.FORGET if is_to_forget else sensor_words.DISCONNECT
        self.leave_button.setText(words)
        self.leave_button.setAccessibleName(f"{words} {self._sensor_name}")
        about = sensor_words.FORGET_ABOUT if is_to_forget else ""
        self.leave_button.setToolTip(about)
        self.leave_button.setAccessibleDescription(about)

    def _leave(self) -> None:
        (self.forgotten if self._is_to_forget else self.disconnected).emit(self._sensor_id)

    def _lay_out(self) -> None:
        state_row = QHBoxLayout()
        state_row.setSpacing(10)
        state_row.addWidget(self._state)
        state_row.addWidget(self._bar, 0, Qt.AlignmentFlag.AlignVCenter)
        state_row.addStretch(1)
        self._about = QWidget()
        # The two share the row by their stretch alone, so that strips stand in one column.
        self._about.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        self.strip.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Expanding)
        words = QVBoxLayout(self._about)
        words.setContentsMargins(0, 0, 0, 0)
        words.setSpacing(5)
        words.addStretch(1)
        words.addWidget(self._name)
        words.addWidget(self._measures)
        words.addLayout(state_row)
        words.addWidget(self._message)
        words.addStretch(1)
        self._controls = QWidget()
        controls = QVBoxLayout(self._controls)
        controls.setContentsMargins(0, 0, 0, 0)
        controls.setSpacing(6)
        controls.addWidget(self.role_picker)
        controls.addWidget(self.leave_button)
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(20, 14, 20, 14)
        self._grid.setHorizontalSpacing(24)
        self._is_narrow = False
        self._arrange(is_narrow=False)

    def _arrange(self, *, is_narrow: bool) -> None:
        self._is_narrow = is_narrow
        grid = self._grid
        middle = Qt.AlignmentFlag.AlignVCenter
        grid.addWidget(self._about, 0, 0, 1, 2 if is_narrow else 1)
        grid.addWidget(self.strip, int(is_narrow), int(not is_narrow), 1, 2 if is_narrow else 1)
        grid.addWidget(self._facts, 0, 2, middle)
        grid.addWidget(self._controls, int(is_narrow), 2 if is_narrow else 3, middle)
        grid.setColumnStretch(0, 4)
        grid.setColumnStretch(1, 5)


def _why_nothing(status: SensorStatus) -> str:
    match status.state:
        case LinkState.STREAMING if status.has_rr is False:
            return wave_words.WAVE_WITHOUT_RR
        case LinkState.STREAMING | LinkState.WAITING:
            return sensor_words.FIRST_SAMPLES
        case LinkState.RECONNECTING:
            return sensor_words.OUT_OF_RANGE
        case _:
            return sensor_words.NOT_HEARD
