"""The screen of a person who trains their breath: choose, begin, breathe, end."""

from __future__ import annotations

from contextlib import suppress
from math import isfinite
from typing import TYPE_CHECKING

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QLabel, QProgressBar, QVBoxLayout, QWidget

from biofeedback.pacing import PRESETS, BreathPattern
from biofeedback.runtime.snapshot import BASELINE, SessionPlan, SessionState
from biofeedback.ui.leading import BREATHING, leading_guide
from biofeedback.ui.led_column import LedColumn
from biofeedback.ui.messages import breath_words, practice_words, time_words, window_words
from biofeedback.ui.page import Page, card, label
from biofeedback.ui.pattern_editor import PatternEditor, named_row
from biofeedback.ui.press_guard import PressGuard, act_at_once
from biofeedback.ui.session_length import longest_min, usual_min
from biofeedback.ui.stage import Stage
from biofeedback.ui.usual import UsualOffer, UsualProgress
from biofeedback.ui.widgets.controls import Stepper, button

if TYPE_CHECKING:
    from collections.abc import Callable

    from biofeedback.pacing import PacerSegment
    from biofeedback.runtime.snapshot import Snapshot
    from biofeedback.settings import Preferences
    from biofeedback.ui.passage import Passage

__all__ = ["PracticePage"]


