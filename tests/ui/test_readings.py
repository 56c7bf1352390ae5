"""What is measured is shown where a sensor gives it, in words where a number would mislead."""

from __future__ import annotations

from dataclasses import replace
from math import nan
from typing import TYPE_CHECKING

import pytest

from biofeedback.pacing import PRESETS
from biofeedback.runtime.snapshot import BASELINE, SessionPlan, SessionState, Snapshot
from biofeedback.samples import BeatOrigin, Metric
from biofeedback.ui.messages import reading_words
from biofeedback.ui.readings import Readings
from ui.conftest import until
from ui.engine_double import STRAP, metrics, streaming

if TYPE_CHECKING:
    from collections.abc import Iterator

    from PySide6.QtWidgets import QApplication


@pytest.fixture
def readings(app: QApplication) -> Iterator[Readings]:
    del app
    made = Readings()
    made.resize(250, 500)
    made.show()
    yield made
    made.deleteLater()


def snapshot(*more: Metric, **changes: object) -> Snapshot:
    own = metrics(90.0)
    made = Snapshot(
        90.0,
        SessionState.RUNNING,
        sensors={STRAP.sensor_id: streaming(STRAP, 90.0)},
        metrics={**own, **{metric.name: metric for metric in more}},
        last_data_s={STRAP.sensor_id: 89.6},
    )
    return replace(made, **changes)  # type: ignore[arg-type]  # fields of a test's choosing


def said(name: str, value: float, source: str = "together", **changes: object) -> Metric:
    metric = Metric(89.0, name, value, "", 60.0, 0.9, source=source)
    return replace(metric, **changes)  # type: ignore[arg-type]  # as above


def test_body_state_is_not_told_of_sensors_that_fell_silent(readings: Readings) -> None:
    readings.tell(snapshot(said("arousal_zone", 1.0)), 97.0)
    assert readings.state.text == reading_words.STATE_UNKNOWN
    assert readings.state.note.startswith("nothing from the sensor")


def test_body_state_asks_for_no_sensors_that_are_on_already(readings: Readings) -> None:
    readings.tell(snapshot(), 90.0)
    before = readings.state.note
    skin = said("scl_microsiemens", nan, "skin/eda", wait_s=26.0)
    readings.tell(snapshot(skin), 90.0)
    assert (before, readings.state.note) == (reading_words.STATE_NO_SENSOR, reading_words.NOT_YET)


def test_only_what_a_sensor_gives_has_its_place(readings: Readings) -> None:
    readings.tell(snapshot(), 90.0)
    assert [name for name, one in readings.small.items() if one.isVisible()] == ["rmssd_ms"]
    breaths = said("breaths_per_min", 5.98, unit="/min")
    tension = said("tension_pct", 142.4, STRAP.sensor_id)
    readings.tell(snapshot(breaths, tension), 90.0)
    shown = {name: one.text for name, one in readings.small.items() if one.isVisible()}
    assert shown == {"rmssd_ms": "49 ms", "breaths_per_min": "6.0 /min", "tension_pct": "142 %"}


def test_what_never_had_a_value_takes_no_room_and_what_had_one_says_why_not(
    readings: Readings,
) -> None:
    without = said("adherence", nan, quality=0.0, reason="a breathing sensor would show this")
    readings.tell(snapshot(without), 90.0)
    assert not readings.small["adherence"].isVisible()
    readings.tell(snapshot(said("adherence", 0.83)), 90.0)
    assert readings.small["adherence"].text == "83 %"
    readings.tell(snapshot(without), 90.0)
    assert readings.small["adherence"].isVisible()
    assert readings.small["adherence"].note == "a breathing sensor would show this"


def test_movement_is_told_in_words(readings: Readings) -> None:
    for mean_g, words in ((0.01, "still"), (0.1, "a little"), (0.5, "much")):
        readings.tell(snapshot(said("movement_g", mean_g, STRAP.sensor_id)), 90.0)
        assert readings.small["movement_g"].text == words


