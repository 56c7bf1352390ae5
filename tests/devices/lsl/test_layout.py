from __future__ import annotations

from xml.sax.saxutils import escape

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from biofeedback.devices.lsl.layout import kind_of, layout_of, read_description
from biofeedback.kinds import StreamKind


def xml(
    name: str = "Some",
    stream_type: str = "ECG",
    rate: float = 100.0,
    value_format: str = "float32",
    channels: tuple[tuple[str, str, str], ...] = (("", "", ""),),
    n_channels: int | None = None,
    more: str = "",
) -> str:
    """A stream's information as liblsl 1.18 writes it."""
    nodes = "".join(
        f"<channel><label>{escape(label)}</label><unit>{escape(unit)}</unit>"
        f"<type>{escape(kind)}</type></channel>"
        for label, unit, kind in channels
    )
    count = len(channels) if n_channels is None else n_channels
    return (
        f'<?xml version="1.0"?>\n<info><name>{escape(name)}</name>'
        f"<type>{escape(stream_type)}</type><channel_count>{count}</channel_count>"
        f"<channel_format>{value_format}</channel_format><source_id>s-1</source_id>"
        f"<nominal_srate>{rate:.13f}</nominal_srate><uid>u-1</uid><hostname>lab</hostname>"
        f"<desc><channels>{nodes}</channels>{more}</desc></info>"
    )


@pytest.mark.parametrize(
    ("word", "kind"),
    [
        ("ECG", StreamKind.ECG),
        ("ecg", StreamKind.ECG),
        ("EDA", StreamKind.EDA),
        ("GSR", StreamKind.EDA),
        ("ElectrodermalActivity", StreamKind.EDA),
        ("SkinConductance", StreamKind.EDA),
        ("skin conductance", StreamKind.EDA),
        ("PPG", StreamKind.PPG),
        ("PPGInfrared", StreamKind.PPG),
        ("BVP", StreamKind.PPG),
        ("RESP", StreamKind.RESPIRATION),
        ("Respiration", StreamKind.RESPIRATION),
        ("EMG", StreamKind.EMG),
        ("RR", StreamKind.RR),
        ("HeartRate", StreamKind.HEART_RATE),
        ("heart_rate", StreamKind.HEART_RATE),
        ("ACC", StreamKind.ACCELERATION),
        ("Accelerometer", StreamKind.ACCELERATION),
        ("Temperature", StreamKind.TEMPERATURE),
        ("ECGBIT0", StreamKind.ECG),
        ("EDA2", StreamKind.EDA),
        ("EEG", None),
        ("Markers", None),
        ("AccelerometerX", None),
        ("00:07:80:8C:AD:51", None),
        ("", None),
    ],
)
def test_types_are_known_in_capitals_or_not(word: str, kind: StreamKind | None) -> None:
    assert kind_of(word) is kind


def test_a_regular_stream_keeps_its_rate_and_beats_have_none() -> None:
    (ecg,) = layout_of(read_description(xml(rate=130.0)), "s").parts
    assert ecg.stream.rate_hz == 130.0
    (rate,) = layout_of(read_description(xml(stream_type="HeartRate", rate=1.0)), "s").parts
    assert rate.stream.rate_hz is None
    (irregular,) = layout_of(read_description(xml(rate=0.0)), "s").parts
    assert irregular.stream.rate_hz is None


def test_leads_of_one_kind_are_numbered_and_each_is_converted() -> None:
    told = xml(channels=(("I", "mV", "ECG"), ("II", "uV", "ECG")))
    (part,) = layout_of(read_description(told), "s").parts
    assert part.stream.channels == ("ecg_microvolts", "ecg_2_microvolts")
    assert part.values(np.array([[1.0, 2.0]])).tolist() == [[1000.0, 2.0]]


def test_channels_of_several_kinds_become_several_streams() -> None:
    told = xml(
        stream_type="Physio",
        channels=(
            ("count", "", ""),
            ("ECG0", "mV", ""),
            ("chest", "", "Respiration"),
            ("x", "g", "ACC"),
            ("y", "g", "ACC"),
            ("z", "g", "ACC"),
        ),
    )
    parts = layout_of(read_description(told), "s").parts
    assert [(part.stream.kind, part.columns) for part in parts] == [
        (StreamKind.ECG, (1,)),
        (StreamKind.RESPIRATION, (2,)),
        (StreamKind.ACCELERATION, (3, 4, 5)),
    ]
    assert parts[2].stream.channels == ("acc_x_g", "acc_y_g", "acc_z_g")


def test_movement_takes_three_directions() -> None:
    layout = layout_of(read_description(xml(stream_type="ACC", channels=(("x", "g", ""),))), "s")
    assert not layout.parts
    assert "three directions" in layout.words


def test_the_undescribed_first_channel_of_opensignals_counts_samples() -> None:
    told = xml("OpenSignals", "00:07:80", channels=(("", "uS", "EDA"),), n_channels=2)
    (part,) = layout_of(read_description(told), "s").parts
    assert part.columns == (1,)
    # Of others the last ones are undescribed.
    told = xml("Other", "00:07:80", channels=(("", "uS", "EDA"),), n_channels=2)
    (part,) = layout_of(read_description(told), "s").parts
    assert part.columns == (0,)


def test_intervals_without_a_unit_may_be_seconds_for_no_heart_beats_in_milliseconds() -> None:
    (part,) = layout_of(read_description(xml(stream_type="RR", rate=0.0)), "s").parts
    values = part.values(np.array([[0.8], [812.0], [np.nan]]))
    assert values[:2, 0].tolist() == [800.0, 812.0]
    assert np.isnan(values[2, 0])


def test_text_and_foreign_streams_are_refused_in_words() -> None:
    text = layout_of(read_description(xml(value_format="string")), "s")
    assert not text.parts
    assert "text" in text.words
    brain = layout_of(read_description(xml(stream_type="EEG")), "s")
    assert not brain.parts
    assert "Set its type" in brain.words


def test_what_the_device_is_is_read() -> None:
    more = "<acquisition><manufacturer>PLUX</manufacturer><serial_number>7</serial_number></acquisition>"
    assert read_description(xml(more=more)).device == (("manufacturer", "PLUX"), ("serial", "7"))


@pytest.mark.parametrize(
    "broken",
    [
        "",
        "<info>",
        "<info></info>",
        "<info><channel_count>0</channel_count></info>",
        "<info><channel_count>x</channel_count></info>",
        "<info><channel_count>99999999</channel_count></info>",
        "<info><channel_count>1</channel_count><nominal_srate>fast</nominal_srate></info>",
    ],
)
def test_what_is_no_description_is_refused(broken: str) -> None:
    with pytest.raises(ValueError):
        read_description(broken)


@given(
    words=st.lists(st.text(max_size=12), min_size=3, max_size=3),
    place=st.integers(0, 600),
    inserted=st.text(max_size=4),
)
def test_a_description_from_anywhere_is_read_or_refused(
    words: list[str], place: int, inserted: str
) -> None:
    told = xml(words[0], words[1], channels=((words[0], words[1], words[2]),))
    changed = told[:place] + inserted + told[place + len(inserted) :]
    for text in (told, changed):
        try:
            description = read_description(text)
        except ValueError:
            continue
        layout = layout_of(description, "s")
        assert layout.parts or layout.words
        for part in layout.parts:
            samples = np.ones((2, description.n_channels))
            assert part.values(samples).shape == (2, len(part.stream.channels))
