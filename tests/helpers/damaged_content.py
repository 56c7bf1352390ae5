"""Content files of which some are damaged, in place of those that come with the app."""

from __future__ import annotations

import shutil
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING

from biofeedback.guides import help_lines, safety, words

if TYPE_CHECKING:
    import pytest

__all__ = ["damage", "forget_words"]


def forget_words() -> None:
    """Let every file be read anew."""
    for read in (
        words.guide_words,
        words.common_words,
        help_lines.help_words,
        safety.safety_words,
    ):
        read.cache_clear()


def damage(monkeypatch: pytest.MonkeyPatch, folder: Path, *names: str) -> None:
    """Let files such as ``de/waves.toml`` end in mid-sentence. Whoever calls it forgets after."""
    whole = Path(str(files("biofeedback.guides") / "content"))
    shutil.copytree(whole, folder / "content")
    for name in names:
        path = folder / "content" / name
        path.write_bytes(path.read_bytes()[:40] + b'\nname = "half of a wo')
    monkeypatch.setattr(words, "files", lambda _: folder)
    forget_words()
