"""What was recorded: a list, and for one session what can be done with it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QColor
from PySide6.QtWidgets import (
    QAbstractItemView,
    QHBoxLayout,
    QHeaderView,
    QTableWidget,
    QTableWidgetItem,
    QVBoxLayout,
    QWidget,
)

from biofeedback.ui import theme
from biofeedback.ui.messages import (
    practice_words,
    session_words,
    summary_words,
    time_words,
    window_words,
)
from biofeedback.ui.messages.after_words import answers_in_words
from biofeedback.ui.page import Page, card, label
from biofeedback.ui.widgets.ask_once import AskOnce
from biofeedback.ui.widgets.controls import button

if TYPE_CHECKING:
    from collections.abc import Sequence

    from biofeedback.sessions.library import SessionRow

__all__ = ["SessionsPage"]


class SessionsPage(Page):
    """Lists sessions, newest first.

    Signals: ``wanted()`` when the list should be read anew, ``replay_wanted(str)``,
    ``export_wanted(str)``, ``deleted(str)`` with a session's id, ``library_wanted()`` when
    there is none to list and the person wants one.
    """

    title = window_words.SESSIONS
    wanted = Signal()
    replay_wanted = Signal(str)
    export_wanted = Signal(str)
    deleted = Signal(str)
    library_wanted = Signal()

    def __init__(self) -> None:
        super().__init__()
        self._rows: tuple[SessionRow, ...] = ()
        self._open_id = ""
        self.table = self._make_table()
        self._empty = label(session_words.NO_SESSIONS, "muted", wraps=True)
        self.library_button = button(session_words.OPEN_LIBRARY, role="primary")
        self.library_button.clicked.connect(self.library_wanted)
        self._details = self._make_details()
        column = QVBoxLayout(self)
        column.setContentsMargins(24, 20, 24, 22)
        column.setSpacing(14)
        column.addWidget(self._empty)
        column.addWidget(self.library_button, 0, Qt.AlignmentFlag.AlignLeft)
        column.addWidget(self.table, 1)
        column.addWidget(self._details)
        column.addStretch(0)
        self.tell_no_library()

    @property
    def session_id(self) -> str:
        """Id of the session that is picked, empty when none is."""
        place = self.table.currentRow()
        return self._rows[place].session_id if 0 <= place < len(self._rows) else ""

    def entered(self) -> None:
        """Read the list anew: a session may have been added."""
        self.wanted.emit()

    def tell_no_library(self) -> None:
        """Say that nothing is recorded, and offer to change that."""
        self._tell((), session_words.NO_LIBRARY)
        self.library_button.show()

    def tell_rows(self, rows: Sequence[SessionRow], *, is_recording: bool = False) -> None:
        """Show the sessions there are.

        Parameters
        ----------
        rows
            The sessions, newest first.
        is_recording
            Whether the newest is still being recorded.
        """
        self.library_button.hide()
        self._open_id = rows[0].session_id if rows and is_recording else ""
        self._tell(tuple(rows), session_words.NO_SESSIONS)

    def pick(self, session_id: str) -> None:
        """Pick a session as the person would."""
        for place, row in enumerate(self._rows):
            if row.session_id == session_id:
                self.table.setCurrentCell(place, 0)

    def _tell(self, rows: tuple[SessionRow, ...], words_when_empty: str) -> None:
        picked = self.session_id
        self._rows = rows
        self._empty.setText(words_when_empty)
        self._empty.setVisible(not rows)
        self.table.setVisible(bool(rows))
        self.table.setRowCount(len(rows))
        for place, row in enumerate(rows):
            for column, words in enumerate(self._words(row)):
                item = QTableWidgetItem(words)
                item.setToolTip(words)
                self.table.setItem(place, column, item)
        self.dress()
        self.table.setCurrentCell(-1, -1)
        self.pick(picked)
        self._tell_details()

    def dress(self) -> None:
        """Put on the colors and the text size in force."""
        self.table.verticalHeader().setDefaultSectionSize(theme.px(44))
        muted = QColor(theme.colors().muted)
        for place in range(self.table.rowCount()):
            for column in range(1, self.table.columnCount()):
                item = self.table.item(place, column)
                if item is not None:
                    item.setForeground(muted)

    def _words(self, row: SessionRow) -> tuple[str, ...]:
        return (
            time_words.day_and_time(row.started_utc.astimezone()),
            time_words.duration(row.duration_s),
            ", ".join(row.sensors) or session_words.WITHOUT_SENSOR,
            practice_words.guide_name(row.guide),
            self._end_of(row),
        )

    def _end_of(self, row: SessionRow) -> str:
        if row.session_id == self._open_id:
            return session_words.UNDER_WAY
        return session_words.COMPLETE if row.is_complete else session_words.INTERRUPTED

    def _make_table(self) -> QTableWidget:
        table = QTableWidget(0, len(session_words.SESSION_COLUMNS))
        table.setAccessibleName(window_words.SESSIONS)
        table.setHorizontalHeaderLabels(list(session_words.SESSION_COLUMNS))
        table.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        table.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        table.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        table.setShowGrid(False)
        table.setTabKeyNavigation(False)
        table.setWordWrap(False)
        table.verticalHeader().hide()
        header = table.horizontalHeader()
        header.setHighlightSections(False)
        header.setDefaultAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        header.setSectionResizeMode(QHeaderView.ResizeMode.ResizeToContents)
        header.setSectionResizeMode(2, QHeaderView.ResizeMode.Stretch)
        table.itemSelectionChanged.connect(self._tell_details)
        table.itemActivated.connect(lambda _: self.replay_wanted.emit(self.session_id))
        return table

    def _make_details(self) -> QWidget:
        made = card()
        box = made.layout()
        assert isinstance(box, QVBoxLayout)  # noqa: S101 - made by card
        self._details_title = label("", "strong", wraps=True)
        self._answers = label("", "muted", wraps=True)
        self._note = label("", "", wraps=True)
        self._buttons = QWidget()
        row = QHBoxLayout(self._buttons)
        row.setContentsMargins(0, 4, 0, 0)
        row.setSpacing(12)
        self.replay_button = button(session_words.REPLAY, role="primary")
        self.export_button = button(session_words.EXPORT)
        self.delete_button = AskOnce(
            session_words.DELETE,
            summary_words.DELETE_SURE,
            summary_words.DELETE_YES,
            summary_words.DELETE_NO,
        )
        self.replay_button.clicked.connect(lambda: self.replay_wanted.emit(self.session_id))
        self.export_button.clicked.connect(lambda: self.export_wanted.emit(self.session_id))
        self.delete_button.confirmed.connect(lambda: self.deleted.emit(self.session_id))
        row.addWidget(self.replay_button)
        row.addWidget(self.export_button)
        row.addStretch(1)
        row.addWidget(self.delete_button)
        for widget in (self._details_title, self._answers, self._note, self._buttons):
            box.addWidget(widget)
        return made

    def _tell_details(self) -> None:
        self._details.setVisible(bool(self._rows))
        place = self.table.currentRow()
        is_picked = 0 <= place < len(self._rows)
        self._buttons.setVisible(is_picked)
        for words in (self._answers, self._note):
            words.setVisible(is_picked)
        self.delete_button.step_back()
        if not is_picked:
            self._details_title.setText(session_words.PICK_ONE)
            return
        row = self._rows[place]
        self._details_title.setText(
            f"{time_words.day_and_time(row.started_utc.astimezone())}  ·  "
            f"{session_words.beats(row.n_beats)}  ·  {self._end_of(row)}"
        )
        said = answers_in_words(row.answers, "en")
        for words, text in ((self._answers, said), (self._note, row.note)):
            words.setText(text)
            words.setVisible(bool(text))
