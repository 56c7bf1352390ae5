"""What systems answer, by name and code, in our own errors."""

from __future__ import annotations

from types import SimpleNamespace

import pytest

from biofeedback.devices.radio_error import NeedsPairingError, RadioError, RadioProblem
from biofeedback.devices.radio_translation import from_att, from_dbus, from_reason, from_text
from biofeedback.errors import SensorNotFoundError, SensorRefusedError


def test_a_reason_that_is_not_known_yet_is_no_answer_from_bluetooth() -> None:
    """A newer library may add reasons; a person still gets words that help."""
    error = Exception()
    error.reason = SimpleNamespace(name="SOMETHING_NEW")  # type: ignore[attr-defined]  # as bleak's

    translated = from_reason(error)

    assert isinstance(translated, RadioError)
    assert translated.problem is RadioProblem.UNKNOWN


@pytest.mark.parametrize("code", [0x05, 0x08, 0x0C, 0x0F])
def test_a_sensor_that_wants_trust_asks_to_be_paired(code: int) -> None:
    """The four ATT codes for missing authentication, authorization and encryption."""
    assert isinstance(from_att(Exception(code)), NeedsPairingError)


def test_any_other_code_is_a_refusal() -> None:
    assert type(from_att(Exception(0x0E))) is SensorRefusedError


def test_the_text_counts_where_the_name_says_nothing() -> None:
    """BlueZ answers "Failed" to most things and says in the text which."""
    failed = "org.bluez.Error.Failed"

    assert isinstance(
        from_dbus(Exception(failed, "le-connection-page-timeout")), SensorNotFoundError
    )
    assert isinstance(from_dbus(Exception(failed, "Not paired")), NeedsPairingError)
    assert isinstance(from_dbus(Exception(failed, "Resource Not Ready")), RadioError)
    assert type(from_dbus(Exception(failed))) is SensorRefusedError


def test_a_link_that_went_away_under_a_call_is_out_of_reach() -> None:
    assert isinstance(from_text(Exception("disconnected")), SensorNotFoundError)
    assert isinstance(from_text(Exception("Failed to start scanner")), RadioError)
