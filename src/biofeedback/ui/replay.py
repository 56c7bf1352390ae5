"""A recorded session on the Practice screen again: the same numbers, at any speed."""

from __future__ import annotations

from math import inf
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QProgressBar, QVBoxLayout, QWidget

from biofeedback.runtime.snapshot import SessionState
from biofeedback.ui.leading import leading_guide
from biofeedback.ui.led_column import LedColumn
from biofeedback.ui.messages import practice_words, replay_words
from biofeedback.ui.page import Page, card, label
from biofeedback.ui.pattern_editor import named_row
from biofeedback.ui.pausing import Pausing
from biofeedback.ui.stage import Stage
from biofeedback.ui.widgets.controls import Picker, button

if TYPE_CHECKING:
    from biofeedback.runtime.replay import Player, Replayable
    from biofeedback.runtime.snapshot import Snapshot
    from biofeedback.settings import Preferences

__all__ = ["ReplayPage"]

_SPEEDS = (0.5, 1.0, 2.0, 4.0, 8.0, 16.0, 32.0, 64.0, inf)


class ReplayPage(Page):
    """Follows a `Player`.

    Signals: ``left()`` when the person goes back, ``changed()`` at once when the replay was
    paused or goes on.
    """

    left = Signal()
    changed = Signal()

    def __init__(self) -> None:
        super().__init__()
        self._session: Replayable | None = None
        self._player: Player | None = None
        self._pausing: Pausing | None = None
        self.play_button = button(replay_words.REPLAY_PAUSE, role="primary")
        self.again_button = button(replay_words.FROM_THE_START)
        self.back_button = button(replay_words.BACK)
        self.speed_picker = Picker(
            replay_words.SPEED, ((factor, replay_words.speed(factor)) for factor in _SPEEDS)
        )
        self.speed_picker.setCurrentIndex(_SPEEDS.index(1.0))
        self.stage = Stage(self._make_left())
        self.play_button.clicked.connect(self.toggle)
        self.again_button.clicked.connect(self._start)
        self.back_button.clicked.connect(self.left)
        self.speed_picker.currentIndexChanged.connect(lambda _: self._speed_changed())
        self.hold(self.stage)

    @property
    def player(self) -> Player | None:
        """What plays, ``None`` while nothing does."""
        return self._player

    @property
    def state(self) -> SessionState:
        """Where the replay is, counting what the person just asked for."""
        return SessionState.READY if self._pausing is None else self._pausing.state()

    def open(self, session: Replayable, *, name: str = "", note: str = "") -> None:
        """Play a session, or a file that was read, from its start.

        Parameters
        ----------
        session
            What to play.
        name
            What to call it.
        note
            What was written about it.
        """
        self._session = session
        self.title = "  ·  ".join(filter(None, (replay_words.REPLAYED, name)))
        self.led.clear()
        self._note.setText(note)
        self._note.setVisible(bool(note))
        self._start()

    @property
    def trouble(self) -> str:
        """Why it ended early, empty when it did not."""
        return "" if self._trouble.isHidden() else self._trouble.text()

    def prefer(self, preferences: Preferences) -> None:
        """Follow settings that were changed elsewhere."""
        self.stage.prefer(preferences)
        self.led.set_language(preferences.guide_language)
        self.stage.hide_numbers(preferences.numbers_hidden)

    def dress(self) -> None:
        """Put on the colors in force."""
        self.stage.dress()

    def set_speed(self, speed: float) -> None:
        """Play at the nearest of the speeds that can be picked."""
        nearest = min(_SPEEDS, key=lambda one: abs(min(one, 1e3) - min(speed, 1e3)))
        self.speed_picker.setCurrentIndex(_SPEEDS.index(nearest))

    def leave(self) -> None:
        """Let go of the session."""
        self.close_session()

    def close_session(self) -> None:
        """Stop playing and let go of the session."""
        if self._player is not None:
            self._player.stop()
        self._player = self._pausing = self._session = None

    def toggle(self) -> bool:
        """Pause, or go on. Return False when there is nothing to pause."""
        return self._pausing is not None and self._pausing.toggle()

    def picture(self) -> Snapshot | None:
        """Return the newest picture of the replay."""
        return None if self._player is None else self._player.snapshot()

    def refresh(self, snapshot: Snapshot, now_s: float, state: SessionState) -> None:
        """Show where the replay is; the live session is not looked at."""
        del snapshot, now_s, state
        player, pausing = self._player, self._pausing
        if player is None or pausing is None:
            return
        shown, state = player.snapshot(), pausing.state()
        pacer = pausing.pacer()
        self.led.tell(shown, player.now_s(), state, pacer)
        self.stage.show_moment(shown, player.now_s(), state, pacer)
        failure = player.failure
        if failure is not None:
            self.stage.disc.settle(replay_words.REPLAY_STOPPED, replay_words.REPLAY_STOPPED_HINT)
        self._trouble.setText("" if failure is None else str(failure))
        self._trouble.setVisible(failure is not None)
        # What has ended is at its end, or as far as it came.
        position_s = player.now_s()
        if state is SessionState.ENDED:
            position_s = player.duration_s if failure is None else shown.t_s
        words = replay_words.position(position_s, player.duration_s)
        if words != self._position.text():
            self._position.setText(words)
            self._bar.setValue(round(1000 * position_s / max(player.duration_s, 1e-9)))
        # Without a guide of its own to tell of.
        words = "" if shown.plan is None else practice_words.guide_name(shown.plan.guide)
        self._guide.setText("" if leading_guide(shown) else words or replay_words.REPLAYED)
        self._guide.setVisible(bool(self._guide.text()))
        is_playing = state is SessionState.RUNNING
        self.play_button.setVisible(state is not SessionState.ENDED)
        self.play_button.setText(replay_words.REPLAY_PAUSE if is_playing else replay_words.PLAY)
        self.play_button.setAccessibleName(self.play_button.text())

    def _make_left(self) -> QWidget:
        self._guide = label(replay_words.REPLAYED, "label")
        self.led = LedColumn(is_replay=True)
        self._position = label("", "number")
        self._bar = QProgressBar()
        self._bar.setTextVisible(False)
        self._bar.setRange(0, 1000)
        self._bar.setAccessibleName(replay_words.POSITION)
        self._note = label("", "muted", wraps=True)
        self._trouble = label("", "warm", wraps=True)
        self._trouble.hide()
        controls = card()
        box = controls.layout()
        assert isinstance(box, QVBoxLayout)  # noqa: S101 - made by card
        box.setContentsMargins(14, 14, 14, 14)
        box.setSpacing(10)
        box.addLayout(named_row(replay_words.SPEED, self.speed_picker))
        for widget in (self.play_button, self.again_button, self.back_button):
            box.addWidget(widget)
        left = QWidget()
        column = QVBoxLayout(left)
        column.setContentsMargins(0, 0, 4, 0)
        column.setSpacing(5)
        for told in (self._guide, self.led):
            column.addWidget(told)
        column.addSpacing(8)
        column.addWidget(label(replay_words.POSITION, "label"))
        column.addWidget(self._position)
        column.addWidget(self._bar)
        column.addWidget(self._trouble)
        column.addSpacing(10)
        column.addWidget(controls)
        column.addWidget(self._note, 0, Qt.AlignmentFlag.AlignTop)
        column.addStretch(1)
        return left

    def _start(self) -> None:
        # Here and not above: the pipeline behind a replay is not needed for the first picture.
        from biofeedback.runtime.replay import Player as Playing  # noqa: PLC0415 - see above

        if self._session is None:
            return
        if self._player is not None:
            self._player.stop()
        self._player = player = Playing(self._session, speed=self.speed_picker.currentData())
        self._pausing = Pausing(player)
        self._pausing.changed.connect(self.changed)
        player.start()

    def _speed_changed(self) -> None:
        if self._player is not None:
            self._player.set_speed(self.speed_picker.currentData())
