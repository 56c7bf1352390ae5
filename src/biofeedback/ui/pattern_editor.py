"""Choosing a breath: a preset, one of the person's own, or its four parts each by itself."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from biofeedback.pacing import PRESETS, BreathPattern
from biofeedback.settings import OwnBreath
from biofeedback.ui import theme
from biofeedback.ui.breath_keeper import BreathKeeper
from biofeedback.ui.messages import breath_words
from biofeedback.ui.page import label
from biofeedback.ui.widgets.controls import Picker, Stepper

if TYPE_CHECKING:
    from collections.abc import Iterable

__all__ = ["PatternEditor", "named_row"]

_LONGEST_PART_S = 20.0
_OWN = ""
# Before the name of a breath that was kept, in the list: a preset may be called the same.
_KEPT = "kept:"


class PatternEditor(QWidget):
    """Sets the four parts of a breath, by a preset or each on its own.

    Signals: ``changed(BreathPattern)`` when the person chose another breath that can be led;
    ``edited()`` also when it cannot be led; ``own_changed(tuple)`` with all breaths of their own
    when they kept one or let go of one.
    """

    changed = Signal(object)
    edited = Signal()
    own_changed = Signal(object)

    def __init__(self) -> None:
        super().__init__()
        self._picker = Picker(breath_words.BREATH)
        for name in PRESETS:
            self._picker.addItem(breath_words.preset(name), name)
        self._picker.addItem(breath_words.OWN_PRESET, _OWN)
        self._own: dict[str, BreathPattern] = {}
        self._picker.activated.connect(lambda _: self._picked())
        self._parts = [
            Stepper(name, lowest=0.0, highest=_LONGEST_PART_S, step=0.1, suffix=" s")
            for name in breath_words.PART_FULL_NAMES
        ]
        self._trouble = label("", "warm", wraps=True)
        self._trouble.hide()
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(6)
        column.addWidget(self._picker)
        for name, stepper in zip(breath_words.PART_NAMES, self._parts, strict=True):
            stepper.changed.connect(lambda _: self._edited())
            column.addLayout(named_row(name, stepper))
        column.addWidget(self._trouble)
        self.keeper = BreathKeeper()
        self.keeper.kept.connect(self._keep)
        self.keeper.forgotten.connect(self._forget)
        column.addWidget(self.keeper)
        self._pattern = PRESETS["gentle"]
        self.set_pattern(self._pattern)

    @property
    def pattern(self) -> BreathPattern:
        """The last breath that can be led."""
        return self._pattern

    @property
    def preset(self) -> str:
        """Name of the preset, empty for one of the person's own."""
        name: str = self._picker.currentData()
        return "" if name.startswith(_KEPT) else name

    @property
    def own_name(self) -> str:
        """Name of the person's own breath that is chosen; empty where it has none."""
        name: str = self._picker.currentData()
        return name.removeprefix(_KEPT) if name.startswith(_KEPT) else ""

    @property
    def own(self) -> tuple[OwnBreath, ...]:
        """Every breath that was kept."""
        return tuple(
            OwnBreath(name=name, pattern_s=pattern.parts_s) for name, pattern in self._own.items()
        )

    @property
    def trouble(self) -> str:
        """Why the breath as set cannot be led; empty when it can."""
        return self._trouble.text()

    @property
    def steppers(self) -> tuple[Stepper, ...]:
        """In, hold, out, hold."""
        return tuple(self._parts)

    def names(self, pattern: BreathPattern) -> bool:
        """Whether a breath is a preset, or one of the person's own."""
        return pattern in PRESETS.values() or pattern in self._own.values()

    def set_pattern(self, pattern: BreathPattern) -> None:
        """Show another breath, without a word to anyone."""
        self._pattern = pattern
        for stepper, part_s in zip(self._parts, pattern.parts_s, strict=True):
            stepper.number = part_s
        self._name_it()
        self._say("")

    def set_own(self, breaths: Iterable[OwnBreath]) -> None:
        """List breaths of the person's own, without a word to anyone."""
        self._own.clear()
        for breath in filter(lambda breath: breath.name, breaths):
            with suppress(ValueError):  # the file may have been written by hand
                self._own[breath.name] = BreathPattern(*breath.pattern_s)
        for place in reversed(range(self._picker.count())):
            if str(self._picker.itemData(place)).startswith(_KEPT):
                self._picker.removeItem(place)
        last = self._picker.findData(_OWN)
        for place, (name, pattern) in enumerate(self._own.items()):
            words = breath_words.kept(name, pattern)
            self._picker.insertItem(last + place, words, f"{_KEPT}{name}")
        self._name_it()

    def choose(self, preset: str) -> None:
        """Pick a preset as the person would."""
        self._picker.setCurrentIndex(self._picker.findData(preset))
        self._picked()

    def choose_own(self, name: str) -> None:
        """Pick a breath of the person's own as they would."""
        self.choose(f"{_KEPT}{name}")

    def _picked(self) -> None:
        chosen = self._own.get(self.own_name) or PRESETS.get(self.preset)
        if chosen is not None:
            self.set_pattern(chosen)
            self.changed.emit(self._pattern)

    def _keep(self, name: str) -> None:
        self.set_own((*self.own, OwnBreath(name=name, pattern_s=self._pattern.parts_s)))
        self._picker.setFocus()
        self.own_changed.emit(self.own)

    def _forget(self) -> None:
        name = self.own_name
        self.set_own(breath for breath in self.own if breath.name != name)
        self._picker.setFocus()
        self.own_changed.emit(self.own)

    def _edited(self) -> None:
        parts_s = tuple(round(stepper.number, 1) for stepper in self._parts)
        try:
            pattern = BreathPattern(*parts_s)
        except ValueError:
            # A step on the way to a breath that can be led; the last one goes on meanwhile.
            self._say(
                breath_words.impossible_breath((parts_s[0], parts_s[1], parts_s[2], parts_s[3]))
            )
            self._picker.setCurrentIndex(self._picker.findData(_OWN))
            self.keeper.hide()
            return
        self._pattern = pattern
        self._name_it()
        self._say("")
        self.changed.emit(pattern)

    def _name_it(self) -> None:
        known = {**PRESETS, **{f"{_KEPT}{name}": own for name, own in self._own.items()}}
        fitting = next((name for name, one in known.items() if one == self._pattern), _OWN)
        self._picker.setCurrentIndex(self._picker.findData(fitting))
        self.keeper.tell(is_own=not self.preset, name=self.own_name)

    def _say(self, trouble: str) -> None:
        self._trouble.setText(trouble)
        self._trouble.setVisible(bool(trouble))
        self.edited.emit()


def named_row(name: str, control: QWidget) -> QHBoxLayout:
    """Return a row with a name on the left and what it names on the right."""
    row = QHBoxLayout()
    row.setContentsMargins(0, 0, 0, 0)
    row.setSpacing(8)
    words = label(name, "muted")
    words.setMinimumWidth(theme.px(44))
    words.setBuddy(control)
    row.addWidget(words, 0, Qt.AlignmentFlag.AlignVCenter)
    row.addWidget(control, 1)
    return row
