"""Grounding: back to here and now by the senses, with open eyes."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from biofeedback.guides.grounding_steps import ASIDE, PRACTICES, practice_steps
from biofeedback.guides.guide import Turn, Vocabulary
from biofeedback.guides.step_vocabulary import STEP_QUESTIONS, STEP_REASONS
from biofeedback.guides.stepping import Stepping

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["VOCABULARY", "Grounding"]

_PACES = {"usual": 1.0, "slow": 4 / 3}

VOCABULARY = Vocabulary(
    stages={step.stage: step.n_ways for steps in (ASIDE, *PRACTICES.values()) for step in steps},
    reasons=(*STEP_REASONS, "still-strong", "once-more-wanted"),
    questions={**STEP_QUESTIONS, "distress": (), "once-more": ("yes", "enough")},
    options={"practice": tuple(PRACTICES), "pace": tuple(_PACES)},
)

# From here on, of 10, a second round is asked about. Our own choice.
_STRONG = 6.0
_QUESTION_S = 25.0


class Grounding(Stepping):
    """Leads one grounding practice, and once more if distress stays strong and the person likes.

    Parameters
    ----------
    options
        ``practice``, one of `PRACTICES`, the five senses where none is told; ``pace``, ``usual``
        or ``slow``.

    Raises
    ------
    ValueError
        If there is no such practice or pace.
    """

    name = "grounding"

    def __init__(self, options: Mapping[str, float | str]) -> None:
        practice = str(options.get("practice", "five-senses"))
        pace = str(options.get("pace", "usual"))
        if practice not in PRACTICES:
            msg = f"there is no grounding practice {practice!r}"
            raise ValueError(msg)
        if pace not in _PACES:
            msg = f"there is no pace {pace!r} for grounding"
            raise ValueError(msg)
        self._may_repeat = True
        super().__init__(practice_steps(practice, _PACES[pace]))

    def answered(
        self, g_s: float, question: str, arguments: Mapping[str, float | str]
    ) -> tuple[Turn, ...] | None:
        """Ask about a second round where distress is strong, and begin it where it is wanted."""
        if question == "distress" and self._may_repeat:
            points = arguments.get("points", 0.0)
            if isinstance(points, (int, float)) and points >= _STRONG:
                self._may_repeat = False
                self.ask(g_s, "once-more", _QUESTION_S)
                return (Turn("ask", "still-strong", {"points": float(points)}),)
        if question == "once-more" and arguments.get("word") == "yes":
            # The welcome is left out; everything is said in other words.
            self._steps = [replace(one, way=(one.way + 1) % one.n_ways) for one in self._steps]
            self.go_to(g_s, 1)
            return (Turn("again", "once-more-wanted"),)
        return None
