"""What the bar at the top is told, a few times a second."""

from __future__ import annotations

from typing import TYPE_CHECKING

from biofeedback.ui.pausing import UNDER_WAY

if TYPE_CHECKING:
    from biofeedback.runtime.engine import Engine
    from biofeedback.runtime.snapshot import Snapshot
    from biofeedback.ui.notice_bar import NoticeBar
    from biofeedback.ui.pages import Pages
    from biofeedback.ui.pausing import Pausing
    from biofeedback.ui.topbar import TopBar

__all__ = ["BarNews"]


class BarNews:
    """Tells the top bar and the line below it how things are.

    Parameters
    ----------
    engine
        Where the news are from.
    topbar, notice
        Who is told.
    pages
        Which of them is shown changes what is told.
    pausing
        Whether a session can be paused.
    """

    def __init__(
        self, engine: Engine, topbar: TopBar, notice: NoticeBar, pages: Pages, pausing: Pausing
    ) -> None:
        self._engine = engine
        self._topbar = topbar
        self._notice = notice
        self._pages = pages
        self._pausing = pausing
        # What was last said about a record that is not saved.
        self._trouble = ""

    def tell(self, snapshot: Snapshot) -> None:
        """Tell what is to be seen now."""
        self._tell_bar(snapshot)
        self._tell_trouble(snapshot)

    def _tell_bar(self, snapshot: Snapshot) -> None:
        state = self._pausing.state()
        can_pause = state in UNDER_WAY
        is_replay = self._pages.shows("replay")
        if is_replay:
            snapshot = self._pages.replay.picture() or snapshot
            if not can_pause:
                state = self._pages.replay.state
                can_pause = state in UNDER_WAY
        self._tell_bluetooth(snapshot)
        is_live = self._pausing.state() in UNDER_WAY
        self._topbar.tell_sending(
            self._engine.sends_to(), self._engine.streams_trouble() if is_live else ""
        )
        self._topbar.tell(snapshot, state, can_pause=can_pause, is_replay=is_replay)

    def _tell_bluetooth(self, snapshot: Snapshot) -> None:
        """Say on the page of sensors whether Bluetooth is on."""
        if not self._pages.shows("sensors"):
            self._topbar.tell_bluetooth("", is_on=None)
            return
        nearby, statuses = self._engine.nearby(), tuple(snapshot.sensors.values())
        from biofeedback.ui.bluetooth import (  # noqa: PLC0415 - not for the first picture
            bluetooth_is_on,
            bluetooth_words,
        )

        is_on = bluetooth_is_on(nearby, statuses, self._pages.sensors.by_radio)
        messages = (nearby.message, *(status.message for status in statuses))
        self._topbar.tell_bluetooth(bluetooth_words(is_on, messages), is_on=is_on)

    def _tell_trouble(self, snapshot: Snapshot) -> None:
        """Say in full, once, that the session is not saved: the chip has room for little."""
        recorder = snapshot.recorder
        is_live = snapshot.state in UNDER_WAY
        trouble = recorder.message if is_live and recorder and not recorder.is_saving else ""
        if trouble != self._trouble:
            if trouble:
                self._notice.say(trouble)
            elif self._notice.text == self._trouble:
                self._notice.put_away()
            self._trouble = trouble
