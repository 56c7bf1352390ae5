"""Clocks of real sensors and computers."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest

from biofeedback.devices.driver import Frame, Stamp
from biofeedback.devices.timing.sensor_clocks import SensorClocks
from biofeedback.devices.timing.timeline import Timeline
from biofeedback.samples import GapReason, StreamInfo, StreamKind
from helpers.stamped_stream import Heard, Sent, heard, late_by

if TYPE_CHECKING:
    from pathlib import Path


@pytest.mark.parametrize(
    ("name", "nominal_hz", "true_hz"),
    [("Polar_Sense_PPG.txt", 55.0, 54.75), ("Polar_Sense_ACC.txt", 52.0, 51.70)],
)
def test_stamps_of_an_optical_armband(
    recordings: Path, name: str, nominal_hz: float, true_hz: float
) -> None:
    """Nine minutes of stamps as an armband gave them, in frames that arrive as over a radio."""
    lines = (recordings / "polar_verity_biobss" / name).read_text().splitlines()[1:]
    device_s = np.array([int(line.split(";")[1]) / 1e9 for line in lines])
    stream = StreamInfo("arm", StreamKind.PPG, ("ppg_au",), nominal_hz)
    delay_s = late_by("exponential", 0.08, 3)
    sent = []
    arrival_s = 0.0
    for first in range(0, device_s.size - 36, 36):
        last_s = device_s[first + 35]
        values = np.arange(first, first + 36, dtype=float)[:, None]
        arrival_s = max(last_s - device_s[0] + 5.0 + delay_s(first), arrival_s)
        sent.append(Sent(arrival_s, Frame(stream, values, Stamp(last_s, None, "pmd"))))
    timeline = Timeline(stream, SensorClocks())
    result = heard(timeline, sent)
    true_s = device_s[result.numbers.astype(int)] - device_s[0] + 5.0

    # The recording lost no packet but where its own stamps leave a hole.
    holes = np.flatnonzero(np.diff(device_s) > 1.5 / nominal_hz)
    assert len(result.gaps) <= holes.size
    assert result.numbers.size == len(sent) * 36
    assert np.abs(result.t_s - true_s)[true_s > 35.0].max() < 0.02
    assert timeline.health().rate_hz == pytest.approx(true_hz, abs=0.02)


def test_clock_of_a_computer_that_was_started_anew(recordings: Path) -> None:
    """A clock as another computer's recorder measured it every 5 s, which begins anew once."""
    pyxdf = pytest.importorskip("pyxdf")
    streams, _ = pyxdf.load_xdf(
        str(recordings / "xdf" / "clock_resets.xdf"),
        synchronize_clocks=False,
        dejitter_timestamps=False,
    )
    measured = next(each for each in streams if each["info"]["name"] == ["BioSemi"])
    device_s = np.array(measured["clock_times"])
    host_s = device_s + np.array(measured["clock_values"])
    host_s = host_s - host_s[0] + 5.0
    n_jumps = int(np.sum(np.abs(np.diff(device_s - host_s)) > 1.0))
    stream = StreamInfo("amplifier", StreamKind.OTHER, ("value",))
    delay_s = late_by("exponential", 0.03, 4)
    sent = [
        Sent(at_s + delay_s(number), Frame(stream, np.array([[float(number)]]), Stamp(each_s)))
        for number, (at_s, each_s) in enumerate(zip(host_s, device_s, strict=True))
    ]
    timeline = Timeline(stream, SensorClocks())
    result = Heard(heard(timeline, sent).outputs)
    off_s = np.abs(result.t_s - host_s[result.numbers.astype(int)])

    assert n_jumps >= 1
    assert result.numbers.size == len(sent)
    assert [gap.reason for gap in result.gaps] == n_jumps * [GapReason.CLOCK]
    assert np.percentile(off_s, 90.0) < 0.02
    assert off_s.max() < 0.1
