"""Which sensors are on, how they are doing, and what else is near."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QVBoxLayout, QWidget

from biofeedback.devices.sensor import Origin
from biofeedback.kinds import LinkState
from biofeedback.ui import theme
from biofeedback.ui.messages import sensor_words, window_words
from biofeedback.ui.near_rows import NearRows, near_sensors
from biofeedback.ui.page import Page, card, label, let_go, scrolled
from biofeedback.ui.sensor_card import PROFILE_DRIVER, About, SensorCard
from biofeedback.ui.sensor_facts import is_let_in
from biofeedback.ui.sensor_memory import known_sensors
from biofeedback.ui.stream_rules import may_use
from biofeedback.ui.widgets.controls import button

if TYPE_CHECKING:
    from collections.abc import Iterable

    from PySide6.QtGui import QResizeEvent

    from biofeedback.devices.self_check import Check
    from biofeedback.devices.sensor import SensorInfo
    from biofeedback.runtime.engine import Nearby
    from biofeedback.runtime.snapshot import SessionState, Snapshot
    from biofeedback.settings import Preferences

__all__ = ["SensorsPage"]

# Words need no more looks a second than this, and lines no more than the other.
_WORDS_EVERY_S, _LINES_EVERY_S = 0.25, 0.1
# Below this width, at 100 %, heading and buttons do not fit side by side.
_NARROW_PX = 560


class SensorsPage(Page):
    """Sensors that are on, and those that could be.

    Signals: ``look_wanted()``, ``connect_wanted(SensorInfo)``, ``disconnect_wanted(str)``,
    ``forget_wanted(str)``, ``role_wanted(str, Role)``, who wears it, ``describe_wanted()`` to
    describe a sensor that nobody knows, ``check_wanted()``, and ``profiles_wanted()`` to be told
    which descriptions are the person's own.
    """

    title = window_words.SENSORS
    look_wanted = Signal()
    connect_wanted = Signal(object)
    disconnect_wanted = Signal(str)
    forget_wanted = Signal(str)
    role_wanted = Signal(str, object)
    describe_wanted = Signal()
    check_wanted = Signal()
    profiles_wanted = Signal()

    def __init__(self) -> None:
        super().__init__()
        self._cards: dict[str, SensorCard] = {}
        # All that were ever found, and those of the last look.
        self._found: dict[str, SensorInfo] = {}
        self._near: dict[str, SensorInfo] = {}
        self._known: tuple[SensorInfo, ...] = ()
        self._preferences: Preferences | None = None
        self._own_profiles: frozenset[str] = frozenset()
        self._has_asked_for_profiles = False
        self._nearby: Nearby | None = None
        # Whether Bluetooth was gone, and the look around that this spoilt, once it is back.
        self._was_off = False
        self._outdated: Nearby | None = None
        self._checks: tuple[Check, ...] = ()
        self._is_checking = False
        self._steps = False
        self._words_s = self._lines_s = float("-inf")
        self._nothing = label(sensor_words.NOTHING_CONNECTED, "muted", wraps=True)
        self._card_column = QVBoxLayout()
        self._card_column.setSpacing(14)
        self._look_state = label("", "muted")
        self.look_button = button(sensor_words.LOOK)
        self.look_button.clicked.connect(self.look_wanted)
        self.describe_button = button(sensor_words.DESCRIBE)
        self.describe_button.clicked.connect(self.describe_wanted)
        self.check_button = button(sensor_words.CHECK)
        self.check_button.clicked.connect(self._check)
        self._trouble = card()
        self._trouble_words = label("", "", wraps=True)
        # Of other programs' streams, which need no Bluetooth.
        self._streams_words = label("", "warm", wraps=True)
        self._streams_words.hide()
        self._check_words = label("", "muted", wraps=True)
        self._check_words.setTextInteractionFlags(
            Qt.TextInteractionFlag.TextSelectableByMouse
            | Qt.TextInteractionFlag.TextSelectableByKeyboard
        )
        self._rows = NearRows()
        self._rows.connect_wanted.connect(self.connect_wanted)
        self._rows.forget_wanted.connect(self.forget_wanted)
        self._rows.changed.connect(self._order_tabs)
        self._lay_out()
        self._order_tabs()

    @property
    def cards(self) -> tuple[SensorCard, ...]:
        """The cards of sensors that are on."""
        return tuple(self._cards.values())

    @property
    def by_radio(self) -> frozenset[str]:
        """The ids of the sensors, of all that were heard of, that are reached by Bluetooth."""
        infos = (*self._known, *self._found.values())
        return frozenset(i.sensor_id for i in infos if i.origin is Origin.BLUETOOTH)

    @property
    def trouble(self) -> str:
        """What is said about Bluetooth, empty when all is well."""
        return "" if self._trouble.isHidden() else self._trouble_words.text()

    @property
    def checked(self) -> str:
        """What the look at this computer found, empty when none was asked for."""
        return "" if self._check_words.isHidden() else self._check_words.text()

    @property
    def streams_trouble(self) -> str:
        """What is said about sensors of other programs, empty when all is well."""
        return "" if self._streams_words.isHidden() else self._streams_words.text()

    def entered(self) -> None:
        """Look around when nothing was looked for yet."""
        self._words_s = self._lines_s = float("-inf")
        # One may have been described meanwhile.
        self._has_asked_for_profiles = False
        if self._nearby is None or self._nearby.state == "idle":
            self.look_wanted.emit()

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802 - Qt's name
        """Put the buttons of the list under its heading where there is little width."""
        super().resizeEvent(event)
        is_narrow = self.width() < theme.px(_NARROW_PX)
        if is_narrow is not self._is_narrow:
            self._arrange(is_narrow=is_narrow)

    def _arrange(self, *, is_narrow: bool) -> None:
        self._is_narrow = is_narrow
        side = Qt.AlignmentFlag.AlignLeft if is_narrow else Qt.AlignmentFlag.AlignRight
        self._heading.addWidget(self._near_buttons, int(is_narrow), int(not is_narrow), side)

    def dress(self) -> None:
        """Put on the text size in force."""
        for each in self._cards.values():
            each.dress()

    def prefer(self, preferences: Preferences) -> None:
        """Follow what the person prefers, and which sensors are remembered."""
        self._preferences = preferences
        self._steps = preferences.reduce_motion
        self._known = known_sensors(preferences)

    def tell_nearby(self, nearby: Nearby) -> None:
        """Take what a look around found."""
        if nearby is self._nearby:
            return
        self._nearby = nearby
        # What no driver knows was looked for by the page that describes sensors.
        of_use = [i for i in nearby.sensors if i.kinds or i.origin is not Origin.BLUETOOTH]
        found = {info.sensor_id: info for info in of_use}
        self._found.update(found)
        # What was near a moment ago stays in the list until the new look is over.
        self._near = self._near | found if nearby.state == "looking" else found

    def tell_streams_trouble(self, words: str) -> None:
        """Say why sensors of other programs cannot be looked for; nothing if they can."""
        if words != self._streams_words.text():
            self._streams_words.setText(words)
            self._streams_words.setVisible(bool(words))

    def tell_own_profiles(self, drivers: frozenset[str]) -> None:
        """Take which drivers are descriptions of the person's own."""
        self._own_profiles = drivers

    def tell_checks(self, checks: tuple[Check, ...]) -> None:
        """Take what the last look at this computer found; nothing before the first."""
        before, self._checks = self._checks, checks
        if self._is_checking and checks and checks is not before:
            self._is_checking = False
            self._check_words.setText(sensor_words.checked(checks))

    def refresh(self, snapshot: Snapshot, now_s: float, state: SessionState) -> None:
        """Show how everything is doing, a few times a second."""
        del state
        if 0.0 <= now_s - self._lines_s < _LINES_EVERY_S:
            return
        self._lines_s = now_s
        if not 0.0 <= now_s - self._words_s < _WORDS_EVERY_S:
            self._words_s = now_s
            self._tell_cards(snapshot, now_s)
            self._follow_bluetooth(snapshot)
            self._tell_near(frozenset(snapshot.present_sensors))
        for sensor_id, each in self._cards.items():
            if (status := snapshot.sensors.get(sensor_id)) is not None:
                each.draw(status, snapshot, now_s, steps=self._steps)

    def _tell_cards(self, snapshot: Snapshot, now_s: float) -> None:
        shown = snapshot.present_sensors
        is_changed = False
        for sensor_id in self._cards.keys() - shown.keys():
            self._drop(sensor_id)
            self._set_free(sensor_id, snapshot)
            is_changed = True
        # As it was connected, which may be by another driver than a look around would choose now.
        infos = self._found | {info.sensor_id: info for info in self._known}
        self._ask_for_profiles(infos[each] for each in shown if each in infos)
        for sensor_id, status in shown.items():
            if sensor_id not in self._cards:
                self._cards[sensor_id] = made = SensorCard(status)
                made.disconnected.connect(self.disconnect_wanted)
                made.forgotten.connect(self.forget_wanted)
                made.role_chosen.connect(self.role_wanted)
                self._card_column.addWidget(made)
                is_changed = True
            about = About.of(infos.get(sensor_id), self._own_profiles)
            self._cards[sensor_id].tell(status, snapshot, now_s, about)
        self._nothing.setVisible(not shown)
        if is_changed:
            self._order_tabs()

    def _ask_for_profiles(self, infos: Iterable[SensorInfo]) -> None:
        """Ask which descriptions are the person's own, once there is one that may be."""
        if not self._has_asked_for_profiles and any(
            info.driver.startswith(PROFILE_DRIVER) for info in infos
        ):
            self._has_asked_for_profiles = True
            self.profiles_wanted.emit()

    def _set_free(self, sensor_id: str, snapshot: Snapshot) -> None:
        """Let a sensor be near as any other: the last look saw it held, which was by this window."""
        info, status = self._near.get(sensor_id), snapshot.sensors.get(sensor_id)
        if info is not None and info.is_connected:
            rssi_dbm = info.rssi_dbm if status is None else status.rssi_dbm
            self._near[sensor_id] = replace(info, is_connected=False, rssi_dbm=rssi_dbm)

    def _drop(self, sensor_id: str) -> None:
        """Take a card away; the focus that was in it stays near, where a key lets go of nothing.

        On the next sensor's Disconnect a key that is pressed once more would let go of that too.
        """
        place = list(self._cards).index(sensor_id)
        gone = self._cards.pop(sensor_id)
        # Also while another window is in front: it is there when this one is again.
        focused: QWidget | None = self.window().focusWidget()
        if focused is not None and gone.isAncestorOf(focused):
            left = list(self._cards.values())
            near = left[min(place, len(left) - 1)].role_picker if left else None
            (near if near is not None and near.isEnabled() else self.look_button).setFocus()
        self._card_column.removeWidget(gone)
        let_go(gone)

    def _follow_bluetooth(self, snapshot: Snapshot) -> None:
        """Take back what a look around said of Bluetooth once a sensor is back through it."""
        by_radio = self.by_radio
        statuses = [each for key, each in snapshot.present_sensors.items() if key in by_radio]
        if any(each.state is LinkState.UNAVAILABLE for each in statuses):
            self._was_off = True
        elif self._was_off and any(map(is_let_in, statuses)):
            self._was_off = False
            self._outdated = self._nearby

    def _tell_near(self, on: frozenset[str]) -> None:
        nearby = self._nearby
        if nearby is None:
            return
        # The button stays enabled: disabled it would lose the focus, and a second press does nothing.
        self._look_state.setText(sensor_words.LOOKING if nearby.state == "looking" else "")
        near = [
            each
            for each in near_sensors(self._near.values(), self._known, on)
            if self._preferences is None or may_use(each.info, self._preferences)
        ]
        trouble = self._trouble_of(nearby, has_free=any(each.is_seen for each in near))
        if nearby is self._outdated and nearby.state == "unavailable":
            trouble = ""
        self._trouble_words.setText(trouble)
        self._trouble.setVisible(bool(trouble))
        # All that is amiss may be this computer's Bluetooth, not only when it says so.
        is_all_on = trouble == sensor_words.ALL_CONNECTED
        self.check_button.setVisible(bool(trouble) and not is_all_on)
        self._check_words.setVisible(
            bool(self._check_words.text()) and not self.check_button.isHidden()
        )
        self._rows.show_near(near, self.look_button)

    @staticmethod
    def _trouble_of(nearby: Nearby, *, has_free: bool) -> str:
        found_any = any(info.origin is not Origin.SIMULATED for info in nearby.sensors)
        trouble = nearby.message
        if nearby.state == "unavailable":
            more = sensor_words.WITHOUT_BLUETOOTH if has_free else ""
            if nearby.sensors and not has_free:
                more = sensor_words.ALL_CONNECTED
            return f"{trouble}\n{more}".strip()
        if nearby.state == "done" and not trouble:
            if nearby.sensors and not has_free:
                return sensor_words.ALL_CONNECTED
            return "" if found_any else sensor_words.NOTHING_FOUND
        return trouble

    def _check(self) -> None:
        self._is_checking = True
        self._check_words.setText(sensor_words.CHECKING)
        self._check_words.show()
        self.check_wanted.emit()

    def _order_tabs(self) -> None:
        """Let Tab go from top to bottom, in whatever order things came."""
        parts: list[QWidget] = []
        for each in self._cards.values():
            parts += [each.role_picker, each.leave_button]
        parts += [self.look_button, self.describe_button, self.check_button, self._check_words]
        parts += self._rows.buttons
        for before, after in pairwise(parts):
            QWidget.setTabOrder(before, after)

    def _lay_out(self) -> None:
        words = QHBoxLayout()
        words.setSpacing(12)
        words.addWidget(label(sensor_words.NEAR_YOU, "heading"))
        words.addWidget(self._look_state)
        words.addStretch(1)
        self._near_buttons = QWidget()
        pressed = QHBoxLayout(self._near_buttons)
        pressed.setContentsMargins(0, 0, 0, 0)
        pressed.setSpacing(12)
        pressed.addWidget(self.look_button)
        pressed.addWidget(self.describe_button)
        self._heading = QGridLayout()
        self._heading.addLayout(words, 0, 0)
        self._heading.setColumnStretch(0, 1)
        self._is_narrow = False
        self._arrange(is_narrow=False)
        inside = self._trouble.layout()
        assert isinstance(inside, QVBoxLayout)  # noqa: S101 - made by card
        inside.setSpacing(10)
        row = QHBoxLayout()
        row.setSpacing(16)
        row.addWidget(self._trouble_words, 1)
        row.addWidget(self.check_button, 0, Qt.AlignmentFlag.AlignTop)
        inside.addLayout(row)
        inside.addWidget(self._check_words)
        self._check_words.hide()
        self._trouble.hide()
        content = QWidget()
        column = QVBoxLayout(content)
        column.setContentsMargins(24, 22, 24, 22)
        column.setSpacing(14)
        column.addWidget(self._nothing)
        column.addLayout(self._card_column)
        column.addSpacing(6)
        column.addLayout(self._heading)
        column.addWidget(self._trouble)
        column.addWidget(self._streams_words)
        column.addWidget(self._rows)
        column.addStretch(1)
        self.hold(scrolled(content))
