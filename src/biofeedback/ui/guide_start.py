"""The page of one guide: what it is, how the person would like it, and the button that begins it."""

from __future__ import annotations

from contextlib import suppress
from math import inf
from typing import TYPE_CHECKING

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QVBoxLayout, QWidget

from biofeedback.guides.breathing_choice import OWN
from biofeedback.guides.catalogue import BREATHING, LED_BY_TIME, make_guide, vocabulary
from biofeedback.guides.pacer import pattern_arguments
from biofeedback.guides.words import guide_words
from biofeedback.pacing import PRESETS, BreathPattern
from biofeedback.runtime.guide_log import has_pacer
from biofeedback.runtime.snapshot import SessionPlan, SessionState
from biofeedback.ui import theme
from biofeedback.ui.guide_options import GuideOptions
from biofeedback.ui.guide_plan import can_begin, is_for_later
from biofeedback.ui.guide_shelf import place_of, signals_present
from biofeedback.ui.messages.ear_words import ear_words, length_aloud
from biofeedback.ui.messages.guide_words import guide_page_words
from biofeedback.ui.page import Page, card, centered, label, scrolled, show_in
from biofeedback.ui.passage import Choice, Passage
from biofeedback.ui.pattern_editor import PatternEditor
from biofeedback.ui.session_length import N_FIRST, longest_min, suggested_min
from biofeedback.ui.widgets.controls import Stepper, button

if TYPE_CHECKING:
    from collections.abc import Iterable

    from biofeedback.runtime.snapshot import Snapshot
    from biofeedback.settings import Preferences
    from biofeedback.ui.messages.guide_words import GuidePageWords

__all__ = ["GuideStartPage"]

_COLUMN_PX = 760
_MOST_DISTRESS = 10
_UNDER_WAY = frozenset({SessionState.RUNNING, SessionState.PAUSED})


