"""What is on, what is near, and what to do when Bluetooth is off."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLabel, QPushButton

from biofeedback.devices.self_check import Check
from biofeedback.devices.sensor import Origin, SensorInfo
from biofeedback.pacing import PRESETS
from biofeedback.runtime.engine import Nearby
from biofeedback.runtime.snapshot import SessionPlan
from biofeedback.samples import LinkState, Role, StreamKind
from biofeedback.settings import Preferences
from biofeedback.ui.messages import sensor_words
from biofeedback.ui.sensor_memory import remembered
from ui.conftest import until
from ui.engine_double import SKIN, STRAP, EngineDouble, streaming

if TYPE_CHECKING:
    from pathlib import Path

    from biofeedback.ui.shell import Shell

BELT = SensorInfo(
    "go-direct-belt",
    "Go Direct belt",
    "00:00:00:00:00:0B",
    Origin.BLUETOOTH,
    (StreamKind.RESPIRATION,),
    rssi_dbm=-71,
)


def buttons(shell: Shell) -> dict[str, QPushButton]:
    """The buttons of the page by their names, from top to bottom and left to right."""
    page = shell.pages.sensors
    found = [each for each in page.findChildren(QPushButton) if not each.isHidden()]
    found.sort(key=lambda each: each.mapTo(page, each.rect().center()).toTuple()[::-1])
    return {button.accessibleName(): button for button in found}


def texts(shell: Shell) -> dict[str, str]:
    """What the page's labels say, and what a screen reader hears of each."""
    found = shell.pages.sensors.findChildren(QLabel)
    return {each.text(): each.accessibleName() for each in found if each.isVisible()}


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


def show(shell: Shell, engine: EngineDouble) -> None:
    shell.show_page(shell.pages.sensors)
    look_again(shell, engine)


def look_again(shell: Shell, engine: EngineDouble) -> None:
    engine.t_s += 1.0
    shell.tick()
    # What came into a layout is shown by Qt's own events.
    QApplication.processEvents()


def test_coming_to_the_page_looks_around_once(shell: Shell, engine: EngineDouble) -> None:
    shell.show_page(shell.pages.sensors)
    assert engine.calls.count("look") == 1
    engine.found = Nearby("done", "", (STRAP,))
    shell.tick()
    shell.show_page(shell.pages.practice)
    shell.show_page(shell.pages.sensors)
    assert engine.calls.count("look") == 1


def test_near_sensors_say_what_they_measure_and_can_be_connected(
    shell: Shell, engine: EngineDouble
) -> None:
    engine.found = Nearby("done", "", (STRAP, SKIN))
    show(shell, engine)

    told = texts(shell)
    assert {"Heart rate, beat-to-beat intervals", "−58 dBm", sensor_words.NO_HARDWARE} <= set(told)
    assert told["−58 dBm"] == "signal −58 dBm, strong"
    buttons(shell)["Connect Polar H10 5C2A"].click()
    buttons(shell)["Use Simulated skin"].click()
    assert engine.calls[-2:] == [f"add {STRAP.sensor_id}", f"add {SKIN.sensor_id}"]


def test_sensor_that_is_on_is_not_offered_again(shell: Shell, engine: EngineDouble) -> None:
    engine.found = Nearby("done", "", (STRAP, SKIN))
    engine.live(20.0)
    show(shell, engine)

    assert "Connect Polar H10 5C2A" not in buttons(shell)
    buttons(shell)["Disconnect Polar H10 5C2A"].click()
    assert engine.calls[-1] == f"remove {STRAP.sensor_id}"


