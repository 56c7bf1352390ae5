"""The window: rail, top bar, one page at a time, and the way between them.

The shell owns no session. It asks the engine for the newest snapshot in each frame; what a page
asks for goes by its `PageWiring`.
"""

from __future__ import annotations

from functools import cached_property, partial
from math import inf
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QApplication, QHBoxLayout, QMainWindow, QWidget

from biofeedback import settings
from biofeedback.errors import ContentError
from biofeedback.runtime.snapshot import SessionState
from biofeedback.ui import theme
from biofeedback.ui.bar_news import BarNews
from biofeedback.ui.library_desk import LibraryDesk
from biofeedback.ui.messages import window_words
from biofeedback.ui.notice_bar import NoticeBar, stacked
from biofeedback.ui.page_wiring import PageWiring
from biofeedback.ui.pages import Pages
from biofeedback.ui.pausing import UNDER_WAY, Pausing
from biofeedback.ui.preference_keeper import PreferenceKeeper
from biofeedback.ui.rail import Rail
from biofeedback.ui.session_place import SessionPlace
from biofeedback.ui.sounds import Sounds
from biofeedback.ui.topbar import TopBar
from biofeedback.ui.worker import Worker

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from PySide6.QtGui import QCloseEvent

    from biofeedback.runtime.engine import Engine
    from biofeedback.runtime.replay import Replayable
    from biofeedback.sessions.library import Library
    from biofeedback.settings import Preferences
    from biofeedback.ui.page import Page
    from biofeedback.ui.page_news import PageNews
    from biofeedback.ui.pause_key import PauseKey
    from biofeedback.ui.sensor_memory import SensorMemory
    from biofeedback.ui.sound import Output
    from biofeedback.ui.voice import Speech

__all__ = ["Shell"]

