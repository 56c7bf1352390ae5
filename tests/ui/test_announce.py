"""Words reach a screen reader without the focus moving."""

from __future__ import annotations

import pytest
from PySide6.QtGui import QAccessible, QAccessibleAnnouncementEvent
from PySide6.QtWidgets import QLabel

from biofeedback.ui.announce import announce


@pytest.mark.parametrize(
    ("is_urgent", "politeness"),
    [
        (False, QAccessible.AnnouncementPoliteness.Polite),
        (True, QAccessible.AnnouncementPoliteness.Assertive),
    ],
)
def test_words_are_announced_as_urgently_as_they_are(
    monkeypatch: pytest.MonkeyPatch,
    is_urgent: bool,
    politeness: QAccessible.AnnouncementPoliteness,
) -> None:
    heard: list[QAccessibleAnnouncementEvent] = []
    monkeypatch.setattr(QAccessible, "updateAccessibility", heard.append)
    label = QLabel("How is it?")
    announce(label, "How is it?", is_urgent=is_urgent)
    assert [(event.message(), event.politeness()) for event in heard] == [
        ("How is it?", politeness)
    ]
