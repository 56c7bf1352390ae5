from __future__ import annotations

from biofeedback.devices.radio_error import RadioError, RadioProblem
from biofeedback.errors import BluetoothUnavailableError


def test_each_problem_says_what_happened_and_what_helps() -> None:
    """The words are those for someone who looks, and for someone in a session."""
    off = RadioError(RadioProblem.SWITCHED_OFF)

    assert str(off) == "Bluetooth is switched off. Switch it on and look again."
    assert off.live_message == (
        "Bluetooth is switched off. Switch it on and the sensor comes back by itself."
    )
    assert isinstance(off, BluetoothUnavailableError)
    assert len({str(RadioError(problem)) for problem in RadioProblem}) == len(RadioProblem)