_FRAME_MS = 16
# After the first picture, the rest of the pages are made one by one, this far apart.
_MAKE_MS = 60
# The top bar tells states and minutes: it needs no sixty looks a second.
_BAR_EVERY_S = 0.2


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
    follows_streams
        Whether other programs take part as preferred; a demo has options of its own.
    keep
        Keeps preferences; returns False when they could not be kept.
    open_output
        Opens the sound device; for tests.
    open_voice
        Opens the computer's voice; for tests.
    hears_key
        Whether Pause's key is heard from the start; else from `hear_key` on.
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
        follows_streams: bool = True,
        keep: Callable[[Preferences], bool] = settings.save,
        open_output: Callable[[], Output | None] | None = None,
        open_voice: Callable[[], Speech | None] | None = None,
        hears_key: bool = True,
    ) -> None:
        super().__init__()
        self.setWindowTitle(window_words.APP_NAME)
        self._engine = engine
        self._preferences = preferences
        self._keep = keep
        self.follows_streams = follows_streams
        self._is_leaving = False
        self._bar_s = -inf
        self._last_state = SessionState.READY
        self._worker = Worker()
        self.pausing = Pausing(engine)
        self.rail = Rail()
        self.topbar = TopBar()
        self.notice = NoticeBar()
        self.sounds = Sounds(
            engine,
            self.pausing,
            lambda: self._preferences,
            self.notice.say,
            open_output,
            open_voice,
        )
        self.tone = self.sounds.tone
        self.desk = LibraryDesk(self._worker, self.notice.say)
        self.wiring = PageWiring(self, engine, self.desk, self._worker)
        self.pages = Pages(
            self.wiring, lambda: self._preferences, self.pausing.pacer, library_path, self._worker
        )
        self.place = SessionPlace(engine, self.pages, self.pausing)
        self.news = BarNews(engine, self.topbar, self.notice, self.pages, self.pausing)
        self._lay_out()
        self._connect()
        app = QApplication.instance()
        assert isinstance(app, QApplication)  # noqa: S101 - a window needs one
        self.key: PauseKey | None = None
        if hears_key:
            self.hear_key()
        app.styleHints().colorSchemeChanged.connect(lambda _: self.dress())
        self._frames = QTimer(self)
        self._frames.setTimerType(Qt.TimerType.PreciseTimer)
        self._frames.setInterval(_FRAME_MS)
        self._frames.timeout.connect(self.tick)
        self._makings = QTimer(self)
        self._makings.setInterval(_MAKE_MS)
        self._makings.timeout.connect(self._make_next)
        self._keeper = PreferenceKeeper(self._keep_preferences)
        if follows_streams and preferences.has_streams:
            self._use_streams()
        self.use_library(library)
        asks = asks_for_library and library is None
        self.show_page(self.pages.unlock if asks else self.pages.practice)
        if asks and preferences.use_keychain:
            self.pages.unlock.use_keychain()

    @cached_property
    def memory(self) -> SensorMemory:
        """The sensors that were connected before."""
        from biofeedback.ui.sensor_memory import (  # noqa: PLC0415 - not for the first picture
            SensorMemory,
        )

        return SensorMemory(self._engine, lambda: self._preferences, self.prefer)

    @cached_property
    def page_news(self) -> PageNews:
        """What the page that is shown is told beside the session."""
        from biofeedback.ui.page_news import PageNews  # noqa: PLC0415 - not for the first picture

        return PageNews(self._engine, self.pages, self.topbar, follows_streams=self.follows_streams)

    def _use_streams(self) -> None:
        from biofeedback.ui.stream_rules import streams_of  # noqa: PLC0415 - off as a rule

        self._engine.use_streams(*streams_of(self._preferences))

    @property
    def page(self) -> Page:
        """The page that is shown."""
        return self.pages.shown

    @property
    def preferences(self) -> Preferences:
        """The preferences in force."""
        return self._preferences

    @property
    def is_leaving(self) -> bool:
        """Whether it is being closed: nothing new is shown any more."""
        return self._is_leaving

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
        # The first picture is of a page that needs no more than the session.
        if not self.pages.shows("practice"):
            self.page_news.tell(state)
        moved = self.place.moved(snapshot, state)
        if moved is not None:
            self.show_page(moved)
        self.page.refresh(snapshot, now_s, state)
        self.sounds.tell(self.page if self.isVisible() else None, state)
        if not 0.0 <= now_s - self._bar_s < _BAR_EVERY_S:
            self._bar_s = now_s
            self.news.tell(snapshot)
            if snapshot.sensors and not self._is_leaving:
                self.memory.follow(snapshot)

    def show_page(self, page: Page) -> None:
        """Go to a page."""
        if page is not self.page:
            self.page.leave()
        self.pages.setCurrentWidget(page)
        self.rail.show_chosen(self.pages.place(page))
        self._name_page()
        # The focus goes into the page, on nothing yet: the next Tab is its first control.
        page.setFocus()
        page.entered()
        self._bar_s = -inf
        self.tick()

    def hear_key(self) -> None:
        """Hear Pause's key from now on, wherever the focus is.

        Who listens is shown each event of the application, hundreds while a window is built,
        and Qt's names for whatever they went to are loaded for that.
        """
        if self.key is not None or self._is_leaving:
            return
        from biofeedback.ui.pause_key import PauseKey  # noqa: PLC0415 - not for the first picture

        app = QApplication.instance()
        assert isinstance(app, QApplication)  # noqa: S101 - a window needs one
        self.key = PauseKey(app)
        self.key.pressed.connect(self.toggle_pause)

    def toggle_pause(self) -> None:
        """Pause, or go on: the live session, or a replay when that is what is shown."""
        if self.pausing.toggle():
            return
        self.sounds.hush_page()
        if self.pages.shows("replay"):
            self.pages.replay.toggle()

    def follow_pause(self) -> None:
        """Let disc, voice and sound stand still, or go on, within the event that asked for it."""
        self.sounds.follow_pause()
        self._bar_s = -inf
        self.tick()
        self.page.repaint()

    def end_session(self) -> None:
        """End the session that is under way, whatever is shown, and show what it came to."""
        if self.pausing.state() not in UNDER_WAY or self._is_leaving:
            return
        self._engine.end()
        if not self.place.is_shown:
            self.show_page(self.pages.practice)

    def play(self, session: Replayable, speed: float = 1.0) -> None:
        """Show a recording, playing."""
        self.pages.replay.set_speed(speed)
        self.pages.replay.open(session)
        self.show_page(self.pages.replay)

    def use_library(self, library: Library | None) -> None:
        """Record in a library from now on, or in none."""
        self.desk.library = library
        self._engine.use_library(library)
        self.pages.tell_library(None if library is None else library.path)

    def dress(self) -> None:
        """Put on the theme and the text size that are preferred."""
        app = QApplication.instance()
        assert isinstance(app, QApplication)  # noqa: S101 - a window needs one
        theme.apply(app, self._preferences.theme, self._preferences.text_scale)
        self.rail.dress()
        for page in self.pages.made:
            page.dress()
        self._bar_s = -inf

    def prefer(self, preferences: Preferences) -> None:
        """Put preferences in force and keep them."""
        before, self._preferences = self._preferences, preferences
        self.pages.prefer(preferences)
        if self.follows_streams and preferences.streams != before.streams:
            self._use_streams()
            self.memory.follow_streams(self._engine.snapshot())
        self.sounds.take_volume()
        if (preferences.sound, preferences.eyes_closed) != (before.sound, before.eyes_closed):
            self.sounds.switch(self._last_state)
        if (preferences.theme, preferences.text_scale) != (before.theme, before.text_scale):
            self.dress()
        self._keeper.take(before, preferences)

    def _keep_preferences(self) -> None:
        if not self._keep(self._preferences):
            self.notice.say(window_words.SETTINGS_NOT_KEPT)

    def closeEvent(self, event: QCloseEvent) -> None:  # noqa: N802 - Qt's name
        """End the session, let go of sensors and library beside the window, then close."""
        event.ignore()
        if self._is_leaving:
            return
        self._is_leaving = True
        self.sounds.end()
        self._keeper.finish()
        if self.pages.has("summary"):
            self.pages.summary.keep_note()
        if self.pages.has("replay"):
            self.pages.replay.close_session()
        self.notice.say(window_words.LEAVING)
        self.pages.setEnabled(False)
        self.rail.setEnabled(False)
        self._worker.do(
            partial(_put_away, self._engine, self.desk.library),
            lambda _: self._left(),
            lambda _: self._left(),
        )

    def _chosen(self, place: str) -> None:
        try:
            if place == window_words.HELP:
                self.wiring.show_help()
            else:
                self.show_page(self.pages.first_at(place) or self.place.page())
        except ContentError as error:
            self.notice.say(str(error))

    def _state_changed(self, state: SessionState) -> None:
        before, self._last_state = self._last_state, state
        self._bar_s = -inf
        if (state in UNDER_WAY) != (before in UNDER_WAY):
            self.sounds.switch(state)
        if state is SessionState.ENDED and self.place.is_shown:
            self.show_page(self.pages.summary)

    def _name_page(self) -> None:
        self.topbar.set_title(self.page.title)

    def _left(self) -> None:
        self._frames.stop()
        self._makings.stop()
        if self.key is not None:
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
        row.addWidget(stacked(self.topbar, self.notice, self.pages), 1)
        self.setCentralWidget(whole)
        self.setMinimumSize(960, 640)

    def _connect(self) -> None:
        self.rail.chosen.connect(self._chosen)
        self.topbar.pause_pressed.connect(self.toggle_pause)
        self.pausing.changed.connect(self.follow_pause)
        QShortcut(QKeySequence(window_words.END_KEY), self, self.end_session)

    def _make_next(self) -> None:
        """Make one of the pages that were not needed yet, before a session could feel it."""
        try:
            is_done = not self.pages.make_next()
        except ContentError:
            is_done = True  # told to whoever wants that page; the others come when needed
        if is_done:
            self._makings.stop()


def _put_away(engine: Engine, library: Library | None) -> None:
    """End everything behind the window, in the order that loses nothing."""
    engine.end()
    engine.stop()
    if library is not None:
        library.close()
