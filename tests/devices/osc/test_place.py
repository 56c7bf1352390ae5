from __future__ import annotations

import pytest

from biofeedback.devices.osc.place import Place, is_loopback, place_of


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("", Place("127.0.0.1", 9000)),
        ("12345", Place("127.0.0.1", 12345)),
        (":12345", Place("127.0.0.1", 12345)),
        ("192.168.1.20:7000", Place("192.168.1.20", 7000)),
        ("studio.local:7000", Place("studio.local", 7000)),
        ("studio.local", Place("studio.local", 9000)),
        ("[::1]:7000", Place("::1", 7000)),
    ],
)
def test_a_place_is_read_as_people_write_it(text: str, place: Place) -> None:
    assert place_of(text, port=9000) == place
    assert place_of(str(place), port=1) == place


@pytest.mark.parametrize("text", ["70000", "a:b", "::1:7000", "1.2.3.4:", "-1", "x y:9000z"])
def test_what_is_no_place_is_refused_in_words(text: str) -> None:
    with pytest.raises(ValueError, match="port"):
        place_of(text, port=9000)


@pytest.mark.parametrize("host", ["127.0.0.1", "127.8.8.8", "::1", "localhost", "LOCALHOST"])
def test_this_computer_is_known(host: str) -> None:
    assert is_loopback(host)


@pytest.mark.parametrize("host", ["0.0.0.0", "192.168.1.20", "::", "studio.local", ""])
def test_anything_else_is_the_network(host: str) -> None:
    assert not is_loopback(host)
