"""The page of sensors as tests see it: its buttons, its words, and one more look at it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtWidgets import QApplication, QLabel, QPushButton

from biofeedback.devices.sensor import Origin, SensorInfo
from biofeedback.samples import StreamKind
from ui.engine_double import EngineDouble

if TYPE_CHECKING:
    from biofeedback.ui.shell import Shell

BELT = SensorInfo(
    "go-direct-belt",
    "Go Direct belt",
    "00:00:00:00:00:0B",
    Origin.BLUETOOTH,
    (StreamKind.RESPIRATION,),
    rssi_dbm=-71,
)


def buttons(shell: Shell) -> dict[str, QPushButton]:
    """The buttons of the page by their names, from top to bottom and left to right."""
    page = shell.pages.sensors
    found = [each for each in page.findChildren(QPushButton) if not each.isHidden()]
    found.sort(key=lambda each: each.mapTo(page, each.rect().center()).toTuple()[::-1])
    return {button.accessibleName(): button for button in found}


def texts(shell: Shell) -> dict[str, str]:
    """What the page's labels say, and what a screen reader hears of each."""
    found = shell.pages.sensors.findChildren(QLabel)
    return {each.text(): each.accessibleName() for each in found if each.isVisible()}


def show(shell: Shell, engine: EngineDouble) -> None:
    shell.show_page(shell.pages.sensors)
    look_again(shell, engine)


def look_again(shell: Shell, engine: EngineDouble) -> None:
    engine.t_s += 1.0
    shell.tick()
    # What came into a layout is shown by Qt's own events.
    QApplication.processEvents()
