"""Count and clock join the draft of a value, and show as cells, where they have a place."""

from __future__ import annotations

import pytest

from biofeedback.devices.profiles.drafting import Draft
from biofeedback.devices.profiles.noticing import NoticedField
from biofeedback.ui.describe_beside import BesideForm
from biofeedback.ui.describe_bytes import Span
from ui.described import VALUE


@pytest.fixture
def beside() -> BesideForm:
    made = BesideForm()
    made.reset()
    made.resize(900, 200)
    made.show()
    return made


def test_nothing_stands_beside_a_value_until_it_is_said(beside: BesideForm) -> None:
    draft = Draft(VALUE)
    assert beside.added_to(draft) == draft
    assert beside.spans(is_text=False) == []


def test_what_was_noticed_is_in_the_draft_and_marked(beside: BesideForm) -> None:
    told: list[bool] = []
    beside.changed.connect(lambda: told.append(True))
    beside.take_counter(NoticedField(0, "u8", "little"))
    beside.take_clock(NoticedField(6, "u32", "big", "us"))
    draft = beside.added_to(Draft(VALUE))
    assert (draft.counter_type, draft.counter_offset_bytes) == ("u8", 0)
    assert (draft.time_type, draft.time_offset_bytes, draft.time_unit) == ("u32", 6, "us")
    assert beside.spans(is_text=False) == [Span(0, 1, "count"), Span(6, 4, "clock")]
    assert told


def test_in_a_text_they_are_columns_and_beside_a_name_they_are_not_read(
    beside: BesideForm,
) -> None:
    beside.take_counter(NoticedField(1, "u16", "little"))
    assert beside.spans(is_text=True) == [Span(1, 1, "count")]
    assert beside.added_to(Draft(VALUE, value_type="text")).counter_type == "text"
    assert beside.added_to(Draft(VALUE, value_type="text", key="eda")).counter_type == ""


def test_only_fields_that_matter_are_shown(beside: BesideForm) -> None:
    beside.arrange(is_text=False, is_keyed=False)
    assert beside.clock.isVisible()
    assert not beside.clock_unit.isVisible()
    beside.take_clock(NoticedField(6, "u32", "big", "us"))
    beside.arrange(is_text=True, is_keyed=False)
    assert beside.clock_unit.isVisible()
    assert beside.clock_at.accessibleName() == "Column of the clock"
    beside.arrange(is_text=True, is_keyed=True)
    assert not beside.clock.isVisible()
    assert not beside.clock_unit.isVisible()
