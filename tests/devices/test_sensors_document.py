"""What docs/sensors.md promises is what there is: sensors, what can be set, and what is said."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

from biofeedback.devices.catalogue import Catalogue
from biofeedback.devices.drivers.bitalino.conversions import SENSORS
from biofeedback.devices.drivers.bitalino.streams import BOARD_KIT
from biofeedback.devices.drivers.polar.streams import KINDS
from biofeedback.devices.profiles.conversation import ProfileDriver

ROOT = Path(__file__).resolve().parents[2]
DOCUMENT = " ".join((ROOT / "docs" / "sensors.md").read_text(encoding="utf-8").split())
WORDS_OF_ROWS = re.findall(
    r"^\| (“[^|]*”)", (ROOT / "docs/sensors.md").read_text("utf-8"), re.MULTILINE
)
QUOTED = [quoted for row in WORDS_OF_ROWS for quoted in re.findall(r"“([^”]+)”", row)]


def names() -> list[str]:
    """Each driver by what people know it as; of boards told by their encoding, once."""
    return [
        driver.profile.name.partition(" (")[0]
        if isinstance(driver, ProfileDriver)
        else driver.driver_id.replace("-", " ")
        for driver in Catalogue(plug_ins=()).drivers
    ]


def said() -> list[str]:
    """Every text in the source, those that are put together in parts."""
    return [
        node.value
        for path in (ROOT / "src" / "biofeedback").rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
    ]


@pytest.mark.parametrize("name", names())
def test_every_driver_is_in_it(name: str) -> None:
    assert name.casefold() in DOCUMENT.casefold()


def test_what_is_quoted_is_what_is_said() -> None:
    texts = said()
    assert len(QUOTED) > 10
    assert [each for each in QUOTED if not any(each in text for text in texts)] == []


@pytest.mark.parametrize("word", [*SENSORS, *(kind.value for kind in KINDS.values())])
def test_all_that_can_be_set_is_named(word: str) -> None:
    assert f"`{word}`" in DOCUMENT


def test_the_usual_wiring_of_a_board_is_told_in_its_order() -> None:
    told = re.search(r"board kit is: ([^.]*)\.", DOCUMENT)
    assert told is not None
    inputs = [part.split()[0] for part in told[1].split(", ")]
    assert inputs == list(BOARD_KIT)
