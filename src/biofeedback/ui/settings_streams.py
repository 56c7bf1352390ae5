"""The part of Settings about other programs: sensors from them, measures to them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QTimer, Signal
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from biofeedback.ui import theme
from biofeedback.ui.messages import stream_words
from biofeedback.ui.page import label
from biofeedback.ui.widgets.controls import Stepper, Switch, unheard
from biofeedback.ui.widgets.field_grid import TextField

if TYPE_CHECKING:
    from PySide6.QtGui import QHideEvent

    from biofeedback.settings import Preferences

__all__ = ["StreamSettings"]

# Where the EmotiBit Oscilloscope sends to unless told otherwise.
_USUAL_PORT: Final = 12_345
_USUAL_PLACE: Final = "127.0.0.1:9000"
_INDENT_PX: Final = 58
# A button that is held steps many times a second; each port that is taken is looked for and kept.
_SETTLED_MS: Final = 400


class StreamSettings(QWidget):
    """Switches, each off until the person wants it, and what stands in the way.

    Signals: ``chosen(dict)`` with the preferences that were changed, by name.
    """

    chosen = Signal(dict)

    def __init__(self, preferences: Preferences) -> None:
        super().__init__()
        self._preferences = preferences
        self.lsl_in_switch = Switch(stream_words.LSL_IN)
        self.osc_in_switch = Switch(stream_words.OSC_IN)
        self.port_stepper = Stepper(
            stream_words.PORT_NAME, lowest=1, highest=65_535, step=1, n_decimals=0
        )
        self.lsl_out_switch = Switch(stream_words.LSL_OUT)
        self.osc_out_switch = Switch(stream_words.OSC_OUT)
        self.place_field = TextField(stream_words.PLACE_NAME)
        self.open_switch = Switch(stream_words.OPEN)
        self._trouble = label("", "warm", wraps=True)
        self._trouble.hide()
        self._port_row = _indented(stream_words.PORT, self.port_stepper)
        self._place_row = _indented(stream_words.PLACE, self.place_field)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        for widget in (
            self.lsl_in_switch,
            label(stream_words.LSL_IN_TEXT, "small", wraps=True),
            self.osc_in_switch,
            self._port_row,
            label(stream_words.OSC_IN_TEXT, "small", wraps=True),
            self.lsl_out_switch,
            self.osc_out_switch,
            self._place_row,
            label(stream_words.OUT_TEXT, "small", wraps=True),
            self.open_switch,
            label(stream_words.OPEN_TEXT, "small", wraps=True),
            self._trouble,
        ):
            column.addWidget(widget)
        self.open_switch.setAccessibleDescription(stream_words.OPEN_TEXT)
        self._show()
        self.lsl_in_switch.toggled.connect(lambda is_on: self._choose(lsl_in=is_on))
        self.lsl_out_switch.toggled.connect(lambda is_on: self._choose(lsl_out=is_on))
        self.osc_in_switch.toggled.connect(lambda _: self._choose_port())
        self._settling = QTimer(self)
        self._settling.setSingleShot(True)
        self._settling.setInterval(_SETTLED_MS)
        self._settling.timeout.connect(self._choose_port)
        self.port_stepper.changed.connect(lambda _: self._settling.start())
        self.osc_out_switch.toggled.connect(lambda _: self._choose_place())
        self.place_field.editingFinished.connect(self._choose_place)
        self.open_switch.toggled.connect(lambda is_on: self._choose(open_to_network=is_on))

    @property
    def trouble(self) -> str:
        """What is said to stand in the way; empty when nothing does."""
        return "" if self._trouble.isHidden() else self._trouble.text()

    def prefer(self, preferences: Preferences) -> None:
        """Follow preferences, without telling of it."""
        if preferences == self._preferences:
            return
        self._preferences = preferences
        switches = (
            self.lsl_in_switch,
            self.osc_in_switch,
            self.lsl_out_switch,
            self.osc_out_switch,
            self.open_switch,
        )
        with unheard(switches):
            self._show()

    def hideEvent(self, event: QHideEvent) -> None:  # noqa: N802 - Qt's name
        """Take a port that was just chosen, before the page is left."""
        super().hideEvent(event)
        if self._settling.isActive():
            self._choose_port()

    def stand_aside(self) -> None:
        """Let nothing be changed: a demo says with its own options where measures go."""
        self.setEnabled(False)
        self.tell_trouble(stream_words.IN_DEMO)

    def tell_trouble(self, words: str) -> None:
        """Say what stands in the way of what is switched on."""
        if words != self._trouble.text():
            self._trouble.setText(words)
            self._trouble.setVisible(bool(words))

    def _show(self) -> None:
        shown = self._preferences
        self.lsl_in_switch.setChecked(shown.lsl_in)
        self.osc_in_switch.setChecked(shown.osc_in_port > 0)
        self.lsl_out_switch.setChecked(shown.lsl_out)
        self.osc_out_switch.setChecked(bool(shown.osc_out))
        self.open_switch.setChecked(shown.open_to_network)
        # What was chosen before stays there while it is off.
        if shown.osc_in_port > 0 or self.port_stepper.number <= 1:
            self.port_stepper.number = shown.osc_in_port or _USUAL_PORT
        if shown.osc_out or not self.place_field.text():
            self.place_field.setText(shown.osc_out or _USUAL_PLACE)
        self._show_rows()

    def _show_rows(self) -> None:
        self._port_row.setVisible(self.osc_in_switch.isChecked())
        self._place_row.setVisible(self.osc_out_switch.isChecked())

    def _choose_port(self) -> None:
        self._settling.stop()
        is_on = self.osc_in_switch.isChecked()
        self._choose(osc_in_port=round(self.port_stepper.number) if is_on else 0)

    def _choose_place(self) -> None:
        place = self.place_field.text().strip() or _USUAL_PLACE
        self.place_field.setText(place)
        self._choose(osc_out=place if self.osc_out_switch.isChecked() else "")

    def _choose(self, **changes: object) -> None:
        self._show_rows()
        changed = self._preferences.changed(**changes)
        if changed != self._preferences:
            self._preferences = changed
            self.chosen.emit(changes)


def _indented(name: str, control: QWidget) -> QWidget:
    """Return a control under the switch that it belongs to."""
    row = QWidget()
    line = QHBoxLayout(row)
    # Under the words of the switch.
    line.setContentsMargins(theme.px(_INDENT_PX), 0, 0, 0)
    words = label(name)
    words.setBuddy(control)
    line.addWidget(words, 1)
    line.addWidget(control, 3)
    return row
