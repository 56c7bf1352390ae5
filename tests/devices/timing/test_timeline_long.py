"""Hours: what is kept does not grow, nor what a frame costs."""

from __future__ import annotations

import pickle
from time import process_time

import numpy as np
import pytest

from biofeedback.devices.timing.sensor_clocks import SensorClocks
from biofeedback.devices.timing.timeline import Timeline
from helpers.stamped_stream import deliver, ecg_stream, late_by

TOLD = {
    "clock": {"device_s": lambda t_s: 8.0e8 + t_s * (1.0 + 40e-6)},
    "count": {"count_hz": 130.0, "clock": "ecg-count", "wrap_s": 65536 / 130.0},
    "nothing": {},
}


@pytest.mark.parametrize("told", TOLD)
def test_neither_state_nor_cost_grow_over_hours(told: str) -> None:
    sent = deliver(
        3 * 3600.0,
        late_by("heavy", 0.05, 1),
        n_samples=260,
        **TOLD[told],  # type: ignore[arg-type]  # by name
    )
    # One in fifty is lost, one in forty comes twice.
    sent = [each for number, each in enumerate(sent) if number % 50 != 7]
    clocks = SensorClocks()
    timeline = Timeline(ecg_stream(), clocks)
    sizes, costs_s = [], []
    n_part = len(sent) // 6
    for part in range(6):
        began_s = process_time()
        for number, each in enumerate(sent[part * n_part : (part + 1) * n_part]):
            timeline.push(each.frame, each.arrival_s)
            if number % 40 == 3:
                timeline.push(each.frame, each.arrival_s + 0.001)
        costs_s.append(process_time() - began_s)
        sizes.append(len(pickle.dumps((timeline, clocks))))

    assert max(sizes[3:]) < 1.2 * max(sizes[:3])
    assert max(sizes) < 200_000
    # A busy computer makes one part slow, a growing cost the last ones.
    assert min(costs_s[3:]) < 2.0 * np.median(costs_s[:3])
    # 1000 times faster than two seconds of a signal come in, with all machines that run tests.
    assert min(costs_s) / n_part < 0.002
