"""The clocks of one sensor, and who settles first."""

from __future__ import annotations

from math import inf

import pytest

from biofeedback.devices.timing.sensor_clocks import SensorClocks, is_count
from biofeedback.samples import StreamInfo, StreamKind


class Settling:
    def __init__(self, name: str, due_s: list[float], log: list[tuple[str, float]]) -> None:
        self._name = name
        self._due_s = due_s
        self._log = log

    def next_due_s(self) -> float:
        return self._due_s[0] if self._due_s else inf

    def settle(self, now_s: float) -> None:
        while self.next_due_s() <= now_s:
            self._log.append((self._name, self._due_s.pop(0)))


def stream(kind: StreamKind) -> StreamInfo:
    return StreamInfo("chest", kind, ("value",))


def test_a_name_is_one_clock() -> None:
    clocks = SensorClocks()

    assert clocks.clock("a") is clocks.clock("a")
    assert clocks.clock("a") is not clocks.clock("b")


@pytest.mark.parametrize(("name", "counts"), [("", False), ("clock", False), ("emg-count", True)])
def test_a_count_is_known_by_its_name(name: str, counts: bool) -> None:
    assert is_count(name) is counts


def test_streams_settle_in_the_order_in_which_they_are_due() -> None:
    clocks = SensorClocks()
    log: list[tuple[str, float]] = []
    clocks.join(stream(StreamKind.ECG), Settling("ecg", [1.0, 4.0, 9.0], log))
    clocks.join(stream(StreamKind.ACCELERATION), Settling("acc", [2.0, 3.0, 8.0], log))
    clocks.settle(5.0)

    assert log == [("ecg", 1.0), ("acc", 2.0), ("acc", 3.0), ("ecg", 4.0)]


def test_a_stream_that_joins_again_takes_the_place_of_the_old_one() -> None:
    clocks = SensorClocks()
    log: list[tuple[str, float]] = []
    clocks.join(stream(StreamKind.ECG), Settling("old", [1.0], log))
    clocks.join(stream(StreamKind.ECG), Settling("new", [1.0], log))
    clocks.settle(5.0)

    assert log == [("new", 1.0)]
