"""What is on and what is near, who wears it, and how the page is laid out."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLabel

from biofeedback.devices.sensor import Origin, SensorInfo
from biofeedback.pacing import PRESETS
from biofeedback.runtime.engine import Nearby
from biofeedback.runtime.snapshot import SessionPlan
from biofeedback.samples import LinkState, Role, StreamKind
from biofeedback.settings import Preferences
from biofeedback.ui.messages import sensor_words
from biofeedback.ui.sensor_memory import remembered
from ui.conftest import until
from ui.engine_double import SKIN, STRAP, EngineDouble
from ui.sensors_page import BELT, buttons, look_again, show, texts

if TYPE_CHECKING:
    from pathlib import Path

    from biofeedback.ui.shell import Shell


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
