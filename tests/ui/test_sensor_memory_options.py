"""What a person set for a sensor stays with it, though the sensor itself cannot tell it."""

from __future__ import annotations

from dataclasses import dataclass, field

from biofeedback.devices.sensor import Origin, SensorInfo
from biofeedback.kinds import LinkState, Role, StreamKind
from biofeedback.settings import Preferences
from biofeedback.ui.sensor_memory import SensorMemory, remembered
from ui.engine_double import EngineDouble, streaming

BOARD = SensorInfo(
    "bitalino-12-34", "BITalino-12-34", "AA:BB", Origin.BLUETOOTH, (), driver="bitalino"
)
WIRED = SensorInfo(
    "bitalino-12-34",
    "BITalino-12-34",
    "AA:BB",
    Origin.BLUETOOTH,
    (StreamKind.ECG,),
    options={"A2": "ecg"},
    driver="bitalino",
)


@dataclass
class Asked(EngineDouble):
    """Keeps what it was asked to connect."""

    infos: list[SensorInfo] = field(default_factory=list)

    def add_sensor(self, info: SensorInfo, role: Role = Role.CLIENT) -> None:
        self.infos.append(info)
        super().add_sensor(info, role)


def test_a_board_that_is_connected_from_the_list_is_wired_as_it_was() -> None:
    engine = Asked()
    kept = [Preferences(sensors=(remembered(WIRED, Role.CLIENT),))]
    memory = SensorMemory(engine, lambda: kept[-1], kept.append)

    memory.connect(BOARD)
    engine.change(sensors={BOARD.sensor_id: streaming(BOARD, 1.0, state=LinkState.STREAMING)})
    memory.follow(engine.snapshot())

    assert [info.options for info in engine.infos] == [{"A2": "ecg"}]
    assert [sensor.options for sensor in kept[-1].sensors] == [{"A2": "ecg"}]
