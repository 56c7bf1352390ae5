"""A walk of attention through the body, with an anchor of one's own choice to come back to.

Breath as the only anchor frightens some; hands, feet, sounds or a thing to look at serve as well
(Treleaven 2018, Trauma-Sensitive Mindfulness). Any place may be left out, and eyes may stay open.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from biofeedback.guides.guide import Turn, Vocabulary
from biofeedback.guides.step import Step
from biofeedback.guides.step_vocabulary import STEP_QUESTIONS, STEP_REASONS
from biofeedback.guides.stepping import Stepping

if TYPE_CHECKING:
    from collections.abc import Mapping


__all__ = ["VOCABULARY", "BodyScan"]

_ANCHORS = ("hands", "feet", "sounds", "thing", "breath")
_AREAS = {
    "feet": Step("scan-feet", 40.0, n_ways=2),
    "legs": Step("scan-legs", 40.0, n_ways=2),
    "seat": Step("scan-seat", 40.0, n_ways=2),
    "belly": Step("scan-belly", 40.0, n_ways=2),
    "chest": Step("scan-chest", 40.0, n_ways=2),
    "arms": Step("scan-arms", 40.0, n_ways=2),
    "shoulders": Step("scan-shoulders", 40.0, n_ways=2),
    "face": Step("scan-face", 40.0, n_ways=2),
}
_ARRIVE = Step("arrive", 28.0, n_ways=2, is_aside=True)
_ANCHOR = {name: Step(f"anchor-{name}", 40.0, n_ways=2) for name in _ANCHORS}
_RETURN = {name: Step(f"return-{name}", 25.0) for name in _ANCHORS}
_WHOLE = Step("whole", 45.0, n_ways=2)
_CLOSE = Step("close", 20.0, is_aside=True)
# After this many places the anchor is gone back to, so that nobody is away from it for long.
_PLACES_BETWEEN = 3

VOCABULARY = Vocabulary(
    stages={
        step.stage: step.n_ways
        for step in (
            _ARRIVE,
            *_ANCHOR.values(),
            *_AREAS.values(),
            *_RETURN.values(),
            _WHOLE,
            _CLOSE,
        )
    },
    reasons=(*STEP_REASONS, "back-to-anchor"),
    questions=STEP_QUESTIONS,
    options={"anchor": _ANCHORS, "+leave_out": tuple(_AREAS)},
)


class BodyScan(Stepping):
    """Leads through the places of the body, and back to the anchor now and then.

    Parameters
    ----------
    options
        ``anchor``, one of ``hands``, ``feet``, ``sounds``, ``thing``, ``breath``; ``leave_out``,
        places with commas between.

    Raises
    ------
    ValueError
        If there is no such anchor or place.
    """

    name = "body-scan"
    _way_out = "close"

    def __init__(self, options: Mapping[str, float | str]) -> None:
        anchor = str(options.get("anchor", "hands"))
        leave_out = {area for area in str(options.get("leave_out", "")).split(",") if area}
        if anchor not in _ANCHOR or not leave_out <= set(_AREAS):
            msg = "there is no such anchor or place"
            raise ValueError(msg)
        self._return = _RETURN[anchor]
        steps = [_ARRIVE, _ANCHOR[anchor]]
        kept = [step for area, step in _AREAS.items() if area not in leave_out]
        for number, step in enumerate(kept, 1):
            steps.append(step)
            if number % _PLACES_BETWEEN == 0 and number < len(kept):
                steps.append(self._return)
        super().__init__((*steps, _WHOLE, self._return, _CLOSE))

    def eased(self, g_s: float) -> tuple[Turn, ...]:
        """Go back to the anchor, then to the end."""
        coming = [step.stage for step in self._steps[self._at :]]
        if coming == [self._return.stage, _CLOSE.stage]:
            return ()
        self._steps[self._at + 1 :] = [self._return, _CLOSE]
        self.leave(g_s)
        return (Turn("other", "back-to-anchor"),)
