"""How the computer loses its Bluetooth, and with it every sensor."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from biofeedback.samples import GapReason

if TYPE_CHECKING:
    from .fault import Fault
    from .fault_staging import Staging

__all__ = ["RADIO_FAULTS"]


def _of_radio(staging: Staging) -> Fault:
    # Lost before the radio is seen to be gone, a link is just lost.
    return staging.fault(GapReason.RADIO, there_s=staging.end_s, is_everyones=True)


def adapter_off(staging: Staging) -> Fault:
    staging.at_begin(lambda: staging.session.bluez.set_powered(False))
    staging.at_end(lambda: staging.session.bluez.set_powered(True))
    return _of_radio(staging)


def adapter_pulled(staging: Staging) -> Fault:
    staging.at_begin(staging.session.bluez.remove_adapter)
    staging.at_end(staging.session.bluez.add_adapter)
    return _of_radio(staging)


def service_stopped(staging: Staging) -> Fault:
    staging.at_begin(staging.session.bluez.stop_service)
    staging.at_end(staging.session.bluez.start_service)
    return _of_radio(staging)


def service_crashed(staging: Staging) -> Fault:
    staging.at_begin(lambda: staging.session.bluez.stop_service(crashes=True))
    staging.at_end(staging.session.bluez.start_service)
    return _of_radio(staging)


RADIO_FAULTS: Final = (
    adapter_off,
    adapter_pulled,
    service_stopped,
    service_crashed,
)
