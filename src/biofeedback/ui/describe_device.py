"""The first step of describing a sensor: which device it is."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QVBoxLayout, QWidget

from biofeedback.devices.sensor import Origin
from biofeedback.kinds import LinkState
from biofeedback.ui.messages import profile_words, sensor_words
from biofeedback.ui.page import clear, label
from biofeedback.ui.widgets.controls import Picker, button

if TYPE_CHECKING:
    from biofeedback.devices.exploring import Exploration
    from biofeedback.devices.profiles.profile import Profile
    from biofeedback.devices.sensor import SensorInfo
    from biofeedback.runtime.nearby import Nearby

__all__ = ["DeviceStep"]

_GONE = (LinkState.REFUSED, LinkState.STOPPED)


class DeviceStep(QFrame):
    """Picks a device, and says how listening to it goes.

    Signals: ``look_wanted()``, ``listen_wanted(SensorInfo)``, ``let_go_wanted()``, and
    ``announced_taken(Source)`` when what the device says of itself is to be used.
    """

    look_wanted = Signal()
    listen_wanted = Signal(object)
    let_go_wanted = Signal()
    announced_taken = Signal(object)

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("card")
        self._infos: tuple[SensorInfo, ...] = ()
        self._announced: Profile | None = None
        self._has_picked = False
        self.picker = Picker(profile_words.DEVICE)
        self.listen_button = button(profile_words.LISTEN, role="primary")
        self.look_button = button(profile_words.LOOK_AGAIN)
        self.let_go_button = button(profile_words.LET_GO)
        self._state = label("", "muted", wraps=True)
        self._said = label("", "", wraps=True)
        self._said.hide()
        self._offers = QVBoxLayout()
        row = QHBoxLayout()
        row.setSpacing(10)
        row.addWidget(self.picker, 1)
        for each in (self.listen_button, self.let_go_button, self.look_button):
            row.addWidget(each)
        column = QVBoxLayout(self)
        column.setContentsMargins(20, 16, 20, 16)
        column.setSpacing(10)
        column.addWidget(label(profile_words.WHICH, "heading"))
        column.addLayout(row)
        column.addWidget(self._state)
        column.addWidget(self._said)
        column.addLayout(self._offers)
        self.picker.currentIndexChanged.connect(self._picked)
        self.listen_button.clicked.connect(self._listen)
        self.look_button.clicked.connect(self.look_wanted)
        self.let_go_button.clicked.connect(self.let_go_wanted)
        self._fill()

    @property
    def state(self) -> str:
        """What is said of the search or the connection."""
        return self._state.text()

    @property
    def said(self) -> str:
        """What the device says of itself."""
        return "" if self._said.isHidden() else self._said.text()

    @property
    def chosen(self) -> SensorInfo | None:
        """The device that is picked."""
        place = self.picker.currentIndex()
        return self._infos[place] if 0 <= place < len(self._infos) else None

    def tell(self, nearby: Nearby, exploration: Exploration | None, taken: frozenset[str]) -> None:
        """Show what is near, and how listening goes.

        Parameters
        ----------
        nearby
            What a look around found.
        exploration
            The device that is listened to, ``None`` if none is.
        taken
            The ids of sensors that are connected, and cannot be listened to besides.
        """
        near = {i.sensor_id: i for i in nearby.sensors if i.origin is Origin.BLUETOOTH}
        if nearby.state == "looking":
            # What was near a moment ago stays in the list until the new look is over.
            near = {info.sensor_id: info for info in self._infos} | near
        free = [info for info in near.values() if info.sensor_id not in taken]
        # What nobody knows yet is what is to be described.
        infos = tuple(sorted(free, key=lambda info: bool(info.kinds)))
        is_listening = exploration is not None and exploration.state not in _GONE
        # A list that is open, or whose device is listened to, keeps still.
        if exploration is not None and not any(
            info.sensor_id == exploration.info.sensor_id for info in infos
        ):
            infos = (exploration.info, *infos)
        if infos != self._infos and not self.picker.view().isVisible():
            self._infos = infos
            self._fill()
        had_focus = self.listen_button.hasFocus() or self.let_go_button.hasFocus()
        self.picker.setEnabled(bool(self._infos) and not is_listening)
        self.listen_button.setVisible(not is_listening)
        self.listen_button.setEnabled(bool(self._infos))
        self.let_go_button.setVisible(is_listening)
        if had_focus:
            (self.let_go_button if is_listening else self.listen_button).setFocus()
        # While it looks, another press does nothing; disabled it would lose the focus.
        self.look_button.setEnabled(not is_listening)
        words = _state_words(exploration) or self._search_words(nearby)
        if words != self._state.text():
            self._state.setText(words)
        self._tell_announced(exploration)

    def _search_words(self, nearby: Nearby) -> str:
        if nearby.message:
            return nearby.message
        if self._infos:
            return profile_words.PICK_DEVICE
        return profile_words.NOTHING_NEAR if nearby.state == "done" else profile_words.LOOKING

    def _fill(self) -> None:
        before = self.picker.currentData() if self._has_picked else None
        blocked = self.picker.blockSignals(True)
        self.picker.clear()
        for info in self._infos:
            about = [info.name]
            if info.rssi_dbm is not None:
                about.append(sensor_words.radio(info.rssi_dbm))
            if info.kinds:
                about.append(sensor_words.kinds(info.kinds))
            self.picker.addItem("   ·   ".join(about), info.sensor_id)
        if not self._infos:
            self.picker.addItem(profile_words.NO_DEVICE, "")
        place = self.picker.findData(before)
        # What nobody knows stands first, also when it is found last.
        self._has_picked = place >= 0
        self.picker.setCurrentIndex(max(place, 0))
        self.picker.blockSignals(blocked)

    def _picked(self) -> None:
        self._has_picked = True

    def _listen(self) -> None:
        if self.chosen is not None:
            self._has_picked = True
            self.listen_wanted.emit(self.chosen)

    def _tell_announced(self, exploration: Exploration | None) -> None:
        announced = None if exploration is None else exploration.announced
        if announced is self._announced:
            return
        self._announced = announced
        clear(self._offers)
        sources = () if announced is None else announced.sources
        said = []
        last: QWidget = self.look_button
        for source in sources:
            channel = source.channels[0]
            what = profile_words.announced(channel.kind, channel.unit, channel.label)
            said.append(what)
            if source.poll_hz is None:
                # What it is called may be long; the line above has it in full.
                short = profile_words.announced(channel.kind, channel.unit, "")
                use = button(
                    profile_words.USE_ANNOUNCED.format(what=short),
                    name=profile_words.USE_ANNOUNCED.format(what=what),
                )
                use.clicked.connect(
                    lambda _=False, source=source: self.announced_taken.emit(source)
                )
                self._offers.addWidget(use, 0, Qt.AlignmentFlag.AlignLeft)
                self.setTabOrder(last, use)
                last = use
        self._said.setText(profile_words.ANNOUNCES.format(what="; ".join(said)))
        self._said.setVisible(bool(said))


def _state_words(exploration: Exploration | None) -> str:
    if exploration is None:
        return ""
    is_open = exploration.state in {LinkState.WAITING, LinkState.STREAMING}
    sends = any({"notify", "indicate"} & set(e.properties) for e in exploration.characteristics)
    if is_open and exploration.characteristics and not sends:
        return profile_words.NOT_BY_ITSELF
    return exploration.message
