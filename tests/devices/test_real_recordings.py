"""Recordings of real bodies, sent by simulated sensors over the real bleak, and measured."""

from __future__ import annotations

import asyncio
from contextlib import asynccontextmanager
from heapq import merge
from typing import TYPE_CHECKING

import numpy as np
import pytest
from benchmarks.validation.wfdb_files import read_annotations, read_signals

from biofeedback.devices.drivers.polar.control_point import Measurement
from biofeedback.devices.registry import Registry
from biofeedback.samples import Beat, StreamKind
from biofeedback.signal.pipeline import Pipeline
from helpers.listening import Listener, WatchedClock, on_a_loop
from helpers.peripheral_play import Player, Sent
from helpers.polar_peripheral import PolarPeripheral, verity_sense

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from pathlib import Path

    from numpy.typing import NDArray

    from helpers.bluez import BluezStandIn

BEGIN_S = 5.0
DELAY_S = 0.02
# From here on the armband's wearer sat still.
STILL_S = 240


@asynccontextmanager
async def streaming(
    bluez: BluezStandIn, polar: PolarPeripheral
) -> AsyncIterator[tuple[Player, Listener]]:
    """Find a sensor by its name, connect it, and let it go at the end."""
    clock, heard, registry = WatchedClock(), Listener(), Registry()
    async with Player(bluez, clock) as player:
        info = await registry.find(polar.address, clock)
        await registry.prepare(info)
        sensor = registry.open(info, lambda: None)
        following = asyncio.create_task(sensor.run(heard, clock))
        await player.heard.idle()
        await player.pass_to(BEGIN_S - 1.0)
        await player.heard.idle()
        try:
            yield player, heard
        finally:
            following.cancel()
            await player.heard.idle()
            await player.pass_to(clock.now_s() + 5.0)
            await asyncio.wait({following}, timeout=30.0)


def sent(polar: PolarPeripheral, *streams: object) -> list[Sent]:
    return [Sent(t_s, polar, uuid, payload) for t_s, uuid, payload in merge(*streams)]  # type: ignore[call-overload]  # generators of packets


def numbers(path: Path, columns: tuple[int, ...]) -> NDArray[np.float64]:
    """Read columns of a table whose first line names them."""
    lines = path.read_text(encoding="utf-8").splitlines()[1:]
    return np.array([[float(line.split(";")[column]) for column in columns] for line in lines])


def beats_of(heard: Listener, kind: StreamKind) -> NDArray[np.float64]:
    pipeline = Pipeline()
    results = [
        result
        for chunk in heard.chunks
        if chunk.stream.kind is kind
        for result in pipeline.push(chunk)
    ]
    return np.array([beat.t_s for beat in results if isinstance(beat, Beat)])


def test_an_ecg_of_a_patient_is_heard_whole_and_its_beats_are_where_cardiologists_saw_them(
    bluez: BluezStandIn, recordings: Path
) -> None:
    """MIT-BIH 100, two minutes, as an H10 sends an ECG; 99 of 100 beats within 50 ms."""
    signals, rate_hz = read_signals(recordings / "mitdb" / "100.hea")
    raw_mv = signals[: round(120 * rate_hz), 0]
    at_s = np.arange(0.0, raw_mv.size / rate_hz, 1.0 / 130.0)
    microvolts = np.round(1000.0 * np.interp(at_s, np.arange(raw_mv.size) / rate_hz, raw_mv))
    annotated = read_annotations(recordings / "mitdb" / "100.atr").beats().samples
    h10 = bluez.add(PolarPeripheral())
    heard_beats: list[NDArray[np.float64]] = []

    async def main() -> None:
        async with streaming(bluez, h10) as (player, heard):
            packets = h10.packets(
                Measurement.ECG, microvolts.astype(np.int64), begin_s=BEGIN_S, rate_hz=130.0
            )
            await player.play(sent(h10, packets))
            assert heard.values(StreamKind.ECG) == microvolts.tolist()
            assert heard.gaps == []
            heard_beats.append(beats_of(heard, StreamKind.ECG))

    on_a_loop(main())

    (found_s,) = heard_beats
    truth_s = annotated[(annotated > 2 * rate_hz) & (annotated < 115 * rate_hz)] / rate_hz
    off_s = np.array([np.abs(found_s - (each + BEGIN_S + DELAY_S)).min() for each in truth_s])
    assert truth_s.size > 130
    assert np.mean(off_s < 0.05) > 0.99


def test_a_pulse_wave_of_a_real_armband_gives_the_rate_that_the_armband_told(
    bluez: BluezStandIn, recordings: Path
) -> None:
    """A Verity Sense as its maker's app recorded it: two minutes on an arm that lies still."""
    folder = recordings / "polar_verity_biobss"
    rows = numbers(folder / "Polar_Sense_PPG.txt", (1, 2, 3, 4, 5))
    told_bpm = numbers(folder / "Polar_Sense_HR.txt", (1,))[:, 0]
    at_s = (rows[:, 0] - rows[0, 0]) / 1e9
    rows = rows[(at_s >= STILL_S) & (at_s < STILL_S + 120.0)]
    light = rows[:, 1:].astype(np.int64)
    rate_hz = (rows.shape[0] - 1) / ((rows[-1, 0] - rows[0, 0]) / 1e9)
    verity = bluez.add(verity_sense())
    heard_beats: list[NDArray[np.float64]] = []

    async def main() -> None:
        async with streaming(bluez, verity) as (player, heard):
            packets = verity.packets(
                Measurement.PPG, light, begin_s=BEGIN_S, rate_hz=rate_hz, is_compressed=True
            )
            await player.play(sent(verity, packets))
            kept = [c.values for c in heard.chunks if c.stream.kind is StreamKind.PPG]
            np.testing.assert_array_equal(np.concatenate(kept), light)
            assert heard.gaps == []
            heard_beats.append(beats_of(heard, StreamKind.PPG))

    on_a_loop(main())

    (found_s,) = heard_beats
    # The list of rates begins half a minute before that of the wave.
    truth_bpm = np.median(told_bpm[34 + STILL_S : 154 + STILL_S])
    assert found_s.size > 0.95 * truth_bpm * 2.0
    assert 60.0 / np.median(np.diff(found_s)) == pytest.approx(truth_bpm, abs=1.5)
