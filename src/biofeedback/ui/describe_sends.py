"""The second step of describing a sensor: what it sends, and where in that the value lies."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QVBoxLayout, QWidget

from biofeedback.devices.profiles.noticing import (
    Noticed,
    notice,
    samples_per_s,
    text_cells,
    whole_lines,
)
from biofeedback.ui.describe_bytes import ByteView
from biofeedback.ui.describe_fields import ValueForm
from biofeedback.ui.messages import profile_words
from biofeedback.ui.page import label
from biofeedback.ui.widgets.controls import Picker, button
from biofeedback.ui.widgets.field_grid import FieldGrid

if TYPE_CHECKING:
    from biofeedback.devices.driver import Characteristic
    from biofeedback.devices.exploring import Exploration
    from biofeedback.devices.profiles.drafting import Draft
    from biofeedback.devices.profiles.noticing import NoticedField
    from biofeedback.devices.profiles.profile import Match, Source
    from biofeedback.samples import Packet

__all__ = ["SendsStep"]

# So many of the last packets are looked at: enough for a trace, and done within a few ms.
_N_LOOKED_AT: Final = 256
_N_SHOWN: Final = 6
# What strikes about packets is looked for anew when so many more came, at most.
_N_NEW: Final = 16
# A count and a clock lie early in a packet, and a value that is text is short.
_N_RAW: Final = 8
_N_LETTERS: Final = 30


class SendsStep(QFrame):
    """Shows packets, and what was picked of them.

    Signals: ``changed()`` when anything was picked.
    """

    changed = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("card")
        self._keys: tuple[str, ...] = ()
        self._characteristics: dict[str, Characteristic] = {}
        self._packets: tuple[Packet, ...] = ()
        self._noticed = Noticed(0)
        self._last_s = 0.0
        self._newest = ""
        self._is_begun = False
        self._waiting = label(profile_words.AFTER_DEVICE, "muted", wraps=True)
        self.picker = Picker(profile_words.WHERE)
        self._help = label(profile_words.BYTES_HELP, "small", wraps=True)
        self.bytes = ByteView()
        self._value_at = label("", "strong", wraps=True)
        self._count_words = label("", "", wraps=True)
        self.count_button = button(profile_words.USE_COUNT)
        self._clock_words = label("", "", wraps=True)
        self.clock_button = button(profile_words.USE_CLOCK)
        self.form = ValueForm()
        self._lay_out()
        self.picker.currentIndexChanged.connect(self._picked)
        self.bytes.chosen.connect(self._chosen)
        self.form.changed.connect(self._form_changed)
        self.count_button.clicked.connect(self._take_counter)
        self.clock_button.clicked.connect(self._take_clock)
        self.show_content(is_shown=False)

    # What there is.

    @property
    def has_packets(self) -> bool:
        """Whether anything has come."""
        return bool(self._packets)

    @property
    def noticed(self) -> Noticed:
        """What strikes about the packets."""
        return self._noticed

    @property
    def hints(self) -> tuple[str, ...]:
        """What is said to strike."""
        shown = ((self._count_row, self._count_words), (self._clock_row, self._clock_words))
        return tuple(words.text() for row, words in shown if not row.isHidden())

    @property
    def value_at(self) -> str:
        """Where the value begins, and what stands there now, in words."""
        return self._value_at.text()

    def kept_packets(self) -> tuple[list[bytes], list[float]]:
        """Return the packets and when they came, from the first whole line on if it is text."""
        packets = [each.payload for each in self._packets[-_N_LOOKED_AT:]]
        arrival_s = [each.arrival_s for each in self._packets[-_N_LOOKED_AT:]]
        if not (self.form.is_text and self.form.is_lines):
            return packets, arrival_s
        # Listening began in the midst of a line: half of it must not look like a whole one.
        for place, packet in enumerate(packets):
            _, end, rest = packet.partition(b"\n")
            if end:
                kept = [rest, *packets[place + 1 :]] if rest else packets[place + 1 :]
                return kept, arrival_s[len(arrival_s) - len(kept) :]
        return [], []

    def draft(self, name: str = "", match: Match | None = None) -> Draft | str:
        """Return what is picked, or what is wrong with it."""
        known = self._characteristics.get(self._key)
        if known is None:
            return profile_words.AFTER_DEVICE
        return self.form.draft(known.uuid, known.service, name, match)

    # What happens.

    def show_content(self, *, is_shown: bool) -> None:
        """Show the step, or what it waits for."""
        self._waiting.setVisible(not is_shown)
        self._content.setVisible(is_shown)

    def dress(self) -> None:
        """Put on the text size in force."""
        self.bytes.dress()

    def begin(self) -> None:
        """Begin anew, with another device."""
        self._keys = ()
        self._characteristics = {}
        self._is_begun = False
        self._forget_packets()
        self._newest = ""
        self.form.reset()

    def tell_value(self, newest: str) -> None:
        """Take what the newest value comes to, in words."""
        if newest != self._newest:
            self._newest = newest
            self._say_value()

    def take_announced(self, source: Source) -> None:
        """Fill in what the device says of one of its values."""
        for place, key in enumerate(self._keys):
            known = self._characteristics[key]
            if (known.uuid, known.service) == (source.characteristic, source.service):
                self.picker.setCurrentIndex(place)
        self._is_begun = True
        self.form.take_announced(source)

    def tell(self, known: Exploration) -> None:
        """Show what came of a device so far."""
        self._tell_characteristics(known)
        packets = known.packets.get(self._key, ())
        is_news = bool(packets) and (not self._packets or packets[-1] is not self._packets[-1])
        if not is_news:
            self._say_waiting(known)
            return
        is_first = not self._packets
        self._packets = packets
        self._waiting.hide()
        self._content.show()
        news = [each for each in packets if each.arrival_s > self._last_s]
        if is_first or len(news) >= _N_NEW or self._noticed.n_packets < _N_NEW:
            self._last_s = packets[-1].arrival_s
            self._look()
        self._show_bytes()

    def _say_waiting(self, known: Exploration) -> None:
        if not self._packets and known.characteristics:
            self._waiting.setText(profile_words.NOTHING_YET)
            self._waiting.show()
            self._content.setVisible(len(self._keys) > 1)

    @property
    def _key(self) -> str:
        place = self.picker.currentIndex()
        return self._keys[place] if 0 <= place < len(self._keys) else ""

    def _forget_packets(self) -> None:
        self._packets = ()
        self._noticed = Noticed(0)
        self._last_s = 0.0
        self.bytes.tell(())

    def _tell_characteristics(self, known: Exploration) -> None:
        """List what sends by itself; what sends first is picked unless the person picks."""
        sending = [
            each for each in known.characteristics if {"notify", "indicate"} & set(each.properties)
        ]
        # Bluetooth itself keeps them in no order.
        sending.sort(key=lambda each: (each.service, each.uuid))
        uuids = [each.uuid for each in sending]
        offered = {
            each.uuid if uuids.count(each.uuid) == 1 else f"{each.service}/{each.uuid}": each
            for each in sending
        }
        if tuple(offered) != self._keys:
            blocked = self.picker.blockSignals(True)
            self._keys, self._characteristics = tuple(offered), offered
            self.picker.clear()
            for key in self._keys:
                self.picker.addItem(key, key)
            self.picker.blockSignals(blocked)
        if not self.picker.view().isVisible():
            for place, (key, each) in enumerate(offered.items()):
                words = profile_words.characteristic(each.uuid, len(known.packets.get(key, ())))
                if words != self.picker.itemText(place):
                    self.picker.setItemText(place, words)
        if not self._packets and not known.packets.get(self._key):
            fullest = max(self._keys, key=lambda key: len(known.packets.get(key, ())), default="")
            if known.packets.get(fullest):
                self.picker.setCurrentIndex(self._keys.index(fullest))

    def _picked(self) -> None:
        self._forget_packets()
        self.changed.emit()

    def _look(self) -> None:
        packets = [each.payload for each in self._packets]
        arrival_s = [each.arrival_s for each in self._packets]
        self._noticed = noticed = notice(packets, arrival_s)
        if not self._is_begun:
            self._is_begun = True
            self.form.take_text(is_text=noticed.is_text)
        per_s = noticed.packets_per_s
        self._where.say(
            "" if per_s is None else profile_words.PER_S.format(rate=profile_words.per_s(per_s))
        )
        draft = self.draft()
        if not isinstance(draft, str):
            self.form.tell_rate(samples_per_s(draft, packets, arrival_s))
        self._show_hints()

    def _show_hints(self) -> None:
        """Say what strikes, unless it was taken up or the packets are text."""
        # Once more bytes of it were seen to move it is offered anew.
        taken = {(span.start, span.length, span.word) for span in self.form.spans}
        is_bytes = not self.form.is_text
        counter, clock = self._noticed.counter, self._noticed.clock
        for found, word, row, words in (
            (counter, profile_words.SPAN_COUNT, self._count_row, self._count_words),
            (clock, profile_words.SPAN_CLOCK, self._clock_row, self._clock_words),
        ):
            is_shown = (
                is_bytes
                and found is not None
                and (found.offset_bytes, found.n_bytes, word) not in taken
            )
            if is_shown and found is not None:
                words.setText(_hint(found))
            if row.isHidden() is is_shown:
                row.setVisible(is_shown)

    def _show_bytes(self) -> None:
        form, noticed = self.form, self._noticed
        spans = form.spans
        if form.is_text:
            packets, _ = self.kept_packets()
            lines = whole_lines([b"\n", *packets], is_lines=form.is_lines)
            separator = str(form.separator.currentData())
            rows = [text_cells(line, separator) for line in lines[-_N_SHOWN:]]
            self.bytes.tell(rows, spans)
        else:
            rows = [list(map("{:02X}".format, each.payload)) for each in self._packets[-_N_SHOWN:]]
            found = noticed.counter
            counting = (
                range(0)
                if found is None
                else range(found.offset_bytes, found.offset_bytes + found.n_bytes)
            )
            self.bytes.tell(rows, spans, noticed.changes, counting)
        self._help.setText(profile_words.COLUMNS_HELP if form.is_text else profile_words.BYTES_HELP)
        self._say_value()

    def _say_value(self) -> None:
        form, rows = self.form, self.bytes.rows
        value = form.spans[0]
        raw = (
            " ".join(rows[-1][value.start : value.start + min(value.length, _N_RAW)])
            if rows
            else ""
        )
        raw = raw if len(raw) <= _N_LETTERS else f"{raw[:_N_LETTERS]} …"
        place = profile_words.place(value.start, is_text=form.is_text)
        said = profile_words.COLUMN_AT if form.is_text else profile_words.VALUE_AT
        words = said.format(place=place, raw=raw, value=self._newest)
        self._value_at.setText(words)

    def _chosen(self, cell: int) -> None:
        key = ""
        if self.form.is_text and self.bytes.rows and cell < len(self.bytes.rows[-1]):
            text = self.bytes.rows[-1][cell]
            sign = ":" if ":" in text else "="
            key, is_keyed, _ = text.partition(sign)
            key = key.strip() if is_keyed else ""
        self.form.choose(cell, key)

    def _take_counter(self) -> None:
        if self._noticed.counter is not None:
            self.bytes.setFocus()
            self.form.take_counter(self._noticed.counter)

    def _take_clock(self) -> None:
        if self._noticed.clock is not None:
            self.bytes.setFocus()
            self.form.take_clock(self._noticed.clock)

    def _form_changed(self) -> None:
        if self._packets:
            self._show_bytes()
            self._show_hints()
        self.changed.emit()

    def _lay_out(self) -> None:
        self._content = QWidget()
        where = FieldGrid(field_px=520)
        self._where = where.add(profile_words.WHERE, self.picker)
        inside = QVBoxLayout(self._content)
        inside.setContentsMargins(0, 0, 0, 0)
        inside.setSpacing(10)
        inside.addWidget(where)
        inside.addWidget(self.bytes)
        inside.addWidget(self._help)
        self._count_row = _row(self._count_words, self.count_button)
        self._clock_row = _row(self._clock_words, self.clock_button)
        inside.addWidget(self._count_row)
        inside.addWidget(self._clock_row)
        inside.addWidget(self._value_at)
        inside.addWidget(self.form)
        column = QVBoxLayout(self)
        column.setContentsMargins(20, 16, 20, 16)
        column.setSpacing(10)
        column.addWidget(label(profile_words.WHAT_SENDS, "heading"))
        column.addWidget(self._waiting)
        column.addWidget(self._content)


def _row(words: QWidget, press: QWidget) -> QWidget:
    made = QWidget()
    row = QHBoxLayout(made)
    row.setContentsMargins(0, 0, 0, 0)
    row.setSpacing(12)
    row.addWidget(words, 1)
    row.addWidget(press)
    made.hide()
    return made


def _hint(found: NoticedField) -> str:
    if found.unit:
        span = profile_words.span(found.offset_bytes, found.n_bytes, ("runs", "run"))
        return profile_words.CLOCKS.format(span=span, unit=profile_words.CLOCK_UNITS[found.unit])
    span = profile_words.span(found.offset_bytes, found.n_bytes, ("counts", "count"))
    return profile_words.COUNTS.format(span=span)