def test_sensor_that_was_let_go_is_not_said_to_be_held(shell: Shell, engine: EngineDouble) -> None:
    """A look around saw it held while it was: by this window."""
    engine.found = Nearby("done", "", (replace(STRAP, is_connected=True),))
    engine.live(20.0)
    show(shell, engine)
    status = engine.picture.sensors[STRAP.sensor_id]
    engine.change(sensors={STRAP.sensor_id: replace(status, state=LinkState.STOPPED)})
    show(shell, engine)

    words = [each.text() for each in shell.pages.sensors.findChildren(QLabel)]
    assert buttons(shell)["Connect Polar H10 5C2A"].isEnabled()
    assert not any(sensor_words.ALREADY_CONNECTED in each for each in words)


def test_bluetooth_that_is_off_is_said_and_simulated_sensors_are_offered(
    shell: Shell, engine: EngineDouble
) -> None:
    words = "Bluetooth is switched off. Switch it on in the system's settings."
    engine.found = Nearby("unavailable", words, (SKIN,))
    show(shell, engine)

    assert words in shell.pages.sensors.trouble
    assert sensor_words.WITHOUT_BLUETOOTH in shell.pages.sensors.trouble
    assert "Use Simulated skin" in buttons(shell)
    assert shell.pages.sensors.look_button.isEnabled()


def test_what_was_said_of_bluetooth_is_taken_back_once_a_sensor_is_back_through_it(
    shell: Shell, engine: EngineDouble
) -> None:
    """Words that Bluetooth is gone beside a trace that came through it would be untrue."""
    engine.found = Nearby("done", "", (STRAP,))
    engine.live(20.0)
    show(shell, engine)
    off = replace(engine.picture.sensors[STRAP.sensor_id], state=LinkState.UNAVAILABLE)
    engine.change(sensors={STRAP.sensor_id: off})
    engine.found = Nearby("unavailable", "No Bluetooth service is running.", (SKIN,))
    show(shell, engine)
    said = shell.pages.sensors.trouble
    engine.change(sensors={STRAP.sensor_id: replace(off, state=LinkState.STREAMING)})
    show(shell, engine)

    assert (said.splitlines()[:1], shell.pages.sensors.trouble) == (
        ["No Bluetooth service is running."],
        "",
    )
    # What a new look finds is told again.
    engine.found = Nearby("unavailable", "The adapter is gone.", (SKIN,))
    show(shell, engine)
    assert shell.pages.sensors.trouble.startswith("The adapter is gone.")


def test_look_that_found_only_what_is_on_says_so(shell: Shell, engine: EngineDouble) -> None:
    """Beside what is said about Bluetooth: an empty list would look like a failed search."""
    engine.live(20.0, sensors=(STRAP, SKIN))
    engine.found = Nearby("unavailable", "Bluetooth is switched off.", (SKIN,))
    show(shell, engine)
    assert (
        shell.pages.sensors.trouble == f"Bluetooth is switched off.\n{sensor_words.ALL_CONNECTED}"
    )
    engine.found = Nearby("done", "", (STRAP, SKIN))
    show(shell, engine)
    assert shell.pages.sensors.trouble == sensor_words.ALL_CONNECTED


def test_card_keeps_its_words_whole_with_large_text(shell: Shell, engine: EngineDouble) -> None:
    """At 200 % in the smallest window nothing of name and state is cut off."""
    engine.live(20.0)
    shell.prefer(Preferences(theme="dark", sound=False, text_scale=2.0))
    shell.resize(1280, 800)
    show(shell, engine)
    QTest.qWait(50)
    card = shell.pages.sensors.cards[0]

    assert card._name.width() >= card._name.sizeHint().width()
    assert card._state.width() >= card._state.sizeHint().width()
    shell.prefer(Preferences(theme="dark", sound=False))


def test_nothing_near_says_what_helps(shell: Shell, engine: EngineDouble) -> None:
    engine.found = Nearby("done", "", (SKIN,))
    show(shell, engine)
    assert shell.pages.sensors.trouble == sensor_words.NOTHING_FOUND
    engine.found = Nearby("looking", "", (SKIN,))
    show(shell, engine)
    assert shell.pages.sensors.trouble == ""
    assert sensor_words.LOOKING in texts(shell)


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


