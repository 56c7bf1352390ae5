from __future__ import annotations

import pytest

from biofeedback.devices.lsl.outgoing import (
    beats_of,
    guide_steps,
    markers,
    measures_of,
    stream_of,
)
from biofeedback.kinds import LinkState, Role, StreamKind
from biofeedback.samples import SensorStatus, StreamInfo

STATUS = SensorStatus(
    0.0,
    "polar-h10-5c2a91b3",
    "Polar H10 5C2A91B3",
    LinkState.STREAMING,
    device={"manufacturer": "Polar Electro Oy", "firmware": "3.3.1"},
)
ECG = StreamInfo("polar-h10-5c2a91b3", StreamKind.ECG, ("ecg_microvolts",), 130.0, Role.PARTNER)


def test_a_signal_is_named_by_program_device_and_signal_and_tells_its_maker() -> None:
    sent = stream_of(ECG, STATUS, "lab")
    assert sent.name == "Biofeedback Polar H10 5C2A91B3 ecg"
    assert sent.stream_type == "ECG"
    assert sent.source_id == "biofeedback:lab:polar-h10-5c2a91b3:ecg"
    assert sent.rate_hz == 130.0
    assert [(c.label, c.unit, c.kind) for c in sent.channels] == [
        ("ecg_microvolts", "microvolts", "ECG")
    ]
    sections = {name: dict(fields) for name, fields in sent.sections}
    assert sections["acquisition"] == {
        "manufacturer": "Polar Electro Oy",
        "model": "Polar H10 5C2A91B3",
        "firmware": "3.3.1",
    }
    assert sections["synchronization"] == {"can_drop_samples": "true"}
    assert sections["app"]["role"] == "partner"
    assert sections["app"]["version"]


def test_before_a_sensor_has_told_its_name_its_id_serves() -> None:
    sent = stream_of(ECG, None, "lab")
    assert sent.name == "Biofeedback polar-h10-5c2a91b3 ecg"
    assert dict(sent.sections)["acquisition"] == ()


@pytest.mark.parametrize(
    ("kind", "word"),
    [
        (StreamKind.EDA, "EDA"),
        (StreamKind.PPG, "PPG"),
        (StreamKind.RESPIRATION, "Respiration"),
        (StreamKind.ACCELERATION, "ACC"),
        (StreamKind.EMG, "EMG"),
        (StreamKind.HEART_RATE, "HeartRate"),
        (StreamKind.TEMPERATURE, "Temperature"),
        (StreamKind.RR, "RRRaw"),
    ],
)
def test_types_are_those_that_programs_look_for(kind: StreamKind, word: str) -> None:
    stream = StreamInfo("s", kind, ("x_au",), None)
    sent = stream_of(stream, None, "lab")
    assert sent.stream_type == word
    assert sent.rate_hz == 0.0


def test_beats_found_in_a_wave_are_named_apart_from_those_a_strap_found() -> None:
    found = beats_of("polar-h10-5c2a91b3/ecg", STATUS, "lab")
    told = beats_of("polar-h10-5c2a91b3", STATUS, "lab")
    assert found.name == "Biofeedback Polar H10 5C2A91B3 ecg beats"
    assert told.name == "Biofeedback Polar H10 5C2A91B3 beats"
    assert found.source_id != told.source_id
    assert found.stream_type == told.stream_type == "RR"


def test_measures_have_a_channel_each_and_one_for_its_quality() -> None:
    sent = measures_of("together", None, "lab", ("rmssd_ms", "coherence"))
    assert [(channel.label, channel.unit) for channel in sent.channels] == [
        ("rmssd_ms", "milliseconds"),
        ("coherence", "normalized"),
        ("rmssd_ms:quality", "normalized"),
        ("coherence:quality", "normalized"),
    ]


def test_words_are_markers() -> None:
    for sent in (markers("lab"), guide_steps("lab")):
        assert sent.stream_type == "Markers"
        assert sent.value_format == "string"
        assert sent.rate_hz == 0.0
    assert markers("lab").source_id != guide_steps("lab").source_id
