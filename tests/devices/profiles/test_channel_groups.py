from __future__ import annotations

import struct
from math import nan

import numpy as np
import pytest

from biofeedback.devices.driver import Frame
from biofeedback.devices.profiles.channel_groups import groups_of, layout_of
from biofeedback.devices.profiles.decoding import SourceDecoder
from biofeedback.devices.profiles.profile import Channel, Encoding, Source
from biofeedback.kinds import StreamKind

EDA = Channel("eda", "uS", "eda")


def decoder(layout: str, *channels: Channel, **more: object) -> SourceDecoder:
    source = Source("c", layout, channels, **more)  # type: ignore[arg-type]  # named
    return SourceDecoder(source, "ring")


def one(frames: list[Frame]) -> Frame:
    (frame,) = frames
    return frame


def test_scale_and_offset_make_a_formula() -> None:
    assert Channel("eda", "uS", "adc", 0.5, -3.0).formula == "adc * 0.5 - 3.0"
    assert Channel("eda", "uS", "adc", 1.0, 2.0).formula == "adc + 2.0"
    assert Channel("eda", "uS", "adc", 1e-9).formula == "adc * 1e-09"
    assert Channel("eda", "uS", "adc").formula == "adc"
    frame = one(decoder("adc:i16", Channel("eda", "uS", "adc", 1e-2, -3.0)).push(b"\xf4\x01"))
    assert frame.values[0, 0] == pytest.approx(2.0)


def test_what_the_sensor_cannot_measure_is_no_reading_and_counted() -> None:
    channel = Channel(
        "eda", "kOhm", "r", valid=(10.0, 100.0), invalid_raw=(("r", (50.0,)), ("ok", (0.0,)))
    )
    made = decoder("ok:u8 ( r:u16 )*", channel, rate_hz=4.0)
    packet = struct.pack("<B5H", 1, 9, 10, 50, 100, 101)
    values = one(made.push(packet)).values[:, 0]
    np.testing.assert_allclose(values, [nan, 100.0, nan, 10.0, nan])
    assert made.n_outside == 2
    assert np.all(np.isnan(one(made.push(b"\0" + packet[1:])).values))


def test_three_axes_become_one_stream_in_their_order() -> None:
    axes = [Channel(f"acc_{axis}", "mg", axis) for axis in "zxy"]
    frame = one(
        decoder("( x:i16 y:i16 z:i16 )2", *axes, rate_hz=50.0).push(
            struct.pack("<6h", 1, 2, 1000, 4, 5, -1000)
        )
    )
    assert frame.stream.kind is StreamKind.ACCELERATION
    assert frame.stream.channels == ("acc_x_g", "acc_y_g", "acc_z_g")
    np.testing.assert_allclose(frame.values, [[0.001, 0.002, 1.0], [0.004, 0.005, -1.0]])


def test_kinds_become_streams_and_channels_of_one_kind_columns() -> None:
    channels = (
        Channel("ppg", "a.u.", "red"),
        Channel("temp", "C", "t", 0.1),
        Channel("ppg", "a.u.", "ir"),
    )
    made = decoder("red:u16 ir:u16 t:i16", *channels)
    frames = made.push(struct.pack("<HHh", 7, 9, 335))
    assert [frame.stream.channels for frame in frames] == [
        ("ppg_au", "ppg_2_au"),
        ("skin_celsius",),
    ]
    assert made.keys == (("ppg", "ppg_2"), ("temp",))
    np.testing.assert_allclose(frames[0].values, [[7, 9]])
    np.testing.assert_allclose(frames[1].values, [[33.5]])


def test_a_line_that_names_some_streams_gives_those() -> None:
    made = decoder("eda temp", EDA, Channel("temp", "C", "temp"), encoding=Encoding.KEYVALUE)
    assert [f.stream.kind for f in made.push(b"temp:33.5")] == [StreamKind.TEMPERATURE]
    assert [f.stream.kind for f in made.push(b"temp:33.5,eda:4")] == [
        StreamKind.EDA,
        StreamKind.TEMPERATURE,
    ]


def test_a_marked_value_is_looked_for_only_where_the_line_has_it() -> None:
    channel = Channel("eda", "uS", "eda", invalid_raw=(("off", (1.0,)),))
    source = Source("c", "eda off", (channel,), encoding=Encoding.KEYVALUE)
    (group,) = groups_of(source, layout_of(source), "ring")
    for off, expected in (
        ({}, 4.0),
        ({"off": np.array([0.0])}, 4.0),
        ({"off": np.array([1.0])}, nan),
    ):
        read = group.read({"eda": np.array([4.0]), **off}, 1)
        assert read is not None
        np.testing.assert_array_equal(read.values, [[expected]])
    assert group.read({"off": np.array([0.0])}, 1) is None
    assert group.read({"eda": np.array([4.0])}, 0) is None
