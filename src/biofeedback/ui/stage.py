"""Disc, readings and wave: what a live session and a replay both show.

On the left it leaves room for what leads the session; see `biofeedback.ui.practice` and
`biofeedback.ui.replay`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QSizePolicy, QVBoxLayout, QWidget

from biofeedback.runtime.snapshot import BASELINE, SessionState
from biofeedback.ui import theme
from biofeedback.ui.leading import is_natural, is_private, stage_of, step_of
from biofeedback.ui.messages import breath_words, practice_words, usual_words, wave_words
from biofeedback.ui.messages.lead_words import lead_words
from biofeedback.ui.page import label, scrolled
from biofeedback.ui.readings import Readings
from biofeedback.ui.widgets.controls import button
from biofeedback.ui.widgets.heart_wave import HeartWave
from biofeedback.ui.widgets.pacer_disc import PacerDisc
from biofeedback.ui.widgets.pair_discs import PairDiscs

if TYPE_CHECKING:
    from PySide6.QtGui import QResizeEvent

    from biofeedback.pacing import PacerSegment
    from biofeedback.runtime.snapshot import Snapshot
    from biofeedback.settings import Preferences

__all__ = ["Stage"]

_COLUMN_PX = 252
# Each side column gets no more of the width than this, so that the disc stays the largest, unless
# large text needs more in a small window: what is cut off cannot be read, nor reached by mouse.
_COLUMN_SHARE = 0.29
_WAVE_ROW, _WAVE_SHARE = 2, 5
# Below this width, at 100 %, the readings stand under the left column: beside two columns as wide
# as their words the disc would be the smallest of the three.
_STACKED_PX = 500
# Below this width, at 100 %, small readings do not fit side by side.
_NARROW_PX = 150


class Stage(QWidget):
    """The three columns and the wave.

    Signals: ``numbers_toggled(bool)`` with whether they are hidden now.

    Parameters
    ----------
    left
        What stands in the left column.
    foot
        What stands below it and stays in sight where the column has too little height.
    """

    numbers_toggled = Signal(bool)

    def __init__(self, left: QWidget, foot: QWidget | None = None) -> None:
        super().__init__()
        self.disc = PacerDisc()
        self.pair = PairDiscs(self.disc)
        self._language = "en"
        self.wave = HeartWave()
        self.readings = Readings()
        self._are_hidden = False
        self._snapshot: Snapshot | None = None
        right = self._make_readings()
        self._readings_column = right
        stacked = QWidget()
        self._stack = QVBoxLayout(stacked)
        self._stack.setContentsMargins(0, 0, 0, 0)
        self._stack.addWidget(left, 1)
        self._left, self._right = scrolled(stacked), scrolled(right)
        self._contents = ((stacked,) if foot is None else (stacked, foot), (right,))
        for column in (self._left, self._right):
            column.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Expanding)
        self._wave_title = label(wave_words.WAVE_TITLE, "small", wraps=True)
        grid = QGridLayout(self)
        grid.setContentsMargins(24, 24, 24, 18)
        grid.setHorizontalSpacing(16)
        grid.setVerticalSpacing(10)
        beside = QVBoxLayout()
        beside.setSpacing(10)
        beside.addWidget(self._left, 1)
        if foot is not None:
            beside.addWidget(foot)
        grid.addLayout(beside, 0, 0)
        grid.addWidget(self.pair, 0, 1)
        grid.addWidget(self._right, 0, 2)
        self._legend = QWidget()
        self._legend.setLayout(self._make_legend())
        grid.addWidget(self._legend, _WAVE_ROW - 1, 0, 1, 3)
        grid.addWidget(self.wave, _WAVE_ROW, 0, 1, 3)
        grid.setColumnStretch(1, 1)
        grid.setRowStretch(0, 17)
        grid.setRowStretch(_WAVE_ROW, _WAVE_SHARE)
        self._grid = grid

    @property
    def are_numbers_hidden(self) -> bool:
        """Whether the readings are out of sight."""
        return self._are_hidden

    def hide_numbers(self, are_hidden: bool) -> None:
        """Hide or show the readings; they are measured and recorded all the same."""
        self._are_hidden = are_hidden
        self.readings.setVisible(not are_hidden)
        self._hidden_words.setVisible(are_hidden)
        self._toggle.setText(
            practice_words.SHOW_NUMBERS if are_hidden else practice_words.HIDE_NUMBERS
        )
        self._toggle.setAccessibleName(self._toggle.text())
        # A new text takes the shortcut away.
        self._toggle.setShortcut("Ctrl+H")
        self._tell_wave()

    def prefer(self, preferences: Preferences) -> None:
        """Follow settings that were changed elsewhere."""
        self._language = preferences.guide_language
        self.pair.prefer(preferences)

    def show_moment(
        self,
        snapshot: Snapshot,
        now_s: float,
        state: SessionState,
        pacer: PacerSegment | None,
    ) -> None:
        """Show one moment.

        Parameters
        ----------
        snapshot
            The newest picture of the session.
        now_s
            Session time now.
        state
            Where the session is, counting what the person just asked for.
        pacer
            The pacer to follow; ``None`` when it stands still.
        """
        guide = "" if snapshot.plan is None else snapshot.plan.guide
        self.pair.lead_partner(snapshot, now_s, state)
        if pacer is not None:
            step = pacer.at(now_s).step
            said = step_of(snapshot.guide, step.word, self._language)
            words = self.pair.own_words(said or breath_words.STEP_WORDS[step])
            self.disc.lead(pacer, now_s, words)
        elif state is SessionState.PAUSED:
            self.disc.rest(*self._paused_words(guide))
        elif state is SessionState.RUNNING and guide == BASELINE:
            self.disc.settle(usual_words.QUIET, usual_words.QUIET_HINT)
        elif state is SessionState.RUNNING and is_natural(snapshot):
            title, _ = stage_of(snapshot.guide, self._language)
            self.disc.settle(title, "")
        elif state is SessionState.RUNNING and guide:
            # Between begin or go-on and the first breath: as it was, without a word of haste.
            led = lead_words(self._language)
            self.disc.rest(led.ready, led.ready_in_disc)
        elif state is SessionState.RUNNING:
            self.disc.settle(practice_words.WITHOUT_GUIDE, "")
        elif state is SessionState.ENDED:
            self.disc.settle(practice_words.ENDED, practice_words.ENDED_HINT)
        else:
            self.disc.settle(practice_words.READY, practice_words.READY_HINT)
        if snapshot is not self._snapshot:
            self._snapshot = snapshot
            self._show_wave(is_shown=not is_private(snapshot))
            self.wave.set_snapshot(snapshot)
            self._tell_wave()
            self.readings.tell(snapshot, now_s)
            # Numbers that are new may need more.
            self._share_width()
        # What has ended stands still at its last moment.
        self.wave.advance(snapshot.t_s if state is SessionState.ENDED else now_s)

    def _paused_words(self, guide: str) -> tuple[str, str]:
        """Return what the disc says in a pause: in the language that a guide led it in."""
        if guide in {"", BASELINE}:
            return practice_words.PAUSED, practice_words.PAUSED_HINT
        words = lead_words(self._language)
        return words.paused, words.paused_in_disc

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802 - Qt's name
        """Share out the width."""
        super().resizeEvent(event)
        self._share_width()

    def _share_width(self) -> None:
        """Give each column its share, or what its words need."""
        self._be_stacked(is_stacked=self.width() < theme.px(_STACKED_PX))
        share = min(theme.px(_COLUMN_PX), round(self.width() * _COLUMN_SHARE))
        self.readings.be_narrow(share < theme.px(_NARROW_PX))
        for column, contents in zip((self._left, self._right), self._contents, strict=True):
            needed = max(content.minimumSizeHint().width() for content in contents)
            needed += column.verticalScrollBar().sizeHint().width()
            width = max(share, needed)
            if width != column.width():
                column.setFixedWidth(width)

    def _show_wave(self, *, is_shown: bool) -> None:
        """Show the line of the heart, or leave its room to the discs of two."""
        if self.wave.isHidden() is not is_shown:
            return
        self.wave.setVisible(is_shown)
        self._legend.setVisible(is_shown)
        self._grid.setRowStretch(_WAVE_ROW, _WAVE_SHARE if is_shown else 0)

    def _be_stacked(self, *, is_stacked: bool) -> None:
        """Put the readings under the left column, or on the right by themselves."""
        if is_stacked is self._right.isHidden():
            return
        self._right.setHidden(is_stacked)
        if is_stacked:
            self._right.takeWidget()
            self._stack.addWidget(self._readings_column)
        else:
            self._stack.removeWidget(self._readings_column)
            self._right.setWidget(self._readings_column)
        self._readings_column.show()

    def _make_readings(self) -> QWidget:
        self._hidden_words = label(practice_words.NUMBERS_ARE_HIDDEN, "muted", wraps=True)
        self._hidden_words.setAlignment(Qt.AlignmentFlag.AlignRight)
        self._hidden_words.hide()
        self._toggle = button(practice_words.HIDE_NUMBERS, role="link")
        self._toggle.setToolTip("Ctrl+H")
        self._toggle.clicked.connect(self._toggled)
        self._toggle.setShortcut("Ctrl+H")
        column = QWidget()
        outer = QVBoxLayout(column)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.setSpacing(8)
        outer.addWidget(self.readings)
        outer.addWidget(self._hidden_words)
        outer.addWidget(self._toggle, 0, Qt.AlignmentFlag.AlignRight)
        outer.addStretch(1)
        return column

    def _toggled(self) -> None:
        self.hide_numbers(not self._are_hidden)
        self.numbers_toggled.emit(self._are_hidden)

    def _make_legend(self) -> QHBoxLayout:
        row = QHBoxLayout()
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(14)
        row.addWidget(self._wave_title, 1)
        self._legend_pacer = label(f"- -  {wave_words.WAVE_PACER}", "small")
        self._legend_heart = label(f"—  {wave_words.WAVE_HEART}", "small")
        self._legend_breath = label(f"—  {wave_words.WAVE_BREATH}", "small")
        self._legend_breath.hide()
        row.addWidget(self._legend_breath)
        row.addWidget(self._legend_pacer)
        row.addWidget(self._legend_heart)
        self.dress()
        return row

    def dress(self) -> None:
        """Put on the colors in force."""
        c = theme.colors()
        self._legend_pacer.setStyleSheet(f"color: {c.breath};")
        self._legend_heart.setStyleSheet(f"color: {c.heart};")
        self._legend_breath.setStyleSheet(f"color: {c.breathing};")
        self.readings.dress()
        self._share_width()

    def _tell_wave(self) -> None:
        low, high = self.wave.range_bpm
        words = wave_words.WAVE_TITLE if self._are_hidden else wave_words.wave_title(low, high)
        if words != self._wave_title.text():
            self._wave_title.setText(words)
        if self._legend_breath.isHidden() is self.wave.has_breath:
            self._legend_breath.setVisible(self.wave.has_breath)