class PracticePage(Page):
    """Leads a session of paced breathing.

    Signals: ``begun(SessionPlan)``, ``ended()``, ``paced(BreathPattern)`` in mid-session,
    ``preferred(Preferences)`` when a choice is worth keeping, and ``guides_wanted()``.

    Parameters
    ----------
    preferences
        What was chosen last time.
    pacer
        Gives the pacer to follow now.
    """

    begun = Signal(object)
    ended = Signal()
    paced = Signal(object)
    asked = Signal(str, object)
    preferred = Signal(object)
    guides_wanted = Signal()

    def __init__(self, preferences: Preferences, pacer: Callable[[], PacerSegment | None]) -> None:
        super().__init__()
        self._preferences = preferences
        self._pacer = pacer
        self._state: SessionState | None = None
        self._is_quiet: bool | None = None
        self._has_library = False
        self.usual_offer = UsualOffer()
        self.usual_progress = UsualProgress()
        self.editor = PatternEditor()
        self.minutes = Stepper(
            practice_words.MINUTES,
            lowest=1,
            highest=longest_min(preferences),
            step=1,
            n_decimals=0,
            suffix=" min",
        )
        self.begin_button = button(practice_words.BEGIN, role="primary")
        self.begin_button.setShortcut("Ctrl+B")
        self.begin_button.setToolTip("Ctrl+B")
        self.end_button = button(practice_words.END)
        # The window hears the key: it ends the session from every page.
        self.end_button.setToolTip(window_words.END_KEY)
        for each in (self.end_button, self.usual_progress.stop_button):
            act_at_once(each)
        self.guides_button = button(practice_words.OTHER_GUIDES)
        # The rail hears the key.
        self.guides_button.setToolTip("Ctrl+G")
        self.guides_button.clicked.connect(self.guides_wanted)
        left = self._make_left()
        self.stage = Stage(left, self._make_foot())
        self.stage.numbers_toggled.connect(self._numbers_toggled)
        self.hold(self.stage)
        self.editor.changed.connect(self._breath_changed)
        self.editor.own_changed.connect(lambda breaths: self._prefer(own_breaths=breaths))
        self.minutes.changed.connect(lambda _: self._prefer(minutes=int(self.minutes.number)))
        self.begin_button.clicked.connect(self._begin)
        self.end_button.clicked.connect(self.ended)
        self.usual_offer.accepted.connect(self._begin_quiet)
        self.usual_progress.stopped.connect(self.ended)
        self.minutes.number = usual_min(preferences)
        # Which breath was led last, to see that another one is.
        self._led_pattern: BreathPattern | None = None
        self._shown_plan: SessionPlan | None = None
        self.editor.set_own(preferences.own_breaths)
        self.editor.set_pattern(self._kept_pattern())
        self._tell_pattern()
        self.stage.hide_numbers(preferences.numbers_hidden)
        self._guard = PressGuard(self)

    def plan(self) -> SessionPlan:
        """Return what is chosen."""
        return SessionPlan(BREATHING, self.editor.pattern, self.minutes.number * 60.0)

    def passage(self, language: str) -> Passage | None:
        """Return where one is, and the keys that lead on."""
        from biofeedback.ui.messages.ear_words import ear_words  # noqa: PLC0415 - for few
        from biofeedback.ui.passage import HOME, Passage  # noqa: PLC0415 - likewise

        words = ear_words(language)
        return Passage(HOME, words.home, words.home_keys)

    def use_pattern(self, pattern: BreathPattern) -> None:
        """Choose a breath for the next session, and keep it."""
        self.editor.set_pattern(pattern)
        self._tell_pattern()
        self._prefer(preset=self.editor.preset, pattern_s=pattern.parts_s)

    def tell_library(self, *, is_open: bool) -> None:
        """Say whether anything can be kept: what is usual is of use only then."""
        self._has_library = is_open
        self._state = None

    def dress(self) -> None:
        """Put on the colors in force."""
        self.stage.dress()

    def prefer(self, preferences: Preferences) -> None:
        """Follow settings that were changed elsewhere."""
        self._preferences = preferences
        self.minutes.set_highest(longest_min(preferences))
        self._tell_length()
        self.stage.prefer(preferences)
        self.led.set_language(preferences.guide_language)

    def refresh(self, snapshot: Snapshot, now_s: float, state: SessionState) -> None:
        """Show this moment."""
        is_under_way = state in {SessionState.RUNNING, SessionState.PAUSED}
        is_quiet = is_under_way and snapshot.plan is not None and snapshot.plan.guide == BASELINE
        if state is not self._state or is_quiet is not self._is_quiet:
            self._state, self._is_quiet = state, is_quiet
            self._paced.setVisible(not is_quiet)
            self.usual_progress.setVisible(is_quiet)
            self.usual_offer.setVisible(self._has_library and not is_under_way)
            self._starts.setVisible(not is_under_way)
            self._foot.setVisible(is_under_way and not is_quiet)
            self._minutes_row.setVisible(not is_under_way)
            self._length_words.setVisible(not is_under_way)
            self._chosen.setVisible(not is_under_way)
            # Whoever pauses still sees the pace they paused at.
            if is_under_way is self.led.isHidden():
                self.led.setVisible(is_under_way)
                self.led.clear()
            self._show_chosen(snapshot.plan if is_under_way else None)
        self.begin_button.setEnabled(not self.editor.trouble)
        self.usual_offer.tell(has_sensor=bool(snapshot.present_sensors))
        if is_quiet:
            self.usual_progress.tell(snapshot)
        self._tell_time(snapshot)
        pacer = self._pacer()
        self._follow_breath(None if pacer is None else pacer.pattern)
        if is_under_way and not is_quiet:
            self.led.tell(snapshot, now_s, state, pacer)
        # A question has the column to itself: its answers are not to be looked for.
        is_led_freely = leading_guide(snapshot) == BREATHING and not self.led.question.text
        self._chooser.setVisible(not is_under_way or is_led_freely)
        self.stage.show_moment(snapshot, now_s, state, pacer)
        if is_under_way:
            self._guard.note(now_s)
        else:
            self._guard.forget()

    def _make_left(self) -> QWidget:
        self._pace_label = label("", "title", wraps=True)
        self._parts_label = label("", "muted", wraps=True)
        self._time_box = QWidget()
        self.led = LedColumn(self._time_box)
        self.led.asked.connect(self.asked)
        self._minutes_row = QWidget()
        self._minutes_row.setLayout(named_row(practice_words.SESSION_LENGTH, self.minutes))
        self._chooser = card()
        box = self._chooser.layout()
        assert isinstance(box, QVBoxLayout)  # noqa: S101 - made by card
        box.setContentsMargins(14, 14, 14, 14)
        box.setSpacing(10)
        self._length_words = label("", "small", wraps=True)
        self._tell_length()
        for widget in (self.editor, self._minutes_row, self._length_words):
            box.addWidget(widget)
        self._paced = QWidget()
        column = QVBoxLayout(self._paced)
        column.setContentsMargins(0, 0, 4, 0)
        column.setSpacing(5)
        self._chosen = QWidget()
        chosen = QVBoxLayout(self._chosen)
        chosen.setContentsMargins(0, 0, 0, 0)
        chosen.setSpacing(5)
        chosen.addWidget(label(practice_words.GUIDE, "label"))
        chosen.addWidget(self._pace_label)
        chosen.addWidget(self._parts_label)
        column.addWidget(self._chosen)
        column.addWidget(self.led)
        # Above what can be chosen: with large text they are still there without scrolling.
        self._starts = QWidget()
        starts = QVBoxLayout(self._starts)
        starts.setContentsMargins(0, 6, 0, 8)
        starts.setSpacing(5)
        starts.addWidget(self.begin_button)
        starts.addWidget(self.guides_button)
        column.addWidget(self._starts)
        column.addWidget(self._chooser)
        column.addWidget(self.usual_offer)
        column.addStretch(1)
        left = QWidget()
        whole = QVBoxLayout(left)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.setSpacing(0)
        whole.addWidget(self._paced)
        whole.addWidget(self.usual_progress)
        return left

    def _make_foot(self) -> QWidget:
        """Return the time and the end: in sight, and in their place, whatever is asked."""
        self._time_title = label(practice_words.TIME_LEFT, "label")
        self._time_label: QLabel = label("", "number")
        self._time_bar = QProgressBar()
        self._time_bar.setTextVisible(False)
        self._time_bar.setRange(0, 1000)
        self._time_bar.setAccessibleName(practice_words.TIME_LEFT)
        self._foot = QWidget()
        time_column = QVBoxLayout(self._time_box)
        time_column.setContentsMargins(0, 0, 0, 0)
        time_column.setSpacing(3)
        for part in (self._time_title, self._time_label, self._time_bar):
            time_column.addWidget(part)
        column = QVBoxLayout(self._foot)
        column.setContentsMargins(0, 0, 4, 0)
        column.setSpacing(8)
        column.addWidget(self._time_box)
        column.addWidget(self.end_button)
        return self._foot

    def _begin(self) -> None:
        # Begun by its key with the focus in a number: a digit is to answer what is asked.
        self.setFocus()
        self.begun.emit(self.plan())

    def _begin_quiet(self) -> None:
        # The button goes out of sight; a key pressed once more is to end nothing.
        self.setFocus()
        self.begun.emit(SessionPlan(BASELINE, self.editor.pattern))

    def _breath_changed(self, pattern: BreathPattern) -> None:
        self._tell_pattern()
        self._prefer(preset=self.editor.preset, pattern_s=pattern.parts_s)
        if self._state in {SessionState.RUNNING, SessionState.PAUSED}:
            self.paced.emit(pattern)

    def _kept_pattern(self) -> BreathPattern:
        with suppress(ValueError):  # the file may have been written by hand
            return BreathPattern(*self._preferences.pattern_s)
        return PRESETS["gentle"]

    def _show_chosen(self, plan: SessionPlan | None) -> None:
        """Let the editor show what this session was begun with; between sessions what is kept."""
        if plan is self._shown_plan:
            return  # paused, or on again: what was chosen on the way stays
        self._shown_plan = plan
        pattern = self._kept_pattern()
        if plan is not None and plan.guide == BREATHING:
            pattern = PRESETS.get(str(plan.options.get("preset", "")), plan.pattern)
        if pattern != self.editor.pattern:
            self.editor.set_pattern(pattern)
            self._tell_pattern()

    def _follow_breath(self, led: BreathPattern | None) -> None:
        """Let the editor show a breath that has a name, where the guide went over to it.

        What lies between two of them, as on the way down from one's own pace, is no choice.
        """
        if led is None or led == self._led_pattern:
            return
        is_first, self._led_pattern = self._led_pattern is None, led
        if not is_first and self.editor.names(led) and led != self.editor.pattern:
            self.editor.set_pattern(led)

    def _numbers_toggled(self, are_hidden: bool) -> None:
        self._prefer(numbers_hidden=are_hidden)

    def _prefer(self, **changes: object) -> None:
        self._preferences = self._preferences.changed(**changes)
        self.preferred.emit(self._preferences)

    def _tell_length(self) -> None:
        is_first = self._preferences.n_led == 0
        self._length_words.setText(
            practice_words.FIRST_TIME if is_first else practice_words.LATER_TIMES
        )

    def _tell_pattern(self) -> None:
        self._pace_label.setText(breath_words.pace(self.editor.pattern))
        self._parts_label.setText(breath_words.parts(self.editor.pattern))

    def _tell_time(self, snapshot: Snapshot) -> None:
        left_s = snapshot.left_s
        has_end = isfinite(left_s) and snapshot.plan is not None
        words = time_words.time_left(left_s) if has_end else time_words.clock_time(snapshot.led_s)
        if words == self._time_label.text():
            return
        self._time_label.setText(words)
        self._time_title.setText(
            practice_words.TIME_LEFT if has_end else practice_words.TIME_SO_FAR
        )
        self._time_bar.setVisible(has_end)
        if has_end and snapshot.plan is not None:
            self._time_bar.setValue(round(1000 * snapshot.led_s / snapshot.plan.duration_s))
