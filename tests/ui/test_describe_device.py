"""Which device: what is near is listed, and how listening goes is told in words."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from biofeedback.devices.profiles.presentation_format import PresentationFormat, source_of
from biofeedback.devices.profiles.profile import Match, Profile, Source
from biofeedback.runtime.nearby import Nearby
from biofeedback.samples import LinkState
from biofeedback.ui.describe_device import DeviceStep
from biofeedback.ui.messages import profile_words
from biofeedback.ui.widgets.controls import button
from ui.conftest import until
from ui.described import BOARD, SERVICE, VALUE, explored
from ui.engine_double import SKIN, STRAP

if TYPE_CHECKING:
    from biofeedback.devices.sensor import SensorInfo

NONE = frozenset[str]()


@pytest.fixture
def step() -> DeviceStep:
    made = DeviceStep()
    made.show()
    made.activateWindow()
    until(made.isActiveWindow)
    return made


def test_what_nobody_knows_comes_first_and_nothing_simulated(step: DeviceStep) -> None:
    step.tell(Nearby("looking", "", (STRAP, BOARD, SKIN)), None, NONE)
    listed = [step.picker.itemText(place) for place in range(step.picker.count())]
    assert [words.split("   ")[0] for words in listed] == [BOARD.name, STRAP.name]
    assert "−52 dBm" in listed[0]
    assert "eart rate" in listed[1]
    assert step.state == profile_words.PICK_DEVICE


def test_what_is_picked_stays_while_more_is_found(step: DeviceStep) -> None:
    other = replace(BOARD, sensor_id="other", name="Other")
    step.tell(Nearby("looking", "", (BOARD, other)), None, NONE)
    step.picker.setCurrentIndex(1)
    step.tell(Nearby("done", "", (replace(BOARD, rssi_dbm=-60), STRAP, other)), None, NONE)
    assert step.chosen == other
    listened: list[SensorInfo] = []
    step.listen_wanted.connect(listened.append)
    step.listen_button.click()
    assert listened == [other]


def test_the_list_is_not_emptied_by_looking_again(step: DeviceStep) -> None:
    step.tell(Nearby("done", "", (BOARD, STRAP)), None, NONE)
    step.look_button.setFocus()
    step.tell(Nearby("looking", "", (STRAP,)), None, NONE)
    assert step.picker.count() == 2
    assert step.look_button.hasFocus()
    step.tell(Nearby("done", "", (STRAP,)), None, NONE)
    assert step.picker.count() == 1


def test_what_nobody_knows_is_picked_also_when_it_is_found_last(step: DeviceStep) -> None:
    step.tell(Nearby("looking", "", (STRAP,)), None, NONE)
    assert step.chosen == STRAP
    step.tell(Nearby("looking", "", (STRAP, BOARD)), None, NONE)
    assert step.chosen == BOARD


def test_a_sensor_that_is_connected_already_is_not_offered(step: DeviceStep) -> None:
    step.tell(Nearby("done", "", (STRAP,)), None, frozenset({STRAP.sensor_id}))
    assert step.chosen is None
    assert step.state == profile_words.NOTHING_NEAR
    assert not step.listen_button.isEnabled()


def test_why_nothing_can_be_found_is_said(step: DeviceStep) -> None:
    step.tell(Nearby(), None, NONE)
    assert step.state == profile_words.LOOKING
    step.tell(Nearby("unavailable", "Bluetooth is switched off."), None, NONE)
    assert step.state == "Bluetooth is switched off."
    looked: list[bool] = []
    step.look_wanted.connect(lambda: looked.append(True))
    step.look_button.click()
    assert looked == [True]


def test_while_it_listens_it_can_be_let_go_and_nothing_else_picked(step: DeviceStep) -> None:
    near = Nearby("done", "", (BOARD, STRAP))
    step.tell(near, None, NONE)
    step.listen_button.setFocus()
    step.tell(near, explored({}, state=LinkState.WAITING, message="Connected."), NONE)
    assert step.state == "Connected."
    assert not step.picker.isEnabled()
    assert step.listen_button.isHidden()
    let_go: list[bool] = []
    step.let_go_wanted.connect(lambda: let_go.append(True))
    step.let_go_button.click()
    assert let_go == [True]
    lost = explored({}, state=LinkState.STOPPED, message="The connection was lost.")
    step.tell(near, lost, NONE)
    assert step.state == "The connection was lost."
    assert not step.listen_button.isHidden()


def test_a_device_that_sends_nothing_by_itself_is_told_as_that(step: DeviceStep) -> None:
    known = explored({}, state=LinkState.WAITING, properties=("read", "write"))
    step.tell(Nearby("done", "", (BOARD,)), known, NONE)
    assert step.state == profile_words.NOT_BY_ITSELF


def announced() -> Profile:
    known = explored({}).characteristics[1]
    assert known.uuid == VALUE
    source = source_of(known, PresentationFormat("u16", -8, 0x272B), "left hand")
    assert source is not None
    read_only = replace(source, characteristic=SERVICE, poll_hz=1.0)
    return Profile("board", "Board", Match((SERVICE,)), (source, read_only))


def test_what_it_says_of_itself_is_offered_where_it_comes_by_itself(step: DeviceStep) -> None:
    profile = announced()
    taken: list[Source] = []
    step.announced_taken.connect(taken.append)
    step.tell(Nearby("done", "", (BOARD,)), explored({}, announced=profile), NONE)
    assert "“left hand”, skin conductance in µS" in step.said
    offers = [b for b in step.findChildren(type(button(""))) if b.text().startswith("Use ")]
    assert len(offers) == 1
    until(offers[0].isVisible)
    step.let_go_button.setFocus()
    QTest.keyClick(step.let_go_button, Qt.Key.Key_Tab)
    assert offers[0].hasFocus()
    offers[0].click()
    assert taken == [profile.sources[0]]
    step.tell(Nearby("done", "", (BOARD,)), None, NONE)
    assert step.said == ""
