"""Controls with room for a finger, a name for a screen reader, and a sign beside the color."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

from PySide6.QtCore import QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QPainter, QPen, QPolygonF
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QDoubleSpinBox,
    QHBoxLayout,
    QPushButton,
    QSizePolicy,
    QWidget,
)

from biofeedback.ui import theme

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from PySide6.QtCore import QPoint
    from PySide6.QtGui import QPaintEvent, QWheelEvent

__all__ = ["Picker", "Stepper", "Switch", "button", "unheard"]


def button(text: str, *, role: str = "", name: str = "") -> QPushButton:
    """Return a push button.

    Parameters
    ----------
    text
        What it says.
    role
        ``primary``, ``link``, ``step`` or nothing.
    name
        For a screen reader, where the text alone does not say which thing it acts on.
    """
    made = QPushButton(text)
    if role:
        made.setProperty("role", role)
    made.setAccessibleName(name or text)
    made.setMinimumHeight(theme.TARGET_PX)
    made.setAutoDefault(False)
    return made


@contextmanager
def unheard(controls: Sequence[QWidget]) -> Iterator[None]:
    """Set controls from the program: nobody is told, and each shows what was set."""
    were_blocked = [control.blockSignals(True) for control in controls]
    try:
        yield
    finally:
        for control, was_blocked in zip(controls, were_blocked, strict=True):
            control.blockSignals(was_blocked)
            control.update()


class Picker(QComboBox):
    """A list to pick from.

    Parameters
    ----------
    name
        What is picked, for a screen reader.
    items
        What there is: the value of each, and its words.
    """

    def __init__(self, name: str, items: Iterable[tuple[object, str]] = ()) -> None:
        super().__init__()
        self.setAccessibleName(name)
        self.setMinimumHeight(theme.TARGET_PX)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self.setMinimumContentsLength(8)
        for value, words in items:
            self.addItem(words, value)

    def wheelEvent(self, event: QWheelEvent) -> None:  # noqa: N802 - Qt's name
        """Leave the wheel to scrolling: a choice does not change in passing."""
        event.ignore()

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802 - Qt's name
        """Paint the box, and an arrow that the stylesheet cannot."""
        super().paintEvent(event)
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        pen = QPen(QColor(theme.colors().muted), 1.8)
        pen.setCapStyle(Qt.PenCapStyle.RoundCap)
        painter.setPen(pen)
        middle = QPointF(self.width() - theme.px(18), self.height() / 2)
        size = theme.px(4)
        painter.drawPolyline(
            QPolygonF(
                [
                    middle + QPointF(-size, -size / 2),
                    middle + QPointF(0, size / 2),
                    middle + QPointF(size, -size / 2),
                ]
            )
        )
        painter.end()


class _Spin(QDoubleSpinBox):
    def wheelEvent(self, event: QWheelEvent) -> None:  # noqa: N802 - Qt's name
        """Leave the wheel to scrolling."""
        event.ignore()


class Stepper(QWidget):
    """A number between two buttons, one less and one more.

    Signals: ``changed(float)`` when the person changed it, not when the program did.

    Parameters
    ----------
    name
        What it sets, for a screen reader.
    lowest, highest, step
        Its range.
    n_decimals
        Digits behind the point.
    suffix
        Its unit.
    """

    changed = Signal(float)

    def __init__(
        self,
        name: str,
        *,
        lowest: float,
        highest: float,
        step: float,
        n_decimals: int = 1,
        suffix: str = "",
    ) -> None:
        super().__init__()
        self._spin = spin = _Spin()
        spin.setButtonSymbols(QDoubleSpinBox.ButtonSymbols.NoButtons)
        spin.setDecimals(n_decimals)
        spin.setRange(lowest, highest)
        spin.setSingleStep(step)
        spin.setSuffix(suffix)
        spin.setAlignment(Qt.AlignmentFlag.AlignCenter)
        spin.setKeyboardTracking(False)
        spin.setAccessibleName(name)
        spin.setMinimumHeight(theme.TARGET_PX)
        spin.setMinimumWidth(64)
        spin.valueChanged.connect(self.changed)
        self._less = self._step_button("−", f"{name}: less", -1)
        self._more = self._step_button("+", f"{name}: more", 1)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(4)
        row.addWidget(self._less)
        row.addWidget(spin, 1)
        row.addWidget(self._more)
        self.setFocusProxy(spin)

    @property
    def number(self) -> float:
        """What is set."""
        return self._spin.value()

    @number.setter
    def number(self, number: float) -> None:
        blocked = self._spin.blockSignals(True)
        self._spin.setValue(number)
        self._spin.blockSignals(blocked)

    def set_highest(self, highest: float) -> None:
        """Let it go up to another number; nobody is told if that makes it less."""
        blocked = self._spin.blockSignals(True)
        self._spin.setMaximum(highest)
        self._spin.blockSignals(blocked)

    def set_word_for_lowest(self, word: str) -> None:
        """Show a word in place of the lowest number."""
        self._spin.setSpecialValueText(word)

    def _step_button(self, sign: str, name: str, steps: int) -> QPushButton:
        made = button(sign, role="step", name=name)
        made.setAutoRepeat(True)
        # The arrow keys do the same in the field itself: one stop of Tab is enough.
        made.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        made.clicked.connect(lambda: self._spin.stepBy(steps))
        return made


class Switch(QCheckBox):
    """On or off; the knob's place says which."""

    def __init__(self, text: str) -> None:
        super().__init__(text)
        self.setAccessibleName(text)
        self.setMinimumHeight(theme.TARGET_PX)
        self.setSizePolicy(QSizePolicy.Policy.Minimum, QSizePolicy.Policy.Fixed)

    def sizeHint(self) -> QSize:  # noqa: N802 - Qt's name
        """Room for the switch and its words."""
        words = self.fontMetrics().horizontalAdvance(self.text())
        return QSize(words + theme.px(68), max(theme.px(30), theme.TARGET_PX))

    def minimumSizeHint(self) -> QSize:  # noqa: N802 - Qt's name
        """As much as it wants: the words are short."""
        return self.sizeHint()

    def hitButton(self, position: QPoint) -> bool:  # noqa: N802 - Qt's name
        """Let all of it be pressed."""
        return self.rect().contains(position)

    def paintEvent(self, _event: QPaintEvent) -> None:  # noqa: N802 - Qt's name
        """Paint a pill with a knob, then the words."""
        c = theme.colors()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        height, width = theme.px(22), theme.px(42)
        pill = QRectF(3, (self.height() - height) / 2, width, height)
        if self.hasFocus():
            painter.setPen(QPen(QColor(c.focus), 2))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            ring = pill.adjusted(-2, -2, 2, 2)
            painter.drawRoundedRect(ring, ring.height() / 2, ring.height() / 2)
        painter.setPen(QPen(QColor(c.breath if self.isChecked() else c.edge), 1.4))
        painter.setBrush(QColor(c.breath if self.isChecked() else c.background))
        painter.drawRoundedRect(pill, height / 2, height / 2)
        knob = height * 0.33
        x = pill.right() - height / 2 if self.isChecked() else pill.left() + height / 2
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(c.on_breath if self.isChecked() else c.edge))
        painter.drawEllipse(QPointF(x, pill.center().y()), knob, knob)
        painter.setPen(QColor(c.text if self.isEnabled() else c.muted))
        painter.drawText(
            self.rect().adjusted(width + theme.px(16), 0, 0, 0),
            Qt.AlignmentFlag.AlignVCenter,
            self.text(),
        )
        painter.end()
