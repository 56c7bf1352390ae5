"""A person who is led through the window: the real engine, keys alone, and ears.

Time is the engine's own and moves when the person waits; what is seen and heard is that of each
moment, as if somebody sat there.
"""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from biofeedback.clock import FakeClock
from biofeedback.runtime.engine import Engine
from biofeedback.runtime.snapshot import SessionState
from biofeedback.samples import Command, Decision, GuideState
from biofeedback.ui.shell import Shell
from helpers.scripted import advance
from ui.conftest import put_away, until

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from numpy.typing import NDArray
    from PySide6.QtWidgets import QWidget

    from biofeedback.samples import Event
    from biofeedback.sessions.library import Library
    from biofeedback.settings import Preferences

__all__ = ["CTRL", "AudioLog", "Loudspeaker", "Person", "someone"]

CTRL = Qt.KeyboardModifier.ControlModifier
_NONE = Qt.KeyboardModifier.NoModifier
# Around each page there is the rail; nobody presses Tab more often than this.
_MOST_TABS = 90


@dataclass
class AudioLog:
    """A voice that writes down what it says, and when: the audio log of a session."""

    now_s: Callable[[], float]
    said: list[tuple[float, str]] = field(default_factory=list)
    waiting: list[str] = field(default_factory=list)
    n_hushed: int = 0

    def set_language(self, language: str) -> None:
        """Nothing: words are of a language already."""

    def set_volume(self, volume: float) -> None:
        """Nothing: a log has no loudness."""

    def say(self, text: str) -> None:
        self.said.append((self.now_s(), text))
        self.waiting.append(text)

    def hush(self) -> None:
        self.waiting.clear()
        self.n_hushed += 1

    @property
    def texts(self) -> list[str]:
        return [text for _, text in self.said]


@dataclass
class Loudspeaker:
    """A sound device that has played everything by the next time it is asked."""

    rate_hz: float = 8000.0
    blocks: list[NDArray[np.float64]] = field(default_factory=list)

    def queued_s(self) -> float:
        return 0.0

    def write(self, samples: NDArray[np.float64]) -> None:
        self.blocks.append(samples)

    def close(self) -> None:
        """Nothing: it is of this session alone."""

    @property
    def is_loud(self) -> bool:
        """Whether the last that was played can be heard."""
        return bool(self.blocks) and float(np.abs(self.blocks[-1]).max()) > 1e-6


