"""The page by keys: Tab goes from top to bottom, and no change of the list takes the focus."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from biofeedback.pacing import PRESETS
from biofeedback.runtime.engine import Nearby
from biofeedback.runtime.snapshot import SessionPlan
from biofeedback.ui.messages import sensor_words
from ui.engine_double import SKIN, STRAP, EngineDouble
from ui.sensors_page import BELT, buttons, look_again, show

if TYPE_CHECKING:
    from biofeedback.ui.shell import Shell


def names_by_tab(shell: Shell) -> list[str]:
    """What Tab comes by on the page, from its beginning."""
    page = shell.pages.sensors
    page.setFocus()
    names = []
    for _ in range(40):
        QTest.keyClick(QApplication.focusWidget() or shell, Qt.Key.Key_Tab)
        focused = QApplication.focusWidget()
        if focused is None or not page.isAncestorOf(focused):
            break
        names.append(focused.accessibleName())
    return names


def test_focus_stays_on_the_row_when_the_list_changes(shell: Shell, engine: EngineDouble) -> None:
    engine.found = Nearby("looking", "", (SKIN,))
    show(shell, engine)
    buttons(shell)["Use Simulated skin"].setFocus()
    engine.found = Nearby("looking", "", (STRAP, SKIN))
    engine.t_s += 1.0
    shell.tick()

    assert "Connect Polar H10 5C2A" in buttons(shell)
    assert buttons(shell)["Use Simulated skin"].hasFocus()


def test_new_look_takes_neither_focus_nor_rows_until_it_is_over(
    shell: Shell, engine: EngineDouble
) -> None:
    engine.found = Nearby("done", "", (STRAP, BELT, SKIN))
    show(shell, engine)
    buttons(shell)[sensor_words.LOOK].setFocus()
    buttons(shell)[sensor_words.LOOK].click()
    engine.found = Nearby("looking", "", (SKIN,))
    look_again(shell, engine)
    assert "Connect Go Direct belt" in buttons(shell)
    assert shell.pages.sensors.look_button.hasFocus()
    engine.found = Nearby("done", "", (STRAP, SKIN))
    look_again(shell, engine)
    assert "Connect Go Direct belt" not in buttons(shell)
    assert "Connect Polar H10 5C2A" in buttons(shell)


def test_focus_goes_to_the_next_row_when_its_own_is_connected(
    shell: Shell, engine: EngineDouble
) -> None:
    """The keyboard stays in the list; after the last one it is on the button to look again."""
    engine.found = Nearby("done", "", (STRAP, SKIN))
    show(shell, engine)
    buttons(shell)["Connect Polar H10 5C2A"].setFocus()
    engine.live(20.0)
    shell.tick()
    assert buttons(shell)["Use Simulated skin"].hasFocus()
    engine.live(21.0, sensors=(STRAP, SKIN))
    shell.tick()
    assert shell.pages.sensors.look_button.hasFocus()


def test_focus_goes_to_the_next_card_when_its_own_goes(shell: Shell, engine: EngineDouble) -> None:
    """Never on its Disconnect: the same key once more would let go of that sensor too."""
    engine.live(20.0, sensors=(STRAP, SKIN))
    show(shell, engine)
    buttons(shell)["Disconnect Polar H10 5C2A"].setFocus()
    engine.live(21.0, sensors=(SKIN,))
    look_again(shell, engine)
    (skin,) = shell.pages.sensors.cards
    assert skin.role_picker.hasFocus()
    engine.live(22.0, sensors=())
    look_again(shell, engine)
    assert shell.pages.sensors.look_button.hasFocus()


def test_focus_stays_on_the_page_when_a_sensor_goes_in_mid_session(
    shell: Shell, engine: EngineDouble
) -> None:
    """Who wears the others cannot be changed then, so that it takes no focus."""
    engine.live(20.0, sensors=(STRAP, SKIN))
    engine.begin(SessionPlan("breathing", PRESETS["gentle"]))
    show(shell, engine)
    buttons(shell)["Disconnect Polar H10 5C2A"].setFocus()
    engine.live(21.0, sensors=(SKIN,))
    look_again(shell, engine)
    assert shell.pages.sensors.look_button.hasFocus()


def test_tab_goes_from_top_to_bottom_in_whatever_order_sensors_came(
    shell: Shell, engine: EngineDouble
) -> None:
    """Cards, then the buttons of the list, then its rows: also those that came in between."""
    engine.found = Nearby("looking", "", (SKIN,))
    show(shell, engine)
    engine.live(20.0)
    engine.found = Nearby("done", "", (STRAP, BELT, SKIN))
    show(shell, engine)
    assert names_by_tab(shell) == [
        "Who wears it: Polar H10 5C2A",
        "Disconnect Polar H10 5C2A",
        sensor_words.LOOK,
        sensor_words.DESCRIBE,
        "Connect Go Direct belt",
        "Use Simulated skin",
    ]


def test_page_is_used_by_keys_alone(shell: Shell, engine: EngineDouble) -> None:
    """Disconnect, connect, describe: each by Tab and Enter."""
    heard: list[str] = []
    engine.found = Nearby("done", "", (BELT, SKIN))
    engine.live(20.0)
    show(shell, engine)
    shell.pages.sensors.describe_wanted.connect(lambda: heard.append("describe"))
    engine.calls.clear()
    for wanted in ("Disconnect Polar H10 5C2A", "Connect Go Direct belt", sensor_words.DESCRIBE):
        shell.pages.sensors.setFocus()
        for _ in range(20):
            QTest.keyClick(QApplication.focusWidget() or shell, Qt.Key.Key_Tab)
            focused = QApplication.focusWidget()
            if focused is not None and focused.accessibleName() == wanted:
                QTest.keyClick(focused, Qt.Key.Key_Return)
                break
    assert engine.calls[:2] == [f"remove {STRAP.sensor_id}", f"add {BELT.sensor_id}"]
    assert heard == ["describe"]
