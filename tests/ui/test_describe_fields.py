"""What is picked becomes a draft; what is proposed gives way to what a person sets."""

from __future__ import annotations

from dataclasses import replace

import pytest

from biofeedback.devices.profiles.drafting import TYPES, Draft
from biofeedback.devices.profiles.noticing import NoticedField
from biofeedback.devices.profiles.presentation_format import PresentationFormat, source_of
from biofeedback.devices.profiles.profile import Match
from biofeedback.ui.describe_bytes import Span
from biofeedback.ui.describe_fields import ValueForm
from biofeedback.ui.widgets.controls import Picker
from ui.described import VALUE, explored


@pytest.fixture
def form() -> ValueForm:
    made = ValueForm()
    made.resize(900, 400)
    made.show()
    return made


def pick(picker: Picker, data: object) -> None:
    place = picker.findData(data)
    assert place >= 0, data
    picker.setCurrentIndex(place)


def draft_of(form: ValueForm) -> Draft:
    draft = form.draft(VALUE, "")
    assert isinstance(draft, Draft), draft
    return draft


def test_every_pick_is_in_the_draft(form: ValueForm) -> None:
    form.begins.changed.emit(3.0)
    form.choose(2)
    pick(form.written, "i24")
    pick(form.order, "big")
    form.how_many.number = 4
    pick(form.measures, "ecg")
    pick(form.unit, "mV")
    form.times.setText("0,5")
    form.plus.setText("-1e-3")
    form.lowest.setText("-5")
    form.rate.number = 130
    pick(form.beside.count, "u8")
    pick(form.beside.clock, "u32")
    form.beside.clock_at.number = 20
    pick(form.beside.clock_unit, "us")
    assert form.draft(VALUE, "service", "Mine", Match(name_prefixes=("M",))) == Draft(
        VALUE,
        name="Mine",
        service="service",
        match=Match(name_prefixes=("M",)),
        value_type="i24",
        offset_bytes=2,
        endian="big",
        n_samples=4,
        scale=0.5,
        offset=-0.001,
        kind="ecg",
        unit="mV",
        rate_hz=130.0,
        valid=(-5.0, 1e12),
        time_type="u32",
        time_offset_bytes=19,
        time_unit="us",
        counter_type="u8",
    )
    assert form.spans == (
        Span(2, 12, "value", is_value=True), Span(0, 1, "count"), Span(19, 4, "clock"),
    )  # fmt: skip


def test_as_many_values_as_fit_are_asked_for_by_the_lowest_number(form: ValueForm) -> None:
    form.how_many.number = 0
    assert draft_of(form).n_samples is None


def test_what_is_no_number_is_told_with_its_field(form: ValueForm) -> None:
    form.times.setText("much")
    assert form.draft(VALUE, "") == (
        "“much” in “Multiplied by” is no number. Write it like 0.01 or 1e-3."
    )


def test_each_kind_has_its_own_units_and_another_signal_any(form: ValueForm) -> None:
    pick(form.measures, "temp")
    assert draft_of(form).unit == "C"
    pick(form.measures, "other")
    assert form.unit.isHidden() or not form.unit.isVisible()
    form.own_unit.setText("Pa")
    assert draft_of(form).unit == "Pa"


def test_a_measured_rate_is_proposed_until_one_is_set(form: ValueForm) -> None:
    changed: list[bool] = []
    form.changed.connect(lambda: changed.append(True))
    form.tell_rate(15.9)
    assert draft_of(form).rate_hz == 16.0
    assert changed == [True]
    form.tell_rate(16.1)
    assert changed == [True]
    # What comes with each beat has none.
    pick(form.measures, "rr")
    assert draft_of(form).rate_hz is None
    pick(form.measures, "eda")
    assert draft_of(form).rate_hz == 16.0
    form.rate.changed.emit(25.0)
    form.rate.number = 25
    form.tell_rate(64.0)
    assert draft_of(form).rate_hz == 25.0


def test_a_count_that_is_taken_up_makes_the_value_give_way(form: ValueForm) -> None:
    form.take_counter(NoticedField(0, "u16", "big"))
    draft = draft_of(form)
    assert (draft.counter_type, draft.counter_offset_bytes, draft.endian) == ("u16", 0, "big")
    assert draft.offset_bytes == 2
    form.take_clock(NoticedField(6, "u32", "big", "us"))
    draft = draft_of(form)
    assert (draft.time_type, draft.time_offset_bytes, draft.time_unit) == ("u32", 6, "us")
    assert draft.offset_bytes == 2


def test_text_has_columns_and_no_bytes(form: ValueForm) -> None:
    form.take_text(is_text=True)
    assert not form.order.isVisible()
    assert form.separator.isVisible()
    assert form.begins.accessibleName() == "Column"
    pick(form.separator, ";")
    pick(form.beside.count, "u16")
    form.beside.count_at.number = 2
    draft = draft_of(form)
    assert (draft.value_type, draft.separator, draft.counter_type) == ("text", ";", "text")
    assert form.spans == (Span(0, 1, "value", is_value=True), Span(1, 1, "count"))


def test_a_name_that_was_chosen_counts_until_another_place_is_picked(form: ValueForm) -> None:
    form.take_text(is_text=True)
    pick(form.beside.count, "u8")
    form.choose(1, "eda")
    draft = draft_of(form)
    # Beside a name there are no columns, so no count is looked for in one.
    assert (draft.key, draft.counter_type) == ("eda", "")
    form.begins.changed.emit(1.0)
    assert draft_of(form).key == ""


def test_what_a_device_announces_fills_everything_in(form: ValueForm) -> None:
    form.times.setText("7")
    known = replace(explored({}).characteristics[1], descriptors=())
    source = source_of(known, PresentationFormat("i16", -2, 0x272F), "finger")
    assert source is not None
    form.take_announced(source)
    draft = draft_of(form)
    assert (draft.value_type, draft.kind, draft.unit) == ("i16", "temp", "C")
    assert (draft.scale, draft.offset, draft.label) == (0.01, 0.0, "finger")
    form.reset()
    draft = draft_of(form)
    assert (draft.value_type, draft.kind, draft.scale, draft.label) == ("u16", "eda", 1.0, "")
    assert form.written.count() == len(TYPES)
