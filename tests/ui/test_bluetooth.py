"""Whether Bluetooth is on is told by what it does, and not guessed."""

from __future__ import annotations

import pytest

from biofeedback.devices.radio_error import RadioError, RadioProblem
from biofeedback.kinds import LinkState
from biofeedback.runtime.nearby import Nearby
from biofeedback.ui.bluetooth import bluetooth_is_on, bluetooth_words
from biofeedback.ui.messages import sensor_words
from ui.engine_double import SKIN, STRAP, streaming

BY_RADIO = frozenset({STRAP.sensor_id})


@pytest.mark.parametrize(
    ("nearby", "is_on"),
    [
        (Nearby(), None),
        (Nearby("looking", "", (SKIN,)), None),
        (Nearby("looking", "", (STRAP, SKIN)), True),
        (Nearby("done", "", (SKIN,)), True),
        (Nearby("done", "Something else.", (SKIN,)), None),
        (Nearby("unavailable", "Bluetooth does not answer.", (SKIN,)), False),
    ],
)
def test_look_around_tells(nearby: Nearby, is_on: bool | None) -> None:
    assert bluetooth_is_on(nearby, (), BY_RADIO) is is_on


@pytest.mark.parametrize(
    ("state", "is_on"),
    [
        (LinkState.STREAMING, True),
        (LinkState.SILENT, True),
        (LinkState.UNAVAILABLE, False),
        (LinkState.SEARCHING, None),
    ],
)
def test_sensor_of_the_radio_tells(state: LinkState, is_on: bool | None) -> None:
    assert bluetooth_is_on(Nearby(), [streaming(STRAP, 0.0, state=state)], BY_RADIO) is is_on
    # One that needs no radio tells nothing of it.
    assert bluetooth_is_on(Nearby(), [streaming(SKIN, 0.0, state=state)], BY_RADIO) is None


def test_sensor_that_streams_outweighs_an_older_look() -> None:
    gone = Nearby("unavailable", "Bluetooth is switched off.", ())
    assert bluetooth_is_on(gone, [streaming(STRAP, 0.0)], BY_RADIO) is True


def test_switched_off_is_told_apart_from_not_there() -> None:
    off, none = RadioError(RadioProblem.SWITCHED_OFF), RadioError(RadioProblem.NO_ADAPTER)
    assert bluetooth_words(False, [str(off)]) == sensor_words.BLUETOOTH_OFF
    assert bluetooth_words(False, ["", off.live_message]) == sensor_words.BLUETOOTH_OFF
    assert bluetooth_words(False, [str(none)]) == sensor_words.NO_BLUETOOTH
    assert bluetooth_words(True, []) == sensor_words.BLUETOOTH_ON
    assert bluetooth_words(None, []) == sensor_words.BLUETOOTH_UNKNOWN
