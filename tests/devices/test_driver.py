"""What drivers share: how the assigned numbers of the Bluetooth SIG become full UUIDs."""

from __future__ import annotations

from biofeedback.devices.driver import uuid_of


def test_an_assigned_number_of_16_or_32_bits_becomes_its_full_uuid() -> None:
    assert uuid_of(0x180D) == "0000180d-0000-1000-8000-00805f9b34fb"
    assert uuid_of(0x12345678) == "12345678-0000-1000-8000-00805f9b34fb"
