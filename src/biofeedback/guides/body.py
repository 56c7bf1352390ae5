"""The measures of this moment, as guides see them: fresh, good enough, or missing."""

from __future__ import annotations

from abc import ABC, abstractmethod
from math import isfinite, nan
from typing import TYPE_CHECKING

from biofeedback.kinds import Role
from biofeedback.samples import sensor_of

if TYPE_CHECKING:
    from biofeedback.samples import Metric

__all__ = ["FRESH_S", "GOOD", "Body", "BodyNow", "Nobody"]

# A measure that was told longer ago than this says nothing of now.
FRESH_S = 15.0
# Clocks of sensors are not ours, but none is ahead by more.
_AHEAD_S = 15.0
# Less than this, and a guide had better not lean on it.
GOOD = 0.5


class BodyNow(ABC):
    """What a guide may ask about the body.

    Attributes
    ----------
    now_s
        Session time of this moment, in which measures carry theirs: how old one is, is the
        difference. ``nan`` where nothing is measured.
    """

    @property
    @abstractmethod
    def now_s(self) -> float:  # noqa: D102 - said above
        ...

    @abstractmethod
    def metric(
        self,
        name: str,
        *,
        role: Role = Role.CLIENT,
        max_age_s: float = FRESH_S,
        least_quality: float = GOOD,
    ) -> Metric | None:
        """Return the newest value of a measure, ``None`` if there is none to lean on.

        Parameters
        ----------
        name
            As in docs/measures.md.
        role
            Whose.
        max_age_s
            How old it may be.
        least_quality
            How good it has to be.
        """
        ...

    def value(
        self,
        name: str,
        *,
        role: Role = Role.CLIENT,
        max_age_s: float = FRESH_S,
        least_quality: float = GOOD,
    ) -> float | None:
        """Return the number alone; as for `metric`."""
        metric = self.metric(name, role=role, max_age_s=max_age_s, least_quality=least_quality)
        return None if metric is None else metric.value


class Nobody(BodyNow):
    """A body of which nothing is known: adaptation is off, or nothing is worn."""

    now_s = nan

    def metric(
        self,
        name: str,
        *,
        role: Role = Role.CLIENT,
        max_age_s: float = FRESH_S,
        least_quality: float = GOOD,
    ) -> Metric | None:
        """Return nothing."""
        return None


class Body(BodyNow):
    """Keeps the newest of each measure of up to two people.

    Where several sensors give the same measure, the one that was heard first is believed as long
    as it gives values; numbers of two hearts are never mixed.
    """

    now_s = 0.0

    def __init__(self) -> None:
        self._newest: dict[tuple[Role, str], dict[str, Metric]] = {}
        self._believed: dict[tuple[Role, str], str] = {}
        self._partners: set[str] = {Role.PARTNER.value}

    def know_partner(self, sensor_id: str) -> None:
        """Know that a sensor is on the second person."""
        self._partners.add(sensor_id)

    def take(self, metric: Metric, now_s: float) -> None:
        """Take a measure that became known at a session time.

        One of a time that cannot be is nothing to lean on: told to be of tomorrow, it would stand
        for the newest until then.
        """
        self.now_s = now_s
        if not metric.t_s <= now_s + _AHEAD_S:
            return
        role = Role.PARTNER if sensor_of(metric.source) in self._partners else Role.CLIENT
        self._newest.setdefault((role, metric.name), {})[metric.source] = metric

    def metric(
        self,
        name: str,
        *,
        role: Role = Role.CLIENT,
        max_age_s: float = FRESH_S,
        least_quality: float = GOOD,
    ) -> Metric | None:
        """Return the newest value to lean on; as for `BodyNow`."""
        key = (role, name)
        fitting = {
            source: metric
            for source, metric in self._newest.get(key, {}).items()
            if isfinite(metric.value)
            and metric.quality >= least_quality
            and self.now_s - metric.t_s <= max_age_s
        }
        if not fitting:
            return None
        believed = self._believed.get(key)
        if believed not in fitting:
            believed = max(fitting, key=lambda source: (fitting[source].quality, source))
            self._believed[key] = believed
        return fitting[believed]
