"""Which sensors a person has: remembered once connected, and connected when the window opens."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final, Protocol

from biofeedback.devices.sensor import Origin, SensorInfo
from biofeedback.kinds import LinkState, Role
from biofeedback.settings import RememberedSensor
from biofeedback.ui.stream_rules import fitted, may_use

if TYPE_CHECKING:
    from collections.abc import Callable

    from biofeedback.runtime.snapshot import Snapshot
    from biofeedback.settings import Preferences

__all__ = ["SensorMemory", "as_info", "known_sensors", "remembered"]

# Nobody has more; a list that only grows would slow each start.
MOST_KEPT: Final = 40
# What is heard is connected for certain: a press on the wrong row alone is not remembered.
_HEARD: Final = frozenset({LinkState.WAITING, LinkState.STREAMING, LinkState.SILENT})
# A simulated sensor is always there.
_BY_ITSELF: Final = frozenset({Origin.BLUETOOTH, Origin.LSL, Origin.OSC})
# A computer's name is often its owner's.
_NOT_KEPT: Final = frozenset({"host"})


class Connects(Protocol):
    """The part of the engine that connects sensors."""

    def add_sensor(self, info: SensorInfo, role: Role = Role.CLIENT) -> None:
        """Connect a sensor and stay with it."""

    def remove_sensor(self, sensor_id: str) -> None:
        """Let go of a sensor."""

    def set_role(self, sensor_id: str, role: Role) -> None:
        """Say who wears a sensor."""


def remembered(info: SensorInfo, role: Role) -> RememberedSensor:
    """Return what is kept of a sensor."""
    return RememberedSensor(
        sensor_id=info.sensor_id,
        name=info.name,
        address=info.address,
        origin=info.origin.value,
        kinds=info.kinds,
        driver=info.driver,
        role=role,
        options={key: each for key, each in info.options.items() if key not in _NOT_KEPT},
    )


def as_info(sensor: RememberedSensor) -> SensorInfo | None:
    """Return a remembered sensor as the engine takes it, ``None`` if its origin is unknown here."""
    try:
        origin = Origin(sensor.origin)
    except ValueError:
        return None
    return SensorInfo(
        sensor_id=sensor.sensor_id,
        name=sensor.name,
        address=sensor.address,
        origin=origin,
        kinds=sensor.kinds,
        options=sensor.options,
        driver=sensor.driver,
    )


def known_sensors(preferences: Preferences) -> tuple[SensorInfo, ...]:
    """Return the remembered sensors, the latest first."""
    infos = map(as_info, preferences.sensors)
    return tuple(info for info in infos if info is not None)


class SensorMemory:
    """Connects sensors, and remembers those that were.

    Parameters
    ----------
    engine
        Connects them.
    preferences
        Gives the preferences in force.
    prefer
        Puts others in force and keeps them.
    """

    def __init__(
        self,
        engine: Connects,
        preferences: Callable[[], Preferences],
        prefer: Callable[[Preferences], None],
    ) -> None:
        self._engine = engine
        self._preferences = preferences
        self._prefer = prefer
        # Asked for here, and not heard of yet.
        self._awaited: dict[str, SensorInfo] = {}
        self._roles: dict[str, Role] = {}

    def connect_all(self) -> None:
        """Connect the remembered sensors that can be by themselves, if the person likes that."""
        preferences = self._preferences()
        if not preferences.connect_sensors:
            return
        for sensor in preferences.sensors:
            info = as_info(sensor)
            if info is None or info.origin not in _BY_ITSELF or not may_use(info, preferences):
                continue
            self._roles[info.sensor_id] = sensor.role
            self._engine.add_sensor(fitted(info, preferences), sensor.role)

    def connect(self, info: SensorInfo) -> None:
        """Connect a sensor, worn by whom it was worn last; it is remembered once it is heard."""
        info = fitted(info, self._preferences())
        known = {sensor.sensor_id: sensor for sensor in self._preferences().sensors}
        before = known.get(info.sensor_id)
        role = before.role if before is not None else Role.CLIENT
        if before is not None and info.origin is Origin.BLUETOOTH and not info.options:
            # What the person once set is nothing that the sensor could tell anew.
            info = replace(info, options=before.options)
        self._roles[info.sensor_id] = role
        if info.origin is not Origin.SIMULATED:
            self._awaited[info.sensor_id] = info
        self._engine.add_sensor(info, role)

    def disconnect(self, sensor_id: str) -> None:
        """Let go of a sensor, and go on knowing it."""
        self._awaited.pop(sensor_id, None)
        self._engine.remove_sensor(sensor_id)

    def follow_streams(self, snapshot: Snapshot) -> None:
        """Let go of sensors of other programs that may not take part any more; they stay known.

        A port that may be open to other computers now is opened anew. LSL cannot do so before
        the app is started again.
        """
        preferences = self._preferences()
        infos = {info.sensor_id: info for info in known_sensors(preferences)} | self._awaited
        for sensor_id in snapshot.present_sensors:
            info = infos.get(sensor_id)
            if info is None:
                continue
            if not may_use(info, preferences):
                self.disconnect(sensor_id)
            elif info.origin is Origin.OSC and fitted(info, preferences) != info:
                self.disconnect(sensor_id)
                self.connect(info)

    def forget(self, sensor_id: str) -> None:
        """Let go of a sensor, and of all that is known of it."""
        self.disconnect(sensor_id)
        self._roles.pop(sensor_id, None)
        preferences = self._preferences()
        kept = tuple(each for each in preferences.sensors if each.sensor_id != sensor_id)
        if kept != preferences.sensors:
            self._prefer(preferences.changed(sensors=kept))

    def give(self, sensor_id: str, role: Role) -> None:
        """Say who wears a sensor."""
        self._roles[sensor_id] = role
        self._engine.set_role(sensor_id, role)
        preferences = self._preferences()
        told = tuple(
            remembered(info, role)
            if each.sensor_id == sensor_id and (info := as_info(each)) is not None
            else each
            for each in preferences.sensors
        )
        if told != preferences.sensors:
            self._prefer(preferences.changed(sensors=told))

    def follow(self, snapshot: Snapshot) -> None:
        """Remember what is heard by now of what was asked for."""
        for sensor_id in tuple(self._awaited):
            status = snapshot.sensors.get(sensor_id)
            if status is not None and status.state in _HEARD:
                self._remember(self._awaited.pop(sensor_id))

    def _remember(self, info: SensorInfo) -> None:
        new = remembered(info, self._roles.get(info.sensor_id, Role.CLIENT))
        preferences = self._preferences()
        others = (each for each in preferences.sensors if each.sensor_id != info.sensor_id)
        kept = (new, *others)[:MOST_KEPT]
        if kept != preferences.sensors:
            self._prefer(preferences.changed(sensors=kept))
