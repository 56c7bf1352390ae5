"""Where to turn when a person is needed: own lines first, then those of the place. No network."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QDate, QLocale, Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QVBoxLayout, QWidget

from biofeedback.guides.help_lines import help_words
from biofeedback.settings import HelpLine
from biofeedback.ui import theme
from biofeedback.ui.help_rows import LineForm, OwnLine, line_row
from biofeedback.ui.page import Page, card, centered, label, scrolled, show_in
from biofeedback.ui.passage import Choice, Passage
from biofeedback.ui.widgets.controls import Picker, button

if TYPE_CHECKING:
    from biofeedback.settings import Preferences

__all__ = ["HelpPage", "place_here"]

_COLUMN_PX = 760
_DAY = {"en": "d MMMM yyyy", "de": "d. MMMM yyyy"}
# Where countries share their lines; those of the Union that have none of their own here.
_UNION = "be bg cy cz dk ee es fi gr hr hu it lt lu lv mt pl pt ro se si sk"
_TOGETHER = {"gb": "uk-ie", "ie": "uk-ie", **dict.fromkeys(_UNION.split(), "eu")}


def place_here(locale: QLocale | None = None) -> str:
    """Return the place that the computer is set to, empty where it does not say."""
    found = QLocale.system() if locale is None else locale
    code = QLocale.territoryToCode(found.territory()).lower()
    code = _TOGETHER.get(code, code)
    return code if code in help_words().places else ""


class HelpPage(Page):
    """Shows help lines, and lets the person or their therapist write down their own.

    Signals: ``preferred(Preferences)`` when a place was picked or an own line changed; ``left()``
    back to where the person was.

    Parameters
    ----------
    preferences
        Language of the guides, the place, and the own lines.
    here
        The place to show until one was picked.
    """

    is_heard_always = True

    preferred = Signal(object)
    left = Signal()

    def __init__(self, preferences: Preferences, here: str = "") -> None:
        super().__init__()
        self._preferences = preferences
        self._here = here
        self._changing: int | None = None
        self._area = scrolled(QWidget())
        self.own: tuple[OwnLine, ...] = ()
        self.hold(self._area)
        self._fill()

    @property
    def place(self) -> str:
        """The place whose lines are shown; empty for anywhere."""
        return self._preferences.help_place or self._here

    def prefer(self, preferences: Preferences) -> None:
        """Follow language, place and own lines."""
        before, self._preferences = self._preferences, preferences
        if _shown(preferences) != _shown(before):
            self._fill()

    def dress(self) -> None:
        """Take the widths of the text size in force."""
        self._fill()

    def entered(self) -> None:
        """Be at the beginning."""
        self._area.verticalScrollBar().setValue(0)

    def passage(self, language: str) -> Passage | None:
        """Return the numbers, own ones first, as they are read aloud."""
        words = help_words(language)
        place = words.place_of(self.place)
        own = [_aloud(line.name, line.number, line.note) for line in self._preferences.help_lines]
        lines = [_aloud(line.name, line.number, line.note) for line in place.lines]
        told = [f"{place.name}.", self._verify(), *lines]
        opening = f"{words.title}. {words.urgent}"
        choices = (Choice("B", words.back, self.left.emit),)
        return Passage(("help", self.place), opening, " ".join([*own, *told]), choices)

    def _fill(self) -> None:
        words = help_words(self._preferences.guide_language)
        self.title = words.title
        content = QWidget()
        content.setMaximumWidth(theme.px(_COLUMN_PX))
        column = QVBoxLayout(content)
        column.setContentsMargins(24, 22, 24, 22)
        column.setSpacing(12)
        column.addWidget(label(words.title, "headline", wraps=True))
        column.addWidget(label(words.urgent, "strong", wraps=True))
        column.addWidget(label(words.about, wraps=True))
        column.addWidget(self._make_own())
        column.addWidget(self._make_place())
        column.addWidget(label(words.privacy, "small", wraps=True))
        self.back_button = button(words.back)
        self.back_button.clicked.connect(self.left)
        row = QHBoxLayout()
        row.addWidget(self.back_button)
        row.addStretch(1)
        column.addLayout(row)
        column.addStretch(1)
        show_in(self._area, centered(content))

    def _verify(self) -> str:
        """Say when the numbers were last looked through, with the month by its name."""
        language = self._preferences.guide_language
        words = help_words(language)
        checked = QDate(words.checked.year, words.checked.month, words.checked.day)
        day = QLocale(language).toString(checked, _DAY.get(language, _DAY["en"]))
        return words.verify.format(day=day)

    def _make_place(self) -> QFrame:
        words = help_words(self._preferences.guide_language)
        made, box = _card()
        self.place_picker = Picker(words.place)
        if not self.place:
            self.place_picker.addItem(words.place_none, "")
        for code, place in words.places.items():
            self.place_picker.addItem(place.name, code)
        self.place_picker.setCurrentIndex(self.place_picker.findData(self.place))
        self.place_picker.activated.connect(lambda _: self._pick_place())
        title = label(words.place, "label")
        title.setBuddy(self.place_picker)
        box.addWidget(title)
        box.addWidget(self.place_picker)
        # Before the numbers: whoever reads them knows how far they can be relied on.
        box.addWidget(label(self._verify(), "warm", wraps=True))
        box.addSpacing(6)
        for line in words.place_of(self.place).lines:
            box.addWidget(line_row(line.name, line.number, line.note))
        return made

    def _make_own(self) -> QFrame:
        words = help_words(self._preferences.guide_language)
        made, box = _card()
        box.addWidget(label(words.own, "label"))
        lines = self._preferences.help_lines
        if not lines:
            box.addWidget(label(words.own_none, "muted", wraps=True))
        self.own = tuple(OwnLine(line, words) for line in lines)
        for place, own in enumerate(self.own):
            own.change_wanted.connect(partial(self._write, place))
            own.removed.connect(partial(self._remove, place))
            box.addWidget(own)
        self.form = LineForm(words)
        self.form.hide()
        self.form.kept.connect(self._keep)
        self.form.left.connect(self._put_form_away)
        box.addWidget(self.form)
        self.add_button = button(words.add)
        self.add_button.clicked.connect(lambda: self._write(None))
        row = QHBoxLayout()
        row.addWidget(self.add_button)
        row.addStretch(1)
        box.addLayout(row)
        return made

    def _pick_place(self) -> None:
        self._prefer(help_place=self.place_picker.currentData())
        self.place_picker.setFocus()

    def _write(self, place: int | None) -> None:
        """Show the form, with an own line that is to be changed, or empty."""
        self._changing = place
        self.add_button.hide()
        self.form.show()
        empty = HelpLine(name="", number="")
        self.form.write(empty if place is None else self._preferences.help_lines[place])
        self._area.ensureWidgetVisible(self.form)

    def _keep(self, line: HelpLine) -> None:
        lines = list(self._preferences.help_lines)
        if self._changing is None:
            lines.append(line)
        else:
            lines[self._changing] = line
        self._put_form_away()
        self._prefer(help_lines=tuple(lines))
        self.add_button.setFocus()

    def _remove(self, place: int) -> None:
        lines = self._preferences.help_lines
        self._prefer(help_lines=(*lines[:place], *lines[place + 1 :]))
        self.add_button.setFocus()

    def _put_form_away(self) -> None:
        self.form.hide()
        self.add_button.show()
        self.add_button.setFocus()

    def _prefer(self, **changes: object) -> None:
        self.preferred.emit(self._preferences.changed(**changes))


def _aloud(name: str, number: str, note: str) -> str:
    """Return a line with its number digit by digit: no voice is to read it as a thousand."""
    spaced = " ".join(number.replace(" ", "")) if number.replace(" ", "").isdigit() else number
    return ". ".join(filter(None, (f"{name}: {spaced}", note))) + "."


def _shown(preferences: Preferences) -> tuple[object, ...]:
    return (preferences.guide_language, preferences.help_place, preferences.help_lines)


def _card() -> tuple[QFrame, QVBoxLayout]:
    made = card()
    box = made.layout()
    assert isinstance(box, QVBoxLayout)  # noqa: S101 - made by card
    box.setSpacing(6)
    return made, box
