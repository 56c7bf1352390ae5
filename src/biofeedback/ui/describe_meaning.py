"""The last step of describing a sensor: what its values mean, whether that holds, and its name."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import QEvent, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QVBoxLayout, QWidget

from biofeedback.devices.profiles.profile import Encoding
from biofeedback.ui.describe_bytes import fixed_font
from biofeedback.ui.messages import profile_words
from biofeedback.ui.page import clear, label
from biofeedback.ui.widgets.controls import button
from biofeedback.ui.widgets.field_grid import FieldGrid, TextField
from biofeedback.ui.widgets.value_trace import ValueTrace

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from biofeedback.devices.profiles.profile import Profile

__all__ = ["MeaningStep", "ReplaceQuestion"]

_N_VALUES = 4
_N_BYTES_SHOWN = 24
_N_LETTERS_SHOWN = 40


class ReplaceQuestion(QWidget):
    """Asks, in place, whether to take the place of what is there already.

    Signals: ``answered(bool)``. Escape says no.
    """

    answered = Signal(bool)

    def __init__(self) -> None:
        super().__init__()
        self._words = label("", "", wraps=True)
        self.no_button = button(profile_words.NOT_NOW)
        self.yes_button = button(profile_words.REPLACE)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.addWidget(self._words, 1)
        row.addWidget(self.no_button)
        row.addWidget(self.yes_button)
        self.no_button.clicked.connect(lambda: self._answer(is_yes=False))
        self.yes_button.clicked.connect(lambda: self._answer(is_yes=True))
        self.hide()

    @property
    def words(self) -> str:
        """What is asked."""
        return self._words.text()

    def ask(self, name: str) -> None:
        """Ask about one of a name."""
        self._words.setText(profile_words.TAKEN.format(name=name))
        self.yes_button.setAccessibleName(f"{profile_words.REPLACE}. {self.words}")
        self.show()
        self.no_button.setFocus()

    def event(self, event: QEvent) -> bool:
        """Let Escape give the answer that changes nothing."""
        if (
            event.type() == QEvent.Type.KeyPress
            and isinstance(event, QKeyEvent)
            and event.key() == Qt.Key.Key_Escape
        ):
            self._answer(is_yes=False)
            return True
        return super().event(event)

    def _answer(self, *, is_yes: bool) -> None:
        self.hide()
        self.answered.emit(is_yes)


class MeaningStep(QFrame):
    """Shows the values, tests them, and gives the sensor its name.

    Signals: ``test_wanted()``, ``save_wanted()``, ``export_wanted()``, ``to_sensors()``.
    """

    test_wanted = Signal()
    save_wanted = Signal()
    export_wanted = Signal()
    to_sensors = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("card")
        self._unit = ""
        self._waiting = label(profile_words.AFTER_PLACE, "muted", wraps=True)
        self._what = label("", "label")
        self._value = label(profile_words.NO_VALUE, "number")
        self._seen = label("", "small", wraps=True)
        self.trace = ValueTrace(
            profile_words.TRACE_NAME, lambda value: profile_words.with_unit(value, self._unit)
        )
        self._problems = label("", "warm", wraps=True)
        self._problems.hide()
        self.test_button = button(profile_words.TRY)
        self._result = label("", "", wraps=True)
        self._tests = QVBoxLayout()
        self._tests.setSpacing(2)
        self.name = TextField(profile_words.NAME)
        self.prefix = TextField(profile_words.PREFIX)
        self.save_button = button(profile_words.SAVE, role="primary")
        self.export_button = button(profile_words.EXPORT)
        self.question = ReplaceQuestion()
        self._outcome = label("", "", wraps=True)
        self._outcome.hide()
        self.sensors_button = button(profile_words.TO_SENSORS, role="primary")
        self.sensors_button.hide()
        self._lay_out()
        self.test_button.clicked.connect(self.test_wanted)
        self.save_button.clicked.connect(self.save_wanted)
        self.export_button.clicked.connect(self.export_wanted)
        self.sensors_button.clicked.connect(self.to_sensors)
        self.show_content(is_shown=False)

    @property
    def value(self) -> str:
        """The newest value with its unit."""
        return self._value.text()

    @property
    def problems(self) -> str:
        """What is not right, in words."""
        return "" if self._problems.isHidden() else self._problems.text()

    @property
    def result(self) -> str:
        """How the tests came out."""
        return self._result.text()

    @property
    def outcome(self) -> str:
        """What is said of saving."""
        return self._outcome.text()

    def show_content(self, *, is_shown: bool) -> None:
        """Show the step, or what it waits for."""
        self._waiting.setVisible(not is_shown)
        self._content.setVisible(is_shown)

    def dress(self) -> None:
        """Put on the text size in force."""
        self.trace.dress()

    def tell(
        self,
        what: str,
        unit: str,
        t_s: NDArray[np.float64],
        values: NDArray[np.float64],
        problems: tuple[str, ...],
    ) -> None:
        """Show what came so far.

        Parameters
        ----------
        what
            What is measured, in words.
        unit
            In which the values are shown.
        t_s, values
            Shape ``(n_samples,)``.
        problems
            What is not right.
        """
        self._unit = unit
        self._what.setText(what[:1].upper() + what[1:])
        finite = values[np.isfinite(values)]
        newest = profile_words.NO_VALUE
        seen = ""
        if finite.size:
            newest = profile_words.with_unit(float(finite[-1]), unit)
            seen = profile_words.SEEN.format(
                low=profile_words.number(float(finite.min())),
                high=profile_words.with_unit(float(finite.max()), unit),
                seconds=max(round(float(t_s[-1] - t_s[0])), 1),
            )
        self._value.setText(newest)
        self._seen.setText(seen)
        self.trace.draw(t_s, values)
        words = "\n".join(problems)
        if words != self.problems:
            self._problems.setText(words)
            self._problems.setVisible(bool(words))

    def tell_busy(self, *, is_busy: bool) -> None:
        """Let nothing be asked for twice."""
        for each in (self.test_button, self.save_button, self.export_button):
            each.setEnabled(not is_busy)

    def tell_tested(self, profile: Profile) -> None:
        """Show the packets that became tests, and what they mean."""
        clear(self._tests)
        is_text = profile.sources[0].encoding is not Encoding.BINARY
        kept = profile_words.kept(len(profile.tests), is_text=is_text)
        self._say_result("✓ " + profile_words.TESTS_CAME_OUT.format(count=kept))
        for test in profile.tests:
            raw = _shown(b"".join(test.packets), is_text=is_text)
            values = [value for _, values in test.expect for value in values]
            shown = ", ".join(map(profile_words.number, values[:_N_VALUES]))
            if len(values) > _N_VALUES:
                shown += ", …"
            row = label(
                profile_words.TEST_ROW.format(raw=raw, value=f"{shown} {self._unit}".strip()),
                wraps=True,
            )
            row.setFont(fixed_font(14))
            self._tests.addWidget(row)

    def tell_failed(self, words: str) -> None:
        """Say why a test or saving did not come out."""
        clear(self._tests)
        self._say_result(words)

    def forget_tests(self) -> None:
        """Take away what was said: something was changed since."""
        if self._result.text():
            clear(self._tests)
            self._say_result("")
        self.tell_outcome("")

    def _say_result(self, words: str) -> None:
        self._result.setText(words)
        self._result.setVisible(bool(words))

    def tell_outcome(self, words: str, *, is_saved: bool = False) -> None:
        """Say what became of saving."""
        self._outcome.setText(words)
        self._outcome.setVisible(bool(words))
        self.sensors_button.setVisible(is_saved)
        if is_saved:
            self.sensors_button.setFocus()

    def _lay_out(self) -> None:
        facts = QVBoxLayout()
        facts.setSpacing(2)
        facts.addWidget(self._what)
        facts.addWidget(self._value)
        facts.addWidget(self._seen)
        testing = QHBoxLayout()
        testing.setSpacing(12)
        testing.addWidget(self.test_button)
        testing.addWidget(self._result, 1)
        names = FieldGrid(field_px=320)
        names.add(profile_words.NAME, self.name)
        names.add(profile_words.PREFIX, self.prefix).say(profile_words.PREFIX_HELP)
        saving = QHBoxLayout()
        saving.setSpacing(10)
        saving.addWidget(self.save_button)
        saving.addWidget(self.export_button)
        saving.addStretch(1)
        done = QHBoxLayout()
        done.setSpacing(12)
        done.addWidget(self._outcome, 1)
        done.addWidget(self.sensors_button)
        self._content = QWidget()
        inside = QVBoxLayout(self._content)
        inside.setContentsMargins(0, 0, 0, 0)
        inside.setSpacing(12)
        inside.addLayout(facts)
        inside.addWidget(self.trace)
        inside.addWidget(self._problems)
        inside.addLayout(testing)
        inside.addLayout(self._tests)
        inside.addWidget(names)
        inside.addLayout(saving)
        inside.addWidget(self.question)
        inside.addLayout(done)
        column = QVBoxLayout(self)
        column.setContentsMargins(20, 16, 20, 16)
        column.setSpacing(10)
        column.addWidget(label(profile_words.WHAT_MEANS, "heading"))
        column.addWidget(self._waiting)
        column.addWidget(self._content)


def _shown(raw: bytes, *, is_text: bool) -> str:
    if is_text:
        text = raw.decode("utf-8", "replace").strip()
        return text if len(text) <= _N_LETTERS_SHOWN else f"{text[:_N_LETTERS_SHOWN]} …"
    more = " …" if len(raw) > _N_BYTES_SHOWN else ""
    return raw[:_N_BYTES_SHOWN].hex(" ").upper() + more
