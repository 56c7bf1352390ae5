"""The window: rail, top bar, one page at a time, and the way between them.

The shell owns no session. It asks the engine for the newest snapshot in each frame and
hands what the person does to the engine.
"""

from __future__ import annotations

from functools import cached_property, partial
from math import inf
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec
from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtWidgets import (
    QApplication,
    QFileDialog,
    QHBoxLayout,
    QMainWindow,
    QStackedWidget,
    QWidget,
)

from biofeedback import settings
from biofeedback.runtime.snapshot import SessionState
from biofeedback.ui import messages, theme
from biofeedback.ui.pausing import PauseKey, Pausing
from biofeedback.ui.rail import Rail
from biofeedback.ui.sound import BreathTone
from biofeedback.ui.topbar import NoticeBar, TopBar, stacked
from biofeedback.ui.worker import Worker

if TYPE_CHECKING:
    from collections.abc import Callable

    from PySide6.QtGui import QCloseEvent

    from biofeedback.runtime.engine import Engine
    from biofeedback.runtime.replay import Replayable
    from biofeedback.runtime.snapshot import SessionPlan, Snapshot
    from biofeedback.sessions.library import Library, RecordedSession
    from biofeedback.settings import Preferences
    from biofeedback.ui.page import Page
    from biofeedback.ui.practice import PracticePage
    from biofeedback.ui.replay import ReplayPage
    from biofeedback.ui.sensors import SensorsPage
    from biofeedback.ui.sessions import SessionsPage
    from biofeedback.ui.settings_page import SettingsPage
    from biofeedback.ui.sound import Output
    from biofeedback.ui.summary import SummaryPage
    from biofeedback.ui.unlock import UnlockPage

__all__ = ["Shell"]

_FRAME_MS = 16
# After the first picture, the rest of the pages are made one by one, this far apart.
_MAKE_MS = 60
_PAGES = ("practice", "unlock", "sensors", "settings", "sessions", "summary", "replay")
# The top bar tells states and minutes: it needs no sixty looks a second.
_BAR_EVERY_S = 0.2
_UNDER_WAY = frozenset({SessionState.RUNNING, SessionState.PAUSED})


