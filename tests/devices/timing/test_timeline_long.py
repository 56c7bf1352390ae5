"""Hours: what is kept does not grow."""

from __future__ import annotations

import pickle

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
def test_state_does_not_grow_over_hours(told: str) -> None:
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
    sizes = []
    n_part = len(sent) // 6
    for part in range(6):
        for number, each in enumerate(sent[part * n_part : (part + 1) * n_part]):
            timeline.push(each.frame, each.arrival_s)
            if number % 40 == 3:
                timeline.push(each.frame, each.arrival_s + 0.001)
        sizes.append(len(pickle.dumps((timeline, clocks))))

    assert max(sizes[3:]) < 1.2 * max(sizes[:3])
    assert max(sizes) < 200_000
