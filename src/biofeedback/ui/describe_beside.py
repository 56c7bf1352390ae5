"""What a person says stands beside a value: a count of packets, and the sensor's clock."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from PySide6.QtCore import Signal

from biofeedback.devices.profiles.draft_layout import N_BYTES
from biofeedback.ui.describe_bytes import MOST_BYTES, Span
from biofeedback.ui.messages import profile_words
from biofeedback.ui.widgets.controls import Picker, Stepper
from biofeedback.ui.widgets.field_grid import Field, FieldGrid

if TYPE_CHECKING:
    from biofeedback.devices.profiles.drafting import Draft
    from biofeedback.devices.profiles.noticing import NoticedField

__all__ = ["BesideForm"]

_TYPES = ("u8", "u16", "u24", "u32")


class BesideForm(FieldGrid):
    """Where count and clock are, how they are written, and what the clock counts.

    Signals: ``changed()`` when any of it changed.
    """

    changed = Signal()

    def __init__(self) -> None:
        super().__init__()
        types = (
            ("", profile_words.NONE),
            *((name, profile_words.TYPES[name]) for name in _TYPES),
        )
        self.count = Picker(profile_words.COUNT, types)
        self.count_at = _place(profile_words.COUNT_AT)
        self.clock = Picker(profile_words.CLOCK, types)
        self.clock_at = _place(profile_words.CLOCK_AT)
        self.clock_unit = Picker(profile_words.CLOCK_UNIT, profile_words.CLOCK_UNITS.items())
        self._count_field = self.add(profile_words.COUNT, self.count)
        self._count_at_field = self.add(profile_words.COUNT_AT, self.count_at)
        self._clock_field = self.add(profile_words.CLOCK, self.clock)
        self._clock_at_field = self.add(profile_words.CLOCK_AT, self.clock_at)
        self._clock_unit_field = self.add(profile_words.CLOCK_UNIT, self.clock_unit)
        for picker in (self.count, self.clock, self.clock_unit):
            picker.currentIndexChanged.connect(self._tell)
        for place in (self.count_at, self.clock_at):
            place.changed.connect(self._tell)

    def added_to(self, draft: Draft) -> Draft:
        """Return a draft of the value together with what stands beside it."""
        has_places = not draft.key
        is_text = draft.value_type == "text"
        return replace(
            draft,
            time_type=_written(self.clock, is_text=is_text) if has_places else "",
            time_offset_bytes=int(self.clock_at.number) - 1,
            time_unit=str(self.clock_unit.currentData()),
            counter_type=_written(self.count, is_text=is_text) if has_places else "",
            counter_offset_bytes=int(self.count_at.number) - 1,
        )

    def spans(self, *, is_text: bool) -> list[Span]:
        """Return what is picked, as cells to be marked: bytes, or columns of a text."""
        spans = []
        for picker, at, word in (
            (self.count, self.count_at, profile_words.SPAN_COUNT),
            (self.clock, self.clock_at, profile_words.SPAN_CLOCK),
        ):
            kind = str(picker.currentData())
            if kind:
                spans.append(Span(int(at.number) - 1, 1 if is_text else N_BYTES[kind], word))
        return spans

    def reset(self) -> None:
        """Begin anew: nothing is known to stand beside the value."""
        self.count.setCurrentIndex(0)
        self.clock.setCurrentIndex(0)
        self.count_at.number = self.clock_at.number = 1
        self.clock_unit.setCurrentIndex(self.clock_unit.findData("ms"))

    def take_counter(self, found: NoticedField) -> None:
        """Take up that some bytes count."""
        self.count.setCurrentIndex(self.count.findData(found.value_type))
        self.count_at.number = found.offset_bytes + 1

    def take_clock(self, found: NoticedField) -> None:
        """Take up that some bytes are a clock."""
        self.clock.setCurrentIndex(self.clock.findData(found.value_type))
        self.clock_at.number = found.offset_bytes + 1
        self.clock_unit.setCurrentIndex(self.clock_unit.findData(found.unit))

    def arrange(self, *, is_text: bool, is_keyed: bool) -> None:
        """Show the fields that matter: a value with a name of its own has no place to count from."""
        self._count_at_field.rename(
            profile_words.COUNT_COLUMN if is_text else profile_words.COUNT_AT
        )
        self._clock_at_field.rename(
            profile_words.CLOCK_COLUMN if is_text else profile_words.CLOCK_AT
        )
        has_count, has_clock = bool(self.count.currentData()), bool(self.clock.currentData())
        shown: dict[Field, bool] = {
            self._count_field: not is_keyed,
            self._count_at_field: has_count and not is_keyed,
            self._clock_field: not is_keyed,
            self._clock_at_field: has_clock and not is_keyed,
            self._clock_unit_field: has_clock and not is_keyed,
        }
        self.show_fields(shown)

    def _tell(self) -> None:
        self.changed.emit()


def _place(name: str) -> Stepper:
    return Stepper(name, lowest=1, highest=MOST_BYTES, step=1, n_decimals=0)


def _written(picker: Picker, *, is_text: bool) -> str:
    kind = str(picker.currentData())
    return "text" if kind and is_text else kind
