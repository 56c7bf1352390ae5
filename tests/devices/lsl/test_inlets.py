from __future__ import annotations

import asyncio
import subprocess
import sys
import threading
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

from biofeedback.clock import SystemClock
from biofeedback.devices.lsl import inlets
from biofeedback.devices.lsl.discovery import find_streams
from biofeedback.devices.lsl.inlets import LslSensor
from biofeedback.devices.sensor import Origin, SensorInfo
from biofeedback.kinds import GapReason, LinkState, StreamKind
from devices.lsl.streaming import Jumping, running, unique

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable

    from biofeedback.clock import Clock
    from biofeedback.samples import Chunk
    from helpers.listening import Listener


def info_for(source_id: str) -> SensorInfo:
    """A sensor as a command makes it, of the address alone."""
    return SensorInfo("lsl-test", "Test", f"lsl:{source_id}", Origin.LSL, ())


@asynccontextmanager
async def connected(source_id: str, clock: Clock) -> AsyncIterator[Listener]:
    """A sensor that has found its stream, and waits for the first sample."""
    async with running(info_for(source_id), clock) as caught:
        await caught.until_told(LinkState.WAITING)
        yield caught


def joined(chunks: list[Chunk], kind: StreamKind) -> tuple[np.ndarray, np.ndarray]:
    of_kind = [chunk for chunk in chunks if chunk.stream.kind is kind]
    return (
        np.concatenate([chunk.t_s for chunk in of_kind]),
        np.concatenate([chunk.values for chunk in of_kind]),
    )


def test_samples_arrive_in_our_unit_at_the_session_time_of_their_stamps(
    pylsl: Any, send: Callable[..., Any]
) -> None:
    source_id = unique("ecg")
    outlet = send("Chest", "ecg", source_id, 130.0, channels=[("lead", "millivolts", "ECG")])

    async def go() -> None:
        clock = SystemClock()
        async with connected(source_id, clock) as caught:
            offset_s = clock.now_s() - pylsl.local_clock()
            began_s = pylsl.local_clock() - 2.0
            stamps_s = began_s + np.arange(260) / 130.0
            sent = np.sin(np.arange(260))
            for at in range(0, 260, 26):
                outlet.push_chunk(sent[at : at + 26], stamps_s[at : at + 26].tolist())
            await caught.until(lambda: caught.n_samples() >= 260)
            t_s, values = joined(caught.chunks, StreamKind.ECG)
            assert caught.chunks[0].stream.channels == ("ecg_microvolts",)
            assert caught.chunks[0].stream.rate_hz == 130.0
            assert values[:, 0] == pytest.approx(1000.0 * sent.astype(np.float32), rel=1e-6)
            assert np.abs(t_s - (stamps_s + offset_s)).max() < 0.005
            assert not caught.gaps
            await caught.until_state(LinkState.STREAMING)

    asyncio.run(go())


