# ruff: noqa: INP001 - beside the pictures it takes, and no package
"""The app with a clock of its own, and the camera before it.

Engine, pipeline, encrypted library and window are those of the app; only time passes when, and
as far as, somebody says so. A picture is therefore of one moment in both themes.
"""

from __future__ import annotations

import asyncio
import sys
from contextlib import contextmanager
from typing import TYPE_CHECKING

from palette import with_palette
from PySide6.QtCore import QEventLoop, QTimer

from biofeedback.clock import FakeClock
from biofeedback.devices.simulated import simulated_from_name
from biofeedback.guides.catalogue import LED_BY_TIME
from biofeedback.kinds import Role
from biofeedback.runtime.engine import Engine
from biofeedback.runtime.snapshot import SessionState
from biofeedback.settings import Preferences, ThemeName
from biofeedback.ui.shell import Shell

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from pathlib import Path

    from biofeedback.samples import GuideState
    from biofeedback.ui.page import Page

__all__ = ["AT_HOME", "SIZE", "Studio", "studio", "wait"]

SIZE = (1280, 800)
THEMES: tuple[ThemeName, ...] = ("dark", "light")
# As of someone who was led before: what is said the first time is not on the pictures.
AT_HOME = Preferences(theme="dark", sound=False, is_checked=True, n_led=10)
# What is painted moves this far at once while time passes.
_STEP_S = 0.5


def wait(condition: Callable[[], bool]) -> None:
    """Let the window work until a condition holds; session time stands still."""
    loop = QEventLoop()
    timer = QTimer()
    timer.setInterval(4)
    timer.timeout.connect(lambda: loop.quit() if condition() else None)
    timer.start()
    loop.exec()


