"""Look, sound and keys."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFrame, QGridLayout, QHBoxLayout, QSlider, QVBoxLayout, QWidget

from biofeedback.ui import theme
from biofeedback.ui.messages import (
    guide_settings_words,
    session_words,
    settings_words,
    stream_words,
    usual_words,
    window_words,
)
from biofeedback.ui.page import Page, card, centered, label, scrolled
from biofeedback.ui.settings_guides import GuideSettings
from biofeedback.ui.settings_streams import StreamSettings
from biofeedback.ui.widgets.ask_once import AskOnce
from biofeedback.ui.widgets.controls import Picker, Switch, button, unheard

if TYPE_CHECKING:
    from pathlib import Path

    from PySide6.QtGui import QWheelEvent

    from biofeedback.settings import Preferences

__all__ = ["SettingsPage"]

_SCALES = (0.9, 1.0, 1.15, 1.3, 1.5, 1.75, 2.0)
_COLUMN_PX = 760


class _Slider(QSlider):
    def wheelEvent(self, event: QWheelEvent) -> None:  # noqa: N802 - Qt's name
        """Leave the wheel to scrolling."""
        event.ignore()


class SettingsPage(Page):
    """Preferences, in force as soon as they are changed.

    Signals: ``preferred(Preferences)``; ``library_wanted()``; ``baselines_wanted()`` to be told how
    many are kept; ``usual_forgotten()``.
    """

    title = window_words.SETTINGS
    preferred = Signal(object)
    library_wanted = Signal()
    baselines_wanted = Signal()
    usual_forgotten = Signal()

    def __init__(self, preferences: Preferences) -> None:
        super().__init__()
        self._preferences = preferences
        self.theme_picker = Picker(settings_words.THEME, settings_words.THEME_NAMES.items())
        self.size_picker = Picker(
            settings_words.TEXT_SIZE, ((scale, f"{scale * 100:.0f} %") for scale in _SCALES)
        )
        self.motion_switch = Switch(settings_words.REDUCE_MOTION)
        self.sound_switch = Switch(settings_words.SOUND)
        self.volume_slider = _Slider(Qt.Orientation.Horizontal)
        self.volume_slider.setRange(0, 100)
        self.volume_slider.setPageStep(10)
        self.volume_slider.setAccessibleName(settings_words.VOLUME)
        self.sensors_switch = Switch(settings_words.CONNECT_SENSORS)
        self.guides = GuideSettings(preferences)
        self.streams = StreamSettings(preferences)
        self._library = label(settings_words.LIBRARY_NONE, "muted", wraps=True)
        self.library_button = button(session_words.OPEN_LIBRARY)
        self.library_button.clicked.connect(self.library_wanted)
        self._usual = label(usual_words.USUAL_NONE, "muted", wraps=True)
        self.forget_button = AskOnce(
            usual_words.USUAL_FORGET,
            usual_words.USUAL_FORGET_SURE,
            usual_words.USUAL_FORGET_YES,
            usual_words.USUAL_FORGET_NO,
        )
        self.forget_button.hide()
        self.forget_button.confirmed.connect(self.usual_forgotten)
        self._lay_out()
        self._show()
        self.theme_picker.activated.connect(
            lambda _: self._prefer(theme=self.theme_picker.currentData())
        )
        self.size_picker.activated.connect(
            lambda _: self._prefer(text_scale=self.size_picker.currentData())
        )
        self.motion_switch.toggled.connect(lambda is_on: self._prefer(reduce_motion=is_on))
        self.sound_switch.toggled.connect(lambda is_on: self._prefer(sound=is_on))
        self.sensors_switch.toggled.connect(lambda is_on: self._prefer(connect_sensors=is_on))
        self.guides.chosen.connect(lambda changes: self._prefer(**changes))
        self.streams.chosen.connect(lambda changes: self._prefer(**changes))
        self.volume_slider.valueChanged.connect(lambda value: self._prefer(volume=value / 100))

    def prefer(self, preferences: Preferences) -> None:
        """Follow preferences that were changed elsewhere."""
        if preferences == self._preferences:
            return
        self._preferences = preferences
        self.guides.prefer(preferences)
        self.streams.prefer(preferences)
        controls = (
            self.motion_switch,
            self.sound_switch,
            self.sensors_switch,
            self.volume_slider,
        )
        with unheard(controls):
            self._show()

    def entered(self) -> None:
        """Ask how many baselines are kept."""
        self.forget_button.step_back()
        self.baselines_wanted.emit()

    def tell_baselines(self, count: int, n_paces: int = 0) -> None:
        """Say how many baselines are kept, and whether a pace that was found is."""
        self._usual.setText(usual_words.usual_kept(count, n_paces))
        self.forget_button.setVisible(count + n_paces > 0)

    def tell_library(self, path: Path | None) -> None:
        """Say where the sessions are kept, or that none is."""
        words = (
            settings_words.LIBRARY_NONE
            if path is None
            else settings_words.LIBRARY_AT.format(path=path)
        )
        self._library.setText(words)
        self.library_button.setVisible(path is None)
        self._usual_section.setVisible(path is not None)

    def _lay_out(self) -> None:
        content = QWidget()
        content.setMaximumWidth(theme.px(_COLUMN_PX))
        column = QVBoxLayout(content)
        column.setContentsMargins(24, 22, 24, 22)
        column.setSpacing(14)
        column.addWidget(
            _section(
                settings_words.LOOK_HEADING,
                _named(settings_words.THEME, self.theme_picker),
                _named(settings_words.TEXT_SIZE, self.size_picker),
                self.motion_switch,
                label(settings_words.REDUCE_MOTION_TEXT, "small", wraps=True),
            )
        )
        column.addWidget(
            _section(
                settings_words.SOUND_HEADING,
                self.sound_switch,
                label(settings_words.SOUND_TEXT, "small", wraps=True),
                _named(settings_words.VOLUME, self.volume_slider),
            )
        )
        column.addWidget(_section(guide_settings_words.HEADING, self.guides))
        column.addWidget(
            _section(
                settings_words.SENSORS_HEADING,
                self.sensors_switch,
                label(settings_words.CONNECT_SENSORS_TEXT, "small", wraps=True),
            )
        )
        column.addWidget(_section(stream_words.HEADING, self.streams))
        library_row = QWidget()
        line = QHBoxLayout(library_row)
        line.setContentsMargins(0, 0, 0, 0)
        line.addWidget(self._library, 1)
        line.addWidget(self.library_button)
        column.addWidget(_section(settings_words.LIBRARY_HEADING, library_row))
        usual_row = QWidget()
        line = QHBoxLayout(usual_row)
        line.setContentsMargins(0, 0, 0, 0)
        line.addWidget(self._usual, 1)
        line.addWidget(self.forget_button)
        self._usual_section = _section(usual_words.USUAL_HEADING, usual_row)
        self._usual_section.hide()
        column.addWidget(self._usual_section)
        column.addWidget(_section(settings_words.KEYS_HEADING, _keys()))
        column.addWidget(
            _section(
                settings_words.ABOUT_HEADING, label(settings_words.ABOUT_TEXT, "muted", wraps=True)
            )
        )
        column.addStretch(1)
        self.hold(scrolled(centered(content)))

    def _show(self) -> None:
        shown = self._preferences
        self.theme_picker.setCurrentIndex(self.theme_picker.findData(shown.theme))
        nearest = min(_SCALES, key=lambda scale: abs(scale - shown.text_scale))
        self.size_picker.setCurrentIndex(_SCALES.index(nearest))
        self.motion_switch.setChecked(shown.reduce_motion)
        self.sound_switch.setChecked(shown.sound)
        self.sensors_switch.setChecked(shown.connect_sensors)
        self.volume_slider.setValue(round(shown.volume * 100))

    def _prefer(self, **changes: object) -> None:
        self._preferences = self._preferences.changed(**changes)
        self.preferred.emit(self._preferences)


def _section(heading: str, *widgets: QWidget) -> QFrame:
    made = card()
    box = made.layout()
    assert isinstance(box, QVBoxLayout)  # noqa: S101 - made by card
    box.setSpacing(8)
    box.addWidget(label(heading, "strong"))
    for widget in widgets:
        box.addWidget(widget)
    return made


def _named(name: str, control: QWidget) -> QWidget:
    row = QWidget()
    line = QHBoxLayout(row)
    line.setContentsMargins(0, 0, 0, 0)
    words = label(name)
    words.setBuddy(control)
    line.addWidget(words, 1)
    line.addWidget(control, 2)
    return row


def _keys() -> QWidget:
    table = QWidget()
    grid = QGridLayout(table)
    grid.setContentsMargins(0, 0, 0, 0)
    grid.setHorizontalSpacing(18)
    grid.setVerticalSpacing(6)
    for place, (keys, what) in enumerate(window_words.KEYS):
        grid.addWidget(label(keys), place, 0)
        grid.addWidget(label(what, "muted", wraps=True), place, 1)
    grid.setColumnStretch(1, 1)
    return table
