"""Other programs take part as the preferences say, and in no other way."""

from __future__ import annotations

from dataclasses import replace

import pytest

from biofeedback.devices.network_sources import NetworkSources
from biofeedback.devices.osc.naming import osc_from_name
from biofeedback.devices.sensor import Origin, SensorInfo
from biofeedback.kinds import StreamKind
from biofeedback.runtime.output_plan import OutputPlan
from biofeedback.settings import Preferences
from biofeedback.ui.stream_rules import NO_STREAMS, fitted, may_use, place_words, streams_of
from ui.engine_double import SKIN, STRAP

LSL = SensorInfo("lsl-eda-1f2e", "EDA", "lsl:emotibit-1", Origin.LSL, (StreamKind.EDA,))
FAR_LSL = replace(LSL, address="lsl:emotibit-1?network=1")
OFF = Preferences()
ON = Preferences(lsl_in=True, osc_in_port=7000)
OPEN = ON.changed(open_to_network=True)


def osc(name: str) -> SensorInfo:
    made = osc_from_name(name)
    assert made is not None
    return made


@pytest.mark.parametrize(
    ("preferences", "wanted"),
    [
        (OFF, NO_STREAMS),
        (Preferences(open_to_network=True), NO_STREAMS),
        (ON, (NetworkSources(True, 7000, False), OutputPlan())),
        (OPEN, (NetworkSources(True, 7000, True), OutputPlan())),
        (
            Preferences(lsl_out=True, osc_out="9000", open_to_network=True),
            (NetworkSources(), OutputPlan(True, "9000", True)),
        ),
    ],
)
def test_what_is_off_is_neither_looked_for_nor_sent(
    preferences: Preferences, wanted: tuple[NetworkSources, OutputPlan]
) -> None:
    assert streams_of(preferences) == wanted


@pytest.mark.parametrize(
    ("info", "off", "on", "is_open"),
    [
        (STRAP, True, True, True),
        (SKIN, True, True, True),
        (LSL, False, True, True),
        (FAR_LSL, False, False, True),
        (osc("osc:7000"), False, True, True),
        (osc("osc:7000?network=1"), False, False, True),
        (osc("osc:7001"), False, False, False),
    ],
)
def test_sensor_of_a_program_may_be_used_as_far_as_it_is_switched_on(
    info: SensorInfo, off: bool, on: bool, is_open: bool
) -> None:
    told = [may_use(info, preferences) for preferences in (OFF, ON, OPEN)]
    assert told == [off, on, is_open]


def test_sensor_is_reached_over_the_network_once_that_is_open_and_never_before() -> None:
    assert fitted(LSL, ON) == LSL
    assert fitted(LSL, OPEN) == FAR_LSL
    assert fitted(FAR_LSL, OPEN) == FAR_LSL
    assert fitted(osc("osc:7000"), ON) == osc("osc:7000")
    assert fitted(osc("osc:7000"), OPEN) == osc("osc:7000?network=1")
    assert fitted(STRAP, OPEN) == STRAP


def test_network_is_named_only_where_it_takes_part() -> None:
    told = [place_words(each) for each in (LSL, FAR_LSL, osc("osc:7000?network=1"), STRAP)]
    assert told == ["on this computer", "on your network", "on your network", ""]
