"""The screen of a guide that leads by words, step by step: to be read with eyes half closed."""

from __future__ import annotations

from math import nan
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QSpacerItem, QVBoxLayout, QWidget

from biofeedback.runtime.snapshot import SessionState
from biofeedback.ui import theme
from biofeedback.ui.announce import announce
from biofeedback.ui.leading import guide_line, is_private, leading_guide, stage_of
from biofeedback.ui.messages.lead_words import lead_words
from biofeedback.ui.page import Page, label, scrolled
from biofeedback.ui.press_guard import PressGuard
from biofeedback.ui.question_panel import QuestionPanel
from biofeedback.ui.small_numbers import SmallNumbers
from biofeedback.ui.why_line import WhyLine
from biofeedback.ui.widgets.arousal_band import ArousalBand
from biofeedback.ui.widgets.balanced_label import BalancedLabel
from biofeedback.ui.widgets.place_dots import PlaceDots
from biofeedback.ui.widgets.slow_line import SlowLine
from biofeedback.ui.widgets.step_circles import StepCircles
from biofeedback.ui.word_buttons import WordButtons

if TYPE_CHECKING:
    from PySide6.QtGui import QKeyEvent, QResizeEvent

    from biofeedback.runtime.snapshot import Snapshot
    from biofeedback.samples import GuideState
    from biofeedback.settings import Preferences

__all__ = ["LeadPage"]

# Guides during which a therapist keeps an eye on the body.
_WITH_BAND = frozenset({"waves"})
# Lines that are longer are lost on the way back to the next one.
_WIDEST_TEXT_PX, _WIDEST_TITLE_PX, _WIDEST_ROW_PX = 680, 960, 1120
# The share of the height above the first line: what is below may grow without moving it.
_TOP_SHARE = 0.1
# From this height on, at 100 %, all has the room it likes. With less, spaces and circles shrink.
_ROOMY_PX = 860
# On either side of the words, with the bar for scrolling.
_SIDE_PX = 36
_LEAST_SPACE, _LEAST_CIRCLE = 0.3, 0.6
_NO_WIDTH = (QSizePolicy.Policy.Minimum, QSizePolicy.Policy.Fixed)


