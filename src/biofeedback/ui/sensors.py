"""Which sensors are on, how they are doing, and what else is near."""

from __future__ import annotations

from math import isfinite
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QFrame,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QProgressBar,
    QPushButton,
    QSizePolicy,
    QVBoxLayout,
    QWidget,
)

from biofeedback.devices.sensor import Origin
from biofeedback.kinds import LinkState, Role, StreamKind
from biofeedback.runtime.snapshot import SessionState
from biofeedback.ui import theme
from biofeedback.ui.messages import sensor_words, wave_words, window_words
from biofeedback.ui.page import Page, card, clear, label, let_go, scrolled
from biofeedback.ui.readings import STALE_S
from biofeedback.ui.topbar import signal_quality
from biofeedback.ui.widgets.controls import Picker, button
from biofeedback.ui.widgets.strip import Strip
from biofeedback.ui.widgets.wave_points import points_of, wave_points

if TYPE_CHECKING:
    from collections.abc import Sequence

    from PySide6.QtGui import QResizeEvent

    from biofeedback.devices.sensor import SensorInfo
    from biofeedback.runtime.engine import Nearby
    from biofeedback.runtime.snapshot import Snapshot
    from biofeedback.samples import SensorStatus

__all__ = ["SensorsPage", "strip_runs"]

# Numbers and strips on this page need no more than this many looks a second.
_EVERY_S = 0.2
# A stream with a hole as long as this is drawn with a hole.
_HOLE_S = 1.5
# Below this width, at 100 %, a card's parts do not fit side by side.
_NARROW_PX = 800
_COLOR_ROLES = {
    StreamKind.RR: "heart",
    StreamKind.EDA: "skin",
    StreamKind.RESPIRATION: "breathing",
    StreamKind.EMG: "muted",
}


def strip_runs(
    snapshot: Snapshot, sensor_id: str
) -> tuple[StreamKind, list[list[tuple[float, float]]]] | None:
    """Return what to draw for a sensor: its kind and unbroken runs of ``(t_s, value)``.

    Returns
    -------
    tuple or None
        ``None`` when the snapshot holds no trace of that sensor.
    """
    if beats := snapshot.hearts.get(sensor_id):
        points = wave_points(beats)
        ended_s = next((b.t_s for b in reversed(beats) if isfinite(b.rr_ms)), float("nan"))
        if snapshot.beats[-1:] == beats[-1:]:
            points += points_of(snapshot.pending, ended_s)
        runs: list[list[tuple[float, float]]] = []
        for point in points:
            if not point.is_joined:
                runs.append([])
            if runs:
                runs[-1].append((point.t_s, point.bpm))
        return StreamKind.RR, runs
    kind, samples = snapshot.traces.get(sensor_id, (StreamKind.RR, ()))
    return (kind, _runs(samples)) if samples else None


def _runs(samples: Sequence[tuple[float, float]]) -> list[list[tuple[float, float]]]:
    runs: list[list[tuple[float, float]]] = []
    before_s = float("-inf")
    for t_s, value in samples:
        if t_s - before_s > _HOLE_S:
            runs.append([])
        runs[-1].append((t_s, value))
        before_s = t_s
    return runs