def test_each_sensor_says_who_wears_it_and_can_be_given_to_a_partner(
    shell: Shell, engine: EngineDouble
) -> None:
    engine.live(20.0, sensors=(STRAP, SKIN))
    show(shell, engine)
    pickers = [card.role_picker for card in shell.pages.sensors.cards]
    assert [picker.currentText() for picker in pickers] == [sensor_words.ON_ME] * 2
    assert pickers[1].accessibleName() == "Who wears it: Simulated skin"
    pickers[1].setCurrentIndex(1)
    pickers[1].activated.emit(1)
    assert engine.calls[-1] == f"role {SKIN.sensor_id} partner"
    show(shell, engine)
    assert [picker.currentText() for picker in pickers] == [
        sensor_words.ON_ME,
        sensor_words.ON_PARTNER,
    ]


def test_who_wears_what_stays_while_a_session_runs(shell: Shell, engine: EngineDouble) -> None:
    engine.begin(SessionPlan("breathing", PRESETS["gentle"], 600.0))
    engine.live(20.0)
    show(shell, engine)
    (card,) = shell.pages.sensors.cards
    assert not card.role_picker.isEnabled()
    assert card.role_picker.toolTip() == sensor_words.BETWEEN_SESSIONS
    engine.end()
    show(shell, engine)
    assert card.role_picker.isEnabled()


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


def test_rows_stay_where_they_are_while_strengths_change(
    shell: Shell, engine: EngineDouble
) -> None:
    """A row that moved from under the hand would connect another sensor."""
    engine.found = Nearby("looking", "", (BELT, STRAP, SKIN))
    show(shell, engine)
    before = [each for each in buttons(shell) if each.startswith(("Connect", "Use"))]
    engine.found = Nearby("looking", "", (replace(STRAP, rssi_dbm=-40), BELT, SKIN))
    show(shell, engine)
    assert [each for each in buttons(shell) if each.startswith(("Connect", "Use"))] == before
    assert "−40 dBm" in texts(shell)


def test_focus_goes_to_the_next_card_when_its_own_goes(shell: Shell, engine: EngineDouble) -> None:
    engine.live(20.0, sensors=(STRAP, SKIN))
    show(shell, engine)
    buttons(shell)["Disconnect Polar H10 5C2A"].setFocus()
    engine.live(21.0, sensors=(SKIN,))
    look_again(shell, engine)
    assert buttons(shell)["Disconnect Simulated skin"].hasFocus()
    engine.live(22.0, sensors=())
    look_again(shell, engine)
    assert shell.pages.sensors.look_button.hasFocus()


def test_sensor_is_remembered_once_it_is_heard_and_forgotten_on_request(
    shell: Shell, engine: EngineDouble
) -> None:
    engine.found = Nearby("done", "", (STRAP, BELT, SKIN))
    show(shell, engine)
    buttons(shell)["Connect Go Direct belt"].click()
    searching = streaming(BELT, 1.0, state=LinkState.SEARCHING)
    engine.change(sensors={BELT.sensor_id: searching})
    show(shell, engine)
    assert not shell.preferences.sensors
    engine.live(3.0, sensors=(BELT,))
    show(shell, engine)
    assert [each.name for each in shell.preferences.sensors] == ["Go Direct belt"]

    buttons(shell)["Disconnect Go Direct belt"].click()
    assert engine.calls[-1] == f"remove {BELT.sensor_id}"
    engine.live(4.0, sensors=())
    engine.found = Nearby("done", "", (STRAP, SKIN))
    show(shell, engine)
    named = [each for each in buttons(shell) if each.endswith(("belt", "5C2A"))]
    assert named == ["Forget Go Direct belt", "Connect Go Direct belt", "Connect Polar H10 5C2A"]
    assert sensor_words.NOT_SEEN in texts(shell)

    buttons(shell)["Forget Go Direct belt"].click()
    show(shell, engine)
    assert not shell.preferences.sensors
    assert "Connect Go Direct belt" not in buttons(shell)


