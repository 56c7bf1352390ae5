"""A number is never without a word, and a missing one says why."""

from __future__ import annotations

from math import nan

from biofeedback.samples import Metric
from biofeedback.ui import messages
from biofeedback.ui.widgets.reading import Reading


def metric(value: float = 0.72, **changes: object) -> Metric:
    fields: dict[str, object] = {"unit": "", "window_s": 64.0, "quality": 0.95, **changes}
    return Metric(100.0, "coherence", value, source="strap", **fields)  # type: ignore[arg-type]  # a test's choosing


def reading() -> Reading:
    return Reading("Coherence", "about it", "%", factor=100.0)


def test_value_has_its_unit_window_and_quality() -> None:
    shown = reading()
    shown.show_metric(metric())

    assert shown.text == "72"
    assert shown.note == "last 64 s · signal good"
    assert shown.accessibleName() == "Coherence: 72 %"


def test_warming_up_says_how_long() -> None:
    shown = reading()
    shown.show_metric(metric(nan, wait_s=39.2, quality=0.0))

    assert shown.text == messages.MISSING
    assert shown.note == "not yet, 40 s to go"


def test_missing_value_gives_the_pipelines_reason() -> None:
    shown = reading()
    shown.show_metric(metric(nan, quality=0.0, reason="too few beats in a row"))

    assert (shown.text, shown.note) == (messages.MISSING, "too few beats in a row")


def test_low_quality_is_said_with_its_reason() -> None:
    shown = reading()
    shown.show_metric(metric(quality=0.6, reason="some beats were corrected"))
    assert shown.note == "signal fair: some beats were corrected"

    shown.show_metric(metric(quality=0.2))
    assert shown.note == "last 64 s · signal weak"


def test_number_that_cannot_be_trusted_is_not_shown() -> None:
    shown = reading()
    shown.show_metric(metric(quality=0.0, reason="no skin contact"))

    assert shown.text == messages.MISSING
    assert "no skin contact" in shown.note


def test_silent_sensor_gives_no_present_number() -> None:
    shown = reading()
    shown.show_metric(metric(), silent_s=7.0)

    assert (shown.text, shown.note) == (messages.MISSING, "nothing from the sensor for 7 s")


def test_sensor_without_intervals_is_said_to_give_heart_rate_only() -> None:
    shown = reading()
    shown.show_metric(None, has_rr=False)

    assert (shown.text, shown.note) == (messages.MISSING, "this sensor gives heart rate only")


def test_no_sensor_is_said() -> None:
    shown = reading()
    shown.show_metric(None)

    assert shown.note == "no sensor for it"
