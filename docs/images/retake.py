# ruff: noqa: INP001 - a script beside the pictures it takes, and no package
"""Takes the pictures of every screen anew, from the real app with simulated sensors.

Run ``python docs/images/retake.py [FOLDER]`` from the root of the repository; it needs no screen. Each
picture is of a session that really runs: engine, pipeline, encrypted library and window are
those of the app. Time only passes faster, and stands still while the pictures are taken.
"""

from __future__ import annotations

import os
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, cast

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from PySide6.QtCore import QEventLoop, QTimer

from biofeedback.clock import SystemClock
from biofeedback.devices.simulated import simulated_sensors
from biofeedback.pacing import PRESETS, BreathStep
from biofeedback.runtime.engine import Engine
from biofeedback.runtime.snapshot import SessionPlan, SessionState
from biofeedback.sessions.keys import passphrase_key
from biofeedback.sessions.library import Library
from biofeedback.settings import Preferences, ThemeName
from biofeedback.ui import theme
from biofeedback.ui.app import application
from biofeedback.ui.shell import Shell

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from biofeedback.runtime.snapshot import Snapshot
    from biofeedback.ui.page import Page

SIZES = ((1280, 800), (1920, 1080))
THEMES: tuple[ThemeName, ...] = ("dark", "light")
# As of someone who was led before: what is said the first time is not on the pictures.
AT_HOME = Preferences(theme="dark", sound=False, is_checked=True, n_led=10)
SPEED = 24.0
PLAN = SessionPlan("breathing", PRESETS["gentle"], 360.0)
SHOWN_AFTER_S = 190.0


class Still:
    """The engine, whose session stands still on demand so that all pictures show one moment."""

    def __init__(self, engine: Engine) -> None:
        self.engine = engine
        self._moment: tuple[Snapshot, float] | None = None

    def __getattr__(self, name: str) -> object:
        return getattr(self.engine, name)

    def hold(self, *, is_held: bool) -> None:
        """Stand still, or go on."""
        self._moment = (self.engine.snapshot(), self.engine.now_s()) if is_held else None

    def snapshot(self) -> Snapshot:
        """The newest picture, or the one held."""
        return self.engine.snapshot() if self._moment is None else self._moment[0]

    def now_s(self) -> float:
        """Session time now, or the one held."""
        return self.engine.now_s() if self._moment is None else self._moment[1]


def wait(condition: Callable[[], bool]) -> None:
    """Let the window work until a condition holds."""
    loop = QEventLoop()
    timer = QTimer()
    timer.setInterval(4)
    timer.timeout.connect(lambda: loop.quit() if condition() else None)
    timer.start()
    loop.exec()


class Photographer:
    """Takes pictures of one window in every size and theme."""

    def __init__(self, shell: Shell, folder: Path) -> None:
        self._shell, self._folder = shell, folder

    def take(self, name: str, page: Page, sizes: Sequence[tuple[int, int]] = SIZES) -> None:
        """Take one screen: ``NAME-THEME-WIDTHxHEIGHT.png``."""
        shell = self._shell
        for colors in THEMES:
            shell.prefer(AT_HOME.changed(theme=colors))
            for width, height in sizes:
                shell.resize(width, height)
                if shell.page is not page:
                    shell.show_page(page)
                page.setFocus()
                frames = iter(range(8))
                # A few frames, so that what is laid out anew is painted anew.
                wait(lambda frames=frames: next(frames, None) is None)  # type: ignore[misc]  # bound in the loop
                path = self._folder / f"{name}-{colors}-{width}x{height}.png"
                shell.grab().toImage().save(str(path), "PNG", 0)  # type: ignore[call-overload]  # bytes in the stubs
                print(path)  # noqa: T201 - a script


