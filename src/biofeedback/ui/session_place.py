"""Where a session is at home: the page of what leads it, of the choice before, or of its end."""

from __future__ import annotations

from typing import TYPE_CHECKING

from biofeedback.runtime.snapshot import SessionState
from biofeedback.ui.leading import steps_lead
from biofeedback.ui.pausing import UNDER_WAY

if TYPE_CHECKING:
    from biofeedback.runtime.engine import Engine
    from biofeedback.runtime.snapshot import Snapshot
    from biofeedback.ui.page import Page
    from biofeedback.ui.pages import Pages
    from biofeedback.ui.pausing import Pausing

__all__ = ["SessionPlace"]


class SessionPlace:
    """Finds the page of the session.

    Parameters
    ----------
    engine
        Runs it.
    pages
        Which there are, and which is shown.
    pausing
        Tells its state, counting what was just asked for.
    """

    def __init__(self, engine: Engine, pages: Pages, pausing: Pausing) -> None:
        self._engine = engine
        self._pages = pages
        self._pausing = pausing

    @property
    def is_shown(self) -> bool:
        """Whether the page that is shown is one on which a session is led."""
        return self._pages.shows("practice") or self._pages.shows("lead")

    def page(self) -> Page:
        """Return the page of what leads now, of the choice before that, or of what it came to."""
        state = self._pausing.state()
        has_ended = state is SessionState.ENDED
        if self._pages.has("summary") and state is SessionState.READY:
            has_ended = self._pages.summary.has_summary
        return self._pages.summary if has_ended else self.led_page()

    def led_page(self) -> Page:
        """Return the page of what leads now, or of the choice before that."""
        is_by_steps = steps_lead(self._engine.snapshot(), self._pausing.state())
        return self._pages.lead if is_by_steps else self._pages.practice

    def moved(self, snapshot: Snapshot, state: SessionState) -> Page | None:
        """Return the page of the guide that leads now where that of another is shown."""
        if state not in UNDER_WAY or not self.is_shown:
            return None
        is_there = steps_lead(snapshot, state) is self._pages.shows("lead")
        return None if is_there else self.led_page()
