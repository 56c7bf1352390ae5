"""A sensor is remembered once it was heard, and connected when the window opens."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from pathlib import Path

import pytest

from biofeedback import settings
from biofeedback.devices.sensor import Origin, SensorInfo
from biofeedback.kinds import LinkState, Role, StreamKind
from biofeedback.settings import Preferences
from biofeedback.ui.sensor_memory import MOST_KEPT, SensorMemory, as_info, known_sensors, remembered
from ui.engine_double import SKIN, STRAP, EngineDouble, streaming

STREAM = SensorInfo(
    "lsl-eda-1f2e",
    "EDA",
    "lsl:emotibit-1",
    Origin.LSL,
    (StreamKind.EDA,),
    options={"stream_name": "EDA", "source_id": "emotibit-1", "host": "annas-computer"},
    driver="lsl",
)
OSC = SensorInfo("osc-12345", "OSC 12345", "osc:127.0.0.1:12345", Origin.OSC, (StreamKind.PPG,))


@dataclass
class Person:
    """Preferences as a window holds them."""

    engine: EngineDouble = field(default_factory=EngineDouble)
    preferences: Preferences = field(default_factory=Preferences)
    n_kept: int = 0

    def __post_init__(self) -> None:
        self.memory = SensorMemory(self.engine, lambda: self.preferences, self.prefer)

    def prefer(self, preferences: Preferences) -> None:
        self.preferences = preferences
        self.n_kept += 1

    def hears(self, info: SensorInfo, state: LinkState = LinkState.STREAMING) -> None:
        self.engine.change(sensors={info.sensor_id: streaming(info, 1.0, state=state)})
        self.memory.follow(self.engine.snapshot())

    def knows(self, *infos: SensorInfo, role: Role = Role.CLIENT) -> None:
        sensors = tuple(remembered(info, role) for info in infos)
        self.preferences = self.preferences.changed(sensors=sensors)


def test_what_is_kept_gives_the_same_sensor_again_but_for_the_computers_name() -> None:
    """A computer is often named after its owner: that is not written down."""
    again = as_info(remembered(STREAM, Role.PARTNER))
    options = {key: each for key, each in STREAM.options.items() if key != "host"}
    assert again == replace(STREAM, options=options)
    assert as_info(remembered(STRAP, Role.CLIENT)) == replace(STRAP, rssi_dbm=None)


def test_sensor_of_an_unknown_kind_of_origin_is_kept_and_left_alone() -> None:
    """A newer version may have written it."""
    person = Person()
    person.knows(STRAP)
    (strap,) = person.preferences.sensors
    newer = replace(strap, sensor_id="newer", origin="telepathy")
    person.preferences = person.preferences.changed(sensors=(newer, strap))
    assert [info.sensor_id for info in known_sensors(person.preferences)] == [STRAP.sensor_id]
    person.memory.connect_all()
    assert person.engine.calls == [f"add {STRAP.sensor_id}"]
    person.memory.forget(STRAP.sensor_id)
    assert person.preferences.sensors == (newer,)


@pytest.mark.parametrize("state", [LinkState.SEARCHING, LinkState.CONNECTING, LinkState.REFUSED])
def test_press_on_the_wrong_row_is_not_remembered(state: LinkState) -> None:
    person = Person()
    person.memory.connect(STRAP)
    person.hears(STRAP, state)
    assert person.n_kept == 0
    person.hears(STRAP)
    person.hears(STRAP)
    assert person.n_kept == 1
    assert known_sensors(person.preferences) == (replace(STRAP, rssi_dbm=None),)


def test_sensor_that_was_let_go_before_it_was_heard_is_not_remembered() -> None:
    person = Person()
    person.memory.connect(STRAP)
    person.memory.disconnect(STRAP.sensor_id)
    person.hears(STRAP)
    assert person.preferences.sensors == ()


def test_latest_comes_first_and_the_list_has_an_end() -> None:
    person = Person()
    infos = [replace(STRAP, sensor_id=f"strap-{n}") for n in range(MOST_KEPT + 3)]
    for info in (*infos, infos[-3]):
        person.memory.connect(info)
        person.hears(info)
    kept = [sensor.sensor_id for sensor in person.preferences.sensors]
    assert len(kept) == MOST_KEPT
    assert kept[:3] == [infos[-3].sensor_id, infos[-1].sensor_id, infos[-2].sensor_id]


def test_sensors_of_radio_are_connected_by_themselves_those_of_programs_when_switched_on() -> None:
    person = Person()
    person.knows(STRAP, OSC, STREAM, SKIN, role=Role.PARTNER)
    person.memory.connect_all()
    assert person.engine.calls == [f"add {STRAP.sensor_id}"]
    person.preferences = person.preferences.changed(lsl_in=True, osc_in_port=12345)
    person.engine.calls.clear()
    person.memory.connect_all()
    wanted = [STRAP.sensor_id, OSC.sensor_id, STREAM.sensor_id]
    assert person.engine.calls == [f"add {each}" for each in wanted]
    assert person.engine.picture.partner_sensors == set(wanted)


def test_sensor_of_another_computer_is_taken_up_only_while_the_network_is_open() -> None:
    person = Person()
    person.knows(replace(STREAM, address=f"{STREAM.address}?network=1"))
    person.preferences = person.preferences.changed(lsl_in=True)
    person.memory.connect_all()
    assert person.engine.added == []
    person.preferences = person.preferences.changed(open_to_network=True)
    person.memory.connect_all()
    assert [info.address for info in person.engine.added] == [f"{STREAM.address}?network=1"]


def test_what_was_remembered_within_this_computer_is_reached_as_is_allowed_now() -> None:
    """LSL can be used in one way only at a time, and a port has to be opened to more."""
    person = Person()
    person.knows(STREAM, OSC)
    person.preferences = person.preferences.changed(
        lsl_in=True, osc_in_port=12345, open_to_network=True
    )
    person.memory.connect_all()
    lsl, osc = person.engine.added
    assert lsl.address == f"{STREAM.address}?network=1"
    assert osc.address == "osc:0.0.0.0:12345?network=1"
    assert osc.options == {"network": 1.0}


def test_switching_off_lets_go_of_the_sensors_of_programs_and_still_knows_them() -> None:
    person = Person()
    on = person.preferences.changed(lsl_in=True, osc_in_port=12345)
    person.preferences = on
    for info in (STRAP, STREAM, OSC):
        person.memory.connect(info)
        person.hears(info)
    statuses = {info.sensor_id: streaming(info, 1.0) for info in (STRAP, STREAM, OSC)}
    person.engine.change(sensors=statuses)
    person.engine.calls.clear()
    person.preferences = person.preferences.changed(lsl_in=False, osc_in_port=7000)
    person.memory.follow_streams(person.engine.snapshot())
    assert sorted(person.engine.calls) == [f"remove {STREAM.sensor_id}", f"remove {OSC.sensor_id}"]
    assert len(person.preferences.sensors) == 3


def test_opening_to_the_network_opens_the_port_anew() -> None:
    person = Person()
    person.preferences = person.preferences.changed(lsl_in=True, osc_in_port=12345)
    for info in (STREAM, OSC):
        person.memory.connect(info)
        person.hears(info)
    statuses = {info.sensor_id: streaming(info, 1.0) for info in (STREAM, OSC)}
    person.engine.change(sensors=statuses)
    person.engine.calls.clear()
    person.preferences = person.preferences.changed(open_to_network=True)
    person.memory.follow_streams(person.engine.snapshot())
    assert person.engine.calls == [f"remove {OSC.sensor_id}", f"add {OSC.sensor_id}"]
    assert person.engine.added[-1].address == "osc:0.0.0.0:12345?network=1"


def test_nothing_is_connected_by_itself_where_that_is_not_liked() -> None:
    person = Person()
    person.knows(STRAP)
    person.preferences = person.preferences.changed(connect_sensors=False)
    person.memory.connect_all()
    assert person.engine.calls == []


def test_file_holds_the_device_alone(tmp_path: Path) -> None:
    person = Person()
    person.memory.connect(STREAM)
    person.hears(STREAM)
    path = tmp_path / "settings.toml"
    settings.save(person.preferences, path)
    assert "annas-computer" not in path.read_text(encoding="utf-8")
    assert settings.load(path) == person.preferences
