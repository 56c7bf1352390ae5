"""A description in a file: its problems with their lines, and kept only when it is right."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QFileDialog, QPushButton

from biofeedback.devices.profiles.drafting import Draft, draft_to_profile
from biofeedback.devices.profiles.library import template_files
from biofeedback.devices.profiles.profile import Match
from biofeedback.devices.profiles.writing import write_profile
from biofeedback.ui.describe_file import FileStep
from biofeedback.ui.worker import Worker
from ui.conftest import until
from ui.described import VALUE, board_packets

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

DRAFT = Draft(
    VALUE,
    name="My board",
    match=Match(name_prefixes=("B",)),
    value_type="u32",
    offset_bytes=2,
    unit="ohm",
)
TEXT = write_profile(draft_to_profile(DRAFT, board_packets(200)))


@pytest.fixture
def step(tmp_path: Path) -> Iterator[FileStep]:
    worker = Worker()
    made = FileStep(worker, tmp_path / "own")
    made.show()
    made.activateWindow()
    until(made.isActiveWindow)
    yield made
    worker.close()


def test_a_right_one_is_said_to_be_right_and_kept(step: FileStep, tmp_path: Path) -> None:
    path = tmp_path / "board.toml"
    path.write_text(TEXT, encoding="utf-8")
    kept: list[str] = []
    step.kept.connect(kept.append)
    step.open(path)
    until(lambda: bool(step.verdict))
    assert step.verdict == ("✓ All right: “My board” measures skin conductance; 3 tests came out.")
    assert step.text.hasFocus()
    step.save_button.click()
    until(lambda: bool(kept))
    assert kept == ["My board"]
    assert (tmp_path / "own" / "my-board.toml").read_text(encoding="utf-8") == TEXT


def test_problems_are_listed_with_lines_and_a_press_goes_there(step: FileStep) -> None:
    wrong = TEXT.replace('unit = "ohm"', 'unit = "furlong"').replace('kind = "eda"', 'kind = "x"')
    step.text.setPlainText(wrong)
    step.check()
    until(lambda: bool(step.problems))
    line = wrong.split("\n").index('kind = "x"') + 1
    assert any(words.startswith(f"Line {line}: ") for words in step.problems)
    go = next(
        each
        for each in step.findChildren(QPushButton)
        if each.accessibleName().startswith(f"Line {line}: ")
    )
    go.click()
    assert step.text.textCursor().blockNumber() == line - 1
    assert step.text.hasFocus()
    # What is changed is no longer what was judged.
    step.text.insertPlainText('kind = "eda"')
    assert (step.verdict, step.problems) == ("", ())


def test_a_test_that_does_not_come_out_is_told_with_its_line(step: FileStep) -> None:
    step.text.setPlainText(TEXT.replace("pad:2 value:u32", "value:u32 pad:2"))
    step.check()
    until(lambda: bool(step.problems))
    assert all("Self-test" in words for words in step.problems)
    assert len(step.problems) == 3


def test_a_wrong_one_is_never_kept(step: FileStep, tmp_path: Path) -> None:
    step.text.setPlainText("schema = 1\nid =\nname = 1")
    step.save_button.click()
    until(lambda: bool(step.problems))
    assert step.problems[0].startswith("Line 2: ")
    assert not (tmp_path / "own").exists()


def test_another_of_its_id_is_replaced_only_on_request(step: FileStep, tmp_path: Path) -> None:
    own = tmp_path / "own" / "my-board.toml"
    own.parent.mkdir()
    own.write_text("# mine\n" + TEXT, encoding="utf-8")
    step._opened.show()
    step.text.setPlainText(TEXT)
    kept: list[str] = []
    step.kept.connect(kept.append)
    step.save_button.click()
    until(lambda: not step.question.isHidden())
    QTest.keyClick(step.question.no_button, Qt.Key.Key_Escape)
    assert own.read_text(encoding="utf-8").startswith("# mine")
    step.save_button.click()
    until(lambda: not step.question.isHidden())
    step.question.yes_button.click()
    until(lambda: bool(kept))
    assert own.read_text(encoding="utf-8") == TEXT


def test_a_file_that_cannot_be_read_is_told_in_words(step: FileStep, tmp_path: Path) -> None:
    step.open(tmp_path / "not-there.toml")
    until(lambda: bool(step.verdict))
    assert "cannot be read" in step.verdict


def test_the_file_is_asked_for_by_a_dialog_of_our_own(step: FileStep) -> None:
    step.open_button.click()
    chooser = step.findChild(QFileDialog)
    assert chooser is not None
    assert chooser.testOption(QFileDialog.Option.DontUseNativeDialog)
    path = next(iter(template_files().values()))
    chooser.fileSelected.emit(str(path))
    until(lambda: bool(step.verdict))
    assert step.text.toPlainText() == path.read_text(encoding="utf-8")
    chooser.close()
    step.close_button.click()
    assert step.text.toPlainText() == ""
    assert step.verdict == ""
