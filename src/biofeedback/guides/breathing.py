"""Paced breathing: leads a breath of a chosen shape."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from biofeedback.guides.guide import Guide, Scene, Vocabulary
from biofeedback.guides.pacer import pattern_of

if TYPE_CHECKING:
    from collections.abc import Mapping

    from biofeedback.guides.body import BodyNow
    from biofeedback.guides.guide import Turn

__all__ = ["VOCABULARY", "Breathing"]

VOCABULARY = Vocabulary(stages={"breathe": 1})


class Breathing(Guide):
    """Leads one breath after the other.

    Parameters
    ----------
    options
        The four parts of the breath, as `biofeedback.guides.pacer.pattern_arguments` gives them.

    Raises
    ------
    ValueError
        If they are no breath that can be led.
    """

    name = "breathing"

    def __init__(self, options: Mapping[str, float | str]) -> None:
        super().__init__(Scene("breathe", pattern=pattern_of(options)))

    def hear(
        self, g_s: float, word: str, arguments: Mapping[str, float | str], body: BodyNow
    ) -> tuple[Turn, ...]:
        """Follow the person."""
        if word == "pace":
            self.scene = replace(self.scene, pattern=pattern_of(arguments))
        return ()
