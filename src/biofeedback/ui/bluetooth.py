"""Whether this computer's Bluetooth is on, as far as can be told without asking it again."""

from __future__ import annotations

from typing import TYPE_CHECKING

from biofeedback.devices.radio_error import RadioError, RadioProblem
from biofeedback.devices.sensor import Origin
from biofeedback.kinds import LinkState
from biofeedback.ui.messages import sensor_words

if TYPE_CHECKING:
    from collections.abc import Iterable

    from biofeedback.runtime.nearby import Nearby
    from biofeedback.samples import SensorStatus

__all__ = ["bluetooth_is_on", "bluetooth_words"]

_SWITCHED_OFF = RadioError(RadioProblem.SWITCHED_OFF)


def bluetooth_is_on(
    nearby: Nearby, statuses: Iterable[SensorStatus], by_radio: frozenset[str]
) -> bool | None:
    """Return whether it works; ``None`` while that is not known.

    Parameters
    ----------
    nearby
        What the last look around found.
    statuses
        The sensors that are on.
    by_radio
        The ids of those that are reached by Bluetooth.
    """
    states = {each.state for each in statuses if each.sensor_id in by_radio}
    if LinkState.UNAVAILABLE in states:
        return False
    if states & {LinkState.WAITING, LinkState.STREAMING, LinkState.SILENT}:
        return True
    if nearby.state == "unavailable":
        return False
    is_seen = any(info.origin is Origin.BLUETOOTH for info in nearby.sensors)
    return True if is_seen or (nearby.state == "done" and not nearby.message) else None


def bluetooth_words(is_on: bool | None, messages: Iterable[str]) -> str:
    """Return ``Bluetooth is on`` and the like.

    Parameters
    ----------
    is_on
        As `bluetooth_is_on` gives it.
    messages
        What was said about it: switched off is not the same as not there.
    """
    if is_on is None:
        return sensor_words.BLUETOOTH_UNKNOWN
    if is_on:
        return sensor_words.BLUETOOTH_ON
    off = {str(_SWITCHED_OFF), _SWITCHED_OFF.live_message}
    return sensor_words.BLUETOOTH_OFF if off & set(messages) else sensor_words.NO_BLUETOOTH