def test_what_comes_from_a_pulse_is_named_so(readings: Readings) -> None:
    pulse = [replace(one, origin=BeatOrigin.PULSE) for one in metrics(90.0).values()]
    readings.tell(snapshot(*pulse), 90.0)
    assert readings.small["rmssd_ms"].title == reading_words.PULSE_VARIABILITY
    assert "pulse" in readings.large["heart_rate_bpm"].title
    readings.tell(snapshot(), 91.0)
    assert readings.small["rmssd_ms"].title == reading_words.RMSSD
    assert readings.large["heart_rate_bpm"].title == reading_words.HEART_RATE


def test_two_people_read_of_chance_and_of_the_pacer_in_words(readings: Readings) -> None:
    alike = said("heart_synchrony", 0.6)
    readings.tell(snapshot(said("pacing_together", 0.81), alike), 90.0)
    assert readings.small["pacing_together"].text == "81 %"
    assert readings.small["heart_synchrony"].text == "more than chance"
    assert "nothing more" in readings.small["pacing_together"].toolTip()
    assert "nothing about how you are" in readings.small["heart_synchrony"].toolTip()
    no_more = replace(alike, value=0.1, reason="no more alike than chance gives")
    readings.tell(snapshot(no_more), 90.0)
    assert readings.small["heart_synchrony"].text == "no more than chance"


@pytest.mark.parametrize(("share", "is_shown"), [("nothing", False), ("body-state", True)])
def test_two_people_see_of_a_body_only_what_both_agreed_to(
    readings: Readings, share: str, is_shown: bool
) -> None:
    plan = SessionPlan("together", PRESETS["gentle"], 600.0, options={"share": share})
    told = (
        said("scl_microsiemens", 7.0, "eda"),
        said("scr_per_min", 4.0, "eda"),
        said("adherence", 0.9, "belt"),
        said("heart_synchrony", 0.6),
        said("pacing_together", 0.8),
        *metrics(0.0).values(),
    )
    readings.tell(snapshot(*told, said("arousal_zone", 1.0), plan=plan), 90.0)
    assert readings.state.isVisible() is is_shown
    for each in (*readings.large.values(), *readings.small.values()):
        if each is not readings.small["pacing_together"]:
            assert not each.isVisible() or is_shown, each.title
    assert readings.large["heart_rate_bpm"].isVisible() is is_shown
    assert readings.small["pacing_together"].isVisible()
    readings.tell(snapshot(*told, plan=None), 90.0)
    assert readings.state.isVisible(), "of one person alone everything is shown again"
    assert readings.large["heart_rate_bpm"].isVisible()
    assert readings.small["scr_per_min"].isVisible()


def test_an_ecg_gives_what_a_strap_of_heart_rate_only_cannot(readings: Readings) -> None:
    """The strap's lack of intervals is no reason when the beats come from elsewhere."""
    plain = streaming(STRAP, 90.0, has_rr=False)
    ecg = [replace(one, origin=BeatOrigin.ECG, source="chest/ecg") for one in metrics(0.0).values()]
    last = {STRAP.sensor_id: 89.6, "chest": 89.9}
    readings.tell(snapshot(*ecg, sensors={STRAP.sensor_id: plain}, last_data_s=last), 90.0)
    assert readings.small["rmssd_ms"].text == "49 ms"


def test_nothing_to_reach_for_is_shown_in_the_quiet_minutes(readings: Readings) -> None:
    readings.tell(snapshot(plan=SessionPlan(BASELINE, PRESETS["gentle"])), 90.0)
    assert [name for name, one in readings.large.items() if one.isVisible()] == ["heart_rate_bpm"]
    assert not readings.state.isVisible()
    readings.tell(snapshot(), 90.0)
    assert all(one.isVisible() for one in (*readings.large.values(), readings.state))


def test_small_readings_stand_one_under_the_other_where_there_is_little_width(
    readings: Readings,
) -> None:
    readings.tell(snapshot(said("breaths_per_min", 5.98, unit="/min")), 90.0)
    hrv, breaths = readings.small["rmssd_ms"], readings.small["breaths_per_min"]
    readings.be_narrow(True)
    until(lambda: breaths.y() > hrv.y() and breaths.x() == hrv.x())
    readings.be_narrow(False)
    until(lambda: breaths.y() == hrv.y() and breaths.x() > hrv.x())
