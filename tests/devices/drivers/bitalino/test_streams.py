from __future__ import annotations

import numpy as np
import pytest
from numpy.testing import assert_allclose

from biofeedback.devices.driver import Stamp
from biofeedback.devices.drivers.bitalino.frame_count import Counted
from biofeedback.devices.drivers.bitalino.frames import Run
from biofeedback.devices.drivers.bitalino.streams import BOARD_KIT, BoardStreams
from biofeedback.samples import StreamKind


def counted(*rows: list[int], n_frames: int = 50) -> Counted:
    return Counted(Run(0, np.array(rows), is_joined=True), n_frames)


def test_board_kit_has_a_stream_for_each_kind() -> None:
    streams = BoardStreams("board", BOARD_KIT, 100.0)

    assert {kind: info.channels for kind, info in streams.infos.items()} == {
        StreamKind.EMG: ("emg_microvolts",),
        StreamKind.ECG: ("ecg_microvolts",),
        StreamKind.EDA: ("sc_microsiemens",),
        StreamKind.OTHER: ("eeg_microvolts", "acc_raw", "light_pct"),
    }
    assert all(info.rate_hz == 100.0 for info in streams.infos.values())
    assert (streams.mask, streams.n_channels) == (0b111111, 6)


def test_samples_of_a_run_are_shared_out_with_one_count() -> None:
    """The last two inputs have 6 bits: 16 of 64 is a quarter of the light."""
    frames = BoardStreams("board", BOARD_KIT, 100.0).frames(
        counted([512, 0, 512, 512, 7, 16], [512, 768, 0, 0, 63, 0])
    )

    by_kind = {frame.stream.kind: frame for frame in frames}
    assert_allclose(by_kind[StreamKind.ECG].values, [[-1500.0], [750.0]])
    assert_allclose(by_kind[StreamKind.EDA].values, [[12.5], [0.0]])
    assert_allclose(by_kind[StreamKind.OTHER].values, [[0.0, 7.0, 25.0], [-41.25, 63.0, 0.0]])
    assert {frame.stamp for frame in frames} == {Stamp(0.5, clock="frame count")}


def test_only_what_is_named_is_asked_for_and_takes_the_better_places() -> None:
    """A6 alone has the first place in the frame, and its 10 bits."""
    streams = BoardStreams("board", {"A6": "eda"}, 100.0)

    assert (streams.mask, streams.n_channels) == (0b100000, 1)
    (frame,) = streams.frames(counted([512]))
    assert_allclose(frame.values, [[12.5]])


def test_two_sensors_of_a_kind_are_two_columns() -> None:
    streams = BoardStreams("board", {"A4": "emg", "A1": "emg", "A2": "raw", "A3": "raw"}, 100.0)

    assert streams.infos[StreamKind.EMG].channels == ("emg_microvolts", "emg_a4_microvolts")
    assert streams.infos[StreamKind.OTHER].channels == ("input_a2_raw", "input_a3_raw")
    (emg, other) = streams.frames(counted([512, 2, 3, 0]))
    assert emg.values[0].tolist() == pytest.approx([0.0, -1635.2824])
    assert other.values.tolist() == [[2.0, 3.0]]


@pytest.mark.parametrize("channels", [{}, {"A7": "ecg"}, {"A1": "gsr"}])
def test_what_no_board_has_is_refused(channels: dict[str, str]) -> None:
    with pytest.raises(ValueError, match="a board has sensors"):
        BoardStreams("board", channels, 100.0)
