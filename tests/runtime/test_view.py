"""What of the raw signals a screen is given to draw."""

from __future__ import annotations

import numpy as np

from biofeedback.runtime.live import LiveSession
from biofeedback.runtime.snapshot import WAVE_S
from biofeedback.samples import Chunk, StreamInfo, StreamKind


def stream(kind: StreamKind, rate_hz: float, sensor_id: str = "one") -> StreamInfo:
    return StreamInfo(sensor_id, kind, ("value",), rate_hz)


def chunk(info: StreamInfo, start_s: float, seconds: float, value: float) -> Chunk:
    assert info.rate_hz is not None
    t_s = start_s + np.arange(int(seconds * info.rate_hz)) / info.rate_hz
    return Chunk(info, t_s, np.full((t_s.size, 1), value), start_s + seconds)


def test_a_sensor_of_several_slow_signals_has_one_line_of_one_of_them() -> None:
    session = LiveSession(0.0)
    for at_s in range(10):
        session.chunk(chunk(stream(StreamKind.TEMPERATURE, 4.0), float(at_s), 1.0, 33.0))
        session.chunk(chunk(stream(StreamKind.EDA, 4.0), float(at_s), 1.0, 5.0))

    kind, points = session.snapshot(10.0).traces["one"]
    assert kind is StreamKind.EDA
    assert {value for _, value in points} == {5.0}


def test_the_breath_beside_the_pacer_is_a_belts_alone() -> None:
    session = LiveSession(0.0)
    session.chunk(chunk(stream(StreamKind.EDA, 10.0), 0.0, 2.0, 5.0))
    session.chunk(chunk(stream(StreamKind.RESPIRATION, 10.0), 0.0, 2.0, 1.5))

    snapshot = session.snapshot(2.0)
    assert snapshot.traces["one"][0] is StreamKind.EDA
    assert {value for _, value in snapshot.breathing} == {1.5}


def test_a_waveform_is_there_in_its_full_shape_and_no_longer_than_needed() -> None:
    session = LiveSession(0.0)
    for at_s in range(60):
        session.chunk(chunk(stream(StreamKind.PPG, 50.0), float(at_s), 1.0, 7.0))
        session.chunk(chunk(stream(StreamKind.ECG, 130.0), float(at_s), 1.0, float(at_s)))

    wave = session.snapshot(60.0).waves["one"]
    assert wave.kind is StreamKind.ECG
    assert wave.t_s.size == wave.values.size
    assert WAVE_S * 130 <= wave.t_s.size < (WAVE_S + 2.0) * 130
    assert wave.values[-1] == 59.0
    assert not wave.values.flags.writeable
    assert session.snapshot(60.1).waves["one"] is wave

    session.forget_sensor("one")
    assert session.snapshot(60.2).waves == {}
