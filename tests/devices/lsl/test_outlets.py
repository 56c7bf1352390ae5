from __future__ import annotations

import asyncio
import os
import re
import shutil
import subprocess
import sys
import warnings
from importlib.util import find_spec
from math import nan
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

from biofeedback.clock import SystemClock
from biofeedback.devices.lsl import outgoing
from biofeedback.devices.lsl.discovery import find_streams
from biofeedback.devices.lsl.library import local_clock
from biofeedback.devices.lsl.outlets import LslOutlets
from biofeedback.errors import SensorRefusedError
from biofeedback.kinds import LinkState, MarkerKind, RRFlag, StreamKind
from biofeedback.samples import (
    Beat,
    Chunk,
    GuideState,
    Marker,
    Metric,
    SensorStatus,
    StreamInfo,
)
from devices.lsl.streaming import running, unique

if TYPE_CHECKING:
    from collections.abc import Iterator

    from biofeedback.devices.sensor import SensorInfo
    from biofeedback.samples import Event

pytestmark = pytest.mark.skipif(
    sys.platform != "linux", reason="elsewhere LSL cannot be kept within the computer"
)

RECORDER = Path(__file__).parents[2] / "helpers" / "xdf_recorder.py"
# Of its own for each run, as each computer has one.
HOST = unique("host")
MEASURES = ("heart_rate_bpm", "rmssd_ms", "coherence")


@pytest.fixture
def session() -> SystemClock:
    """The session's clock."""
    return SystemClock()


@pytest.fixture
def outlets(pylsl: Any, session: SystemClock) -> Iterator[LslOutlets]:
    # No row is sent for the time alone: how busy the computer is must not decide it.
    opened = LslOutlets(session.now_s, MEASURES, host=HOST, hold_s=3600.0)
    opened.open()
    yield opened
    opened.close()


def ecg(sensor_id: str, start_s: float, values: np.ndarray) -> Chunk:
    stream = StreamInfo(sensor_id, StreamKind.ECG, ("ecg_microvolts",), 130.0)
    t_s = start_s + np.arange(values.size) / 130.0
    return Chunk(stream, t_s, values[:, np.newaxis], float(t_s[-1]))


def one_of_each(sensor: str, at_s: float) -> list[Event]:
    """A value for every stream, so that all are open."""
    return [
        SensorStatus(
            at_s, sensor, "Chest", LinkState.STREAMING, device={"manufacturer": "Polar Electro Oy"}
        ),
        ecg(sensor, at_s, np.zeros(1)),
        Beat(at_s, 801.0, 802.0, RRFlag.NORMAL, sensor),
        Metric(at_s, "rmssd_ms", 40.0, "ms", 60.0, 0.5, source=sensor),
        Marker(at_s, MarkerKind.PAUSE),
        GuideState(at_s, "breathing", "in"),
    ]


class Recorder:
    """The recorder as a program of its own, with liblsl as anybody has it."""

    def __init__(self, path: Path, beginning: str, n_streams: int, maker: str = "") -> None:
        self.path = path
        environment = {name: text for name, text in os.environ.items() if name != "LSLAPICFG"}
        self._process = subprocess.Popen(
            [sys.executable, str(RECORDER), str(path), beginning, str(n_streams)]
            + ([maker] if maker else []),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
            env=environment,
        )
        assert self._process.stdout is not None
        # LabRecorder tells of each stream, ours of all together.
        begun, n_begun = ("Started data collection", n_streams) if maker else ("recording", 1)
        while n_begun:
            line = self._process.stdout.readline()
            assert line, "the recorder ended"
            n_begun -= line.startswith(begun)

    def close(self) -> dict[str, Any]:
        """End it, and read its file as anybody would."""
        self._process.communicate(timeout=60)
        assert self._process.returncode == 0
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            import pyxdf

            streams, _ = pyxdf.load_xdf(str(self.path))
        return {stream["info"]["source_id"][0].rpartition(":")[2]: stream for stream in streams}


def units(stream: dict[str, Any]) -> list[str]:
    (channels,) = stream["info"]["desc"][0]["channels"]
    return [channel["unit"][0] for channel in channels["channel"]]


