"""A help line can be read, heard and copied."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel

from biofeedback.guides.help_lines import help_words
from biofeedback.settings import HelpLine
from biofeedback.ui.help_rows import LineForm, OwnLine, line_row


def test_number_says_whose_it_is_and_can_be_copied() -> None:
    row = line_row("Samaritans", "116 123", "day and night")
    number = next(part for part in row.findChildren(QLabel) if part.text() == "116 123")
    assert number.accessibleName() == "Samaritans: 116 123"
    assert number.textInteractionFlags() & Qt.TextInteractionFlag.TextSelectableByMouse
    assert {part.text() for part in row.findChildren(QLabel)} == {
        "Samaritans",
        "116 123",
        "day and night",
    }


def test_what_is_written_is_shown_as_it_is_and_not_as_markup() -> None:
    row = line_row("<b>Ada</b>", "<a href='x'>1</a>", "")
    assert all(part.textFormat() is Qt.TextFormat.PlainText for part in row.findChildren(QLabel))


def test_buttons_of_a_line_say_which_line_they_act_on() -> None:
    own = OwnLine(HelpLine(name="Ada", number="1"), help_words())
    assert own.change_button.accessibleName() == "Change: Ada"


def test_spaces_around_what_was_written_are_left_out() -> None:
    form = LineForm(help_words())
    kept: list[HelpLine] = []
    form.kept.connect(kept.append)
    form.write(HelpLine(name=" Ada ", number=" 1 2 "))
    form.keep_button.click()
    assert kept == [HelpLine(name="Ada", number="1 2")]
