"""The gallery: every guide, what it is, for whom and how long. Nothing begins here."""

from __future__ import annotations

from functools import partial
from itertools import count
from math import ceil
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QGridLayout, QVBoxLayout, QWidget

from biofeedback.errors import ContentError
from biofeedback.guides.catalogue import GUIDES
from biofeedback.guides.words import guide_words
from biofeedback.ui import theme
from biofeedback.ui.guide_card import GuideCard
from biofeedback.ui.guide_shelf import grouped
from biofeedback.ui.messages.ear_words import ear_words
from biofeedback.ui.messages.guide_words import guide_page_words
from biofeedback.ui.page import Page, centered, label, scrolled, show_in
from biofeedback.ui.passage import Choice, Passage

if TYPE_CHECKING:
    from collections.abc import Sequence

    from PySide6.QtGui import QResizeEvent

    from biofeedback.settings import Preferences

__all__ = ["GuidesPage", "Shelves", "packed"]

_COLUMN_PX = 1080
# Room that one card has at least, at 100 %.
_CARD_PX = 290
_MOST_ACROSS = 3


def packed(sizes: Sequence[int], n_across: int) -> list[tuple[int, int, int]]:
    """Return row, column and width of each group: beside one before where all of it fits.

    A group that would leave a lone card in its last row is made narrower where that fills it, so
    that a smaller one can stand at its side.

    Parameters
    ----------
    sizes
        How many cards each group has.
    n_across
        How many stand side by side.
    """
    found: list[tuple[int, int, int]] = []
    taken: set[tuple[int, int]] = set()
    for size in sizes:
        width = min(size, n_across)
        narrower = n_across - 1
        if size > n_across and size % n_across == 1 and narrower > 1 and size % narrower == 0:
            width = narrower
        n_rows = ceil(size / width) if width else 0
        row, column = next(
            (row, column)
            for row in count()
            for column in range(n_across - width + 1)
            if not taken & _cells(row, column, n_rows, width)
        )
        found.append((row, column, width))
        taken |= _cells(row, column, n_rows, width)
    return found


def _cells(row: int, column: int, n_rows: int, width: int) -> set[tuple[int, int]]:
    return {(row + down, column + along) for down in range(n_rows) for along in range(width)}