class Studio:
    """The window, a way to let time pass, and pictures of it.

    Parameters
    ----------
    shell, engine, clock
        The app, and its clock.
    folder
        Where pictures go.
    sizes
        In which sizes each is taken.
    """

    def __init__(
        self,
        shell: Shell,
        engine: Engine,
        clock: FakeClock,
        folder: Path,
        sizes: Sequence[tuple[int, int]],
    ) -> None:
        self.shell, self.engine = shell, engine
        self.pages = shell.pages
        self._clock, self._folder, self._sizes = clock, folder, sizes
        self.missed: list[str] = []

    # What there is.

    @property
    def guide(self) -> GuideState | None:
        """What the guide asks for."""
        return self.engine.snapshot().guide

    def is_at(self, *stages: str) -> bool:
        """Whether the guide is at one of some stages."""
        return self.guide is not None and self.guide.stage in stages

    def asks(self, question: str) -> bool:
        """Whether a question waits for its answer."""
        return self.guide is not None and self.guide.asks == question

    def breathes(self, step: str, low: float = 0.35, high: float = 0.6) -> bool:
        """Whether the pacer is in the middle of a part of the breath."""
        pacer = self.engine.snapshot().pacer
        if pacer is None:
            return False
        here = pacer.at(self.engine.now_s())
        return here.step.word == step and low < here.fraction < high

    def decided(self, *words: str, within_s: float = 12.0) -> bool:
        """Whether the newest decision is one of some kind or reason, and new."""
        decisions = self.engine.snapshot().decisions
        if not decisions or self.engine.now_s() - decisions[-1].t_s > within_s:
            return False
        return not {decisions[-1].decision, decisions[-1].reason}.isdisjoint(words)

    @property
    def is_over(self) -> bool:
        """Whether the session has ended."""
        return self.engine.snapshot().state is SessionState.ENDED

    # What happens.

    def pass_time(self, seconds: float = 0.0) -> None:
        """Let time pass, with a picture now and then."""
        while True:
            hop_s = min(seconds, _STEP_S)
            moving = self._clock.advance(hop_s)
            asyncio.run_coroutine_threadsafe(moving, self.engine.loop).result(60)
            self.shell.tick()
            seconds -= hop_s
            if seconds <= 0.0:
                return

    def pass_until(self, condition: Callable[[], bool], most_s: float, what: str) -> None:
        """Let time pass until something is so; note it where it never is."""
        for _ in range(round(most_s / _STEP_S)):
            if condition():
                return
            self.pass_time(_STEP_S)
        self.expect(False, what)

    def expect(self, is_so: bool, what: str) -> None:
        """Note it where something is not as it was to be."""
        if not is_so:
            self.missed.append(what)
            print(f"not seen: {what}; the guide is at {self.guide}", file=sys.stderr)  # noqa: T201 - a script

    def take_off(self, *sensor_ids: str) -> None:
        """Let go of sensors."""
        for sensor_id in sensor_ids:
            self.engine.remove_sensor(sensor_id)
        self.pass_time(1.0)

    def put_on(self, name: str, role: Role = Role.CLIENT) -> str:
        """Connect a simulated sensor and return its id."""
        info = simulated_from_name(name)
        assert info is not None, name  # noqa: S101 - a script
        self.engine.add_sensor(info, role)
        self.pass_time(1.0)
        return info.sensor_id

    def begin(self, guide: str, minutes: int = 10, **choices: str) -> None:
        """Begin a guide from its page, as a person does."""
        start = self.pages.guide_start
        start.open(guide)
        for name, word in choices.items():
            picker = start.options.pickers[name]
            picker.setCurrentIndex(picker.findData(word))
            picker.activated.emit(picker.currentIndex())
        if guide in LED_BY_TIME:
            start.minutes.number = minutes
        self.shell.show_page(start)
        start.begin_button.click()
        self.pass_time(1.0)

    def ask(self, word: str, /, **arguments: float | str) -> None:
        """Ask something of the guide."""
        self.engine.ask(word, **arguments)
        self.pass_time()

    def answer(self, word: str) -> None:
        """Answer what is asked."""
        if self.guide is not None:
            self.ask("answer", question=self.guide.asks, word=word)

    def end(self) -> None:
        """End the session, and see its summary."""
        self.shell.end_session()
        self.pass_time()
        self.see_summary()

    def see_summary(self) -> None:
        """Wait until the session that ended is put together."""
        wait(lambda: self.engine.summary() is not None)
        self.shell.show_page(self.pages.summary)
        self.pass_time()
        wait(lambda: self.pages.summary.summary is not None)

    def leave_summary(self) -> None:
        """Be ready for another session."""
        self.pages.summary.done_button.click()
        self.pass_time()
        wait(lambda: self.engine.snapshot().state is SessionState.READY)
        self.pass_time(2.0)

    # The camera.

    def take(self, name: str, page: Page | None = None) -> None:
        """Take the page that is shown, or another: ``NAME-THEME-WIDTHxHEIGHT.png``."""
        shell = self.shell
        page = shell.page if page is None else page
        for colors in THEMES:
            shell.prefer(shell.preferences.changed(theme=colors))
            for width, height in self._sizes:
                shell.resize(width, height)
                if shell.page is not page:
                    shell.show_page(page)
                page.setFocus()
                frames = iter(range(8))
                # A few frames, so that what is laid out anew is painted anew.
                wait(lambda frames=frames: self._is_painted(frames))  # type: ignore[misc]  # bound in the loop
                path = self._folder / f"{name}-{colors}-{width}x{height}.png"
                picture = with_palette(shell.grab().toImage())
                picture.save(str(path), "PNG", 0)  # type: ignore[call-overload]  # bytes in the stubs
                print(path)  # noqa: T201 - a script

    def _is_painted(self, frames: Iterator[int]) -> bool:
        self.shell.tick()
        return next(frames, None) is None


@contextmanager
def studio(
    folder: Path, library_path: Path, sizes: Sequence[tuple[int, int]] = (SIZE,)
) -> Iterator[Studio]:
    """Open the window, and close it and all that is behind it at the end."""
    clock = FakeClock()
    engine = Engine(clock_factory=lambda: clock)
    engine.start()
    shell = Shell(engine, AT_HOME, library_path, keep=lambda _: True, open_output=lambda: None)
    shell.show()
    while shell.pages.make_next():
        pass
    opened = Studio(shell, engine, clock, folder, sizes)
    opened.pass_time()
    try:
        yield opened
    finally:
        gone: list[bool] = []
        shell.put_away.connect(lambda: gone.append(True))
        shell.close()
        wait(lambda: bool(gone))