def test_emotibit_opensignals_and_irregular_intervals_are_understood_together(
    pylsl: Any, send: Callable[..., Any]
) -> None:
    emotibit, plux, beats = unique("MD-V5"), unique("plux"), unique("rr")
    # EmotiBit Oscilloscope 1.11, lslOutputSettings.json: name EDA, no units.
    skin = send("EDA", "EDA", emotibit, 15.0)
    # OpenSignals: the type is the device's address; a first channel counts, undescribed.
    board = send(
        "OpenSignals",
        "00:07:80:8C:AD:51",
        plux,
        100.0,
        channels=[("", "mV", "ECG"), ("", "uS", "EDA")],
        n_channels=3,
        word="sensor",
    )
    heart = send("Polar", "RR", beats, 0.0, channels=[("rr", "seconds", "RR")])

    async def go() -> None:
        clock = SystemClock()
        async with (
            running(info_for(emotibit), clock) as from_skin,
            running(info_for(plux), clock) as from_board,
            running(info_for(beats), clock) as from_heart,
        ):
            for caught in (from_skin, from_board, from_heart):
                await caught.until_told(LinkState.WAITING)
            now_s = pylsl.local_clock()
            skin.push_chunk([1.5, 1.75, 2.0], [now_s - 0.2, now_s - 0.13, now_s - 0.06])
            board.push_chunk([[0, 0.5, 4.0], [1, -0.5, 4.5]], [now_s - 0.02, now_s - 0.01])
            for place, rr_s in enumerate((0.8, 0.85, 0.75)):
                heart.push_sample([rr_s], now_s - 3.0 + sum((0.8, 0.85, 0.75)[: place + 1]))
            await from_skin.until(lambda: from_skin.n_samples() == 3)
            await from_board.until(lambda: from_board.n_samples() == 4)
            await from_heart.until(lambda: from_heart.n_samples() == 3)
            await from_skin.until_state(LinkState.STREAMING)
            assert from_skin.chunks[0].stream.channels == ("sc_microsiemens",)
            assert joined(from_skin.chunks, StreamKind.EDA)[1].tolist() == [[1.5], [1.75], [2.0]]
            assert "microsiemens" in from_skin.statuses[-1].message
            _, ecg = joined(from_board.chunks, StreamKind.ECG)
            assert ecg[:, 0].tolist() == [500.0, -500.0]
            _, conductance = joined(from_board.chunks, StreamKind.EDA)
            assert conductance[:, 0].tolist() == [4.0, 4.5]
            t_s, rr_ms = joined(from_heart.chunks, StreamKind.RR)
            assert rr_ms[:, 0] == pytest.approx([800.0, 850.0, 750.0])
            assert np.diff(t_s) == pytest.approx([0.85, 0.75], abs=1e-3)
            assert from_heart.chunks[0].stream.rate_hz is None

    asyncio.run(go())


def test_a_program_that_knows_nothing_of_ours_is_found_and_read() -> None:
    source_id = unique("other")
    code = (
        "import sys, pylsl\n"
        f"info = pylsl.StreamInfo('Other', 'EDA', 1, 10.0, 'double64', '{source_id}')\n"
        "outlet = pylsl.StreamOutlet(info)\n"
        "print('up', flush=True)\n"
        "outlet.wait_for_consumers(60)\n"
        "now_s = pylsl.local_clock()\n"
        "outlet.push_chunk([[float(i)] for i in range(10)], [now_s + i / 10 for i in range(-9, 1)])\n"
        "sys.stdin.read()\n"
    )
    other = subprocess.Popen(
        [sys.executable, "-c", code],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    )
    assert other.stdout is not None
    assert other.stdout.readline() == "up\n"

    async def go() -> None:
        async with running(info_for(source_id), SystemClock()) as caught:
            await caught.until(lambda: caught.n_samples() == 10)
            t_s, values = joined(caught.chunks, StreamKind.EDA)
            assert values[:, 0].tolist() == list(range(10))
            assert np.diff(t_s) == pytest.approx([0.1] * 9, abs=1e-6)

    try:
        asyncio.run(go())
    finally:
        other.communicate(timeout=60)


def test_a_stream_that_ends_is_taken_up_again_when_it_returns_and_nothing_comes_twice(
    pylsl: Any, send: Callable[..., Any]
) -> None:
    source_id = unique("gone")
    channels = [("number", "microvolts", "ECG")]

    async def go() -> None:
        clock = SystemClock()
        outlet = send("Chest", "ECG", source_id, 100.0, channels=channels)
        async with connected(source_id, clock) as caught:
            now_s = pylsl.local_clock()
            outlet.push_chunk(np.arange(50.0), (now_s + np.arange(-50, 0) / 100.0).tolist())
            await caught.until(lambda: caught.n_samples() == 50)
            del outlet
            await caught.until_told(LinkState.RECONNECTING)
            outlet = send("Chest", "ECG", source_id, 100.0, channels=channels)
            n_waiting = caught.states.count(LinkState.WAITING)
            await caught.until(lambda: caught.states.count(LinkState.WAITING) > n_waiting)
            now_s = pylsl.local_clock()
            outlet.push_chunk(np.arange(50.0, 90.0), (now_s + np.arange(40) / 100.0).tolist())
            await caught.until(lambda: caught.n_samples() == 90)
            t_s, values = joined(caught.chunks, StreamKind.ECG)
            assert values[:, 0].tolist() == list(range(90))
            assert np.all(np.diff(t_s) > 0)
            (gap,) = caught.gaps
            assert gap.reason is GapReason.LINK
            assert gap.source == "lsl-test/ecg"
            assert gap.start_s == t_s[49]
            assert gap.t_s == t_s[50]
            await caught.until_state(LinkState.STREAMING)
            assert caught.now().attempt == 0

    asyncio.run(go())


