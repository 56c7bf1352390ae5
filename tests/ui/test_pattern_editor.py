"""A breath is chosen, set by hand, kept by a name and forgotten again."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QComboBox

from biofeedback.pacing import PRESETS, BreathPattern
from biofeedback.settings import OwnBreath
from biofeedback.ui.messages import own_breath_words
from biofeedback.ui.pattern_editor import PatternEditor

EVENING = OwnBreath(name="Evening", pattern_s=(4.0, 0.5, 7.0, 0.0))


def step(editor: PatternEditor, part: int, to_s: float) -> None:
    """Set one part as the person does: the value arrives as a change."""
    editor.steppers[part].number = to_s
    editor.steppers[part].changed.emit(to_s)


def test_preset_sets_the_four_parts() -> None:
    editor = PatternEditor()
    heard: list[BreathPattern] = []
    editor.changed.connect(heard.append)
    editor.choose("box")

    assert heard == [PRESETS["box"]]
    assert [stepper.number for stepper in editor.steppers] == [4.0, 4.0, 4.0, 4.0]
    assert editor.preset == "box"


def test_parts_are_set_on_their_own_and_become_ones_own_breath() -> None:
    editor = PatternEditor()
    step(editor, 1, 0.5)

    assert editor.pattern == BreathPattern(4.0, 0.5, 6.0, 0.0)
    assert editor.preset == ""
    step(editor, 1, 0.0)
    assert editor.preset == "gentle", "a preset set by hand is the preset"


def test_impossible_breath_is_explained_and_the_last_one_goes_on() -> None:
    editor = PatternEditor()
    heard: list[BreathPattern] = []
    editor.changed.connect(heard.append)
    step(editor, 0, 1.0)
    step(editor, 2, 1.0)

    assert "30.0 breaths a minute" in editor.trouble
    assert editor.pattern == BreathPattern(1.0, 0.0, 6.0, 0.0)
    step(editor, 2, 6.0)
    assert editor.trouble == ""
    assert len(heard) == 2


def listed(editor: PatternEditor) -> list[str]:
    picker = editor.findChild(QComboBox)
    assert picker is not None
    return [picker.itemText(place) for place in range(picker.count())]


def test_breath_of_ones_own_is_kept_by_a_name_with_the_keys_alone() -> None:
    editor = PatternEditor()
    editor.show()
    heard: list[tuple[OwnBreath, ...]] = []
    editor.own_changed.connect(heard.append)
    assert not editor.keeper.isVisible(), "a preset needs no keeping"
    step(editor, 1, 0.5)
    editor.keeper.ask_button.click()
    QTest.keyClicks(editor.keeper.name, "  Before   sleep ")
    QTest.keyClick(editor.keeper.name, Qt.Key.Key_Return)

    assert heard == [(OwnBreath(name="Before sleep", pattern_s=(4.0, 0.5, 6.0, 0.0)),)]
    assert editor.own_name == "Before sleep"
    assert editor.preset == ""
    assert "Before sleep  ·  5.7" in listed(editor)


def test_breath_without_a_name_is_not_kept() -> None:
    editor = PatternEditor()
    editor.show()
    step(editor, 1, 0.5)
    editor.keeper.ask_button.click()
    editor.keeper.keep_button.click()
    assert editor.own == ()
    assert editor.keeper.name.isVisible()
    QTest.keyClick(editor.keeper.name, Qt.Key.Key_Escape)
    assert not editor.keeper.name.isVisible()
    assert editor.keeper.ask_button.isVisible()


def test_kept_breath_is_listed_with_the_presets_and_led_when_it_is_picked() -> None:
    editor = PatternEditor()
    heard: list[BreathPattern] = []
    editor.changed.connect(heard.append)
    editor.set_own((EVENING,))
    assert heard == []
    editor.choose_own("Evening")
    assert heard == [BreathPattern(4.0, 0.5, 7.0, 0.0)]
    assert (editor.preset, editor.own_name) == ("", "Evening")
    assert listed(editor)[-2:] == ["Evening  ·  5.2", "Your own"]


def test_kept_breath_can_be_forgotten_and_is_still_led() -> None:
    editor = PatternEditor()
    editor.show()
    editor.set_own((EVENING, OwnBreath(name="Noon", pattern_s=(5.0, 0.0, 6.0, 0.0))))
    heard: list[tuple[OwnBreath, ...]] = []
    editor.own_changed.connect(heard.append)
    editor.choose_own("Evening")
    assert editor.keeper.forget_button.text() == own_breath_words.FORGET.format(name="Evening")
    QTest.keyClick(editor.keeper.forget_button, Qt.Key.Key_Space)
    assert [breath.name for breath in heard[-1]] == ["Noon"]
    assert editor.pattern == BreathPattern(4.0, 0.5, 7.0, 0.0)
    assert editor.own_name == ""
    assert editor.keeper.ask_button.isVisible()


def test_a_name_that_is_given_again_is_the_new_breath() -> None:
    editor = PatternEditor()
    editor.set_own((EVENING,))
    step(editor, 2, 7.5)
    editor.keeper.kept.emit("Evening")
    assert editor.own == (OwnBreath(name="Evening", pattern_s=(4.0, 0.0, 7.5, 0.0)),)


@pytest.mark.parametrize("name", ["box", "kept:box", "Your own"])
def test_any_name_may_be_given(name: str) -> None:
    """Also that of a preset: the preset stays what it is."""
    editor = PatternEditor()
    editor.set_own((OwnBreath(name=name, pattern_s=(4.0, 0.5, 7.0, 0.0)),))
    editor.choose("box")
    assert editor.pattern == PRESETS["box"]
    editor.choose_own(name)
    assert editor.pattern == BreathPattern(4.0, 0.5, 7.0, 0.0)


def test_breath_in_the_file_that_cannot_be_led_or_named_is_left_out() -> None:
    editor = PatternEditor()
    never = OwnBreath(name="Never", pattern_s=(0.0, 0.0, 0.0, 0.0))
    nameless = OwnBreath(name="", pattern_s=(4.0, 0.2, 7.0, 0.0))
    editor.set_own((never, nameless, EVENING))
    assert editor.own == (EVENING,)
