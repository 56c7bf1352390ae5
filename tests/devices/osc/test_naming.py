"""Names of ports, as people write them and as addresses keep them."""

from __future__ import annotations

import pytest

from biofeedback.devices.osc.naming import DEFAULT_PORT, osc_from_name, osc_place
from biofeedback.devices.osc.place import place_of
from biofeedback.devices.sensor import Origin
from biofeedback.errors import SensorNotFoundError
from biofeedback.kinds import StreamKind


@pytest.mark.parametrize(
    ("name", "address", "options"),
    [
        ("osc", f"osc:127.0.0.1:{DEFAULT_PORT}", {}),
        ("OSC:7000", "osc:127.0.0.1:7000", {}),
        ("osc:localhost:7000", "osc:localhost:7000", {}),
        ("osc:7000?network=1", "osc:0.0.0.0:7000?network=1", {"network": 1.0}),
        (
            "osc:7000?network=0&map=/a b/50%+.toml",
            "osc:127.0.0.1:7000?map=/a b/50%+.toml",
            {"map": "/a b/50%+.toml"},
        ),
    ],
)
def test_a_name_means_a_port(name: str, address: str, options: dict[str, object]) -> None:
    info = osc_from_name(name)
    assert info is not None
    assert (info.address, info.origin, info.options) == (address, Origin.OSC, options)
    assert info.sensor_id in {"osc-7000", f"osc-{DEFAULT_PORT}"}
    assert osc_from_name(info.address) == info, "so that it is found again"
    where = address.partition("?")[0].removeprefix("osc:")
    assert osc_place(info) == place_of(where, port=DEFAULT_PORT)
    assert StreamKind.EDA in info.kinds


@pytest.mark.parametrize("name", ["simulated", "Polar H10", "oscilloscope", "", "24:AC:AC:01"])
def test_another_name_means_none(name: str) -> None:
    assert osc_from_name(name) is None


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("osc:99999", "highest is 65535"),
        ("osc:1:2:3", "no place"),
        ("osc:0.0.0.0:7000", "network=1"),
        ("osc:7000?network=yes", "network=1"),
        ("osc:7000?rate=3", "map=FILE"),
    ],
)
def test_a_wrong_name_is_refused_in_words(name: str, words: str) -> None:
    with pytest.raises(SensorNotFoundError, match=words.replace("(", r"\(")):
        osc_from_name(name)