def test_silence_is_told_and_in_the_end_the_stream_is_looked_for_anew(
    pylsl: Any, send: Callable[..., Any]
) -> None:
    source_id = unique("quiet")
    outlet = send("Belt", "Respiration", source_id, 25.0)

    async def go() -> None:
        clock = Jumping()
        async with connected(source_id, clock) as caught:
            outlet.push_sample([1.0])
            await caught.until(lambda: caught.n_samples() == 1)
            clock.jumped_s += 6.0
            await caught.until_state(LinkState.SILENT)
            assert "measuring" in caught.now().message
            clock.jumped_s += 30.0
            await caught.until_told(LinkState.RECONNECTING)
            while caught.n_samples() < 2:
                outlet.push_sample([2.0])
                await asyncio.sleep(0.05)
            assert caught.chunks[0].stream.channels == ("belt_au",)

    asyncio.run(go())


def test_a_sleep_of_the_computer_leaves_a_gap_and_times_that_are_right_again(
    pylsl: Any, send: Callable[..., Any]
) -> None:
    source_id = unique("slept")
    outlet = send("Belt", "RESP", source_id, 25.0, channels=[("belt", "newtons", "RESP")])

    async def go() -> None:
        clock = Jumping()
        async with connected(source_id, clock) as caught:
            outlet.push_sample([1.0])
            await caught.until(lambda: caught.n_samples() == 1)
            clock.jumped_s += 3.0  # LSL's clock does not count it
            outlet.push_sample([2.0])
            await caught.until(lambda: caught.n_samples() == 2)
            assert [gap.reason for gap in caught.gaps] == [GapReason.ASLEEP]
            assert caught.chunks[-1].t_s[0] == pytest.approx(caught.chunks[-1].arrival_s, abs=0.3)
            assert caught.chunks[-1].stream.channels == ("belt_newton",)

    asyncio.run(go())


def test_stamps_of_another_clock_are_told_and_timed_by_arrival(
    pylsl: Any, send: Callable[..., Any]
) -> None:
    source_id = unique("foreign")
    outlet = send("Skin", "GSR", source_id, 4.0, channels=[("skin", "kOhm", "GSR")])

    async def go() -> None:
        clock = SystemClock()
        async with connected(source_id, clock) as caught:
            outlet.push_chunk([100.0, 200.0], [1.8e9, 1.8e9 + 0.25])
            await caught.until_state(LinkState.STREAMING)
            assert "clock of its own" in caught.now().message
            await caught.until(lambda: caught.n_samples() == 2)
            t_s, values = joined(caught.chunks, StreamKind.EDA)
            assert t_s[1] == pytest.approx(caught.chunks[-1].arrival_s, abs=0.2)
            assert values[:, 0].tolist() == [10.0, 5.0]

    asyncio.run(go())


def test_an_unknown_unit_is_refused_in_words_and_nothing_is_delivered(
    send: Callable[..., Any],
) -> None:
    source_id = unique("counts")
    outlet = send("Board", "ECG", source_id, 100.0, channels=[("A1", "counts", "ECG")])

    async def go() -> None:
        async with running(info_for(source_id), SystemClock()) as caught:
            await caught.until_state(LinkState.REFUSED)
            outlet.push_chunk([1.0, 2.0])
            assert "“counts”" in caught.now().message
            assert "microvolts" in caught.now().message
            assert not caught.chunks

    asyncio.run(go())