def get_to_know(engine: Engine, shell: Shell) -> None:
    """Sit quietly until the app knows what is usual, and keep that."""
    shell.pages.practice.usual_offer.begin_button.click()
    wait(lambda: engine.snapshot().state is SessionState.ENDED)
    summary = shell.pages.summary
    wait(lambda: summary.summary is not None)
    summary.usual_yes.click()
    wait(lambda: not summary.usual_yes.isVisible())
    summary.done_button.click()
    wait(lambda: engine.snapshot().state is SessionState.READY)


def before_a_guide(shell: Shell, photographer: Photographer) -> None:
    """Take what there is to choose from and to read before a guide begins."""
    photographer.take("guides", shell.pages.guides, SIZES[:1])
    shell.pages.guide_start.open("grounding")
    photographer.take("guide", shell.pages.guide_start, SIZES[:1])
    photographer.take("before-you-begin", shell.pages.safety, SIZES[:1])
    photographer.take("help", shell.pages.help, SIZES[:1])
    shell.show_page(shell.pages.practice)


def run_a_session(still: Still, shell: Shell, photographer: Photographer) -> None:
    """Run one session and take each screen when there is something on it."""
    engine = still.engine
    for info in simulated_sensors()[:3]:
        engine.add_sensor(info)
    engine.look(1.0)
    wait(lambda: engine.nearby().state in {"done", "unavailable"})
    wait(lambda: len(engine.snapshot().metrics) > 0)
    get_to_know(engine, shell)
    before_a_guide(shell, photographer)
    engine.begin(PLAN)

    def is_in_the_out_breath() -> bool:
        pacer = engine.snapshot().pacer
        if pacer is None or engine.now_s() < SHOWN_AFTER_S:
            return False
        here = pacer.at(engine.now_s())
        return here.step is BreathStep.OUT and 0.35 < here.fraction < 0.6

    wait(is_in_the_out_breath)
    still.hold(is_held=True)
    photographer.take("practice", shell.pages.practice)
    photographer.take("sensors", shell.pages.sensors)
    # The folder of the pictures' own library says nothing to anyone: show the usual one.
    shell.pages.settings.tell_library(Path("~/.local/share/biofeedback/library.biofeedback"))
    photographer.take("settings", shell.pages.settings)
    shell.show_page(shell.pages.practice)
    still.hold(is_held=False)
    wait(lambda: engine.snapshot().state is SessionState.ENDED)
    wait(lambda: shell.pages.summary.summary is not None)
    photographer.take("summary", shell.pages.summary)
    shell.show_page(shell.pages.sessions)
    wait(lambda: shell.pages.sessions.table.rowCount() > 0)
    shell.pages.sessions.table.setCurrentCell(0, 0)
    photographer.take("sessions", shell.pages.sessions)
    shell.pages.replay.set_speed(64.0)
    shell.pages.sessions.replay_button.click()
    wait(lambda: shell.page is shell.pages.replay)
    player = shell.pages.replay.player
    if player is not None:
        wait(lambda: player.now_s() > SHOWN_AFTER_S)
    shell.pages.replay.toggle()
    photographer.take("replay", shell.pages.replay)


def main() -> None:
    """Take all pictures."""
    folder = Path(sys.argv[1] if len(sys.argv) > 1 else "docs/images")
    app = application()
    theme.apply(app, "dark", 1.0)
    with tempfile.TemporaryDirectory() as home:
        path = Path(home) / "library.biofeedback"
        still = Still(Engine(clock_factory=lambda: SystemClock(SPEED)))
        still.engine.start()
        shell = Shell(
            cast("Engine", still),
            AT_HOME,
            path,
            keep=lambda _: True,
            open_output=lambda: None,
        )
        shell.show()
        shell.begin_frames()
        photographer = Photographer(shell, folder)
        photographer.take("unlock", shell.pages.unlock)
        shell.use_library(Library.open(path, passphrase_key("for the pictures")))
        shell.show_page(shell.pages.practice)
        run_a_session(still, shell, photographer)
        done: list[bool] = []
        shell.put_away.connect(lambda: done.append(True))
        shell.close()
        wait(lambda: bool(done))


if __name__ == "__main__":
    main()
