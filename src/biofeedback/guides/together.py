"""Two people breathe together: with one pacer, or each with their own.

What is told of the two is how they keep time with the pacer, and nothing more. If it is not easy
to follow for one of them, the pace comes a little towards both, and it is not said for whom.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from biofeedback.guides.breathing import VOCABULARY as ALONE
from biofeedback.guides.breathing import Breathing
from biofeedback.guides.easing import Easing
from biofeedback.guides.guide import Turn, Vocabulary
from biofeedback.guides.of_two import OfBoth, OfPartner

if TYPE_CHECKING:
    from collections.abc import Mapping

    from biofeedback.guides.body import BodyNow
    from biofeedback.pacing import BreathPattern

__all__ = ["BODY_STATE", "SHARES", "VOCABULARY", "Together"]

_ONE, _OWN = "one", "own"
_PACERS = (_ONE, _OWN)
NOTHING, BODY_STATE = "nothing", "body-state"
SHARES = (NOTHING, BODY_STATE)
"""What each may see of the other beside the common time, where both agreed to it."""

# A sigh, long holds and the way there from one's own rate are for one alone.
_PRESETS = ("gentle", "longer-out", "even", "own")
_PARTNER_REASONS = {
    "not-followed": "partner-not-followed",
    "followed-again": "partner-followed-again",
}

# What the companion says of one body, said here to two who read and hear it together: that it is
# time to look, and not whose body gave reason for it.
_OF_NOBODY = ("check-in-body", "heart-fast", "arousal-rose", "zone-above", "zone-below")

VOCABULARY = Vocabulary(
    stages={stage: n_ways for stage, n_ways in ALONE.stages.items() if stage != "sigh"},
    reasons=(
        *(r for r in ALONE.reasons if r != "sighed-enough"),
        *_PARTNER_REASONS.values(),
        *_OF_NOBODY,
    ),
    questions={**ALONE.questions, "offer-therapist": ("accept", "refuse")},
    options={
        "preset": _PRESETS,
        "pacers": _PACERS,
        "partner_per_min": (),
        "share": SHARES,
    },
)


class Together(Breathing):
    """Leads two people.

    Parameters
    ----------
    options
        As for `biofeedback.guides.breathing.Breathing`; ``pacers``, ``one`` or ``own``;
        ``partner_per_min``, the second person's rate where they have a pacer of their own;
        ``share``, one of `SHARES`.

    Raises
    ------
    ValueError
        If they make no sense.
    """

    name = "together"
    _may_sigh = False

    def __init__(self, options: Mapping[str, float | str]) -> None:
        pacers = str(options.get("pacers", _ONE))
        share = str(options.get("share", NOTHING))
        preset = str(options.get("preset", "own"))
        if pacers not in _PACERS or share not in SHARES or preset not in _PRESETS:
            msg = "there are no such pacers, nothing such to share, or no such breath for two"
            raise ValueError(msg)
        super().__init__(options)
        self._partner: Easing | None = None
        self._partner_chosen = chosen = self._chosen.pattern
        if pacers == _OWN:
            asked_per_min = float(options.get("partner_per_min", chosen.breaths_per_min))
            # As for the first: the nearest that may be led.
            self._partner_chosen = self._choice.allowed_at(chosen, asked_per_min)
            self._partner = Easing(self._partner_chosen.breaths_per_min)
        self._lead_partner()

    def wake(self, g_s: float, body: BodyNow) -> tuple[Turn, ...]:
        """Do what was due."""
        return self._with_partner(super().wake(g_s, self._seen(body)))

    def sense(self, g_s: float, body: BodyNow) -> tuple[Turn, ...]:
        """Begin as soon as it is known how they breathe."""
        return self._with_partner(super().sense(g_s, self._seen(body)))

    def breathe(self, g_s: float, body: BodyNow) -> tuple[Turn, ...]:
        """Choose the coming breath of both."""
        turns = super().breathe(g_s, self._seen(body))
        if self._partner is not None and self.scene.pattern is not None:
            turn = self._partner.breathe(g_s, OfPartner(body))
            # A question is put to both, and one is enough.
            if turn is not None and turn.reason in _PARTNER_REASONS:
                turns = (*turns, replace(turn, reason=_PARTNER_REASONS[turn.reason]))
        return self._with_partner(turns)

    def hear(
        self, g_s: float, word: str, arguments: Mapping[str, float | str], body: BodyNow
    ) -> tuple[Turn, ...]:
        """Follow either of them."""
        if word == "resumed" and self._partner is not None:
            self._partner.forget()
        return self._with_partner(super().hear(g_s, word, arguments, self._seen(body)))

    def _seen(self, body: BodyNow) -> BodyNow:
        return OfBoth(body) if self._partner is None else body

    def _with_partner(self, turns: tuple[Turn, ...]) -> tuple[Turn, ...]:
        self._lead_partner()
        return turns

    def _lead_partner(self) -> None:
        """Let the second pacer lead while the first does."""
        pattern: BreathPattern | None = None
        if self._partner is not None and self.scene.pattern is not None:
            pattern = self._choice.allowed_at(self._partner_chosen, self._partner.led_per_min)
        if pattern != self.scene.partner_pattern:
            self.scene = replace(self.scene, partner_pattern=pattern)