class _SensorCard(QFrame):
    """One sensor that is on."""

    disconnected = Signal(str)
    role_chosen = Signal(str, object)

    def __init__(self, status: SensorStatus) -> None:
        super().__init__()
        self.setObjectName("card")
        self._sensor_id = status.sensor_id
        self._name = label(status.name, "heading")
        self._measures = label("", "small", wraps=True)
        self._state = label()
        self._bar = QProgressBar()
        self._bar.setTextVisible(False)
        self._bar.setRange(0, 100)
        self._bar.setAccessibleName(f"Signal of {status.name}")
        self._message = label("", "small", wraps=True)
        self.strip = Strip(f"What {status.name} sends")
        self._facts: QLabel = label("", "small")
        self._facts.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Preferred)
        leave = button(sensor_words.DISCONNECT, name=f"{sensor_words.DISCONNECT} {status.name}")
        leave.clicked.connect(lambda: self.disconnected.emit(self._sensor_id))
        self.role_picker = Picker(f"{sensor_words.WHO_WEARS_IT}: {status.name}")
        self.role_picker.addItem(sensor_words.ON_ME, Role.CLIENT)
        self.role_picker.addItem(sensor_words.ON_PARTNER, Role.PARTNER)
        self.role_picker.activated.connect(
            lambda _: self.role_chosen.emit(self._sensor_id, Role(self.role_picker.currentData()))
        )
        state_row = QHBoxLayout()
        state_row.setSpacing(10)
        state_row.addWidget(self._state)
        state_row.addWidget(self._bar, 0, Qt.AlignmentFlag.AlignVCenter)
        state_row.addStretch(1)
        about = QWidget()
        # The two share the row by their stretch alone, so that strips stand in one column.
        about.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        self.strip.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Expanding)
        words = QVBoxLayout(about)
        words.setContentsMargins(0, 0, 0, 0)
        words.setSpacing(4)
        words.addWidget(self._name)
        words.addWidget(self._measures)
        words.addLayout(state_row)
        words.addWidget(self._message)
        words.addStretch(1)
        self._about = about
        self._leave = QWidget()
        controls = QVBoxLayout(self._leave)
        controls.setContentsMargins(0, 0, 0, 0)
        controls.setSpacing(6)
        controls.addWidget(self.role_picker)
        controls.addWidget(leave)
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(20, 16, 20, 16)
        self._grid.setHorizontalSpacing(20)
        self._is_narrow = False
        self._arrange(is_narrow=False)
        self.dress()

    def dress(self) -> None:
        """Put on the text size in force."""
        self._bar.setFixedWidth(theme.px(110))
        self._leave.setFixedWidth(theme.px(150))
        self._facts.setFixedWidth(theme.px(150))

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802 - Qt's name
        """Put what it sends under its name where there is little width, as with large text."""
        super().resizeEvent(event)
        is_narrow = self.width() < theme.px(_NARROW_PX)
        if is_narrow is not self._is_narrow:
            self._arrange(is_narrow=is_narrow)

    def _arrange(self, *, is_narrow: bool) -> None:
        self._is_narrow = is_narrow
        grid = self._grid
        middle = Qt.AlignmentFlag.AlignVCenter
        grid.addWidget(self._about, 0, 0, 1, 2 if is_narrow else 1)
        grid.addWidget(self.strip, int(is_narrow), int(not is_narrow), 1, 2 if is_narrow else 1)
        grid.addWidget(self._facts, 0, 2, middle)
        grid.addWidget(self._leave, int(is_narrow), 2 if is_narrow else 3, middle)
        grid.setColumnStretch(0, 4)
        grid.setColumnStretch(1, 5)

    @property
    def state(self) -> str:
        """Its state in words."""
        return self._state.text()

    def tell(self, status: SensorStatus, snapshot: Snapshot, kinds: Sequence[StreamKind]) -> None:
        """Show how it is doing now."""
        quality = signal_quality(snapshot, status.sensor_id)
        words = sensor_words.link(status, quality)
        self._state.setText(words[:1].upper() + words[1:])
        is_streaming = status.state is LinkState.STREAMING
        self._bar.setVisible(is_streaming and quality is not None)
        self._bar.setValue(round(100 * (quality or 0.0)))
        if status.has_rr is False:
            # What it was thought to send before it was heard.
            kinds = tuple(kind for kind in kinds if kind is not StreamKind.RR)
        self._measures.setText(sensor_words.kinds(tuple(kinds)) if kinds else "")
        self._measures.setVisible(bool(kinds))
        said = snapshot.qualities.get(status.sensor_id)
        message = status.message or (said.reason if said is not None and is_streaming else "")
        self._message.setText(message[:1].upper() + message[1:])
        self._message.setVisible(bool(message))
        self._facts.setText(_facts(status))
        is_partners = status.sensor_id in snapshot.partner_sensors
        self.role_picker.setCurrentIndex(int(is_partners))
        is_under_way = snapshot.state in {SessionState.RUNNING, SessionState.PAUSED}
        if self.role_picker.isEnabled() is is_under_way:
            self.role_picker.setEnabled(not is_under_way)
            self.role_picker.setToolTip(sensor_words.BETWEEN_SESSIONS if is_under_way else "")
        drawn = strip_runs(snapshot, status.sensor_id)
        last_s = snapshot.last_data_s.get(status.sensor_id)
        if last_s is not None and snapshot.t_s - last_s > STALE_S:
            self.strip.say(sensor_words.silent_since(last_s))
        elif drawn is None:
            self.strip.say(self._why_nothing(status, words))
        else:
            self.strip.draw(drawn[1], _COLOR_ROLES[drawn[0]], snapshot.t_s)

    @staticmethod
    def _why_nothing(status: SensorStatus, state: str) -> str:
        if status.state is not LinkState.STREAMING:
            return state
        return wave_words.WAVE_WITHOUT_RR if status.has_rr is False else sensor_words.FIRST_SAMPLES