@pytest.mark.parametrize(
    "maker",
    [
        "",
        pytest.param(
            "labrecorder",
            marks=pytest.mark.skipif(
                find_spec("labrecorder") is None, reason="needs LabRecorder's Python package"
            ),
        ),
    ],
)
def test_a_recording_of_all_streams_opens_in_pyxdf_with_units_times_and_every_sample(
    tmp_path: Path, outlets: LslOutlets, session: SystemClock, maker: str
) -> None:
    sensor = unique("chest")
    now_s = session.now_s()
    for event in one_of_each(sensor, now_s - 60.0):
        outlets.take(event)
    recorder = Recorder(tmp_path / "session.xdf", f"biofeedback:{HOST}:", 5, maker)
    sent = np.random.default_rng(3).normal(0.0, 300.0, 1300)
    start_s = now_s - 20.0
    for at in range(0, 1300, 13):
        outlets.take(ecg(sensor, start_s + at / 130.0, sent[at : at + 13]))
    beats = [
        Beat(start_s + 1.0, 810.5, 810.5, RRFlag.NORMAL, sensor),
        Beat(start_s + 1.8, nan, 795.25, RRFlag.INSERTED, sensor),
        Beat(start_s + 2.6, 402.0, nan, RRFlag.EXTRA, sensor),
    ]
    metrics = [
        Metric(start_s + 5.0, "heart_rate_bpm", 71.5, "bpm", 5.0, 0.75, source=sensor),
        Metric(start_s + 5.0, "coherence", 0.5, "", 64.0, 1.0, source=sensor),
        Metric(start_s + 5.0, "rmssd_ms", nan, "ms", 60.0, 0.0, wait_s=3.0, source=sensor),
        Metric(start_s + 10.0, "rmssd_ms", 44.0, "ms", 60.0, 1.0, source=sensor),
        Metric(start_s + 10.0, "not_published", 1.0, "", 60.0, 1.0, source=sensor),
    ]
    marks = [
        Marker(start_s + 3.0, MarkerKind.MARK, "tiefer Atem µ"),
        Marker(start_s + 4.0, MarkerKind.NOTE, "nobody else's business"),
    ]
    events: list[Event] = [*beats, *metrics, *marks]
    steps = (
        GuideState(start_s + 6.0, "breathing", "out"),
        # No step of its own: a question comes up, and nobody leads.
        GuideState(start_s + 6.2, "breathing", "out", asks="how-is-it"),
        GuideState(start_s + 6.4, "", "open"),
        GuideState(start_s + 6.6, "grounding", "open", stage="see", place=1),
        GuideState(start_s + 6.8, "grounding", "open", stage="see", place=1, count=1),
    )
    for event in (*events, *steps):
        outlets.take(event)
    to_lsl_s = local_clock() - session.now_s()
    outlets.close()  # what was sent is still fetched
    streams = recorder.close()

    recorded = streams["ecg"]
    assert recorded["info"]["name"] == ["Biofeedback Chest ecg"]
    assert recorded["info"]["type"] == ["ECG"]
    assert recorded["info"]["nominal_srate"][0].startswith("130.")
    assert units(recorded) == ["microvolts"]
    (acquisition,) = recorded["info"]["desc"][0]["acquisition"]
    assert acquisition["manufacturer"] == ["Polar Electro Oy"]
    (synchronization,) = recorded["info"]["desc"][0]["synchronization"]
    assert synchronization["can_drop_samples"] == ["true"]
    samples, stamps_s = recorded["time_series"][:, 0], recorded["time_stamps"]
    assert samples.tolist() == sent.astype(np.float32).tolist()
    expected_s = start_s + np.arange(1300) / 130.0 + to_lsl_s
    assert np.abs(stamps_s - expected_s).max() < 0.005

    assert streams["beats"]["info"]["type"] == ["RR"]
    assert units(streams["beats"]) == ["milliseconds", "milliseconds"]
    np.testing.assert_array_equal(
        streams["beats"]["time_series"], [[810.5, 810.5], [nan, 795.25], [402.0, nan]]
    )
    assert streams["beats"]["time_stamps"] == pytest.approx(
        [beat.t_s + to_lsl_s for beat in beats], abs=0.005
    )

    assert units(streams["measures"]) == [
        "beats per minute",
        "milliseconds",
        "normalized",
        *3 * ["normalized"],
    ]
    np.testing.assert_array_equal(
        streams["measures"]["time_series"],
        [
            [nan, 40.0, nan, nan, 0.5, nan],
            [71.5, nan, 0.5, 0.75, nan, 1.0],
            [nan, 44.0, nan, nan, 1.0, nan],
        ],
    )
    moments_s = (now_s - 60.0, start_s + 5.0, start_s + 10.0)
    assert streams["measures"]["time_stamps"] == pytest.approx(
        [moment_s + to_lsl_s for moment_s in moments_s], abs=0.005
    )

    assert streams["markers"]["time_series"] == [["mark: tiefer Atem µ"], ["note"]]
    assert streams["markers"]["time_stamps"] == pytest.approx(
        [mark.t_s + to_lsl_s for mark in marks], abs=0.005
    )
    assert streams["guide"]["time_series"] == [["breathing: out"], ["grounding: see"]]
    assert not outlets.trouble


