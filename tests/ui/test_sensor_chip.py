"""What a chip says of a sensor is what its card says, in fewer words."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from biofeedback.samples import LinkState
from biofeedback.ui.sensor_chip import tell_chip
from biofeedback.ui.widgets.chip import Chip
from ui.engine_double import STRAP, EngineDouble, streaming

if TYPE_CHECKING:
    from collections.abc import Iterator

    from PySide6.QtWidgets import QApplication


@pytest.fixture
def chip(app: QApplication) -> Iterator[Chip]:
    del app
    made = Chip()
    yield made
    made.deleteLater()


def test_sensor_that_sends_nothing_any_more_is_not_called_good(
    chip: Chip, engine: EngineDouble
) -> None:
    """It may be connected still, and what it sent before may have been good."""
    engine.live(20.0)
    tell_chip(chip, streaming(STRAP, 20.0), engine.snapshot())
    before = (chip.text, chip.is_hollow, chip.is_trouble)
    engine.change(t_s=30.0)
    tell_chip(chip, streaming(STRAP, 20.0), engine.snapshot())

    assert before == ("Polar H10 5C2A  signal good · 82 %", False, False)
    assert chip.text.startswith("Polar H10 5C2A  nothing comes through")
    assert (chip.is_hollow, chip.is_trouble) == (True, True)


def test_which_try_it_is_is_left_out_first(chip: Chip, engine: EngineDouble) -> None:
    """The word that the sensor is away must be whole where there is little room."""
    engine.live(20.0)
    lost = streaming(STRAP, 20.0, state=LinkState.RECONNECTING, attempt=2)
    tell_chip(chip, lost, engine.snapshot())

    assert chip.text == "Polar H10 5C2A  reconnecting · try 2"
    assert chip.short_width() < chip.sizeHint().width()
