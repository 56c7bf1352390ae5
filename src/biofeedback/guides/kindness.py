"""A few minutes of kindness with oneself: notice, not alone in it, a kind word, a kind touch.

The three parts (notice what is hard, know that it is shared, be kind) are those of the break for
self-compassion by Neff and Germer (2013, J. Clin. Psychol. 69:28); the words are our own.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from biofeedback.guides.guide import Vocabulary
from biofeedback.guides.step import Step
from biofeedback.guides.step_vocabulary import STEP_QUESTIONS, STEP_REASONS
from biofeedback.guides.stepping import Stepping

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["VOCABULARY", "Kindness"]

_TOUCHES = ("hands", "heart", "arms", "none")
_ARRIVE = Step("arrive", 25.0, n_ways=2, is_aside=True)
# Where a hand may lie; not everybody likes to be touched, not even by themselves.
_TOUCH = {
    "hands": Step("touch-hands", 35.0, n_ways=2),
    "heart": Step("touch-heart", 35.0, n_ways=2),
    "arms": Step("touch-arms", 35.0, n_ways=2),
    "none": Step("warm-place", 35.0, n_ways=2),
}
_BEFORE = (
    Step("notice", 40.0, n_ways=3),
    Step("not-alone", 35.0, n_ways=2, asks_after="how-present"),
)
_AFTER = (
    Step("friend", 45.0, n_ways=2),
    Step("kind-words", 50.0, n_ways=3),
    Step("rest", 40.0, n_ways=2),
)
_CLOSE = Step("close", 18.0, n_ways=2, is_aside=True)

VOCABULARY = Vocabulary(
    stages={
        step.stage: step.n_ways for step in (_ARRIVE, *_BEFORE, *_TOUCH.values(), *_AFTER, _CLOSE)
    },
    reasons=STEP_REASONS,
    questions=STEP_QUESTIONS,
    options={"touch": _TOUCHES},
)


class Kindness(Stepping):
    """Leads a short practice of kindness with oneself.

    Parameters
    ----------
    options
        ``touch``: where a hand may lie, one of ``hands``, ``heart``, ``arms``, ``none``.

    Raises
    ------
    ValueError
        If there is no such touch.
    """

    name = "kindness"
    _way_out = "close"

    def __init__(self, options: Mapping[str, float | str]) -> None:
        touch = str(options.get("touch", "hands"))
        if touch not in _TOUCH:
            msg = f"there is no touch {touch!r}"
            raise ValueError(msg)
        super().__init__((_ARRIVE, *_BEFORE, _TOUCH[touch], *_AFTER, _CLOSE))