def test_the_measures_of_a_moment_are_sent_without_waiting_for_the_next(
    pylsl: Any, session: SystemClock
) -> None:
    """What ends the wait is the hold: no later value comes, and nothing is closed."""
    outlets = LslOutlets(session.now_s, MEASURES, host=HOST, hold_s=0.01)
    outlets.open()
    sensor, now_s = unique("alone"), session.now_s()
    outlets.take(Metric(now_s - 1.0, "rmssd_ms", 40.0, "ms", 60.0, 0.5, source=sensor))
    found = pylsl.resolve_byprop("source_id", f"biofeedback:{HOST}:{sensor}:measures", 1, 10.0)
    inlet = pylsl.StreamInlet(found[0])
    inlet.open_stream(10.0)
    outlets.take(Metric(now_s, "rmssd_ms", 44.0, "ms", 60.0, 1.0, source=sensor))
    values, stamp_s = inlet.pull_sample(10.0)
    if values[1] == 40.0:
        # The first one opens the stream, and may be sent before or after somebody listens.
        values, stamp_s = inlet.pull_sample(10.0)
    to_lsl_s = local_clock() - session.now_s()
    inlet.close_stream()
    outlets.close()
    assert values == pytest.approx([nan, 44.0, nan, nan, 1.0, nan], nan_ok=True)
    assert stamp_s == pytest.approx(now_s + to_lsl_s, abs=0.005)


def test_what_is_sent_comes_back_the_same_through_our_own_inlet(
    outlets: LslOutlets, session: SystemClock
) -> None:
    sensor = unique("round")
    outlets.take(ecg(sensor, session.now_s() - 60.0, np.zeros(1)))
    ids = {f"lsl:biofeedback:{HOST}:{sensor}:ecg"}
    while not (found := [s for s in find_streams(0.2, with_own=True) if s.address in ids]):
        pass
    # What this very process sends is no sensor for it.
    assert not [s for s in find_streams(0.2) if s.address in ids]
    values = np.linspace(-500.0, 500.0, 260)
    start_s = session.now_s() - 5.0

    async def go() -> None:
        async with running(found[0], session) as caught:
            await caught.until_told(LinkState.WAITING)
            for at in range(0, 260, 10):
                outlets.take(ecg(sensor, start_s + at / 130.0, values[at : at + 10]))
            await caught.until(lambda: caught.n_samples() == 260)
            t_s = np.concatenate([chunk.t_s for chunk in caught.chunks])
            back = np.concatenate([chunk.values[:, 0] for chunk in caught.chunks])
            assert back.tolist() == values.astype(np.float32).tolist()
            assert np.abs(t_s - (start_s + np.arange(260) / 130.0)).max() < 0.005
            assert caught.chunks[0].stream.channels == ("ecg_microvolts",)
            assert caught.chunks[0].stream.rate_hz == 130.0

    asyncio.run(go())


@pytest.mark.skipif(shutil.which("ss") is None, reason="needs ss to look at open ports")
def test_nothing_listens_beyond_this_computer(
    pylsl: Any, outlets: LslOutlets, session: SystemClock
) -> None:
    sensor = unique("inside")
    for event in one_of_each(sensor, session.now_s()):
        outlets.take(event)
    ports: set[str] = set()
    # Five streams, each with a port for its samples and one for its time.
    while len(ports) < 5:
        ours = pylsl.resolve_bypred(f"starts-with(source_id,'biofeedback:{HOST}:')", 5, 10.0)
        told = " ".join(stream.as_xml() for stream in ours)
        ports = set(re.findall(r"<v4(?:data|service)_port>(\d+)<", told))
        assert "<v6data_port>0<" in told
    shown = subprocess.run(["ss", "-Htulnp"], capture_output=True, text=True, check=True).stdout
    ours = [line for line in shown.splitlines() if f"pid={os.getpid()}," in line]
    addresses = {word for word in " ".join(ours).split() if word.rpartition(":")[2] in ports}
    assert {address.rpartition(":")[2] for address in addresses} == ports
    assert {address.rpartition(":")[0] for address in addresses} == {"0.0.0.0%lo"}


