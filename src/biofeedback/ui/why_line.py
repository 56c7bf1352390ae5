"""Why the guide did what it did, in one sentence, and the switch that stops it adapting."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QLabel, QVBoxLayout, QWidget

from biofeedback.ui.focus import leave_focus
from biofeedback.ui.leading import command_words, sentence
from biofeedback.ui.messages.lead_words import KEYS, ago, lead_words
from biofeedback.ui.page import label
from biofeedback.ui.widgets.controls import button
from biofeedback.ui.widgets.link_row import LinkRow

if TYPE_CHECKING:
    from collections.abc import Sequence

    from biofeedback.samples import Decision, GuideState

__all__ = ["WhyLine"]

# As many of the last as are told on demand.
_N_EARLIER = 6


class WhyLine(QWidget):
    """The latest decision's sentence, those before it on demand, and "Don't adapt".

    Signals: ``asked(str, dict)`` with ``keep`` or ``adapt``.

    Parameters
    ----------
    is_centered
        Whether the words stand in the middle.
    says_when
        Whether to say how long ago it was.
    """

    asked = Signal(str, object)

    def __init__(self, *, is_centered: bool = False, says_when: bool = False) -> None:
        super().__init__()
        self._language = "en"
        self._says_when = says_when
        self._word = ""
        self._told: object = None
        self._is_open = False
        self._is_read_only = False
        self._is_brief = False
        side = Qt.AlignmentFlag.AlignHCenter if is_centered else Qt.AlignmentFlag.AlignLeft
        self._sentence = label("", "muted", wraps=True)
        self._when = label("", "small")
        self._earlier = label("", "small", wraps=True)
        for words in (self._sentence, self._when, self._earlier):
            words.setAlignment(side)
        first = lead_words(self._language)
        self.adapt_button = button("", role="link", name=first.adapting)
        self.adapt_button.clicked.connect(self._ask)
        self.earlier_button = button(first.earlier, role="link")
        self.earlier_button.clicked.connect(self._open)
        self._links = LinkRow(self.adapt_button, self.earlier_button)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(2)
        for words in (self._sentence, self._when):
            column.addWidget(words)
        column.addWidget(self._links, 0, side)
        column.addWidget(self._earlier)
        for part in (self._sentence, self._when, self._earlier):
            part.hide()
        self.adapt_button.hide()
        self.earlier_button.hide()

    @property
    def text(self) -> str:
        """The sentence, empty while there is none."""
        return self._sentence.text()

    @property
    def earlier(self) -> str:
        """The sentences before it, a line each, while they are shown."""
        return "" if self._earlier.isHidden() else self._earlier.text()

    def set_language(self, language: str) -> None:
        """Say it in another language from now on."""
        self._language = language
        self._told = None

    def be_read_only(self) -> None:
        """Tell only: of a recording nothing can be asked."""
        self._is_read_only = True

    def be_brief(self, *, is_brief: bool) -> None:
        """Keep to the sentence, without the links, where there is little height."""
        if is_brief is self._is_brief:
            return
        self._is_brief = is_brief
        if is_brief:
            leave_focus(self._links)
        self._links.setHidden(is_brief)
        for words in (self._when, self._earlier):
            self._say(words, words.text())

    def tell(
        self,
        state: GuideState | None,
        decisions: Sequence[Decision],
        now_s: float,
        *,
        since_s: float = 0.0,
        is_private: bool = False,
    ) -> None:
        """Show the latest decision.

        Parameters
        ----------
        state
            What the guide asks for now.
        decisions
            Oldest first.
        now_s
            Session time now.
        since_s
            An older one than this is not why things are as they are; it is told on demand.
        is_private
            Whether two people sit together who keep their bodies to themselves.
        """
        latest = decisions[-1] if decisions else None
        is_present = latest is not None and latest.t_s >= since_s
        when = ago(now_s - latest.t_s, self._language) if latest and self._says_when else ""
        can = () if state is None or self._is_read_only else state.can
        word = next((each for each in ("keep", "adapt") if each in can), "")
        guide = "" if state is None else state.guide
        told = (latest, is_present, len(decisions), when, word, guide, self._is_open, is_private)
        if told == self._told:
            return
        self._told = told
        words = lead_words(self._language)
        all_said = [sentence(each, self._language, is_private=is_private) for each in decisions]
        said = [text for text in all_said if text]
        shown = said.pop() if said and is_present else ""
        self._say(self._sentence, shown)
        self._say(self._when, when if shown else "")
        self._tell_button(word, guide)
        self._is_open = self._is_open and bool(said)
        self._say(self._earlier, "\n".join(reversed(said[-_N_EARLIER:])) if self._is_open else "")
        self.earlier_button.setText(words.earlier_aside if self._is_open else words.earlier)
        self.earlier_button.setAccessibleName(self.earlier_button.text())
        self._show(self.earlier_button, is_shown=bool(said))
        self._links.tell()

    def _tell_button(self, word: str, guide: str) -> None:
        self._word = word
        if word:
            self.adapt_button.setText(command_words(guide, self._language)[word])
            self.adapt_button.setAccessibleName(self.adapt_button.text())
            self.adapt_button.setToolTip(KEYS[word])
        self._show(self.adapt_button, is_shown=bool(word))

    def _say(self, words: QLabel, text: str) -> None:
        words.setText(text)
        is_aside = self._is_brief and words is not self._sentence
        self._show(words, is_shown=bool(text) and not is_aside)

    def _show(self, widget: QWidget, *, is_shown: bool) -> None:
        if widget.isHidden() is not is_shown:
            return
        if not is_shown:
            leave_focus(widget)
        widget.setVisible(is_shown)

    def _ask(self) -> None:
        if self._word:
            self.asked.emit(self._word, {})

    def _open(self) -> None:
        self._is_open = not self._is_open
        self._told = None