@dataclass
class Person:
    """Somebody at the keyboard."""

    shell: Shell
    engine: Engine
    clock: FakeClock
    voice: AudioLog
    loudspeaker: Loudspeaker
    heard: list[Event]

    # What there is.

    def state(self) -> SessionState:
        return self.shell.pausing.state()

    @property
    def guide(self) -> GuideState | None:
        return self.engine.snapshot().guide

    @property
    def focus(self) -> QWidget | None:
        return QApplication.focusWidget()

    @property
    def page(self) -> str:
        return type(self.shell.page).__name__

    @property
    def states(self) -> list[GuideState]:
        """What the guide told so far."""
        return [event for event in self.heard if isinstance(event, GuideState)]

    @property
    def decisions(self) -> list[Decision]:
        return [event for event in self.heard if isinstance(event, Decision)]

    @property
    def commands(self) -> list[Command]:
        return [event for event in self.heard if isinstance(event, Command)]

    # What they do.

    def wait(self, seconds: float = 0.0, step_s: float = 1.0) -> None:
        """Let time pass, a picture each ``step_s``."""
        left_s = seconds
        while True:
            hop_s = min(left_s, step_s)
            advance(self.engine, self.clock, hop_s)
            self.shell.tick()
            self.shell.tone.feed()
            left_s -= hop_s
            if left_s <= 0.0:
                return

    def press(self, key: Qt.Key, modifier: Qt.KeyboardModifier = _NONE) -> None:
        """Press a key, wherever the focus is, and see what follows."""
        QTest.keyClick(self.focus or self.shell, key, modifier)
        self.wait()

    def press_button_of(self, key: Qt.Key, modifier: Qt.KeyboardModifier, page: str) -> None:
        """Press the key of a button that leads to another page; Qt shows the button go down."""
        QTest.keyClick(self.focus or self.shell, key, modifier)
        until(lambda: self.page == page)
        self.wait()

    def begin(self, page: str) -> None:
        """Begin the guide that is shown, by its key; at first that leads to the check."""
        QTest.keyClick(self.focus or self.shell, Qt.Key.Key_B, CTRL)

        def is_there() -> bool:
            self.wait()
            is_led = self.state() is SessionState.RUNNING
            return self.page == page and is_led is not (page == "SafetyPage")

        until(is_there)

    def type(self, letter: str) -> None:
        """Press the key of one letter or digit."""
        self.press(Qt.Key(ord(letter)))

    def tab_to(self, widget: QWidget) -> None:
        """Reach a control by Tab alone."""
        for _ in range(_MOST_TABS):
            if self.focus is not None and (self.focus is widget or widget.isAncestorOf(self.focus)):
                return
            QTest.keyClick(self.focus or self.shell, Qt.Key.Key_Tab)
        msg = f"Tab never comes to {widget.accessibleName()!r}"
        raise AssertionError(msg)

    def enter(self, widget: QWidget) -> None:
        """Go to a control by Tab and press it by Enter."""
        self.tab_to(widget)
        self.press(Qt.Key.Key_Return)

    def open_guide(self, name: str) -> None:
        """From anywhere to the page of a guide: the gallery, arrows, Enter."""
        self.press_button_of(Qt.Key.Key_G, CTRL, "GuidesPage")
        cards = self.shell.pages.guides.cards
        self.tab_to(cards[0])
        names = [card.guide for card in cards]
        while self.focus is not cards[names.index(name)]:
            self.press(Qt.Key.Key_Right)
        self.press(Qt.Key.Key_Return)
        assert self.page == "GuideStartPage"

    def choose_minutes(self, minutes: int) -> None:
        """Set how long the guide leads, by the arrow keys."""
        stepper = self.shell.pages.guide_start.minutes
        self.tab_to(stepper)
        while stepper.number != minutes:
            before = stepper.number
            self.press(Qt.Key.Key_Down if before > minutes else Qt.Key.Key_Up)
            assert stepper.number != before, f"{minutes} min cannot be chosen"

    def wait_for(self, condition: Callable[[], bool], most_s: float, step_s: float = 1.0) -> None:
        """Wait until something is so."""
        for _ in range(round(most_s / step_s) + 1):
            if condition():
                return
            self.wait(step_s, step_s)
        msg = f"it was not so within {most_s:.0f} s; the guide is at {self.guide}"
        raise AssertionError(msg)

    def see_summary(self) -> None:
        """Wait until the session that ended is put together."""
        self.wait()
        assert self.page == "SummaryPage"

        def is_there() -> bool:
            self.wait()
            return self.engine.summary() is not None and self.shell.pages.summary.has_summary

        until(is_there)


@contextmanager
def someone(
    preferences: Preferences, path: Path, *, library: Library | None = None
) -> Iterator[Person]:
    """Sit down before the window with the real engine behind it, on a clock of the test's own."""
    clock = FakeClock()
    engine = Engine(clock_factory=lambda: clock)
    heard: list[Event] = []
    engine.start()
    try:
        voice, loudspeaker = AudioLog(engine.now_s), Loudspeaker()
        shell = Shell(
            engine,
            preferences,
            path / "library.biofeedback",
            library=library,
            keep=lambda _: True,
            open_output=lambda: loudspeaker,
            open_voice=lambda: voice,
        )
        engine.listen(heard.append)
        shell.resize(1280, 800)
        shell.show()
        shell.activateWindow()
        until(shell.isActiveWindow)
        person = Person(shell, engine, clock, voice, loudspeaker, heard)
        person.wait()
        try:
            yield person
        finally:
            put_away(shell)
            shell.deleteLater()
    finally:
        engine.stop()