class Shell(QMainWindow):
    """The window.

    Signals: ``put_away()`` when it was closed and everything behind it has ended.

    Parameters
    ----------
    engine
        Runs the session.
    preferences
        As they were kept.
    library_path
        Where the library is, or is to be.
    library
        The library when it is open already.
    asks_for_library
        Whether to begin with the page that opens one.
    keep
        Keeps preferences; returns False when they could not be kept.
    open_output
        Opens the sound device; for tests.
    """

    put_away = Signal()

    def __init__(
        self,
        engine: Engine,
        preferences: Preferences,
        library_path: Path,
        *,
        library: Library | None = None,
        asks_for_library: bool = False,
        keep: Callable[[Preferences], bool] = settings.save,
        open_output: Callable[[], Output | None] | None = None,
    ) -> None:
        super().__init__()
        self.setWindowTitle(messages.APP_NAME)
        self._engine = engine
        self._preferences = preferences
        self._keep = keep
        self._library: Library | None = None
        self._library_path = library_path
        self._is_leaving = False
        self._bar_s = -inf
        self._last_state = SessionState.READY
        self._worker = Worker()
        self.pausing = Pausing(engine)
        self.tone = BreathTone(self.pausing.pacer, engine.now_s, open_output)
        self.rail = Rail()
        self.topbar = TopBar()
        self.notice = NoticeBar()
        self._stack = QStackedWidget()
        # Each page that is made and the button of the rail that stands for it.
        self._places: dict[Page, str] = {}
        self._lay_out()
        self._connect()
        app = QApplication.instance()
        assert isinstance(app, QApplication)  # noqa: S101 - a window needs one
        self.key = PauseKey(app)
        self.key.pressed.connect(self.toggle_pause)
        app.styleHints().colorSchemeChanged.connect(lambda _: self.dress())
        self._frames = QTimer(self)
        self._frames.setTimerType(Qt.TimerType.PreciseTimer)
        self._frames.setInterval(_FRAME_MS)
        self._frames.timeout.connect(self.tick)
        self._makings = QTimer(self)
        self._makings.setInterval(_MAKE_MS)
        self._makings.timeout.connect(self._make_next)
        self.tone.set_volume(preferences.volume)
        self.use_library(library)
        self.show_page(self.unlock if asks_for_library and library is None else self.practice)
        if asks_for_library and library is None and preferences.use_keychain:
            self.unlock.use_keychain()

    @property
    def page(self) -> Page:
        """The page that is shown."""
        current = self._stack.currentWidget()
        return next(page for page in self._places if page is current)

    @property
    def pages(self) -> tuple[Page, ...]:
        """Every page there is; those that were not shown yet are made."""
        return tuple(getattr(self, name) for name in _PAGES)

    # Each page is imported and made when it is first needed: the first picture shows one.

    @cached_property
    def practice(self) -> PracticePage:
        """Where a session is led."""
        from biofeedback.ui.practice import PracticePage  # noqa: PLC0415 - see above

        page = PracticePage(self._preferences, self.pausing.pacer)
        page.prefer(self._preferences)
        page.begun.connect(self._begin)
        page.ended.connect(self._engine.end)
        page.paced.connect(self._engine.set_pattern)
        page.preferred.connect(self.prefer)
        self._place(page, messages.PRACTICE)
        return page

    @cached_property
    def summary(self) -> SummaryPage:
        """What a session came to."""
        from biofeedback.ui.summary import SummaryPage  # noqa: PLC0415 - see above

        page = SummaryPage()
        page.done.connect(self._once_more)
        page.once_more.connect(self._once_more)
        page.look.connect(self._look_at)
        page.deleted.connect(self._delete)
        page.noted.connect(self._keep_note)
        self._place(page, messages.PRACTICE)
        return page

    @cached_property
    def sessions(self) -> SessionsPage:
        """What was recorded."""
        from biofeedback.ui.sessions import SessionsPage  # noqa: PLC0415 - see above

        page = SessionsPage()
        page.wanted.connect(self._list_sessions)
        page.replay_wanted.connect(self._open_replay)
        page.export_wanted.connect(self._ask_where)
        page.deleted.connect(self._delete)
        page.library_wanted.connect(lambda: self.show_page(self.unlock))
        self._place(page, messages.SESSIONS)
        return page

    @cached_property
    def replay(self) -> ReplayPage:
        """A recorded session again."""
        from biofeedback.ui.replay import ReplayPage  # noqa: PLC0415 - see above

        page = ReplayPage()
        page.stage.disc.set_reduced_motion(self._preferences.reduce_motion)
        page.stage.hide_numbers(self._preferences.numbers_hidden)
        page.changed.connect(self._pause_changed)
        page.left.connect(lambda: self.show_page(self.sessions))
        self._place(page, messages.SESSIONS)
        return page

    @cached_property
    def unlock(self) -> UnlockPage:
        """Where the library is opened or made."""
        from biofeedback.ui.unlock import UnlockPage  # noqa: PLC0415 - see above

        page = UnlockPage(self._library_path, self._worker)
        page.opened.connect(self._library_opened)
        page.declined.connect(lambda: self.show_page(self.practice))
        self._place(page, messages.SESSIONS)
        return page

    @cached_property
    def sensors(self) -> SensorsPage:
        """Which sensors are on, and which are near."""
        from biofeedback.ui.sensors import SensorsPage  # noqa: PLC0415 - see above

        page = SensorsPage()
        page.look_wanted.connect(partial(self._engine.look))
        page.connect_wanted.connect(self._engine.add_sensor)
        page.disconnect_wanted.connect(self._engine.remove_sensor)
        self._place(page, messages.SENSORS)
        return page

    @cached_property
    def settings(self) -> SettingsPage:
        """Look, sound and keys."""
        from biofeedback.ui.settings_page import SettingsPage  # noqa: PLC0415 - see above

        page = SettingsPage(self._preferences)
        page.tell_library(None if self._library is None else self._library.path)
        page.preferred.connect(self.prefer)
        page.library_wanted.connect(lambda: self.show_page(self.unlock))
        self._place(page, messages.SETTINGS)
        return page

    @property
    def is_idle(self) -> bool:
        """Whether nothing is under way beside the window."""
        return self._worker.is_idle

    def begin_frames(self) -> None:
        """Begin to follow the session, 60 times a second."""
        self._frames.start()
        self._makings.start()

    def tick(self) -> None:
        """Show this moment. Called for each frame."""
        snapshot = self._engine.snapshot()
        now_s = self._engine.now_s()
        state = self.pausing.state()
        if state is not self._last_state:
            self._state_changed(state)
        page = self.page
        if self._shows("summary"):
            self.summary.show_summary(self._engine.summary())
            self._name_page()
        elif self._shows("sensors"):
            self.sensors.tell_nearby(self._engine.nearby())
        page.refresh(snapshot, now_s, state)
        if not 0.0 <= now_s - self._bar_s < _BAR_EVERY_S:
            self._bar_s = now_s
            self._tell_bar(snapshot)

    def show_page(self, page: Page) -> None:
        """Go to a page."""
        if self._shows("summary") and page is not self.summary:
            self.summary.keep_note()
        if self._shows("replay") and page is not self.replay:
            self.replay.close_session()
        self._stack.setCurrentWidget(page)
        self.rail.show_chosen(self._places[page])
        self._name_page()
        # The focus goes into the page, on nothing yet: the next Tab is its first control.
        page.setFocus()
        page.entered()
        self._bar_s = -inf
        self.tick()

    def toggle_pause(self) -> None:
        """Pause, or go on: the live session, or a replay when that is what is shown."""
        if not self.pausing.toggle() and self._shows("replay"):
            self.replay.toggle()

    def play(self, session: Replayable, speed: float = 1.0) -> None:
        """Show a recording, playing."""
        self.replay.set_speed(speed)
        self.replay.open(session)
        self.show_page(self.replay)

    def use_library(self, library: Library | None) -> None:
        """Record in a library from now on, or in none."""
        self._library = library
        self._engine.use_library(library)
        if self._has("settings"):
            self.settings.tell_library(None if library is None else library.path)
        if self._has("sessions") and library is None:
            self.sessions.tell_no_library()

    def dress(self) -> None:
        """Put on the theme and the text size that are preferred."""
        app = QApplication.instance()
        assert isinstance(app, QApplication)  # noqa: S101 - a window needs one
        theme.apply(app, self._preferences.theme, self._preferences.text_scale)
        self.rail.dress()
        if self._has("practice"):
            self.practice.stage.dress()
        if self._has("replay"):
            self.replay.stage.dress()
        self._bar_s = -inf

    def prefer(self, preferences: Preferences) -> None:
        """Put preferences in force and keep them."""
        before, self._preferences = self._preferences, preferences
        if self._has("practice"):
            self.practice.prefer(preferences)
        if self._has("settings"):
            self.settings.prefer(preferences)
        if self._has("replay"):
            self.replay.stage.disc.set_reduced_motion(preferences.reduce_motion)
            self.replay.stage.hide_numbers(preferences.numbers_hidden)
        self.tone.set_volume(preferences.volume)
        if preferences.sound != before.sound:
            self._switch_tone()
        if (preferences.theme, preferences.text_scale) != (before.theme, before.text_scale):
            self.dress()
        if not self._keep(preferences):
            self.notice.say(messages.SETTINGS_NOT_KEPT)

    def closeEvent(self, event: QCloseEvent) -> None:  # noqa: N802 - Qt's name
        """End the session, let go of sensors and library beside the window, then close."""
        event.ignore()
        if self._is_leaving:
            return
        self._is_leaving = True
        self.tone.switch_off()
        if self._has("summary"):
            self.summary.keep_note()
        if self._has("replay"):
            self.replay.close_session()
        self.notice.say(messages.LEAVING)
        self._stack.setEnabled(False)
        self.rail.setEnabled(False)
        self._worker.do(
            partial(_put_away, self._engine, self._library),
            lambda _: self._left(),
            lambda _: self._left(),
        )

    # What the person does.

    def _begin(self, plan: SessionPlan) -> None:
        self.summary.show_summary(None)
        self._engine.begin(plan)

    def _once_more(self) -> None:
        self._engine.reset()
        self.show_page(self.practice)

    def _keep_note(self, session_id: str, text: str) -> None:
        library = self._library
        if library is None:
            self.summary.give_back(text)
            return
        self._worker.do(
            lambda: library.add_note(session_id, text),
            lambda _: self.summary.tell_note(messages.NOTE_KEPT),
            partial(self._note_failed, text),
        )

    def _note_failed(self, text: str, words: str) -> None:
        self.summary.give_back(text)
        self.notice.say(words)

    def _delete(self, session_id: str) -> None:
        if self._library is not None:
            self._worker.do(
                partial(self._library.delete, session_id),
                lambda _: self._deleted(),
                self.notice.say,
            )

    def _deleted(self) -> None:
        self.notice.say(messages.DELETED)
        if self._shows("summary"):
            self._once_more()
        elif self._shows("sessions"):
            self._list_sessions()

    def _list_sessions(self) -> None:
        if self._library is None:
            self.sessions.tell_no_library()
            return
        self._worker.do(self._library.sessions, self.sessions.tell_rows, self.notice.say)

    def _open_replay(self, session_id: str) -> None:
        if self.pausing.state() in _UNDER_WAY:
            self.notice.say(messages.AFTER_THE_SESSION)
        elif self._library is not None and session_id:
            self._worker.do(
                partial(self._library.load, session_id), self._show_replay, self.notice.say
            )

    def _ask_where(self, session_id: str) -> None:
        if self._library is None or not session_id:
            return
        chooser = QFileDialog(self, messages.EXPORT_TITLE, str(Path.home()))
        chooser.setFileMode(QFileDialog.FileMode.Directory)
        chooser.setOption(QFileDialog.Option.ShowDirsOnly)
        # The system's own dialog would take the keyboard, and Space with it.
        chooser.setOption(QFileDialog.Option.DontUseNativeDialog)
        chooser.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        chooser.fileSelected.connect(lambda folder: self.export(session_id, Path(folder)))
        chooser.open()

    def export(self, session_id: str, folder: Path) -> None:
        """Write a session as plain files into a folder of its own within ``folder``."""
        if self._library is None:
            return
        target = folder / f"session-{session_id}"
        self._worker.do(
            partial(_export, self._library, session_id, target),
            lambda _: self.notice.say(messages.EXPORT_PLAIN.format(folder=target)),
            self.notice.say,
        )

    def _show_replay(self, session: RecordedSession) -> None:
        if self._is_leaving:
            return
        row = session.row
        name = messages.day_and_time(row.started_utc.astimezone())
        self.replay.open(session, name=name, note=row.note)
        self.show_page(self.replay)

    def _look_at(self, session_id: str) -> None:
        self._engine.reset()
        self._open_replay(session_id)

    def _library_opened(self, library: Library, has_keychain: bool) -> None:
        if self._is_leaving:
            self._worker.do(library.close, lambda _: None, lambda _: None)
            return
        self.use_library(library)
        if has_keychain != self._preferences.use_keychain:
            self.prefer(msgspec.structs.replace(self._preferences, use_keychain=has_keychain))
        self.show_page(self.practice)

    def _chosen(self, name: str) -> None:
        has_ended = self.pausing.state() is SessionState.ENDED
        page: Page
        match name:
            case messages.SESSIONS:
                page = self.sessions
            case messages.SENSORS:
                page = self.sensors
            case messages.SETTINGS:
                page = self.settings
            case _:
                page = self.summary if has_ended else self.practice
        self.show_page(page)

    # What happens by itself.

    def _state_changed(self, state: SessionState) -> None:
        before, self._last_state = self._last_state, state
        self._bar_s = -inf
        if (state in _UNDER_WAY) != (before in _UNDER_WAY):
            self._switch_tone()
        if state is SessionState.ENDED and self._shows("practice"):
            self.show_page(self.summary)

    def _switch_tone(self) -> None:
        if self._preferences.sound and self._last_state in _UNDER_WAY:
            self.tone.switch_on()
        else:
            self.tone.switch_off()

    def _pause_changed(self) -> None:
        """Let disc and sound stand still, or go on, within the event that asked for it."""
        self.tone.feed()
        self._bar_s = -inf
        self.tick()
        self.page.repaint()

    def _tell_bar(self, snapshot: Snapshot) -> None:
        state = self.pausing.state()
        can_pause = state in _UNDER_WAY
        is_replay = self._shows("replay")
        if is_replay:
            snapshot = self.replay.picture() or snapshot
            if not can_pause:
                state = self.replay.state
                can_pause = state in _UNDER_WAY
        self.topbar.tell(snapshot, state, can_pause=can_pause, is_replay=is_replay)

    def _name_page(self) -> None:
        self.topbar.set_title(self.page.title)

    def _left(self) -> None:
        self._frames.stop()
        self._makings.stop()
        self.key.stop()
        self._worker.close()
        self.hide()
        self.put_away.emit()

    def _lay_out(self) -> None:
        whole = QWidget()
        row = QHBoxLayout(whole)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(0)
        row.addWidget(self.rail)
        row.addWidget(stacked(self.topbar, self.notice, self._stack), 1)
        self.setCentralWidget(whole)
        self.setMinimumSize(960, 640)

    def _connect(self) -> None:
        self.rail.chosen.connect(self._chosen)
        self.topbar.pause_pressed.connect(self.toggle_pause)
        self.pausing.changed.connect(self._pause_changed)
        self.tone.unavailable.connect(lambda: self.notice.say(messages.NO_AUDIO))

    def _place(self, page: Page, name: str) -> None:
        """Take in a page that was made, under a button of the rail."""
        self._places[page] = name
        self._stack.addWidget(page)

    def _make_next(self) -> None:
        """Make one of the pages that were not needed yet, before a session could feel it."""
        for name in _PAGES:
            if not self._has(name):
                getattr(self, name)
                return
        self._makings.stop()

    def _has(self, name: str) -> bool:
        """Return whether a page was made already."""
        return name in self.__dict__

    def _shows(self, name: str) -> bool:
        """Return whether a page is the one that is shown."""
        return self._has(name) and self._stack.currentWidget() is self.__dict__[name]


def _export(library: Library, session_id: str, folder: Path) -> None:
    from biofeedback.sessions.formats.csv_export import export_csv  # noqa: PLC0415 - when used

    export_csv(library.load(session_id), folder, overwrite=True)


def _put_away(engine: Engine, library: Library | None) -> None:
    """End everything behind the window, in the order that loses nothing."""
    engine.end()
    engine.stop()
    if library is not None:
        library.close()
