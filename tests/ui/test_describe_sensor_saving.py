"""What is described is tested, saved and written to a file, and replaces nothing unasked."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QFileDialog

from biofeedback.devices.profiles.library import ProfileLibrary, checked_profile
from biofeedback.devices.profiles.profile import Match
from biofeedback.ui.describe_sensor import DescribePage
from biofeedback.ui.messages import profile_words
from biofeedback.ui.shell import Shell
from ui.conftest import until
from ui.described import BOARD, RATE_HZ, describe_by_keys, listening_page

if TYPE_CHECKING:
    from pathlib import Path

    from ui.engine_double import EngineDouble


@pytest.fixture
def page(shell: Shell, engine: EngineDouble) -> DescribePage:
    """The page, listening to a board from which 300 packets came."""
    return listening_page(shell, engine)


def test_the_self_test_shows_packets_and_what_they_must_mean(page: DescribePage) -> None:
    describe_by_keys(page)
    page.meaning.test_button.click()
    until(lambda: bool(page.meaning.result))
    assert page.meaning.result.startswith("✓ 3 packets")
    # What is changed afterwards was not tested.
    QTest.keyClick(page.sends.bytes, Qt.Key.Key_Left)
    assert page.meaning.result == ""


def test_what_cannot_be_saved_is_said_and_nothing_written(
    page: DescribePage, tmp_path: Path
) -> None:
    page.meaning.prefix.clear()
    page.meaning.save_button.click()
    assert page.meaning.result == profile_words.NO_PREFIX
    page.meaning.prefix.setText("Skin")
    page.sends.form.beside.count_at.number = 1
    page.sends.form.choose(5)
    page.meaning.save_button.click()
    until(lambda: "fit" in page.meaning.result or "reading" in page.meaning.result)
    assert not list(tmp_path.rglob("*.toml"))


def test_saved_it_is_in_the_persons_folder_and_known(
    page: DescribePage, engine: EngineDouble, shell: Shell
) -> None:
    describe_by_keys(page)
    page.meaning.name.setText("My skin board")
    page.meaning.save_button.click()
    until(lambda: bool(page.meaning.outcome))
    assert "reload drivers" in engine.calls
    entry = ProfileLibrary().find("my-skin-board")
    assert entry is not None
    assert entry.is_own
    assert entry.profile.match == Match(name_prefixes=(BOARD.name,))
    assert entry.profile.sources[0].layout == "count:u16 value:u32"
    assert entry.profile.sources[0].rate_hz == RATE_HZ
    QTest.keyClick(page.meaning.sensors_button, Qt.Key.Key_Return)
    assert shell.page is shell.pages.sensors


def test_another_description_is_never_replaced_unasked(page: DescribePage) -> None:
    describe_by_keys(page)
    page.meaning.save_button.click()
    until(lambda: bool(page.meaning.outcome))
    entry = ProfileLibrary().find("skin-board-07")
    assert entry is not None
    before = entry.path.read_text(encoding="utf-8")
    page.sends.form.times.setText("2")
    page.sends.form.times.textEdited.emit("2")
    page.meaning.save_button.click()
    until(lambda: not page.meaning.question.isHidden())
    QTest.keyClick(page.meaning.question.no_button, Qt.Key.Key_Escape)
    assert entry.path.read_text(encoding="utf-8") == before
    assert page.meaning.save_button.hasFocus()
    page.meaning.save_button.click()
    until(lambda: not page.meaning.question.isHidden())
    page.meaning.question.yes_button.click()
    until(lambda: bool(page.meaning.outcome))
    assert "scale = 2.0" in entry.path.read_text(encoding="utf-8")


def test_it_is_written_to_a_file_of_the_persons_choice(page: DescribePage, tmp_path: Path) -> None:
    describe_by_keys(page)
    page.meaning.export_button.click()
    until(lambda: page.window().findChild(QFileDialog) is not None)
    chooser = page.window().findChild(QFileDialog)
    assert chooser is not None
    path = tmp_path / "for-a-friend.toml"
    chooser.fileSelected.emit(str(path))
    chooser.close()
    until(path.exists)
    assert checked_profile(path).profile_id == "skin-board-07"
    until(lambda: str(path) in page.meaning.outcome)
