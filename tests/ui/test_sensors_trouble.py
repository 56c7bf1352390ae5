"""What the page says when nothing is found or something is in the way, and what helps."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt

from biofeedback.devices.self_check import Check
from biofeedback.runtime.engine import Nearby
from biofeedback.samples import LinkState
from biofeedback.ui.messages import sensor_words
from ui.engine_double import SKIN, STRAP, EngineDouble
from ui.sensors_page import buttons, look_again, show, texts

if TYPE_CHECKING:
    from biofeedback.ui.shell import Shell


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


def test_nothing_near_says_what_helps(shell: Shell, engine: EngineDouble) -> None:
    engine.found = Nearby("done", "", (SKIN,))
    show(shell, engine)
    assert shell.pages.sensors.trouble == sensor_words.NOTHING_FOUND
    engine.found = Nearby("looking", "", (SKIN,))
    show(shell, engine)
    assert shell.pages.sensors.trouble == ""
    assert sensor_words.LOOKING in texts(shell)


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
