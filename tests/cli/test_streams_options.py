from __future__ import annotations

import warnings
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

from biofeedback.cli.streams_options import send_as_lsl
from biofeedback.devices.lsl.library import load, local_clock, own_uids
from biofeedback.devices.lsl.loopback import can_confine
from biofeedback.devices.simulated import simulated_from_name
from biofeedback.pacing import PRESETS
from biofeedback.runtime.engine import Engine
from biofeedback.runtime.snapshot import SessionPlan
from biofeedback.samples import Chunk, StreamKind
from helpers.xdf_recorder import XdfRecorder

if TYPE_CHECKING:
    from pathlib import Path

    from biofeedback.samples import Event

pytestmark = pytest.mark.skipif(
    not can_confine(), reason="elsewhere LSL cannot be kept within the computer"
)


class Heard:
    """What the engine told, and a way to wait for more of it."""

    def __init__(self) -> None:
        import threading

        self.events: list[Event] = []
        self._news = threading.Condition()

    def take(self, event: Event) -> None:
        with self._news:
            self.events.append(event)
            self._news.notify_all()

    def ecg(self) -> list[Chunk]:
        return [
            event
            for event in self.events
            if isinstance(event, Chunk) and event.stream.kind is StreamKind.ECG
        ]

    def wait_for_ecg(self, n_chunks: int) -> None:
        with self._news:
            assert self._news.wait_for(lambda: len(self.ecg()) >= n_chunks, timeout=60)


def streams_of_this_process(pylsl: Any, words: set[str]) -> list[Any]:
    while True:
        found = {
            stream.source_id().rpartition(":")[2]: stream
            for stream in pylsl.resolve_streams(0.3)
            if stream.uid() in own_uids
        }
        if words <= set(found):
            return [found[word] for word in sorted(words)]


def test_a_session_is_sent_as_it_happens_and_recorded_at_the_times_it_has(tmp_path: Path) -> None:
    pylsl = load(network=False)
    info = simulated_from_name("simulated:chest")
    assert info is not None
    heard = Heard()
    engine = Engine()
    outlets = send_as_lsl(engine)
    engine.listen(heard.take)
    engine.start()
    try:
        engine.add_sensor(info)
        engine.begin(SessionPlan("breathing", PRESETS["gentle"], 60.0))
        heard.wait_for_ecg(1)
        recorder = XdfRecorder(pylsl, streams_of_this_process(pylsl, {"ecg", "guide"}))
        recorder.open()
        engine.mark("now")
        n_before = len(heard.ecg())
        heard.wait_for_ecg(n_before + 8)
        to_lsl_s = local_clock() - engine.now_s()
    finally:
        engine.stop()
        outlets.close()
    path = tmp_path / "session.xdf"
    recorder.close(path)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        import pyxdf

        streams, _ = pyxdf.load_xdf(str(path), dejitter_timestamps=False)
    (ecg,) = [stream for stream in streams if stream["info"]["type"] == ["ECG"]]
    chunks = heard.ecg()
    t_s = np.concatenate([chunk.t_s for chunk in chunks])
    values = np.concatenate([chunk.values for chunk in chunks]).astype(np.float32)
    n_samples = ecg["time_stamps"].size
    assert n_samples >= 8 * chunks[-1].t_s.size
    # Every sample since the recording began, none twice, each at its time of the session.
    np.testing.assert_array_equal(ecg["time_series"], values[-n_samples:])
    assert np.abs(ecg["time_stamps"] - (t_s[-n_samples:] + to_lsl_s)).max() < 0.005
    assert not outlets.trouble
