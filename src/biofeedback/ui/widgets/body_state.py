"""Where the body is against what is usual for the person, in words and never as a verdict."""

from __future__ import annotations

from math import isfinite
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QVBoxLayout, QWidget

from biofeedback.ui import theme
from biofeedback.ui.messages import reading_words
from biofeedback.ui.page import label

if TYPE_CHECKING:
    from biofeedback.samples import Metric

__all__ = ["NOT_NOW", "BodyState"]

NOT_NOW = "this cannot be told just now"
"""The measure's own word for a zone that is unknown, and what is written large as well."""


class BodyState(QWidget):
    """Shows the window of tolerance: within, above, a question where it seems below, or unknown."""

    def __init__(self) -> None:
        super().__init__()
        self._words = label(reading_words.STATE_UNKNOWN, "state", wraps=True)
        self._note = label("", "small", wraps=True)
        self._zone = 0.0
        self._told: tuple[str, str, str] = ("", "", "")
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(1)
        for words in (label(reading_words.BODY_STATE, "label"), self._words, self._note):
            words.setAlignment(Qt.AlignmentFlag.AlignRight)
            column.addWidget(words)
        self.dress()

    @property
    def text(self) -> str:
        """The state in words."""
        return self._words.text()

    @property
    def note(self) -> str:
        """Why nothing can be told, or what the words lean on; empty when there is no need."""
        return self._note.text()

    def dress(self) -> None:
        """Put on the colors in force; the words alone say which state it is."""
        c = theme.colors()
        color = c.muted
        if self.text != reading_words.STATE_UNKNOWN:
            color = {0.0: c.breath, 1.0: theme.warm_text(c)}.get(self._zone, c.text)
        self._words.setStyleSheet(f"color: {color};")

    def show_state(
        self,
        zone: Metric | None,
        arousal: Metric | None,
        *,
        silent_s: float,
        has_sensors: bool = False,
    ) -> None:
        """Show the zone.

        Parameters
        ----------
        zone, arousal
            The measures of these names, ``None`` when nothing gives them.
        silent_s
            For how long no sensor has sent anything, 0 while one does.
        has_sensors
            Whether all are on that can tell it.
        """
        is_known = zone is not None and isfinite(zone.value) and silent_s <= 0
        words, note, more = reading_words.STATE_UNKNOWN, "", ""
        if is_known and zone is not None:
            self._zone = zone.value
            words = reading_words.STATES[zone.value]
            # What is only a question keeps its words.
            note = reading_words.STATE_BELOW_QUESTION if zone.value < 0 else ""
        else:
            absent = reading_words.NOT_YET if has_sensors else reading_words.STATE_NO_SENSOR
            whole = reading_words.reading_note(zone, silent_s=silent_s, has_rr=None, absent=absent)
            if zone is not None and zone.wait_s > 0 and zone.reason and silent_s <= 0:
                whole = f"{zone.reason}; {whole.removeprefix('not yet, ')}"
            # The first of several reasons is enough to be seen all the time.
            note, _, more = whole.partition(": ")
            if note == NOT_NOW:
                note = ""  # the words above it say so
        if arousal is not None and is_known and isfinite(arousal.value):
            more = arousal.reason
        told = (words, note, more)
        if told == self._told:
            return
        self._told = told
        self._words.setText(words)
        self._note.setText(note)
        self._note.setVisible(bool(note))
        self.dress()
        self.setAccessibleName(" ".join((f"{reading_words.BODY_STATE}: {words}.", note)).strip())
        self.setAccessibleDescription(more)
        self.setToolTip("\n".join(filter(None, (reading_words.BODY_STATE_ABOUT, more))))
