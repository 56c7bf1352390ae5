from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from biofeedback.devices.lsl.discovery import (
    choose,
    find_streams,
    info_of,
    is_network,
    predicate_of,
    stream_from_name,
)
from biofeedback.devices.lsl.layout import ChannelDescription, Description
from biofeedback.devices.sensor import Origin, SensorInfo
from biofeedback.errors import SensorNotFoundError, SensorRefusedError
from biofeedback.kinds import StreamKind
from devices.lsl.streaming import unique

if TYPE_CHECKING:
    from collections.abc import Callable


def described(
    name: str = "Chest",
    stream_type: str = "ECG",
    source_id: str = "h10-1",
    uid: str = "u",
    host: str = "lab",
) -> SensorInfo:
    channels = (ChannelDescription(),)
    info = info_of(
        Description(name, stream_type, source_id, uid, host, 1, 130.0, "float32", channels)
    )
    assert info is not None
    return info


def test_streams_are_found_with_what_they_measure_and_others_are_left_out(
    send: Callable[..., Any],
) -> None:
    ids = {word: unique(word) for word in ("ecg", "eeg", "plux", "marks", "scent")}
    outlets = [
        send("Chest", "ECG", ids["ecg"], 130.0),
        send("Head", "EEG", ids["eeg"], 250.0),
        send(
            "OpenSignals",
            "00:07:80:8C:AD:51",
            ids["plux"],
            100.0,
            channels=[("", "mV", "ECG"), ("", "uS", "EDA")],
            n_channels=3,
            word="sensor",
        ),
        send("Marks", "Markers", ids["marks"], value_format="string"),
    ]
    found = {info.address: info for info in find_streams(0.3)}
    ours = {word: found.get(f"lsl:{source}") for word, source in ids.items()}
    assert len(outlets) == 4
    assert ours["ecg"] is not None
    assert ours["ecg"].kinds == (StreamKind.ECG,)
    assert ours["ecg"].origin is Origin.LSL
    assert ours["ecg"].driver == "lsl"
    assert ours["ecg"].name == "Chest"
    assert ours["plux"] is not None
    assert ours["plux"].kinds == (StreamKind.ECG, StreamKind.EDA)
    assert ours["eeg"] is None
    assert ours["marks"] is None
    by_name = stream_from_name(f"LSL:{ids['ecg']}", 0.3)
    assert by_name == ours["ecg"]


def test_a_name_of_another_scheme_is_nobody_elses_to_find() -> None:
    assert stream_from_name("Polar H10 5C2A91B3", 0.0) is None
    assert stream_from_name("simulated:strap", 0.0) is None


def test_ids_are_fit_for_file_names_stable_and_apart() -> None:
    one = described("Polar H10 / µ", source_id="a")
    assert one.sensor_id == described("Polar H10 / µ", source_id="a", uid="v").sensor_id
    assert one.sensor_id != described("Polar H10 / µ", source_id="b").sensor_id
    assert one.sensor_id.startswith("lsl-polar-h10-")
    assert one.sensor_id.replace("-", "").isalnum()
    assert len(described("x" * 300).sensor_id) < 60
    assert described("").name == "ECG"


def test_a_stream_is_found_again_by_its_source_or_by_name_type_and_computer() -> None:
    assert predicate_of(described()) == "source_id='h10-1' and name='Chest'"
    nameless = described(source_id="")
    assert nameless.address == "lsl:u"
    assert predicate_of(nameless) == "name='Chest' and type='ECG' and hostname='lab'"
    by_address = SensorInfo("x", "x", "lsl:h10-1", Origin.LSL, ())
    assert predicate_of(by_address) == "source_id='h10-1'"


def test_the_address_says_whether_other_computers_are_asked(pylsl: Any) -> None:
    assert not is_network(described())
    description = Description(
        "a", "ECG", "s", "u", "lab", 1, None, "float32", (ChannelDescription(),)
    )
    info = info_of(description, network=True)
    assert info is not None
    assert info.address == "lsl:s?network=1"
    assert is_network(info)
    assert choose("s", [info]) == info
    bare = SensorInfo("x", "x", info.address, Origin.LSL, ())
    assert predicate_of(bare) == "source_id='s'"
    # This process has begun within the computer, and says so.
    with pytest.raises(SensorRefusedError, match="start it again"):
        stream_from_name(info.address, 0.1)


def test_quotes_in_a_name_are_no_query() -> None:
    assert predicate_of(described(source_id="it's")).startswith('source_id="it\'s"')
    both = predicate_of(described(source_id="'\" or 1=1"))
    assert both.startswith("source_id=concat('', \"'\", '\" or 1=1')")


def test_a_name_means_a_source_then_a_name_then_a_type() -> None:
    chest = described()
    skin = described("Skin", "EDA", "e4")
    assert choose("H10-1", [chest, skin]) == chest
    assert choose(chest.sensor_id, [chest, skin]) == chest
    assert choose("skin", [chest, skin]) == skin
    assert choose("eda", [chest, skin]) == skin


@pytest.mark.parametrize("wanted", ["", "nobody", "ECG"])
def test_none_or_several_are_told_what_to_do(wanted: str) -> None:
    two = [described(), described(source_id="h10-2")]
    with pytest.raises(SensorNotFoundError, match="sensors --lsl"):
        choose(wanted, two)


def test_streams_that_share_one_source_are_listed_each_and_found_by_name(
    send: Callable[..., Any],
) -> None:
    """Careless senders give one source to all they send."""
    source, heart, skin = unique("shared"), unique("Heart"), unique("Skin")
    outlets = [send(heart, "ECG", source, 130.0), send(skin, "EDA", source, 10.0)]

    found = [info for info in find_streams(0.3) if info.address == f"lsl:{source}"]

    assert len(outlets) == 2
    assert {info.name for info in found} == {heart, skin}
    assert len({info.sensor_id for info in found}) == 2
    by_name = stream_from_name(f"lsl:{heart}", 0.3)
    assert by_name is not None
    assert by_name.kinds == (StreamKind.ECG,)
    with pytest.raises(SensorNotFoundError, match="where they share it the stream's name"):
        stream_from_name(f"lsl:{source}", 0.3)


def test_a_stream_in_a_unit_that_is_not_known_is_told_so_when_it_is_asked_for(
    send: Callable[..., Any],
) -> None:
    """That there is none of its name would be wrong."""
    source = unique("odd")
    outlet = send("Odd", "ECG", source, 130.0, channels=[("", "furlong", "ECG")])

    with pytest.raises(SensorRefusedError, match="furlong"):
        stream_from_name(f"lsl:{source}", 0.3)

    assert outlet is not None