def test_simulated_sensor_is_not_remembered(shell: Shell, engine: EngineDouble) -> None:
    engine.found = Nearby("done", "", (SKIN,))
    show(shell, engine)
    buttons(shell)["Use Simulated skin"].click()
    engine.live(3.0, sensors=(SKIN,))
    show(shell, engine)
    assert not shell.preferences.sensors


def test_who_wore_a_sensor_is_remembered(shell: Shell, engine: EngineDouble) -> None:
    engine.found = Nearby("done", "", (BELT,))
    show(shell, engine)
    buttons(shell)["Connect Go Direct belt"].click()
    engine.live(3.0, sensors=(BELT,))
    show(shell, engine)
    shell.pages.sensors.role_wanted.emit(BELT.sensor_id, Role.PARTNER)
    assert shell.preferences.sensors[0].role is Role.PARTNER
    engine.change(partner_sensors=frozenset(), sensors={})
    show(shell, engine)
    buttons(shell)["Connect Go Direct belt"].click()
    assert engine.picture.partner_sensors == {BELT.sensor_id}


def test_lost_sensor_is_forgotten_from_its_card(shell: Shell, engine: EngineDouble) -> None:
    shell.prefer(shell.preferences.changed(sensors=(remembered(BELT, Role.CLIENT),)))
    engine.change(sensors={BELT.sensor_id: streaming(BELT, 1.0, state=LinkState.SEARCHING)})
    show(shell, engine)
    (card,) = shell.pages.sensors.cards
    assert card.state == sensor_words.LOOKING_FOR_IT
    buttons(shell)["Forget Go Direct belt"].click()
    assert engine.calls[-1] == f"remove {BELT.sensor_id}"
    assert not shell.preferences.sensors


def test_bluetooth_is_told_beside_the_title_of_this_page_alone(
    shell: Shell, engine: EngineDouble
) -> None:
    chip = shell.topbar.bluetooth_chip
    engine.found = Nearby("looking", "", (SKIN,))
    show(shell, engine)
    assert (chip.text.strip(), chip.is_hollow) == (sensor_words.BLUETOOTH_UNKNOWN, True)
    engine.found = Nearby("looking", "", (STRAP, SKIN))
    show(shell, engine)
    assert (chip.text.strip(), chip.is_hollow) == (sensor_words.BLUETOOTH_ON, False)
    assert chip.isVisible()
    engine.found = Nearby("unavailable", "Bluetooth is switched off. Switch it on and look again.")
    show(shell, engine)
    assert (chip.text.strip(), chip.is_hollow) == (sensor_words.BLUETOOTH_OFF, True)
    shell.show_page(shell.pages.practice)
    assert not chip.isVisible()


def test_check_shows_the_steps_that_help_and_they_can_be_copied(
    shell: Shell, engine: EngineDouble
) -> None:
    engine.found = Nearby("unavailable", "No Bluetooth service is running.", (SKIN,))
    engine.checked = (Check("Bluetooth", is_well=True, words="works."),)
    show(shell, engine)
    page = shell.pages.sensors
    assert page.checked == "", "an older answer is not shown as if it were new"
    buttons(shell)[sensor_words.CHECK].click()
    show(shell, engine)
    assert engine.calls[-1] == "check"
    assert page.checked == sensor_words.CHECKING
    engine.checked = (
        Check("Bluetooth", is_well=False, words="No service.", steps=("Start it: sudo x", "Or y")),
        Check("Sensor drivers", is_well=True, words="10 work."),
    )
    show(shell, engine)
    assert page.checked.splitlines() == [
        "→ Bluetooth: No service.",
        "     1. Start it: sudo x",
        "     2. Or y",
        "✓ Sensor drivers: 10 work.",
    ]
    assert page._check_words.textInteractionFlags() & Qt.TextInteractionFlag.TextSelectableByMouse
    engine.found = Nearby("done", "", (STRAP, SKIN))
    show(shell, engine)
    assert page.checked == "", "what helped is gone with the trouble"


