"""A voice that writes down what it says: the audio log of a session."""

from __future__ import annotations

__all__ = ["SpeechDouble"]


class SpeechDouble:
    """Says nothing, and remembers it."""

    def __init__(self) -> None:
        self.heard: list[str] = []
        self.waiting: list[str] = []

    def set_language(self, language: str) -> None:
        self.heard.append(f"[{language}]")

    def set_volume(self, volume: float) -> None:
        self.heard.append(f"[{volume:g}]")

    def say(self, text: str) -> None:
        self.heard.append(text)
        self.waiting.append(text)

    def hush(self) -> None:
        self.waiting.clear()