def test_cancelling_while_searching_reading_or_refused_ends_at_once_and_leaves_no_thread(
    send: Callable[..., Any],
) -> None:
    reads, refused = unique("reads"), unique("refused")
    outlets = [send("A", "ECG", reads, 100.0), send("B", "Smell", refused, 100.0)]

    async def go() -> list[float]:
        took_s = []
        for source_id, state in (
            (unique("nowhere"), LinkState.SEARCHING),
            (reads, LinkState.WAITING),
            (refused, LinkState.REFUSED),
        ):
            async with running(info_for(source_id), SystemClock()) as caught:
                await caught.until_told(state)
                began_s = asyncio.get_running_loop().time()
            took_s.append(asyncio.get_running_loop().time() - began_s)
        return took_s

    took_s = asyncio.run(go())
    # About 0.2 s; the rest is for a computer that has much else to do.
    assert max(took_s) < 2.0
    assert not [t for t in threading.enumerate() if t.name == "biofeedback-lsl"]
    assert len(outlets) == 2


def test_a_missing_stream_is_told_of_and_what_to_do() -> None:
    async def go() -> None:
        clock = Jumping()
        async with running(info_for(unique("nowhere")), clock) as caught:
            await caught.until_told(LinkState.SEARCHING)
            while "Start the program" not in caught.now().message:
                clock.jumped_s += 6.0
                await asyncio.sleep(0.02)

    asyncio.run(go())


def test_health_is_told_from_time_to_time(pylsl: Any, send: Callable[..., Any]) -> None:
    source_id = unique("health")
    outlet = send("Pulse", "PPG", source_id, 50.0)

    async def go() -> None:
        clock = Jumping()
        async with connected(source_id, clock) as caught:
            now_s = pylsl.local_clock()
            stamps_s = now_s + np.arange(-100, 0) / 50.0
            stamps_s[60] = stamps_s[50] - 1.0  # one from before
            outlet.push_chunk(np.arange(100.0), stamps_s.tolist())
            await caught.until(lambda: caught.n_samples() == 99)
            clock.jumped_s += 5.5
            await caught.until(lambda: bool(caught.now().streams))
            (health,) = caught.now().streams
            assert health.kind is StreamKind.PPG
            assert health.n_late == 1
            assert health.rate_hz == pytest.approx(50.0, rel=0.05)
            assert health.alignment_ms <= 1.0

    asyncio.run(go())


def test_it_is_the_sensor_that_was_found(send: Callable[..., Any]) -> None:
    source_id = unique("found")
    outlet = send("Chest", "ECG", source_id, 130.0)
    found = [info for info in find_streams(0.3) if info.address == f"lsl:{source_id}"]
    assert [LslSensor(info).info.name for info in found] == ["Chest"]
    assert outlet is not None


def test_trouble_within_the_library_is_told_and_tried_again(
    pylsl: Any, send: Callable[..., Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    source_id = unique("ecg")
    outlet = send("Chest", "ECG", source_id, 130.0, channels=[("lead", "uV", "ECG")])
    whole = pylsl.StreamInlet
    failing = iter((pylsl.util.InternalError("an internal error"), RuntimeError("no inlet")))

    def opened(*arguments: Any, **options: Any) -> Any:
        for error in failing:
            raise error
        return whole(*arguments, **options)

    monkeypatch.setattr(pylsl, "StreamInlet", opened)
    monkeypatch.setattr(inlets, "_AGAIN_S", 0.0)

    async def go() -> None:
        async with connected(source_id, SystemClock()) as caught:
            outlet.push_sample([1.0])
            await caught.until_state(LinkState.STREAMING)
            assert caught.n_samples() == 1
            told = [status for status in caught.statuses if status.state is LinkState.RECONNECTING]
            assert len(told) == 2
            assert "tried again by itself" in told[0].message
            assert caught.now().attempt == 0

    asyncio.run(go())