class LeadPage(Page):
    """Shows the step that a guide is at, and what may be asked of it.

    Signals: ``asked(str, dict)`` with a command of `biofeedback.guides.leader`, ``ended()``.

    Parameters
    ----------
    preferences
        The language of the guides, and whether to spare motion.
    """

    asked = Signal(str, object)
    ended = Signal()

    def __init__(self, preferences: Preferences) -> None:
        super().__init__()
        self._language = preferences.guide_language
        self._step: object = None
        self._since_s = 0.0
        self._is_still = False
        self._guide_line = label("", "lead-text", wraps=True)
        self._guide_line.setAlignment(Qt.AlignmentFlag.AlignHCenter)
        self._title, self._text = BalancedLabel("lead"), BalancedLabel("lead-text")
        self.circles = StepCircles()
        self.band = ArousalBand()
        self.line = SlowLine()
        self.words = WordButtons(is_large=True)
        self.dots = PlaceDots()
        self.why = WhyLine(is_centered=True)
        self.numbers = SmallNumbers()
        self.question = QuestionPanel(is_wide=True)
        self._lay_out()
        self.band.hide()
        self.circles.pressed.connect(lambda: self.asked.emit("more", {}))
        for part in (self.words, self.why, self.question):
            part.asked.connect(self.asked)
        self.words.ended.connect(self.ended)
        self._guard = PressGuard(self, self.circles)
        self.prefer(preferences)

    @property
    def texts(self) -> tuple[str, str, str]:
        """The small line, the title and the text, as they are shown."""
        return (self._guide_line.text(), self._title.text(), self._text.text())

    def prefer(self, preferences: Preferences) -> None:
        """Follow settings that were changed elsewhere."""
        self._language = preferences.guide_language
        self.line.set_reduced_motion(preferences.reduce_motion)
        self.line.tell_language(self._language)
        for part in (self.words, self.why, self.question, self.band, self.numbers):
            part.set_language(self._language)
        self._step = None

    def dress(self) -> None:
        """Take the widths of the text size in force."""
        for words, widest in (
            (self._guide_line, _WIDEST_TEXT_PX),
            (self.why, _WIDEST_TEXT_PX),
            (self.band, _WIDEST_TEXT_PX),
            (self.words, _WIDEST_ROW_PX),
            (self.question, _WIDEST_TEXT_PX),
        ):
            words.setMaximumWidth(theme.px(widest))
        self.numbers.dress()
        self._balance()
        self._share_height()

    def refresh(self, snapshot: Snapshot, now_s: float, state: SessionState) -> None:
        """Show this moment."""
        guide = leading_guide(snapshot)
        is_under_way = state in {SessionState.RUNNING, SessionState.PAUSED}
        told = snapshot.guide if snapshot.guide is not None and snapshot.guide.guide else None
        self._is_still = state is not SessionState.RUNNING
        self._tell_step(snapshot, told, now_s)
        can = () if told is None or not is_under_way else told.can
        stage = "" if told is None else told.stage
        self.words.tell(guide, can, is_still=self._is_still, stage=stage)
        self.circles.show_count(
            0 if told is None else told.count,
            0 if told is None else told.n_asked,
            can_press="more" in can and not self._is_still,
            language=self._language,
        )
        place = (0, 0) if told is None else (told.place, told.n_places)
        self.dots.show_place(*place, self._language)
        if not self._is_still:
            self.line.lead(self._step, nan if told is None else told.stage_until_s, now_s)
        # One of two may have gone over to this guide: why it waits is of one body alone.
        is_for_two = is_private(snapshot)
        decisions = () if is_for_two else snapshot.decisions
        self.why.tell(told, decisions, now_s, since_s=self._since_s)
        # A question that is asked beside the guide waits for its answer in a pause too.
        asking = snapshot.guide if is_under_way else None
        self.question.tell(asking, now_s, is_private=is_for_two)
        has_band = guide in _WITH_BAND and not is_for_two
        if self.band.isHidden() is has_band:
            self.band.setVisible(has_band)
        if has_band:
            self.band.tell(snapshot, now_s)
        self.numbers.leave_state_out(is_left_out=has_band)
        if self.numbers.isHidden() is not is_for_two:
            self.numbers.setHidden(is_for_two)
        self.numbers.tell(snapshot, now_s)
        self._guard.note(now_s)

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802 - Qt's name
        """Let Enter do the first thing that can be asked for, wherever on the page it is pressed."""
        is_enter = event.key() in {Qt.Key.Key_Return, Qt.Key.Key_Enter}
        if not is_enter or event.isAutoRepeat() or not self.words.press_enter():
            super().keyPressEvent(event)

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802 - Qt's name
        """Keep the first line at its share of the height."""
        super().resizeEvent(event)
        self._balance()
        self._share_height()

    def _balance(self) -> None:
        room = self.width() - 2 * _SIDE_PX
        self._title.balance(min(room, theme.px(_WIDEST_TITLE_PX)))
        self._text.balance(min(room, theme.px(_WIDEST_TEXT_PX)))

    def _share_height(self) -> None:
        """Give the spaces less where there is little height, as with large text."""
        share = min(self.height() / theme.px(_ROOMY_PX), 1.0)
        factor = max(share * share, _LEAST_SPACE)
        for space, height in self._spaces:
            space.changeSize(0, round(height * factor), *_NO_WIDTH)
        self._top.changeSize(0, round(self.height() * _TOP_SHARE * factor), *_NO_WIDTH)
        self.circles.set_share(max(share, _LEAST_CIRCLE))
        self._column.invalidate()

    def _tell_step(self, snapshot: Snapshot, told: GuideState | None, now_s: float) -> None:
        """Name the step, once for each; in a pause say that, where the guide's name stood."""
        guide = leading_guide(snapshot)
        step = None if told is None else (told.guide, told.stage, told.place, told.way)
        shown = (guide, step, self._is_still)
        if shown == self._step_shown():
            return
        is_new = step is None or self._step is None or step != self._step
        if is_new:
            self._step = step
            self._since_s = now_s if told is None else told.t_s
        self._shown = shown
        name = guide_line(snapshot, self._language)
        title, text = stage_of(told, self._language)
        words = lead_words(self._language)
        paused = f"{words.paused}. {words.paused_hint}"
        self._say_above(paused if self._is_still else name if title else "")
        self._title.setText(title or name)
        self._text.setText(text)
        self._text.setVisible(bool(text))
        self._balance()
        self.title = ""
        if is_new and title and self.isVisible():
            announce(self._title, f"{title}. {text}")

    def _step_shown(self) -> object:
        return None if self._step is None else self._shown

    def _say_above(self, words: str) -> None:
        role = "lead-paused" if self._is_still else "lead-text"
        if self._guide_line.property("role") != role:
            self._guide_line.setProperty("role", role)
            self._guide_line.style().unpolish(self._guide_line)
            self._guide_line.style().polish(self._guide_line)
        self._guide_line.setText(words)

    def _lay_out(self) -> None:
        content = QWidget()
        self._top = QSpacerItem(0, 0, *_NO_WIDTH)
        self._spaces: list[tuple[QSpacerItem, int]] = []
        self._column = column = QVBoxLayout(content)
        column.setContentsMargins(24, 8, 24, 16)
        column.setSpacing(0)
        column.addItem(self._top)
        for part, space in (
            (self._guide_line, 22),
            (self._title, 16),
            (self._text, 36),
            (self.circles, 36),
            (self.band, 24),
            (self.words, 34),
            (self.line, 16),
            (self.dots, 22),
            (self.why, 6),
            (self.numbers, 0),
        ):
            column.addLayout(_middle(part))
            item = QSpacerItem(0, space, *_NO_WIDTH)
            self._spaces.append((item, space))
            column.addItem(item)
        column.addStretch(1)
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.setSpacing(0)
        outer.addWidget(scrolled(content), 1)
        foot = _middle(self.question)
        foot.setContentsMargins(24, 0, 24, 16)
        outer.addLayout(foot)
        self.dress()


def _middle(widget: QWidget) -> QHBoxLayout:
    """Return a row with a widget in the middle of it, as wide as it may be."""
    row = QHBoxLayout()
    row.setContentsMargins(0, 0, 0, 0)
    row.addStretch(1)
    row.addWidget(widget, 1000)
    row.addStretch(1)
    return row
