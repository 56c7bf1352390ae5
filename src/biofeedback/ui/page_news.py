"""What the page that is shown is told beside the session, in each frame."""

from __future__ import annotations

from typing import TYPE_CHECKING

from biofeedback.runtime.snapshot import SessionState

if TYPE_CHECKING:
    from biofeedback.runtime.engine import Engine
    from biofeedback.ui.pages import Pages
    from biofeedback.ui.topbar import TopBar

__all__ = ["PageNews"]


class PageNews:
    """Tells the page that is shown what the engine found, or what a session came to.

    Parameters
    ----------
    engine
        Where the news are from.
    pages
        Which of them is shown, and who is told.
    topbar
        Names the page.
    follows_streams
        Whether other programs take part as preferred.
    """

    def __init__(
        self, engine: Engine, pages: Pages, topbar: TopBar, *, follows_streams: bool
    ) -> None:
        self._engine = engine
        self._pages = pages
        self._topbar = topbar
        self._follows_streams = follows_streams

    def tell(self, state: SessionState) -> None:
        """Tell what is to be seen now, of a session in a state."""
        if self._pages.shows("summary"):
            self._tell_summary(state)
        elif self._pages.shows("sensors"):
            self._measure_on(state)
            self._tell_sensors()
        elif self._pages.shows("settings") and self._follows_streams:
            # Of LSL both ways may tell the same.
            troubles = (self._engine.inlets_trouble(), self._engine.streams_trouble())
            words = " ".join(dict.fromkeys(filter(None, troubles)))
            self._pages.settings.streams.tell_trouble(words)
        elif self._pages.shows("describe"):
            self._pages.describe.tell_nearby(self._engine.nearby())
            self._pages.describe.tell_exploration(self._engine.exploration())

    def _tell_summary(self, state: SessionState) -> None:
        # Once a look at the sensors has let the next time begin, the last summary stays.
        if state is SessionState.ENDED:
            self._pages.summary.show_summary(self._engine.summary())
            self._topbar.set_title(self._pages.summary.title)

    def _measure_on(self, state: SessionState) -> None:
        """Let what the sensors send be seen again: a session that has ended stands still.

        Its summary is kept, for the person may not have read it yet.
        """
        summary = self._engine.summary()
        if state is SessionState.ENDED and summary is not None:
            self._pages.summary.show_summary(summary)
            self._engine.reset()

    def _tell_sensors(self) -> None:
        page = self._pages.sensors
        page.tell_nearby(self._engine.nearby())
        page.tell_checks(self._engine.checks())
        page.tell_streams_trouble(self._engine.inlets_trouble())
