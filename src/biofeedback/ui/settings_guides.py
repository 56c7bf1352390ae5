"""The part of Settings about guides: language, what they follow, what they offer, how they speak."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from biofeedback.errors import ContentError
from biofeedback.guides.catalogue import GUIDES
from biofeedback.guides.words import LANGUAGES, guide_words
from biofeedback.ui.messages import guide_settings_words as said
from biofeedback.ui.page import label
from biofeedback.ui.widgets.controls import Picker, Stepper, Switch, button, unheard

if TYPE_CHECKING:
    from PySide6.QtWidgets import QLabel, QPushButton

    from biofeedback.settings import Preferences

__all__ = ["GuideSettings"]

# What is offered calms; these need a therapist, a second person, or a quarter of an hour.
_NOT_OFFERED = ("waves", "together", "resonance", "check-in")
_SHORTEST_MIN, _LONGEST_MIN, _STEP_MIN = 5, 240, 5


class GuideSettings(QWidget):
    """Controls, in force as soon as they are changed.

    Signals: ``chosen(dict)`` with the preferences that were changed, by name; ``safety_wanted()``
    to go through the check before first use; ``help_wanted()`` to adapt the help lines.
    """

    chosen = Signal(dict)
    safety_wanted = Signal()
    help_wanted = Signal()

    def __init__(self, preferences: Preferences) -> None:
        super().__init__()
        self._preferences = preferences
        self.language_picker = Picker(said.LANGUAGE, LANGUAGES.items())
        self.adapts_switch = Switch(said.ADAPTS)
        self.offer_picker = Picker(said.OFFER)
        self.again_stepper = Stepper(
            said.AGAIN_NAME,
            lowest=_SHORTEST_MIN,
            highest=_LONGEST_MIN,
            step=_STEP_MIN,
            n_decimals=0,
            suffix=" min",
        )
        self.voice_switch = Switch(said.VOICE)
        self.eyes_switch = Switch(said.EYES_CLOSED)
        self._safety = label("", "muted", wraps=True)
        self.safety_button = button(said.SAFETY_OPEN)
        self.safety_button.clicked.connect(self.safety_wanted)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        for widget in (
            _named(said.LANGUAGE, self.language_picker),
            self.adapts_switch,
            label(said.ADAPTS_TEXT, "small", wraps=True),
            _named(said.OFFER, self.offer_picker),
            _named(said.AGAIN, self.again_stepper),
            label(said.OFFER_TEXT, "small", wraps=True),
            self.voice_switch,
            label(said.VOICE_TEXT, "small", wraps=True),
            self.eyes_switch,
            label(said.EYES_CLOSED_TEXT, "small", wraps=True),
        ):
            column.addWidget(widget)
        self.help_button = button(
            said.HELP_LINES_OPEN, name=f"{said.HELP_LINES}: {said.HELP_LINES_OPEN}"
        )
        self.help_button.clicked.connect(self.help_wanted)
        for name, words, opens in (
            (said.SAFETY, self._safety, self.safety_button),
            (
                said.HELP_LINES,
                label(said.HELP_LINES_TEXT, "muted", wraps=True),
                self.help_button,
            ),
        ):
            column.addWidget(label(name))
            column.addWidget(_opening(words, opens))
        for switch, text in (
            (self.adapts_switch, said.ADAPTS_TEXT),
            (self.voice_switch, said.VOICE_TEXT),
            (self.eyes_switch, said.EYES_CLOSED_TEXT),
        ):
            switch.setAccessibleDescription(text)
        self._show()
        self.language_picker.activated.connect(
            lambda _: self._choose(guide_language=self.language_picker.currentData())
        )
        self.adapts_switch.toggled.connect(lambda is_on: self._choose(adapts=is_on))
        self.offer_picker.activated.connect(
            lambda _: self._choose(offer=self.offer_picker.currentData())
        )
        self.again_stepper.changed.connect(
            lambda minutes: self._choose(offer_again_min=round(minutes))
        )
        self.voice_switch.toggled.connect(lambda is_on: self._choose(voice=is_on))
        self.eyes_switch.toggled.connect(lambda is_on: self._choose(eyes_closed=is_on))

    @property
    def safety_text(self) -> str:
        """What is said of the check before first use."""
        return self._safety.text()

    def prefer(self, preferences: Preferences) -> None:
        """Follow preferences that were changed elsewhere."""
        self._preferences = preferences
        with unheard((self.adapts_switch, self.voice_switch, self.eyes_switch)):
            self._show()

    def _show(self) -> None:
        shown = self._preferences
        self.language_picker.setCurrentIndex(self.language_picker.findData(shown.guide_language))
        self.adapts_switch.setChecked(shown.adapts)
        self.offer_picker.clear()
        self.offer_picker.addItem(said.OFFER_NOTHING, "")
        for name in GUIDES:
            if name.startswith(_NOT_OFFERED):
                continue
            with suppress(ContentError):  # what has no words cannot be offered
                self.offer_picker.addItem(guide_words(name, shown.guide_language).name, name)
        offered = self.offer_picker.findData(shown.offer)
        self.offer_picker.setCurrentIndex(max(offered, 0))
        self.again_stepper.number = shown.offer_again_min
        self.again_stepper.setEnabled(bool(self.offer_picker.currentData()))
        self.voice_switch.setChecked(shown.voice)
        self.eyes_switch.setChecked(shown.eyes_closed)
        text = said.SAFETY_GENTLE if shown.is_gentle else said.SAFETY_DONE
        self._safety.setText(text if shown.is_checked else said.SAFETY_NEW)
        opens = said.SAFETY_OPEN if shown.is_checked else said.SAFETY_OPEN_FIRST
        self.safety_button.setText(opens)
        self.safety_button.setAccessibleName(f"{said.SAFETY}: {opens}")

    def _choose(self, **changes: object) -> None:
        self._preferences = self._preferences.changed(**changes)
        self.again_stepper.setEnabled(bool(self._preferences.offer))
        self.chosen.emit(changes)


def _opening(text: QLabel, opens: QPushButton) -> QWidget:
    """Return what is said of another page, with the button that leads there."""
    row = QWidget()
    line = QHBoxLayout(row)
    line.setContentsMargins(0, 0, 0, 0)
    line.addWidget(text, 1)
    line.addWidget(opens)
    return row


def _named(name: str, control: QWidget) -> QWidget:
    row = QWidget()
    line = QHBoxLayout(row)
    line.setContentsMargins(0, 0, 0, 0)
    words = label(name, wraps=True)
    words.setBuddy(control)
    line.addWidget(words, 2)
    line.addWidget(control, 2)
    return row