def _facts(status: SensorStatus) -> str:
    facts = []
    if status.battery_pct is not None:
        facts.append(f"{status.battery_pct} % battery")
    if status.rssi_dbm is not None:
        facts.append(f"signal {sensor_words.radio(status.rssi_dbm)}")
    lost, bad = status.n_lost_packets, status.n_bad_packets
    if lost:
        facts.append(f"{lost} {'packet' if lost == 1 else 'packets'} lost")
    if bad:
        facts.append(f"{bad} {'packet' if bad == 1 else 'packets'} unreadable")
    return "\n".join(facts)


class SensorsPage(Page):
    """Sensors that are on, and those that could be.

    Signals: ``look_wanted()``, ``connect_wanted(SensorInfo)``, ``disconnect_wanted(str)`` and
    ``role_wanted(str, Role)``, who wears it.
    """

    title = window_words.SENSORS
    look_wanted = Signal()
    connect_wanted = Signal(object)
    disconnect_wanted = Signal(str)
    role_wanted = Signal(str, object)

    def __init__(self) -> None:
        super().__init__()
        self._cards: dict[str, _SensorCard] = {}
        self._infos: dict[str, SensorInfo] = {}
        self._nearby: Nearby | None = None
        self._listed: tuple[object, ...] = ()
        self._shown_s = float("-inf")
        self._nothing = label(sensor_words.NOTHING_CONNECTED, "muted", wraps=True)
        self._card_column = QVBoxLayout()
        self._card_column.setSpacing(14)
        self._look_state = label("", "muted")
        self.look_button = button(sensor_words.LOOK)
        self.look_button.clicked.connect(self.look_wanted)
        self._trouble = card(QHBoxLayout())
        self._trouble_words = label("", "", wraps=True)
        trouble_row = self._trouble.layout()
        assert trouble_row is not None  # noqa: S101 - made by card
        trouble_row.addWidget(self._trouble_words)
        self._trouble.hide()
        self._rows = QVBoxLayout()
        self._rows.setSpacing(0)
        heading = QHBoxLayout()
        heading.setSpacing(12)
        heading.addWidget(label(sensor_words.NEAR_YOU, "heading"))
        heading.addWidget(self._look_state)
        heading.addStretch(1)
        heading.addWidget(self.look_button)
        content = QWidget()
        column = QVBoxLayout(content)
        column.setContentsMargins(24, 22, 24, 22)
        column.setSpacing(14)
        column.addWidget(self._nothing)
        column.addLayout(self._card_column)
        column.addSpacing(6)
        column.addLayout(heading)
        column.addWidget(self._trouble)
        column.addLayout(self._rows)
        column.addStretch(1)
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.addWidget(scrolled(content))

    @property
    def cards(self) -> tuple[_SensorCard, ...]:
        """The cards of sensors that are on."""
        return tuple(self._cards.values())

    @property
    def trouble(self) -> str:
        """What is said about Bluetooth, empty when all is well."""
        return "" if self._trouble.isHidden() else self._trouble_words.text()

    def entered(self) -> None:
        """Look around when nothing was looked for yet."""
        self._shown_s = float("-inf")
        if self._nearby is None or self._nearby.state == "idle":
            self.look_wanted.emit()

    def dress(self) -> None:
        """Put on the text size in force."""
        for each in self._cards.values():
            each.dress()

    def tell_nearby(self, nearby: Nearby) -> None:
        """Take what a look around found."""
        self._nearby = nearby
        for info in nearby.sensors:
            self._infos[info.sensor_id] = info

    def refresh(self, snapshot: Snapshot, now_s: float, state: SessionState) -> None:
        """Show how everything is doing, a few times a second."""
        del state
        if 0.0 <= now_s - self._shown_s < _EVERY_S:
            return
        self._shown_s = now_s
        shown = snapshot.present_sensors
        for sensor_id in self._cards.keys() - shown.keys():
            gone = self._cards.pop(sensor_id)
            self._card_column.removeWidget(gone)
            let_go(gone)
        for sensor_id, status in shown.items():
            if sensor_id not in self._cards:
                self._cards[sensor_id] = made = _SensorCard(status)
                made.disconnected.connect(self.disconnect_wanted)
                made.role_chosen.connect(self.role_wanted)
                self._card_column.addWidget(made)
            self._cards[sensor_id].tell(status, snapshot, self._kinds(sensor_id))
        self._nothing.setVisible(not shown)
        self._tell_near(frozenset(shown))

    def _kinds(self, sensor_id: str) -> tuple[StreamKind, ...]:
        info = self._infos.get(sensor_id)
        return () if info is None else info.kinds

    def _tell_near(self, connected: frozenset[str]) -> None:
        nearby = self._nearby
        if nearby is None:
            return
        is_looking = nearby.state == "looking"
        self._look_state.setText(sensor_words.LOOKING if is_looking else "")
        self.look_button.setEnabled(not is_looking)
        free = tuple(info for info in nearby.sensors if info.sensor_id not in connected)
        found_any = any(info.origin is Origin.BLUETOOTH for info in nearby.sensors)
        trouble = nearby.message
        if nearby.state == "unavailable":
            more = sensor_words.WITHOUT_BLUETOOTH if free else ""
            if nearby.sensors and not free:
                more = sensor_words.ALL_CONNECTED
            trouble = f"{trouble}\n{more}".strip()
        elif nearby.state == "done" and not trouble and not free and nearby.sensors:
            trouble = sensor_words.ALL_CONNECTED
        elif nearby.state == "done" and not trouble and not found_any:
            trouble = sensor_words.NOTHING_FOUND
        self._trouble_words.setText(trouble)
        self._trouble.setVisible(bool(trouble))
        listed = tuple((info.sensor_id, info.rssi_dbm, info.is_connected) for info in free)
        if listed == self._listed and self._rows.count():
            return
        self._listed = listed
        self._list(free)

    def _list(self, free: Sequence[SensorInfo]) -> None:
        """List what is free; the focus stays on its row, or near where its row was."""
        before = self._connect_buttons()
        names = [each.accessibleName() for each in before]
        place = next((at for at, each in enumerate(before) if each.hasFocus()), None)
        clear(self._rows)
        for info in free:
            self._rows.addWidget(self._row(info))
        if place is None:
            return
        after = {each.accessibleName(): each for each in self._connect_buttons()}
        # Its own row, else the next one that is still there, else the one before, else to look.
        order = [names[place], *names[place + 1 :], *reversed(names[:place])]
        focused = next((after[name] for name in order if name in after), self.look_button)
        focused.setFocus()

    def _connect_buttons(self) -> list[QPushButton]:
        items = (self._rows.itemAt(place) for place in range(self._rows.count()))
        rows = [item.widget() for item in items if item is not None]
        return [each for row in rows if row is not None for each in row.findChildren(QPushButton)]

    def _row(self, info: SensorInfo) -> QFrame:
        row = QFrame()
        row.setObjectName("row")
        is_simulated = info.origin is Origin.SIMULATED
        words = sensor_words.USE if is_simulated else sensor_words.CONNECT
        connect = button(words, role="primary", name=f"{words} {info.name}")
        connect.clicked.connect(lambda: self.connect_wanted.emit(info))
        about = sensor_words.NO_HARDWARE if is_simulated else ""
        if info.rssi_dbm is not None:
            about = sensor_words.radio(info.rssi_dbm)
        if info.is_connected:
            about = sensor_words.ALREADY_CONNECTED
        line = QHBoxLayout(row)
        line.setContentsMargins(4, 9, 4, 9)
        line.setSpacing(16)
        line.addWidget(label(info.name, wraps=True), 3)
        line.addWidget(label(sensor_words.kinds(info.kinds), "muted", wraps=True), 5)
        line.addWidget(label(about, "muted"), 0)
        line.addWidget(connect, 0)
        return row
