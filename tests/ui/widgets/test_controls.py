"""Controls can be reached, read and changed without a mouse."""

from __future__ import annotations

from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QWheelEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QDoubleSpinBox, QPushButton

from biofeedback.ui.widgets.controls import Picker, Stepper, Switch


def a_stepper() -> Stepper:
    return Stepper("In-breath", lowest=0.0, highest=20.0, step=0.1, suffix=" s")


def test_stepper_goes_in_tenths_and_tells_only_what_the_person_did() -> None:
    stepper = a_stepper()
    heard: list[float] = []
    stepper.changed.connect(heard.append)
    stepper.number = 4.0
    assert heard == []

    less, more = stepper.findChildren(QPushButton)
    more.click()
    more.click()
    less.click()
    assert [round(value, 1) for value in heard] == [4.1, 4.2, 4.1]


def test_stepper_listens_to_arrow_keys_and_typing() -> None:
    stepper = a_stepper()
    stepper.number = 4.0
    stepper.show()
    spin = stepper.findChild(QDoubleSpinBox)
    assert spin is not None
    QTest.keyClick(spin, Qt.Key.Key_Up)
    assert round(stepper.number, 1) == 4.1
    spin.selectAll()
    QTest.keyClicks(spin, "5.5")
    assert round(stepper.number, 1) == 4.1, "not before it is finished"
    QTest.keyClick(spin, Qt.Key.Key_Return)
    assert stepper.number == 5.5


def test_wheel_changes_nothing_in_passing() -> None:
    picker = Picker("Breath")
    picker.addItems(["one", "two"])
    wheel = QWheelEvent(
        QPointF(5, 5),
        QPointF(5, 5),
        QPoint(0, -120),
        QPoint(0, -120),
        Qt.MouseButton.NoButton,
        Qt.KeyboardModifier.NoModifier,
        Qt.ScrollPhase.NoScrollPhase,
        False,
    )
    QApplication.sendEvent(picker, wheel)

    assert picker.currentIndex() == 0
    assert not wheel.isAccepted()


def test_switch_can_be_pressed_anywhere_on_its_words() -> None:
    switch = Switch("Breathing tone")
    switch.resize(switch.sizeHint())
    switch.show()
    QTest.mouseClick(
        switch, Qt.MouseButton.LeftButton, pos=QPoint(switch.width() - 8, switch.height() // 2)
    )

    assert switch.isChecked()
