from __future__ import annotations

import pytest
from PySide6.QtWidgets import QApplication

from biofeedback.ui.widgets.field_grid import FieldGrid, NumberField, TextField


@pytest.mark.parametrize(
    ("text", "number"), [("0.01", 0.01), (" 1e-3 ", 1e-3), ("0,5", 0.5), ("−2", -2.0), ("", None)]
)
def test_a_number_is_read_as_people_write_it(text: str, number: float | None) -> None:
    field = NumberField("Multiplied by", text)
    assert field.number == number
    field.deleteLater()


def test_what_is_no_number_is_refused() -> None:
    field = NumberField("Multiplied by", "a lot")
    with pytest.raises(ValueError, match="a lot"):
        _ = field.number
    field.number = 1e-9
    assert field.text() == "1e-09"
    field.number = None
    assert field.text() == ""
    field.deleteLater()


def test_fields_stand_side_by_side_as_far_as_there_is_room_and_hidden_ones_leave_no_hole() -> None:
    grid = FieldGrid()
    fields = [grid.add(f"Field {place}", TextField(f"Field {place}")) for place in range(3)]
    grid.resize(900, 200)
    grid.show()
    QApplication.processEvents()
    assert len({field.y() for field in fields}) == 1
    grid.show_fields({fields[1]: False})
    QApplication.processEvents()
    assert fields[1].isHidden()
    assert fields[2].x() < 500
    grid.resize(250, 400)
    QApplication.processEvents()
    assert fields[0].x() == fields[2].x()
    assert fields[2].y() > fields[0].y()
    grid.deleteLater()


def test_a_field_is_named_anew_for_a_screen_reader_too() -> None:
    grid = FieldGrid()
    field = grid.add("Begins at byte", TextField("Begins at byte"))
    field.rename("Column")
    assert field.control.accessibleName() == "Column"
    field.say("measured: 16")
    assert not field.note.isHidden()
    field.say("")
    assert field.note.isHidden()
    grid.deleteLater()
