"""Share of corrected beats in a window."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from biofeedback.signal.corrected_share import CorrectedShare


@given(st.lists(st.tuples(st.floats(0.0, 3.0), st.booleans()), max_size=80))
def test_equal_to_counting(beats: list[tuple[float, bool]]) -> None:
    """At every beat, of those later than 10 s ago, the corrected ones over all."""
    window = CorrectedShare(10.0)
    assert window.share == 0.0
    seen: list[tuple[float, bool]] = []
    t_s = 0.0
    for step_s, is_corrected in beats:
        t_s += step_s
        window.add(t_s, is_corrected=is_corrected)
        seen = [row for row in [*seen, (t_s, is_corrected)] if row[0] > t_s - 10.0]
        assert window.share == sum(flag for _, flag in seen) / len(seen)


def test_clock_that_stands_still_fills_no_memory() -> None:
    """Of a thousand beats at one moment the newest hundred count."""
    window = CorrectedShare(10.0)
    for i in range(1000):
        window.add(3.0, is_corrected=i >= 950)
    assert window.share == 0.5
