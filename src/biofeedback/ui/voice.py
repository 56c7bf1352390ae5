"""The computer's own voice, so that a guide can be followed with closed eyes.

QtTextToSpeech is imported when something is first said. Where the computer has no voice, that is
told once and everything goes on without.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from PySide6.QtCore import QLocale, QObject, Signal, qInstallMessageHandler

if TYPE_CHECKING:
    from collections.abc import Callable

    from PySide6.QtTextToSpeech import QTextToSpeech

__all__ = ["Speech", "Voice", "open_speech"]

# A little slower than the engines' own: words to breathe by, not news.
_RATE = -0.15
# Qt's own engine for tests speaks to nobody.
_MUTE_ENGINES = frozenset({"mock"})


class Speech(Protocol):
    """Something that can speak."""

    def set_language(self, language: str) -> None:
        """Choose the language, such as ``de``, as far as it has it."""

    def set_volume(self, volume: float) -> None:
        """Set the loudness, 0 to 1."""

    def say(self, text: str) -> None:
        """Say something after what is being said."""

    def hush(self) -> None:
        """Be silent at once, and forget what was still to be said."""


class Voice(QObject):
    """Says things one after the other.

    Signals: ``unavailable()`` once, when the computer has no voice.

    Parameters
    ----------
    open_voice
        Opens the computer's voice, or gives ``None`` when it has none.
    """

    unavailable = Signal()

    def __init__(self, open_voice: Callable[[], Speech | None] | None = None) -> None:
        super().__init__()
        self._open = open_speech if open_voice is None else open_voice
        self._speech: Speech | None = None
        self._is_missing = False
        self._language = "en"
        self._volume = 0.5

    @property
    def is_missing(self) -> bool:
        """Whether the computer turned out to have none."""
        return self._is_missing

    def set_language(self, language: str) -> None:
        """Choose the language of what is said from now on."""
        self._language = language
        if self._speech is not None:
            self._speech.set_language(language)

    def set_volume(self, volume: float) -> None:
        """Set the loudness, 0 to 1."""
        self._volume = volume
        if self._speech is not None:
            self._speech.set_volume(volume)

    def say(self, text: str, *, interrupts: bool = False) -> None:
        """Say something, after what is being said or in its place."""
        speech = self._the_speech()
        if speech is None:
            return
        if interrupts:
            speech.hush()
        speech.say(text)

    def hush(self) -> None:
        """Be silent at once."""
        if self._speech is not None:
            self._speech.hush()

    def _the_speech(self) -> Speech | None:
        if self._speech is None and not self._is_missing:
            self._speech = self._open()
            if self._speech is None:
                self._is_missing = True
                self.unavailable.emit()
            else:
                self._speech.set_language(self._language)
                self._speech.set_volume(self._volume)
        return self._speech


def open_speech() -> Speech | None:
    """Open the computer's usual voice; ``None`` when it has none."""
    # What Qt says about engines that it looked for is no news to the person: without a voice the
    # app says so itself.
    before = qInstallMessageHandler(lambda *_: None)
    try:
        return _open_speech()
    except ImportError:
        return None  # a build of Qt without it
    finally:
        qInstallMessageHandler(before)


def _open_speech() -> Speech | None:
    from PySide6.QtTextToSpeech import QTextToSpeech  # noqa: PLC0415 - not before it is needed

    for name in QTextToSpeech.availableEngines():
        if name in _MUTE_ENGINES:
            continue
        engine = QTextToSpeech(name)
        # Asked by name, for its type is told wrongly.
        if engine.state().name != "Error":
            return _Engine(engine)
    return None


class _Engine:
    """Qt's voice as `Speech`."""

    def __init__(self, engine: QTextToSpeech) -> None:
        self._engine = engine
        engine.setRate(_RATE)

    def set_language(self, language: str) -> None:
        wanted = QLocale(language).language()
        for locale in self._engine.availableLocales():
            if locale.language() == wanted:
                self._engine.setLocale(locale)
                return

    def set_volume(self, volume: float) -> None:
        self._engine.setVolume(volume)

    def say(self, text: str) -> None:
        self._engine.enqueue(text)

    def hush(self) -> None:
        self._engine.stop()
