"""The measures of two people, for a guide that was made for one."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from biofeedback.guides.body import FRESH_S, GOOD, BodyNow
from biofeedback.kinds import Role

if TYPE_CHECKING:
    from biofeedback.samples import Metric

__all__ = ["OfBoth", "OfPartner"]

# Of two who follow one pacer, it is led by whoever finds it harder, and begins with the faster.
_CHOOSE = {"adherence": min, "breaths_per_min": max}


class _Another(BodyNow):
    """A body that is looked at in another way."""

    def __init__(self, body: BodyNow) -> None:
        self._body = body

    @property
    def now_s(self) -> float:
        """The moment of which it tells."""
        return self._body.now_s


class OfPartner(_Another):
    """The second person's measures in place of the first's."""

    def metric(
        self,
        name: str,
        *,
        role: Role = Role.CLIENT,
        max_age_s: float = FRESH_S,
        least_quality: float = GOOD,
    ) -> Metric | None:
        """Return the second person's measure; as for `BodyNow`."""
        return self._body.metric(
            name, role=Role.PARTNER, max_age_s=max_age_s, least_quality=least_quality
        )


class OfBoth(_Another):
    """The measures of the one for whom the common pace is harder; else the first's."""

    def metric(
        self,
        name: str,
        *,
        role: Role = Role.CLIENT,
        max_age_s: float = FRESH_S,
        least_quality: float = GOOD,
    ) -> Metric | None:
        """Return the measure of the one whom it concerns; as for `BodyNow`."""
        choose = _CHOOSE.get(name)
        roles = (role,) if choose is None else tuple(Role)
        told = [
            metric
            for each in roles
            if (
                metric := self._body.metric(
                    name, role=each, max_age_s=max_age_s, least_quality=least_quality
                )
            )
        ]
        if choose is None or len(told) < 2:
            return told[0] if told else None
        chosen = choose(told, key=lambda metric: metric.value)
        return replace(chosen, t_s=max(metric.t_s for metric in told))
