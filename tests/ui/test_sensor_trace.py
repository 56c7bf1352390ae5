"""A strip shows a waveform in its true shape, and where there is none the slow line."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from biofeedback.pacing import PRESETS
from biofeedback.runtime.snapshot import SessionPlan, Wave
from biofeedback.samples import StreamKind
from biofeedback.ui.sensor_trace import trace_of
from ui.engine_double import SKIN, STRAP, EngineDouble


def a_wave(end_s: float, kind: StreamKind = StreamKind.ECG) -> Wave:
    t_s = np.arange(end_s - 8.0, end_s, 1 / 130.0)
    return Wave(kind, t_s, np.sin(t_s))


def test_strap_without_a_waveform_shows_its_heart_rate_with_gaps(engine: EngineDouble) -> None:
    engine.begin(SessionPlan("breathing", PRESETS["gentle"]))
    engine.live(60.0, gap=(30.0, 35.0))
    trace = trace_of(engine.snapshot(), STRAP.sensor_id)

    assert trace is not None
    assert (trace.kind, trace.is_wave, trace.role) == (StreamKind.RR, False, "heart")
    assert len(trace.runs) == 2
    assert trace.runs[0][0][-1] <= 30.0 < 35.0 <= trace.runs[1][0][0]


def test_skin_conductance_has_a_hole_where_nothing_came(engine: EngineDouble) -> None:
    samples = tuple((t / 4, 4.0) for t in range(80) if not 40 <= t < 60)
    engine.change(hearts={}, traces={SKIN.sensor_id: (StreamKind.EDA, samples)})
    trace = trace_of(engine.snapshot(), SKIN.sensor_id)

    assert trace is not None
    assert [t_s.size for t_s, _ in trace.runs] == [40, 20]
    assert trace_of(engine.snapshot(), STRAP.sensor_id) is None


def test_temperature_that_comes_every_four_seconds_is_one_line(engine: EngineDouble) -> None:
    samples = tuple((4.0 * t, 33.0) for t in range(12))
    engine.change(traces={SKIN.sensor_id: (StreamKind.TEMPERATURE, samples)})
    trace = trace_of(engine.snapshot(), SKIN.sensor_id)

    assert trace is not None
    assert len(trace.runs) == 1


def test_waveform_comes_before_the_beats_found_in_it(engine: EngineDouble) -> None:
    engine.live(60.0)
    engine.change(waves={STRAP.sensor_id: a_wave(59.8)})
    trace = trace_of(engine.snapshot(), STRAP.sensor_id)

    assert trace is not None
    assert (trace.kind, trace.is_wave, trace.window_s, trace.role) == (
        StreamKind.ECG,
        True,
        6.0,
        "ecg",
    )


def test_waveform_that_ended_gives_way_to_what_still_comes(engine: EngineDouble) -> None:
    """A strap whose ECG was refused again still sends its beats.

    With none of them the last of the wave stays.
    """
    engine.live(60.0)
    engine.change(waves={STRAP.sensor_id: a_wave(40.0)})
    trace = trace_of(engine.snapshot(), STRAP.sensor_id)
    assert trace is not None
    assert trace.kind is StreamKind.RR

    trace = trace_of(replace(engine.snapshot(), hearts={}), STRAP.sensor_id)
    assert trace is not None
    assert trace.kind is StreamKind.ECG


def test_lost_packet_is_a_hole_in_the_wave_and_so_is_no_reading(engine: EngineDouble) -> None:
    whole = a_wave(60.0, StreamKind.PPG)
    kept = np.ones(whole.t_s.size, dtype=bool)
    kept[400:473] = False
    values = whole.values.copy()
    values[700:760] = np.nan
    engine.change(
        t_s=60.0, waves={STRAP.sensor_id: Wave(whole.kind, whole.t_s[kept], values[kept])}
    )
    trace = trace_of(engine.snapshot(), STRAP.sensor_id)

    assert trace is not None
    assert [t_s.size for t_s, _ in trace.runs] == [400, 227, 280]
    assert all(np.isfinite(values).all() for _, values in trace.runs)
