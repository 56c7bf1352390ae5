from __future__ import annotations

from math import inf, nan

import pytest
from hypothesis import given
from hypothesis import strategies as st

from biofeedback.devices.lsl.measure_rows import MeasureRow, MeasureRows
from biofeedback.samples import Metric

NAMES = ("heart_rate_bpm", "rmssd_ms")


def metric(t_s: float, name: str, value: float, source: str = "chest") -> Metric:
    return Metric(t_s, name, value, "", 60.0, 0.5, source=source)


def test_the_measures_of_a_moment_come_as_one_row_however_late_they_are_looked_for() -> None:
    rows = MeasureRows(NAMES, hold_s=0.25)
    assert rows.due_s == inf
    assert rows.take(metric(5.0, "heart_rate_bpm", 70.0), 1.0, 100.0) is None
    assert list(rows.due(100.2)) == []
    # A clock that is looked at anew does not tear a row apart.
    assert rows.take(metric(5.0, "rmssd_ms", 40.0), 1.003, 100.2) is None
    assert rows.due_s == 100.25
    assert list(rows.due(100.25)) == [MeasureRow("chest", 4.0, [70.0, 40.0, 0.5, 0.5])]
    assert list(rows.due()) == []
    assert rows.due_s == inf


def test_the_next_moment_ends_the_one_before_of_the_same_source_alone() -> None:
    rows = MeasureRows(NAMES)
    rows.take(metric(5.0, "rmssd_ms", 40.0), 0.0, 0.0)
    assert rows.take(metric(6.0, "rmssd_ms", 41.0, "arm"), 0.0, 0.0) is None
    ended = rows.take(metric(6.0, "rmssd_ms", 42.0), 0.0, 0.0)
    assert ended is not None
    assert ended.stamp_s == 5.0
    assert ended.values == pytest.approx([nan, 40.0, nan, 0.5], nan_ok=True)
    assert [row.source for row in rows.due()] == ["chest", "arm"]


def test_what_has_no_column_or_no_value_makes_no_row() -> None:
    rows = MeasureRows(NAMES)
    rows.take(metric(5.0, "unheard_of", 1.0), 0.0, 0.0)
    rows.take(metric(5.0, "rmssd_ms", nan), 0.0, 0.0)
    assert list(rows.due()) == []


@given(
    st.lists(
        st.tuples(st.integers(0, 5), st.sampled_from(NAMES), st.sampled_from("ab"), st.booleans()),
        max_size=40,
    )
)
def test_in_time_order_nothing_is_lost_and_each_moment_is_one_row(
    told: list[tuple[int, str, str, bool]],
) -> None:
    """Looked for early, which gives out nothing, or not at all: the rows are the same."""
    rows = MeasureRows(NAMES)
    given_out: list[MeasureRow] = []
    expected: dict[tuple[str, float], set[str]] = {}
    for t_s, name, source, is_looked_for in sorted(told):
        ended = rows.take(metric(float(t_s), name, 1.0, source), 0.0, 10.0)
        given_out += [ended] if ended is not None else []
        given_out += rows.due(10.2) if is_looked_for else ()
        expected.setdefault((source, float(t_s)), set()).add(name)
    given_out += rows.due()
    assert {
        (row.source, row.stamp_s): {
            name for name, value in zip(NAMES, row.values, strict=False) if value == 1.0
        }
        for row in given_out
    } == expected
    assert len(given_out) == len(expected)
