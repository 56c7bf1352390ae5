"""The end of a session by ear: what it came to, the two questions, and a word where it is needed."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from biofeedback.ui.after import DISTRESS, HOW
from biofeedback.ui.messages.after_words import after_words
from biofeedback.ui.messages.care_words import care_for, care_words
from biofeedback.ui.messages.ear_words import ear_words, summary_aloud
from biofeedback.ui.passage import Choice, Passage

if TYPE_CHECKING:
    from collections.abc import Callable

    from biofeedback.runtime.summary import Summary
    from biofeedback.ui.after import AfterQuestions

__all__ = ["SummaryEars"]

# As during a guide: X is ten.
_TEN_KEY = "X"
_MOST_POINTS = 10


class SummaryEars:
    """Asks one thing after the other.

    Parameters
    ----------
    after
        The questions, as they are shown.
    to_help, to_guides
        Lead on.
    """

    def __init__(
        self, after: AfterQuestions, to_help: Callable[[], None], to_guides: Callable[[], None]
    ) -> None:
        self._after = after
        self._to_help = to_help
        self._to_guides = to_guides
        self._left_out: set[str] = set()

    def begin(self) -> None:
        """Ask after another session."""
        self._left_out.clear()

    def passage(self, summary: Summary, language: str) -> Passage:
        """Return what there is to hear now."""
        answers = self._after.answers
        asks = not self._after.isHidden()
        first = {question: each for question, each in answers.items() if question == HOW}
        # What was said to the first answer is not said once more.
        care_first = care_for(first, self._after.before, language)
        care = care_for(answers, self._after.before, language)
        if asks and self._waits_for(HOW):
            text, choices = self._ask_how(language)
        elif asks and self._waits_for(DISTRESS):
            text, choices = self._ask_distress(language)
            text = f"{care_first} {text}".lstrip()
        else:
            text, choices = care.removeprefix(care_first).lstrip(), ()
        if care:
            choices = (*choices, Choice("H", care_words(language).help, self._to_help))
        guides = Choice("G", ear_words(language).all_guides, self._to_guides)
        opening = summary_aloud(summary, language)
        place = ("summary", id(summary))
        return Passage(place, opening, text, (*choices, guides), waits=True)

    def _waits_for(self, question: str) -> bool:
        return question not in self._after.answers and question not in self._left_out

    def _ask_how(self, language: str) -> tuple[str, tuple[Choice, ...]]:
        words = after_words(language)
        choices = [
            Choice(str(place), said, partial(self._after.how.choose, word), is_answer=True)
            for place, (word, said) in enumerate(words.how_answers.items(), 1)
        ]
        return words.how, (*choices, self._leaving_out(HOW, language))

    def _ask_distress(self, language: str) -> tuple[str, tuple[Choice, ...]]:
        from biofeedback.guides.words import common_words  # noqa: PLC0415 - only at the end

        words = after_words(language)
        how = common_words(language).spoken["points"]
        text = how.format(low=words.distress_none, high=words.distress_most)
        choices = [
            Choice(
                _TEN_KEY if points == _MOST_POINTS else str(points),
                str(points),
                partial(self._after.distress.choose, float(points)),
                is_told=False,
                is_answer=True,
            )
            for points in range(_MOST_POINTS + 1)
        ]
        return f"{words.distress} {text}", (*choices, self._leaving_out(DISTRESS, language))

    def _leaving_out(self, question: str, language: str) -> Choice:
        leave_out = partial(self._left_out.add, question)
        return Choice("N", ear_words(language).leave_out, leave_out)
