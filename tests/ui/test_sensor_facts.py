"""What stands beside a sensor's signal is what was measured, and what is lost is counted."""

from __future__ import annotations

import numpy as np
import pytest

from biofeedback.pacing import PRESETS
from biofeedback.runtime.snapshot import SessionPlan, Wave
from biofeedback.samples import LinkState, StreamHealth, StreamKind
from biofeedback.sessions.recorder import RecorderStatus
from biofeedback.ui.sensor_facts import facts, health, silence_s
from ui.engine_double import SKIN, STRAP, EngineDouble, streaming

PLAN = SessionPlan("breathing", PRESETS["gentle"], 600.0)


def told(engine: EngineDouble, **changes: object) -> list[str]:
    status = streaming(STRAP, engine.t_s, **changes)
    return facts(status, engine.snapshot(), engine.t_s)


def ecg(end_s: float, rate_hz: float) -> Wave:
    t_s = np.arange(end_s - 8.0, end_s, 1 / rate_hz)
    return Wave(StreamKind.ECG, t_s, np.zeros(t_s.size))


def test_strap_tells_battery_strength_and_beats_lost(engine: EngineDouble) -> None:
    engine.live(20.0)
    streams = (StreamHealth(StreamKind.RR, n_lost=0), StreamHealth(StreamKind.HEART_RATE, 1.0))
    assert told(engine, streams=streams) == ["82 % battery", "signal −58 dBm", "0 beats lost"]
    lost = (StreamHealth(StreamKind.RR, n_lost=1),)
    assert told(engine, streams=lost)[-1] == "1 beat lost"


def test_strap_that_does_not_count_beats_tells_its_packets(engine: EngineDouble) -> None:
    engine.live(20.0)
    assert told(engine)[-1] == "0 packets lost"
    assert told(engine, n_lost_packets=3)[-1] == "3 packets lost"
    assert told(engine, n_bad_packets=1)[-1] == "1 packet unreadable"


def test_sampled_signal_tells_its_rate_as_measured_and_what_was_lost(
    engine: EngineDouble,
) -> None:
    engine.live(20.0)
    engine.change(waves={STRAP.sensor_id: ecg(20.0, 130.0)})
    streams = (
        StreamHealth(StreamKind.ACCELERATION, 25.3),
        StreamHealth(StreamKind.ECG, 129.8, n_lost=73),
        StreamHealth(StreamKind.RR, n_lost=0),
    )
    assert told(engine, streams=streams)[2:] == ["130 samples a second", "73 samples lost"]


def test_rate_is_counted_where_the_sensor_does_not_tell_and_not_across_a_hole(
    engine: EngineDouble,
) -> None:
    engine.live(20.0)
    wave = ecg(20.0, 250.0)
    engine.change(waves={STRAP.sensor_id: wave})
    assert "250 samples a second" in told(engine)
    kept = np.ones(wave.t_s.size, dtype=bool)
    kept[500:700] = False
    broken = Wave(wave.kind, wave.t_s[kept], wave.values[kept])
    engine.change(waves={STRAP.sensor_id: broken})
    assert not any("samples a second" in each for each in told(engine))


def test_lost_sensor_tells_the_try_the_gap_and_that_the_recording_goes_on(
    engine: EngineDouble,
) -> None:
    engine.begin(PLAN)
    engine.live(14.4)
    engine.t_s = 28.0
    lost = {"state": LinkState.RECONNECTING, "attempt": 2}
    assert told(engine, **lost) == [
        "reconnecting, try 2",
        "gap of 14 s so far",
        "the recording goes on",
    ]
    engine.change(recorder=RecorderStatus(is_saving=False, saved_until_s=20.0))
    assert told(engine, **lost) == ["reconnecting, try 2", "gap of 14 s so far"]
    engine.end()
    assert told(engine, **lost) == ["reconnecting, try 2"]


def test_sensor_that_waits_for_bluetooth_says_so(engine: EngineDouble) -> None:
    engine.live(20.0)
    assert told(engine, state=LinkState.UNAVAILABLE) == ["waiting for Bluetooth"]
    assert told(engine, state=LinkState.SEARCHING) == []


@pytest.mark.parametrize(
    ("state", "is_told_s"), [(LinkState.RECONNECTING, 2.0), (LinkState.STREAMING, 5.5)]
)
def test_silence_is_told_at_once_when_lost_and_soon_when_connected(
    engine: EngineDouble, state: LinkState, is_told_s: float
) -> None:
    engine.live(20.0)
    status = streaming(STRAP, 20.0, state=state)
    last_s = engine.snapshot().last_data_s[STRAP.sensor_id]
    assert silence_s(status, engine.snapshot(), last_s + 1.0) == 0.0
    silent_s = silence_s(status, engine.snapshot(), last_s + is_told_s)
    assert silent_s == pytest.approx(is_told_s)
    assert silence_s(streaming(SKIN, 20.0, state=state), engine.snapshot(), 90.0) == 0.0


def test_health_has_a_line_for_each_stream() -> None:
    streams = (StreamHealth(StreamKind.ECG, 130.0), StreamHealth(StreamKind.RR))
    lines = health(streaming(STRAP, 0.0, streams=streams)).splitlines()
    assert [line.partition(":")[0] for line in lines] == ["ECG", "Beat-to-beat intervals"]
    assert health(streaming(STRAP, 0.0)) == ""
