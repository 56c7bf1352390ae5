"""What a person says of a value: how it is written and what it measures."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from biofeedback.devices.profiles.draft_layout import N_BYTES
from biofeedback.devices.profiles.drafting import TYPES, Draft
from biofeedback.devices.profiles.noticing import nice_rate
from biofeedback.devices.profiles.units import KINDS
from biofeedback.ui.describe_beside import BesideForm
from biofeedback.ui.describe_bytes import MOST_BYTES, Span
from biofeedback.ui.messages import profile_words
from biofeedback.ui.widgets.controls import Picker, Stepper
from biofeedback.ui.widgets.field_grid import FieldGrid, NumberField, TextField

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from biofeedback.devices.profiles.noticing import NoticedField
    from biofeedback.devices.profiles.profile import Match, Source

__all__ = ["ValueForm"]

# What comes with each beat has no steady rate.
_IRREGULAR = frozenset({"rr", "pp", "hr"})
# A measured rate replaces the one before only when it is another one.
_OTHER_RATE = 0.1


class ValueForm(QWidget):
    """All that is picked for one value.

    Signals: ``changed()`` when the person, or a hint that was taken up, changed any of it.
    """

    changed = Signal()

    def __init__(self) -> None:
        super().__init__()
        self._is_filling = False
        self._has_own_rate = False
        self._rate_hz: float | None = None
        self._key = ""
        self._label = ""
        self._poll_hz: float | None = None
        self.begins = self._stepper(profile_words.BEGINS, 1, MOST_BYTES, then=self._moved)
        self.written = self._picker(profile_words.WRITTEN, profile_words.TYPES.items(), self._moved)
        self.order = self._picker(profile_words.ORDER, profile_words.ORDERS)
        self.how_many = self._stepper(profile_words.HOW_MANY, 0, MOST_BYTES)
        self.how_many.set_word_for_lowest(profile_words.AS_MANY)
        self.separator = self._picker(profile_words.SEPARATOR, profile_words.SEPARATORS)
        self.lines = self._picker(profile_words.LINES, profile_words.LINE_ENDS)
        self.measures = self._picker(
            profile_words.MEASURES, profile_words.KIND_WORDS.items(), self._kind_picked
        )
        self.unit = Picker(profile_words.UNIT)
        self.own_unit = TextField(profile_words.UNIT)
        self.times = NumberField(profile_words.TIMES, "1", "1")
        self.plus = NumberField(profile_words.PLUS, "0", "0")
        self.rate = self._stepper(profile_words.RATE, 0, 5000, n_decimals=2, then=self._rate_set)
        self.rate.set_word_for_lowest(profile_words.IRREGULAR)
        self.lowest = NumberField(profile_words.LOWEST, empty=profile_words.ANY)
        self.highest = NumberField(profile_words.HIGHEST, empty=profile_words.ANY)
        self.beside = BesideForm()
        self._lay_out()
        self._connect()
        self.reset()

    # What is picked.

    @property
    def is_text(self) -> bool:
        """Whether the value stands in a text."""
        return bool(self.written.currentData() == "text")

    @property
    def is_lines(self) -> bool:
        """Whether lines of text end with a line feed, and not with the packet."""
        return bool(self.lines.currentData())

    @property
    def kind(self) -> str:
        """What it measures."""
        return str(self.measures.currentData())

    def draft(
        self, characteristic: str, service: str, name: str = "", match: Match | None = None
    ) -> Draft | str:
        """Return what is picked as a draft, or what is wrong with it."""
        numbers: dict[str, float | None] = {}
        for field in (self.times, self.plus, self.lowest, self.highest):
            try:
                numbers[field.accessibleName()] = field.number
            except ValueError:
                return profile_words.NO_NUMBER.format(
                    text=field.text(), field=field.accessibleName()
                )
        times, plus, low, high = numbers.values()
        is_text = self.is_text
        draft = Draft(
            characteristic,
            service=service,
            value_type=str(self.written.currentData()),
            offset_bytes=int(self.begins.number) - 1,
            endian=str(self.order.currentData()),
            n_samples=1 if is_text else int(self.how_many.number) or None,
            scale=1.0 if times is None else times,
            offset=plus or 0.0,
            kind=self.kind,
            unit=self._unit,
            rate_hz=self.rate.number or None,
            valid=_limits(low, high),
            label=self._label,
            is_lines=self.is_lines,
            separator=str(self.separator.currentData()),
            key=self._key if is_text else "",
            poll_hz=self._poll_hz,
        )
        draft = self.beside.added_to(draft)
        if match is None:
            return draft
        return replace(draft, name=name, match=match)

    @property
    def spans(self) -> tuple[Span, ...]:
        """What is picked, as cells to be marked."""
        is_text = self.is_text
        length = 1 if is_text else N_BYTES[str(self.written.currentData())]
        if not is_text:
            length *= max(int(self.how_many.number), 1)
        value = Span(int(self.begins.number) - 1, length, profile_words.SPAN_VALUE, is_value=True)
        has_places = not (is_text and self._key)
        return (value, *(self.beside.spans(is_text=is_text) if has_places else ()))

    @property
    def _unit(self) -> str:
        return (
            str(self.unit.currentData()) if KINDS[self.kind].units else self.own_unit.text().strip()
        )

    # What is filled in.

    def reset(self) -> None:
        """Begin anew, as for another device."""
        self._is_filling = True
        self._has_own_rate = False
        self._rate_hz = None
        self._key = self._label = ""
        self._poll_hz = None
        for stepper, number in ((self.begins, 1), (self.how_many, 1), (self.rate, 0)):
            stepper.number = number
        for picker in (self.order, self.separator, self.lines, self.measures):
            picker.setCurrentIndex(0)
        self.beside.reset()
        self.written.setCurrentIndex(TYPES.index("u16"))
        for field, text in (
            (self.times, "1"), (self.plus, "0"), (self.lowest, ""), (self.highest, ""),
            (self.own_unit, ""),
        ):  # fmt: skip
            field.setText(text)
        self._fill_units()
        self._is_filling = False
        self._arrange()

    def take_text(self, *, is_text: bool) -> None:
        """Begin with what suits packets of text, or of bytes."""
        self.written.setCurrentIndex(TYPES.index("text" if is_text else "u16"))

    def choose(self, cell: int, key: str = "") -> None:
        """Let the value begin at a cell; of a text it may have a name of its own."""
        self._key = key
        self.begins.number = cell + 1
        self._tell()

    def take_counter(self, found: NoticedField) -> None:
        """Take up that some bytes count."""
        self._is_filling = True
        self.beside.take_counter(found)
        self._make_way(found)

    def take_clock(self, found: NoticedField) -> None:
        """Take up that some bytes are a clock."""
        self._is_filling = True
        self.beside.take_clock(found)
        self._make_way(found)

    def _make_way(self, found: NoticedField) -> None:
        """Move the value behind what lies over it, and read all in one order of bytes."""
        if found.n_bytes > 1:
            self.order.setCurrentIndex(self.order.findData(found.endian))
        value = self.spans[0]
        end = found.offset_bytes + found.n_bytes
        if value.start < end and found.offset_bytes < value.start + value.length:
            self.begins.number = end + 1
        self._is_filling = False
        self._tell()

    def take_announced(self, source: Source) -> None:
        """Fill in what a device announces itself."""
        self.reset()
        self._is_filling = True
        channel = source.channels[0]
        self.written.setCurrentIndex(TYPES.index(source.layout.rpartition(":")[2]))
        self.measures.setCurrentIndex(self.measures.findData(channel.kind))
        self._fill_units()
        self.unit.setCurrentIndex(max(self.unit.findData(channel.unit), 0))
        self.own_unit.setText(channel.unit)
        self.times.number = channel.scale
        self.plus.number = channel.offset
        self._label = channel.label
        self._poll_hz = source.poll_hz
        self._is_filling = False
        self._tell()

    def tell_rate(self, rate_hz: float | None) -> None:
        """Take the measured rate; it is proposed until the person sets one."""
        if rate_hz is None:
            return
        self._rate_field.say(profile_words.MEASURED.format(rate=profile_words.per_s(rate_hz)))
        before = self._rate_hz
        if before is None or abs(rate_hz - before) > _OTHER_RATE * before:
            self._rate_hz = rate_hz
            self._propose_rate()

    def _propose_rate(self) -> None:
        if self._has_own_rate or self._rate_hz is None:
            return
        wanted = 0.0 if self.kind in _IRREGULAR else nice_rate(self._rate_hz)
        if wanted != self.rate.number:
            self.rate.number = wanted
            self._tell()

    # How it is made.

    def _picker(
        self,
        name: str,
        items: Iterable[tuple[object, str]],
        then: Callable[[], None] | None = None,
    ) -> Picker:
        made = Picker(name, items)
        made.currentIndexChanged.connect(then or self._tell)
        return made

    def _stepper(
        self,
        name: str,
        lowest: float,
        highest: float,
        *,
        n_decimals: int = 0,
        then: Callable[[], None] | None = None,
    ) -> Stepper:
        made = Stepper(name, lowest=lowest, highest=highest, step=1, n_decimals=n_decimals)
        made.changed.connect(then or self._tell)
        return made

    def _lay_out(self) -> None:
        self._where, self._meaning = FieldGrid(), FieldGrid()
        add = self._where.add
        self._begins_field = add(profile_words.BEGINS, self.begins)
        add(profile_words.WRITTEN, self.written)
        self._byte_fields = (
            add(profile_words.ORDER, self.order),
            add(profile_words.HOW_MANY, self.how_many),
        )
        self._text_fields = (
            add(profile_words.SEPARATOR, self.separator),
            add(profile_words.LINES, self.lines),
        )
        add = self._meaning.add
        add(profile_words.MEASURES, self.measures)
        self._unit_field = add(profile_words.UNIT, self.unit)
        self._own_unit_field = add(profile_words.UNIT, self.own_unit)
        add(profile_words.TIMES, self.times)
        add(profile_words.PLUS, self.plus)
        self._rate_field = add(profile_words.RATE, self.rate)
        add(profile_words.LOWEST, self.lowest)
        add(profile_words.HIGHEST, self.highest)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(14)
        for grid in (self._where, self._meaning, self.beside):
            column.addWidget(grid)

    def _connect(self) -> None:
        self.unit.currentIndexChanged.connect(self._tell)
        self.beside.changed.connect(self._tell)
        for field in (self.own_unit, self.times, self.plus, self.lowest, self.highest):
            field.textEdited.connect(self._tell)

    def _kind_picked(self) -> None:
        if not self._is_filling:
            self._is_filling = True
            self._fill_units()
            self._is_filling = False
            self._propose_rate()
            self._tell()

    def _fill_units(self) -> None:
        self.unit.clear()
        for unit, words in profile_words.units(self.kind):
            self.unit.addItem(words, unit)

    def _moved(self) -> None:
        """Take another place or type: the name that was chosen belongs to the one before."""
        self._key = ""
        self._tell()

    def _rate_set(self) -> None:
        self._has_own_rate = True
        self._tell()

    def _tell(self) -> None:
        if not self._is_filling:
            self._arrange()
            self.changed.emit()

    def _arrange(self) -> None:
        """Show the fields that matter for what is picked."""
        is_text = self.is_text
        is_keyed = is_text and bool(self._key)
        has_units = bool(KINDS[self.kind].units)
        self._begins_field.rename(profile_words.COLUMN if is_text else profile_words.BEGINS)
        self._begins_field.say(f"{profile_words.KEY}: {self._key}" if is_keyed else "")
        self._where.show_fields(
            dict.fromkeys(self._byte_fields, not is_text)
            | dict.fromkeys(self._text_fields, is_text)
        )
        self._meaning.show_fields(
            {self._unit_field: has_units, self._own_unit_field: not has_units}
        )
        self.beside.arrange(is_text=is_text, is_keyed=is_keyed)


def _limits(low: float | None, high: float | None) -> tuple[float, float] | None:
    """Return both limits; the one that is not given lies further out than any reading."""
    if low is None and high is None:
        return None
    return (-1e12 if low is None else low, 1e12 if high is None else high)
