"""What the window lets be heard: the tone of the breath, the voice, and when each is silent."""

from __future__ import annotations

from typing import TYPE_CHECKING

from biofeedback.runtime.guide_log import has_pacer
from biofeedback.runtime.snapshot import BASELINE, SessionState
from biofeedback.ui.messages import window_words
from biofeedback.ui.pausing import UNDER_WAY
from biofeedback.ui.sound import BreathTone
from biofeedback.ui.telling import Telling
from biofeedback.ui.voice import Voice

if TYPE_CHECKING:
    from collections.abc import Callable

    from biofeedback.runtime.engine import Engine
    from biofeedback.settings import Preferences
    from biofeedback.ui.by_ear import ByEar
    from biofeedback.ui.page import Page
    from biofeedback.ui.pausing import Pausing
    from biofeedback.ui.sound import Output
    from biofeedback.ui.voice import Speech

__all__ = ["Sounds"]


class Sounds:
    """Plays and speaks what is preferred, while a guide leads.

    Parameters
    ----------
    engine
        Runs the session.
    pausing
        Tells whether it stands still.
    preferences
        Returns the preferences in force.
    say
        Shows a sentence in the window.
    open_output, open_voice
        Open the sound device and the computer's voice; for tests.
    """

    def __init__(
        self,
        engine: Engine,
        pausing: Pausing,
        preferences: Callable[[], Preferences],
        say: Callable[[str], None],
        open_output: Callable[[], Output | None] | None = None,
        open_voice: Callable[[], Speech | None] | None = None,
    ) -> None:
        self._engine = engine
        self._pausing = pausing
        self._preferences = preferences
        self.tone = BreathTone(pausing.pacer, engine.now_s, open_output)
        self.voice = Voice(open_voice)
        self.telling = Telling(self.voice, self.tone, preferences, lambda: self._is_still)
        engine.listen(self.telling.hear)
        self._say = say
        # Where eyes are closed.
        self._by_ear: ByEar | None = None
        self._has_voice = self._has_tone = True
        self.voice.unavailable.connect(self._miss_voice)
        self.tone.unavailable.connect(self._miss_tone)
        self.take_volume()

    def take_volume(self) -> None:
        """Be as loud as preferred."""
        volume = self._preferences().volume
        self.tone.set_volume(volume)
        self.voice.set_volume(volume)

    def tell(self, page: Page | None, state: SessionState) -> None:
        """Say what has happened, and what is new on the page that is shown, if any is."""
        self.telling.tell()
        if self._by_ear is None and page is not None and self._preferences().eyes_closed:
            from biofeedback.ui.by_ear import ByEar  # noqa: PLC0415 - for few, and not at first

            self._by_ear = ByEar(self.voice, self._preferences)
        if self._by_ear is not None and page is not None:
            self._by_ear.tell(page, state)

    def hush_page(self) -> None:
        """Leave what a page was saying."""
        if self._by_ear is not None:
            self._by_ear.hush()

    def expect_guide(self) -> None:
        """Know that a guide speaks in a moment: the page on the way to it says nothing."""
        if self._by_ear is not None:
            self._by_ear.expect_guide()

    def switch(self, state: SessionState) -> None:
        """Let the tone play, or not, in a state of the session."""
        if state in UNDER_WAY:
            # The guide speaks from here on.
            self.hush_page()
        # Closed eyes have nothing but the tone to breathe with.
        is_wanted = self._preferences().sound or self._preferences().eyes_closed
        if is_wanted and state in UNDER_WAY and self._guide() not in {"", BASELINE}:
            self.tone.switch_on()
        else:
            self.tone.switch_off()

    def follow_pause(self) -> None:
        """Be silent, or heard again, within the event that asked for it."""
        if self._is_still:
            self.telling.hush()
        self.tone.feed()

    def end(self) -> None:
        """Be silent for good."""
        if self._by_ear is not None:
            self._by_ear.stop()
        self.telling.hush()
        self.tone.switch_off()

    @property
    def _is_still(self) -> bool:
        return self._pausing.state() is SessionState.PAUSED

    def _guide(self) -> str:
        """Return the guide that was begun; another may have taken over since."""
        plan = self._engine.snapshot().plan
        return "" if plan is None else plan.guide

    def _miss_voice(self) -> None:
        self._has_voice = False
        # Nobody is promised a soft sound that will not come.
        self._say(window_words.NO_VOICE if self._has_tone else window_words.NOTHING_HEARD)

    def _miss_tone(self) -> None:
        self._has_tone = False
        self._say(self._no_audio() if self._has_voice else window_words.NOTHING_HEARD)

    def _no_audio(self) -> str:
        return window_words.NO_AUDIO if has_pacer(self._guide()) else window_words.NO_SOUND