class GuideStartPage(Page):
    """Tells of one guide and begins it when the person says so, and not before.

    Signals: ``begun(SessionPlan)``; ``left()`` back to the gallery.

    Parameters
    ----------
    preferences
        Language of the guides, how often one was begun, and what was agreed on.
    """

    begun = Signal(object)
    left = Signal()

    def __init__(self, preferences: Preferences) -> None:
        super().__init__()
        self._preferences = preferences
        self._guide = BREATHING
        self._present: frozenset[str] | None = None
        self._state = SessionState.READY
        self._area = scrolled(QWidget())
        self.begin_button = button("", role="primary")
        self.begin_button.clicked.connect(self._begin)
        self.back_button = button("")
        self.back_button.clicked.connect(self.left)
        self._trouble = label("", "warm", wraps=True)
        self._trouble.hide()
        self.options: GuideOptions
        self.editor: PatternEditor
        self.minutes: Stepper
        self.now: Stepper
        self._sensors = label("", "muted", wraps=True)
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.setSpacing(0)
        outer.addWidget(self._area, 1)
        outer.addWidget(self._make_foot())
        self._fill()

    @property
    def guide(self) -> str:
        """The guide that is shown."""
        return self._guide

    @property
    def trouble(self) -> str:
        """Why it cannot begin as chosen, empty when it can."""
        return "" if self._trouble.isHidden() else self._trouble.text()

    @property
    def sensors_text(self) -> str:
        """What is said of sensors."""
        return self._sensors.text()

    def open(self, guide: str) -> None:
        """Turn to a guide."""
        self._guide = guide
        self._fill()

    def prefer(self, preferences: Preferences) -> None:
        """Follow the language, and how often guides were begun."""
        before, self._preferences = self._preferences, preferences
        if (preferences.guide_language, preferences.n_led, preferences.is_gentle) != (
            before.guide_language,
            before.n_led,
            before.is_gentle,
        ):
            self._fill()

    def dress(self) -> None:
        """Take the widths of the text size in force."""
        self._fill()

    def entered(self) -> None:
        """Be at the beginning."""
        self._area.verticalScrollBar().setValue(0)

    def refresh(self, snapshot: Snapshot, now_s: float, state: SessionState) -> None:
        """Tell which sensors are there, and whether a session is under way."""
        del now_s
        present = signals_present(snapshot)
        if present != self._present:
            self._present = present
            self._sensors.setText(self._sensor_words(present))
        if state is not self._state:
            self._state = state
            self._tell_trouble()

    def plan(self) -> SessionPlan:
        """Return what is chosen."""
        options = self.options.chosen
        if self.now.number >= 0:
            options["distress_before"] = self.now.number
        duration_s = self.minutes.number * 60.0 if self._guide in LED_BY_TIME else inf
        pattern = self.editor.pattern if self._is_own else PRESETS["gentle"]
        return SessionPlan(self._guide, pattern, duration_s, options)

    def passage(self, language: str) -> Passage | None:
        """Return what the guide is, how to begin it, and how to stop it."""
        words, aloud = guide_page_words(language), ear_words(language)
        told = guide_words(self._guide, language)
        opening = [f"{told.name}. {told.about}", aloud.takes.format(length=told.length)]
        if self._guide in LED_BY_TIME:
            length = length_aloud(self.minutes.number * 60.0, language)
            opening.append(aloud.set_to.format(length=length))
        if has_pacer(self._guide):
            opening.append(aloud.sound_leads)
        if told.caution:
            opening.append(aloud.good_to_know.format(caution=told.caution))
        opening += [aloud.stops, aloud.choices]
        choices = [Choice("B", words.back, self.left.emit)]
        if not self.trouble:
            choices.insert(0, Choice("G", words.begin, self._begin))
        place = ("guide", self._guide)
        return Passage(place, " ".join(opening), self.trouble, tuple(choices), tells_controls=True)

    @property
    def _is_own(self) -> bool:
        """Whether a breath of the person's own is chosen."""
        return self.options.chosen.get("preset") == OWN

    def _fill(self) -> None:
        page_words = guide_page_words(self._preferences.guide_language)
        words = guide_words(self._guide, self._preferences.guide_language)
        self.title = words.name
        self._present = None
        content = QWidget()
        content.setMaximumWidth(theme.px(_COLUMN_PX))
        column = QVBoxLayout(content)
        column.setContentsMargins(24, 22, 24, 22)
        column.setSpacing(12)
        column.addWidget(label(words.name, "headline", wraps=True))
        column.addWidget(label(words.about, wraps=True))
        column.addWidget(_told(page_words.for_whom, words.for_whom))
        column.addWidget(_told(page_words.length, words.length))
        if words.caution:
            column.addWidget(
                _section(page_words.caution, (label(words.caution, "warm", wraps=True),))
            )
        self.options = GuideOptions(
            vocabulary(self._guide).options, words.options, page_words, self._takes
        )
        self.options.changed.connect(self._chosen)
        self._make_editor()
        if not self.options.is_empty:
            column.addWidget(_section(page_words.choices, (self.options, self.editor)))
        self._make_minutes(page_words)
        if self._guide in LED_BY_TIME:
            text = label(self._minutes_words(page_words), "small", wraps=True)
            column.addWidget(_section(page_words.minutes, (self.minutes, text)))
        self._make_now(page_words)
        now_text = label(page_words.now_text, "small", wraps=True)
        column.addWidget(_section(page_words.now, (self.now, now_text)))
        self._sensors = label("", "muted", wraps=True)
        column.addWidget(_section(page_words.sensors, (self._sensors,)))
        column.addStretch(1)
        show_in(self._area, centered(content))
        # What stands below comes after what is chosen.
        QWidget.setTabOrder(self.now.focusProxy() or self.now, self.back_button)
        QWidget.setTabOrder(self.back_button, self.begin_button)
        for shown, said in (
            (self.begin_button, page_words.begin),
            (self.back_button, page_words.back),
        ):
            shown.setText(said)
            shown.setAccessibleName(said)
        # A new text takes the shortcut away.
        self.begin_button.setShortcut("Ctrl+B")
        self.begin_button.setToolTip("Ctrl+B")
        self._tell_trouble()

    def _make_editor(self) -> None:
        """Offer the parts of a breath where one of the person's own can be led."""
        self.editor = PatternEditor()
        self.editor.keeper.stand_aside()
        self.editor.set_own(self._preferences.own_breaths)
        with suppress(ValueError):  # the file may have been written by hand
            self.editor.set_pattern(BreathPattern(*self._preferences.pattern_s))
        self.editor.edited.connect(self._tell_trouble)
        self.editor.setVisible(self._is_own)

    def _make_minutes(self, words: GuidePageWords) -> None:
        self.minutes = Stepper(
            words.minutes_name,
            lowest=1,
            highest=longest_min(self._preferences),
            step=1,
            n_decimals=0,
            suffix=" min",
        )
        self.minutes.number = suggested_min(self._preferences)

    def _make_now(self, words: GuidePageWords) -> None:
        self.now = Stepper(words.now_name, lowest=-1, highest=_MOST_DISTRESS, step=1, n_decimals=0)
        self.now.set_word_for_lowest(words.not_said)
        self.now.number = -1

    def _make_foot(self) -> QFrame:
        # Below what scrolls: with large text the way on and the way back are still in sight.
        foot = QFrame()
        foot.setObjectName("row")
        column = QVBoxLayout(foot)
        column.setContentsMargins(24, 10, 24, 10)
        column.addWidget(self._trouble)
        row = QHBoxLayout()
        row.addWidget(self.back_button)
        row.addStretch(1)
        row.addWidget(self.begin_button)
        column.addLayout(row)
        return foot

    def _minutes_words(self, words: GuidePageWords) -> str:
        if self._preferences.n_led == 0:
            return words.first_time
        return words.first_times if self._preferences.n_led < N_FIRST else words.later_times

    def _sensor_words(self, present: Iterable[str]) -> str:
        words = guide_page_words(self._preferences.guide_language)
        place = place_of(self._guide)
        if not place.signals:
            return words.not_needed
        helps = words.helps_two if place.is_for_two else words.helps
        here = [words.signals[name] for name in place.signals if name in present]
        known = [words.signals[name] for name in place.signals]
        said = [helps.format(signals=_joined(known, words.and_word))]
        said.append(
            words.here.format(signals=_joined(here, words.and_word)) if here else words.none_here
        )
        if len(here) < len(known):
            said.append(words.without)
        return " ".join(said)

    def _takes(self, name: str, number: float) -> bool:
        try:
            make_guide(self._guide, {**pattern_arguments(PRESETS["gentle"]), name: number})
        except ValueError:
            return False
        return True

    def _chosen(self) -> None:
        self.editor.setVisible(self._is_own)
        self._tell_trouble()

    def _tell_trouble(self) -> None:
        words = guide_page_words(self._preferences.guide_language)
        trouble = ""
        if self._state in _UNDER_WAY:
            trouble = words.busy
        elif is_for_later(self._guide, self._preferences):
            trouble = words.for_later
        elif self._is_own and self.editor.trouble:
            trouble = self.editor.trouble
        elif not can_begin(self.plan(), self._preferences):
            trouble = words.cannot
        self._trouble.setText(trouble)
        self._trouble.setVisible(bool(trouble))
        self.begin_button.setEnabled(not trouble)

    def _begin(self) -> None:
        self.begun.emit(self.plan())


def _joined(names: list[str], and_word: str) -> str:
    """Return ``heart, skin and muscle``."""
    return f" {and_word} ".join(filter(None, (", ".join(names[:-1]), names[-1])))


def _told(name: str, text: str) -> QWidget:
    made = QWidget()
    column = QVBoxLayout(made)
    column.setContentsMargins(0, 0, 0, 0)
    column.setSpacing(1)
    column.addWidget(label(name, "label"))
    column.addWidget(label(text, wraps=True))
    return made


def _section(heading: str, widgets: Iterable[QWidget]) -> QFrame:
    made = card()
    box = made.layout()
    assert isinstance(box, QVBoxLayout)  # noqa: S101 - made by card
    box.setSpacing(8)
    box.addWidget(label(heading, "label"))
    for widget in widgets:
        box.addWidget(widget)
    return made
