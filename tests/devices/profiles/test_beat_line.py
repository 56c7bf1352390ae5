from __future__ import annotations

from math import nan

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from biofeedback.devices.profiles.beat_line import BeatLine
from biofeedback.kinds import StreamKind
from biofeedback.samples import StreamInfo

STREAM = StreamInfo("s", StreamKind.PP, ("pp_ms",))


@given(
    st.lists(
        st.tuples(st.lists(st.floats(300.0, 2000.0), max_size=3), st.floats(0.5, 1.5)), max_size=20
    )
)
def test_every_interval_comes_out_once_in_order_and_exact(
    packets: list[tuple[list[float], float]],
) -> None:
    line = BeatLine(STREAM)
    arrival_s = 0.0
    chunks = []
    for intervals, apart_s in packets:
        arrival_s += apart_s
        chunks += line.push(intervals, arrival_s)
    chunks += line.flush()
    out = [value for chunk in chunks for value in chunk.values[:, 0].tolist()]
    assert out == [interval for intervals, _ in packets for interval in intervals]
    times = [t_s for chunk in chunks for t_s in chunk.t_s.tolist()]
    assert all(np.diff(times) > 0)
    assert all(chunk.stream is STREAM for chunk in chunks)


def test_what_no_heart_does_is_left_out() -> None:
    line = BeatLine(STREAM)
    chunks = line.push([800.0, nan, 0.0, 20_000.0, 810.0], 1.0) + line.flush()
    assert [value for chunk in chunks for value in chunk.values[:, 0].tolist()] == [800.0, 810.0]
