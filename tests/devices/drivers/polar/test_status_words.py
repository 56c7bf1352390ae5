from __future__ import annotations

import pytest

from biofeedback.devices.drivers.polar.control_point import Status
from biofeedback.devices.drivers.polar.status_words import (
    ended_by_itself,
    no_answer,
    not_understood,
    refused,
    waiting_for,
)
from biofeedback.samples import StreamKind


@pytest.mark.parametrize("status", [each for each in Status if each is not Status.OK])
def test_every_refusal_has_words_and_no_code(status: Status) -> None:
    words = refused(StreamKind.ECG, status)
    assert words.startswith("Missing: ECG. ")
    assert words.endswith(".")
    assert str(int(status)) not in words
    assert "code" not in words


@pytest.mark.parametrize(
    ("status", "remedy"),
    [
        (Status.ALREADY_IN_STATE, "Disconnect the sensor from phones"),
        (Status.INVALID_MTU, "Another Bluetooth adapter"),
        (Status.INVALID_STATE, "End that in Polar's app"),
        (Status.IN_CHARGER, "Take it out"),
        (Status.DISK_FULL, "Empty it"),
    ],
)
def test_words_say_what_to_do(status: Status, remedy: str) -> None:
    assert remedy in refused(StreamKind.PPG, status)


def test_an_unknown_refusal_is_told_by_its_code() -> None:
    assert refused(StreamKind.PPG, 77) == "Missing: pulse wave. The sensor refuses it (code 77)."


def test_what_else_is_said_names_the_stream() -> None:
    for words in (ended_by_itself, no_answer, not_understood, waiting_for):
        assert "movement" in words(StreamKind.ACCELERATION)
    assert waiting_for(StreamKind.ECG) == "Waiting for ECG: it can take half a minute."
