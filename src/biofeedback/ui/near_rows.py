"""The list of sensors that are near, or known: one row each, one press to connect."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QApplication, QFrame, QGridLayout, QPushButton, QVBoxLayout, QWidget

from biofeedback.devices.sensor import Origin
from biofeedback.ui import theme
from biofeedback.ui.messages import sensor_words
from biofeedback.ui.page import label, let_go
from biofeedback.ui.stream_rules import place_words
from biofeedback.ui.widgets.controls import button

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from PySide6.QtGui import QResizeEvent

    from biofeedback.devices.sensor import SensorInfo

__all__ = ["Near", "NearRows", "near_sensors"]

# Below this width, at 100 %, what a sensor measures stands under its name.
_NARROW_PX = 640
# So that what they measure stands in one column.
_NAME_PX = 250


@dataclass(frozen=True, slots=True)
class Near:
    """A sensor that could be connected.

    Parameters
    ----------
    info
        The sensor.
    is_known
        Whether it was connected before and is remembered.
    is_seen
        Whether the last look around found it.
    """

    info: SensorInfo
    is_known: bool = False
    is_seen: bool = True

    @property
    def where(self) -> str:
        """Where it is, or how strong its radio."""
        info = self.info
        if info.origin is Origin.SIMULATED:
            return sensor_words.NO_HARDWARE
        if self.is_known and not self.is_seen and info.origin is not Origin.OSC:
            return sensor_words.NOT_SEEN
        if info.is_connected:
            words = sensor_words.ALREADY_CONNECTED
        elif info.rssi_dbm is not None:
            words = sensor_words.radio(info.rssi_dbm)
        else:
            words = place_words(info)
        return ", ".join(filter(None, (sensor_words.KNOWN if self.is_known else "", words)))

    @property
    def where_in_words(self) -> str:
        """The same for a screen reader."""
        rssi_dbm = self.info.rssi_dbm
        if rssi_dbm is None or not self.is_seen:
            return self.where
        return self.where.replace(
            sensor_words.radio(rssi_dbm), f"signal {sensor_words.strength(rssi_dbm)}"
        )


def near_sensors(
    found: Iterable[SensorInfo], known: Iterable[SensorInfo], on: frozenset[str]
) -> list[Near]:
    """Return the sensors that could be connected: known ones first, simulated ones last.

    Parameters
    ----------
    found
        What the last look around found.
    known
        What is remembered, the latest first.
    on
        The ids of those that are connected, or looked for.
    """
    seen = {info.sensor_id: info for info in found}
    remembered = {info.sensor_id: info for info in known}
    rows = [
        Near(seen.get(each, info), is_known=True, is_seen=each in seen)
        for each, info in remembered.items()
    ]
    new = [Near(info) for each, info in seen.items() if each not in remembered]
    new.sort(key=lambda near: near.info.origin is Origin.SIMULATED)
    return [near for near in (*rows, *new) if near.info.sensor_id not in on]


class NearRows(QWidget):
    """The rows. A row stays where it is while the list changes, and keeps the focus.

    Signals: ``connect_wanted(SensorInfo)``, ``forget_wanted(str)`` and ``changed()`` when rows
    came or went.
    """

    connect_wanted = Signal(object)
    forget_wanted = Signal(str)
    changed = Signal()

    def __init__(self) -> None:
        super().__init__()
        self._rows: dict[str, _Row] = {}
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(0)

    @property
    def buttons(self) -> list[QPushButton]:
        """What can be pressed, from top to bottom."""
        return [each for row in self._rows.values() for each in row.buttons]

    def show_near(self, near: Sequence[Near], otherwise: QWidget) -> None:
        """Show these sensors.

        Parameters
        ----------
        near
            Those that could be connected, as `near_sensors` gives them.
        otherwise
            What gets the focus when the last row goes that had it.
        """
        wanted = {each.info.sensor_id: each for each in near}
        before = list(self._rows)
        # What is in the list stays where it is: a strength that changes must not move a row from
        # under the hand.
        order = _merged(before, list(wanted), lambda each: _group(wanted[each]))
        focused = QApplication.focusWidget()
        at = next((each for each in before if focused in self._rows[each].buttons), None)
        rows = {}
        for sensor_id in order:
            row = self._rows.get(sensor_id)
            if row is None or row.is_known is not wanted[sensor_id].is_known:
                row = self._made(wanted[sensor_id])
            rows[sensor_id] = row
            row.tell(wanted[sensor_id])
        gone = [row for each, row in self._rows.items() if rows.get(each) is not row]
        is_same = order == before and not gone
        self._rows = rows
        if is_same:
            return
        for place, row in enumerate(rows.values()):
            self._column.insertWidget(place, row)
        if at is not None and at in before:
            self._keep_focus(focused, at, before, otherwise)
        for row in gone:
            self._column.removeWidget(row)
            let_go(row)
        self.changed.emit()

    def _keep_focus(
        self, focused: QWidget | None, at: str, before: list[str], otherwise: QWidget
    ) -> None:
        """Leave the focus where it is, else on the row that takes its place."""
        if at in self._rows and focused in self._rows[at].buttons:
            return
        place = before.index(at)
        # Its own row, else the next one that is still there, else the one before.
        near = [at, *before[place + 1 :], *reversed(before[:place])]
        row = next((self._rows[each] for each in near if each in self._rows), None)
        (otherwise if row is None else row.connect_button).setFocus()

    def _made(self, near: Near) -> _Row:
        row = _Row(near)
        row.connect_wanted.connect(self.connect_wanted)
        row.forget_wanted.connect(self.forget_wanted)
        return row


def _group(near: Near) -> int:
    if near.is_known:
        return 0
    return 2 if near.info.origin is Origin.SIMULATED else 1


def _merged(before: list[str], wanted: list[str], group: Callable[[str], int]) -> list[str]:
    """Return what is wanted by groups, in each first what was there before, in its order."""
    kept = [each for each in before if each in wanted]
    new = [each for each in wanted if each not in before]
    return sorted((*kept, *new), key=group)


class _Row(QFrame):
    """One sensor that could be connected."""

    connect_wanted = Signal(object)
    forget_wanted = Signal(str)

    def __init__(self, near: Near) -> None:
        super().__init__()
        self.setObjectName("row")
        self._info = info = near.info
        self.is_known = near.is_known
        is_simulated = info.origin is Origin.SIMULATED
        words = sensor_words.USE if is_simulated else sensor_words.CONNECT
        self.connect_button = button(words, role="primary", name=f"{words} {info.name}")
        self.connect_button.clicked.connect(lambda: self.connect_wanted.emit(self._info))
        self.buttons = [self.connect_button]
        self._name = label(info.name, wraps=True)
        self._measures = label("", "muted", wraps=True)
        self._where = label("", "muted")
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(4, 8, 4, 8)
        self._grid.setHorizontalSpacing(16)
        self._grid.setVerticalSpacing(2)
        middle = Qt.AlignmentFlag.AlignVCenter
        self._grid.addWidget(self._where, 0, 2, 2, 1, middle | Qt.AlignmentFlag.AlignRight)
        if near.is_known:
            forget = button(
                sensor_words.FORGET, role="link", name=f"{sensor_words.FORGET} {info.name}"
            )
            forget.setToolTip(sensor_words.FORGET_ABOUT)
            forget.setAccessibleDescription(sensor_words.FORGET_ABOUT)
            forget.clicked.connect(lambda: self.forget_wanted.emit(info.sensor_id))
            self._grid.addWidget(forget, 0, 3, 2, 1, middle)
            self.buttons.insert(0, forget)
        self._grid.addWidget(self.connect_button, 0, 4, 2, 1, middle)
        self._is_narrow = False
        self._arrange(is_narrow=False)

    def tell(self, near: Near) -> None:
        """Show what is known of it now."""
        self._info = near.info
        self._measures.setText(sensor_words.kinds(near.info.kinds) if near.info.kinds else "")
        if near.where != self._where.text():
            self._where.setText(near.where)
            self._where.setAccessibleName(near.where_in_words)
            said = ". ".join(filter(None, (self._measures.text(), near.where_in_words)))
            self.connect_button.setAccessibleDescription(said)

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802 - Qt's name
        """Put what it measures under its name where there is little width."""
        super().resizeEvent(event)
        is_narrow = self.width() < theme.px(_NARROW_PX)
        if is_narrow is not self._is_narrow:
            self._arrange(is_narrow=is_narrow)
        self._name.setMinimumWidth(0 if is_narrow else theme.px(_NAME_PX))
        self._name.setMaximumWidth(self.width() if is_narrow else theme.px(_NAME_PX))

    def _arrange(self, *, is_narrow: bool) -> None:
        self._is_narrow = is_narrow
        if is_narrow:
            self._grid.addWidget(self._name, 0, 0, 1, 2)
            self._grid.addWidget(self._measures, 1, 0, 1, 2)
        else:
            self._grid.addWidget(self._name, 0, 0, 2, 1)
            self._grid.addWidget(self._measures, 0, 1, 2, 1)
        self._grid.setColumnStretch(1, 1)
