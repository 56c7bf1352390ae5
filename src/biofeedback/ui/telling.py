"""Tells by ear what a guide tells: its words by the voice, its turns by a soft bell.

What happens in a session is heard on the engine's thread and put into a queue; each frame takes
it from there, so that nothing is missed between two pictures.
"""

from __future__ import annotations

from queue import Empty, SimpleQueue
from typing import TYPE_CHECKING

from biofeedback.errors import ContentError

if TYPE_CHECKING:
    from collections.abc import Callable

    from biofeedback.guides.speaking import Speaking, Utterance
    from biofeedback.samples import Command, Decision, Event, GuideState
    from biofeedback.settings import Preferences
    from biofeedback.ui.sound import BreathTone
    from biofeedback.ui.voice import Voice

__all__ = ["Telling"]


class Telling:
    """Follows one engine's sessions.

    Parameters
    ----------
    voice
        Speaks.
    tone
        Rings.
    preferences
        Gives the preferences in force.
    is_still
        Tells whether the person has just asked for a pause: then nothing is said.
    """

    def __init__(
        self,
        voice: Voice,
        tone: BreathTone,
        preferences: Callable[[], Preferences],
        is_still: Callable[[], bool],
    ) -> None:
        self._voice = voice
        self._tone = tone
        self._preferences = preferences
        self._is_still = is_still
        self._events: SimpleQueue[GuideState | Decision | Command] = SimpleQueue()
        self._speaking: Speaking | None = None
        # Whether it is for two who keep their bodies to themselves.
        self._is_private = False
        self._speaks_as: tuple[str, bool] | None = None
        self._stage: tuple[str, str, int] | None = None

    def hear(self, event: Event) -> None:
        """Take an event of a session, on any thread."""
        from biofeedback.samples import (  # noqa: PLC0415 - not for the first picture
            Command,
            Decision,
            GuideState,
        )

        if isinstance(event, GuideState | Decision | Command):
            self._events.put(event)

    def hush(self) -> None:
        """Be silent at once, and leave what was still to be said."""
        self._voice.hush()
        self._tone.hush()

    def tell(self) -> None:
        """Say and ring what has happened since the last call."""
        while True:
            try:
                event = self._events.get_nowait()
            except Empty:
                return
            self._ring(event)
            self._learn_who_listens(event)
            preferences = self._preferences()
            if not (preferences.voice or preferences.eyes_closed):
                self._speaking = None
                continue
            try:
                utterances = self._words(event, preferences)
            except ContentError:
                continue  # what cannot be read cannot be spoken; the gallery says so
            for utterance in utterances:
                if not self._is_still():
                    self._voice.say(utterance.text, interrupts=utterance.interrupts)

    def _words(
        self, event: GuideState | Decision | Command, preferences: Preferences
    ) -> tuple[Utterance, ...]:
        from biofeedback.samples import Command, Decision  # noqa: PLC0415 - as above

        speaks_as = (preferences.guide_language, preferences.eyes_closed)
        if self._speaking is None or speaks_as != self._speaks_as:
            # Read with the guides' words, not with the window.
            from biofeedback.guides.speaking import Speaking  # noqa: PLC0415 - as said above
            from biofeedback.ui.messages.lead_words import KEYS  # noqa: PLC0415 - as said above

            self._speaks_as = speaks_as
            self._voice.set_language(preferences.guide_language)
            self._speaking = Speaking(
                preferences.guide_language, eyes_closed=preferences.eyes_closed, keys=KEYS
            )
        self._speaking.is_private = self._is_private
        if isinstance(event, Decision):
            return self._speaking.explain(event)
        if isinstance(event, Command):
            return self._speaking.hear(event)
        return self._speaking.take(event)

    def _learn_who_listens(self, event: GuideState | Decision | Command) -> None:
        from biofeedback.runtime.snapshot import hides_bodies, plan_of  # noqa: PLC0415 - as above
        from biofeedback.samples import Command  # noqa: PLC0415 - as above

        if isinstance(event, Command) and event.name == "begin":
            self._is_private = hides_bodies(plan_of(event.arguments))

    def _ring(self, event: GuideState | Decision | Command) -> None:
        """Ring for a new part of a guide that has no tone of its own."""
        from biofeedback.samples import GuideState  # noqa: PLC0415 - as above

        if not isinstance(event, GuideState):
            return
        stage = (event.guide, event.stage, event.place)
        before, self._stage = self._stage, stage
        is_turn = before is not None and stage != before and event.step == "open"
        if is_turn and event.stage and not self._is_still():
            self._tone.ring()
