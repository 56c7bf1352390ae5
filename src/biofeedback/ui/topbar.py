"""The line at the top of every screen: sensors, the record, and the one large button."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QPainter
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QSizePolicy,
)

from biofeedback.runtime.output_plan import Reach
from biofeedback.runtime.snapshot import BASELINE, SessionState
from biofeedback.ui import theme
from biofeedback.ui.messages import (
    sensor_words,
    stream_words,
    time_words,
    window_words,
)
from biofeedback.ui.page import let_go
from biofeedback.ui.widgets.chip import Chip
from biofeedback.ui.widgets.controls import button
from biofeedback.ui.widgets.sending_sign import SendingSign

if TYPE_CHECKING:
    from PySide6.QtGui import QPaintEvent, QResizeEvent

    from biofeedback.runtime.snapshot import Snapshot

__all__ = ["TopBar"]


_WIDEST_RECORD_PX, _WIDEST_TITLE_PX = 240, 230
# A sensor's chip that is narrower says nothing any more.
_LEAST_CHIP_PX = 170
# The same for both of its words, so that it does not move under a hand.
_PAUSE_PX = 166


class _Title(QLabel):
    """A heading that is cut with an ellipsis where there is little room."""

    def __init__(self) -> None:
        super().__init__()
        self.setProperty("role", "heading")

    def minimumSizeHint(self) -> QSize:  # noqa: N802 - Qt's name
        """Room for a page's name, and for the beginning of a longer title."""
        whole = self.sizeHint()
        return QSize(min(whole.width(), theme.px(_WIDEST_TITLE_PX)), whole.height())

    def paintEvent(self, _event: QPaintEvent) -> None:  # noqa: N802 - Qt's name
        """Paint what fits."""
        painter = QPainter(self)
        shown = painter.fontMetrics().elidedText(
            self.text(), Qt.TextElideMode.ElideRight, self.width()
        )
        painter.drawText(self.rect(), Qt.AlignmentFlag.AlignVCenter, shown)
        painter.end()


