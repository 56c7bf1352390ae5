"""Known sensors stand first, simulated ones last, and each says where it is."""

from __future__ import annotations

from dataclasses import replace

import pytest

from biofeedback.devices.sensor import Origin, SensorInfo
from biofeedback.samples import StreamKind
from biofeedback.ui.messages import sensor_words
from biofeedback.ui.near_rows import Near, near_sensors
from ui.engine_double import SKIN, STRAP

BELT = replace(STRAP, sensor_id="belt", name="Belt", rssi_dbm=-71)
STREAM = SensorInfo("lsl-eda", "EDA", "lsl:x", Origin.LSL, (StreamKind.EDA,))
OPEN_STREAM = replace(STREAM, address=f"{STREAM.address}?network=1")


def test_known_ones_come_first_and_simulated_ones_last() -> None:
    known = replace(BELT, rssi_dbm=None)
    rows = near_sensors((STRAP, SKIN, STREAM, BELT), (known,), frozenset())
    assert [row.info.sensor_id for row in rows] == [
        "belt",
        STRAP.sensor_id,
        "lsl-eda",
        "simulated-skin",
    ]
    assert rows[0] == Near(BELT, is_known=True), "as it was seen, not as it was remembered"


def test_what_is_on_is_not_offered_and_what_is_known_is_also_when_away() -> None:
    rows = near_sensors((STRAP, SKIN), (BELT,), frozenset({STRAP.sensor_id}))
    assert rows == [Near(BELT, is_known=True, is_seen=False), Near(SKIN)]
    assert near_sensors((), (BELT,), frozenset({"belt"})) == []


@pytest.mark.parametrize(
    ("near", "words", "spoken"),
    [
        (Near(STRAP), "−58 dBm", "signal −58 dBm, strong"),
        (Near(BELT, is_known=True), "known, −71 dBm", "known, signal −71 dBm, fair"),
        (Near(BELT, is_known=True, is_seen=False), "known, not seen yet", "known, not seen yet"),
        (Near(STREAM), "on this computer", "on this computer"),
        (Near(OPEN_STREAM), "on your network", "on your network"),
        (Near(SKIN), "no hardware", "no hardware"),
        (Near(replace(OPEN_STREAM, origin=Origin.OSC)), "on your network", "on your network"),
        # Nothing tells whether anybody sends to a port before it is opened.
        (
            Near(replace(STREAM, origin=Origin.OSC), True, False),
            "known, on this computer",
            "known, on this computer",
        ),
        (
            Near(replace(BELT, rssi_dbm=None, is_connected=True)),
            sensor_words.ALREADY_CONNECTED,
            sensor_words.ALREADY_CONNECTED,
        ),
    ],
)
def test_each_says_where_it_is_to_eyes_and_ears(near: Near, words: str, spoken: str) -> None:
    assert (near.where, near.where_in_words) == (words, spoken)
