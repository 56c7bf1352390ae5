"""The daily check-in: how the body is, one word for it, distress, energy, and what would be kind.

It asks and takes note, no more: no answer is judged, and each may be left out.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from biofeedback.guides.guide import Vocabulary
from biofeedback.guides.step import Step
from biofeedback.guides.step_vocabulary import STEP_QUESTIONS, STEP_REASONS
from biofeedback.guides.stepping import Stepping

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["STEPS", "VOCABULARY", "CheckIn"]

_PACES = {"usual": 1.0, "slow": 4 / 3}

STEPS: tuple[Step, ...] = (
    Step("settle-in", 16.0, is_aside=True),
    Step("body-now", 30.0, n_ways=2),
    Step("one-word", 30.0, n_ways=2, asks="word-for-it"),
    Step("distress-now", 22.0, asks="distress"),
    Step("energy-now", 22.0, asks="energy"),
    Step("kind-today", 36.0, n_ways=3, asks="kind-thing"),
    Step("carry-on", 12.0, n_ways=2, is_aside=True),
)
"""What it consists of; lengths are our own."""

VOCABULARY = Vocabulary(
    stages={step.stage: step.n_ways for step in STEPS},
    reasons=STEP_REASONS,
    questions={
        **STEP_QUESTIONS,
        "word-for-it": (
            "calm",
            "glad",
            "tired",
            "tense",
            "restless",
            "sad",
            "numb",
            "another",
        ),
        "distress": (),
        "energy": (),
        "kind-thing": ("rest", "move", "company", "quiet", "food", "something-else"),
    },
    options={"pace": tuple(_PACES)},
)


class CheckIn(Stepping):
    """Leads one check-in. The answers are in the record, as the person gave them.

    Parameters
    ----------
    options
        ``pace``, ``usual`` or ``slow``.

    Raises
    ------
    ValueError
        If there is no such pace.
    """

    name = "check-in"

    def __init__(self, options: Mapping[str, float | str]) -> None:
        pace = str(options.get("pace", "usual"))
        if pace not in _PACES:
            msg = f"there is no pace {pace!r} for a check-in"
            raise ValueError(msg)
        super().__init__([step.at_pace(_PACES[pace]) for step in STEPS])