class Shelves(QWidget):
    """Groups of cards under their headings, as many side by side as there is room for.

    Parameters
    ----------
    groups
        Heading and cards of each, in order.
    """

    def __init__(self, groups: Sequence[tuple[str, Sequence[GuideCard]]]) -> None:
        super().__init__()
        self._groups = [(label(name, "title", wraps=True), tuple(cards)) for name, cards in groups]
        self._n_across = 0
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setSpacing(12)
        self._lay_out(1)

    @property
    def n_across(self) -> int:
        """How many cards stand side by side."""
        return self._n_across

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802 - Qt's name
        """Put more or fewer side by side."""
        super().resizeEvent(event)
        self._lay_out(min(max(self.width() // theme.px(_CARD_PX), 1), _MOST_ACROSS))

    def _lay_out(self, n_across: int) -> None:
        if n_across == self._n_across:
            return
        self._n_across = n_across
        while self._grid.takeAt(0) is not None:
            continue
        places = packed([len(cards) for _, cards in self._groups], n_across)
        for (heading, cards), (row, column, width) in zip(self._groups, places, strict=True):
            # A row of cards has its headings in the row above it.
            self._grid.addWidget(heading, 2 * row, column, 1, width, Qt.AlignmentFlag.AlignBottom)
            for place, card in enumerate(cards):
                down, along = divmod(place, width)
                self._grid.addWidget(card, 2 * (row + down) + 1, column + along)
        for column in range(_MOST_ACROSS):
            # A lone card is no wider than those of the other groups.
            self._grid.setColumnStretch(column, 1 if column < n_across else 0)


class GuidesPage(Page):
    """Shows every guide there is.

    Signals: ``opened(str)`` with the name of the guide that the person wants to know more of.

    Parameters
    ----------
    preferences
        Which language guides speak.
    """

    opened = Signal(str)

    def __init__(self, preferences: Preferences) -> None:
        super().__init__()
        self._language = preferences.guide_language
        self._cards: tuple[GuideCard, ...] = ()
        self._opened = ""
        self._is_heard = preferences.eyes_closed
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        self._area = scrolled(QWidget())
        outer.addWidget(self._area)
        self._fill()

    @property
    def cards(self) -> tuple[GuideCard, ...]:
        """Every guide's card, in order."""
        return self._cards

    def prefer(self, preferences: Preferences) -> None:
        """Follow the language of the guides."""
        self._is_heard = preferences.eyes_closed
        if preferences.guide_language != self._language:
            self._language = preferences.guide_language
            self._fill()

    def dress(self) -> None:
        """Take the widths of the text size in force."""
        self._fill()

    def entered(self) -> None:
        """Be at the card that was opened last: who looks around goes on from there."""
        opened = [card for card in self._cards if card.guide == self._opened]
        if self._is_heard:
            # With closed eyes one is always at some guide.
            opened = opened or list(self._cards[:1])
        for card in opened:
            card.setFocus()
            self._area.ensureWidgetVisible(card)

    def passage(self, language: str) -> Passage | None:
        """Return the words of the guide that one is at."""
        at = next((card for card in self._cards if card.hasFocus()), None)
        words = ear_words(language)
        choices = [Choice("N", words.next_guide, partial(self._step, 1))]
        choices.append(Choice("B", words.guide_before, partial(self._step, -1)))
        if at is not None:
            choices.append(Choice("G", words.open_guide, partial(self._open, at)))
        text = "" if at is None else at.aloud
        return Passage("guides", words.guides, text, tuple(choices))

    def _fill(self) -> None:
        words = guide_page_words(self._language)
        self.title = words.title
        content = QWidget()
        content.setMaximumWidth(theme.px(_COLUMN_PX))
        column = QVBoxLayout(content)
        column.setContentsMargins(24, 22, 24, 22)
        column.setSpacing(12)
        column.addWidget(label(words.intro, "muted", wraps=True))
        cards: list[GuideCard] = []
        groups: list[tuple[str, list[GuideCard]]] = []
        for group, guides in grouped(GUIDES).items():
            made = []
            for name in guides:
                try:
                    made.append(GuideCard(name, guide_words(name, self._language), words))
                except ContentError as error:
                    # Without its words it cannot lead anybody.
                    column.addWidget(label(str(error), "warm", wraps=True))
            if made:
                groups.append((words.groups[group], made))
            cards.extend(made)
        self._shelves = Shelves(groups)
        column.addWidget(self._shelves)
        column.addStretch(1)
        for card in cards:
            card.clicked.connect(lambda _=False, card=card: self._open(card))
            card.moved.connect(lambda right, down, card=card: self._move(card, right, down))
        self._cards = tuple(cards)
        show_in(self._area, centered(content))

    def _open(self, card: GuideCard) -> None:
        self._opened = card.guide
        self.opened.emit(card.guide)

    def _step(self, by: int) -> None:
        """Go to the next card, or to the one before; from nowhere to the first."""
        at = next((card for card in self._cards if card.hasFocus()), None)
        if at is not None:
            self._move(at, by, 0)
        elif self._cards:
            self._cards[0].setFocus()

    def _move(self, card: GuideCard, right: int, down: int) -> None:
        """Go to the card beside: along the order, or the nearest one above or below."""
        if right:
            place = self._cards.index(card) + right
            wanted = self._cards[place] if 0 <= place < len(self._cards) else card
        else:
            wanted = self._nearest(card, down)
        wanted.setFocus()
        self._area.ensureWidgetVisible(wanted)

    def _nearest(self, card: GuideCard, down: int) -> GuideCard:
        here = card.mapTo(self, card.rect().topLeft())

        def away(other: GuideCard) -> tuple[int, int]:
            there = other.mapTo(self, other.rect().topLeft())
            return (down * (there.y() - here.y()), abs(there.x() - here.x()))

        beyond = [other for other in self._cards if away(other)[0] > 0]
        return min(beyond, key=away, default=card)
