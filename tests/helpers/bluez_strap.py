"""A heart rate strap of the BlueZ stand-in."""

from __future__ import annotations

from dataclasses import dataclass, field

from biofeedback.devices.driver import uuid_of

from .bluez_peripheral import WAIT_S, Char, Peripheral

__all__ = ["Strap"]

_HEART_RATE = uuid_of(0x180D)
_MEASUREMENT = uuid_of(0x2A37)
_LOCATION = uuid_of(0x2A38)
_CONTROL_POINT = uuid_of(0x2A39)
_BATTERY = uuid_of(0x180F)
_BATTERY_LEVEL = uuid_of(0x2A19)
_INFORMATION = uuid_of(0x180A)


@dataclass(eq=False)
class Strap(Peripheral):
    """One strap.

    Attributes
    ----------
    battery_pct
        ``None`` for one without a battery service.
    battery_notifies
        Whether the battery level notifies.
    information
        Characteristics of Device Information by their 16 bits.
    """

    battery_pct: int | None = 85
    battery_notifies: bool = True
    information: dict[int, bytes] = field(
        default_factory=lambda: {
            0x2A29: b"Polar Electro Oy",
            0x2A24: b"H10\0",
            0x2A26: b"3.1.1",
        }
    )
    has_heart_rate: bool = True

    def services(self) -> list[tuple[str, list[Char]]]:
        table: list[tuple[str, list[Char]]] = []
        if self.has_heart_rate:
            chars = [
                Char(_MEASUREMENT, ["notify"]),
                Char(_LOCATION, ["read"]),
                Char(_CONTROL_POINT, ["write"]),
            ]
            table.append((_HEART_RATE, chars))
        if self.battery_pct is not None:
            flags = ["read", "notify"] if self.battery_notifies else ["read"]
            table.append((_BATTERY, [Char(_BATTERY_LEVEL, flags)]))
        if self.information:
            told = [Char(uuid_of(assigned), ["read"]) for assigned in self.information]
            table.append((_INFORMATION, told))
        return table

    def on_read(self, uuid: str) -> bytes:
        if uuid == _BATTERY_LEVEL:
            return bytes([self.battery_pct or 0])
        if uuid == _LOCATION:
            return b"\x01"
        return self.information[int(uuid[:8], 16)]

    def notify(self, payload: bytes) -> bool:
        """Send a Heart Rate Measurement; False if nobody has subscribed."""
        return self.send(_MEASUREMENT, payload)

    def set_battery(self, level_pct: int) -> bool:
        """Change the battery level and notify; False if nobody has subscribed."""
        self.battery_pct = level_pct
        return self.send(_BATTERY_LEVEL, bytes([level_pct]))

    def wait_subscribed(self, uuid: str = _MEASUREMENT, seconds: float = WAIT_S) -> None:
        super().wait_subscribed(uuid, seconds)

    @property
    def is_subscribed(self) -> bool:
        """Whether someone has subscribed to the heart rate."""
        return _MEASUREMENT in self.subscribed

    @property
    def written(self) -> list[bytes]:
        """All that was written to it, in order."""
        return [payload for _, payload in self.writes]
