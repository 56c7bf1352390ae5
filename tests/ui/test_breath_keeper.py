"""The keeper of a breath shows one thing at a time: nothing, keep, a name, or forget."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from biofeedback.ui.breath_keeper import BreathKeeper
from biofeedback.ui.messages import own_breath_words


def shown(keeper: BreathKeeper) -> list[str]:
    parts = (keeper.ask_button, keeper.name, keeper.forget_button)
    return [part.accessibleName() for part in parts if part.isVisibleTo(keeper.window())]


def test_each_breath_has_its_one_way_on() -> None:
    keeper = BreathKeeper()
    keeper.show()
    keeper.tell(is_own=False, name="")
    assert shown(keeper) == []
    keeper.tell(is_own=True, name="")
    assert shown(keeper) == [own_breath_words.KEEP]
    keeper.ask_button.click()
    assert shown(keeper) == [own_breath_words.NAME]
    keeper.tell(is_own=True, name="Evening")
    assert shown(keeper) == [own_breath_words.FORGET.format(name="Evening")]


def test_name_that_is_being_written_survives_another_look_at_the_breath() -> None:
    """Each step of a part tells anew which breath is chosen."""
    keeper = BreathKeeper()
    keeper.show()
    keeper.tell(is_own=True, name="")
    keeper.ask_button.click()
    QTest.keyClicks(keeper.name, "Eve")
    keeper.tell(is_own=True, name="")
    assert keeper.name.isVisible()
    assert keeper.name.text() == "Eve"


def test_space_is_part_of_a_name() -> None:
    keeper = BreathKeeper()
    keeper.show()
    heard: list[str] = []
    keeper.kept.connect(heard.append)
    keeper.tell(is_own=True, name="")
    keeper.ask_button.click()
    QTest.keyClicks(keeper.name, "a b")
    QTest.keyClick(keeper.name, Qt.Key.Key_Return)
    assert heard == ["a b"]
