"""Words are plain and warm on every screen."""

from __future__ import annotations

import re
from importlib import import_module
from pkgutil import iter_modules

from biofeedback.ui import messages


def test_no_word_diagnoses_commands_praises_blames_or_alarms() -> None:
    """A list of words that have no place on any screen; all texts are in one package."""
    forbidden = re.compile(
        r"\b(you must|should|failed|failure|wrong|bad|great job|well done|excellent|score|"
        r"anxi\w+|stress\w*|panic|disorder|abnormal|warning|error|danger\w*|alert|patient)\b",
        re.IGNORECASE,
    )
    modules = [
        import_module(f"{messages.__name__}.{module.name}")
        for module in iter_modules(messages.__path__)
    ]
    texts = [
        text
        for module in modules
        for name, value in vars(module).items()
        if not name.startswith("_")
        for text in _texts(value)
    ]

    assert len(texts) > 100
    assert [text for text in texts if forbidden.search(text)] == []
    assert [text for text in texts if text.endswith("!")] == []


def _texts(value: object) -> list[str]:
    if isinstance(value, str):
        return [value]
    if isinstance(value, dict):
        return [text for part in value.values() for text in _texts(part)]
    if isinstance(value, tuple):
        return [text for part in value for text in _texts(part)]
    return []