def test_a_session_begun_anew_is_stamped_by_its_own_beginning(
    pylsl: Any, tmp_path: Path, session: SystemClock
) -> None:
    began_s = 0.0
    outlets = LslOutlets(lambda: session.now_s() - began_s, MEASURES, host=HOST)
    outlets.open()
    sensor = unique("again")
    outlets.take(ecg(sensor, session.now_s(), np.zeros(1)))
    recorder = Recorder(tmp_path / "again.xdf", f"biofeedback:{HOST}:{sensor}", 1)
    first_s = session.now_s()
    outlets.take(ecg(sensor, first_s, np.ones(1)))
    began_s = session.now_s() - 100.0
    outlets.take(ecg(sensor, 101.0, np.ones(1)))
    to_lsl_s = local_clock() - session.now_s()
    outlets.close()
    stamps_s = recorder.close()["ecg"]["time_stamps"]
    assert stamps_s == pytest.approx([first_s + to_lsl_s, 101.0 + began_s + to_lsl_s], abs=0.005)


def test_before_it_is_opened_and_after_it_is_closed_events_are_let_go(
    pylsl: Any, session: SystemClock
) -> None:
    outlets = LslOutlets(session.now_s, MEASURES)
    outlets.take(Marker(0.0, MarkerKind.MARK, "early"))
    outlets.open()
    outlets.open()
    outlets.close()
    outlets.take(Marker(1.0, MarkerKind.MARK, "late"))
    outlets.close()
    assert not outlets.trouble


def test_where_it_cannot_be_kept_inside_nothing_is_opened_and_it_is_said_why(
    monkeypatch: pytest.MonkeyPatch, session: SystemClock
) -> None:
    monkeypatch.setattr("biofeedback.devices.lsl.outlets.can_confine", lambda: False)
    with pytest.raises(SensorRefusedError, match="whole network"):
        LslOutlets(session.now_s, MEASURES).open()


def test_a_stream_that_cannot_be_kept_inside_is_closed_and_told_of(
    pylsl: Any,
    monkeypatch: pytest.MonkeyPatch,
    session: SystemClock,
) -> None:
    monkeypatch.setattr("biofeedback.devices.lsl.outlets.confine", lambda ports: not ports)
    outlets = LslOutlets(session.now_s, MEASURES)
    outlets.open()
    outlets.take(ecg("leaky", 0.0, np.zeros(1)))
    outlets.close()
    assert "goes on without it" in outlets.trouble


@pytest.mark.parametrize("name", ["Chest\x01", "Chest\ud800", "<&>\"'", "x" * 5000])
def test_a_name_that_no_stream_can_have_takes_no_other_stream_with_it(
    outlets: LslOutlets, session: SystemClock, name: str
) -> None:
    """Devices call themselves what they like, and a session sends what it has all the same."""
    odd, plain, now_s = unique("odd"), unique("plain"), session.now_s()
    for sensor_id, told in ((odd, name), (plain, "Chest")):
        outlets.take(SensorStatus(now_s, sensor_id, told, LinkState.STREAMING))
        outlets.take(ecg(sensor_id, now_s, np.zeros(1)))

    wanted = f"biofeedback:{HOST}:{plain}:ecg"
    while wanted not in {str(info.options["source_id"]) for info in found_own()}:
        pass
    assert "app's own" not in outlets.trouble


def found_own() -> tuple[SensorInfo, ...]:
    return find_streams(0.2, with_own=True)


def test_a_bug_of_ours_ends_the_streams_and_nothing_else(
    pylsl: Any, session: SystemClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    del pylsl

    def broken(*_: object) -> None:
        msg = "Anna"
        raise KeyError(msg)

    monkeypatch.setattr(outgoing, "markers", broken)
    outlets = LslOutlets(session.now_s, MEASURES, host=HOST)
    outlets.open()
    outlets.take(Marker(session.now_s(), MarkerKind.PAUSE))
    outlets.close()

    assert outlets.trouble.startswith("Streams to other programs have stopped")
    outlets.take(Marker(session.now_s(), MarkerKind.PAUSE))
