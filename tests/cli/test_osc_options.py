from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
import typer

from biofeedback.cli.osc_options import osc_output_of
from biofeedback.devices.osc.output import OscOutputError
from biofeedback.devices.osc.place import Place

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from cli.conftest import Said


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


@pytest.mark.parametrize("command", [["record", "--sensor", "simulated"], ["demo", "--headless"]])
@pytest.mark.parametrize(
    ("place", "code", "words"),
    [("a:b:1", 2, "is no place"), ("192.0.2.7:9000", 1, "With --network")],
)
def test_a_place_that_cannot_be_is_refused_before_anything_is_made(
    biofeedback: Callable[..., Said],
    tmp_path: Path,
    command: list[str],
    place: str,
    code: int,
    words: str,
) -> None:
    """Nobody is asked for a passphrase for it, and no library is left behind."""
    library = tmp_path / "l.db"

    said = biofeedback(
        *command, "--seconds", "5", "--osc-out", place, "--library", str(library),
        "--passphrase-file", str(tmp_path / "none"),
    )  # fmt: skip

    assert said.code == code
    assert words in said.err
    assert not library.exists()
