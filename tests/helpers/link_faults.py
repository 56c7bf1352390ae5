"""How a link to a sensor is lost, or does not come back at once."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from biofeedback.devices.drivers.polar.control_point import Measurement, Status
from biofeedback.samples import GapReason

from .bluez_error import FAILED
from .polar_peripheral import PolarPeripheral

if TYPE_CHECKING:
    from .fault import Fault
    from .fault_staging import Staging
    from .sensor_source import Notification, Source

__all__ = ["LINK_FAULTS"]


def link_lost(staging: Staging) -> Fault:
    staging.at_begin(staging.worn.peripheral.lose_link)
    staging.at_end(staging.worn.peripheral.come_back)
    return staging.fault(GapReason.LINK, there_s=staging.end_s)


def link_cut(staging: Staging) -> Fault:
    staging.at_begin(lambda: staging.worn.peripheral.lose_link(is_near=True))
    return staging.fault(GapReason.LINK, there_s=staging.plan.t_s)


def half_dead(staging: Staging) -> Fault:
    peripheral = staging.worn.peripheral
    first: list[int] = []

    def mute(_source: Source, _sent: list[Notification]) -> list[Notification] | None:
        first.append(peripheral.n_connects)
        return [] if peripheral.n_connects == first[0] else None

    staging.mangle(mute)
    return staging.fault(GapReason.SILENCE, there_s=staging.plan.t_s)


def refused(staging: Staging) -> Fault:
    peripheral = staging.worn.peripheral

    def begin() -> None:
        peripheral.refusal = (FAILED, "br-connection-unknown")
        peripheral.lose_link(is_near=True)

    def end() -> None:
        peripheral.refusal = None

    staging.at_begin(begin)
    staging.at_end(end)
    return staging.fault(GapReason.LINK, there_s=staging.end_s)


def pairing(staging: Staging) -> Fault:
    peripheral = staging.worn.peripheral

    def begin() -> None:
        peripheral.needs_pairing = True
        peripheral.is_paired = False
        peripheral.lose_link(is_near=True)

    staging.at_begin(begin)
    return staging.fault(GapReason.LINK, there_s=staging.plan.t_s)


def rebooted(staging: Staging) -> Fault:
    """The battery slips: the link goes, and the clock begins anew."""
    peripheral = staging.worn.peripheral
    assert isinstance(peripheral, PolarPeripheral)

    def begin() -> None:
        peripheral.running.clear()
        peripheral.lose_link()
        staging.restart_clocks()

    staging.at_begin(begin)
    staging.at_end(peripheral.come_back)
    return staging.fault(GapReason.LINK, there_s=staging.end_s)


def stream_refused(staging: Staging) -> Fault:
    """After a lost link the sensor does not want to start its ECG, for a while."""
    peripheral = staging.worn.peripheral
    assert isinstance(peripheral, PolarPeripheral)

    def begin() -> None:
        peripheral.refusals[Measurement.ECG] = Status.INVALID_STATE
        peripheral.running.clear()
        peripheral.lose_link(is_near=True)

    staging.at_begin(begin)
    staging.at_end(peripheral.refusals.clear)
    return staging.fault(GapReason.LINK, there_s=staging.plan.t_s)


LINK_FAULTS: Final = (
    link_lost,
    link_cut,
    half_dead,
    refused,
    pairing,
    rebooted,
    stream_refused,
)
