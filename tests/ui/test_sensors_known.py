"""Sensors that were connected before: known, who wore them, and forgotten on request."""

from __future__ import annotations

from typing import TYPE_CHECKING

from biofeedback.runtime.engine import Nearby
from biofeedback.samples import LinkState, Role
from biofeedback.ui.messages import sensor_words
from biofeedback.ui.sensor_memory import remembered
from ui.engine_double import SKIN, STRAP, EngineDouble, streaming
from ui.sensors_page import BELT, buttons, show, texts

if TYPE_CHECKING:
    from biofeedback.ui.shell import Shell


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
