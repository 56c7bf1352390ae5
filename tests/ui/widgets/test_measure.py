"""What large and small readings have in common: never a value without its worth."""

from __future__ import annotations

from math import inf, nan
from typing import TYPE_CHECKING

import pytest

from biofeedback.samples import Metric
from biofeedback.ui.messages import reading_words
from biofeedback.ui.widgets.reading import Reading
from biofeedback.ui.widgets.small_reading import SmallReading

if TYPE_CHECKING:
    from biofeedback.ui.widgets.measure import MeasureWidget


def metric(value: float = 0.72, **changes: object) -> Metric:
    fields: dict[str, object] = {"unit": "", "window_s": 64.0, "quality": 0.95, **changes}
    return Metric(100.0, "coherence", value, source="strap", **fields)  # type: ignore[arg-type]  # a test's choosing


@pytest.fixture(params=["large", "small"])
def shown(request: pytest.FixtureRequest) -> MeasureWidget:
    if request.param == "large":
        return Reading("Coherence", "about it", "%", factor=100.0)
    return SmallReading("Coherence", "about it", lambda it: f"{100.0 * it.value:.0f} %")


def test_value_has_its_window_and_quality(shown: MeasureWidget) -> None:
    shown.show_metric(metric())

    assert shown.text in {"72", "72 %"}
    assert shown.note == "last 64 s · signal good"
    assert shown.accessibleName() == "Coherence: 72 %"
    assert shown.toolTip() == "about it\nlast 64 s · signal good"


def test_warming_up_says_how_long(shown: MeasureWidget) -> None:
    shown.show_metric(metric(nan, wait_s=39.2, quality=0.0))

    assert shown.text == reading_words.MISSING
    assert shown.note == "not yet, 40 s to go"
    assert shown.accessibleName() == "Coherence: not yet, 40 s to go"


def test_missing_value_gives_the_pipelines_reason(shown: MeasureWidget) -> None:
    shown.show_metric(metric(nan, quality=0.0, reason="too few beats in a row"))

    assert (shown.text, shown.note) == (reading_words.MISSING, "too few beats in a row")


def test_low_quality_is_said_with_its_reason(shown: MeasureWidget) -> None:
    shown.show_metric(metric(quality=0.6, reason="some beats were corrected"))
    assert shown.note == "signal fair: some beats were corrected"

    shown.show_metric(metric(quality=0.2))
    assert shown.note == "last 64 s · signal weak"


@pytest.mark.parametrize("untrusted", [metric(quality=0.0, reason="no skin contact"), metric(inf)])
def test_number_that_cannot_be_trusted_is_not_shown(
    shown: MeasureWidget, untrusted: Metric
) -> None:
    shown.show_metric(metric())
    shown.show_metric(untrusted)

    assert shown.text == reading_words.MISSING
    assert untrusted.reason in shown.note


def test_silent_sensor_gives_no_present_number(shown: MeasureWidget) -> None:
    shown.show_metric(metric(), silent_s=7.0)

    assert (shown.text, shown.note) == (reading_words.MISSING, "nothing from the sensor for 7 s")


def test_sensor_without_intervals_is_said_to_give_heart_rate_only(shown: MeasureWidget) -> None:
    shown.show_metric(metric(), has_rr=False)

    assert (shown.text, shown.note) == (reading_words.MISSING, "this sensor gives heart rate only")


def test_no_sensor_is_said(shown: MeasureWidget) -> None:
    shown.show_metric(None)

    assert shown.note == "no sensor for it"


def test_another_title_is_shown_and_told_with_the_next_value(shown: MeasureWidget) -> None:
    shown.title = "Calm"
    shown.show_metric(metric())

    assert shown.title == "Calm"
    assert shown.accessibleName() == "Calm: 72 %"
