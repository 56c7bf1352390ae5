"""What a source is called, and whose it is."""

from __future__ import annotations

import pytest

from biofeedback.kinds import sensor_of


@pytest.mark.parametrize(
    ("source", "sensor_id"),
    [
        ("chest/ecg", "chest"),
        ("chest", "chest"),
        ("partner/together", "partner"),
        ("lsl:lab/eda/0", "lsl:lab"),
        ("", ""),
    ],
)
def test_sensor_is_what_stands_before_the_first_slash(source: str, sensor_id: str) -> None:
    assert sensor_of(source) == sensor_id
