"""What is on, what is near, and what to do when Bluetooth is off."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtTest import QTest
from PySide6.QtWidgets import QPushButton

from biofeedback.pacing import PRESETS
from biofeedback.runtime.engine import Nearby
from biofeedback.runtime.snapshot import SessionPlan
from biofeedback.samples import LinkState, Metric, StreamKind
from biofeedback.settings import Preferences
from biofeedback.ui.messages import sensor_words, wave_words
from biofeedback.ui.sensors import strip_runs
from ui.engine_double import SKIN, STRAP, EngineDouble, streaming

if TYPE_CHECKING:
    from biofeedback.ui.shell import Shell


def buttons(shell: Shell) -> dict[str, QPushButton]:
    found = shell.pages.sensors.findChildren(QPushButton)
    return {button.accessibleName(): button for button in found if not button.isHidden()}


def show(shell: Shell, engine: EngineDouble) -> None:
    shell.show_page(shell.pages.sensors)
    engine.t_s += 1.0
    shell.tick()


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

    texts = {
        label.text()
        for label in shell.pages.sensors.findChildren(type(shell.pages.sensors._nothing))
    }
    assert {"Heart rate, beat-to-beat intervals", "−58 dBm", sensor_words.NO_HARDWARE} <= texts
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


def test_sensor_of_heart_rate_only_says_what_it_does_not_send(
    shell: Shell, engine: EngineDouble
) -> None:
    """Its card claims no intervals and waits for none; the wave says why it is empty."""
    engine.found = Nearby("done", "", (STRAP,))
    engine.live(20.0)
    watch = streaming(STRAP, 20.0, has_rr=False)
    engine.change(sensors={STRAP.sensor_id: watch}, beats=(), hearts={}, pending=())
    show(shell, engine)
    card = shell.pages.sensors.cards[0]

    assert card.state == "Heart rate only"
    assert card._measures.text() == "Heart rate"
    assert card.strip.words == wave_words.WAVE_WITHOUT_RR
    shell.show_page(shell.pages.practice)
    assert shell.pages.practice.stage.wave.words == wave_words.WAVE_WITHOUT_RR


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
    assert not shell.pages.sensors.look_button.isEnabled()


def test_card_tells_state_and_message(shell: Shell, engine: EngineDouble) -> None:
    engine.live(20.0)
    lost = streaming(
        STRAP,
        20.0,
        state=LinkState.RECONNECTING,
        attempt=3,
        message="Out of range. Bring it closer; it comes back by itself.",
    )
    engine.change(sensors={STRAP.sensor_id: lost}, t_s=40.0)
    show(shell, engine)
    card = shell.pages.sensors.cards[0]

    assert card.state == "Reconnecting, try 3"
    assert card.strip.words == "nothing since 00:19"
    assert any(lost.message == label.text() for label in card.findChildren(type(card._message)))


def test_focus_stays_on_the_row_when_the_list_changes(shell: Shell, engine: EngineDouble) -> None:
    engine.found = Nearby("looking", "", (SKIN,))
    show(shell, engine)
    buttons(shell)["Use Simulated skin"].setFocus()
    engine.found = Nearby("looking", "", (STRAP, SKIN))
    engine.t_s += 1.0
    shell.tick()

    assert "Connect Polar H10 5C2A" in buttons(shell)
    assert buttons(shell)["Use Simulated skin"].hasFocus()


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


def test_strip_of_a_strap_is_its_heart_rate_with_gaps(engine: EngineDouble) -> None:
    engine.begin(SessionPlan("breathing", PRESETS["gentle"]))
    engine.live(60.0, gap=(30.0, 35.0))
    drawn = strip_runs(engine.snapshot(), STRAP.sensor_id)

    assert drawn is not None
    assert drawn[0] is StreamKind.RR
    assert len(drawn[1]) == 2
    assert drawn[1][0][-1][0] <= 30.0 < 35.0 <= drawn[1][1][0][0]


def test_strip_of_skin_conductance_has_a_hole_where_nothing_came(engine: EngineDouble) -> None:
    samples = tuple((t / 4, 4.0) for t in range(80) if not 40 <= t < 60)
    engine.change(hearts={}, traces={SKIN.sensor_id: (StreamKind.EDA, samples)})
    drawn = strip_runs(engine.snapshot(), SKIN.sensor_id)

    assert drawn is not None
    assert [len(run) for run in drawn[1]] == [40, 20]
    assert strip_runs(engine.snapshot(), STRAP.sensor_id) is None


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


def test_card_says_why_a_signal_is_weak(shell: Shell, engine: EngineDouble) -> None:
    engine.live(20.0)
    weak = Metric(19.0, "quality", 0.4, "", 60.0, 1.0, 0.0, "many beats had to be corrected")
    engine.change(qualities={STRAP.sensor_id: weak})
    show(shell, engine)
    (card,) = shell.pages.sensors.cards
    assert card.state == "Signal weak"
    assert card._message.text() == "Many beats had to be corrected"
