"""What a device sends is shown as it comes, and what strikes about it is offered."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from biofeedback.devices.profiles.drafting import Draft, try_layout
from biofeedback.samples import LinkState
from biofeedback.ui.describe_sends import SendsStep
from biofeedback.ui.messages import profile_words
from ui.conftest import until
from ui.described import OTHER, VALUE, board_packets, explored


@pytest.fixture
def step() -> SendsStep:
    made = SendsStep()
    made.resize(900, 900)
    made.show()
    made.activateWindow()
    until(made.isActiveWindow)
    return made


def draft_of(step: SendsStep) -> Draft:
    draft = step.draft()
    assert isinstance(draft, Draft), draft
    return draft


def test_it_waits_for_a_device_and_then_for_its_packets(step: SendsStep) -> None:
    assert step.draft() == profile_words.AFTER_DEVICE
    step.tell(explored({}, state=LinkState.WAITING))
    assert not step.has_packets
    step.tell(explored({VALUE: board_packets(3)}))
    assert step.has_packets


def test_places_are_listed_in_one_order_and_the_one_that_sends_is_picked(step: SendsStep) -> None:
    step.tell(explored({VALUE: board_packets(40), OTHER: [b"\1"]}))
    assert [step.picker.itemData(place) for place in range(2)] == [VALUE, OTHER]
    assert draft_of(step).characteristic == VALUE
    step.picker.setCurrentIndex(1)
    step.tell(explored({VALUE: board_packets(41), OTHER: [b"\1"]}))
    assert step.bytes.rows == [["01"]]
    assert draft_of(step).characteristic == OTHER


def test_the_last_packets_are_shown_in_hex_with_the_value_marked(step: SendsStep) -> None:
    step.tell(explored({VALUE: board_packets(300)}))
    assert len(step.bytes.rows) == 6
    assert step.bytes.rows[-1][:2] == ["2B", "01"]
    step.tell_value("4.000 µS")
    assert step.value_at.startswith("The value begins at the first byte: 2B 01")
    assert step.value_at.endswith("4.000 µS")
    QTest.keyClick(step.bytes, Qt.Key.Key_Right)
    assert draft_of(step).offset_bytes == 1
    assert "byte 2: 01" in step.value_at


def test_a_count_is_pointed_out_and_taken_up_by_one_press(step: SendsStep) -> None:
    step.tell(explored({VALUE: board_packets(300)}))
    (hint,) = step.hints
    assert hint == "Bytes 1–2 count up by one with every packet: most likely a count of packets."
    step.count_button.click()
    draft = draft_of(step)
    assert (draft.counter_type, draft.offset_bytes) == ("u16", 2)
    assert not step.hints
    assert step.bytes.hasFocus()


def test_a_count_is_offered_anew_when_more_of_it_was_seen_to_move(step: SendsStep) -> None:
    step.tell(explored({VALUE: board_packets(40)}))
    assert "Byte 1 counts up" in step.hints[0]
    step.count_button.click()
    assert not step.hints
    step.tell(explored({VALUE: board_packets(300)}))
    assert "Bytes 1–2 count up" in step.hints[0]
    step.count_button.click()
    assert (draft_of(step).counter_type, draft_of(step).offset_bytes) == ("u16", 2)


def test_a_clock_is_pointed_out_with_its_unit(step: SendsStep) -> None:
    packets = [
        round(place * 62.5).to_bytes(4, "little") + bytes((place * 37 % 251,))
        for place in range(200)
    ]
    step.tell(explored({VALUE: packets}))
    assert step.hints == ("Bytes 1–4 run like a clock, in milliseconds.",)
    step.clock_button.click()
    assert (draft_of(step).time_type, draft_of(step).offset_bytes) == ("u32", 4)


def test_a_few_packets_point_out_nothing(step: SendsStep) -> None:
    step.tell(explored({VALUE: board_packets(4)}))
    assert not step.hints
    assert draft_of(step).rate_hz is None


def test_the_measured_rate_is_proposed(step: SendsStep) -> None:
    step.tell(explored({VALUE: board_packets(100)}))
    assert draft_of(step).rate_hz == 16.0


def test_text_is_shown_by_its_columns_without_the_line_that_was_cut(step: SendsStep) -> None:
    packets = [b"7,3.3\n1,8,3.4", b"2\n2,9,3.5\n3,3"]
    step.tell(explored({VALUE: packets}))
    assert step.bytes.rows == [["1", "8", "3.42"], ["2", "9", "3.5"]]
    QTest.keyClick(step.bytes, Qt.Key.Key_End)
    assert draft_of(step).offset_bytes == 2
    kept, arrival_s = step.kept_packets()
    assert len(kept) == len(arrival_s)
    assert try_layout(draft_of(step), kept).values.tolist() == [3.42, 3.5]


def test_a_named_value_is_chosen_by_its_cell(step: SendsStep) -> None:
    step.tell(explored({VALUE: [b"x\nn:1,eda:3.4\n", b"n:2,eda:3.5\nn:3"]}))
    spot = step.bytes.cell(1).center().toPoint()
    QTest.mouseClick(step.bytes, Qt.MouseButton.LeftButton, pos=spot)
    draft = draft_of(step)
    assert (draft.key, draft.offset_bytes) == ("eda", 1)
    kept, _ = step.kept_packets()
    assert try_layout(draft, kept).values.tolist() == [3.4, 3.5]


def test_text_without_any_end_of_line_shows_nothing_and_does_not_fail(step: SendsStep) -> None:
    step.tell(explored({VALUE: [b"3.4", b"3.5"]}))
    assert step.bytes.rows == []
    assert step.kept_packets() == ([], [])


def test_another_device_begins_anew(step: SendsStep) -> None:
    step.tell(explored({VALUE: board_packets(40)}))
    QTest.keyClick(step.bytes, Qt.Key.Key_End)
    step.begin()
    assert not step.has_packets
    step.tell(explored({VALUE: [b"1,2\n", b"3,4\n"]}))
    assert draft_of(step).offset_bytes == 0
    assert draft_of(step).value_type == "text"
