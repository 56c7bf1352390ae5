"""Measures of two for a guide of one: the harder of both, or the second's own."""

from __future__ import annotations

from biofeedback.guides.body import Body
from biofeedback.guides.of_two import OfBoth, OfPartner
from biofeedback.samples import Metric


def body(**values: tuple[float | None, float | None]) -> Body:
    made = Body()
    made.know_partner("second")
    for name, pair in values.items():
        for source, value in zip(("first", "second"), pair, strict=True):
            if value is not None:
                t_s = 10.0 if source == "first" else 11.0
                made.take(Metric(t_s, name, value, "", 60.0, 1.0, source=source), 12.0)
    return made


def test_of_both_the_harder_counts() -> None:
    both = OfBoth(body(adherence=(0.9, 0.3), breaths_per_min=(11.0, 14.0)))
    assert both.value("adherence") == 0.3
    assert both.value("breaths_per_min") == 14.0
    metric = both.metric("adherence")
    assert metric is not None
    assert metric.t_s == 11.0
    assert both.now_s == 12.0


def test_where_one_wears_nothing_the_other_counts() -> None:
    assert OfBoth(body(adherence=(None, 0.7))).value("adherence") == 0.7
    assert OfBoth(body(adherence=(0.6, None))).value("adherence") == 0.6
    assert OfBoth(body()).value("adherence") is None


def test_everything_else_is_the_firsts_alone() -> None:
    both = OfBoth(body(arousal=(0.5, 2.5), heart_rate_bpm=(None, 90.0)))
    assert both.value("arousal") == 0.5
    assert both.value("heart_rate_bpm") is None


def test_the_second_has_measures_of_their_own() -> None:
    second = OfPartner(body(adherence=(0.9, 0.3), arousal=(0.5, None)))
    assert second.value("adherence") == 0.3
    assert second.value("arousal") is None
    assert second.now_s == 12.0
