"""The end of a session: what it came to, in plain words, and room for a few of one's own."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QBoxLayout,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QPlainTextEdit,
    QVBoxLayout,
    QWidget,
)

from biofeedback.ui import theme
from biofeedback.ui.after import AfterQuestions
from biofeedback.ui.messages import summary_words, usual_words
from biofeedback.ui.page import Page, card, label, let_go, scrolled
from biofeedback.ui.resonance_curve import ResonanceCard
from biofeedback.ui.summary_ears import SummaryEars
from biofeedback.ui.widgets.ask_once import AskOnce
from biofeedback.ui.widgets.controls import button
from biofeedback.ui.widgets.curve import Curve

if TYPE_CHECKING:
    from collections.abc import Callable

    from PySide6.QtGui import QResizeEvent

    from biofeedback.runtime.summary import Summary, SummaryCard
    from biofeedback.settings import Preferences
    from biofeedback.ui.passage import Passage

__all__ = ["SummaryPage"]

# Below this width, at 100 %, four figures do not fit side by side.
_NARROW_PX = 820
# On either side, and for the bar that scrolls.
_SIDE_PX, _BAR_PX = 36, 12


class SummaryPage(Page):
    """Shows a `Summary`, or that it is being put together.

    Signals: ``done()``, ``once_more()``, ``look(str)``, ``deleted(str)`` and
    ``noted(str, str)``, the last three with the session's id, and the note; ``usual_kept(Baseline)``
    when the person wants what was found to be kept as their usual; ``answered(str, dict)`` with
    the session's id and what was said of it; ``pace_used(ResonanceResult)``; ``help_wanted()``;
    ``guides_wanted()``.
    """

    done = Signal()
    once_more = Signal()
    look = Signal(str)
    deleted = Signal(str)
    noted = Signal(str, str)
    usual_kept = Signal(object)
    answered = Signal(str, object)
    pace_used = Signal(object)
    help_wanted = Signal()
    guides_wanted = Signal()

    def __init__(self) -> None:
        super().__init__()
        self._summary: Summary | None = None
        self.headline = label(summary_words.PUTTING_TOGETHER, "headline", wraps=True)
        self._cards: list[QWidget] = []
        self._card_grid = QGridLayout()
        self._card_grid.setSpacing(14)
        self._lower = QGridLayout()
        self._lower.setSpacing(14)
        self._foot = QGridLayout()
        self.curve = Curve(summary_words.SUMMARY_CURVE)
        self.did = label("", "muted", wraps=True)
        self.after = AfterQuestions()
        self.result = ResonanceCard()
        self.after.answered.connect(lambda said: self.answered.emit(self._session_id(), said))
        self.after.help_wanted.connect(self.help_wanted)
        self.ears = SummaryEars(self.after, self.help_wanted.emit, self._go_to_guides)
        self.result.used.connect(self.pace_used)
        self._notes = label("", "muted", wraps=True)
        self._body = QWidget()
        self._make_body()
        # Everything has its place from the start: shown without one, it would be a window.
        self._arrange(is_narrow=False)
        content = QWidget()
        column = QVBoxLayout(content)
        column.setContentsMargins(_SIDE_PX, 24, _SIDE_PX, 20)
        column.setSpacing(16)
        column.addWidget(self.headline)
        column.addWidget(self._body, 1)
        outer = QHBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        self._scrolled = scrolled(content)
        outer.addWidget(self._scrolled)
        self._body.hide()

    @property
    def summary(self) -> Summary | None:
        """What is shown."""
        return self._summary

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802 - Qt's name
        """Put less side by side where there is little width, as with large text."""
        super().resizeEvent(event)
        self._arrange(is_narrow=self._has_little_width())

    def prefer(self, preferences: Preferences) -> None:
        """Ask in the language of the guides."""
        self.after.set_language(preferences.guide_language)

    def passage(self, language: str) -> Passage | None:
        """Return what the session came to, and the two questions one after the other."""
        return None if self._summary is None else self.ears.passage(self._summary, language)

    @property
    def has_summary(self) -> bool:
        """Whether there is one that was not put aside yet."""
        return self._summary is not None

    def show_summary(self, summary: Summary | None) -> None:
        """Show a summary; ``None`` while it is being put together."""
        if summary is self._summary:
            return
        self._summary = summary
        # Each begins with what it came to, wherever the one before was left.
        self._scrolled.verticalScrollBar().setValue(0)
        self._body.setVisible(summary is not None)
        if summary is None:
            self.title = ""
            self.headline.setText(summary_words.PUTTING_TOGETHER)
            return
        self.title = summary.title
        self.headline.setText(summary.headline)
        for gone in self._cards:
            let_go(gone)
        self._cards = [_card(each) for each in summary.cards]
        self.curve.set_curve(summary.t_s, summary.heart_rate_bpm, summary.duration_s)
        # Of two who keep their bodies to themselves there is no curve, nor where no heart was felt.
        self._curve_card.setVisible(summary.t_s.size > 0)
        self.did.setText(" ".join(summary.did))
        self.did.setVisible(bool(summary.did))
        self.result.show_result(summary.result)
        self.after.ask(summary.distress_before)
        self.ears.begin()
        self.after.setVisible(summary.is_led and bool(summary.session_id))
        self._notes.setText("\n".join(summary.notes))
        self._notes_card.setVisible(bool(summary.notes))
        self._note.clear()
        self._note_said.clear()
        self._usual_card.setVisible(summary.baseline is not None)
        self._usual_said.clear()
        for answer in (self.usual_yes, self.usual_no):
            answer.show()
        is_stored = bool(summary.session_id)
        self._note_card.setVisible(is_stored)
        self.look_button.setVisible(is_stored)
        self.delete_button.setVisible(is_stored)
        self._kept.setText(summary_words.KEPT if summary.is_kept else summary_words.NOT_KEPT)
        self._kept.setVisible(summary.is_kept or not is_stored)
        self._arrange(is_narrow=self._has_little_width())

    def show_for_picture(self, summary: Summary) -> None:
        """Show a summary without what only a person at the screen can use."""
        self.show_summary(summary)
        self._note_card.hide()
        self._usual_card.hide()
        self.after.hide()
        self.result.show_result(summary.result, can_use=False)
        for control in (self.done_button, self.more_button, self.look_button, self.delete_button):
            control.hide()
        self._arrange(is_narrow=self._has_little_width())

    def tell_usual(self, words: str) -> None:
        """Say what became of the offer to keep the baseline."""
        self._usual_said.setText(words)
        had_focus = self.usual_yes.hasFocus() or self.usual_no.hasFocus()
        for answer in (self.usual_yes, self.usual_no):
            answer.hide()
        if had_focus:
            self.done_button.setFocus()

    def write(self, text: str) -> None:
        """Put words into the note, as the person would."""
        self._note.setPlainText(text)

    def leave(self) -> None:
        """Keep what was written."""
        self.keep_note()

    def keep_note(self) -> None:
        """Hand on what was written, if anything was."""
        text = self._note.toPlainText().strip()
        if not text or self._summary is None or not self._summary.session_id:
            return
        self._note.clear()
        self.noted.emit(self._summary.session_id, text)

    def tell_note(self, words: str) -> None:
        """Say what became of the note."""
        self._note_said.setText(words)

    def give_back(self, text: str) -> None:
        """Put a note that could not be kept back into the field: nothing written is lost."""
        self._note.setPlainText("\n".join(filter(None, (text, self._note.toPlainText()))))

    def _has_little_width(self) -> bool:
        return self.width() < theme.px(_NARROW_PX)

    def _arrange(self, *, is_narrow: bool) -> None:
        n_columns = 2 if is_narrow else 4
        for column in range(4):
            self._card_grid.setColumnStretch(column, int(column < n_columns))
        for place, each in enumerate(self._cards):
            self._card_grid.addWidget(each, place // n_columns, place % n_columns)
        self.after.be_narrow(is_narrow=is_narrow)
        room = self.width() - 2 * _SIDE_PX - theme.px(_BAR_PX)
        for row in (self._buttons, self._after):
            _stand(row, room)
        is_alone = is_narrow
        for grid, pair in (
            (self._lower, (self._notes_card, self._note_card)),
            (self._foot, (self._buttons, self._after)),
        ):
            # What is hidden leaves its room to the other.
            is_alone = is_narrow or pair[0].isHidden() or pair[1].isHidden()
            is_alone |= sum(each.minimumSizeHint().width() for each in pair) + 14 > room
            grid.addWidget(pair[0], 0, 0)
            grid.addWidget(pair[1], int(is_alone), int(not is_alone))
            grid.setColumnStretch(0, 1)
            grid.setColumnStretch(1, int(not is_alone))
        right = Qt.AlignmentFlag.AlignLeft if is_alone else Qt.AlignmentFlag.AlignRight
        self._foot.setAlignment(self._buttons, Qt.AlignmentFlag.AlignLeft)
        self._foot.setAlignment(self._after, right)

    def _make_body(self) -> None:
        self._curve_card = curve_card = card()
        box = curve_card.layout()
        assert box is not None  # noqa: S101 - made by card
        box.addWidget(label(summary_words.SUMMARY_CURVE, "label"))
        box.addWidget(self.curve)
        self._notes_card = card()
        notes_box = self._notes_card.layout()
        assert isinstance(notes_box, QVBoxLayout)  # noqa: S101 - made by card
        notes_box.addWidget(label(summary_words.NOTES, "strong"))
        notes_box.addWidget(self._notes)
        notes_box.addStretch(1)
        self._note_card = self._make_note_card()
        buttons, after = self._make_buttons()
        self._buttons, self._after = buttons, after
        body = QVBoxLayout(self._body)
        body.setContentsMargins(0, 0, 0, 0)
        body.setSpacing(16)
        body.addWidget(self.did)
        body.addWidget(self._make_usual_card())
        body.addWidget(self.result)
        body.addLayout(self._card_grid)
        body.addWidget(curve_card, 1)
        body.addWidget(self.after)
        body.addLayout(self._lower)
        body.addLayout(self._foot)

    def _make_usual_card(self) -> QWidget:
        self._usual_card = made = card()
        self.usual_yes = button(usual_words.USUAL_YES, role="primary")
        self.usual_no = button(usual_words.USUAL_NO)
        for answer in (self.usual_yes, self.usual_no):
            answer.setAccessibleName(f"{answer.text()}. {usual_words.USUAL_KEEP}")
        self._usual_said = label("", "muted", wraps=True)
        self.usual_yes.clicked.connect(self._keep_usual)
        self.usual_no.clicked.connect(lambda: self.tell_usual(usual_words.USUAL_NOT_KEPT))
        box = made.layout()
        assert isinstance(box, QVBoxLayout)  # noqa: S101 - made by card
        box.setSpacing(6)
        box.addWidget(label(usual_words.USUAL_KEEP, "strong"))
        row = QHBoxLayout()
        row.setSpacing(12)
        row.addWidget(label(usual_words.USUAL_KEEP_TEXT, "muted", wraps=True), 1)
        row.addWidget(self._usual_said)
        row.addWidget(self.usual_no)
        row.addWidget(self.usual_yes)
        box.addLayout(row)
        made.hide()
        return made

    def _keep_usual(self) -> None:
        if self._summary is not None and self._summary.baseline is not None:
            self.usual_kept.emit(self._summary.baseline)

    def _make_note_card(self) -> QWidget:
        self._note = QPlainTextEdit()
        self._note.setPlaceholderText(summary_words.REMEMBER_HINT)
        self._note.setAccessibleName(summary_words.REMEMBER)
        self._note.setTabChangesFocus(True)
        self._note.setFixedHeight(theme.px(72))
        self._note_said: QLabel = label("", "small", wraps=True)
        self.keep_button = button(summary_words.KEEP_NOTE)
        self.keep_button.clicked.connect(self.keep_note)
        made = card()
        box = made.layout()
        assert isinstance(box, QVBoxLayout)  # noqa: S101 - made by card
        box.addWidget(label(summary_words.REMEMBER, "strong"))
        box.addWidget(self._note)
        row = QHBoxLayout()
        row.addWidget(self._note_said, 1)
        row.addWidget(self.keep_button, 0, Qt.AlignmentFlag.AlignRight)
        box.addLayout(row)
        # Without a curve the cards have more height than they need.
        box.addStretch(1)
        return made

    def _make_buttons(self) -> tuple[QWidget, QWidget]:
        self.done_button = button(summary_words.DONE, role="primary")
        self.look_button = button(summary_words.LOOK_AT_IT)
        self.more_button = button(summary_words.ONCE_MORE)
        self._kept = label(summary_words.KEPT, "muted")
        self.delete_button = AskOnce(
            summary_words.DELETE_THIS,
            summary_words.DELETE_SURE,
            summary_words.DELETE_YES,
            summary_words.DELETE_NO,
            role="link",
        )
        self.done_button.clicked.connect(lambda: self._leave(self.done.emit))
        self.more_button.clicked.connect(lambda: self._leave(self.once_more.emit))
        self.look_button.clicked.connect(
            lambda: self._leave(lambda: self.look.emit(self._session_id()))
        )
        self.delete_button.confirmed.connect(lambda: self.deleted.emit(self._session_id()))
        return (
            _row(self.done_button, self.look_button, self.more_button),
            _row(self._kept, self.delete_button),
        )

    def _session_id(self) -> str:
        return "" if self._summary is None else self._summary.session_id

    def _go_to_guides(self) -> None:
        self._leave(self.guides_wanted.emit)

    def _leave(self, go: Callable[[], None]) -> None:
        self.keep_note()
        go()


def _row(*widgets: QWidget) -> QWidget:
    made = QWidget()
    row = QHBoxLayout(made)
    row.setContentsMargins(0, 0, 0, 0)
    row.setSpacing(12)
    for widget in widgets:
        row.addWidget(widget)
    return made


def _stand(row: QWidget, room_px: int) -> None:
    """Put what stands side by side one under the other where there is no room for it."""
    line = row.layout()
    assert isinstance(line, QBoxLayout)  # noqa: S101 - made by _row
    line.setDirection(QBoxLayout.Direction.LeftToRight)
    if line.minimumSize().width() > room_px:
        line.setDirection(QBoxLayout.Direction.TopToBottom)


def _card(figure: SummaryCard) -> QWidget:
    made = card()
    box = made.layout()
    assert isinstance(box, QVBoxLayout)  # noqa: S101 - made by card
    box.setSpacing(3)
    value = label(figure.value, "number", wraps=True)
    value.setAccessibleName(f"{figure.label}: {figure.value}, {figure.note}")
    box.addWidget(label(figure.label, "label"))
    box.addWidget(value)
    box.addWidget(label(figure.note, "muted", wraps=True))
    return made