def test_sensor_read_by_a_description_of_ones_own_says_so(
    shell: Shell, engine: EngineDouble, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Any other says what it measures, also where a description that came with the app reads it."""
    from biofeedback.devices.profiles import library

    shipped = next((library._HERE / "shipped").glob("*edamove*.toml"))
    text = shipped.read_text(encoding="utf-8")
    (tmp_path / "own.toml").write_text(text, encoding="utf-8")
    own_id = library.checked_profile(tmp_path / "own.toml").profile_id
    monkeypatch.setattr(library, "own_folder", lambda: tmp_path)
    kinds = (StreamKind.EDA,)
    own = SensorInfo("mine", "Mine", "1", Origin.BLUETOOTH, kinds, driver=f"profile-{own_id}")
    other = SensorInfo("other", "Other", "2", Origin.BLUETOOTH, kinds, driver="profile-else")
    engine.found = Nearby("done", "", (own, other))
    engine.live(20.0, sensors=(own, other))
    show(shell, engine)
    until(lambda: shell.is_idle)
    show(shell, engine)
    told = [card._measures.text() for card in shell.pages.sensors.cards]
    assert told == [f"From your profile “{own_id}”", "Skin conductance"]


@pytest.mark.parametrize("scale", [1.0, 2.0])
def test_nothing_is_wider_than_the_page(shell: Shell, engine: EngineDouble, scale: float) -> None:
    """There is no scrolling sideways: what is beside the edge would not be found."""
    engine.found = Nearby("looking", "", (STRAP, BELT, SKIN))
    shell.prefer(
        shell.preferences.changed(text_scale=scale, sensors=(remembered(BELT, Role.CLIENT),))
    )
    shell.resize(1000, 800)
    engine.live(20.0)
    show(shell, engine)
    QTest.qWait(50)
    content = shell.pages.sensors._rows.parentWidget()
    assert content is not None
    assert content.width() <= shell.pages.sensors.width()
    shell.prefer(Preferences(theme="dark", sound=False))


def test_sensors_of_programs_are_listed_while_that_is_on_and_say_where_they_are(
    shell: Shell, engine: EngineDouble
) -> None:
    near = SensorInfo("lsl-eda-1f2e", "EDA", "lsl:emotibit-1", Origin.LSL, (StreamKind.EDA,))
    far = replace(near, sensor_id="lsl-ecg", name="ECG", address="lsl:emotibit-2?network=1")
    shell.prefer(shell.preferences.changed(lsl_in=True, open_to_network=True))
    engine.found = Nearby("done", "", (near, far, SKIN))
    show(shell, engine)
    assert {"EDA", "on this computer", "ECG", "on your network"} <= set(texts(shell))
    shell.prefer(shell.preferences.changed(open_to_network=False))
    look_again(shell, engine)
    assert "EDA" in texts(shell)
    assert not {"ECG", "on your network"} & set(texts(shell))
    shell.prefer(shell.preferences.changed(lsl_in=False))
    look_again(shell, engine)
    assert "EDA" not in texts(shell)
    assert SKIN.name in texts(shell)


def test_why_programs_cannot_be_looked_for_is_said(shell: Shell, engine: EngineDouble) -> None:
    engine.found = Nearby("done", "", (STRAP, SKIN))
    show(shell, engine)
    assert shell.pages.sensors.streams_trouble == ""
    engine.in_the_way_of_inlets = "Lab Streaming Layer could not be loaded on this computer."
    look_again(shell, engine)
    assert shell.pages.sensors.streams_trouble == engine.in_the_way_of_inlets
    assert shell.pages.sensors.trouble == "", "Bluetooth is well"
    engine.in_the_way_of_inlets = ""
    look_again(shell, engine)
    assert shell.pages.sensors.streams_trouble == ""
