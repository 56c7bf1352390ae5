from __future__ import annotations

import pytest
import typer

from biofeedback.cli.osc_options import osc_output_of
from biofeedback.devices.osc.output import OscOutputError
from biofeedback.devices.osc.place import Place


def test_without_the_option_nothing_is_sent() -> None:
    assert osc_output_of(None) is None


def test_a_port_is_one_of_this_computer() -> None:
    output = osc_output_of("9123")
    assert output is not None
    with output:
        assert output.place == Place("127.0.0.1", 9123)


@pytest.mark.parametrize("place", ["nine", "1:2:3", "0", "99999"])
def test_what_is_no_place_is_refused(place: str) -> None:
    if place == "nine":
        with pytest.raises(OscOutputError, match="another"):
            osc_output_of(place)
        return
    with pytest.raises(typer.BadParameter, match="port"):
        osc_output_of(place)


def test_another_computer_needs_leave() -> None:
    with pytest.raises(OscOutputError, match="--network"):
        osc_output_of("192.0.2.7:9000")
    output = osc_output_of("192.0.2.7:9000", network=True)
    assert output is not None
    output.close()