class TopBar(QFrame):
    """Title, chips and Pause.

    Signals: ``pause_pressed()``.
    """

    pause_pressed = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("topbar")
        self._title = _Title()
        # Beside the title of the page it is about.
        self._bluetooth = Chip()
        self._bluetooth.tell(sensor_words.BLUETOOTH_UNKNOWN, "", "", is_hollow=True)
        self._has_bluetooth = False
        self._chips: dict[str, Chip] = {}
        self._chip_row = QHBoxLayout()
        self._chip_row.setSpacing(10)
        self._empty = Chip()
        self._empty.tell(window_words.NO_SENSOR, "", "", is_hollow=True)
        self._chip_row.addWidget(self._empty)
        # Stands for the chips there is no room for.
        self._more = Chip()
        self._more.tell(sensor_words.more_sensors(0), "", "")
        self._more.hide()
        self._record = Chip()
        self._record.hide()
        self._sending = SendingSign()
        self._sending.tell(stream_words.NOT_SENT, "")
        self._sending.hide()
        self.pause_button: QPushButton = button(window_words.PAUSE, role="pause")
        self.pause_button.clicked.connect(self.pause_pressed)
        self.pause_button.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        row = QHBoxLayout(self)
        row.setContentsMargins(24, 8, 24, 8)
        row.setSpacing(10)
        row.addWidget(self._title)
        row.addWidget(self._bluetooth)
        self._bluetooth.hide()
        row.addLayout(self._chip_row)
        row.addWidget(self._more)
        row.addWidget(self._record)
        row.addWidget(self._sending)
        row.addStretch(1)
        row.addWidget(self.pause_button)

    @property
    def chips(self) -> tuple[Chip, ...]:
        """The sensors' chips, in order."""
        return tuple(self._chips.values())

    @property
    def record_chip(self) -> Chip:
        """How the recording is doing."""
        return self._record

    def set_title(self, title: str) -> None:
        """Name the page; the Practice screen needs no name."""
        self._title.setText(title)
        self._share_width()

    @property
    def bluetooth_chip(self) -> Chip:
        """Whether Bluetooth is on, on the page of sensors."""
        return self._bluetooth

    def tell_bluetooth(self, words: str, *, is_on: bool | None) -> None:
        """Say whether Bluetooth is on, where there is room; with no words it is not told.

        Parameters
        ----------
        words
            In words.
        is_on
            ``None`` while it is not known.
        """
        c = theme.colors()
        self._has_bluetooth = bool(words)
        if words:
            color = c.muted if is_on is None else c.breath if is_on else c.warm
            self._bluetooth.tell(words, "", color, is_hollow=not is_on)

    @property
    def sending_sign(self) -> SendingSign:
        """That what is measured is sent to other programs, while it is."""
        return self._sending

    def tell_sending(self, reach: Reach, trouble: str) -> None:
        """Say how far what is measured goes; nothing while it goes nowhere and is not meant to.

        Parameters
        ----------
        reach
            How far.
        trouble
            Why not all is sent that is wanted; empty if it is, or nothing is wanted.
        """
        is_sent = reach is not Reach.NOWHERE
        if is_sent:
            hint = " ".join(filter(None, (stream_words.SENDING_HINT[reach.value], trouble)))
            self._sending.tell(stream_words.SENDING[reach.value], hint, is_warm=bool(trouble))
        elif trouble:
            self._sending.tell(stream_words.NOT_SENT, trouble, is_warm=True)
        is_shown = is_sent or bool(trouble)
        if is_shown is self._sending.isHidden():
            self._sending.setVisible(is_shown)
            self._share_width()

    def tell(
        self,
        snapshot: Snapshot,
        state: SessionState,
        *,
        can_pause: bool,
        is_replay: bool = False,
    ) -> None:
        """Show how sensors and record are doing.

        Parameters
        ----------
        snapshot
            The newest picture of the live session.
        state
            Where the session, or the replay in its place, is.
        can_pause
            Whether there is anything to pause.
        is_replay
            Whether the snapshot is of a replay, which is not recorded.
        """
        self._tell_record(snapshot, is_replay=is_replay)
        self._tell_sensors(snapshot)
        # A recording may come from anywhere: no sensor is missing there.
        self._empty.setVisible(not self._chips and not is_replay)
        is_paused = can_pause and state is SessionState.PAUSED
        words = window_words.RESUME if is_paused else window_words.PAUSE
        if words != self.pause_button.text():
            self.pause_button.setText(words)
            self.pause_button.setAccessibleName(words)
        self.pause_button.setEnabled(can_pause)
        self.pause_button.setMinimumWidth(theme.px(_PAUSE_PX))
        self.pause_button.setToolTip("" if can_pause else window_words.PAUSE_ASIDE)

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802 - Qt's name
        """Share out the width anew."""
        super().resizeEvent(event)
        self._share_width()

    def _tell_sensors(self, snapshot: Snapshot) -> None:
        shown = snapshot.present_sensors
        for sensor_id in self._chips.keys() - shown.keys():
            chip = self._chips.pop(sensor_id)
            self._chip_row.removeWidget(chip)
            let_go(chip)
        for sensor_id, status in shown.items():
            if sensor_id not in self._chips:
                self._chips[sensor_id] = chip = Chip()
                self._chip_row.addWidget(chip)
            from biofeedback.ui.sensor_chip import tell_chip  # noqa: PLC0415 - not for the first picture

            tell_chip(self._chips[sensor_id], status, snapshot)
        self._share_width()

    def _share_width(self) -> None:
        """Let short chips have all they need and the long ones share what is left evenly."""
        space = self._chip_row.spacing()
        room = self.width() - 48 - space * (1 + len(self._chips))
        room -= self.pause_button.sizeHint().width()
        room = self._place_sending(room)
        record_px = 0
        if not self._record.isHidden():
            # All its words where they fit beside the sensors' own; what is wrong with the record is
            # said in full elsewhere, what is wrong with a sensor is not.
            record_px = self._record.sizeHint().width()
            shorts = sum(chip.short_width() for chip in self._chips.values())
            least = min(record_px, theme.px(_WIDEST_RECORD_PX))
            record_px = max(min(record_px, room - space - shorts), least)
            # In a small window with large text even it is cut, so that Pause never is.
            chips = min(len(self._chips), 2) * (theme.px(40) + space)
            record_px = max(min(record_px, room - space - chips), theme.px(60))
            self._record.setMinimumWidth(min(self._record.minimumWidth(), record_px))
            self._record.setMaximumWidth(record_px)
            room -= record_px + space
        room = self._place_bluetooth(self._place_title(room))
        shown = self._place_chips(room)
        if len(shown) < len(self._chips):
            room -= self._more.sizeHint().width() + space
            room += space * (len(self._chips) - len(shown))
        widths = {chip: chip.sizeHint().width() for chip in shown}
        if sum(widths.values()) > room:
            widths = {chip: chip.short_width() for chip in widths}
        # A name that loses its first word leaves its room to the others.
        for chip in sorted(widths, key=Chip.short_width, reverse=True):
            if sum(widths.values()) > room:
                widths[chip] = chip.least_width()
        share = room
        for place, width in enumerate(sorted(widths.values())):
            share = room // (len(widths) - place)
            if width > share:
                break
            room -= width
            share = width
        for chip, width in widths.items():
            chip.setMaximumWidth(max(min(width, share), theme.px(40)))

    def _place_sending(self, room: int) -> int:
        """Say that measures are sent: by the arrow alone where words would leave sensors too little.

        Returns
        -------
        int
            What is left for record and sensors, in pixels.
        """
        if self._sending.isHidden():
            return room
        room -= self._chip_row.spacing()
        # Names of sensors may be cut for it: whoever looks up should read how far it goes.
        needed = sum(min(chip.short_width(), theme.px(_LEAST_CHIP_PX)) for chip in self.chips)
        needed += self._chip_row.spacing()
        if not self._record.isHidden():
            needed += min(self._record.sizeHint().width(), theme.px(_WIDEST_RECORD_PX))
        whole = self._sending.sizeHint().width()
        width = whole if room - whole >= needed else self._sending.short_width()
        self._sending.setFixedWidth(width)
        return room - width

    def _place_title(self, room: int) -> int:
        """Show the page's name where the sensors leave it room: the rail shows it as well.

        Returns
        -------
        int
            What is left for the sensors, in pixels.
        """
        taken = self._title.minimumSizeHint().width() + self._chip_row.spacing()
        least = sum(min(chip.short_width(), theme.px(_LEAST_CHIP_PX)) for chip in self.chips)
        is_shown = bool(self._title.text()) and room - taken >= least
        self._title.setVisible(is_shown)
        return room - taken if is_shown else room

    def _place_bluetooth(self, room: int) -> int:
        """Say how Bluetooth is where no sensor's words give way for it.

        Returns
        -------
        int
            What is left for the sensors, in pixels.
        """
        taken = self._bluetooth.sizeHint().width() + self._chip_row.spacing()
        needed = sum(chip.short_width() for chip in self.chips)
        if self._empty.isVisibleTo(self):
            needed = self._empty.sizeHint().width()
        is_shown = self._has_bluetooth and room - taken >= needed
        self._bluetooth.setVisible(is_shown)
        self._bluetooth.setMaximumWidth(self._bluetooth.sizeHint().width())
        return room - taken if is_shown else room

    def _place_chips(self, room: int) -> list[Chip]:
        """Show as many chips as keep their words, first those that tell of trouble.

        Returns
        -------
        list of Chip
            Those that are shown.
        """
        chips = list(self._chips.values())
        least = theme.px(_LEAST_CHIP_PX)
        needed = [min(chip.short_width(), least) for chip in chips]
        shown = chips
        if sum(needed) > room:
            room -= self._more.sizeHint().width() + self._chip_row.spacing()
            urgent = sorted(chips, key=lambda chip: not chip.is_trouble)
            shown = urgent[: max(room // least, 1)]
        hidden = [chip for chip in chips if chip not in shown]
        if hidden:
            told = hidden[0]
            words = sensor_words.more_sensors(len(hidden))
            self._more.tell(words, "", told.color, is_hollow=told.is_hollow)
            self._more.setToolTip("\n".join(chip.text for chip in hidden))
            self._more.setAccessibleName(f"{words}: {', '.join(chip.text for chip in hidden)}")
        self._more.setVisible(bool(hidden))
        for chip in chips:
            chip.setVisible(chip in shown)
        return shown

    def _tell_record(self, snapshot: Snapshot, *, is_replay: bool) -> None:
        c = theme.colors()
        is_live = snapshot.state in {SessionState.RUNNING, SessionState.PAUSED} and not is_replay
        self._record.setVisible(is_live)
        if not is_live:
            return
        if snapshot.recorder is None:
            self._record.tell(window_words.NOT_RECORDING, "", c.muted, is_hollow=True)
        elif snapshot.recorder.is_saving:
            is_led = snapshot.plan is not None and snapshot.plan.guide not in {"", BASELINE}
            words = time_words.clock_time(snapshot.led_s if is_led else snapshot.t_s)
            self._record.tell(window_words.RECORDING, words, c.muted)
        else:
            words = snapshot.recorder.message
            self._record.tell(window_words.NOT_SAVING, words, c.warm, is_hollow=True)
        # Whether it is saved matters most: the names of sensors give way first.
        widest = theme.px(_WIDEST_RECORD_PX)
        self._record.setMinimumWidth(min(self._record.sizeHint().width(), widest))
