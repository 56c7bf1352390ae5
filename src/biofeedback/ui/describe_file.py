"""A description in a file: opened, checked, changed, and kept among the person's own."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QTextCursor
from PySide6.QtWidgets import (
    QFileDialog,
    QFrame,
    QHBoxLayout,
    QPlainTextEdit,
    QVBoxLayout,
    QWidget,
)

from biofeedback.devices.profiles.keeping import keep_profile
from biofeedback.devices.profiles.problem import Problem, ProfileError
from biofeedback.devices.profiles.reading import read_profile, read_text
from biofeedback.devices.profiles.self_test import self_test_problems
from biofeedback.ui import theme
from biofeedback.ui.describe_bytes import fixed_font
from biofeedback.ui.describe_meaning import ReplaceQuestion
from biofeedback.ui.messages import profile_words
from biofeedback.ui.page import clear, label
from biofeedback.ui.widgets.controls import button

if TYPE_CHECKING:
    from biofeedback.devices.profiles.profile import Profile
    from biofeedback.ui.worker import Worker

__all__ = ["FileStep"]


@dataclass(frozen=True, slots=True)
class _Checked:
    """A description that is right, or all that is wrong with it; and whether it was kept."""

    profile: Profile | None = None
    problems: tuple[Problem, ...] = ()
    is_kept: bool = False


def _check(text: str) -> _Checked:
    try:
        profile = read_profile(text)
    except ProfileError as error:
        return _Checked(problems=error.problems)
    failed = self_test_problems(profile)
    return _Checked(problems=failed) if failed else _Checked(profile)


def _keep(text: str, folder: Path, *, replaces: bool) -> _Checked:
    checked = _check(text)
    if checked.profile is None:
        return checked
    path = keep_profile(checked.profile, text, folder, replaces=replaces)
    return replace(checked, is_kept=path is not None)


def _all_right(profile: Profile) -> str:
    kinds = [channel.kind for source in profile.sources for channel in source.channels]
    return profile_words.ALL_RIGHT.format(
        name=profile.name,
        what=profile_words.measured(kinds),
        count=profile_words.tests(len(profile.tests)),
    )


class FileStep(QFrame):
    """Opens a description, and says what is wrong with it and in which line.

    Signals: ``kept(str)``, the name of the sensor that is described from now on.

    Parameters
    ----------
    worker
        Reads and writes beside the window.
    folder
        Where the person's own descriptions are.
    """

    kept = Signal(str)

    def __init__(self, worker: Worker, folder: Path) -> None:
        super().__init__()
        self.setObjectName("card")
        self._worker = worker
        self._folder = folder
        self.open_button = button(profile_words.OPEN)
        self._path = label("", "label")
        self.text = QPlainTextEdit()
        self.text.setAccessibleName(profile_words.FILE_TEXT)
        self.text.setTabChangesFocus(True)
        self.text.setLineWrapMode(QPlainTextEdit.LineWrapMode.NoWrap)
        self._verdict = label("", "", wraps=True)
        self._problems = QVBoxLayout()
        self._problems.setSpacing(2)
        self.check_button = button(profile_words.CHECK)
        self.save_button = button(profile_words.SAVE, role="primary")
        self.close_button = button(profile_words.CLOSE)
        self.question = ReplaceQuestion()
        self._lay_out()
        self.open_button.clicked.connect(self._ask_which)
        self.check_button.clicked.connect(self.check)
        self.save_button.clicked.connect(lambda: self._save(replaces=False))
        self.close_button.clicked.connect(self.close_file)
        self.question.answered.connect(self._answered)
        self.text.textChanged.connect(self._forget)
        self.dress()
        self._opened.hide()
        self._path.hide()
        self._verdict.hide()

    @property
    def verdict(self) -> str:
        """What is said of the description."""
        return self._verdict.text()

    @property
    def problems(self) -> tuple[str, ...]:
        """What is wrong with it, each with its line."""
        return tuple(each.accessibleName() for each in self._rows())

    def dress(self) -> None:
        """Put on the text size in force."""
        self.text.setFont(fixed_font(14))
        self.text.setMinimumHeight(theme.px(260))

    def open(self, path: Path) -> None:
        """Open a description."""
        self._worker.do(partial(read_text, path), partial(self._show, path.name), self._failed)

    def close_file(self) -> None:
        """Put it away; nothing is written."""
        self._opened.hide()
        self._path.hide()
        self.text.clear()
        self._forget()
        self.open_button.setFocus()

    def check(self) -> None:
        """Check what is written, and run its tests."""
        self._worker.do(partial(_check, self.text.toPlainText()), self._tell, self._failed)

    def _ask_which(self) -> None:
        chooser = QFileDialog(self.window(), profile_words.OPEN_TITLE, str(Path.home()))
        chooser.setNameFilter(profile_words.FILES)
        chooser.setFileMode(QFileDialog.FileMode.ExistingFile)
        # The system's own dialog would take the keyboard, and Space with it.
        chooser.setOption(QFileDialog.Option.DontUseNativeDialog)
        chooser.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        chooser.fileSelected.connect(lambda path: self.open(Path(path)))
        chooser.open()

    def _show(self, name: str, text: str) -> None:
        self._path.setText(name)
        self._path.show()
        self.text.setPlainText(text)
        self._opened.show()
        self.text.setFocus()
        self.check()

    def _failed(self, words: str) -> None:
        self._forget()
        self._say(words)

    def _say(self, words: str) -> None:
        self._verdict.setText(words)
        self._verdict.setVisible(bool(words))

    def _forget(self) -> None:
        self._say("")
        clear(self._problems)

    def _tell(self, checked: _Checked) -> None:
        self._forget()
        if checked.profile is not None:
            self._say("✓ " + _all_right(checked.profile))
            return
        self._say(profile_words.PROBLEMS)
        for problem in checked.problems:
            self._problems.addWidget(self._problem_row(problem))

    def _problem_row(self, problem: Problem) -> QWidget:
        made = QWidget()
        made.setAccessibleName(problem.words)
        row = QHBoxLayout(made)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(8)
        if problem.line:
            words = profile_words.LINE.format(line=problem.line, words=problem.words)
            made.setAccessibleName(words)
            go = button(profile_words.GO_TO.format(line=problem.line), role="link", name=words)
            go.clicked.connect(partial(self._go_to, problem.line))
            row.addWidget(go, 0, Qt.AlignmentFlag.AlignTop)
        row.addWidget(label(problem.words, wraps=True), 1)
        return made

    def _rows(self) -> list[QWidget]:
        items = (self._problems.itemAt(place) for place in range(self._problems.count()))
        widgets = (item.widget() for item in items if item is not None)
        return [widget for widget in widgets if widget is not None]

    def _go_to(self, line: int) -> None:
        block = self.text.document().findBlockByNumber(max(line - 1, 0))
        cursor = QTextCursor(block)
        cursor.movePosition(QTextCursor.MoveOperation.EndOfBlock, QTextCursor.MoveMode.KeepAnchor)
        self.text.setTextCursor(cursor)
        self.text.setFocus()

    def _save(self, *, replaces: bool) -> None:
        work = partial(_keep, self.text.toPlainText(), self._folder, replaces=replaces)
        self._worker.do(work, self._saved, self._failed)

    def _answered(self, is_yes: bool) -> None:
        if is_yes:
            self._save(replaces=True)
        else:
            self.save_button.setFocus()

    def _saved(self, checked: _Checked) -> None:
        profile = checked.profile
        if profile is None:
            self._tell(checked)
        elif not checked.is_kept:
            self.question.ask(profile.name)
        else:
            self._say(profile_words.SAVED.format(name=profile.name))
            clear(self._problems)
            self.kept.emit(profile.name)

    def _lay_out(self) -> None:
        self._opened = QWidget()
        inside = QVBoxLayout(self._opened)
        inside.setContentsMargins(0, 0, 0, 0)
        inside.setSpacing(10)
        row = QHBoxLayout()
        row.setSpacing(10)
        for each in (self.check_button, self.save_button, self.close_button):
            row.addWidget(each)
        row.addStretch(1)
        inside.addLayout(self._problems)
        inside.addWidget(self.text)
        inside.addLayout(row)
        inside.addWidget(self.question)
        column = QVBoxLayout(self)
        column.setContentsMargins(20, 16, 20, 16)
        column.setSpacing(10)
        column.addWidget(label(profile_words.FILE, "heading"))
        column.addWidget(label(profile_words.FILE_LEAD, "muted", wraps=True))
        column.addWidget(self.open_button, 0, Qt.AlignmentFlag.AlignLeft)
        column.addWidget(self._path)
        column.addWidget(self._verdict)
        column.addWidget(self._opened)
