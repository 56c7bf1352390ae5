"""How the person would like a guide: its own options as controls, whatever they are.

A guide names its options in its vocabulary. One with choices is picked from a list; one whose
name begins with ``+`` may have several of them, and is sent as their words with commas between;
one without choices is a number: its name tells the unit, the guide itself what it takes.
"""

from __future__ import annotations

from bisect import bisect_left
from dataclasses import dataclass
from typing import TYPE_CHECKING

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from biofeedback.ui.page import label
from biofeedback.ui.widgets.controls import Picker, Stepper
from biofeedback.ui.widgets.tick_box import TickBox

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from biofeedback.guides.words import OptionWords
    from biofeedback.ui.messages.guide_words import GuidePageWords

__all__ = ["SEVERAL", "GuideOptions", "ends"]

SEVERAL = "+"
"""With this the name of an option begins that may have several of its choices."""


@dataclass(frozen=True, slots=True)
class _Unit:
    """The numbers to choose from, by the unit at the end of an option's name."""

    ending: str
    step: float
    n_steps: int
    n_decimals: int
    suffix: str

    def number(self, place: int) -> float:
        """Return the number at a place, from 1."""
        return round(place * self.step, self.n_decimals)


_UNITS = (
    _Unit("per_min", 0.1, 120, 1, " /min"),
    _Unit("_min", 1, 60, 0, " min"),
    _Unit("_s", 5, 120, 0, " s"),
    _Unit("_fraction", 0.05, 19, 2, ""),
    _Unit("", 1, 10, 0, ""),
)


class GuideOptions(QWidget):
    """A control for each option.

    Signals: ``changed()``.

    Parameters
    ----------
    options
        The choices of each, none for a number, as in a guide's vocabulary.
    words
        What each is called.
    page_words
        What stands around them.
    takes
        Whether the guide takes a number for an option.
    """

    changed = Signal()

    def __init__(
        self,
        options: Mapping[str, tuple[str, ...]],
        words: Mapping[str, OptionWords],
        page_words: GuidePageWords,
        takes: Callable[[str, float], bool],
    ) -> None:
        super().__init__()
        self._words = page_words
        self._takes = takes
        # Below these a number is left as it usually is.
        self._lowest: dict[str, float] = {}
        self.pickers: dict[str, Picker] = {}
        self.steppers: dict[str, Stepper] = {}
        self.ticks: dict[str, dict[str, TickBox]] = {}
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(6)
        for name, choices in options.items():
            if name not in words:
                continue  # what has no words cannot be asked; the guide does as it usually does
            said = words[name]
            title = label(said.text, "strong", wraps=True)
            column.addWidget(title)
            if said.hint:
                column.addWidget(label(said.hint, "small", wraps=True))
            for control in self._controls(name, choices, said):
                control.setAccessibleDescription(said.hint)
                column.addWidget(control)
            column.addSpacing(8)

    @property
    def is_empty(self) -> bool:
        """Whether there is nothing to choose."""
        return not (self.pickers or self.steppers or self.ticks)

    @property
    def chosen(self) -> dict[str, float | str]:
        """What is chosen; what stays as usual is left out."""
        found: dict[str, float | str] = {}
        for name, picker in self.pickers.items():
            found[name] = str(picker.currentData())
        for name, stepper in self.steppers.items():
            if stepper.number >= self._lowest[name]:
                found[name] = stepper.number
        for name, ticks in self.ticks.items():
            ticked = [word for word, tick in ticks.items() if tick.isChecked()]
            if ticked:
                found[name.removeprefix(SEVERAL)] = ",".join(ticked)
        return found

    def _controls(self, name: str, choices: tuple[str, ...], said: OptionWords) -> list[QWidget]:
        if name.startswith(SEVERAL):
            ticks = {word: TickBox(said.choices[word]) for word in choices}
            for word, tick in ticks.items():
                tick.setAccessibleName(f"{said.text}: {said.choices[word]}")
                tick.toggled.connect(lambda _: self.changed.emit())
            self.ticks[name] = ticks
            return list(ticks.values())
        if choices:
            picker = Picker(said.text, ((word, said.choices[word]) for word in choices))
            picker.activated.connect(lambda _: self.changed.emit())
            self.pickers[name] = picker
            return [picker]
        stepper = self._stepper(name, said)
        return [] if stepper is None else [stepper]

    def _stepper(self, name: str, said: OptionWords) -> Stepper | None:
        unit = next(unit for unit in _UNITS if name.endswith(unit.ending))
        found = ends(unit.n_steps, lambda place: self._takes(name, unit.number(place)))
        if found is None:
            return None
        lowest, highest = (unit.number(place) for place in found)
        self._lowest[name] = lowest
        unsaid = round(lowest - unit.step, unit.n_decimals)
        stepper = Stepper(
            said.text,
            lowest=unsaid,
            highest=highest,
            step=unit.step,
            n_decimals=unit.n_decimals,
            suffix=unit.suffix,
        )
        stepper.set_word_for_lowest(self._words.as_usual)
        stepper.number = unsaid
        stepper.changed.connect(lambda _: self.changed.emit())
        self.steppers[name] = stepper
        return stepper


def ends(n_places: int, takes: Callable[[int], bool]) -> tuple[int, int] | None:
    """Return the first and the last place, of 1 to ``n_places``, that is taken.

    What is taken is one stretch. A guide is made for each question, so few are asked.

    Returns
    -------
    tuple of int, or None
        ``None`` where none is taken.
    """
    stride = max(n_places // 8, 1)
    # Wide apart first; then each, for what is taken may be a short stretch.
    asked = (*range(1, n_places + 1, stride), *range(1, n_places + 1))
    inside = next((place for place in asked if takes(place)), None)
    if inside is None:
        return None
    first = bisect_left(range(1, inside + 1), 1, key=takes) + 1
    beyond = bisect_left(range(inside, n_places + 1), 1, key=lambda place: not takes(place))
    return first, inside + beyond - 1
