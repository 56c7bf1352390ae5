"""When another guide may be offered: what was agreed on beforehand, and what has been said since.

Above the usual range a guide is offered, once; below it there is only a question, for no measure
tells calm from being far away. Nothing is offered that was not agreed on, none that was refused
within the agreed time, never the guide that leads already.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from math import inf, isfinite
from typing import TYPE_CHECKING

from biofeedback.guides.arousal_rise import ENOUGH_QUALITY
from biofeedback.guides.catalogue import make_guide

if TYPE_CHECKING:
    from collections.abc import Mapping

    from biofeedback.guides.body import BodyNow

__all__ = ["ABOVE", "BELOW", "Agreement", "Offers"]

ABOVE, BELOW = 1.0, -1.0
_AGAIN_S, _LEAST_AGAIN_S = 600.0, 300.0
_AFTER_S = 45.0
# Between two questions whether someone is here; the zone itself holds for as long.
_LEAST_BETWEEN_HERE_S = 60.0
_LONGEST_HOLE_S = 15.0
_TO = ("client", "therapist")
_OPTION = "offer_with_"


@dataclass(frozen=True, slots=True)
class Agreement:
    """What was agreed on before the session.

    Parameters
    ----------
    offer
        The guide that may be offered, empty for none.
    options
        What it begins with.
    again_s
        For how long nothing is offered after an offer, at least 300.
    after_s
        For how long arousal is above the usual range before the offer.
    to_therapist
        Whether the therapist is asked before the client is.
    """

    offer: str = ""
    options: Mapping[str, float | str] = field(default_factory=dict)
    again_s: float = _AGAIN_S
    after_s: float = _AFTER_S
    to_therapist: bool = False

    @classmethod
    def of(cls, arguments: Mapping[str, float | str]) -> Agreement:
        """Return what the arguments of a ``begin`` command say.

        ``offer``, ``offer_again_s``, ``offer_after_s``, ``offers_to``; an option ``x`` of the
        offered guide is ``offer_with_x``.

        Raises
        ------
        ValueError
            If they make no sense: there is no such guide, or time.
        """
        offer = str(arguments.get("offer", ""))
        options = {
            name.removeprefix(_OPTION): value
            for name, value in arguments.items()
            if name.startswith(_OPTION)
        }
        again_s = float(arguments.get("offer_again_s", _AGAIN_S))
        after_s = float(arguments.get("offer_after_s", _AFTER_S))
        to = str(arguments.get("offers_to", _TO[0]))
        if not (isfinite(again_s) and isfinite(after_s) and after_s >= 0) or to not in _TO:
            msg = f"no agreement on offers: {again_s!r} s, {after_s!r} s, {to!r}"
            raise ValueError(msg)
        if offer:
            # Known now, for it must not fail at the moment at which it is needed.
            make_guide(offer, options)
        return cls(offer, options, max(again_s, _LEAST_AGAIN_S), after_s, to == "therapist")


class _Stay:
    """For how long the zone has been the same without a hole. Times are session time."""

    def __init__(self) -> None:
        self._zone = 0.0
        self._since_s = self._heard_s = -inf
        self._is_known = False

    def forget(self) -> None:
        self._is_known = False

    def sense(self, body: BodyNow) -> None:
        metric = body.metric(
            "arousal_zone", max_age_s=_LONGEST_HOLE_S, least_quality=ENOUGH_QUALITY
        )
        if metric is None:
            self.forget()
            return
        if metric.t_s <= self._heard_s:
            return
        has_hole = metric.t_s - self._heard_s > _LONGEST_HOLE_S
        if not self._is_known or has_hole or metric.value != self._zone:
            self._is_known, self._zone, self._since_s = True, metric.value, metric.t_s
        self._heard_s = metric.t_s

    def held_s(self, zone: float) -> float:
        """Return for how long a zone has held, below 0 where it does not."""
        return self._heard_s - self._since_s if self._is_known and self._zone == zone else -1.0


class Offers:
    """Keeps to the agreement through one session. Times are the companion's.

    Parameters
    ----------
    agreement
        What was agreed on.
    """

    def __init__(self, agreement: Agreement) -> None:
        self.agreement = agreement
        self._stay = _Stay()
        self._offered_s = -inf
        self._not_before_s: dict[str, float] = {}
        self._asked_here_s = -inf
        self._here_not_before_s = -inf
        self._is_below_asked = False

    def begin(self) -> None:
        """Hear that another guide leads, or that a pause is over: a stay begins anew."""
        self._stay.forget()

    def sense(self, body: BodyNow) -> None:
        """Take what is new."""
        self._stay.sense(body)
        if self._stay.held_s(BELOW) < 0:
            self._is_below_asked = False

    def above_s(self, c_s: float, guide: str) -> float | None:
        """Return for how long it has been above, where the agreed guide is to be offered now."""
        agreed = self.agreement
        held_s = self._stay.held_s(ABOVE)
        if not agreed.offer or held_s < agreed.after_s:
            return None
        if c_s - self._offered_s < agreed.again_s or not self.may_offer(c_s, agreed.offer, guide):
            return None
        return held_s

    def may_offer(self, c_s: float, offer: str, guide: str) -> bool:
        """Tell whether a guide may be offered beside ``guide``: not itself, none just refused."""
        return offer != guide and c_s >= self._not_before_s.get(offer, -inf)

    def offered(self, c_s: float, offer: str) -> None:
        """Hear that it was offered."""
        self._offered_s = c_s
        self._not_before_s[offer] = c_s + self.agreement.again_s

    def refused(self, c_s: float, offer: str) -> None:
        """Hear that it was refused, or left unanswered."""
        self._not_before_s[offer] = c_s + self.agreement.again_s
        self._offered_s = c_s

    def is_to_ask_here(self, c_s: float) -> bool:
        """Tell whether to ask someone whose body is below its usual range if they are here."""
        return (
            self._stay.held_s(BELOW) >= 0
            and not self._is_below_asked
            and c_s >= self._here_not_before_s
            and c_s - self._asked_here_s >= _LEAST_BETWEEN_HERE_S
        )

    def asked_here(self, c_s: float) -> None:
        """Hear that it was asked: once a stay."""
        self._asked_here_s = c_s
        self._is_below_asked = True

    def is_here(self, c_s: float) -> None:
        """Hear that they are: not asked again within the agreed time."""
        self._here_not_before_s = c_s + self.agreement.again_s
